//! From what the API says of a resource to CloudFormation's properties of it, in the order in which tables are read;
//! and no secret at a place that a table names gets further than here. What is a credential wherever it stands is cut out
//! when the resource is written.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::path::Path;
use super::table::{Question, Type};
use super::template::Names;
use crate::collect::snapshot::{Gap, replace, screen};

/// The part of an answer that a question wants; none where it is not there.
pub(super) fn wanted(question: &Question, mut answer: Value) -> Option<Value> {
    if let Some(path) = &question.csv {
        path.change(&mut answer, &mut |_, value| *value = rows(value));
    }
    let mut taken = match &question.take {
        None => answer,
        Some(path) if path.many() => Value::Array(path.all(&answer).into_iter().cloned().collect()),
        Some(path) => path.get(&answer)?.clone(),
    };
    // paths of a question are read in what was taken
    question.json.iter().for_each(|path| path.change(&mut taken, &mut |_, value| parse(value)));
    question.pairs.iter().for_each(|path| path.change(&mut taken, &mut |_, value| pair(value)));
    Some(taken)
}

/// Puts what was taken where the question says.
pub(super) fn merge(question: &Question, item: &mut Value, taken: Value) {
    match (&question.into, item, taken) {
        (Some(path), item, taken) => path.set(item, taken),
        (None, Value::Object(item), Value::Object(taken)) => item.extend(taken),
        // the answer to a question about one is a list of one
        (None, Value::Object(item), Value::Array(mut taken)) if taken.first().is_some_and(Value::is_object) => {
            if let Value::Object(first) = taken.swap_remove(0) {
                item.extend(first);
            }
        }
        (None, _, _) => {}
    }
}

/// Makes properties of an item.
pub(super) fn shape(of: &Type, item: &mut Value, names: &Names<'_>, gaps: &mut Vec<Gap>) {
    // what is set may name what is moved away below
    let set: Vec<_> = of.set.iter().filter_map(|(name, value)| Some((name, names.value(value).ok()?))).collect();
    if let Value::Object(map) = item {
        map.extend(set.into_iter().map(|(name, value)| (name.clone(), value)));
    }
    of.json.iter().for_each(|path| path.change(item, &mut |_, value| parse(value)));
    of.pairs.iter().for_each(|path| path.change(item, &mut |_, value| pair(value)));
    for (path, words) in &of.values {
        let Ok(path) = Path::try_from(path.clone()) else { continue };
        path.change(item, &mut |_, value| {
            let word = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if let Some(other) = words.get(&word) {
                *value = other.clone();
            }
        });
    }
    if let Some(pascal) = &of.pascal {
        let except: Vec<String> = pascal.except.iter().map(Path::to_string).collect();
        enlarge(item, "", &except);
        gaps.iter_mut().for_each(|gap| gap.at = gap.at.split('.').map(large).collect::<Vec<_>>().join("."));
    }
    for step in &of.shape {
        step.from.shift(&step.to, item);
        follow(gaps, &step.from, &step.to);
    }
    of.secret.iter().for_each(|path| replace(item, &path.to_string()));
    of.screen.iter().for_each(|path| screen(item, &path.to_string()));
    of.drop.iter().for_each(|path| path.remove(item));
    present(item);
}

/// A gap goes where the attribute would have gone.
fn follow(gaps: &mut Vec<Gap>, from: &Path, to: &Path) {
    let (whole, from, to) = (from.to_string(), from.trunk(), to.trunk());
    let mut more = Vec::new();
    for gap in gaps.iter_mut().filter(|gap| !gap.at.is_empty()) {
        if gap.at == whole || (gap.at == from && whole.ends_with("[]")) {
            gap.at.clone_from(&to);
        } else if let Some(below) = gap.at.strip_prefix(&whole).and_then(|rest| rest.strip_prefix('.')) {
            gap.at = format!("{to}.{below}");
        } else if whole.strip_prefix(&gap.at).is_some_and(|rest| rest.starts_with(['.', '['])) {
            // only a part of what is missing would have moved
            more.push(Gap { at: to.clone(), ..gap.clone() });
        }
    }
    gaps.append(&mut more);
    let mut seen = std::collections::BTreeSet::new();
    gaps.retain(|gap| seen.insert((gap.at.clone(), gap.call.clone())));
}

