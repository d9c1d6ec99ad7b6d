//! The estate file: what it says, what is wrong with it and where, and that the published schema and the parser agree.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::collections::BTreeSet;
use std::path::Path;

use deodar::model::KindName;
use deodar::rule::{Estate, EstateError, Library, Severity};
use deodar::source::{FileId, NoteKind};
use jiff::civil::date;
use serde_json::{Map, Value};

fn parse(text: &str) -> Estate {
    Estate::parse(text, "deodar.yaml", Some(FileId(0))).expect("it is well formed")
}

/// The message, the words it points at, and the help.
fn fault(text: &str) -> (String, String, String) {
    let error: EstateError = Estate::parse(text, "deodar.yaml", None).expect_err("it is not well formed");
    let range = error.range().unwrap_or(0..0);
    (error.to_string(), text[range].to_owned(), error.advice().unwrap_or_default().to_owned())
}

#[test]
fn an_empty_file_declares_nothing() {
    for text in ["", "# nothing yet\n", "---\n"] {
        let estate = parse(text);
        assert!(estate.classes.is_empty() && estate.own_accounts().is_none() && estate.notes.is_empty(), "{text:?}");
    }
}

#[test]
fn an_unknown_key_is_shown_with_what_was_meant() {
    let (message, at, help) = fault("classes:\n  phi:\n    alowed: [US]\n");
    assert_eq!(message, "there is no key `alowed` here");
    assert_eq!(help, "did you mean `allowed`?");
    assert!(at.starts_with("alowed"), "{at}");
    let (message, _, help) = fault("waiver: []\n");
    assert_eq!((message.as_str(), help.as_str()), ("there is no key `waiver` here", "did you mean `waivers`?"));
}

#[test]
fn names_that_do_not_exist_are_shown_where_they_stand() {
    for (text, message, at, help) in [
        ("accounts: [{provider: awz, id: a}]\n", "there is no provider `awz`", "awz", "did you mean `aws`?"),
        (
            "assets: [{match: {kind: ObjectStores}, class: phi}]\n",
            "there is no kind `ObjectStores`",
            "ObjectStores",
            "did you mean `ObjectStore`?",
        ),
        (
            "assets: [{match: {name: a}, class: persnal}]\n",
            "there is no class `persnal`",
            "persnal",
            "did you mean `personal`?",
        ),
        ("classes: {phi: {allowed: [eea]}}\n", "there is no jurisdiction code `eea`", "eea", "did you mean `EEA`?"),
        (
            "flows: [{from: {class: phi}, to: {vendor: modelx}}]\nvendors: [{id: model-x}]\n",
            "there is no vendor `modelx`",
            "modelx",
            "did you mean `model-x`?",
        ),
        (
            "rules: {NET-OBJ-PUBLIC: {severity: hgih, reason: r}}\n",
            "there is no severity `hgih`",
            "hgih",
            "did you mean `high`?",
        ),
    ] {
        assert_eq!(fault(text), (message.to_owned(), at.to_owned(), help.to_owned()));
    }
}

#[test]
fn what_is_no_estate_file_is_told_in_plain_words() {
    for (text, message) in [
        ("classes: [phi]\n", "a map is expected here"),
        ("exclude: fixtures\n", "a list is expected here"),
        ("whole: maybe\n", "boolean"),
        ("whole: true\nwhole: false\n", "the key `whole` stands here twice"),
        ("assets: [{class: phi}]\n", "the key `match` is missing here"),
        ("assets: [{match: {}, class: phi}]\n", "the selector says nothing"),
        ("classes: {phi: {allowed: [US}\n", "the estate file cannot be read"),
    ] {
        let (found, _, _) = fault(text);
        assert!(found.contains(message), "{found}");
        assert!(!found.contains("::") && !found.contains("struct"), "{found}");
    }
}

const WAIVER: &str =
    "rule: NET-OBJ-PUBLIC, resource: aws_s3_bucket.site, reason: public by design, by: ciso, until: 2027-01-31";

