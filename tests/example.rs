//! The worked example: its findings are exactly those in `expected.jsonl`, its screen is the recorded one, and the mended
//! deployment has none of them. `UPDATE=1` writes both anew; read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Runs deodar in the repository's top and gives its output and exit code.
fn scan(arguments: &[&str]) -> (String, i32) {
    let output = Command::new(env!("CARGO_BIN_EXE_deodar"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["scan", "--today", "2026-11-26"])
        .args(arguments)
        .env("CI", "1")
        .env_remove("COLUMNS")
        .output()
        .expect("deodar runs");
    (String::from_utf8(output.stdout).expect("the output is UTF-8"), output.status.code().expect("it ends by itself"))
}

fn report(folder: &str, arguments: &[&str]) -> (Value, i32) {
    let (text, code) = scan(&[&["--format", "json", folder], arguments].concat());
    (serde_json::from_str(&text).expect("the report is JSON"), code)
}

/// The address with its part.
fn named(resource: &Value) -> String {
    let address = resource["address"].as_str().unwrap_or_default();
    resource["part"].as_str().map_or_else(|| address.to_owned(), |part| format!("{address}/{part}"))
}

/// One line for each finding, in the order of the report.
fn lines(report: &Value) -> String {
    let line = |finding: &Value| {
        let place = &finding["location"];
        let shown = json!({
            "file": place["file"], "line": place["start"]["line"], "column": place["start"]["column"],
            "state": finding["state"], "severity": finding["severity"], "rule": finding["rule"],
            "resource": named(&finding["resource"]), "message": finding["message"],
        });
        format!("{shown}\n")
    };
    report["findings"].as_array().expect("there are findings").iter().map(line).collect()
}

fn holds(path: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, found).expect("the file can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, expected, "{} differs; run with UPDATE=1 and read the difference", path.display());
}

#[test]
fn the_deployment_has_exactly_the_expected_findings() {
    let (report, code) = report("fixtures/agent-platform", &[]);
    holds("fixtures/agent-platform/expected.jsonl", &lines(&report));
    assert_eq!(code, 1);
    let domains: BTreeSet<&str> = report["findings"]
        .as_array()
        .expect("findings")
        .iter()
        .filter_map(|f| f["rule"].as_str()?.split('-').next())
        .collect();
    assert!(domains.len() >= 4, "{domains:?}");
}

#[test]
fn the_deployment_has_the_recorded_screen() {
    let (screen, _) = scan(&["fixtures/agent-platform"]);
    holds("tests/screens/agent-platform.txt", &screen);
    for leaked in ["::Known", "Some(", "Error {", "9d3b6f0e4c7a"] {
        assert!(!screen.contains(leaked), "the screen shows `{leaked}`");
    }
}

#[test]
fn the_mended_deployment_has_none_and_applies_to_the_same() {
    let (good, code) = report("fixtures/agent-platform-good", &["--verdicts"]);
    holds("fixtures/agent-platform-good/expected.jsonl", &lines(&good));
    assert_eq!(code, 0);
    for finding in good["findings"].as_array().expect("findings") {
        assert_eq!(finding["state"], "undetermined", "{finding}");
    }
    let (bad, _) = report("fixtures/agent-platform", &["--verdicts"]);
    let pairs = |report: &Value| -> BTreeSet<(String, String)> {
        let verdicts = report["verdicts"].as_array().expect("all verdicts were asked for");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        verdicts.iter().map(|verdict| (text(&verdict["rule"]), named(&verdict["resource"]))).collect()
    };
    let (good, bad) = (pairs(&good), pairs(&bad));
    assert!(!bad.is_empty());
    assert_eq!(
        bad.difference(&good).collect::<Vec<_>>(),
        [] as [&(String, String); 0],
        "applies before it is mended only"
    );
    assert_eq!(
        good.difference(&bad).collect::<Vec<_>>(),
        [] as [&(String, String); 0],
        "applies after it is mended only"
    );
}

#[test]
fn the_same_input_gives_the_same_bytes_for_any_number_of_threads() {
    let (one, _) = scan(&["--format", "json", "--threads", "1", "fixtures/agent-platform"]);
    let (four, _) = scan(&["--format", "json", "--threads", "4", "fixtures/agent-platform"]);
    assert_eq!(one, four);
}
