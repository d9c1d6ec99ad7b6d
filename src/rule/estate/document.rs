//! The estate file as it is written. What it means, and whether it is sound, is `check`'s.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

use crate::rule::profile::Thresholds;

/// A text whose place matters, because it is checked against something.
pub(super) type Word = Spanned<String>;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Document {
    pub whole: bool,
    pub classes: BTreeMap<String, Spanned<Class>>,
    pub assets: Vec<Asset>,
    pub accounts: Option<Vec<Account>>,
    pub vendors: Vec<Vendor>,
    pub flows: Vec<Flow>,
    pub agents: Vec<Agent>,
    pub administrators: Vec<Holder>,
    pub breakglass: Vec<BreakGlass>,
    pub thresholds: Thresholds,
    pub waivers: Vec<Spanned<Waiver>>,
    pub rules: BTreeMap<String, Spanned<Override>>,
    pub exclude: Vec<String>,
    pub terraform: BTreeMap<String, Vec<String>>,
    pub cloudformation: BTreeMap<String, Vec<String>>,
    pub helm: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Class {
    #[serde(default)]
    pub frameworks: Vec<String>,
    pub allowed: Option<Vec<Word>>,
    pub conditional: Option<Vec<Word>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Selector {
    pub provider: Option<Word>,
    pub kind: Option<Word>,
    #[serde(rename = "type")]
    pub native_type: Option<String>,
    pub name: Option<String>,
    pub address: Option<String>,
    pub tag: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Asset {
    #[serde(rename = "match")]
    pub selector: Spanned<Selector>,
    pub class: Option<Word>,
    pub owner: Option<String>,
    pub purpose: Option<String>,
    pub retention_days: Option<i64>,
    pub criticality: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Account {
    pub provider: Word,
    pub id: String,
    pub home: Option<String>,
    pub baa: Option<String>,
    pub dpa: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Vendor {
    pub id: String,
    #[serde(default)]
    pub accounts: Vec<String>,
    #[serde(default)]
    pub hosts: Vec<String>,
    pub country: Option<String>,
    pub dpf_listed: Option<bool>,
    pub dpa: Option<String>,
    pub baa: Option<String>,
    pub training_opt_out: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Flow {
    pub from: FlowFrom,
    pub to: FlowTo,
    pub safeguard: Option<Safeguard>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlowFrom {
    pub class: Option<Word>,
    pub jurisdiction: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FlowTo {
    pub vendor: Option<Word>,
    pub jurisdiction: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Safeguard {
    pub form: String,
    pub id: Option<String>,
    pub tia: Option<String>,
    pub until: Option<Word>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Agent {
    #[serde(rename = "match")]
    pub selector: Spanned<Selector>,
    #[serde(default)]
    pub tools: Vec<String>,
    pub approval: Option<String>,
    pub tenants: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Holder {
    pub provider: Option<Word>,
    pub principal: String,
    pub reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BreakGlass {
    pub provider: Word,
    pub principal: String,
    pub alert: Option<String>,
}

/// Every field that a waiver needs is optional here: one that lacks a field is told of and does not count.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Waiver {
    pub rule: Option<String>,
    pub resource: Option<String>,
    pub kind: Option<Word>,
    pub reason: Option<String>,
    pub by: Option<String>,
    pub until: Option<String>,
    pub decision: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Override {
    #[serde(default)]
    pub disabled: bool,
    pub severity: Option<Word>,
    pub reason: Option<String>,
}
