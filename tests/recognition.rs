//! Which format reads a file: by what is in it, or as the person says; and what Pulumi and CDK for Terraform write.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

use std::collections::BTreeSet;

use deodar::format::{FormatOf, Settings, formats, units_as};
use deodar::pipeline::{self, Request};
use deodar::rule::Library;
use deodar::source::{NoteKind, Tree};

/// Each file with the format that takes it, and what is said about it.
fn taken(files: &[(&str, &str)], named: &[(&str, &str)]) -> (Vec<String>, Vec<String>) {
    let tree = Tree::from_texts(files.iter().copied());
    let named: Vec<FormatOf> = named.iter().map(|(pattern, format)| FormatOf::new(pattern, format).unwrap()).collect();
    let (units, _, notes) = units_as(&tree, &named);
    let lines = units.iter().flat_map(|unit| {
        unit.files
            .iter()
            .map(|file| format!("{} {}", tree.name(*file), formats()[unit.format].name()))
            .collect::<Vec<_>>()
    });
    assert!(notes.iter().all(|note| note.kind == NoteKind::Unresolved), "{notes:?}");
    (lines.collect(), notes.into_iter().map(|note| note.message).collect())
}

const SERVICES: &str = "services:\n  web:\n    image: nginx\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: p, image: nginx}]}\n";

#[test]
fn a_file_is_read_as_the_person_says() {
    let files = [
        ("a.tpl", "Resources:\n  B:\n    Type: AWS::S3::Bucket\n"),
        ("build/image", "FROM nginx\n"),
        ("c.yaml", SERVICES),
    ];
    let (plain, _) = taken(&files, &[]);
    assert_eq!(plain, ["c.yaml compose"]);
    let (said, notes) =
        taken(&files, &[("*.tpl", "cloudformation"), ("build/", "dockerfile"), ("c.yaml", "kubernetes")]);
    assert_eq!(said, ["a.tpl cloudformation", "build/image dockerfile", "c.yaml kubernetes"]);
    assert!(notes.is_empty(), "{notes:?}");
}

#[test]
fn what_could_be_of_two_formats_is_said() {
    let both = format!("{SERVICES}---\n{POD}");
    let (read, notes) = taken(&[("both.yaml", &both)], &[]);
    assert_eq!(read, ["both.yaml compose"]);
    assert_eq!(notes, ["`both.yaml` is read as compose, and could be kubernetes"]);
    // what is said is no guess any more
    let (_, notes) = taken(&[("both.yaml", &both)], &[("both.yaml", "compose")]);
    assert!(notes.is_empty(), "{notes:?}");
    // a manifest within a template's text is no second format
    let text = "Resources:\n  D:\n    Type: AWS::SSM::Document\n    Properties:\n      Content: |\n        apiVersion: v1\n        kind: Pod\n";
    assert!(taken(&[("t.yaml", text)], &[]).1.is_empty());
}

#[test]
fn a_format_that_goes_by_folders_cannot_be_named() {
    let error = FormatOf::new("*.yaml", "helm").unwrap_err();
    assert!(
        error.starts_with("`helm` is none of cloudformation, azure-arm, ") || error.starts_with("`helm` is none of "),
        "{error}"
    );
}

/// Every verdict on resources of these kinds, without addresses, which the three spell differently.
fn verdicts(path: &str, text: &str) -> BTreeSet<String> {
    let tree = Tree::from_texts([(path, text)]);
    let (library, settings) = (Library::embedded(), Settings::default());
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).unwrap();
    assert!(!scan.report.unseen(), "{:?}", scan.report.notes);
    let of = |verdict: &deodar::engine::Verdict| {
        let resource = scan.inventory.get(verdict.resource)?;
        let kind = resource.kind_name();
        let rule = library.rules().get(verdict.rule)?.id();
        Some(format!("{kind:?} {rule} {}", verdict.outcome.name()))
    };
    scan.judgement.verdicts.iter().filter_map(of).collect()
}

const TWIN: &str = r#"
provider "aws" { region = "eu-central-1" }
variable "password" { sensitive = true }
resource "aws_s3_bucket" "records" {
  bucket = "shop-records"
  tags   = { costCenter = "4711" }
}
resource "aws_s3_bucket_public_access_block" "records" {
  bucket                  = aws_s3_bucket.records.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_security_group" "admin" {
  description = "administration"
  ingress {
    cidr_blocks = ["0.0.0.0/0"]
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
  }
}
resource "aws_db_instance" "orders" {
  engine            = "postgres"
  instance_class    = "db.t4g.medium"
  allocated_storage = 20
  storage_encrypted = false
  password          = var.password
}
"#;

fn fixture(path: &str) -> String {
    std::fs::read_to_string(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(path)).unwrap()
}

#[test]
fn cdk_for_terraform_is_judged_as_the_terraform_that_it_writes() {
    let twin = verdicts("main.tf", TWIN);
    assert!(twin.len() > 30, "{twin:#?}");
    assert_eq!(verdicts("cdk.tf.json", &fixture("cdktf/cdk.tf.json")), twin);
}

#[test]
fn a_preview_of_pulumi_is_judged_as_its_terraform_twin() {
    let (twin, preview) = (verdicts("main.tf", TWIN), verdicts("preview.json", &fixture("pulumi/preview.json")));
    let differ: Vec<&String> = twin.symmetric_difference(&preview).collect();
    // the variable is judged as settings where it is declared; a preview has only what was given
    assert_eq!(differ, ["Config WRK-SECRET-ENV holds"]);
}

#[test]
fn what_pulumi_keeps_secret_is_not_read() {
    let tree = Tree::from_texts([("preview.json", fixture("pulumi/preview.json"))]);
    let (inventory, notes) = pipeline::picture(&tree, &Settings::default(), None);
    assert!(!format!("{inventory:?}").contains("hunter2"));
    assert!(notes.iter().any(|note| note.message == "1 resource that the update deletes is not judged"), "{notes:?}");
}

#[test]
fn labels_of_compose_are_read_as_a_map_and_as_a_list() {
    let tags = |labels: &str| {
        let text = format!("services:\n  web:\n    image: web:1\n    labels:\n{labels}");
        let tree = Tree::from_texts([("compose.yaml", text.as_str())]);
        let (inventory, _) = pipeline::picture(&tree, &Settings::default(), None);
        let found = inventory.resources().iter().find(|resource| &*resource.name == "web").expect("a service");
        let tags =
            found.tags.value().map(|tags| tags.iter().map(|(key, tag)| format!("{key}={tag}")).collect::<Vec<_>>());
        tags.map(|tags| tags.join(" "))
    };
    let map = tags("      owner: desk\n      data-class: phi\n");
    assert_eq!(map.as_deref(), Some("owner=desk data-class=phi"));
    assert_eq!(tags("      - owner=desk\n      - data-class=phi\n"), map);
    assert_eq!(
        tags("      - owner=x\n      - data-class=phi\n      - owner=desk\n      - bare\n").as_deref(),
        Some("data-class=phi owner=desk bare=")
    );
    // which labels there are cannot be told
    assert_eq!(tags("      - ${LABEL}\n"), None);
}
