//! Terraform plans and states as JSON: what is known after apply keeps its reference, what is sensitive is not read.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

use deodar::engine::Outcome;
use deodar::format::{Reading, Settings, formats, units};
use deodar::pipeline::{self, Request};
use deodar::rule::Library;
use deodar::source::{NoteKind, Tree};
use deodar::value::{Block, Node, Redacted, Value};

fn read(path: &str, text: &str) -> Reading {
    let tree = Tree::from_texts([(path, text)]);
    let (units, free) = units(&tree);
    assert!(free.is_empty(), "nobody claimed {path}");
    let mut whole = Reading::default();
    for unit in &units {
        let reading = formats()[unit.format].read(&tree, unit, &Settings::default());
        whole.blocks.extend(reading.blocks);
        whole.notes.extend(reading.notes);
    }
    whole
}

fn block<'r>(reading: &'r Reading, address: &str) -> &'r Block {
    reading.blocks.iter().find(|block| &*block.address == address).unwrap_or_else(|| panic!("no {address}"))
}

const PLAN: &str = r#"{
  "format_version": "1.2",
  "terraform_version": "1.9.0",
  "variables": {"region": {"value": "eu-central-1"}},
  "resource_changes": [
    {"address": "module.store[\"a\"].aws_s3_bucket.this", "module_address": "module.store[\"a\"]", "mode": "managed",
     "type": "aws_s3_bucket", "name": "this", "provider_name": "registry.terraform.io/hashicorp/aws",
     "change": {"actions": ["create"], "before": null,
       "after": {"bucket": "records-a", "tags_all": {"owner": "clinic"}}, "after_unknown": {"arn": true, "id": true}, "after_sensitive": {}}},
    {"address": "aws_s3_bucket_versioning.records[\"a\"]", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "records", "index": "a",
     "change": {"actions": ["create"], "before": null,
       "after": {"versioning_configuration": [{"status": "Enabled"}]},
       "after_unknown": {"bucket": true, "versioning_configuration": [{"mfa_delete": true}]}, "after_sensitive": {}}},
    {"address": "aws_db_instance.records", "mode": "managed", "type": "aws_db_instance", "name": "records",
     "change": {"actions": ["update"], "before": {}, "after": {"password": "hunter2hunter2", "storage_encrypted": true},
       "after_unknown": {"kms_key_id": true}, "after_sensitive": {"password": true}}},
    {"address": "aws_kms_key.data", "mode": "managed", "type": "aws_kms_key", "name": "data",
     "change": {"actions": ["create"], "before": null, "after": {}, "after_unknown": {"arn": true}, "after_sensitive": {}}},
    {"address": "aws_s3_bucket.gone", "mode": "managed", "type": "aws_s3_bucket", "name": "gone",
     "change": {"actions": ["delete"], "before": {"bucket": "gone"}, "after": null, "after_unknown": {}, "after_sensitive": false}}
  ],
  "configuration": {
    "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"references": ["var.region"]}}}},
    "root_module": {
      "resources": [
        {"address": "aws_s3_bucket_versioning.records", "mode": "managed", "type": "aws_s3_bucket_versioning", "name": "records",
         "provider_config_key": "aws",
         "expressions": {"bucket": {"references": ["module.store[\"a\"].id", "module.store[\"a\"]", "module.store"]}}},
        {"address": "aws_db_instance.records", "mode": "managed", "type": "aws_db_instance", "name": "records", "provider_config_key": "aws",
         "expressions": {"kms_key_id": {"references": ["aws_kms_key.data.arn", "aws_kms_key.data"]}}}
      ],
      "module_calls": {"store": {"source": "./store", "expressions": {}, "module": {
        "outputs": {"id": {"expression": {"references": ["aws_s3_bucket.this.id", "aws_s3_bucket.this"]}}},
        "resources": [{"address": "aws_s3_bucket.this", "mode": "managed", "type": "aws_s3_bucket", "name": "this", "provider_config_key": "aws", "expressions": {}}]
      }}}
    }
  }
}"#;

