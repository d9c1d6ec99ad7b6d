//! What templates of Resource Manager and Bicep have in common: declarations, expressions, and the blocks they come to.
//!
//! `arm` and `bicep` make a [`syntax::Program`] of a text; here it is worked out, lazily and each value once, with
//! unknown kept as a value. References between resources stay references.

mod access;
mod emit;
mod eval;
mod functions;
pub mod load;
mod ops;
mod resources;
pub mod syntax;
mod world;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Reading, Settings, arm, bicep};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::{Node, Origins, UnitId, Value};
use world::{Deployment, World};

/// How much stack one unit may use: values nest deep, and threads of a pool are small.
const STACK: usize = 128 << 20;

/// Reads the template `file` with all that it deploys; its parameters are those for the file `of`.
pub fn read(tree: &Tree, unit: UnitId, file: FileId, of: FileId, settings: &Settings) -> Reading {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        match thread.spawn_scoped(scope, || blocks(tree, unit, file, of, settings)) {
            Ok(handle) => handle.join().unwrap_or_else(|_| broken(tree, file)),
            // no thread to be had: the budget of depth still holds
            Err(_) => blocks(tree, unit, file, of, settings),
        }
    })
}

fn blocks(tree: &Tree, unit: UnitId, file: FileId, of: FileId, settings: &Settings) -> Reading {
    let parsed = load::parsed(tree, file);
    let mut reading = Reading { notes: parsed.notes.clone(), ..Reading::default() };
    let Some(program) = parsed.program.clone() else { return reading };
    let world = World::new(tree, unit);
    let mut given = parameters(tree, unit, of, &mut reading.notes);
    for (name, value) in &settings.variables {
        let name: Arc<str> = name.to_ascii_lowercase().into();
        if program.params.contains_key(&name) {
            given.insert(name, Node { value: as_typed(value), origins: Origins::NONE });
        }
    }
    let root = Deployment::new(program, file, BTreeMap::new(), |made| made.given = given);
    world.emit(&root, &mut reading.blocks);
    reading.notes.extend(world.notes.take());
    reading
}

/// The parameters that a file beside the template gives it.
fn parameters(tree: &Tree, unit: UnitId, template: FileId, notes: &mut Vec<Note>) -> BTreeMap<Arc<str>, Node> {
    let Some(file) = bicep::parameters_of(tree, template) else {
        return arm::parameters::beside(tree, template, notes).unwrap_or_default();
    };
    let parsed = load::parsed(tree, file);
    notes.extend(parsed.notes.iter().cloned());
    let Some(program) = parsed.program.clone() else { return BTreeMap::new() };
    let world = World::new(tree, unit);
    let source = Deployment::new(program.clone(), file, BTreeMap::new(), |_| {});
    let values = program
        .params
        .iter()
        .filter_map(|(name, param)| Some((name.clone(), world.eval(param.default.as_ref()?, &source.cx()))));
    let values = values.collect();
    notes.extend(world.notes.take());
    values
}

/// A value from the command line.
fn as_typed(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        _ => match text.parse() {
            Ok(number) => Value::Number(number),
            Err(_) => Value::String(Arc::from(text)),
        },
    }
}

/// A fault of ours must not look like an empty file.
fn broken(tree: &Tree, file: FileId) -> Reading {
    let note = Note::new(NoteKind::Unreadable, "the template could not be read").in_file(tree.path(file));
    Reading { notes: vec![note.help("this is a fault of deodar: please report it")], ..Reading::default() }
}
