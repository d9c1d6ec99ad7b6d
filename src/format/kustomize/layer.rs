//! One kustomization: gathers what it lists, generates, applies its components, and changes what has come together.

use std::sync::Arc;

use super::names;
use super::object::{Object, items};
use crate::format::kubernetes::object as kubernetes;
use crate::format::yaml;
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Entry, Node, Origins};

/// How deep kustomizations may lie in each other.
const DEPTH: usize = 32;
/// Nodes that the objects of one root may hold on the way.
const NODES: usize = 500_000;

/// What a root needs on the way.
pub(super) struct Work<'t> {
    pub tree: &'t Tree,
    pub notes: Vec<Note>,
    /// The folders that are being read.
    open: Vec<String>,
    left: usize,
}

impl<'t> Work<'t> {
    pub fn new(tree: &'t Tree) -> Self {
        Self { tree, notes: Vec::new(), open: Vec::new(), left: NODES }
    }
}

/// A kustomization that is being worked through.
pub(super) struct Layer<'w, 't> {
    pub work: &'w mut Work<'t>,
    pub root: &'w Node,
    folder: &'w str,
    path: Arc<str>,
}

/// The kustomization of a folder.
pub(super) fn kustomization(tree: &Tree, folder: &str) -> Option<FileId> {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"]
        .iter()
        .find_map(|name| tree.find(&Tree::join(folder, name)?))
}

/// The first document of a kustomization.
pub(super) fn parse(tree: &Tree, file: FileId) -> (Option<Node>, Vec<Note>) {
    match tree.text(file) {
        Ok(text) => {
            let (documents, notes) = yaml::documents(file, text, yaml::Profile::KUBERNETES);
            (documents.into_iter().next(), notes.into_iter().map(|note| note.in_file(tree.path(file))).collect())
        }
        Err(note) => (None, vec![note.clone().in_file(tree.path(file))]),
    }
}

/// The objects of the kustomization in `folder`, on top of what is `given` to a component.
pub(super) fn build(work: &mut Work<'_>, folder: &str, given: Vec<Object>) -> Vec<Object> {
    let Some(file) = kustomization(work.tree, folder) else { return given };
    if work.open.len() >= DEPTH || work.open.iter().any(|open| open == folder) {
        let message = format!("kustomization `{folder}` contains itself: what it adds was not seen");
        work.notes.push(Note::new(NoteKind::NotSeen, message).in_file(work.tree.path(file)));
        return given;
    }
    let (root, notes) = parse(work.tree, file);
    work.notes.extend(notes);
    let Some(root) = root else { return given };
    work.open.push(folder.to_owned());
    let path = work.tree.path(file);
    let objects = Layer { work, root: &root, folder, path }.objects(given);
    work.open.pop();
    objects
}

impl Layer<'_, '_> {
    fn objects(mut self, given: Vec<Object>) -> Vec<Object> {
        let mut objects = given;
        for key in ["resources", "bases"] {
            for entry in items(self.root.get(key)) {
                let added = self.resource(entry);
                self.spend(&added, entry.origins.primary);
                objects.extend(added);
            }
        }
        self.generators(&mut objects);
        for entry in items(self.root.get("components")) {
            let Some(folder) = entry.as_str().and_then(|written| Tree::join(self.folder, written)) else { continue };
            match kustomization(self.work.tree, &folder) {
                Some(_) => objects = build(self.work, &folder, objects),
                None => self.absent(entry),
            }
        }
        self.patches(&mut objects);
        let before = names::called(&objects);
        self.rename(&mut objects);
        self.labels(&mut objects);
        self.json_patches(&mut objects);
        self.replicas(&mut objects);
        self.images(&mut objects);
        names::follow(&mut objects, &before);
        self.replacements(&mut objects);
        self.unread();
        objects
    }

    fn spend(&mut self, objects: &[Object], place: Option<Span>) {
        let size: usize = objects.iter().map(|object| object.node.size()).sum();
        match self.work.left.checked_sub(size) {
            Some(left) => self.work.left = left,
            None => self.work.left = 0,
        }
        if self.work.left == 0 {
            self.note(NoteKind::NotSeen, "the layers hold more than they may: a part was not seen".into(), place);
        }
    }

    /// What a listed resource brings: a file's objects, or those of another kustomization.
    fn resource(&mut self, entry: &Node) -> Vec<Object> {
        let Some(written) = entry.as_str() else { return Vec::new() };
        if self.work.left == 0 {
            return Vec::new();
        }
        if let Some(folder) = Tree::join(self.folder, written)
            && kustomization(self.work.tree, &folder).is_some()
        {
            return build(self.work, &folder, Vec::new());
        }
        match self.find(written) {
            Some(file) => self.documents(file).into_iter().flat_map(kubernetes::trees).map(Object::new).collect(),
            None => {
                self.absent(entry);
                Vec::new()
            }
        }
    }

