//! What all Azure resources share: names, location, tags, customer keys, parents, and the words for "on" and "TLS 1.2".

use std::sync::Arc;

use crate::model::{Kind, Link, Resource, Target, TextSet, tags_of};
use crate::provider::address::last_part;
use crate::provider::{Blocks, Context};
use crate::value::{Block, Known, Node, Origins, Reference, State, Unknown, Why};

/// A resource named by its `name` attribute (or the last part of its address), with its location and tags.
pub(super) fn resource(block: &Block, kind: impl Into<Kind>) -> Resource {
    let mut resource = Resource::new(block, name(block), kind);
    resource.region = block.body.text("location");
    resource.tags = tags_of(&block.body, "tags");
    resource
}

/// A resource that is a part of `block`: judged for itself and pointed at where `node` was written.
pub(super) fn part(block: &Block, part: &str, node: &Node, kind: impl Into<Kind>) -> Resource {
    let mut resource = resource(block, kind);
    resource.part = Some(Arc::from(part));
    if let Some(span) = node.origins.primary {
        resource.head = span;
    }
    resource
}

/// The cloud's name for it, else the last part of the address.
fn name(block: &Block) -> Arc<str> {
    if let Some(name) = block.body.get("name").and_then(Node::as_str) {
        return Arc::from(name);
    }
    Arc::from(last_part(&block.address))
}

/// Says whose data a copy or a sink carries.
pub(super) fn inherit(resource: &mut Resource, source: Option<&Block>) {
    resource.inherits = source.map(|source| {
        Target::Block(Reference { unit: source.unit, address: source.address.clone(), attribute: Arc::from("") })
    });
}

/// The place that names the block.
pub(super) fn here(block: &Block) -> Origins {
    Origins::at(block.head)
}

/// Always so on Azure, or so while nothing else is written; the place is the block's head.
pub(super) fn always<T>(block: &Block, value: T) -> Known<T> {
    Known::default_of(value, here(block))
}

/// Written by the choice of this very resource type; the place is the block's head.
pub(super) fn by_type(block: &Block, text: &str) -> Known<Arc<str>> {
    Known::set(Arc::from(text), here(block))
}

/// The first of `paths` that is written; spellings change between versions of the provider.
pub(super) fn flag(body: &Node, paths: &[&str]) -> Known<bool> {
    first(body, paths, Node::bool)
}

/// The first of `paths` that is written, as a text.
pub(super) fn words(body: &Node, paths: &[&str]) -> Known<Arc<str>> {
    first(body, paths, Node::text)
}

fn first<T>(body: &Node, paths: &[&str], read: fn(&Node, &str) -> Known<T>) -> Known<T> {
    let mut found = Known::unset(body.origins.clone());
    for path in paths {
        found = read(body, path);
        if !found.is_unset() {
            break;
        }
    }
    found
}

/// Whether a customer's key is named at one of `paths`, and the link to it.
pub(super) fn customer_key(body: &Node, paths: &[&str]) -> (Known<bool>, Known<Link>) {
    let key = first(body, paths, Node::link);
    (key.exists(), key)
}

/// Whether a minimum version of TLS, in any of Azure's spellings (`1.2`, `TLS1_2`, `TLS12`, `Tls12`), is 1.2 or newer.
pub(super) fn modern(version: Known<Arc<str>>) -> Known<bool> {
    version.map(|version| {
        let digits: String = version.chars().filter(char::is_ascii_digit).collect();
        matches!(digits.as_str(), "12" | "13")
    })
}

/// Whether a text says that something is on: `Enabled`, `on`, `true`; anything else that is known says that it is not.
pub(super) fn on(text: Known<Arc<str>>) -> Known<bool> {
    text.map(|text| matches!(text.to_ascii_lowercase().as_str(), "enabled" | "on" | "true" | "1"))
}

/// Whether a text is `wanted`, in any case.
pub(super) fn is(text: Known<Arc<str>>, wanted: &[&str]) -> Known<bool> {
    text.map(|text| wanted.iter().any(|word| word.eq_ignore_ascii_case(&text)))
}

/// The block that `path` names, by a reference or by its name, of one of `types` and of the same unit.
pub(super) fn parent<'b>(blocks: &Blocks<'b>, block: &Block, path: &str, types: &[&str]) -> Option<&'b Block> {
    if let Some(found) = blocks.follow(&block.body, path, types) {
        return Some(found);
    }
    let named = block.body.get(path).and_then(Node::as_str)?;
    // an id ends in the resource's name
    let named = named.rsplit('/').next().unwrap_or(named);
    let is_it = |candidate: &&Block| {
        candidate.unit == block.unit && candidate.body.get("name").and_then(Node::as_str) == Some(named)
    };
    types.iter().find_map(|kind| blocks.of_type(kind).find(is_it))
}

/// The location of a resource that has none of its own: that of its parent.
pub(super) fn region_of(block: &Block, parent: Option<&Block>, path: &str) -> Known<Arc<str>> {
    let own = block.body.text("location");
    if !own.is_unset() {
        return own;
    }
    match parent {
        Some(parent) => parent.body.text("location"),
        None => Known::unknown(not_seen(block, path), here(block)),
    }
}

/// Why what stands behind `path` cannot be told: it is not among the files, or not known.
pub(super) fn not_seen(block: &Block, path: &str) -> Arc<Unknown> {
    match block.body.text(path).state {
        State::Unknown(unknown) if unknown.refers.is_empty() => unknown,
        State::Unknown(unknown) => Unknown::new(Why::NotSeen(match unknown.refers.first() {
            Some(reference) => reference.address.clone(),
            None => Arc::from(path),
        })),
        State::Set(name) | State::Default(name) => Unknown::new(Why::NotSeen(name)),
        State::Unset => Unknown::new(Why::NotSeen(Arc::from(path))),
    }
}

/// The jurisdictions of the region's pair, where `geo` redundancy copies to it: absent where it does not.
/// <https://learn.microsoft.com/azure/reliability/cross-region-replication-azure>
pub(super) fn pair(context: &Context<'_>, region: &Known<Arc<str>>, geo: &Known<bool>) -> Known<TextSet> {
    match &geo.state {
        State::Set(true) | State::Default(true) => {}
        State::Unknown(unknown) => return Known::unknown(unknown.clone(), geo.origins.clone()),
        _ => return Known::unset(geo.origins.clone()),
    }
    let mut written: Arc<str> = Arc::from("");
    let place = region.clone().try_map(
        |name| {
            written = name.clone();
            let pair = context.places.pair(crate::value::Provider::Azure, &name)?;
            Some(TextSet::clone(&pair.jurisdictions))
        },
        || Why::Place(Arc::from("")),
    );
    match &place.state {
        State::Unset => Known::because(Why::Expression("no location is written".into()), geo.origins.clone()),
        State::Unknown(unknown) if matches!(unknown.why, Why::Place(_)) => {
            Known::because(Why::Place(written), geo.origins.clone())
        }
        _ => place.and_at(&geo.origins),
    }
}
