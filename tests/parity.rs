//! The same estate as a template and as an account: `fixtures/live/aws/estate.yaml`, and what was read of the account that
//! `seed.py` made of it. The verdicts are the same, but for what only one of both can answer, which is listed here with
//! the reason. `UPDATE=1 cargo nextest run -E 'binary(parity)'` writes `docs/live-aws-coverage.md` anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

#[path = "support/parity.rs"]
mod parity;

use std::fs;

use parity::{Sides, root};

fn read(name: &str) -> String {
    fs::read_to_string(root().join("fixtures/live/aws").join(name)).expect(name)
}

#[test]
fn an_account_is_judged_as_its_template() {
    Sides::of(&read("snapshot.json"), &read("made.json")).hold();
}

#[test]
fn the_table_of_what_can_be_answered_is_fresh() {
    let path = root().join("docs/live-aws-coverage.md");
    let wanted = Sides::of(&read("snapshot.json"), &read("made.json")).table();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("written");
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == wanted, "docs/live-aws-coverage.md is stale: run it with UPDATE=1");
}
