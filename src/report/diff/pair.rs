//! Which resource of one picture is which of the other: by address, as two days of one account or one folder have it;
//! else by a name, an id or an ARN that one resource of the kind has on each side. Parts belong to what they are parts of.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Inventory, Resource, ResourceId};
use crate::value::{Provider, UnitId};

/// Who is who.
#[derive(Default)]
pub(super) struct Pairs {
    pub(super) matched: Vec<(ResourceId, ResourceId)>,
    pub(super) removed: Vec<ResourceId>,
    pub(super) added: Vec<ResourceId>,
    /// Those that have no name by which they could be found.
    pub(super) nameless_before: Vec<ResourceId>,
    pub(super) nameless_after: Vec<ResourceId>,
}

/// A kind, the kind of part (`ingress` of `ingress[0]`), and a name.
type Key = (&'static str, String, Arc<str>);

pub(super) fn pairs(before: &Inventory, after: &Inventory) -> Pairs {
    let mut pairs = Pairs::default();
    let mut open = (all(before), all(after));
    let addresses = |resource: &Resource| vec![key(resource, resource.address.clone())];
    pairs.match_by(before, after, &mut open, &addresses, &addresses);
    pairs.match_by(before, after, &mut open, &names, &names);
    // parts of what was found by its name
    let found: BTreeMap<ResourceId, ResourceId> = pairs.matched.iter().copied().collect();
    let of_old = |resource: &Resource| {
        let new = whole(resource, before).and_then(|whole| after.get(*found.get(&whole.id)?));
        new.map(|new| key(resource, new.address.clone())).into_iter().collect()
    };
    let of_new = |resource: &Resource| {
        whole(resource, after).map(|whole| key(resource, whole.address.clone())).into_iter().collect()
    };
    pairs.match_by(before, after, &mut open, &of_old, &of_new);
    pairs.matched.sort_unstable();
    pairs.sort_out(before, after, open);
    pairs
}

/// What a resource is looked for by.
type Keys<'k> = &'k dyn Fn(&Resource) -> Vec<Key>;

impl Pairs {
    /// Pairs off what is still open on both sides and has a key in common.
    fn match_by(
        &mut self,
        before: &Inventory,
        after: &Inventory,
        open: &mut (BTreeSet<ResourceId>, BTreeSet<ResourceId>),
        of_old: Keys<'_>,
        of_new: Keys<'_>,
    ) {
        let (old, new) = (by(before, &open.0, of_old), by(after, &open.1, of_new));
        for (key, olds) in &old {
            let Some(news) = new.get(key) else { continue };
            for (old, new) in settle(olds, news, before, after) {
                if open.0.contains(&old) && open.1.contains(&new) {
                    open.0.remove(&old);
                    open.1.remove(&new);
                    self.matched.push((old, new));
                }
            }
        }
    }
}

impl Pairs {
    /// Parts what only one side has from what may be there under a name that is not known.
    fn sort_out(&mut self, before: &Inventory, after: &Inventory, open: (BTreeSet<ResourceId>, BTreeSet<ResourceId>)) {
        let ids = |ids: Vec<ResourceId>, inventory: &Inventory| -> BTreeSet<(UnitId, Arc<str>)> {
            let blocks = ids.into_iter().filter_map(|id| inventory.get(id));
            blocks.map(|resource| (resource.unit, resource.address.clone())).collect()
        };
        let found_old = ids(self.matched.iter().map(|(old, _)| *old).collect(), before);
        let found_new = ids(self.matched.iter().map(|(_, new)| *new).collect(), after);
        // two manifests, or two days of an account, have the same addresses
        let apart: BTreeSet<Provider> = running(before).symmetric_difference(&running(after)).copied().collect();
        let nameless = |open: &BTreeSet<ResourceId>, own: &Inventory, found: &BTreeSet<_>| {
            let resources = open.iter().filter_map(|id| own.get(*id));
            let of = resources.filter(|resource| {
                let whole = whole(resource, own).unwrap_or(resource);
                // a part of what was found is not there itself; what both name by its address would have been found
                !found.contains(&(resource.unit, resource.address.clone()))
                    && apart.contains(&resource.provider)
                    && names(whole).is_empty()
            });
            of.map(|resource| (resource.kind_name().name(), resource.provider)).collect::<BTreeSet<_>>()
        };
        // one without a name may be any of its kind on the other side
        let of_old = nameless(&open.0, before, &found_old);
        let of_new = nameless(&open.1, after, &found_new);
        let kind = |id: &ResourceId, own: &Inventory| {
            own.get(*id).map(|resource| (resource.kind_name().name(), resource.provider))
        };
        let have = |open: &BTreeSet<ResourceId>, own: &Inventory| -> BTreeSet<_> {
            open.iter().filter_map(|id| kind(id, own)).collect()
        };
        let both: BTreeSet<_> = have(&open.0, before).intersection(&have(&open.1, after)).copied().collect();
        let doubtful =
            |kind: &(&'static str, Provider)| both.contains(kind) && (of_old.contains(kind) || of_new.contains(kind));
        let certain = |id: &ResourceId, own: &Inventory| !kind(id, own).as_ref().is_some_and(doubtful);
        (self.removed, self.nameless_before) = open.0.into_iter().partition(|id| certain(id, before));
        (self.added, self.nameless_after) = open.1.into_iter().partition(|id| certain(id, after));
    }
}

/// The providers whose resources are those of a running account, which has addresses of its own. Objects of Kubernetes have
/// the same everywhere.
fn running(inventory: &Inventory) -> BTreeSet<Provider> {
    let is_running = |one: &&Resource| {
        &*one.native_type == "account" && one.address.starts_with(&format!("account.{}.", one.provider))
    };
    let running = inventory.resources().iter().filter(is_running).map(|one| one.provider);
    running.filter(|provider| *provider != Provider::Kubernetes).collect()
}

/// The resource that this one is a part of; none for a whole.
fn whole<'i>(resource: &Resource, inventory: &'i Inventory) -> Option<&'i Resource> {
    resource.part.as_ref()?;
    let of_block = inventory.at(resource.unit, &resource.address).iter();
    of_block.filter_map(|id| inventory.get(*id)).find(|other| other.part.is_none())
}

