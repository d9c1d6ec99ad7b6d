//! Bicep's lists, objects and loops.

use super::cursor::{Parser, Raw, Read};
use super::lex::Tok;
use crate::format::deployment::syntax::{Expr, Item, Kind, Loop, Over, Property};

impl Parser<'_> {
    /// A list, or what a loop makes.
    pub fn list(&mut self, start: usize) -> Read {
        self.at += 1;
        let parens = std::mem::take(&mut self.parens);
        let made = self.items(start);
        self.parens = parens;
        made
    }

    fn items(&mut self, start: usize) -> Read {
        self.lines();
        if self.is_word("for") {
            let each = self.turns()?;
            let body = self.expr()?;
            self.lines();
            self.expect("]", "`]` is wanted here")?;
            return Ok(Expr { kind: Kind::For(Box::new(each), Box::new(body)), span: self.span(start) });
        }
        let mut items = Vec::new();
        loop {
            while self.take(",") || matches!(self.peek(), Some(Tok::Line)) {
                self.lines();
            }
            if self.take("]") {
                return Ok(Expr { kind: Kind::List(items), span: self.span(start) });
            }
            let spread = self.take("...");
            let item = self.expr()?;
            items.push(if spread { Item::Spread(item) } else { Item::One(item) });
            if !self.is(",") && !self.is("]") && !matches!(self.peek(), Some(Tok::Line)) {
                return Err(self.wrong("`]` is wanted here"));
            }
        }
    }

    /// `for item in items:`, after which stands what is repeated.
    pub fn turns(&mut self) -> Read<Loop> {
        self.at += 1;
        let mut index = Vec::new();
        let item = if self.take("(") {
            let item = self.word()?;
            self.expect(",", "`,` is wanted here")?;
            index.push(self.word()?);
            self.expect(")", "`)` is wanted here")?;
            item
        } else {
            self.word()?
        };
        if !self.is_word("in") {
            return Err(self.wrong("`in` is wanted here"));
        }
        self.at += 1;
        let over = Over::Items(self.expr()?);
        self.expect(":", "`:` is wanted here")?;
        self.lines();
        Ok(Loop { over, item: Some(item), index, filter: None })
    }

    /// An object; resources within it go to `inner`, if it is a resource's.
    pub fn object(&mut self, inner: Option<&mut Vec<Raw>>) -> Read {
        let parens = std::mem::take(&mut self.parens);
        let made = self.entries(inner);
        self.parens = parens;
        made
    }

    fn entries(&mut self, mut inner: Option<&mut Vec<Raw>>) -> Read {
        let start = self.range().start;
        self.expect("{", "`{` is wanted here")?;
        let mut properties = Vec::new();
        loop {
            while self.take(",") || matches!(self.peek(), Some(Tok::Line)) {
                self.lines();
            }
            if self.take("}") {
                return Ok(Expr { kind: Kind::Object(properties), span: self.span(start) });
            }
            if self.take("...") {
                properties.push(Property::Spread(self.expr()?));
                continue;
            }
            if self.is("@") {
                self.decorator()?;
                continue;
            }
            if self.is_word("resource")
                && matches!(self.ahead(1), Some(Tok::Word(_)))
                && let Some(inner) = inner.as_deref_mut()
            {
                inner.push(self.resource()?);
                continue;
            }
            let at = self.range().start;
            let key = match self.peek() {
                Some(Tok::Word(word)) => {
                    self.at += 1;
                    Expr::text(word, self.span(at))
                }
                Some(Tok::Text(_)) => self.primary()?,
                _ => return Err(self.wrong("a property is wanted here")),
            };
            self.expect(":", "`:` is wanted here")?;
            self.lines();
            let value = self.expr()?;
            properties.push(Property::One(key, value));
            if !self.is(",") && !self.is("}") && !matches!(self.peek(), Some(Tok::Line)) {
                return Err(self.wrong("`}` is wanted here"));
            }
        }
    }

    /// `@description('…')`, which decides nothing here.
    pub fn decorator(&mut self) -> Read<()> {
        self.at += 1;
        self.postfix()?;
        self.lines();
        Ok(())
    }
}
