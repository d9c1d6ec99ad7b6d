//! The engine against a scripted AWS: what is listed, refused, absent, paged, moved, nested; and a run that is killed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod ahead;
mod whole;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::ask::{Answer, Ask, Failure, FailureKind};
use super::client::NoToken;
use super::scan::{Scan, Stopped, Watch};
use super::table::Service;
use crate::collect::snapshot::{Account, Header, Journal, Provider, SnapshotError, VERSION};

/// Answers by call and input, with as much delay as it is told.
#[derive(Default)]
struct Script {
    answers: BTreeMap<(String, String), Vec<Reply>>,
    asked: RefCell<Vec<String>>,
    /// After so many calls the credentials have run out.
    expires: Cell<Option<usize>>,
    /// Nobody is told whose the credentials are.
    nobody: Cell<bool>,
    /// How calls are slowed, so that they end in another order.
    slowness: u64,
    not_offered: Vec<(String, String)>,
}

#[derive(Clone)]
enum Reply {
    Says(Value),
    Code(&'static str, FailureKind),
}

impl Script {
    fn says(mut self, call: &str, input: Value, answer: Value) -> Self {
        self.answers.entry((call.to_owned(), input.to_string())).or_default().push(Reply::Says(answer));
        self
    }

    fn fails(mut self, call: &str, input: Value, code: &'static str, kind: FailureKind) -> Self {
        self.answers.entry((call.to_owned(), input.to_string())).or_default().push(Reply::Code(code, kind));
        self
    }

    fn refuses(self, call: &str, input: Value) -> Self {
        self.fails(call, input, "AccessDenied", FailureKind::Refused)
    }
}

impl Ask for Script {
    async fn call(&self, service: &str, operation: &str, region: &str, input: &Value) -> Result<Answer, Failure> {
        let call = format!("{service}:{operation}");
        let number = self.asked.borrow().len() as u64;
        self.asked.borrow_mut().push(format!("{call} {region} {input}"));
        if self.slowness > 0 {
            tokio::time::sleep(std::time::Duration::from_millis((number * 7919) % self.slowness)).await;
        }
        let failure = |code: &str, kind, message: &str| Failure {
            kind,
            code: Some(code.to_owned()),
            message: message.to_owned(),
            tries: 1,
        };
        if let Some(left) = self.expires.get() {
            if left == 0 || operation == "GetCallerIdentity" {
                return Err(failure("ExpiredToken", FailureKind::Expired, "the token has expired"));
            }
            self.expires.set(Some(left - 1));
        }
        if operation == "GetCallerIdentity" && self.nobody.get() {
            return Err(failure("ExpiredToken", FailureKind::Expired, "the token has expired"));
        }
        if operation == "GetCallerIdentity" {
            return Ok(Answer { value: json!({}), tries: 1 });
        }
        let key = (call.clone(), input.to_string());
        let replies = self.answers.get(&key).unwrap_or_else(|| panic!("the script has no answer to {key:?}"));
        // the last answer is given again
        let before = self.asked.borrow().iter().filter(|asked| **asked == format!("{call} {region} {input}")).count();
        match &replies[(before - 1).min(replies.len() - 1)] {
            Reply::Says(value) => Ok(Answer { value: value.clone(), tries: 1 }),
            Reply::Code(code, kind) => Err(failure(code, *kind, "no")),
        }
    }

    fn next(&self, _: &str, _: &str, input: &Value, answer: &Value) -> Result<Option<Value>, NoToken> {
        let Some(token) = answer.get("Next") else { return Ok(None) };
        if token.is_null() {
            return Err(NoToken::Missing);
        }
        let mut input = input.clone();
        input["Next"] = token.clone();
        Ok(Some(input))
    }

    fn small(&self, _: &str, _: &str, input: &Value) -> Value {
        let mut input = input.clone();
        input["Small"] = json!(true);
        input
    }