/// A text that holds JSON, maybe percent-encoded, becomes what it holds; one that does not stays.
fn parse(value: &mut Value) {
    let Some(text) = value.as_str() else { return };
    let plain = serde_json::from_str(text).ok();
    let decoded = || serde_json::from_str(&percent_encoding::percent_decode_str(text).decode_utf8().ok()?).ok();
    if let Some(parsed) = plain.or_else(decoded) {
        *value = parsed;
    }
}

/// `{a: b}` becomes `[{Key: a, Value: b}]`.
fn pair(value: &mut Value) {
    if let Value::Object(map) = value {
        let pairs = std::mem::take(map).into_iter().map(|(key, value)| json!({"Key": key, "Value": value}));
        *value = Value::Array(pairs.collect());
    }
}

/// Lines of comma-separated values in base64 become objects; anything else stays as it is.
fn rows(value: &Value) -> Value {
    let read = || {
        let text = STANDARD.decode(value.as_str()?).ok()?;
        let mut lines = csv::Reader::from_reader(text.as_slice());
        let names = lines.headers().ok()?.clone();
        let row = |line: csv::StringRecord| {
            let cells = names.iter().zip(line.iter()).map(|(name, cell)| (name.to_owned(), Value::from(cell)));
            Value::Object(cells.collect::<Map<_, _>>())
        };
        lines.records().map(|line| line.ok().map(row)).collect::<Option<Vec<_>>>().map(Value::Array)
    };
    read().unwrap_or_else(|| value.clone())
}

