//! A template's JSON as a program: parameters, variables with their loops, functions, resources and what they nest.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax>

use std::sync::Arc;

use super::expression;
use crate::format::deployment::syntax::{
    Decl, Expr, Function, Item, Kind, Loop, Module, Over, Param, Program, Property, Source,
};
use crate::source::{FileId, Span, Tree};
use crate::value::{Entry, Node, Unknown, Value, Why};

/// How deep values may nest.
const DEEPEST: usize = 150;

/// What a template is read with.
pub struct Reader<'t> {
    pub tree: &'t Tree,
    pub file: FileId,
}

/// The template in a document: the document itself, or what a template spec or a blueprint wraps.
pub fn within(document: &Node) -> Option<&Node> {
    if document.get("resources").is_some() || document.get("$schema").is_some() {
        return Some(document);
    }
    let wrapped = ["template", "mainTemplate"].into_iter().find_map(|key| document.get("properties")?.get(key));
    wrapped.filter(|inner| matches!(inner.value, Value::Map(_)))
}

impl Reader<'_> {
    /// The program of a template.
    pub fn program(&self, template: &Node, depth: usize) -> Program {
        let span = self.span(template);
        let mut program = Program::new(span);
        program.scope = template.get("$schema").and_then(Node::as_str).and_then(deployed_to);
        for entry in entries(template, "parameters") {
            let default = ci(&entry.value, "defaultValue").map(|node| self.expr(node, 0));
            let span = entry.key_span.unwrap_or(span);
            program.params.insert(lower(&entry.key), Param { default, span });
        }
        for entry in entries(template, "variables") {
            if &*entry.key == "copy" && matches!(entry.value.value, Value::List(_)) {
                program
                    .variables
                    .extend(self.copies(&entry.value, 0).into_iter().map(|(name, expr)| (lower(&name), expr)));
            } else {
                program.variables.insert(lower(&entry.key), self.expr(&entry.value, 0));
            }
        }
        for entry in entries(template, "outputs") {
            if let Some(value) = ci(&entry.value, "value") {
                program.outputs.insert(lower(&entry.key), self.expr(value, 0));
            } else if let Some(copy) = ci(&entry.value, "copy") {
                program.outputs.extend(self.copied(copy, "", 0).map(|(_, expr)| (lower(&entry.key), expr)));
            }
        }
        for space in template.each("functions") {
            let Some(name) = space.get("namespace").and_then(Node::as_str) else { continue };
            for member in entries(space, "members") {
                let params = member.value.each("parameters").into_iter();
                let params = params.filter_map(|param| Some(Arc::from(param.get("name")?.as_str()?))).collect();
                let Some(output) = member.value.get("output").and_then(|output| output.get("value")) else { continue };
                let function = Function { params, body: self.expr(output, 0) };
                program.functions.insert(lower(&format!("{name}.{}", member.key)), function);
            }
        }
        if let Some(resources) = ci(template, "resources") {
            self.resources(resources, None, &mut program, depth);
        }
        program
    }

    /// Resources in a list, or by symbols in a map.
    fn resources(&self, resources: &Node, within: Option<usize>, program: &mut Program, depth: usize) {
        match &resources.value {
            Value::List(items) => {
                for item in items {
                    self.resource(item, None, within, program, depth);
                }
            }
            Value::Map(entries) => {
                for entry in entries {
                    self.resource(&entry.value, Some(entry.key.clone()), within, program, depth);
                }
            }
            _ => {}
        }
    }

    fn resource(
        &self,
        node: &Node,
        symbol: Option<Arc<str>>,
        within: Option<usize>,
        program: &mut Program,
        depth: usize,
    ) {
        if depth > 20 {
            return;
        }
        let Some(kind) = ci(node, "type").and_then(Node::as_str) else { return };
        let own = kind.trim_matches('/');
        let whole = own.split('/').next().is_some_and(|space| space.contains('.'));
        let above = within.and_then(|within| program.resources.get(within)).map(|above| above.native_type.clone());
        let (native_type, within): (Arc<str>, Option<usize>) = match above {
            Some(above) if !whole => (Arc::from(format!("{above}/{own}")), within),
            Some(above) if starts_with(own, &above) => (Arc::from(own), within),
            _ => (Arc::from(own), None),
        };
        let span = self.span(node);
        let named = ["name", "type"].into_iter().find_map(|key| entry_ci(node, key));
        let head = named.and_then(|entry| Some(entry.key_span?.to(entry.value.origins.primary?))).unwrap_or(span);
        let name = ci(node, "name").map_or_else(|| Expr::text("", span), |name| self.expr(name, 0));
        let copy = ci(node, "copy").and_then(|copy| self.turns(copy, true));
        let at = program.resources.len();
        if let Some(symbol) = &symbol {
            program.symbols.insert(symbol.clone(), at);
        }
        program.resources.push(Decl {
            symbol,
            by_symbol: false,
            name,
            body: self.body(node),
            condition: ci(node, "condition").map(|condition| self.expr(condition, 0)),
            each: copy,
            existing: ci(node, "existing").is_some_and(|existing| existing.value == Value::Bool(true)),
            within,
            parent: None,
            module: self.module(node, &native_type, depth),
            native_type,
            head,
            span,
        });
        if let Some(resources) = ci(node, "resources") {
            self.resources(resources, Some(at), program, depth + 1);
        }
    }

    /// What is written of a resource, without what says how often and after what it is deployed.
    fn body(&self, node: &Node) -> Expr {
        const OTHER: &[&str] = &["copy", "condition", "dependsOn", "resources", "comments", "existing"];
        let deployed = |key: &str| OTHER.iter().any(|other| other.eq_ignore_ascii_case(key));
        let kept = node.entries().iter().filter(|entry| !deployed(&entry.key));
        let properties = kept.map(|entry| self.property(entry, 0)).collect();
        Expr { kind: Kind::Object(properties), span: self.span(node) }
    }

    /// What a nested deployment or a template spec deploys.
    fn module(&self, node: &Node, native_type: &str, depth: usize) -> Option<Module> {
        let is = |known: &str| native_type.eq_ignore_ascii_case(known);
        let properties = ci(node, "properties")?;
        if is("Microsoft.Resources/templateSpecs/versions") {
            let template = ci(properties, "mainTemplate").or_else(|| ci(properties, "template"))?;
            let source = Source::Inline(Arc::new(self.program(template, depth + 1)));
            return Some(Module { source, params: Vec::new(), outer: false });
        }
        if !is("Microsoft.Resources/deployments") {
            return None;
        }
        let params = entries(properties, "parameters").iter().map(|entry| {
            let value = match ci(&entry.value, "value") {
                Some(value) => self.expr(value, 0),
                // a secret of a vault
                None => Expr { kind: Kind::Call(Arc::from("getsecret"), Vec::new()), span: self.span(&entry.value) },
            };
            (lower(&entry.key), value)
        });
        let params = params.collect();
        if let Some(template) = ci(properties, "template").filter(|node| matches!(node.value, Value::Map(_))) {
            let scope = ci(properties, "expressionEvaluationOptions").and_then(|options| ci(options, "scope"));
            let outer = !scope.and_then(Node::as_str).is_some_and(|scope| scope.eq_ignore_ascii_case("inner"));
            let source = Source::Inline(Arc::new(self.program(template, depth + 1)));
            return Some(Module { source, params, outer });
        }
        let link = ci(properties, "templateLink")?;
        let source = ["relativePath", "uri", "id"].into_iter().find_map(|key| ci(link, key)?.as_str());
        let source = source.map_or_else(|| Source::Away(Arc::from("templateLink")), |source| self.linked(source));
        Some(Module { source, params, outer: false })
    }

    /// A linked template: that of its relative path, or one beside this whose path the expression ends with.
    fn linked(&self, written: &str) -> Source {
        let folder = self.tree.folder(self.file);
        let there = |path: &str| Tree::join(folder, path).and_then(|path| self.tree.find(&path)).is_some();
        if !written.contains(['[', ':']) {
            return Source::File(Arc::from(written));
        }
        let parts =
            written.split('\'').map(|part| part.split(['?', '#']).next().unwrap_or(part).trim_start_matches('/'));
        match parts.filter(|part| part.ends_with(".json")).find(|part| there(part)) {
            Some(path) => Source::File(Arc::from(path)),
            None => Source::Away(Arc::from(written)),
        }
    }

    fn span(&self, node: &Node) -> Span {
        node.origins.primary.unwrap_or(Span::new(self.file, 0..0))
    }

    /// A value of a template as an expression.
    pub fn expr(&self, node: &Node, depth: usize) -> Expr {
        let span = self.span(node);
        if depth > DEEPEST {
            let why = Why::Budget(Arc::from("the depth of a value"));
            return Expr { kind: Kind::Value(Value::Unknown(Unknown::at(why, span))), span };
        }
        let kind = match &node.value {
            Value::String(text) => return expression::read(text, span),
            Value::List(items) => Kind::List(items.iter().map(|item| Item::One(self.expr(item, depth + 1))).collect()),
            Value::Map(entries) => {
                let mut properties = Vec::with_capacity(entries.len());
                for entry in entries {
                    if &*entry.key == "copy" && is_copies(&entry.value) {
                        let made = self.copies(&entry.value, depth).into_iter();
                        properties.extend(made.map(|(name, expr)| Property::One(Expr::text(&name, expr.span), expr)));
                    } else {
                        properties.push(self.property(entry, depth));
                    }
                }
                Kind::Object(properties)
            }
            value => Kind::Value(value.clone()),
        };
        Expr { kind, span }
    }

    fn property(&self, entry: &Entry, depth: usize) -> Property {
        let span = entry.key_span.unwrap_or_else(|| self.span(&entry.value));
        // a key may be an expression as well
        Property::One(expression::read(&entry.key, span), self.expr(&entry.value, depth + 1))
    }

    /// `copy: [{name, count, input}]`: a list under each name.
    fn copies(&self, copies: &Node, depth: usize) -> Vec<(Arc<str>, Expr)> {
        copies.each("").into_iter().filter_map(|copy| self.copied(copy, "", depth)).collect()
    }

    fn copied(&self, copy: &Node, name: &str, depth: usize) -> Option<(Arc<str>, Expr)> {
        let name = ci(copy, "name").and_then(Node::as_str).unwrap_or(name);
        let each = self.turns(copy, false)?;
        let input = self.expr(ci(copy, "input")?, depth + 1);
        Some((Arc::from(name), Expr { kind: Kind::For(Box::new(each), Box::new(input)), span: self.span(copy) }))
    }

    /// The turns of a loop; `copyIndex()` alone speaks of a resource's.
    fn turns(&self, copy: &Node, of_resource: bool) -> Option<Loop> {
        let count = self.expr(ci(copy, "count")?, 0);
        let name = ci(copy, "name").and_then(Node::as_str).unwrap_or("");
        let mut index: Vec<Arc<str>> = vec![Arc::from(format!("copyindex:{}", name.to_ascii_lowercase()))];
        if of_resource || name.is_empty() {
            index.push(Arc::from("copyindex"));
        }
        Some(Loop { over: Over::Count(count), item: None, index, filter: None })
    }
}

