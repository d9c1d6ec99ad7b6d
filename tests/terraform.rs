//! Terraform as Terraform means it: what is written, and what deodar makes of it, one meaning a case.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "support/blocks.rs"]
mod support;

use std::collections::BTreeMap;

use deodar::format::Settings;
use deodar::value::{Block, HOLE_CLOSE, HOLE_OPEN, Node, Value};
use support::{addresses, block, read_with};

fn read(texts: &[(&str, &str)]) -> Vec<Block> {
    read_with(texts, &Settings::default()).1
}

/// Reads one file.
fn main_tf(text: &str) -> Vec<Block> {
    read(&[("main.tf", text)])
}

/// A value in short: `?` and the reason for what is unknown, `->` and the addresses it refers to.
fn show(node: &Node) -> String {
    let unknown = |unknown: &deodar::value::Unknown| {
        let refers: Vec<String> = unknown.refers.iter().map(|to| format!("{}.{}", to.address, to.attribute)).collect();
        if refers.is_empty() { format!("?({unknown})") } else { format!("?->{}", refers.join(",")) }
    };
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.to_string(),
        Value::Text(text) => {
            let mut shown = text.text.to_string();
            for (at, hole) in text.holes.iter().enumerate() {
                shown = shown.replace(&format!("{HOLE_OPEN}{at}{HOLE_CLOSE}"), &unknown(hole));
            }
            shown
        }
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let each: Vec<String> =
                entries.iter().map(|entry| format!("{}={}", entry.key, show(&entry.value))).collect();
            format!("{{{}}}", each.join(" "))
        }
        Value::Redacted(_) => "redacted".into(),
        Value::Unknown(why) => unknown(why),
    }
}

/// The attribute of a block.
#[track_caller]
fn attr(blocks: &[Block], address: &str, name: &str) -> String {
    match block(blocks, address).body.get(name) {
        Some(node) => show(node),
        None => "absent".into(),
    }
}

/// What expressions come to, each with the same text around it.
#[track_caller]
fn expressions(around: &str, cases: &[(&str, &str)]) {
    let mut text = format!("{around}\nresource \"x_y\" \"z\" {{\n");
    for (at, (expression, _)) in cases.iter().enumerate() {
        text.push_str(&format!("  a{at} = {expression}\n"));
    }
    text.push_str("}\n");
    let (_, blocks, notes) = read_with(&[("main.tf", &text)], &Settings::default());
    assert!(notes.iter().all(|note| !note.kind.incomplete()), "{notes:?}");
    let got: BTreeMap<&str, String> =
        cases.iter().enumerate().map(|(at, (expr, _))| (*expr, attr(&blocks, "x_y.z", &format!("a{at}")))).collect();
    let want: BTreeMap<&str, String> = cases.iter().map(|(expr, want)| (*expr, (*want).to_owned())).collect();
    assert_eq!(got, want);
}