    fn offers(&self, service: &str, region: &str) -> bool {
        !self.not_offered.iter().any(|(one, there)| one == service && there == region)
    }
}

struct Quiet;

impl Watch for Quiet {
    fn begins(&self, _: usize) {}
    fn done(&self, _: &str) {}
    fn found(&self, _: &str) {}
}

const TABLE: &str = r#"
service: zoo
prefix: zoos
types:
  - type: AWS::Zoo::House
    list: { call: ListHouses, items: Houses }
    id: Name
    arn: "arn:$partition:zoo:$region:$account:house/$Name"
    details:
      - { call: DescribeHouse, with: { Arn: $arn }, take: House, absent: [Gone] }
      - { call: GetLock, with: { Key: $Key.Id }, take: State, into: Lock, permission: "zoos:ReadLock" }
      - { call: ListTags, with: { Name: $Name }, when: { Kind: [cats, dogs] }, take: Tags, into: Tags }
    shape: ["Doors[].Id -> DoorIds[]"]
    secret: ["Env.*"]
  - type: AWS::Zoo::Animal
    list: { each: AWS::Zoo::House, call: ListAnimals, with: { House: $parent.Name, Kind: $parent.Kind }, items: "Groups[].Animals" }
    id: $item
    set: { House: $parent.arn }
  - type: AWS::Zoo::Rule
    single: { each: AWS::Zoo::House, call: GetRule, with: { House: $parent.id }, take: Rule, into: Text, absent: [NoRule] }
    set: { House: $parent.id }
    json: [Text]
  - type: Deodar::Zoo::Setting
    single: { call: GetSetting }
"#;

/// A house with cats, doors and a key in a script where all goes well.
fn well() -> Script {
    Script::default()
        .says("zoo:ListHouses", json!({}), json!({"Houses": [{"Name": "a", "Kind": "cats"}], "Next": "2"}))
        .says("zoo:ListHouses", json!({"Next": "2"}), json!({"Houses": [{"Name": "b", "Kind": "owls"}]}))
        .says(
            "zoo:DescribeHouse",
            json!({"Arn": "arn:aws:zoo:r-1:1:house/a"}),
            json!({"House": {"Key": {"Id": "k"}, "Doors": [{"Id": 1}, {"Id": 2}], "Env": {"PASSWORD": "tr0ub4dor&3x"}}}),
        )
        .says("zoo:DescribeHouse", json!({"Arn": "arn:aws:zoo:r-1:1:house/b"}), json!({"House": {"Doors": []}}))
        .says("zoo:GetLock", json!({"Key": "k"}), json!({"State": "shut"}))
        .says("zoo:ListTags", json!({"Name": "a"}), json!({"Tags": [1], "Next": "x"}))
        .says("zoo:ListTags", json!({"Name": "a", "Next": "x"}), json!({"Tags": [2]}))
        .says(
            "zoo:ListAnimals",
            json!({"House": "a", "Kind": "cats"}),
            json!({"Groups": [{"Animals": ["tom"]}, {"Animals": ["kit", "lou"]}]}),
        )
        .says("zoo:ListAnimals", json!({"House": "b", "Kind": "owls"}), json!({"Groups": []}))
        .says("zoo:GetRule", json!({"House": "a"}), json!({"Rule": "{\"Effect\": \"Deny\"}"}))
        .fails("zoo:GetRule", json!({"House": "b"}), "NoRule", FailureKind::Failed)
        .says("zoo:GetSetting", json!({}), json!({"On": true}))
}

/// The permissions that a table needs.
fn actions(table: &str) -> Vec<String> {
    super::permissions::needed(&[&Service::parse(table).unwrap()]).into_keys().collect()
}

fn header() -> Header {
    Header {
        snapshot: VERSION,
        provider: Provider::Aws,
        account: Some(Account { id: "1".to_owned(), ..Account::default() }),
        cluster: None,
        caller: None,
        started: "T0".to_owned(),
        tool: "deodar test".to_owned(),
        regions: vec!["r-1".to_owned()],
        all_regions: true,
        services: vec!["zoo".to_owned()],
    }
}

/// Runs the script to its end, or to where it stops.
fn attempt(table: &str, script: &Script, out: &Path) -> Result<(), Stopped> {
    Ok(run(table, script, out)?.finish("T1")?)
}

/// Runs the script; what it wrote, not yet finished.
fn run(table: &str, script: &Script, out: &Path) -> Result<Journal, Stopped> {
    let table = Service::parse(table).expect("a table");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let clock = || "T".to_owned();
    let (services, regions) = ([&table], ["r-1".to_owned()]);
    let scan = Scan {
        account: "1",
        partition: "aws",
        main_region: "main-1",
        regions: &regions,
        all_regions: true,
        management: None,
        services: &services,
        clock: &clock,
        watch: &Quiet,
    };
    let journal = Journal::open(out, &header(), false)?;
    runtime.block_on(scan.run(script, &journal))?;
    Ok(journal)
}

fn document(out: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap()
}

fn snapshot(table: &str, script: &Script) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    attempt(table, script, &out).unwrap();
    document(&out)
}

