//! What Terraform hands on as texts is judged as what it holds, or not seen: `kubectl_manifest`, and charts on disk that
//! `helm_release` installs.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

use std::collections::BTreeSet;

use deodar::format::Settings;
use deodar::pipeline::{self, Request};
use deodar::rule::Library;
use deodar::source::{NoteKind, Tree};
use deodar::value::Provider;

/// A verdict on a workload or a secret: rule, address, state, and where it points at.
type Verdict = (String, String, String);

fn scan(files: &[(&str, &str)]) -> (BTreeSet<Verdict>, Vec<String>) {
    let tree = Tree::from_texts(files.iter().copied());
    let (library, settings) = (Library::embedded(), Settings::default());
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).unwrap();
    let of = |verdict: &deodar::engine::Verdict| {
        let resource = scan.inventory.get(verdict.resource)?;
        let rule = library.rules()[verdict.rule].id().to_owned();
        let of_object = resource.provider == Provider::Kubernetes && !resource.address.starts_with("account");
        of_object.then(|| (rule, resource.address.to_string(), verdict.outcome.name().to_owned()))
    };
    let found = scan.judgement.verdicts.iter().filter_map(of).collect();
    let unseen = scan.report.notes.iter().map(|placed| &placed.note).filter(|note| note.kind == NoteKind::NotSeen);
    (found, unseen.map(|note| note.message.clone()).collect())
}

/// Rule and state alone.
fn states(found: &BTreeSet<Verdict>, within: &str) -> BTreeSet<(String, String)> {
    let there = found.iter().filter(|(_, address, _)| address.starts_with(within));
    there.map(|(rule, _, state)| (rule.clone(), state.clone())).collect()
}

const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop}\nspec:\n  hostNetwork: true\n  containers:\n    - name: web\n      image: nginx:1.29\n      securityContext: {privileged: true, allowPrivilegeEscalation: false}\n";

#[test]
fn an_object_that_is_applied_as_a_text_is_judged_as_the_object() {
    let (plain, _) = scan(&[("pod.yaml", POD)]);
    let terraform = format!("resource \"kubectl_manifest\" \"web\" {{\n  yaml_body = <<-YAML\n{POD}  YAML\n}}\n");
    let (inline, unseen) = scan(&[("main.tf", &terraform)]);
    assert_eq!(unseen, Vec::<String>::new());
    assert!(plain.len() > 8, "{plain:#?}");
    assert_eq!(states(&inline, "kubectl_manifest.web"), states(&plain, "Pod/shop/web"));
    let by_file = "resource \"kubectl_manifest\" \"web\" {\n  yaml_body = file(\"${path.module}/pod.txt\")\n}\n";
    let (by_file, _) = scan(&[("k/main.tf", by_file), ("k/pod.txt", POD)]);
    assert_eq!(states(&by_file, "kubectl_manifest.web"), states(&plain, "Pod/shop/web"));
}

#[test]
fn what_is_not_known_of_a_text_is_not_known_of_the_object() {
    let privileged = |value: &str| {
        let terraform = format!(
            "variable \"on\" {{}}\nresource \"kubectl_manifest\" \"web\" {{\n  yaml_body = <<-YAML\n{}  YAML\n}}\n",
            POD.replace("privileged: true", &format!("privileged: {value}"))
        );
        let (found, unseen) = scan(&[("main.tf", &terraform)]);
        assert_eq!(unseen, Vec::<String>::new());
        let mut found = found.into_iter().filter(|(rule, ..)| rule == "WRK-PRIVILEGED");
        found.next().unwrap().2
    };
    assert_eq!(privileged("true"), "violated");
    assert_eq!(privileged("false"), "holds");
    assert_eq!(privileged("${var.on}"), "undetermined");
}

#[test]
fn a_text_that_cannot_be_told_is_not_seen() {
    let terraform = "variable \"y\" {}\nresource \"kubectl_manifest\" \"a\" {\n  yaml_body = var.y\n}\n";
    let (_, unseen) = scan(&[("main.tf", terraform)]);
    assert_eq!(unseen, ["the object of `kubectl_manifest.a` cannot be told, so it was not seen"]);
}

