//! Bicep's expressions: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/data-types>.

use std::sync::Arc;

use super::cursor::{Parser, Read};
use super::lex::{Piece, Tok};
use crate::format::deployment::syntax::{Expr, Kind, Op, Part};
use crate::source::Span;
use crate::value::Value;

/// How deep expressions may nest.
const DEEPEST: usize = 100;

impl<'t> Parser<'t> {
    /// An expression.
    pub fn expr(&mut self) -> Read {
        self.depth += 1;
        if self.depth > DEEPEST {
            self.depth -= 1;
            return Err(self.wrong("the expression is nested too deep"));
        }
        let made = self.ternary();
        self.depth -= 1;
        made
    }

    fn ternary(&mut self) -> Read {
        let start = self.range().start;
        let condition = self.binary(0)?;
        self.over_lines_to(&["?"]);
        if !self.take("?") {
            return Ok(condition);
        }
        self.lines();
        let yes = self.expr()?;
        self.lines();
        self.expect(":", "`:` is wanted here")?;
        self.lines();
        let no = self.expr()?;
        Ok(Expr { kind: Kind::If(Box::new([condition, yes, no])), span: self.span(start) })
    }

    fn operator(&self, level: usize) -> Option<Op> {
        let Some(Tok::Sign(sign)) = self.peek() else { return None };
        let (found, op) = match *sign {
            "??" => (0, Op::Coalesce),
            "||" => (1, Op::Or),
            "&&" => (2, Op::And),
            "==" => (3, Op::Equal),
            "!=" => (3, Op::NotEqual),
            "=~" => (3, Op::Alike),
            "!~" => (3, Op::NotAlike),
            "<" => (4, Op::Less),
            "<=" => (4, Op::LessOrEqual),
            ">" => (4, Op::Greater),
            ">=" => (4, Op::GreaterOrEqual),
            "+" => (5, Op::Plus),
            "-" => (5, Op::Minus),
            "*" => (6, Op::Times),
            "/" => (6, Op::Divide),
            "%" => (6, Op::Modulo),
            _ => return None,
        };
        (found == level).then_some(op)
    }

    fn binary(&mut self, level: usize) -> Read {
        if level > 6 {
            return self.unary();
        }
        let start = self.range().start;
        let mut left = self.binary(level + 1)?;
        let mut count = 0;
        loop {
            if self.parens > 0 {
                self.over_lines_to(&["??", "||", "&&", "==", "!=", "+", "*", "/", "%"]);
            }
            let Some(op) = self.operator(level) else { return Ok(left) };
            count += 1;
            if count > DEEPEST {
                return Err(self.wrong("the expression is nested too deep"));
            }
            self.at += 1;
            self.lines();
            let right = self.binary(level + 1)?;
            left = Expr { kind: Kind::Binary(op, Box::new([left, right])), span: self.span(start) };
        }
    }

    fn unary(&mut self) -> Read {
        let start = self.range().start;
        self.depth += 1;
        if self.depth > DEEPEST {
            self.depth -= 1;
            return Err(self.wrong("the expression is nested too deep"));
        }
        let made = if self.take("!") {
            self.unary().map(|inner| Kind::Not(Box::new(inner)))
        } else if self.take("-") {
            self.unary().map(|inner| Kind::Negate(Box::new(inner)))
        } else {
            self.depth -= 1;
            return self.postfix();
        };
        self.depth -= 1;
        Ok(Expr { kind: made?, span: self.span(start) })
    }

    pub fn postfix(&mut self) -> Read {
        let start = self.range().start;
        let mut made = self.primary()?;
        let mut count = 0;
        loop {
            count += 1;
            if count > DEEPEST {
                return Err(self.wrong("the expression is nested too deep"));
            }
            let kind = if self.is(".") || self.is(".?") {
                let safe = self.is(".?");
                self.at += 1;
                let name = self.word()?;
                if self.is("(") { self.method(made, &name)? } else { Kind::Member(Box::new(made), name, safe) }
            } else if self.take("::") {
                // a resource within another: symbols are told apart by their names alone
                Kind::Name(self.word()?)
            } else if self.is("[") || self.is("[?") {
                let safe = self.is("[?");
                self.at += 1;
                self.lines();
                let at = self.expr()?;
                self.lines();
                self.expect("]", "`]` is wanted here")?;
                Kind::Index(Box::new([made, at]), safe)
            } else if self.is("!") {
                // "it is not null": the person's word for it
                self.at += 1;
                continue;
            } else {
                return Ok(made);
            };
            made = Expr { kind, span: self.span(start) };
        }
    }

