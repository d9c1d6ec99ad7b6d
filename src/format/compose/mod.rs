//! Compose: services with what their files, their override and their variables make of them.
//!
//! `interpolate` fills in variables, `layers` puts one file upon another, `environment` gathers what reaches a container.
//! The language: <https://github.com/compose-spec/compose-spec/blob/main/spec.md>.

mod environment;
mod interpolate;
mod layers;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Format, Reading, Settings, Unit, dockerfile, yaml};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::{Block, Dialect, Entry, Node, Provider, UnitId, Value};

/// Compose files.
pub(super) struct Compose;

/// Compose reads YAML 1.2, with two tags of its own.
const PROFILE: yaml::Profile = yaml::Profile { tags: tag, ..yaml::Profile::CORE };

fn tag(tag: &str) -> Option<&'static str> {
    [layers::RESET, layers::OVERRIDE].into_iter().find(|own| *own == tag)
}

/// The names that Compose takes by itself, the first that is there before all others.
const USUAL: [&str; 4] = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];

impl Format for Compose {
    fn name(&self) -> &'static str {
        "compose"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named: Vec<FileId> = free.iter().copied().filter(|file| is_yaml(tree.name(*file))).collect();
        let files: BTreeSet<FileId> = named.into_par_iter().filter(|file| is_one(tree, *file)).collect();
        let mut units = Vec::new();
        for file in &files {
            free.remove(file);
            // an override belongs to the file that it overrides
            if base_of(tree, *file).is_some_and(|base| files.contains(&base)) {
                continue;
            }
            let mut unit = vec![*file];
            unit.extend(override_of(tree, *file).filter(|found| files.contains(found)));
            units.push((Arc::from(tree.folder(*file)), unit));
        }
        units
    }

    fn recognises(&self, tree: &Tree, file: FileId) -> bool {
        is_yaml(tree.name(file)) && is_one(tree, file)
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let mut reading = Reading::default();
        let Some((main, more)) = unit.files.split_first() else { return reading };
        let variables = interpolate::Variables::of(tree, &unit.folder);
        let mut load = |file: FileId| {
            let (root, notes) = parse(tree, file);
            reading.notes.extend(notes.into_iter().map(|note| note.in_file(tree.path(file))));
            root.map(|root| variables.fill(&root))
        };
        // what is written to be laid upon the usual file says nothing by itself
        let below = usual(tree, &unit.folder).filter(|usual| usual != main && lacks_images(tree, *main));
        let layers: Vec<Node> = below.iter().chain([main]).chain(more).filter_map(|file| load(*file)).collect();
        let Some(whole) = layers.into_iter().reduce(layers::upon) else { return reading };
        reading.notes.extend(included(tree, &whole, &unit.folder).map(|note| note.in_file(tree.path(*main))));
        for entry in whole.get("services").map(Node::entries).unwrap_or_default() {
            match layers::extended(tree, &whole, &entry.value, &unit.folder, 0) {
                Some(body) => reading.blocks.extend(service(tree, unit.id, &whole, entry, body, &unit.folder)),
                None => reading.notes.push(unseen(tree, *main, entry)),
            }
        }
        reading
    }
}

