//! A verdict that is not a hold, as people read it: what, where, why, what mends it, what it breaks.

use std::sync::Arc;

use jiff::civil::Date;

use crate::engine::{Evidence, Outcome, Seen, Verdict};
use crate::model::{ASSUMED, Resource, ResourceId};
use crate::report::place::{Lines, Place};
use crate::report::{Material, fingerprint, labels, message};
use crate::rule::{Rule, Severity};
use crate::value::{Dialect, Provider, Why};

/// The state of a verdict.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum State {
    /// The requirement is broken.
    Violated,
    /// The rule could not be evaluated: a fault in it or in deodar.
    Failed,
    /// It cannot be told.
    Undetermined,
    /// The requirement holds.
    Holds,
}

impl State {
    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Violated => "violated",
            Self::Failed => "failed",
            Self::Undetermined => "undetermined",
            Self::Holds => "holds",
        }
    }

    /// The state of an outcome.
    pub fn of(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Holds => Self::Holds,
            Outcome::Violated { .. } => Self::Violated,
            Outcome::Undetermined { .. } => Self::Undetermined,
            Outcome::Failed { .. } => Self::Failed,
        }
    }
}

/// A requirement that a rule supports.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Cited {
    /// The baseline: `gdpr`.
    pub baseline: String,
    /// The number: `32(1)(a)`.
    pub id: String,
    /// As it is cited: `GDPR Art. 32(1)(a)`.
    pub citation: String,
}

/// A place with what stands there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// The place; none for what was never written, such as the estate as a whole.
    pub place: Option<Place>,
    /// What there is to say of it.
    pub text: String,
}

/// A fact that a finding rests on.
#[derive(Clone, Debug)]
pub struct Fact {
    /// The way to it: `encrypted`, `key.rotates`.
    pub path: String,
    /// Whether the requirement reads it, or only what decides if the rule applies.
    pub primary: bool,
    /// What is known of it.
    pub value: Seen,
    /// What it means.
    pub doc: &'static str,
    /// Where it comes from.
    pub place: Option<Place>,
}

/// The waiver that stands beside a finding.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Waived {
    /// The rule, as the waiver writes it.
    pub rule: String,
    /// The resource, as the waiver writes it.
    pub resource: String,
    /// Why it was accepted.
    pub reason: String,
    /// Who accepted it.
    pub by: String,
    /// The last day on which it holds.
    pub until: Date,
}

/// A verdict that is not a hold; with `--verdicts`, one that is.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule: its place in the library.
    pub rule: usize,
    /// The rule's id.
    pub rule_id: Arc<str>,
    /// The policies of the rule that decided: `NET-OBJ-PUBLIC`, `NET-OBJ-PUBLIC.write`.
    pub policies: Vec<String>,
    /// How much it matters here.
    pub severity: Severity,
    /// What was found.
    pub state: State,
    /// The waiver, if one holds.
    pub waiver: Option<Waived>,
    /// Whether it rests on the strict profile's assumption that the resource holds regulated data.
    pub assumed_class: bool,
    /// What is wrong, with the resource's own name.
    pub message: String,
    /// The resource.
    pub resource: ResourceId,
    /// Its address with its part.
    pub address: String,
    /// Where to look first.
    pub primary: Label,
    /// Where else to look.
    pub related: Vec<Label>,
    /// The facts it rests on.
    pub evidence: Vec<Fact>,
    /// Why it cannot be told, if it cannot.
    pub why: Option<Why>,
    /// The requirements of the chosen baselines that it bears on.
    pub requirements: Vec<Cited>,
    /// What mends it or what settles it.
    pub help: Option<String>,
    /// Whether the source line may hold a secret.
    pub secret: bool,
    /// Who it is, whatever line it stands on.
    pub fingerprint: String,
    /// What it says, whatever line it stands on.
    pub content_hash: String,
}

impl Finding {
    /// Whether it counts: violated and not waived.
    pub fn counts(&self) -> bool {
        self.state == State::Violated && self.waiver.is_none()
    }
}

