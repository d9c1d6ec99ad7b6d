//! Questions to HTTP requests, by protocol.

mod form;
mod rest;

use serde_json::{Map, Value};

use super::table::{Operation, Protocol};

/// A request that is not yet sent to anyone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Request {
    /// The method.
    pub(super) method: &'static str,
    /// What comes before the host of the service, with its dot; most often nothing.
    pub(super) host_prefix: String,
    /// The path, percent-encoded.
    pub(super) path: String,
    /// The query, percent-encoded, without its question mark.
    pub(super) query: String,
    /// Headers.
    pub(super) headers: Vec<(String, String)>,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// The request that asks `operation` about `input`; else what the input lacks.
pub(super) fn request(operation: Operation, input: &Value) -> Result<Request, String> {
    let none = Map::new();
    let input = input.as_object().unwrap_or(&none);
    let service = operation.service;
    let mut request = match service.protocol() {
        Protocol::Json => json(operation, input),
        Protocol::Query | Protocol::Ec2 => {
            post("application/x-www-form-urlencoded; charset=utf-8", form::body(operation, input).into_bytes())
        }
        Protocol::RestJson | Protocol::RestXml => rest::request(operation, input)?,
    };
    if let Some(prefix) = operation.text("host") {
        request.host_prefix = rest::filled(prefix, |name| input.get(name).and_then(Value::as_str))?;
    }
    Ok(request)
}

fn post(content_type: &str, body: Vec<u8>) -> Request {
    let headers = vec![("content-type".to_owned(), content_type.to_owned())];
    Request { method: "POST", path: "/".to_owned(), headers, body, ..Request::default() }
}

fn json(operation: Operation, input: &Map<String, Value>) -> Request {
    let service = operation.service;
    let mut request = post(
        &format!("application/x-amz-json-{}", service.text("json")),
        Value::Object(input.clone()).to_string().into(),
    );
    let target = format!("{}.{}", service.text("target"), operation.name);
    request.headers.push(("x-amz-target".to_owned(), target));
    request
}

/// How a scalar is written in paths, queries, headers, forms and XML.
fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