#[test]
fn expressions_as_terraform_has_them() {
    expressions(
        r#"
        variable "unset" {}
        locals {
          list = [1, 2, 3]
          map  = { b = "two", a = "one" }
          objects = [{ n = "x", on = true }, { n = "y", on = false }]
          nothing = null
        }"#,
        &[
            ("1 + 2 * 3", "7"),
            ("\"a-${1 + 1}\"", "a-2"),
            ("\"${local.list}\"", "[1, 2, 3]"),
            ("true ? \"yes\" : \"no\"", "yes"),
            ("\"true\" == true", "false"),
            ("local.map[\"a\"]", "one"),
            ("local.map.b", "two"),
            ("local.list[1]", "2"),
            ("local.objects[*].n", "[x, y]"),
            ("local.objects.*.n", "[x, y]"),
            ("local.objects.0.n", "x"),
            ("local.objects.*.n[0]", "x"),
            ("local.nothing[*]", "[]"),
            ("local.map[*].a", "[one]"),
            ("[for v in local.list : v * 2 if v > 1]", "[4, 6]"),
            ("[for i, v in local.list : i]", "[0, 1, 2]"),
            ("[for k, v in local.map : k]", "[a, b]"),
            ("{ for o in local.objects : o.n => o.on }", "{x=true y=false}"),
            ("{ for o in local.objects : \"k\" => o.n... }", "{k=[x, y]}"),
            ("\"%{ for v in local.list ~} ${v} %{ endfor ~}\"", "1 2 3 "),
            ("\"%{ if false }a%{ else }b%{ endif }\"", "b"),
            ("(local.map)[\"a\"]", "one"),
            ("{ (local.map.a) = 1, b : 2 }", "{one=1 b=2}"),
            ("upper(local.map.a)", "ONE"),
            ("merge(local.map, { c = 1 }).c", "1"),
            ("max([4, 9]...)", "9"),
            ("try(local.map.zzz, \"fallback\")", "fallback"),
            ("can(local.map.zzz)", "false"),
            ("can(local.map.a)", "true"),
            ("\"$${literal}\"", "${literal}"),
            ("<<-EOT\n    one\n      ${local.map.b}\n  EOT\n", "one\n  two\n"),
            ("-local.list[0]", "-1"),
            ("!true || 3 >= 3", "true"),
            // refused by Terraform, and plain in what they mean
            ("False || True", "true"),
        ],
    );
}

#[test]
fn what_is_unknown_stays_unknown_and_no_more_than_that() {
    expressions(
        r#"variable "u" {}"#,
        &[
            ("var.u", "?(`var.u` has no value)"),
            ("var.u.deep[0].inside", "?(`var.u` has no value)"),
            ("var.u && false", "false"),
            ("false && var.u", "false"),
            ("var.u || true", "true"),
            ("var.u && true", "?(`var.u` has no value)"),
            ("var.u ? 1 : 1", "1"),
            ("var.u ? 1 : 2", "?(`var.u` has no value)"),
            ("\"a-${var.u}-b\"", "a-?(`var.u` has no value)-b"),
            ("{ a = var.u, b = 1 }.b", "1"),
            ("[var.u, 2][1]", "2"),
            ("{ dev = true, prod = true }[var.u]", "true"),
            ("{ dev = true, prod = false }[var.u]", "?(`var.u` has no value)"),
            ("[for x in [1, 2] : x if var.u]", "[?(`var.u` has no value), ?(`var.u` has no value)]"),
            ("\"x-${var.u}\" == \"y\"", "false"),
            ("terraform.workspace", "?(`terraform.workspace` has no value)"),
            ("timestamp()", "?(`timestamp()` gives another answer each time)"),
            ("data.aws_ami.x.id", "?(`data.aws_ami.x.id` is not among the scanned files)"),
            ("aws_gone.x.id", "?->aws_gone.x.id"),
            ("concat([1], var.u)[0]", "1"),
            ("concat(var.u, [1])[1]", "?(`var.u` has no value)"),
            ("[for x in concat([1], var.u) : { x = x, y = 1 }]", "[{x=1 y=1}, ?(`var.u` has no value)]"),
        ],
    );
}

