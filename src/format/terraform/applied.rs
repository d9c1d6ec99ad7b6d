//! What Terraform applies to a cluster as texts: objects of `kubectl_manifest`
//! (<https://registry.terraform.io/providers/alekc/kubectl/latest/docs/resources/kubectl_manifest>) and the objects of
//! charts on disk that `helm_release` installs
//! (<https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release>).

use std::sync::Arc;

use super::graph::Universe;
use crate::format::helm::{self, Release, Setting};
use crate::format::kubernetes::object;
use crate::source::{Note, NoteKind, Span, Tree};
use crate::value::{Block, Entry, Node, Provider, Value, unknown_of};

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
        match self.chart(&block, folder).and_then(|chart| Ok((self.release(&block, folder)?, chart))) {
            Ok((release, chart)) => {
                let reading = helm::release(self.tree, &chart, self.unit, &release, &self.settings.charts);
                reading.notes.into_iter().for_each(|note| self.note(note));
                reading.blocks.into_iter().map(|object| of_release(object, &block)).collect()
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

    /// The folder of the chart, or why it is not to be had.
    fn chart(&self, block: &Block, folder: &str) -> Result<String, String> {
        let chart = block.body.text("chart");
        let Some(chart) = chart.value() else { return Err("which chart it is cannot be told".to_owned()) };
        let elsewhere = block.body.get("repository").is_some_and(|node| !node.is_null()) || chart.contains("://");
        let is_chart = |path: &String| self.tree.find(format!("{path}/Chart.yaml").trim_start_matches('/')).is_some();
        // as written from the root of the tree where it begins with the module's folder (`path.module`), else from the
        // root module, where Terraform runs
        let from_tree = Tree::join("", chart);
        let from_root = if chart.starts_with('/') { None } else { Tree::join(&self.root, chart) };
        let within = |of: &str| !of.is_empty() && chart.strip_prefix(of).is_some_and(|rest| rest.starts_with('/'));
        let order = if within(folder) || within(&self.root) { [from_tree, from_root] } else { [from_root, from_tree] };
        match order.into_iter().flatten().find(is_chart).filter(|_| !elsewhere) {
            Some(found) => Ok(found),
            None if elsewhere => Err(format!("chart `{chart}` lies elsewhere")),
            None => Err(format!("chart `{chart}` is not among the scanned files")),
        }
    }

    /// What the chart is rendered with, or why that cannot be told.
    fn release(&self, block: &Block, folder: &str) -> Result<Release, String> {
        self.releases.set(self.releases.get() + 1);
        if self.releases.get() > MOST_RELEASES {
            return Err(format!("no more than {MOST_RELEASES} releases are rendered"));
        }
        let body = &block.body;
        let mut values = Vec::new();
        for text in body.each("values").into_iter().filter(|text| !text.is_null()) {
            let span = text.origins.primary.unwrap_or(block.head);
            let decoded = self.decoded(text, span, folder);
            match (&decoded.value, unknown_of(&decoded)) {
                (Value::Map(_), _) => values.push(decoded),
                // an empty text
                (Value::Null, _) => {}
                (_, Some(unknown)) => return Err(format!("its values cannot be told, as {}", unknown.why)),
                _ => return Err("its values are no map".to_owned()),
            }
        }
        let mut set = Vec::new();
        for kind in ["set", "set_list", "set_sensitive"] {
            for one in body.each(kind) {
                let name = one.text("name");
                let Some(name) = name.value().filter(|_| one.maybe().is_none()) else {
                    return Err(format!("what `{kind}` sets cannot be told"));
                };
                let value = one.get("value").cloned().unwrap_or_else(|| Node::at(Value::Null, block.head));
                let literal = kind == "set_list" || one.text("type").value().is_some_and(|kind| &**kind == "string");
                set.push(Setting { name: name.clone(), value, literal });
            }
        }
        let name = body.get("name").cloned();
        let namespace = body.get("namespace").filter(|node| !node.is_null()).cloned();
        Ok(Release { values, set, name, namespace })
    }
}

/// How many releases are rendered in one unit: each is the work of a chart.
const MOST_RELEASES: usize = 100;

/// An object of a chart, as one that a release brings.
fn of_release(object: Block, release: &Block) -> Block {
    let via: Vec<Span> = release.via.iter().copied().chain([release.head]).collect();
    Block {
        address: Arc::from(format!("{}.{}", release.address, object.address)),
        instances_unknown: release.instances_unknown.clone().or(object.instances_unknown),
        via: Arc::from(via),
        ..object
    }
}