#[test]
fn a_secret_that_is_applied_as_a_text_does_not_enter() {
    let terraform = "resource \"kubectl_manifest\" \"s\" {\n  yaml_body = <<-YAML\n    apiVersion: v1\n    kind: Secret\n    metadata: {name: s}\n    stringData: {password: hunter2x9}\n  YAML\n}\n";
    let tree = Tree::from_texts([("main.tf", terraform)]);
    let (inventory, _) = pipeline::picture(&tree, &Settings::default(), None);
    assert!(!format!("{inventory:?}").contains("hunter2x9"));
}

/// Two manifests in one text; the first is harmless.
fn several() -> String {
    format!(
        "# both\n---\n{}---\n{POD}---\n# nothing more\n",
        POD.replace("name: web, ", "name: safe, ").replace("true", "false")
    )
}

/// What is said of the objects that `terraform` applies, of the files beside it nothing.
fn applied(terraform: &str, files: &[(&str, &str)]) -> (BTreeSet<Verdict>, Vec<String>) {
    let (found, unseen) = scan(&files.iter().copied().chain([("infra/main.tf", terraform)]).collect::<Vec<_>>());
    (found.into_iter().filter(|(_, address, _)| address.starts_with("kubectl_manifest.")).collect(), unseen)
}

fn privileged(found: &BTreeSet<Verdict>) -> Vec<String> {
    let of = found.iter().filter(|(rule, ..)| rule == "WRK-PRIVILEGED");
    of.map(|(_, address, state)| format!("{} {state}", address.trim_start_matches("kubectl_manifest."))).collect()
}

#[test]
fn manifests_of_one_text_are_applied_each_for_itself() {
    let text = several();
    let files = [("infra/k/all.txt", text.as_str())];
    let data = |content: &str| {
        format!("variable \"x\" {{}}\ndata \"kubectl_file_documents\" \"d\" {{\n  content = {content}\n}}\n")
    };
    let each = "resource \"kubectl_manifest\" \"m\" {\n  for_each  = data.kubectl_file_documents.d.manifests\n  yaml_body = each.value\n}\n";
    let count = "resource \"kubectl_manifest\" \"m\" {\n  count     = length(data.kubectl_file_documents.d.documents)\n  yaml_body = element(data.kubectl_file_documents.d.documents, count.index)\n}\n";
    let pods = ["m[\"/api/v1/namespaces/shop/pods/safe\"] holds", "m[\"/api/v1/namespaces/shop/pods/web\"] violated"];
    let (found, unseen) = applied(&format!("{}{each}", data("file(\"${path.module}/k/all.txt\")")), &files);
    assert_eq!((privileged(&found), unseen), (pods.map(str::to_owned).to_vec(), Vec::new()));
    let (found, unseen) = applied(&format!("{}{count}", data("file(\"k/all.txt\")")), &files);
    let counted = ["m[0] holds", "m[1] violated"].map(str::to_owned).to_vec();
    assert_eq!((privileged(&found), unseen), (counted, Vec::new()));
    // a part that is not known
    let open = text.replace("privileged: true", "privileged: ${on}");
    let filled = data("templatefile(\"k/all.txt\", { on = var.x })");
    let (found, unseen) = applied(&format!("{filled}{each}"), &[("infra/k/all.txt", open.as_str())]);
    let open = [pods[0].to_owned(), pods[1].replace("violated", "undetermined")].to_vec();
    assert_eq!((privileged(&found), unseen), (open, Vec::new()));
}

#[test]
fn manifests_that_cannot_be_told_are_not_seen() {
    let each = "variable \"x\" {}\nresource \"kubectl_manifest\" \"m\" {\n  for_each  = data.kubectl_file_documents.d.manifests\n  yaml_body = each.value\n}\ndata \"kubectl_file_documents\" \"d\" {\n  content = ";
    let unseen = "the object of `kubectl_manifest.m` cannot be told, so it was not seen";
    let text = several();
    for content in [
        "var.x",
        "file(\"elsewhere.yaml\")",
        "\"${file(\"all.txt\")}\\n---\\n${var.x}\"",
        "\"a: [\"",
        "\"apiVersion: v1\\nkind: Pod\\nmetadata: {name: ${var.x}}\"",
    ] {
        let (found, notes) = applied(&format!("{each}{content}\n}}\n"), &[("infra/all.txt", &text)]);
        assert_eq!((privileged(&found), notes), (Vec::new(), vec![unseen.to_owned()]), "{content}");
    }
}

