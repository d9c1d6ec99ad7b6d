//! The rule library's own tests. Those of one rule: `RULE=NET-OBJ-PUBLIC cargo nextest run --test rules`;
//! `UPDATE=1 cargo nextest run -E 'test(fixtures)'` writes generated files anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

mod dialects;
mod fixtures;
mod mutation;
mod scan;
mod twins;

use std::collections::BTreeMap;

use deodar::engine::{derived, lint};
use deodar::rule::Library;

/// Fails with every fault.
fn none(faults: Vec<String>) {
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_policy_is_valid_and_clean() {
    let library = Library::embedded();
    let faults = library.rules().iter().filter(|rule| scan::wanted(rule));
    none(
        faults
            .flat_map(|rule| lint(rule.id(), rule.policy()).into_iter().map(|fault| format!("{}: {fault}", rule.id())))
            .collect(),
    );
}

#[test]
fn an_id_is_used_once() {
    let mut seen = BTreeMap::new();
    for rule in Library::embedded().rules() {
        if let Some(other) = seen.insert(rule.id().to_owned(), rule.domain().to_owned()) {
            panic!("{} is a rule of {other} and of {}", rule.id(), rule.domain());
        }
    }
}

#[test]
fn every_fixture_folder_belongs_to_a_rule() {
    let library = Library::embedded();
    let folders = std::fs::read_dir(scan::root().join("fixtures/rules"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap());
    none(
        folders
            .filter(|folder| library.rule(folder).is_none())
            .map(|folder| format!("fixtures/rules/{folder} belongs to no rule"))
            .collect(),
    );
}

/// Named so that `test(fixtures)` finds it.
#[test]
fn fixtures_derived_file_is_fresh() {
    let path = scan::root().join("policies/derived.txt");
    let text = derived(&Library::embedded()).unwrap();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(found == text, "policies/derived.txt is stale: run `UPDATE=1 cargo nextest run -E 'test(fixtures)'`");
}