/// The resource of a type and an id.
fn of<'d>(document: &'d Value, kind: &str, id: &str) -> &'d Value {
    let found = document["resources"].as_array().unwrap().iter().find(|one| one["type"] == kind && one["id"] == id);
    found.unwrap_or_else(|| panic!("no {kind} {id} in {document:#}"))
}

/// The list of a type.
fn list<'d>(document: &'d Value, kind: &str) -> &'d Value {
    document["lists"].as_array().unwrap().iter().find(|one| one["type"] == kind).unwrap()
}

#[test]
fn all_that_is_there_is_found_paged_shaped_and_nested() {
    let document = snapshot(TABLE, &well());
    let house = of(&document, "AWS::Zoo::House", "a");
    assert_eq!(house["arn"], "arn:aws:zoo:r-1:1:house/a");
    assert_eq!(house["region"], "r-1");
    let expected = json!({"DoorIds": [1, 2], "Env": {"PASSWORD": "(redacted: secret)"}, "Key": {"Id": "k"},
        "Kind": "cats", "Lock": "shut", "Name": "a", "Tags": [1, 2]});
    assert_eq!(house["properties"], expected);
    assert_eq!(
        of(&document, "AWS::Zoo::House", "b")["properties"],
        json!({"DoorIds": [], "Kind": "owls", "Name": "b"})
    );
    let animals = document["resources"].as_array().unwrap().iter().filter(|one| one["type"] == "AWS::Zoo::Animal");
    assert_eq!(animals.map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), ["kit", "lou", "tom"]);
    assert_eq!(of(&document, "AWS::Zoo::Animal", "tom")["properties"], json!({"House": "arn:aws:zoo:r-1:1:house/a"}));
    let rule = &of(&document, "AWS::Zoo::Rule", "a")["properties"];
    assert_eq!(*rule, json!({"House": "a", "Text": {"Effect": "Deny"}}));
    assert_eq!(of(&document, "Deodar::Zoo::Setting", "1")["properties"], json!({"On": true}));
    for list in document["lists"].as_array().unwrap() {
        assert_eq!(list["state"], "complete", "{list}");
    }
    assert!(!document.to_string().contains("tr0ub4dor"));
}

#[test]
fn what_is_refused_of_one_resource_is_a_gap_and_what_hangs_on_it_as_well() {
    let script = Script::default()
        .says("zoo:ListHouses", json!({}), json!({"Houses": [{"Name": "a", "Kind": "cats"}]}))
        .refuses("zoo:DescribeHouse", json!({"Arn": "arn:aws:zoo:r-1:1:house/a"}))
        .refuses("zoo:ListTags", json!({"Name": "a"}))
        .says("zoo:ListAnimals", json!({"House": "a", "Kind": "cats"}), json!({"Groups": []}))
        .refuses("zoo:GetRule", json!({"House": "a"}))
        .refuses("zoo:GetSetting", json!({}));
    let document = snapshot(TABLE, &script);
    let gaps = of(&document, "AWS::Zoo::House", "a")["unknown"].as_array().unwrap();
    let said: Vec<_> = gaps
        .iter()
        .map(|gap| (gap["at"].as_str().unwrap(), gap["call"].as_str().unwrap(), gap["permission"].as_str().unwrap()))
        .collect();
    let house = "zoo:DescribeHouse";
    assert_eq!(
        said,
        [
            ("", house, "zoos:DescribeHouse"),
            // the key is not known, so its lock cannot be asked for
            ("Lock", house, "zoos:DescribeHouse"),
            ("Tags", "zoo:ListTags", "zoos:ListTags"),
        ]
    );
    let rule = of(&document, "AWS::Zoo::Rule", "a");
    assert_eq!((&rule["properties"], &rule["unknown"][0]["at"]), (&json!({"House": "a"}), &json!("Text")));
    assert_eq!(list(&document, "AWS::Zoo::Rule")["state"], "complete");
    let setting = list(&document, "Deodar::Zoo::Setting");
    assert_eq!((&setting["state"], &setting["permission"]), (&json!("refused"), &json!("zoos:GetSetting")));
}

