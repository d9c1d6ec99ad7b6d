//! `fromToml`: TOML 1.0 as a value (<https://toml.io/en/v1.0.0>). Dates stay texts.

use std::rc::Rc;

use crate::format::helm::engine::DEPTH;
use crate::format::helm::engine::val::{Map, Val};

/// The document as a map; what is wrong with it otherwise, with its line.
pub(super) fn document(text: &str) -> Result<Val, String> {
    let letters: Vec<char> = text.chars().filter(|letter| *letter != '\r').collect();
    let mut reader = Reader { letters, at: 0 };
    let root = Val::from(Map::new());
    reader.all(&root).map_err(|reason| {
        let line = reader.letters.iter().take(reader.at).filter(|letter| **letter == '\n').count() + 1;
        format!("line {line}: {reason}")
    })?;
    Ok(root)
}

struct Reader {
    letters: Vec<char>,
    at: usize,
}

type Key = Vec<Rc<str>>;

impl Reader {
    fn all(&mut self, root: &Val) -> Result<(), String> {
        let mut table = root.clone();
        loop {
            self.blank(true);
            let Some(letter) = self.peek() else { return Ok(()) };
            if letter == '[' {
                let many = self.next_is(1, '[');
                self.at += 1 + usize::from(many);
                let key = self.key()?;
                self.take(']')?;
                if many {
                    self.take(']')?;
                }
                table = below(root, &key, many)?;
            } else {
                self.pair(&table, 0)?;
            }
            self.blank(false);
            match self.peek() {
                None | Some('\n') => {}
                Some(letter) => return Err(format!("`{letter}` stands where a line should end")),
            }
        }
    }

    /// `a.b = value`, into a table.
    fn pair(&mut self, table: &Val, depth: usize) -> Result<(), String> {
        let mut key = self.key()?;
        self.take('=')?;
        let value = self.value(depth)?;
        let Some(last) = key.pop() else { return Err("a key is missing".into()) };
        let table = below(table, &key, false)?;
        let Some(map) = table.map() else { return Err(format!("`{last}` is no key of a table")) };
        match map.borrow_mut().insert(last.clone(), value) {
            None => Ok(()),
            Some(_) => Err(format!("`{last}` is given twice")),
        }
    }

