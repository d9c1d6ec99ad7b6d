//! Templates within templates: nested stacks and stack sets whose template lies beside theirs or within it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use super::parameters::plain;
use super::stack::{Cx, Nested, Place, Stack, span_of, unknown};
use super::template;
use crate::format::trace::through;
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Entry, Node, Origins, Value, Why};

/// How many stacks may nest.
const DEEPEST: usize = 40;

/// The property that names the template of a resource of each of these types.
const NESTING: &[(&str, &str)] = &[
    ("AWS::CloudFormation::Stack", "TemplateURL"),
    ("AWS::CloudFormation::StackSet", "TemplateURL"),
    ("AWS::Serverless::Application", "Location"),
];

/// The file of the template that a resource nests, if it is written as a path beside its own.
fn nested_file(tree: &Tree, from: FileId, resource: &Node) -> Option<FileId> {
    let kind = resource.get("Type").and_then(Node::as_str)?;
    let (_, property) = NESTING.iter().find(|(nesting, _)| *nesting == kind)?;
    // the CDK says beside it which file it will upload:
    // https://docs.aws.amazon.com/cdk/v2/guide/assets.html
    let asset =
        resource.get("Metadata").filter(|said| said.get("aws:asset:property").and_then(Node::as_str) == Some(property));
    let asset = asset.and_then(|said| said.get("aws:asset:path"));
    let path = asset.or_else(|| resource.get("Properties")?.get(property))?.as_str()?;
    if path.contains("://") {
        return None;
    }
    let file = tree.find(&Tree::join(tree.folder(from), path)?)?;
    template::named(tree.name(file)).then_some(file)
}

/// Templates with those that they nest: each file stands in one family, and the first of a family is the one that
/// nothing nests.
pub(super) fn families(tree: &Tree, files: &[FileId]) -> Vec<Vec<FileId>> {
    let nests: BTreeMap<FileId, BTreeSet<FileId>> = files.iter().map(|file| (*file, nested_in(tree, *file))).collect();
    let inner: BTreeSet<FileId> =
        nests.iter().flat_map(|(file, nested)| nested.iter().filter(move |inner| *inner != file)).copied().collect();
    let mut taken: BTreeSet<FileId> = BTreeSet::new();
    let mut families = Vec::new();
    // those that only nest each other come last
    let outer =
        files.iter().filter(|file| !inner.contains(file)).chain(files.iter().filter(|file| inner.contains(file)));
    for file in outer {
        if taken.contains(file) {
            continue;
        }
        let mut family = Vec::new();
        let mut open = vec![*file];
        while let Some(next) = open.pop() {
            if files.binary_search(&next).is_ok() && taken.insert(next) {
                family.push(next);
                open.extend(nests.get(&next).into_iter().flatten().rev());
            }
        }
        families.push(family);
    }
    families
}

fn nested_in(tree: &Tree, file: FileId) -> BTreeSet<FileId> {
    let Some(template) = template::of(tree, file) else { return BTreeSet::new() };
    let resources = template.roots.first().and_then(|root| root.get("Resources")).map_or(&[][..], Node::entries);
    resources.iter().filter_map(|resource| nested_file(tree, file, &resource.value)).collect()
}

impl<'t> Stack<'t> {
    /// The blocks of the stack that a resource is, if it is one.
    pub fn nested_blocks(&self, name: &str, out: &mut Vec<Block>) {
        match self.nested(name) {
            Some(Nested::Here(stack)) => stack.blocks(out),
            Some(Nested::Elsewhere) => {
                let Some(resource) = self.declared("Resources", name) else { return };
                let span = resource.key_span.unwrap_or_else(|| span_of(&resource.value));
                let message = format!("the template of `{name}` is not among the files: its resources were not seen");
                self.note(Note::new(NoteKind::NotSeen, message).at(span));
            }
            _ => {}
        }
    }

    /// What the stack that a resource is puts out under `output`; none where its template is not among the files.
    pub fn output_of(&self, name: &str, output: &str, span: Span) -> Option<Node> {
        let stack = match self.nested(name)? {
            Nested::Here(stack) => stack,
            Nested::Working => return Some(unknown(Why::Cycle(Arc::from(name)), span)),
            Nested::Elsewhere => return None,
        };
        let not_seen = || unknown(Why::NotSeen(Arc::from(format!("{name}.Outputs.{output}"))), span);
        let Some(declared) = stack.declared("Outputs", output) else { return Some(not_seen()) };
        let too_deep = |reason| Some(super::stack::open(reason, span));
        let value = self.deeper(span, too_deep, || stack.put_out(declared));
        Some(value.map_or_else(not_seen, |value| Node { origins: through(span, &value.origins), ..value }))
    }

