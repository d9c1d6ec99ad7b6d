//! What the classes and places of a network's parts make of it: who shares a segment with whom, what a peering joins.

use std::sync::Arc;

use crate::graph::places::untouched;
use crate::model::{Inventory, Kind, Link, Place, Places, Resource, ResourceId, TextSet};
use crate::rule::NOT_REGULATED;
use crate::value::{Known, Origins, State, UnitId, Unknown, Why};

/// Fills what hangs on classes and places of others; after both are filled.
pub(super) fn fill(inventory: &mut Inventory, places: &Places) {
    let none_declared = !inventory.resources().iter().any(|resource| declared(resource) == Some(false));
    let mut found = Vec::new();
    for resource in inventory.resources() {
        match &resource.kind {
            Kind::Subnet(subnet) => {
                found.push((resource.id, shared(resource, &subnet.members, inventory, none_declared)))
            }
            Kind::Namespace(space) => {
                found.push((resource.id, shared(resource, &space.members, inventory, none_declared)))
            }
            Kind::Peering(peering) => {
                let bridges = bridges(resource, [&peering.local, &peering.remote], inventory, none_declared);
                found.push((resource.id, (crosses(resource, &peering.remote_region, places), bridges)));
            }
            _ => {}
        }
    }
    for (id, (first, second)) in found {
        let Some(resource) = inventory.resources_mut().get_mut(id.0 as usize) else { continue };
        match &mut resource.kind {
            Kind::Subnet(subnet) => (subnet.classes_declared, subnet.mixed) = (first, second),
            Kind::Namespace(space) => (space.classes_declared, space.mixed) = (first, second),
            Kind::Peering(peering) if untouched(&peering.crosses) => {
                (peering.crosses, peering.bridges_classes) = (first, second)
            }
            _ => {}
        }
    }
}

/// Whether a resource is declared to hold regulated data (`true`) or none (`false`).
fn declared(resource: &Resource) -> Option<bool> {
    let said = resource.common.class_declared.value() == Some(&true);
    said.then(|| resource.common.class.value().is_some_and(|class| **class != *NOT_REGULATED))
}

/// The class that stands for a block: that of its whole, else of its first part.
fn of_block<'i>(inventory: &'i Inventory, unit: UnitId, address: &str) -> Option<&'i Resource> {
    let parts = inventory.at(unit, address).iter().filter_map(|id: &ResourceId| inventory.get(*id));
    let mut parts: Vec<&Resource> = parts.collect();
    parts.sort_by_key(|resource| resource.part.is_some());
    parts.first().copied()
}

/// Whether two or more of `members` have a declared class, and whether these differ in that some hold no regulated data.
fn shared(
    resource: &Resource,
    members: &Known<TextSet>,
    inventory: &Inventory,
    none_declared: bool,
) -> (Known<bool>, Known<bool>) {
    let here = Origins::at(resource.head);
    let off = || Known::default_of(false, here.clone());
    let Some(addresses) = members.value() else {
        // where nothing is declared to hold no regulated data, nothing is mixed
        return if none_declared {
            (off(), off())
        } else {
            (members.clone().map(|_| true), members.clone().map(|_| false))
        };
    };
    let found: Vec<&Resource> =
        addresses.iter().filter_map(|address| of_block(inventory, resource.unit, address)).collect();
    if let Some(unclear) = found.iter().find_map(|member| member.common.class_declared.why()).filter(|_| !none_declared)
    {
        return (Known::unknown(unclear.clone(), here.clone()), Known::unknown(unclear.clone(), here));
    }
    let classes: Vec<(bool, &Resource)> =
        found.iter().filter_map(|member| Some((declared(member)?, *member))).collect();
    let regulated = classes.iter().find(|(regulated, _)| *regulated);
    let other = classes.iter().find(|(regulated, _)| !*regulated);
    let mixed = match (regulated, other) {
        (Some((_, one)), Some((_, other))) => {
            Known::set(true, here.and(&Origins::at(one.head)).and(&Origins::at(other.head)))
        }
        _ => off(),
    };
    (Known::default_of(classes.len() > 1, here.clone()), mixed)
}

/// Whether a peering joins a network with regulated data to one that is declared to have none.
fn bridges(resource: &Resource, sides: [&Known<Link>; 2], inventory: &Inventory, none_declared: bool) -> Known<bool> {
    let here = Origins::at(resource.head);
    if none_declared || sides.iter().any(|side| side.is_unset()) {
        return Known::default_of(false, here);
    }
    let mut classes = Vec::new();
    for side in sides {
        let link = side.value().and_then(|link| link.resolved).and_then(|id| inventory.get(id));
        let Some(network) = link else {
            let why = side
                .why()
                .cloned()
                .unwrap_or_else(|| Unknown::new(Why::NotSeen(Arc::from("the network on its other side"))));
            return Known::unknown(why, side.origins.clone());
        };
        if let Some(unclear) = network.common.class_declared.why() {
            return Known::unknown(unclear.clone(), side.origins.clone());
        }
        classes.push(declared(network));
    }
    Known::set(classes.contains(&Some(true)) && classes.contains(&Some(false)), here)
}

/// Whether the region on the other side lies in no jurisdiction that this side lies in. Adequacy is no jurisdiction.
fn crosses(resource: &Resource, remote: &Known<Arc<str>>, places: &Places) -> Known<bool> {
    if remote.is_unset() {
        return Known::default_of(false, remote.origins.clone());
    }
    let there = places.place(resource.provider, remote.clone());
    let own = places.place(resource.provider, resource.region.clone());
    match (&own.state, &there.state) {
        (State::Unknown(unknown), _) => Known::unknown(unknown.clone(), own.origins),
        (_, State::Unknown(unknown)) => Known::unknown(unknown.clone(), there.origins),
        (State::Set(own) | State::Default(own), State::Set(place) | State::Default(place)) => {
            Known::set(codes(own).is_disjoint(&codes(place)), there.origins.clone())
        }
        _ => Known::because(Why::Expression("no region is written".into()), Origins::at(resource.head)),
    }
}

fn codes(place: &Place) -> TextSet {
    place.jurisdictions.iter().filter(|code| !code.starts_with("adequate")).cloned().collect()
}
