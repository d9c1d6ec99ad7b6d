//! Pulumi's previews as JSON: `pulumi preview --json`. The classic providers of AWS, Azure and Google are made from
//! Terraform's, so what they set is Terraform's under other names; `names` brings it back.
//!
//! The form: <https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go> and `backend/display/json.go`.

mod missing;
mod names;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::gone::Gone;
use super::{Format, Reading, Settings, Unit, json};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Dialect, Entry, Node, Origins, Provider, Redacted, Reference, UnitId, Unknown, Value, Why};

/// What stands in a preview for a value that is known only after the update: see `UnknownStringValue` in Pulumi's
/// `sdk/go/common/resource/plugin/rpc.go`.
const UNKNOWN: &str = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
/// The key by which a secret is told: `SigKey` in `sdk/go/common/resource/sig/sig.go`.
const SECRET: &str = "4dabf18193072939515e22adb298388d";

/// Previews of Pulumi.
pub(super) struct Pulumi;

impl Format for Pulumi {
    fn name(&self) -> &'static str {
        "pulumi"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let files: Vec<FileId> = free.iter().copied().filter(|file| self.recognises(tree, *file)).collect();
        for file in &files {
            free.remove(file);
        }
        files.into_iter().map(|file| (Arc::from(tree.folder(file)), vec![file])).collect()
    }

    fn recognises(&self, tree: &Tree, file: FileId) -> bool {
        let has = |text: &str| ["\"steps\"", "\"urn:pulumi:", "\"op\""].iter().all(|word| text.contains(word));
        tree.name(file).ends_with(".json") && tree.text(file).is_ok_and(|text| has(text))
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading {
        let mut reading = Reading::default();
        for file in &unit.files {
            let document = match tree.text(*file) {
                Ok(text) => json::document(*file, text),
                Err(note) => Err(note.clone()),
            };
            match document {
                Ok(document) => Preview::new(&document, unit.id).read(&document, settings, &mut reading),
                Err(note) => reading.notes.push(note.in_file(tree.path(*file))),
            }
        }
        reading
    }
}

/// One preview.
struct Preview<'p> {
    config: Option<&'p Node>,
    /// The address of each resource, by its URN.
    addresses: BTreeMap<&'p str, Arc<str>>,
    unit: UnitId,
}

impl<'p> Preview<'p> {
    fn new(document: &'p Node, unit: UnitId) -> Self {
        let mut addresses = BTreeMap::new();
        let mut taken: BTreeMap<String, usize> = BTreeMap::new();
        for (urn, _) in states(document) {
            if addresses.contains_key(urn) {
                continue;
            }
            let mut parts = urn.rsplit("::");
            let (name, types) = (parts.next().unwrap_or(urn), parts.next().unwrap_or(""));
            let mut address = format!("{}.{name}", names::terraform(types.rsplit('$').next().unwrap_or(types)));
            let times = taken.entry(address.clone()).or_default();
            *times += 1;
            if *times > 1 {
                address = format!("{address}#{times}");
            }
            addresses.insert(urn, Arc::from(address));
        }
        Self { config: document.get("config"), addresses, unit }
    }

    fn read(&self, document: &'p Node, settings: &Settings, reading: &mut Reading) {
        let mut blocks: BTreeMap<&str, (Block, bool)> = BTreeMap::new();
        let (mut gone, mut same) = (Gone::default(), 0);
        for (urn, step) in states(document) {
            match step.get("op").and_then(Node::as_str) {
                Some("delete") => gone.deleted += 1,
                // what is only read is made elsewhere
                Some(
                    "delete-replaced"
                    | "read"
                    | "read-replacement"
                    | "read-discard"
                    | "discard-replaced"
                    | "remove-pending-replace",
                ) => {}
                op => {
                    same += usize::from(op == Some("same"));
                    match step.get("newState").filter(|state| !state.is_null()) {
                        Some(state) => {
                            let block = self.block(urn, step, state);
                            blocks.extend(block.map(|block| (urn, (block, op == Some("same")))));
                        }
                        None => reading.notes.push(stateless(step)),
                    }
                }
            }
        }
        for (block, same) in blocks.into_values() {
            reading.unchanged.extend(same.then_some(block.span));
            reading.blocks.push(block);
        }
        reading.notes.extend(missing::notes(document, same));
        gone.tell("update", settings, reading);
    }

