//! Credentials in plain sight: user data, environment values.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::provider::secrets::{credential, text_holds_credential};
use crate::value::{Known, Node, Redacted, State, Value, any};

/// User data of a machine: as text, or as base64 (templates want it so).
pub(super) fn user_data(body: &Node) -> Known<bool> {
    let said = ["user_data", "user_data_base64"].map(|path| script(body, path));
    any(said).and_at(&body.origins)
}

fn script(body: &Node, path: &str) -> Known<bool> {
    let found = body.at_path(path);
    let State::Set(node) = found.state else { return body.text(path).map(|_| false).or_default(false) };
    match &node.value {
        Value::Text(text) => {
            // what is known of it may tell by itself; what is not known is a name or an address in nearly every case
            let plain: String = text
                .pieces()
                .into_iter()
                .map(|piece| match piece {
                    crate::value::Piece::Known(known) => known,
                    crate::value::Piece::Hole(_) => "${}",
                })
                .collect();
            if text_holds_credential(&plain) {
                return Known::set(true, node.origins.clone());
            }
            let secret = text.holes.iter().any(|hole| {
                let inside = Node { value: Value::Unknown(hole.clone()), origins: node.origins.clone() };
                credential("", &inside).value() == Some(&true)
            });
            Known::set(secret, node.origins.clone())
        }
        Value::Redacted(Redacted::Secret | Redacted::Plain) => credential("", node),
        _ => node.text("").map(|text| {
            text_holds_credential(&text) || decoded(&text).is_some_and(|text| text_holds_credential(&text))
        }),
    }
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

/// Environment values: a map of names to values.
pub(super) fn environment(body: &Node, path: &str) -> Known<bool> {
    let maps = body.each(path);
    let whole = maps.iter().filter_map(|map| match &map.value {
        Value::Unknown(unknown) => Some(Known::unknown(unknown.clone(), map.origins.clone())),
        _ => None,
    });
    let said = maps.iter().flat_map(|map| map.entries()).map(|entry| credential(&entry.key, &entry.value));
    any(said.chain(whole)).and_at(&body.origins)
}

/// Whether a credential is written out under `name`; what comes from elsewhere is not.
pub(super) fn written(body: &Node, name: &str) -> Known<bool> {
    match body.get(name) {
        Some(node) if !matches!(node.value, Value::Unknown(_)) => credential(name, node),
        Some(node) => Known::set(false, node.origins.clone()),
        None => Known::default_of(false, body.origins.clone()),
    }
}