#[test]
fn a_reference_is_unknown_as_text_and_known_as_a_relation() {
    let blocks = main_tf(
        r#"
        variable "u" {}
        resource "aws_kms_key" "k" { count = 1 }
        resource "aws_kms_key" "maybe" { count = var.u ? 1 : 0 }
        resource "aws_subnet" "s" { for_each = toset(["a", "b"]) }
        resource "aws_s3_bucket" "b" { bucket = "logs" }
        resource "aws_s3_bucket" "c" { bucket = var.u }
        resource "x_y" "z" {
          key      = aws_kms_key.k[0].arn
          name     = aws_s3_bucket.b.bucket
          bucket   = aws_s3_bucket.c.bucket
          all      = aws_kms_key.k[*].arn
          legacy   = aws_kms_key.k.*.arn
          subnet   = aws_subnet.s["a"].id
          subnets  = [for s in aws_subnet.s : s.id]
          values   = values(aws_subnet.s)[*].id
          which    = aws_subnet.s[var.u].id
          whole    = aws_s3_bucket.b
          text     = "${aws_s3_bucket.b.arn}/*"
          perhaps  = try(aws_kms_key.maybe[0].arn, null)
          either   = var.u ? aws_kms_key.k[0].arn : aws_s3_bucket.b.arn
          or_none  = var.u ? aws_kms_key.k[0].arn : null
          some     = aws_kms_key.maybe[*].arn
        }"#,
    );
    let z = |name: &str| attr(&blocks, "x_y.z", name);
    assert_eq!(z("key"), "?->aws_kms_key.k[0].arn");
    assert_eq!(z("name"), "logs");
    assert_eq!(z("bucket"), "?->aws_s3_bucket.c.bucket");
    assert_eq!(z("all"), "[?->aws_kms_key.k[0].arn]");
    assert_eq!(z("legacy"), "[?->aws_kms_key.k[0].arn]");
    assert_eq!(z("subnet"), "?->aws_subnet.s[\"a\"].id");
    assert_eq!(z("subnets"), "[?->aws_subnet.s[\"a\"].id, ?->aws_subnet.s[\"b\"].id]");
    assert_eq!(z("values"), "[?->aws_subnet.s[\"a\"].id, ?->aws_subnet.s[\"b\"].id]");
    assert_eq!(z("which"), "?->aws_subnet.s.id");
    assert_eq!(z("whole"), "?->aws_s3_bucket.b.");
    assert_eq!(z("text"), "?->aws_s3_bucket.b.arn/*");
    assert_eq!(z("either"), "?->aws_kms_key.k[0].arn,aws_s3_bucket.b.arn");
    assert_eq!(z("some"), "?->aws_kms_key.maybe.arn");
    assert_eq!(z("perhaps"), "?->aws_kms_key.maybe.arn");
    assert_eq!(z("or_none"), "?->aws_kms_key.k[0].arn");
    // whether there is a key at all cannot be told of these
    for name in ["some", "perhaps", "or_none"] {
        let there = block(&blocks, "x_y.z").body.at_path(name).exists();
        assert!(there.why().is_some(), "{name}: {there:?}");
    }
    assert_eq!(block(&blocks, "x_y.z").body.at_path("key").exists().value(), Some(&true));
}

#[test]
fn instances_of_count_and_for_each() {
    let blocks = main_tf(
        r#"
        variable "u" {}
        resource "a_b" "two" {
          count = 2
          name  = "n${count.index}"
        }
        resource "a_b" "none" { count = 0 }
        resource "a_b" "map" {
          for_each = { x = 1, w = 2 }
          key      = each.key
          value    = each.value
        }
        resource "a_b" "chained" {
          for_each = a_b.map
          of       = each.value.id
        }
        resource "a_b" "unknown_count" {
          count = var.u
          name  = "n${count.index}"
          fixed = true
        }
        resource "a_b" "unknown_each" {
          for_each = var.u
          value    = each.value.size
        }"#,
    );
    assert_eq!(
        addresses(&blocks),
        [
            "a_b.two[0]",
            "a_b.two[1]",
            "a_b.map[\"w\"]",
            "a_b.map[\"x\"]",
            "a_b.chained[\"w\"]",
            "a_b.chained[\"x\"]",
            "a_b.unknown_count",
            "a_b.unknown_each",
        ]
    );
    assert_eq!(attr(&blocks, "a_b.two[1]", "name"), "n1");
    assert_eq!(attr(&blocks, "a_b.map[\"w\"]", "value"), "2");
    assert_eq!(attr(&blocks, "a_b.chained[\"w\"]", "of"), "?->a_b.map[\"w\"].id");
    assert_eq!(attr(&blocks, "a_b.unknown_count", "fixed"), "true");
    let unknown = block(&blocks, "a_b.unknown_each");
    assert_eq!(unknown.instances_unknown.as_ref().unwrap().to_string(), "`var.u` has no value");
    assert_eq!(
        attr(&blocks, "a_b.unknown_each", "value"),
        "?(how many instances `a_b.unknown_each` has cannot be told, as `var.u` has no value)"
    );
    assert!(block(&blocks, "a_b.two[0]").instances_unknown.is_none());
}

