//! What was found, made ready once for every reporter: findings, roll-up to requirements, coverage; one reporter a file.
//!
//! **Invariant:** waiving, redaction, sorting and rolling up happen here, before any reporter. A reporter drops nothing
//! on its own, and only this room and the command line know `Serialize`.

mod coverage;
pub mod diff;
pub mod escape;
mod finding;
pub mod fingerprint;
pub mod json;
mod labels;
mod layers;
mod message;
pub mod page;
mod place;
mod rollup;
pub mod sarif;
pub mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;

pub use coverage::{Counts, Coverage, Files};
pub use finding::{Cited, Fact, Finding, Label, State, Waived};
pub use place::{Lines, Place};
pub use rollup::{BaselineResult, RequirementResult, Status};

use crate::engine::{Evidence, Judgement, Verdict};
use crate::model::Inventory;
use crate::rule::{Estate, Library, Severity};
use crate::source::{Note, NoteKind, Tree};
use crate::value::UnitId;

/// What a report is made from.
pub struct Material<'a> {
    /// The texts.
    pub tree: &'a Tree,
    /// The resources.
    pub inventory: &'a Inventory,
    /// The rules.
    pub library: &'a Library,
    /// The estate file.
    pub estate: Option<&'a Estate>,
    /// The verdicts.
    pub judgement: &'a Judgement,
    /// Which rules were judged, by their places in the library.
    pub judged: &'a [usize],
    /// What a verdict rests on.
    pub evidence: &'a (dyn Fn(&Verdict) -> Evidence + Sync),
    /// What the policies that decided a verdict say: pairs of a policy's id and its message.
    pub messages: &'a (dyn Fn(&Verdict) -> Vec<(String, String)> + Sync),
    /// The chosen baselines; empty means all.
    pub baselines: &'a [String],
    /// The requirements that each rule supports.
    pub cited: Vec<Vec<Cited>>,
    /// The folder of each unit.
    pub folders: BTreeMap<UnitId, Arc<str>>,
    /// The day by which waivers are measured.
    pub today: Option<Date>,
    /// The files, counted.
    pub files: Files,
    /// Everything that went wrong or was not seen.
    pub notes: Vec<Note>,
    /// Whether evidence is wanted for what holds, too.
    pub verdicts: bool,
}

/// A rule that was judged.
#[derive(Clone, Debug)]
pub struct JudgedRule {
    /// Its place in the library.
    pub rule: usize,
    /// Its id.
    pub id: Arc<str>,
    /// Its severity after overrides.
    pub severity: Severity,
    /// Its verdicts by state.
    pub counts: Counts,
}

/// A note with its place worked out.
#[derive(Clone, Debug)]
pub struct PlacedNote {
    /// The note.
    pub note: Note,
    /// Its place.
    pub place: Option<Place>,
}

/// What a reporter writes from.
#[derive(Clone, Copy)]
pub struct Output<'a> {
    /// What was found.
    pub report: &'a Report,
    /// The resources.
    pub inventory: &'a Inventory,
    /// The rules.
    pub library: &'a Library,
    /// The texts.
    pub tree: &'a Tree,
    /// The day, if it was given: no clock ever reaches a report.
    pub today: Option<Date>,
    /// Whether every verdict is wanted, the holds too.
    pub verdicts: bool,
}

/// What was found.
#[derive(Clone, Debug)]
pub struct Report {
    /// Violated, failed and undetermined verdicts: the most severe first, then by place.
    pub findings: Vec<Finding>,
    /// Verdicts that hold, with their evidence, if they were asked for.
    pub holds: Vec<Finding>,
    /// The rules that were judged, by id.
    pub rules: Vec<JudgedRule>,
    /// Each chosen baseline, requirement by requirement.
    pub baselines: Vec<BaselineResult>,
    /// What was seen and what was not.
    pub coverage: Coverage,
    /// What went wrong or was not seen.
    pub notes: Vec<PlacedNote>,
    /// Whether an estate file was read; else the strict profile holds.
    pub estate: Option<Arc<str>>,
    /// The names of the chosen baselines.
    pub chosen: Vec<String>,
    /// The requirements that each rule supports, by the rule's place in the library.
    cited: Vec<Vec<Cited>>,
}

impl<'a> Output<'a> {
    /// The requirements of the chosen baselines that the rule at `rule` in the library supports.
    pub fn cited(&self, rule: usize) -> &'a [Cited] {
        self.report.cited.get(rule).map_or(&[], Vec::as_slice)
    }
}

