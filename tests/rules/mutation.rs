//! Every leaf condition of every policy matters to some fixture: with the condition negated or dropped, the rule's
//! verdicts change. What survives stands in `tests/mutation-survivors.txt` with its reason.

use std::collections::BTreeSet;

use deodar::engine::{Engine, Outcome, mutants};
use deodar::model::ResourceId;
use deodar::rule::{Library, Rule};

use crate::none;
use crate::scan::{Scanned, fixtures, root, wanted};

/// The states that a rule gives the resources of its fixtures.
fn states(rule: &Rule, policy: &str, fixtures: &[Scanned]) -> Vec<Vec<(ResourceId, &'static str, Vec<u16>)>> {
    let library = Library::with(
        vec![Rule::new(rule.id().to_owned(), rule.domain().to_owned(), policy.to_owned(), rule.document().to_owned())],
        Vec::new(),
    )
    .unwrap();
    let engine = Engine::without_lint(&library).unwrap();
    let state = |outcome: &Outcome| match outcome {
        Outcome::Violated { policies } => policies.to_vec(),
        _ => Vec::new(),
    };
    let judge = |scanned: &Scanned| {
        engine
            .judge(&scanned.inventory, &scanned.profile)
            .verdicts
            .into_iter()
            .map(|verdict| (verdict.resource, verdict.outcome.name(), state(&verdict.outcome)))
            .collect()
    };
    fixtures.iter().map(judge).collect()
}

/// `<what> # <reason>`, a line each.
fn justified() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("tests/mutation-survivors.txt")).unwrap_or_default();
    let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (what, reason) = line.split_once(" # ").unwrap_or_else(|| panic!("`{line}` gives no reason"));
            assert!(!reason.trim().is_empty(), "`{line}` gives no reason");
            what.trim().to_owned()
        })
        .collect()
}

#[test]
fn a_fault_in_a_policy_changes_a_verdict() {
    let library = Library::embedded();
    let justified = justified();
    let mut survived = BTreeSet::new();
    for rule in library.rules().iter().filter(|rule| wanted(rule)) {
        let scanned: Vec<Scanned> = fixtures(rule.id()).iter().map(|fixture| fixture.scan()).collect();
        let whole = states(rule, rule.policy(), &scanned);
        for mutant in mutants(rule.id(), rule.policy()).unwrap() {
            if states(rule, &mutant.policy, &scanned) == whole {
                survived.insert(mutant.what);
            }
        }
    }
    let mut faults: Vec<String> =
        survived.difference(&justified).map(|what| format!("no fixture notices: {what}")).collect();
    if std::env::var_os("RULE").is_none() {
        faults.extend(
            justified
                .difference(&survived)
                .map(|what| format!("tests/mutation-survivors.txt justifies what a fixture notices: {what}")),
        );
    }
    none(faults);
}