#[test]
fn what_is_known_after_apply_keeps_its_reference() {
    let reading = read("plan.json", PLAN);
    let database = block(&reading, "aws_db_instance.records");
    let key = database.body.text("kms_key_id");
    let why = key.why().expect("the key's ARN is not known before apply");
    assert_eq!(&*why.refers[0].address, "aws_kms_key.data");
    assert_eq!(&*why.refers[0].attribute, "arn");
    assert_eq!(database.body.bool("storage_encrypted").value(), Some(&true));
}

#[test]
fn a_reference_goes_through_a_module_to_the_block_behind_its_output() {
    let reading = read("plan.json", PLAN);
    let versioning = block(&reading, "aws_s3_bucket_versioning.records[\"a\"]");
    let bucket = versioning.body.text("bucket");
    let why = bucket.why().expect("the bucket's id is not known before apply");
    assert_eq!(&*why.refers[0].address, "module.store[\"a\"].aws_s3_bucket.this");
    assert_eq!(versioning.body.text("versioning_configuration.status").value().map(|v| &**v), Some("Enabled"));
    assert!(versioning.body.text("versioning_configuration.mfa_delete").why().is_some());
}

#[test]
fn secrets_are_not_read_and_what_is_deleted_is_not_judged() {
    let reading = read("plan.json", PLAN);
    let database = block(&reading, "aws_db_instance.records");
    assert_eq!(database.body.get("password").map(|node| &node.value), Some(&Value::Redacted(Redacted::Untold)));
    assert!(!reading.blocks.iter().any(|block| &*block.address == "aws_s3_bucket.gone"));
    assert_eq!(database.context.text("region").value().map(|v| &**v), Some("eu-central-1"));
    let bucket = block(&reading, "module.store[\"a\"].aws_s3_bucket.this");
    assert_eq!(bucket.context.text("tags.owner").value().map(|v| &**v), Some("clinic"));
}

#[test]
fn a_state_is_read_in_both_of_its_forms() {
    let shown = r#"{"format_version":"1.0","terraform_version":"1.9.0","values":{"root_module":{"resources":[],"child_modules":[
        {"address":"module.a","resources":[{"address":"module.a.aws_db_instance.r","mode":"managed","type":"aws_db_instance","name":"r",
          "values":{"storage_encrypted":false,"password":"hunter2hunter2","arn":"arn:aws:rds:eu-west-1:111122223333:db:r"},"sensitive_values":{"password":true}}]}]}}}"#;
    let reading = read("state.json", shown);
    let database = block(&reading, "module.a.aws_db_instance.r");
    assert_eq!(database.body.bool("storage_encrypted").value(), Some(&false));
    assert_eq!(database.body.get("password").map(|node| &node.value), Some(&Value::Redacted(Redacted::Untold)));
    assert_eq!(database.context.text("region").value().map(|v| &**v), Some("eu-west-1"));

    let stored = r#"{"version":4,"terraform_version":"1.9.0","lineage":"x","resources":[{"module":"module.a","mode":"managed","type":"aws_db_instance","name":"r",
        "instances":[{"index_key":0,"attributes":{"storage_encrypted":false,"password":"hunter2hunter2"},
          "sensitive_attributes":[[{"type":"get_attr","value":"password"}]]}]}]}"#;
    let reading = read("terraform.tfstate", stored);
    let database = block(&reading, "module.a.aws_db_instance.r[0]");
    assert_eq!(database.body.get("password").map(|node| &node.value), Some(&Value::Redacted(Redacted::Untold)));
}

#[test]
fn a_broken_plan_is_a_note() {
    let reading = read("plan.json", &PLAN[..PLAN.len() / 2]);
    assert!(reading.blocks.is_empty());
    assert!(reading.notes[0].kind.incomplete());
}

