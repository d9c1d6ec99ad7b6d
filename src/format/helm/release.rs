//! Charts that Terraform installs with a `helm_release`, in a configuration or a plan of it
//! (<https://registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release>).

use std::sync::Arc;

use super::engine::Engine;
use super::engine::val::{Map, Origin, Val};
use super::{gather, render, set, unseen, values};
use crate::format::{ChartSettings, Reading};
use crate::source::{Note, NoteKind, Span, Tree};
use crate::value::{Block, Node, UnitId, Value, unknown_of};

/// How many releases are rendered in one unit: each is the work of a chart.
const MOST: usize = 100;

/// What a chart is installed with.
pub(in crate::format) struct Release {
    /// Documents of values, in order.
    values: Vec<Node>,
    /// Single values, in order, over those.
    set: Vec<Setting>,
    name: Option<Node>,
    namespace: Option<Node>,
}

/// A single value.
struct Setting {
    name: Arc<str>,
    value: Node,
    /// Whether it is taken as it stands, and not as `--set` reads a text.
    literal: bool,
}

/// The folder of the chart that a release names, or why it is not to be had. `places` tells where the name may lead.
pub(in crate::format) fn chart(
    tree: &Tree,
    body: &Node,
    places: impl FnOnce(&str) -> Vec<String>,
) -> Result<String, String> {
    let chart = body.text("chart");
    let Some(chart) = chart.value() else { return Err("which chart it is cannot be told".to_owned()) };
    if body.get("repository").is_some_and(|node| !node.is_null()) || chart.contains("://") {
        return Err(format!("chart `{chart}` lies elsewhere"));
    }
    let is_chart = |path: &String| tree.find(format!("{path}/Chart.yaml").trim_start_matches('/')).is_some();
    let found = places(chart).into_iter().find(is_chart);
    found.ok_or_else(|| format!("chart `{chart}` is not among the scanned files"))
}

impl Release {
    /// What `body` says, or why that cannot be told. `before` is how many were rendered in the unit, `decoded` reads a
    /// text of values.
    pub fn of(body: &Node, head: Span, before: usize, decoded: impl Fn(&Node) -> Node) -> Result<Self, String> {
        if before >= MOST {
            return Err(format!("no more than {MOST} releases are rendered"));
        }
        // a program that makes other objects of them
        if !body.each("postrender").is_empty() {
            return Err("what `postrender` makes of them cannot be told".to_owned());
        }
        let mut values = Vec::new();
        for text in body.each("values").into_iter().filter(|text| !text.is_null()) {
            let decoded = decoded(text);
            match (&decoded.value, unknown_of(&decoded)) {
                (Value::Map(_), _) => values.push(decoded),
                // an empty text
                (Value::Null, _) => {}
                (_, Some(unknown)) => return Err(format!("its values cannot be told, as {}", unknown.why)),
                _ => return Err("its values are no map".to_owned()),
            }
        }
        let mut set = Vec::new();
        for kind in ["set", "set_list", "set_sensitive", "set_wo"] {
            for one in body.each(kind) {
                let name = one.text("name");
                let Some(name) = name.value().filter(|_| one.maybe().is_none()) else {
                    return Err(format!("what `{kind}` sets cannot be told"));
                };
                let value = one.get("value").cloned().unwrap_or_else(|| Node::at(Value::Null, head));
                let literal = kind == "set_list" || one.text("type").value().is_some_and(|kind| &**kind == "string");
                set.push(Setting { name: name.clone(), value, literal });
            }
        }
        // what is only written, a plan does not hold; its revision it does
        if body.each("set_wo").is_empty() && body.get("set_wo_revision").is_some_and(|node| !node.is_null()) {
            return Err("what `set_wo` sets cannot be told".to_owned());
        }
        let name = body.get("name").cloned();
        let namespace = body.get("namespace").filter(|node| !node.is_null()).cloned();
        Ok(Self { values, set, name, namespace })
    }

    /// The objects of the chart in `folder`, as `block` installs them. Needs a stack of its own, as its caller has.
    pub fn objects(&self, tree: &Tree, folder: &str, block: &Block, settings: &ChartSettings) -> Reading {
        let mut reading = self.rendered(tree, folder, block.unit, settings);
        reading.blocks = reading.blocks.into_iter().map(|object| installed(object, block)).collect();
        reading
    }

    fn rendered(&self, tree: &Tree, folder: &str, unit: UnitId, settings: &ChartSettings) -> Reading {
        let engine = Engine::new(tree);
        let mut reading = Reading::default();
        let val = |node: &Node| Val::of_node(node, &engine.holes, Origin::File);
        let mut given = Val::from(Map::new());
        for document in &self.values {
            let over = val(document);
            values::coalesce(&over, &given, true);
            given = over;
        }
        for Setting { name, value, literal } in &self.set {
            let done = match value.text("").value() {
                Some(text) if !literal => set::set(&given, &format!("{name}={text}")),
                Some(text) if !matches!(value.value, Value::List(_)) => set::at(&given, name, Val::from(&**text)),
                _ => set::at(&given, name, val(value)),
            };
            if let Err(reason) = done {
                let note = Note::new(NoteKind::NotSeen, format!("what is set as `{name}` was not seen: {reason}"));
                reading.notes.push(match value.origins.primary {
                    Some(span) => note.at(span).in_file(tree.path(span.file)),
                    None => note,
                });
            }
        }
        let text = |node: &Option<Node>, other: &str| node.as_ref().map_or_else(|| Val::from(other), val);
        let namespace = text(&self.namespace, "default");
        let installed = render::Installed { given, name: text(&self.name, "release-name"), namespace };
        match render::render(&engine, folder, &installed, settings, &mut reading.notes) {
            Some(outcome) => gather(tree, &engine, outcome, unit, self.namespace.as_ref(), &mut reading),
            None => reading.notes.push(unseen(tree, folder)),
        }
        reading
    }
}

/// An object of a chart, as one that a release brings.
fn installed(object: Block, release: &Block) -> Block {
    let via: Vec<Span> = release.via.iter().copied().chain([release.head]).collect();
    Block {
        address: Arc::from(format!("{}.{}", release.address, object.address)),
        instances_unknown: release.instances_unknown.clone().or(object.instances_unknown),
        via: Arc::from(via),
        ..object
    }
}
