//! One account for each cloud of the scan, for what must be there at least once: a detector, a password policy, an
//! organisation policy. A snapshot has one of its own; all accounts of a cloud whose manifests are scanned at once count as
//! one, as no manifest says whose it is.

use std::sync::Arc;

use super::lists::is_snapshot;
use super::{Context, aws, azure, gcp, kubernetes};
use crate::model::{Account, Resource, TextSet};
use crate::value::{Block, Known, Node, Origins, Provider, State, Text, UnitId, Unknown, Value, Why, any};

/// The account of each cloud of which the scan has blocks, at the provider's configuration or the first block.
pub(super) fn accounts(context: &Context<'_>) -> Vec<Resource> {
    const CLOUDS: [(Provider, Reader); 4] = [
        (Provider::Aws, aws::account),
        (Provider::Azure, azure::account),
        (Provider::Gcp, gcp::account),
        (Provider::Kubernetes, kubernetes::account),
    ];
    let one =
        |(provider, read): &(Provider, Reader)| Some(resource(*provider, *read, head(*provider, context)?, context));
    let mut resources: Vec<Resource> = CLOUDS.iter().filter_map(one).collect();
    for beside in [aws::beside, azure::beside, gcp::beside, kubernetes::beside] {
        beside(context, &mut resources);
    }
    resources
}

/// Reads a cloud's account.
type Reader = fn(&Context<'_>, &Here<'_>) -> Account;

/// The block at which an account stands, if there is anything of it besides a configuration. A snapshot is of an account
/// that is there, though nothing may be in it.
fn head<'b>(provider: Provider, context: &Context<'b>) -> Option<&'b Block> {
    let is_configuration = |block: &&Block| block.native_type.starts_with("provider.");
    let of_cloud = || context.blocks.all().iter().filter(|block| block.provider == provider);
    if let Some(snapshot) = of_cloud().find(|block| is_snapshot(block)) {
        return Some(snapshot);
    }
    let first = of_cloud().find(|block| !is_configuration(block))?;
    Some(of_cloud().find(is_configuration).unwrap_or(first))
}

fn resource(provider: Provider, read: Reader, head: &Block, context: &Context<'_>) -> Resource {
    let beyond = |types: &[&str], what: &str| context.beyond(types, None, &format!("{what} may be set up elsewhere"));
    let listed = context.blocks.lists().is_some();
    let here = Here { origins: Origins::at(head.head), listed, beyond: &beyond };
    let mut facts = read(context, &here);
    (facts.uses_uncovered, facts.uncovered) = uncovered(provider, context, &here);
    let named = head.body.text("name").value().filter(|_| is_snapshot(head)).cloned();
    let mut account = Resource::new(head, named.clone().unwrap_or_else(|| provider.name().into()), facts);
    account.address = match named {
        Some(name) => Arc::from(format!("account.{}.{name}", provider.name())),
        None => Arc::from(format!("account.{}", provider.name())),
    };
    account.native_type = Arc::from("account");
    account.unit = UnitId(u32::MAX);
    account.instances_unknown = None;
    account.via = Arc::from([]);
    account
}

/// Types of services that the providers' agreements on health data do not name, as of November 2026:
/// <https://aws.amazon.com/compliance/hipaa-eligible-services-reference/>,
/// <https://learn.microsoft.com/azure/compliance/offerings/offering-hipaa-us>,
/// <https://cloud.google.com/security/compliance/hipaa>.
const UNCOVERED: &[&str] = &["aws_lightsail_", "aws_cloudsearch_", "aws_elastictranscoder_"];

/// Services that are no type of their own: (type, attribute, how its value begins).
const UNCOVERED_BY: &[(&str, &str, &str)] = &[
    // Bing is a service of its own with terms of its own
    ("azurerm_cognitive_account", "kind", "Bing."),
    // the Gemini API of AI Studio, which is not that of Vertex AI
    ("google_project_service", "service", "generativelanguage.googleapis.com"),
];

/// Whether a service is used that an agreement does not cover, and which.
fn uncovered(provider: Provider, context: &Context<'_>, here: &Here<'_>) -> (Known<bool>, Known<TextSet>) {
    let mut names = TextSet::new();
    let mut at = None;
    for block in context.blocks.all().iter().filter(|block| block.provider == provider) {
        let by_value = UNCOVERED_BY.iter().find(|(native, path, start)| {
            **native == *block.native_type
                && block.body.each(path).iter().any(|node| node.as_str().is_some_and(|text| text.starts_with(start)))
        });
        let by_type = UNCOVERED.iter().any(|start| block.native_type.starts_with(start));
        if by_type || by_value.is_some() {
            names.insert(
                by_value
                    .map_or_else(|| block.native_type.clone(), |(_, _, start)| Arc::from(start.trim_end_matches('.'))),
            );
            at = at.or(Some(block.head));
        }
    }
    match at {
        Some(head) => (Known::set(true, Origins::at(head)), Known::set(names, Origins::at(head))),
        None => (here.default(false), Known::unset(here.origins.clone())),
    }
}

