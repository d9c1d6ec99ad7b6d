//! Texts to values and back: base64, checksums, JSON, YAML.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha1::Digest as _;

use super::{Args, Given, Kept, Row, Turned, changed};
use crate::format::helm::engine::print;
use crate::format::helm::engine::val::{Holes, Map, Origin, V, Val};
use crate::format::helm::engine::{DEPTH, LONGEST};
use crate::format::{json, yaml};
use crate::source::{FileId, Span};
use crate::value::{HOLE_CLOSE, HOLE_OPEN, Node};

pub(super) const TABLE: &[Row] = &[
    ("b64enc", 1, 1, Turned, |args| changed(args, |text| STANDARD.encode(text).into())),
    ("b64dec", 1, 1, Turned, |args| {
        let text = args.text(0);
        // Go gives the error as the text
        Ok(Val::from(match STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => "illegal base64 data".to_owned(),
        }))
    }),
    ("b32enc", 1, 1, Turned, |args| changed(args, |text| base32(text.as_bytes()).into())),
    ("sha256sum", 1, 1, Turned, |args| changed(args, |text| hex(&sha2::Sha256::digest(text)).into())),
    ("sha512sum", 1, 1, Turned, |args| changed(args, |text| hex(&sha2::Sha512::digest(text)).into())),
    ("sha1sum", 1, 1, Turned, |args| changed(args, |text| hex(&sha1::Sha1::digest(text)).into())),
    ("md5sum", 1, 1, Turned, |args| changed(args, |text| hex(&md5::Md5::digest(text)).into())),
    ("adler32sum", 1, 1, Turned, |args| changed(args, |text| adler(text).into())),
    ("toJson", 1, 1, Kept, |args| to_json(args, Style { html: true, pretty: false })),
    ("mustToJson", 1, 1, Kept, |args| to_json(args, Style { html: true, pretty: false })),
    ("toPrettyJson", 1, 1, Kept, |args| to_json(args, Style { html: true, pretty: true })),
    ("mustToPrettyJson", 1, 1, Kept, |args| to_json(args, Style { html: true, pretty: true })),
    ("toRawJson", 1, 1, Kept, |args| to_json(args, Style { html: false, pretty: false })),
    ("mustToRawJson", 1, 1, Kept, |args| to_json(args, Style { html: false, pretty: false })),
    ("fromJson", 1, 1, Kept, |args| read(args, from_json, false)),
    ("mustFromJson", 1, 1, Kept, |args| read(args, from_json, false)),
    ("fromJsonArray", 1, 1, Kept, |args| read(args, from_json, true)),
    ("fromYaml", 1, 1, Kept, |args| read(args, from_yaml, false)),
    ("mustFromYaml", 1, 1, Kept, |args| read(args, from_yaml, false)),
    ("fromYamlArray", 1, 1, Kept, |args| read(args, from_yaml, true)),
];

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// <https://www.rfc-editor.org/rfc/rfc4648#section-6>.
fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut out = String::new();
    for chunk in bytes.chunks(5) {
        let number = (0..5).fold(0u64, |number, at| (number << 8) | u64::from(chunk.get(at).copied().unwrap_or(0)));
        let written = (chunk.len() * 8).div_ceil(5);
        for at in 0..8 {
            let index = usize::try_from((number >> (35 - 5 * at)) & 31).unwrap_or(0);
            out.push(if at < written { LETTERS.get(index).map_or('=', |letter| char::from(*letter)) } else { '=' });
        }
    }
    out
}

fn adler(text: &str) -> String {
    let (a, b) = text.bytes().fold((1u32, 0u32), |(a, b), byte| {
        let a = (a + u32::from(byte)) % 65_521;
        (a, (b + a) % 65_521)
    });
    ((b << 16) | a).to_string()
}

#[derive(Clone, Copy)]
struct Style {
    html: bool,
    pretty: bool,
}

fn to_json(args: &Args<'_>, style: Style) -> Given {
    let mut out = String::new();
    write_json(&mut out, args.get(0), style, 0)?;
    Ok(Val::from(out).or_via(args.get(0).via()))
}

