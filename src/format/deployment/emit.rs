//! The blocks of a deployment, and of what it deploys: each resource as the API takes it.
//!
//! A block's `name` is the last segment of its name. What it lies in stands under `parent`, the outermost of those under
//! `root`, what an extension speaks of under `scope`, and the outermost of that under `scopeRoot`: references all.

use std::rc::Rc;
use std::sync::Arc;

use super::eval::set;
use super::resources::split;
use super::syntax::{Decl, Source};
use super::world::{Cx, Deployment, World, plain};
use crate::source::{Note, NoteKind, Span};
use crate::value::{Block, Dialect, Entry, Node, Provider, Unknown, Value, Why, unknown_of};

/// How deep deployments may deploy others.
const DEEPEST: usize = 12;

impl World<'_> {
    /// Adds the blocks of a deployment, in the order written.
    pub fn emit(&self, at: &Rc<Deployment>, out: &mut Vec<Block>) {
        for (decl, found) in at.program.resources.iter().enumerate() {
            if found.existing {
                continue;
            }
            let instances = self.instances(at, decl);
            for (instance, one) in instances.iter().enumerate().filter(|(_, one)| !one.absent) {
                if !self.one_more(found.head) {
                    return;
                }
                let unknown = one.unknown.clone().or_else(|| at.unknown.clone());
                if found.module.is_some() {
                    if let Some(child) = self.child(at, decl, Some(instance)) {
                        self.emit(&child, out);
                    }
                    continue;
                }
                out.push(self.block(at, found, (decl, instance), unknown));
            }
        }
    }

    fn block(
        &self,
        at: &Deployment,
        found: &Decl,
        (decl, instance): (usize, usize),
        instances_unknown: Option<Arc<Unknown>>,
    ) -> Block {
        let mut body = self.in_instance(at, decl, Some(instance), |cx| self.eval(&found.body, cx));
        if !matches!(body.value, Value::Map(_)) {
            body = Node { value: Value::Map(Vec::new()), ..body };
        }
        let segments = self.segments(at, decl, Some(instance));
        let cx = at.cx();
        let native_type = match &mut body.value {
            Value::Map(entries) => self.relations(entries, at, found, (decl, instance), &segments, &cx),
            _ => found.native_type.clone(),
        };
        Block {
            provider: Provider::Azure,
            dialect: Dialect::Native,
            native_type,
            written: None,
            address: self.address(at, decl, Some(instance)),
            unit: self.unit,
            head: found.head,
            span: found.span,
            body,
            context: Node::empty_map(found.head),
            instances_unknown,
            via: at.via.clone(),
        }
    }

    /// Sets what the resource is called, and what it lies in or speaks of; gives its own type.
    fn relations(
        &self,
        entries: &mut Vec<Entry>,
        at: &Deployment,
        found: &Decl,
        (decl, instance): (usize, usize),
        segments: &[Node],
        cx: &Cx<'_>,
    ) -> Arc<str> {
        let span = found.name.span;
        let mut put = |key: &str, value: Node| {
            let key_span = entries.iter().find(|entry| &*entry.key == key).and_then(|entry| entry.key_span);
            set(entries, Entry { key: Arc::from(key), key_span: key_span.or(Some(span)), value });
        };
        if let Some(name) = segments.last() {
            put("name", name.clone());
        }
        let written = self.in_instance(at, decl, Some(instance), |cx| {
            found.body.get("scope").map(|scope| self.scope(&self.eval(scope, cx), cx))
        });
        let native_type = &found.native_type;
        if let Some((scope, native_type)) = self.spelled_out(native_type, segments, span, cx) {
            put("scope", scope);
            return native_type;
        }
        match (written, &at.program.scope) {
            (Some(scope), _) => {
                if let Some(root) = self.root_of(&scope, cx) {
                    put("scopeRoot", root);
                }
                put("scope", scope);
            }
            (None, Some(wide)) => {
                let why = Why::DataSource(Arc::from(format!("{wide}().id")));
                put("scope", Node::at(Value::Unknown(Unknown::at(why, found.head)), found.head));
            }
            (None, None) => {}
        }
        let depth = native_type.matches('/').count();
        if depth < 2 {
            return native_type.clone();
        }
        if segments.len() < depth {
            let parent = self
                .in_instance(at, decl, Some(instance), |cx| found.parent.as_ref().map(|parent| self.eval(parent, cx)))
                .unwrap_or_else(|| unknown_name(segments, span));
            put("root", parent.clone());
            put("parent", parent);
            return native_type.clone();
        }
        let cut = |depth: usize| {
            let end = native_type.match_indices('/').nth(depth).map_or(native_type.len(), |(at, _)| at);
            self.by_id(native_type.get(..end).unwrap_or(""), segments.get(..depth).unwrap_or(&[]), span, cx)
        };
        put("root", cut(1));
        put("parent", cut(depth - 1));
        native_type.clone()
    }

    /// `Microsoft.Storage/storageAccounts/providers/roleAssignments`, named `account/Microsoft.Authorization/id`: what it
    /// speaks of, and its own type.
    fn spelled_out(&self, native_type: &str, segments: &[Node], span: Span, cx: &Cx<'_>) -> Option<(Node, Arc<str>)> {
        let cut = native_type.to_ascii_lowercase().find("/providers/")?;
        let (of, own) = (native_type.get(..cut)?, native_type.get(cut + "/providers/".len()..)?);
        let depth = of.matches('/').count();
        if segments.len() <= depth {
            return Some((unknown_name(segments, span), Arc::from(own)));
        }
        let scope = self.by_id(of, segments.get(..depth)?, span, cx);
        let whole = own.to_ascii_lowercase().starts_with("microsoft.");
        let own = match segments.get(depth).and_then(Node::as_str).filter(|_| !whole) {
            Some(space) => Arc::from(format!("{space}/{own}")),
            None => Arc::from(own),
        };
        Some((scope, own))
    }

    /// The outermost of what the resource that is referred to lies in, if it lies in any.
    fn root_of(&self, scope: &Node, cx: &Cx<'_>) -> Option<Node> {
        let Value::Unknown(unknown) = &scope.value else { return None };
        let to = unknown.refers.first()?;
        let span = scope.origins.primary.unwrap_or(cx.at.program.span);
        let mut named = self.index(cx.at)?.values().copied();
        let found = named.find(|(decl, instance)| self.address(cx.at, *decl, Some(*instance)) == to.address);
        if let Some((decl, instance)) = found {
            let native_type = &cx.at.program.resources.get(decl)?.native_type;
            let (end, _) = native_type.match_indices('/').nth(1)?;
            let segments = self.segments(cx.at, decl, Some(instance));
            return Some(self.by_id(native_type.get(..end)?, segments.get(..1)?, span, cx));
        }
        // what is not among the files is called by its type and its name
        let slash = to.address.find('/')?;
        let (kinds, names) = to.address.get(slash + 1..)?.split_once('.')?;
        let (kind, _) = kinds.split_once('/')?;
        let name = Node::at(Value::String(Arc::from(names.split('/').next()?)), span);
        Some(self.by_id(&format!("{}/{kind}", to.address.get(..slash)?), &[name], span, cx))
    }

    /// What an extension speaks of: a reference where its id is written relative to the deployment.
    fn scope(&self, node: &Node, cx: &Cx<'_>) -> Node {
        let span = node.origins.primary.unwrap_or(cx.at.program.span);
        let parts = split(node);
        let Some(space) = parts.first().and_then(Node::as_str) else { return node.clone() };
        if !space.contains('.') || parts.len() < 3 {
            return node.clone();
        }
        let mut native_type = space.to_owned();
        let mut names = Vec::new();
        for pair in parts.get(1..).unwrap_or(&[]).chunks(2) {
            let [kind, name] = pair else { return node.clone() };
            let Some(kind) = kind.as_str() else { return node.clone() };
            native_type.push('/');
            native_type.push_str(kind);
            names.push(name.clone());
        }
        self.by_id(&native_type, &names, span, cx)
    }

    /// What an instance of a deployment within the deployment deploys; none where that is not read.
    pub fn child(&self, at: &Deployment, decl: usize, instance: Option<usize>) -> Option<Rc<Deployment>> {
        let key = (decl, instance.unwrap_or(0));
        if let Some(known) = at.children.borrow().get(&key) {
            return known.clone();
        }
        at.children.borrow_mut().insert(key, None);
        let made = self.deploy(at, decl, instance);
        at.children.borrow_mut().insert(key, made.clone());
        made
    }

    fn deploy(&self, at: &Deployment, decl: usize, instance: Option<usize>) -> Option<Rc<Deployment>> {
        let found = at.program.resources.get(decl)?;
        let module = found.module.as_ref()?;
        let lost = |message: String, help: &str| {
            let note = Note::new(NoteKind::NotSeen, message).in_file(self.tree.path(found.head.file)).at(found.head);
            self.note(note.help(help));
        };
        let (program, file) = match &module.source {
            Source::Inline(program) => (program.clone(), at.file),
            Source::File(path) => match super::load::beside(self.tree, at.file, path) {
                Some((file, parsed)) => (parsed.program.clone()?, file),
                None => {
                    lost(
                        format!("`{path}` is not on disk: its resources were not seen"),
                        "scan the folder that holds it as well",
                    );
                    return None;
                }
            },
            Source::Away(source) => {
                lost(format!("`{source}` is not on disk: its resources were not seen"), "scan the files that it names");
                return None;
            }
        };
        if at.level >= DEEPEST {
            let _ = self.over_budget("the depth of deployments", found.head);
            return None;
        }
        let params = self.in_instance(at, decl, instance, |cx| {
            module.params.iter().map(|(name, expr)| (name.clone(), self.eval(expr, cx))).collect()
        });
        let instances = self.instances(at, decl);
        let one = instances.get(instance.unwrap_or(0));
        let prefix = match (&found.symbol, found.by_symbol) {
            (Some(symbol), true) => {
                Arc::from(format!("{}module.{symbol}{}.", at.prefix, one.map_or("", |one| &one.suffix)))
            }
            _ => at.prefix.clone(),
        };
        Some(Deployment::new(program, file, params, |made| {
            made.prefix = prefix;
            made.via = at.via.iter().copied().chain([found.head]).collect();
            made.caller = at.me.upgrade();
            made.level = at.level + 1;
            made.unknown = one.and_then(|one| one.unknown.clone()).or_else(|| at.unknown.clone());
            if module.outer {
                made.outer = at.me.upgrade();
                made.names = one.map_or_else(Vec::new, |one| one.names.clone());
                made.names.extend(at.names.iter().cloned());
            }
        }))
    }

    /// What a deployment within the deployment gives out under a name.
    pub fn output(&self, at: &Deployment, decl: usize, instance: Option<usize>, name: &str, span: Span) -> Node {
        let Some(child) = self.child(at, decl, instance) else {
            let source = at.program.resources.get(decl).and_then(|found| found.module.as_ref());
            let source = match source.map(|module| &module.source) {
                Some(Source::File(path) | Source::Away(path)) => path.clone(),
                _ => Arc::from(name),
            };
            return Node::at(Value::Unknown(Unknown::at(Why::Module(source), span)), span);
        };
        let lower = name.to_ascii_lowercase();
        match child.program.outputs.get(lower.as_str()) {
            Some(expr) => {
                let node = self.once(&child, format!("o:{lower}"), name, expr.span, || self.eval(expr, &child.cx()));
                self.copy(&node, span)
            }
            None => super::world::wrong(format!("there is no output `{name}`"), span),
        }
    }
}

/// The name is not known, so neither is what the resource lies in.
fn unknown_name(segments: &[Node], span: Span) -> Node {
    let why = segments.iter().find_map(unknown_of).map(|unknown| plain(&unknown));
    let why = why.unwrap_or_else(|| {
        Unknown::at(Why::Expression(Arc::from("the name does not say what the resource lies in")), span)
    });
    Node::at(Value::Unknown(why), span)
}
