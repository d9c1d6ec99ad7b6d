//! What a plan or a state applies to a cluster: the object that a `kubectl_manifest` holds as a text, and those of a chart
//! that a `helm_release` installs, where the chart lies in the repository that the plan was made of.

use std::mem;
use std::sync::Arc;

use super::sources::above;
use crate::format::helm;
use crate::format::helm::release::{self, Release};
use crate::format::kubernetes::object;
use crate::format::{ChartSettings, Reading, relocate, terraform, yaml};
use crate::source::{Note, NoteKind, Tree};
use crate::value::{Block, Entry, Node, Provider, Unknown, Value, Why, unknown_of};

/// Reads what is applied by a plan or state in `folder`; of what cannot be told it is said.
pub(super) fn read(tree: &Tree, folder: &str, settings: &ChartSettings, reading: &mut Reading) {
    let mut notes = Vec::new();
    for block in reading.blocks.iter_mut().filter(|block| &*block.native_type == "kubectl_manifest") {
        object(block);
        if block.body.text("manifest.kind").value().is_none() {
            let message = format!("the object of `{}` cannot be told, so it was not seen", block.address);
            notes.push(note(tree, block, message));
        }
    }
    reading.notes.extend(notes);
    let releases = Releases { tree, folder, settings, blocks: &reading.blocks };
    if !reading.blocks.iter().any(is_release) {
        return;
    }
    let mut seen = helm::deep(|| releases.seen()).unwrap_or_default().into_iter();
    for block in mem::take(&mut reading.blocks) {
        if !is_release(&block) {
            reading.blocks.push(block);
            continue;
        }
        match seen.next().unwrap_or_else(|| Err("there is no room to render its chart".to_owned())) {
            Ok(objects) => {
                reading.notes.extend(objects.notes);
                // by its span it is told what a plan changes
                let objects = objects.blocks.into_iter().map(|object| Block { span: block.span, ..object });
                reading.blocks.extend(objects);
            }
            Err(reason) => {
                let message = format!("the objects of `{}` were not seen: {reason}", block.address);
                reading.notes.push(note(tree, &block, message));
                reading.blocks.push(block);
            }
        }
    }
}

fn is_release(block: &Block) -> bool {
    &*block.native_type == "helm_release"
}

fn note(tree: &Tree, block: &Block, message: String) -> Note {
    let note = Note::new(NoteKind::NotSeen, message).at(block.head).in_file(tree.path(block.head.file));
    note.help("scan the configuration, or what `helm template` prints")
}

/// The releases of a plan.
struct Releases<'r> {
    tree: &'r Tree,
    folder: &'r str,
    settings: &'r ChartSettings,
    blocks: &'r [Block],
}

impl Releases<'_> {
    /// The objects of each release, or why they cannot be seen.
    fn seen(&self) -> Vec<Result<Reading, String>> {
        // Terraform runs in the root module, and a chart is named from there
        let root = above(self.folder).find(|folder| terraform::is_module(self.tree, folder));
        let mut rendered = 0;
        let releases = self.blocks.iter().filter(|block| is_release(block));
        releases.map(|block| self.objects(block, root, &mut rendered)).collect()
    }

    fn objects(&self, block: &Block, root: Option<&str>, rendered: &mut usize) -> Result<Reading, String> {
        let place = |chart: &str| Tree::join(root?, chart).filter(|_| !chart.starts_with('/'));
        let chart = release::chart(self.tree, &block.body, |chart| place(chart).into_iter().collect());
        let chart = chart.map_err(|_| "its chart is no part of this".to_owned())?;
        let release = Release::of(&block.body, block.head, *rendered, decoded)?;
        *rendered += 1;
        Ok(release.objects(self.tree, &chart, block, self.settings))
    }
}

/// The text stands under `yaml_body`, and where that is called sensitive, without what is secret under `yaml_body_parsed`.
fn object(block: &mut Block) {
    let written = ["yaml_body", "yaml_body_parsed"].iter().filter_map(|key| block.body.get(key));
    let text = written.clone().find(|node| node.as_str().is_some_and(|text| !text.trim().is_empty()));
    let mut manifest = match text {
        Some(text) => decoded(text),
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

/// What a text holds, at the place of the text.
fn decoded(node: &Node) -> Node {
    let (Some(text), Some(at)) = (node.as_str(), node.origins.primary) else { return unknown(node, unknown_of(node)) };
    let (documents, notes) = yaml::documents(at.file, text, yaml::Profile::CORE);
    if notes.iter().any(|note| note.kind.incomplete()) {
        return unknown(node, None);
    }
    let mut document = documents.into_iter().next().unwrap_or_else(|| Node::at(Value::Null, at));
    relocate::node(&mut document, at);
    document
}

fn unknown(at: &Node, unknown: Option<Arc<Unknown>>) -> Node {
    let unknown = unknown.unwrap_or_else(|| Unknown::new(Why::Expression("the text cannot be read".into())));
    Node { value: Value::Unknown(unknown), origins: at.origins.clone() }
}
