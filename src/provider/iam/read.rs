//! Documents to policies.

use std::ops::Range;
use std::sync::Arc;

use super::condition::Condition;
use super::pattern::Pattern;
use super::principal::principals;
use super::{Effect, Patterns, Policy, Principals, Statement};
use crate::source::Span;
use crate::value::{Entry, Known, Node, NotJson, Origins, State, Text, Unknown, Value, Why};

impl Policy {
    /// Reads what an attribute holds; one that is not set is a policy without statements.
    pub fn read(document: &Known<&Node>) -> Self {
        match &document.state {
            State::Set(node) | State::Default(node) => Self::of(node),
            State::Unset => Self { statements: Vec::new(), open: None, origins: document.origins.clone() },
            State::Unknown(unknown) => {
                Self { statements: Vec::new(), open: Some(Arc::clone(unknown)), origins: document.origins.clone() }
            }
        }
    }

    /// Reads a document: a map, or its JSON.
    pub fn of(node: &Node) -> Self {
        let mut policy = Self { statements: Vec::new(), open: None, origins: node.origins.clone() };
        match &node.value {
            Value::Null => {}
            Value::Map(_) => policy.document(node),
            Value::String(text) => policy.json(node, &Text { text: decoded(text), holes: Arc::from([]) }),
            Value::Text(text) => policy.json(node, text),
            // nested blocks of at most one come as lists
            Value::List(items) => match items.as_slice() {
                [] => {}
                [only] => return Self::of(only),
                _ => policy.open = Some(Unknown::new(Why::Expression("there is more than one policy document".into()))),
            },
            Value::Unknown(unknown) => policy.open = Some(Arc::clone(unknown)),
            Value::Redacted(_) => policy.open = Some(Unknown::new(Why::Expression("the value is redacted".into()))),
            Value::Bool(_) | Value::Number(_) => policy.open = Some(not_a_policy()),
        }
        policy
    }

    fn json(&mut self, node: &Node, text: &Text) {
        if text.text.trim().is_empty() {
            return;
        }
        let file = contiguous(&node.origins, text.text.len());
        let place = |range: Range<usize>| match file {
            Some(span) => {
                let start = span.start as usize;
                Origins::at(Span::new(span.file, start + range.start..start + range.end)).and(&node.origins)
            }
            None => node.origins.clone(),
        };
        match text.json_lenient(&place) {
            Ok(document) => self.document(&document),
            Err(NotJson::Holes(unknown)) => self.open = Some(unknown),
            Err(NotJson::Wrong(..)) => self.open = Some(not_a_policy()),
        }
    }

    fn document(&mut self, document: &Node) {
        let entries = match &document.value {
            Value::Map(entries) => entries,
            Value::Unknown(unknown) => {
                self.open = Some(Arc::clone(unknown));
                return;
            }
            _ => {
                self.open = Some(not_a_policy());
                return;
            }
        };
        if let Some(open) = open_key(entries) {
            self.open = Some(open);
        }
        match element(entries, "Statement") {
            Some(statements) => self.statements(statements),
            None if entries.is_empty() => {}
            None => self.open = Some(not_a_policy()),
        }
    }

    fn statements(&mut self, node: &Node) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.statements(item)),
            Value::Map(entries) => match open_key(entries).or_else(|| perhaps(node)) {
                Some(open) => self.open = Some(open),
                None => self.statements.push(statement(node, entries)),
            },
            Value::Unknown(unknown) => self.open = Some(Arc::clone(unknown)),
            Value::Null => {}
            _ => self.open = Some(not_a_policy()),
        }
    }
}

fn not_a_policy() -> Arc<Unknown> {
    Unknown::new(Why::Expression("the text is not a policy document".into()))
}

/// IAM's API answers with documents that are percent-encoded.
fn decoded(text: &Arc<str>) -> Arc<str> {
    if !text.starts_with("%7B") {
        return Arc::clone(text);
    }
    percent_encoding::percent_decode_str(text).decode_utf8().map_or_else(|_| Arc::clone(text), Arc::from)
}

/// The place where the text stands letter by letter, if one of the places is as long as the text: a file that was read.
fn contiguous(origins: &Origins, length: usize) -> Option<Span> {
    origins.primary.iter().chain(origins.related()).find(|span| span.range().len() == length).copied()
}

