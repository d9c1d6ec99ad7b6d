//! The reports of real runs: each valid by its schema, the same for any order of files, true to fact about what was
//! waived, what cannot be told and what has moved.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::path::Path;

use deodar::collect;
use deodar::format::Settings;
use deodar::pipeline::{self, Request, Scan};
use deodar::report::{Report, json, sarif, text};
use deodar::rule::{Estate, Library, Severity};
use deodar::source::Tree;
use jiff::civil::date;
use serde_json::Value;

const BUCKET: &str = r#"
variable "protect" {}

resource "aws_s3_bucket" "records" {
  bucket = "records"
}

resource "aws_s3_bucket_acl" "records" {
  bucket = aws_s3_bucket.records.id
  acl    = "public-read-write"
}

resource "aws_db_instance" "main" {
  storage_encrypted   = var.protect
  publicly_accessible = true
}
"#;

/// Runs over `tree` with an estate file, if there is one, and hands the scan on.
fn run<T>(tree: &Tree, estate: Option<&str>, then: impl FnOnce(&Scan, &Request<'_>) -> T) -> T {
    let library = Library::embedded();
    let settings = Settings::default();
    let estate = estate.map(|text| Estate::parse(text, "deodar.yaml", None).expect("an estate file"));
    let request = Request {
        estate: estate.as_ref(),
        today: Some(date(2026, 1, 1)),
        verdicts: true,
        ..Request::new(&library, &settings)
    };
    let scan = pipeline::scan(tree, &request, Vec::new(), 0).expect("it runs");
    then(&scan, &request)
}

fn as_json(tree: &Tree, estate: Option<&str>) -> Value {
    run(tree, estate, |scan, request| {
        let mut out = Vec::new();
        json::write(&scan.output(tree, request), &mut out).expect("written");
        serde_json::from_slice(&out).expect("it is JSON")
    })
}

fn as_sarif(tree: &Tree, estate: Option<&str>, options: &sarif::Options) -> Value {
    run(tree, estate, |scan, request| {
        let mut out = Vec::new();
        sarif::write(&scan.output(tree, request), options, &mut out).expect("written");
        serde_json::from_slice(&out).expect("it is JSON")
    })
}

fn everything() -> sarif::Options {
    sarif::Options { suppressed: true, undetermined: true, ..sarif::Options::default() }
}

fn bucket() -> Tree {
    Tree::from_texts([("main.tf", BUCKET)])
}

fn platform() -> Tree {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/agent-platform");
    let request = collect::Request { paths: vec![path.clone()], root: Some(path), ..collect::Request::default() };
    collect::gather(&request).expect("gathered").tree
}

fn valid(schema: &str, document: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(schema);
    let mut schema: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("a file")).expect("JSON");
    // one pattern of the standard's schema is no regular expression
    for part in ["run", "toolComponent"] {
        if let Some(language) = schema.pointer_mut(&format!("/definitions/{part}/properties/language")) {
            language.as_object_mut().expect("an object").remove("pattern");
        }
    }
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let faults: Vec<String> =
        validator.iter_errors(document).take(5).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// The finding of `rule`.
fn finding<'v>(report: &'v Value, rule: &str) -> &'v Value {
    let findings = report["findings"].as_array().expect("findings");
    findings.iter().find(|one| one["rule"] == rule).unwrap_or_else(|| panic!("no finding of {rule}"))
}

#[test]
fn the_json_report_is_valid_by_its_published_schema() {
    for tree in [bucket(), platform(), Tree::from_texts([("empty.tf", "")])] {
        valid("docs/schema/report.schema.json", &as_json(&tree, None));
    }
}

#[test]
fn the_sarif_file_is_valid_by_the_standards_schema() {
    for tree in [bucket(), platform(), Tree::from_texts([("empty.tf", "")])] {
        for options in [sarif::Options::default(), everything()] {
            valid("tests/schema/sarif-2.1.0.json", &as_sarif(&tree, None, &options));
        }
    }
}

#[test]
fn a_finding_says_what_where_and_why() {
    let report = as_json(&bucket(), None);
    let found = finding(&report, "NET-OBJ-PUBLIC");
    assert_eq!(found["state"], "violated");
    assert_eq!(found["resource"]["address"], "aws_s3_bucket.records");
    assert_eq!(found["location"]["file"], "main.tf");
    assert_eq!(found["location"]["start"]["line"], 10);
    assert!(found["evidence"].as_array().is_some_and(|items| items.iter().any(|item| item["role"] == "requirement")));
    assert_eq!(found["waiver"], Value::Null);
}

