//! Config maps and secrets that a layer generates, and the hash of their contents that follows their names.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::layer::Layer;
use super::object::{Object, items, remove, said, set, text};
use crate::source::{NoteKind, Span};
use crate::value::{Entry, Node, Unknown, Value, Why};

impl Layer<'_, '_> {
    /// `configMapGenerator` and `secretGenerator`.
    pub(super) fn generators(&mut self, objects: &mut Vec<Object>) {
        for (key, kind) in [("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")] {
            for entry in items(self.root.get(key)) {
                let made = self.generated(entry, kind);
                let behavior = entry.get("behavior").and_then(Node::as_str).unwrap_or("create");
                let (name, namespace) = (made.name(), made.namespace());
                let alike = |object: &&mut Object| object.kind() == kind && object.called_in(&name, &namespace);
                match objects.iter_mut().find(alike).filter(|_| behavior != "create") {
                    Some(object) => join(object, made, behavior == "merge"),
                    None => objects.push(made),
                }
            }
        }
    }

    fn generated(&mut self, entry: &Node, kind: &str) -> Object {
        let place = entry.origins.primary;
        let at = place.unwrap_or(Span::NOWHERE);
        let option = |key: &str| {
            let own = entry.get("options").and_then(|options| options.get(key));
            own.or_else(|| self.root.get("generatorOptions").and_then(|options| options.get(key))).cloned()
        };
        let mut metadata = Node::empty_map(at);
        for key in ["name", "namespace"] {
            if let Some(node) = entry.get(key) {
                set(&mut metadata, key, node.clone());
            }
        }
        for key in ["labels", "annotations"] {
            let all = self.root.get("generatorOptions").and_then(|options| options.get(key)).cloned();
            let own = entry.get("options").and_then(|options| options.get(key));
            let mut map = all.unwrap_or_else(|| Node::empty_map(at));
            own.map(Node::entries)
                .unwrap_or_default()
                .iter()
                .for_each(|pair| set(&mut map, &pair.key, pair.value.clone()));
            if !map.entries().is_empty() {
                set(&mut metadata, key, map);
            }
        }
        let mut node = Node::empty_map(at);
        set(&mut node, "apiVersion", text("v1", place));
        set(&mut node, "kind", text(kind, place));
        set(&mut node, "metadata", metadata);
        let flag = |node: Option<Node>| node.is_some_and(|node| node.value == Value::Bool(true));
        let hashed = !flag(option("disableNameSuffixHash"));
        if flag(option("immutable")) {
            set(&mut node, "immutable", Node::at(Value::Bool(true), at));
        }
        let mut data = Node::empty_map(at);
        for (key, value) in self.data(entry) {
            let value = match (kind, &value.value) {
                ("Secret", Value::String(text)) => {
                    Node { value: Value::String(STANDARD.encode(&**text).into()), ..value }
                }
                _ => value,
            };
            set(&mut data, &key, value);
        }
        if !data.entries().is_empty() {
            set(&mut node, "data", data);
        }
        if kind == "Secret" {
            set(&mut node, "type", entry.get("type").cloned().unwrap_or_else(|| text("Opaque", place)));
        }
        Object { hashed, ..Object::new(node) }
    }

    /// Key and value of everything that an entry names.
    fn data(&mut self, entry: &Node) -> Vec<(Arc<str>, Node)> {
        let mut found = Vec::new();
        let envs = items(entry.get("envs")).iter().chain(entry.get("env"));
        for env in envs {
            let Some(path) = env.as_str() else { continue };
            if let Some(file) = self.text_of(path, env) {
                for line in file.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'))
                {
                    let (key, value) = line.split_once('=').unwrap_or((line, ""));
                    found.push((Arc::from(key), text(value, env.origins.primary)));
                }
            }
        }
        for literal in items(entry.get("literals")) {
            let Some(written) = said(literal) else { continue };
            let Some((key, value)) = written.split_once('=') else { continue };
            let quoted = |mark: char| value.strip_prefix(mark).and_then(|rest| rest.strip_suffix(mark));
            let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
            found.push((Arc::from(key), text(value, literal.origins.primary)));
        }
        for file in items(entry.get("files")) {
            let Some(written) = file.as_str() else { continue };
            let (key, path) = match written.split_once('=') {
                Some((key, path)) => (key, path),
                None => (written.rsplit('/').next().unwrap_or(written), written),
            };
            let value = match self.text_of(path, file) {
                Some(contents) => text(&*contents, file.origins.primary),
                None => {
                    let unknown = Unknown::new(Why::File(Arc::from(path)));
                    Node { value: Value::Unknown(unknown), origins: file.origins.clone() }
                }
            };
            found.push((Arc::from(key), value));
        }
        found
    }