fn is_yaml(name: &str) -> bool {
    name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Whether a file is Compose's by what is in it: services, each a map, of which one has an image or is built. A file
/// with the usual name needs no image, as it may be laid upon another.
fn is_one(tree: &Tree, file: FileId) -> bool {
    let Ok(text) = tree.text(file) else { return false };
    if !text.lines().any(|line| line.trim_end() == "services:" || line.starts_with("services:")) {
        return false;
    }
    let Some(root) = parse(tree, file).0 else { return false };
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    let name = tree.name(file);
    let usual = name.starts_with("docker-compose") || name.starts_with("compose");
    let whole =
        services.iter().any(|service| ["image", "build", "extends"].iter().any(|key| service.value.get(key).is_some()));
    let maps = services.iter().all(|service| matches!(service.value.value, Value::Map(_) | Value::Null));
    !services.is_empty() && maps && root.get("apiVersion").is_none() && (usual || whole)
}

fn parse(tree: &Tree, file: FileId) -> (Option<Node>, Vec<Note>) {
    match tree.text(file) {
        Ok(text) => {
            let (documents, notes) = yaml::documents(file, text, PROFILE);
            (documents.into_iter().next(), notes)
        }
        // the note of a text that cannot be had is the tree's
        Err(_) => (None, Vec::new()),
    }
}

fn lacks_images(tree: &Tree, file: FileId) -> bool {
    let Some(root) = parse(tree, file).0 else { return false };
    let services = root.get("services").map(Node::entries).unwrap_or_default();
    services.iter().any(|service| ["image", "build", "extends"].iter().all(|key| service.value.get(key).is_none()))
}

fn usual(tree: &Tree, folder: &str) -> Option<FileId> {
    USUAL.iter().filter_map(|name| Tree::join(folder, name)).find_map(|path| tree.find(&path))
}

/// `compose.override.yaml` of `compose.yaml`.
fn override_of(tree: &Tree, file: FileId) -> Option<FileId> {
    let (stem, end) = tree.name(file).rsplit_once('.')?;
    [end, "yml", "yaml"].iter().find_map(|end| {
        let path = Tree::join(tree.folder(file), &format!("{stem}.override.{end}"))?;
        tree.find(&path).filter(|found| *found != file)
    })
}

fn base_of(tree: &Tree, file: FileId) -> Option<FileId> {
    let name = tree.name(file);
    let (stem, _) = name.split_once(".override.")?;
    ["yml", "yaml"].iter().find_map(|end| tree.find(&Tree::join(tree.folder(file), &format!("{stem}.{end}"))?))
}

/// A note for each file that is included and is not among the scanned files; those that are, are read for themselves.
fn included<'n>(tree: &'n Tree, root: &'n Node, folder: &'n str) -> impl Iterator<Item = Note> + 'n {
    let named = root.each("include").into_iter().flat_map(|item| match item.value {
        Value::Map(_) => item.each("path"),
        _ => vec![item],
    });
    named.filter_map(move |node| {
        let path = node.as_str()?;
        let found = Tree::join(folder, path).and_then(|path| tree.find(&path));
        let note = Note::new(NoteKind::NotSeen, format!("`{path}`, which is included, is not among the scanned files"));
        let note = match node.origins.primary {
            Some(span) => note.at(span),
            None => note,
        };
        found.is_none().then(|| note.help("scan the folder that it lies in as well"))
    })
}

/// A service that extends what is not among the scanned files.
fn unseen(tree: &Tree, file: FileId, entry: &Entry) -> Note {
    let message = format!("service `{}` was not seen: what it extends is not among the scanned files", entry.key);
    let note = Note::new(NoteKind::NotSeen, message).in_file(tree.path(file)).help("scan the file that it extends too");
    match entry.key_span {
        Some(span) => note.at(span),
        None => note,
    }
}

/// The block of a service: `body` is its own settings upon what it extends; what only the file tells is added.
fn service(tree: &Tree, unit: UnitId, root: &Node, entry: &Entry, mut body: Node, folder: &str) -> Option<Block> {
    let Value::Map(_) = entry.value.value else { return None };
    let span = entry.value.origins.primary?;
    let Value::Map(entries) = &mut body.value else { return None };
    let environment =
        environment::gathered(tree, &Node { value: Value::Map(entries.clone()), ..entry.value.clone() }, folder);
    if let Some(labels) = entries.iter_mut().find(|own| &*own.key == "labels") {
        labels.value = environment::labels(&labels.value);
    }
    entries.retain(|own| &*own.key != "environment");
    entries.push(Entry { key: "environment".into(), key_span: None, value: environment });
    if let Some(user) = built_user(tree, entries, folder) {
        entries.push(Entry { key: "built_user".into(), key_span: None, value: user });
    }
    if let Some(networks) = root.get("networks") {
        entries.push(Entry { key: "all_networks".into(), key_span: None, value: networks.clone() });
    }
    Some(Block {
        provider: Provider::Docker,
        dialect: Dialect::Native,
        native_type: "compose/Service".into(),
        written: None,
        address: entry.key.clone(),
        unit,
        head: entry.key_span.unwrap_or(span),
        span,
        context: Node::empty_map(span),
        body,
        instances_unknown: None,
        via: Arc::from([]),
    })
}

/// The user that the image which a service builds runs as, where its Dockerfile is among the files.
fn built_user(tree: &Tree, entries: &[Entry], folder: &str) -> Option<Node> {
    let build = &entries.iter().find(|entry| &*entry.key == "build")?.value;
    let context = build.as_str().or_else(|| build.get("context").and_then(Node::as_str)).unwrap_or(".");
    let name = build.get("dockerfile").and_then(Node::as_str).unwrap_or("Dockerfile");
    let file = tree.find(&Tree::join(&Tree::join(folder, context)?, name)?)?;
    dockerfile::user(tree, file, build.get("target").and_then(Node::as_str))
}
