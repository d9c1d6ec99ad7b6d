//! Functions that encode and decode texts.

use std::io::{Read as _, Write as _};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::args::{Args, Given, MOST_BYTES, MOST_ITEMS, Stop, untold, within, wrong};
use super::{Row, json, yaml};
use crate::value::{Entry, Node, NotJson, TextPen, Value, Why};

pub(super) const TABLE: &[Row] = &[
    ("base64decode", 1, 1, base64decode),
    ("base64encode", 1, 1, |args| args.give_text(STANDARD.encode(args.text(0)?.as_bytes()))),
    ("base64gunzip", 1, 1, base64gunzip),
    ("base64gzip", 1, 1, base64gzip),
    ("csvdecode", 1, 1, csvdecode),
    ("jsondecode", 1, 1, jsondecode),
    ("jsonencode", 1, 1, jsonencode),
    ("textdecodebase64", 2, 2, textdecodebase64),
    ("textencodebase64", 2, 2, textencodebase64),
    ("yamldecode", 1, 1, yaml::decode),
    ("yamlencode", 1, 1, yaml::encode),
];

fn bytes(args: &Args<'_>) -> Result<Vec<u8>, Stop> {
    match STANDARD.decode(args.text(0)?.as_bytes()) {
        Ok(bytes) => Ok(bytes),
        Err(_) => wrong("the text is not base64"),
    }
}

fn utf8(args: &Args<'_>, bytes: Vec<u8>) -> Given {
    match String::from_utf8(bytes) {
        Ok(text) => args.give_text(text),
        Err(_) => wrong("the decoded bytes are not UTF-8"),
    }
}

fn base64decode(args: &Args<'_>) -> Given {
    utf8(args, bytes(args)?)
}

fn base64gzip(args: &Args<'_>) -> Given {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let packed = encoder.write_all(args.text(0)?.as_bytes()).and_then(|()| encoder.finish());
    match packed {
        Ok(packed) => args.give_text(STANDARD.encode(packed)),
        Err(_) => wrong("the text cannot be packed"),
    }
}

fn base64gunzip(args: &Args<'_>) -> Given {
    let packed = bytes(args)?;
    let mut plain = Vec::new();
    let most = u64::try_from(MOST_BYTES).unwrap_or(u64::MAX);
    match flate2::read::GzDecoder::new(packed.as_slice()).take(most + 1).read_to_end(&mut plain) {
        Ok(count) => within(count, MOST_BYTES)?,
        Err(_) => return wrong("the text is not gzip"),
    }
    utf8(args, plain)
}

fn csvdecode(args: &Args<'_>) -> Given {
    let text = args.text(0)?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let Ok(header) = reader.headers().cloned() else {
        return wrong("the text has no header line");
    };
    let mut rows = Vec::new();
    let mut cells = 0;
    for record in reader.records() {
        let Ok(record) = record else {
            return wrong("a line of the text has not as many fields as its header");
        };
        cells += record.len();
        within(cells, MOST_ITEMS)?;
        let cell = |text: &str| args.node_of(Value::String(Arc::from(text)));
        let mut entries: Vec<Entry> = header
            .iter()
            .zip(&record)
            .map(|(key, text)| Entry { key: Arc::from(key), key_span: None, value: cell(text) })
            .collect();
        entries.sort_by(|a, b| a.key.cmp(&b.key));
        entries.dedup_by(|a, b| a.key == b.key);
        rows.push(args.node_of(Value::Map(entries)));
    }
    args.give(Value::List(rows))
}

/// Unknown parts become holes, so that the rest of the document stays readable.
fn jsonencode(args: &Args<'_>) -> Given {
    let node = args.node(0)?;
    if let Value::Unknown(unknown) = &node.value {
        return Err(Stop::Unknown(unknown.clone()));
    }
    let mut pen = TextPen::default();
    json::write(&mut pen, node)?;
    args.give(pen.finish())
}

fn jsondecode(args: &Args<'_>) -> Given {
    if let Value::Unknown(unknown) = &args.node(0)?.value {
        return Err(Stop::Unknown(unknown.clone()));
    }
    let origins = args.origins();
    match args.partial(0)?.json(&|_| origins.clone()) {
        Ok(node) => Ok(without_key_places(node)),
        Err(NotJson::Wrong(reason, at)) => wrong(format!("{reason}, at byte {at}")),
        Err(NotJson::Holes(unknown)) => Err(Stop::Unknown(unknown)),
    }
}

/// Keys of a decoded text were not written where the call stands.
pub(super) fn without_key_places(mut node: Node) -> Node {
    match &mut node.value {
        Value::List(items) => {
            *items = std::mem::take(items).into_iter().map(without_key_places).collect();
        }
        Value::Map(entries) => {
            for entry in entries {
                entry.key_span = None;
                let value = std::mem::replace(&mut entry.value.value, Value::Null);
                entry.value = without_key_places(Node { value, origins: entry.value.origins.clone() });
            }
        }
        _ => {}
    }
    node
}

/// The encodings that are known here, by the names that IANA gives them.
enum Encoding {
    Utf8,
    Utf16 {
        little: bool,
    },
    /// One byte a character: the code points below this.
    Bytes(u32),
}

impl Encoding {
    fn named(name: &str) -> Result<Self, Stop> {
        Ok(match name.to_ascii_uppercase().as_str() {
            "UTF-8" => Self::Utf8,
            "UTF-16LE" => Self::Utf16 { little: true },
            "UTF-16BE" | "UTF-16" => Self::Utf16 { little: false },
            "ISO-8859-1" | "LATIN1" => Self::Bytes(0x100),
            "US-ASCII" | "ASCII" => Self::Bytes(0x80),
            _ => return untold(Why::Expression(format!("encoding `{name}` is not known to deodar").into())),
        })
    }
}

fn textencodebase64(args: &Args<'_>) -> Given {
    let (text, encoding) = (args.text(0)?, args.text(1)?);
    let encoded: Vec<u8> = match Encoding::named(&encoding)? {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16 { little: true } => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        Encoding::Utf16 { little: false } => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        Encoding::Bytes(limit) => {
            let byte = |c: char| u8::try_from(u32::from(c)).ok().filter(|byte| u32::from(*byte) < limit);
            match text.chars().map(byte).collect() {
                Some(bytes) => bytes,
                None => return wrong(format!("the text cannot be written in `{encoding}`")),
            }
        }
    };
    args.give_text(STANDARD.encode(encoded))
}

fn textdecodebase64(args: &Args<'_>) -> Given {
    let (bytes, name) = (bytes(args)?, args.text(1)?);
    match Encoding::named(&name)? {
        Encoding::Utf8 => utf8(args, bytes),
        Encoding::Utf16 { little } => {
            let (pairs, odd) = bytes.as_chunks::<2>();
            if !odd.is_empty() {
                return wrong(format!("the bytes are not `{name}`"));
            }
            let unit = |pair: &[u8; 2]| if little { u16::from_le_bytes(*pair) } else { u16::from_be_bytes(*pair) };
            args.give_text(
                char::decode_utf16(pairs.iter().map(unit)).map(|c| c.unwrap_or('\u{FFFD}')).collect::<String>(),
            )
        }
        Encoding::Bytes(limit) => {
            let character = |byte: u8| if u32::from(byte) < limit { char::from(byte) } else { '\u{FFFD}' };
            args.give_text(bytes.into_iter().map(character).collect::<String>())
        }
    }
}
