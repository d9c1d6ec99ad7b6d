//! Kubernetes manifests as files: what becomes a block, what is noted, what is passed over.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

use deodar::format::{Reading, Settings, formats, units};
use deodar::source::{NoteKind, Tree};
use deodar::value::{Block, Redacted, Value};

/// Reads files as a scan does; formats in the order of their claims.
fn read(files: &[(&str, &str)]) -> (Tree, Reading) {
    let tree = Tree::from_texts(files.iter().map(|(path, text)| (*path, *text)));
    let mut all = Reading::default();
    for unit in units(&tree).0 {
        let reading = formats()[unit.format].read(&tree, &unit, &Settings::default());
        all.blocks.extend(reading.blocks);
        all.notes.extend(reading.notes);
        all.passed_over.extend(reading.passed_over);
    }
    (tree, all)
}

fn addresses(reading: &Reading) -> Vec<&str> {
    reading.blocks.iter().map(|block| &*block.address).collect()
}

fn block<'r>(reading: &'r Reading, address: &str) -> &'r Block {
    reading.blocks.iter().find(|block| &*block.address == address).unwrap()
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\n";

#[test]
fn objects_become_blocks_with_type_address_and_places() {
    let text = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
  namespace: shop
spec: {replicas: 2}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop}
";
    let (tree, reading) = read(&[("k8s/web.yaml", text)]);
    assert_eq!(addresses(&reading), ["Deployment/shop/web", "Namespace/shop"]);
    let web = block(&reading, "Deployment/shop/web");
    assert_eq!(&*web.native_type, "apps/Deployment");
    assert_eq!(tree.slice(web.head), "name: web");
    assert!(tree.slice(web.span).starts_with("apiVersion") && tree.slice(web.span).ends_with("{replicas: 2}"));
    assert_eq!(&*block(&reading, "Namespace/shop").native_type, "Namespace");
}

#[test]
fn lists_are_opened_and_json_is_read() {
    let list = r#"{"apiVersion": "v1", "kind": "List", "items": [
        {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "a", "namespace": "n"}},
        {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleList", "items": [{"metadata": {"name": "r"}}]}]}"#;
    let (tree, reading) = read(&[("all.json", list)]);
    assert_eq!(addresses(&reading), ["ServiceAccount/n/a", "Role/r"]);
    assert_eq!(&*block(&reading, "Role/r").native_type, "rbac.authorization.k8s.io/Role");
    assert_eq!(tree.slice(block(&reading, "ServiceAccount/n/a").head), r#""name": "a""#);
}

#[test]
fn an_object_that_is_declared_twice_is_kept_twice() {
    let (_, reading) = read(&[("a.yaml", POD), ("b.yaml", POD)]);
    assert_eq!(addresses(&reading), ["Pod/p", "Pod/p#2"]);
}

#[test]
fn a_secret_loses_its_values_where_it_is_read() {
    let text = "\
apiVersion: v1
kind: Secret
metadata:
  name: s
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: '{\"data\":{\"p\":\"c2VjcmV0\"}}'
data: {p: c2VjcmV0}
stringData: {q: hunter2}
";
    let (_, reading) = read(&[("s.yaml", text)]);
    let secret = block(&reading, "Secret/s");
    assert_eq!(secret.body.at_path("data.p").value().unwrap().value, Value::Redacted(Redacted::Untold));
    let shown = format!("{:?}", secret.body);
    assert!(!shown.contains("c2VjcmV0") && !shown.contains("hunter2"), "{shown}");
}

#[test]
fn what_is_no_object_is_passed_over_with_a_count() {
    let (_, reading) = read(&[
        ("package.json", r#"{"name": "x", "kind": "y"}"#),
        ("values.yaml", "replicas: 2\n"),
        ("docs.yaml", "title: the apiVersion and kind of things\n"),
        ("broken.yaml", "a: [1\n"),
        ("kubeconfig.yaml", "apiVersion: v1\nkind: Config\nusers: [{user: {token: t0ps3cret}}]\n"),
    ]);
    assert_eq!(
        (reading.blocks.len(), reading.notes.len(), reading.passed_over.len()),
        (0, 0, 5),
        "{:?}",
        reading.notes
    );
}

#[test]
fn a_broken_manifest_is_a_note_and_its_neighbours_are_kept() {
    let (_, reading) = read(&[("a.yaml", &format!("{POD}---\napiVersion: v1\nkind: Pod\nmetadata: [\n---\n{POD}"))]);
    assert_eq!(reading.blocks.len(), 2);
    assert_eq!(reading.notes[0].kind, NoteKind::PartLost);
    assert_eq!(reading.notes[0].path.as_deref(), Some("a.yaml"));
    let (_, reading) = read(&[("b.json", "{\"apiVersion\": \"v1\", \"kind\": \"Pod\", }\n")]);
    assert_eq!(reading.notes[0].kind, NoteKind::Unreadable);
}

#[test]
fn templates_outside_a_chart_are_not_seen_and_placeholders_are_unknown() {
    let (_, reading) = read(&[("t.yaml", &format!("{POD}spec: {{{{ toYaml .Values | indent 2 }}}}\n  x\n"))]);
    assert_eq!((reading.blocks.len(), reading.notes[0].kind), (0, NoteKind::NotSeen));
    let (_, reading) = read(&[("u.yaml", &format!("{POD}spec:\n  hostNetwork: '{{{{ .Values.host }}}}'\n"))]);
    assert!(reading.blocks[0].body.bool("spec.hostNetwork").why().is_some());
}

proptest::proptest! {
    #[test]
    fn any_manifest_reads_without_panic(
        tail in "(?s)([-a-z:&*<{}\\[\\]#|'\" \n]|.){0,120}",
        path in "(a|Chart|kustomization|templates/x)\\.(yaml|json)",
    ) {
        let text = format!("apiVersion: v1\nkind: List\nresources: [a]\nitems:\n{tail}");
        read(&[(&path, &text)]);
    }
}
