//! What `Ref` names: parameters with what was given or their default, pseudo parameters, resources.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::functions::split;
use super::stack::{Cx, Shared, Stack, as_text, open, span_of, unknown, wrong};
use super::template;
use crate::format::Settings;
use crate::format::trace::through;
use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::{Node, Reference, Unknown, Value, Why};

impl Stack<'_> {
    /// What `name` stands for; none for `AWS::NoValue`.
    pub fn reference(&self, name: &str, span: Span) -> Option<Node> {
        if let Some(pseudo) = name.strip_prefix("AWS::") {
            return match self.place.given.get(name) {
                Some(given) => Some(Node { origins: through(span, &given.origins), ..given.clone() }),
                None => pseudo_parameter(pseudo, span),
            };
        }
        if let Some(unknown) = self.loops.borrow().get(name) {
            return Some(open(unknown.clone(), span));
        }
        if let Some(value) = self.parameter(name) {
            return Some(Node { origins: through(span, &value.origins), ..value });
        }
        if self.declared("Resources", name).is_some() {
            return Some(self.block_reference(name, "id", span));
        }
        Some(self.not_seen(name, "id", Arc::from(name), span))
    }

    /// A reference to what the template does not declare.
    pub fn not_seen(&self, name: &str, attribute: &str, written: Arc<str>, span: Span) -> Node {
        let to = Reference { unit: self.shared.unit, address: self.address(name), attribute: Arc::from(attribute) };
        open(Arc::new(Unknown { why: Why::NotSeen(written), at: Some(span), refers: vec![to] }), span)
    }

    fn address(&self, name: &str) -> Arc<str> {
        Arc::from(format!("{}{name}", self.place.prefix))
    }

    /// An attribute of a resource of the template.
    pub fn block_reference(&self, name: &str, attribute: &str, span: Span) -> Node {
        let address = self.address(name);
        let reference = Reference { unit: self.shared.unit, address, attribute: Arc::from(attribute) };
        open(Unknown::reference(reference, span), span)
    }

    /// The value of a parameter, if there is one of that name.
    fn parameter(&self, name: &str) -> Option<Node> {
        if let Some(known) = self.parameters.borrow().get(name) {
            return Some(known.clone());
        }
        let declared = self.declared("Parameters", name)?;
        let span = declared.key_span.unwrap_or_else(|| span_of(&declared.value));
        let kind = declared.value.get("Type").and_then(Node::as_str).unwrap_or("String");
        let value = if kind.starts_with("AWS::SSM::Parameter::Value") {
            // what is given is only where the value lies
            unknown(Why::DataSource(Arc::from(name)), span)
        } else {
            let default = || declared.value.get("Default").filter(|default| !default.is_null());
            match self.place.given.get(name).or_else(default) {
                Some(value) => typed(value, kind),
                None => unknown(Why::Variable(Arc::from(name)), span),
            }
        };
        self.parameters.borrow_mut().insert(declared.key.clone(), value.clone());
        Some(value)
    }

    /// What a section or attribute may name: a parameter's value, or nothing of that kind.
    pub fn text_of(&self, node: &Node, cx: Cx<'_>) -> Option<Arc<str>> {
        self.eval(node, cx).as_ref().and_then(as_text)
    }
}

/// What the files of parameters give, later ones before earlier: `[{ParameterKey, ParameterValue}]`, `["key=value"]`,
/// `{Parameters: …}`, or a plain map.
pub(super) fn given(file: FileId, settings: &Settings, shared: &Shared<'_>) -> BTreeMap<Arc<str>, Node> {
    let (tree, mut given) = (shared.tree, BTreeMap::new());
    let of = |path: &str| settings.parameter_files_of.get(path).into_iter().flatten();
    for path in of(tree.folder(file)).chain(of(tree.name(file))).chain(&settings.parameter_files) {
        let Some(file) = tree.find(path.trim_start_matches("./")) else {
            let note = Note::new(NoteKind::Configuration, format!("there is no file of parameters `{path}`"));
            shared.note(note.help("paths are relative to the root of the scan"));
            continue;
        };
        let Some(read) = template::of(tree, file) else { continue };
        let Some(root) = read.roots.first() else {
            let note = Note::new(NoteKind::Configuration, format!("the file of parameters `{path}` cannot be read"));
            shared.note(note.in_file(tree.path(file)));
            continue;
        };
        let root = root.get("Parameters").unwrap_or(root);
        for entry in root.entries() {
            given.insert(entry.key.clone(), entry.value.clone());
        }
        let Value::List(items) = &root.value else { continue };
        for item in items {
            let pair = item.as_str().and_then(|text| text.split_once('='));
            if let Some((key, value)) = pair {
                let value = Node { value: Value::String(Arc::from(value)), origins: item.origins.clone() };
                given.insert(Arc::from(key), value);
            } else if let (Some(key), Some(value)) =
                (item.get("ParameterKey").and_then(Node::as_str), item.get("ParameterValue"))
            {
                given.insert(Arc::from(key), value.clone());
            }
        }
    }
    given
}

/// A parameter's value by its type: lists are written with commas, all else is a text.
fn typed(value: &Node, kind: &str) -> Node {
    let listed = kind == "CommaDelimitedList" || kind.starts_with("List<");
    let made = match (&value.value, as_text(value)) {
        (Value::List(items), _) => Value::List(items.iter().map(|item| plain(item, "a parameter")).collect()),
        (_, Some(text)) if listed => {
            let item =
                |part: &str| Node { value: Value::String(Arc::from(part.trim())), origins: value.origins.clone() };
            Value::List(text.split(',').map(item).collect())
        }
        (_, Some(text)) => Value::String(text),
        (Value::Text(text), None) if listed => match split(text, ",") {
            Some(parts) => {
                let item = |value_of: Value| Node { value: value_of, origins: value.origins.clone() };
                Value::List(parts.into_iter().map(item).collect())
            }
            None => Value::Unknown(text.as_unknown()),
        },
        _ => return plain(value, "a parameter"),
    };
    Node { value: made, origins: value.origins.clone() }
}

/// What goes from one template to another is a text: nothing nests deeper by being handed on.
pub(super) fn plain(value: &Node, what: &str) -> Node {
    match value.value {
        Value::Map(_) | Value::List(_) => wrong(&format!("{what} is a text or a list of texts"), span_of(value)),
        _ => value.clone(),
    }
}

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>. The partition is
/// that of the commercial regions: in China and GovCloud little else of a template would hold either.
fn pseudo_parameter(name: &str, span: Span) -> Option<Node> {
    let known = |text: &str| Some(Node::at(Value::String(Arc::from(text)), span));
    match name {
        "NoValue" => None,
        "Partition" => known("aws"),
        "URLSuffix" => known("amazonaws.com"),
        _ => Some(unknown(Why::DataSource(Arc::from(format!("AWS::{name}"))), span)),
    }
}
