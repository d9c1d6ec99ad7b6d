//! Where each resource lies, and where copies and logs go.

use std::sync::Arc;

use crate::model::{Inventory, Kind, Place, Places, Resource, ResourceId, TextSet};
use crate::value::{Known, Origins, Provider, State, Unknown, Why};

/// Fills the place of every resource, the jurisdictions of its destination, and those of its region's pair.
pub(super) fn fill(inventory: &mut Inventory, source_of: &[Option<ResourceId>], places: &Places) {
    let inherited: Vec<Option<Known<Arc<str>>>> = inventory
        .resources()
        .iter()
        .zip(source_of)
        .map(|(resource, source)| {
            let source = inventory.get((*source)?)?;
            resource.region.is_unset().then(|| source.region.clone())
        })
        .collect();
    for (resource, inherited) in inventory.resources_mut().iter_mut().zip(inherited) {
        if let Some(region) = inherited {
            resource.region = region;
        }
        resource.common.place = place_of(resource, places);
        let provider = resource.provider;
        let place = resource.common.place.clone();
        match &mut resource.kind {
            Kind::Replication(copy) => {
                copy.target_jurisdictions =
                    destination(&copy.target_jurisdictions, &copy.target_region, &place, provider, places)
            }
            Kind::LogSink(sink) => {
                sink.target_jurisdictions =
                    destination(&sink.target_jurisdictions, &sink.target_region, &place, provider, places)
            }
            Kind::ObjectStore(store) => {
                paired(&store.geo_paired, &mut store.pair_jurisdictions, &place, provider, places)
            }
            Kind::Database(store) => paired(&store.geo_paired, &mut store.pair_jurisdictions, &place, provider, places),
            Kind::BackupVault(vault) => {
                paired(&vault.geo_paired, &mut vault.pair_jurisdictions, &place, provider, places)
            }
            _ => {}
        }
    }
}

fn place_of(resource: &Resource, places: &Places) -> Known<Place> {
    if !resource.region.is_unset() {
        return places.place(resource.provider, resource.region.clone());
    }
    let why = match resource.provider {
        Provider::Kubernetes | Provider::Docker | Provider::Other => Why::NotRead(resource.native_type.clone()),
        _ => Why::Expression("no region is written, neither here nor in the provider's configuration".into()),
    };
    Known::unknown(Unknown::at(why, resource.head), Origins::at(resource.head))
}

/// Where something is sent: what the normaliser worked out, else the place of the region that is written; what names no
/// other region stays where it is.
fn destination(
    known: &Known<TextSet>,
    region: &Known<Arc<str>>,
    place: &Known<Place>,
    provider: Provider,
    places: &Places,
) -> Known<TextSet> {
    if !untouched(known) {
        return known.clone();
    }
    let target = if region.is_unset() { place.clone() } else { places.place(provider, region.clone()) };
    let target = target.map(|place| TextSet::clone(&place.jurisdictions));
    if region.is_unset() { target.and_at(&region.origins) } else { target }
}

/// The jurisdictions of the pair, where the normaliser did not work them out.
fn paired(is: &Known<bool>, pair: &mut Known<TextSet>, place: &Known<Place>, provider: Provider, places: &Places) {
    if !untouched(pair) {
        return;
    }
    let origins = is.origins.and(&place.origins);
    *pair = match (&is.state, &place.state) {
        (State::Set(false) | State::Default(false) | State::Unset, _) => Known::unset(is.origins.clone()),
        (State::Unknown(unknown), _) | (_, State::Unknown(unknown)) => Known::unknown(unknown.clone(), origins),
        (_, State::Set(place) | State::Default(place)) => match places.pair(provider, &place.region) {
            Some(pair) => Known::set(TextSet::clone(&pair.jurisdictions), origins),
            // a region without a pair has no geo-redundancy to leave by
            None => Known::because(Why::Place(Arc::from(format!("{} (its pair)", place.region))), origins),
        },
        (_, State::Unset) => Known::unset(origins),
    };
}

/// Whether no normaliser set this.
pub(super) fn untouched<T>(known: &Known<T>) -> bool {
    known.why().is_some_and(|unknown| **unknown == *Unknown::not_read())
}