#[test]
fn a_whole_waiver_counts_until_its_day() {
    let estate = parse(&format!("waivers: [{{{WAIVER}}}]\n"));
    let [waiver] = estate.waivers.as_slice() else { panic!("there is one waiver") };
    assert_eq!((waiver.by.as_str(), waiver.until), ("ciso", date(2027, 1, 31)));
    assert!(waiver.holds_on(date(2027, 1, 31)) && !waiver.holds_on(date(2027, 2, 1)));
    assert!(estate.expired(date(2027, 1, 31)).is_empty());
    let [note] = &estate.expired(date(2027, 2, 1))[..] else { panic!("there is one note") };
    assert_eq!(note.kind, NoteKind::Configuration);
    assert!(note.message.contains("ended on 2027-01-31") && note.span.is_some());
}

/// A waiver that does not say who and why accepts nothing, and a green build must not hang on a typo.
#[test]
fn a_waiver_that_lacks_something_does_not_count_and_is_told_of() {
    for lacks in ["rule", "resource", "reason", "by", "until"] {
        let fields: Vec<_> = WAIVER.split(", ").filter(|field| !field.starts_with(&format!("{lacks}:"))).collect();
        let estate = parse(&format!("waivers: [{{{}}}]\n", fields.join(", ")));
        assert!(estate.waivers.is_empty(), "{lacks}");
        let [note] = estate.notes.as_slice() else { panic!("one note for {lacks}") };
        assert!(note.message.ends_with(&format!("it lacks `{lacks}`")), "{}", note.message);
    }
    let estate = parse(&format!("waivers: [{{{}}}]\n", WAIVER.replace("2027-01-31", "next spring")));
    assert!(estate.waivers.is_empty());
    assert_eq!(estate.notes[0].message, "a waiver of `NET-OBJ-PUBLIC` does not count: `next spring` is not a day");
}

#[test]
fn what_is_said_of_a_rule_needs_a_reason() {
    let estate = parse("rules:\n  NET-VM-PUBLIC: {disabled: true}\n  NET-FW-ANY: {severity: low, reason: lab}\n");
    let library = Library::embedded();
    let said = |id| estate.rule(library.rule(id).expect("it exists").1).cloned();
    assert_eq!(said("NET-FW-ANY").and_then(|said| said.severity), Some(Severity::Low));
    assert_eq!(said("NET-VM-PUBLIC"), None);
    assert_eq!(estate.notes[0].message, "what is said of rule `NET-VM-PUBLIC` does not count: it lacks `reason`");
}

#[test]
fn rules_that_do_not_exist_are_told_of() {
    let estate = parse("rules: {NET-OBJ-PUBLICK: {disabled: true, reason: r}}\n");
    let [note] = &estate.unknown_rules(&Library::embedded())[..] else { panic!("there is one note") };
    assert_eq!(note.message, "the estate file speaks of rule `NET-OBJ-PUBLICK`, which does not exist");
    assert_eq!(note.help.as_deref(), Some("did you mean `NET-OBJ-PUBLIC`?"));
}

#[test]
fn accounts_are_ones_own_only_where_the_file_lists_them() {
    assert_eq!(parse("whole: true\n").own_accounts(), None);
    assert_eq!(parse("accounts: []\n").own_accounts(), Some(BTreeSet::new()));
    let listed = parse("accounts: [{provider: aws, id: \"111122223333\", home: DE}]\n").own_accounts();
    assert_eq!(listed, Some(BTreeSet::from(["111122223333".into()])));
}

fn schema() -> Value {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/estate.schema.json"));
    serde_json::from_str(&text.expect("it is there")).expect("it is JSON")
}

/// A node of the schema, behind a reference if it is one.
fn resolved<'s>(schema: &'s Value, node: &'s Value) -> &'s Value {
    match node["$ref"].as_str() {
        Some(path) => schema.pointer(path.trim_start_matches('#')).expect("the reference leads somewhere"),
        None => node,
    }
}

/// A value with every key that the schema knows.
fn sample(schema: &Value, node: &Value) -> Value {
    let node = resolved(schema, node);
    if let Some(example) = node["examples"].get(0).or_else(|| node["enum"].get(0)) {
        return example.clone();
    }
    match node["type"].as_str() {
        Some("boolean") => Value::Bool(true),
        Some("integer") => Value::from(7),
        Some("array") => Value::Array(vec![sample(schema, &node["items"])]),
        Some("object") => {
            let mut all = Map::new();
            for (key, child) in node["properties"].as_object().into_iter().flatten() {
                all.insert(key.clone(), sample(schema, child));
            }
            if node["additionalProperties"].is_object() {
                all.insert("personal".into(), sample(schema, &node["additionalProperties"]));
            }
            Value::Object(all)
        }
        // a class and a vendor's id alike
        _ => Value::from("personal"),
    }
}

