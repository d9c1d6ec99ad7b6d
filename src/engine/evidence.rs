//! What a verdict rests on: the facts that its policies read, found by the paths in their syntax trees.

use std::sync::Arc;

use crate::engine::policy::Parted;
use crate::engine::shape::{End, Source, follow};
use crate::engine::verdict::{Evidence, Item, Seen};
use crate::model::{ASSUMED, Fact, FactKind, Inventory, KindName, Link, Resource, Scalar, Target};
use crate::rule::{Profile, ProfileFact, ProfileValue};
use crate::value::{Origins, State, Unknown, Why};

/// The evidence that `policies` give on `resource`.
pub(super) fn gather<'p>(
    policies: impl Iterator<Item = &'p Parted> + Clone,
    resource: &Resource,
    inventory: &Inventory,
    profile: &Profile,
) -> Evidence {
    let items = |paths: Vec<&'p String>| {
        let mut found: Vec<Item> = Vec::new();
        for path in paths {
            if let Some(item) = item(path, resource, inventory, profile)
                && !found.iter().any(|known| known.path == item.path)
            {
                found.push(item);
            }
        }
        found
    };
    let primary = items(policies.clone().flat_map(|part| &part.primary).collect());
    let mut related = items(policies.flat_map(|part| &part.related).collect());
    related.retain(|item| !primary.iter().any(|other| other.path == item.path));
    Evidence { primary, related }
}

fn item(path: &str, resource: &Resource, inventory: &Inventory, profile: &Profile) -> Option<Item> {
    if let Some(name) = path.strip_prefix("principal.") {
        return demanded(name, resource, profile);
    }
    let (of, source, beyond) = match follow(resource, path, |id| inventory.get(id)) {
        End::Fact(of, source) => (of, source, false),
        End::Beyond(of, source) => (of, source, true),
        End::Nowhere => return None,
    };
    let (state, origins) = source.read(of)?;
    let value = match state {
        State::Set(Scalar::Link(link)) | State::Default(Scalar::Link(link)) if beyond => {
            Seen::Unknown(Unknown::new(Why::NotSeen(written(link))))
        }
        State::Set(scalar) => Seen::Set(render(scalar)),
        State::Default(scalar) => Seen::Default(render(scalar)),
        State::Unset => Seen::Unset,
        State::Unknown(unknown) => Seen::Unknown(unknown),
    };
    let short = path.strip_prefix("resource.").unwrap_or(path);
    // that a link is there is the link's own fact
    let path = match source {
        Source::Has(_) => short.replacen("has_", "", 1),
        _ => short.to_owned(),
    };
    // a name has no place of its own but the head
    let origins = if matches!(source, Source::Named(_)) { Origins::at(of.head) } else { origins.clone() };
    Some(Item { path, resource: of.id, fact: source.fact(of.kind_name())?, value, origins })
}

/// What the profile demands.
fn demanded(name: &str, resource: &Resource, profile: &Profile) -> Option<Item> {
    let value = match profile.get(name)? {
        ProfileValue::Bool(value) => value.to_string(),
        ProfileValue::Long(value) => value.to_string(),
    };
    let fact = DEMANDS.iter().find(|fact| fact.name == name)?;
    Some(Item {
        path: format!("profile.{name}"),
        resource: resource.id,
        fact,
        value: Seen::Set(value),
        origins: Origins::NONE,
    })
}

/// The profile's facts in the form of a resource's.
static DEMANDS: std::sync::LazyLock<Vec<Fact>> = std::sync::LazyLock::new(|| {
    let kind = |fact: &ProfileFact| {
        if matches!(fact.default, ProfileValue::Bool(_)) { FactKind::Bool } else { FactKind::Long }
    };
    Profile::facts().map(|fact| Fact { name: fact.name, kind: kind(fact), doc: fact.doc }).collect()
});

/// A value for people.
fn render(scalar: Scalar<'_>) -> String {
    match scalar {
        Scalar::Bool(value) => value.to_string(),
        Scalar::Long(value) => value.to_string(),
        Scalar::Text(text) => text.to_owned(),
        Scalar::Texts(texts) => texts.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(", "),
        Scalar::Place(place) => place.region.to_string(),
        Scalar::Link(link) => written(link).to_string(),
    }
}

/// What a link names.
fn written(link: &Link) -> Arc<str> {
    match &link.target {
        Target::Block(reference) => reference.address.clone(),
        Target::Name(name) => name.clone(),
    }
}

/// A policy's message with its placeholders filled from `resource`.
pub(super) fn fill(message: &str, resource: &Resource) -> String {
    let mut text = String::with_capacity(message.len() + 16);
    let mut rest = message;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let Some((name, after)) = after.split_once('}') else {
            text.push('{');
            rest = after;
            continue;
        };
        text.push_str(&placeholder(name, resource));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn placeholder(name: &str, resource: &Resource) -> String {
    match name {
        "name" => resource.name.to_string(),
        "kind" => resource.kind_name().noun().to_owned(),
        "type" => resource.native_type.to_string(),
        // how data that nobody classified is treated
        "class" if resource.common.class.value().is_some_and(|class| &**class == ASSUMED) => "regulated".to_owned(),
        _ => match resource.fact(name) {
            Some((_, State::Set(scalar) | State::Default(scalar), _)) => render(scalar),
            Some((_, State::Unset, _)) => "none".to_owned(),
            Some((_, State::Unknown(_), _)) | None => "unknown".to_owned(),
        },
    }
}

/// The placeholders of a message.
pub(super) fn placeholders(message: &str) -> impl Iterator<Item = &str> {
    message.split('{').skip(1).filter_map(|after| after.split_once('}')).map(|(name, _)| name)
}

/// Whether `name` may stand in a message about `kind`.
pub(super) fn may_stand(name: &str, kind: KindName) -> bool {
    matches!(name, "name" | "kind" | "type")
        || matches!(Source::of(kind, name), Some(Source::Fact(_) | Source::Common(_)))
}