#[test]
fn variables_by_precedence() {
    let main = r#"
        variable "a" { default = "default" }
        variable "b" { default = "default" }
        variable "c" { default = "default" }
        variable "d" { default = "default" }
        variable "e" { default = "default" }
        variable "list" { type = list(string) }
        resource "x_y" "z" {
          all  = [var.a, var.b, var.c, var.d, var.e]
          list = var.list
        }"#;
    let settings = Settings {
        variables: vec![("e".into(), "var".into()), ("list".into(), "[\"x\"]".into())],
        variable_files: vec!["cli.tfvars".into()],
        variable_files_of: [("r".to_owned(), vec!["r/estate.tfvars".to_owned()])].into(),
        ..Settings::default()
    };
    let (_, blocks, notes) = read_with(
        &[
            ("r/main.tf", main),
            ("r/terraform.tfvars", "b = \"tfvars\"\nc = \"tfvars\"\nd = \"tfvars\"\n"),
            ("r/z.auto.tfvars", "c = \"auto z\"\n"),
            ("r/a.auto.tfvars.json", "{\"c\": \"auto a\", \"d\": \"auto a\"}"),
            ("r/estate.tfvars", "d = \"estate\"\ne = \"estate\"\n"),
            ("cli.tfvars", "e = \"cli\"\n"),
        ],
        &settings,
    );
    assert_eq!(attr(&blocks, "x_y.z", "all"), "[default, tfvars, auto z, estate, var]");
    assert_eq!(attr(&blocks, "x_y.z", "list"), "[x]");
    assert_eq!(notes, []);
}

#[test]
fn types_convert_and_fill_in_defaults() {
    let blocks = main_tf(
        r#"
        variable "o" {
          type = object({ name = string, size = optional(number, 5), tags = optional(map(string), {}), note = optional(string) })
          default = { name = 7, extra = true }
        }
        variable "set" {
          type    = set(string)
          default = ["b", "a", "b"]
        }
        variable "flag" {
          type    = bool
          default = "true"
        }
        resource "x_y" "z" {
          o    = var.o
          set  = var.set
          flag = var.flag
          size = var.o.size
        }"#,
    );
    assert_eq!(attr(&blocks, "x_y.z", "o"), "{name=7 size=5 tags={} note=null}");
    assert_eq!(attr(&blocks, "x_y.z", "set"), "[a, b]");
    assert_eq!(attr(&blocks, "x_y.z", "flag"), "true");
    assert_eq!(attr(&blocks, "x_y.z", "size"), "5");
}

#[test]
fn modules_are_read_through_their_callers_with_their_arguments() {
    let texts = [
        (
            "main.tf",
            r#"
            module "store" {
              source   = "./modules/store"
              for_each = { a = true, b = false }
              name     = each.key
              public   = each.value
            }
            resource "x_y" "z" { bucket = module.store["a"].id }
            resource "x_y" "all" { buckets = values(module.store)[*].id }
            "#,
        ),
        (
            "modules/store/main.tf",
            r#"
            variable "name" { type = string }
            variable "public" { default = true }
            variable "left" { default = "default" }
            resource "aws_s3_bucket" "b" {
              bucket = var.name
              public = var.public
              left   = var.left
              path   = path.module
            }
            output "id" { value = aws_s3_bucket.b.id }
            "#,
        ),
    ];
    let (tree, blocks, notes) = read_with(&texts, &Settings::default());
    assert_eq!(notes, []);
    assert_eq!(
        addresses(&blocks),
        ["x_y.z", "x_y.all", "module.store[\"a\"].aws_s3_bucket.b", "module.store[\"b\"].aws_s3_bucket.b"]
    );
    let b = "module.store[\"b\"].aws_s3_bucket.b";
    assert_eq!(attr(&blocks, b, "public"), "false");
    assert_eq!(attr(&blocks, b, "left"), "default");
    assert_eq!(attr(&blocks, b, "path"), "modules/store");
    assert_eq!(attr(&blocks, "x_y.z", "bucket"), "?->module.store[\"a\"].aws_s3_bucket.b.id");
    // the guilty place is in the resource, the related ones are the argument and what it came from
    let public = block(&blocks, b).body.get("public").unwrap();
    assert_eq!(tree.slice(public.origins.primary.unwrap()), "var.public");
    let related: Vec<&str> = public.origins.related().iter().map(|span| tree.slice(*span)).collect();
    assert_eq!(related, ["each.value", "false"]);
    let left = block(&blocks, b).body.get("left").unwrap();
    assert_eq!(left.origins.related().iter().map(|span| tree.slice(*span)).collect::<Vec<_>>(), ["\"default\""]);
    assert_eq!(tree.slice(block(&blocks, b).via[0]), "module \"store\"");
    assert_eq!(tree.slice(block(&blocks, b).head), "resource \"aws_s3_bucket\" \"b\"");
}

