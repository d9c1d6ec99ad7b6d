//! The top-level pieces of a Terraform text, found without parsing it: so that a broken block costs that block only,
//! and so that module calls can be seen before anything is read.

use std::ops::Range;

/// A top-level piece: a block or an attribute.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// Its bytes.
    pub range: Range<usize>,
    /// Its first word: `resource`, `module`.
    pub word: Range<usize>,
    /// Whether the text ended before its last brace was closed.
    pub open: bool,
}

/// The pieces of `text`, in order. Knows braces, brackets, strings with interpolations, heredocs and comments.
pub(super) fn pieces(text: &str) -> Vec<Piece> {
    let mut scan = Scan { bytes: text.as_bytes(), at: 0 };
    let mut pieces = Vec::new();
    loop {
        scan.blanks();
        if scan.peek().is_none() {
            return pieces;
        }
        let start = scan.at;
        while scan
            .peek()
            .is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-' || byte >= 0x80)
        {
            scan.at += 1;
        }
        let word = start..scan.at;
        let open = scan.skip_piece();
        if scan.at == start {
            scan.at += 1;
        }
        pieces.push(Piece { range: start..scan.at.min(text.len()), word, open });
    }
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes.get(self.at..).is_some_and(|rest| rest.starts_with(prefix))
    }

    /// Skips blanks, line breaks and comments.
    fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(_) if self.comment() => {}
                _ => return,
            }
        }
    }

    /// Skips a comment, if one begins here; the line break after it stays.
    fn comment(&mut self) -> bool {
        if self.starts_with(b"/*") {
            self.at += 2;
            while self.peek().is_some() && !self.starts_with(b"*/") {
                self.at += 1;
            }
            self.at = (self.at + 2).min(self.bytes.len());
            return true;
        }
        if self.peek() == Some(b'#') || self.starts_with(b"//") {
            self.line();
            return true;
        }
        false
    }

    /// To the next line break.
    fn line(&mut self) {
        while self.peek().is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    /// To the line break at depth nought, or to the end; true if a brace was left open.
    fn skip_piece(&mut self) -> bool {
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'\n' if depth == 0 => return false,
                b'{' | b'[' | b'(' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' | b')' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                }
                b'"' => self.string(),
                b'<' if self.starts_with(b"<<") => self.heredoc(),
                _ if self.comment() => {}
                _ => self.at += 1,
            }
            // an unclosed block must not swallow the rest of the file: a header at a line's start ends it
            if depth > 0 && byte == b'\n' && self.header_here() {
                return true;
            }
        }
        depth > 0
    }

    /// Whether a top-level block begins at this line's first byte.
    fn header_here(&self) -> bool {
        const WORDS: [&[u8]; 9] = [
            b"resource \"",
            b"data \"",
            b"module \"",
            b"variable \"",
            b"output \"",
            b"provider \"",
            b"locals {",
            b"terraform {",
            b"moved {",
        ];
        WORDS.iter().any(|word| self.starts_with(word))
    }

    /// Past a quoted text, interpolations and their own texts included. A stack, as nesting is the writer's choice.
    fn string(&mut self) {
        self.at += 1;
        // `None` for a text, the open braces for an interpolation
        let mut stack: Vec<Option<usize>> = vec![None];
        while let (Some(byte), Some(top)) = (self.peek(), stack.last_mut()) {
            match (byte, top) {
                (b'\n', None) => return,
                (b'\\', None) => self.at += 1,
                (b'"', None) => {
                    stack.pop();
                }
                (b'$' | b'%', None) if self.bytes.get(self.at + 1) == Some(&b'{') => {
                    let escaped = self.at > 0 && self.bytes.get(self.at - 1) == Some(&byte);
                    if !escaped {
                        stack.push(Some(1));
                    }
                    self.at += 1;
                }
                (b'"', Some(_)) => stack.push(None),
                (b'{', Some(open)) => *open += 1,
                (b'}', Some(open)) => {
                    *open -= 1;
                    if *open == 0 {
                        stack.pop();
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Past a heredoc, if one begins here.
    fn heredoc(&mut self) {
        self.at += 2;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-') {
            self.at += 1;
        }
        let Some(mark) = self.bytes.get(start..self.at).filter(|mark| !mark.is_empty()) else { return };
        let mark = mark.to_vec();
        self.line();
        while self.peek().is_some() {
            self.at += 1;
            let begin = self.at;
            self.line();
            let line = self.bytes.get(begin..self.at).unwrap_or_default();
            if line.trim_ascii() == mark.as_slice() {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        pieces(text).into_iter().filter_map(|piece| text.get(piece.range)).collect()
    }

    #[test]
    fn braces_in_texts_heredocs_and_comments_do_not_count() {
        let text = "a = \"}{${f(\"}\")}\"\n# }\nb \"x\" {\n  c = <<-EOT\n  }\n  EOT\n}\n/* { */ d = 1\n";
        assert_eq!(split(text), ["a = \"}{${f(\"}\")}\"", "b \"x\" {\n  c = <<-EOT\n  }\n  EOT\n}", "d = 1"]);
    }

    #[test]
    fn an_unclosed_block_ends_at_the_next_header() {
        let text = "resource \"a\" \"b\" {\n  c = {\n\nresource \"d\" \"e\" {\n}\n";
        assert_eq!(split(text).len(), 2);
        assert!(pieces(text)[0].open);
    }
}