fn is_copies(node: &Node) -> bool {
    match &node.value {
        Value::List(items) => items.iter().all(|item| item.get("input").is_some() && item.get("count").is_some()),
        _ => false,
    }
}

/// What a template is deployed to, if that is wider than a resource group.
fn deployed_to(schema: &str) -> Option<Arc<str>> {
    let name = schema.rsplit('/').next().unwrap_or(schema).to_ascii_lowercase();
    let wide = [("subscription", "subscription"), ("managementgroup", "managementGroup"), ("tenant", "tenant")];
    wide.iter().find(|(start, _)| name.starts_with(start)).map(|(_, scope)| Arc::from(*scope))
}

fn starts_with(own: &str, above: &str) -> bool {
    own.get(..above.len()).is_some_and(|start| start.eq_ignore_ascii_case(above))
        && own.get(above.len()..).is_some_and(|rest| rest.starts_with('/'))
}

fn lower(name: &str) -> Arc<str> {
    Arc::from(name.to_ascii_lowercase())
}

fn entry_ci<'n>(node: &'n Node, key: &str) -> Option<&'n Entry> {
    node.entries().iter().find(|entry| entry.key.eq_ignore_ascii_case(key))
}

/// The value under a key in any letter case.
pub fn ci<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entry_ci(node, key).map(|entry| &entry.value)
}

fn entries<'n>(node: &'n Node, key: &str) -> &'n [Entry] {
    ci(node, key).map_or(&[], Node::entries)
}
