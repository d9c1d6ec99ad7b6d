//! What is there is found: in pages, in other shapes, below one another, where it lies, and when it is ready.

use serde_json::json;

use super::{Script, TABLE, list, of, snapshot, well};

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
