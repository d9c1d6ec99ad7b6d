//! CloudFormation as CloudFormation means it: parameters, conditions and functions worked out, unknown kept as a value.
//!
//! `template` tells a template from other YAML and JSON and makes a tree of it; `stack` holds what is known while one is
//! read, `eval`, `functions`, `conditions` and `parameters` work values out, `merge` makes one value of two where a
//! condition cannot be told, `loops` expands `Fn::ForEach`; `resources` writes the blocks.
//!
//! The language: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.

mod conditions;
mod eval;
mod functions;
mod json;
mod loops;
mod merge;
mod parameters;
mod resources;
mod stack;
mod template;

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Tree};
use stack::Stack;

/// How much stack one template may use: functions and the conditions they need nest deep, and threads of a pool are
/// small.
const STACK: usize = 256 << 20;

/// AWS CloudFormation templates.
pub(super) struct CloudFormation;

impl Format for CloudFormation {
    fn name(&self) -> &'static str {
        "cloudformation"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named: Vec<FileId> = free.iter().copied().filter(|file| template::named(tree.name(*file))).collect();
        let files: Vec<FileId> = named.into_par_iter().filter(|file| template::is_one(tree, *file)).collect();
        for file in &files {
            free.remove(file);
        }
        // each has logical ids of its own
        files.into_iter().map(|file| (Arc::from(tree.folder(file)), vec![file])).collect()
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            match thread.spawn_scoped(scope, || read(tree, unit)) {
                Ok(handle) => handle.join().unwrap_or_else(|_| broken(tree, unit)),
                // no thread to be had: the budget of depth still holds
                Err(_) => read(tree, unit),
            }
        })
    }
}

fn read(tree: &Tree, unit: &Unit) -> Reading {
    let mut reading = Reading::default();
    for file in &unit.files {
        let path = tree.path(*file);
        let Some(template) = template::of(tree, *file) else { continue };
        let in_file = |note: &Note| note.clone().in_file(path.clone());
        reading.notes.extend(template.notes.iter().map(in_file));
        let Some(root) = &template.root else { continue };
        let stack = Stack::new(root, unit.id);
        stack.blocks(&mut reading.blocks);
        reading.notes.extend(stack.into_notes().iter().map(in_file));
    }
    reading
}

/// A fault of ours must not look like an empty template.
fn broken(tree: &Tree, unit: &Unit) -> Reading {
    let note = |file: &FileId| {
        Note::new(NoteKind::Unreadable, "the template could not be read")
            .in_file(tree.path(*file))
            .help("this is a fault of deodar: please report it")
    };
    Reading { notes: unit.files.iter().map(note).collect(), ..Reading::default() }
}
