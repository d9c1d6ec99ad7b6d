//! An object as the API server gives it, to an entry of the snapshot: what was wished for, not how it goes; no value that
//! is or may be a secret.

use serde_json::{Map, Value};

use super::super::snapshot::Entry;
use super::kinds::Kind;
use crate::value::secret;

/// The entry of an object that a list of `kind` holds; none if it has no name.
pub(super) fn entry(kind: &Kind, version: &str, object: Value) -> Option<Entry> {
    let Value::Object(mut object) = object else { return None };
    let metadata = object.get_mut("metadata")?.as_object_mut()?;
    let text = |name: &str| metadata.get(name).and_then(Value::as_str).map(str::to_owned);
    let name = text("name")?;
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
    redact(&mut properties);
    Some(Entry { native_type: kind.native_type(), id, arn: None, region: None, properties, unknown: Vec::new() })
}

/// Whose place in `metadata` is kept.
const KEPT: &[&str] =
    &["name", "generateName", "namespace", "labels", "annotations", "ownerReferences", "uid", "creationTimestamp"];

/// Annotations in which a tool keeps the object as it was applied, secrets and all.
const COPIES: &[&str] = &["last-applied-configuration", "last-applied", "/applied"];

fn bookkeeping(metadata: &mut Map<String, Value>) {
    metadata.retain(|key, _| KEPT.contains(&&**key));
    if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
        annotations.retain(|key, _| !COPIES.iter().any(|copy| key.ends_with(copy)));
        for (key, value) in annotations.iter_mut() {
            if let Value::String(text) = value
                && secret::is_credential(key, text)
            {
                *text = secret::REDACTED_SECRET.to_owned();
            }
        }
        if annotations.is_empty() {
            metadata.remove("annotations");
        }
    }
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
    if let Value::String(text) = value
        && !matches!(&**text, "" | "true" | "false")
    {
        let credential = secret::is_credential(name, text) || secret::text_holds_credential(text);
        *text = if credential { secret::REDACTED_SECRET } else { secret::REDACTED }.to_owned();
    }
}

/// Replaces, wherever it stands, what the values of environment variables are, what of a command line is a credential,
/// and every text that is a credential by its own form.
fn redact(value: &mut Value) {
    match value {
        Value::Object(map) => {
            for (key, value) in map.iter_mut() {
                match (&**key, value) {
                    ("env", Value::Array(variables)) => variables.iter_mut().for_each(variable),
                    ("command" | "args", Value::Array(words)) => command(words),
                    (_, value) => redact(value),
                }
            }
        }
        Value::Array(items) => {
            named(items);
            items.iter_mut().for_each(redact);
        }
        Value::String(text) if secret::is_credential_text(text) => *text = secret::REDACTED_SECRET.to_owned(),
        _ => {}
    }
}

/// A variable of a container's environment.
fn variable(variable: &mut Value) {
    let name = variable.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    match variable.get_mut("value") {
        Some(value) => hide(&name, value),
        None => redact(variable),
    }
}

/// Pairs of a name and a value, as headers of a probe are.
fn named(items: &mut [Value]) {
    for item in items {
        let Some(name) = item.get("name").and_then(Value::as_str).map(str::to_owned) else { continue };
        if let Some(Value::String(text)) = item.get_mut("value")
            && (secret::is_credential(&name, text) || name.eq_ignore_ascii_case("authorization"))
        {
            *text = secret::REDACTED_SECRET.to_owned();
        }
    }
}

/// `--password=hunter2`, `--password hunter2`, `sh -c "export TOKEN=…"`: the flag stays, the value goes.
fn command(words: &mut [Value]) {
    let mut flag = String::new();
    for word in words {
        let Value::String(text) = word else { continue };
        let before = std::mem::replace(&mut flag, text.clone());
        let follows = before.starts_with('-') && !before.contains('=') && !text.starts_with('-');
        if (follows && secret::is_credential(&before, text)) || secret::is_credential_text(text) {
            *text = secret::REDACTED_SECRET.to_owned();
        } else if secret::text_holds_credential(text) {
            *text = match text.split_once('=') {
                Some((name, _)) if name.starts_with('-') && !name.contains(char::is_whitespace) => {
                    format!("{name}={}", secret::REDACTED_SECRET)
                }
                _ => secret::REDACTED_SECRET.to_owned(),
            };
        }
    }
}
