//! JSON out of a text that may have holes: a policy document whose principal is not known is still a policy document.
//!
//! A hole within a string leaves a text with that hole; a string that is nothing but a hole, and a hole where a value
//! should stand, are that unknown. Where a hole may stand for more than one value the whole cannot be told.

use std::ops::Range;
use std::sync::Arc;

use crate::value::{Entry, HOLE_CLOSE, HOLE_OPEN, Node, Origins, Text, Unknown, Value};

/// How deep values may nest.
const DEPTH: usize = 256;

/// Why a text is not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NotJson {
    /// It is not JSON: what is wrong, and at which byte of the text.
    Wrong(String, usize),
    /// It may be JSON once the holes are filled.
    Holes(Arc<Unknown>),
}

impl Text {
    /// Reads the text as JSON. `place` gives the origins of a range of its bytes. The last of equal keys wins.
    pub fn json(&self, place: &dyn Fn(Range<usize>) -> Origins) -> Result<Node, NotJson> {
        self.read_json(place, false)
    }

    /// The same, but a key may have holes, and keeps their marks; and a comma may stand before a closing bracket. For readers
    /// to whom a name that is not known, or a slip of the pen, is not the end of all knowledge; they must look for
    /// [`HOLE_OPEN`] in keys.
    pub fn json_lenient(&self, place: &dyn Fn(Range<usize>) -> Origins) -> Result<Node, NotJson> {
        self.read_json(place, true)
    }

    fn read_json(&self, place: &dyn Fn(Range<usize>) -> Origins, lenient: bool) -> Result<Node, NotJson> {
        let mut reader = Reader { text: self, at: 0, place, lenient };
        let read = reader.document();
        match read {
            Some(node) => Ok(node),
            None if self.holes.is_empty() => Err(NotJson::Wrong("the text is not JSON".to_owned(), reader.at)),
            None => Err(NotJson::Holes(self.as_unknown())),
        }
    }
}

