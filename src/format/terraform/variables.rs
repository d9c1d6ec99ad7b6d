//! Input variables: who gives the value (the caller, `--var`, files of variables, the default) and its type.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::graph::{Cx, Each, Module, Names, Universe, through};
use super::lower::Lower;
use super::parse;
use super::refs::unseen;
use super::syntax::{Expr, Kind, Nested};
use super::types::{self, Type};
use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::{Node, Origins, Value, Why};

impl Universe<'_> {
    /// `var.name` in a module.
    pub fn variable(&self, module: &Module, name: &Arc<str>, span: Span) -> Rc<Node> {
        let Some(block) = module.config.variables.get(name) else {
            return Rc::new(unseen(Why::NotSeen(Arc::from(format!("var.{name}"))), span));
        };
        let label = format!("{}var.", module.prefix);
        self.once(&module.variables, name, &label, span, || self.variable_value(module, name, block))
    }

    fn variable_value(&self, module: &Module, name: &Arc<str>, block: &Nested) -> Node {
        let kind = block.body.value("type").map_or(Type::Any, types::parse);
        let cx = Cx::of(module);
        let given = match &module.call {
            Some(site) => self.module(site.parent).and_then(|parent| {
                let call = parent.config.calls.get(&site.name)?;
                let expr = call.body.value(name)?;
                let node = self.settle(expr, &Cx::of(&parent).with_each(&site.each));
                Some(Node { origins: through(expr.span, &node.origins), ..node })
            }),
            None => module.given.get(name).cloned(),
        };
        let nullable = !matches!(block.body.value("nullable").map(|expr| &expr.kind), Some(Kind::Bool(false)));
        let given = given.filter(|node| nullable || !node.is_null());
        let node = match (given, block.body.value("default")) {
            (Some(node), _) => node,
            (None, Some(default)) => self.settle(default, &cx),
            (None, None) => unseen(Why::Variable(Arc::from(format!("var.{name}"))), block.head),
        };
        self.convert(node, &kind, &cx)
    }

    /// Values for the root's variables, from the lowest precedence to the highest; later ones take the place of earlier.
    pub fn given(&self, root: &Module) -> BTreeMap<Arc<str>, Node> {
        let mut given = BTreeMap::new();
        for file in self.value_files() {
            let mut notes = Vec::new();
            let body = parse::file(self.tree, file, &mut notes);
            notes.into_iter().for_each(|note| self.note(note));
            let nothing = Node { value: Value::Null, origins: Origins::NONE };
            let names = Names { name: None, value: &nothing, outer: None };
            let cx = Cx { module: root, each: &Each::None, names: Some(&names), bare: true, strict: false };
            for attr in &body.attrs {
                let node = self.settle(&attr.value, &cx);
                given.insert(attr.name.clone(), node);
            }
        }
        for (name, text) in &self.settings.variables {
            let Some(block) = root.config.variables.get(name.as_str()) else { continue };
            let node = self.command_line_value(root, text, block.body.value("type"));
            given.insert(Arc::from(name.as_str()), node);
        }
        given
    }

    /// Files of variables in Terraform's order, then those of the estate file, then those of the command line.
    fn value_files(&self) -> Vec<FileId> {
        let path = |name: &str| if self.root.is_empty() { name.to_owned() } else { format!("{}/{name}", self.root) };
        let mut files: Vec<FileId> = Vec::new();
        files.extend(self.tree.find(&path("terraform.tfvars")));
        files.extend(self.tree.find(&path("terraform.tfvars.json")));
        let mut auto: Vec<(Arc<str>, FileId)> =
            self.tree.in_folder(&self.root).map(|id| (self.tree.path(id), id)).collect();
        auto.retain(|(path, _)| path.ends_with(".auto.tfvars") || path.ends_with(".auto.tfvars.json"));
        auto.sort();
        files.extend(auto.into_iter().map(|(_, id)| id));
        let own = self.settings.variable_files_of.get(&*self.root).into_iter().flatten();
        for name in own.chain(&self.settings.variable_files) {
            match self.tree.find(name.trim_start_matches("./")) {
                Some(id) => files.push(id),
                None => self.note(
                    Note::new(NoteKind::Configuration, format!("there is no file of variables `{name}`"))
                        .help("paths are relative to the root of the scan"),
                ),
            }
        }
        files
    }

    /// A value from the command line: a text for simple types, else an expression.
    fn command_line_value(&self, root: &Module, text: &str, kind: Option<&Expr>) -> Node {
        let simple = matches!(kind.map(types::parse), None | Some(Type::Any | Type::Text | Type::Number | Type::Bool));
        let literal = Node { value: Value::String(Arc::from(text)), origins: Origins::NONE };
        if simple {
            return literal;
        }
        let lower = Lower { file: FileId(u32::MAX), shift: 0, whole: None };
        match parse::expression(lower, text) {
            Some(expr) => without_place(self.settle(&expr, &Cx { bare: true, ..Cx::of(root) })),
            None => literal,
        }
    }
}

/// A value that stands in no file.
fn without_place(node: Node) -> Node {
    let value = match node.value {
        Value::List(items) => Value::List(items.into_iter().map(without_place).collect()),
        Value::Map(mut entries) => {
            for entry in &mut entries {
                entry.key_span = None;
                let value = std::mem::replace(&mut entry.value, Node { value: Value::Null, origins: Origins::NONE });
                entry.value = without_place(value);
            }
            Value::Map(entries)
        }
        value => value,
    };
    Node { value, origins: Origins::NONE }
}
