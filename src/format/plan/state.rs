//! States: every value is known, references have become names.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use super::merge::redacted;
use super::{block, context};
use crate::format::Reading;
use crate::format::json_stream::{Broken, JsonStream};
use crate::value::{Node, Redacted, UnitId, Value};

/// The data sources that are kept, since others are told by what they say: a project by its number.
const DATA: &[&str] = &["google_project"];

/// How deep child modules may nest.
const DEPTH: usize = 64;

/// Where the blocks of a state go, and which addresses are spoken of elsewhere.
pub(super) struct Sink<'s> {
    pub(super) unit: UnitId,
    pub(super) but: &'s BTreeSet<Arc<str>>,
    pub(super) reading: &'s mut Reading,
}

/// `terraform show -json` of a state: `values`, or a plan's `planned_values`.
pub(super) fn shown(stream: &mut JsonStream<'_>, sink: &mut Sink<'_>) -> Result<(), Broken> {
    stream.members(|stream, key| match &*key.text {
        "root_module" => module(stream, DEPTH, sink),
        _ => stream.skip(),
    })
}

fn module(stream: &mut JsonStream<'_>, depth: usize, sink: &mut Sink<'_>) -> Result<(), Broken> {
    let Some(depth) = depth.checked_sub(1) else { return stream.skip() };
    stream.members(|stream, key| match &*key.text {
        "resources" => stream.items(|stream| {
            let resource = stream.node()?;
            shown_block(&resource, sink);
            Ok(())
        }),
        "child_modules" => stream.items(|stream| module(stream, depth, sink)),
        _ => stream.skip(),
    })
}

fn shown_block(resource: &Node, sink: &mut Sink<'_>) {
    let text = |key: &str| resource.get(key).and_then(|node| node.as_str());
    let (Some(address), Some(native_type)) = (text("address"), typed(resource)) else { return };
    let Some(values) = resource.get("values") else { return };
    if sink.but.contains(address) || resource.get("deposed_key").is_some_and(|key| !key.is_null()) {
        return;
    }
    let body = match resource.get("sensitive_values") {
        Some(marks) => redacted(values, marks),
        None => values.clone(),
    };
    push(resource, address, &native_type, body, sink);
}

/// The type of a resource, or of a data source that is kept: `data.google_project`.
fn typed(resource: &Node) -> Option<Cow<'_, str>> {
    let text = |key: &str| resource.get(key).and_then(|node| node.as_str());
    match (text("mode")?, text("type")?) {
        ("managed", native_type) => Some(native_type.into()),
        ("data", native_type) if DATA.contains(&native_type) => Some(format!("data.{native_type}").into()),
        _ => None,
    }
}

/// The resources of a state file as Terraform stores it, version 4.
pub(super) fn stored(stream: &mut JsonStream<'_>, sink: &mut Sink<'_>) -> Result<(), Broken> {
    stream.items(|stream| {
        let resource = stream.node()?;
        stored_block(&resource, sink);
        Ok(())
    })
}

fn stored_block(resource: &Node, sink: &mut Sink<'_>) {
    let text = |key: &str| resource.get(key).and_then(|node| node.as_str());
    let (Some(native_type), Some(name)) = (typed(resource), text("name")) else { return };
    let module = text("module").map(|module| format!("{module}.")).unwrap_or_default();
    for instance in resource.each("instances") {
        let key = match instance.get("index_key").map(|key| &key.value) {
            Some(Value::Number(number)) => format!("[{number}]"),
            Some(Value::String(key)) => format!("[\"{key}\"]"),
            _ => String::new(),
        };
        let Some(attributes) = instance.get("attributes") else { continue };
        let body = without_sensitive(attributes, instance);
        push(instance, &format!("{module}{native_type}.{name}{key}"), &native_type, body, sink);
    }
}

/// `sensitive_attributes` lists paths; whatever its first step names is replaced whole, which errs on the safe side.
fn without_sensitive(attributes: &Node, instance: &Node) -> Node {
    let mut body = attributes.clone();
    let named: Vec<Arc<str>> = instance
        .each("sensitive_attributes")
        .into_iter()
        .filter(|step| step.get("type").and_then(|kind| kind.as_str()) == Some("get_attr"))
        .filter_map(|step| step.get("value")?.as_str().map(Arc::from))
        .collect();
    if let Value::Map(entries) = &mut body.value {
        for entry in entries.iter_mut().filter(|entry| named.contains(&entry.key) && !entry.value.is_null()) {
            entry.value.value = Value::Redacted(Redacted::Untold);
        }
    }
    body
}

fn push(entry: &Node, address: &str, native_type: &str, body: Node, sink: &mut Sink<'_>) {
    let mut given = Vec::new();
    if let Some(tags) = body.get("tags_all") {
        given.push(("tags", tags.clone()));
    }
    // an ARN names the region of what has one
    if let Some(region) = body
        .get("arn")
        .and_then(|arn| arn.as_str())
        .and_then(|arn| arn.split(':').nth(3))
        .filter(|region| !region.is_empty())
    {
        let mut node = body.clone();
        node.value = Value::String(Arc::from(region));
        given.push(("region", node));
    }
    sink.reading.blocks.push(block(entry, address, native_type, sink.unit, body, context(given)));
}
