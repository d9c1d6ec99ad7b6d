//! In which jurisdictions each resource's data may lie. The estate file says it for each class; where the class is only
//! assumed, it is told as far as all declared classes agree.
//!
//! A country whose adequacy decision holds under a condition (the United States) is neither allowed nor forbidden by
//! `adequate` alone: until the estate file says in `conditional` whether the condition is met, that is unknown.

use std::sync::Arc;

use crate::model::{ASSUMED, FactKind, Inventory, Kind, Resource, Scalar, TextSet};
use crate::rule::{Class, Estate, NOT_REGULATED};
use crate::value::{Known, Origins, State, Why};

/// How a place stands to a class.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fit {
    /// Its data may lie there.
    In,
    /// It may if a condition is met, and whether it is nobody said.
    Open,
    /// It may not.
    Out,
}

/// Fills the allowed jurisdictions of every resource, and opens the places that hang on a condition.
pub(super) fn fill(inventory: &mut Inventory, estate: Option<&Estate>) {
    let keys: Vec<Option<Arc<TextSet>>> =
        inventory.resources().iter().map(|resource| key_place(resource, inventory)).collect();
    for (resource, key) in inventory.resources_mut().iter_mut().zip(keys) {
        let nowhere = Origins::at(resource.head);
        let Some(estate) = estate else {
            resource.common.allowed_jurisdictions = undeclared("an `allowed` list for any data class", &nowhere);
            continue;
        };
        let class = resource.common.class.value().cloned().unwrap_or_else(|| Arc::from(ASSUMED));
        resource.common.allowed_jurisdictions = match &*class {
            NOT_REGULATED => Known::unset(nowhere),
            ASSUMED => of_assumed(estate, resource, key, &nowhere),
            class => of_class(estate, class, resource, &nowhere),
        };
    }
}

fn undeclared(what: &str, origins: &Origins) -> Known<TextSet> {
    Known::because(Why::Undeclared(Arc::from(what)), origins.clone())
}

/// The codes of a class that count as allowed, whatever is open.
fn codes(class: &Class) -> Option<TextSet> {
    let allowed = class.allowed.as_ref()?;
    Some(allowed.iter().chain(class.conditional.iter().flatten()).cloned().collect())
}

fn fit(class: &Class, codes: &TextSet, place: &TextSet) -> Fit {
    if !codes.is_disjoint(place) {
        return Fit::In;
    }
    let rests_on_adequacy = codes.contains("adequate") && place.contains("adequate-conditional");
    if rests_on_adequacy && class.conditional.is_none() { Fit::Open } else { Fit::Out }
}

fn of_class(estate: &Estate, name: &str, resource: &mut Resource, nowhere: &Origins) -> Known<TextSet> {
    let Some((class, codes)) = estate.classes.get(name).and_then(|class| Some((class, codes(class)?))) else {
        return undeclared(&format!("`allowed` jurisdictions for class `{name}`"), nowhere);
    };
    open_conditional(resource, name, |place| fit(class, &codes, place));
    Known::set(codes, class.at.map_or_else(|| nowhere.clone(), Origins::at))
}

/// Nobody said which class it is: what all classes agree on holds.
fn of_assumed(
    estate: &Estate,
    resource: &mut Resource,
    key: Option<Arc<TextSet>>,
    nowhere: &Origins,
) -> Known<TextSet> {
    let mut classes = Vec::new();
    for (name, class) in estate.regulated() {
        match codes(class) {
            Some(codes) => classes.push((class, codes)),
            None => {
                return undeclared(
                    &format!("the data class of this resource, or `allowed` jurisdictions for class `{name}`"),
                    nowhere,
                );
            }
        }
    }
    if classes.is_empty() {
        return undeclared("an `allowed` list for any data class", nowhere);
    }
    let fit_of_all = |place: &TextSet| {
        let mut fits = classes.iter().map(|(class, codes)| fit(class, codes, place));
        let first = fits.next()?;
        fits.all(|fit| fit == first).then_some(first)
    };
    let mut places = places_mut(resource).into_iter().filter_map(|(_, place)| place);
    if !places.all(|place| fit_of_all(&place).is_some()) || key.is_some_and(|place| fit_of_all(&place).is_none()) {
        return undeclared("the data class of this resource, on which it hangs where its data may lie", nowhere);
    }
    open_conditional(resource, ASSUMED, |place| fit_of_all(place).unwrap_or(Fit::Open));
    if matches!(resource.kind, Kind::Cdn(_)) {
        // edges lie in many places at once: only what every class allows is allowed
        let shared = classes
            .into_iter()
            .map(|(_, codes)| codes)
            .reduce(|one, other| one.intersection(&other).cloned().collect());
        return Known::default_of(shared.unwrap_or_default(), nowhere.clone());
    }
    // every place in question is in the list of each class, or in none
    Known::default_of(classes.into_iter().flat_map(|(_, codes)| codes).collect(), nowhere.clone())
}

