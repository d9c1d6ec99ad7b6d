//! Kustomizations: layers are worked through as `kubectl kustomize` does it, and each value stays where it was written.
//! `kubectl` is the judge, where it is at hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    clippy::print_stderr,
    reason = "a test may panic"
)]

#[path = "support/alike.rs"]
mod alike;

use std::path::Path;
use std::process::Command;

use deodar::format::{Reading, Settings, formats, units};
use deodar::source::{NoteKind, Tree};
use deodar::value::{Block, Node, Value};

/// Reads files as a scan does.
fn read(files: &[(&str, &str)]) -> (Tree, Reading) {
    let tree = Tree::from_texts(files.iter().map(|(path, text)| (*path, *text)));
    let mut all = Reading::default();
    for unit in units(&tree).0 {
        let reading = formats()[unit.format].read(&tree, &unit, &Settings::default());
        all.blocks.extend(reading.blocks);
        all.notes.extend(reading.notes);
    }
    (tree, all)
}

fn addresses(reading: &Reading) -> Vec<&str> {
    reading.blocks.iter().map(|block| &*block.address).collect()
}

fn block<'r>(reading: &'r Reading, address: &str) -> &'r Block {
    reading.blocks.iter().find(|block| &*block.address == address).expect("the object")
}

/// The node at a path of keys and indexes.
fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
    path.split('.').fold(node, |node, step| match &node.value {
        Value::List(items) => &items[step.parse::<usize>().unwrap()],
        _ => node.get(step).unwrap_or_else(|| panic!("no `{step}`")),
    })
}

/// The file and the text that a value points at.
fn place<'t>(tree: &'t Tree, node: &Node) -> (String, &'t str) {
    let span = node.origins.primary.unwrap();
    (tree.path(span.file).to_string(), tree.slice(span))
}

fn messages(reading: &Reading) -> Vec<&str> {
    reading.notes.iter().map(|note| note.message.as_str()).collect()
}

const WEB: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template:\n    spec:\n      \
                   containers:\n        - name: web\n          image: example/web:1\n          securityContext: {privileged: true}\n";

