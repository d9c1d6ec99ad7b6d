//! The plan's `configuration`: which expression gives a resource's attribute, and what that refers to, through module
//! calls and outputs. Locals are not in it; a reference through one ends there.

use std::collections::HashMap;
use std::sync::Arc;

use super::outline::Outline;
use super::{block, computed, context, documents};
use crate::value::{Block, Entry, Known, Node, Provider, Reference, UnitId, Unknown, Value, Why};

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

/// Each configured resource by its module, mode, type and name.
type Resources<'p> = HashMap<(String, &'p str, &'p str, &'p str), &'p Node>;

/// Where a resource is configured: its expressions, and the modules that lead to it.
pub(super) struct Source<'p> {
    config: &'p Configuration<'p>,
    resource: Option<&'p Node>,
    /// The module instances, outermost first: `a["x"]`, `b`.
    modules: Vec<String>,
    index: String,
    /// How many documents deep this one may be.
    left: usize,
}

/// What a name leads to.
#[derive(Default)]
struct Found {
    refers: Vec<Reference>,
    /// The addresses of policy documents.
    documents: Vec<Arc<str>>,
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

    /// Where the resource of a planned change is configured.
    pub(super) fn source<'s>(&'s self, change: &'s Node) -> Source<'s> {
        self.source_within(change, documents::DEPTH)
    }

    fn source_within<'s>(&'s self, change: &'s Node, left: usize) -> Source<'s> {
        let text = |key: &str| change.get(key).and_then(Node::as_str).unwrap_or("");
        let modules = module_names(text("module_address"));
        let place: String = modules.iter().map(|module| format!("{}.", without_key(module))).collect();
        let key = (place, text("mode"), text("type"), text("name"));
        let resources: &'s Resources<'s> = &self.resources;
        let resource = resources.get(&key).copied();
        let index = match change.get("index").map(|index| &index.value) {
            Some(Value::Number(number)) => format!("[{number}]"),
            Some(Value::String(key)) => format!("[\"{key}\"]"),
            _ => String::new(),
        };
        Source { config: self, resource, modules, index, left }
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

    /// An unknown of the expression `written`, if that refers to anything.
    pub(super) fn unknown(&self, written: Option<&Node>) -> Option<Arc<Unknown>> {
        let names = references(written);
        let first = names.first()?;
        let mut found = Found::default();
        for name in whole(&names) {
            self.config.resolve(name, &self.modules, &self.index, STEPS, &mut found);
        }
        let mut refers = found.refers;
        refers.sort();
        refers.dedup();
        let why = if first.starts_with("data.") {
            Why::DataSource(Arc::from(*first))
        } else {
            Why::Computed(Arc::from(self.told_apart(first)))
        };
        Some(Arc::new(Unknown { why, at: written.and_then(|node| node.origins.primary), refers }))
    }
}

impl Source<'_> {
    /// The policy that the expression `written` takes from a planned document, and from nothing else.
    pub(super) fn document(&self, written: Option<&Node>) -> Option<Node> {
        let left = self.left.checked_sub(1)?;
        let names = references(written);
        let mut only = whole(&names).filter(|name| !matches!(*name, "each.key" | "each.value" | "count.index"));
        let (name, None) = (only.next()?, only.next()) else { return None };
        let mut found = Found::default();
        self.config.resolve(name, &self.modules, &self.index, STEPS, &mut found);
        let (true, [address]) = (found.refers.is_empty(), found.documents.as_slice()) else { return None };
        let change = self.config.outline.documents.get(address)?;
        documents::written(change, &self.config.source_within(change, left))
    }

    /// The name of what is not known, as the same words mean another thing in another module or instance.
    fn told_apart(&self, name: &str) -> String {
        let modules = within(&self.modules);
        if self.index.is_empty() {
            return format!("{modules}{name}");
        }
        let text = |key: &str| self.resource.and_then(|resource| resource.get(key)?.as_str()).unwrap_or("");
        format!("{modules}{}{}: {name}", text("address"), self.index)
    }

