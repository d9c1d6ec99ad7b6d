//! Names to values: variables, locals, resources, data sources, module outputs, and what stands around them.

use std::rc::Rc;
use std::sync::Arc;

use super::graph::{Cx, Each, Eval, Expansion, Form, Instance, Key, Module, Universe, Whole, through};
use super::syntax::{Expr, Step};
use super::text::as_key;
use super::walk::{NO_ATTRIBUTE, some_items};
use crate::source::Span;
use crate::value::{Entry, Node, Reference, Unknown, Value, Why};

impl Universe<'_> {
    /// The value of `name` followed by `steps`.
    pub fn reference(&self, name: &Arc<str>, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let node = match cx.find(name) {
            Some(node) => self.walk(node, steps, span, cx)?,
            None if cx.bare => return Err(format!("there is no variable `{name}`").into()),
            None => self.global(name, steps, span, cx)?,
        };
        Ok(Node { origins: through(span, &node.origins), ..node })
    }

    fn global(&self, name: &Arc<str>, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let (attr, rest) = match steps.split_first() {
            Some((Step::Attr(attr), rest)) => (Some(attr), rest),
            // `data["x"]` and the like do not exist
            _ => (None, steps),
        };
        let module = cx.module;
        match (&**name, attr) {
            ("var", Some(attr)) => self.walk(&self.variable(module, attr, span), rest, span, cx),
            ("local", Some(attr)) => self.walk(&self.local(module, attr, span), rest, span, cx),
            ("module", Some(attr)) => self.call_outputs(attr, rest, span, cx),
            ("each" | "count", Some(attr)) => self.walk(&each(cx, name, attr, span), rest, span, cx),
            ("path", Some(attr)) => self.path(attr, span, cx),
            ("terraform" | "tofu", Some(attr)) => {
                Ok(unseen(Why::Variable(Arc::from(format!("terraform.{attr}"))), span))
            }
            ("self", Some(attr)) => Ok(unseen(Why::Computed(Arc::from(format!("self.{attr}"))), span)),
            ("ephemeral", Some(_)) => Ok(unseen(Why::DataSource(Arc::from(self.tree.slice(span))), span)),
            ("data", Some(kind)) => match rest.split_first() {
                Some((Step::Attr(own), rest)) => self.resource(&format!("{name}.{kind}.{own}"), rest, span, cx),
                _ => Err(format!("`{name}.{kind}` names no data source").into()),
            },
            (kind, Some(own)) => self.resource(&format!("{kind}.{own}"), rest, span, cx),
            // Terraform refuses these, and they can mean nothing else
            ("True" | "TRUE", None) => Ok(Node::at(Value::Bool(true), span)),
            ("False" | "FALSE", None) => Ok(Node::at(Value::Bool(false), span)),
            (_, None) => Ok(unseen(Why::NotSeen(name.clone()), span)),
        }
    }

    /// `local.name`
    fn local(&self, module: &Module, name: &Arc<str>, span: Span) -> Rc<Node> {
        match module.config.locals.get(name) {
            Some(attr) => self.once(&module.locals, name, "local.", span, || self.settle(&attr.value, &Cx::of(module))),
            None => Rc::new(unseen(Why::NotSeen(Arc::from(format!("local.{name}"))), span)),
        }
    }

    fn path(&self, name: &str, span: Span, cx: &Cx<'_>) -> Eval {
        let folder = match name {
            "module" => &*cx.module.config.folder,
            "root" | "cwd" => &*self.root,
            _ => return Err(format!("there is no `path.{name}`").into()),
        };
        let folder = if folder.is_empty() { "." } else { folder };
        Ok(Node::at(Value::String(Arc::from(folder)), span))
    }

    /// A resource or data source, followed by `steps`.
    fn resource(&self, address: &str, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let module = cx.module;
        let Some((at, resource)) = module.config.resource(address) else {
            let written = self.tree.slice(span);
            let written = if written.starts_with(address) { written } else { address };
            let mut unknown = Unknown { why: Why::NotSeen(Arc::from(written)), at: Some(span), refers: Vec::new() };
            if !address.starts_with("data.") {
                let attribute = steps.iter().find_map(|step| match step {
                    Step::Attr(name) => Some(name.clone()),
                    _ => None,
                });
                let address = Arc::from(format!("{}{address}", module.prefix));
                let attribute = attribute.unwrap_or_else(|| Arc::from(""));
                unknown.refers.push(Reference { unit: self.unit, address, attribute });
            }
            return Ok(Node::at(Value::Unknown(Arc::new(unknown)), span));
        };
        let Some(expansion) = self.expand(module, at) else {
            let label = format!("{}{address}", module.prefix);
            return Ok(Node::at(Value::Unknown(self.cycle(&label, resource.block.head)), span));
        };
        let whole = |instance: &Rc<Instance>| Whole { module: module.id, resource: at, instance: instance.clone() };
        let step = steps.split_first();
        match (expansion.form, step) {
            (Form::Single, _) => match expansion.items.first() {
                Some((_, instance)) => self.instance(&whole(instance), steps, span, cx),
                None => Err(format!("`{address}` has no instance").into()),
            },
            (Form::Unknown, _) => self.any_instance(&expansion, &whole, steps, span, cx),
            (_, Some((Step::Index(index), rest))) => {
                let index = self.eval(index, cx)?;
                self.pick(&expansion, &index, address, &whole, rest, span, cx)
            }
            (Form::ForEach, Some((Step::Attr(name), rest))) if has_key(&expansion, name) => {
                let index = Node::at(Value::String(name.clone()), span);
                self.pick(&expansion, &index, address, &whole, rest, span, cx)
            }
            // `aws_x.y.id` of a counted resource, as old configurations have it: one of them
            (_, Some((Step::Attr(name), _))) => {
                let address = Arc::from(format!("{}{address}", module.prefix));
                Ok(Node::at(Value::Unknown(self.computed(address, name, span)), span))
            }
            (_, _) => {
                let all = self.all_instances(&expansion, &whole, span);
                self.walk(&all, steps, span, cx)
            }
        }
    }

    /// All instances, as a list or a map.
    fn all_instances(
        &self,
        expansion: &Expansion<Instance>,
        whole: &dyn Fn(&Rc<Instance>) -> Whole,
        span: Span,
    ) -> Node {
        let each = expansion.items.iter().map(|(key, instance)| (key, self.as_whole(&whole(instance), span)));
        let value = match expansion.form {
            Form::ForEach => Value::Map(each.map(|(key, node)| entry(key, node)).collect()),
            _ => Value::List(each.map(|(_, node)| node).collect()),
        };
        Node::at(value, span)
    }

    /// The instance that `index` names.
    #[expect(clippy::too_many_arguments, reason = "the pieces of one reference")]
    fn pick(
        &self,
        expansion: &Expansion<Instance>,
        index: &Node,
        address: &str,
        whole: &dyn Fn(&Rc<Instance>) -> Whole,
        rest: &[Step],
        span: Span,
        cx: &Cx<'_>,
    ) -> Eval {
        if let Some(key) = as_key(index) {
            let found = expansion.items.iter().find(|(own, _)| match own {
                Key::Number(number) => number.to_string() == *key,
                Key::Text(text) => *text == key,
                Key::None => false,
            });
            return match found {
                Some((_, instance)) => self.instance(&whole(instance), rest, span, cx),
                None => Err(format!("`{address}` has no instance `{key}`").into()),
            };
        }
        // which instance cannot be told: the address without its key stands for every one
        let attribute: Arc<str> = match rest.first() {
            Some(Step::Attr(name)) => name.clone(),
            _ => Arc::from(""),
        };
        let address = Arc::from(format!("{}{address}", cx.module.prefix));
        Ok(Node::at(Value::Unknown(self.computed(address, &attribute, span)), span))
    }

    /// The one instance that stands for any number of them.
    fn any_instance(
        &self,
        expansion: &Expansion<Instance>,
        whole: &dyn Fn(&Rc<Instance>) -> Whole,
        steps: &[Step],
        span: Span,
        cx: &Cx<'_>,
    ) -> Eval {
        let Some((_, instance)) = expansion.items.first() else { return Err("there is no instance".into()) };
        let whole = whole(instance);
        self.uncertain.set(true);
        match steps.split_first() {
            Some((Step::Index(_), rest)) => self.instance(&whole, rest, span, cx),
            Some((splat @ (Step::AttrSplat | Step::FullSplat), rest)) => {
                let attrs = match splat {
                    Step::AttrSplat => rest.iter().take_while(|step| matches!(step, Step::Attr(_))).count(),
                    _ => rest.len(),
                };
                let (each, after) = rest.split_at_checked(attrs).unwrap_or((rest, &[]));
                let item = self.instance(&whole, each, span, cx)?;
                let list = Node::at(Value::Unknown(some_items(&self.instances_of(&whole, each, span), &item)), span);
                self.walk(&list, after, span, cx)
            }
            None => {
                let unknown = self.instances_of(&whole, &[], span);
                self.wholes.borrow_mut().insert(whole.instance.address.clone(), whole);
                Ok(Node::at(Value::Unknown(unknown), span))
            }
            Some((Step::Attr(_), _)) => self.instance(&whole, steps, span, cx),
        }
    }

    fn instances_of(&self, whole: &Whole, steps: &[Step], span: Span) -> Arc<Unknown> {
        let attribute: Arc<str> = match steps.first() {
            Some(Step::Attr(name)) => name.clone(),
            _ => Arc::from(""),
        };
        let address = whole.instance.address.clone();
        let refers = vec![Reference { unit: self.unit, address: address.clone(), attribute }];
        let why = match &whole.instance.unknown {
            Some(unknown) => Why::instances(address, &unknown.why),
            None => Why::Instances(address, None),
        };
        Arc::new(Unknown { why, at: Some(span), refers })
    }

    /// One instance, followed by `steps`.
    fn instance(&self, whole: &Whole, steps: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        match steps.split_first() {
            None => Ok(self.as_whole(whole, span)),
            Some((Step::Attr(name), rest)) => self.of_instance(whole, name, rest, span, cx),
            Some((Step::Index(index), rest)) => match as_key(&self.eval(index, cx)?) {
                // `aws_x.y[0]` of one that is not counted is refused; `["name"]` is its attribute
                Some(name) if name.parse::<u64>().is_err() => self.of_instance(whole, &name, rest, span, cx),
                Some(name) => Err(format!("`{}` has no instance `{name}`", whole.instance.address).into()),
                None => Ok(self.as_whole(whole, span)),
            },
            Some((Step::AttrSplat | Step::FullSplat, _)) => {
                let list = Node::at(Value::List(vec![self.as_whole(whole, span)]), span);
                self.walk(&list, steps, span, cx)
            }
        }
    }

    /// A reference to an instance as a whole; a step into it finds the instance again.
    fn as_whole(&self, whole: &Whole, span: Span) -> Node {
        let address = whole.instance.address.clone();
        self.wholes.borrow_mut().entry(address.clone()).or_insert_with(|| whole.clone());
        Node::at(Value::Unknown(self.computed(address, "", span)), span)
    }

    /// The instance that an unknown stands for as a whole.
    pub fn whole(&self, unknown: &Unknown) -> Option<Whole> {
        match unknown.refers.as_slice() {
            [only] if only.attribute.is_empty() => self.wholes.borrow().get(&only.address).cloned(),
            _ => None,
        }
    }

    /// An attribute that is known after apply.
    pub fn computed(&self, address: Arc<str>, attribute: &str, span: Span) -> Arc<Unknown> {
        Unknown::reference(Reference { unit: self.unit, address, attribute: Arc::from(attribute) }, span)
    }

    /// An attribute of an instance: as its block writes it, else known after apply.
    pub fn of_instance(&self, whole: &Whole, name: &Arc<str>, rest: &[Step], span: Span, cx: &Cx<'_>) -> Eval {
        let Some(module) = self.module(whole.module) else { return Err("the module is gone".into()) };
        let Some(resource) = module.config.resources.get(whole.resource) else {
            return Err("the resource is gone".into());
        };
        if let Some(node) = self.written(&module, resource, &whole.instance, name, span)
            && !node.is_null()
        {
            let found = self.walk(&node, rest, span, cx);
            // what a nested block does not write may be known after apply: `service_config[0].uri`
            let block = resource.block.body.attr(name).is_none();
            match found {
                Err(reason) if block && reason.starts_with(NO_ATTRIBUTE) => {}
                found => return found,
            }
        }
        let address = whole.instance.address.clone();
        let unknown = if resource.data {
            Unknown::at(Why::DataSource(Arc::from(format!("{address}.{name}"))), span)
        } else {
            self.computed(address, name, span)
        };
        let node = Node::at(Value::Unknown(unknown), span);
        match rest.iter().find(|step| matches!(step, Step::AttrSplat | Step::FullSplat)) {
            Some(_) => self.walk(&node, rest, span, cx),
            None => Ok(node),
        }
    }
}