/// The element of that name, letters of either case.
fn element<'n>(entries: &'n [Entry], name: &str) -> Option<&'n Node> {
    entries.iter().find(|entry| entry.key.eq_ignore_ascii_case(name)).map(|entry| &entry.value)
}

/// Why an element's name is not known, if one is not.
fn open_key(entries: &[Entry]) -> Option<Arc<Unknown>> {
    let open = entries.iter().any(|entry| entry.key.contains(crate::value::HOLE_OPEN));
    open.then(|| Unknown::new(Why::Expression("the name of a policy element is not known".into())))
}

/// Why there may be no such statement at all.
fn perhaps(node: &Node) -> Option<Arc<Unknown>> {
    match &node.maybe()?.value {
        Value::Unknown(unknown) => Some(Arc::clone(unknown)),
        _ => None,
    }
}

fn statement(node: &Node, entries: &[Entry]) -> Statement {
    let origins = node.origins.clone();
    let effect = match element(entries, "Effect").map(|node| &node.value) {
        Some(Value::String(text)) if &**text == "Allow" => State::Set(Effect::Allow),
        Some(Value::String(text)) if &**text == "Deny" => State::Set(Effect::Deny),
        Some(Value::Unknown(unknown)) => State::Unknown(Arc::clone(unknown)),
        Some(Value::Text(text)) => State::Unknown(text.as_unknown()),
        _ => State::Unknown(Unknown::new(Why::Expression("the effect is neither `Allow` nor `Deny`".into()))),
    };
    let principals = match (element(entries, "Principal"), element(entries, "NotPrincipal")) {
        (Some(node), _) => Principals::Only(principals(node)),
        (None, Some(node)) => Principals::Except(principals(node)),
        (None, None) => Principals::Absent,
    };
    let (conditions, conditions_open) = element(entries, "Condition").map_or((Vec::new(), None), conditions);
    Statement {
        sid: element(entries, "Sid").and_then(Node::as_str).map(Arc::from),
        effect: Known {
            state: effect,
            origins: element(entries, "Effect").map_or(&origins, |node| &node.origins).clone(),
        },
        principals,
        actions: patterns(entries, "Action", "NotAction"),
        resources: patterns(entries, "Resource", "NotResource"),
        conditions,
        conditions_open,
        origins,
    }
}

fn patterns(entries: &[Entry], only: &str, except: &str) -> Patterns {
    match (element(entries, only), element(entries, except)) {
        (Some(node), _) => Patterns::Only(texts(node)),
        (None, Some(node)) => Patterns::Except(texts(node)),
        (None, None) => Patterns::Absent,
    }
}

/// The patterns of a text or a list of texts.
fn texts(node: &Node) -> Vec<Pattern> {
    match &node.value {
        Value::List(items) => items.iter().flat_map(texts).collect(),
        Value::Null => Vec::new(),
        _ => vec![Pattern::of(node)],
    }
}

fn conditions(node: &Node) -> (Vec<Condition>, Option<Arc<Unknown>>) {
    let mut found = Vec::new();
    let mut open = None;
    match &node.value {
        Value::Map(operators) => {
            for operator in operators {
                match &operator.value.value {
                    Value::Map(keys) => {
                        found.extend(keys.iter().map(|entry| condition(&operator.key, entry, &operator.value.origins)));
                    }
                    Value::Unknown(unknown) => open = Some(Arc::clone(unknown)),
                    Value::Null => {}
                    _ => open = Some(not_a_policy()),
                }
            }
        }
        Value::Unknown(unknown) => open = Some(Arc::clone(unknown)),
        Value::Text(text) => open = Some(text.as_unknown()),
        Value::Null => {}
        _ => open = Some(not_a_policy()),
    }
    (found, open)
}

fn condition(operator: &str, entry: &Entry, origins: &Origins) -> Condition {
    let operator = operator.to_ascii_lowercase();
    let (set, operator) = match operator.split_once(':') {
        Some((set, rest)) => (Some(Arc::from(set)), rest.to_owned()),
        None => (None, operator),
    };
    let (operator, if_exists) = match operator.strip_suffix("ifexists") {
        Some(rest) => (rest.to_owned(), true),
        None => (operator, false),
    };
    let place = if entry.value.origins.primary.is_some() { &entry.value.origins } else { origins };
    Condition {
        operator: operator.into(),
        set,
        if_exists,
        key: entry.key.to_ascii_lowercase().into(),
        values: texts(&entry.value),
        origins: place.clone(),
    }
}
