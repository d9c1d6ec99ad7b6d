//! The JSON report: deodar's own documented format, for programs that want everything.

mod types;

use std::collections::BTreeMap;
use std::io::{self, Write};

use types as out;
pub use types::VERSION;

use crate::engine::Seen;
use crate::model::{Facts, Resource, Scalar};
use crate::report::{Counts, Finding, Lines, Output, Place, Waived};
use crate::source::NoteKind;
use crate::value::State;

/// Writes the report.
pub fn write(output: &Output<'_>, to: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *to, &document(output))?;
    to.write_all(b"\n")
}

fn document<'a>(output: &Output<'a>) -> out::Document<'a> {
    let report = output.report;
    let mut lines = Lines::new(output.tree);
    out::Document {
        format: "deodar-report",
        version: VERSION,
        tool: out::Tool { name: "deodar", version: env!("CARGO_PKG_VERSION") },
        inputs: out::Inputs {
            estate: report.estate.as_deref(),
            profile: if report.estate.is_some() { "declared" } else { "strict" },
            baselines: &report.chosen,
            today: output.today.map(|day| day.to_string()),
        },
        coverage: coverage(output),
        findings: report.findings.iter().filter_map(|one| finding(output, one)).collect(),
        verdicts: output
            .verdicts
            .then(|| report.findings.iter().chain(&report.holds).filter_map(|one| finding(output, one)).collect()),
        requirements: requirements(output),
        rules: rules(output),
        waivers: waivers(output),
        resources: output.inventory.resources().iter().map(|one| resource(&mut lines, one)).collect(),
        notes: notes(output),
    }
}

fn coverage<'a>(output: &Output<'a>) -> out::Coverage<'a> {
    let coverage = &output.report.coverage;
    out::Coverage {
        files: out::Files {
            in_scope: coverage.files.in_scope,
            by_format: &coverage.files.by_format,
            passed_over: coverage.files.passed_over,
            unclaimed: coverage.files.unclaimed,
            excluded: coverage.files.excluded,
            unreadable: coverage.unreadable,
            not_seen: coverage.files.not_seen,
        },
        resources: &coverage.resources,
        unknown_types: coverage.unknown_types.iter().map(|(name, count)| (&**name, *count)).collect(),
        verdicts: counts(&coverage.verdicts),
        violations: coverage.violations.iter().map(|(severity, count)| (severity.name(), *count)).collect(),
        assumed_class: coverage.assumed,
    }
}

fn counts(counts: &Counts) -> out::Counts {
    out::Counts {
        holds: counts.holds,
        violated: counts.violated,
        undetermined: counts.undetermined,
        failed: counts.failed,
        not_applicable: counts.not_applicable,
        waived: counts.waived + counts.waived_undetermined,
    }
}

fn finding<'a>(output: &Output<'a>, finding: &'a Finding) -> Option<out::Finding<'a>> {
    let resource = output.inventory.get(finding.resource)?;
    let related = finding
        .related
        .iter()
        .filter_map(|label| Some(out::Related { text: &label.text, location: location(label.place.as_ref()?) }));
    let evidence = finding.evidence.iter().map(|fact| {
        let (state, value) = seen(&fact.value);
        out::Evidence {
            path: &fact.path,
            role: if fact.primary { "requirement" } else { "applicability" },
            state,
            value,
            doc: fact.doc,
            location: fact.place.as_ref().map(location),
        }
    });
    let cited = |cited: &'a crate::report::Cited| out::Cited {
        baseline: &cited.baseline,
        id: &cited.id,
        citation: &cited.citation,
    };
    Some(out::Finding {
        rule: &finding.rule_id,
        policies: finding.policies.iter().map(String::as_str).collect(),
        severity: finding.severity.name(),
        state: finding.state.name(),
        waiver: finding.waiver.as_ref().map(waiver),
        assumed_class: finding.assumed_class,
        message: &finding.message,
        help: finding.help.as_deref(),
        reason: finding.why.as_ref().map(ToString::to_string),
        resource: out::ResourceName {
            address: &resource.address,
            part: resource.part.as_deref(),
            kind: resource.kind_name().name(),
            provider: resource.provider.name(),
            native_type: &resource.native_type,
            name: &resource.name,
        },
        location: finding.primary.place.as_ref().map(location),
        related: related.collect(),
        evidence: evidence.collect(),
        requirements: finding.requirements.iter().map(cited).collect(),
        fingerprint: &finding.fingerprint,
        content_hash: &finding.content_hash,
    })
}

fn location(place: &Place) -> out::Location<'_> {
    out::Location {
        file: &place.file,
        start: out::Position { line: place.start.line, column: place.start.column },
        end: out::Position { line: place.end.line, column: place.end.column },
    }
}

fn seen(value: &Seen) -> (&'static str, Option<String>) {
    match value {
        Seen::Set(value) => ("set", Some(value.clone())),
        Seen::Default(value) => ("default", Some(value.clone())),
        Seen::Unset => ("unset", None),
        Seen::Unknown(unknown) => ("unknown", Some(unknown.to_string())),
    }
}

