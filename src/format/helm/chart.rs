//! A chart as it lies on disk: description, values, templates, files, and the charts inside it.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::engine::print;
use super::engine::val::{Holes, Map, Origin, V, Val};
use super::ignored::Ignored;
use crate::format::yaml;
use crate::source::{FileId, Note, NoteKind, Tree};

/// A chart.
#[derive(Clone)]
pub(super) struct Chart {
    /// Its name, or the alias that its parent gives it.
    pub name: Rc<str>,
    /// Its folder in the tree.
    pub folder: Rc<str>,
    /// Its description, keys as Go spells them.
    pub about: Val,
    /// Whether it only has templates for others.
    pub library: bool,
    /// Its default values.
    pub values: Val,
    /// Path inside the chart, file.
    pub templates: Vec<(Rc<str>, FileId)>,
    /// What `.Files` sees.
    pub files: Rc<BTreeMap<Rc<str>, FileId>>,
    /// Custom resource definitions, which are plain manifests.
    pub crds: Vec<FileId>,
    /// What its description says of the charts that it needs.
    pub needs: Vec<Need>,
    /// The charts inside it.
    pub charts: Vec<Chart>,
}

/// A chart that another needs.
#[derive(Clone)]
pub(super) struct Need {
    pub name: Rc<str>,
    pub alias: Option<Rc<str>>,
    pub condition: Rc<str>,
    pub tags: Vec<Rc<str>>,
    pub imports: Vec<Val>,
    /// Where its name is written.
    pub at: Option<crate::source::Span>,
}

/// How deep charts may lie in charts.
const DEPTH: usize = 10;

/// Reads the chart in `folder`; none if its description cannot be read.
pub(super) fn read(tree: &Tree, folder: &str, holes: &Holes, notes: &mut Vec<Note>) -> Option<Chart> {
    within(tree, folder, &Ignored::of(tree, folder), holes, notes, 0)
}

/// The chart in `folder`; what the outermost one leaves out is left out of those inside it as well.
fn within(
    tree: &Tree,
    folder: &str,
    ignored: &Ignored,
    holes: &Holes,
    notes: &mut Vec<Note>,
    depth: usize,
) -> Option<Chart> {
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let about = document(tree, tree.find(&format!("{prefix}Chart.yaml"))?, holes, notes)?;
    let name = about.get("name").str().map(Rc::from)?;
    let mut chart = Chart {
        name,
        folder: Rc::from(folder),
        about: described(&about),
        library: about.get("type").str() == Some("library"),
        values: Val::from(Map::new()),
        templates: Vec::new(),
        files: Rc::default(),
        crds: Vec::new(),
        needs: needs(&about),
        charts: Vec::new(),
    };
    if let Some(file) = tree.find(&format!("{prefix}requirements.yaml"))
        && let Some(older) = document(tree, file, holes, notes)
    {
        chart.needs.extend(needs(&older));
    }
    let mut files = BTreeMap::new();
    let mut inner: Vec<String> = Vec::new();
    for file in tree.under(folder) {
        let path = tree.path(file);
        if ignored.holds(&path) {
            continue;
        }
        let inside = path.strip_prefix(&prefix).unwrap_or(&path);
        let (first, rest) = inside.split_once('/').unwrap_or(("", inside));
        match first {
            "templates" => chart.templates.push((Rc::from(inside), file)),
            "charts" => {
                // unpacked, or as `collect` shows what is packed: `charts/redis-1.2.3.tgz/redis/Chart.yaml`
                let sub = rest.strip_suffix("/Chart.yaml").filter(|sub| match sub.split_once('/') {
                    Some((packed, name)) => packed.ends_with(".tgz") && !name.contains('/'),
                    None => true,
                });
                inner.extend(sub.map(|sub| format!("{prefix}charts/{sub}")));
            }
            "crds" if inside.ends_with(".yaml") || inside.ends_with(".yml") || inside.ends_with(".json") => {
                chart.crds.push(file);
            }
            "" if inside == "values.yaml" => {
                chart.values =
                    document(tree, file, holes, notes).filter(|values| values.map().is_some()).unwrap_or(chart.values);
            }
            "" if inside.starts_with("Chart.") || inside.starts_with("values.schema") => {}
            _ => _ = files.insert(Rc::from(inside), file),
        }
    }
    chart.files = Rc::new(files);
    if depth < DEPTH {
        chart.charts =
            inner.iter().filter_map(|folder| within(tree, folder, ignored, holes, notes, depth + 1)).collect();
    }
    Some(chart)
}

