//! Functions that take a function: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/bicep-functions-lambda>.

use std::sync::Arc;

use crate::format::deployment::eval::{set, write};
use crate::format::deployment::ops;
use crate::format::deployment::syntax::{Expr, Kind};
use crate::format::deployment::world::{Cx, Names, World, either, wrong};
use crate::source::Span;
use crate::value::{Entry, Node, TextPen, Value, unknown_of};

pub(super) fn call(world: &World<'_>, name: &str, of: &Expr, rest: &[Expr], span: Span, cx: &Cx<'_>) -> Node {
    let of = world.eval(of, cx);
    let (Value::List(items), lambdas) = (&of.value, rest) else {
        if let (Value::Map(entries), "mapvalues", [by]) = (&of.value, name, rest) {
            let mut made = Vec::new();
            for entry in entries {
                made.push(Entry { value: apply(world, by, &[&entry.value], span, cx), ..entry.clone() });
            }
            return ops::result(Value::Map(made), span, std::slice::from_ref(&of));
        }
        // what is made of an unknown list refers to what the list does
        return match unknown_of(&of) {
            Some(unknown) => ops::result(Value::Unknown(either(&unknown, [&of, &of])), span, std::slice::from_ref(&of)),
            None => wrong("a list is wanted here", span),
        };
    };
    match (name, lambdas) {
        ("map", [by]) => {
            let made = items
                .iter()
                .enumerate()
                .map(|(at, item)| {
                    let at = Node::at(Value::Number(at as f64), span);
                    apply(world, by, &[item, &at], span, cx)
                })
                .collect();
            ops::result(Value::List(made), span, std::slice::from_ref(&of))
        }
        ("filter", [by]) => {
            let mut kept = Vec::new();
            for item in items {
                let decided = apply(world, by, &[item], span, cx);
                match ops::truth(&decided) {
                    Some(true) => kept.push(item.clone()),
                    Some(false) => {}
                    None => return ops::unknown(span, &[decided]),
                }
            }
            ops::result(Value::List(kept), span, std::slice::from_ref(&of))
        }
        ("reduce", [first, by]) => {
            let mut sum = world.eval(first, cx);
            for item in items {
                sum = apply(world, by, &[&sum, item], span, cx);
            }
            sum
        }
        // in what order they stand decides nothing here
        ("sort", [_]) => of,
        ("toobject", [key, value @ ..]) => {
            let mut entries = Vec::new();
            for item in items {
                let name = apply(world, key, &[item], span, cx);
                let mut pen = TextPen::default();
                write(&mut pen, &name);
                let Value::String(name) = pen.finish() else { return ops::unknown(span, &[name]) };
                let value = value.first().map_or_else(|| item.clone(), |by| apply(world, by, &[item], span, cx));
                set(&mut entries, Entry { key: name, key_span: item.origins.primary, value });
            }
            ops::result(Value::Map(entries), span, std::slice::from_ref(&of))
        }
        _ => wrong(format!("the function `{name}` is not worked out"), span),
    }
}

fn apply(world: &World<'_>, by: &Expr, args: &[&Node], span: Span, cx: &Cx<'_>) -> Node {
    let Kind::Lambda(params, body) = &by.kind else { return wrong("a function is wanted here", span) };
    let list: Vec<(Arc<str>, Node)> =
        params.iter().zip(args).map(|(name, value)| (name.clone(), Node::clone(value))).collect();
    let names = Names { list: &list, outer: cx.names };
    world.eval(body, &Cx { names: Some(&names), ..*cx })
}
