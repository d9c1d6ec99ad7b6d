//! Answers to JSON with the API's own names, whatever the protocol: times as RFC 3339, blobs as base 64.
//!
//! **Invariant:** what is broken is an error. A body that ends early, an empty body where there should be one, or a page
//! of a proxy is never read as an answer that holds nothing.

pub(super) mod error;
mod json;
pub(super) mod scalar;
mod xml;

use serde_json::{Map, Value};

use super::table::{Operation, Protocol};

/// An answer as it came.
#[derive(Clone, Debug, Default)]
pub(super) struct Wire {
    /// The HTTP status.
    pub(super) status: u16,
    /// The headers, their names in lower case.
    pub(super) headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

impl Wire {
    /// A header by its name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(each, _)| each == name).map(|(_, value)| value.as_str())
    }
}

/// The answer to `operation`; else what is wrong with it.
pub(super) fn answer(operation: Operation, wire: &Wire) -> Result<Value, String> {
    let text = std::str::from_utf8(&wire.body).map_err(|_| "it is not UTF-8".to_owned())?;
    let start: String = text.trim_start().chars().take(9).collect::<String>().to_ascii_lowercase();
    if start.starts_with("<html") || start.starts_with("<!doctype") {
        return Err("it is a page of HTML, perhaps of a proxy".to_owned());
    }
    let mut found = body(operation, text)?;
    for (header, written) in operation.members("headers") {
        let (kind, name) = super::table::member(header, written);
        if let Some(value) = wire.header(header) {
            let kind = operation.service.kind(kind);
            found.insert(name.to_owned(), scalar::read(value, &kind));
        }
    }
    if let Some(name) = operation.text("status") {
        found.insert(name.to_owned(), Value::from(wire.status));
    }
    Ok(Value::Object(found))
}

fn body(operation: Operation, text: &str) -> Result<Map<String, Value>, String> {
    if operation.is_bodiless() {
        return Ok(Map::new());
    }
    if text.trim().is_empty() {
        return Err("it is empty".to_owned());
    }
    if let Some((kind, name)) = operation.payload()
        && matches!(kind.as_str(), Some("text" | "blob"))
    {
        return Ok(Map::from_iter([(name.to_owned(), Value::from(text))]));
    }
    match operation.service.protocol() {
        Protocol::Json | Protocol::RestJson => json::body(operation, text),
        Protocol::RestXml | Protocol::Query | Protocol::Ec2 => xml::body(operation, text),
    }
}

#[cfg(test)]
mod tests;
