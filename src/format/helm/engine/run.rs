//! Runs a template: prints, conditions, loops, pipelines, calls.

use std::ops::Range;
use std::rc::Rc;

use super::parse::{Command, Expr, Item, Pipe, parse};
use super::text::{Mark, Pen, Str};
use super::val::{Hole, Thing, V, Val};
use super::{Engine, Fault, INCLUDES, Source, print};
use crate::format::helm::functions::{self, Args};
use crate::source::Span;

/// Runs template `name` on `dot`; `at` is where it was asked for.
pub(super) fn include(engine: &Engine<'_>, name: &str, dot: &Val, at: Option<Span>) -> Result<Str, Fault> {
    let define = engine.defines.borrow().get(name).cloned();
    let Some(define) = define else {
        return Err(Fault { reason: format!("there is no template `{name}`"), at });
    };
    if engine.depth.get() >= INCLUDES {
        return Err(Fault { reason: format!("template `{name}` is included too deeply"), at });
    }
    engine.depth.set(engine.depth.get() + 1);
    let mut run = Run::new(engine, define.source.clone(), dot);
    run.walk(dot, &define.items)?;
    engine.depth.set(engine.depth.get() - 1);
    Ok(run.pen.finish())
}

/// `tpl`: a text that is a template itself.
fn tpl(engine: &Engine<'_>, text: &Str, dot: &Val, at: Option<Span>) -> Result<Str, Fault> {
    if !text.as_str().contains("{{") {
        return Ok(text.clone());
    }
    engine.spend(text.as_str().len(), at)?;
    if engine.depth.get() >= INCLUDES {
        return Err(Fault { reason: "`tpl` is called too deeply".into(), at });
    }
    let source = Rc::new(Source { text: text.rc(), file: None, base: Mark { at, exact: false, via: text.via() } });
    let parsed =
        parse(&source.text).map_err(|bad| Fault { reason: format!("in a text for `tpl`: {}", bad.reason), at })?;
    // what the text defines is gone with it
    let before = (!parsed.defines.is_empty()).then(|| engine.defines.borrow().clone());
    if before.is_some() {
        engine.define("", &source, true)?;
    }
    engine.depth.set(engine.depth.get() + 1);
    let mut run = Run::new(engine, source, dot);
    let done = run.walk(dot, &parsed.items);
    engine.depth.set(engine.depth.get() - 1);
    if let Some(before) = before {
        engine.defines.replace(before);
    }
    done.map(|_| run.pen.finish())
}

/// Where a list of items ended.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Break,
    Continue,
}

struct Run<'e, 't> {
    engine: &'e Engine<'t>,
    source: Rc<Source>,
    vars: Vec<(Rc<str>, Val)>,
    pen: Pen,
}

impl<'e, 't> Run<'e, 't> {
    fn new(engine: &'e Engine<'t>, source: Rc<Source>, dot: &Val) -> Self {
        Self { engine, source, vars: vec![(Rc::from("$"), dot.clone())], pen: Pen::default() }
    }

    fn at(&self, range: &Range<usize>) -> Option<Span> {
        self.source.at(range)
    }

    fn fault<T>(&self, reason: impl Into<String>, at: &Range<usize>) -> Result<T, Fault> {
        Err(Fault { reason: reason.into(), at: self.at(at) })
    }