/// A bucket that stays as it is, and a statement on it: with what `after` gives; a database that goes `away`.
fn parted(action: &str, policy: &str, away: &str) -> String {
    format!(
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[
      {{"address":"aws_s3_bucket.kept","mode":"managed","type":"aws_s3_bucket","name":"kept","change":{{"actions":["no-op"],
        "before":{{}},"after":{{"bucket":"kept","id":"kept"}},"after_unknown":{{}},"after_sensitive":{{}}}}}},
      {{"address":"aws_s3_bucket_policy.kept","mode":"managed","type":"aws_s3_bucket_policy","name":"kept","change":{{"actions":["{action}"],
        "before":{{}},"after":{{"bucket":"kept","policy":"{policy}"}},"after_unknown":{{}},"after_sensitive":{{}}}}}},
      {{"address":"aws_db_instance.new","mode":"managed","type":"aws_db_instance","name":"new","change":{{"actions":["delete","create"],
        "before":{{}},"after":{{"storage_encrypted":false}},"after_unknown":{{"kms_key_id":true}},"after_sensitive":{{}}}}}},
      {{"address":"aws_db_instance.gone","mode":"managed","type":"aws_db_instance","name":"gone","change":{{"actions":["{away}"],
        "before":{{"storage_encrypted":false}},"after":{{"storage_encrypted":true}}}}}}],
    "prior_state":{{"values":{{"root_module":{{"resources":[
      {{"address":"aws_kms_key.old","mode":"managed","type":"aws_kms_key","name":"old","values":{{"arn":"arn:aws:kms:eu-west-1:111122223333:key/k","enable_key_rotation":false}}}},
      {{"address":"aws_db_instance.gone","mode":"managed","type":"aws_db_instance","name":"gone","values":{{"storage_encrypted":false}}}}]}}}}}},
    "configuration":{{"root_module":{{"resources":[
      {{"mode":"managed","type":"aws_db_instance","name":"new","expressions":{{"kms_key_id":{{"references":["aws_kms_key.old.arn","aws_kms_key.old"]}}}}}}]}}}}}}"#
    )
}

/// As [`parted`], where nothing goes.
fn changed(action: &str, policy: &str) -> String {
    parted(action, policy, "no-op")
}

const OPEN: &str = r#"{\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::kept/*\"}]}"#;

fn violated(plan: &str, changed_only: bool) -> (Vec<String>, Vec<String>) {
    let (library, settings) = (Library::embedded(), Settings { changed_only, ..Settings::default() });
    let tree = Tree::from_texts([("plan.json", plan)]);
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).expect("a scan");
    let violated = scan.judgement.verdicts.iter().filter(|verdict| matches!(verdict.outcome, Outcome::Violated { .. }));
    let lines = violated.filter_map(|verdict| {
        let rule = library.rules().get(verdict.rule)?;
        Some(format!("{} {}", rule.id(), scan.inventory.get(verdict.resource)?.address))
    });
    (lines.collect(), scan.report.notes.iter().map(|placed| placed.note.message.clone()).collect())
}

#[test]
fn what_the_plan_does_not_speak_of_is_read_from_the_state_before_it() {
    let (all, _) = violated(&changed("no-op", OPEN), false);
    assert!(all.iter().any(|line| line.ends_with("aws_kms_key.old")), "{all:?}");
    assert!(all.iter().any(|line| line.ends_with("aws_db_instance.new")), "{all:?}");
    let (all, _) = violated(&parted("no-op", OPEN, "delete"), false);
    assert!(!all.iter().any(|line| line.ends_with("aws_db_instance.gone")), "{all:?}");
}

#[test]
fn only_what_the_plan_changes_is_judged_when_that_is_asked_for() {
    let (some, notes) = violated(&changed("no-op", OPEN), true);
    assert!(some.iter().any(|line| line.ends_with("aws_db_instance.new")), "{some:?}");
    assert!(
        !some.iter().any(|line| line.contains("aws_s3_bucket.kept") || line.contains("aws_kms_key.old")),
        "{some:?}"
    );
    assert!(
        notes.iter().any(|note| note == "4 resources that the plan leaves as they are were not judged"),
        "{notes:?}"
    );
}

#[test]
fn all_is_judged_where_something_goes_on_which_the_rest_may_have_stood() {
    for (action, note) in [
        ("forget", "1 resource that the plan takes out of the state is not judged"),
        ("delete", "1 resource that the plan deletes is not judged"),
    ] {
        let (all, notes) = violated(&parted("no-op", OPEN, action), true);
        for address in ["aws_s3_bucket.kept", "aws_kms_key.old", "aws_db_instance.new"] {
            assert!(all.iter().any(|line| line.ends_with(address)), "{all:?}");
        }
        assert!(notes.iter().any(|said| said == note), "{notes:?}");
        assert!(notes.iter().any(|said| said.contains("was judged whole")), "{notes:?}");
    }
}

