//! Module calls: where their source lies, and one module for each of their instances. Nothing is fetched.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use super::config::Config;
use super::graph::{CallSite, Called, Cx, Expansion, Module, Universe};
use super::syntax::{Expr, Nested};
use crate::source::{Note, NoteKind, Tree};
use crate::value::{Unknown, Why};

/// How deep modules may call each other.
const DEEPEST: usize = 32;
/// How many modules one unit may have.
const MOST: usize = 20_000;

impl Universe<'_> {
    /// The configuration of a folder, read once.
    pub fn config(&self, folder: &str) -> Arc<Config> {
        if let Some(config) = self.configs.borrow().get(folder) {
            return config.clone();
        }
        let read = || {
            let mut notes = Vec::new();
            let config = Config::read(self.tree, folder, &mut notes);
            (Arc::new(config), notes)
        };
        // many roots may call one module; a root's own files are read by it alone
        let kept = match super::config::files(self.tree, folder).first() {
            Some(first) if folder != &*self.root => self.tree.keep(*first, read),
            _ => None,
        };
        let (config, notes) = kept.map_or_else(read, |kept| (*kept).clone());
        notes.into_iter().for_each(|note| self.note(note));
        self.configs.borrow_mut().insert(Arc::from(folder), config.clone());
        config
    }

    /// The root module, with the values for its variables.
    pub fn root_module(&self) -> Rc<Module> {
        let bare = |given| Module {
            id: 0,
            config: self.config(&self.root),
            prefix: Arc::from(""),
            path: Arc::from(""),
            depth: 0,
            via: Arc::from([]),
            call: None,
            variables: <_>::default(),
            locals: <_>::default(),
            outputs: <_>::default(),
            providers: <_>::default(),
            resources: <_>::default(),
            calls: <_>::default(),
            given,
            unknown: None,
        };
        let given = self.given(&bare(BTreeMap::new()));
        let root = Rc::new(bare(given));
        self.modules.borrow_mut().push(root.clone());
        root
    }

    /// What a module call leads to; none while that is being worked out.
    pub fn called(&self, module: &Module, name: &Arc<str>) -> Option<Rc<Called>> {
        if let Some(found) = module.calls.borrow().get(name) {
            return found.clone();
        }
        let call = module.config.calls.get(name)?;
        module.calls.borrow_mut().insert(name.clone(), None);
        let called = Rc::new(match self.module_folder(module, name, call) {
            Ok(folder) => Called::Modules(self.module_instances(module, name, call, &folder)),
            Err(unknown) => Called::Missing(unknown),
        });
        module.calls.borrow_mut().insert(name.clone(), Some(called.clone()));
        Some(called)
    }

    /// The folder of a called module.
    fn module_folder(&self, module: &Module, name: &Arc<str>, call: &Nested) -> Result<String, Arc<Unknown>> {
        let source: Arc<str> =
            call.body.value("source").and_then(Expr::as_text).cloned().unwrap_or_else(|| Arc::from("?"));
        let missing = |message: String, help: &str| {
            // its resources were not seen, whatever its outputs are asked for
            let note = Note::new(NoteKind::NotSeen, message).in_file(self.tree.path(call.head.file)).at(call.head);
            self.note(note.help(help));
            Unknown::at(Why::Module(source.clone()), call.head)
        };
        let local = [".", ".."].contains(&&*source) || source.starts_with("./") || source.starts_with("../");
        let folder = if local {
            Tree::join(&module.config.folder, &source)
        } else {
            let path = path_of(module, name);
            self.fetched.get(&path).and_then(|folder| Tree::join(&self.root, folder))
        };
        let folder = folder.filter(|folder| !super::config::files(self.tree, folder).is_empty());
        let Some(folder) = folder else {
            let help = if local {
                "scan from a folder that holds it, or pass --root"
            } else {
                "run `terraform init` first, so that the module is on disk"
            };
            return Err(missing(format!("module `{source}` is not on disk"), help));
        };
        if module.depth >= DEEPEST || self.modules.borrow().len() >= MOST {
            let note = Note::new(
                NoteKind::PartLost,
                format!("modules are called too deep or too often: `{source}` was not followed"),
            );
            self.note(note.in_file(self.tree.path(call.head.file)).at(call.head));
            return Err(Unknown::at(Why::Budget(Arc::from("the number of modules")), call.head));
        }
        if self.calls_itself(module, &folder) {
            return Err(missing(format!("module `{source}` calls itself"), "break the circle"));
        }
        Ok(folder)
    }

    /// Whether a folder is already among those that lead here.
    fn calls_itself(&self, module: &Module, folder: &str) -> bool {
        if &*module.config.folder == folder {
            return true;
        }
        let mut here = module.call.as_ref().map(|site| site.parent);
        while let Some(parent) = here.and_then(|id| self.module(id)) {
            if &*parent.config.folder == folder {
                return true;
            }
            here = parent.call.as_ref().map(|site| site.parent);
        }
        false
    }

    fn module_instances(&self, module: &Module, name: &Arc<str>, call: &Nested, folder: &str) -> Expansion<Module> {
        let config = self.config(folder);
        let address = format!("{}module.{name}", module.prefix);
        let (form, made) = self.made(&call.body, &address, &Cx::of(module));
        let items = made.into_iter().map(|(key, each, unknown)| {
            let prefix = format!("{address}{}.", key.suffix());
            let unknown = unknown.or_else(|| module.unknown.clone());
            let site = CallSite { parent: module.id, name: name.clone(), each };
            (key, self.add_module(module, &config, prefix, site, call, unknown))
        });
        Expansion { form, items: items.collect() }
    }

    fn add_module(
        &self,
        parent: &Module,
        config: &Arc<Config>,
        prefix: String,
        site: CallSite,
        call: &Nested,
        unknown: Option<Arc<Unknown>>,
    ) -> Rc<Module> {
        let path = path_of(parent, &site.name);
        let child = Rc::new(Module {
            id: self.modules.borrow().len(),
            config: config.clone(),
            prefix: Arc::from(prefix),
            path: Arc::from(path),
            depth: parent.depth + 1,
            via: parent.via.iter().copied().chain([call.head]).collect(),
            call: Some(site),
            variables: <_>::default(),
            locals: <_>::default(),
            outputs: <_>::default(),
            providers: <_>::default(),
            resources: <_>::default(),
            calls: <_>::default(),
            given: BTreeMap::new(),
            unknown,
        });
        self.modules.borrow_mut().push(child.clone());
        child
    }
}

/// The names of the calls that lead to a module, as `modules.json` joins them.
fn path_of(module: &Module, name: &str) -> String {
    if module.path.is_empty() { name.to_owned() } else { format!("{}.{name}", module.path) }
}

/// What `terraform init` wrote down: the folder of each module, relative to the root module.
pub(super) fn fetched(tree: &Tree, root: &str) -> BTreeMap<String, String> {
    let mut fetched = BTreeMap::new();
    let Some(file) = Tree::join(root, ".terraform/modules/modules.json").and_then(|path| tree.find(&path)) else {
        return fetched;
    };
    let Ok(text) = tree.text(file) else { return fetched };
    let Ok(manifest) = serde_json::from_str::<serde_json::Value>(text) else { return fetched };
    for module in manifest.get("Modules").and_then(serde_json::Value::as_array).into_iter().flatten() {
        let text = |name: &str| module.get(name).and_then(serde_json::Value::as_str);
        if let (Some(key), Some(dir)) = (text("Key"), text("Dir")) {
            fetched.insert(key.to_owned(), dir.to_owned());
        }
    }
    fetched
}
