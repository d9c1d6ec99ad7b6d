//! Leaves secrets out where they are read: what stands at a path, and what is a credential by its own form wherever it
//! stands. What is left in its place says whether it was a credential, so that the verdict is the same without it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::value::secret::{REDACTED, REDACTED_SECRET, is_credential, text_holds_credential, without_credentials};

/// Replaces every text and number at `path`, and below it. A step is a key or `*` for all keys; it may end in `[]`, and
/// passes through lists without it, too: `Environment.Variables.*`, `ContainerDefinitions[].Environment[].Value`.
pub fn replace(document: &mut Value, path: &str) {
    at(document, path, "", &|name, value| each(name, value, &|name, text| Some(mark(is_secret(name, text)))));
}

/// As [`replace`], but of what is no credential by any sign nothing is taken: arguments, configuration.
pub fn screen(document: &mut Value, path: &str) {
    let mark_secret = |name: &str, text: &str| is_secret(name, text).then(|| mark(true));
    at(document, path, "", &|name, value| each(name, value, &mark_secret));
}

/// Cuts out of every text what is a credential by its own form.
pub(super) fn sweep(document: &mut Value) {
    match document {
        Value::String(text) => {
            if let Some(kept) = without_credentials(text) {
                *text = kept;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(sweep),
        // the id of an access key is no secret, and other settings are told by it
        Value::Object(entries) => entries.iter_mut().filter(|(key, _)| *key != "AccessKeyId").for_each(|(_, value)| {
            sweep(value);
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn mark(secret: bool) -> Value {
    Value::from(if secret { REDACTED_SECRET } else { REDACTED })
}

/// Whether a text is a credential under its name, holds one, or does so when it is decoded (user data).
pub fn is_secret(name: &str, text: &str) -> bool {
    let decoded = || String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok();
    is_credential(name, text)
        || text_holds_credential(text)
        || decoded().is_some_and(|decoded| text_holds_credential(&decoded))
}

/// Calls `change` with every value at `path` and what it is called: its key, or what its neighbour `Name` says.
fn at(value: &mut Value, path: &str, name: &str, change: &dyn Fn(&str, &mut Value)) {
    if path.is_empty() {
        return change(name, value);
    }
    if let Value::Array(items) = value {
        return items.iter_mut().for_each(|item| at(item, path, name, change));
    }
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let step = step.trim_end_matches("[]");
    match value {
        _ if step.is_empty() => at(value, rest, name, change),
        Value::Object(entries) => {
            let neighbour = ["Name", "name", "Key", "key"].iter().find_map(|key| entries.get(*key)?.as_str());
            let neighbour = neighbour.map(str::to_owned);
            for (key, value) in entries.iter_mut().filter(|(key, _)| step == "*" || *key == step) {
                let named = key.eq_ignore_ascii_case("value").then_some(neighbour.as_deref()).flatten();
                at(value, rest, named.unwrap_or(key), change);
            }
        }
        _ => {}
    }
}

/// Replaces what `with` gives another text for, in a value and below it. An item that follows a flag has its name.
fn each(name: &str, value: &mut Value, with: &dyn Fn(&str, &str) -> Option<Value>) {
    match value {
        Value::Array(items) => {
            let mut flag = None;
            for item in items {
                let before = flag.take();
                flag = item.as_str().filter(|text| text.starts_with('-') && !text.contains('=')).map(str::to_owned);
                each(before.as_deref().unwrap_or(name), item, with);
            }
        }
        Value::Object(entries) => entries.iter_mut().for_each(|(key, value)| each(key, value, with)),
        Value::Null => {}
        _ => {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            if !text.is_empty()
                && let Some(marked) = with(name, &text)
            {
                *value = marked;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_stands_at_a_path_is_replaced_and_the_mark_says_what_it_was() {
        let mut function = json!({"Environment": {"Variables": {"DB_PASSWORD": "hunter2", "STAGE": "prod", "N": 3}}});
        replace(&mut function, "Environment.Variables.*");
        let expected = json!({"DB_PASSWORD": "(redacted: secret)", "STAGE": "(redacted)", "N": "(redacted)"});
        assert_eq!(function["Environment"]["Variables"], expected);
        let mut task = json!({"ContainerDefinitions": [{"Environment": [
            {"Name": "API_KEY", "Value": "d3adb33fc0ffee"}, {"Name": "API_KEY_FILE", "Value": "/run/key"}]}]});
        replace(&mut task, "ContainerDefinitions[].Environment[].Value");
        let expected = json!([{"Name": "API_KEY", "Value": "(redacted: secret)"},
            {"Name": "API_KEY_FILE", "Value": "(redacted)"}]);
        assert_eq!(task["ContainerDefinitions"][0]["Environment"], expected);
    }

    #[test]
    fn user_data_is_told_through_its_encoding() {
        let mut machine = json!({"UserData": STANDARD.encode("#!/bin/sh\nexport TOKEN=f00ba7\n")});
        replace(&mut machine, "UserData");
        assert_eq!(machine, json!({"UserData": "(redacted: secret)"}));
    }

    #[test]
    fn arguments_are_kept_but_for_credentials() {
        let mut pod =
            json!({"spec": {"containers": [{"args": ["--port", "80", "--password", "hunter2", "--token=f00ba7"]}]}});
        screen(&mut pod, "spec.containers[].args");
        let expected = json!(["--port", "80", "--password", "(redacted: secret)", "(redacted: secret)"]);
        assert_eq!(pod["spec"]["containers"][0]["args"], expected);
    }

    #[test]
    fn a_credential_is_cut_out_wherever_it_stands() {
        let mut role = json!({"Policies": [{"Document": "{\"Sid\": \"AKIAIOSFODNN7EXAMPLE\"}"}],
            "Keys": [{"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}]});
        sweep(&mut role);
        assert_eq!(role["Policies"][0]["Document"], "{\"Sid\": \"(redacted: secret)\"}");
        assert_eq!(role["Keys"][0]["AccessKeyId"], "AKIAIOSFODNN7EXAMPLE");
    }
}
