//! Templates to trees.

use std::ops::Range;
use std::rc::Rc;

use super::lex::{Bad, Piece, Tok, Token, pieces};
use super::val::{V, Val};

/// A part of a template.
#[derive(Debug)]
pub(super) enum Item {
    Text(Range<usize>),
    Print(Pipe),
    If { pipe: Pipe, then: Vec<Item>, other: Vec<Item> },
    With { pipe: Pipe, then: Vec<Item>, other: Vec<Item> },
    Range { pipe: Pipe, each: Vec<Item>, none: Vec<Item> },
    Template { name: Rc<str>, pipe: Option<Pipe>, at: Range<usize> },
    Break,
    Continue,
}

/// `$a := x | f 1`.
#[derive(Debug)]
pub(super) struct Pipe {
    pub names: Vec<Rc<str>>,
    /// `=`, not `:=`.
    pub assign: bool,
    pub commands: Vec<Command>,
    /// The place of the action.
    pub at: Range<usize>,
}

/// A call, or one value.
#[derive(Debug)]
pub(super) struct Command {
    pub first: Expr,
    pub args: Vec<Expr>,
}

#[derive(Debug)]
pub(super) enum Expr {
    Dot,
    Value(Val),
    Field(Vec<Rc<str>>),
    Var(Rc<str>, Vec<Rc<str>>),
    Func(Rc<str>),
    Chain(Box<Expr>, Vec<Rc<str>>),
    Pipe(Box<Pipe>),
}

/// A parsed file: what it prints, and the templates that it defines.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub items: Vec<Item>,
    pub defines: Vec<(Rc<str>, Vec<Item>)>,
}

/// How deep blocks and parentheses may nest.
const DEPTH: usize = 100;

/// Parses a template.
pub(super) fn parse(text: &str) -> Result<Parsed, Bad> {
    let mut parser = Parser { pieces: pieces(text)?.into_iter(), defines: Vec::new(), depth: 0 };
    let (items, end) = parser.items()?;
    match end {
        End::File => Ok(Parsed { items, defines: parser.defines }),
        End::Else(at, _) => Err(Bad { reason: "`else` stands alone".into(), at }),
        End::Closed(at) => Err(Bad { reason: "`end` closes nothing".into(), at }),
    }
}

struct Parser {
    pieces: std::vec::IntoIter<Piece>,
    defines: Vec<(Rc<str>, Vec<Item>)>,
    depth: usize,
}

/// How a list of items ends.
enum End {
    File,
    Closed(Range<usize>),
    Else(Range<usize>, Words),
}

impl Parser {
    fn items(&mut self) -> Result<(Vec<Item>, End), Bad> {
        let mut items = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (tokens, at) = match piece {
                Piece::Text(range) => {
                    items.push(Item::Text(range));
                    continue;
                }
                Piece::Action(tokens, at) => (tokens, at),
            };
            let mut words = Words { tokens: tokens.into_iter().collect(), at: at.clone(), depth: 0 };
            let keyword = match words.tokens.front().map(|token| &token.tok) {
                Some(Tok::Word(word)) => word.clone(),
                Some(_) => Rc::from(""),
                None => return Err(Bad { reason: "an action is empty".into(), at }),
            };
            match &*keyword {
                "end" => return Ok((items, End::Closed(at))),
                "else" => {
                    words.tokens.pop_front();
                    return Ok((items, End::Else(at, words)));
                }
                "if" | "with" | "range" => {
                    words.tokens.pop_front();
                    items.push(self.control(&keyword, words)?);
                }
                "define" | "block" => {
                    words.tokens.pop_front();
                    let name = words.text()?;
                    let pipe = if &*keyword == "block" { Some(words.whole_pipe()?) } else { None };
                    let (body, end) = self.nested()?;
                    self.closed(end, &at)?;
                    self.defines.push((name.clone(), body));
                    if pipe.is_some() {
                        items.push(Item::Template { name, pipe, at });
                    }
                }
                "template" => {
                    words.tokens.pop_front();
                    let name = words.text()?;
                    let pipe = if words.tokens.is_empty() { None } else { Some(words.whole_pipe()?) };
                    items.push(Item::Template { name, pipe, at });
                }
                "break" if words.tokens.len() == 1 => items.push(Item::Break),
                "continue" if words.tokens.len() == 1 => items.push(Item::Continue),
                _ => items.push(Item::Print(words.whole_pipe()?)),
            }
        }
        Ok((items, End::File))
    }

    fn nested(&mut self) -> Result<(Vec<Item>, End), Bad> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(Bad { reason: "blocks nest too deeply".into(), at: 0..0 });
        }
        let found = self.items();
        self.depth -= 1;
        found
    }

    fn closed(&self, end: End, opened: &Range<usize>) -> Result<(), Bad> {
        match end {
            End::Closed(_) => Ok(()),
            End::File => Err(Bad { reason: "a block has no `end`".into(), at: opened.clone() }),
            End::Else(at, _) => Err(Bad { reason: "`else` stands where it cannot".into(), at }),
        }
    }

    /// `if`, `with` or `range` up to its `end`.
    fn control(&mut self, keyword: &str, mut words: Words) -> Result<Item, Bad> {
        let at = words.at.clone();
        let pipe = words.whole_pipe()?;
        let (then, end) = self.nested()?;
        let other = match end {
            End::Else(_, mut words) if words.tokens.is_empty() => {
                let (other, end) = self.nested()?;
                self.closed(end, &at)?;
                words.tokens.clear();
                other
            }
            End::Else(at, mut words) => match words.tokens.pop_front().map(|token| token.tok) {
                // one `end` closes the whole chain
                Some(Tok::Word(word)) if matches!(&*word, "if" | "with") => {
                    self.depth += 1;
                    if self.depth > DEPTH {
                        return Err(Bad { reason: "blocks nest too deeply".into(), at });
                    }
                    let item = self.control(&word, words);
                    self.depth -= 1;
                    vec![item?]
                }
                _ => return Err(Bad { reason: "`else` is followed by what it cannot be".into(), at }),
            },
            end => {
                self.closed(end, &at)?;
                Vec::new()
            }
        };
        Ok(match keyword {
            "if" => Item::If { pipe, then, other },
            "with" => Item::With { pipe, then, other },
            _ => Item::Range { pipe, each: then, none: other },
        })
    }
}

