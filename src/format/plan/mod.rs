//! Terraform's plans and states as JSON: `terraform show -json`, and the state file itself. Values come resolved; what
//! is known only after apply keeps the reference that the configuration gives it.
//!
//! The formats: <https://developer.hashicorp.com/terraform/internals/json-format>. A plan is never turned back into HCL.

mod applied;
mod changes;
mod computed;
mod config;
mod documents;
mod merge;
mod outline;
mod sources;
mod state;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::Arc;

use rayon::prelude::*;

use self::config::Configuration;
use self::outline::{Outline, Shape};
use self::state::Sink;
use super::gone::Gone;
use super::json_stream::{Broken, JsonStream};
use super::{Format, Reading, Settings, Unit, json};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Dialect, Entry, Node, Origins, Provider, UnitId, Value};

pub use sources::lead_back;

/// How many bytes of a long text are looked at together.
const STRETCH: usize = 1 << 16;
/// More than the longest word that is looked for.
const LONGEST: usize = 32;

/// Terraform plans and states.
pub struct Plan;

impl Format for Plan {
    fn name(&self) -> &'static str {
        "terraform-plan"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named: Vec<FileId> = free.iter().copied().filter(|file| is_json(tree.name(*file))).collect();
        let files: Vec<FileId> = named.into_par_iter().filter(|file| looks(tree, *file)).collect();
        for file in &files {
            free.remove(file);
        }
        // each is a unit with addresses of its own
        files.into_iter().map(|file| (Arc::from(tree.folder(file)), vec![file])).collect()
    }

    fn recognises(&self, tree: &Tree, file: FileId) -> bool {
        is_json(tree.name(file)) && looks(tree, file)
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        let mut reading = Reading::default();
        for file in &unit.files {
            if let Err(note) = shape(tree, *file, unit.id, settings, &mut reading) {
                reading.notes.push(note.in_file(tree.path(*file)));
            }
        }
        reading
    }
}

fn is_json(path: &str) -> bool {
    path.ends_with(".json") || path.ends_with(".tfstate")
}

/// The keys of which Terraform writes one into every plan and state.
const PARTS: [&str; 4] = ["\"resource_changes\"", "\"planned_values\"", "\"lineage\"", "\"values\""];

/// Whether a file is Terraform's, by the words that stand in it.
fn looks(tree: &Tree, file: FileId) -> bool {
    let words = |text: &str| (text.contains("\"terraform_version\""), PARTS.iter().any(|part| text.contains(part)));
    match tree.text(file) {
        Ok(text) => words(text) == (true, true),
        // too long for a text
        Err(_) => tree.open(file).is_ok_and(|bytes| stretches(bytes, words)),
    }
}

/// Whether both answers of `words` are yes for some stretch of a long text.
fn stretches(mut bytes: impl Read, words: impl Fn(&str) -> (bool, bool)) -> bool {
    let (mut version, mut part) = (false, false);
    let mut stretch = Vec::with_capacity(STRETCH + LONGEST);
    loop {
        let kept = stretch.len().saturating_sub(LONGEST);
        stretch.drain(..kept);
        match bytes.by_ref().take(STRETCH as u64).read_to_end(&mut stretch) {
            Ok(more) if more > 0 => {}
            _ => return false,
        }
        let (a, b) = words(&String::from_utf8_lossy(&stretch));
        (version, part) = (version || a, part || b);
        if version && part {
            return true;
        }
    }
}

/// Reads the file twice: for its outline, then one resource at a time.
fn shape(tree: &Tree, file: FileId, unit: UnitId, settings: &Settings, reading: &mut Reading) -> Result<(), Note> {
    let long = tree.text(file).is_err();
    let stream = || Ok(JsonStream::new(file, tree.stream(file)?).lean(long));
    let broken = |Broken(place)| {
        let told = tree.text(file).ok().and_then(|text| json::document(file, text).err());
        told.unwrap_or_else(|| Note::new(NoteKind::Unreadable, "the JSON cannot be read").at(place))
    };
    let outline = Outline::read(stream()?).map_err(broken)?;
    if outline.shape == Shape::Neither {
        return Err(Note::new(NoteKind::NotSeen, "it holds neither planned changes nor a state's resources")
            .help("write it with `terraform show -json`"));
    }
    reading.notes.extend(outline.missing().map(|note| note.in_file(tree.path(file))));
    let gone = resources(&mut stream()?, &outline, unit, reading).map_err(broken)?;
    gone.tell("plan", settings, reading);
    applied::read(tree, tree.folder(file), &settings.charts, reading);
    Ok(())
}

fn resources(
    stream: &mut JsonStream<'_>,
    outline: &Outline,
    unit: UnitId,
    reading: &mut Reading,
) -> Result<Gone, Broken> {
    let config = Configuration::new(outline, unit);
    reading.blocks.extend(config.provider_blocks());
    let mut gone = Gone::default();
    stream.members(|stream, key| {
        let mut sink = Sink { unit, but: &outline.addresses, reading };
        match (outline.shape, &*key.text) {
            (Shape::Planned, "resource_changes") => {
                stream.items(|stream| changes::one(stream, &config, unit, sink.reading, &mut gone))
            }
            // what the plan does not speak of stays as it is
            (Shape::Planned, "prior_state") => {
                let before = sink.reading.blocks.len();
                stream.members(|stream, key| match &*key.text {
                    "values" => state::shown(stream, &mut sink),
                    _ => stream.skip(),
                })?;
                let blocks = sink.reading.blocks.iter().skip(before);
                sink.reading.unchanged.extend(blocks.map(|block| block.span));
                Ok(())
            }
            (Shape::Shown, "values" | "planned_values") => state::shown(stream, &mut sink),
            (Shape::Stored, "resources") => state::stored(stream, &mut sink),
            _ => stream.skip(),
        }
    })?;
    Ok(gone)
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