    /// Whether the configuration itself holds `value`: as a constant, or as the default of a variable.
    pub(super) fn writes_out(&self, value: &Node, written: Option<&Node>) -> bool {
        let Some(written) = written else { return false };
        self.config.holds(value, written, &self.modules, STEPS)
    }

    /// Whether `name` of this resource is written as resources of their own.
    pub(super) fn is_apart(&self, native_type: &str, name: &str) -> bool {
        let Some((types, by)) = computed::apart(native_type, name) else { return false };
        let own = self.resource.and_then(|resource| resource.get("name")?.as_str()).unwrap_or("");
        let own = format!("{native_type}.{own}");
        let place: String = self.modules.iter().map(|module| format!("{}.", without_key(module))).collect();
        self.config.resources.iter().any(|((within, mode, kind, _), resource)| {
            let named = || references(resource.get("expressions").and_then(|given| given.get(by)));
            let is_own = |name: &str| {
                name.strip_prefix(&own).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
            };
            *within == place && *mode == "managed" && types.contains(kind) && named().into_iter().any(is_own)
        })
    }

    /// What is written of the resource; none if nobody can tell.
    pub(super) fn written(&self) -> Option<Vec<&Node>> {
        self.resource.map(|resource| resource.get("expressions").into_iter().collect())
    }
}

impl Configuration<'_> {
    /// The configurations of providers, as blocks.
    pub(super) fn provider_blocks(&self) -> Vec<Block> {
        let one = |entry: &Entry| {
            let expressions = entry.value.get("expressions")?;
            let text = |key: &str| entry.value.get(key).and_then(Node::as_str);
            let name = text("name")?;
            let module = text("module_address").map_or_else(String::new, |module| format!("{module}."));
            let alias = text("alias").map_or_else(String::new, |alias| format!(".{alias}"));
            let native_type = format!("provider.{name}");
            let address = format!("{module}{native_type}{alias}");
            let made = block(&entry.value, &address, &native_type, self.unit, self.given(expressions), context([]));
            Some(Block { provider: Provider::of_terraform_type(name.split('-').next().unwrap_or(name)), ..made })
        };
        self.providers.map(Node::entries).unwrap_or_default().iter().filter_map(one).collect()
    }

    /// The values of expressions, nested blocks and all.
    fn given(&self, expressions: &Node) -> Node {
        let value = match &expressions.value {
            Value::Map(entries) if !is_expression(expressions) => Value::Map(
                entries.iter().map(|entry| Entry { value: self.given(&entry.value), ..entry.clone() }).collect(),
            ),
            Value::List(items) => Value::List(items.iter().map(|item| self.given(item)).collect()),
            _ => return self.value(expressions),
        };
        Node { value, origins: expressions.origins.clone() }
    }

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
    fn resolve(&self, name: &str, modules: &[String], index: &str, steps: usize, out: &mut Found) {
        let Some(steps) = steps.checked_sub(1) else { return };
        let parts = steps_of(name);
        let mut parts = parts.into_iter();
        match parts.next() {
            Some("var") => {
                let (Some(variable), Some((last, above))) = (parts.next(), modules.split_last()) else { return };
                let call = self.module(above).and_then(|module| module.get("module_calls")?.get(without_key(last)));
                let given = call.and_then(|call| call.get("expressions")?.get(without_key(variable)));
                for name in whole(&references(given)) {
                    self.resolve(name, above, key_of(last), steps, out);
                }
            }
            Some("module") => {
                let Some(called) = parts.next() else { return };
                let mut below = modules.to_vec();
                let Some(output) = parts.next() else {
                    below.push(format!("{called}{index}"));
                    return self.resolve_whole(&below, steps, out);
                };
                below.push(called.to_owned());
                let outputs = self.module(&below).and_then(|module| module.get("outputs"));
                let given = outputs.and_then(|outputs| outputs.get(without_key(output))?.get("expression"));
                for name in whole(&references(given)) {
                    self.resolve(name, &below, "", steps, out);
                }
            }
            Some("data") => {
                let (Some(native_type), Some(name)) = (parts.next(), parts.next()) else { return };
                let plain = format!("{}data.{native_type}.{name}", within(modules));
                let keyed = format!("{plain}{index}");
                let known = [keyed, plain].into_iter().find(|address| self.outline.documents.contains_key(&**address));
                out.documents.extend(known.map(Arc::from));
            }
            Some("local" | "each" | "count" | "path" | "terraform" | "self") | None => {}
            Some(native_type) => {
                let Some(resource) = parts.next() else { return };
                let plain = format!("{}{native_type}.{resource}", within(modules));
                let keyed = format!("{plain}{index}");
                // an instance of the same key is what `[each.key]` and `[count.index]` ask for
                let address = if self.outline.addresses.contains(keyed.as_str()) { keyed } else { plain };
                let attribute = parts.next().unwrap_or("");
                out.refers.push(Reference {
                    unit: self.unit,
                    address: Arc::from(address),
                    attribute: Arc::from(without_key(attribute)),
                });
            }
        }
    }
}

