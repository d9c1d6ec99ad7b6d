//! The Serverless Application Model: its resources written out as those that its transform makes of them, before
//! anything is worked out. <https://github.com/aws/serverless-application-model/blob/develop/docs/internals/generated_resources.rst>
//!
//! `build` makes nodes, `function` functions with their roles, `policies` what such a role may do, `events` what calls a
//! function, `api` the APIs, `plain` what differs in names only.

mod api;
mod build;
mod events;
mod function;
mod plain;
mod policies;

use super::stack::{Stack, span_of};
use super::template::function as call;
use crate::value::{Entry, Node, Value};
use build::Made;

/// How the types of its resources begin.
const PREFIX: &str = "AWS::Serverless::";

/// The transform, which is no foreign macro.
pub(super) const TRANSFORM: &str = "AWS::Serverless-2016-10-31";

/// Writes every resource of the model out.
pub(super) fn expand(stack: &mut Stack<'_>) {
    let resources = stack.section("Resources");
    if !resources.iter().any(|resource| kind(resource).is_some()) {
        return;
    }
    let globals = stack.root.get("Globals");
    let mut made = Made::new(resources.iter().filter(|resource| kind(resource).is_none()).cloned().collect());
    let sam: Vec<(&str, Entry)> = resources
        .iter()
        .filter_map(|resource| {
            let kind = kind(resource)?;
            let globals = globals.and_then(|globals| globals.get(kind));
            // noted where the budget is
            let size = globals.map_or(0, Node::size) + resource.value.size();
            stack.count(size, span_of(&resource.value)).ok()?;
            Some((kind, with_globals(resource, globals)))
        })
        .collect();
    let apis = events::Apis::of(&sam, globals);
    for (kind, resource) in &sam {
        match *kind {
            "Api" => api::rest(resource, &mut made),
            "Application" => plain::application(resource, &mut made),
            "Function" => function::function(resource, &apis, &mut made),
            "HttpApi" => api::http(resource, &mut made),
            "LayerVersion" => plain::layer(resource, &mut made),
            "SimpleTable" => plain::table(resource, &mut made),
            "StateMachine" => function::state_machine(resource, &mut made),
            // counted as a type that is not read
            _ => made.keep(resource),
        }
    }
    apis.implicit(&mut made);
    let origins = stack.root.get("Resources").map_or_else(|| stack.root.origins.clone(), |node| node.origins.clone());
    let resources = Node { value: Value::Map(made.finish()), origins };
    let root = stack.root.entries().iter().map(|section| match &*section.key {
        "Resources" => Entry { value: resources.clone(), ..section.clone() },
        _ => section.clone(),
    });
    let root = Node { value: Value::Map(root.collect()), origins: stack.root.origins.clone() };
    stack.replace(root);
}

/// `Function` of `AWS::Serverless::Function`.
fn kind(resource: &Entry) -> Option<&str> {
    resource.value.get("Type").and_then(Node::as_str)?.strip_prefix(PREFIX)
}

/// The resource with what `Globals` says of its kind: its own values win, maps are merged, lists follow.
fn with_globals(resource: &Entry, globals: Option<&Node>) -> Entry {
    let Some(globals) = globals else { return resource.clone() };
    let own = resource.value.get("Properties");
    let merged = own.map_or_else(|| globals.clone(), |own| merge(globals, own));
    let mut value = resource.value.clone();
    if let Value::Map(entries) = &mut value.value {
        match entries.iter_mut().find(|entry| &*entry.key == "Properties") {
            Some(entry) => entry.value = merged,
            None => entries.push(super::eval::entry("Properties", merged)),
        }
    }
    Entry { value, ..resource.clone() }
}

fn merge(globals: &Node, own: &Node) -> Node {
    if call(globals).is_some() || call(own).is_some() {
        return own.clone();
    }
    let value = match (&globals.value, &own.value) {
        (Value::Map(globals), Value::Map(entries)) => {
            let mut merged = entries.clone();
            for entry in globals {
                match merged.iter_mut().find(|own| own.key == entry.key) {
                    Some(own) => own.value = merge(&entry.value, &own.value),
                    None => merged.push(entry.clone()),
                }
            }
            Value::Map(merged)
        }
        (Value::List(globals), Value::List(items)) => Value::List(globals.iter().chain(items).cloned().collect()),
        _ => own.value.clone(),
    };
    Node { value, origins: own.origins.clone() }
}