#[test]
fn manifests_of_files_are_filled_in_and_applied() {
    let terraform = |data: &str| {
        format!(
            "variable \"x\" {{}}\ndata \"kubectl_path_documents\" \"d\" {{\n{data}\n}}\nresource \"kubectl_manifest\" \"m\" {{\n  for_each  = data.kubectl_path_documents.d.manifests\n  yaml_body = each.value\n}}\n"
        )
    };
    let template = POD.replace("true", "${on}").replace("web, ", "two, ");
    let files = [
        ("infra/k/one.yaml", POD),
        ("infra/k/two.yaml", template.as_str()),
        ("infra/k/deeper/three.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: three}\n"),
        ("k/stray.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: stray}\n"),
    ];
    let said = |data: &str| {
        let (found, unseen) = applied(&terraform(data), &files);
        assert_eq!(unseen, Vec::<String>::new());
        privileged(&found)
    };
    let pods = |two: &str| {
        let two = format!("m[\"/api/v1/namespaces/shop/pods/two\"] {two}");
        vec![two, "m[\"/api/v1/namespaces/shop/pods/web\"] violated".to_owned()]
    };
    assert_eq!(said("  pattern = \"./k/*.yaml\"\n  vars = { on = \"false\" }"), pods("holds"));
    assert_eq!(said("  pattern = \"${path.module}/k/[ot]*.yaml\"\n  vars = { on = var.x }"), pods("undetermined"));
    let over = "  pattern = \"k/**.yaml\"\n  vars = { on = \"true\" }\n  sensitive_vars = { on = \"false\" }";
    assert_eq!(said(over), pods("holds"));
    // as it stands, `${on}` is no true
    let (found, _) = applied(&terraform("  pattern = \"k/one.yaml\"\n  disable_template = true"), &files);
    assert_eq!(privileged(&found), pods("")[1..]);
    let (found, unseen) = applied(&terraform("  pattern = \"nowhere/*.yaml\""), &files);
    let note = "the object of `kubectl_manifest.m` cannot be told, so it was not seen".to_owned();
    assert_eq!((privileged(&found), unseen), (Vec::new(), vec![note]));
}

#[test]
fn releases_without_end_are_not_rendered() {
    let terraform =
        "resource \"helm_release\" \"web\" {\n  count = 120\n  name  = \"web\"\n  chart = \"charts/web\"\n}\n";
    let (found, unseen) = scan(&CHART.iter().copied().chain([("main.tf", terraform)]).collect::<Vec<_>>());
    assert_eq!(
        found
            .iter()
            .filter(|(rule, address, _)| rule == "WRK-PRIVILEGED" && address.starts_with("helm_release."))
            .count(),
        100
    );
    assert_eq!(unseen.len(), 20);
    let end = "were not seen: no more than 100 releases are rendered";
    assert!(unseen.iter().all(|note| note.ends_with(end)), "{unseen:?}");
}

#[test]
fn a_plan_is_read_alike() {
    let plan = |values: serde_json::Value, sensitive: serde_json::Value| {
        let change = serde_json::json!({"actions": ["create"], "before": null, "after": values, "after_unknown": {}, "after_sensitive": sensitive});
        let resource = |address: &str, kind: &str, change: &serde_json::Value| serde_json::json!({"address": address, "mode": "managed", "type": kind, "name": "web", "change": change});
        let release = serde_json::json!({"actions": ["create"], "before": null, "after": {"chart": "./web"}, "after_unknown": {}});
        serde_json::json!({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}, "configuration": {}, "resource_changes": [
            resource("kubectl_manifest.web", "kubectl_manifest", &change), resource("helm_release.web", "helm_release", &release)]})
        .to_string()
    };
    let release = "the objects of `helm_release.web` were not seen: its chart is no part of this";
    let (plain, _) = scan(&[("pod.yaml", POD)]);
    for (values, sensitive) in [
        (serde_json::json!({"yaml_body": POD}), serde_json::json!({})),
        (serde_json::json!({"yaml_body": POD, "yaml_body_parsed": POD}), serde_json::json!({"yaml_body": true})),
    ] {
        let (found, unseen) = scan(&[("plan.json", &plan(values, sensitive))]);
        assert_eq!(unseen, [release]);
        assert_eq!(states(&found, "kubectl_manifest.web"), states(&plain, "Pod/shop/web"));
    }
    let (_, unseen) =
        scan(&[("plan.json", &plan(serde_json::json!({"yaml_body": POD}), serde_json::json!({"yaml_body": true})))]);
    let unseen: BTreeSet<&str> = unseen.iter().map(String::as_str).collect();
    assert!(unseen.contains("the object of `kubectl_manifest.web` cannot be told, so it was not seen"), "{unseen:?}");
}

