//! JSON that is too long for a tree: pulled value by value, each with its place, the rest passed over.
//!
//! Keys and short texts of one file are kept once, since the resources of a plan say the same words again and again.

use std::collections::HashSet;
use std::io::{BufReader, Read};
use std::sync::Arc;

use struson::reader::{JsonReader, JsonReaderPosition, JsonStreamReader, ReaderError, ReaderSettings, ValueType};

use super::json::last_wins;
use crate::source::{FileId, Span};
use crate::value::{Entry, Node, Value};

/// How deep values may nest: as in JSON that is read whole.
const DEPTH: u32 = 512;
/// The most bytes of a text that is kept once.
const SHORT: usize = 40;
/// The most texts that are kept once.
const MOST_WORDS: usize = 200_000;

/// The JSON breaks here.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Broken(pub(super) Span);

/// A key and where it is written.
pub(super) struct Key {
    pub(super) text: Arc<str>,
    pub(super) span: Span,
}

/// Gives the value of a key, or passes it over and gives none.
type Take<'t, 'b> = dyn FnMut(&mut JsonStream<'b>, &str) -> Result<Option<Node>, Broken> + 't;

/// Reads one file from its beginning.
pub(super) struct JsonStream<'b> {
    reader: JsonStreamReader<BufReader<Box<dyn Read + 'b>>>,
    file: FileId,
    words: HashSet<Arc<str>>,
    lean: bool,
}

impl<'b> JsonStream<'b> {
    pub(super) fn new(file: FileId, bytes: impl Read + 'b) -> Self {
        let settings =
            ReaderSettings { max_nesting_depth: Some(DEPTH), track_path: false, ..ReaderSettings::default() };
        let bytes: Box<dyn Read + 'b> = Box::new(bytes);
        let reader = JsonStreamReader::new_custom(BufReader::with_capacity(1 << 16, bytes), settings);
        Self { reader, file, words: HashSet::new(), lean: false }
    }

    /// Leaves members out of trees that are null: they read as absent, and a plan is full of them. What is absent then
    /// has the place of what it is absent from.
    pub(super) fn lean(self, lean: bool) -> Self {
        Self { lean, ..self }
    }

    /// Calls `each` with every key of the map that comes next; it must take the value. What is no map is passed over.
    pub(super) fn members(&mut self, mut each: impl FnMut(&mut Self, Key) -> Result<(), Broken>) -> Result<(), Broken> {
        if self.next()? != ValueType::Object {
            return self.skip();
        }
        self.ask(JsonReader::begin_object)?;
        while self.ask(JsonReader::has_next)? {
            let start = self.position();
            let text = self.ask(|reader| reader.next_name_owned())?;
            let key = Key { text: self.word(&text), span: self.since(start) };
            each(self, key)?;
        }
        self.ask(JsonReader::end_object)
    }

    /// Calls `each` before every item of the list that comes next; it must take the item. What is no list is passed over.
    pub(super) fn items(&mut self, mut each: impl FnMut(&mut Self) -> Result<(), Broken>) -> Result<(), Broken> {
        if self.next()? != ValueType::Array {
            return self.skip();
        }
        self.ask(JsonReader::begin_array)?;
        while self.ask(JsonReader::has_next)? {
            each(self)?;
        }
        self.ask(JsonReader::end_array)
    }

    /// Whether a list comes next.
    pub(super) fn is_list(&mut self) -> Result<bool, Broken> {
        self.next().map(|kind| kind == ValueType::Array)
    }

    /// Passes the next value over.
    pub(super) fn skip(&mut self) -> Result<(), Broken> {
        self.ask(JsonReader::skip_value)
    }

    /// The next value as a tree.
    pub(super) fn node(&mut self) -> Result<Node, Broken> {
        self.map_of(&mut |stream, _| stream.node().map(Some))
    }

