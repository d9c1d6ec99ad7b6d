//! The functions of templates: <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-functions>.
//!
//! A function whose result hangs on an unknown argument gives that unknown; one whose result does not, its result.

mod collections;
mod ids;
pub mod json;
mod lambdas;
mod texts;

use std::sync::Arc;

use super::ops;
use super::syntax::{Expr, Kind};
use super::world::{Cx, Names, World, wrong};
use crate::source::Span;
use crate::value::{Node, Unknown, Value, Why, equal, unknown_of};

/// The name of a function that is called, empty where it is none.
pub fn name_of(expr: &Expr) -> Arc<str> {
    match &expr.kind {
        Kind::Call(name, _) => name.clone(),
        _ => Arc::from(""),
    }
}

/// Calls a function; its name in lower case.
pub fn call(world: &World<'_>, name: &str, args: &[Expr], span: Span, cx: &Cx<'_>) -> Node {
    if let Some(function) = cx.at.program.functions.get(name) {
        let values: Vec<_> = function
            .params
            .iter()
            .zip(args)
            .flat_map(|(param, arg)| {
                let value = world.eval(arg, cx);
                // a template reads them with `parameters()`, Bicep by name
                [
                    (Arc::from(format!("parameters:{}", param.to_ascii_lowercase())), value.clone()),
                    (param.clone(), value),
                ]
            })
            .collect();
        let names = Names { list: &values, outer: None };
        return world.eval(&function.body, &Cx { at: cx.at, names: Some(&names) });
    }
    match (name, args) {
        ("if", [condition, yes, no]) => {
            return world.choice(&[condition.clone(), yes.clone(), no.clone()], span, cx);
        }
        ("parameters", [of]) => return parameter(world, of, span, cx),
        ("variables", [of]) => {
            let name = world.eval(of, cx);
            return match name.as_str() {
                Some(name) => world.variable(&name.to_ascii_lowercase(), &format!("variables('{name}')"), span, cx),
                None => ops::unknown(span, &[name]),
            };
        }
        ("copyindex", _) => return copy_index(world, args, span, cx),
        ("reference" | "resourceinfo", [of, ..]) => {
            if let Some((decl, instance)) = world.named_here(of, cx) {
                return world.resource_value(cx.at, decl, instance, "", span);
            }
        }
        ("map" | "filter" | "reduce" | "sort" | "toobject" | "groupby" | "mapvalues", [of, rest @ ..]) => {
            return lambdas::call(world, name, of, rest, span, cx);
        }
        _ => {}
    }
    let args: Vec<Node> = args.iter().map(|arg| world.eval(arg, cx)).collect();
    if let Some(node) = ids::call(world, name, &args, span, cx) {
        return node;
    }
    if let Some(node) = ids::loaded(world, name, &args, span, cx) {
        return node;
    }
    match pure(name, &args, span) {
        Some(node) => world.made(node, span),
        None => match args.iter().find_map(unknown_of) {
            Some(unknown) => ops::result(Value::Unknown(super::world::plain(&unknown)), span, &args),
            None => wrong(format!("the function `{name}` with such arguments is not known"), span),
        },
    }
}

