//! What is said before a scan begins.

use serde_json::json;

use super::{FailureKind, Script, TABLE};
use crate::collect::aws::preflight::{Forecast, Foreseen, forecast};
use crate::collect::aws::table::Service;
use crate::collect::snapshot::Outcome;

const CALLER: &str = "arn:aws:iam::1:user/reader";

/// What is foreseen, and the calls that it took: how each is called and what came of it.
fn foreseen(script: &Script, caller: &str) -> (Forecast, Vec<(String, Outcome)>) {
    let table = Service::parse(TABLE).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let (clock, services, regions) = (|| "T".to_owned(), [&table], ["r-1".to_owned()]);
    let of = Foreseen {
        services: &services,
        account: "1",
        partition: "aws",
        caller,
        main_region: "main-1",
        regions: &regions,
        clock: &clock,
    };
    let (forecast, calls) = runtime.block_on(forecast(script, &of));
    (forecast, calls.into_iter().map(|call| (call.call, call.outcome)).collect())
}

fn tried(why: &str, missing: &[(&str, &[&str])]) -> Forecast {
    let texts = |types: &[&str]| types.iter().map(|of| (*of).to_owned()).collect();
    let missing = missing.iter().map(|(what, types)| ((*what).to_owned(), texts(types))).collect();
    Forecast::Tried { why: why.to_owned(), services: 1, missing }
}

const HOUSES: &[&str] = &["AWS::Zoo::Animal", "AWS::Zoo::House", "AWS::Zoo::Rule"];

#[test]
fn where_iam_is_not_to_be_asked_one_call_of_each_service_is_tried() {
    let script = Script::default();
    let input = json!({"PolicySourceArn": CALLER, "ActionNames": super::actions(TABLE)});
    let script = script.refuses("iam:SimulatePrincipalPolicy", input);
    let script = script.refuses("zoo:ListHouses", json!({"Small": true}));
    let (forecast, calls) = foreseen(&script, CALLER);
    assert_eq!(forecast, tried("no", &[("zoos:ListHouses", HOUSES)]));
    let refused = |call: &str| (call.to_owned(), Outcome::Refused);
    assert_eq!(calls, [refused("iam:SimulatePrincipalPolicy"), refused("zoo:ListHouses")]);
}

#[test]
fn who_cannot_be_simulated_is_tried_too_and_may_be_answered() {
    let small = json!({"Small": true});
    let root = "arn:aws:iam::1:root";
    let why = "it simulates users and roles, not `arn:aws:iam::1:root`";
    let script = Script::default().says("zoo:ListHouses", small.clone(), json!({"Houses": []}));
    assert_eq!(foreseen(&script, root).0, tried(why, &[]));
    // what fails in another way will not be known either, and nothing is to be granted
    let script = Script::default().fails("zoo:ListHouses", small, "Broken", FailureKind::Failed);
    assert_eq!(foreseen(&script, root).0, tried(why, &[("zoo:ListHouses: no", HOUSES)]));
}
