//! What was seen and what was not: it stands in every output, so that a green result says what it rests on.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::report::{Finding, JudgedRule, Material, PlacedNote, State};
use crate::rule::Severity;

/// Verdicts by state. A waived finding is counted under its state and under `waived`.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Counts {
    /// Holds.
    pub holds: usize,
    /// Violated, waived ones included.
    pub violated: usize,
    /// Cannot be told, waived ones included.
    pub undetermined: usize,
    /// Could not be evaluated.
    pub failed: usize,
    /// Resources of the rule's kinds to which it does not apply.
    pub not_applicable: usize,
    /// Violated and waived.
    pub waived: usize,
    /// Undetermined and waived.
    pub waived_undetermined: usize,
}

impl Counts {
    /// One more verdict.
    pub fn add(&mut self, state: State) {
        match state {
            State::Holds => self.holds += 1,
            State::Violated => self.violated += 1,
            State::Undetermined => self.undetermined += 1,
            State::Failed => self.failed += 1,
        }
    }

    /// One of them is waived.
    pub fn waive(&mut self, state: State) {
        match state {
            State::Violated => self.waived += 1,
            State::Undetermined => self.waived_undetermined += 1,
            State::Holds | State::Failed => {}
        }
    }

    /// These and others.
    pub fn sum(&mut self, other: &Counts) {
        self.holds += other.holds;
        self.violated += other.violated;
        self.undetermined += other.undetermined;
        self.failed += other.failed;
        self.not_applicable += other.not_applicable;
        self.waived += other.waived;
        self.waived_undetermined += other.waived_undetermined;
    }
}

/// Files, counted.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Files {
    /// In scope.
    pub in_scope: usize,
    /// Read by each format: what was passed over or not seen is left out.
    pub by_format: BTreeMap<&'static str, usize>,
    /// Read, and nothing of the format in them.
    pub passed_over: usize,
    /// Of which something was not seen: what a macro makes, a template that cannot be rendered.
    pub not_seen: usize,
    /// That no format knows.
    pub unclaimed: usize,
    /// That the estate file excludes.
    pub excluded: usize,
}

/// What was seen and what was not.
#[derive(Clone, Default, Debug)]
pub struct Coverage {
    /// The files.
    pub files: Files,
    /// Files that should have been read and were not, or only in part.
    pub unreadable: usize,
    /// Resources by kind.
    pub resources: BTreeMap<&'static str, usize>,
    /// How many blocks of which type no normaliser knows.
    pub unknown_types: BTreeMap<Arc<str>, usize>,
    /// All verdicts by state.
    pub verdicts: Counts,
    /// Unwaived violations by severity.
    pub violations: BTreeMap<Severity, usize>,
    /// Unwaived violations that rest on the strict profile's assumption.
    pub assumed: usize,
}

impl Coverage {
    /// How many resources there are, the estate itself left out.
    pub fn judged(&self) -> usize {
        self.resources.iter().filter(|(kind, _)| **kind != "Estate").map(|(_, count)| count).sum()
    }

    /// How many blocks are of a type that is not known.
    pub fn unknown(&self) -> usize {
        self.unknown_types.values().sum()
    }
}

pub(super) fn coverage(
    material: &Material<'_>,
    findings: &[Finding],
    rules: &[JudgedRule],
    notes: &[PlacedNote],
) -> Coverage {
    let mut found = Coverage {
        files: material.files.clone(),
        unknown_types: material.inventory.unknown_types.clone(),
        ..Coverage::default()
    };
    for resource in material.inventory.resources() {
        *found.resources.entry(resource.kind_name().name()).or_default() += 1;
    }
    for rule in rules {
        found.verdicts.sum(&rule.counts);
    }
    for finding in findings.iter().filter(|finding| finding.counts()) {
        *found.violations.entry(finding.severity).or_default() += 1;
        found.assumed += usize::from(finding.assumed_class);
    }
    found.unreadable = notes.iter().filter(|placed| placed.note.kind.incomplete()).count();
    found
}
