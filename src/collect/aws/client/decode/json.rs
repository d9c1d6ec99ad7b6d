//! Bodies in JSON: they pass as they are, but for times and for members that the wire calls by another name.

use serde_json::{Map, Value};

use super::scalar;
use crate::collect::aws::client::table::{self, Kind, Members, Operation, Service};

/// The members of the answer in `text`.
pub(super) fn body(operation: Operation, text: &str) -> Result<Map<String, Value>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let service = operation.service;
    if let Some((kind, name)) = operation.payload() {
        return Ok(Map::from_iter([(name.to_owned(), convert(service, value, &service.kind(kind)))]));
    }
    match value {
        Value::Object(object) => Ok(members(service, object, operation.members("out"))),
        _ => Err("it is not an object".to_owned()),
    }
}

fn members(service: Service, object: Map<String, Value>, shape: &'static Members) -> Map<String, Value> {
    if shape.is_empty() {
        return object;
    }
    let each = object.into_iter().map(|(wire, value)| match shape.get(&wire) {
        None => (wire, value),
        Some(written) => {
            let (kind, name) = table::member(&wire, written);
            (name.to_owned(), convert(service, value, &service.kind(kind)))
        }
    });
    each.collect()
}

fn convert(service: Service, value: Value, kind: &Kind) -> Value {
    match (kind, value) {
        (Kind::Time, value) => scalar::time_in_json(value),
        (Kind::Structure(shape), Value::Object(object)) => Value::Object(members(service, object, shape)),
        (Kind::List(inner, _) | Kind::Flat(inner), Value::Array(items)) => {
            let inner = service.kind(inner);
            items.into_iter().map(|item| convert(service, item, &inner)).collect()
        }
        (Kind::Map { value: inner, .. }, Value::Object(object)) => {
            let inner = service.kind(inner);
            Value::Object(object.into_iter().map(|(key, value)| (key, convert(service, value, &inner))).collect())
        }
        (_, value) => value,
    }
}
