//! Snapshots of running accounts and clusters: each resource becomes a block in the cloud's own dialect, what could not
//! be asked becomes unknown, and what the snapshot says of itself a block that tells absence from ignorance.

mod entry;
mod lists;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::sync::Arc;

use rayon::prelude::*;

use super::json_stream::{Broken, JsonStream};
use super::{Format, Reading, Settings, Unit, json, kubernetes};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Node, Provider, Value};

/// Snapshots.
pub(super) struct Snapshot;

/// The version of the document that is read.
const VERSION: i64 = 1;

/// How far into a file that must stand by which it is known.
const HEAD: usize = 1024;

impl Format for Snapshot {
    fn name(&self) -> &'static str {
        "snapshot"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named = |file: &FileId| [".json", ".zst"].iter().any(|end| tree.name(*file).ends_with(end));
        let named: Vec<FileId> = free.iter().copied().filter(named).collect();
        let files: Vec<FileId> = named.into_par_iter().filter(|file| is_one(tree, *file)).collect();
        for file in &files {
            free.remove(file);
        }
        // names and ids are an account's own
        files.into_iter().map(|file| (Arc::from(tree.folder(file)), vec![file])).collect()
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let Some(file) = unit.files.first().copied() else { return Reading::default() };
        let mut reading =
            read(tree, unit, file).unwrap_or_else(|note| Reading { notes: vec![note], ..Reading::default() });
        for note in &mut reading.notes {
            note.path.get_or_insert_with(|| tree.path(file));
        }
        reading
    }
}

/// Whether a file begins as a snapshot does: as it is written, or with its members sorted by a tool. A packed file that
/// cannot be unpacked was meant as one.
fn is_one(tree: &Tree, file: FileId) -> bool {
    let name = tree.name(file);
    let head: String = match name.ends_with(".zst") {
        true => match tree.text(file) {
            Ok(text) => text.chars().take(HEAD).collect(),
            Err(_) => return name.ends_with(".json.zst"),
        },
        false => head(tree, file).unwrap_or_default(),
    };
    let head = head.trim_start_matches('\u{FEFF}').trim_start();
    let sorted = ["\"account\"", "\"all_regions\""];
    head.strip_prefix('{').map(str::trim_start).is_some_and(|inside| {
        inside.starts_with("\"snapshot\"")
            || (sorted.iter().any(|first| inside.starts_with(first)) && inside.contains("\"all_regions\""))
    })
}

