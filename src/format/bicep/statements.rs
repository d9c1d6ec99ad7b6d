//! Bicep's statements: <https://learn.microsoft.com/azure/azure-resource-manager/bicep/file>. One that is broken costs
//! itself and a note.

use std::sync::Arc;

use super::cursor::{Parser, Raw, Read, Wrong};
use super::lex::{self, Piece, Tok};
use crate::format::deployment::syntax::{Decl, Expr, Function, Kind, Module, Param, Program, Property, Source};
use crate::source::{FileId, Span};
use crate::value::Value;

/// What begins a statement.
const KEYWORDS: &[&str] = &[
    "assert",
    "extends",
    "extension",
    "func",
    "import",
    "metadata",
    "module",
    "output",
    "param",
    "provider",
    "resource",
    "targetScope",
    "type",
    "using",
    "var",
];

/// A text as a program, and what of it could not be read.
pub fn program(file: FileId, text: &str) -> (Program, Vec<Wrong>) {
    let tokens = lex::tokens(text);
    let mut program = Program::new(Span::new(file, 0..text.len()));
    let mut lost = Vec::new();
    let mut parser = Parser::new(file, &tokens, text.len());
    loop {
        parser.lines();
        let start = parser.at;
        if start >= tokens.len() {
            return (program, lost);
        }
        if let Err(wrong) = parser.statement(&mut program) {
            lost.push(wrong);
            parser.at = parser.at.max(start + 1);
            parser.recover(text);
        }
    }
}