    /// The next value as a tree; of a map the members that `take` gives, which must take the value or pass it over.
    pub(super) fn map_of(&mut self, take: &mut Take<'_, 'b>) -> Result<Node, Broken> {
        let kind = self.next()?;
        let start = self.position();
        let value = match kind {
            ValueType::Object => {
                let mut entries = Vec::new();
                self.members(|stream, key| {
                    let value = take(stream, &key.text)?;
                    if let Some(value) = value.filter(|value| !(stream.lean && value.is_null())) {
                        entries.push(Entry { key: key.text, key_span: Some(key.span), value });
                    }
                    Ok(())
                })?;
                let mut entries = last_wins(entries).0;
                entries.shrink_to_fit();
                Value::Map(entries)
            }
            ValueType::Array => {
                let mut items = Vec::new();
                self.items(|stream| {
                    items.push(stream.node()?);
                    Ok(())
                })?;
                items.shrink_to_fit();
                Value::List(items)
            }
            ValueType::String => {
                let text = self.ask(|reader| reader.next_string())?;
                Value::String(self.word(&text))
            }
            ValueType::Number => {
                let text = self.ask(|reader| reader.next_number_as_string())?;
                text.parse().map_or_else(|_| Value::String(Arc::from(text)), Value::Number)
            }
            ValueType::Boolean => Value::Bool(self.ask(JsonReader::next_bool)?),
            ValueType::Null => {
                self.ask(JsonReader::next_null)?;
                Value::Null
            }
        };
        Ok(Node::at(value, self.since(start)))
    }

    /// Holds that nothing follows.
    pub(super) fn end(self) -> Result<(), Broken> {
        let file = self.file;
        self.reader.consume_trailing_whitespace().map_err(|error| Broken(place(file, &error)))
    }

    fn next(&mut self) -> Result<ValueType, Broken> {
        self.ask(JsonReader::peek)
    }

    fn ask<T>(
        &mut self,
        what: impl FnOnce(&mut JsonStreamReader<BufReader<Box<dyn Read + 'b>>>) -> Result<T, ReaderError>,
    ) -> Result<T, Broken> {
        what(&mut self.reader).map_err(|error| Broken(place(self.file, &error)))
    }

    fn position(&self) -> usize {
        offset(&self.reader.current_position(false))
    }

    fn since(&self, start: usize) -> Span {
        Span::new(self.file, start..self.position())
    }

    fn word(&mut self, text: &str) -> Arc<str> {
        if text.len() > SHORT {
            return Arc::from(text);
        }
        if let Some(word) = self.words.get(text) {
            return word.clone();
        }
        let word: Arc<str> = Arc::from(text);
        if self.words.len() < MOST_WORDS {
            self.words.insert(word.clone());
        }
        word
    }
}

fn offset(position: &JsonReaderPosition) -> usize {
    position.data_pos.and_then(|at| usize::try_from(at).ok()).unwrap_or(0)
}

/// Where a reading error lies.
fn place(file: FileId, error: &ReaderError) -> Span {
    let at = match error {
        ReaderError::SyntaxError(error) => offset(&error.location),
        ReaderError::UnexpectedValueType { location, .. }
        | ReaderError::UnexpectedStructure { location, .. }
        | ReaderError::MaxNestingDepthExceeded { location, .. }
        | ReaderError::UnsupportedNumberValue { location, .. }
        | ReaderError::IoError { location, .. } => offset(location),
        _ => 0,
    };
    Span::new(file, at..at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::json;

    #[test]
    fn a_streamed_tree_is_the_tree_of_the_whole_text() {
        let text =
            "{\"a\": [1, {\"ß\": \"x\\n\"}, -2.5e3 , null], \"b\":true,\n \"a\" : {}, \"c\":\"\\ud83d\\ude00\"}\r\n";
        let file = FileId(0);
        let mut stream = JsonStream::new(file, text.as_bytes());
        assert_eq!(stream.node(), Ok(json::document(file, text).unwrap()));
        assert_eq!(stream.end(), Ok(()));
    }

    #[test]
    fn what_is_not_wanted_is_passed_over_and_what_is_broken_says_where() {
        let text = r#"{"before": {"x": [1]}, "after": {"y": 2}}"#;
        let mut stream = JsonStream::new(FileId(0), text.as_bytes());
        let node = stream.map_of(&mut |stream, key| match key {
            "before" => stream.skip().map(|()| None),
            _ => stream.node().map(Some),
        });
        let node = node.unwrap();
        assert_eq!(node.entries().len(), 1);
        for broken in ["{\"a\": 1,}", "{a: 1}", "[1 2]", "{\"a\":", "\u{1}", "", &"[".repeat(100_000)] {
            let mut stream = JsonStream::new(FileId(0), broken.as_bytes());
            assert!(stream.node().is_err(), "{broken:.20}");
        }
        let mut two = JsonStream::new(FileId(0), "{} {}".as_bytes());
        assert!(two.node().is_ok() && two.end().is_err());
    }
}
