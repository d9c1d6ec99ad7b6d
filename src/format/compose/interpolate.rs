//! Variables in the values of a Compose file: `$NAME`, `${NAME:-default}` and their kin. They come from the shell, which
//! nobody sees here, or from the `.env` beside the file.
//! <https://docs.docker.com/reference/compose-file/interpolation/>

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::Tree;
use crate::value::{Entry, Node, TextPen, Unknown, Value, Why};

/// How deep a default may nest another.
const DEPTH: usize = 16;

/// What is known of the variables of a folder.
pub(super) struct Variables {
    known: BTreeMap<String, String>,
}

impl Variables {
    /// Those of the `.env` in `folder`.
    pub fn of(tree: &Tree, folder: &str) -> Self {
        let file = Tree::join(folder, ".env").and_then(|path| tree.find(&path));
        let text = file.and_then(|file| tree.text(file).ok());
        let lines = text.map(|text| text.lines()).into_iter().flatten();
        let known = lines.filter_map(|line| {
            let (name, value) = line.trim().strip_prefix('#').map_or_else(|| line.trim().split_once('='), |_| None)?;
            Some((name.trim().to_owned(), value.trim().trim_matches(['"', '\'']).to_owned()))
        });
        Self { known: known.collect() }
    }

    /// `node` with every variable in its texts filled in, as far as it is known.
    pub fn fill(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().map(|item| self.fill(item)).collect()),
            Value::Map(entries) => Value::Map(
                entries.iter().map(|entry| Entry { value: self.fill(&entry.value), ..entry.clone() }).collect(),
            ),
            Value::String(text) if text.contains('$') => match self.text(text, 0) {
                // nothing but one unknown is that unknown
                Value::Text(text) => text.part(&text.text),
                known => known,
            },
            other => other.clone(),
        };
        Node { value, origins: node.origins.clone() }
    }

    fn text(&self, text: &str, depth: usize) -> Value {
        let mut pen = TextPen::default();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('$') {
            pen.known(before);
            rest = if let Some(after) = after.strip_prefix('$') {
                pen.known("$");
                after
            } else if let Some((inner, after)) = after.strip_prefix('{').and_then(braced) {
                self.braces(inner, depth, &mut pen);
                after
            } else {
                let end = after.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
                let (name, after) = after.split_at(end.unwrap_or(after.len()));
                if name.is_empty() {
                    pen.known("$")
                } else {
                    self.write(name, &mut pen)
                }
                after
            };
        }
        pen.known(rest);
        pen.finish()
    }

    /// `NAME`, `NAME:-default`, `NAME-default`, `NAME:?message`, `NAME:+other`.
    fn braces(&self, inner: &str, depth: usize, pen: &mut TextPen) {
        let end = inner.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
        let (name, how) = inner.split_at(end.unwrap_or(inner.len()));
        let how = how.strip_prefix(':').unwrap_or(how);
        match (how.strip_prefix('-'), self.known.get(name)) {
            (_, Some(value)) if !how.starts_with('+') => pen.known(value),
            // what the shell may set instead is no part of the file; the file's own value is what it deploys
            (Some(default), None) if depth < DEPTH => match self.text(default, depth + 1) {
                Value::String(text) => pen.known(&text),
                Value::Text(text) => pen.text(&text),
                _ => {}
            },
            _ => self.write(name, pen),
        }
    }

    fn write(&self, name: &str, pen: &mut TextPen) {
        match self.known.get(name) {
            Some(value) => pen.known(value),
            None => pen.hole(Unknown::new(Why::Variable(Arc::from(name)))),
        }
    }
}

/// What stands before the brace that closes, and what after it.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            '}' => depth -= 1,
            _ => {}
        }
    }
    None
}