/// What a plan with these members beside says that was not seen.
fn not_seen(path: &str, plan: &str) -> Vec<String> {
    let reading = read(path, plan);
    let notes = reading.notes.iter().filter(|note| note.kind == NoteKind::NotSeen);
    notes.map(|note| note.message.clone()).collect()
}

#[test]
fn a_plan_that_does_not_hold_all_says_so() {
    let with = |members: &str| changed("no-op", OPEN).replacen('{', &format!("{{{members},"), 1);
    for (members, message) in [
        (r#""errored":true,"complete":false"#, Some("planning failed")),
        (r#""errored":false,"complete":false"#, Some("not complete")),
        (r#""complete":false,"deferred_changes":[{"reason":"unknown"},{"reason":"unknown"}]"#, Some("2 changes")),
        (r#""deferred_changes":[{"reason":"provider_config_unknown"}]"#, Some("1 change that the plan leaves")),
        (r#""errored":false,"complete":true,"deferred_changes":[]"#, None),
    ] {
        let said = not_seen("plan.json", &with(members));
        match message {
            Some(message) => assert!(said.len() == 1 && said[0].contains(message), "{members}: {said:?}"),
            None => assert!(said.is_empty(), "{said:?}"),
        }
    }
}

/// A preview of Pulumi with this step, and these members beside.
fn preview(step: &str, members: &str) -> String {
    format!(
        r#"{{"steps":[
          {{"op":"create","urn":"urn:pulumi:dev::shop::aws:sqs/queue:Queue::new","newState":{{
            "urn":"urn:pulumi:dev::shop::aws:sqs/queue:Queue::new","custom":true,"type":"aws:sqs/queue:Queue","inputs":{{}}}}}},
          {step}]{members}}}"#
    )
}

#[test]
fn a_preview_that_does_not_hold_all_says_so() {
    let same = r#"{"op":"same","urn":"urn:pulumi:dev::shop::aws:sqs/queue:Queue::kept","newState":{
        "urn":"urn:pulumi:dev::shop::aws:sqs/queue:Queue::kept","custom":true,"type":"aws:sqs/queue:Queue","inputs":{}}}"#;
    let bare = r#"{"op":"update","urn":"urn:pulumi:dev::shop::aws:sqs/queue:Queue::bare"}"#;
    for (step, members, message) in [
        (same, "", None),
        // the stack itself stays as it is as well
        (same, r#","changeSummary":{"create":1,"same":2}"#, None),
        (same, r#","changeSummary":{"create":1,"same":4}"#, Some("2 resources stay as they are")),
        (same, r#","maybeCorrupt":true"#, Some("corrupt")),
        (same, r#","diagnostics":[{"severity":"warning","message":"w"}]"#, None),
        (
            same,
            r#","diagnostics":[{"severity":"info","message":"i"},{"severity":"error","message":"e"}]"#,
            Some("failed"),
        ),
        (bare, "", Some("what `bare` will be")),
    ] {
        let said = not_seen("preview.json", &preview(step, members));
        match message {
            Some(message) => assert!(said.len() == 1 && said[0].contains(message), "{members}: {said:?}"),
            None => assert!(said.is_empty(), "{members}: {said:?}"),
        }
    }
}

#[test]
fn all_of_a_preview_is_judged_where_something_goes() {
    let same = r#"{"op":"same","urn":"urn:pulumi:dev::shop::aws:rds/instance:Instance::kept","newState":{
        "urn":"urn:pulumi:dev::shop::aws:rds/instance:Instance::kept","custom":true,"type":"aws:rds/instance:Instance",
        "inputs":{"storageEncrypted":false}}}"#;
    let gone = r#"{"op":"delete","urn":"urn:pulumi:dev::shop::aws:sqs/queue:Queue::gone"}"#;
    let encrypted = |preview: &str| {
        let (found, notes) = violated(preview, true);
        (found.iter().any(|line| line == "ENC-DB-REST aws_db_instance.kept"), notes)
    };
    assert!(!encrypted(&preview(same, "")).0);
    let (found, notes) = encrypted(&preview(&format!("{same},{gone}"), ""));
    assert!(found, "{notes:?}");
    assert!(notes.iter().any(|note| note == "1 resource that the update deletes is not judged"), "{notes:?}");
}

#[test]
fn what_stays_is_judged_where_something_changed_has_a_part_in_it() {
    let (some, _) = violated(&changed("update", OPEN), true);
    let opened: Vec<_> = some.iter().filter(|line| line.ends_with("aws_s3_bucket.kept")).collect();
    assert!(opened.iter().any(|line| line.starts_with("NET-")), "{some:?}");
    assert!(!opened.iter().any(|line| line.contains("VERSION")), "{opened:?}");
}

/// The finding of a rule on a resource of the plan: where it points first, and where else.
fn places(texts: &[(&str, &str)], rule: &str, plan: &str) -> (String, Vec<String>) {
    let (library, settings) = (Library::embedded(), Settings::default());
    let tree = Tree::from_texts(texts.iter().copied());
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).expect("a scan");
    let place = |label: &deodar::report::Label| {
        label.place.as_ref().map_or_else(String::new, |place| format!("{}:{}", place.file, place.start.line))
    };
    let of_plan = |finding: &&deodar::report::Finding| {
        let resource = scan.inventory.get(finding.resource).expect("a resource");
        // what its source says as well is the source's finding, with the plan's place beside
        let beside = finding.related.iter().filter_map(|label| label.place.as_ref()).any(|place| *place.file == *plan);
        finding.rule_id.as_ref() == rule && (tree.path(resource.span.file).as_ref() == plan || beside)
    };
    let finding = scan.report.findings.iter().find(of_plan).expect("a finding");
    (place(&finding.primary), finding.related.iter().map(place).collect())
}

const SOURCE: &str = r#"variable "encrypted" {
  default = false
}

