//! Functions of texts.

use std::sync::Arc;

use base64::Engine as _;

use super::{index, json};
use crate::format::deployment::eval::{LONGEST, write};
use crate::format::deployment::ops;
use crate::source::Span;
use crate::value::{Node, Piece, TextPen, Value};

/// Each function gives none where the name is not its own, or where it does not take such arguments.
pub(super) fn call(name: &str, args: &[Node], span: Span) -> Option<Node> {
    [write_out, look_into, encode].into_iter().find_map(|group| group(name, args, span))
}

/// Texts made of values.
fn write_out(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    let text = |text: String| done(Value::String(text.into()));
    match (name, args) {
        ("concat", [first, ..]) if !matches!(first.value, Value::List(_)) => {
            if args.iter().any(|arg| matches!(arg.value, Value::List(_))) {
                return Some(ops::unknown(span, args));
            }
            let mut pen = TextPen::default();
            args.iter().for_each(|arg| add(&mut pen, arg));
            done(pen.finish())
        }
        ("format", [pattern, rest @ ..]) => done(format(pattern.as_str()?, rest)),
        ("string", [one]) => match &one.value {
            Value::String(_) | Value::Text(_) | Value::Unknown(_) => Some(one.clone()),
            Value::List(_) | Value::Map(_) => {
                let mut pen = TextPen::default();
                pen.json(one, json::STYLE);
                done(pen.finish())
            }
            _ => {
                let mut pen = TextPen::default();
                write(&mut pen, one);
                done(pen.finish())
            }
        },
        ("json", [one]) => Some(json::read(one, span).unwrap_or_else(|| ops::unknown(span, args))),
        ("tolower", [one]) => map(one, span, str::to_lowercase),
        ("toupper", [one]) => map(one, span, str::to_uppercase),
        ("trim", [one]) => text(one.as_str()?.trim().to_owned()),
        ("replace", [one, from, to]) => {
            let (from, to) = (from.as_str()?, to.as_str()?);
            let written = match &one.value {
                Value::String(text) => text,
                Value::Text(text) => &text.text,
                _ => return Some(one.clone()),
            };
            if from.is_empty() || written.matches(from).count().saturating_mul(to.len()) > LONGEST {
                return Some(ops::unknown(span, args));
            }
            map(one, span, |text| text.replace(from, to))
        }
        ("split", [one, at]) => Some(split(one, at, span)),
        ("join", [list, between]) => {
            let (Value::List(items), Some(between)) = (&list.value, between.as_str()) else { return None };
            let mut pen = TextPen::default();
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    add_known(&mut pen, between);
                }
                add(&mut pen, item);
            }
            done(pen.finish())
        }
        _ => None,
    }
}

/// Parts of texts, and what is said of them.
fn look_into(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    let text = |text: String| done(Value::String(text.into()));
    match (name, args) {
        ("substring", [one, from, rest @ ..]) => {
            let letters: Vec<char> = one.as_str()?.chars().collect();
            let from = index(from)?;
            let to = rest.first().map_or(Some(letters.len()), |count| Some(from + index(count)?))?;
            text(letters.get(from..to.min(letters.len()))?.iter().collect())
        }
        ("startswith", [one, with]) => {
            let with = with.as_str()?.to_lowercase();
            let said = match &one.value {
                Value::String(text) => Some(text.to_lowercase().starts_with(&with)),
                Value::Text(text) => Some(true).filter(|_| text.lead().to_lowercase().starts_with(&with)),
                _ => None,
            };
            Some(said.map_or_else(|| ops::unknown(span, args), |flag| ops::result(Value::Bool(flag), span, args)))
        }
        ("endswith", [one, with]) => {
            done(Value::Bool(one.as_str()?.to_lowercase().ends_with(&with.as_str()?.to_lowercase())))
        }
        ("indexof", [one, of]) if one.as_str().is_some() => {
            let (one, of) = (one.as_str()?.to_lowercase(), of.as_str()?.to_lowercase());
            let at = one.find(&of).and_then(|at| one.get(..at)).map_or(-1.0, |before| before.chars().count() as f64);
            done(Value::Number(at))
        }
        ("lastindexof", [one, of]) if one.as_str().is_some() => {
            let (one, of) = (one.as_str()?.to_lowercase(), of.as_str()?.to_lowercase());
            let at = one.rfind(&of).and_then(|at| one.get(..at)).map_or(-1.0, |before| before.chars().count() as f64);
            done(Value::Number(at))
        }
        _ => None,
    }
}

