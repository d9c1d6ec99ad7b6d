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

/// Where the law speaks of one matter, rules of another have nothing to say: which domains can.
const SPEAK: &[(&str, &str, &[&str])] = &[
    ("hipaa", "164.308(a)(7)(i)", &["resilience", "keys-and-secrets"]),
    ("hipaa", "164.308(a)(7)(ii)(A)", &["resilience"]),
    ("hipaa", "164.308(a)(7)(ii)(B)", &["resilience"]),
    ("hipaa", "164.308(a)(7)(ii)(C)", &["resilience"]),
    ("hipaa", "164.312(a)(2)(iv)", &["encryption-at-rest", "keys-and-secrets", "data-location"]),
    ("hipaa", "164.312(b)", &["audit-logging", "ai-agent"]),
    ("hipaa", "164.312(c)(2)", &["audit-logging"]),
    ("hipaa", "164.312(e)(2)(i)", &["encryption-in-transit"]),
    ("hipaa", "164.312(e)(2)(ii)", &["encryption-in-transit", "network"]),
    ("hipaa", "164.402", &["encryption-at-rest", "keys-and-secrets"]),
    (
        "gdpr",
        "32(1)(a)",
        &["encryption-at-rest", "encryption-in-transit", "keys-and-secrets", "data-location", "network"],
    ),
    ("gdpr", "32(1)(c)", &["resilience", "keys-and-secrets"]),
    ("gdpr", "34(3)(a)", &["encryption-at-rest", "keys-and-secrets"]),
    ("gdpr", "44", &["data-location", "ai-agent", "network"]),
    ("gdpr", "45(1)", &["data-location"]),
    ("gdpr", "46(1)", &["data-location"]),
    ("gdpr", "48", &["data-location", "encryption-at-rest"]),
];

#[test]
fn no_requirement_has_rules_that_cannot_speak_of_it() {
    let library = Library::embedded();
    let mut faults = Vec::new();
    for (name, id, domains) in SPEAK {
        let baseline = library.baseline(name).expect("it is embedded");
        let requirement = baseline.requirement(id).unwrap_or_else(|| panic!("{name} has no {id}"));
        assert!(!requirement.rules.is_empty(), "{name} {id} has no rules");
        for rule in &requirement.rules {
            let domain = library.rule(rule).map_or("", |(_, rule)| rule.domain());
            if !domains.contains(&domain) {
                faults.push(format!("{} names {rule} of {domain}", baseline.cite(requirement)));
            }
        }
    }
    none(&faults, "take the rule out of the requirement, or say in `SPEAK` what its domain has to do with it");
}

/// `deodar baselines show`: each requirement with its class, all its rules (by domain where they are many), and what a
/// person must bring.
#[test]
fn a_baseline_shows_all_that_it_holds() {
    let library = Library::embedded();
    for baseline in library.baselines() {
        let command = std::process::Command::new(env!("CARGO_BIN_EXE_deodar"))
            .args(["baselines", "show", &baseline.name])
            .output()
            .expect("it runs");
        let shown = String::from_utf8(command.stdout).expect("it is text");
        let mut parts = shown.split("\n\n");
        parts.next();
        for requirement in &baseline.requirements {
            let part = parts.next().unwrap_or_default();
            let cite = baseline.cite(requirement);
            let head = format!("{cite}: {} ({})", requirement.title, requirement.assessment);
            assert!(part.starts_with(&head), "{head}\n{part}");
            let rules = baseline.rules_of(requirement);
            let listed: BTreeSet<&str> = part
                .lines()
                .skip(1)
                .filter(|line| !line.starts_with("  a person brings: "))
                .filter_map(|line| line.split_once(": "))
                .flat_map(|(_, rules)| rules.split(", "))
                .collect();
            assert_eq!(listed, rules, "{cite}");
            if let Some(evidence) = &requirement.human_evidence {
                assert!(part.contains(&format!("  a person brings: {}", evidence.trim())), "{cite}\n{part}");
            }
            let domains = rules.iter().filter_map(|rule| Some(library.rule(rule)?.1.domain())).collect::<BTreeSet<_>>();
            if ["32(1)(b)", "164.312(a)(1)"].contains(&requirement.id.as_str()) {
                assert!(
                    rules.len() > 12 && domains.iter().all(|domain| part.contains(&format!("  {domain} ("))),
                    "{part}"
                );
            }
        }
    }
}
