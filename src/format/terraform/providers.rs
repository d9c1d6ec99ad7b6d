//! Provider configurations: which one a resource has, through aliases and modules, and what it sets by default.

use std::rc::Rc;
use std::sync::Arc;

use super::graph::{Cx, Module, Universe};
use super::refs::provider_path;
use super::syntax::{Expr, Kind, Nested};
use crate::source::Span;
use crate::value::{Entry, Node, Origins, Value};

/// How many modules a provider may be passed through.
const FARTHEST: usize = 40;

impl Universe<'_> {
    /// What the provider configuration of a resource sets: `region`, `location`, `project`, `account`, `tags`, `labels`.
    pub fn context(&self, module: &Module, kind: &str, provider: Option<&Expr>, head: Span) -> Rc<Node> {
        let (name, alias) = provider
            .and_then(provider_path)
            .unwrap_or_else(|| (Arc::from(kind.split('_').next().unwrap_or(kind)), None));
        self.provider_context(module, &name, alias.as_ref(), head)
    }

    fn provider_context(&self, module: &Module, name: &Arc<str>, alias: Option<&Arc<str>>, head: Span) -> Rc<Node> {
        let key: Arc<str> = match alias {
            Some(alias) => Arc::from(format!("{name}.{alias}")),
            None => name.clone(),
        };
        let label = format!("{}provider.", module.prefix);
        self.once(&module.providers, &key, &label, head, || match self.provider(module, name, alias, FARTHEST) {
            Some((owner, block)) => match self.module(owner) {
                Some(owner) => match owner.config.providers.get(block) {
                    Some(block) => self.context_of(&owner, block),
                    None => Node::empty_map(head),
                },
                None => Node::empty_map(head),
            },
            None => Node { value: Value::Map(Vec::new()), origins: Origins::NONE },
        })
    }

    /// The module and the number of the provider block that holds for `name` in `module`.
    fn provider(&self, module: &Module, name: &str, alias: Option<&Arc<str>>, left: usize) -> Option<(usize, usize)> {
        let own =
            module.config.providers.iter().position(|block| {
                block.labels.first().is_some_and(|label| &**label == name) && alias_of(block) == alias
            });
        if let Some(at) = own {
            return Some((module.id, at));
        }
        let site = module.call.as_ref()?;
        let parent = self.module(site.parent)?;
        let passed = parent.config.calls.get(&site.name).and_then(|call| call.body.value("providers"));
        if let Some(Kind::Object(pairs)) = passed.map(|expr| &expr.kind) {
            let as_here = |key: &Expr| {
                provider_path(key).is_some_and(|(own, own_alias)| &*own == name && own_alias.as_ref() == alias)
            };
            if let Some((_, value)) = pairs.iter().find(|(key, _)| as_here(key)) {
                let (name, alias) = provider_path(value)?;
                return self.provider(&parent, &name, alias.as_ref(), left.checked_sub(1)?);
            }
        }
        // only the configuration without an alias is handed down by itself
        if alias.is_some() {
            return None;
        }
        self.provider(&parent, name, None, left.checked_sub(1)?)
    }

    fn context_of(&self, module: &Module, block: &Nested) -> Node {
        let body = self.body(&block.body, block.span, &Cx::of(module), true);
        let mut entries: Vec<Entry> = Vec::new();
        for name in ["region", "location", "project", "zone"] {
            entries.extend(body.entry(name).filter(|entry| !entry.value.is_null()).cloned());
        }
        let mut add = |key: &str, node: Option<&Node>| {
            if let Some(node) = node.filter(|node| !node.is_null()) {
                entries.push(Entry { key: Arc::from(key), key_span: None, value: node.clone() });
            }
        };
        add("tags", body.each("default_tags.tags").first().copied());
        add("labels", body.get("default_labels"));
        let accounts = body.each("allowed_account_ids");
        if let [only] = accounts.as_slice() {
            add("account", Some(only));
        }
        add("account", body.get("subscription_id"));
        Node::at(Value::Map(entries), block.span)
    }
}

/// The alias of a provider block.
pub(super) fn alias_of(block: &Nested) -> Option<&Arc<str>> {
    block.body.value("alias").and_then(Expr::as_text)
}
