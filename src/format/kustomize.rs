//! Kustomizations: the files that they use as patches and configuration are claimed and reported as not seen; the
//! resources that they list stay plain objects, judged as they stand.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Format, Reading, Settings, Unit, yaml};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::{Node, Value};

/// The format of kustomizations.
pub struct Kustomize;

/// Keys that name files which are no objects of their own: patches, configuration of kustomize, contents of config
/// maps. See <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>.
const FILES: &[&str] = &[
    "patches.path",
    "patchesStrategicMerge",
    "patchesJson6902.path",
    "replacements.path",
    "transformers",
    "generators",
    "validators",
    "configurations",
    "crds",
    "openapi.path",
    "configMapGenerator.files",
    "configMapGenerator.envs",
    "configMapGenerator.env",
    "secretGenerator.files",
    "secretGenerator.envs",
    "secretGenerator.env",
    "helmCharts.valuesFile",
    "helmCharts.additionalValuesFiles",
];

/// Keys that change nothing of what the listed resources say.
const PLAIN: &[&str] = &["apiVersion", "kind", "metadata", "resources", "bases", "buildMetadata", "sortOptions"];

impl Format for Kustomize {
    fn name(&self) -> &'static str {
        "kustomize"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let found: Vec<FileId> = free.iter().copied().filter(|file| is_kustomization(&tree.path(*file))).collect();
        let mut units = Vec::new();
        for kustomization in found {
            let folder = tree.folder(kustomization);
            let mut files = vec![kustomization];
            if let Some(root) = parse(tree, kustomization).0 {
                files.extend(used(&root, folder).iter().filter_map(|path| tree.find(path)));
            }
            files.retain(|file| free.remove(file));
            if !files.is_empty() {
                units.push((Arc::from(folder), files));
            }
        }
        units
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let Some(kustomization) = unit.files.iter().copied().find(|file| is_kustomization(&tree.path(*file))) else {
            return Reading::default();
        };
        let path = tree.path(kustomization);
        let (root, mut notes) = parse(tree, kustomization);
        let Some(root) = root else {
            return Reading {
                notes: notes.into_iter().map(|note| note.in_file(path.clone())).collect(),
                ..Reading::default()
            };
        };
        let changes: Vec<String> = root
            .entries()
            .iter()
            .filter(|entry| !PLAIN.contains(&&*entry.key) && !is_empty(&entry.value))
            .map(|entry| format!("`{}`", entry.key))
            .collect();
        if !changes.is_empty() {
            let message = format!(
                "kustomize is not read yet: {} not seen; the listed resources are judged as they stand",
                were(&changes)
            );
            notes.push(
                Note::new(NoteKind::NotSeen, message)
                    .help("render it with `kubectl kustomize` and scan what that prints"),
            );
        }
        for resource in ["resources", "bases", "components"].iter().flat_map(|key| root.each(key)) {
            notes.extend(missing(tree, &unit.folder, resource));
        }
        Reading { notes: notes.into_iter().map(|note| note.in_file(path.clone())).collect(), ..Reading::default() }
    }
}

fn is_kustomization(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("kustomization.yaml" | "kustomization.yml" | "Kustomization"))
}

fn parse(tree: &Tree, file: FileId) -> (Option<Node>, Vec<Note>) {
    match tree.text(file) {
        Ok(text) => {
            let (documents, notes) = yaml::documents(file, text, yaml::Profile::KUBERNETES);
            (documents.into_iter().next(), notes)
        }
        Err(note) => (None, vec![note.clone()]),
    }
}

/// The files that are used other than as resources, relative to the root of the tree.
fn used(root: &Node, folder: &str) -> Vec<String> {
    let named = FILES.iter().flat_map(|key| root.each(key)).filter_map(Node::as_str);
    // an inline patch is no path; `key=path` names a file under another key
    let paths = named.filter(|text| !text.contains('\n')).map(|text| text.rsplit('=').next().unwrap_or(text));
    paths.filter_map(|path| Tree::join(folder, path)).collect()
}

fn is_empty(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::List(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    }
}

/// `a was`, `a and b were`, `a, b and c were`.
fn were(names: &[String]) -> String {
    match names {
        [] => String::new(),
        [one] => format!("{one} was"),
        [first @ .., last] => format!("{} and {last} were", first.join(", ")),
    }
}

/// A note for a listed resource that is not on disk.
fn missing(tree: &Tree, folder: &str, resource: &Node) -> Option<Note> {
    let written = resource.as_str()?;
    let there = Tree::join(folder, written)
        .is_some_and(|path| tree.find(&path).is_some() || tree.under(&path).next().is_some());
    if there {
        return None;
    }
    let note = Note::new(NoteKind::NotSeen, format!("`{written}` is not among the files: its resources were not seen"));
    Some(match resource.origins.primary {
        Some(span) => note.at(span),
        None => note,
    })
}
