//! The plan's `configuration`: which expression gives a resource's attribute, and what that refers to, through module
//! calls and outputs. Locals are not in it; a reference through one ends there.

use std::collections::HashMap;
use std::sync::Arc;

use super::context;
use super::outline::Outline;
use crate::value::{Known, Node, Reference, UnitId, Unknown, Value, Why};

/// How far a reference is followed through variables and outputs.
const STEPS: usize = 32;
/// How deep modules may nest.
const DEPTH: usize = 64;

/// The configuration of a plan.
pub(super) struct Configuration<'p> {
    root: Option<&'p Node>,
    providers: Option<&'p Node>,
    outline: &'p Outline,
    resources: Resources<'p>,
    unit: UnitId,
}

/// Each configured resource by its module, type and name.
type Resources<'p> = HashMap<(String, &'p str, &'p str), &'p Node>;

/// Where a resource is configured: its expressions, and the modules that lead to it.
pub(super) struct Source<'p> {
    config: &'p Configuration<'p>,
    resource: Option<&'p Node>,
    /// The module instances, outermost first: `a["x"]`, `b`.
    modules: Vec<String>,
    index: String,
}

impl<'p> Configuration<'p> {
    pub(super) fn new(outline: &'p Outline, unit: UnitId) -> Self {
        let config = outline.configuration.as_ref();
        let root = config.and_then(|config| config.get("root_module"));
        let mut resources = HashMap::new();
        if let Some(root) = root {
            index(root, "", DEPTH, &mut resources);
        }
        let providers = config.and_then(|config| config.get("provider_config"));
        Self { root, providers, outline, resources, unit }
    }

    /// The module's configuration at `modules`.
    fn module(&self, modules: &[String]) -> Option<&'p Node> {
        modules
            .iter()
            .try_fold(self.root?, |module, name| module.get("module_calls")?.get(without_key(name))?.get("module"))
    }

    pub(super) fn source(
        &'p self,
        module_address: &str,
        native_type: &'p str,
        name: &'p str,
        index: Option<&Node>,
    ) -> Source<'p> {
        let modules = module_names(module_address);
        let place: String = modules.iter().map(|module| format!("{}.", without_key(module))).collect();
        let resource = self.resources.get(&(place, native_type, name)).copied();
        let index = match index.map(|index| &index.value) {
            Some(Value::Number(number)) => format!("[{number}]"),
            Some(Value::String(key)) => format!("[\"{key}\"]"),
            _ => String::new(),
        };
        Source { config: self, resource, modules, index }
    }
}

impl Source<'_> {
    pub(super) fn expressions(&self) -> Option<&Node> {
        self.resource?.get("expressions")
    }

    /// What its provider's configuration gives: region, project, tags.
    pub(super) fn context(&self, body: &Node) -> Node {
        let mut given = Vec::new();
        let key = self.resource.and_then(|resource| resource.get("provider_config_key")?.as_str());
        let provider = key.and_then(|key| self.config.providers?.get(key));
        for name in ["region", "project", "location"] {
            let Some(expression) = provider.and_then(|provider| provider.get("expressions")?.get(name)) else {
                continue;
            };
            given.push((name, self.config.value(expression)));
        }
        // with the provider's default tags already in it
        if let Some(tags) = body.get("tags_all") {
            given.push(("tags", tags.clone()));
        }
        context(given)
    }

    /// An unknown of the expression `written`.
    pub(super) fn unknown(&self, written: Option<&Node>) -> Arc<Unknown> {
        let names = references(written);
        let Some(first) = names.first() else {
            return Unknown::new(Why::Computed(Arc::from("this value")));
        };
        let mut refers = Vec::new();
        for name in &names {
            // the shorter spellings of the same reference follow the whole one
            if names.iter().any(|other| {
                other != name && other.starts_with(name) && !other.get(name.len()..).unwrap_or("").starts_with('_')
            }) {
                continue;
            }
            self.config.resolve(name, &self.modules, &self.index, STEPS, &mut refers);
        }
        refers.sort();
        refers.dedup();
        let why = if first.starts_with("data.") {
            Why::DataSource(Arc::from(*first))
        } else {
            Why::Computed(Arc::from(*first))
        };
        Arc::new(Unknown { why, at: written.and_then(|node| node.origins.primary), refers })
    }
}

