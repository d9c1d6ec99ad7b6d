//! Reads typed facts out of trees by dotted path: `rule.apply_server_side_encryption_by_default.sse_algorithm`.
//!
//! A step into a list takes its first item, as nested blocks of at most one are written in all dialects; use
//! [`Node::each`] where there may be several. A step through an unknown is that unknown; a missing step is `Unset`
//! at the nearest block that is there.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::value::{Known, Node, Origins, State, Text, Unknown, Value, Why};

/// Where a path leads.
enum Found<'n> {
    Node(&'n Node),
    Absent(&'n Node),
    Unknown(&'n Node, &'n Arc<Unknown>),
}

impl Node {
    fn walk(&self, path: &str) -> Found<'_> {
        let mut here = self;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            here = match here.first_item() {
                Ok(Some(item)) => item,
                Ok(None) => return Found::Absent(here),
                Err(unknown) => return Found::Unknown(here, unknown),
            };
            match here.get(step) {
                Some(next) => here = next,
                None => return Found::Absent(here),
            }
        }
        match &here.value {
            Value::Unknown(unknown) => Found::Unknown(here, unknown),
            Value::Null => Found::Absent(here),
            _ => Found::Node(here),
        }
    }

    /// The item itself, or the first of a list; none where there is none.
    fn first_item(&self) -> Result<Option<&Node>, &Arc<Unknown>> {
        match &self.value {
            Value::List(items) => match items.first() {
                Some(first) => match first.maybe().map(|maybe| &maybe.value) {
                    Some(Value::Unknown(unknown)) => Err(unknown),
                    _ => first.first_item(),
                },
                None => Ok(None),
            },
            Value::Unknown(unknown) => Err(unknown),
            Value::Null => Ok(None),
            _ => Ok(Some(self)),
        }
    }

    /// The node at `path`, with its origins; a list or map whole.
    pub fn at_path(&self, path: &str) -> Known<&Node> {
        match self.walk(path) {
            Found::Node(node) => Known::set(node, node.origins.clone()),
            Found::Absent(nearest) => Known::unset(nearest.origins.clone()),
            Found::Unknown(node, unknown) => Known::unknown(unknown.clone(), node.origins.clone()),
        }
    }

    fn scalar<T>(&self, path: &str, read: impl FnOnce(&Value) -> Option<T>) -> Known<T> {
        let found = self.at_path(path);
        let origins = found.origins;
        let state = match found.state {
            State::Set(node) | State::Default(node) => {
                let node = match node.first_item() {
                    Ok(Some(item)) => item,
                    Ok(None) => return Known::unset(origins),
                    Err(unknown) => return Known::unknown(unknown.clone(), origins),
                };
                match (&node.value, read(&node.value)) {
                    (_, Some(value)) => State::Set(value),
                    (Value::Text(Text { holes, .. }), None) => State::Unknown(merge_holes(holes)),
                    (Value::Redacted(_), None) => {
                        State::Unknown(Unknown::new(Why::Expression("the value is redacted".into())))
                    }
                    (_, None) => State::Unknown(Unknown::new(Why::Expression(
                        format!("`{path}` is not of the form that the provider documents").into(),
                    ))),
                }
            }
            State::Unset => State::Unset,
            State::Unknown(unknown) => State::Unknown(unknown),
        };
        Known { state, origins }
    }

    /// A Boolean; the texts `"true"` and `"false"` count, as both Terraform and Kubernetes convert them.
    pub fn bool(&self, path: &str) -> Known<bool> {
        self.scalar(path, |value| match value {
            Value::Bool(flag) => Some(*flag),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }

    /// A whole number; a text of digits counts.
    pub fn int(&self, path: &str) -> Known<i64> {
        self.scalar(path, |value| match value {
            #[expect(clippy::cast_possible_truncation, reason = "bounded by the guard")]
            Value::Number(number) if number.abs() < 9e15 => Some(*number as i64),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        })
    }

    /// A text; numbers and Booleans are written out. A text with holes is unknown, and keeps what it refers to.
    pub fn text(&self, path: &str) -> Known<Arc<str>> {
        self.scalar(path, |value| match value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(flag) => Some(Arc::from(flag.to_string())),
            Value::Number(number) => Some(Arc::from(number.to_string())),
            _ => None,
        })
    }

    /// A list of texts as a set; a single text is a set of one. Unknown as a whole when one item is unknown: use
    /// [`Node::each`] to look at what is known of the items.
    pub fn texts(&self, path: &str) -> Known<BTreeSet<Arc<str>>> {
        let found = self.at_path(path);
        let origins = found.origins;
        let state = match found.state {
            State::Set(node) | State::Default(node) => {
                let items = match &node.value {
                    Value::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(node),
                };
                let mut set = BTreeSet::new();
                let mut unknown = None;
                for item in items {
                    match item.text("").state {
                        State::Set(text) | State::Default(text) => {
                            set.insert(text);
                        }
                        State::Unset => {}
                        State::Unknown(why) => {
                            unknown.get_or_insert(why);
                        }
                    }
                }
                match unknown {
                    Some(why) => State::Unknown(why),
                    None => State::Set(set),
                }
            }
            State::Unset => State::Unset,
            State::Unknown(unknown) => State::Unknown(unknown),
        };
        Known { state, origins }
    }

    /// Every item at `path`, where each step may pass through lists: all `ingress` blocks, all
    /// `statement.principals`. A single value is a list of one. An unknown list comes as one unknown node.
    pub fn each<'n>(&'n self, path: &str) -> Vec<&'n Node> {
        let mut here = vec![self];
        flatten(&mut here);
        // what stands in a block that may not be there is unknown to whoever asks from outside
        let mut inside = false;
        for step in path.split('.').filter(|step| !step.is_empty()) {
            let mut next = Vec::new();
            for node in here {
                match (&node.value, node.maybe().filter(|_| inside)) {
                    (Value::Unknown(_), _) => next.push(node),
                    (_, Some(maybe)) => next.push(maybe),
                    _ => next.extend(node.get(step).filter(|node| !node.is_null())),
                }
            }
            flatten(&mut next);
            here = next;
            inside = true;
        }
        here
    }

    /// Whether something stands at `path`: a block, a non-empty list, a value.
    pub fn exists(&self, path: &str) -> Known<bool> {
        let found = self.at_path(path);
        if let State::Set(Node { value: Value::List(items), .. }) = found.state {
            let Some(first) = items.first() else { return Known::default_of(false, found.origins) };
            if items.iter().all(|item| item.maybe().is_some())
                && let Some(Value::Unknown(unknown)) = first.maybe().map(|maybe| &maybe.value)
            {
                return Known::unknown(unknown.clone(), found.origins);
            }
        }
        found.exists()
    }
}

/// Opens lists in place, nested ones too.
fn flatten(nodes: &mut Vec<&Node>) {
    while nodes.iter().any(|node| matches!(node.value, Value::List(_))) {
        *nodes = nodes
            .iter()
            .flat_map(|node| match &node.value {
                Value::List(items) => items.iter().collect::<Vec<_>>(),
                _ => vec![*node],
            })
            .collect();
    }
}

/// One unknown for a text with holes: the first reason, and all references.
fn merge_holes(holes: &[Arc<Unknown>]) -> Arc<Unknown> {
    match holes {
        [] => Unknown::new(Why::Expression("the text is not known".into())),
        [one] => one.clone(),
        [first, ..] => {
            let mut merged = Unknown::clone(first);
            for hole in holes.iter().skip(1) {
                merged.refers.extend(hole.refers.iter().cloned());
            }
            Arc::new(merged)
        }
    }
}

impl Text {
    /// The unknown that stands for the whole text.
    pub fn as_unknown(&self) -> Arc<Unknown> {
        merge_holes(&self.holes)
    }
}

impl From<&Node> for Origins {
    fn from(node: &Node) -> Self {
        node.origins.clone()
    }
}
