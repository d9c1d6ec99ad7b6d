//! Resources to Cedar entities, in code and in chunks. An unknown fact is an attribute left out, and so is an absent
//! one; a link gives `has_<name>` and the entity it leads to.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::str::FromStr as _;

use cedar_policy::{Entities, Entity, EntityId, EntityTypeName, EntityUid, RestrictedExpression};

use crate::engine::shape::{Shape, Shapes, Source};
use crate::model::{Inventory, KindName, Resource, ResourceId, Scalar, TextSet};
use crate::rule::{Profile, ProfileValue};
use crate::value::State;

/// The id of what a link leads to when that was not scanned: no entity has it.
pub(super) const NOT_SEEN: &str = "-";

/// Booleans that are unknown and taken to be so or so.
pub(super) type Assumed = BTreeMap<(ResourceId, Source), bool>;

/// The types of entities, parsed once.
pub(super) struct Names {
    kinds: BTreeMap<KindName, EntityTypeName>,
    /// The principal.
    pub profile: EntityUid,
    /// The action.
    pub action: EntityUid,
}

impl Names {
    /// All of them; none if a kind's name is no Cedar name, which a test excludes.
    pub(super) fn new() -> Option<Self> {
        let kinds = KindName::ALL
            .iter()
            .map(|kind| Some((*kind, EntityTypeName::from_str(kind.name()).ok()?)))
            .collect::<Option<_>>()?;
        let of = |kind: &str, id: &str| {
            Some(EntityUid::from_type_name_and_id(EntityTypeName::from_str(kind).ok()?, EntityId::new(id)))
        };
        Some(Self { kinds, profile: of("Profile", "profile")?, action: of("Action", "assess")? })
    }

    /// The entity of a resource.
    pub(super) fn uid(&self, kind: KindName, id: ResourceId) -> Option<EntityUid> {
        self.named(kind, &id.0.to_string())
    }

    fn named(&self, kind: KindName, id: &str) -> Option<EntityUid> {
        Some(EntityUid::from_type_name_and_id(self.kinds.get(&kind)?.clone(), EntityId::new(id)))
    }
}

/// The principal as an entity.
pub(super) fn principal(names: &Names, profile: &Profile) -> Result<Entity, String> {
    let attributes = profile.values().map(|(fact, value)| {
        let value = match value {
            ProfileValue::Bool(value) => RestrictedExpression::new_bool(value),
            ProfileValue::Long(value) => RestrictedExpression::new_long(value),
        };
        (fact.name.to_owned(), value)
    });
    Entity::new(names.profile.clone(), attributes.collect(), HashSet::new()).map_err(|error| error.to_string())
}

/// Builds entities of one inventory.
pub(super) struct Builder<'e> {
    /// The types.
    pub names: &'e Names,
    /// What to build.
    pub shapes: &'e Shapes,
    /// Where the resources are.
    pub inventory: &'e Inventory,
    /// The principal.
    pub principal: &'e Entity,
}

