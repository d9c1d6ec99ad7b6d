//! JSON patches: <https://www.rfc-editor.org/rfc/rfc6902>.

use std::sync::Arc;

use super::object::items;
use crate::value::{Entry, Node, Value};

/// Does what `operations` says; what it cannot do otherwise.
pub(super) fn apply(target: &mut Node, operations: &Node) -> Result<(), String> {
    for operation in items(Some(operations)) {
        let word = |key: &str| operation.get(key).and_then(Node::as_str);
        let path = pointer(word("path").ok_or("an operation has no path")?);
        match word("op").unwrap_or("") {
            "add" => add(target, &path, value(operation)?)?,
            "remove" => _ = take(target, &path)?,
            "replace" => {
                let place = find(target, &path).ok_or_else(|| missing(&path))?;
                *place = value(operation)?;
            }
            "move" => {
                let moved = take(target, &pointer(word("from").ok_or("a move has no `from`")?))?;
                add(target, &path, moved)?;
            }
            "copy" => {
                let from = pointer(word("from").ok_or("a copy has no `from`")?);
                let copied = find(target, &from).ok_or_else(|| missing(&from))?.clone();
                add(target, &path, copied)?;
            }
            "test" => {
                let wanted = value(operation)?;
                let found = find(target, &path).ok_or_else(|| missing(&path))?;
                if !same(found, &wanted) {
                    return Err(format!("its test of `/{}` does not hold", path.join("/")));
                }
            }
            other => return Err(format!("`{other}` is no operation")),
        }
    }
    Ok(())
}

fn value(operation: &Node) -> Result<Node, String> {
    operation.get("value").cloned().ok_or_else(|| "an operation has no value".into())
}

fn pointer(text: &str) -> Vec<String> {
    text.split('/').skip(1).map(|part| part.replace("~1", "/").replace("~0", "~")).collect()
}

fn missing(path: &[String]) -> String {
    format!("there is no `/{}`", path.join("/"))
}

fn find<'n>(node: &'n mut Node, path: &[String]) -> Option<&'n mut Node> {
    path.iter().try_fold(node, |node, step| match &mut node.value {
        Value::Map(entries) => entries.iter_mut().find(|entry| *entry.key == **step).map(|entry| &mut entry.value),
        Value::List(items) => {
            let at = if step == "-" { items.len().checked_sub(1)? } else { step.parse().ok()? };
            items.get_mut(at)
        }
        _ => None,
    })
}

fn add(target: &mut Node, path: &[String], value: Node) -> Result<(), String> {
    let Some((last, before)) = path.split_last() else {
        *target = value;
        return Ok(());
    };
    let place = find(target, before).ok_or_else(|| missing(before))?;
    match &mut place.value {
        Value::Map(entries) => {
            match entries.iter_mut().find(|entry| *entry.key == **last) {
                Some(entry) => entry.value = value,
                None => {
                    entries.push(Entry { key: Arc::from(last.as_str()), key_span: value.origins.primary, value });
                }
            }
            Ok(())
        }
        Value::List(items) => {
            let at = if last == "-" { items.len() } else { last.parse().map_err(|_| missing(path))? };
            if at > items.len() {
                return Err(missing(path));
            }
            items.insert(at, value);
            Ok(())
        }
        _ => Err(missing(path)),
    }
}

fn take(target: &mut Node, path: &[String]) -> Result<Node, String> {
    let (last, before) = path.split_last().ok_or("the whole cannot be removed")?;
    let place = find(target, before).ok_or_else(|| missing(path))?;
    match &mut place.value {
        Value::Map(entries) => {
            let at = entries.iter().position(|entry| *entry.key == **last).ok_or_else(|| missing(path))?;
            Ok(entries.remove(at).value)
        }
        Value::List(items) => {
            let at = last.parse::<usize>().ok().filter(|at| *at < items.len()).ok_or_else(|| missing(path))?;
            Ok(items.remove(at))
        }
        _ => Err(missing(path)),
    }
}

fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().all(|entry| other.get(&entry.key).is_some_and(|b| same(&entry.value, b)))
        }
        (a, b) => a == b,
    }
}