#[test]
fn what_cannot_be_told_says_why_and_what_settles_it() {
    let report = as_json(&bucket(), None);
    let found = finding(&report, "ENC-DB-REST");
    assert_eq!(found["state"], "undetermined");
    assert_eq!(found["reason"], "`var.protect` has no value");
    assert_eq!(found["help"], "pass --var or --var-file, or scan the plan");
}

#[test]
fn a_fingerprint_survives_moved_lines_and_the_content_hash_tells_a_change() {
    let moved = Tree::from_texts([("main.tf", format!("# one more line\n\n{BUCKET}"))]);
    let changed = Tree::from_texts([("main.tf", BUCKET.replace("public-read-write", "public-read"))]);
    let of = |tree: &Tree| {
        let report = as_json(tree, None);
        let found = finding(&report, "NET-OBJ-PUBLIC");
        (found["fingerprint"].clone(), found["content_hash"].clone())
    };
    let (first, moved, changed) = (of(&bucket()), of(&moved), of(&changed));
    assert_eq!(first, moved);
    assert_eq!(first.0, changed.0);
    assert_ne!(first.1, changed.1);
}

#[test]
fn no_two_findings_share_a_fingerprint() {
    let twice = "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n    - {name: a, image: b, securityContext: {privileged: true}}\n";
    for tree in [platform(), Tree::from_texts([("a/pod.yaml", twice), ("b/pod.yaml", twice)])] {
        let report = as_json(&tree, None);
        let mut seen = std::collections::BTreeSet::new();
        for found in report["findings"].as_array().expect("findings") {
            assert!(seen.insert(found["fingerprint"].to_string()), "{found}");
        }
    }
}

#[test]
fn a_waived_finding_stays_visible_and_does_not_count() {
    let estate = "waivers:\n  - {rule: NET-OBJ-PUBLIC, resource: aws_s3_bucket.records, reason: a public data set, by: dpo, until: 2026-12-31}\n";
    let report = as_json(&bucket(), Some(estate));
    let found = finding(&report, "NET-OBJ-PUBLIC");
    assert_eq!(found["state"], "violated");
    assert_eq!(found["waiver"]["reason"], "a public data set");
    assert_eq!(report["waivers"][0]["findings"], 1);

    let results = |options: &sarif::Options| {
        let file = as_sarif(&bucket(), Some(estate), options);
        let results = file["runs"][0]["results"].as_array().expect("results").clone();
        results.into_iter().filter(|one| one["ruleId"] == "NET-OBJ-PUBLIC").collect::<Vec<_>>()
    };
    assert!(results(&sarif::Options::default()).is_empty());
    let kept = results(&everything());
    assert_eq!(kept[0]["suppressions"][0]["status"], "accepted");
}

#[test]
fn an_expired_waiver_does_not_hold_and_is_said() {
    let estate = "waivers:\n  - {rule: NET-OBJ-PUBLIC, resource: '*', reason: a trial, by: dpo, until: 2025-12-31}\n";
    let report = as_json(&bucket(), Some(estate));
    assert_eq!(finding(&report, "NET-OBJ-PUBLIC")["waiver"], Value::Null);
    let notes = report["notes"].as_array().expect("notes");
    assert!(notes.iter().any(|note| note["kind"] == "configuration"), "{notes:?}");
}

#[test]
fn a_severity_can_be_overridden_and_a_rule_disabled_for_a_reason() {
    let estate = "rules:\n  NET-OBJ-PUBLIC: {severity: low, reason: an example}\n  NET-DB-PUBLIC: {disabled: true, reason: an example}\n";
    let report = as_json(&bucket(), Some(estate));
    assert_eq!(finding(&report, "NET-OBJ-PUBLIC")["severity"], "low");
    assert!(report["findings"].as_array().is_some_and(|all| all.iter().all(|one| one["rule"] != "NET-DB-PUBLIC")));
    // a requirement is not met by a rule that nobody asked
    let touched = report["requirements"].as_array().expect("requirements");
    assert!(touched.iter().filter(|one| one["not_judged"] != serde_json::json!([])).all(|one| {
        one["status"] == "not-met" || one["status"] == "cannot-tell" || one["status"] == "needs-evidence"
    }));
}