    /// The value of an output, wherever it is put out.
    pub fn put_out(&self, output: &Entry) -> Option<Node> {
        let condition = output.value.get("Condition").and_then(Node::as_str);
        let assumed = condition.map_or_else(Vec::new, |condition| self.assume(condition, true, Cx::default()));
        let value = self.eval(output.value.get("Value")?, Cx { assumed: &assumed })?;
        Some(plain(&value, "an output"))
    }

    fn nested(&self, name: &str) -> Option<Nested<'t>> {
        if let Some(known) = self.nested.borrow().get(name) {
            return Some(known.clone());
        }
        let resource = self.declared("Resources", name)?;
        let kind = resource.value.get("Type").and_then(Node::as_str)?;
        NESTING.iter().find(|(nesting, _)| *nesting == kind)?;
        self.nested.borrow_mut().insert(resource.key.clone(), Nested::Working);
        let nested = self.make_nested(resource).map_or(Nested::Elsewhere, |stack| Nested::Here(Rc::new(stack)));
        self.nested.borrow_mut().insert(resource.key.clone(), nested.clone());
        Some(nested)
    }

    fn make_nested(&self, resource: &Entry) -> Option<Stack<'t>> {
        let span = resource.key_span.unwrap_or_else(|| span_of(&resource.value));
        let properties = resource.value.get("Properties")?;
        let (file, root) = match properties.get("TemplateBody") {
            Some(body) => (self.place.file, self.template_body(body)?),
            None => self.template_file(&resource.value, span)?,
        };
        self.count(root.size(), span).ok()?;
        let instances_unknown = self.presence(resource).ok()?;
        let condition = resource.value.get("Condition").and_then(Node::as_str);
        let assumed = condition.map_or_else(Vec::new, |condition| self.assume(condition, true, Cx::default()));
        let cx = Cx { assumed: &assumed };
        // where it is deployed to is the same
        let mut given = self.place.given.clone();
        given.retain(|name, _| name.starts_with("AWS::"));
        let parameters = properties.get("Parameters").and_then(|parameters| self.eval(parameters, cx));
        for entry in parameters.as_ref().map_or(&[][..], Node::entries) {
            given.insert(entry.key.clone(), entry.value.clone());
        }
        // of a stack set they are a list
        for item in parameters.iter().flat_map(|list| list.each("")) {
            if let (Some(key), Some(value)) =
                (item.get("ParameterKey").and_then(Node::as_str), item.get("ParameterValue"))
            {
                given.insert(Arc::from(key), value.clone());
            }
        }
        let mut within = self.place.within.clone();
        within.push(self.place.file);
        let place = Place {
            file,
            prefix: Arc::from(format!("{}{}.", self.place.prefix, resource.key)),
            given,
            via: self.place.via.iter().copied().chain([span]).collect(),
            within,
            instances_unknown,
        };
        Some(Stack::new(Cow::Owned(root), place, self.shared))
    }

    fn template_file(&self, resource: &Node, span: Span) -> Option<(FileId, Node)> {
        let file = nested_file(self.shared.tree, self.place.file, resource)?;
        if file == self.place.file || self.place.within.contains(&file) || self.place.within.len() >= DEEPEST {
            self.note(Note::new(NoteKind::Unresolved, "the template nests itself, or nests too deep").at(span));
            return None;
        }
        let template = template::of(self.shared.tree, file)?;
        let path = self.shared.tree.path(file);
        for note in &template.notes {
            self.note_once(&format!("{path} {note:?}"), || note.clone().in_file(path.clone()));
        }
        Some((file, template.roots.first()?.clone()))
    }

    /// A template that is written as a text within another.
    fn template_body(&self, body: &Node) -> Option<Node> {
        let text = self.eval(body, Cx::default())?;
        let root = template::within(self.place.file, text.as_str()?)?;
        Some(placed(&root, &text.origins))
    }
}

/// All of a tree at one place: its own are those within a text.
fn placed(node: &Node, origins: &Origins) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| placed(item, origins)).collect()),
        Value::Map(entries) => {
            let entry = |entry: &Entry| Entry {
                key: entry.key.clone(),
                key_span: origins.primary,
                value: placed(&entry.value, origins),
            };
            Value::Map(entries.iter().map(entry).collect())
        }
        other => other.clone(),
    };
    Node { value, origins: origins.clone() }
}
