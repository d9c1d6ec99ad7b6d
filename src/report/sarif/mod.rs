//! SARIF 2.1.0 for code scanning: one run, every rule that was judged, exact regions, fingerprints that survive moved
//! lines, taxonomies for each baseline, notifications for what was not seen.

mod place;
mod results;
mod rules;

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_sarif::sarif::{
    Invocation, Message, Notification, PropertyBag, ReportingDescriptorReference, Run, RunAutomationDetails, Sarif,
    Tool,
};

use crate::report::{Output, State};
use crate::source::NoteKind;

/// The most results that GitHub shows.
const MOST_RESULTS: usize = 5_000;

/// How the file is written.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Options {
    /// Waived findings as suppressed results; GitHub shows such results as open, so they are left out unless asked for.
    pub suppressed: bool,
    /// What cannot be told as results of kind `open`; else it is only counted.
    pub undetermined: bool,
    /// The category of the run, stable for ever.
    pub category: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { suppressed: false, undetermined: false, category: "deodar".to_owned() }
    }
}

/// Writes the file.
pub fn write(output: &Output<'_>, options: &Options, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *to, &document(output, options))?;
    to.write_all(b"\n")
}

/// How many findings are over the most that a file holds.
pub fn left_out(output: &Output<'_>, options: &Options) -> usize {
    results::wanted(output, options).count().saturating_sub(MOST_RESULTS)
}

fn document(output: &Output<'_>, options: &Options) -> Sarif {
    let taxonomies = rules::taxonomies(output);
    let results: Vec<_> = results::wanted(output, options)
        .take(MOST_RESULTS)
        .filter_map(|finding| results::result(output, finding, &taxonomies))
        .collect();
    let invocation = Invocation {
        tool_execution_notifications: Some(notifications(output, options)),
        ..Invocation::builder().execution_successful(!output.report.incomplete()).build()
    };
    let tool = Tool::builder().driver(rules::driver(output, &taxonomies)).build();
    let run = Run {
        automation_details: Some(RunAutomationDetails {
            // all up to the last slash is the category
            id: Some(format!("{}/", options.category.trim_end_matches('/'))),
            ..RunAutomationDetails::default()
        }),
        column_kind: Some("unicodeCodePoints".into()),
        invocations: Some(vec![invocation]),
        taxonomies: Some(taxonomies.components),
        results: Some(results),
        properties: Some(coverage(output)),
        ..Run::builder().tool(tool).build()
    };
    Sarif {
        schema: Some("https://json.schemastore.org/sarif-2.1.0.json".to_owned()),
        ..Sarif::builder().version("2.1.0").runs(vec![run]).build()
    }
}

/// What went wrong, what was not seen, what is only counted.
fn notifications(output: &Output<'_>, options: &Options) -> Vec<Notification> {
    let mut all = Vec::new();
    let report = output.report;
    for placed in &report.notes {
        let level = match placed.note.kind {
            NoteKind::Unreadable | NoteKind::PartLost | NoteKind::Refused => "error",
            NoteKind::NotSeen | NoteKind::Unresolved | NoteKind::Configuration => "warning",
            NoteKind::Info => "note",
        };
        let locations = placed.place.as_ref().map(|place| vec![place::location(place, None)]);
        all.push(Notification { locations, ..notification(level, &placed.note.message) });
    }
    for finding in report.findings.iter().filter(|finding| finding.state == State::Failed) {
        all.push(Notification {
            associated_rule: Some(ReportingDescriptorReference {
                id: Some(finding.rule_id.to_string()),
                ..ReportingDescriptorReference::default()
            }),
            ..notification("error", &finding.message)
        });
    }
    let mut counted = |count: usize, level: &str, text: &str| {
        if count > 0 {
            all.push(notification(level, &format!("{text}: {count}")));
        }
    };
    let open =
        report.findings.iter().filter(|finding| finding.state == State::Undetermined && finding.waiver.is_none());
    let open = if options.undetermined { 0 } else { open.count() };
    counted(open, "warning", "verdicts that cannot be told, not among the results (--sarif-undetermined include)");
    let waived = report.findings.iter().filter(|finding| finding.waiver.is_some()).count();
    counted(
        if options.suppressed { 0 } else { waived },
        "note",
        "findings that are waived, left out (--sarif-suppressed include)",
    );
    counted(left_out(output, options), "error", "findings left out, as code scanning shows no more than 5000 of a run");
    let nowhere = results::wanted(output, options).filter(|finding| place::anchor(finding).is_none()).count();
    counted(nowhere, "warning", "findings without a place in a file, left out here and told by the other reports");
    all
}

fn notification(level: &str, text: &str) -> Notification {
    Notification { level: Some(level.into()), ..Notification::builder().message(message(text)).build() }
}

fn message(text: &str) -> Message {
    Message { text: Some(text.to_owned()), ..Message::default() }
}

/// Properties of one's own, without tags.
fn bag(properties: impl IntoIterator<Item = (&'static str, serde_json::Value)>) -> PropertyBag {
    let additional_properties: BTreeMap<_, _> =
        properties.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    PropertyBag { tags: None, additional_properties }
}

fn coverage(output: &Output<'_>) -> PropertyBag {
    let coverage = &output.report.coverage;
    let verdicts = &coverage.verdicts;
    bag([(
        "coverage",
        serde_json::json!({
            "files": coverage.files.in_scope,
            "filesUnreadable": coverage.unreadable,
            "filesNotSeen": coverage.files.not_seen,
            "resources": coverage.judged(),
            "blocksOfUnknownType": coverage.unknown(),
            "verdicts": {
                "holds": verdicts.holds,
                "violated": verdicts.violated,
                "undetermined": verdicts.undetermined,
                "failed": verdicts.failed,
                "notApplicable": verdicts.not_applicable,
                "waived": verdicts.waived + verdicts.waived_undetermined,
            },
        }),
    )])
}