impl Configuration<'_> {
    /// The value of a provider's expression: a constant, or a variable of the root.
    fn value(&self, expression: &Node) -> Node {
        if let Some(constant) = expression.get("constant_value") {
            return constant.clone();
        }
        let names = references(Some(expression));
        let variable = names.first().and_then(|name| name.strip_prefix("var."));
        match variable.and_then(|name| self.outline.variables.as_ref()?.get(name)?.get("value")) {
            Some(value) => value.clone(),
            None => {
                let why = Why::Computed(Arc::from(names.first().copied().unwrap_or("the provider's configuration")));
                Node { value: Value::Unknown(Unknown::new(why)), origins: expression.origins.clone() }
            }
        }
    }

    /// The blocks that `name`, as written in the module at `modules`, leads to.
    fn resolve(&self, name: &str, modules: &[String], index: &str, steps: usize, out: &mut Vec<Reference>) {
        let Some(steps) = steps.checked_sub(1) else { return };
        let parts = steps_of(name);
        let mut parts = parts.into_iter();
        match parts.next() {
            Some("var") => {
                let (Some(variable), Some((last, above))) = (parts.next(), modules.split_last()) else { return };
                let call = self.module(above).and_then(|module| module.get("module_calls")?.get(without_key(last)));
                let given = call.and_then(|call| call.get("expressions")?.get(without_key(variable)));
                for name in references(given) {
                    self.resolve(name, above, key_of(last), steps, out);
                }
            }
            Some("module") => {
                let (Some(called), Some(output)) = (parts.next(), parts.next()) else { return };
                let mut below = modules.to_vec();
                below.push(called.to_owned());
                let given = self
                    .module(&below)
                    .and_then(|module| module.get("outputs")?.get(without_key(output))?.get("expression"));
                for name in references(given) {
                    self.resolve(name, &below, "", steps, out);
                }
            }
            Some("data" | "local" | "each" | "count" | "path" | "terraform" | "self") | None => {}
            Some(native_type) => {
                let Some(resource) = parts.next() else { return };
                let module: String = modules.iter().map(|module| format!("module.{module}.")).collect();
                let plain = format!("{module}{native_type}.{resource}");
                let keyed = format!("{plain}{index}");
                // an instance of the same key is what `[each.key]` and `[count.index]` ask for
                let address = if self.outline.addresses.contains(keyed.as_str()) { keyed } else { plain };
                let attribute = parts.next().unwrap_or("");
                out.push(Reference {
                    unit: self.unit,
                    address: Arc::from(address),
                    attribute: Arc::from(without_key(attribute)),
                });
            }
        }
    }
}

/// Enters the resources of a module, and of those that it calls.
fn index<'p>(module: &'p Node, place: &str, depth: usize, into: &mut Resources<'p>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for resource in module.each("resources") {
        let text = |key: &str| resource.get(key).and_then(Node::as_str);
        if let (Some("managed"), Some(native_type), Some(name)) = (text("mode"), text("type"), text("name")) {
            into.entry((place.to_owned(), native_type, name)).or_insert(resource);
        }
    }
    for call in module.get("module_calls").map(Node::entries).unwrap_or_default() {
        if let Some(called) = call.value.get("module") {
            index(called, &format!("{place}{}.", call.key), depth, into);
        }
    }
}

/// The names that an expression refers to, as Terraform lists them: whole spellings first.
fn references(expression: Option<&Node>) -> Vec<&str> {
    let known: Known<&Node> = match expression {
        Some(expression) => expression.at_path("references"),
        None => return Vec::new(),
    };
    match known.value().map(|node| &node.value) {
        Some(Value::List(items)) => items.iter().filter_map(Node::as_str).collect(),
        _ => Vec::new(),
    }
}

/// `module.a["x"].module.b` as its names with keys. A key may hold dots.
fn module_names(address: &str) -> Vec<String> {
    let mut names = Vec::new();
    for piece in address.split("module.").filter(|piece| !piece.is_empty()) {
        names.push(piece.strip_suffix('.').unwrap_or(piece).to_owned());
    }
    names
}

/// The steps of a name; dots within an instance key do not part it.
fn steps_of(name: &str) -> Vec<&str> {
    let mut depth = 0usize;
    name.split(|letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == '.' && depth == 0
    })
    .collect()
}

fn without_key(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

fn key_of(name: &str) -> &str {
    name.find('[').and_then(|at| name.get(at..)).unwrap_or("")
}