module "records" {
  source = "./records"

  encrypted = var.encrypted
}

resource "aws_kms_key" "old" {
  description = "old"
}
"#;

const MODULE: &str = r#"variable "encrypted" {}

resource "aws_db_instance" "this" {
  count = 1

  engine            = "postgres"
  storage_encrypted = var.encrypted
}
"#;

const MADE: &str = r#"{"format_version":"1.2","terraform_version":"1.11.4","resource_changes":[
  {"address":"module.records.aws_db_instance.this[0]","module_address":"module.records","mode":"managed","type":"aws_db_instance","name":"this","index":0,
   "change":{"actions":["create"],"before":null,"after":{
     "engine":"postgres",
     "publicly_accessible":true,
     "storage_encrypted":false},"after_unknown":{},"after_sensitive":{}}},
  {"address":"aws_kms_key.old","mode":"managed","type":"aws_kms_key","name":"old","change":{"actions":["create"],"before":null,
   "after":{"description":"old","enable_key_rotation":false},"after_unknown":{},"after_sensitive":{}}}]}"#;

#[test]
fn a_plan_is_led_back_to_the_sources_beside_or_above_it() {
    for plan in ["plan.json", "plans/today/plan.json"] {
        let texts = [("main.tf", SOURCE), ("records/main.tf", MODULE), (plan, MADE)];
        // the attribute, and the plan's own line
        let (first, others) = places(&texts, "ENC-DB-REST", plan);
        assert_eq!(first, "records/main.tf:7");
        assert!(others.contains(&"records/main.tf:3".to_owned()), "the block: {others:?}");
        assert!(others.contains(&format!("{plan}:6")), "the plan: {others:?}");
        assert!(others.contains(&"main.tf:5".to_owned()), "the call: {others:?}");
        // what the source does not write stands at its block
        let (first, others) = places(&texts, "NET-DB-PUBLIC", plan);
        assert_eq!((first.as_str(), others.contains(&format!("{plan}:5"))), ("records/main.tf:3", true), "{others:?}");
    }
}

#[test]
fn a_plan_stands_for_itself_where_its_sources_are_not_or_say_something_else() {
    assert_eq!(places(&[("plan.json", MADE)], "ENC-DB-REST", "plan.json").0, "plan.json:6");
    // a root below the plan's folder is another's
    let below = [("infra/main.tf", SOURCE), ("infra/records/main.tf", MODULE), ("plan.json", MADE)];
    assert_eq!(places(&below, "ENC-DB-REST", "plan.json").0, "plan.json:6");
    // mended since the plan was made
    let mended = SOURCE.replace("default = false", "default = true");
    let texts = [("main.tf", mended.as_str()), ("records/main.tf", MODULE), ("plan.json", MADE)];
    assert_eq!(places(&texts, "ENC-DB-REST", "plan.json").0, "plan.json:6");
}