const CHART: &[(&str, &str)] = &[
    ("charts/web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
    ("charts/web/values.yaml", "privileged: true\nhost: true\nimage: {tag: latest}\n"),
    (
        "charts/web/templates/pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\nspec:\n  hostNetwork: {{ .Values.host }}\n  containers:\n    - name: web\n      image: nginx:{{ .Values.image.tag }}\n      securityContext: {allowPrivilegeEscalation: false, privileged: {{ .Values.privileged }}}\n",
    ),
    (
        "charts/web/templates/ignored.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: ignored}\nspec: {hostNetwork: true}\n",
    ),
    ("charts/web/.helmignore", "# not ours\nignored.yaml\n"),
];

/// A plan of `helm_release.web` beside the configuration and the chart: what is planned, unknown, and sensitive.
fn planned(
    after: serde_json::Value,
    unknown: serde_json::Value,
    sensitive: serde_json::Value,
) -> (BTreeSet<Verdict>, Vec<String>) {
    let mut values = serde_json::json!({"name": "web", "namespace": "shop", "chart": "./charts/web"});
    values.as_object_mut().unwrap().extend(after.as_object().unwrap().clone());
    let plan = serde_json::json!({"format_version": "1.2", "terraform_version": "1.9.0", "planned_values": {}, "configuration": {},
        "resource_changes": [{"address": "helm_release.web", "mode": "managed", "type": "helm_release", "name": "web",
            "change": {"actions": ["create"], "before": null, "after": values, "after_unknown": unknown, "after_sensitive": sensitive}}]})
    .to_string();
    // the configuration does not write the release, so that only the plan speaks of it
    let files = CHART.iter().map(|(path, text)| (format!("infra/{path}"), *text));
    let beside = [("infra/main.tf".to_owned(), "locals {}\n"), ("infra/out/plan.json".to_owned(), plan.as_str())];
    let files: Vec<(String, &str)> = files.chain(beside).collect();
    scan(&files.iter().map(|(path, text)| (path.as_str(), *text)).collect::<Vec<_>>())
}

#[test]
fn a_chart_of_the_repository_is_judged_as_a_plan_installs_it() {
    use serde_json::json;
    const POD: &str = "helm_release.web.Pod/shop/web";
    let none = || json!({});
    let (found, unseen) = planned(none(), none(), none());
    assert_eq!(unseen, Vec::<String>::new());
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} violated"));
    let values = json!({"values": ["privileged: false", "host: false\n"]});
    let (found, unseen) = planned(values, none(), none());
    assert_eq!(unseen, Vec::<String>::new());
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} holds"));
    assert_eq!(said(&found, "WRK-HOST-SHARE"), format!("{POD} holds"));
    let set = json!({"set": [{"name": "privileged", "type": "", "value": "false"}, {"name": "host", "type": ""}]});
    let (found, unseen) = planned(set, json!({"set": [{}, {"value": true}]}), none());
    assert_eq!(unseen, Vec::<String>::new());
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} holds"));
    assert_eq!(said(&found, "WRK-HOST-SHARE"), format!("{POD} undetermined"));
}

#[test]
fn a_sensitive_value_of_a_planned_release_is_not_known() {
    use serde_json::json;
    const POD: &str = "helm_release.web.Pod/shop/web";
    let set = || json!({"set_sensitive": [{"name": "privileged", "type": "", "value": "false"}]});
    // marked at the value, and, where the items are a set, as a whole
    for marks in [json!({"set_sensitive": [{"value": true}]}), json!({"set_sensitive": true})] {
        let (found, unseen) = planned(set(), json!({}), marks);
        assert_eq!(unseen, Vec::<String>::new());
        assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} undetermined"));
    }
}

