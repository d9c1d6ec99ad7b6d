//! Lines and columns of byte offsets, worked out for the files that are reported on. A plan is one line of any length, so
//! neither is counted from the beginning each time.

use std::io::{self, Read, SeekFrom};

use super::Bytes;

/// A line and a column, both from 1; columns count characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

/// How many bytes lie between two marks.
const STRIDE: u64 = 4096;
/// How many bytes of a line are shown on either side of a place.
const AROUND: u64 = 2048;

/// Positions in one file: the line and column are kept every so many bytes, and what lies between is read again.
pub struct LineIndex<'b> {
    bytes: Box<dyn Bytes + 'b>,
    marks: Vec<Position>,
}

impl<'b> LineIndex<'b> {
    /// Reads `bytes` once, from their beginning.
    pub fn new(mut bytes: Box<dyn Bytes + 'b>) -> io::Result<Self> {
        bytes.seek(SeekFrom::Start(0))?;
        let mut here = Position { line: 1, column: 1 };
        let mut marks = vec![here];
        let mut stretch = Vec::new();
        loop {
            stretch.clear();
            if bytes.by_ref().take(STRIDE).read_to_end(&mut stretch)? == 0 {
                return Ok(Self { bytes, marks });
            }
            here = walk(here, &stretch);
            marks.push(here);
        }
    }

    /// The position of byte `offset`, which begins a character.
    pub fn position(&mut self, offset: u64) -> io::Result<Position> {
        let at = (offset / STRIDE).min(self.marks.len().saturating_sub(1) as u64);
        let mark = usize::try_from(at).ok().and_then(|at| self.marks.get(at));
        let mark = mark.copied().unwrap_or(Position { line: 1, column: 1 });
        let stretch = self.read(at * STRIDE, offset - at * STRIDE)?;
        Ok(walk(mark, &stretch))
    }

    /// What lies around byte `offset` on its line, and the column at which that begins. Of a short line it is the whole.
    pub fn around(&mut self, offset: u64) -> io::Result<(String, usize)> {
        let from = offset.saturating_sub(AROUND);
        let bytes = self.read(from, offset - from + AROUND)?;
        let (before, after) = bytes.split_at(usize::try_from(offset - from).unwrap_or(0).min(bytes.len()));
        let begin = match before.iter().rposition(|byte| *byte == b'\n') {
            Some(end_of_line) => end_of_line + 1,
            None => before.iter().take_while(|byte| from > 0 && is_inner(**byte)).count(),
        };
        let end = before.len() + after.iter().position(|byte| *byte == b'\n').unwrap_or(after.len());
        let line = String::from_utf8_lossy(bytes.get(begin..end).unwrap_or(&[]));
        let column = self.position(from + begin as u64)?.column;
        Ok((line.trim_end_matches(['\r', '\u{fffd}']).to_owned(), column))
    }

    fn read(&mut self, from: u64, length: u64) -> io::Result<Vec<u8>> {
        self.bytes.seek(SeekFrom::Start(from))?;
        let mut stretch = Vec::new();
        self.bytes.by_ref().take(length).read_to_end(&mut stretch)?;
        Ok(stretch)
    }
}

/// Whether a byte goes on with a character that began before it.
fn is_inner(byte: u8) -> bool {
    matches!(byte, 0x80..=0xBF)
}

/// Where one stands after `bytes`: each byte that begins a character is a column.
fn walk(from: Position, bytes: &[u8]) -> Position {
    bytes.iter().fold(from, |at, byte| match byte {
        b'\n' => Position { line: at.line + 1, column: 1 },
        byte if is_inner(*byte) => at,
        _ => Position { column: at.column + 1, ..at },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index(text: &str) -> LineIndex<'_> {
        LineIndex::new(Box::new(io::Cursor::new(text.as_bytes()))).unwrap()
    }

    #[test]
    fn columns_count_characters_and_lines_count_from_one() {
        let mut index = index("a\nßx = 1\r\n");
        assert_eq!(index.position(0).unwrap(), Position { line: 1, column: 1 });
        assert_eq!(index.position(4).unwrap(), Position { line: 2, column: 2 });
        assert_eq!(index.around(4).unwrap(), ("ßx = 1".to_owned(), 1));
    }

    #[test]
    fn positions_in_a_long_text_are_those_that_one_counts() {
        for line in ["ein langer Text, größer als ein Schritt\n", "ohne Zeilenende, größer als ein Schritt "] {
            let text = line.repeat(500);
            let mut index = index(&text);
            for offset in (0..text.len()).step_by(97).filter(|at| text.is_char_boundary(*at)).chain([text.len()]) {
                let before = text.get(..offset).unwrap();
                let line = before.matches('\n').count() + 1;
                let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
                assert_eq!(index.position(offset as u64).unwrap(), Position { line, column }, "{offset}");
                let (shown, from) = index.around(offset as u64).unwrap();
                let whole = text.lines().nth(line - 1).unwrap_or("");
                let rest: String = whole.chars().skip(from - 1).collect();
                assert!(rest.starts_with(&shown) && from <= column && column <= from + shown.chars().count());
            }
        }
    }
}