impl Builder<'_> {
    /// The store for judging `resources`: they, whatever the policies read through their links, and the principal.
    pub(super) fn store<'r>(
        &self,
        resources: impl IntoIterator<Item = &'r Resource>,
        assumed: &Assumed,
    ) -> Result<Entities, String> {
        let mut queue: Vec<ResourceId> = resources.into_iter().map(|resource| resource.id).collect();
        let mut seen: BTreeSet<ResourceId> = queue.iter().copied().collect();
        let mut entities = vec![self.principal.clone()];
        while let Some(id) = queue.pop() {
            let Some(resource) = self.inventory.get(id) else { continue };
            let Some(shape) = self.shapes.of(resource.kind_name()) else {
                // no policy reads an attribute of it
                entities.extend(self.names.uid(resource.kind_name(), id).map(Entity::with_uid));
                continue;
            };
            for source in &shape.follow {
                let next = source.link(resource).and_then(|link| link.resolved);
                queue.extend(next.filter(|next| seen.insert(*next)));
            }
            entities.push(self.entity(resource, shape, assumed)?);
        }
        Entities::from_entities(entities, None).map_err(|error| error.to_string())
    }

    /// What the policies can tell of `resource`: two resources of one kind with the same key get the same verdicts. It
    /// holds every attribute that would be built, through the links that are followed; resources behind links stand by
    /// the order in which they are met, as no policy may name one.
    pub(super) fn key(&self, resource: &Resource) -> Vec<u8> {
        let mut key = Vec::with_capacity(64);
        // in the order in which links lead to them, and those that are read through
        let (mut met, mut read) = (vec![resource.id], vec![resource.id]);
        let mut at = 0;
        while let Some(resource) = read.get(at).and_then(|id| self.inventory.get(*id)) {
            at += 1;
            let Some(shape) = self.shapes.of(resource.kind_name()) else { continue };
            for source in shape.attributes.values() {
                match source.read(resource) {
                    Some((State::Set(Scalar::Link(link)) | State::Default(Scalar::Link(link)), _)) => {
                        let place = link.resolved.map(|id| {
                            if shape.follow.contains(source) && !read.contains(&id) {
                                read.push(id);
                            }
                            met.iter().position(|other| *other == id).unwrap_or_else(|| {
                                met.push(id);
                                met.len() - 1
                            })
                        });
                        key.push(2);
                        key.extend(place.map_or(u64::MAX, |place| place as u64).to_le_bytes());
                    }
                    Some((State::Set(scalar) | State::Default(scalar), _)) => write(scalar, &mut key),
                    Some((State::Unset, _)) => key.push(0),
                    Some((State::Unknown(_), _)) | None => key.push(1),
                }
            }
        }
        key
    }

    fn entity(&self, resource: &Resource, shape: &Shape, assumed: &Assumed) -> Result<Entity, String> {
        let kind = resource.kind_name();
        let mut attributes = HashMap::with_capacity(shape.attributes.len());
        for (name, source) in &shape.attributes {
            let value = match assumed.get(&(resource.id, *source)) {
                Some(value) => Some(RestrictedExpression::new_bool(*value)),
                None => self.attribute(resource, kind, *source),
            };
            if let Some(value) = value {
                attributes.insert(name.clone(), value);
            }
        }
        let uid = self.names.uid(kind, resource.id).ok_or_else(|| format!("`{}` is no kind", kind.name()))?;
        Entity::new(uid, attributes, HashSet::new()).map_err(|error| error.to_string())
    }

    /// The value of an attribute; none where the fact is unknown or absent.
    fn attribute(&self, resource: &Resource, kind: KindName, source: Source) -> Option<RestrictedExpression> {
        let (state, _) = source.read(resource)?;
        let scalar = match state {
            State::Set(scalar) | State::Default(scalar) => scalar,
            State::Unset if matches!(source, Source::Has(_)) => return Some(RestrictedExpression::new_bool(false)),
            State::Unset | State::Unknown(_) => return None,
        };
        if matches!(source, Source::Has(_)) {
            return Some(RestrictedExpression::new_bool(true));
        }
        Some(match scalar {
            Scalar::Bool(value) => RestrictedExpression::new_bool(value),
            Scalar::Long(value) => RestrictedExpression::new_long(value),
            Scalar::Text(text) => RestrictedExpression::new_string(text.to_owned()),
            Scalar::Texts(texts) => set(texts),
            Scalar::Place(place) => RestrictedExpression::new_record([
                ("region".to_owned(), RestrictedExpression::new_string(place.region.to_string())),
                ("jurisdictions".to_owned(), set(&place.jurisdictions)),
            ])
            .ok()?,
            Scalar::Link(link) => {
                let to = source.leads_to(kind)?;
                let uid = match link.resolved {
                    Some(id) => self.names.uid(to, id),
                    None => self.names.named(to, NOT_SEEN),
                };
                RestrictedExpression::new_entity_uid(uid?)
            }
        })
    }
}

/// Writes a value so that no two values read alike: the type is the attribute's, lengths stand before texts.
fn write(scalar: Scalar<'_>, key: &mut Vec<u8>) {
    let text = |text: &str, key: &mut Vec<u8>| {
        key.extend((text.len() as u64).to_le_bytes());
        key.extend(text.as_bytes());
    };
    let texts = |texts: &TextSet, key: &mut Vec<u8>| {
        key.extend((texts.len() as u64).to_le_bytes());
        texts.iter().for_each(|item| text(item, key));
    };
    key.push(2);
    match scalar {
        Scalar::Bool(value) => key.push(u8::from(value)),
        Scalar::Long(value) => key.extend(value.to_le_bytes()),
        Scalar::Text(value) => text(value, key),
        Scalar::Texts(values) => texts(values, key),
        Scalar::Place(place) => {
            text(&place.region, key);
            texts(&place.jurisdictions, key);
        }
        Scalar::Link(_) => {}
    }
}

fn set(texts: &TextSet) -> RestrictedExpression {
    RestrictedExpression::new_set(texts.iter().map(|text| RestrictedExpression::new_string(text.to_string())))
}
