//! Questions in method, path, query, headers and body.

use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde_json::{Map, Value};

use super::form::RESERVED;
use super::{Request, text};
use crate::collect::aws::client::table::{Operation, Protocol};

/// What stands for itself in a label that may hold slashes.
const GREEDY: &AsciiSet = &RESERVED.remove(b'/');

/// The request that asks `operation` about `input`; else what the input lacks.
pub(super) fn request(operation: Operation, input: &Map<String, Value>) -> Result<Request, String> {
    let (method, template) = operation.http();
    let (path, query) = template.split_once('?').unwrap_or((template, ""));
    let mut request = Request { method, ..Request::default() };
    let mut queries: Vec<String> = query.split('&').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let (mut labels, mut body) = (Map::new(), Map::new());
    for (name, value) in input {
        let place = operation.members("in").get(name);
        let (place, wire) = match place.and_then(Value::as_str) {
            Some(place) => place.split_once(' ').unwrap_or((place, name)),
            None => ("body", name.as_str()),
        };
        match place {
            "uri" => {
                labels.insert(wire.to_owned(), value.clone());
            }
            "query" => queries.extend(pairs(wire, value)),
            "header" => request.headers.push((wire.to_lowercase(), text(value))),
            _ => {
                body.insert(name.clone(), value.clone());
            }
        }
    }
    request.path = filled(path, |name| labels.get(name).and_then(Value::as_str))?;
    request.query = queries.join("&");
    if operation.service.protocol() == Protocol::RestJson {
        // API Gateway answers in another shape, HAL, to whom does not say so
        request.headers.push(("accept".to_owned(), "application/json".to_owned()));
    }
    match body.keys().next() {
        Some(name) if method == "GET" || method == "HEAD" => return Err(format!("it takes no `{name}`")),
        _ if method == "GET" || method == "HEAD" => {}
        _ => write_json(operation, body, &mut request),
    }
    Ok(request)
}

/// `template` with its `{labels}`, percent-encoded; else which label has no value.
pub(super) fn filled<'a>(template: &str, value: impl Fn(&str) -> Option<&'a str>) -> Result<String, String> {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, after) = after.split_once('}').unwrap_or((after, ""));
        let name = label.trim_end_matches('+');
        // an empty label would make another operation of the path
        let value = value(name).filter(|value| !value.is_empty()).ok_or_else(|| format!("`{name}` is missing"))?;
        path.push_str(before);
        path.extend(utf8_percent_encode(value, if label.ends_with('+') { GREEDY } else { RESERVED }));
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// `name=value`, once for each item of a list.
fn pairs(name: &str, value: &Value) -> Vec<String> {
    let encoded = |text: &str| utf8_percent_encode(text, RESERVED).to_string();
    match value {
        Value::Array(items) => items.iter().flat_map(|item| pairs(name, item)).collect(),
        Value::Object(entries) => entries.iter().flat_map(|(key, value)| pairs(key, value)).collect(),
        value => vec![format!("{}={}", encoded(name), encoded(&text(value)))],
    }
}

fn write_json(operation: Operation, body: Map<String, Value>, request: &mut Request) {
    let named = body.into_iter().map(|(name, value)| {
        let wire = match operation.members("in").get(&name).and_then(Value::as_array).map(Vec::as_slice) {
            Some([_, Value::String(wire), ..]) => wire.clone(),
            _ => name,
        };
        (wire, value)
    });
    request.body = Value::Object(named.collect()).to_string().into_bytes();
    request.headers.push(("content-type".to_owned(), "application/json".to_owned()));
}
