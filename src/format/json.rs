//! JSON to nodes, with a place on every value and key. Strict, unless comments are asked for.

use std::collections::BTreeMap;
use std::sync::Arc;

use jsonc_parser::ast;
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::{Entry, Node, Value};

/// Reads strict JSON. An empty text is null. Nesting beyond 512 levels is an error.
pub fn document(file: FileId, text: &str) -> Result<Node, Note> {
    read(file, text, false)
}

/// Reads JSON with comments and trailing commas, as editors and ARM templates allow.
pub fn with_comments(file: FileId, text: &str) -> Result<Node, Note> {
    read(file, text, true)
}

fn read(file: FileId, text: &str, comments: bool) -> Result<Node, Note> {
    let (shift, text) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (text.len() - rest.len(), rest),
        None => (0, text),
    };
    let options = ParseOptions {
        allow_comments: comments,
        allow_trailing_commas: comments,
        allow_loose_object_property_names: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        allow_bare_decimal_point_numbers: false,
        allow_non_finite_numbers: false,
        allow_extended_string_escapes: false,
    };
    let reader = Reader { file, shift };
    match parse_to_ast(text, &CollectOptions::default(), &options) {
        Ok(result) => Ok(match result.value {
            Some(value) => reader.node(value),
            None => Node::at(Value::Null, Span::new(file, shift..shift + text.len())),
        }),
        Err(error) => {
            let range = error.range();
            let reason = super::lower_first(&error.kind().to_string());
            Err(Note::new(NoteKind::Unreadable, format!("the JSON cannot be read: {reason}"))
                .at(Span::new(file, range.start + shift..range.end + shift)))
        }
    }
}

/// Makes nodes of one file.
struct Reader {
    file: FileId,
    shift: usize,
}

impl Reader {
    fn span(&self, ranged: &impl Ranged) -> Span {
        Span::new(self.file, ranged.start() + self.shift..ranged.end() + self.shift)
    }

    fn node(&self, value: ast::Value<'_>) -> Node {
        let span = self.span(&value);
        let value = match value {
            ast::Value::StringLit(text) => Value::String(Arc::from(&*text.value)),
            // numbers of JSON are all written as Rust reads them
            ast::Value::NumberLit(number) => {
                number.value.parse().map_or_else(|_| Value::String(Arc::from(number.value)), Value::Number)
            }
            ast::Value::BooleanLit(flag) => Value::Bool(flag.value),
            ast::Value::NullKeyword(_) => Value::Null,
            ast::Value::Array(array) => {
                Value::List(array.elements.into_iter().map(|element| self.node(element)).collect())
            }
            ast::Value::Object(object) => {
                let entries = object.properties.into_iter().map(|property| Entry {
                    key_span: Some(self.span(&property.name)),
                    key: Arc::from(property.name.as_str()),
                    value: self.node(property.value),
                });
                Value::Map(last_wins(entries.collect()).0)
            }
        };
        Node::at(value, span)
    }
}

/// Drops all but the last entry of each key; gives those that were dropped.
pub(super) fn last_wins(entries: Vec<Entry>) -> (Vec<Entry>, Vec<Entry>) {
    let mut last: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let mut unique = true;
    for (at, entry) in entries.iter().enumerate() {
        unique &= last.insert(entry.key.clone(), at).is_none();
    }
    if unique {
        return (entries, Vec::new());
    }
    let mut kept = Vec::new();
    let mut dropped = Vec::new();
    for (at, entry) in entries.into_iter().enumerate() {
        if last.get(&entry.key) == Some(&at) { kept.push(entry) } else { dropped.push(entry) }
    }
    (kept, dropped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Node {
        document(FileId(0), text).unwrap()
    }

    fn slice(text: &str, node: &Node) -> String {
        text.get(node.origins.primary.unwrap().range()).unwrap().to_owned()
    }

    #[test]
    fn every_value_and_key_has_its_place() {
        let text = "\u{feff}{\"a\": [1, {\"ß\": \"x\\n\"}], \"b\": true}\r\n";
        let node = read(text);
        assert_eq!(slice(text, &node), "{\"a\": [1, {\"ß\": \"x\\n\"}], \"b\": true}");
        let entry = node.entry("b").unwrap();
        assert_eq!(text.get(entry.key_span.unwrap().range()), Some("\"b\""));
        let inner = node.each("a").pop().unwrap().get("ß").unwrap();
        assert_eq!(inner.as_str(), Some("x\n"));
        assert_eq!(slice(text, inner), "\"x\\n\"");
    }

    #[test]
    fn the_last_of_two_keys_wins() {
        let node = read(r#"{"a": 1, "b": 2, "a": 3}"#);
        assert_eq!(node.entries().len(), 2);
        assert_eq!(node.int("a").value(), Some(&3));
    }

    #[test]
    fn json_is_strict_and_says_where_it_breaks() {
        for text in ["{\"a\": 1,}", "{a: 1}", "// c\n{}", "{'a': 1}", "[1 2]", "{\"a\": 0x1}", "{\"a\": +1}", "{\"a\":"]
        {
            let note = document(FileId(0), text).unwrap_err();
            assert!(note.span.is_some(), "{text}: {note:?}");
            assert!(note.message.starts_with("the JSON cannot be read: "), "{}", note.message);
        }
        assert!(with_comments(FileId(0), "// c\n{\"a\": 1,}").is_ok());
    }

    #[test]
    fn hostile_json_is_an_error_and_no_crash() {
        assert!(document(FileId(0), &"[".repeat(100_000)).is_err());
        assert!(document(FileId(0), &"{\"a\":".repeat(100_000)).is_err());
        assert!(document(FileId(0), "\0\u{1}PNG").is_err());
        assert!(read("").is_null());
    }
}
