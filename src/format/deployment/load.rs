//! Templates and their parameters by path: each file is parsed once, whoever asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::syntax::{Program, Source};
use crate::format::{arm, bicep};
use crate::source::{FileId, Note, Tree};

/// What came of a file.
pub struct Parsed {
    /// None where it is no template at all.
    pub program: Option<Arc<Program>>,
    pub notes: Vec<Note>,
}

/// A file as a template.
pub fn parsed(tree: &Tree, file: FileId) -> Arc<Parsed> {
    let make = || match tree.text(file) {
        Ok(text) => match tree.name(file).rsplit('.').next().is_some_and(|end| end.starts_with("bicep")) {
            true => bicep::parse(tree, file, text),
            false => arm::parse(tree, file, text),
        },
        // the pipeline says why it cannot be had
        Err(_) => Parsed { program: None, notes: Vec::new() },
    };
    tree.keep(file, make).unwrap_or_else(|| Arc::new(Parsed { program: None, notes: Vec::new() }))
}

/// The template at `path`, which is relative to the folder of `from`.
pub fn beside(tree: &Tree, from: FileId, path: &str) -> Option<(FileId, Arc<Parsed>)> {
    let file = tree.find(&Tree::join(tree.folder(from), path)?)?;
    Some((file, parsed(tree, file)))
}

/// Units of templates: each that no other deploys comes first in its own, with all that it deploys after it. Those that deploy one another in a circle
/// stand alone.
pub fn units(tree: &Tree, files: &[FileId]) -> Vec<Vec<FileId>> {
    let deploys: BTreeMap<FileId, BTreeSet<FileId>> = files.iter().map(|file| (*file, modules(tree, *file))).collect();
    let inner: BTreeSet<FileId> =
        deploys.iter().flat_map(|(file, inner)| inner.iter().copied().filter(move |other| other != file)).collect();
    let known: BTreeSet<FileId> = files.iter().copied().collect();
    let mut taken: BTreeSet<FileId> = BTreeSet::new();
    let mut units = Vec::new();
    let roots = files.iter().filter(|file| !inner.contains(file));
    for root in roots.chain(files) {
        if taken.contains(root) {
            continue;
        }
        let mut open = vec![*root];
        let mut own = Vec::new();
        while let Some(file) = open.pop() {
            if known.contains(&file) && taken.insert(file) {
                own.push(file);
                open.extend(deploys.get(&file).into_iter().flatten());
            }
        }
        units.push(own);
    }
    units
}

/// The files that a template deploys.
fn modules(tree: &Tree, file: FileId) -> BTreeSet<FileId> {
    let mut found = BTreeSet::new();
    if let Some(program) = &parsed(tree, file).program {
        sources(program, &mut |path| {
            found.extend(Tree::join(tree.folder(file), path).and_then(|path| tree.find(&path)));
        });
    }
    found
}

fn sources(program: &Program, found: &mut dyn FnMut(&str)) {
    for module in program.resources.iter().filter_map(|decl| decl.module.as_ref()) {
        match &module.source {
            Source::File(path) => found(path),
            Source::Inline(inner) => sources(inner, found),
            Source::Away(_) => {}
        }
    }
}