struct Reader<'t> {
    text: &'t Text,
    at: usize,
    place: &'t dyn Fn(Range<usize>) -> Origins,
    lenient: bool,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.text.get(self.at..).unwrap_or("")
    }

    fn byte(&self) -> Option<u8> {
        self.text.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.byte(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes `byte`, after white space.
    fn take(&mut self, byte: u8) -> Option<()> {
        self.space();
        (self.byte() == Some(byte)).then(|| self.at += 1)
    }

    fn document(&mut self) -> Option<Node> {
        if self.rest().starts_with('\u{feff}') {
            self.at += '\u{feff}'.len_utf8();
        }
        let node = self.value(0)?;
        self.space();
        self.rest().is_empty().then_some(node)
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > DEPTH {
            return None;
        }
        self.space();
        let start = self.at;
        let value = match self.byte()? {
            b'{' => self.object(depth)?,
            b'[' => self.array(depth)?,
            b'"' => {
                let raw = self.string()?;
                if self.text.holes.is_empty() { Value::String(raw.into()) } else { self.text.part(&raw) }
            }
            b't' => self.word("true", Value::Bool(true))?,
            b'f' => self.word("false", Value::Bool(false))?,
            b'n' => self.word("null", Value::Null)?,
            b'-' | b'0'..=b'9' => self.number()?,
            _ => self.hole()?,
        };
        Some(Node { value, origins: (self.place)(start..self.at) })
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        self.rest().starts_with(word).then(|| self.at += word.len())?;
        Some(value)
    }

    fn number(&mut self) -> Option<Value> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E')))
            .unwrap_or(rest.len());
        let number = rest.get(..end)?.parse().ok().filter(|number: &f64| number.is_finite())?;
        self.at += end;
        Some(Value::Number(number))
    }

    /// A hole in the place of a value.
    fn hole(&mut self) -> Option<Value> {
        let rest = self.rest();
        let end = rest.starts_with(HOLE_OPEN).then(|| rest.find(HOLE_CLOSE)).flatten()? + HOLE_CLOSE.len_utf8();
        match self.text.part(rest.get(..end)?) {
            Value::Unknown(unknown) => {
                self.at += end;
                Some(Value::Unknown(unknown))
            }
            _ => None,
        }
    }

    /// A string with its escapes undone; hole marks stay in it.
    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest.find(|c: char| matches!(c, '"' | '\\') || c < ' ')?;
            text.push_str(rest.get(..end)?);
            self.at += end;
            match self.byte()? {
                b'"' => {
                    self.at += 1;
                    return Some(text);
                }
                b'\\' => {
                    self.at += 1;
                    text.push(self.escape()?);
                }
                // a raw control character, a line break above all: not JSON, but what is meant is plain
                _ => {
                    text.push(char::from(self.byte()?));
                    self.at += 1;
                }
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.byte()?;
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let first = self.unit()?;
                let mut code = first;
                if (0xD800..0xDC00).contains(&first) && self.rest().starts_with("\\u") {
                    let back = self.at;
                    self.at += 2;
                    match self.unit()? {
                        second @ 0xDC00..0xE000 => code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00),
                        _ => self.at = back,
                    }
                }
                match char::from_u32(code) {
                    Some(HOLE_OPEN | HOLE_CLOSE) | None => '\u{FFFD}',
                    Some(character) => character,
                }
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
        let unit = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(unit)
    }

    fn array(&mut self, depth: usize) -> Option<Value> {
        self.take(b'[')?;
        let mut items = Vec::new();
        if self.take(b']').is_some() {
            return Some(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take(b',').is_none() {
                self.take(b']')?;
                return Some(Value::List(items));
            }
            if self.lenient && self.take(b']').is_some() {
                return Some(Value::List(items));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<Value> {
        self.take(b'{')?;
        let mut entries: Vec<Entry> = Vec::new();
        let mut index: std::collections::BTreeMap<Arc<str>, usize> = std::collections::BTreeMap::new();
        if self.take(b'}').is_some() {
            return Some(Value::Map(entries));
        }
        loop {
            self.space();
            let start = self.at;
            let key = self.string()?;
            // under a name that is not known anything may be set
            if !self.lenient && !self.text.holes.is_empty() && key.contains(HOLE_OPEN) {
                return None;
            }
            let (key, key_span): (Arc<str>, _) = (key.into(), (self.place)(start..self.at).primary);
            self.take(b':')?;
            let value = self.value(depth + 1)?;
            let entry = Entry { key: Arc::clone(&key), key_span, value };
            match index.get(&key).and_then(|at| entries.get_mut(*at)) {
                Some(old) => *old = entry,
                None => {
                    index.insert(key, entries.len());
                    entries.push(entry);
                }
            }
            if self.take(b',').is_none() {
                self.take(b'}')?;
                return Some(Value::Map(entries));
            }
            if self.lenient && self.take(b'}').is_some() {
                return Some(Value::Map(entries));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{TextPen, Why};

    fn holed(parts: &[&str]) -> Text {
        let mut pen = TextPen::default();
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                pen.hole(Unknown::new(Why::Variable("var.x".into())));
            }
            pen.known(part);
        }
        match pen.finish() {
            Value::Text(text) => text,
            Value::String(text) => Text { text, holes: Arc::from([]) },
            _ => panic!("a pen writes texts"),
        }
    }

    fn read(parts: &[&str]) -> Result<Node, NotJson> {
        holed(parts).json(&|_| Origins::NONE)
    }

    #[test]
    fn plain_json_is_read() {
        let node = read(&[r#" {"a": [1, -2.5e3, true, null, "x\n\u00e9\ud83d\ude00"], "b": {}, "a2": "" } "#]).unwrap();
        let Value::List(items) = &node.get("a").unwrap().value else { panic!() };
        assert_eq!(items[1].value, Value::Number(-2500.0));
        assert_eq!(items[4].as_str(), Some("x\né😀"));
        assert_eq!(node.get("b").unwrap().entries().len(), 0);
    }

    #[test]
    fn what_is_no_json_says_where() {
        assert!(matches!(read(&["{\"a\": }"]), Err(NotJson::Wrong(_, 6))));
        assert!(read(&["[1,]"]).is_err());
        assert!(read(&["1 2"]).is_err());
        assert!(read(&[&"[".repeat(100_000)]).is_err());
    }

    #[test]
    fn the_last_of_equal_keys_wins() {
        assert_eq!(read(&[r#"{"a": 1, "a": 2}"#]).unwrap().get("a").unwrap().value, Value::Number(2.0));
    }

    #[test]
    fn holes_stay_holes() {
        let node = read(&[r#"{"whole": ""#, r#"", "part": "arn:"#, r#"/*", "bare": "#, "}"]).unwrap();
        assert!(matches!(node.get("whole").unwrap().value, Value::Unknown(_)));
        assert!(
            matches!(&node.get("part").unwrap().value, Value::Text(text) if text.lead() == "arn:" && text.tail() == "/*")
        );
        assert!(matches!(node.get("bare").unwrap().value, Value::Unknown(_)));
    }

    #[test]
    fn a_hole_that_may_be_anything_leaves_nothing_known() {
        assert!(matches!(read(&["{", "}"]), Err(NotJson::Holes(_))));
        assert!(matches!(read(&[r#"{"a"#, r#"": 1}"#]), Err(NotJson::Holes(_))));
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in r#"[\[\]{}",:\\u0-9aeE+. -]{0,40}"#, hole in 0usize..40) {
            let text = Text { text: text.into(), holes: Arc::from([]) };
            let _ = text.json(&|_| Origins::NONE);
            let (before, after) = text.text.split_at_checked(hole).unwrap_or((&text.text, ""));
            let _ = holed(&[before, after]).json_lenient(&|_| Origins::NONE);
        }
    }
}
