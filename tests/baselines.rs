//! The control sets against the rule library: nothing dead, nothing twice, nothing left out, and a statement wherever two
//! requirements rest on the very same rules.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::collections::{BTreeMap, BTreeSet};

use deodar::rule::{Assessment, Baseline, Library, Requirement};

fn each_requirement(library: &Library) -> impl Iterator<Item = (&Baseline, &Requirement)> {
    library
        .baselines()
        .iter()
        .flat_map(|baseline| baseline.requirements.iter().map(move |requirement| (baseline, requirement)))
}

fn none(faults: &[String], help: &str) {
    assert!(faults.is_empty(), "{}\nhelp: {help}", faults.join("\n"));
}

#[test]
fn both_laws_are_complete() {
    let library = Library::embedded();
    let count = |name| library.baseline(name).map(|baseline: &Baseline| baseline.requirements.len());
    assert_eq!((count("gdpr"), count("hipaa")), (Some(71), Some(79)));
}

#[test]
fn requirements_are_cited_as_the_law_numbers_them() {
    let library = Library::embedded();
    let cite = |name: &str, id: &str| {
        let baseline = library.baseline(name).expect("it is embedded");
        baseline.cite(baseline.requirement(id).expect("it is a requirement"))
    };
    assert_eq!(cite("gdpr", "32(1)(a)"), "GDPR Art. 32(1)(a)");
    assert_eq!(cite("hipaa", "164.312(a)(2)(iv)"), "HIPAA 164.312(a)(2)(iv)");
}

#[test]
fn no_requirement_stands_twice() {
    let library = Library::embedded();
    for baseline in library.baselines() {
        let ids: BTreeSet<_> = baseline.requirements.iter().map(|requirement| &requirement.id).collect();
        assert_eq!(ids.len(), baseline.requirements.len(), "{}", baseline.name);
    }
}

#[test]
fn no_reference_is_dead_or_stands_twice() {
    let library = Library::embedded();
    let mut faults = Vec::new();
    for (baseline, requirement) in each_requirement(&library) {
        let mut seen = BTreeSet::new();
        for rule in &requirement.rules {
            if library.rule(rule).is_none() {
                faults.push(format!("{} names rule {rule}, which does not exist", baseline.cite(requirement)));
            }
            if !seen.insert(rule) {
                faults.push(format!("{} names rule {rule} twice", baseline.cite(requirement)));
            }
        }
        for id in &requirement.sums_up {
            if baseline.requirement(id).is_none() || *id == requirement.id {
                faults.push(format!("{} sums up {id}, which is no other requirement", baseline.cite(requirement)));
            }
        }
    }
    none(&faults, "use ids, not aliases, in rules/baselines");
}

#[test]
fn every_rule_stands_in_a_baseline_or_says_why_not() {
    let library = Library::embedded();
    let named: BTreeSet<&str> =
        each_requirement(&library).flat_map(|(_, requirement)| requirement.rules.iter().map(String::as_str)).collect();
    let mut faults = Vec::new();
    for rule in library.rules() {
        match (named.contains(rule.id()), &rule.metadata().no_baseline) {
            (false, None) => faults.push(format!("{} stands in no baseline", rule.id())),
            (true, Some(_)) => {
                faults.push(format!("{} stands in a baseline and says why it stands in none", rule.id()))
            }
            _ => {}
        }
    }
    none(&faults, "name it under a requirement in rules/baselines, or give `no_baseline: reason` in its metadata");
}

/// Two requirements that the same rules support are mostly one requirement too many, or a list that was copied.
#[test]
fn the_same_rules_twice_need_a_statement() {
    let library = Library::embedded();
    let mut by_rules: BTreeMap<BTreeSet<&str>, Vec<(String, bool)>> = BTreeMap::new();
    for (baseline, requirement) in each_requirement(&library).filter(|(_, requirement)| !requirement.rules.is_empty()) {
        let rules = requirement.rules.iter().map(String::as_str).collect();
        let stated = requirement.same_rules_because.as_ref().is_some_and(|reason| !reason.trim().is_empty());
        by_rules.entry(rules).or_default().push((baseline.cite(requirement), stated));
    }
    let mut faults = Vec::new();
    for cited in by_rules.values() {
        let alone = cited.len() == 1;
        let wrong = cited.iter().filter(|(_, stated)| *stated == alone).map(|(cite, _)| cite.as_str());
        faults.extend(wrong.map(|cite| {
            format!("{cite}: {}", if alone { "no other has the same rules" } else { "another has the same rules" })
        }));
    }
    none(&faults, "say why in `same_rules_because`, or take it out where it is not so");
}

#[test]
fn what_settings_cannot_show_has_no_rules_and_asks_a_person() {
    let library = Library::embedded();
    let mut faults = Vec::new();
    for (baseline, requirement) in each_requirement(&library) {
        let cite = baseline.cite(requirement);
        let rules = !baseline.rules_of(requirement).is_empty();
        match requirement.assessment {
            Assessment::Manual if rules => faults.push(format!("{cite} is manual and has rules")),
            Assessment::Automated if !rules => faults.push(format!("{cite} is automated and has no rules")),
            Assessment::Manual | Assessment::Partial if requirement.human_evidence.is_none() => {
                faults.push(format!("{cite} names no human evidence"));
            }
            _ => {}
        }
    }
    none(&faults, "mend the assessment, the rules or the evidence");
}

/// A parent is summed up from its parts, so a rule is named once, where the law speaks of it.
#[test]
fn a_sum_holds_the_rules_of_its_parts() {
    let library = Library::embedded();
    let gdpr = library.baseline("gdpr").expect("it is embedded");
    let whole = gdpr.rules_of(gdpr.requirement("32(1)").expect("it is a requirement"));
    for part in ["32(1)(a)", "32(1)(b)", "32(1)(c)", "25(2)"] {
        let rules = gdpr.rules_of(gdpr.requirement(part).expect("it is a requirement"));
        assert!(!rules.is_empty() && rules.is_subset(&whole), "{part}");
    }
}
