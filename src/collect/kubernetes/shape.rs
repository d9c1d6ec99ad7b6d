//! An object as the API server gives it, to an entry of the snapshot: what was wished for, not how it goes; no value that
//! is or may be a secret.

use serde_json::{Map, Value};

use super::super::snapshot::{Entry, is_secret};
use super::kinds::Kind;
use crate::value::secret;

/// The entry of an object that a list of `kind` holds; none if it has no name.
pub(super) fn entry(kind: &Kind, version: &str, object: Value) -> Option<Entry> {
    let Value::Object(mut object) = object else { return None };
    let metadata = object.get_mut("metadata")?.as_object_mut()?;
    let text = |name: &str| metadata.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = text("name").filter(|name| !name.is_empty())?;
    let id = match text("namespace") {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name,
    };
    bookkeeping(metadata);
    match &*kind.kind {
        "ConfigMap" => config_map(&mut object),
        "Secret" => only_metadata(&mut object),
        _ => {}
    }
    // how things go changes from minute to minute, and may hold what a program printed; of a node it says what runs there
    let status = object.remove("status");
    if kind.kind == "Node"
        && let Some(info) = status.and_then(|mut status| status.get_mut("nodeInfo").map(Value::take))
    {
        object.insert("status".to_owned(), Value::Object(Map::from_iter([("nodeInfo".to_owned(), info)])));
    }
    // the items of a list do not repeat what they are
    object.insert("apiVersion".to_owned(), Value::String(version.to_owned()));
    object.insert("kind".to_owned(), Value::String(kind.kind.clone()));
    let mut properties = Value::Object(object);
    redact("", &mut properties);
    Some(Entry { native_type: kind.native_type(), id, arn: None, region: None, properties, unknown: Vec::new() })
}

/// Whose place in `metadata` is kept.
const KEPT: &[&str] =
    &["name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "uid", "creationTimestamp"];

/// Annotations in which a tool keeps the object as it was applied, secrets and all.
const COPIES: &[&str] =
    &["last-applied-configuration", "last-applied", "last-handled-configuration", "/applied", "/original"];

fn bookkeeping(metadata: &mut Map<String, Value>) {
    metadata.retain(|key, _| KEPT.contains(&&**key));
    if metadata.get("annotations").and_then(Value::as_object).is_some_and(|notes| notes.keys().all(|key| is_copy(key)))
    {
        metadata.remove("annotations");
    }
}

fn is_copy(key: &str) -> bool {
    COPIES.iter().any(|copy| key.ends_with(copy))
}

/// What stands in annotations, JSON as well; copies of objects go.
fn annotations(notes: &mut Map<String, Value>) {
    notes.retain(|key, value| {
        let document = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        let Some(mut document) = document.filter(|document| document.is_object() || document.is_array()) else {
            redact(key, value);
            return !is_copy(key);
        };
        let before = document.clone();
        redact(key, &mut document);
        if document != before {
            *value = Value::String(document.to_string());
        }
        let copy = document.get("apiVersion").is_some() && document.get("kind").is_some();
        !(copy || is_copy(key))
    });
}

/// Nothing else was asked for; should a server have sent more, it is thrown away.
fn only_metadata(object: &mut Map<String, Value>) {
    object.retain(|key, _| key == "metadata");
}

fn config_map(object: &mut Map<String, Value>) {
    for field in ["data", "binaryData"] {
        let Some(Value::Object(values)) = object.get_mut(field) else { continue };
        for (key, value) in values.iter_mut() {
            hide(key, value);
        }
    }
}

/// Replaces a value. Whether something is on is no secret, and rules ask for it.
fn hide(name: &str, value: &mut Value) {
    let text = match &*value {
        Value::String(text) if !matches!(&**text, "" | "true" | "false") => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::String(_) | Value::Null | Value::Bool(_) => return,
        Value::Array(_) | Value::Object(_) => return redact(name, value),
    };
    let mark = if is_secret(name, &text) { secret::REDACTED_SECRET } else { secret::REDACTED };
    *value = Value::from(mark);
}

/// By what objects are chosen: no place for a secret, and of no use without its values.
const CHOOSE: &[&str] = &["labels", "matchLabels", "selector", "nodeSelector"];

/// Replaces, wherever it stands, what the values of environment variables are, what of a command line is a credential,
/// and everything else that is one by its name or its own form. `name` is the key that it stands under.
fn redact(name: &str, value: &mut Value) {
    match value {
        Value::Object(map) => {
            let chooses = CHOOSE.contains(&name);
            for (key, value) in map.iter_mut() {
                match (&**key, value) {
                    ("env", Value::Array(variables)) => variables.iter_mut().for_each(variable),
                    ("env", Value::Object(variables)) => {
                        variables.iter_mut().for_each(|(name, value)| hide(name, value))
                    }
                    ("command" | "args", Value::Array(words)) => command(words),
                    ("annotations", Value::Object(notes)) => annotations(notes),
                    (_, value @ Value::String(_)) if chooses => redact("", value),
                    (key, value) => redact(key, value),
                }
            }
        }
        Value::Array(items) => {
            items.iter_mut().for_each(named);
            items.iter_mut().for_each(|item| redact(name, item));
        }
        Value::String(text) if is_secret(name, text) => *text = secret::REDACTED_SECRET.to_owned(),
        Value::Number(number) if is_secret(name, &number.to_string()) => *value = secret::REDACTED_SECRET.into(),
        _ => {}
    }
}

/// A variable of a container's environment.
fn variable(variable: &mut Value) {
    let name = variable.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    match variable.get_mut("value") {
        Some(value) => hide(&name, value),
        None => redact("", variable),
    }
}

/// A pair of a name and a value, as headers of a probe are.
fn named(item: &mut Value) {
    let Some(name) = item.get("name").and_then(Value::as_str).map(str::to_owned) else { return };
    if let Some(value) = item.get_mut("value") {
        redact(&name, value);
        if name.eq_ignore_ascii_case("authorization") && value.is_string() {
            *value = secret::REDACTED_SECRET.into();
        }
    }
}

/// `--password=hunter2`, `--password hunter2`, `sh -c "export TOKEN=…"`: the flag stays, the value goes.
fn command(words: &mut [Value]) {
    let mut flag = String::new();
    for word in words {
        let before = std::mem::take(&mut flag);
        let text = match word {
            Value::String(text) => text,
            Value::Array(words) => {
                command(words);
                continue;
            }
            other => {
                redact(before.as_str(), other);
                continue;
            }
        };
        flag.clone_from(text);
        let follows = before.starts_with('-') && !before.contains('=') && !text.starts_with('-');
        if (follows && secret::is_credential(&before, text)) || secret::is_credential_text(text) {
            *text = secret::REDACTED_SECRET.to_owned();
        } else if is_secret("", text) {
            *text = match text.split_once('=') {
                Some((name, _)) if name.starts_with('-') && !name.contains(char::is_whitespace) => {
                    format!("{name}={}", secret::REDACTED_SECRET)
                }
                _ => secret::REDACTED_SECRET.to_owned(),
            };
        }
    }
}
