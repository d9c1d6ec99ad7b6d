//! Nothing is called whole that is not: lists that break off, descriptions that describe nothing, credentials that ran
//! out, hosts that are silent, and runs that went on after one that was refused something.

use serde_json::{Value, json};

use super::{
    Account, FailureKind, Header, Journal, Reply, Script, Stopped, TABLE, attempt, header, list, of, run, snapshot,
    well,
};
use crate::collect::snapshot::{Entry, Gap, GapState, ListState, Listing};

/// The script with another answer to one call.
fn but(mut script: Script, call: &str, input: &Value, reply: Reply) -> Script {
    script.answers.insert((call.to_owned(), input.to_string()), vec![reply]);
    script
}

#[test]
fn a_condition_may_name_the_account() {
    let table = r"
service: zoo
types:
  - type: T
    list: { call: List, items: Items, only: { Owner: $account } }
    id: Id
";
    let items = json!({"Items": [{"Id": "own", "Owner": "1"}, {"Id": "aws", "Owner": "AWS"}]});
    let document = snapshot(table, &Script::default().says("zoo:List", json!({}), items));
    assert_eq!(document["resources"].as_array().unwrap().len(), 1);
    of(&document, "T", "own");
}

#[test]
fn what_is_gone_when_it_is_described_is_not_there() {
    let arn = json!({"Arn": "arn:aws:zoo:r-1:1:house/a"});
    let script = but(well(), "zoo:DescribeHouse", &arn, Reply::Code("Gone", FailureKind::Failed));
    let document = snapshot(TABLE, &script);
    let houses = document["resources"].as_array().unwrap().iter().filter(|one| one["type"] == "AWS::Zoo::House");
    assert_eq!(houses.map(|one| one["id"].as_str().unwrap()).collect::<Vec<_>>(), ["b"]);
    // nor is what would hang below it
    assert!(!script.asked.borrow().iter().any(|asked| asked.contains("ListAnimals") && asked.contains("\"a\"")));
    assert_eq!(list(&document, "AWS::Zoo::House")["state"], "complete");
}

#[test]
fn a_description_of_nothing_leaves_everything_unknown() {
    let arn = json!({"Arn": "arn:aws:zoo:r-1:1:house/b"});
    for hollow in [json!({}), json!({"House": null}), json!({"House": []}), json!({"House": {}})] {
        let document = snapshot(TABLE, &but(well(), "zoo:DescribeHouse", &arn, Reply::Says(hollow.clone())));
        let gap = &of(&document, "AWS::Zoo::House", "b")["unknown"][0];
        assert_eq!((&gap["at"], &gap["state"]), (&json!(""), &json!("failed")), "{hollow}");
        assert_eq!(gap["call"], "zoo:DescribeHouse");
    }
}

#[test]
fn an_answer_about_one_that_is_an_empty_list_is_none() {
    let table = "service: zoo\ntypes:\n  - type: T\n    single: { call: Get, take: accounts }\n";
    let script = Script::default().says("zoo:Get", json!({}), json!({"accounts": []}));
    let document = snapshot(table, &script);
    assert_eq!(document["resources"], json!([]));
    assert_eq!(list(&document, "T")["state"], "failed");
    // what is wanted and is not there at all is a setting that nobody made
    let document = snapshot(table, &Script::default().says("zoo:Get", json!({}), json!({})));
    assert_eq!(list(&document, "T")["state"], "complete");
}

#[test]
fn a_list_that_is_cut_off_is_not_whole() {
    let cut = json!({"Houses": [{"Name": "b", "Kind": "owls"}], "Next": null});
    let document = snapshot(TABLE, &but(well(), "zoo:ListHouses", &json!({"Next": "2"}), Reply::Says(cut)));
    let houses = list(&document, "AWS::Zoo::House");
    assert_eq!((&houses["state"], &houses["call"]), (&json!("failed"), &json!("zoo:ListHouses")));
    assert!(houses["message"].as_str().unwrap().contains("there is more"), "{houses}");
    assert_eq!(list(&document, "AWS::Zoo::Animal")["state"], "failed");
    // what came before is kept
    of(&document, "AWS::Zoo::House", "a");
    of(&document, "AWS::Zoo::House", "b");
}

#[test]
fn a_list_that_goes_round_in_a_circle_ends_and_is_not_whole() {
    let page = |next: &str| json!({"Houses": [], "Next": next});
    let script = but(well(), "zoo:ListHouses", &json!({"Next": "2"}), Reply::Says(page("3")));
    let script = but(script, "zoo:ListHouses", &json!({"Next": "3"}), Reply::Says(page("2")));
    let document = snapshot(TABLE, &script);
    let houses = list(&document, "AWS::Zoo::House");
    assert_eq!(houses["state"], "failed");
    assert!(houses["message"].as_str().unwrap().contains("circle"), "{houses}");
}

