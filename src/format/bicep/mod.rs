//! Bicep: the language that is translated to templates of Azure Resource Manager.

mod collections;
mod cursor;
mod expression;
mod lex;
mod statements;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::deployment::load::{self, Parsed};
use super::{Format, Reading, Settings, Unit, deployment, relocate};
use crate::source::{FileId, Note, NoteKind, Span, Tree};

/// The format of Bicep's files and of their parameters.
pub(super) struct Bicep;

impl Format for Bicep {
    fn name(&self) -> &'static str {
        "bicep"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let of = |end: &str| -> Vec<FileId> {
            free.iter().copied().filter(|file| tree.name(*file).ends_with(end)).collect()
        };
        let (templates, parameters) = (of(".bicep"), of(".bicepparam"));
        for file in templates.iter().chain(&parameters) {
            free.remove(file);
        }
        let mut parameters: BTreeSet<FileId> = parameters.into_iter().collect();
        let mut units: Vec<(Arc<str>, Vec<FileId>)> = Vec::new();
        for mut files in load::units(tree, &templates) {
            let Some(root) = files.first().copied() else { continue };
            files.extend(parameters_of(tree, root).filter(|file| parameters.remove(file)));
            units.push((Arc::from(tree.folder(root)), files));
        }
        if !parameters.is_empty() {
            units.push((Arc::from(""), parameters.into_iter().collect()));
        }
        units
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        match unit.files.first() {
            Some(root) if tree.name(*root).ends_with(".bicep") => match settings.printed.get(tree.name(*root)) {
                Some(printed) => compiled(tree, unit, *root, printed, settings),
                None => deployment::read(tree, unit.id, *root, *root, settings),
            },
            _ => Reading { passed_over: unit.files.clone(), ..Reading::default() },
        }
    }
}

/// What the real Bicep printed of the template `root`: it tells of no place in it.
fn compiled(tree: &Tree, unit: &Unit, root: FileId, printed: &Result<String, String>, settings: &Settings) -> Reading {
    let (at, path) = (Span { file: root, start: 0, end: 0 }, tree.path(root));
    let unseen = |reason: &str| {
        let note = Note::new(NoteKind::NotSeen, format!("`{path}` was not seen: {reason}")).in_file(path.clone());
        Reading { notes: vec![note], ..Reading::default() }
    };
    let beside = match printed {
        Ok(beside) => tree.find(beside),
        Err(reason) => return unseen(reason),
    };
    let Some(beside) = beside else { return unseen("what was printed of it is not there") };
    let mut reading = deployment::read(tree, unit.id, beside, root, settings);
    reading.blocks.iter_mut().for_each(|block| relocate::block(block, at));
    reading.notes = reading.notes.into_iter().map(|note| relocate::note(note, at, path.clone())).collect();
    reading
}

/// A text as a template.
pub(super) fn parse(tree: &Tree, file: FileId, text: &str) -> Parsed {
    let (program, lost) = statements::program(file, text);
    let note = |wrong: cursor::Wrong| {
        Note::new(NoteKind::PartLost, format!("a statement cannot be read: {}", wrong.message))
            .in_file(tree.path(file))
            .at(Span::new(file, wrong.range))
    };
    Parsed { program: Some(Arc::new(program)), notes: lost.into_iter().map(note).collect() }
}

/// The file of parameters that is for a template: the one of its name, or the only one in its folder that says so.
pub(super) fn parameters_of(tree: &Tree, template: FileId) -> Option<FileId> {
    let path = tree.path(template);
    let stem = path.strip_suffix(".bicep")?;
    if let Some(named) = tree.find(&format!("{stem}.bicepparam")) {
        return Some(named);
    }
    let folder = tree.folder(template);
    let mut found = tree.in_folder(folder).filter(|file| tree.name(*file).ends_with(".bicepparam")).filter(|file| {
        let parsed = load::parsed(tree, *file);
        let using = parsed.program.as_ref().and_then(|program| program.using.clone());
        using.and_then(|using| Tree::join(folder, &using)).is_some_and(|using| *using == *path)
    });
    let only = found.next()?;
    found.next().is_none().then_some(only)
}
