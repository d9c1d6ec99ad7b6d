//! CloudFormation as CloudFormation means it: parameters, conditions and functions worked out, unknown kept as a value.
//!
//! `template` tells a template from other YAML and JSON and makes a tree of it; `stack` holds what is known while one is
//! read, `eval`, `functions`, `conditions` and `parameters` work values out, `merge` makes one value of two where a
//! condition cannot be told; `imports` hands on what one template puts out for others; `loops` expands `Fn::ForEach`, `serverless` writes out what SAM makes, `nested` reads the
//! templates that a template nests; `resources` writes the blocks.
//!
//! The language: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>.

mod conditions;
mod eval;
mod foreign;
mod functions;
mod imports;
mod loops;
mod merge;
mod nested;
mod parameters;
mod resources;
mod serverless;
mod stack;
mod template;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Tree};
use stack::{Place, Shared, Stack};

pub use imports::link;

/// How much stack one template may use: functions and the conditions they need nest deep, and threads of a pool are
/// small.
const STACK: usize = 256 << 20;

/// AWS CloudFormation templates, those of SAM among them.
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
        // each has logical ids of its own, and those of the templates that it nests
        nested::families(tree, &files).into_iter().map(|family| (folder(tree, &family), family)).collect()
    }

    fn recognises(&self, tree: &Tree, file: FileId) -> bool {
        template::named(tree.name(file)) && template::is_one(tree, file)
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            match thread.spawn_scoped(scope, || read(tree, unit, settings)) {
                Ok(handle) => handle.join().unwrap_or_else(|_| broken(tree, unit)),
                // no thread to be had: the budget of depth still holds
                Err(_) => read(tree, unit, settings),
            }
        })
    }
}

fn folder(tree: &Tree, family: &[FileId]) -> Arc<str> {
    Arc::from(family.first().map_or("", |file| tree.folder(*file)))
}

/// Reads the first file of a unit; it nests the others.
fn read(tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
    let mut blocks = Vec::new();
    let shared = Shared::new(tree, unit.id, settings.assumed.as_ref().filter(|assumed| assumed.unit == unit.id));
    if let Some(file) = unit.files.first()
        && let Some(template) = template::of(tree, *file)
    {
        let given = parameters::given(*file, settings, &shared);
        for note in &template.notes {
            shared.note(note.clone().in_file(tree.path(*file)));
        }
        for root in &template.roots {
            Stack::new(Cow::Borrowed(root), Place::outermost(*file, given.clone()), &shared).blocks(&mut blocks);
        }
    }
    let (notes, exports) = shared.into_told();
    Reading { blocks, notes, exports, ..Reading::default() }
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