#[test]
fn a_planned_release_whose_objects_cannot_be_told_says_so() {
    use serde_json::json;
    let because = |after: serde_json::Value, unknown: serde_json::Value, sensitive: serde_json::Value| {
        let (found, unseen) = planned(after, unknown, sensitive);
        assert_eq!(said(&found, "WRK-PRIVILEGED"), "");
        let [note] = unseen.as_slice() else { panic!("{unseen:?}") };
        note.strip_prefix("the objects of `helm_release.web` were not seen: ").unwrap().to_owned()
    };
    let none = || json!({});
    let absent = "its chart is no part of this";
    assert_eq!(because(json!({"chart": "web", "repository": "https://example.com"}), none(), none()), absent);
    assert_eq!(because(json!({"chart": "./charts/other"}), none(), none()), absent);
    assert_eq!(because(json!({"chart": "/charts/web"}), none(), none()), absent);
    let values = because(json!({"values": null}), json!({"values": true}), none());
    assert!(values.starts_with("its values cannot be told"), "{values}");
    let values = because(json!({"values": ["privileged: false"]}), none(), json!({"values": true}));
    assert!(values.starts_with("its values cannot be told"), "{values}");
    let set = because(json!({"set": null}), json!({"set": true}), none());
    assert_eq!(set, "what `set` sets cannot be told");
    let written = because(json!({"set_wo": null, "set_wo_revision": 1}), none(), none());
    assert_eq!(written, "what `set_wo` sets cannot be told");
    let after = because(json!({"postrender": [{"binary_path": "./kustomize.sh"}]}), none(), none());
    assert_eq!(after, "what `postrender` makes of them cannot be told");
}

#[test]
fn a_plan_that_changes_nothing_of_a_release_is_told_apart() {
    let change = serde_json::json!({"actions": ["no-op"], "before": null, "after": {"name": "web", "chart": "./charts/web"}, "after_unknown": {}});
    let plan = serde_json::json!({"format_version": "1.2", "terraform_version": "1.9.0", "configuration": {}, "resource_changes": [
        {"address": "helm_release.web", "mode": "managed", "type": "helm_release", "name": "web", "change": change}]})
    .to_string();
    let beside = [("main.tf", "locals {}\n"), ("plan.json", plan.as_str())];
    let tree = Tree::from_texts(CHART.iter().copied().chain(beside));
    let (library, settings) = (Library::embedded(), Settings { changed_only: true, ..Settings::default() });
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).unwrap();
    let of_release =
        |resource| scan.inventory.get(resource).is_some_and(|resource| resource.address.starts_with("helm_release"));
    assert!(scan.inventory.resources().iter().any(|resource| of_release(resource.id)));
    assert!(!scan.judgement.verdicts.iter().any(|verdict| of_release(verdict.resource)));
}

#[test]
fn what_a_plan_and_its_source_say_of_a_release_is_one_finding() {
    let terraform = "resource \"helm_release\" \"web\" {\n  name  = \"web\"\n  chart = \"./charts/web\"\n}\n";
    let change = serde_json::json!({"actions": ["create"], "before": null, "after": {"name": "web", "chart": "./charts/web"}, "after_unknown": {}});
    let plan = serde_json::json!({"format_version": "1.2", "terraform_version": "1.9.0", "configuration": {}, "resource_changes": [
        {"address": "helm_release.web", "mode": "managed", "type": "helm_release", "name": "web", "change": change}]})
    .to_string();
    let tree = Tree::from_texts(CHART.iter().copied().chain([("main.tf", terraform), ("plan.json", plan.as_str())]));
    let (library, settings) = (Library::embedded(), Settings::default());
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).unwrap();
    let findings = scan.report.findings.iter();
    let of =
        findings.filter(|finding| &*finding.rule_id == "WRK-PRIVILEGED" && finding.address.contains("helm_release"));
    assert_eq!(of.count(), 1);
}

fn release(body: &str) -> (BTreeSet<Verdict>, Vec<String>) {
    let terraform = format!(
        "variable \"x\" {{}}\nresource \"helm_release\" \"web\" {{\n  name = \"web\"\n  namespace = \"shop\"\n{body}\n}}\n"
    );
    scan(&CHART.iter().copied().chain([("main.tf", &*terraform)]).collect::<Vec<_>>())
}