/// The finding that `verdict` is.
pub(super) fn build(material: &Material<'_>, lines: &mut Lines<'_>, verdict: &Verdict) -> Option<Finding> {
    let rule = material.library.rules().get(verdict.rule)?;
    let resource = material.inventory.get(verdict.resource)?;
    let evidence = (material.evidence)(verdict);
    let state = State::of(&verdict.outcome);
    let secret = rule.metadata().secret;
    let why = (state == State::Undetermined)
        .then(|| evidence.unknown().next().map(|(_, unknown)| unknown.why.clone()))
        .flatten();
    let (primary, related) = labels::labels(material, lines, resource, &evidence, state);
    let facts = facts(&evidence, lines, secret);
    let attribute = labels::leading(&evidence, state).map(|item| item.path.as_str()).unwrap_or_default();
    Some(Finding {
        rule: verdict.rule,
        rule_id: Arc::from(rule.id()),
        policies: (material.messages)(verdict).into_iter().map(|(id, _)| id).collect(),
        severity: severity(material, rule),
        state,
        waiver: waiver(material, rule, resource),
        assumed_class: assumed_class(resource, &evidence),
        message: message::message(material, rule, resource, verdict, why.as_ref()),
        resource: verdict.resource,
        address: resource.full_address(),
        primary,
        related,
        fingerprint: fingerprint::identity(rule.id(), &canonical(material, resource), attribute),
        content_hash: fingerprint::content(&facts),
        evidence: facts,
        help: help(rule, resource, state, why.as_ref()),
        why,
        requirements: material.cited.get(verdict.rule).cloned().unwrap_or_default(),
        secret,
    })
}

/// The severity after the estate file's overrides.
pub(super) fn severity(material: &Material<'_>, rule: &Rule) -> Severity {
    let overridden = material.estate.and_then(|estate| estate.rule(rule)).and_then(|said| said.severity);
    overridden.unwrap_or(rule.metadata().severity)
}

fn waiver(material: &Material<'_>, rule: &Rule, resource: &Resource) -> Option<Waived> {
    let waiver = material.estate?.waiver(rule, resource, material.today?)?;
    Some(Waived {
        rule: waiver.rule.clone(),
        resource: waiver.resource.clone(),
        reason: waiver.reason.clone(),
        by: waiver.by.clone(),
        until: waiver.until,
    })
}

/// Whether the verdict read the class of a resource whose class is only assumed.
fn assumed_class(resource: &Resource, evidence: &Evidence) -> bool {
    let assumed = resource.common.class.value().is_some_and(|class| &**class == ASSUMED);
    let reads = |path: &str| matches!(path, "classified" | "class" | "allowed_jurisdictions");
    assumed
        && evidence
            .primary
            .iter()
            .chain(&evidence.related)
            .any(|item| item.resource == resource.id && reads(&item.path))
}

/// Who a resource is, apart from where its lines stand: the folder of its unit and its address.
fn canonical(material: &Material<'_>, resource: &Resource) -> String {
    let folder = material.folders.get(&resource.unit).map_or("", |folder| &**folder);
    format!("{}/{folder}/{}", resource.provider, resource.full_address())
}

fn facts(evidence: &Evidence, lines: &mut Lines<'_>, secret: bool) -> Vec<Fact> {
    let items =
        evidence.primary.iter().map(|item| (item, true)).chain(evidence.related.iter().map(|item| (item, false)));
    items
        .map(|(item, primary)| {
            let value = match &item.value {
                // a text that a rule about secrets read may be the secret
                Seen::Set(text) if secret && !matches!(text.as_str(), "true" | "false") => {
                    Seen::Set("redacted".to_owned())
                }
                value => value.clone(),
            };
            let place = item.origins.primary.and_then(|span| lines.place(span));
            Fact { path: item.path.clone(), primary, value, doc: item.fact.doc.trim(), place }
        })
        .collect()
}

/// The remediation that can be pasted where the resource is written: that of its type, else of its language.
fn remedy<'r>(rule: &'r Rule, resource: &Resource) -> Option<&'r String> {
    let language = match (resource.provider, resource.dialect) {
        (Provider::Aws, Dialect::Native) => "cloudformation",
        (Provider::Azure, Dialect::Native) => "bicep",
        (provider, _) => provider.name(),
    };
    let remedies = &rule.metadata().remediation;
    remedies.get(&*resource.native_type).or_else(|| remedies.get(language))
}

fn help(rule: &Rule, resource: &Resource, state: State, why: Option<&Why>) -> Option<String> {
    match state {
        State::Violated => remedy(rule, resource).map(|text| text.trim().to_owned()),
        State::Undetermined => why.and_then(Why::help).map(str::to_owned),
        State::Failed => Some("this is a fault in deodar or in the rule; please report it".to_owned()),
        State::Holds => None,
    }
}
