//! Answers that were recorded from real accounts, through the tables and the engine to a snapshot, and through the
//! snapshot to facts: no rule fails on them, every type is read, and how much of each is known is printed.
//!
//! They are other people's and lie outside the project: `DEODAR_RECORDED_AWS` names the folder of `SERVICE.jsonl`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use deodar::collect::aws::ask::{Answer, Ask, Failure, FailureKind};
use deodar::collect::aws::client::{NoToken, Options, table as operations};
use deodar::collect::aws::preflight::Forecast;
use deodar::collect::aws::scan::Watch;
use deodar::collect::aws::snapshot::{self, Before, Request};
use deodar::collect::aws::table::{self, Service};
use deodar::engine::Outcome;
use deodar::format::Settings;
use deodar::pipeline::{self, scan};
use deodar::rule::Library;
use deodar::source::Tree;
use deodar::value::State;
use serde_json::{Value, json};

use super::moto::options;
use super::recorded::input;
use super::replay::{Replay, Reply};

/// Every recorded answer, by service and operation; each is given in its turn.
#[derive(Default)]
struct Recorded {
    answers: BTreeMap<(String, String), Vec<Value>>,
    given: RefCell<BTreeMap<(String, String), usize>>,
}

impl Recorded {
    async fn read(folder: &Path) -> Self {
        let known: Value = serde_json::from_str(include_str!("../../data/aws/operations.json")).unwrap();
        let replay = Replay::start([Reply::new(200, "")]).await;
        let client = replay.client(Options { tries: Some(1), ..options("k", "s") }).await;
        let mut recorded = Self::default();
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_none_or(|end| end != "jsonl") {
                continue;
            }
            for line in std::fs::read_to_string(&path).unwrap().lines() {
                let record: Value = serde_json::from_str(line).unwrap();
                let text = |name: &str| record[name].as_str().unwrap();
                let (service, operation) = (text("service"), text("operation"));
                if record["status"] != 200 || !operations::has(service, operation) {
                    continue;
                }
                let headers = record["headers"].as_object().unwrap().iter();
                let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
                replay.give(Reply::Whole(200, headers, text("body").to_owned()));
                let answer = client.call(service, operation, "eu-west-1", &input(&known, service, operation)).await;
                let of = (service.to_owned(), operation.to_owned());
                recorded.answers.entry(of).or_default().push(answer.expect("it is read").value);
            }
        }
        recorded
    }
}

impl Ask for Recorded {
    async fn call(&self, service: &str, operation: &str, _: &str, _: &Value) -> Result<Answer, Failure> {
        if (service, operation) == ("sts", "GetCallerIdentity") {
            let value = json!({"Account": "644160558196", "Arn": "arn:aws:iam::644160558196:user/scan"});
            return Ok(Answer { value, tries: 1 });
        }
        let of = (service.to_owned(), operation.to_owned());
        let Some(answers) = self.answers.get(&of) else {
            let message = "nothing was recorded".to_owned();
            return Err(Failure { kind: FailureKind::Failed, code: None, message, tries: 1 });
        };
        let mut given = self.given.borrow_mut();
        let turn = given.entry(of).or_default();
        *turn += 1;
        Ok(Answer { value: answers[(*turn - 1) % answers.len()].clone(), tries: 1 })
    }

    // each page was recorded as an answer of its own
    fn next(&self, _: &str, _: &str, _: &Value, _: &Value) -> Result<Option<Value>, NoToken> {
        Ok(None)
    }

    fn small(&self, _: &str, _: &str, input: &Value) -> Value {
        input.clone()
    }

    fn offers(&self, _: &str, _: &str) -> bool {
        true
    }
}

struct Deaf;

impl Watch for Deaf {
    fn begins(&self, _: usize) {}
    fn done(&self, _: &str) {}
    fn found(&self, _: &str) {}
}

impl Before for Deaf {
    fn account(&self, _: &str, _: Option<&str>, _: &[String]) {}
    fn forecast(&self, _: &Forecast) {}
}

/// Of a type: resources, and how often each of its facts is known.
#[derive(Default)]
struct Known {
    resources: usize,
    facts: BTreeMap<&'static str, usize>,
}

#[tokio::test]
async fn what_was_recorded_reaches_the_facts() {
    let Some(folder) = std::env::var_os("DEODAR_RECORDED_AWS") else {
        eprintln!("\nSKIPPED: DEODAR_RECORDED_AWS names no folder of recorded answers\n");
        return;
    };
    let recorded = Recorded::read(Path::new(&folder)).await;
    let tables = table::all();
    let services: Vec<&Service> = tables.iter().collect();
    let library = Library::embedded();
    let settings = Settings::default();
    let request = pipeline::Request::new(&library, &settings);
    let rounds = recorded.answers.values().map(Vec::len).max().expect("answers");
    let (mut known, mut failed, mut unread) = (BTreeMap::<String, Known>::new(), Vec::new(), BTreeSet::new());
    let mut shaped = 0;
    for _ in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("s.json");
        let regions = ["us-east-1".to_owned()];
        let clock = || "2026-11-27T08:00:00Z".to_owned();
        let wanted =
            Request { services: &services, regions: &regions, main_region: "us-east-1", fresh: true, clock: &clock };
        snapshot::take(&recorded, &wanted, &out, &Deaf).await.expect("a snapshot");
        let text = std::fs::read_to_string(&out).unwrap();
        let document: Value = serde_json::from_str(&text).unwrap();
        shaped += document["resources"].as_array().unwrap().len();
        let tree = Tree::from_texts([("s.json", text.as_str())]);
        let found = scan(&tree, &request, Vec::new(), 0).expect("a scan");
        for verdict in &found.judgement.verdicts {
            if let Outcome::Failed { message } = &verdict.outcome {
                let resource = found.inventory.get(verdict.resource).unwrap();
                failed.push(format!("{} {}: {message}", library.rules()[verdict.rule].id(), resource.address));
            }
        }
        unread.extend(found.inventory.unknown_types.keys().map(ToString::to_string));
        for resource in found.inventory.resources() {
            let of = known.entry(format!("{} {}", resource.native_type, resource.kind.name().name())).or_default();
            of.resources += 1;
            let facts = resource.kind.facts();
            for (at, fact) in facts.facts().iter().enumerate() {
                let is = facts.read(at).is_some_and(|(state, _)| !matches!(state, State::Unknown(_)));
                *of.facts.entry(fact.name).or_default() += usize::from(is);
            }
        }
    }
    let used = recorded.given.borrow().len();
    eprintln!("{rounds} rounds, {shaped} resources shaped, answers of {used} operations");
    for (kind, of) in &known {
        let facts = of.facts.iter().map(|(name, count)| match count {
            count if *count == of.resources => format!("{name} all"),
            count => format!("{name} {count}"),
        });
        eprintln!("{kind}: {} resources; known: {}", of.resources, facts.collect::<Vec<_>>().join(", "));
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    assert!(unread.is_empty(), "types that nobody reads: {unread:?}");
}
