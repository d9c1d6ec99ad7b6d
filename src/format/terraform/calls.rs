//! Function calls: `try`, `can` and `templatefile` here, as they evaluate expressions; the rest are pure.

use std::rc::Rc;
use std::sync::Arc;

use super::eval::either;
use super::functions::{self, Fault, Scope};
use super::graph::{Cx, Each, Eval, Names, Universe, plain, through};
use super::lower::Lower;
use super::parse;
use super::syntax::{Call, Expr, Part};
use super::text::TextBuilder;
use crate::source::{FileId, Span, Tree};
use crate::value::{Node, Origins, Unknown, Value, Why, unknown_of};

impl Universe<'_> {
    /// The value of a function call.
    pub fn call(&self, call: &Call, span: Span, cx: &Cx<'_>) -> Eval {
        let name = call.name.strip_prefix("core::").unwrap_or(&call.name);
        match name {
            "try" => return self.try_call(&call.args, span, cx),
            "can" => return Ok(self.can_call(&call.args, span, cx)),
            _ if name.contains("::") => {
                return Err(format!("`{name}` is a function of a provider, which is not run").into());
            }
            _ => {}
        }
        let mut args = Vec::with_capacity(call.args.len());
        for arg in &call.args {
            args.push(self.eval(arg, cx)?);
        }
        if call.expand {
            match args.pop().map(|last| (last.value, last.origins)) {
                Some((Value::List(items), _)) => args.extend(items),
                Some((Value::Null, _)) | None => return Err("`...` takes a list".into()),
                Some((value, origins)) => match unknown_of(&Node { value, origins }) {
                    Some(unknown) => return Ok(Node::at(Value::Unknown(unknown), span)),
                    None => return Err("`...` takes a list".into()),
                },
            }
        }
        if let "templatefile" | "templatestring" = name {
            return self.template_call(name, &args, span, cx);
        }
        self.pure(name, args, span, &cx.module.config.folder)
    }

    /// Calls a pure function.
    pub fn pure(&self, name: &str, args: Vec<Node>, span: Span, folder: &str) -> Eval {
        let scope = Scope { tree: self.tree, folder, root_folder: &self.root, span };
        functions::call(name, args, &scope).map_err(|fault| match fault {
            Fault::NoSuchFunction => format!("there is no function `{name}`").into(),
            Fault::Wrong(reason) => reason.into(),
        })
    }

    /// The first argument that has a value. One that may be missing leaves the choice open.
    fn try_call(&self, args: &[Expr], span: Span, cx: &Cx<'_>) -> Eval {
        let strict = Cx { strict: true, ..*cx };
        let mut last: Eval = Err("`try` has no argument".into());
        for (at, arg) in args.iter().enumerate() {
            let before = self.uncertain.replace(false);
            last = self.eval(arg, &strict);
            let uncertain = self.uncertain.replace(before);
            let Ok(node) = &last else { continue };
            let rest = args.get(at + 1..).unwrap_or_default();
            if uncertain && !rest.is_empty() {
                let why = Unknown::at(Why::Instances(Arc::from(self.tree.slice(arg.span)), None), arg.span);
                let other = self.try_call(rest, span, cx)?;
                if !super::ops::same(node, &other) {
                    let why = either(&why, node, &other);
                    return Ok(Node { value: Value::Unknown(why), origins: through(span, &node.origins) });
                }
            }
            break;
        }
        if cx.strict || last.is_ok() {
            return last;
        }
        last.map_err(|reason| format!("no argument of `try` has a value: {reason}").into())
    }

    fn can_call(&self, args: &[Expr], span: Span, cx: &Cx<'_>) -> Node {
        let Some(arg) = args.first() else { return Node::at(Value::Bool(false), span) };
        let before = self.uncertain.replace(false);
        let result = self.eval(arg, &Cx { strict: true, ..*cx });
        let uncertain = self.uncertain.replace(before);
        let value = match result {
            Err(_) => Value::Bool(false),
            Ok(node) => match unknown_of(&node) {
                // whether something unknown would convert cannot be told
                Some(unknown) => Value::Unknown(plain(&unknown)),
                None if uncertain => {
                    Value::Unknown(Unknown::at(Why::Instances(Arc::from(self.tree.slice(arg.span)), None), arg.span))
                }
                None => Value::Bool(true),
            },
        };
        Node::at(value, span)
    }

    /// `templatefile(path, variables)` and `templatestring(text, variables)`.
    pub fn template_call(&self, name: &str, args: &[Node], span: Span, cx: &Cx<'_>) -> Eval {
        let [what, variables] = args else { return Err(format!("`{name}` takes two arguments").into()) };
        let Some(text) = what.as_str() else {
            let unknown = unknown_of(what).ok_or("a path must be a text")?;
            return Ok(Node::at(Value::Unknown(unknown), span));
        };
        if let Some(unknown) = unknown_of(variables) {
            return Ok(Node::at(Value::Unknown(unknown), span));
        }
        if name == "templatefile" {
            return match self.file_at(text, &cx.module.config.folder) {
                Some(file) => self.filled(file, variables, span, cx),
                None => Ok(Node::at(Value::Unknown(Unknown::at(Why::File(Arc::from(text)), span)), span)),
            };
        }
        let lower = Lower { file: span.file, shift: 0, whole: Some(span) };
        let parts = parse::template(lower, text).map_err(Into::<Box<str>>::into)?;
        self.filled_parts(&parts, None, variables, span, cx)
    }

    /// What a file makes as a template.
    pub fn filled(&self, file: FileId, variables: &Node, span: Span, cx: &Cx<'_>) -> Eval {
        let parts = self.template_file(file);
        let parts = parts.as_ref().as_ref().map_err(Clone::clone)?;
        self.filled_parts(parts, Some(Span::new(file, 0..0)), variables, span, cx)
    }

    fn filled_parts(&self, parts: &[Part], place: Option<Span>, variables: &Node, span: Span, cx: &Cx<'_>) -> Eval {
        let mut origins = Origins { primary: Some(span), related: place.map(|place| Arc::from([place])) };
        origins = origins.and(&Origins { primary: None, related: variables.origins.related.clone() });
        let names = Names { name: None, value: variables, outer: None };
        let cx = Cx { module: cx.module, each: &Each::None, names: Some(&names), bare: true, strict: cx.strict };
        let mut builder = TextBuilder::default();
        self.parts(parts, &mut builder, &mut origins, span, &cx)?;
        Ok(Node { value: builder.finish(), origins })
    }

    /// The file that a path in a module names: relative to the tree as `path.module` is, or to the root module.
    fn file_at(&self, path: &str, folder: &str) -> Option<FileId> {
        let under = |base: &str| Tree::join(base, path).and_then(|path| self.tree.find(&path));
        let own = || {
            folder.is_empty() || path.starts_with(&format!("{folder}/")) || path.starts_with(&format!("./{folder}/"))
        };
        if own() { under("").or_else(|| under(&self.root)) } else { under(&self.root).or_else(|| under("")) }
    }

    fn template_file(&self, file: FileId) -> Rc<Eval<Vec<Part>>> {
        if let Some(parts) = self.templates.borrow().get(&file) {
            return parts.clone();
        }
        let lower = Lower { file, shift: 0, whole: None };
        let parts = match self.tree.text(file) {
            Ok(text) => parse::template(lower, text).map_err(Into::into),
            Err(note) => Err(note.message.clone().into()),
        };
        let parts = Rc::new(parts);
        self.templates.borrow_mut().insert(file, parts.clone());
        parts
    }
}