#[test]
fn a_module_that_is_not_on_disk_leaves_its_outputs_unknown_and_a_note() {
    let (_, blocks, notes) = read_with(
        &[(
            "main.tf",
            "module \"m\" {\n  source = \"terraform-aws-modules/vpc/aws\"\n}\nresource \"x_y\" \"z\" {\n  a = module.m.id\n  b = module.m.id\n}\n",
        )],
        &Settings::default(),
    );
    assert_eq!(attr(&blocks, "x_y.z", "a"), "?(module `terraform-aws-modules/vpc/aws` is not on disk)");
    assert_eq!(notes.len(), 1);
}

#[test]
fn a_module_that_was_fetched_is_followed() {
    let blocks = read(&[
        ("r/main.tf", "module \"m\" {\n  source = \"registry/vpc/aws\"\n}\n"),
        ("r/.terraform/modules/modules.json", r#"{"Modules":[{"Key":"m","Source":"x","Dir":".terraform/modules/m"}]}"#),
        ("r/.terraform/modules/m/main.tf", "resource \"aws_vpc\" \"v\" {}\n"),
    ]);
    assert_eq!(addresses(&blocks), ["module.m.aws_vpc.v"]);
}

#[test]
fn a_module_that_calls_itself_ends_in_a_note() {
    let (_, blocks, notes) = read_with(
        &[("main.tf", "module \"m\" {\n  source = \"./\"\n}\nresource \"x_y\" \"z\" {}\n")],
        &Settings::default(),
    );
    assert_eq!(addresses(&blocks), ["x_y.z"]);
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].message, "module `./` calls itself");
}

#[test]
fn a_circle_of_values_is_unknown_and_noted_once() {
    let (_, blocks, notes) = read_with(
        &[(
            "main.tf",
            "locals {\n  a = local.b\n  b = local.a\n}\nresource \"x_y\" \"z\" {\n  v = local.a\n  w = 1\n}\n",
        )],
        &Settings::default(),
    );
    assert_eq!(attr(&blocks, "x_y.z", "v"), "?(`local.a` depends on itself)");
    assert_eq!(attr(&blocks, "x_y.z", "w"), "1");
    assert_eq!(notes.len(), 1, "{notes:?}");
}

#[test]
fn nested_and_dynamic_blocks_are_lists() {
    let blocks = main_tf(
        r#"
        variable "u" {}
        resource "x_y" "z" {
          single { a = 1 }
          dynamic "ingress" {
            for_each = { http = 80, https = 443 }
            content {
              name = ingress.key
              port = ingress.value
              dynamic "inner" {
                for_each = [ingress.value + 1]
                iterator = it
                content { p = it.value }
              }
            }
          }
          dynamic "rule" {
            for_each = var.u
            content {
              fixed = "x"
              from  = rule.value.from
            }
          }
        }"#,
    );
    assert_eq!(attr(&blocks, "x_y.z", "single"), "[{a=1}]");
    assert_eq!(
        attr(&blocks, "x_y.z", "ingress"),
        "[{name=http port=80 inner=[{p=81}]}, {name=https port=443 inner=[{p=444}]}]"
    );
    assert_eq!(
        attr(&blocks, "x_y.z", "rule"),
        // the last entry says that there may be no such block at all
        format!(
            "[{{fixed=x from=?({why}) {MAYBE}=?({why})}}]",
            why = "how many instances `dynamic \"rule\"` has cannot be told, as `var.u` has no value",
            MAYBE = deodar::value::MAYBE
        )
    );
}

