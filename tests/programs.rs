//! Programs that the person names: a stand-in for Helm and one for Bicep, and the real Helm where a Python has it.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = folder.path().join("tree").join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

/// A program of these lines, beside the tree.
fn program(folder: &Path, lines: &str) -> PathBuf {
    let path = folder.join("program");
    fs::write(&path, format!("#!/bin/sh\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// The report of a scan with these arguments.
fn scan(folder: &Path, arguments: &[&str]) -> Value {
    let tree = folder.join("tree");
    let output = Command::new(env!("CARGO_BIN_EXE_deodar"))
        .args(["scan", "--format", "json", "--verdicts", "--root", tree.to_str().unwrap(), tree.to_str().unwrap()])
        .args(arguments)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{said}"))
}

/// The verdicts of a rule: state, address, and file and line that it points at.
fn verdicts(report: &Value, rule: &str) -> Vec<String> {
    let found = report["verdicts"].as_array().unwrap().iter().filter(|verdict| verdict["rule"] == rule);
    let line = |verdict: &Value| {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let resource = &verdict["resource"];
        format!("{} {} {}", text(&verdict["state"]), text(&resource["address"]), text(&verdict["location"]["file"]))
    };
    found.map(line).collect()
}

fn notes(report: &Value) -> Vec<String> {
    let notes = report["coverage"]["notes"].as_array().or(report["notes"].as_array()).unwrap();
    notes.iter().filter_map(|note| Some(note["message"].as_str()?.to_owned())).collect()
}

const CHART: &[(&str, &str)] = &[
    ("web/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n"),
    ("web/values.yaml", "host: false\n"),
    (
        "web/templates/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: {{ .Values.host }}\n  containers: [{name: web, image: nginx}]\n",
    ),
];

#[test]
fn what_the_named_helm_prints_is_judged_at_its_templates() {
    let folder = folder(CHART);
    assert_eq!(verdicts(&scan(folder.path(), &[]), "WRK-HOST-SHARE"), ["holds Pod/web web/templates/pod.yaml"]);
    let helm = program(
        folder.path(),
        "echo \"$@\" > \"$(dirname \"$0\")/asked\"\ncat <<END\n---\n# Source: shop/templates/pod.yaml\napiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  hostNetwork: true\n  containers: [{name: web, image: nginx}]\nEND",
    );
    let arguments = ["--helm-program", helm.to_str().unwrap(), "--set", "host=true", "--namespace", "shop"];
    let report = scan(folder.path(), &arguments);
    assert_eq!(verdicts(&report, "WRK-HOST-SHARE"), ["violated Pod/web web/templates/pod.yaml"]);
    let asked = fs::read_to_string(folder.path().join("asked")).unwrap();
    assert!(asked.starts_with("template release-name /") && asked.contains("/tree/web --include-crds"), "{asked}");
    assert!(asked.trim_end().ends_with("--set host=true --namespace shop"), "{asked}");
}

#[test]
fn a_helm_that_fails_or_is_not_there_leaves_the_chart_unseen() {
    let folder = folder(CHART);
    let helm = program(folder.path(), "echo 'Error: a value is missing' >&2; exit 1");
    let report = scan(folder.path(), &["--helm-program", helm.to_str().unwrap()]);
    assert!(verdicts(&report, "WRK-HOST-SHARE").is_empty());
    let said = notes(&report);
    assert!(
        said.iter()
            .any(|note| note.starts_with("chart `web` was not seen: ") && note.ends_with("Error: a value is missing")),
        "{said:?}"
    );
    let report = scan(folder.path(), &["--helm-program", "/nowhere/helm"]);
    assert!(notes(&report).iter().any(|note| note.contains("`/nowhere/helm` cannot be run")), "{:?}", notes(&report));
}

#[test]
fn the_real_helm_and_our_own_engine_come_to_the_same_verdicts() {
    let python = std::env::var("DEODAR_HELM_PYTHON").unwrap_or_default();
    if python.is_empty() {
        eprintln!("SKIPPED: DEODAR_HELM_PYTHON names no Python with `helm-python-sdk`");
        return;
    }
    let folder = folder(CHART);
    let render = "import sys, helm_python\nfor name, text in helm_python.Chart.load(sys.argv[3]).render({}).items():\n    print(\"---\\n# Source: \" + name + \"\\n\" + text)";
    let helm = program(folder.path(), &format!("exec {python} -c '{render}' \"$@\""));
    let ours = scan(folder.path(), &[]);
    let theirs = scan(folder.path(), &["--helm-program", helm.to_str().unwrap()]);
    let states = |report: &Value| {
        let all = report["verdicts"].as_array().unwrap().iter();
        let mut all: Vec<_> = all.map(|verdict| format!("{} {}", verdict["rule"], verdict["state"])).collect();
        all.sort();
        all
    };
    assert!(states(&ours).len() > 5);
    assert_eq!(states(&ours), states(&theirs));
}

#[test]
fn what_the_named_bicep_prints_is_judged_at_its_file() {
    let folder = folder(&[("infra/main.bicep", "module store 'br:example.azurecr.io/store:1' = { name: 'store' }\n")]);
    let before = scan(folder.path(), &[]);
    assert!(verdicts(&before, "TLS-OBJ-MIN").is_empty());
    let bicep = program(
        folder.path(),
        "[ \"$1 $2\" = 'build --stdout' ] || exit 9\ncat <<END\n{\"\\$schema\": \"https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#\", \"contentVersion\": \"1.0.0.0\",\n\"resources\": [{\"type\": \"Microsoft.Storage/storageAccounts\", \"apiVersion\": \"2023-01-01\", \"name\": \"shop\", \"location\": \"westeurope\",\n\"kind\": \"StorageV2\", \"sku\": {\"name\": \"Standard_LRS\"}, \"properties\": {\"minimumTlsVersion\": \"TLS1_0\"}}]}\nEND",
    );
    let report = scan(folder.path(), &["--bicep-program", bicep.to_str().unwrap()]);
    let found = verdicts(&report, "TLS-OBJ-MIN");
    assert!(
        found.len() == 1 && found[0].starts_with("violated ") && found[0].ends_with(" infra/main.bicep"),
        "{found:?}"
    );
    let broken = program(folder.path(), "exit 1");
    let report = scan(folder.path(), &["--bicep-program", broken.to_str().unwrap()]);
    assert!(
        notes(&report).iter().any(|note| note.starts_with("`infra/main.bicep` was not seen: ")),
        "{:?}",
        notes(&report)
    );
}