/// Every object of the schema: its keys, and a document in which an unknown key stands in that object.
fn objects(schema: &Value, node: &Value, wrap: &dyn Fn(Value) -> Value, found: &mut Vec<(BTreeSet<String>, Value)>) {
    let node = resolved(schema, node);
    if node["type"] == "array" {
        return objects(schema, &node["items"], &|inner| wrap(Value::Array(vec![inner])), found);
    }
    if node["additionalProperties"].is_object() {
        let inside = |inner| wrap(Value::Object(Map::from_iter([("personal".to_owned(), inner)])));
        return objects(schema, &node["additionalProperties"], &inside, found);
    }
    let Some(properties) = node["properties"].as_object() else { return };
    let unknown = Value::Object(Map::from_iter([("zzzzzz".to_owned(), Value::Null)]));
    found.push((properties.keys().cloned().collect(), wrap(unknown)));
    for (key, child) in properties {
        // what the object needs stands before the key, so that the parser comes to it
        let inside = |inner| wrap(Value::Object(Map::from_iter([(key.clone(), inner)])));
        objects(schema, child, &inside, found);
    }
}

#[test]
fn schema_and_parser_know_the_same_keys() {
    let schema = schema();
    let mut all = Vec::new();
    objects(&schema, &schema, &|inner| inner, &mut all);
    assert!(all.len() > 15, "{}", all.len());
    for (keys, document) in all {
        let text = document.to_string();
        let error = Estate::parse(&text, "deodar.yaml", None).expect_err("`zzzzzz` is no key");
        let advice = error.advice().unwrap_or_default().to_owned();
        let known: BTreeSet<String> = advice.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        assert_eq!(known, keys, "{text}: {error}");
    }
}

#[test]
fn what_the_schema_describes_is_read() {
    let schema = schema();
    let all = sample(&schema, &schema);
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let faults: Vec<_> =
        validator.iter_errors(&all).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:?}");
    let estate = parse(&all.to_string());
    assert!(estate.notes.is_empty(), "{:?}", estate.notes);
    assert_eq!((estate.waivers.len(), estate.rules.len(), estate.flows.len(), estate.agents.len()), (1, 1, 1, 1));
}

#[test]
fn the_schema_lists_every_kind() {
    let kinds: Vec<_> = KindName::ALL.iter().map(|kind| kind.name()).collect();
    assert_eq!(schema()["$defs"]["kind"]["enum"], Value::from(kinds));
}

/// Every estate file of the repository is an example.
#[test]
fn the_examples_fit_schema_and_parser() {
    let validator = jsonschema::validator_for(&schema()).expect("it is a schema");
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")];
    let mut seen = 0;
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("it is a folder") {
            let path = entry.expect("it can be read").path();
            if path.is_dir() {
                open.push(path);
            } else if path.ends_with("deodar.yaml") {
                let text = std::fs::read_to_string(&path).expect("it is text");
                let value: Option<Value> = serde_saphyr::from_str(&text).expect("it is YAML");
                let value = value.unwrap_or_else(|| Value::Object(Map::new()));
                let faults: Vec<_> =
                    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
                assert!(faults.is_empty(), "{}: {faults:?}", path.display());
                let estate = Estate::parse(&text, "deodar.yaml", None);
                assert!(estate.is_ok_and(|estate| estate.notes.is_empty()), "{}", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen > 5, "{seen}");
}

/// The page's example is read as a person would copy it.
#[test]
fn the_example_of_the_documentation_is_read() {
    let page =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/estate.md")).expect("it is there");
    let example = page.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("it has an example");
    let estate = parse(example);
    assert!(estate.notes.is_empty() && estate.unknown_rules(&Library::embedded()).is_empty(), "{:?}", estate.notes);
    assert_eq!((estate.classes.len(), estate.waivers.len(), estate.whole), (3, 1, true));
}