#[test]
fn a_list_that_is_refused_or_ends_early_is_not_whole_nor_is_what_hangs_below_it() {
    let setting = |script: Script| script.says("zoo:GetSetting", json!({}), json!({}));
    let refused = snapshot(TABLE, &setting(Script::default().refuses("zoo:ListHouses", json!({}))));
    for kind in ["AWS::Zoo::House", "AWS::Zoo::Animal", "AWS::Zoo::Rule"] {
        let list = list(&refused, kind);
        assert_eq!((&list["state"], &list["permission"]), (&json!("refused"), &json!("zoos:ListHouses")), "{kind}");
    }
    let mut script = well();
    script.answers.insert(
        ("zoo:ListHouses".to_owned(), json!({"Next": "2"}).to_string()),
        vec![Reply::Code("InternalError", FailureKind::Failed)],
    );
    let broken = snapshot(TABLE, &script);
    assert_eq!(list(&broken, "AWS::Zoo::House")["state"], "failed");
    assert_eq!(list(&broken, "AWS::Zoo::House")["message"], "InternalError: no");
    of(&broken, "AWS::Zoo::House", "a");
}

#[test]
fn one_parent_of_which_the_list_is_refused_makes_the_list_not_whole() {
    let mut script = well();
    let key = ("zoo:ListAnimals".to_owned(), json!({"House": "b", "Kind": "owls"}).to_string());
    script.answers.insert(key, vec![Reply::Code("AccessDenied", FailureKind::Refused)]);
    let document = snapshot(TABLE, &script);
    assert_eq!(list(&document, "AWS::Zoo::Animal")["state"], "refused");
    assert_eq!(list(&document, "AWS::Zoo::House")["state"], "complete");
    of(&document, "AWS::Zoo::Animal", "tom");
}

#[test]
fn half_of_a_paged_attribute_is_a_gap() {
    let mut script = well();
    let key = ("zoo:ListTags".to_owned(), json!({"Name": "a", "Next": "x"}).to_string());
    script.answers.insert(key, vec![Reply::Code("Throttling", FailureKind::Failed)]);
    let document = snapshot(TABLE, &script);
    let house = of(&document, "AWS::Zoo::House", "a");
    assert_eq!((&house["properties"]["Tags"], &house["unknown"][0]["at"]), (&Value::Null, &json!("Tags")));
    assert_eq!(house["unknown"][0]["state"], "failed");
}

#[test]
fn a_service_that_a_region_does_not_have_is_said_and_has_nothing() {
    let mut script = Script::default().fails("zoo:ListHouses", json!({}), "dns", FailureKind::NoHost).fails(
        "zoo:GetSetting",
        json!({}),
        "dns",
        FailureKind::NoHost,
    );
    let failed = snapshot(TABLE, &script);
    assert_eq!(list(&failed, "AWS::Zoo::House")["state"], "failed", "AWS says that it is there");
    script.not_offered.push(("zoo".to_owned(), "r-1".to_owned()));
    let elsewhere = snapshot(TABLE, &script);
    let list = list(&elsewhere, "AWS::Zoo::House");
    assert_eq!((&list["state"], &list["message"]), (&json!("complete"), &json!("`zoo` is not offered in `r-1`")));
}

#[test]
fn who_is_not_the_management_account_lacks_no_rights() {
    let table = r#"
service: org
scope: global
types:
  - type: T
    list: { call: List, items: Items, reserved: management }
    id: Id
"#;
    let document = snapshot(table, &Script::default().refuses("org:List", json!({})));
    let list = list(&document, "T");
    assert_eq!((&list["state"], &list["region"]), (&json!("not asked"), &Value::Null));
}

