//! What differs between two pictures: resources that only one has, and facts that are not the same. Two days of an
//! account, or a manifest and the account that it was deployed to.
//!
//! **Invariant:** what is unknown on one side is never said to be the same, nor to be a change.

mod json;
mod pair;
mod text;

pub use json::write as json;
pub use text::write as text;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Facts, Inventory, Link, Resource, ResourceId, Scalar, Target};
use crate::source::{Note, NoteKind};
use crate::value::{State, Unknown};

/// One side of a comparison.
pub struct Side {
    /// What the person called it.
    pub name: String,
    /// Its resources.
    pub inventory: Inventory,
    /// What went wrong in reading it.
    pub notes: Vec<Note>,
}

impl Side {
    /// Whether something of it was not read or not seen.
    pub fn incomplete(&self) -> bool {
        self.notes.iter().any(|note| note.kind.incomplete() || note.kind == NoteKind::NotSeen)
    }
}

/// A resource as it is named in what differs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// Its kind.
    pub kind: &'static str,
    /// The name a person knows it by.
    pub name: Arc<str>,
    /// Its address, with its part.
    pub address: String,
}

/// What one side says of a fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Said {
    /// A value; written out, or by the provider's default.
    Value(Vec<String>),
    /// That there is none.
    None,
    /// That it cannot be told, and why.
    Untold(Arc<Unknown>),
}

/// A fact of which the sides do not say the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its name.
    pub fact: &'static str,
    /// The first side.
    pub before: Said,
    /// The second side.
    pub after: Said,
}

impl Change {
    /// Whether both sides know, so that it is a change for certain.
    pub fn certain(&self) -> bool {
        ![&self.before, &self.after].iter().any(|said| matches!(said, Said::Untold(_)))
    }
}

/// A resource that both sides have, and what they do not say alike.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changed {
    /// As the first side names it.
    pub before: Named,
    /// As the second side names it.
    pub after: Named,
    /// The facts.
    pub facts: Vec<Change>,
}

/// A resource that may be one of the other side's.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unmatched {
    /// Whether the first side has it.
    pub before: bool,
    /// The resource.
    pub resource: Named,
}

/// What differs.
#[derive(Default, Debug)]
pub struct Diff {
    /// What only the second side has.
    pub added: Vec<Named>,
    /// What only the first side has.
    pub removed: Vec<Named>,
    /// What both have, and differently.
    pub changed: Vec<Changed>,
    /// What has no name by which it could be found on the other side.
    pub unmatched: Vec<Unmatched>,
    /// How many resources both sides have, and say the same of.
    pub same: usize,
}

impl Diff {
    /// Whether something differs for certain.
    pub fn differs(&self) -> bool {
        !self.added.is_empty()
            || !self.removed.is_empty()
            || self.changed.iter().any(|changed| changed.facts.iter().any(Change::certain))
    }

    /// Whether something may differ and cannot be told.
    pub fn uncertain(&self) -> bool {
        let open = |changed: &Changed| changed.facts.iter().any(|change| !change.certain());
        !self.unmatched.is_empty() || self.changed.iter().any(open)
    }
}

/// Compares two pictures.
pub fn compare(before: &Inventory, after: &Inventory) -> Diff {
    let pairs = pair::pairs(before, after);
    let other: BTreeMap<ResourceId, ResourceId> = pairs.matched.iter().copied().collect();
    let mut diff = Diff::default();
    for (old, new) in &pairs.matched {
        let (Some(old), Some(new)) = (before.get(*old), after.get(*new)) else { continue };
        let facts = changes((old, before), (new, after), &other);
        if facts.is_empty() {
            diff.same += 1;
        } else {
            diff.changed.push(Changed { before: named(old), after: named(new), facts });
        }
    }
    diff.removed = pairs.removed.iter().filter_map(|id| before.get(*id)).map(named).collect();
    diff.added = pairs.added.iter().filter_map(|id| after.get(*id)).map(named).collect();
    for (ids, inventory, is_before) in [(&pairs.nameless_before, before, true), (&pairs.nameless_after, after, false)] {
        let found = ids.iter().filter_map(|id| inventory.get(*id)).map(named);
        diff.unmatched.extend(found.map(|resource| Unmatched { before: is_before, resource }));
    }
    diff
}

fn named(resource: &Resource) -> Named {
    Named { kind: resource.kind_name().name(), name: resource.name.clone(), address: resource.full_address() }
}

/// A resource and the picture that it is in.
type In<'i> = (&'i Resource, &'i Inventory);

fn changes(before: In<'_>, after: In<'_>, other: &BTreeMap<ResourceId, ResourceId>) -> Vec<Change> {
    let own = facts(before.0.kind.facts(), after.0.kind.facts(), before.1, after.1, other);
    let common = facts(&before.0.common, &after.0.common, before.1, after.1, other);
    own.into_iter().chain(common).collect()
}

fn facts(
    before: &dyn Facts,
    after: &dyn Facts,
    left: &Inventory,
    right: &Inventory,
    other: &BTreeMap<ResourceId, ResourceId>,
) -> Vec<Change> {
    let one = |(at, fact): (usize, &'static crate::model::Fact)| {
        let ((old, _), (new, _)) = (before.read(at)?, after.read(at)?);
        // two links are the same if what they lead to is
        if let (Some(old), Some(new)) = (link(&old), link(&new))
            && let (Some(old), Some(new)) = (old.resolved, new.resolved)
        {
            let same = other.get(&old) == Some(&new);
            return (!same).then(|| Change {
                fact: fact.name,
                before: Said::Value(vec![address(left, old)]),
                after: Said::Value(vec![address(right, new)]),
            });
        }
        let (old, new) = (said(&old, left), said(&new, right));
        let both_open = matches!((&old, &new), (Said::Untold(_), Said::Untold(_)));
        (old != new && !both_open).then_some(Change { fact: fact.name, before: old, after: new })
    };
    before.facts().iter().enumerate().filter_map(one).collect()
}

fn link<'l>(state: &State<Scalar<'l>>) -> Option<&'l Link> {
    match state {
        State::Set(Scalar::Link(link)) | State::Default(Scalar::Link(link)) => Some(link),
        _ => None,
    }
}

fn address(inventory: &Inventory, id: ResourceId) -> String {
    inventory.get(id).map(Resource::full_address).unwrap_or_default()
}

fn said(state: &State<Scalar<'_>>, inventory: &Inventory) -> Said {
    match state {
        State::Unset => Said::None,
        State::Unknown(unknown) => Said::Untold(unknown.clone()),
        State::Set(scalar) | State::Default(scalar) => Said::Value(match scalar {
            Scalar::Bool(flag) => vec![flag.to_string()],
            Scalar::Long(number) => vec![number.to_string()],
            Scalar::Text(text) => vec![(*text).to_owned()],
            Scalar::Texts(texts) => texts.iter().map(ToString::to_string).collect(),
            Scalar::Place(place) => vec![place.region.to_string()],
            Scalar::Link(link) => match (&link.resolved, &link.target) {
                (Some(id), _) => vec![address(inventory, *id)],
                (None, Target::Name(name)) => vec![name.to_string()],
                (None, Target::Block(reference)) => vec![reference.address.to_string()],
            },
        }),
    }
}
