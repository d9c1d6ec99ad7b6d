//! What all Google Cloud resources share: region, labels, names, customer keys.

use std::sync::Arc;

use crate::model::{Kind, Link, Resource, Tags, tags_of};
use crate::provider::address::last_part;
use crate::value::{Block, Known, Origins, State, Unknown, Why};

/// A resource named by its `name` attribute (or the last part of its address), placed by `location`, `region`, `zone`
/// or the provider's region.
pub(super) fn resource(block: &Block, kind: impl Into<Kind>) -> Resource {
    let mut resource = Resource::new(block, name(block), kind);
    resource.region = region(block);
    resource.tags = labels(block);
    resource.aliases = ["name", "self_link", "id"]
        .iter()
        .filter_map(|attribute| block.body.text(attribute).value().cloned())
        .collect();
    resource
}

/// The cloud's name for it, else the last part of the address.
pub(super) fn name(block: &Block) -> Arc<str> {
    for attribute in ["name", "dataset_id", "repository_id", "account_id", "instance_id", "cluster_id"] {
        if let Some(name) = block.body.get(attribute).and_then(|node| node.as_str()) {
            return Arc::from(name);
        }
    }
    Arc::from(last_part(&block.address))
}

/// Where it lies: its own attribute first, then the provider's region.
pub(super) fn region(block: &Block) -> Known<Arc<str>> {
    ["location", "region", "zone"]
        .iter()
        .map(|attribute| block.body.text(attribute))
        .find(|known| !known.is_unset())
        .unwrap_or_else(|| block.context.text("region"))
}

/// Its labels.
pub(super) fn labels(block: &Block) -> Known<Tags> {
    ["labels", "user_labels", "settings.user_labels", "resource_labels"]
        .iter()
        .fold(Known::unset(Origins::at(block.head)), |found: Known<Tags>, attribute| {
            found.or(tags_of(&block.body, attribute))
        })
}

/// Whether a customer's key is named at `path`, and the link to it. Google encrypts everything at rest with its own keys
/// otherwise: <https://cloud.google.com/docs/security/encryption/default-encryption>.
pub(super) fn customer_key(block: &Block, paths: &[&str]) -> (Known<bool>, Known<Link>) {
    let key = paths
        .iter()
        .fold(Known::unset(Origins::at(block.head)), |key: Known<Link>, path| key.or(block.body.link(path)));
    (key.exists(), key)
}

/// Always so on Google Cloud; the place is the resource's head.
pub(super) fn always(block: &Block, value: bool) -> Known<bool> {
    Known::default_of(value, Origins::at(block.head))
}

/// The whole days of a duration as Google writes it: `7776000s`.
pub(super) fn days(duration: Known<Arc<str>>) -> Known<i64> {
    duration.try_map(
        |text| text.strip_suffix('s')?.split('.').next()?.parse::<i64>().ok().map(|seconds| seconds / 86_400),
        || crate::value::Why::Expression("the duration is not in seconds".into()),
    )
}

/// Why nothing more is known of what `block` names at `by`: it is not among the scanned files, or what it is called is not
/// known.
pub(super) fn not_seen(block: &Block, by: &str) -> Arc<Unknown> {
    let name = match block.body.text(by).state {
        State::Set(name) | State::Default(name) => name,
        State::Unknown(unknown) => match unknown.refers.first() {
            Some(to) => to.address.clone(),
            None => return unknown,
        },
        State::Unset => by.into(),
    };
    Unknown::new(Why::NotSeen(name))
}