#[test]
fn override_files_and_tofu_files() {
    let blocks = read(&[
        ("a.tf", "resource \"x_y\" \"z\" {\n  p = 1\n  q = 1\n  b {\n    n = 1\n  }\n  b {\n    n = 2\n  }\n}\n"),
        ("override.tf", "resource \"x_y\" \"z\" {\n  q = 2\n  b {\n    n = 3\n  }\n}\n"),
        ("c.tf", "resource \"x_y\" \"old\" {}\n"),
        ("c.tofu", "resource \"x_y\" \"new\" {}\n"),
    ]);
    assert_eq!(addresses(&blocks), ["x_y.z", "x_y.new"]);
    assert_eq!(attr(&blocks, "x_y.z", "p"), "1");
    assert_eq!(attr(&blocks, "x_y.z", "q"), "2");
    assert_eq!(attr(&blocks, "x_y.z", "b"), "[{n=3}]");
}

#[test]
fn json_says_the_same() {
    let (tree, blocks, notes) = read_with(
        &[(
            "main.tf.json",
            r#"{
              "variable": { "n": { "type": "list(string)", "default": ["a"] } },
              "locals": [{ "x": "${upper(var.n[0])}" }],
              "resource": { "aws_s3_bucket": { "b": [{ "for_each": "${toset(var.n)}", "bucket": "${local.x}-${each.key}", "versioning": { "enabled": true } }] } }
            }"#,
        )],
        &Settings::default(),
    );
    assert_eq!(notes, []);
    let b = block(&blocks, "aws_s3_bucket.b[\"a\"]");
    assert_eq!(show(b.body.get("bucket").unwrap()), "A-a");
    assert_eq!(b.body.bool("versioning.enabled").value(), Some(&true));
    assert_eq!(tree.slice(b.body.get("bucket").unwrap().origins.primary.unwrap()), "\"${local.x}-${each.key}\"");
}

#[test]
fn providers_give_their_region_and_tags() {
    let blocks = read(&[
        (
            "main.tf",
            r#"
            provider "aws" {
              region = "eu-central-1"
              default_tags { tags = { team = "a" } }
            }
            provider "aws" {
              alias  = "us"
              region = "us-east-1"
            }
            resource "aws_vpc" "here" {}
            resource "aws_vpc" "there" { provider = aws.us }
            data "aws_region" "current" {}
            resource "x_y" "z" { region = data.aws_region.current.name }
            module "m" {
              source    = "./m"
              providers = { aws = aws.us }
            }
            module "inherits" { source = "./m" }
            terraform {
              backend "s3" { bucket = "state" }
            }"#,
        ),
        ("m/main.tf", "resource \"aws_vpc\" \"v\" {}\n"),
    ]);
    let context = |address: &str| show(&block(&blocks, address).context);
    assert_eq!(context("aws_vpc.here"), "{region=eu-central-1 tags={team=a}}");
    assert_eq!(context("aws_vpc.there"), "{region=us-east-1}");
    assert_eq!(context("module.m.aws_vpc.v"), "{region=us-east-1}");
    assert_eq!(context("module.inherits.aws_vpc.v"), "{region=eu-central-1 tags={team=a}}");
    assert_eq!(attr(&blocks, "x_y.z", "region"), "eu-central-1");
    assert_eq!(attr(&blocks, "terraform.backend.s3", "bucket"), "state");
    assert_eq!(&*block(&blocks, "provider.aws.us").native_type, "provider.aws");
}

