//! Answers that were recorded from real accounts: every one is read, and every error is one of its kind.
//!
//! They are other people's and lie outside the project: `DEODAR_RECORDED_AWS` names the folder of `SERVICE.jsonl`.

use std::collections::BTreeMap;
use std::path::Path;

use deodar::collect::aws::client::{CallError, table};
use serde_json::{Map, Value};

use super::moto::options;
use super::replay::{Replay, Reply};

/// An input with something in every member that a path needs.
pub(crate) fn input(table: &Value, service: &str, operation: &str) -> Value {
    let entry = &table["services"][service]["operations"][operation];
    let members = entry["in"].as_object().into_iter().flatten();
    let labels = members.filter(|(_, place)| place.as_str().is_some_and(|place| place.starts_with("uri")));
    let mut input: Map<String, Value> = labels.map(|(name, _)| (name.clone(), Value::from("x"))).collect();
    if entry["host"].is_string() {
        input.insert("AccountId".to_owned(), Value::from("123456789012"));
    }
    Value::Object(input)
}

#[tokio::test]
async fn every_recorded_answer_is_read() {
    let Some(folder) = std::env::var_os("DEODAR_RECORDED_AWS") else {
        eprintln!("\nSKIPPED: DEODAR_RECORDED_AWS names no folder of recorded answers\n");
        return;
    };
    let table: Value = serde_json::from_str(include_str!("../../data/aws/operations.json")).unwrap();
    let replay = Replay::start([Reply::new(200, "")]).await;
    let client = replay.client(deodar::collect::aws::client::Options { tries: Some(1), ..options("k", "s") }).await;
    let (mut count, mut wrong) = (BTreeMap::<&str, u32>::new(), Vec::new());
    for file in std::fs::read_dir(Path::new(&folder)).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_none_or(|end| end != "jsonl") {
            continue;
        }
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let text = |name: &str| record[name].as_str().unwrap();
            let (service, operation, body) = (text("service"), text("operation"), text("body"));
            if !table::has(service, operation) {
                *count.entry("not in the table").or_default() += 1;
                continue;
            }
            let status = u16::try_from(record["status"].as_u64().unwrap()).unwrap();
            let headers = record["headers"].as_object().unwrap().iter();
            let headers = headers.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
            replay.give(Reply::Whole(status, headers, body.to_owned()));
            let outcome = client.call(service, operation, "eu-west-1", &input(&table, service, operation)).await;
            let seen = match (status, &outcome) {
                (200, Ok(answer)) if answer.value.is_object() => "read",
                (400.., Err(CallError::Refused { .. })) => "refused",
                (400.., Err(CallError::Throttled { .. })) => "throttled",
                (400.., Err(CallError::NotEnabled { .. })) => "not enabled",
                (400.., Err(CallError::Service { code, .. })) if code.parse::<u16>().is_err() => {
                    "absent or another error"
                }
                _ => {
                    wrong.push(format!("{} {service}:{operation} {status}: {outcome:?}", text("recording")));
                    "wrong"
                }
            };
            *count.entry(seen).or_default() += 1;
        }
    }
    eprintln!("recorded answers: {count:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
