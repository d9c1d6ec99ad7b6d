//! Terraform as Terraform means it: modules evaluated as a lazy graph, unknown kept as a value.
//!
//! `roots` finds the units; `parse` (with `split`, `mend`, `lower`, `json`) makes trees of texts; `config` gathers a
//! module's folder; `graph` holds what is known while a unit is read, `eval` and its neighbours work values out, each
//! once and when first asked for; `emit` writes the blocks.

mod applied;
mod body;
mod calls;
mod config;
mod documents;
mod emit;
mod eval;
mod expand;
mod functions;
mod graph;
mod json;
mod loops;
mod lower;
mod manifests;
mod mend;
mod modules;
mod ops;
mod outputs;
mod parse;
mod providers;
mod refs;
mod roots;
mod split;
mod syntax;
mod text;
mod types;
mod variables;
mod walk;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Tree};
use graph::Universe;

/// How much stack one unit may use: expressions and the values they need nest deep, and threads of a pool are small.
const STACK: usize = 256 << 20;

/// Terraform and OpenTofu.
pub(super) struct Terraform;

impl Format for Terraform {
    fn name(&self) -> &'static str {
        "terraform"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        roots::claim(tree, free)
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK);
            match thread.spawn_scoped(scope, || read(tree, unit, settings)) {
                Ok(handle) => handle.join().unwrap_or_else(|_| broken(&unit.folder)),
                // no thread to be had: the budget of depth still holds
                Err(_) => read(tree, unit, settings),
            }
        })
    }
}

/// Whether configuration lies directly in `folder`.
pub(super) fn is_module(tree: &Tree, folder: &str) -> bool {
    !config::files(tree, folder).is_empty()
}

fn read(tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
    let mut universe = Universe::new(tree, unit.id, unit.folder.clone(), settings);
    universe.fetched = modules::fetched(tree, &unit.folder);
    let root = universe.root_module();
    let mut blocks = Vec::new();
    universe.emit(&root, &mut blocks);
    universe.emit_unused_policies(&root, &mut blocks);
    Reading { blocks, notes: universe.notes.take(), ..Reading::default() }
}

/// A fault of ours must not look like an empty folder.
fn broken(folder: &str) -> Reading {
    let message =
        format!("the Terraform configuration in `{}` could not be read", if folder.is_empty() { "." } else { folder });
    let note = Note::new(NoteKind::Unreadable, message).help("this is a fault of deodar: please report it");
    Reading { notes: vec![note], ..Reading::default() }
}