fn key(resource: &Resource, name: Arc<str>) -> Key {
    (resource.kind_name().name(), part(resource), name)
}

/// Every resource but the estate itself.
fn all(inventory: &Inventory) -> BTreeSet<ResourceId> {
    let resources = inventory.resources().iter();
    resources.filter(|resource| &*resource.native_type != "estate").map(|resource| resource.id).collect()
}

fn by(inventory: &Inventory, open: &BTreeSet<ResourceId>, keys: Keys<'_>) -> BTreeMap<Key, Vec<ResourceId>> {
    let mut found: BTreeMap<Key, Vec<ResourceId>> = BTreeMap::new();
    for resource in open.iter().filter_map(|id| inventory.get(*id)) {
        for key in keys(resource) {
            found.entry(key).or_default().push(resource.id);
        }
    }
    found
}

/// What it is called by: aliases, and its name where that is the cloud's own. Of accounts there is one.
fn names(resource: &Resource) -> Vec<Key> {
    let mut names: Vec<Arc<str>> = resource.aliases.clone();
    names.extend(known_name(resource).then(|| resource.name.clone()));
    if &*resource.native_type == "account" {
        names.push(Arc::from(format!("account.{}", resource.provider)));
    }
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| key(resource, name)).collect()
}

/// Whether the name is more than the last word of an address.
fn known_name(resource: &Resource) -> bool {
    let address = &resource.address;
    !address.ends_with(&*resource.name) || address.starts_with("arn:") || address.contains('/')
}

/// `ingress` of `ingress[0]`: what comes and goes in lists has no number of its own.
fn part(resource: &Resource) -> String {
    let part = resource.part.as_deref().unwrap_or("");
    match part.split_once('[') {
        Some((list, rest)) if rest.trim_end_matches(']').chars().all(|sign| sign.is_ascii_digit()) => list.to_owned(),
        _ => part.to_owned(),
    }
}

/// One by one: first those that say the same, then in order. Wholes of one name on the same side are left open.
fn settle(
    olds: &[ResourceId],
    news: &[ResourceId],
    before: &Inventory,
    after: &Inventory,
) -> Vec<(ResourceId, ResourceId)> {
    let is_part = |id: &ResourceId, inventory: &Inventory| inventory.get(*id).is_some_and(|one| one.part.is_some());
    match (olds, news) {
        ([old], [new]) => return vec![(*old, *new)],
        _ if !olds.iter().all(|id| is_part(id, before)) || !news.iter().all(|id| is_part(id, after)) => {
            return Vec::new();
        }
        _ => {}
    }
    let mut free: Vec<ResourceId> = news.to_vec();
    let (mut found, mut rest) = (Vec::new(), Vec::new());
    for old in olds {
        let same = |new: &ResourceId| {
            let (Some(old), Some(new)) = (before.get(*old), after.get(*new)) else { return false };
            super::changes((old, before), (new, after), &BTreeMap::new()).is_empty()
        };
        match free.iter().position(same) {
            Some(at) => found.push((*old, free.remove(at))),
            None => rest.push(*old),
        }
    }
    found.extend(rest.into_iter().zip(free));
    found
}
