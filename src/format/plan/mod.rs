//! Terraform's plans and states as JSON: `terraform show -json`, and the state file itself. Values come resolved; what
//! is known only after apply keeps the reference that the configuration gives it.
//!
//! The formats: <https://developer.hashicorp.com/terraform/internals/json-format>. A plan is never turned back into HCL.

mod config;
mod merge;
mod state;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Format, Reading, Settings, Unit, json};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Dialect, Entry, Node, Origins, Provider, UnitId, Value};

/// Terraform plans and states.
pub struct Plan;

impl Format for Plan {
    fn name(&self) -> &'static str {
        "terraform-plan"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named: Vec<FileId> = free
            .iter()
            .copied()
            .filter(|file| {
                let path = tree.path(*file);
                path.ends_with(".json") || path.ends_with(".tfstate")
            })
            .collect();
        let files: Vec<FileId> =
            named.into_par_iter().filter(|file| tree.text(*file).is_ok_and(|text| looks(text))).collect();
        for file in &files {
            free.remove(file);
        }
        // each is a unit with addresses of its own
        files.into_iter().map(|file| (Arc::from(tree.folder(file)), vec![file])).collect()
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let mut reading = Reading::default();
        for file in &unit.files {
            read_file(tree, *file, unit.id, &mut reading);
        }
        reading
    }
}

/// The keys that Terraform writes into every plan and state.
fn looks(text: &str) -> bool {
    let parts = ["\"resource_changes\"", "\"planned_values\"", "\"lineage\"", "\"values\""];
    text.contains("\"terraform_version\"") && parts.iter().any(|part| text.contains(part))
}

fn read_file(tree: &Tree, file: FileId, unit: UnitId, reading: &mut Reading) {
    let path = tree.path(file);
    let document = match tree.text(file) {
        Ok(text) => json::document(file, text),
        Err(note) => Err(note.clone()),
    };
    let document = match document {
        Ok(document) => document,
        Err(note) => return reading.notes.push(note.in_file(path)),
    };
    if document.get("resource_changes").is_some() {
        planned(&document, unit, reading);
    } else if let Some(values) = document.get("values").or_else(|| document.at_path("planned_values").value().copied())
    {
        state::shown(values, unit, reading);
    } else if document.get("resources").is_some() {
        state::stored(&document, unit, reading);
    } else {
        let note = Note::new(NoteKind::NotSeen, "it holds neither planned changes nor a state's resources");
        reading.notes.push(note.in_file(path).help("write it with `terraform show -json`"));
    }
}

/// The resources as they will be.
fn planned(document: &Node, unit: UnitId, reading: &mut Reading) {
    let config = config::Configuration::new(document, unit);
    let mut deleted = 0usize;
    for change in document.each("resource_changes") {
        if change.get("mode").and_then(|mode| mode.as_str()) != Some("managed") {
            continue;
        }
        let actions = change.each("change.actions");
        if let [only] = actions.as_slice()
            && only.as_str() == Some("delete")
        {
            deleted += 1;
            continue;
        }
        reading.blocks.extend(planned_block(change, &config, unit));
    }
    if deleted > 0 {
        reading
            .notes
            .push(Note::new(NoteKind::Info, format!("{deleted} resources that the plan deletes are not judged")));
    }
}

fn planned_block(change: &Node, config: &config::Configuration<'_>, unit: UnitId) -> Option<Block> {
    let text = |key: &str| change.get(key).and_then(|node| node.as_str());
    let (address, native_type, name) = (text("address")?, text("type")?, text("name")?);
    let source = config.source(text("module_address").unwrap_or(""), native_type, name, change.get("index"));
    let values = change.get("change")?;
    let body = merge::body(values, &source);
    let context = source.context(&body);
    Some(block(change, address, native_type, unit, body, context))
}

/// A block of a plan or state, at the entry that holds it.
fn block(entry: &Node, address: &str, native_type: &str, unit: UnitId, body: Node, context: Node) -> Block {
    let nowhere = Span::new(FileId(0), 0..0);
    let span = entry.origins.primary.unwrap_or(nowhere);
    // the address names it best
    let head =
        entry.entry("address").and_then(|named| Some(named.key_span?.to(named.value.origins.primary?))).unwrap_or(span);
    Block {
        provider: Provider::of_terraform_type(native_type),
        dialect: Dialect::Terraform,
        native_type: Arc::from(native_type),
        written: None,
        address: Arc::from(address),
        unit,
        head,
        span,
        body,
        context,
        instances_unknown: None,
        via: Arc::from([]),
    }
}

/// A map node of known texts: what a provider's configuration gives.
fn context(entries: impl IntoIterator<Item = (&'static str, Node)>) -> Node {
    let entries =
        entries.into_iter().map(|(key, value)| Entry { key: Arc::from(key), key_span: None, value }).collect();
    Node { value: Value::Map(entries), origins: Origins::NONE }
}
