//! What declarations make: instances, their names and addresses, and who refers to whom.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use super::eval::Turns;
use super::ops;
use super::syntax::{Decl, Expr, Kind};
use super::world::{Cx, Deployment, Instance, Names, World, plain, wrong};
use crate::source::Span;
use crate::value::{HOLE_CLOSE, HOLE_OPEN, Node, Reference, Text, Unknown, Value, Why, unknown_of};

impl World<'_> {
    /// Whether a declaration makes several instances.
    pub fn is_looped(&self, at: &Deployment, decl: usize) -> bool {
        let mut here = at.program.resources.get(decl);
        while let Some(found) = here {
            if found.each.is_some() {
                return true;
            }
            here = found.within.and_then(|outer| at.program.resources.get(outer));
        }
        false
    }

    /// The instances of a declaration, those whose condition does not hold among them.
    pub fn instances(&self, at: &Deployment, decl: usize) -> Rc<Vec<Instance>> {
        if let Some(known) = at.instances.borrow().get(&decl) {
            return known.clone();
        }
        // who asks meanwhile, asks in a circle
        at.instances.borrow_mut().insert(decl, Rc::new(Vec::new()));
        let made = Rc::new(at.program.resources.get(decl).map_or_else(Vec::new, |found| self.expand(at, found)));
        at.instances.borrow_mut().insert(decl, made.clone());
        made
    }

    fn expand(&self, at: &Deployment, decl: &Decl) -> Vec<Instance> {
        let Some(outer) = decl.within else { return self.turn(at, decl, &[], "", None) };
        let outer = self.instances(at, outer);
        let mut made = Vec::new();
        for one in outer.iter().filter(|one| !one.absent) {
            made.extend(self.turn(at, decl, &one.names, &one.suffix, one.unknown.as_ref()));
        }
        made
    }

    fn turn(
        &self,
        at: &Deployment,
        decl: &Decl,
        outer: &[(Arc<str>, Node)],
        suffix: &str,
        unknown: Option<&Arc<Unknown>>,
    ) -> Vec<Instance> {
        let frame = Names { list: outer, outer: None };
        let cx = Cx { at, names: Some(&frame) };
        let one = |names: Vec<(Arc<str>, Node)>, suffix: String, mut unknown: Option<Arc<Unknown>>| {
            let mut names = names;
            names.extend(outer.iter().cloned());
            let frame = Names { list: &names, outer: None };
            let cx = Cx { at, names: Some(&frame) };
            let conditions = [decl.condition.as_ref(), decl.each.as_ref().and_then(|each| each.filter.as_ref())];
            let mut absent = false;
            for condition in conditions.into_iter().flatten() {
                let decided = self.eval(condition, &cx);
                match ops::truth(&decided) {
                    Some(true) => {}
                    Some(false) => absent = true,
                    None => {
                        unknown = unknown.or_else(|| {
                            Some(unknown_of(&decided).map_or_else(
                                || Unknown::new(Why::Expression(Arc::from("a condition is neither true nor false"))),
                                |why| plain(&why),
                            ))
                        });
                    }
                }
            }
            Instance { names, suffix, address: std::cell::OnceCell::new(), absent, unknown }
        };
        match &decl.each {
            None => vec![one(Vec::new(), suffix.to_owned(), unknown.cloned())],
            Some(each) => match self.turns(each, &cx) {
                Turns::Known(turns) => turns
                    .into_iter()
                    .enumerate()
                    .map(|(turn, names)| one(names, format!("{suffix}[{turn}]"), unknown.cloned()))
                    .collect(),
                Turns::Unknown(why, names) => vec![one(names, suffix.to_owned(), Some(plain(&why)))],
            },
        }
    }

    /// The segments of a resource's name, its parents' first.
    pub fn segments(&self, at: &Deployment, decl: usize, instance: Option<usize>) -> Vec<Node> {
        let Some(found) = at.program.resources.get(decl) else { return Vec::new() };
        let own = split(&self.in_instance(at, decl, instance, |cx| self.eval(&found.name, cx)));
        let depth = found.native_type.matches('/').count();
        if own.len() >= depth {
            return own;
        }
        let above = match (found.within, &found.parent) {
            (Some(outer), _) => Some((outer, if self.is_looped(at, outer) { None } else { Some(0) })),
            (None, Some(parent)) => self.in_instance(at, decl, instance, |cx| self.declared(parent, cx)),
            (None, None) => None,
        };
        // a parent that is deeper than its child's type says is a circle
        let Some((above, which)) = above.filter(|(above, _)| {
            at.program.resources.get(*above).is_some_and(|above| above.native_type.matches('/').count() < depth)
        }) else {
            return own;
        };
        let mut all = self.segments(at, above, which);
        all.extend(own);
        all
    }

    /// The declaration that an expression names by its symbol, and which of its instances.
    pub fn declared(&self, expr: &Expr, cx: &Cx<'_>) -> Option<(usize, Option<usize>)> {
        match &expr.kind {
            Kind::Name(symbol) => {
                let decl = *cx.at.program.symbols.get(symbol)?;
                Some((decl, if self.is_looped(cx.at, decl) { None } else { Some(0) }))
            }
            Kind::Index(pair, _) => {
                let [of, at] = &**pair;
                let (decl, _) = self.declared(of, cx)?;
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "floats saturate")]
                let which = match self.eval(at, cx).value {
                    Value::Number(number) => Some(number as usize),
                    _ => None,
                };
                Some((decl, which))
            }
            _ => None,
        }
    }

    /// The last segment of a resource's name.
    pub fn own_name(&self, at: &Deployment, decl: usize, instance: Option<usize>, span: Span) -> Node {
        match self.segments(at, decl, instance).pop() {
            Some(node) => self.copy(&node, span),
            None => wrong("the resource has no name", span),
        }
    }

    /// The address of an instance; without one, of all of them.
    pub fn address(&self, at: &Deployment, decl: usize, instance: Option<usize>) -> Arc<str> {
        let Some(found) = at.program.resources.get(decl) else { return Arc::from("") };
        let instances = self.instances(at, decl);
        let one = instance.and_then(|instance| instances.get(instance));
        if let Some(known) = one.and_then(|one| one.address.get()) {
            return known.clone();
        }
        let kind = &found.native_type;
        let address = match (&found.symbol, found.by_symbol) {
            (Some(symbol), true) => {
                let suffix = one.map_or("", |one| &one.suffix);
                format!("{}{kind}.{symbol}{suffix}", at.prefix)
            }
            _ => {
                let name: Vec<String> = self.segments(at, decl, instance).iter().map(display).collect();
                let name = match name.is_empty() || name.iter().any(String::is_empty) {
                    // as it was written, where it cannot be told
                    true => super::world::written(self.tree, &found.name).to_owned(),
                    false => name.join("/"),
                };
                format!("{}{kind}.{name}", at.prefix)
            }
        };
        let Some(one) = one else { return Arc::from(address) };
        let mut taken = self.addresses.borrow_mut();
        let count = taken.entry(address.clone()).or_insert(0);
        let unique = if *count == 0 { address } else { format!("{address}[{count}]") };
        *count += 1;
        one.address.get_or_init(|| Arc::from(unique)).clone()
    }

    /// A reference to a resource, as a value.
    pub fn resource_value(
        &self,
        at: &Deployment,
        decl: usize,
        instance: Option<usize>,
        attribute: &str,
        span: Span,
    ) -> Node {
        let address = self.address(at, decl, instance);
        let existing = at.program.resources.get(decl).is_some_and(|found| found.existing);
        self.reference(address, attribute, !existing, span)
    }

    /// A reference to what has that address; `seen` if it is among the files.
    pub fn reference(&self, address: Arc<str>, attribute: &str, seen: bool, span: Span) -> Node {
        let reference = Reference { unit: self.unit, address: address.clone(), attribute: Arc::from(attribute) };
        let unknown = match seen {
            true => Unknown::reference(reference, span),
            false => Arc::new(Unknown { why: Why::NotSeen(address), at: Some(span), refers: vec![reference] }),
        };
        Node::at(Value::Unknown(unknown), span)
    }

    /// The address of the resource of that type and name, here or with whoever deploys this, and whether it is deployed
    /// rather than there already.
    pub fn lookup(&self, at: &Deployment, native_type: &str, names: &[Node]) -> Option<(Arc<str>, bool)> {
        let key = key(native_type, names);
        let mut here = Some(at);
        while let Some(found) = here {
            if let Some((decl, instance)) = self.index(found).and_then(|index| index.get(&key)) {
                let seen = found.program.resources.get(*decl).is_some_and(|decl| !decl.existing);
                return Some((self.address(found, *decl, Some(*instance)), seen));
            }
            here = found.caller.as_deref();
        }
        None
    }

    /// Every resource by type and name; none while it is being made.
    pub fn index<'d>(&self, at: &'d Deployment) -> Option<&'d HashMap<String, (usize, usize)>> {
        if let Some(known) = at.index.get() {
            return Some(known);
        }
        if at.indexing.replace(true) {
            return None;
        }
        let mut index = HashMap::new();
        for (decl, found) in at.program.resources.iter().enumerate() {
            for instance in 0..self.instances(at, decl).len() {
                let segments = self.segments(at, decl, Some(instance));
                index.entry(key(&found.native_type, &segments)).or_insert((decl, instance));
            }
        }
        at.indexing.set(false);
        Some(at.index.get_or_init(|| index))
    }

    /// The reference to a resource by its type and the segments of its name.
    pub fn by_id(&self, native_type: &str, names: &[Node], span: Span, cx: &Cx<'_>) -> Node {
        if let Some((address, seen)) = self.lookup(cx.at, native_type, names) {
            return self.reference(address, "id", seen, span);
        }
        let name: Vec<String> = names.iter().map(display_open).collect();
        self.reference(Arc::from(format!("{native_type}.{}", name.join("/"))), "id", false, span)
    }
}