    fn key(&mut self) -> Result<Key, String> {
        let mut key = Vec::new();
        loop {
            self.blank(false);
            key.push(match self.peek() {
                Some('"') => self.basic()?.into(),
                Some('\'') => self.literal()?.into(),
                _ => {
                    let word = self.word(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_'));
                    if word.is_empty() {
                        return Err("a key is missing".into());
                    }
                    word.into()
                }
            });
            self.blank(false);
            if self.peek() != Some('.') {
                return Ok(key);
            }
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Result<Val, String> {
        if depth > DEPTH {
            return Err("it nests too deeply".into());
        }
        self.blank(false);
        match self.peek() {
            Some('"') => self.basic().map(Val::from),
            Some('\'') => self.literal().map(Val::from),
            Some('[') => {
                self.at += 1;
                let mut items = Vec::new();
                loop {
                    self.blank(true);
                    if self.peek() == Some(']') {
                        self.at += 1;
                        return Ok(Val::from(items));
                    }
                    items.push(self.value(depth + 1)?);
                    self.blank(true);
                    if self.peek() != Some(']') {
                        self.take(',')?;
                    }
                }
            }
            Some('{') => {
                self.at += 1;
                let table = Val::from(Map::new());
                loop {
                    self.blank(false);
                    if self.peek() == Some('}') {
                        self.at += 1;
                        return Ok(table);
                    }
                    self.pair(&table, depth + 1)?;
                    self.blank(false);
                    if self.peek() != Some('}') {
                        self.take(',')?;
                    }
                }
            }
            _ => self.plain(),
        }
    }

    /// A number, a Boolean, a date.
    fn plain(&mut self) -> Result<Val, String> {
        let word = self.word(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '-' | '_' | '.' | ':'));
        let digits = word.replace('_', "");
        let based = |prefix: &str, base: u32| digits.strip_prefix(prefix).map(|rest| i64::from_str_radix(rest, base));
        if let Some(number) = based("0x", 16).or_else(|| based("0o", 8)).or_else(|| based("0b", 2)) {
            return number.map(Val::from).map_err(|_| format!("`{word}` is no number"));
        }
        match digits.as_str() {
            "true" => return Ok(Val::from(true)),
            "false" => return Ok(Val::from(false)),
            "inf" | "+inf" => return Ok(Val::from(f64::INFINITY)),
            "-inf" => return Ok(Val::from(f64::NEG_INFINITY)),
            "nan" | "+nan" | "-nan" => return Ok(Val::from(f64::NAN)),
            _ => {}
        }
        if let Ok(number) = digits.parse::<i64>() {
            return Ok(Val::from(number));
        }
        let begins = digits.trim_start_matches(['+', '-']).starts_with(|letter: char| letter.is_ascii_digit());
        match digits.parse::<f64>() {
            Ok(number) if begins => Ok(Val::from(number)),
            _ if begins && word.contains(['-', ':']) => Ok(Val::from(word)),
            _ => Err(format!("`{word}` is no value")),
        }
    }

    /// `"…"` with its escapes, or `"""…"""`.
    fn basic(&mut self) -> Result<String, String> {
        let long = self.next_is(1, '"') && self.next_is(2, '"');
        self.at += if long { 3 } else { 1 };
        if long && self.peek() == Some('\n') {
            self.at += 1;
        }
        let mut text = String::new();
        loop {
            let Some(letter) = self.peek() else { return Err("a text does not end".into()) };
            self.at += 1;
            match letter {
                '"' if !long => return Ok(text),
                // up to two quotes may stand before the three that end it
                '"' if self.next_is(0, '"') && self.next_is(1, '"') && !self.next_is(2, '"') => {
                    self.at += 2;
                    return Ok(text);
                }
                '\n' if !long => return Err("a text does not end".into()),
                '\\' => self.escape(&mut text)?,
                letter => text.push(letter),
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), String> {
        let letter = self.peek().unwrap_or('\\');
        self.at += 1;
        let plain = match letter {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            '"' | '\\' => letter,
            'u' | 'U' => return self.by_number(if letter == 'u' { 4 } else { 8 }, text),
            ' ' | '\t' | '\n' => {
                // the line goes on where the next text is
                self.word(char::is_whitespace);
                return Ok(());
            }
            other => return Err(format!("`\\{other}` is no escape")),
        };
        text.push(plain);
        Ok(())
    }

    /// A character by its number, in so many digits.
    fn by_number(&mut self, length: usize, text: &mut String) -> Result<(), String> {
        let digits: String = self.letters.iter().skip(self.at).take(length).collect();
        self.at += length;
        let letter = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32);
        letter.map(|letter| text.push(letter)).ok_or_else(|| format!("`{digits}` is no character"))
    }

    /// `'…'`, or `'''…'''`.
    fn literal(&mut self) -> Result<String, String> {
        let long = self.next_is(1, '\'') && self.next_is(2, '\'');
        self.at += if long { 3 } else { 1 };
        if long && self.peek() == Some('\n') {
            self.at += 1;
        }
        let mut text = String::new();
        loop {
            let Some(letter) = self.peek() else { return Err("a text does not end".into()) };
            self.at += 1;
            match letter {
                '\'' if !long => return Ok(text),
                '\'' if self.next_is(0, '\'') && self.next_is(1, '\'') && !self.next_is(2, '\'') => {
                    self.at += 2;
                    return Ok(text);
                }
                '\n' if !long => return Err("a text does not end".into()),
                letter => text.push(letter),
            }
        }
    }

    /// Passes over blanks and comments, and over the ends of lines where they mean nothing.
    fn blank(&mut self, lines: bool) {
        while let Some(letter) = self.peek() {
            match letter {
                ' ' | '\t' => self.at += 1,
                '\n' if lines => self.at += 1,
                '#' => _ = self.word(|letter| letter != '\n'),
                _ => return,
            }
        }
    }

    fn word(&mut self, is: impl Fn(char) -> bool) -> String {
        let word: String = self.letters.iter().skip(self.at).copied().take_while(|letter| is(*letter)).collect();
        self.at += word.chars().count();
        word
    }

    fn take(&mut self, wanted: char) -> Result<(), String> {
        self.blank(false);
        if self.peek() == Some(wanted) {
            self.at += 1;
            return Ok(());
        }
        Err(format!("`{wanted}` is missing"))
    }

    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next_is(&self, after: usize, letter: char) -> bool {
        self.letters.get(self.at + after) == Some(&letter)
    }
}

/// The table at `key`, made where it is not there; of tables in a list the last, or a new one if `fresh`.
fn below(root: &Val, key: &[Rc<str>], fresh: bool) -> Result<Val, String> {
    let mut here = root.clone();
    if key.len() > DEPTH {
        return Err("it nests too deeply".into());
    }
    for (at, part) in key.iter().enumerate() {
        let Some(map) = here.map().cloned() else { return Err(format!("`{part}` is no key of a table")) };
        let known = map.borrow().get(part).cloned();
        let last = at + 1 == key.len();
        here = match known {
            None => {
                let table = Val::from(Map::new());
                let value = if last && fresh { Val::from(vec![table.clone()]) } else { table.clone() };
                map.borrow_mut().insert(part.clone(), value);
                table
            }
            Some(known) => match known.list() {
                Some(items) if last && fresh => {
                    let table = Val::from(Map::new());
                    let all: Vec<Val> = items.iter().cloned().chain([table.clone()]).collect();
                    map.borrow_mut().insert(part.clone(), Val::from(all));
                    table
                }
                Some(items) => items.last().cloned().unwrap_or(Val::NIL),
                None => known,
            },
        };
    }
    Ok(here)
}

#[cfg(test)]
mod tests {
    use super::document;
    use crate::format::helm::engine::print::show;

    #[test]
    fn documents_are_read() {
        let text = "# a\ntitle = \"a \\u00e9\\n\" # b\nn.m = 1_000\nhex = 0xff\nf = -1.5e3\non = true\nday = 2026-11-27\n\
            list = [1, [\"x\", 'y\\z'],\n  2, # c\n]\nin = {a = 1, b.c = 'd'}\nlong = \"\"\"\nx \\\n  y\"\"\"\n\
            [t.u]\nk = 1\n[[rows]]\nn = 1\n[[rows]]\nn = 2\n[rows.sub]\ns = ''\n";
        let shown = "map[day:2026-11-27 f:-1500 hex:255 in:map[a:1 b:map[c:d]] list:[1 [x y\\z] 2] long:x y n:map[m:1000] on:true \
            rows:[map[n:1] map[n:2 sub:map[s:]]] t:map[u:map[k:1]] title:a é\n]";
        assert_eq!(show(&document(text).unwrap()).as_str(), shown);
    }

    #[test]
    fn what_is_no_document_says_where() {
        for (text, reason) in [
            ("a = 1\nb", "line 2: `=` is missing"),
            ("a = 1\na = 2", "line 2: `a` is given twice"),
            ("a = \"x", "line 1: a text does not end"),
            ("a = x", "line 1: `x` is no value"),
            ("a = 1 2", "line 1: `2` stands where a line should end"),
            ("a = 1\n[a.b]\n", "line 2: `b` is no key of a table"),
        ] {
            assert_eq!(document(text).unwrap_err(), reason, "{text}");
        }
        let deep = format!("a = {}", "[".repeat(100_000));
        assert!(document(&deep).is_err());
        assert!(document(&"a.".repeat(100_000)).is_err());
    }
}
