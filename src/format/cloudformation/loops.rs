//! `Fn::ForEach`, expanded before anything else is worked out:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html>.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::stack::{Cx, Stack, as_text, open, span_of};
use super::template::odd;
use crate::value::{Entry, Node, Unknown, Value, Why, unknown_of};

/// How a loop's key begins; its name follows.
pub(super) const FOR_EACH: &str = "Fn::ForEach::";

/// Resources of which there may be any number.
type AnyNumber = BTreeMap<Arc<str>, Arc<Unknown>>;

/// Writes every loop of the template out.
pub(super) fn expand(stack: &mut Stack<'_>) {
    if !has_loop(&stack.root) {
        return;
    }
    let mut any_number = AnyNumber::new();
    let sections = stack.root.entries().iter().map(|section| {
        let of_resources = &*section.key == "Resources";
        let value = written_out(stack, &section.value, of_resources.then_some(&mut any_number));
        Entry { value, ..section.clone() }
    });
    let root = Node { value: Value::Map(sections.collect()), origins: stack.root.origins.clone() };
    stack.replace(root);
    stack.any_number = any_number;
    // they may name what stands there only now
    stack.conditions.borrow_mut().clear();
}

fn has_loop(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().any(has_loop),
        Value::Map(entries) => entries.iter().any(|entry| entry.key.starts_with(FOR_EACH) || has_loop(&entry.value)),
        _ => false,
    }
}

fn written_out(stack: &Stack<'_>, node: &Node, mut of_resources: Option<&mut AnyNumber>) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| written_out(stack, item, None)).collect()),
        Value::Map(entries) => {
            let mut made: Vec<Entry> = Vec::with_capacity(entries.len());
            for entry in entries {
                if !entry.key.starts_with(FOR_EACH) {
                    made.push(Entry { value: written_out(stack, &entry.value, None), ..entry.clone() });
                    continue;
                }
                match (once_each(stack, entry), &mut of_resources) {
                    (Ok(bodies), _) => {
                        for body in bodies {
                            // loops within loops
                            let body = written_out(stack, &body, of_resources.as_deref_mut());
                            made.extend(body.entries().iter().cloned());
                        }
                    }
                    (Err((unknown, body)), Some(any_number)) => {
                        let body = written_out(stack, &body, Some(&mut **any_number));
                        for entry in body.entries() {
                            any_number.insert(entry.key.clone(), unknown.clone());
                            made.push(entry.clone());
                        }
                    }
                    // which keys there are cannot be told
                    (Err((unknown, _)), None) => return open(unknown, span_of(node)),
                }
            }
            Value::Map(crate::format::json::last_wins(made).0)
        }
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

/// The body of a loop for each of its items; or why there is no telling which they are, and the body as it is written.
fn once_each(stack: &Stack<'_>, entry: &Entry) -> Result<Vec<Node>, (Arc<Unknown>, Node)> {
    let span = span_of(&entry.value);
    let parts = match &entry.value.value {
        Value::List(parts) => parts.as_slice(),
        _ => &[],
    };
    let (Some(name), Some(over), Some(body)) = (parts.first().and_then(Node::as_str), parts.get(1), parts.get(2))
    else {
        stack.note(odd(format!("`{}` takes a name, a list and a map", entry.key), &entry.value));
        return Ok(Vec::new());
    };
    let items: Result<Vec<Arc<str>>, Arc<Unknown>> = stack.list(over, Cx::default()).map_or_else(
        |node| Err(unknown_of(&node).unwrap_or_else(Unknown::not_read)),
        |items| {
            let text = |item: &Node| as_text(item).ok_or_else(|| unknown_of(item).unwrap_or_else(Unknown::not_read));
            items.iter().map(text).collect()
        },
    );
    let items = items.map_err(|unknown| {
        let why = Why::instances(entry.key.strip_prefix("Fn::").unwrap_or(&entry.key), &unknown.why);
        let unknown = Arc::new(Unknown { why, at: unknown.at.or(Some(span)), refers: Vec::new() });
        stack.loops.borrow_mut().insert(Arc::from(name), unknown.clone());
        (unknown, body.clone())
    })?;
    let size = body.size();
    let mut bodies = Vec::new();
    for item in items {
        // noted where the budget is
        if stack.count(size, span).is_err() || stack.write(size * item.len(), span).is_err() {
            break;
        }
        bodies.push(filled(body, name, &item));
    }
    Ok(bodies)
}

/// `node` with `item` in the place of the loop's variable.
fn filled(node: &Node, name: &str, item: &Arc<str>) -> Node {
    let value = match &node.value {
        Value::String(text) => Value::String(filled_text(text, name, item)),
        Value::List(items) => Value::List(items.iter().map(|node| filled(node, name, item)).collect()),
        Value::Map(entries) => match entries.as_slice() {
            [only] if &*only.key == "Ref" && only.value.as_str() == Some(name) => Value::String(item.clone()),
            _ => Value::Map(
                entries
                    .iter()
                    .map(|entry| Entry {
                        key: filled_text(&entry.key, name, item),
                        key_span: entry.key_span,
                        value: filled(&entry.value, name, item),
                    })
                    .collect(),
            ),
        },
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

/// `&{x}` is `${x}` without what may not stand in a logical id.
fn filled_text(text: &Arc<str>, name: &str, item: &str) -> Arc<str> {
    if !(text.contains("${") || text.contains("&{")) {
        return text.clone();
    }
    let plain: String = item.chars().filter(char::is_ascii_alphanumeric).collect();
    Arc::from(text.replace(&format!("${{{name}}}"), item).replace(&format!("&{{{name}}}"), &plain))
}
