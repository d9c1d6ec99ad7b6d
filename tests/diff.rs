//! What differs between two pictures: by resource and fact, what is unknown said as unknown.

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
use std::path::Path;

use deodar::format::Settings;
use deodar::pipeline;
use deodar::report::diff::{self, Change, Diff, Said, Side};
use deodar::source::Tree;
use serde_json::Value;

fn side(name: &str, text: &str) -> Side {
    let tree = Tree::from_texts([(name, text)]);
    let (inventory, notes) = pipeline::picture(&tree, &Settings::default(), None);
    Side { name: name.to_owned(), inventory, notes }
}

fn compare(before: (&str, &str), after: (&str, &str)) -> Diff {
    diff::compare(&side(before.0, before.1).inventory, &side(after.0, after.1).inventory)
}

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/snapshots").join(name);
    fs::read_to_string(path).expect("a fixture")
}

/// What is said of a fact of the resource called `name`.
#[track_caller]
fn change<'d>(diff: &'d Diff, kind: &str, name: &str, fact: &str) -> &'d Change {
    let found = diff.changed.iter().filter(|one| one.after.kind == kind && *one.after.name == *name);
    let found = found.flat_map(|one| &one.facts).find(|change| change.fact == fact);
    found.unwrap_or_else(|| panic!("no change of {fact} of {name} in {:#?}", diff.changed))
}

fn value(said: &Said) -> String {
    match said {
        Said::Value(values) => values.join(" "),
        Said::None => "none".to_owned(),
        Said::Untold(unknown) => format!("unknown: {unknown}"),
    }
}

#[test]
fn two_days_of_an_account_differ_by_resource_and_fact() {
    let found = compare(("a.json", &fixture("aws.bad.json")), ("b.json", &fixture("aws.good.json")));
    let encrypted = change(&found, "Database", "patients", "encrypted");
    assert_eq!((value(&encrypted.before), value(&encrypted.after)), ("false".to_owned(), "true".to_owned()));
    let added: Vec<_> = found.added.iter().map(|one| (one.kind, &*one.name)).collect();
    assert!(added.contains(&("Key", "1234abcd-12ab-34cd-56ef-1234567890ab")), "{added:?}");
    assert!(found.removed.is_empty() && found.differs(), "{:?}", found.removed);
    let back = compare(("b.json", &fixture("aws.good.json")), ("a.json", &fixture("aws.bad.json")));
    assert_eq!(back.removed, found.added);
}

#[test]
fn a_snapshot_is_the_same_as_itself() {
    for name in ["aws.good.json", "aws.refused.json", "kubernetes.json"] {
        let found = compare(("a.json", &fixture(name)), ("b.json", &fixture(name)));
        assert!(!found.differs() && !found.uncertain(), "{name}: {found:#?}");
        assert!(found.same > 0);
    }
}

#[test]
fn what_is_unknown_on_one_side_is_no_change_and_not_the_same() {
    let found = compare(("a.json", &fixture("aws.good.json")), ("b.json", &fixture("aws.refused.json")));
    let encrypted = change(&found, "Database", "patients", "encrypted");
    assert!(!encrypted.certain());
    assert!(value(&encrypted.after).contains("`rds:DescribeDBInstances` failed"), "{encrypted:?}");
    assert!(found.uncertain());
}

const MANIFEST: &str = "provider \"aws\" {\n  region = \"eu-west-1\"\n}\nresource \"aws_db_instance\" \"main\" {\n  identifier = \"patients\"\n  \
                        engine = \"postgres\"\n  storage_encrypted = false\n  publicly_accessible = false\n}\n";

#[test]
fn a_manifest_is_found_in_the_account_by_the_name_it_gives() {
    let found = compare(("main.tf", MANIFEST), ("account.json", &fixture("aws.good.json")));
    let encrypted = change(&found, "Database", "patients", "encrypted");
    assert_eq!((value(&encrypted.before), value(&encrypted.after)), ("false".to_owned(), "true".to_owned()));
    let database = found.changed.iter().find(|one| one.after.kind == "Database").expect("a database");
    assert_eq!(database.before.address, "aws_db_instance.main");
    assert!(!found.removed.iter().any(|one| one.kind == "Database"), "{:?}", found.removed);
}

#[test]
fn what_has_no_name_before_it_is_deployed_is_not_called_removed() {
    let nameless = MANIFEST.replace("  identifier = \"patients\"\n", "");
    let found = compare(("main.tf", &nameless), ("account.json", &fixture("aws.good.json")));
    assert!(!found.removed.iter().any(|one| one.kind == "Database"), "{:?}", found.removed);
    let unmatched: Vec<_> = found.unmatched.iter().map(|one| (one.before, &*one.resource.address)).collect();
    assert!(unmatched.contains(&(true, "aws_db_instance.main")), "{unmatched:?}");
    assert!(found.uncertain());
}

#[test]
fn an_item_that_goes_out_of_a_list_does_not_change_those_after_it() {
    let group = |ports: &[u32]| {
        let rules: Vec<String> = ports
            .iter()
            .map(|port| {
                format!(
                    "  ingress {{\n    from_port = {port}\n    to_port = {port}\n    protocol = \"tcp\"\n    \
                     cidr_blocks = [\"10.0.0.0/8\"]\n  }}\n"
                )
            })
            .collect();
        format!("resource \"aws_security_group\" \"desk\" {{\n  name = \"desk\"\n  egress = []\n{}}}\n", rules.concat())
    };
    let found = compare(("main.tf", &group(&[22, 80, 443])), ("main.tf", &group(&[80, 443])));
    assert_eq!(found.removed.len(), 1, "{found:#?}");
    assert!(found.changed.is_empty() && found.added.is_empty(), "{found:#?}");
}

#[test]
fn a_manifest_and_its_cluster_meet_by_namespace_and_name() {
    let manifest = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: clinic}\nspec:\n  replicas: 1\n  \
                    selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      \
                    - {name: web, image: web, securityContext: {privileged: false}}\n";
    let found = compare(("web.yaml", manifest), ("cluster.json", &fixture("kubernetes.json")));
    let privileged = found.changed.iter().flat_map(|one| &one.facts).find(|change| change.fact == "privileged");
    let privileged = privileged.expect("a change");
    assert_eq!((value(&privileged.before), value(&privileged.after)), ("false".to_owned(), "true".to_owned()));
}

#[test]
fn programs_get_the_same() {
    let (before, after) = (side("a.json", &fixture("aws.bad.json")), side("b.json", &fixture("aws.refused.json")));
    let found = diff::compare(&before.inventory, &after.inventory);
    let mut text = Vec::new();
    diff::json(&found, &before, &after, &mut text).expect("written");
    let document: Value = serde_json::from_slice(&text).expect("JSON");
    assert_eq!(document["diff"], 1);
    assert_eq!(document["changed"].as_array().expect("a list").len(), found.changed.len());
    let facts = document["changed"].as_array().unwrap().iter().flat_map(|one| one["facts"].as_array().unwrap());
    let open: Vec<&Value> = facts.filter(|fact| fact["certain"] == false).collect();
    assert!(open.iter().any(|fact| fact["after"]["state"] == "unknown"), "{open:?}");
    assert!(document["notes"].as_array().unwrap().iter().any(|note| note["kind"] == "not-seen"), "{document:#}");
}
