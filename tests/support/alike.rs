//! Whether what we make of a chart or a kustomization is what the real program makes of it: object by object.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use deodar::format::{Reading, Settings, formats, units};
use deodar::source::{Load, Note, NoteKind, Tree};
use deodar::value::{Block, Node, Value};
use serde_json::{Value as Json, json};

/// The objects of a reading by type and address.
pub type Objects = BTreeMap<String, Vec<Json>>;

/// Every file below a folder, by path from `root`.
pub fn gather(root: &Path, folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(root, &path, texts);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            texts.push((name, fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

/// Reads what one format claims of these texts.
pub fn read(texts: Vec<(String, String)>, format: &str) -> Reading {
    read_with(texts, format, "", &Settings::default())
}

/// The same in a scan of one folder: what lies outside of it is only read when something leads there.
pub fn read_with(texts: Vec<(String, String)>, format: &str, folder: &str, settings: &Settings) -> Reading {
    struct Texts(BTreeMap<String, Arc<str>>);
    impl Load for Texts {
        fn load(&self, path: &str) -> Result<Arc<str>, Note> {
            self.0.get(path).cloned().ok_or_else(|| Note::new(NoteKind::Unreadable, "there is no such file"))
        }
    }
    let paths: Vec<_> = texts.iter().map(|(path, _)| (path.clone(), path.starts_with(folder))).collect();
    let texts = texts.into_iter().map(|(path, text)| (path, Arc::from(text))).collect();
    let tree = Tree::new(paths, Box::new(Texts(texts)));
    let mut all = Reading::default();
    for unit in units(&tree).0 {
        let reader = formats()[unit.format];
        if reader.name() == format {
            let reading = reader.read(&tree, &unit, settings);
            all.blocks.extend(reading.blocks);
            all.notes.extend(reading.notes);
        }
    }
    all
}

/// The objects by type and address, those of one address together.
pub fn objects<'b>(blocks: impl Iterator<Item = &'b Block>) -> Objects {
    let mut all = Objects::new();
    for block in blocks {
        let address = block.address.split('#').next().unwrap();
        all.entry(format!("{} {address}", block.native_type)).or_default().push(json(&block.body));
    }
    all
}

/// A node without its places; what cannot be told is `?`.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Number(number) => json!(number),
        Value::String(text) => json!(&**text),
        Value::Text(_) | Value::Unknown(_) => json!("?"),
        Value::Redacted(_) => json!("redacted"),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.to_string(), json(&entry.value))).collect())
        }
    }
}

/// Where two objects differ; what cannot be told is like anything.
fn differ(ours: &Json, theirs: &Json, path: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::String(text), _) if text == "?" => {}
        (Json::Object(one), Json::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let part =
                    |map: &serde_json::Map<String, Json>| map.get(key).cloned().unwrap_or_else(|| json!("absent"));
                differ(&part(one), &part(other), &format!("{path}.{key}"), found);
            }
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differ(one, other, &format!("{path}[{at}]"), found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours}, not {theirs}")),
    }
}

/// Where our objects differ from those of `program`.
pub fn between(ours: &Objects, theirs: &Objects, program: &str, found: &mut Vec<String>) {
    for name in ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name))) {
        match (ours.get(name), theirs.get(name)) {
            (Some(ours), Some(theirs)) if ours.len() == theirs.len() => {
                ours.iter().zip(theirs).for_each(|(ours, theirs)| differ(ours, theirs, name, found));
            }
            (ours, theirs) => {
                found.push(format!(
                    "{name}: {} times, {program} {}",
                    ours.map_or(0, Vec::len),
                    theirs.map_or(0, Vec::len)
                ));
            }
        }
    }
}
