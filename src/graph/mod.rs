//! From single resources to the linked picture: who lies where, what encrypts what, what data class each holds.
//! Knows no provider's spelling and no rule.

mod agreement;
mod allowed;
mod class;
mod places;
mod segments;
mod words;

use std::sync::Arc;

use crate::model::{self, Inventory, Kind, Places, Resource, ResourceId, UnknownTypes};
use crate::rule::Estate;
use crate::source::Span;
use crate::value::{Dialect, Known, Origins, Provider, State, UnitId};

/// What the picture is drawn on.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'g> {
    /// The estate file, where there is one.
    pub estate: Option<&'g Estate>,
    /// The table of places.
    pub places: &'g Places,
}

/// The inventory of `resources`, with links, places and classes filled in, and one resource for the estate itself.
pub fn build(mut resources: Vec<Resource>, unknown_types: UnknownTypes, ground: Ground<'_>) -> Inventory {
    resources.push(estate(ground.estate));
    let mut inventory = Inventory::new(resources, unknown_types);
    let source_of = heirs(&inventory);
    resolve_links(&mut inventory);
    places::fill(&mut inventory, &source_of, ground.places);
    class::fill(&mut inventory, &source_of, ground.estate);
    segments::fill(&mut inventory, ground.places);
    allowed::fill(&mut inventory, ground.estate);
    declare_holders(&mut inventory, ground.estate);
    agreement::fill(&mut inventory, ground.estate);
    inventory
}

/// Whether all who hold a grant are declared administrators. Where nobody is declared nobody is one.
fn declare_holders(inventory: &mut Inventory, estate: Option<&Estate>) {
    for resource in inventory.resources_mut() {
        let provider = resource.provider;
        let Kind::PolicyGrant(grant) = &mut resource.kind else { continue };
        if !places::untouched(&grant.declared_holder) {
            continue;
        }
        let declared = |holder: &Arc<str>| estate.is_some_and(|estate| estate.administers(provider, holder));
        grant.declared_holder = grant.holders.clone().map(|holders| holders.iter().all(declared)).or_default(false);
    }
}

/// The estate itself, at the estate file or nowhere.
fn estate(estate: Option<&Estate>) -> Resource {
    let head = estate.and_then(|estate| estate.file).map_or(Span::NOWHERE, |file| Span::new(file, 0..0));
    let origins = if head.is_somewhere() { Origins::at(head) } else { Origins::NONE };
    let name: Arc<str> = Arc::from("estate");
    let facts = model::Estate {
        declared: Known::set(estate.is_some_and(|estate| estate.regulated().next().is_some()), origins.clone()),
    };
    Resource {
        id: ResourceId(0),
        address: name.clone(),
        part: None,
        name: name.clone(),
        provider: Provider::Other,
        native_type: name,
        dialect: Dialect::Native,
        // after every unit that was read
        unit: UnitId(u32::MAX),
        head,
        span: head,
        via: Arc::from([]),
        instances_unknown: None,
        aliases: Vec::new(),
        tags: Known::unset(origins.clone()),
        region: Known::unset(origins),
        inherits: None,
        common: model::Common::default(),
        kind: Kind::from(facts),
    }
}

/// For each resource, the one whose data it has: what it names as such, else the whole of the block it is a part of.
fn heirs(inventory: &Inventory) -> Vec<Option<ResourceId>> {
    let source = |resource: &Resource| {
        let named = resource.inherits.as_ref().and_then(|target| inventory.whole(target, &resource.native_type));
        let whole = || {
            let of_block = inventory.at(resource.unit, &resource.address).iter().copied();
            resource
                .part
                .as_ref()
                .and_then(|_| of_block.clone().find(|id| inventory.get(*id).is_some_and(|other| other.part.is_none())))
        };
        named.or_else(whole).filter(|id| *id != resource.id)
    };
    inventory.resources().iter().map(source).collect()
}

/// Finds what each link leads to.
fn resolve_links(inventory: &mut Inventory) {
    let mut found = Vec::new();
    for resource in inventory.resources() {
        let facts = resource.kind.facts();
        for (at, fact) in facts.facts().iter().enumerate() {
            let model::FactKind::Link(kind) = fact.kind else { continue };
            if let Some((State::Set(model::Scalar::Link(link)) | State::Default(model::Scalar::Link(link)), _)) =
                facts.read(at)
                && let Some(target) = inventory.resolve(&link.target, kind)
            {
                found.push((resource.id, at, target));
            }
        }
    }
    for (id, at, target) in found {
        let resource = inventory.resources_mut().get_mut(id.0 as usize);
        if let Some(State::Set(link) | State::Default(link)) =
            resource.and_then(|resource| resource.kind.facts_mut().link_mut(at)).map(|link| &mut link.state)
        {
            link.resolved = Some(target);
        }
    }
}