#[test]
fn github_gets_what_it_needs() {
    let file = as_sarif(&bucket(), None, &sarif::Options::default());
    let run = &file["runs"][0];
    assert_eq!(file["runs"].as_array().map(Vec::len), Some(1));
    assert_eq!(run["tool"]["driver"]["name"], "deodar");
    assert_eq!(run["automationDetails"]["id"], "deodar/");
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), Library::embedded().rules().len());
    for rule in rules {
        let severity: f64 =
            rule["properties"]["security-severity"].as_str().expect("a text").parse().expect("a number");
        assert!((0.1..=10.0).contains(&severity));
        assert!(rule["properties"]["tags"].as_array().is_some_and(|tags| tags.len() <= 10 && tags[0] == "security"));
        assert!(rule["shortDescription"]["text"].as_str().is_some_and(|text| !text.is_empty() && text.len() <= 1024));
    }
    let results = run["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for result in results {
        assert_eq!(result["kind"], "fail");
        assert_eq!(result["locations"].as_array().map(Vec::len), Some(1));
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert!(
            region["endColumn"].as_u64() > region["startColumn"].as_u64()
                || region["endLine"].as_u64() > region["startLine"].as_u64()
        );
        let hash = result["partialFingerprints"]["primaryLocationLineHash"].as_str().expect("a hash");
        assert!(hash.ends_with(":1"));
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().expect("an index")).expect("small")];
        assert_eq!(rule["id"], result["ruleId"]);
    }
    // what cannot be told is counted
    let told = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(told.contains("cannot be told"), "{told}");
    // and what no line can show, such as the estate that nobody classified
    assert!(told.contains("without a place in a file, left out here and told by the other reports: 1"), "{told}");
}

#[test]
fn addresses_in_sarif_are_percent_encoded() {
    let tree = Tree::from_texts([("my files/ä.tf", BUCKET)]);
    let file = as_sarif(&tree, None, &sarif::Options::default());
    let uri = &file["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "my%20files/%C3%A4.tf");
}

#[test]
fn more_findings_than_github_shows_are_cut_aloud() {
    let many: String = (0..5_100)
        .map(|n| format!("resource \"aws_db_instance\" \"d{n}\" {{\n  storage_encrypted = false\n}}\n"))
        .collect();
    let file = as_sarif(&Tree::from_texts([("main.tf", many)]), None, &sarif::Options::default());
    assert_eq!(file["runs"][0]["results"].as_array().map(Vec::len), Some(5_000));
    assert!(file["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string().contains("no more than 5000"));
}

#[test]
fn the_order_of_files_and_the_number_of_threads_change_no_byte() {
    let texts = [("a.tf", BUCKET), ("z/b.tf", BUCKET), ("m/c.tf", BUCKET)];
    let mut turned = texts;
    turned.reverse();
    let write = |tree: &Tree| {
        run(tree, None, |scan, request| {
            let output = scan.output(tree, request);
            let mut out = Vec::new();
            json::write(&output, &mut out).expect("written");
            sarif::write(&output, &everything(), &mut out).expect("written");
            text::write(&output, text::Screen::default(), &mut out).expect("written");
            out
        })
    };
    let first = write(&Tree::from_texts(texts));
    assert!(first == write(&Tree::from_texts(turned)));
    let alone = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    assert!(first == alone.install(|| write(&Tree::from_texts(texts))));
}

#[test]
fn a_hostile_name_does_not_reach_the_terminal() {
    let text = BUCKET.replace("\"records\"", "\"rec\\u001b[31mords\"");
    let tree = Tree::from_texts([("main.tf", text)]);
    let screen = run(&tree, None, |scan, request| {
        let mut out = Vec::new();
        text::write(&scan.output(&tree, request), text::Screen::default(), &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    });
    assert!(!screen.contains('\u{1b}'), "{screen}");
}

#[test]
fn the_threshold_is_measured_on_unwaived_violations() {
    let count =
        |estate: Option<&str>| run(&bucket(), estate, |scan, _| Report::at_least(&scan.report, Severity::Critical));
    let waived = "waivers:\n  - {rule: NET-OBJ-PUBLIC, resource: '*', reason: r, by: b, until: 2026-12-31}\n";
    assert!(count(None) > count(Some(waived)));
}