/// The words of one action, taken from the front.
struct Words {
    tokens: std::collections::VecDeque<Token>,
    at: Range<usize>,
    depth: usize,
}

impl Words {
    fn bad<T>(&self, reason: impl Into<String>) -> Result<T, Bad> {
        let at = self.tokens.front().map_or(self.at.clone(), |token| token.range.clone());
        Err(Bad { reason: reason.into(), at })
    }

    fn peek(&self) -> Option<&Tok> {
        self.tokens.front().map(|token| &token.tok)
    }

    /// The name that `define` and `template` need.
    fn text(&mut self) -> Result<Rc<str>, Bad> {
        match self.tokens.pop_front().map(|token| token.tok) {
            Some(Tok::Text(text)) => Ok(text),
            _ => self.bad("a template's name must be a text"),
        }
    }

    /// A pipeline and nothing after it.
    fn whole_pipe(&mut self) -> Result<Pipe, Bad> {
        let pipe = self.pipe()?;
        if self.tokens.is_empty() { Ok(pipe) } else { self.bad("an action holds more than one pipeline") }
    }

    fn pipe(&mut self) -> Result<Pipe, Bad> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.bad("parentheses nest too deeply");
        }
        let (names, assign) = self.names();
        let mut commands = vec![self.command()?];
        while self.peek() == Some(&Tok::Pipe) {
            self.tokens.pop_front();
            commands.push(self.command()?);
        }
        self.depth -= 1;
        Ok(Pipe { names, assign, commands, at: self.at.clone() })
    }

    /// `$a :=`, `$k, $v :=`, `$a =`.
    fn names(&mut self) -> (Vec<Rc<str>>, bool) {
        let toks: Vec<&Tok> = self.tokens.iter().take(4).map(|token| &token.tok).collect();
        let (names, count, assign) = match toks.as_slice() {
            [Tok::Var(name), sign @ (Tok::Declare | Tok::Assign), ..] => (vec![name.clone()], 2, **sign == Tok::Assign),
            [Tok::Var(key), Tok::Comma, Tok::Var(value), sign @ (Tok::Declare | Tok::Assign)] => {
                (vec![key.clone(), value.clone()], 4, **sign == Tok::Assign)
            }
            _ => return (Vec::new(), false),
        };
        self.tokens.drain(..count);
        (names, assign)
    }

    fn command(&mut self) -> Result<Command, Bad> {
        let first = self.operand()?;
        let mut args = Vec::new();
        while !matches!(self.peek(), None | Some(Tok::Pipe | Tok::Close)) {
            args.push(self.operand()?);
        }
        Ok(Command { first, args })
    }

    fn operand(&mut self) -> Result<Expr, Bad> {
        let Some(token) = self.tokens.pop_front() else { return self.bad("a value is missing") };
        let expr = match token.tok {
            Tok::Dot => Expr::Dot,
            Tok::Field(name) => Expr::Field(vec![name]),
            Tok::Var(name) => Expr::Var(name, Vec::new()),
            Tok::Int(number) => Expr::Value(Val::from(number)),
            Tok::Float(number) => Expr::Value(Val::from(number)),
            Tok::Text(text) => Expr::Value(Val::from(V::Str(super::text::Str::new(text)))),
            Tok::Word(word) => match &*word {
                "true" => Expr::Value(Val::from(true)),
                "false" => Expr::Value(Val::from(false)),
                "nil" => Expr::Value(Val::NIL),
                _ => Expr::Func(word),
            },
            Tok::Open => {
                let pipe = self.pipe()?;
                match self.tokens.pop_front().map(|token| token.tok) {
                    Some(Tok::Close) => Expr::Pipe(Box::new(pipe)),
                    _ => return self.bad("a parenthesis is not closed"),
                }
            }
            Tok::Close | Tok::Pipe | Tok::Comma | Tok::Declare | Tok::Assign => {
                return Err(Bad { reason: "a value is missing".into(), at: token.range });
            }
        };
        Ok(self.fields(expr))
    }

    /// The fields that follow without a space: `$x.a.b`, `(f).a`.
    fn fields(&mut self, expr: Expr) -> Expr {
        let mut names = Vec::new();
        while let Some(Token { tok: Tok::Field(name), spaced: false, .. }) = self.tokens.front() {
            names.push(name.clone());
            self.tokens.pop_front();
        }
        match expr {
            expr if names.is_empty() => expr,
            Expr::Field(mut first) => {
                first.extend(names);
                Expr::Field(first)
            }
            Expr::Var(name, _) => Expr::Var(name, names),
            other => Expr::Chain(Box::new(other), names),
        }
    }
}