#[test]
fn a_policy_document_is_written_out_with_its_unknowns_in_it() {
    let blocks = main_tf(
        r#"
        resource "aws_s3_bucket" "b" {}
        data "aws_iam_policy_document" "base" {
          statement {
            sid       = "Base"
            actions   = ["s3:ListBucket"]
            resources = ["*"]
          }
        }
        data "aws_iam_policy_document" "d" {
          source_policy_documents = [data.aws_iam_policy_document.base.json]
          statement {
            effect    = "Deny"
            actions   = ["s3:*"]
            resources = ["${aws_s3_bucket.b.arn}/*"]
            principals {
              type        = "*"
              identifiers = ["*"]
            }
            condition {
              test     = "StringEquals"
              variable = "aws:username"
              values   = ["&{aws:username}"]
            }
          }
        }
        resource "aws_s3_bucket_policy" "p" { policy = data.aws_iam_policy_document.d.json }
        "#,
    );
    assert_eq!(addresses(&blocks), ["aws_s3_bucket.b", "aws_s3_bucket_policy.p"]);
    assert_eq!(
        attr(&blocks, "aws_s3_bucket_policy.p", "policy"),
        "{\"Statement\":[{\"Action\":[\"s3:ListBucket\"],\"Effect\":\"Allow\",\"Resource\":[\"*\"],\"Sid\":\"Base\"},\
         {\"Action\":[\"s3:*\"],\"Condition\":{\"StringEquals\":{\"aws:username\":[\"${aws:username}\"]}},\
         \"Effect\":\"Deny\",\"Principal\":\"*\",\"Resource\":[\"?->aws_s3_bucket.b.arn/*\"]}],\"Version\":\"2012-10-17\"}"
    );
}

#[test]
fn a_kubernetes_manifest_that_cannot_be_told_leaves_a_note() {
    let (_, blocks, notes) = read_with(
        &[(
            "main.tf",
            r#"
            variable "object" {}
            resource "kubernetes_manifest" "open" { manifest = var.object }
            resource "kubernetes_manifest" "plain" { manifest = { apiVersion = "v1", kind = "Secret" } }
            "#,
        )],
        &Settings::default(),
    );
    assert_eq!(blocks.len(), 2);
    let said: Vec<&str> = notes.iter().map(|note| note.message.as_str()).collect();
    assert_eq!(said, ["the object of `kubernetes_manifest.open` cannot be told, so it was not seen"]);
}

#[test]
fn a_template_file_is_filled_in() {
    let blocks = read(&[
        (
            "r/main.tf",
            "resource \"x_y\" \"z\" {\n  p = templatefile(\"${path.module}/p.tpl\", { names = [\"a\", \"b\"], key = x_y.o.arn })\n}\nresource \"x_y\" \"o\" {}\n",
        ),
        ("r/p.tpl", "%{ for n in names ~}\n${n}=${key}\n%{ endfor ~}\n"),
    ]);
    assert_eq!(attr(&blocks, "x_y.z", "p"), "a=?->x_y.o.arn\nb=?->x_y.o.arn\n");
}

#[test]
fn data_sources_that_need_no_cloud_are_worked_out() {
    let blocks = main_tf(
        r#"
        variable "member" {}
        data "google_iam_policy" "p" {
          binding {
            role    = "roles/viewer"
            members = [var.member, "allUsers"]
          }
        }
        data "template_file" "t" {
          template = "to $${who} and $${other}"
          vars = {
            who   = "a"
            other = var.member
          }
        }
        resource "x_y" "z" {
          policy = data.google_iam_policy.p.policy_data
          text   = data.template_file.t.rendered
        }
        "#,
    );
    assert_eq!(
        attr(&blocks, "x_y.z", "policy"),
        "{\"bindings\":[{\"members\":[\"?(`var.member` has no value)\",\"allUsers\"],\"role\":\"roles/viewer\"}]}"
    );
    assert_eq!(attr(&blocks, "x_y.z", "text"), "to a and ?(`var.member` has no value)");
}

