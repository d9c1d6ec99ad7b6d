//! Whether two values are equal, as far as that can be told: the languages that are read agree in this.

use crate::value::{HOLE_OPEN, Node, Value, Why};

/// Whether two values are equal; none when that cannot be told.
pub fn equal(left: &Node, right: &Node) -> Option<bool> {
    match (&left.value, &right.value) {
        (Value::Unknown(unknown), Value::Null) | (Value::Null, Value::Unknown(unknown)) => {
            // what is referred to directly is there
            unknown.is_reference().then_some(false)
        }
        (Value::Unknown(_) | Value::Redacted(_), _) | (_, Value::Unknown(_) | Value::Redacted(_)) => None,
        (Value::Text(text), Value::String(other)) | (Value::String(other), Value::Text(text)) => {
            // the known beginnings may tell
            let head = text.text.split(HOLE_OPEN).next().unwrap_or("");
            (!other.starts_with(head)).then_some(false)
        }
        (Value::Text(_), Value::Text(_)) => None,
        (Value::List(a), Value::List(b)) if a.iter().chain(b).any(any_number) => None,
        (Value::List(a), Value::List(b)) if a.len() != b.len() => Some(false),
        (Value::List(a), Value::List(b)) => all(a.iter().zip(b).map(|(a, b)| equal(a, b))),
        (Value::Map(a), Value::Map(b)) if a.len() != b.len() => Some(false),
        (Value::Map(a), Value::Map(b)) => {
            all(a.iter().map(|entry| match b.iter().find(|other| other.key == entry.key) {
                Some(other) => equal(&entry.value, &other.value),
                None => Some(false),
            }))
        }
        (a, b) => Some(a == b),
    }
}

/// Whether an item stands for any number of items (an unknown list that was joined to a known one).
fn any_number(item: &Node) -> bool {
    matches!(&item.value, Value::Unknown(unknown) if matches!(unknown.why, Why::Instances(..)))
}

fn all(facts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut unknown = false;
    for fact in facts {
        match fact {
            Some(false) => return Some(false),
            Some(true) => {}
            None => unknown = true,
        }
    }
    (!unknown).then_some(true)
}
