//! What is refused, absent or broken off is said to be so, and so is what hangs on it.

use serde_json::{Value, json};

use super::{FailureKind, Reply, Script, TABLE, list, of, snapshot, well};

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
fn one_service_that_does_not_know_the_caller_ends_nothing() {
    let mut script = well();
    let key = ("zoo:GetSetting".to_owned(), json!({}).to_string());
    script.answers.insert(key, vec![Reply::Code("SignatureDoesNotMatch", FailureKind::Expired)]);
    let document = snapshot(TABLE, &script);
    assert_eq!(list(&document, "Deodar::Zoo::Setting")["state"], "failed");
    of(&document, "AWS::Zoo::House", "a");
}