/// What functions of values alone give; none where they do not take such arguments.
fn pure(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let said = |flag: Option<bool>| match flag {
        Some(flag) => ops::result(Value::Bool(flag), span, args),
        None => ops::unknown(span, args),
    };
    Some(match (name, args) {
        ("and", _) => ops::combine(false, args, span),
        ("or", _) => ops::combine(true, args, span),
        ("not", [one]) => ops::not(one, span),
        ("true", []) => Node::at(Value::Bool(true), span),
        ("false", []) => Node::at(Value::Bool(false), span),
        ("null", []) => Node::at(Value::Null, span),
        ("equals", [left, right]) => said(equal(left, right)),
        ("less", [left, right]) => ops::binary(super::syntax::Op::Less, left, right, span),
        ("lessorequals", [left, right]) => ops::binary(super::syntax::Op::LessOrEqual, left, right, span),
        ("greater", [left, right]) => ops::binary(super::syntax::Op::Greater, left, right, span),
        ("greaterorequals", [left, right]) => ops::binary(super::syntax::Op::GreaterOrEqual, left, right, span),
        ("add", [left, right]) => ops::binary(super::syntax::Op::Plus, left, right, span),
        ("sub", [left, right]) => ops::binary(super::syntax::Op::Minus, left, right, span),
        ("mul", [left, right]) => ops::binary(super::syntax::Op::Times, left, right, span),
        ("div", [left, right]) => ops::binary(super::syntax::Op::Divide, left, right, span),
        ("mod", [left, right]) => ops::binary(super::syntax::Op::Modulo, left, right, span),
        ("bool", [one]) => match ops::truth(one) {
            Some(flag) => ops::result(Value::Bool(flag), span, args),
            None => ops::unknown(span, args),
        },
        ("int" | "float", [one]) => match &one.value {
            Value::Number(_) => one.clone(),
            Value::String(text) => ops::result(
                Value::Number(text.trim().parse().ok().filter(|number: &f64| number.is_finite())?),
                span,
                args,
            ),
            _ => ops::unknown(span, args),
        },
        ("coalesce", _) => coalesce(args, span),
        _ => return texts::call(name, args, span).or_else(|| collections::call(name, args, span)),
    })
}

/// The first that is not null.
fn coalesce(args: &[Node], span: Span) -> Node {
    for arg in args {
        match &arg.value {
            Value::Null => {}
            Value::Unknown(unknown) if !unknown.is_reference() => {
                let why = super::world::either(unknown, [arg, args.last().unwrap_or(arg)]);
                return ops::result(Value::Unknown(why), span, args);
            }
            _ => return arg.clone(),
        }
    }
    Node::at(Value::Null, span)
}

fn parameter(world: &World<'_>, of: &Expr, span: Span, cx: &Cx<'_>) -> Node {
    let name = world.eval(of, cx);
    let Some(name) = name.as_str() else { return ops::unknown(span, &[name]) };
    let lower = name.to_ascii_lowercase();
    // within a function of one's own
    if let Some(node) = cx.find(&format!("parameters:{lower}")) {
        return world.copy(node, span);
    }
    world.parameter(&lower, &format!("parameters('{name}')"), span, cx)
}

/// How many turns of the loop came before: of the innermost, or of the one that is named; and a number to add.
fn copy_index(world: &World<'_>, args: &[Expr], span: Span, cx: &Cx<'_>) -> Node {
    let args: Vec<Node> = args.iter().map(|arg| world.eval(arg, cx)).collect();
    let (name, add) = match args.as_slice() {
        [] => (None, 0.0),
        [one] => match &one.value {
            Value::Number(number) => (None, *number),
            Value::String(name) => (Some(name.clone()), 0.0),
            _ => return ops::unknown(span, &args),
        },
        [name, add, ..] => match (&name.value, &add.value) {
            (Value::String(name), Value::Number(add)) => (Some(name.clone()), *add),
            _ => return ops::unknown(span, &args),
        },
    };
    let key = name.map_or_else(|| "copyindex".to_owned(), |name| format!("copyindex:{}", name.to_ascii_lowercase()));
    match cx.find(&key).map(|node| &node.value) {
        Some(Value::Number(number)) => Node::at(Value::Number(number + add), span),
        Some(other) => Node::at(other.clone(), span),
        None => wrong("there is no such loop around `copyIndex`", span),
    }
}

/// A value that another run would give differently.
fn impure(call: &str, span: Span) -> Node {
    Node::at(Value::Unknown(Unknown::at(Why::Impure(Arc::from(call)), span)), span)
}

/// A number as an index, if it is one.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the guard")]
fn index(node: &Node) -> Option<usize> {
    match node.value {
        Value::Number(number) if (0.0..1e9).contains(&number) => Some(number as usize),
        _ => None,
    }
}