/// A plan of one resource: what is planned, what is unknown, what is marked, and what the configuration says.
fn one(kind: &str, after: &str, unknown: &str, sensitive: &str, expressions: &str) -> String {
    format!(
        r#"{{"format_version": "1.2", "terraform_version": "1.9.0",
        "resource_changes": [{{"address": "{kind}.a", "mode": "managed", "type": "{kind}", "name": "a",
          "change": {{"actions": ["create"], "before": null, "after": {after}, "after_unknown": {unknown}, "after_sensitive": {sensitive}}}}}],
        "configuration": {{"root_module": {{"resources": [
          {{"address": "{kind}.a", "mode": "managed", "type": "{kind}", "name": "a", "expressions": {expressions}}}]}}}}}}"#
    )
}

#[test]
fn what_is_written_nowhere_is_left_to_the_provider() {
    let unknown = r#"{"acl": true, "bucket": true, "grant": true, "new_block": true, "logging": [{"id": true, "target_bucket": true}]}"#;
    let expressions = r#"{"bucket": {"references": ["random_id.a.hex", "random_id.a"]},
        "logging": [{"target_bucket": {"references": ["aws_s3_bucket.logs.id", "aws_s3_bucket.logs"]}}]}"#;
    let marks = r#"{"grant": [], "new_block": [], "logging": [{}]}"#;
    let plan = one("aws_s3_bucket", r#"{"logging": [{}]}"#, unknown, marks, expressions);
    let reading = read("plan.json", &plan);
    let body = &block(&reading, "aws_s3_bucket.a").body;
    assert!(body.get("acl").is_none(), "nobody wrote it, and the configuration lists every attribute");
    assert!(body.get("grant").is_none(), "the provider fills it in where nobody does");
    assert!(body.text("bucket").why().is_some(), "it was written");
    let why = body.text("new_block").why().expect("a dynamic block may have written it").to_string();
    assert_eq!(why, "the plan does not tell whether `new_block` is written");
    assert!(body.text("logging.target_bucket").why().is_some());
    assert!(body.text("logging.id").is_unset());
}

#[test]
fn what_a_dynamic_block_holds_stays_unknown() {
    let plan = one(
        "aws_cloudfront_distribution",
        r#"{"origin": [{"domain_name": "a.example.org"}, {}], "logging_config": []}"#,
        r#"{"origin": [{}, {"domain_name": true, "origin_id": true}], "logging_config": []}"#,
        r#"{"origin": [{}, {}], "logging_config": []}"#,
        r#"{"origin": [{"domain_name": {"constant_value": "a.example.org"}}]}"#,
    );
    let reading = read("plan.json", &plan);
    let body = &block(&reading, "aws_cloudfront_distribution.a").body;
    let origins = body.each("origin");
    assert!(origins[1].text("origin_id").why().is_some(), "no expression tells of the second one");
    assert!(body.get("logging_config").is_none(), "an empty list is a block that is not there");
}

#[test]
fn rules_that_stand_apart_leave_a_group_without_its_own() {
    let plan = |rule: &str| {
        format!(
            r#"{{"terraform_version": "1.9.0", "resource_changes": [{{"address": "aws_security_group.a", "mode": "managed",
              "type": "aws_security_group", "name": "a", "change": {{"actions": ["create"], "after": {{"name": "a"}},
              "after_unknown": {{"ingress": true, "egress": true}}, "after_sensitive": {{"ingress": [], "egress": []}}}}}}],
            "configuration": {{"root_module": {{"resources": [
              {{"mode": "managed", "type": "aws_security_group", "name": "a", "expressions": {{"name": {{"constant_value": "a"}}}}}},
              {{"mode": "managed", "type": "aws_vpc_security_group_ingress_rule", "name": "r", "expressions":
                {{"security_group_id": {{"references": ["aws_security_group.{rule}.id", "aws_security_group.{rule}"]}}}}}}]}}}}}}"#
        )
    };
    let reading = read("plan.json", &plan("a"));
    assert!(block(&reading, "aws_security_group.a").body.get("ingress").is_none());
    let reading = read("plan.json", &plan("ab"));
    let body = &block(&reading, "aws_security_group.a").body;
    assert!(body.text("ingress").why().is_some(), "rules of another group tell nothing of this one");
}

