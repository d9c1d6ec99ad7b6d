//! What a plan or a state applies to a cluster as a text: the object of a `kubectl_manifest`. Charts that a `helm_release`
//! installs are no part of either.

use std::sync::Arc;

use crate::format::kubernetes::object;
use crate::format::{Reading, relocate, yaml};
use crate::source::{Note, NoteKind, Tree};
use crate::value::{Block, Entry, Node, Provider, Unknown, Value, Why, unknown_of};

/// Each such block as the object that its text holds; of those that cannot be told it is said.
pub(super) fn read(tree: &Tree, reading: &mut Reading) {
    for block in &mut reading.blocks {
        let said = match &*block.native_type {
            "kubectl_manifest" => {
                object(block);
                let told = block.body.text("manifest.kind").value().is_some();
                (!told).then(|| format!("the object of `{}` cannot be told, so it was not seen", block.address))
            }
            "helm_release" => {
                Some(format!("the objects of `{}` were not seen: its chart is no part of this", block.address))
            }
            _ => None,
        };
        let note = said.map(|message| {
            let note = Note::new(NoteKind::NotSeen, message).at(block.head).in_file(tree.path(block.head.file));
            note.help("scan the configuration, or what `helm template` prints")
        });
        reading.notes.extend(note);
    }
}

/// The text stands under `yaml_body`, and where that is called sensitive, without what is secret under `yaml_body_parsed`.
fn object(block: &mut Block) {
    let written = ["yaml_body", "yaml_body_parsed"].iter().filter_map(|key| block.body.get(key));
    let text = written.clone().find(|node| node.as_str().is_some_and(|text| !text.trim().is_empty()));
    let mut manifest = match text.and_then(|node| Some((node, node.as_str()?, node.origins.primary?))) {
        Some((node, text, at)) => {
            let (documents, notes) = yaml::documents(at.file, text, yaml::Profile::CORE);
            match documents.into_iter().next().filter(|_| notes.iter().all(|note| !note.kind.incomplete())) {
                Some(mut document) => {
                    relocate::node(&mut document, at);
                    document
                }
                None => unknown(node, None),
            }
        }
        None => unknown(&block.body, written.into_iter().find_map(unknown_of)),
    };
    if let Some(namespace) = block.body.get("override_namespace").filter(|node| !node.is_null()) {
        object::in_namespace(&mut manifest, namespace, true);
    }
    object::hide(&mut manifest);
    let entry = Entry { key: Arc::from("manifest"), key_span: None, value: manifest };
    block.body = Node { value: Value::Map(vec![entry]), origins: block.body.origins.clone() };
    block.provider = Provider::Kubernetes;
    block.written = Some(block.native_type.clone());
    block.native_type = Arc::from("kubernetes_manifest");
}

fn unknown(at: &Node, unknown: Option<Arc<Unknown>>) -> Node {
    let unknown =
        unknown.unwrap_or_else(|| Unknown::new(Why::Expression("the text of the object cannot be read".into())));
    Node { value: Value::Unknown(unknown), origins: at.origins.clone() }
}