fn large(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Makes the first letters of all names large, but not below `except`.
fn enlarge(value: &mut Value, at: &str, except: &[String]) {
    match value {
        Value::Object(map) if except.iter().any(|path| path == at) && !map.is_empty() => {}
        Value::Object(map) => {
            let old = std::mem::take(map);
            for (name, mut below) in old {
                let path = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                enlarge(&mut below, &path, except);
                map.insert(large(&name), below);
            }
        }
        Value::Array(list) => {
            let path = format!("{at}[]");
            list.iter_mut().for_each(|below| enlarge(below, &path, except));
        }
        _ => {}
    }
}

/// What AWS answers as null is not set.
fn present(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, below| !below.is_null());
            map.values_mut().for_each(present);
        }
        Value::Array(list) => list.iter_mut().for_each(present),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::snapshot::GapState;

    /// A type whose table says `rest`.
    fn of(rest: &str) -> Type {
        let rest = rest.trim_end().replace('\n', "\n    ");
        let text = format!("service: x\ntypes:\n  - type: T\n    single: {{ call: Get }}\n    {rest}\n");
        crate::collect::aws::table::Service::parse(&text).unwrap().types.remove(0)
    }

    fn gap(at: &str) -> Gap {
        let call = "x:Get".to_owned();
        Gap { at: at.to_owned(), state: GapState::Refused, call, permission: None, message: None }
    }

    /// What becomes of an item and of a gap in it.
    fn shaped(rest: &str, mut item: Value, at: &str) -> (Value, Vec<String>) {
        let whole = item.clone();
        let names = Names {
            item: &whole,
            bare: &Value::Null,
            id: Some("i"),
            arn: None,
            region: "r",
            account: "1",
            partition: "aws",
            parent: None,
        };
        let mut gaps = vec![gap(at)];
        shape(&of(rest), &mut item, &names, &mut gaps);
        (item, gaps.into_iter().map(|gap| gap.at).collect())
    }

    #[test]
    fn a_gap_follows_the_moves() {
        let cases = [
            ("shape: [A -> B]", "A", vec!["B"]),
            ("shape: [A -> B.C]", "A.X", vec!["B.C.X"]),
            ("shape: [\"A[].X -> B[]\"]", "A", vec!["A", "B"]),
            ("shape: [\"A.X -> B\"]", "A", vec!["A", "B"]),
            ("shape: [A -> B]", "Other", vec!["Other"]),
            ("shape: [A -> B]", "", vec![""]),
            ("pascal: {}\nshape: [Tags -> T]", "tags", vec!["T"]),
        ];
        for (rest, at, expected) in cases {
            assert_eq!(shaped(rest, json!({}), at).1, expected, "{rest} with {at}");
        }
    }

    #[test]
    fn words_pairs_and_letters() {
        let (item, _) = shaped(
            "pairs: [tags]\nvalues: { state: { ENABLED: true } }\npascal: { except: [env, \"list[].labels\"] }\nset: { Own: \"$id/$name\" }",
            json!({"name": "n", "tags": {"a": "b"}, "state": "ENABLED", "env": {"lower": 1}, "list": [{"labels": {"x": 1}, "y": 2}]}),
            "",
        );
        let expected = json!({"Name": "n", "Tags": [{"Key": "a", "Value": "b"}], "State": true, "Env": {"lower": 1},
            "List": [{"Labels": {"x": 1}, "Y": 2}], "Own": "i/n"});
        assert_eq!(item, expected);
    }

    #[test]
    fn policies_are_read_and_texts_that_are_none_stay() {
        let (item, _) = shaped("json: [A, B, C]", json!({"A": "{\"x\":1}", "B": "%7B%22y%22%3A2%7D", "C": "no"}), "");
        assert_eq!(item, json!({"A": {"x": 1}, "B": {"y": 2}, "C": "no"}));
    }

    #[test]
    fn no_secret_leaves() {
        let data = STANDARD.encode("#!/bin/sh\nexport DB_PASSWORD=hunter2hunter2\n");
        let (item, _) = shaped(
            "secret: [\"Env.*\", UserData]",
            json!({"Env": {"DB_PASSWORD": "tr0ub4dor&3x", "MODE": "blue", "LIST": ["x"]}, "UserData": data}),
            "",
        );
        let expected = json!({"Env": {"DB_PASSWORD": "(redacted: secret)", "MODE": "(redacted)", "LIST": ["(redacted)"]},
            "UserData": "(redacted: secret)"});
        assert_eq!(item, expected);
    }

    #[test]
    fn of_a_command_only_its_credentials_go() {
        let command = json!({"Tasks": [{"Command": ["serve", "--token", "f00ba7xyz", "--port=80"]}]});
        let (item, _) = shaped("screen: [\"Tasks[].Command\"]", command, "");
        assert_eq!(item["Tasks"][0]["Command"], json!(["serve", "--token", "(redacted: secret)", "--port=80"]));
    }

    #[test]
    fn in_a_list_of_pairs_the_name_speaks_of_the_value() {
        let pairs = json!({"Env": [{"Name": "API_KEY", "Value": "s3cr3t9xK2v"}, {"Name": "MODE", "Value": "blue"}]});
        let (item, _) = shaped("secret: [\"Env[].Value\"]", pairs, "");
        let values: Vec<_> =
            item["Env"].as_array().unwrap().iter().map(|pair| pair["Value"].as_str().unwrap()).collect();
        assert_eq!(values, ["(redacted: secret)", "(redacted)"]);
    }

    #[test]
    fn a_report_in_lines_becomes_rows() {
        let question: Question = serde_saphyr::from_str("call: Get\ntake: Content\ninto: Users\ncsv: Content").unwrap();
        let answer = json!({"Content": STANDARD.encode("user,mfa_active\nann,true\n"), "Other": 1});
        let taken = wanted(&question, answer).unwrap();
        let mut item = json!({});
        merge(&question, &mut item, taken);
        assert_eq!(item, json!({"Users": [{"user": "ann", "mfa_active": "true"}]}));
    }
}