#[test]
fn a_broken_block_costs_that_block() {
    let (tree, blocks, notes) = read_with(
        &[(
            "main.tf",
            "\u{FEFF}resource \"x_y\" \"a\" {\n  p = 1\n}\nresource \"x_y\" \"bad\" {\n  p = = 2\n}\nresource \"x_y\" \"c\" {\n  p = { k = 1\n k = 2 }\n}\n",
        )],
        &Settings::default(),
    );
    assert_eq!(addresses(&blocks), ["x_y.a", "x_y.c"]);
    assert_eq!(attr(&blocks, "x_y.c", "p"), "{k=2}");
    assert_eq!(notes.len(), 1);
    assert_eq!(tree.slice(notes[0].span.unwrap()), "resource \"x_y\" \"bad\"");
    assert_eq!(tree.slice(block(&blocks, "x_y.c").head), "resource \"x_y\" \"c\"");
}

#[test]
fn too_much_ends_in_a_note() {
    let mut deep = String::from("locals {\n  v0 = [1, 1]\n");
    for at in 1..40 {
        deep.push_str(&format!("  v{at} = [local.v{0}, local.v{0}, local.v{0}]\n", at - 1));
    }
    deep.push_str(
        "}\nresource \"x_y\" \"z\" {\n  v = length(local.v39)\n}\nresource \"x_y\" \"many\" {\n  count = 5000\n}\n",
    );
    let (_, blocks, notes) = read_with(&[("main.tf", &deep)], &Settings::default());
    assert_eq!(addresses(&blocks), ["x_y.z", "x_y.many"]);
    assert!(block(&blocks, "x_y.many").instances_unknown.is_some());
    assert!(notes.iter().any(|note| note.message.contains("budget")), "{notes:?}");
}

#[test]
fn a_chain_of_values_too_long_to_follow_ends_in_a_note() {
    let mut text = String::from("locals {\n  v0 = 1\n");
    for at in 1..4000 {
        text.push_str(&format!("  v{at} = [for x in [merge({{ a = \"${{local.v{}}}\" }}, {{}})] : x.a][0]\n", at - 1));
    }
    text.push_str("}\nresource \"x_y\" \"z\" {\n  v = local.v3999\n  short = local.v20\n}\n");
    let (_, blocks, notes) = read_with(&[("main.tf", &text)], &Settings::default());
    assert_eq!(addresses(&blocks), ["x_y.z"]);
    assert!(attr(&blocks, "x_y.z", "v").contains("budget"), "{}", attr(&blocks, "x_y.z", "v"));
    assert!(notes.iter().any(|note| note.message.contains("depth")), "{notes:?}");
}

mod any {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Whatever bytes stand in a file: blocks and notes, no panic.
        #[test]
        fn bytes_are_read(text in "(?s).{0,400}") {
            read(&[("main.tf", &text), ("v.auto.tfvars", &text), ("x.tf.json", &text)]);
        }

        /// Whatever pieces of the language stand in a block.
        #[test]
        fn pieces_are_read(pieces in proptest::collection::vec(prop_oneof![
            Just("${"), Just("}"), Just("{"), Just("\""), Just("<<EOT\n"), Just("\nEOT\n"), Just("for x in "), Just("var.a"),
            Just(" = "), Just("["), Just("]"), Just("*"), Just(" ? "), Just(" : "), Just("%{ if "), Just("~"), Just("\n"),
            Just("aws_x.y"), Just(".z"), Just("local.l"), Just("1"), Just("("), Just(")"), Just("..."), Just("#"), Just("ß"),
        ], 0..40)) {
            let inner: String = pieces.concat();
            read(&[("main.tf", &format!("locals {{\n  l = {inner}\n}}\nvariable \"a\" {{}}\nresource \"aws_x\" \"y\" {{\n  v = {inner}\n  w = local.l\n}}\n"))]);
        }
    }
}