    fn text_of(&mut self, path: &str, written: &Node) -> Option<Arc<str>> {
        let found = self.find(path).and_then(|file| self.work.tree.text(file).ok().cloned());
        if found.is_none() {
            let message = format!("file `{path}` is not among the files: what it holds is unknown");
            self.note(NoteKind::Unresolved, message, written.origins.primary);
        }
        found
    }
}

/// Puts what was generated into an object of a layer below.
fn join(object: &mut Object, made: Object, merge: bool) {
    object.hashed = made.hashed;
    remove(&mut object.node, "immutable");
    let Value::Map(entries) = made.node.value else { return };
    for Entry { key, value, .. } in entries {
        match &*key {
            "data" if merge => {
                let mut data = object
                    .node
                    .get("data")
                    .cloned()
                    .unwrap_or_else(|| Node { value: Value::Map(Vec::new()), ..value.clone() });
                value.entries().iter().for_each(|pair| set(&mut data, &pair.key, pair.value.clone()));
                set(&mut object.node, "data", data);
            }
            "metadata" => {
                let mut metadata = object.node.get("metadata").cloned().unwrap_or_else(|| value.clone());
                for key in ["labels", "annotations"] {
                    let mut map = metadata
                        .get(key)
                        .cloned()
                        .unwrap_or_else(|| Node { value: Value::Map(Vec::new()), ..value.clone() });
                    let new = value.get(key).map(Node::entries).unwrap_or_default();
                    new.iter().for_each(|pair| set(&mut map, &pair.key, pair.value.clone()));
                    if !map.entries().is_empty() {
                        set(&mut metadata, key, map);
                    }
                }
                set(&mut object.node, "metadata", metadata);
            }
            "apiVersion" | "kind" => {}
            key => set(&mut object.node, key, value),
        }
    }
}

/// The ten letters that follow a generated name; none if the contents cannot be told.
pub(super) fn hash(object: &Object) -> Option<String> {
    let value = |key: &str| object.node.get(key).map_or(Some(serde_json::Value::String(String::new())), json);
    // kustomize reads the name from where it does not stand, so that it is always empty
    let mut fields = vec![("data", value("data")?), ("kind", object.kind().into()), ("name", "".into())];
    if object.kind() == "Secret" {
        fields.push(("type", value("type")?));
    }
    // Go writes the keys in order, and these letters of a text as numbers
    let fields: Vec<String> = fields.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
    let text = format!("{{{}}}", fields.join(","));
    let text = text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026");
    let text = text.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    let sum = sha2::Sha256::digest(text);
    let hex: String = sum.iter().take(5).map(|byte| format!("{byte:02x}")).collect();
    let letter = |letter: char| match letter {
        '0' => 'g',
        '1' => 'h',
        '3' => 'k',
        'a' => 'm',
        'e' => 't',
        other => other,
    };
    Some(hex.chars().map(letter).collect())
}

/// A node as JSON with its keys in order; none if a part of it is unknown.
fn json(node: &Node) -> Option<serde_json::Value> {
    Some(match &node.value {
        Value::Map(entries) => {
            let mut pairs: Vec<&Entry> = entries.iter().collect();
            pairs.sort_by(|one, other| one.key.cmp(&other.key));
            let pairs = pairs.into_iter().map(|pair| Some((pair.key.to_string(), json(&pair.value)?)));
            serde_json::Value::Object(pairs.collect::<Option<_>>()?)
        }
        Value::String(text) => (&**text).into(),
        Value::Null => serde_json::Value::Null,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => said(&Node::at(Value::Number(*number), Span::NOWHERE))?.to_string().into(),
        _ => return None,
    })
}
