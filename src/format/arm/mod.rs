//! Templates of Azure Resource Manager: JSON with comments, recognised by their schema.

mod expression;
pub mod parameters;
mod template;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::deployment::load::{self, Parsed};
use super::{Format, Reading, Settings, Unit, deployment, json};
use crate::source::{FileId, Note, NoteKind, Tree};

/// The format of templates and of their parameter files.
pub(super) struct Arm;

impl Format for Arm {
    fn name(&self) -> &'static str {
        "arm"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named: Vec<FileId> = free.iter().copied().filter(|file| tree.name(*file).ends_with(".json")).collect();
        let found: Vec<(FileId, Form)> =
            named.into_par_iter().filter_map(|file| Some((file, form(tree.text(file).ok()?)?))).collect();
        for (file, _) in &found {
            free.remove(file);
        }
        let of = |wanted: Form| found.iter().filter(move |(_, form)| *form == wanted).map(|(file, _)| *file);
        let templates: Vec<FileId> = of(Form::Template).collect();
        let mut parameters: BTreeSet<FileId> = of(Form::Parameters).collect();
        let mut units: Vec<(Arc<str>, Vec<FileId>)> = Vec::new();
        for mut files in load::units(tree, &templates) {
            let Some(root) = files.first().copied() else { continue };
            files.extend(parameters::file_of(tree, root).filter(|file| parameters.remove(file)));
            units.push((Arc::from(tree.folder(root)), files));
        }
        // of templates that are Bicep, or somewhere else
        if !parameters.is_empty() {
            units.push((Arc::from(""), parameters.into_iter().collect()));
        }
        units
    }

    fn recognises(&self, tree: &Tree, file: FileId) -> bool {
        tree.name(file).ends_with(".json") && tree.text(file).is_ok_and(|text| form(text) == Some(Form::Template))
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        match unit.files.first() {
            Some(root) if tree.text(*root).is_ok_and(|text| form(text) != Some(Form::Parameters)) => {
                deployment::read(tree, unit.id, *root, *root, settings)
            }
            _ => Reading { passed_over: unit.files.clone(), ..Reading::default() },
        }
    }
}

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Template,
    Parameters,
}

fn form(text: &str) -> Option<Form> {
    let schema = text.split_once("\"$schema\"").is_some_and(|(_, rest)| rest.trim_start().starts_with(':'));
    if schema && text.contains("eploymentTemplate.json") {
        return Some(Form::Template);
    }
    (schema && text.contains("eploymentParameters.json")).then_some(Form::Parameters)
}

/// A text as a template.
pub(super) fn parse(tree: &Tree, file: FileId, text: &str) -> Parsed {
    let document = match json::with_comments(file, text) {
        Ok(document) => document,
        Err(note) => return Parsed { program: None, notes: vec![note.in_file(tree.path(file))] },
    };
    match template::within(&document) {
        Some(inner) => {
            let program = template::Reader { tree, file }.program(inner, 0);
            Parsed { program: Some(Arc::new(program)), notes: Vec::new() }
        }
        None => {
            let note = Note::new(NoteKind::NotSeen, "it names the schema of a template and holds none");
            Parsed { program: None, notes: vec![note.in_file(tree.path(file))] }
        }
    }
}
