//! Findings as results.

use std::collections::BTreeMap;

use serde_sarif::sarif::{
    Location, LogicalLocation, Message, Result as SarifResult, ResultKind, ResultLevel, Suppression,
};

use super::place::{anchor, is_ours, location};
use super::rules::Taxonomies;
use super::{Options, bag};
use crate::report::{Finding, Output, State};
use crate::rule::Severity;

/// The findings that are wanted as results, the most severe first.
pub(super) fn wanted<'o>(output: &Output<'o>, options: &'o Options) -> impl Iterator<Item = &'o Finding> {
    output.report.findings.iter().filter(move |finding| {
        let state = match finding.state {
            State::Violated => true,
            State::Undetermined => options.undetermined,
            State::Failed | State::Holds => false,
        };
        state && (finding.waiver.is_none() || options.suppressed)
    })
}

/// The level of a severity.
pub(super) fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// One finding; none if it has no place in the repository.
pub(super) fn result(output: &Output<'_>, finding: &Finding, taxonomies: &Taxonomies) -> Option<SarifResult> {
    let place = anchor(finding)?;
    let open = finding.state == State::Undetermined;
    let level = match (open, finding.severity) {
        // a result that is no failure has no level
        (true, _) => ResultLevel::None,
        (false, Severity::Critical | Severity::High) => ResultLevel::Error,
        (false, Severity::Medium) => ResultLevel::Warning,
        (false, Severity::Low) => ResultLevel::Note,
    };
    let resource = output.inventory.get(finding.resource)?;
    let logical = LogicalLocation {
        fully_qualified_name: Some(finding.address.clone()),
        name: Some(resource.name.to_string()),
        kind: Some("resource".to_owned()),
        ..LogicalLocation::default()
    };
    let related = finding.related.iter().filter_map(|label| Some((label.place.as_ref()?, label.text.as_str())));
    let related: Vec<Location> = related
        .filter(|(other, _)| is_ours(other) && *other != place)
        .zip(1..)
        .map(|((place, text), id)| Location { id: Some(id), ..location(place, Some(text)) })
        .collect();
    let taxa = finding.requirements.iter().filter_map(|cited| taxonomies.reference(cited)).collect();
    Some(SarifResult {
        rule_id: Some(finding.rule_id.to_string()),
        rule_index: output
            .report
            .rules
            .iter()
            .position(|rule| rule.rule == finding.rule)
            .and_then(|at| i64::try_from(at).ok()),
        kind: Some(if open { ResultKind::Open } else { ResultKind::Fail }),
        level: Some(level),
        locations: Some(vec![Location { logical_locations: Some(vec![logical]), ..location(place, None) }]),
        related_locations: (!related.is_empty()).then_some(related),
        partial_fingerprints: Some(fingerprints(finding)),
        suppressions: suppressions(finding),
        taxa: Some(taxa),
        properties: Some(bag([
            ("severity", finding.severity.name().into()),
            ("assumedClass", finding.assumed_class.into()),
            ("contentHash", finding.content_hash.as_str().into()),
            ("provider", resource.provider.name().into()),
            ("kind", resource.kind_name().name().into()),
        ])),
        ..SarifResult::builder().message(words(finding)).build()
    })
}

/// The first sentence stands alone.
fn words(finding: &Finding) -> Message {
    let first = match finding.state {
        State::Undetermined => format!("cannot tell for {}", finding.message),
        _ => finding.message.clone(),
    };
    let mut text = format!("{first}.");
    if finding.assumed_class {
        text.push_str(" No data class is declared for it, so it is treated as if it held regulated data.");
    }
    if let Some(help) = finding.help.as_deref().filter(|_| finding.state == State::Undetermined) {
        text.push_str(&format!(" To settle it: {help}."));
    }
    super::message(&text)
}

/// GitHub knows alerts by the first, which therefore must not hang on lines; the second is our own.
fn fingerprints(finding: &Finding) -> BTreeMap<String, String> {
    let short = finding.fingerprint.get(..16).unwrap_or(&finding.fingerprint);
    BTreeMap::from([
        ("primaryLocationLineHash".to_owned(), format!("{short}:1")),
        ("deodarFinding/v1".to_owned(), finding.fingerprint.clone()),
    ])
}

/// An empty list says that a result is not suppressed.
fn suppressions(finding: &Finding) -> Option<Vec<Suppression>> {
    let waiver = finding.waiver.as_ref()?;
    Some(vec![Suppression {
        status: Some("accepted".into()),
        justification: Some(format!("{} (accepted by {} until {})", waiver.reason, waiver.by, waiver.until)),
        ..Suppression::builder().kind("external").build()
    }])
}