fn waiver(waived: &Waived) -> out::Waiver<'_> {
    out::Waiver {
        rule: &waived.rule,
        resource: &waived.resource,
        reason: &waived.reason,
        by: &waived.by,
        until: waived.until.to_string(),
    }
}

/// The waivers that stand beside a finding, with how many.
fn waivers<'a>(output: &Output<'a>) -> Vec<out::WaiverUse<'a>> {
    let mut used: BTreeMap<&Waived, usize> = BTreeMap::new();
    for finding in &output.report.findings {
        if let Some(waived) = &finding.waiver {
            *used.entry(waived).or_default() += 1;
        }
    }
    used.into_iter().map(|(waived, findings)| out::WaiverUse { waiver: waiver(waived), findings }).collect()
}

fn requirements<'a>(output: &Output<'a>) -> Vec<out::Requirement<'a>> {
    let baselines = output.report.baselines.iter();
    let all = baselines.flat_map(|baseline| baseline.requirements.iter().map(move |one| (baseline, one)));
    all.map(|(baseline, one)| out::Requirement {
        baseline: &baseline.name,
        id: &one.id,
        citation: &one.citation,
        title: &one.title,
        assessment: one.assessment.name(),
        status: one.status.name(),
        verdicts: counts(&one.counts),
        rules: &one.rules,
        not_judged: &one.not_judged,
        human_evidence: one.human_evidence.as_deref(),
    })
    .collect()
}

fn rules<'a>(output: &Output<'a>) -> Vec<out::Rule<'a>> {
    let rules =
        output.report.rules.iter().filter_map(|judged| Some((judged, output.library.rules().get(judged.rule)?)));
    rules
        .map(|(judged, rule)| out::Rule {
            id: &judged.id,
            title: &rule.metadata().title,
            severity: judged.severity.name(),
            verdicts: counts(&judged.counts),
        })
        .collect()
}

fn resource<'a>(lines: &mut Lines<'a>, resource: &'a Resource) -> out::Resource<'a> {
    let mut facts = BTreeMap::new();
    for group in [resource.kind.facts(), &resource.common as &dyn Facts] {
        for (at, fact) in group.facts().iter().enumerate() {
            if let Some((state, _)) = group.read(at) {
                facts.insert(fact.name, fact_state(state));
            }
        }
    }
    out::Resource {
        address: &resource.address,
        part: resource.part.as_deref(),
        kind: resource.kind_name().name(),
        provider: resource.provider.name(),
        native_type: &resource.native_type,
        name: &resource.name,
        location: lines.place(resource.head).map(|place| out::Location {
            file: lines.tree().name(place.span.file),
            start: out::Position { line: place.start.line, column: place.start.column },
            end: out::Position { line: place.end.line, column: place.end.column },
        }),
        facts,
    }
}

fn fact_state(state: State<Scalar<'_>>) -> out::FactState {
    match state {
        State::Set(value) => out::FactState { state: "set", value: Some(scalar(value)) },
        State::Default(value) => out::FactState { state: "default", value: Some(scalar(value)) },
        State::Unset => out::FactState { state: "unset", value: None },
        State::Unknown(unknown) => out::FactState { state: "unknown", value: Some(unknown.to_string().into()) },
    }
}

fn scalar(value: Scalar<'_>) -> serde_json::Value {
    match value {
        Scalar::Bool(flag) => flag.into(),
        Scalar::Long(number) => number.into(),
        Scalar::Text(text) => text.into(),
        Scalar::Texts(texts) => texts.iter().map(|text| &**text).collect::<Vec<_>>().into(),
        Scalar::Place(place) => serde_json::json!({
            "region": &*place.region,
            "jurisdictions": place.jurisdictions.iter().map(|code| &**code).collect::<Vec<_>>(),
        }),
        Scalar::Link(link) => match &link.target {
            crate::model::Target::Block(reference) => (&*reference.address).into(),
            crate::model::Target::Name(name) => (&**name).into(),
        },
    }
}

fn notes<'a>(output: &Output<'a>) -> Vec<out::Note<'a>> {
    let notes = output.report.notes.iter();
    notes
        .map(|placed| out::Note {
            kind: kind(placed.note.kind),
            message: &placed.note.message,
            help: placed.note.help.as_deref(),
            file: placed.place.as_ref().map(|place| &*place.file).or(placed.note.path.as_deref()),
            location: placed.place.as_ref().map(location),
        })
        .collect()
}

/// The name of a kind of notes in outputs.
pub(super) fn kind(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Unreadable => "unreadable",
        NoteKind::PartLost => "part-lost",
        NoteKind::Refused => "refused",
        NoteKind::NotSeen => "not-seen",
        NoteKind::Unresolved => "unresolved",
        NoteKind::Configuration => "configuration",
        NoteKind::Info => "info",
    }
}