#[test]
fn an_attribute_that_is_cut_off_is_a_gap() {
    let input = json!({"Name": "a", "Next": "x"});
    for next in [Value::Null, json!("x")] {
        let page = json!({"Tags": [2], "Next": next});
        let document = snapshot(TABLE, &but(well(), "zoo:ListTags", &input, Reply::Says(page)));
        let house = of(&document, "AWS::Zoo::House", "a");
        assert_eq!((&house["properties"]["Tags"], &house["unknown"][0]["at"]), (&Value::Null, &json!("Tags")));
        assert_eq!(house["unknown"][0]["state"], "failed");
    }
}

#[test]
fn credentials_that_ran_out_do_not_look_like_a_region_that_is_closed() {
    let closed =
        |script| but(script, "zoo:GetSetting", &json!({}), Reply::Code("InvalidToken", FailureKind::NotEnabled));
    let open = snapshot(TABLE, &closed(well()));
    assert_eq!(list(&open, "Deodar::Zoo::Setting")["state"], "complete", "the caller is known: it was the region");
    let script = closed(well());
    script.nobody.set(true);
    let folder = tempfile::tempdir().unwrap();
    let stopped = attempt(TABLE, &script, &folder.path().join("s.json")).unwrap_err();
    assert!(matches!(stopped, Stopped::Expired { .. }), "{stopped}");
}

#[test]
fn a_host_that_is_silent_is_not_a_service_that_the_region_lacks() {
    let mut script = but(well(), "zoo:GetSetting", &json!({}), Reply::Code("timeout", FailureKind::Failed));
    script.not_offered.push(("zoo".to_owned(), "r-1".to_owned()));
    assert_eq!(list(&snapshot(TABLE, &script), "Deodar::Zoo::Setting")["state"], "failed");
}

#[test]
fn of_what_is_denied_from_above_nothing_is_to_be_granted() {
    let script = but(well(), "zoo:GetSetting", &json!({}), Reply::Code("AccessDenied", FailureKind::Denied));
    let document = snapshot(TABLE, &script);
    let setting = list(&document, "Deodar::Zoo::Setting");
    assert_eq!((&setting["state"], &setting["permission"]), (&json!("refused"), &Value::Null));
    assert_eq!(setting["message"], "AccessDenied: no");
}

/// Runs the script, and says how many lists and attributes are not known, by call.
fn lacking(table: &str, script: &Script, out: &std::path::Path) -> Result<Vec<(String, usize)>, Stopped> {
    let journal = run(table, script, out)?;
    Ok(journal.lacking().into_iter().map(|(call, lack)| (call, lack.count)).collect())
}

#[test]
fn what_an_earlier_run_was_refused_is_still_lacking() {
    let table = r"
service: zoo
types:
  - type: First
    single: { call: Get }
  - type: Then
    list: { call: List, items: Items }
    id: Id
";
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let none = json!({});
    let script = Script::default().refuses("zoo:Get", none.clone());
    let script = script.fails("zoo:List", none.clone(), "ExpiredToken", FailureKind::Expired);
    script.nobody.set(true);
    lacking(table, &script, &out).unwrap_err();
    // by now it might be answered, but what is done is not asked for again
    let script = Script::default().says("zoo:List", none, json!({"Items": []}));
    assert_eq!(lacking(table, &script, &out).unwrap(), [("zoo:Get".to_owned(), 1)]);
}

#[test]
fn only_what_is_finished_counts_as_lacking() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let gap = |state| Gap { at: String::new(), state, call: "zoo:Get".to_owned(), permission: None, message: None };
    let entry = |state| Entry {
        native_type: "T".to_owned(),
        id: "1".to_owned(),
        arn: None,
        region: None,
        properties: json!({}),
        unknown: vec![gap(state)],
    };
    let listing = |state| Listing {
        native_type: "T".to_owned(),
        region: None,
        state,
        call: Some("zoo:List".to_owned()),
        permission: None,
        message: None,
    };
    let journal = Journal::open(&out, &header(), false).unwrap();
    journal.entry("a", &entry(GapState::NotAsked)).unwrap();
    journal.listing("a", &listing(ListState::NotAsked)).unwrap();
    journal.listing("a", &listing(ListState::Complete)).unwrap();
    journal.finished("a").unwrap();
    journal.entry("b", &entry(GapState::Failed)).unwrap();
    assert!(journal.lacking().is_empty());
    journal.listing("b", &listing(ListState::Refused)).unwrap();
    journal.finished("b").unwrap();
    journal.entry("c", &entry(GapState::Failed)).unwrap();
    journal.finished("c").unwrap();
    let counts: Vec<_> = journal.lacking().into_iter().map(|(call, lack)| (call, lack.count)).collect();
    assert_eq!(counts, [("zoo:Get".to_owned(), 2), ("zoo:List".to_owned(), 1)]);
    assert_eq!(journal.count(), 3);
    drop(journal);
    // another account's journal is no part of this one
    let other = Header { account: Some(Account { id: "2".to_owned(), ..Account::default() }), ..header() };
    assert!(Journal::open(&out, &other, false).is_err());
}
