//! Blocks to maps: attributes, nested blocks (always lists, even when single), dynamic blocks; and single attributes
//! of a resource that something refers to.

use std::rc::Rc;
use std::sync::Arc;

use super::config::Resource;
use super::graph::{Cx, Instance, Module, Universe, through};
use super::syntax::{Body, Expr, Nested};
use crate::source::Span;
use crate::value::{Entry, Node, Reference, Text, Unknown, Value};

/// Arguments of Terraform's own, no attributes of the resource.
const META: [&str; 4] = ["count", "for_each", "provider", "depends_on"];
/// Blocks of Terraform's own.
const META_BLOCKS: [&str; 2] = ["provisioner", "connection"];

impl Universe<'_> {
    /// A block's inside as a map at `span`. `top` for a resource's own body.
    pub fn body(&self, body: &Body, span: Span, cx: &Cx<'_>, top: bool) -> Node {
        let mut entries: Vec<Entry> = Vec::with_capacity(body.attrs.len() + body.blocks.len());
        for attr in &body.attrs {
            if top && META.contains(&&*attr.name) {
                continue;
            }
            let value = self.attribute(&attr.value, cx);
            entries.push(Entry { key: attr.name.clone(), key_span: Some(attr.name_span), value });
        }
        for block in &body.blocks {
            if top && META_BLOCKS.contains(&&*block.kind) {
                continue;
            }
            let mut made = Vec::new();
            if &*block.kind == "dynamic" {
                self.dynamic(block, cx, &mut made);
            } else if top && &*block.kind == "lifecycle" {
                made.push((block.kind.clone(), self.lifecycle(block, cx)));
            } else {
                made.push((block.kind.clone(), self.body(&block.body, block.span, cx, false)));
            }
            for (name, node) in made {
                add_block(&mut entries, name, block.head, node);
            }
        }
        Node::at(Value::Map(entries), span)
    }

    /// The value of an attribute: its place is the whole expression, what it came through is related.
    fn attribute(&self, expr: &Expr, cx: &Cx<'_>) -> Node {
        let node = self.settle(expr, cx);
        if node.origins.primary == Some(expr.span) {
            return node;
        }
        Node { origins: through(expr.span, &node.origins), ..node }
    }

    /// `lifecycle`, without the names that are no values.
    fn lifecycle(&self, block: &Nested, cx: &Cx<'_>) -> Node {
        let attrs =
            block.body.attrs.iter().filter(|attr| matches!(&*attr.name, "prevent_destroy" | "create_before_destroy"));
        let entries = attrs.map(|attr| Entry {
            key: attr.name.clone(),
            key_span: Some(attr.name_span),
            value: self.attribute(&attr.value, cx),
        });
        Node::at(Value::Map(entries.collect()), block.span)
    }

    /// An attribute or nested block as the block of an instance writes it, if it does; worked out once.
    pub fn written(
        &self,
        module: &Module,
        resource: &Resource,
        instance: &Instance,
        name: &Arc<str>,
        span: Span,
    ) -> Option<Rc<Node>> {
        let body = &resource.block.body;
        let cx = Cx::of(module).with_each(&instance.each);
        let label = format!("{}.", instance.address);
        if let Some(attr) = body.attr(name) {
            return Some(self.once(&instance.attributes, name, &label, span, || {
                let node = self.attribute(&attr.value, &cx);
                if resource.data { node } else { self.with_reference(node, &instance.address, name) }
            }));
        }
        let is_block = |block: &&Nested| {
            *block.kind == **name || (&*block.kind == "dynamic" && block.labels.first() == Some(name))
        };
        if body.blocks.iter().any(|block| is_block(&block)) {
            return Some(self.once(&instance.attributes, name, &label, span, || {
                let mut items = Vec::new();
                for block in body.blocks.iter().filter(is_block) {
                    if &*block.kind == "dynamic" {
                        self.dynamic(block, &cx, &mut items);
                    } else {
                        items.push((name.clone(), self.body(&block.body, block.span, &cx, false)));
                    }
                }
                Node::at(Value::List(items.into_iter().map(|(_, node)| node).collect()), resource.block.head)
            }));
        }
        if resource.data {
            return self.of_data(module, resource, instance, name, span);
        }
        None
    }

    /// An unknown value read from another block's attribute keeps its reason and refers to that block first.
    fn with_reference(&self, node: Node, address: &Arc<str>, name: &Arc<str>) -> Node {
        let reference = Reference { unit: self.unit, address: address.clone(), attribute: name.clone() };
        let first = |unknown: &Arc<Unknown>| {
            let mut refers = vec![reference.clone()];
            refers.extend(unknown.refers.iter().cloned());
            Arc::new(Unknown { refers, ..Unknown::clone(unknown) })
        };
        let value = match node.value {
            // null in the end, perhaps: the attribute is there all the same once it is applied
            Value::Unknown(unknown) => Value::Unknown(first(&unknown)),
            Value::Text(Text { text, holes }) => {
                let mut own: Vec<Arc<Unknown>> = holes.to_vec();
                if let Some(hole) = own.first_mut() {
                    *hole = first(hole);
                }
                Value::Text(Text { text, holes: own.into() })
            }
            value => value,
        };
        Node { value, origins: node.origins }
    }
}

/// Adds a nested block to the list of those with its name.
fn add_block(entries: &mut Vec<Entry>, name: Arc<str>, head: Span, node: Node) {
    if let Some(old) = entries.iter_mut().find(|entry| entry.key == name) {
        if let Value::List(items) = &mut old.value.value {
            items.push(node);
            return;
        }
        // written as an attribute and as a block: keep both
        let first = std::mem::replace(&mut old.value.value, Value::Null);
        let first = Node { value: first, origins: old.value.origins.clone() };
        old.value.value = Value::List(vec![first, node]);
        return;
    }
    let origins = node.origins.clone();
    entries.push(Entry { key: name, key_span: Some(head), value: Node { value: Value::List(vec![node]), origins } });
}
