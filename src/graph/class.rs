//! What data each resource holds and who answers for it: by its tags or labels, by the estate file, by what it copies.
//! Where nothing says anything the strict profile holds: it is treated as if it held regulated data.

use std::sync::Arc;

use crate::graph::words::{AGENT_KEYS, AGENT_ROLES, CLASS_KEYS, CLASS_WORDS, OWNER_KEYS, ROLE_KEYS, is_word, plain};
use crate::model::{ASSUMED, Inventory, Resource, ResourceId, UNKNOWN_TAG};
use crate::rule::{Asset, CLASSES, Estate, NOT_REGULATED};
use crate::value::{Known, Origins, State, Unknown, Why, any};

/// What is declared of one resource; unset where nothing is.
#[derive(Clone)]
struct Declared {
    class: Known<Arc<str>>,
    owner: Known<bool>,
}

/// Fills class, owner and whether it is an agent, for every resource.
pub(super) fn fill(inventory: &mut Inventory, source_of: &[Option<ResourceId>], estate: Option<&Estate>) {
    let own: Vec<Declared> = inventory.resources().iter().map(|resource| declared(resource, estate)).collect();
    let mut all = Vec::with_capacity(own.len());
    for (declared, source) in own.iter().zip(source_of) {
        let mut declared = declared.clone();
        if let Some(source) = source.and_then(|source| own.get(source.0 as usize)) {
            declared.class = declared.class.or(source.class.clone());
            declared.owner = declared.owner.or(source.owner.clone());
        }
        all.push(declared);
    }
    for (resource, Declared { class, owner }) in inventory.resources_mut().iter_mut().zip(all) {
        let nobody = class.origins.clone();
        resource.common.class_declared = class.exists();
        // what cannot be told is treated like what nobody said: strictly
        let class = match class.state {
            State::Set(class) => Known::set(class, class_origins(&nobody, resource)),
            _ => Known::default_of(Arc::from(ASSUMED), class_origins(&nobody, resource)),
        };
        resource.common.classified = class.clone().map(|class| *class != *NOT_REGULATED);
        resource.common.class = class;
        resource.common.owner_declared = owner.or_default(false);
        resource.common.agent = agent(resource, estate);
    }
}

fn class_origins(origins: &Origins, resource: &Resource) -> Origins {
    if origins.primary.is_some() { origins.clone() } else { Origins::at(resource.head) }
}

/// Tags and labels win over the estate file's selectors.
fn declared(resource: &Resource, estate: Option<&Estate>) -> Declared {
    let assets: Vec<&Asset> =
        estate.iter().flat_map(|estate| &estate.assets).filter(|asset| asset.selector.matches(resource)).collect();
    let at = |asset: &Asset| asset.at.map_or(Origins::NONE, Origins::at);
    let mut class = by_tag(resource, CLASS_KEYS, |value| class_named(value, estate).map(Arc::from));
    if class.value().is_none()
        && let Some((asset, name)) = assets.iter().find_map(|asset| Some((asset, asset.class.as_ref()?)))
    {
        class = Known::set(Arc::from(name.as_str()), at(asset));
    }
    let mut owner = by_tag(resource, OWNER_KEYS, |value| (!value.trim().is_empty()).then_some(true));
    if owner.value().is_none()
        && let Some(asset) = assets.iter().find(|asset| asset.owner.is_some())
    {
        owner = Known::set(true, at(asset));
    }
    Declared { class, owner }
}

/// The class that a tag's value names: one that the estate file declares, or one that needs no declaration.
fn class_named(value: &str, estate: Option<&Estate>) -> Option<String> {
    let word = plain(value);
    let declared = estate.iter().flat_map(|estate| estate.classes.keys()).find(|class| plain(class) == word);
    let known = || CLASSES.iter().find(|class| plain(class) == word).map(|class| (*class).to_owned());
    let other = || CLASS_WORDS.iter().find(|(other, _)| *other == word).map(|(_, class)| (*class).to_owned());
    declared.cloned().or_else(known).or_else(other)
}

/// What the first tag with one of `keys` says; unset where there is none or where its value says nothing.
fn by_tag<T>(resource: &Resource, keys: &[&str], read: impl Fn(&str) -> Option<T>) -> Known<T> {
    let origins = resource.tags.origins.clone();
    let named = |key: &str| keys.iter().any(|wanted| is_word(key, wanted));
    match &resource.tags.state {
        State::Unknown(unknown) => Known::unknown(unknown.clone(), origins),
        State::Unset => Known::unset(origins),
        State::Set(tags) | State::Default(tags) => match tags.iter().find(|(key, _)| named(key)) {
            Some((key, value)) if **value == *UNKNOWN_TAG => {
                Known::because(Why::Expression(format!("the value of tag `{key}` is not known").into()), origins)
            }
            Some((_, value)) => match read(value) {
                Some(read) => Known::set(read, origins),
                None => Known::unset(origins),
            },
            None => Known::unset(origins),
        },
    }
}

/// What the normaliser saw in it, what its labels say, what the estate file says.
fn agent(resource: &Resource, estate: Option<&Estate>) -> Known<bool> {
    if let Some(agent) = estate.iter().flat_map(|estate| &estate.agents).find(|agent| agent.selector.matches(resource))
    {
        return Known::set(true, agent.at.map_or(Origins::NONE, Origins::at));
    }
    let said = by_tag(resource, AGENT_KEYS, |value| Some(matches!(plain(value).as_str(), "true" | "yes" | "1")));
    let role = by_tag(resource, ROLE_KEYS, |value| Some(AGENT_ROLES.contains(&plain(value).as_str())));
    let seen = &resource.common.agent;
    let seen = seen.why().is_none_or(|unknown| **unknown != *Unknown::not_read()).then(|| seen.clone());
    any([said, role].into_iter().chain(seen))
}
