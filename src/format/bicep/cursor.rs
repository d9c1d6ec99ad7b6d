//! Going through Bicep's tokens: what is here, what must be here, and where it stands.

use std::ops::Range;
use std::sync::Arc;

use super::lex::{Tok, Token};
use crate::format::deployment::syntax::{Expr, Loop};
use crate::source::{FileId, Span};

/// Why something cannot be read, and where.
pub struct Wrong {
    pub message: &'static str,
    pub range: Range<usize>,
}

/// What comes of reading.
pub type Read<T = Expr> = Result<T, Wrong>;

/// A resource as it is written.
pub struct Raw {
    pub symbol: Arc<str>,
    pub native_type: Arc<str>,
    pub existing: bool,
    pub condition: Option<Expr>,
    pub each: Option<Loop>,
    pub body: Expr,
    pub inner: Vec<Raw>,
    pub head: Span,
    pub span: Span,
}

/// Reads tokens.
pub struct Parser<'t> {
    pub file: FileId,
    pub tokens: &'t [Token],
    pub at: usize,
    /// Where the tokens end.
    pub end: usize,
    pub depth: usize,
    /// How many parentheses are open: within them line breaks say nothing.
    pub parens: usize,
}

impl<'t> Parser<'t> {
    /// At the first of `tokens`, which end at `end`.
    pub fn new(file: FileId, tokens: &'t [Token], end: usize) -> Self {
        Self { file, tokens, at: 0, end, depth: 0, parens: 0 }
    }

    /// The token here.
    pub fn peek(&self) -> Option<&'t Tok> {
        self.tokens.get(self.at).map(|token| &token.kind)
    }

    /// The token `more` further.
    pub fn ahead(&self, more: usize) -> Option<&'t Tok> {
        self.tokens.get(self.at + more).map(|token| &token.kind)
    }

    /// The place of the token here, or the end.
    pub fn range(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |token| token.range.clone())
    }

    /// Where the token before ended.
    pub fn before(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |token| token.range.end)
    }

    /// From `start` to where the token before ended.
    pub fn span(&self, start: usize) -> Span {
        Span::new(self.file, start..self.before().max(start))
    }

    /// Whether the sign is here.
    pub fn is(&self, sign: &str) -> bool {
        matches!(self.peek(), Some(Tok::Sign(found)) if *found == sign)
    }

    /// Whether the word is here.
    pub fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Tok::Word(found)) if **found == *word)
    }

    /// Takes the sign, if it is here.
    pub fn take(&mut self, sign: &str) -> bool {
        let found = self.is(sign);
        self.at += usize::from(found);
        found
    }

    /// Takes the sign that must be here.
    pub fn expect(&mut self, sign: &str, message: &'static str) -> Read<()> {
        if self.take(sign) { Ok(()) } else { Err(self.wrong(message)) }
    }

    /// What is wrong here.
    pub fn wrong(&self, message: &'static str) -> Wrong {
        Wrong { message, range: self.range() }
    }

    /// Passes over line breaks.
    pub fn lines(&mut self) {
        while matches!(self.peek(), Some(Tok::Line)) {
            self.at += 1;
        }
    }

    /// A word.
    pub fn word(&mut self) -> Read<Arc<str>> {
        match self.peek() {
            Some(Tok::Word(word)) => {
                self.at += 1;
                Ok(word.clone())
            }
            _ => Err(self.wrong("a name is wanted here")),
        }
    }

    /// Line breaks that are followed by one of these signs are passed over.
    pub fn over_lines_to(&mut self, signs: &[&str]) {
        let mut at = self.at;
        while matches!(self.tokens.get(at).map(|token| &token.kind), Some(Tok::Line)) {
            at += 1;
        }
        if matches!(self.tokens.get(at).map(|token| &token.kind), Some(Tok::Sign(sign)) if signs.contains(sign)) {
            self.at = at;
        }
    }
}
