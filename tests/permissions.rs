//! The rights that a snapshot asks for, and the job that takes one from within a cluster: what `deploy/kubernetes/` holds
//! is what deodar prints, and clean by its own rules.

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
use std::path::Path;
use std::process::Command;

use deodar::collect::aws::{permissions, table};
use deodar::engine::kinds_read;
use deodar::format::Settings;
use deodar::pipeline::{self, Request};
use deodar::rule::Library;
use deodar::source::Tree;
use serde_json::Value;

fn run(arguments: &[&str]) -> (Option<i32>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_deodar")).args(arguments).current_dir(root).output().unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn role(more: &[&str]) -> String {
    let (code, text) = run(&[&["permissions", "kubernetes"], more].concat());
    assert_eq!(code, Some(0), "{text}");
    text
}

#[test]
fn the_role_of_the_audit_job_is_the_printed_one() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/kubernetes/role.yaml");
    let printed = role(&[]);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &printed).unwrap();
    }
    assert_eq!(
        std::fs::read_to_string(&path).unwrap(),
        printed,
        "`UPDATE=1 cargo test --test permissions` writes it anew"
    );
}

#[test]
fn the_role_lets_list_and_nothing_else_and_no_secrets() {
    let text = role(&[]);
    let verbs: Vec<&str> = text.lines().map(str::trim).filter(|line| line.starts_with("verbs:")).collect();
    assert!(verbs.iter().all(|line| ["verbs: [list]", "verbs: [get]"].contains(line)));
    // what is got are the paths by which the cluster says what it serves
    let paths = text.split("nonResourceURLs").nth(1).unwrap();
    assert!(paths.contains("verbs: [get]") && verbs.iter().filter(|line| line.contains("get")).count() == 1);
    assert!(!text.contains("*\""), "{text}");
    assert!(!text.contains("- secrets"));
    assert!(role(&["--secrets"]).contains("- secrets\n"));
}

#[test]
fn a_namespace_has_a_role_of_its_own() {
    let text = role(&["--namespace", "clinic", "--namespace", "shop"]);
    let parts: Vec<&str> = text.split("---\n").collect();
    assert_eq!(parts.len(), 3);
    assert!(parts[0].contains("kind: ClusterRole\n") && parts[0].contains("resourceNames: [clinic, shop]"));
    assert!(!parts[0].contains("- pods\n") && !parts[0].contains("- namespaces\n"));
    assert!(
        parts[1].contains("kind: Role\n") && parts[1].contains("namespace: clinic") && parts[1].contains("- pods\n")
    );
    assert!(!parts[1].contains("clusterroles"));
}

#[test]
fn constraints_of_ones_own_are_added_by_name() {
    assert!(role(&["--also", "k8srequiredregion.constraints.gatekeeper.sh"]).contains("- k8srequiredregion\n"));
    let (code, _) = run(&["permissions", "kubernetes", "--also", "secrets"]);
    assert_eq!(code, Some(2));
}

#[test]
fn rules_need_what_they_judge() {
    let text = role(&["--rule", "TLS-INGRESS-K8S,ENC-PV-REST"]);
    let plurals: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("      - ")).collect();
    let lists = &plurals[..plurals.len() - 5];
    assert_eq!(lists, ["gateways", "httproutes", "gateways", "ingresses", "routes", "storageclasses"]);
    let (code, _) = run(&["permissions", "kubernetes", "--rule", "NO-SUCH-RULE"]);
    assert_eq!(code, Some(2));
}

