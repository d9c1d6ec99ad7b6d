//! The blocks of a unit: every managed resource of every module instance, provider configurations and backends.

use std::sync::Arc;

use super::config::Resource;
use super::graph::{Called, Cx, Instance, Module, Universe};
use super::providers::alias_of;
use super::syntax::Nested;
use crate::source::{Note, NoteKind};
use crate::value::{Block, Dialect, Entry, Node, Provider, Unknown, Value};

impl Universe<'_> {
    /// Adds a module's blocks, then those of the modules it calls, in the order written.
    pub fn emit(&self, module: &Module, out: &mut Vec<Block>) {
        for block in &module.config.providers {
            let name = block.labels.first().map_or("", |label| &**label);
            let alias = alias_of(block).map_or_else(String::new, |alias| format!(".{alias}"));
            let kind = format!("provider.{name}");
            let provider = of_provider(name);
            out.push(self.settings_block(module, block, provider, &kind, &format!("{}{kind}{alias}", module.prefix)));
        }
        if module.call.is_none() {
            for block in &module.config.backends {
                let name = block.labels.first().map_or("", |label| &**label);
                let provider = match name {
                    "s3" => Provider::Aws,
                    "azurerm" => Provider::Azure,
                    "gcs" => Provider::Gcp,
                    "kubernetes" => Provider::Kubernetes,
                    _ => Provider::Other,
                };
                let kind = format!("terraform.backend.{name}");
                out.push(self.settings_block(module, block, provider, &kind, &kind));
            }
        }
        for at in 0..module.config.resources.len() {
            self.emit_resource(module, at, out);
        }
        self.children(module, |child| self.emit(child, out));
    }

    /// Adds the policies written as data that no block asked for, once all others are emitted: they are there to be
    /// attached elsewhere, by who reads an output or by a module that was not fetched, and what they grant stands here.
    /// One that only another such takes in is part of that one.
    pub fn emit_unused_policies(&self, module: &Module, out: &mut Vec<Block>) {
        self.children(module, |child| self.emit_unused_policies(child, out));
        for (at, resource) in module.config.resources.iter().enumerate().rev() {
            let asked_as: &[&str] = match &*resource.kind {
                "aws_iam_policy_document" => &["json", "minified_json"],
                "google_iam_policy" => &["policy_data"],
                _ => continue,
            };
            let Some(expansion) = self.expand(module, at).filter(|_| resource.data) else { continue };
            let Some(name) = asked_as.first().map(|name| Arc::from(*name)) else { continue };
            for (_, instance) in &expansion.items {
                if instance.attributes.borrow().keys().any(|name| asked_as.contains(&&**name)) {
                    continue;
                }
                let span = resource.block.span;
                let Some(policy) = self.of_data(module, resource, instance, &name, span) else { continue };
                let entry = Entry { key: name.clone(), key_span: None, value: Node::clone(&policy) };
                out.push(Block {
                    native_type: Arc::from(format!("data.{}", resource.kind)),
                    body: Node::at(Value::Map(vec![entry]), span),
                    ..self.instance_block(module, resource, instance)
                });
            }
        }
    }

    /// Every instance of every module that a module calls, in the order written.
    fn children(&self, module: &Module, mut visit: impl FnMut(&Module)) {
        for name in module.config.calls.keys() {
            if let Some(Called::Modules(expansion)) = self.called(module, name).as_deref() {
                expansion.items.iter().for_each(|(_, child)| visit(child));
            }
        }
    }

    fn emit_resource(&self, module: &Module, at: usize, out: &mut Vec<Block>) {
        let Some(resource) = module.config.resources.get(at).filter(|resource| !resource.data) else { return };
        let Some(expansion) = self.expand(module, at) else { return };
        let block = &resource.block;
        for (_, instance) in &expansion.items {
            let cx = Cx::of(module).with_each(&instance.each);
            let body = self.body(&block.body, block.span, &cx, true);
            let made = Block { body, ..self.instance_block(module, resource, instance) };
            for made in self.applied(made, &module.config.folder) {
                self.unseen_object(&made.native_type, &made.address, &made.body);
                out.push(made);
            }
        }
    }

    /// The block of an instance, with nothing in it.
    fn instance_block(&self, module: &Module, resource: &Resource, instance: &Instance) -> Block {
        let block = &resource.block;
        let context = self.context(module, &resource.kind, resource.meta("provider"), block.head);
        Block {
            provider: Provider::of_terraform_type(&resource.kind),
            dialect: Dialect::Terraform,
            native_type: resource.kind.clone(),
            written: None,
            address: instance.address.clone(),
            unit: self.unit,
            head: block.head,
            span: block.span,
            body: Node::empty_map(block.span),
            context: Node::clone(&context),
            instances_unknown: instance.unknown.clone().or_else(|| module.unknown.clone()),
            via: module.via.clone(),
        }
    }

    /// A Kubernetes object whose kind cannot be told is none that anybody could judge.
    fn unseen_object(&self, kind: &str, address: &str, body: &Node) {
        if kind == "kubernetes_manifest" && body.text("manifest.kind").value().is_none() {
            let message = format!("the object of `{address}` cannot be told, so it was not seen");
            let note =
                Note::new(NoteKind::NotSeen, message).help("scan the plan, or the manifest that it is read from");
            self.notes.borrow_mut().push(match body.origins.primary {
                Some(span) => note.at(span),
                None => note,
            });
        }
    }

    fn settings_block(&self, module: &Module, block: &Nested, provider: Provider, kind: &str, address: &str) -> Block {
        Block {
            provider,
            dialect: Dialect::Terraform,
            native_type: Arc::from(kind),
            written: None,
            address: Arc::from(address),
            unit: self.unit,
            head: block.head,
            span: block.span,
            body: self.body(&block.body, block.span, &Cx::of(module), false),
            context: Node::empty_map(block.head),
            instances_unknown: module.unknown.as_ref().map(Arc::<Unknown>::clone),
            via: module.via.clone(),
        }
    }
}

/// Whose provider it is: `google-beta` is Google's.
fn of_provider(name: &str) -> Provider {
    Provider::of_terraform_type(name.split('-').next().unwrap_or(name))
}