    fn block(&self, urn: &str, step: &Node, state: &Node) -> Option<Block> {
        let written = state.get("type").and_then(Node::as_str)?;
        // the stack, components and providers are nothing that is deployed
        if written.starts_with("pulumi:")
            || state.get("custom").is_some_and(|custom| custom.value == Value::Bool(false))
        {
            return None;
        }
        let native_type = names::terraform(written);
        let span = state.origins.primary?;
        let head = state.get("urn").or(step.get("urn")).and_then(|named| named.origins.primary).unwrap_or(span);
        let body = self.body(state);
        Some(Block {
            provider: Provider::of_terraform_type(&native_type),
            dialect: Dialect::Terraform,
            written: Some(Arc::from(written)),
            context: self.context(written, &body, span),
            native_type: Arc::from(native_type),
            address: self.addresses.get(urn)?.clone(),
            unit: self.unit,
            head,
            span,
            body,
            instances_unknown: None,
            via: Arc::from([]),
        })
    }

    /// What is set, and what the provider answered where nothing is.
    fn body(&self, state: &Node) -> Node {
        let inputs = state.get("inputs");
        let mut entries: Vec<Entry> = Vec::new();
        for part in [inputs, state.get("outputs")].into_iter().flatten() {
            for entry in part.entries() {
                let depends = state.get("propertyDependencies").map(|all| all.each(&entry.key)).unwrap_or_default();
                let refers = depends.into_iter().filter_map(|urn| self.reference(urn)).collect();
                let known: BTreeSet<Arc<str>> = entries.iter().map(|entry| entry.key.clone()).collect();
                let more = names::spelled(entry, &Leaves { refers }.value(&entry.value));
                entries.extend(more.into_iter().filter(|entry| !known.contains(&entry.key)));
            }
        }
        Node { value: Value::Map(entries), origins: inputs.unwrap_or(state).origins.clone() }
    }

    fn reference(&self, urn: &Node) -> Option<Reference> {
        let address = self.addresses.get(urn.as_str()?)?.clone();
        Some(Reference { unit: self.unit, address, attribute: Arc::from("") })
    }

    /// What the stack's configuration gives to the provider: `aws:region`, `gcp:project`.
    fn context(&self, written: &str, body: &Node, span: Span) -> Node {
        let package = written.split(':').next().unwrap_or("");
        let mut entries = Vec::new();
        for name in ["region", "project", "location"] {
            if let Some(value) = self.config.and_then(|config| config.get(&format!("{package}:{name}"))) {
                entries.push(Entry { key: Arc::from(name), key_span: None, value: value.clone() });
            }
        }
        if let Some(tags) = body.get("tags_all") {
            entries.push(Entry { key: Arc::from("tags"), key_span: None, value: tags.clone() });
        }
        Node { value: Value::Map(entries), origins: Origins::at(span) }
    }
}

/// A step that does not say what will be.
fn stateless(step: &Node) -> Note {
    let urn = step.get("urn").and_then(Node::as_str).unwrap_or("");
    let name = urn.rsplit("::").next().unwrap_or(urn);
    let note = Note::new(NoteKind::NotSeen, format!("the preview does not say what `{name}` will be"));
    match step.origins.primary {
        Some(place) => note.at(place),
        None => note,
    }
}

/// Each step with the URN of its resource.
fn states(document: &Node) -> impl Iterator<Item = (&str, &Node)> {
    document.each("steps").into_iter().filter_map(|step| Some((step.get("urn")?.as_str()?, step)))
}

/// Values without what stands for the unknown and for secrets.
struct Leaves {
    /// What the property depends on.
    refers: Vec<Reference>,
}

impl Leaves {
    fn value(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::String(text) if text.contains(UNKNOWN) => {
                let name = self.refers.first().map_or_else(|| Arc::from("this value"), |refers| refers.address.clone());
                let (why, refers) = (Why::Computed(name), self.refers.clone());
                Value::Unknown(Arc::new(Unknown { why, at: node.origins.primary, refers }))
            }
            Value::String(text) if &**text == "[secret]" => Value::Redacted(Redacted::Untold),
            Value::Map(_) if node.get(SECRET).is_some() => Value::Redacted(Redacted::Untold),
            Value::Map(entries) => Value::Map(
                entries.iter().map(|entry| Entry { value: self.value(&entry.value), ..entry.clone() }).collect(),
            ),
            Value::List(items) => Value::List(items.iter().map(|item| self.value(item)).collect()),
            value => value.clone(),
        };
        Node { value, origins: node.origins.clone() }
    }
}
