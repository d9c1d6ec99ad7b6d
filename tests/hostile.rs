//! Input that wants to do harm or is simply broken: each ends in a note and the right exit code, never in a crash and
//! never in silence.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Scans a folder with these files.
fn scan(files: &[(&str, &[u8])]) -> (Option<i32>, Value) {
    let folder = folder(files);
    report(folder.path(), &[])
}

fn folder(files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, bytes) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
        fs::write(path, bytes).expect("written");
    }
    folder
}

fn deodar(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deodar")).args(arguments).env("NO_COLOR", "1").output().expect("it runs")
}

fn report(path: &Path, more: &[&str]) -> (Option<i32>, Value) {
    let path = path.to_str().expect("UTF-8");
    let mut arguments = vec!["scan", path, "--root", path, "--format", "json"];
    arguments.extend(more);
    let out = deodar(&arguments);
    let said = String::from_utf8_lossy(&out.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    (out.status.code(), serde_json::from_slice(&out.stdout).unwrap_or_else(|_| panic!("no report: {said}")))
}

/// Whether a note of `kind` speaks of `file`.
fn noted(report: &Value, kind: &str, file: &str) -> bool {
    let notes = report["notes"].as_array().expect("notes");
    notes
        .iter()
        .any(|note| note["kind"] == kind && (note["file"] == file || note["message"].to_string().contains(file)))
}

#[test]
fn a_binary_file_is_not_read_and_said() {
    let (code, report) = scan(&[("main.tf", b"\x7fELF\x00\x01\x02\xff"), ("pod.yaml", b"kind: Pod\xc3\x28")]);
    assert!(noted(&report, "unreadable", "main.tf") && noted(&report, "unreadable", "pod.yaml"), "{}", report["notes"]);
    assert_eq!(code, Some(4));
}

#[test]
fn a_file_that_is_cut_short_costs_its_broken_part() {
    let good = "resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = true\n}\n";
    let folder = folder(&[
        ("a.tf", good.as_bytes()),
        ("b.tf", b"resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"x"),
        ("c.json", b"{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {"),
        ("d.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: {name: [\n"),
    ]);
    let (code, report) = report(folder.path(), &["--fail-on", "critical"]);
    for file in ["b.tf", "c.json", "d.yaml"] {
        assert!(noted(&report, "part-lost", file) || noted(&report, "unreadable", file), "{file}: {}", report["notes"]);
    }
    assert!(report["resources"].to_string().contains("aws_db_instance.a"));
    assert_eq!(code, Some(4));
}

#[test]
fn a_line_of_fifty_megabytes_is_not_read_and_said() {
    let folder = folder(&[]);
    fs::write(folder.path().join("long.yaml"), vec![b'a'; 50 * 1024 * 1024]).expect("written");
    let (code, report) = report(folder.path(), &[]);
    assert!(noted(&report, "unreadable", "long.yaml"), "{}", report["notes"]);
    assert_eq!(code, Some(4));
}

#[test]
fn a_hundred_thousand_brackets_do_not_end_the_run() {
    let brackets = "[".repeat(100_000);
    let terraform = format!("locals {{\n  a = {brackets}\n}}\n");
    let yaml = format!("apiVersion: v1\nkind: Pod\na: {brackets}\n");
    let json = format!("{{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"a\": {brackets}");
    for (file, text) in [("a.json", &json), ("a.tf", &terraform), ("a.yaml", &yaml)] {
        let (code, report) = scan(&[(file, text.as_bytes())]);
        assert!(noted(&report, "part-lost", file) || noted(&report, "unreadable", file), "{file}: {}", report["notes"]);
        assert_eq!(code, Some(4), "{file}");
    }
}

#[test]
fn an_alias_bomb_is_over_its_budget() {
    let mut bomb = String::from("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  a0: &a0 [x, x]\n");
    for n in 1..40 {
        bomb.push_str(&format!("  a{n}: &a{n} [*a{0}, *a{0}, *a{0}]\n", n - 1));
    }
    let (code, report) = scan(&[("bomb.yaml", bomb.as_bytes())]);
    assert!(
        noted(&report, "part-lost", "bomb.yaml") || noted(&report, "unreadable", "bomb.yaml"),
        "{}",
        report["notes"]
    );
    assert_eq!(code, Some(4));
}

#[test]
fn a_module_that_calls_itself_ends() {
    let text = b"module \"again\" {\n  source = \"./\"\n}\nresource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n}\n";
    let (code, report) = scan(&[("main.tf", text)]);
    assert!(!report["notes"].as_array().expect("notes").is_empty());
    assert_eq!(code, Some(1));
}

#[test]
fn a_link_out_of_the_root_is_refused() {
    let outside = folder(&[("secret.tf", b"locals {}\n")]);
    let inside = folder(&[("main.tf", b"locals {}\n")]);
    symlink(outside.path().join("secret.tf"), inside.path().join("stolen.tf")).expect("a link");
    symlink("/dev/zero", inside.path().join("endless.tf")).expect("a link");
    let (code, report) = report(inside.path(), &[]);
    assert!(noted(&report, "refused", "stolen.tf") && noted(&report, "refused", "endless.tf"), "{}", report["notes"]);
    assert_eq!(code, Some(4));
}

/// The user that owns nothing.
const NOBODY: u32 = 65534;

#[test]
fn a_file_without_permission_is_said() {
    let folder = folder(&[("main.tf", b"locals {}\n"), ("closed.tf", b"locals {}\n")]);
    let closed = folder.path().join("closed.tf");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).expect("closed");
    let (code, report) = if fs::read(&closed).is_err() {
        report(folder.path(), &[])
    } else {
        // whoever may read everything asks as somebody who may not
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).expect("open");
        let own = folder.path().join("deodar");
        fs::copy(env!("CARGO_BIN_EXE_deodar"), &own).expect("copied");
        let mut command = Command::new(&own);
        command.args(["scan", "--format", "json", "--today", "2026-01-01"]).arg(folder.path());
        let output = command.current_dir(folder.path()).uid(NOBODY).output().expect("started");
        (output.status.code(), serde_json::from_slice(&output.stdout).expect("a report"))
    };
    assert!(noted(&report, "unreadable", "closed.tf"), "{}", report["notes"]);
    assert_eq!(code, Some(4));
}

