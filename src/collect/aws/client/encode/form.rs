//! Questions as forms: AWS Query, and EC2's spelling of it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};

use super::text;
use crate::collect::aws::client::table::{Kind, Operation, Protocol, Service};

/// Everything but what RFC 3986 calls unreserved.
pub(super) const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The form that asks `operation` about `input`.
pub(super) fn body(operation: Operation, input: &Map<String, Value>) -> String {
    let service = operation.service;
    let mut fields = vec![
        ("Action".to_owned(), operation.name.to_owned()),
        ("Version".to_owned(), service.text("version").to_owned()),
    ];
    for (name, value) in input {
        let (wire, kind) = match operation.members("in").get(name).and_then(Value::as_array).map(Vec::as_slice) {
            Some([_, Value::String(wire), kind]) => (wire.clone(), service.asked(kind)),
            _ => (usual(service, name), Kind::Text),
        };
        put(service, &mut fields, wire, value, &kind);
    }
    let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    let fields: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    fields.join("&")
}

/// A name that the table does not list: EC2 begins each with a capital.
fn usual(service: Service, name: &str) -> String {
    let mut letters = name.chars();
    match letters.next() {
        Some(first) if service.protocol() == Protocol::Ec2 => first.to_ascii_uppercase().to_string() + letters.as_str(),
        _ => name.to_owned(),
    }
}

fn put(service: Service, fields: &mut Vec<(String, String)>, name: String, value: &Value, kind: &Kind) {
    match (value, kind) {
        (Value::Array(items), Kind::List(inner, item)) => {
            for (at, value) in (1..).zip(items) {
                put(service, fields, format!("{name}.{item}.{at}"), value, &service.asked(inner));
            }
        }
        (Value::Array(items), kind) => {
            let flat = if let Kind::Flat(inner) = kind { *inner } else { &Value::Null };
            for (at, value) in (1..).zip(items) {
                put(service, fields, format!("{name}.{at}"), value, &service.asked(flat));
            }
        }
        (Value::Object(members), Kind::Structure(shape)) => {
            for (member, value) in members {
                let (wire, kind) = match shape.get(member) {
                    Some(Value::String(wire)) => (wire.clone(), Kind::Text),
                    Some(Value::Array(parts)) => match parts.as_slice() {
                        [Value::String(wire), kind] => (wire.clone(), service.asked(kind)),
                        _ => (usual(service, member), Kind::Text),
                    },
                    _ => (usual(service, member), Kind::Text),
                };
                put(service, fields, format!("{name}.{wire}"), value, &kind);
            }
        }
        (value, _) => fields.push((name, text(value))),
    }
}
