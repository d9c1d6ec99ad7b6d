//! The engine against a scripted AWS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]

mod ahead;
mod found;
mod gaps;
mod runs;
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