    fn absent(&mut self, entry: &Node) {
        let message = format!("`{}` is not among the files: its resources were not seen", entry.as_str().unwrap_or(""));
        self.note(NoteKind::NotSeen, message, entry.origins.primary);
    }

    /// A file by the path that is written.
    pub(super) fn find(&self, written: &str) -> Option<FileId> {
        self.work.tree.find(&Tree::join(self.folder, written)?)
    }

    pub(super) fn note(&mut self, kind: NoteKind, message: String, place: Option<Span>) {
        let note = Note::new(kind, message);
        self.work.notes.push(match place {
            Some(span) => note.at(span).in_file(self.work.tree.path(span.file)),
            None => note.in_file(self.path.clone()),
        });
    }

    /// The documents of a file that `entry` names.
    pub(super) fn file(&mut self, written: &str, entry: &Node) -> Vec<Node> {
        match self.find(written) {
            Some(file) => self.documents(file),
            None => {
                let message = format!("`{written}` is not among the files: what it changes was not seen");
                self.note(NoteKind::NotSeen, message, entry.origins.primary);
                Vec::new()
            }
        }
    }

    fn documents(&mut self, file: FileId) -> Vec<Node> {
        let path = self.work.tree.path(file);
        match self.work.tree.text(file) {
            Ok(text) => {
                let (documents, notes) = yaml::documents(file, text, yaml::Profile::KUBERNETES);
                self.work.notes.extend(notes.into_iter().map(|note| note.in_file(path.clone())));
                documents
            }
            Err(note) => {
                self.work.notes.push(note.clone().in_file(path));
                Vec::new()
            }
        }
    }

    /// The documents of a text inside the kustomization, each with its place in that file.
    pub(super) fn inline(&mut self, node: &Node) -> Vec<Node> {
        let (Some(text), Some(span)) = (node.as_str(), node.origins.primary) else { return Vec::new() };
        let (mut documents, notes) = yaml::documents(span.file, text, yaml::Profile::KUBERNETES);
        if notes.iter().any(|note| note.kind.incomplete()) {
            self.note(NoteKind::NotSeen, "a patch was not seen: it cannot be read".into(), Some(span));
        }
        let lines = Lines::new(self.work.tree.slice(span), text, span);
        documents.iter_mut().for_each(|document| lines.node(document));
        documents
    }

    /// What is said here and not read.
    fn unread(&mut self) {
        const UNREAD: &[&str] = &[
            "transformers",
            "generators",
            "validators",
            "configurations",
            "crds",
            "openapi",
            "vars",
            "helmCharts",
            "helmChartInflationGenerator",
        ];
        for entry in self.root.entries().iter().filter(|entry| UNREAD.contains(&&*entry.key)) {
            let empty = matches!(&entry.value.value, crate::value::Value::List(items) if items.is_empty());
            if !empty {
                let message =
                    format!("`{}` of a kustomization is not read: what it adds or changes was not seen", entry.key);
                self.note(NoteKind::NotSeen, message, entry.key_span);
            }
        }
    }
}

/// Where the lines of an inline text stand in its file.
struct Lines {
    whole: Span,
    /// For each line of the text: where it begins there, how long it is, and where it begins in the file.
    lines: Vec<(usize, usize, usize)>,
}

impl Lines {
    /// `written` is the scalar as it stands in the file: a literal block is followed line by line.
    fn new(written: &str, text: &str, whole: Span) -> Self {
        let mut lines = Vec::new();
        let (mut here, mut there) = (0, 0);
        for line in text.split_inclusive('\n') {
            let row = written.get(there..).unwrap_or("").split_inclusive('\n').next().unwrap_or("");
            let bare = line.trim_end_matches('\n');
            let Some(indent) = row.find(bare) else { return Self { whole, lines: Vec::new() } };
            lines.push((here, bare.len(), whole.start as usize + there + indent));
            here += line.len();
            there += row.len();
        }
        Self { whole, lines }
    }

    fn offset(&self, offset: usize) -> Option<usize> {
        let after = self.lines.partition_point(|(start, ..)| *start <= offset);
        let (start, length, there) = self.lines.get(after.checked_sub(1)?)?;
        Some(there + (offset - start).min(*length))
    }

    fn span(&self, span: Span) -> Span {
        let range = span.range();
        match (self.offset(range.start), self.offset(range.end)) {
            (Some(start), Some(end)) => Span::new(self.whole.file, start..end.max(start)),
            _ => self.whole,
        }
    }

    fn node(&self, node: &mut Node) {
        use crate::value::Value;
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry: &mut Entry| {
                entry.key_span = entry.key_span.map(|span| self.span(span));
                self.node(&mut entry.value);
            }),
            _ => {}
        }
        node.origins = Origins { primary: node.origins.primary.map(|span| self.span(span)), related: None };
    }
}
