//! Helm charts, rendered without running anything: an engine of our own for Go's templates, with Helm's functions.
//!
//! Findings are at the template's line, and name the key of the values file. What cannot be rendered is a note, and its
//! objects are *not seen*. Helm gives up a whole chart where one template fails; here the others are judged all the same.

mod chart;
mod engine;
mod functions;
mod ignored;
mod objects;
mod printed;
pub(super) mod release;
mod render;
mod set;
mod values;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread;

use super::kubernetes::{self, object};
use super::{ChartSettings, Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::{Block, Node, UnitId};
use engine::Engine;

/// The format of Helm charts.
pub struct Helm;

impl Format for Helm {
    fn name(&self) -> &'static str {
        "helm"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let mut charts: Vec<Arc<str>> = free
            .iter()
            .filter(|file| file_name(&tree.path(**file)) == "Chart.yaml")
            .map(|file| Arc::from(tree.folder(*file)))
            .collect();
        // the outer chart first: the charts inside it are its own
        charts.sort_by_key(|folder| folder.len());
        let mut units: Vec<(Arc<str>, Vec<FileId>)> = Vec::new();
        for folder in charts {
            let files: Vec<FileId> = tree
                .under(&folder)
                .filter(|file| free.contains(file) && of_chart(&folder, &tree.path(*file)))
                .collect();
            for file in &files {
                free.remove(file);
            }
            if !files.is_empty() {
                units.push((folder, files));
            }
        }
        units.sort();
        units
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        match settings.printed.get(&*unit.folder) {
            Some(Ok(beside)) => {
                let printed = tree.find(beside).map(|file| printed::read(tree, &unit.folder, unit.id, file));
                return printed.unwrap_or_default();
            }
            Some(Err(reason)) => {
                let message = format!("chart `{}` was not seen: {reason}", name_of(&unit.folder));
                return Reading { notes: vec![of_chart_file(tree, &unit.folder, message)], ..Reading::default() };
            }
            None => {}
        }
        deep(|| read(tree, unit, &settings.charts)).unwrap_or_else(|| {
            let message = format!("chart `{}` was not seen: there is no room to render it", unit.folder);
            Reading { notes: vec![Note::new(NoteKind::NotSeen, message)], ..Reading::default() }
        })
    }
}

/// Renders on a stack of its own, as templates include each other as deep as Go lets them; none where there is no room.
pub(super) fn deep<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    const STACK: usize = 256 << 20;
    thread::scope(|scope| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).ok()?.join().ok())
}

fn read(tree: &Tree, unit: &Unit, settings: &ChartSettings) -> Reading {
    let engine = Engine::new(tree);
    let mut reading = Reading::default();
    let installed = render::as_asked(&engine, &unit.folder, settings, &mut reading.notes);
    match render::render(&engine, &unit.folder, &installed, settings, &mut reading.notes) {
        Some(outcome) => gather(tree, &engine, outcome, unit.id, None, &mut reading),
        None => reading.notes.push(unseen(tree, &unit.folder)),
    }
    reading
}

/// The objects of what was rendered; those that name no namespace are in that which is given.
fn gather(
    tree: &Tree,
    engine: &Engine<'_>,
    outcome: render::Outcome,
    unit: UnitId,
    namespace: Option<&Node>,
    reading: &mut Reading,
) {
    let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let mut blocks: Vec<Block> = Vec::new();
    for rendered in outcome.rendered {
        let text = match &rendered.text {
            Ok(text) => text,
            Err(fault) => {
                let note = render::note(tree, &rendered, fault);
                if !reading.notes.contains(&note) {
                    reading.notes.push(note);
                }
                continue;
            }
        };
        let (documents, notes) = objects::documents(rendered.file, text, &engine.holes);
        let place = |note: Note| {
            let path = note.span.map_or_else(|| tree.path(rendered.file), |span| tree.path(span.file));
            match note.kind.incomplete() {
                true => Note {
                    kind: NoteKind::NotSeen,
                    message: format!("what the template renders was not seen: {}", note.message),
                    ..note
                },
                false => note,
            }
            .in_file(path)
        };
        reading.notes.extend(notes.into_iter().map(place));
        blocks.extend(documents.into_iter().flat_map(|mut document| {
            if let Some(namespace) = namespace {
                object::in_namespace(&mut document, namespace, false);
            }
            object::blocks(document, unit)
        }));
    }
    for file in outcome.crds {
        let (found, notes) = kubernetes::file(tree, file, unit);
        blocks.extend(found);
        reading.notes.extend(notes);
    }
    for block in &mut blocks {
        let times = seen.entry(block.address.clone()).or_default();
        *times += 1;
        if *times > 1 {
            block.address = Arc::from(format!("{}#{times}", block.address));
        }
    }
    reading.blocks = blocks;
}

/// For a chart whose description cannot be read.
fn unseen(tree: &Tree, folder: &str) -> Note {
    let name = name_of(folder);
    of_chart_file(tree, folder, format!("chart `{name}` was not seen: its `Chart.yaml` gives no name that can be read"))
}

fn name_of(folder: &str) -> &str {
    folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(".")
}

/// What is said of a chart as a whole.
fn of_chart_file(tree: &Tree, folder: &str, message: String) -> Note {
    let note = Note::new(NoteKind::NotSeen, message);
    match tree.in_folder(folder).find(|file| file_name(&tree.path(*file)) == "Chart.yaml") {
        Some(chart) => note.in_file(tree.path(chart)),
        None => note,
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file below a chart's folder belongs to the chart: its description, values, templates and charts.
fn of_chart(folder: &str, path: &str) -> bool {
    let inside = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    match inside.split_once('/') {
        Some(("templates" | "crds" | "ci", _)) => true,
        // what is packed in an archive is the chart's alone; the archive itself is nothing to read
        Some(("charts", rest)) => match rest.split_once('/') {
            Some((sub, rest)) => sub.ends_with(".tgz") || of_chart("", rest),
            None => !rest.ends_with(".tgz"),
        },
        Some(_) => false,
        None => {
            inside.starts_with("Chart.")
                || inside.starts_with("values")
                || matches!(inside, "requirements.yaml" | "requirements.lock")
        }
    }
}
