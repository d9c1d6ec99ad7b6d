//! Kustomizations: layers of objects, worked through as `kubectl kustomize` does, without running anything.
//!
//! A root is a kustomization that no other one lists; it is a unit, and what it reaches is rendered through it. Each
//! value stays where it was written: in the base, in a patch, or in the kustomization itself.

mod generate;
mod images;
mod json_patch;
mod labels;
mod layer;
mod names;
mod object;
mod patch;
mod replace;
mod strategic;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::kubernetes::object as kubernetes;
use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Tree};
use crate::value::{Block, Node};
use layer::{Work, build, kustomization, parse};

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

/// Keys that list files of objects, and folders of other kustomizations.
const LISTED: &[&str] = &["resources", "bases", "components"];

impl Format for Kustomize {
    fn name(&self) -> &'static str {
        "kustomize"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let folders: BTreeMap<&str, Parsed> = free
            .iter()
            .filter(|file| is_kustomization(tree.name(**file)))
            .map(|file| (tree.folder(*file), Parsed::new(tree, *file)))
            .collect();
        let listed: BTreeSet<&str> = folders
            .iter()
            .flat_map(|(own, parsed)| parsed.below.iter().map(|folder| &**folder).filter(move |folder| folder != own))
            .collect();
        let (mut roots, inner): (Vec<&str>, Vec<&str>) = folders.keys().partition(|folder| !listed.contains(*folder));
        let mut reached = BTreeSet::new();
        roots.iter().for_each(|root| reach(tree, root, &folders, &mut reached));
        // what only lists itself, round about, is read from wherever one begins
        for folder in inner {
            if !reached.contains(folder) {
                roots.push(folder);
                reach(tree, folder, &folders, &mut reached);
            }
        }
        let mut units = Vec::new();
        for root in roots {
            let mut within = BTreeSet::new();
            reach(tree, root, &folders, &mut within);
            let mut files: Vec<FileId> = Vec::new();
            for folder in &within {
                files.extend(kustomization(tree, folder));
                let parsed = folders.get(folder.as_str());
                files.extend(parsed.into_iter().flat_map(|parsed| &parsed.files));
            }
            files.retain(|file| free.remove(file));
            if !files.is_empty() {
                units.push((Arc::from(root), files));
            }
        }
        units.sort();
        units
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let mut work = Work::new(tree);
        // a component alone is a part of something that is not here
        let file = kustomization(tree, &unit.folder);
        let root = file.and_then(|file| parse(tree, file).0);
        if root.is_some_and(|root| root.get("kind").and_then(Node::as_str) == Some("Component")) {
            return Reading::default();
        }
        let mut objects = build(&mut work, &unit.folder, Vec::new());
        let before = names::called(&objects);
        names::hashes(&mut objects);
        names::follow(&mut objects, &before);
        let local = |object: &object::Object| {
            object
                .texts("annotations")
                .any(|(key, value)| key == "config.kubernetes.io/local-config" && value == "true")
        };
        objects.retain(|object| !local(object));
        let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
        let mut blocks: Vec<Block> =
            objects.into_iter().flat_map(|object| kubernetes::blocks(object.node, unit.id)).collect();
        for block in &mut blocks {
            let times = seen.entry(block.address.clone()).or_default();
            *times += 1;
            if *times > 1 {
                block.address = Arc::from(format!("{}#{times}", block.address));
            }
        }
        let mut notes = work.notes;
        notes.sort();
        notes.dedup();
        Reading { blocks, notes, ..Reading::default() }
    }
}

fn is_kustomization(path: &str) -> bool {
    matches!(path.rsplit('/').next(), Some("kustomization.yaml" | "kustomization.yml" | "Kustomization"))
}

/// What a kustomization names.
struct Parsed {
    /// Folders of other kustomizations.
    below: Vec<String>,
    /// Files of objects, patches and contents.
    files: Vec<FileId>,
}

impl Parsed {
    fn new(tree: &Tree, file: FileId) -> Self {
        let folder = tree.folder(file);
        let mut parsed = Self { below: Vec::new(), files: Vec::new() };
        let Some(root) = parse(tree, file).0 else { return parsed };
        let listed = LISTED.iter().flat_map(|key| root.each(key)).filter_map(Node::as_str);
        for path in listed.filter_map(|written| Tree::join(folder, written)) {
            match (kustomization(tree, &path), tree.find(&path)) {
                (Some(_), _) => parsed.below.push(path),
                (None, Some(file)) => parsed.files.push(file),
                (None, None) => {}
            }
        }
        let named = FILES.iter().flat_map(|key| root.each(key)).filter_map(Node::as_str);
        // an inline patch is no path; `key=path` names a file under another key
        let paths = named.filter(|text| !text.contains('\n')).map(|text| text.rsplit('=').next().unwrap_or(text));
        parsed.files.extend(paths.filter_map(|path| tree.find(&Tree::join(folder, path)?)));
        parsed
    }
}

/// Everything that a kustomization leads to, itself included.
fn reach(tree: &Tree, folder: &str, folders: &BTreeMap<&str, Parsed>, reached: &mut BTreeSet<String>) {
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        if reached.insert(folder.clone()) {
            match folders.get(folder.as_str()) {
                Some(parsed) => open.extend(parsed.below.iter().cloned()),
                // out of scope, and read all the same
                None => {
                    if let Some(file) = kustomization(tree, &folder) {
                        open.extend(Parsed::new(tree, file).below);
                    }
                }
            }
        }
    }
}
