//! Texts with holes: taking them apart, and writing them piece by piece.

use std::sync::Arc;

use crate::value::{HOLE_CLOSE, HOLE_OPEN, Text, Unknown, Value};

/// A part of a text: what is known, or what is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece<'t> {
    /// Known characters.
    Known(&'t str),
    /// A hole, and why it is one.
    Hole(&'t Arc<Unknown>),
}

impl Text {
    /// Its parts in order; no part is empty.
    pub fn pieces(&self) -> Vec<Piece<'_>> {
        pieces(&self.text, &self.holes)
    }

    /// The known characters before the first hole.
    pub fn lead(&self) -> &str {
        match self.pieces().first() {
            Some(Piece::Known(text)) => text,
            _ => "",
        }
    }

    /// The known characters after the last hole.
    pub fn tail(&self) -> &str {
        match self.pieces().last() {
            Some(Piece::Known(text)) => text,
            _ => "",
        }
    }

    /// The part `slice` of this text as a value of its own: a plain text where there is no hole in it, an unknown where
    /// there is nothing but one hole.
    pub fn part(&self, slice: &str) -> Value {
        let pieces = pieces(slice, &self.holes);
        if let [Piece::Hole(hole)] = pieces.as_slice() {
            return Value::Unknown(Arc::clone(hole));
        }
        let mut pen = TextPen::default();
        for piece in pieces {
            pen.piece(piece);
        }
        pen.finish()
    }
}

/// Takes `text` apart at its hole marks; a mark without a hole is left in the text.
fn pieces<'t>(text: &'t str, holes: &'t [Arc<Unknown>]) -> Vec<Piece<'t>> {
    let mut found = Vec::new();
    let mut rest = text;
    let mut search = 0;
    while let Some(at) = rest.get(search..).and_then(|tail| tail.find(HOLE_OPEN)).map(|at| at + search) {
        let after = at + HOLE_OPEN.len_utf8();
        let hole = rest.get(after..).and_then(|tail| tail.split_once(HOLE_CLOSE)).and_then(|(number, tail)| {
            let hole = holes.get(number.parse::<usize>().ok()?)?;
            Some((hole, tail))
        });
        let Some((hole, tail)) = hole else {
            search = after;
            continue;
        };
        if let Some(known) = rest.get(..at).filter(|known| !known.is_empty()) {
            found.push(Piece::Known(known));
        }
        found.push(Piece::Hole(hole));
        rest = tail;
        search = 0;
    }
    if !rest.is_empty() {
        found.push(Piece::Known(rest));
    }
    found
}

/// Writes a text piece by piece, numbering its holes.
#[derive(Default, Debug)]
pub struct TextPen {
    text: String,
    holes: Vec<Arc<Unknown>>,
}

impl TextPen {
    /// Known characters. Hole marks among them (a hostile file's) are made harmless.
    pub fn known(&mut self, text: &str) {
        if text.contains([HOLE_OPEN, HOLE_CLOSE]) {
            self.text.push_str(&text.replace([HOLE_OPEN, HOLE_CLOSE], "\u{FFFD}"));
        } else {
            self.text.push_str(text);
        }
    }

    /// A hole.
    pub fn hole(&mut self, unknown: Arc<Unknown>) {
        self.text.push(HOLE_OPEN);
        self.text.push_str(&self.holes.len().to_string());
        self.text.push(HOLE_CLOSE);
        self.holes.push(unknown);
    }

    /// One part of another text.
    pub fn piece(&mut self, piece: Piece<'_>) {
        match piece {
            Piece::Known(text) => self.known(text),
            Piece::Hole(hole) => self.hole(Arc::clone(hole)),
        }
    }

    /// Another text, holes and all.
    pub fn text(&mut self, text: &Text) {
        for piece in text.pieces() {
            self.piece(piece);
        }
    }

    /// How many bytes there are so far: for budgets.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The text: plain where it has no hole.
    pub fn finish(self) -> Value {
        if self.holes.is_empty() {
            Value::String(self.text.into())
        } else {
            Value::Text(Text { text: self.text.into(), holes: self.holes.into() })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Why;

    fn unknown(name: &str) -> Arc<Unknown> {
        Unknown::new(Why::Variable(name.into()))
    }

    #[test]
    fn a_text_comes_apart_as_it_was_written() {
        let mut pen = TextPen::default();
        pen.known("arn:");
        pen.hole(unknown("var.a"));
        pen.hole(unknown("var.b"));
        pen.known("/*");
        let Value::Text(text) = pen.finish() else { panic!("it has holes") };
        let (a, b) = (unknown("var.a"), unknown("var.b"));
        assert_eq!(text.pieces(), [Piece::Known("arn:"), Piece::Hole(&a), Piece::Hole(&b), Piece::Known("/*")]);
        assert_eq!((text.lead(), text.tail()), ("arn:", "/*"));
    }

    #[test]
    fn a_hostile_mark_is_no_hole() {
        let mut pen = TextPen::default();
        pen.known(&format!("a{HOLE_OPEN}0{HOLE_CLOSE}"));
        assert_eq!(pen.finish(), Value::String("a\u{FFFD}0\u{FFFD}".into()));
    }
}