/// Where an account stands, and what is known of it.
pub(super) struct Here<'h> {
    pub origins: Origins,
    /// Whether it is an account that was listed, and not one that files speak of.
    listed: bool,
    beyond: Beyond<'h>,
}

/// Why there may be more of some types than was seen, if there may be.
type Beyond<'h> = &'h dyn Fn(&[&str], &str) -> Option<Arc<Unknown>>;

impl Here<'_> {
    /// Whether at least one is so. Where none was seen it is not so if the scan holds all of `types`, else it cannot be
    /// told: `what` completes the sentence "… may be set up elsewhere".
    pub fn one(&self, found: impl IntoIterator<Item = Known<bool>>, types: &[&str], what: &str) -> Known<bool> {
        let found: Vec<_> = found.into_iter().collect();
        let seen = !found.is_empty();
        let one = any(found).and_at(&self.origins);
        // of files, what was seen counts: another is a guess; what a snapshot could not list may well be there
        if one.value() != Some(&false) || (seen && !self.listed) {
            return one;
        }
        match (self.beyond)(types, what) {
            Some(unknown) => Known::unknown(unknown, self.origins.clone()),
            None if seen => one,
            None => self.default(false),
        }
    }

    /// Whether a block of one of `types` is there at all.
    pub fn seen(&self, context: &Context<'_>, types: &[&str], what: &str) -> Known<bool> {
        let blocks = types.iter().flat_map(|native| context.blocks.of_type(native));
        let one = |block: &Block| match &block.instances_unknown {
            Some(unknown) => Known::unknown(unknown.clone(), Origins::at(block.head)),
            None => Known::set(true, Origins::at(block.head)),
        };
        self.one(blocks.map(one), types, what)
    }

    /// What no file says, however much is scanned: `what` is the reason.
    pub fn untold(&self, what: &str) -> Known<bool> {
        Known::because(Why::Expression(what.into()), self.origins.clone())
    }

    /// Always so for this cloud.
    pub fn default(&self, value: bool) -> Known<bool> {
        Known::default_of(value, self.origins.clone())
    }

    /// The fact, or `why` where it is not true and nothing was written that says so.
    pub fn or_untold(&self, found: impl IntoIterator<Item = Known<bool>>, why: &str) -> Known<bool> {
        let found: Vec<_> = found.into_iter().collect();
        if found.is_empty() { self.untold(why) } else { any(found).and_at(&self.origins) }
    }
}

/// Whether a JSON text, or a map, holds a leaf that `is` passes, by its path and its text (`services.default`, `optOut`);
/// what cannot be told of it makes the answer so.
pub(super) fn holds(known: &Known<&Node>, is: &dyn Fn(&str, &str) -> bool) -> Known<bool> {
    let origins = known.origins.clone();
    match &known.state {
        State::Set(node) | State::Default(node) => within("", node, is),
        State::Unset => Known::default_of(false, origins),
        State::Unknown(unknown) => Known::unknown(unknown.clone(), origins),
    }
}

fn within(path: &str, node: &Node, is: &dyn Fn(&str, &str) -> bool) -> Known<bool> {
    let origins = node.origins.clone();
    let text = match &node.value {
        Value::String(text) => Text { text: text.clone(), holes: Arc::from([]) },
        Value::Text(text) => text.clone(),
        Value::Bool(value) => return Known::set(is(path, if *value { "true" } else { "false" }), origins),
        Value::Number(number) => return Known::set(is(path, &number.to_string()), origins),
        Value::List(items) => return any(items.iter().map(|item| within(path, item, is))),
        Value::Map(entries) => {
            let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
            return any(entries.iter().map(|entry| within(&below(&entry.key), &entry.value, is)));
        }
        Value::Unknown(unknown) => return Known::unknown(unknown.clone(), origins),
        Value::Null | Value::Redacted(_) => return Known::default_of(false, origins),
    };
    if text.text.trim_start().starts_with(['{', '['])
        && let Ok(document) = text.json_lenient(&|_| origins.clone())
    {
        return within(path, &document, is);
    }
    match text.holes.first() {
        Some(hole) => Known::unknown(hole.clone(), origins),
        None => Known::set(is(path, &text.text), origins),
    }
}