/// The beginning of a file, without reading it whole: other formats read files that are longer than a text may be.
fn head(tree: &Tree, file: FileId) -> Option<String> {
    let mut bytes = Vec::with_capacity(HEAD);
    tree.open(file).ok()?.take(HEAD as u64).read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// Members by the part of the document that they stand in. Others may change what the known ones mean.
const MEMBERS: &[&str] = &[
    "snapshot",
    "provider",
    "account",
    "cluster",
    "caller",
    "started",
    "ended",
    "tool",
    "regions",
    "all_regions",
    "services",
    "lists",
    "resources",
    "calls",
];

/// Resources that are read at a time.
const BATCH: usize = 512;

/// Reads the file twice: for what it says of itself, then its resources, so many at a time. It is never held whole as a
/// tree, and one that is too long for a text not as a text; the log of calls is for people.
fn read(tree: &Tree, unit: &Unit, file: FileId) -> Result<Reading, Note> {
    let text = tree.text(file);
    let stream = || match text {
        Ok(text) => Ok(JsonStream::new(file, text.as_bytes())),
        // it is too long to be unpacked, or broken
        Err(note) if tree.name(file).ends_with(".zst") => Err(note.clone()),
        Err(_) => Ok(JsonStream::new(file, tree.stream(file)?)),
    };
    let broken = |Broken(place)| {
        let told = text.ok().and_then(|text| json::document(file, text).err());
        told.unwrap_or_else(|| Note::new(NoteKind::Unreadable, "the JSON cannot be read").at(place))
    };
    let mut about = stream()?;
    let document = about.map_of(&mut |stream, key| match key {
        "resources" | "calls" => stream.skip().map(|()| None),
        _ => stream.node().map(Some),
    });
    let mut document = document.and_then(|document| about.end().map(|()| document)).map_err(broken)?;
    let provider = provider(&document)?;
    let whole = document.origins.primary.unwrap_or(Span::new(file, 0..0));
    let mut reading = Reading::default();
    unknown_members(&document, MEMBERS, "a snapshot", &mut reading.notes);
    let lists = match &mut document.value {
        Value::Map(members) => members.iter().position(|member| &*member.key == "lists").map(|at| members.remove(at)),
        _ => None,
    };
    let lists = lists::read(lists.map(|member| member.value), &mut reading.notes);
    reading.blocks.push(lists::block(&document, provider, lists, unit.id, whole));
    let place = entry::Place { provider, unit: unit.id, header: &document };
    if !resources(&mut stream()?, &place, &mut reading).map_err(broken)? {
        reading.notes.push(Note::new(NoteKind::PartLost, "the snapshot has no list of resources").at(whole));
    }
    Ok(reading)
}

/// Whose resources it holds, if this version reads it.
fn provider(document: &Node) -> Result<Provider, Note> {
    let refuse = |what: String, at: Option<Span>| {
        let note = Note::new(NoteKind::Unreadable, what);
        let note = note.help("take the snapshot with this version of deodar, or scan it with the one that took it");
        match at.or(document.origins.primary) {
            Some(at) => note.at(at),
            None => note,
        }
    };
    match document.int("snapshot").value() {
        Some(&VERSION) => {}
        Some(version) => {
            let at = document.get("snapshot").and_then(|node| node.origins.primary);
            return Err(refuse(format!("snapshots of version {version} are not read by this version of deodar"), at));
        }
        None => return Err(refuse("the version of the snapshot is no number".to_owned(), None)),
    }
    match document.text("provider").value().map(|name| &**name) {
        Some("aws") => Ok(Provider::Aws),
        Some("kubernetes") => Ok(Provider::Kubernetes),
        named => {
            let named = named.unwrap_or("");
            Err(refuse(format!("snapshots of provider `{named}` are not read by this version of deodar"), None))
        }
    }
}

/// Reads the resources; false where there is no list of them.
fn resources(stream: &mut JsonStream<'_>, place: &entry::Place<'_>, reading: &mut Reading) -> Result<bool, Broken> {
    let mut any = false;
    let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    let mut held = Vec::with_capacity(BATCH);
    stream.members(|stream, key| {
        if &*key.text != "resources" || !stream.is_list()? {
            return stream.skip();
        }
        any = true;
        stream.items(|stream| {
            held.push(stream.node()?);
            if held.len() == BATCH {
                batch(std::mem::take(&mut held), place, &mut seen, reading);
            }
            Ok(())
        })
    })?;
    batch(held, place, &mut seen, reading);
    Ok(any)
}

fn batch(resources: Vec<Node>, place: &entry::Place<'_>, seen: &mut BTreeMap<Arc<str>, usize>, reading: &mut Reading) {
    let read: Vec<(Vec<Block>, Vec<Note>)> =
        resources.into_par_iter().map(|resource| entry::read(resource, place)).collect();
    for (blocks, notes) in read {
        reading.notes.extend(notes);
        for mut block in blocks {
            let times = seen.entry(block.address.clone()).or_default();
            *times += 1;
            if *times > 1 {
                block.address = Arc::from(format!("{}#{times}", block.address));
            }
            reading.blocks.push(block);
        }
    }
}

/// A note for each member of a map that is not among `known`: it may say what this version does not understand.
fn unknown_members(node: &Node, known: &[&str], of: &str, notes: &mut Vec<Note>) {
    for entry in node.entries().iter().filter(|entry| !known.contains(&&*entry.key)) {
        let note = Note::new(NoteKind::PartLost, format!("`{}` of {of} is not read by this version", entry.key));
        let note = note.help("scan it with the version of deodar that took it");
        notes.push(match entry.key_span.or(entry.value.origins.primary) {
            Some(at) => note.at(at),
            None => note,
        });
    }
}