fn has_key(expansion: &Expansion<Instance>, name: &Arc<str>) -> bool {
    expansion.items.iter().any(|(key, _)| matches!(key, Key::Text(text) if text == name))
}

/// The entry of an instance in the map of all.
pub(super) fn entry(key: &Key, value: Node) -> Entry {
    let key: Arc<str> = match key {
        Key::Text(text) => text.clone(),
        Key::Number(number) => Arc::from(number.to_string()),
        Key::None => Arc::from(""),
    };
    Entry { key, key_span: None, value }
}

/// `each.key`, `each.value`, `count.index`.
fn each(cx: &Cx<'_>, name: &str, attr: &str, span: Span) -> Node {
    match (cx.each, name, attr) {
        (Each::Count(index), "count", "index") => index.clone(),
        // an unknown number of instances: `count.index` is the same unknown
        (Each::For(pair), "each", "key") | (Each::For(pair), "count", "index") => pair.0.clone(),
        (Each::For(pair), "each", "value") => pair.1.clone(),
        _ => unseen(Why::NotSeen(Arc::from(format!("{name}.{attr}"))), span),
    }
}

/// Unknown for `why`, which lies at `span`.
pub(super) fn unseen(why: Why, span: Span) -> Node {
    Node::at(Value::Unknown(Unknown::at(why, span)), span)
}

/// The expression of a meta-argument's value as a path: `aws.west`.
pub(super) fn provider_path(expr: &Expr) -> Option<(Arc<str>, Option<Arc<str>>)> {
    let path = expr.as_path()?;
    let name = path.first()?.clone();
    Some((name, path.get(1).cloned()))
}