impl Report {
    /// Makes the report.
    pub fn build(material: &Material<'_>) -> Self {
        let mut lines = Lines::new(material.tree);
        let (mut findings, mut holds) = (Vec::new(), Vec::new());
        for verdict in &material.judgement.verdicts {
            let holding = State::of(&verdict.outcome) == State::Holds;
            if holding && !material.verdicts {
                continue;
            }
            let into = if holding { &mut holds } else { &mut findings };
            into.extend(finding::build(material, &mut lines, verdict));
        }
        sort(&mut findings);
        sort(&mut holds);
        layers::once(&mut findings, material.inventory);
        layers::once(&mut holds, material.inventory);
        tell_apart(&mut findings);
        tell_apart(&mut holds);
        let rules = rules(material, &findings);
        let chosen = chosen(material);
        let baselines = rollup::roll_up(material, &chosen, &rules);
        let mut notes = material.notes.clone();
        notes.sort_by(|a, b| (a.kind, &a.path, a.span, &a.message).cmp(&(b.kind, &b.path, b.span, &b.message)));
        notes.dedup();
        let notes: Vec<PlacedNote> = notes
            .into_iter()
            .map(|note| PlacedNote { place: note.span.and_then(|span| lines.place(span)), note })
            .collect();
        let coverage = coverage::coverage(material, &findings, &rules, &notes);
        let estate = material.estate.map(|estate| estate.path.clone());
        let cited = material.cited.clone();
        Self { findings, holds, rules, baselines, coverage, notes, estate, chosen, cited }
    }

    /// How many unwaived violations are at least as severe as `threshold`.
    pub fn at_least(&self, threshold: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.counts() && finding.severity >= threshold).count()
    }

    /// Whether something was not seen: a run with that never ends green.
    pub fn unseen(&self) -> bool {
        self.incomplete() || self.notes.iter().any(|placed| placed.note.kind == NoteKind::NotSeen)
    }

    /// Whether something that should have been read or judged was not.
    pub fn incomplete(&self) -> bool {
        let failed = self.findings.iter().any(|finding| finding.state == State::Failed);
        failed || self.notes.iter().any(|placed| placed.note.kind.incomplete())
    }

    /// Whether something cannot be told.
    pub fn uncertain(&self) -> bool {
        let open = |finding: &&Finding| finding.state == State::Undetermined && finding.waiver.is_none();
        let unresolved = |placed: &&PlacedNote| placed.note.kind == NoteKind::Unresolved;
        self.findings.iter().any(|finding| open(&finding)) || self.notes.iter().any(|placed| unresolved(&placed))
    }
}

/// Violated first, then failed, then undetermined; the most severe first; then by place, resource and rule.
fn sort(findings: &mut [Finding]) {
    findings.sort_by(|a, b| {
        (a.state, std::cmp::Reverse(a.severity), &a.primary.place, &a.address, &a.rule_id, a.resource).cmp(&(
            b.state,
            std::cmp::Reverse(b.severity),
            &b.primary.place,
            &b.address,
            &b.rule_id,
            b.resource,
        ))
    });
}

/// Gives findings that would share a fingerprint (a Kubernetes object declared twice) one each.
fn tell_apart(findings: &mut [Finding]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for finding in findings {
        let times = seen.entry(finding.fingerprint.clone()).or_default();
        *times += 1;
        if *times > 1 {
            finding.fingerprint = fingerprint::hash([finding.fingerprint.as_str(), times.to_string().as_str()]);
        }
    }
}

/// The names of the baselines that are reported on.
fn chosen(material: &Material<'_>) -> Vec<String> {
    let all = material.library.baselines().iter().map(|baseline| baseline.name.clone());
    all.filter(|name| material.baselines.is_empty() || material.baselines.contains(name)).collect()
}

/// The requirements that each rule supports, by the rule's place in the library.
pub fn cited(library: &Library, chosen: &[String]) -> Vec<Vec<Cited>> {
    let mut by_rule = vec![Vec::new(); library.rules().len()];
    for baseline in library.baselines().iter().filter(|baseline| chosen.is_empty() || chosen.contains(&baseline.name)) {
        for requirement in &baseline.requirements {
            for id in &requirement.rules {
                let Some(cited) = library.rule(id).and_then(|(at, _)| by_rule.get_mut(at)) else { continue };
                let citation = baseline.cite(requirement);
                cited.push(Cited { baseline: baseline.name.clone(), id: requirement.id.clone(), citation });
            }
        }
    }
    by_rule
}

fn rules(material: &Material<'_>, findings: &[Finding]) -> Vec<JudgedRule> {
    let mut counts: BTreeMap<usize, Counts> = BTreeMap::new();
    for verdict in &material.judgement.verdicts {
        counts.entry(verdict.rule).or_default().add(State::of(&verdict.outcome));
    }
    for finding in findings.iter().filter(|finding| finding.waiver.is_some()) {
        counts.entry(finding.rule).or_default().waive(finding.state);
    }
    let judged = material.judged.iter().filter_map(|at| Some((*at, material.library.rules().get(*at)?)));
    judged
        .map(|(at, rule)| {
            let mut counts = counts.remove(&at).unwrap_or_default();
            counts.not_applicable = material.judgement.not_applicable.get(at).copied().unwrap_or(0);
            JudgedRule { rule: at, id: Arc::from(rule.id()), severity: finding::severity(material, rule), counts }
        })
        .collect()
}