impl Configuration<'_> {
    /// Whether `expression`, as written in the module at `modules`, is `value` written out.
    fn holds(&self, value: &Node, expression: &Node, modules: &[String], steps: usize) -> bool {
        if let Some(constant) = expression.get("constant_value") {
            return constant.value == value.value;
        }
        let names = references(Some(expression));
        let (Some(steps), [name]) = (steps.checked_sub(1), names.as_slice()) else { return false };
        let Some(variable) = name.strip_prefix("var.").map(without_key) else { return false };
        let given = modules.split_last().and_then(|(last, above)| {
            let call = self.module(above)?.get("module_calls")?.get(without_key(last))?;
            Some((call.get("expressions")?.get(variable)?, above))
        });
        match given {
            Some((given, above)) => self.holds(value, given, above, steps),
            None => {
                let declared = self.module(modules).and_then(|module| module.get("variables")?.get(variable));
                declared.and_then(|declared| declared.get("default")).is_some_and(|text| text.value == value.value)
            }
        }
    }

    /// Of `module.a[each.key].id` the plan lists no more than `module.a`: where all outputs come from one block, it is that
    /// one.
    fn resolve_whole(&self, module: &[String], steps: usize, out: &mut Found) {
        let outputs = self.module(module).and_then(|module| module.get("outputs")).map(Node::entries);
        let mut found = Found::default();
        for output in outputs.unwrap_or_default() {
            for name in whole(&references(output.value.get("expression"))) {
                self.resolve(name, module, "", steps, &mut found);
            }
        }
        let Some(first) = found.refers.first() else { return };
        if found.refers.iter().all(|reference| reference.address == first.address) {
            out.refers.push(Reference { attribute: Arc::from(""), ..first.clone() });
        }
    }
}

/// Enters the resources of a module, and of those that it calls.
fn index<'p>(module: &'p Node, place: &str, depth: usize, into: &mut Resources<'p>) {
    let Some(depth) = depth.checked_sub(1) else { return };
    for resource in module.each("resources") {
        let text = |key: &str| resource.get(key).and_then(Node::as_str);
        if let (Some(mode), Some(native_type), Some(name)) = (text("mode"), text("type"), text("name")) {
            into.entry((place.to_owned(), mode, native_type, name)).or_insert(resource);
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

/// Whether a node is an expression, and not a block of them.
pub(super) fn is_expression(node: &Node) -> bool {
    node.get("references").is_some() || node.get("constant_value").is_some()
}

/// The whole spellings of references: the shorter ones follow them.
fn whole<'n>(names: &'n [&'n str]) -> impl Iterator<Item = &'n str> {
    let longer = |name: &str| {
        names
            .iter()
            .any(|other| *other != name && other.strip_prefix(name).is_some_and(|rest| rest.starts_with(['.', '['])))
    };
    names.iter().copied().filter(move |name| !longer(name))
}

/// The start of the addresses within a module.
fn within(modules: &[String]) -> String {
    modules.iter().map(|module| format!("module.{module}.")).collect()
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
