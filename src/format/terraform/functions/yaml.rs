//! `yamlencode` and `yamldecode`. Unknown parts are holes, as in JSON.

use super::args::{Args, Given, MOST_BYTES, Stop, untold, within, wrong};
use super::encoding::without_key_places;
use super::json;
use super::values::{map_of, number_text};
use crate::format::yaml;
use crate::value::{HOLE_OPEN, Node, Origins, Piece, Text, TextPen, Value, Why, unknown_of};

pub(super) fn decode(args: &Args<'_>) -> Given {
    if let Value::Unknown(unknown) = &args.node(0)?.value {
        return Err(Stop::Unknown(unknown.clone()));
    }
    let text = args.partial(0)?;
    let (documents, notes) = yaml::documents(args.scope.span.file, &text.text, yaml::Profile::CORE);
    let broken = notes.iter().find(|note| note.kind.incomplete());
    match (documents.as_slice(), broken) {
        ([], None) => args.give(Value::Null),
        ([document], None) => match filled(document, &text, &args.origins()) {
            Some(node) => Ok(without_key_places(node)),
            None => Err(Stop::Unknown(text.as_unknown())),
        },
        _ if !text.holes.is_empty() => Err(Stop::Unknown(text.as_unknown())),
        (_, Some(note)) if note.message.contains("budget") => untold(Why::Budget("YAML".into())),
        (_, Some(note)) => wrong(note.message.clone()),
        _ => wrong("the text holds more than one document"),
    }
}

/// The same tree, with the strings that have hole marks as what they stand for; none where a key has one.
fn filled(node: &Node, text: &Text, origins: &Origins) -> Option<Node> {
    let value = match &node.value {
        Value::String(string) if !text.holes.is_empty() && string.contains(HOLE_OPEN) => text.part(string),
        Value::List(items) => Value::List(items.iter().map(|item| filled(item, text, origins)).collect::<Option<_>>()?),
        Value::Map(entries) => {
            let entry = |entry: &crate::value::Entry| {
                let hole = !text.holes.is_empty() && entry.key.contains(HOLE_OPEN);
                let value = filled(&entry.value, text, origins)?;
                (!hole).then(|| crate::value::Entry { key: entry.key.clone(), key_span: None, value })
            };
            Value::Map(entries.iter().map(entry).collect::<Option<_>>()?)
        }
        other => other.clone(),
    };
    Some(Node { value, origins: origins.clone() })
}

pub(super) fn encode(args: &Args<'_>) -> Given {
    let node = args.node(0)?;
    if let Value::Unknown(unknown) = &node.value {
        return Err(Stop::Unknown(unknown.clone()));
    }
    let mut pen = TextPen::default();
    write(&mut pen, node, 0)?;
    // a scalar ends where it ends; collections have ended their lines
    if !matches!(&node.value, Value::List(items) if !items.is_empty())
        && !matches!(&node.value, Value::Map(entries) if !entries.is_empty())
    {
        pen.known("\n");
    }
    args.give(pen.finish())
}

/// Whether a value is written on the line of its key.
fn inline(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => true,
    }
}

/// Writes a value whose first line is already indented by `depth` steps of two spaces.
fn write(pen: &mut TextPen, node: &Node, depth: usize) -> Result<(), Stop> {
    within(pen.len(), MOST_BYTES)?;
    match &node.value {
        Value::List(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    pen.known(&"  ".repeat(depth));
                }
                pen.known("- ");
                write(pen, item, depth + 1)?;
                if inline(item) {
                    pen.known("\n");
                }
            }
        }
        Value::Map(entries) if !entries.is_empty() => {
            for (at, entry) in map_of(node)?.into_iter().enumerate() {
                if at > 0 {
                    pen.known(&"  ".repeat(depth));
                }
                pen.known(&json::quoted(&entry.key));
                pen.known(":");
                if inline(&entry.value) {
                    pen.known(" ");
                    write(pen, &entry.value, depth + 1)?;
                    pen.known("\n");
                } else {
                    // the items of a list stand as deep as its key
                    let inner = if matches!(entry.value.value, Value::List(_)) { depth } else { depth + 1 };
                    pen.known("\n");
                    pen.known(&"  ".repeat(inner));
                    write(pen, &entry.value, inner)?;
                }
            }
        }
        _ => scalar(pen, node, depth),
    }
    Ok(())
}

fn scalar(pen: &mut TextPen, node: &Node, depth: usize) {
    match &node.value {
        Value::Null => pen.known("null"),
        Value::Bool(flag) => pen.known(if *flag { "true" } else { "false" }),
        Value::Number(number) => pen.known(&number_text(*number)),
        Value::List(_) => pen.known("[]"),
        Value::Map(_) => pen.known("{}"),
        Value::String(text) if text.contains('\n') && !text.starts_with([' ', '\n']) => block(pen, text, depth),
        Value::String(text) => pen.known(&json::quoted(text)),
        Value::Text(text) => {
            pen.known("\"");
            for piece in text.pieces() {
                match piece {
                    Piece::Known(known) => {
                        let quoted = json::quoted(known);
                        pen.known(quoted.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(""));
                    }
                    hole => pen.piece(hole),
                }
            }
            pen.known("\"");
        }
        Value::Unknown(_) | Value::Redacted(_) => {
            pen.known("\"");
            unknown_of(node).into_iter().for_each(|unknown| pen.hole(unknown));
            pen.known("\"");
        }
    }
}

/// A text of several lines, each on its own line.
fn block(pen: &mut TextPen, text: &str, depth: usize) {
    let (body, mark) = match text.strip_suffix('\n') {
        Some(body) if body.ends_with('\n') => (body, "|+"),
        Some(body) => (body, "|"),
        None => (text, "|-"),
    };
    pen.known(mark);
    let indent = "  ".repeat(depth.max(1));
    for line in body.split('\n') {
        pen.known("\n");
        if !line.is_empty() {
            pen.known(&indent);
            pen.known(line);
        }
    }
}