/// Which of the places that rules compare with the allowed jurisdictions.
#[derive(Clone, Copy)]
enum Which {
    Own,
    Target,
    Pair,
}

/// The places of a resource that rules compare, as far as they are known.
fn places_mut(resource: &Resource) -> Vec<(Which, Option<TextSet>)> {
    let own = resource.common.place.value().map(|place| TextSet::clone(&place.jurisdictions));
    let mut places = Vec::new();
    match &resource.kind {
        // a copy or a log is judged by where it goes
        Kind::Replication(copy) => places.push((Which::Target, copy.target_jurisdictions.value().cloned())),
        Kind::LogSink(sink) => places.push((Which::Target, sink.target_jurisdictions.value().cloned())),
        _ => places.push((Which::Own, own)),
    }
    match &resource.kind {
        Kind::ObjectStore(store) => places.push((Which::Pair, store.pair_jurisdictions.value().cloned())),
        Kind::Database(store) => places.push((Which::Pair, store.pair_jurisdictions.value().cloned())),
        Kind::BackupVault(vault) => places.push((Which::Pair, vault.pair_jurisdictions.value().cloned())),
        _ => {}
    }
    places
}

/// Makes the places unknown that hang on a condition of which nobody said whether it is met.
fn open_conditional(resource: &mut Resource, class: &str, fit: impl Fn(&TextSet) -> Fit) {
    for (which, place) in places_mut(resource) {
        let Some(place) = place.filter(|place| fit(place) == Fit::Open) else { continue };
        let country = place.iter().find(|code| code.len() == 2).cloned().unwrap_or_else(|| Arc::from("?"));
        let what = format!(
            "whether recipients in `{country}` meet the condition of its adequacy decision, in `conditional` of class `{class}`"
        );
        let why = || Why::Undeclared(Arc::from(what.as_str()));
        fn open<T>(known: &mut Known<T>, why: Why) {
            *known = Known::because(why, known.origins.clone());
        }
        match (which, &mut resource.kind) {
            (Which::Own, _) => open(&mut resource.common.place, why()),
            (Which::Target, Kind::Replication(copy)) => open(&mut copy.target_jurisdictions, why()),
            (Which::Target, Kind::LogSink(sink)) => open(&mut sink.target_jurisdictions, why()),
            (Which::Pair, Kind::ObjectStore(store)) => open(&mut store.pair_jurisdictions, why()),
            (Which::Pair, Kind::Database(store)) => open(&mut store.pair_jurisdictions, why()),
            (Which::Pair, Kind::BackupVault(vault)) => open(&mut vault.pair_jurisdictions, why()),
            _ => {}
        }
    }
}

/// Where the key that encrypts it lies, if that is known.
fn key_place(resource: &Resource, inventory: &Inventory) -> Option<Arc<TextSet>> {
    let facts = resource.kind.facts();
    let at = facts.facts().iter().position(|fact| fact.name == "key" && matches!(fact.kind, FactKind::Link(_)))?;
    let (State::Set(Scalar::Link(link)) | State::Default(Scalar::Link(link)), _) = facts.read(at)? else { return None };
    let key = inventory.get(link.resolved?)?;
    Some(key.common.place.value()?.jurisdictions.clone())
}
