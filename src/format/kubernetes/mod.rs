//! Kubernetes manifests, YAML and JSON: one unit for all of a scan, since objects select each other by label.
//!
//! Claims what no other format wanted and reads it once; what is no Kubernetes object is passed over with a count.

pub(in crate::format) mod object;
mod placeholder;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Format, Reading, Settings, Unit, json, yaml};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::{Block, UnitId};

/// The format of Kubernetes manifests.
pub struct Kubernetes;

impl Format for Kubernetes {
    fn name(&self) -> &'static str {
        "kubernetes"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let files: Vec<FileId> = free.iter().copied().filter(|file| spelling(&tree.path(*file)).is_some()).collect();
        for file in &files {
            free.remove(file);
        }
        if files.is_empty() { Vec::new() } else { vec![(Arc::from(""), files)] }
    }

    fn recognises(&self, tree: &Tree, file: FileId) -> bool {
        // as keys of a document, not within a text that another format holds
        let starts = |text: &str, key: &str| text.lines().any(|line| line.starts_with(key));
        spelling(&tree.path(file)) == Some(Spelling::Yaml)
            && tree.text(file).is_ok_and(|text| starts(text, "apiVersion:") && starts(text, "kind:"))
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let files: Vec<FileReading> = unit.files.par_iter().map(|file| read_file(tree, *file, unit.id)).collect();
        let mut reading = Reading::default();
        let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        for (file, found) in unit.files.iter().zip(files) {
            if found.blocks.is_empty() && found.notes.is_empty() {
                reading.passed_over.push(*file);
            }
            reading.notes.extend(found.notes);
            reading.blocks.extend(found.blocks.into_iter().map(|mut block| {
                let times = seen.entry(block.address.clone()).or_default();
                *times += 1;
                if *times > 1 {
                    block.address = Arc::from(format!("{}#{times}", block.address));
                }
                block
            }));
        }
        reading
    }
}

/// The objects of one file, for a format that holds plain manifests as well.
pub(in crate::format) fn file(tree: &Tree, file: FileId, unit: UnitId) -> (Vec<Block>, Vec<Note>) {
    let read = read_file(tree, file, unit);
    (read.blocks, read.notes)
}

/// What one file holds.
#[derive(Default)]
struct FileReading {
    blocks: Vec<Block>,
    notes: Vec<Note>,
}

/// How a file is spelled.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
    Yaml,
    Json,
}

fn spelling(path: &str) -> Option<Spelling> {
    match path.rsplit_once('.')?.1 {
        "yaml" | "yml" => Some(Spelling::Yaml),
        "json" => Some(Spelling::Json),
        _ => None,
    }
}

fn read_file(tree: &Tree, file: FileId, unit: UnitId) -> FileReading {
    let path = tree.path(file);
    let text = match tree.text(file) {
        Ok(text) => text,
        Err(note) => return FileReading { blocks: Vec::new(), notes: vec![note.clone().in_file(path)] },
    };
    // no object can do without both words
    if !(text.contains("apiVersion") && text.contains("kind")) {
        return FileReading::default();
    }
    let (documents, mut notes) = match spelling(&path) {
        Some(Spelling::Json) => match json::document(file, text) {
            Ok(document) => (vec![document], Vec::new()),
            Err(note) => (Vec::new(), vec![note]),
        },
        _ => yaml::documents(file, text, yaml::Profile::KUBERNETES),
    };
    let blocks: Vec<Block> = documents.into_iter().flat_map(|document| object::blocks(document, unit)).collect();
    if blocks.is_empty() && !looks_like_manifest(text) {
        return FileReading::default();
    }
    if notes.iter().any(|note| note.kind.incomplete()) && placeholder::in_text(text) {
        notes = vec![template(&notes)];
    }
    let notes = notes.into_iter().map(|note| note.in_file(path.clone())).collect();
    FileReading { blocks, notes }
}

/// A text that is not YAML because a template engine has yet to run over it.
fn template(notes: &[Note]) -> Note {
    let note = Note::new(NoteKind::NotSeen, "this is a template, not yet YAML: some of its resources were not seen")
        .help("scan what the template renders");
    match notes.iter().filter(|note| note.kind.incomplete()).find_map(|note| note.span) {
        Some(span) => note.at(span),
        None => note,
    }
}

/// Whether a text that could not be read was meant as a manifest: both words stand in it as keys.
fn looks_like_manifest(text: &str) -> bool {
    let is_key = |at: usize, word: &str| {
        let before = text.get(..at).map(|before| before.trim_end_matches([' ', '\t', '"', '\'']));
        let after = text.get(at + word.len()..).map(|after| after.trim_start_matches(['"', '\'', ' ']));
        before.is_some_and(|before| before.is_empty() || before.ends_with(['\n', '{', ',', '-', '\u{feff}']))
            && after.is_some_and(|after| after.starts_with(':'))
    };
    ["apiVersion", "kind"].iter().all(|word| text.match_indices(word).any(|(at, _)| is_key(at, word)))
}