fn write_json(out: &mut String, value: &Val, style: Style, depth: usize) -> Result<(), String> {
    if depth > DEPTH || out.len() > LONGEST {
        return Err("the value is too deep or too long".into());
    }
    let line = |out: &mut String, depth: usize| {
        if style.pretty {
            out.push('\n');
            out.push_str(&"  ".repeat(depth));
        }
    };
    match &value.v {
        V::Nil => out.push_str("null"),
        V::Bool(flag) => _ = write!(out, "{flag}"),
        V::Int(number) => _ = write!(out, "{number}"),
        V::Float(number) if number.fract() == 0.0 && number.abs() < 1e21 => _ = write!(out, "{number:.0}"),
        V::Float(number) => out.push_str(&print::general(*number, None)),
        V::Hole(hole) => _ = write!(out, "\"{HOLE_OPEN}{}{HOLE_CLOSE}\"", hole.id),
        V::List(items) if items.is_empty() => out.push_str("[]"),
        V::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                write_json(out, item, style, depth + 1)?;
            }
            line(out, depth);
            out.push(']');
        }
        V::Map(map) if map.borrow().is_empty() => out.push_str("{}"),
        V::Map(map) => {
            out.push('{');
            for (at, (key, item)) in map.borrow().iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                line(out, depth + 1);
                json_text(out, key, style.html);
                out.push_str(if style.pretty { ": " } else { ":" });
                write_json(out, item, style, depth + 1)?;
            }
            line(out, depth);
            out.push('}');
        }
        V::Str(_) | V::Thing(_) => json_text(out, print::show(value).as_str(), style.html),
    }
    Ok(())
}

fn json_text(out: &mut String, text: &str, html: bool) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' if html => _ = write!(out, "\\u{:04x}", u32::from(letter)),
            letter if u32::from(letter) < 0x20 || matches!(letter, '\u{2028}' | '\u{2029}') => {
                _ = write!(out, "\\u{:04x}", u32::from(letter));
            }
            letter => out.push(letter),
        }
    }
    out.push('"');
}

/// For texts that are no file.
const NO_FILE: FileId = Span::NOWHERE.file;

fn from_json(text: &str) -> Result<Option<Node>, String> {
    json::document(NO_FILE, text).map(Some).map_err(|note| note.message)
}

fn from_yaml(text: &str) -> Result<Option<Node>, String> {
    let (documents, notes) = yaml::documents(NO_FILE, text, yaml::Profile::KUBERNETES);
    match notes.iter().find(|note| note.kind.incomplete()) {
        Some(note) => Err(note.message.clone()),
        None => Ok(documents.into_iter().next()),
    }
}

/// A document as a value; what cannot be read is a value that says so, as Helm gives it.
fn read(args: &Args<'_>, parse: fn(&str) -> Result<Option<Node>, String>, list: bool) -> Given {
    let text = args.str(0);
    let empty = if list { Val::from(Vec::new()) } else { Val::from(Map::new()) };
    let found = match parse(text.as_str()) {
        Ok(None) => return Ok(empty),
        Ok(Some(node)) => revived(Val::of_node(&keep_holes(node), &Holes::default(), Origin::Text(&text)), args, 0),
        Err(reason) => {
            let said = Val::from(format!("error: {reason}"));
            return Ok(if list { Val::from(vec![said]) } else { Val::from(BTreeMap::from([("Error".into(), said)])) });
        }
    };
    Ok(match (&found.v, list) {
        (V::List(_), true) | (V::Map(_), false) => found,
        (V::Hole(_), _) => found,
        _ => empty,
    })
}

/// Hole marks in a document that came out of a template are ours: they go through as other letters.
fn keep_holes(mut node: Node) -> Node {
    swap(&mut node);
    node
}

const OPEN: char = '\u{F0010}';
const CLOSE: char = '\u{F0011}';

fn swap(node: &mut Node) {
    use crate::value::Value;
    match &mut node.value {
        Value::String(text) if text.contains(HOLE_OPEN) => {
            *text = text.replace(HOLE_OPEN, &OPEN.to_string()).replace(HOLE_CLOSE, &CLOSE.to_string()).into();
        }
        Value::List(items) => items.iter_mut().for_each(swap),
        Value::Map(entries) => entries.iter_mut().for_each(|entry| swap(&mut entry.value)),
        _ => {}
    }
}

/// Holes found again.
fn revived(value: Val, args: &Args<'_>, depth: usize) -> Val {
    if depth > DEPTH {
        return Val::NIL;
    }
    let via = value.via;
    let new = match &value.v {
        V::Str(text) if text.as_str().contains(OPEN) => {
            let text = text.as_str().replace(OPEN, &HOLE_OPEN.to_string()).replace(CLOSE, &HOLE_CLOSE.to_string());
            let number = text.strip_prefix(HOLE_OPEN).and_then(|rest| rest.strip_suffix(HOLE_CLOSE));
            match number.and_then(|number| number.parse().ok()).and_then(|id| args.engine.holes.get(id)) {
                Some(why) => args.engine.holes.dig(why, true),
                None => Val::from(text),
            }
        }
        V::List(items) => {
            Val::from(items.iter().map(|item| revived(item.clone(), args, depth + 1)).collect::<Vec<_>>())
        }
        V::Map(map) => {
            let map = map.borrow();
            let all = map.iter().map(|(key, item)| (key.clone(), revived(item.clone(), args, depth + 1)));
            Val::from(all.collect::<Map>())
        }
        _ => value,
    };
    new.or_via(via)
}