#[test]
fn a_document_with_an_unknown_part_is_still_a_policy() {
    let plan = r#"{"terraform_version": "1.9.0", "resource_changes": [
        {"address": "data.aws_iam_policy_document.a[\"x\"]", "mode": "data", "type": "aws_iam_policy_document", "name": "a", "index": "x",
         "change": {"actions": ["read"], "after": {"statement": [{"actions": ["s3:*"], "effect": "Allow", "principals": [], "condition": []}]},
         "after_unknown": {"json": true, "statement": [{"resources": true, "actions": [false]}]}, "after_sensitive": {"statement": [{"resources": []}]}}},
        {"address": "aws_iam_policy.a[\"x\"]", "mode": "managed", "type": "aws_iam_policy", "name": "a", "index": "x",
         "change": {"actions": ["create"], "after": {}, "after_unknown": {"policy": true}, "after_sensitive": {}}},
        {"address": "aws_iam_policy.b", "mode": "managed", "type": "aws_iam_policy", "name": "b",
         "change": {"actions": ["create"], "after": {}, "after_unknown": {"policy": true}, "after_sensitive": {}}}],
      "configuration": {"root_module": {"resources": [
        {"mode": "data", "type": "aws_iam_policy_document", "name": "a",
         "expressions": {"statement": [{"actions": {"constant_value": ["s3:*"]}, "resources": {"references": ["aws_s3_bucket.b.arn", "aws_s3_bucket.b"]}}]}},
        {"mode": "managed", "type": "aws_iam_policy", "name": "a", "expressions":
          {"policy": {"references": ["data.aws_iam_policy_document.a", "each.key"]}}},
        {"mode": "managed", "type": "aws_iam_policy", "name": "b", "expressions":
          {"policy": {"references": ["data.aws_iam_policy_document.a[\"x\"].json", "data.aws_iam_policy_document.a[\"x\"]", "var.wide"]}}}]}}}"#;
    let reading = read("plan.json", plan);
    let Value::Text(policy) = &block(&reading, "aws_iam_policy.a[\"x\"]").body.get("policy").unwrap().value else {
        panic!("the policy is known but for its resource")
    };
    assert!(policy.text.contains(r#""Action":["s3:*"]"#), "{}", policy.text);
    assert_eq!(&*policy.holes[0].refers[0].address, "aws_s3_bucket.b");
    let other = block(&reading, "aws_iam_policy.b").body.text("policy");
    assert!(other.why().is_some(), "what else the expression makes of it is not told");
}

#[test]
fn the_configuration_of_a_provider_is_read() {
    let plan = r#"{"terraform_version": "1.9.0", "variables": {"region": {"value": "eu-west-1"}}, "resource_changes": [],
      "configuration": {"provider_config": {"aws.far": {"name": "aws", "alias": "far", "expressions":
        {"region": {"references": ["var.region"]}, "default_tags": [{"tags": {"constant_value": {"a": "b"}}}]}},
        "google": {"name": "google"}}, "root_module": {}}}"#;
    let reading = read("plan.json", plan);
    let provider = block(&reading, "provider.aws.far");
    assert_eq!(&*provider.native_type, "provider.aws");
    assert_eq!(provider.body.text("region").value().map(|v| &**v), Some("eu-west-1"));
    assert_eq!(provider.body.text("default_tags.tags.a").value().map(|v| &**v), Some("b"));
    assert_eq!(reading.blocks.len(), 1);
}

#[test]
fn what_a_provider_fills_in_within_a_block_is_left_to_it_too() {
    let plan = one(
        "aws_eks_cluster",
        r#"{"vpc_config": [{"endpoint_public_access": true}]}"#,
        r#"{"vpc_config": [{"public_access_cidrs": true, "subnet_ids": true, "vpc_id": true}]}"#,
        r#"{"vpc_config": [{"public_access_cidrs": [], "subnet_ids": []}]}"#,
        r#"{"vpc_config": [{"endpoint_public_access": {"constant_value": true}, "subnet_ids": {"references": ["local.subnets"]}}]}"#,
    );
    let reading = read("plan.json", &plan);
    let body = &block(&reading, "aws_eks_cluster.a").body;
    assert!(body.text("vpc_config.public_access_cidrs").is_unset());
    assert!(body.text("vpc_config.vpc_id").is_unset());
    assert!(body.text("vpc_config.subnet_ids").why().is_some());
}

