//! The types of the JSON report: what is published as `docs/schema/report.schema.json`. They change with
//! [`VERSION`] and never because something inside deodar does.

use std::collections::BTreeMap;

use serde::Serialize;

/// The version of the format: the first number changes when a reader may break, the second when something is added.
pub const VERSION: &str = "1.0";

#[derive(Serialize)]
pub(super) struct Document<'a> {
    pub format: &'static str,
    pub version: &'static str,
    pub tool: Tool,
    pub inputs: Inputs<'a>,
    pub coverage: Coverage<'a>,
    pub findings: Vec<Finding<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<Vec<Finding<'a>>>,
    pub requirements: Vec<Requirement<'a>>,
    pub rules: Vec<Rule<'a>>,
    pub waivers: Vec<WaiverUse<'a>>,
    pub resources: Vec<Resource<'a>>,
    pub notes: Vec<Note<'a>>,
}

#[derive(Serialize)]
pub(super) struct Tool {
    pub name: &'static str,
    pub version: &'static str,
}

#[derive(Serialize)]
pub(super) struct Inputs<'a> {
    pub estate: Option<&'a str>,
    pub profile: &'static str,
    pub baselines: &'a [String],
    pub today: Option<String>,
}

#[derive(Serialize)]
pub(super) struct Coverage<'a> {
    pub files: Files<'a>,
    pub resources: &'a BTreeMap<&'static str, usize>,
    pub unknown_types: BTreeMap<&'a str, usize>,
    pub verdicts: Counts,
    pub violations: BTreeMap<&'static str, usize>,
    pub assumed_class: usize,
}

#[derive(Serialize)]
pub(super) struct Files<'a> {
    pub in_scope: usize,
    pub by_format: &'a BTreeMap<&'static str, usize>,
    pub passed_over: usize,
    pub unclaimed: usize,
    pub excluded: usize,
    pub unreadable: usize,
    pub not_seen: usize,
}

#[derive(Serialize)]
pub(super) struct Counts {
    pub holds: usize,
    pub violated: usize,
    pub undetermined: usize,
    pub failed: usize,
    pub not_applicable: usize,
    pub waived: usize,
}

#[derive(Serialize)]
pub(super) struct Finding<'a> {
    pub rule: &'a str,
    pub policies: Vec<&'a str>,
    pub severity: &'static str,
    pub state: &'static str,
    pub waiver: Option<Waiver<'a>>,
    pub assumed_class: bool,
    pub message: &'a str,
    pub help: Option<&'a str>,
    pub reason: Option<String>,
    pub resource: ResourceName<'a>,
    pub location: Option<Location<'a>>,
    pub related: Vec<Related<'a>>,
    pub evidence: Vec<Evidence<'a>>,
    pub requirements: Vec<Cited<'a>>,
    pub fingerprint: &'a str,
    pub content_hash: &'a str,
}

#[derive(Serialize)]
pub(super) struct Waiver<'a> {
    pub rule: &'a str,
    pub resource: &'a str,
    pub reason: &'a str,
    pub by: &'a str,
    pub until: String,
}

#[derive(Serialize)]
pub(super) struct WaiverUse<'a> {
    #[serde(flatten)]
    pub waiver: Waiver<'a>,
    pub findings: usize,
}

#[derive(Serialize)]
pub(super) struct ResourceName<'a> {
    pub address: &'a str,
    pub part: Option<&'a str>,
    pub kind: &'static str,
    pub provider: &'static str,
    #[serde(rename = "type")]
    pub native_type: &'a str,
    pub name: &'a str,
}

#[derive(Serialize)]
pub(super) struct Location<'a> {
    pub file: &'a str,
    pub start: Position,
    pub end: Position,
}

#[derive(Serialize)]
pub(super) struct Position {
    pub line: usize,
    pub column: usize,
}

#[derive(Serialize)]
pub(super) struct Related<'a> {
    pub text: &'a str,
    pub location: Location<'a>,
}

#[derive(Serialize)]
pub(super) struct Evidence<'a> {
    pub path: &'a str,
    pub role: &'static str,
    pub state: &'static str,
    pub value: Option<String>,
    pub doc: &'a str,
    pub location: Option<Location<'a>>,
}

#[derive(Serialize)]
pub(super) struct Cited<'a> {
    pub baseline: &'a str,
    pub id: &'a str,
    pub citation: &'a str,
}

#[derive(Serialize)]
pub(super) struct Requirement<'a> {
    pub baseline: &'a str,
    pub id: &'a str,
    pub citation: &'a str,
    pub title: &'a str,
    pub assessment: &'static str,
    pub status: &'static str,
    pub verdicts: Counts,
    pub rules: &'a [String],
    pub not_judged: &'a [String],
    pub human_evidence: Option<&'a str>,
}

#[derive(Serialize)]
pub(super) struct Rule<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub severity: &'static str,
    pub verdicts: Counts,
}

#[derive(Serialize)]
pub(super) struct Resource<'a> {
    pub address: &'a str,
    pub part: Option<&'a str>,
    pub kind: &'static str,
    pub provider: &'static str,
    #[serde(rename = "type")]
    pub native_type: &'a str,
    pub name: &'a str,
    pub location: Option<Location<'a>>,
    pub facts: BTreeMap<&'static str, FactState>,
}

#[derive(Serialize)]
pub(super) struct FactState {
    pub state: &'static str,
    pub value: Option<serde_json::Value>,
}

#[derive(Serialize)]
pub(super) struct Note<'a> {
    pub kind: &'static str,
    pub message: &'a str,
    pub help: Option<&'a str>,
    pub file: Option<&'a str>,
    pub location: Option<Location<'a>>,
}
