//! `deodar rules new` writes every file that a rule needs, and what it writes is sound once the blanks are filled in.

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

use std::fs;
use std::process::Command;

use deodar::engine::lint;

const ID: &str = "NET-THING-PROPERTY";

#[test]
fn a_new_rule_has_all_its_files_and_passes_the_lints_once_it_names_a_fact() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        let command = ["rules", "new", ID, "--domain", "network"];
        Command::new(env!("CARGO_BIN_EXE_deodar")).current_dir(folder.path()).args(command).output().unwrap()
    };
    assert!(run().status.success());
    let read = |path: &str| fs::read_to_string(folder.path().join(path)).unwrap_or_else(|_| panic!("no {path}"));
    let metadata = read(&format!("rules/network/{ID}.yaml"));
    let keys = [
        "title",
        "applies",
        "violated",
        "unknown",
        "severity",
        "confidence",
        "why",
        "remediation",
        "references",
        "since",
    ];
    for key in keys {
        assert!(metadata.lines().any(|line| line.starts_with(&format!("{key}:"))), "no `{key}` in:\n{metadata}");
    }
    for form in ["fail", "pass", "unknown"] {
        read(&format!("fixtures/rules/{ID}/{form}.aws.tf"));
    }
    let policy = read(&format!("policies/network/{ID}.cedar"));
    let filled = policy
        .lines()
        .map(|line| match line {
            line if line.starts_with("unless") => "unless { !resource.public_read };".to_owned(),
            line if line.starts_with("when") => "when { resource.classified }".to_owned(),
            line if line.starts_with("forbid") => {
                "forbid (principal, action == Action::\"assess\", resource is ObjectStore)".to_owned()
            }
            line => line.to_owned(),
        })
        .collect::<Vec<_>>()
        .join("\n");
    assert_eq!(lint(ID, &filled), [] as [String; 0], "{filled}");
    // what is there is not overwritten
    assert!(!run().status.success());
    assert_eq!(read(&format!("policies/network/{ID}.cedar")), policy);
}
