//! One resource of a snapshot to its block: what a call did not give stands in it as unknown, what was left out of it as
//! redacted.

use std::sync::Arc;

use super::lists::reason;
use super::{kubernetes, unknown_members};
use crate::source::{Note, NoteKind, Span};
use crate::value::secret::{REDACTED, REDACTED_SECRET};
use crate::value::{Block, Dialect, Entry, Node, Provider, REST, Redacted, UnitId, Value};

const MEMBERS: &[&str] = &["type", "id", "arn", "region", "properties", "unknown"];
const OF_GAP: &[&str] = &["at", "state", "call", "permission", "message"];

/// Of which snapshot the resources are.
pub(super) struct Place<'h> {
    pub(super) provider: Provider,
    pub(super) unit: UnitId,
    pub(super) header: &'h Node,
}

/// The blocks of a resource, and what of it is not understood.
pub(super) fn read(mut resource: Node, place: &Place<'_>) -> (Vec<Block>, Vec<Note>) {
    let mut notes = Vec::new();
    unknown_members(&resource, MEMBERS, "a resource", &mut notes);
    let span = resource.origins.primary.unwrap_or(Span::NOWHERE);
    let named = |name: &str| resource.get(name).filter(|node| !node.is_null()).cloned();
    let (Some(native), Some(id)) = (resource.text("type").value().cloned(), named("id")) else {
        let note = Note::new(NoteKind::PartLost, "a resource of the snapshot has no type or no id").at(span);
        return (Vec::new(), vec![note]);
    };
    let (arn, region) = (named("arn"), named("region"));
    let gaps: Vec<Node> = resource.each("unknown").into_iter().cloned().collect();
    let mut body = match take(&mut resource, "properties") {
        Some(body) if matches!(body.value, Value::Map(_)) => body,
        _ => {
            notes.push(Note::new(NoteKind::PartLost, format!("resource `{native}` has no properties")).at(span));
            return (Vec::new(), notes);
        }
    };
    redact(&mut body);
    leave_gaps(&mut body, &gaps, &mut notes);
    if place.provider == Provider::Kubernetes {
        return (kubernetes::object::blocks(body, place.unit), notes);
    }
    (vec![block(Identity { native, id, arn, region }, body, span, place)], notes)
}

/// What a resource is told from others by.
struct Identity {
    native: Arc<str>,
    id: Node,
    arn: Option<Node>,
    region: Option<Node>,
}

fn block(of: Identity, mut body: Node, span: Span, place: &Place<'_>) -> Block {
    let address = match of.arn.as_ref().and_then(Node::as_str) {
        Some(arn) => Arc::from(arn),
        None => Arc::from(format!("{}/{}", of.native, of.id.text("").value().map_or("", |id| id))),
    };
    let head = of.id.origins.primary.unwrap_or(span);
    // the region is told, though nothing else may be
    let region = of.region.clone().filter(|_| body.entry(REST).is_some());
    for (key, value) in [("Id", Some(of.id)), ("Arn", of.arn), ("Region", region)] {
        if let Some(value) = value
            && body.entry(key).is_none()
        {
            push(&mut body, key, value);
        }
    }
    let mut context = Node::empty_map(head);
    let account = place.header.at_path("account.id").value().copied().cloned();
    for (key, value) in [("region", of.region), ("account", account)] {
        if let Some(value) = value {
            push(&mut context, key, value);
        }
    }
    Block {
        provider: place.provider,
        dialect: Dialect::Native,
        native_type: of.native,
        written: None,
        address,
        unit: place.unit,
        head,
        span,
        body,
        context,
        instances_unknown: None,
        via: Arc::from([]),
    }
}

/// Puts what is not known to where it would stand.
fn leave_gaps(body: &mut Node, gaps: &[Node], notes: &mut Vec<Note>) {
    for gap in gaps {
        unknown_members(gap, OF_GAP, "what is not known of a resource", notes);
        let said = |name: &str| gap.text(name).value().map(ToString::to_string).unwrap_or_default();
        let unknown = Node { value: Value::Unknown(reason(gap, &said("state"))), origins: gap.origins.clone() };
        leave_open(body, &said("at"), &unknown);
    }
}

/// The value under `key`, out of a map.
fn take(node: &mut Node, key: &str) -> Option<Node> {
    let Value::Map(entries) = &mut node.value else { return None };
    let at = entries.iter().position(|entry| &*entry.key == key)?;
    Some(entries.swap_remove(at).value)
}

fn push(node: &mut Node, key: &str, value: Node) {
    if let Value::Map(entries) = &mut node.value {
        let key_span = value.origins.primary;
        entries.push(Entry { key: Arc::from(key), key_span, value });
    }
}

/// Values that a collector left out, as what is known of them.
fn redact(node: &mut Node) {
    match &mut node.value {
        Value::String(text) if **text == *REDACTED => node.value = Value::Redacted(Redacted::Plain),
        Value::String(text) if **text == *REDACTED_SECRET => node.value = Value::Redacted(Redacted::Secret),
        Value::List(items) => items.iter_mut().for_each(redact),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| redact(&mut entry.value)),
        _ => {}
    }
}

/// Puts `unknown` to where `path` leads, through lists to each of their items; the empty path means all that is not
/// there.
fn leave_open(node: &mut Node, path: &str, unknown: &Node) {
    let (step, rest) = path.split_once('.').unwrap_or((path, ""));
    let step = step.trim_end_matches("[]");
    match &mut node.value {
        Value::List(items) => items.iter_mut().for_each(|item| leave_open(item, path, unknown)),
        Value::Map(entries) => {
            let key = if step.is_empty() { REST } else { step };
            match entries.iter_mut().find(|entry| &*entry.key == key) {
                Some(entry) if rest.is_empty() => entry.value = unknown.clone(),
                Some(entry) => leave_open(&mut entry.value, rest, unknown),
                None => {
                    let mut value = unknown.clone();
                    if !rest.is_empty() {
                        value.value = Value::Map(Vec::new());
                        leave_open(&mut value, rest, unknown);
                    }
                    entries.push(Entry { key: Arc::from(key), key_span: unknown.origins.primary, value });
                }
            }
        }
        // something else stands where a part of it should be: nothing of it is known
        _ => *node = unknown.clone(),
    }
}
