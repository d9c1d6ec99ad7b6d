//! What Terraform applies to a cluster as texts: objects of `kubectl_manifest`
//! (<https://registry.terraform.io/providers/alekc/kubectl/latest/docs/resources/kubectl_manifest>) and the objects of
//! charts on disk that `helm_release` installs
//! (<https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release>).

use std::sync::Arc;

use super::graph::Universe;
use crate::format::helm::release::{self, Release};
use crate::format::kubernetes::object;
use crate::source::{Note, NoteKind, Span, Tree};
use crate::value::{Block, Entry, Node, Provider, Value};

impl Universe<'_> {
    /// The blocks that `block` stands for: itself, the object that its text holds, or those of the chart that it installs.
    pub fn applied(&self, block: Block, folder: &str) -> Vec<Block> {
        match &*block.native_type {
            "kubectl_manifest" => vec![self.manifest(block, folder)],
            "helm_release" => self.released(block, folder),
            _ => vec![block],
        }
    }

    /// A `kubectl_manifest` as Terraform's own provider writes the object.
    fn manifest(&self, block: Block, folder: &str) -> Block {
        let text = block.body.get("yaml_body").cloned().unwrap_or_else(|| Node::at(Value::Null, block.span));
        let span = text.origins.primary.unwrap_or(block.span);
        let mut manifest = self.decoded(&text, span, folder);
        if let Some(namespace) = block.body.get("override_namespace").filter(|node| !node.is_null()) {
            object::in_namespace(&mut manifest, namespace, true);
        }
        object::hide(&mut manifest);
        let entry = Entry { key: Arc::from("manifest"), key_span: None, value: manifest };
        Block {
            provider: Provider::Kubernetes,
            native_type: Arc::from("kubernetes_manifest"),
            written: Some(block.native_type.clone()),
            body: Node { value: Value::Map(vec![entry]), origins: block.body.origins.clone() },
            ..block
        }
    }

    fn decoded(&self, text: &Node, span: Span, folder: &str) -> Node {
        let decoded = self.pure("yamldecode", vec![text.clone()], span, folder);
        decoded.unwrap_or_else(|reason| super::eval::wrong(reason, span))
    }

    /// The objects of the chart that a `helm_release` installs; the release itself where they cannot be seen.
    fn released(&self, block: Block, folder: &str) -> Vec<Block> {
        let decoded = |text: &Node| self.decoded(text, text.origins.primary.unwrap_or(block.head), folder);
        let release = |chart| {
            let before = self.releases.replace(self.releases.get() + 1);
            Ok((chart, Release::of(&block.body, block.head, before, decoded)?))
        };
        let found = release::chart(self.tree, &block.body, |chart| self.places(chart, folder)).and_then(release);
        match found {
            Ok((chart, release)) => {
                let reading = release.objects(self.tree, &chart, &block, &self.settings.charts);
                reading.notes.into_iter().for_each(|note| self.note(note));
                reading.blocks
            }
            Err(reason) => {
                let note =
                    Note::new(NoteKind::NotSeen, format!("the objects of `{}` were not seen: {reason}", block.address));
                let note = note.in_file(self.tree.path(block.head.file)).at(block.head);
                self.note(note.help("scan what `helm template` prints, or the plan and the chart"));
                vec![block]
            }
        }
    }

    /// Where a path that a provider is given may lead: as written from the root of the tree where it begins with the
    /// module's folder (`path.module`), else from the root module, where Terraform runs.
    pub fn places(&self, path: &str, folder: &str) -> Vec<String> {
        let from_tree = Tree::join("", path);
        let from_root = if path.starts_with('/') { None } else { Tree::join(&self.root, path) };
        let within = |of: &str| !of.is_empty() && path.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
        let order = if within(folder) || within(&self.root) { [from_tree, from_root] } else { [from_root, from_tree] };
        order.into_iter().flatten().collect()
    }
}
