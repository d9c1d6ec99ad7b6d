//! From verdicts to requirements. A requirement is met only as far as settings can show, and never because nobody looked.

use std::collections::BTreeMap;

use crate::report::{Counts, JudgedRule, Material};
use crate::rule::{Assessment, Baseline, Requirement};

/// What can be said of a requirement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Status {
    /// An unwaived violation.
    NotMet,
    /// No violation, but something cannot be told, failed, or was not judged.
    CannotTell,
    /// Everything that was seen holds.
    Met,
    /// Nothing that was seen is in scope of its rules.
    NotApplicable,
    /// Only a person can show it.
    NeedsEvidence,
}

impl Status {
    /// Every status, in the order of the table.
    pub const ALL: &'static [Status] =
        &[Self::NotMet, Self::CannotTell, Self::Met, Self::NotApplicable, Self::NeedsEvidence];

    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotMet => "not-met",
            Self::CannotTell => "cannot-tell",
            Self::Met => "met-as-far-as-settings-show",
            Self::NotApplicable => "not-applicable",
            Self::NeedsEvidence => "needs-evidence",
        }
    }
}

/// One requirement.
#[derive(Clone, Debug)]
pub struct RequirementResult {
    /// Its number.
    pub id: String,
    /// As it is cited.
    pub citation: String,
    /// What it demands.
    pub title: String,
    /// How far settings can show it.
    pub assessment: Assessment,
    /// What can be said.
    pub status: Status,
    /// The verdicts of its rules by state.
    pub counts: Counts,
    /// Its rules that were judged.
    pub rules: Vec<String>,
    /// Its rules that were not judged: switched off, or not chosen.
    pub not_judged: Vec<String>,
    /// What a person still has to bring.
    pub human_evidence: Option<String>,
}

/// One baseline.
#[derive(Clone, Debug)]
pub struct BaselineResult {
    /// Its name.
    pub name: String,
    /// Its title.
    pub title: String,
    /// The word before its numbers.
    pub citation: String,
    /// The edition.
    pub as_of: String,
    /// Its requirements, in the order of the law.
    pub requirements: Vec<RequirementResult>,
}

impl BaselineResult {
    /// How many requirements have `status`.
    pub fn count(&self, status: Status) -> usize {
        self.requirements.iter().filter(|requirement| requirement.status == status).count()
    }
}

pub(super) fn roll_up(material: &Material<'_>, chosen: &[String], rules: &[JudgedRule]) -> Vec<BaselineResult> {
    let counts: BTreeMap<&str, &Counts> = rules.iter().map(|rule| (&*rule.id, &rule.counts)).collect();
    let baselines = material.library.baselines().iter().filter(|baseline| chosen.contains(&baseline.name));
    baselines
        .map(|baseline| BaselineResult {
            name: baseline.name.clone(),
            title: baseline.title.clone(),
            citation: baseline.citation.clone(),
            as_of: baseline.as_of.clone(),
            requirements: baseline
                .requirements
                .iter()
                .map(|requirement| one(material, baseline, requirement, &counts))
                .collect(),
        })
        .collect()
}

fn one(
    material: &Material<'_>,
    baseline: &Baseline,
    requirement: &Requirement,
    counts: &BTreeMap<&str, &Counts>,
) -> RequirementResult {
    let (mut judged, mut not_judged) = (Vec::new(), Vec::new());
    let mut sum = Counts::default();
    for id in baseline.rules_of(requirement) {
        match counts.get(id) {
            Some(counts) => {
                sum.sum(counts);
                judged.push(id.to_owned());
            }
            // a rule that does not exist is a test's business
            None if material.library.rule(id).is_some() => not_judged.push(id.to_owned()),
            None => {}
        }
    }
    RequirementResult {
        id: requirement.id.clone(),
        citation: baseline.cite(requirement),
        title: requirement.title.clone(),
        assessment: requirement.assessment,
        status: status(requirement.assessment, &sum, judged.is_empty(), !not_judged.is_empty()),
        counts: sum,
        rules: judged,
        not_judged,
        human_evidence: requirement.human_evidence.clone(),
    }
}

/// Any unwaived violation: not met. Else anything open: cannot tell. Else nothing in scope: not applicable. Else met, as
/// far as settings show. What only a person can show is never met by settings.
fn status(assessment: Assessment, counts: &Counts, no_rules: bool, left_out: bool) -> Status {
    if counts.violated > counts.waived {
        return Status::NotMet;
    }
    if assessment == Assessment::Manual || (no_rules && !left_out) {
        return Status::NeedsEvidence;
    }
    if counts.undetermined > counts.waived_undetermined || counts.failed > 0 || left_out {
        return Status::CannotTell;
    }
    if counts.holds + counts.violated + counts.undetermined == 0 {
        return Status::NotApplicable;
    }
    Status::Met
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judge(assessment: Assessment, counts: Counts) -> Status {
        status(assessment, &counts, false, false)
    }

    #[test]
    fn a_violation_counts_first_and_a_waived_one_does_not() {
        let broken = Counts { violated: 1, undetermined: 1, holds: 3, ..Counts::default() };
        assert_eq!(judge(Assessment::Automated, broken), Status::NotMet);
        let waived = Counts { violated: 1, waived: 1, holds: 3, ..Counts::default() };
        assert_eq!(judge(Assessment::Automated, waived), Status::Met);
    }

    #[test]
    fn what_cannot_be_told_is_not_met() {
        let open = Counts { undetermined: 1, holds: 3, ..Counts::default() };
        assert_eq!(judge(Assessment::Partial, open), Status::CannotTell);
        let failed = Counts { failed: 1, holds: 3, ..Counts::default() };
        assert_eq!(judge(Assessment::Partial, failed), Status::CannotTell);
        assert_eq!(
            status(Assessment::Partial, &Counts { holds: 9, ..Counts::default() }, false, true),
            Status::CannotTell
        );
    }

    #[test]
    fn what_only_a_person_can_show_is_never_met() {
        assert_eq!(judge(Assessment::Manual, Counts { holds: 3, ..Counts::default() }), Status::NeedsEvidence);
        assert_eq!(status(Assessment::Automated, &Counts::default(), true, false), Status::NeedsEvidence);
    }

    #[test]
    fn nothing_in_scope_is_not_applicable() {
        assert_eq!(
            judge(Assessment::Automated, Counts { not_applicable: 4, ..Counts::default() }),
            Status::NotApplicable
        );
    }
}