#[test]
fn a_service_that_extends_what_is_not_there_is_not_seen() {
    let whole = b"services:\n  web:\n    extends: {file: base.yaml, service: web}\n";
    let (code, report) = scan(&[("compose.yaml", whole)]);
    assert!(noted(&report, "not-seen", "compose.yaml"), "{}", report["notes"]);
    assert_eq!(code, Some(4));
    let base = b"services:\n  web: {image: web, privileged: true}\n";
    let (code, report) = scan(&[("compose.yaml", whole), ("base.yaml", base)]);
    assert!(!noted(&report, "not-seen", "compose.yaml"), "{}", report["notes"]);
    let privileged =
        |finding: &&Value| finding["rule"] == "WRK-PRIVILEGED" && finding["location"]["file"] == "base.yaml";
    // once for the service itself, once for the one that extends it
    assert_eq!(report["findings"].as_array().into_iter().flatten().filter(privileged).count(), 2);
    assert_eq!(code, Some(1));
}

#[test]
fn an_override_takes_nothing_away_unless_it_says_so() {
    let base =
        b"services:\n  web:\n    image: web\n    cap_drop: [ALL]\n    environment: {DB_PASSWORD: kT9vQ2mX7pLw}\n";
    let over: &[u8] = b"services:\n  web:\n    environment: [LOG=debug]\n";
    let fired = |report: &Value, rule: &str| {
        report["findings"].as_array().into_iter().flatten().any(|finding| finding["rule"] == rule)
    };
    let (_, report) = scan(&[("compose.yaml", base), ("compose.override.yaml", over)]);
    assert!(fired(&report, "WRK-SECRET-ENV"), "{}", report["findings"]);
    let reset: &[u8] = b"services:\n  web:\n    environment: !override {LOG: debug}\n";
    let (_, report) = scan(&[("compose.yaml", base), ("compose.override.yaml", reset)]);
    assert!(!fired(&report, "WRK-SECRET-ENV"), "{}", report["findings"]);
    let (_, report) = scan(&[("compose.yaml", b"include: [../other.yaml]\nservices: {web: {image: web}}\n")]);
    assert!(noted(&report, "not-seen", "compose.yaml"), "{}", report["notes"]);
}

