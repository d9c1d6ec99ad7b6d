//! What one module folder declares: its files read in Terraform's order, override files merged in.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::parse;
use super::syntax::{Attr, Expr, Nested};
use crate::source::{FileId, Note, Tree};

/// A module folder.
#[derive(Default)]
pub(super) struct Config {
    /// Its folder, relative to the root of the tree.
    pub folder: Arc<str>,
    pub variables: BTreeMap<Arc<str>, Nested>,
    pub locals: BTreeMap<Arc<str>, Attr>,
    pub outputs: BTreeMap<Arc<str>, Nested>,
    /// Managed resources and data sources, in the order written.
    pub resources: Vec<Resource>,
    /// Where `type.name` or `data.type.name` stands in `resources`.
    pub by_name: BTreeMap<Arc<str>, usize>,
    pub calls: BTreeMap<Arc<str>, Nested>,
    pub providers: Vec<Nested>,
    pub backends: Vec<Nested>,
}

/// A `resource` or `data` block.
pub(super) struct Resource {
    /// Whether it is read, not managed.
    pub data: bool,
    pub kind: Arc<str>,
    /// `type.name`, with `data.` before it for a data source.
    pub address: Arc<str>,
    pub block: Nested,
}

impl Resource {
    /// The expression of `count`, `for_each` or `provider`.
    pub fn meta(&self, name: &str) -> Option<&Expr> {
        self.block.body.value(name)
    }
}

/// Whether a path ends as a configuration file does.
pub(super) fn is_config(path: &str) -> bool {
    [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|end| path.ends_with(end))
}

/// Whether a path is a file of variable values.
pub(super) fn is_values(path: &str) -> bool {
    path.ends_with(".tfvars") || path.ends_with(".tfvars.json")
}

/// The configuration files of a folder as Terraform reads them: `.tofu` in place of a `.tf` of the same name, plain
/// files first, override files last, each in order of name.
pub(super) fn files(tree: &Tree, folder: &str) -> Vec<FileId> {
    let mut files: Vec<(bool, Arc<str>, FileId)> = Vec::new();
    for id in tree.in_folder(folder) {
        let path = tree.path(id);
        let replaced = match path.strip_suffix(".tf").map(|stem| format!("{stem}.tofu")) {
            Some(other) => tree.find(&other).is_some(),
            None => path.strip_suffix(".tf.json").is_some_and(|stem| tree.find(&format!("{stem}.tofu.json")).is_some()),
        };
        if is_config(&path) && !replaced {
            files.push((is_override(&path), path, id));
        }
    }
    files.sort();
    files.into_iter().map(|(_, _, id)| id).collect()
}

fn is_override(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    stem == "override" || stem.ends_with("_override")
}

impl Config {
    /// Reads a folder.
    pub fn read(tree: &Tree, folder: &str, notes: &mut Vec<Note>) -> Self {
        let mut config = Self { folder: Arc::from(folder), ..Self::default() };
        for file in files(tree, folder) {
            let body = parse::file(tree, file, notes);
            let over = is_override(&tree.path(file));
            for block in body.blocks {
                config.add(block, over);
            }
        }
        config
    }

    fn add(&mut self, block: Nested, over: bool) {
        let label = |at: usize| block.labels.get(at).cloned();
        match (&*block.kind, label(0), label(1)) {
            ("resource", Some(kind), Some(name)) => self.add_resource(false, kind, &name, block, over),
            ("data", Some(kind), Some(name)) => self.add_resource(true, kind, &name, block, over),
            ("variable", Some(name), _) => put(&mut self.variables, name, block, over),
            ("output", Some(name), _) => put(&mut self.outputs, name, block, over),
            ("module", Some(name), _) => put(&mut self.calls, name, block, over),
            ("provider", Some(name), _) => self.add_provider(&name, block, over),
            ("locals", ..) => {
                for attr in block.body.attrs {
                    self.locals.insert(attr.name.clone(), attr);
                }
            }
            ("terraform", ..) => {
                for inner in block.body.blocks {
                    if &*inner.kind == "backend" {
                        self.backends.retain(|_| !over);
                        self.backends.push(inner);
                    }
                }
            }
            // moved, import, check, removed, ephemeral: nothing to judge
            _ => {}
        }
    }

    fn add_resource(&mut self, data: bool, kind: Arc<str>, name: &str, block: Nested, over: bool) {
        let address: Arc<str> = Arc::from(if data { format!("data.{kind}.{name}") } else { format!("{kind}.{name}") });
        if let Some(old) = self.by_name.get(&address).and_then(|at| self.resources.get_mut(*at)) {
            if over {
                old.block.body.override_with(block.body);
            }
            // declared twice: Terraform refuses; the first stands
            return;
        }
        self.by_name.insert(address.clone(), self.resources.len());
        self.resources.push(Resource { data, kind, address, block });
    }

    fn add_provider(&mut self, name: &str, block: Nested, over: bool) {
        let alias = |block: &Nested| block.body.value("alias").and_then(Expr::as_text).cloned();
        let own = alias(&block);
        let old =
            self.providers.iter_mut().find(|old| old.labels.first().is_some_and(|l| &**l == name) && alias(old) == own);
        match old {
            Some(old) if over => old.body.override_with(block.body),
            Some(_) => {}
            None => self.providers.push(block),
        }
    }

    /// The resource or data source of that address.
    pub fn resource(&self, address: &str) -> Option<(usize, &Resource)> {
        let at = *self.by_name.get(address)?;
        Some((at, self.resources.get(at)?))
    }
}

/// Adds a block by its name; an override file's changes the one that is there.
fn put(blocks: &mut BTreeMap<Arc<str>, Nested>, name: Arc<str>, block: Nested, over: bool) {
    match blocks.get_mut(&name) {
        Some(old) if over => old.body.override_with(block.body),
        Some(_) => {}
        None => {
            blocks.insert(name, block);
        }
    }
}