/// A values file, or another document that is a map.
pub(super) fn document(tree: &Tree, file: FileId, holes: &Holes, notes: &mut Vec<Note>) -> Option<Val> {
    let path = tree.path(file);
    let text = match tree.text(file) {
        Ok(text) => text,
        Err(note) => {
            notes.push(note.clone().in_file(path));
            return None;
        }
    };
    let (documents, found) = yaml::documents(file, text, yaml::Profile::KUBERNETES);
    let lost = found.iter().any(|note| note.kind.incomplete());
    notes.extend(found.into_iter().map(|note| note.in_file(path.clone())));
    match documents.first() {
        Some(node) => Some(Val::of_node(node, holes, Origin::File)),
        None => (!lost).then(|| Val::from(Map::new())),
    }
}

fn needs(about: &Val) -> Vec<Need> {
    let list = about.get("dependencies");
    let need = |need: &Val| {
        let text = |key: &str| need.get(key).str().filter(|text| !text.is_empty()).map(Rc::from);
        let list = |key: &str| need.get(key).list().map(|list| list.to_vec()).unwrap_or_default();
        Some(Need {
            name: text("name")?,
            alias: text("alias"),
            condition: text("condition").unwrap_or_else(|| Rc::from("")),
            tags: list("tags").iter().filter_map(|tag| tag.str().map(Rc::from)).collect(),
            imports: list("import-values"),
            at: need.get("name").via(),
        })
    };
    list.list().into_iter().flat_map(|list| list.iter()).filter_map(need).collect()
}

/// `.Chart`: the fields of Helm's description of a chart.
fn described(about: &Val) -> Val {
    const TEXTS: &[(&str, &str)] = &[
        ("Name", "name"),
        ("Version", "version"),
        ("AppVersion", "appVersion"),
        ("Description", "description"),
        ("Type", "type"),
        ("Home", "home"),
        ("Icon", "icon"),
        ("APIVersion", "apiVersion"),
        ("KubeVersion", "kubeVersion"),
        ("Condition", "condition"),
        ("Tags", "tags"),
    ];
    let mut map: Map =
        TEXTS.iter().map(|(name, key)| (Rc::from(*name), Val::from(print::printed(&about.get(key))))).collect();
    for (name, key) in [("Sources", "sources"), ("Keywords", "keywords"), ("Maintainers", "maintainers")] {
        let list = about.get(key);
        let list = if list.list().is_some() { list } else { Val::from(Vec::new()) };
        map.insert(Rc::from(name), capitals(&list));
    }
    let annotations = about.get("annotations");
    let annotations = if annotations.map().is_some() { annotations } else { Val::from(Map::new()) };
    map.insert(Rc::from("Annotations"), annotations);
    map.insert(Rc::from("Deprecated"), Val::from(about.get("deprecated").truth() == Some(true)));
    let list = about.get("dependencies");
    map.insert(Rc::from("Dependencies"), capitals(&if list.list().is_some() { list } else { Val::from(Vec::new()) }));
    Val::from(map)
}

/// A list of maps with their keys as Go spells them.
fn capitals(list: &Val) -> Val {
    let capital = |item: &Val| match &item.v {
        V::Map(map) => {
            let upper = |key: &str| {
                key.chars().take(1).flat_map(char::to_uppercase).chain(key.chars().skip(1)).collect::<String>()
            };
            Val::from(map.borrow().iter().map(|(key, value)| (Rc::from(upper(key)), value.clone())).collect::<Map>())
        }
        _ => item.clone(),
    };
    Val::from(list.list().map(|list| list.iter().map(capital).collect::<Vec<_>>()).unwrap_or_default())
}

/// What a chart needs and does not have.
pub(super) fn missing(tree: &Tree, chart: &Chart, need: &Need) -> Note {
    let packed = tree.under(&chart.folder).any(|file| {
        let path = tree.path(file);
        let name = path.rsplit('/').next().unwrap_or("");
        name.ends_with(".tgz") && name.strip_prefix(&*need.name).is_some_and(|rest| rest.starts_with('-'))
    });
    let (message, help) = match packed {
        true => (
            format!("chart `{}` is packed and cannot be unpacked: its objects were not seen", need.name),
            "unpack it into `charts/`, or scan what `helm template` prints",
        ),
        false => (
            format!(
                "chart `{}` needs chart `{}`, which is not in its `charts/`: its objects were not seen",
                chart.name, need.name
            ),
            "run `helm dependency build` and unpack what it brings, or scan what `helm template` prints",
        ),
    };
    let note = Note::new(NoteKind::NotSeen, message).help(help);
    match need.at {
        Some(at) => note.at(at).in_file(tree.path(at.file)),
        None => note,
    }
}