    /// `of.name(…)`: a function of a namespace, or one of a resource.
    fn method(&mut self, of: Expr, name: &str) -> Read<Kind> {
        let mut args = self.arguments()?;
        if !matches!(&of.kind, Kind::Name(space) if matches!(&**space, "az" | "sys")) {
            args.insert(0, of);
        }
        Ok(Kind::Call(Arc::from(name.to_ascii_lowercase()), args))
    }

    fn arguments(&mut self) -> Read<Vec<Expr>> {
        self.expect("(", "`(` is wanted here")?;
        self.parens += 1;
        let mut args = Vec::new();
        loop {
            self.lines();
            if self.take(")") {
                break;
            }
            args.push(self.expr()?);
            self.lines();
            if !self.take(",") && !self.is(")") {
                self.parens -= 1;
                return Err(self.wrong("`)` is wanted here"));
            }
        }
        self.parens -= 1;
        Ok(args)
    }

    pub fn primary(&mut self) -> Read {
        let start = self.range().start;
        let value = |value: Value, this: &Self| Ok(Expr { kind: Kind::Value(value), span: this.span(start) });
        match self.peek() {
            Some(Tok::Number(number)) => {
                self.at += 1;
                value(Value::Number(*number), self)
            }
            Some(Tok::Text(pieces)) => {
                self.at += 1;
                let span = self.span(start);
                self.text(pieces, span)
            }
            Some(Tok::Word(word)) => {
                self.at += 1;
                match &**word {
                    "true" => return value(Value::Bool(true), self),
                    "false" => return value(Value::Bool(false), self),
                    "null" => return value(Value::Null, self),
                    _ => {}
                }
                if self.take("=>") {
                    self.lines();
                    let body = self.expr()?;
                    let kind = Kind::Lambda(vec![word.clone()], Box::new(body));
                    return Ok(Expr { kind, span: self.span(start) });
                }
                let kind = if self.is("(") {
                    Kind::Call(Arc::from(word.to_ascii_lowercase()), self.arguments()?)
                } else {
                    Kind::Name(word.clone())
                };
                Ok(Expr { kind, span: self.span(start) })
            }
            Some(Tok::Sign("(")) => self.parenthesis(start),
            Some(Tok::Sign("{")) => self.object(None),
            Some(Tok::Sign("[")) => self.list(start),
            _ => Err(self.wrong("an expression is wanted here")),
        }
    }

    /// `(a, b) => c`, or an expression in parentheses.
    fn parenthesis(&mut self, start: usize) -> Read {
        let back = self.at;
        self.at += 1;
        let mut params = Vec::new();
        while let Some(Tok::Word(word)) = self.peek() {
            self.at += 1;
            params.push(word.clone());
            if !self.take(",") {
                break;
            }
        }
        if self.take(")") && self.take("=>") {
            self.lines();
            let body = self.expr()?;
            return Ok(Expr { kind: Kind::Lambda(params, Box::new(body)), span: self.span(start) });
        }
        self.at = back + 1;
        self.parens += 1;
        self.lines();
        let inner = self.expr();
        self.parens -= 1;
        let inner = inner?;
        self.lines();
        self.expect(")", "`)` is wanted here")?;
        Ok(Expr { span: self.span(start), ..inner })
    }

    fn text(&mut self, pieces: &'t [Piece], span: Span) -> Read {
        if let [Piece::Known(text)] = pieces {
            return Ok(Expr::text(text, span));
        }
        let mut parts = Vec::with_capacity(pieces.len());
        for piece in pieces {
            parts.push(match piece {
                Piece::Known(text) => Part::Literal(Arc::from(text.as_str())),
                Piece::Tokens(tokens) => {
                    let end = tokens.last().map_or(span.range().end, |last| last.range.end);
                    let mut inner = Parser::new(self.file, tokens, end);
                    inner.depth = self.depth;
                    inner.parens = 1;
                    inner.lines();
                    Part::Value(inner.expr()?)
                }
            });
        }
        Ok(Expr { kind: Kind::Template(parts), span })
    }
}