/// Texts in another form.
fn encode(name: &str, args: &[Node], span: Span) -> Option<Node> {
    let done = |value: Value| Some(ops::result(value, span, args));
    let text = |text: String| done(Value::String(text.into()));
    match (name, args) {
        ("padleft", [one, width, with @ ..]) => {
            let mut pen = TextPen::default();
            write(&mut pen, one);
            let Value::String(one) = pen.finish() else { return None };
            let with = with.first().and_then(Node::as_str).and_then(|with| with.chars().next()).unwrap_or(' ');
            let missing = index(width)?.min(1_000).saturating_sub(one.chars().count());
            text(std::iter::repeat_n(with, missing).chain(one.chars()).collect())
        }
        ("base64", [one]) => text(base64::engine::general_purpose::STANDARD.encode(one.as_str()?)),
        ("base64tostring" | "base64tojson", [one]) => {
            let bytes = base64::engine::general_purpose::STANDARD.decode(one.as_str()?.trim()).ok()?;
            let decoded = Node::at(Value::String(String::from_utf8(bytes).ok()?.into()), span);
            if name == "base64tojson" { json::read(&decoded, span) } else { Some(decoded) }
        }
        ("uri", [base, rest]) => {
            let mut pen = TextPen::default();
            write(&mut pen, base);
            if !matches!(&base.value, Value::String(text) if text.ends_with('/')) {
                pen.known("/");
            }
            write(&mut pen, rest);
            done(pen.finish())
        }
        _ => None,
    }
}

/// Adds a value while the text is not too long; the caller's budget then takes it for what it is.
fn add(pen: &mut TextPen, node: &Node) {
    if pen.len() <= LONGEST {
        write(pen, node);
    }
}

fn add_known(pen: &mut TextPen, text: &str) {
    if pen.len() <= LONGEST {
        pen.known(text);
    }
}

/// A text whose known parts are changed; holes stay.
fn map(one: &Node, span: Span, change: impl Fn(&str) -> String) -> Option<Node> {
    let mut pen = TextPen::default();
    match &one.value {
        Value::String(text) => pen.known(&change(text)),
        Value::Text(text) => text.pieces().into_iter().for_each(|piece| match piece {
            Piece::Known(text) => pen.known(&change(text)),
            Piece::Hole(hole) => pen.hole(hole.clone()),
        }),
        // in what letter case an unknown stands is as unknown
        Value::Unknown(_) => return Some(one.clone()),
        _ => return None,
    }
    Some(ops::result(pen.finish(), span, std::slice::from_ref(one)))
}

/// `{0}` and `{0:N2}` stand for arguments, `{{` for a brace.
fn format(pattern: &str, args: &[Node]) -> Value {
    let mut pen = TextPen::default();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        pen.known(rest.get(..at).unwrap_or(""));
        rest = rest.get(at..).unwrap_or("");
        if let Some(after) = rest.strip_prefix("{{") {
            pen.known("{");
            rest = after;
        } else if let Some(after) = rest.strip_prefix("}}") {
            pen.known("}");
            rest = after;
        } else if let Some((inside, after)) = rest.strip_prefix('{').and_then(|rest| rest.split_once('}')) {
            let number = inside.split([':', ',']).next().unwrap_or("").trim();
            match number.parse().ok().and_then(|number: usize| args.get(number)) {
                Some(arg) => add(&mut pen, arg),
                None => pen.known(&format!("{{{inside}}}")),
            }
            rest = after;
        } else {
            let mut letters = rest.chars();
            pen.known(&letters.next().map(String::from).unwrap_or_default());
            rest = letters.as_str();
        }
    }
    pen.known(rest);
    pen.finish()
}

fn split(one: &Node, at: &Node, span: Span) -> Node {
    let both = [one.clone(), at.clone()];
    let marks: Vec<Arc<str>> = match &at.value {
        Value::String(mark) => vec![mark.clone()],
        Value::List(items) => items.iter().filter_map(|item| item.text("").value().cloned()).collect(),
        _ => return ops::unknown(span, &both),
    };
    let mut parts: Vec<Value> = match &one.value {
        Value::String(_) | Value::Text(_) => vec![one.value.clone()],
        _ => return ops::unknown(span, &both),
    };
    for mark in marks.iter().filter(|mark| !mark.is_empty()) {
        parts = parts
            .into_iter()
            .flat_map(|part| match &part {
                Value::String(text) => text.split(&**mark).map(|text| Value::String(Arc::from(text))).collect(),
                Value::Text(text) => text.text.split(&**mark).map(|slice| text.part(slice)).collect(),
                _ => vec![part.clone()],
            })
            .collect();
    }
    let items = parts.into_iter().map(|value| ops::result(value, span, &both)).collect();
    ops::result(Value::List(items), span, &both)
}