#[test]
fn nothing_to_scan_is_not_success() {
    let (code, _) = scan(&[("README.md", b"# nothing\n")]);
    assert_eq!(code, Some(3));
}

#[test]
fn everything_seen_and_nothing_wrong_is_success() {
    let (code, report) = scan(&[("main.tf", b"locals {\n  a = 1\n}\n")]);
    assert_eq!(code, Some(0), "{report}");
}

#[test]
fn a_violation_beats_what_is_incomplete() {
    let bad = b"resource \"aws_db_instance\" \"a\" {\n  publicly_accessible = true\n  storage_encrypted = false\n}\n";
    let (code, _) = scan(&[("main.tf", bad), ("broken.tf", b"\xff\xfe")]);
    assert_eq!(code, Some(1));
}

#[test]
fn an_untrusted_tree_waives_nothing() {
    let bad = b"resource \"aws_db_instance\" \"a\" {\n  storage_encrypted = false\n}\n";
    let estate = b"rules:\n  ENC-DB-REST: {disabled: true, reason: hidden}\nexclude: ['*.tf']\n";
    let folder = folder(&[("main.tf", bad), ("deodar.yaml", estate), (".gitignore", b"main.tf\n")]);
    let (code, report) = report(folder.path(), &["--untrusted"]);
    assert!(report["findings"].to_string().contains("ENC-DB-REST"));
    assert!(noted(&report, "configuration", "deodar.yaml"));
    assert_eq!(code, Some(1));
}

#[test]
fn a_closed_pipe_is_success() {
    let folder = folder(&[("main.tf", b"locals {}\n")]);
    let script =
        format!("{} scan {} --format json | head -c 10", env!("CARGO_BIN_EXE_deodar"), folder.path().display());
    let out = Command::new("bash").args(["-c", &format!("set -o pipefail; {script}")]).output().expect("it runs");
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
}

#[test]
fn a_wrong_word_is_answered_with_the_right_one() {
    for (arguments, says) in [
        (vec!["scan", "no/such/folder"], "there is no file or folder `no/such/folder`"),
        (vec!["explain", "NET-OBJ-PUBLIK"], "did you mean `NET-OBJ-PUBLIC`?"),
        (vec!["baselines", "show", "gdrp"], "did you mean `gdpr`?"),
        (vec!["scan", ".", "-o", "xml=a"], "formats are text, json and sarif"),
        (vec!["scan", ".", "--today", "tomorrow"], "write it as 2027-01-31"),
    ] {
        let out = deodar(&arguments);
        let said = String::from_utf8_lossy(&out.stderr).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(out.status.code(), Some(2), "{said}");
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn what_is_not_seen_never_ends_green() {
    let chart: &[(&str, &[u8])] = &[
        ("chart/Chart.yaml", b"apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("chart/templates/pod.yaml", b"apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Values.x.y }}}\n"),
    ];
    let (code, report) = scan(chart);
    assert_eq!(code, Some(4));
    assert!(noted(&report, "not-seen", "chart/templates/pod.yaml"));

    let (code, report) =
        scan(&[("main.tf", b"module \"network\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\n")]);
    assert_eq!(code, Some(4));
    assert!(noted(&report, "not-seen", "main.tf"));
}