#[test]
fn a_value_stands_where_it_was_written_base_patch_or_kustomization() {
    let prod = "\
resources: [../base]
namespace: prod
images: [{name: example/web, newTag: \"2\"}]
patches:
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata:
        name: web
      spec:
        template:
          spec:
            containers:
              - name: web
                securityContext: {privileged: false}
  - path: patch.yaml
";
    let patch =
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  template: {spec: {hostPID: true}}\n";
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", WEB),
        ("prod/kustomization.yaml", prod),
        ("prod/patch.yaml", patch),
    ];
    let (tree, reading) = read(&files);
    assert_eq!(reading.notes, []);
    assert_eq!(addresses(&reading), ["Deployment/prod/web"]);
    let web = &block(&reading, "Deployment/prod/web").body;
    let spec = at(web, "spec.template.spec");
    assert_eq!(place(&tree, at(web, "metadata.name")), ("base/web.yaml".into(), "web"));
    assert_eq!(place(&tree, at(web, "metadata.namespace")), ("prod/kustomization.yaml".into(), "prod"));
    assert_eq!(place(&tree, at(spec, "hostPID")), ("prod/patch.yaml".into(), "true"));
    // an inline patch is followed line by line
    let privileged = at(spec, "containers.0.securityContext.privileged");
    assert_eq!(
        (&privileged.value, place(&tree, privileged)),
        (&Value::Bool(false), ("prod/kustomization.yaml".into(), "false"))
    );
    // a changed text stands at what changes it, and the old place is named
    let image = at(spec, "containers.0.image");
    assert_eq!((image.as_str(), place(&tree, image).0.as_str()), (Some("example/web:2"), "prod/kustomization.yaml"));
    assert_eq!(tree.slice(image.origins.related()[0]), "example/web:1");
}

#[test]
fn each_root_is_rendered_and_a_base_only_through_the_roots_that_list_it() {
    let files = [
        ("base/kustomization.yaml", "resources: [web.yaml]\n"),
        ("base/web.yaml", WEB),
        ("dev/kustomization.yaml", "resources: [../base]\nnamespace: dev\n"),
        ("prod/kustomization.yaml", "resources: [../base]\nnamespace: prod\n"),
        ("parts/kustomization.yaml", "kind: Component\nresources: [gone.yaml]\n"),
        ("plain.yaml", WEB),
    ];
    let (_, reading) = read(&files);
    assert_eq!(addresses(&reading), ["Deployment/dev/web", "Deployment/prod/web", "Deployment/web"]);
    assert_eq!(reading.notes, []);
}

#[test]
fn what_is_not_here_is_told_of_and_the_rest_is_judged() {
    let kustomization = "\
resources:
- web.yaml
- https://example.org/x?ref=v1
- ../nowhere
patches:
- path: gone.yaml
- patch: '{apiVersion: v1, kind: Service, metadata: {name: none}}'
- target: {kind: Deployment}
  patch: '[{op: replace, path: /spec/none, value: 1}]'
configMapGenerator:
- {name: c, files: [gone.txt]}
helmCharts:
- {name: redis}
";
    let (_, reading) = read(&[("app/kustomization.yaml", kustomization), ("app/web.yaml", WEB)]);
    assert_eq!(addresses(&reading), ["Deployment/web", "ConfigMap/c"]);
    assert_eq!(
        messages(&reading),
        [
            "`https://example.org/x?ref=v1` is not among the files: its resources were not seen",
            "`../nowhere` is not among the files: its resources were not seen",
            "`gone.yaml` is not among the files: what it changes was not seen",
            "a patch was not seen: there is no Service `none` for it",
            "a patch was not seen: there is no `/spec/none`",
            "`helmCharts` of a kustomization is not read: what it adds or changes was not seen",
            "file `gone.txt` is not among the files: what it holds is unknown",
        ]
    );
    assert!(reading.notes.iter().take(6).all(|note| note.kind == NoteKind::NotSeen && note.span.is_some()));
}

#[test]
fn a_kustomization_that_contains_itself_ends_in_a_note() {
    let files = [
        ("a/kustomization.yaml", "resources: [../b, web.yaml]\n"),
        ("a/web.yaml", WEB),
        ("b/kustomization.yaml", "resources: [../a]\n"),
    ];
    let (_, reading) = read(&files);
    assert_eq!(addresses(&reading), ["Deployment/web"]);
    assert_eq!(messages(&reading), ["kustomization `a` contains itself: what it adds was not seen"]);
    // a base that is listed over and over has its budget
    let many = format!("resources: [{}]\n", vec!["../a"; 30].join(", "));
    let layers: Vec<(String, String)> = (0..8)
        .map(|layer| (format!("l{layer}/kustomization.yaml"), many.replace("../a", &format!("../l{}", layer + 1))))
        .chain([("l8/kustomization.yaml".into(), "resources: [web.yaml]\n".into()), ("l8/web.yaml".into(), WEB.into())])
        .collect();
    let layers: Vec<(&str, &str)> = layers.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let (_, reading) = read(&layers);
    assert!(messages(&reading).contains(&"the layers hold more than they may: a part was not seen"));
}

#[test]
fn the_layers_render_what_kubectl_renders() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/kustomize");
    let roots = ["shop/base", "shop/overlays/dev", "shop/overlays/prod", "odd/base", "odd/mid", "odd/top"];
    for root in roots {
        let Ok(out) = Command::new("kubectl").arg("kustomize").arg(fixtures.join(root)).output() else {
            eprintln!("SKIPPED: no `kubectl`: the layers were not compared with it");
            return;
        };
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        let theirs = alike::read(vec![("all.yaml".into(), String::from_utf8(out.stdout).unwrap())], "kubernetes");
        // a scan of this root alone: what lies elsewhere is out of scope, and read when it is listed
        let mut texts = Vec::new();
        alike::gather(&fixtures, &fixtures, &mut texts);
        let ours = alike::read_with(texts, "kustomize", root, &Settings::default());
        let mut found: Vec<String> = ours.notes.iter().map(|note| note.message.clone()).collect();
        alike::between(
            &alike::objects(ours.blocks.iter()),
            &alike::objects(theirs.blocks.iter()),
            "kubectl",
            &mut found,
        );
        assert!(found.is_empty(), "{root}: {found:#?}");
    }
}