/// What a scan of `objects` says: rule, resource and state.
fn verdicts(objects: &[&Value]) -> Vec<(String, String)> {
    let folder = tempfile::tempdir().unwrap();
    let list = serde_json::json!({"apiVersion": "v1", "kind": "List", "items": objects});
    std::fs::write(folder.path().join("all.json"), list.to_string()).unwrap();
    let root = folder.path().to_str().unwrap();
    let (_, text) = run(&["scan", root, "--root", root, "--format", "json", "--verdicts"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let verdicts = report["verdicts"].as_array().unwrap().iter();
    let mut found: Vec<_> = verdicts
        .map(|verdict| {
            let rule = verdict["rule"].as_str().unwrap().to_owned();
            (rule, format!("{} {} {}", verdict["resource"]["address"], verdict["resource"]["part"], verdict["state"]))
        })
        .collect();
    found.sort();
    found
}

/// Each rule over two namespaces with everything in them, once as they are and once without the kinds that the rule is
/// said not to need: it judges the same.
#[test]
fn what_a_rule_is_said_not_to_need_changes_no_verdict_of_it() {
    let all = deodar::collect::kubernetes::kinds(true);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/live/kubernetes");
    let objects: Vec<Value> = ["shop.yaml", "clinic.yaml"]
        .iter()
        .flat_map(|name| {
            let text = std::fs::read_to_string(folder.join(name)).unwrap();
            serde_saphyr::from_multiple::<Value>(&text).unwrap()
        })
        .collect();
    let kind = |object: &Value| {
        let version = object["apiVersion"].as_str().unwrap();
        let group = version.rsplit_once('/').map_or("", |(group, _)| group);
        all.iter().find(|kind| kind.group == group && object["kind"] == kind.kind.as_str()).unwrap()
    };
    let whole = verdicts(&objects.iter().collect::<Vec<_>>());
    let rules: std::collections::BTreeSet<&String> = whole.iter().map(|(rule, _)| rule).collect();
    let mut scans = std::collections::BTreeMap::new();
    let (mut wrong, mut narrowed) = (Vec::new(), 0);
    for rule in rules {
        let judged = deodar::engine::kinds_of(rule);
        let kept: Vec<usize> =
            (0..objects.len()).filter(|at| judged.iter().any(|of| kind(&objects[*at]).gives(of))).collect();
        // nothing at all is no cluster
        if kept.is_empty() {
            continue;
        }
        narrowed += usize::from(kept.len() < objects.len());
        let part = scans
            .entry(kept)
            .or_insert_with_key(|kept| verdicts(&kept.iter().map(|at| &objects[*at]).collect::<Vec<_>>()));
        let own = |all: &[(String, String)]| all.iter().filter(|(of, _)| of == rule).cloned().collect::<Vec<_>>();
        if own(&whole) != own(part) {
            wrong.push(format!("{rule}:\n  {:?}\n  {:?}", own(&whole), own(part)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(narrowed > 20, "only {narrowed} rules were said to need less than everything");
}

#[test]
fn what_is_deployed_is_clean_by_our_own_rules() {
    let (_, text) =
        run(&["scan", "deploy", "--root", "deploy", "--format", "json", "--verdicts", "--today", "2026-11-27"]);
    let report: Value = serde_json::from_str(&text).unwrap();
    let verdicts = report["verdicts"].as_array().unwrap();
    // which classes of data an estate holds is for its owners to declare
    let violated: Vec<String> = verdicts
        .iter()
        .filter(|verdict| verdict["state"] == "violated" && verdict["rule"] != "GOV-CLASSIFY")
        .map(|verdict| format!("{}: {}", verdict["rule"], verdict["message"]))
        .collect();
    assert!(violated.is_empty(), "{}", violated.join("\n"));
    let judged = |kind: &str| verdicts.iter().filter(|verdict| verdict["resource"]["kind"] == kind).count();
    assert!(judged("Workload") > 3 && judged("Container") > 3 && judged("PolicyGrant") > 3 && judged("Namespace") > 0);
}

/// A build without the feature says how one with it is had.
#[test]
#[cfg(not(feature = "kubernetes"))]
fn a_build_without_clusters_says_how_to_get_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(env!("CARGO_BIN_EXE_deodar"))
        .args(["snapshot", "kubernetes", "--out", "never.json"])
        .current_dir(root)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("--features kubernetes"), "{said}");
    assert!(!root.join("never.json").exists());
}

/// What the policy for these arguments lets call.
fn actions(more: &[&str]) -> BTreeSet<String> {
    let (code, text) = run(&[&["permissions", "aws"], more].concat());
    assert_eq!(code, Some(0), "{text}");
    let policies: Value = serde_json::from_str(&text).unwrap();
    let policies = if policies.is_array() { policies } else { Value::Array(vec![policies]) };
    let of = |policy: &Value| policy["Statement"][0]["Action"].as_array().unwrap().clone();
    policies.as_array().unwrap().iter().flat_map(of).map(|action| action.as_str().unwrap().to_owned()).collect()
}

#[test]
fn of_aws_rules_need_what_they_read_and_nothing_else() {
    let services = |more: &[&str]| -> BTreeSet<String> {
        // what is asked of every account beforehand is not the rules'
        let all = &actions(more) - &actions(&["--services", "route53"]);
        all.iter().map(|action| action.split(':').next().unwrap().to_owned()).collect()
    };
    let of = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(services(&["--rule", "KEY-ROTATE"]), of(&["kms"]));
    assert_eq!(services(&["--rule", "NET-FW-ADMIN"]), of(&["ec2"]));
    assert!(actions(&["--rule", "NET-OBJ-PUBLIC"]).contains("s3:GetBucketPolicy"));
    let all = actions(&[]);
    let gdpr = actions(&["--baseline", "gdpr"]);
    assert!(gdpr.is_subset(&all) && gdpr.len() > 100, "{}", gdpr.len());
    // both are narrowed together
    let keys = actions(&["--rule", "KEY-ROTATE,NET-FW-ADMIN", "--services", "kms"]);
    assert!(!keys.iter().any(|action| action == "ec2:DescribeSecurityGroups"), "{keys:?}");
    let (code, _) = run(&["permissions", "aws", "--rule", "NO-SUCH-RULE"]);
    assert_eq!(code, Some(2));
}

/// Each rule over whole accounts, once as they are and once without the types that the rule is said not to need: it judges
/// the same. Each type of the tables was asked for, and is listed to its end.
#[test]
fn what_a_rule_is_said_not_to_need_of_an_account_changes_no_verdict_of_it() {
    let tables = table::all();
    let services: Vec<&table::Service> = tables.iter().collect();
    let types: BTreeSet<&str> = tables.iter().flat_map(|service| service.types.iter().map(|of| &*of.name)).collect();
    let library = Library::embedded();
    let (mut wrong, mut narrowed) = (Vec::new(), 0);
    for name in ["live/aws/snapshot.json", "snapshots/aws.bad.json", "snapshots/aws.good.json"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name);
        let mut whole: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        whole["calls"] = Value::Array(Vec::new());
        let listed = types.iter().map(|of| serde_json::json!({"type": of, "state": "complete", "call": "x:List"}));
        whole["lists"] = listed.collect();
        let all = judged(&whole, None);
        for rule in all.keys() {
            let needed = permissions::types_of(&services, &kinds_read(rule));
            let mut part = whole.clone();
            for member in ["resources", "lists"] {
                let kept = |one: &Value| needed.contains(one["type"].as_str().unwrap());
                part[member].as_array_mut().unwrap().retain(kept);
            }
            narrowed += usize::from(needed.len() < types.len() / 2);
            let at = library.rules().iter().position(|one| one.id() == rule).unwrap();
            let found = judged(&part, Some(&[at])).into_values().next().unwrap_or_default();
            if found != all[rule] {
                wrong.push(format!("{name}: {rule}:\n  {:?}\n  {found:?}", all[rule]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(narrowed > 50, "only {narrowed} rules were said to need less than half");
}

/// The verdicts of a snapshot: for each rule the resources and the states.
fn judged(document: &Value, rules: Option<&[usize]>) -> BTreeMap<String, Vec<String>> {
    let tree = Tree::from_texts([("account.json", document.to_string())]);
    let (library, settings) = (Library::embedded(), Settings::default());
    let request = Request { rules, ..Request::new(&library, &settings) };
    let scan = pipeline::scan(&tree, &request, Vec::new(), 0).unwrap();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for verdict in &scan.judgement.verdicts {
        let rule = library.rules()[verdict.rule].id().to_owned();
        let of = scan.inventory.get(verdict.resource).unwrap().full_address();
        found.entry(rule).or_default().push(format!("{of} {}", verdict.outcome.name()));
    }
    found.values_mut().for_each(|lines| lines.sort());
    found
}