#[test]
fn buckets_are_asked_where_they_are() {
    let table = r#"
service: s3
scope: global
types:
  - type: B
    list: { call: List, items: Buckets }
    id: Name
    region: { at: Region, names: { "": us-east-1 } }
    details:
      - { call: GetLocation, with: { B: $Name }, unless: Region, take: At, into: Region }
      - { call: GetOther, with: { B: $Name }, into: Other }
  - type: P
    single: { each: B, call: GetPolicy, with: { B: $parent.id }, into: Policy }
"#;
    let script = Script::default()
        .says("s3:List", json!({}), json!({"Buckets": [{"Name": "a"}, {"Name": "b", "Region": "r-2"}]}))
        .says("s3:GetLocation", json!({"B": "a"}), json!({"At": null}))
        .says("s3:GetOther", json!({"B": "a"}), json!({}))
        .says("s3:GetOther", json!({"B": "b"}), json!({}))
        .says("s3:GetPolicy", json!({"B": "a"}), json!({}))
        .says("s3:GetPolicy", json!({"B": "b"}), json!({}));
    let document = snapshot(table, &script);
    assert_eq!(of(&document, "B", "a")["region"], "us-east-1");
    assert_eq!(of(&document, "P", "b")["region"], "r-2");
    let mut asked = script.asked.borrow().clone();
    asked.sort();
    let expected = [
        r#"s3:GetLocation main-1 {"B":"a"}"#,
        r#"s3:GetOther r-2 {"B":"b"}"#,
        r#"s3:GetOther us-east-1 {"B":"a"}"#,
        r#"s3:GetPolicy r-2 {"B":"b"}"#,
        r#"s3:GetPolicy us-east-1 {"B":"a"}"#,
        "s3:List main-1 {}",
    ];
    assert_eq!(asked, expected);
}

#[test]
fn a_report_is_waited_for() {
    let table = r#"
service: iam
scope: global
types:
  - type: R
    single: { call: GetReport, prepare: { call: MakeReport, until: { State: COMPLETE } }, csv: Content, take: Content, into: Users }
"#;
    let script = Script::default()
        .says("iam:MakeReport", json!({}), json!({"State": "STARTED"}))
        .says("iam:MakeReport", json!({}), json!({"State": "COMPLETE"}))
        .says("iam:GetReport", json!({}), json!({"Content": "dXNlcixtZmEKYW5uLHRydWUK"}));
    let document = snapshot(table, &script);
    assert_eq!(of(&document, "R", "1")["properties"], json!({"Users": [{"user": "ann", "mfa": "true"}]}));
    let never = Script::default().says("iam:MakeReport", json!({}), json!({"State": "STARTED"}));
    assert_eq!(list(&snapshot(table, &never), "R")["state"], "failed");
}

#[test]
fn the_same_account_gives_the_same_bytes_in_whatever_order_it_answers() {
    let mut documents = Vec::new();
    for slowness in [0, 3, 20, 41] {
        let mut script = well();
        script.slowness = slowness;
        documents.push(snapshot(TABLE, &script).to_string());
    }
    documents.dedup();
    assert_eq!(documents.len(), 1);
}

#[test]
fn a_run_that_stops_anywhere_goes_on_where_it_was_and_loses_nothing() {
    let whole = snapshot(TABLE, &well());
    let calls = well_calls();
    for stop in 0..calls {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("s.json");
        let script = well();
        script.expires.set(Some(stop));
        assert!(matches!(attempt(TABLE, &script, &out), Err(Stopped::Expired { .. })), "after {stop} calls");
        assert!(!out.exists());
        script.expires.set(None);
        attempt(TABLE, &script, &out).unwrap();
        assert_eq!(document(&out), whole, "after {stop} calls");
    }
    // what was done is not asked for again
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let script = well();
    script.expires.set(Some(calls - 1));
    attempt(TABLE, &script, &out).unwrap_err();
    script.expires.set(None);
    let before = script.asked.borrow().len();
    attempt(TABLE, &script, &out).unwrap();
    assert!(script.asked.borrow().len() - before < calls, "everything was asked for again");
}

#[test]
fn one_service_that_does_not_know_the_caller_ends_nothing() {
    let mut script = well();
    let key = ("zoo:GetSetting".to_owned(), json!({}).to_string());
    script.answers.insert(key, vec![Reply::Code("SignatureDoesNotMatch", FailureKind::Expired)]);
    let document = snapshot(TABLE, &script);
    assert_eq!(list(&document, "Deodar::Zoo::Setting")["state"], "failed");
    of(&document, "AWS::Zoo::House", "a");
}

fn well_calls() -> usize {
    let script = well();
    snapshot(TABLE, &script);
    script.asked.into_inner().len()
}

#[test]
fn a_journal_of_another_account_is_not_taken_up() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let script = well();
    script.expires.set(Some(3));
    attempt(TABLE, &script, &out).unwrap_err();
    let other = Header { account: Some(Account { id: "2".to_owned(), ..Account::default() }), ..header() };
    assert!(matches!(Journal::open(&out, &other, false), Err(SnapshotError::Other { .. })));
}