fn said(found: &BTreeSet<Verdict>, rule: &str) -> String {
    let mut of = found.iter().filter(|(own, address, _)| own == rule && address.starts_with("helm_release.web."));
    of.next().map(|(_, address, state)| format!("{address} {state}")).unwrap_or_default()
}

#[test]
fn a_chart_on_disk_is_judged_as_a_release_installs_it() {
    const POD: &str = "helm_release.web.Pod/shop/web";
    let (found, unseen) = release("  chart = \"./charts/web\"");
    assert_eq!(unseen, Vec::<String>::new());
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} violated"));
    assert!(
        !found.iter().any(|(_, address, _)| address.contains("ignored")),
        "what `.helmignore` names is no part of it"
    );
    let values =
        "  chart = \"${path.module}/charts/web\"\n  values = [yamlencode({ privileged = false }), \"host: false\"]";
    let (found, unseen) = release(values);
    assert_eq!(unseen, Vec::<String>::new());
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} holds"));
    assert_eq!(said(&found, "WRK-HOST-SHARE"), format!("{POD} holds"));
    let set = "  chart = \"charts/web\"\n  set {\n    name  = \"privileged\"\n    value = \"false\"\n  }\n  set {\n    name = \"host\"\n    value = var.x\n  }";
    let (found, unseen) = release(set);
    assert_eq!(unseen, Vec::<String>::new());
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} holds"));
    assert_eq!(said(&found, "WRK-HOST-SHARE"), format!("{POD} undetermined"));
    // the newer provider's list
    let (found, _) = release("  chart = \"charts/web\"\n  set = [{ name = \"privileged\", value = false }]");
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} holds"));
    let (found, _) = release("  chart = \"charts/web\"\n  set_wo = [{ name = \"privileged\", value = false }]");
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} holds"));
    let (found, _) = release("  chart = \"charts/web\"\n  values = [\"privileged: ${var.x}\"]");
    assert_eq!(said(&found, "WRK-PRIVILEGED"), format!("{POD} undetermined"));
}

#[test]
fn a_release_whose_objects_cannot_be_seen_says_so() {
    let because = |body: &str| {
        let (found, unseen) = release(body);
        assert_eq!(said(&found, "WRK-PRIVILEGED"), "");
        let [note] = unseen.as_slice() else { panic!("{unseen:?}") };
        note.strip_prefix("the objects of `helm_release.web` were not seen: ").unwrap().to_owned()
    };
    assert_eq!(because("  chart = \"web\"\n  repository = \"https://example.com\""), "chart `web` lies elsewhere");
    assert_eq!(because("  chart = \"oci://example.com/web\""), "chart `oci://example.com/web` lies elsewhere");
    assert_eq!(because("  chart = \"./charts/other\""), "chart `./charts/other` is not among the scanned files");
    assert_eq!(because("  chart = var.x"), "which chart it is cannot be told");
    let after = because("  chart = \"./charts/web\"\n  postrender {\n    binary_path = \"./kustomize.sh\"\n  }");
    assert_eq!(after, "what `postrender` makes of them cannot be told");
    let unknown = because("  chart = \"./charts/web\"\n  values = [var.x]");
    assert_eq!(unknown, "its values cannot be told, as `var.x` has no value");
}

#[test]
fn what_stands_for_resources_in_the_words_of_another_is_not_seen() {
    let terraform = r#"
        resource "aws_cloudformation_stack" "s" { template_body = file("stack.yaml") }
        resource "azapi_resource" "a" { type = "Microsoft.Storage/storageAccounts@2023-05-01" }
        resource "awscc_s3_bucket" "a" {}
        resource "awscc_s3_bucket" "b" {}
        resource "aws_cloudformation_type" "t" {}"#;
    let (_, unseen) = scan(&[("main.tf", terraform)]);
    let expected = [
        "what stands behind 1 resource of type `aws_cloudformation_stack` in the cloud was not seen",
        "what stands behind 1 resource of type `azapi_resource` in the cloud was not seen",
        "what stands behind 2 resources of type `awscc_s3_bucket` in the cloud was not seen",
    ];
    assert_eq!(unseen, expected);
}
