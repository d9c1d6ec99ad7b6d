//! Type constraints of variables, and conversion to them.

use std::sync::Arc;

use super::graph::{Cx, Universe};
use super::syntax::{Expr, Kind};
use super::text::as_key;
use crate::value::{Entry, Node, Origins, Value};

/// A type constraint.
#[derive(Debug)]
pub(super) enum Type<'e> {
    Any,
    Text,
    Number,
    Bool,
    List(Box<Type<'e>>),
    Set(Box<Type<'e>>),
    Map(Box<Type<'e>>),
    Tuple(Vec<Type<'e>>),
    Object(Vec<Field<'e>>),
}

/// An attribute of an object type.
#[derive(Debug)]
pub(super) struct Field<'e> {
    name: Arc<str>,
    kind: Type<'e>,
    optional: bool,
    default: Option<&'e Expr>,
}

/// Reads a constraint; what it does not understand is any type.
pub(super) fn parse(expr: &Expr) -> Type<'_> {
    match &expr.kind {
        Kind::Name(name) => named(name),
        // quoted types of old, and JSON
        Kind::Text(text) => named(text),
        Kind::Call(call) => {
            let inner = || call.args.first().map_or(Type::Any, parse);
            match (&*call.name, call.args.first().map(|arg| &arg.kind)) {
                ("list", _) => Type::List(Box::new(inner())),
                ("set", _) => Type::Set(Box::new(inner())),
                ("map", _) => Type::Map(Box::new(inner())),
                ("tuple", Some(Kind::List(items))) => Type::Tuple(items.iter().map(parse).collect()),
                ("object", Some(Kind::Object(pairs))) => {
                    Type::Object(pairs.iter().filter_map(|(key, kind)| field(key, kind)).collect())
                }
                _ => Type::Any,
            }
        }
        _ => Type::Any,
    }
}

fn named(name: &str) -> Type<'static> {
    match name {
        "string" => Type::Text,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        _ => Type::Any,
    }
}

fn field<'e>(key: &Expr, kind: &'e Expr) -> Option<Field<'e>> {
    let name = key.as_text()?.clone();
    Some(match &kind.kind {
        Kind::Call(call) if &*call.name == "optional" => {
            Field { name, kind: call.args.first().map_or(Type::Any, parse), optional: true, default: call.args.get(1) }
        }
        _ => Field { name, kind: parse(kind), optional: false, default: None },
    })
}

impl Universe<'_> {
    /// The value as the constraint has it. What does not fit stays as it is: the fault is Terraform's to tell.
    pub fn convert(&self, node: Node, kind: &Type<'_>, cx: &Cx<'_>) -> Node {
        let origins = node.origins.clone();
        let value = match (kind, node.value) {
            (Type::Any, value) | (_, value @ (Value::Null | Value::Unknown(_) | Value::Redacted(_))) => value,
            (Type::Text, value @ (Value::Number(_) | Value::Bool(_))) => {
                as_key(&Node { value: value.clone(), origins: Origins::NONE }).map_or(value, Value::String)
            }
            (Type::Number, Value::String(text)) => text.trim().parse().map_or(Value::String(text), Value::Number),
            (Type::Bool, Value::String(text)) => match &*text {
                "true" | "1" => Value::Bool(true),
                "false" | "0" => Value::Bool(false),
                _ => Value::String(text),
            },
            (Type::List(inner), Value::List(items)) => {
                Value::List(items.into_iter().map(|item| self.convert(item, inner, cx)).collect())
            }
            (Type::Set(inner), Value::List(items)) => {
                Value::List(set(items.into_iter().map(|item| self.convert(item, inner, cx)).collect()))
            }
            (Type::Tuple(kinds), Value::List(items)) => {
                let mut kinds = kinds.iter();
                let each = items.into_iter().map(|item| match kinds.next() {
                    Some(kind) => self.convert(item, kind, cx),
                    None => item,
                });
                Value::List(each.collect())
            }
            (Type::Map(inner), Value::Map(entries)) => {
                let each = entries.into_iter().map(|entry| {
                    let value = self.convert(entry.value, inner, cx);
                    Entry { key: entry.key, key_span: entry.key_span, value }
                });
                Value::Map(each.collect())
            }
            (Type::Object(fields), Value::Map(entries)) => Value::Map(self.object_of(fields, entries, &origins, cx)),
            (_, value) => value,
        };
        Node { value, origins }
    }

    /// An object with the attributes of its type: those it does not name go, those it leaves out get their default.
    fn object_of(&self, fields: &[Field<'_>], entries: Vec<Entry>, origins: &Origins, cx: &Cx<'_>) -> Vec<Entry> {
        let mut given: Vec<Option<Entry>> = entries.into_iter().map(Some).collect();
        let mut out = Vec::with_capacity(fields.len());
        for field in fields {
            let own = given.iter_mut().find(|entry| entry.as_ref().is_some_and(|entry| entry.key == field.name));
            let entry = own.and_then(Option::take);
            let value = match (entry, field.default) {
                (Some(entry), None) if entry.value.is_null() => entry,
                (Some(entry), _) if !(entry.value.is_null() && field.optional) => entry,
                (entry, Some(default)) => Entry {
                    key: field.name.clone(),
                    key_span: entry.and_then(|entry| entry.key_span),
                    value: self.settle(default, &Cx { bare: true, ..*cx }),
                },
                (_, None) if field.optional => {
                    let value = Node { value: Value::Null, origins: origins.clone() };
                    Entry { key: field.name.clone(), key_span: None, value }
                }
                // a required attribute is missing: Terraform refuses; reading it fails
                (_, None) => continue,
            };
            let converted = self.convert(value.value, &field.kind, cx);
            out.push(Entry { key: value.key, key_span: value.key_span, value: converted });
        }
        out
    }
}

/// A set has each item once, and simple items in order.
fn set(items: Vec<Node>) -> Vec<Node> {
    let mut out: Vec<Node> = Vec::with_capacity(items.len());
    let simple = items.iter().all(|item| as_key(item).is_some());
    if simple {
        let mut items = items;
        items.sort_by_cached_key(as_key);
        items.dedup_by(|a, b| a.value == b.value);
        return items;
    }
    for item in items {
        if !out.iter().any(|old| super::ops::same(old, &item)) {
            out.push(item);
        }
    }
    out
}