    fn walk(&mut self, dot: &Val, items: &[Item]) -> Result<Flow, Fault> {
        for item in items {
            match item {
                Item::Text(range) => {
                    let text = self.source.text.get(range.clone()).unwrap_or("");
                    self.engine.spend(text.len(), self.source.at(range))?;
                    self.pen.push(text, self.source.mark(range));
                }
                Item::Print(pipe) => {
                    let value = self.pipe(dot, pipe)?;
                    if pipe.names.is_empty() {
                        let text = print::printed(&value);
                        let at = self.at(&pipe.at);
                        self.engine.spend(text.as_str().len(), at)?;
                        self.pen.print(&text, at);
                    }
                }
                Item::Template { name, pipe, at } => {
                    let dot = pipe.as_ref().map(|pipe| self.pipe(dot, pipe)).transpose()?.unwrap_or(Val::NIL);
                    let at = self.at(at);
                    let text = include(self.engine, name, &dot, at)?;
                    self.engine.spend(text.as_str().len(), at)?;
                    self.pen.print(&text, at);
                }
                Item::Break => return Ok(Flow::Break),
                Item::Continue => return Ok(Flow::Continue),
                Item::If { pipe, then, other } => {
                    let scope = self.vars.len();
                    let value = self.pipe(dot, pipe)?;
                    let flow = self.walk(dot, if self.decide(&value, &pipe.at)? { then } else { other })?;
                    self.vars.truncate(scope);
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
                Item::With { pipe, then, other } => {
                    let scope = self.vars.len();
                    let value = self.pipe(dot, pipe)?;
                    let flow = match self.decide(&value, &pipe.at)? {
                        true => self.walk(&value, then)?,
                        false => self.walk(dot, other)?,
                    };
                    self.vars.truncate(scope);
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
                Item::Range { pipe, each, none } => {
                    let scope = self.vars.len();
                    let flow = self.range(dot, pipe, each, none)?;
                    self.vars.truncate(scope);
                    if flow != Flow::On {
                        return Ok(flow);
                    }
                }
            }
        }
        Ok(Flow::On)
    }

    fn decide(&self, value: &Val, at: &Range<usize>) -> Result<bool, Fault> {
        match value.truth() {
            Some(truth) => Ok(truth),
            None => self.fault(format!("what it renders cannot be told: {}", self.why(value)), at),
        }
    }

    fn why(&self, value: &Val) -> String {
        let why = value.hole().and_then(|hole| self.engine.holes.get(hole.id));
        why.map_or_else(|| "a value is unknown".into(), |why| why.to_string())
    }

    fn range(&mut self, dot: &Val, pipe: &Pipe, each: &[Item], none: &[Item]) -> Result<Flow, Fault> {
        let over = self.commands(dot, pipe)?;
        let items: Vec<(Val, Val)> = match &over.v {
            V::Nil => Vec::new(),
            V::Hole(_) => return self.fault(format!("what it renders cannot be told: {}", self.why(&over)), &pipe.at),
            V::List(items) => (0i64..).map(Val::from).zip(items.iter().cloned()).collect(),
            V::Map(map) => {
                map.borrow().iter().map(|(key, value)| (Val::from(&**key).or_via(value.via), value.clone())).collect()
            }
            V::Int(count) => {
                (0..(*count).min(1_000_000)).map(|number| (Val::from(number), Val::from(number))).collect()
            }
            V::Thing(Thing::Apis(all)) => {
                (0i64..).map(Val::from).zip(all.iter().map(|api| Val::from(&**api))).collect()
            }
            V::Thing(Thing::Files(files)) => {
                let text = |file| self.engine.tree.text(file).map_or("", |text| &**text);
                files.iter().map(|(path, file)| (Val::from(&**path), Val::from(text(*file)))).collect()
            }
            _ => return self.fault(format!("`range` cannot go over a {}", over.kind()), &pipe.at),
        };
        if items.is_empty() {
            return self.walk(dot, none);
        }
        for (key, value) in items {
            self.engine.step(self.at(&pipe.at))?;
            let scope = self.vars.len();
            let named: Vec<Val> = match pipe.names.len() {
                1 => vec![value.clone()],
                _ => vec![key, value.clone()],
            };
            for (name, value) in pipe.names.iter().zip(named) {
                self.set(name, value, pipe.assign);
            }
            let flow = self.walk(&value, each)?;
            self.vars.truncate(scope);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(Flow::On)
    }

    fn set(&mut self, name: &Rc<str>, value: Val, assign: bool) {
        match self.vars.iter_mut().rev().find(|(known, _)| assign && known == name) {
            Some((_, known)) => *known = value,
            None => self.vars.push((name.clone(), value)),
        }
    }

    fn pipe(&mut self, dot: &Val, pipe: &Pipe) -> Result<Val, Fault> {
        let value = self.commands(dot, pipe)?;
        if let Some(name) = pipe.names.first() {
            self.set(name, value.clone(), pipe.assign);
        }
        Ok(value)
    }

    fn commands(&mut self, dot: &Val, pipe: &Pipe) -> Result<Val, Fault> {
        self.engine.step(self.at(&pipe.at))?;
        let mut last = None;
        for command in &pipe.commands {
            last = Some(self.command(dot, command, last, &pipe.at)?);
        }
        Ok(last.unwrap_or(Val::NIL))
    }

    fn command(&mut self, dot: &Val, command: &Command, last: Option<Val>, at: &Range<usize>) -> Result<Val, Fault> {
        if let Expr::Func(name) = &command.first {
            return self.call(dot, name, &command.args, last, at);
        }
        if command.args.is_empty() && last.is_none() {
            return self.expr(dot, &command.first, at);
        }
        let mut args = Vec::new();
        for arg in &command.args {
            args.push(self.expr(dot, arg, at)?);
        }
        args.extend(last);
        match &command.first {
            Expr::Field(names) => self.fields(dot.clone(), names, Some(&args), at),
            Expr::Var(name, names) if !names.is_empty() => {
                let start = self.var(name, at)?;
                self.fields(start, names, Some(&args), at)
            }
            Expr::Chain(start, names) => {
                let start = self.expr(dot, start, at)?;
                self.fields(start, names, Some(&args), at)
            }
            _ => self.fault("a value is called as if it were a function", at),
        }
    }

    fn expr(&mut self, dot: &Val, expr: &Expr, at: &Range<usize>) -> Result<Val, Fault> {
        match expr {
            Expr::Dot => Ok(dot.clone()),
            Expr::Value(value) => Ok(value.clone()),
            Expr::Field(names) => self.fields(dot.clone(), names, None, at),
            Expr::Var(name, names) => {
                let start = self.var(name, at)?;
                self.fields(start, names, None, at)
            }
            Expr::Func(name) => self.call(dot, name, &[], None, at),
            Expr::Chain(start, names) => {
                let start = self.expr(dot, start, at)?;
                self.fields(start, names, None, at)
            }
            Expr::Pipe(pipe) => self.pipe(dot, pipe),
        }
    }

    fn var(&self, name: &str, at: &Range<usize>) -> Result<Val, Fault> {
        match self.vars.iter().rev().find(|(known, _)| &**known == name) {
            Some((_, value)) => Ok(value.clone()),
            None => self.fault(format!("variable `{name}` is not declared"), at),
        }
    }

    /// `.a.b.c`; arguments go to a method at the end.
    fn fields(&self, start: Val, names: &[Rc<str>], args: Option<&[Val]>, at: &Range<usize>) -> Result<Val, Fault> {
        let mut value = start;
        for (place, name) in names.iter().enumerate() {
            let given = args.filter(|_| place + 1 == names.len());
            value = match &value.v {
                // a value that is nothing has no fields, and is not asked for them; a field that is nothing is
                V::Nil if place == 0 => return Ok(Val::NIL),
                V::Nil => {
                    let path = names.get(..place).unwrap_or_default().join(".");
                    return self.fault(format!("`.{path}` is not set, and its `{name}` is asked for"), at);
                }
                V::Map(map) => match map.borrow().get(name).cloned() {
                    Some(_) if given.is_some_and(|args| !args.is_empty()) => {
                        return self.fault(format!("`.{name}` is no function and has arguments"), at);
                    }
                    Some(found) => found,
                    None if &**name == "AsMap" => value.clone(),
                    None => Val::NIL,
                },
                V::Thing(thing) => functions::method(self.engine, thing, name, given.unwrap_or(&[]))
                    .or_else(|reason| self.fault(reason, at))?,
                V::Hole(hole) => Val::from(V::Hole(Hole { there: false, ..*hole })),
                _ => {
                    return self.fault(format!("a {} has no field `{name}`", value.kind()), at);
                }
            };
        }
        Ok(value)
    }

    fn call(
        &mut self,
        dot: &Val,
        name: &str,
        exprs: &[Expr],
        last: Option<Val>,
        at: &Range<usize>,
    ) -> Result<Val, Fault> {
        self.engine.step(self.at(at))?;
        if matches!(name, "and" | "or") {
            return self.decide_of(dot, name == "and", exprs, last, at);
        }
        let mut args = Vec::with_capacity(exprs.len() + 1);
        for expr in exprs {
            args.push(self.expr(dot, expr, at)?);
        }
        args.extend(last);
        let place = self.at(at);
        match (name, args.as_slice()) {
            ("include", [name, dot]) => {
                let Some(name) = name.str() else { return self.fault("`include` needs a template's name", at) };
                let text = include(self.engine, name, dot, place)?;
                self.engine.spend(text.as_str().len(), place)?;
                Ok(Val::from(text))
            }
            ("tpl", [text, dot]) => Ok(Val::from(tpl(self.engine, &print::show(text), dot, place)?)),
            ("required", [message, value]) => match value {
                value if value.is_nil() || value.str() == Some("") => {
                    self.fault(format!("a value is required: {}", print::show(message).as_str()), at)
                }
                value => Ok(value.clone()),
            },
            ("fail", [message]) => self.fault(format!("the chart gives up: {}", print::show(message).as_str()), at),
            _ => {
                let args = Args { all: &args, engine: self.engine };
                let value = functions::call(name, &args).or_else(|reason| self.fault(reason, at))?;
                if let V::Str(text) = &value.v {
                    self.engine.spend(text.as_str().len(), place)?;
                }
                Ok(value)
            }
        }
    }

    /// `and` and `or`, which stop where they are decided.
    fn decide_of(
        &mut self,
        dot: &Val,
        all: bool,
        exprs: &[Expr],
        last: Option<Val>,
        at: &Range<usize>,
    ) -> Result<Val, Fault> {
        let mut value = Val::NIL;
        let mut open = None;
        for expr in exprs {
            value = self.expr(dot, expr, at)?;
            match value.truth() {
                Some(truth) if truth != all => return Ok(value),
                None => open = Some(value.clone()),
                _ => {}
            }
        }
        if let Some(last) = last {
            value = last;
            if value.truth() == Some(!all) {
                return Ok(value);
            }
        }
        Ok(open.unwrap_or(value))
    }
}