#[test]
fn what_a_plan_repeats_of_its_sources_is_said_once() {
    let count = |texts: &[(&str, &str)]| {
        let (library, settings) = (Library::embedded(), Settings::default());
        let tree = Tree::from_texts(texts.iter().copied());
        let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).expect("a scan");
        let of_rule =
            |rule: &str| scan.report.findings.iter().filter(|finding| finding.rule_id.as_ref() == rule).count();
        (of_rule("ENC-DB-REST"), of_rule("NET-DB-PUBLIC"))
    };
    let both = [("main.tf", SOURCE), ("records/main.tf", MODULE), ("plan.json", MADE)];
    // that the plan makes it public is in the plan alone
    assert_eq!(count(&both), (1, 1));
    assert_eq!(count(&both[..2]), (1, 0));
}

#[test]
fn what_a_changed_resource_has_a_part_in_is_judged_beside_its_sources_too() {
    let source = r#"
resource "aws_s3_bucket" "kept" {
  bucket = "kept"
}

resource "aws_s3_bucket_policy" "kept" {
  bucket = aws_s3_bucket.kept.id
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::kept/*" }] })
}
"#;
    let plan = changed("update", OPEN);
    let (library, settings) = (Library::embedded(), Settings { changed_only: true, ..Settings::default() });
    let tree = Tree::from_texts([("main.tf", source), ("plan.json", plan.as_str())]);
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).expect("a scan");
    // what both say is one finding, so the verdicts are asked
    let violated = scan.judgement.verdicts.iter().filter(|verdict| matches!(verdict.outcome, Outcome::Violated { .. }));
    let of_plan = violated.filter(|verdict| {
        let resource = scan.inventory.get(verdict.resource).expect("a resource");
        &*resource.address == "aws_s3_bucket.kept" && tree.path(resource.span.file).as_ref() == "plan.json"
    });
    let said: Vec<_> = of_plan.map(|verdict| library.rules()[verdict.rule].id().to_owned()).collect();
    assert!(said.contains(&"NET-OBJ-PUBLIC".to_owned()), "{said:?}");
    assert!(!said.iter().any(|rule| rule.contains("VERSION")), "{said:?}");
}

#[test]
fn a_secret_that_the_configuration_writes_out_is_one_in_plain_sight() {
    let plan = |expression: &str, variables: &str| {
        format!(
            r#"{{"terraform_version": "1.9.0", "resource_changes": [{{"address": "aws_db_instance.a", "mode": "managed",
              "type": "aws_db_instance", "name": "a", "change": {{"actions": ["create"], "after": {{"password": "hunter2hunter2"}},
              "after_unknown": {{}}, "after_sensitive": {{"password": true}}}}}}],
            "configuration": {{"root_module": {{"variables": {variables}, "resources": [{{"mode": "managed", "type": "aws_db_instance",
              "name": "a", "expressions": {{"password": {expression}}}}}]}}}}}}"#
        )
    };
    let told = |plan: &str| match block(&read("plan.json", plan), "aws_db_instance.a").body.get("password") {
        Some(Node { value: Value::Redacted(kind), .. }) => *kind,
        other => panic!("{other:?}"),
    };
    let variable = r#"{"references": ["var.password"]}"#;
    assert_eq!(told(&plan(r#"{"constant_value": "hunter2hunter2"}"#, "{}")), Redacted::Secret);
    assert_eq!(
        told(&plan(variable, r#"{"password": {"default": "hunter2hunter2", "sensitive": true}}"#)),
        Redacted::Secret
    );
    // given from outside, whatever the default is
    assert_eq!(told(&plan(variable, r#"{"password": {"default": "other"}}"#)), Redacted::Untold);
    assert_eq!(told(&plan(variable, r#"{"password": {}}"#)), Redacted::Untold);
    let (found, _) = violated(&plan(r#"{"constant_value": "hunter2hunter2"}"#, "{}"), false);
    assert!(found.iter().any(|line| line.contains("WRK-SECRET-ENV")), "{found:?}");
}