/// A name at its slashes.
pub fn split(name: &Node) -> Vec<Node> {
    let at = |value: Value| Node { value, origins: name.origins.clone() };
    match &name.value {
        Value::String(text) => text.split('/').map(|part| at(Value::String(Arc::from(part)))).collect(),
        Value::Text(text) => text.text.split('/').map(|part| at(text.part(part))).collect(),
        _ => vec![name.clone()],
    }
}

fn key(native_type: &str, names: &[Node]) -> String {
    let mut key = native_type.to_ascii_lowercase();
    for name in names {
        key.push('\n');
        key.push_str(&display_open(name).to_lowercase());
    }
    key
}

/// A name that is known; empty where it is not.
fn display(name: &Node) -> String {
    name.text("").value().map_or_else(String::new, ToString::to_string)
}

/// A name with the reasons of what is not known of it, so that two that are the same unknown are alike.
fn display_open(name: &Node) -> String {
    match &name.value {
        Value::Text(text) => holes(text),
        Value::Unknown(unknown) => format!("⟨{unknown}⟩"),
        _ => display(name),
    }
}

fn holes(text: &Text) -> String {
    let mut shown = String::new();
    let mut rest = &*text.text;
    while let Some((before, after)) = rest.split_once(HOLE_OPEN) {
        shown.push_str(before);
        let (number, after) = after.split_once(HOLE_CLOSE).unwrap_or((after, ""));
        let hole = number.parse().ok().and_then(|number: usize| text.holes.get(number));
        shown.push('⟨');
        shown.push_str(&hole.map(ToString::to_string).unwrap_or_default());
        shown.push('⟩');
        rest = after;
    }
    shown.push_str(rest);
    shown
}