impl Parser<'_> {
    /// On to the next line that begins, without a space before it, as a statement does.
    fn recover(&mut self, text: &str) {
        self.depth = 0;
        while let Some(token) = self.tokens.get(self.at) {
            let at_line = token.range.start == 0 || text.as_bytes().get(token.range.start - 1) == Some(&b'\n');
            let begins = match &token.kind {
                Tok::Word(word) => KEYWORDS.contains(&&**word),
                Tok::Sign(sign) => *sign == "@",
                _ => false,
            };
            if at_line && begins {
                return;
            }
            self.at += 1;
        }
    }

    fn statement(&mut self, program: &mut Program) -> Read<()> {
        while self.is("@") {
            self.decorator()?;
        }
        let start = self.range().start;
        let keyword = self.word()?;
        match &*keyword {
            "targetScope" => {
                self.expect("=", "`=` is wanted here")?;
                let scope = self.expr()?;
                program.scope = scope.as_text().filter(|scope| &***scope != "resourceGroup").cloned();
            }
            "using" | "extends" => {
                if let Some(Tok::Text(pieces)) = self.peek()
                    && &*keyword == "using"
                {
                    program.using = plain(pieces);
                }
                self.pass();
            }
            "param" => self.param(start, program)?,
            "var" => {
                let name = self.word()?;
                self.skip_type();
                self.expect("=", "`=` is wanted here")?;
                let value = self.value()?;
                program.variables.insert(lower(&name), value);
            }
            "output" => {
                let name = self.word()?;
                self.skip_type();
                self.expect("=", "`=` is wanted here")?;
                let value = self.value()?;
                program.outputs.insert(lower(&name), value);
            }
            "func" => self.function(program)?,
            "resource" => {
                self.at -= 1;
                let raw = self.resource()?;
                lower_resource(raw, None, program);
            }
            "module" => {
                self.at -= 1;
                self.module(program)?;
            }
            // an outer rule: what no value hangs on
            "metadata" | "type" | "import" | "provider" | "extension" | "assert" => self.pass(),
            _ => {
                self.at -= 1;
                return Err(self.wrong("a statement is wanted here"));
            }
        }
        if !matches!(self.peek(), None | Some(Tok::Line)) {
            return Err(self.wrong("the statement should end here"));
        }
        Ok(())
    }

    /// `param name string = …`
    fn param(&mut self, start: usize, program: &mut Program) -> Read<()> {
        let name = self.word()?;
        let span = self.span(start);
        let nullable = self.skip_type();
        let mut default = if self.take("=") { Some(self.value()?) } else { None };
        if nullable && default.is_none() {
            default = Some(Expr { kind: Kind::Value(Value::Null), span });
        }
        program.params.insert(lower(&name), Param { default, span });
        Ok(())
    }

    fn value(&mut self) -> Read {
        self.lines();
        self.expr()
    }

    /// Passes over the rest of a statement.
    fn pass(&mut self) {
        let mut open = 0usize;
        while let Some(token) = self.peek() {
            match token {
                Tok::Sign("{" | "(" | "[" | "[?") => open += 1,
                Tok::Sign("}" | ")" | "]") => open = open.saturating_sub(1),
                Tok::Line if open == 0 && !self.goes_on() => return,
                _ => {}
            }
            self.at += 1;
        }
    }

    /// Whether the statement goes on after the line breaks here: `| 'Other'`.
    fn goes_on(&self) -> bool {
        let mut more = 0;
        while matches!(self.ahead(more), Some(Tok::Line)) {
            more += 1;
        }
        matches!(self.ahead(more), Some(Tok::Sign("|")))
    }

    /// Passes over a type; whether it may be null.
    fn skip_type(&mut self) -> bool {
        let mut open = 0usize;
        let mut nullable = false;
        while let Some(token) = self.peek() {
            match token {
                Tok::Sign("{" | "(" | "[" | "[?" | "<") => open += 1,
                Tok::Sign("}" | ")" | "]" | ">") => open = open.saturating_sub(1),
                Tok::Sign("=") if open == 0 => return nullable,
                Tok::Line if open == 0 && !self.goes_on() => return nullable,
                _ => {}
            }
            if !matches!(token, Tok::Line) {
                nullable = open == 0 && matches!(token, Tok::Sign("?"));
            }
            self.at += 1;
        }
        nullable
    }

    /// `func name(a string) string => …`
    fn function(&mut self, program: &mut Program) -> Read<()> {
        let name = self.word()?;
        self.expect("(", "`(` is wanted here")?;
        let mut params = Vec::new();
        loop {
            self.lines();
            if self.take(")") {
                break;
            }
            params.push(self.word()?);
            let mut open = 0usize;
            while let Some(token) = self.peek() {
                match token {
                    Tok::Sign("{" | "(" | "[" | "<") => open += 1,
                    Tok::Sign(")") if open == 0 => break,
                    Tok::Sign("}" | ")" | "]" | ">") => open = open.saturating_sub(1),
                    Tok::Sign(",") if open == 0 => break,
                    _ => {}
                }
                self.at += 1;
            }
            if self.peek().is_none() {
                return Err(self.wrong("`)` is wanted here"));
            }
            self.take(",");
        }
        while !self.is("=>") {
            if matches!(self.peek(), None | Some(Tok::Line)) {
                return Err(self.wrong("`=>` is wanted here"));
            }
            self.at += 1;
        }
        self.at += 1;
        let body = self.value()?;
        program.functions.insert(lower(&name), Function { params, body });
        Ok(())
    }

    /// `resource symbol 'type@version' = …`
    pub fn resource(&mut self) -> Read<Raw> {
        self.depth += 1;
        if self.depth > 40 {
            return Err(self.wrong("resources are nested too deep"));
        }
        let made = self.declared();
        self.depth -= 1;
        made
    }

    fn declared(&mut self) -> Read<Raw> {
        let start = self.range().start;
        self.at += 1;
        let symbol = self.word()?;
        let Some(Tok::Text(pieces)) = self.peek() else { return Err(self.wrong("a type is wanted here")) };
        let Some(native_type) = plain(pieces) else { return Err(self.wrong("a type is a text as it stands")) };
        self.at += 1;
        let head = self.span(start);
        let existing = self.is_word("existing");
        self.at += usize::from(existing);
        self.expect("=", "`=` is wanted here")?;
        self.lines();
        let mut made = Raw {
            symbol,
            native_type,
            existing,
            condition: None,
            each: None,
            body: Expr { kind: Kind::Object(Vec::new()), span: head },
            inner: Vec::new(),
            head,
            span: head,
        };
        let looped = self.take("[");
        if looped {
            self.lines();
            if !self.is_word("for") {
                return Err(self.wrong("`for` is wanted here"));
            }
            made.each = Some(self.turns()?);
        }
        if self.is_word("if") {
            self.at += 1;
            self.expect("(", "`(` is wanted here")?;
            self.lines();
            let condition = self.expr()?;
            self.lines();
            self.expect(")", "`)` is wanted here")?;
            self.lines();
            match &mut made.each {
                Some(each) => each.filter = Some(condition),
                None => made.condition = Some(condition),
            }
        }
        made.body = self.object(Some(&mut made.inner))?;
        if looped {
            self.lines();
            self.expect("]", "`]` is wanted here")?;
        }
        made.span = self.span(start);
        Ok(made)
    }

    /// `module symbol 'path' = …`
    fn module(&mut self, program: &mut Program) -> Read<()> {
        let raw = self.resource()?;
        let path = &raw.native_type;
        let registry =
            path.starts_with("br:") || path.starts_with("br/") || path.starts_with("ts:") || path.starts_with("ts/");
        let source = if registry { Source::Away(path.clone()) } else { Source::File(path.clone()) };
        let params = match raw.body.get("params").map(|params| &params.kind) {
            Some(Kind::Object(properties)) => properties
                .iter()
                .filter_map(|property| match property {
                    Property::One(key, value) => Some((lower(key.as_text()?), value.clone())),
                    Property::Spread(_) => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        program.symbols.insert(raw.symbol.clone(), program.resources.len());
        program.resources.push(Decl {
            symbol: Some(raw.symbol),
            by_symbol: true,
            native_type: Arc::from("Microsoft.Resources/deployments"),
            name: raw.body.get("name").cloned().unwrap_or_else(|| Expr::text("", raw.head)),
            body: raw.body,
            condition: raw.condition,
            each: raw.each,
            existing: false,
            within: None,
            parent: None,
            module: Some(Module { source, params, outer: false }),
            head: raw.head,
            span: raw.span,
        });
        Ok(())
    }
}

/// Adds a resource, then those within it.
fn lower_resource(raw: Raw, within: Option<usize>, program: &mut Program) {
    let (own, version) = raw.native_type.split_once('@').unwrap_or((&raw.native_type, ""));
    let above = within.and_then(|within| program.resources.get(within)).map(|above| above.native_type.clone());
    let native_type = match above {
        Some(above) => Arc::from(format!("{above}/{own}")),
        None => Arc::from(own),
    };
    let Expr { kind: Kind::Object(mut properties), span } = raw.body else { return };
    let body = Expr { kind: Kind::Object(properties.clone()), span };
    let (name, parent) = (body.get("name").cloned(), body.get("parent").cloned());
    properties.retain(|property| match property {
        Property::One(key, _) => !key.as_text().is_some_and(|key| matches!(&**key, "parent" | "dependsOn")),
        Property::Spread(_) => true,
    });
    if !version.is_empty() {
        properties.push(Property::One(Expr::text("apiVersion", raw.head), Expr::text(version, raw.head)));
    }
    let at = program.resources.len();
    program.symbols.entry(raw.symbol.clone()).or_insert(at);
    program.resources.push(Decl {
        symbol: Some(raw.symbol),
        by_symbol: true,
        native_type,
        name: name.unwrap_or_else(|| Expr::text("", raw.head)),
        body: Expr { kind: Kind::Object(properties), span },
        condition: raw.condition,
        each: raw.each,
        existing: raw.existing,
        within,
        parent,
        module: None,
        head: raw.head,
        span: raw.span,
    });
    for inner in raw.inner {
        lower_resource(inner, Some(at), program);
    }
}

/// A text without anything worked out in it.
fn plain(pieces: &[Piece]) -> Option<Arc<str>> {
    match pieces {
        [Piece::Known(text)] => Some(Arc::from(text.as_str())),
        _ => None,
    }
}

fn lower(name: &str) -> Arc<str> {
    Arc::from(name.to_ascii_lowercase())
}
