//! The picture in memory: resources, sorted, each findable by address or by name. Immutable once made.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{KindName, Resource, ResourceId, Target};
use crate::value::UnitId;

/// Types of blocks that no normaliser knows, with how many of each.
pub type UnknownTypes = BTreeMap<Arc<str>, usize>;

/// All resources of a scan.
#[derive(Default, Debug)]
pub struct Inventory {
    resources: Vec<Resource>,
    by_address: BTreeMap<(UnitId, Arc<str>), Vec<ResourceId>>,
    by_alias: BTreeMap<Arc<str>, Vec<ResourceId>>,
    /// What was seen but not understood.
    pub unknown_types: UnknownTypes,
}

impl Inventory {
    /// Sorts the resources by unit, address and part, and numbers them.
    pub fn new(mut resources: Vec<Resource>, unknown_types: UnknownTypes) -> Self {
        resources.sort_by(|a, b| {
            (a.unit, &a.address, &a.part, a.kind_name(), a.head).cmp(&(
                b.unit,
                &b.address,
                &b.part,
                b.kind_name(),
                b.head,
            ))
        });
        let mut by_address: BTreeMap<_, Vec<_>> = BTreeMap::new();
        let mut by_alias: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (id, resource) in (0u32..).map(ResourceId).zip(&mut resources) {
            resource.id = id;
            by_address.entry((resource.unit, resource.address.clone())).or_default().push(id);
            for alias in &resource.aliases {
                by_alias.entry(alias.clone()).or_default().push(id);
            }
        }
        Self { resources, by_address, by_alias, unknown_types }
    }

    /// Every resource, in order.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// Every resource, to be completed by `graph`. Addresses, parts and aliases must stay as they are.
    pub fn resources_mut(&mut self) -> &mut [Resource] {
        &mut self.resources
    }

    /// One resource.
    pub fn get(&self, id: ResourceId) -> Option<&Resource> {
        self.resources.get(id.0 as usize)
    }

    /// The resources that come from one block.
    pub fn at(&self, unit: UnitId, address: &str) -> &[ResourceId] {
        self.by_address.get(&(unit, Arc::from(address))).map_or(&[], Vec::as_slice)
    }

    /// The resource of kind `kind` that `target` names, if exactly one is known by it. A reference without an instance
    /// key finds the first of the instances.
    pub fn resolve(&self, target: &Target, kind: KindName) -> Option<ResourceId> {
        self.find(target, |resource| resource.kind_name() == kind)
    }

    /// The whole resource, of any kind, that `target` names: one of type `native_type` before all others, and where none
    /// is of that type the only one.
    pub fn whole(&self, target: &Target, native_type: &str) -> Option<ResourceId> {
        self.find(target, |resource| resource.part.is_none() && *resource.native_type == *native_type).or_else(|| {
            let found = self.find(target, |resource| resource.part.is_none())?;
            self.find(target, |resource| resource.part.is_none() && resource.id != found).is_none().then_some(found)
        })
    }

    fn find(&self, target: &Target, wanted: impl Fn(&Resource) -> bool) -> Option<ResourceId> {
        let first = |ids: &[ResourceId]| ids.iter().copied().find(|id| self.get(*id).is_some_and(&wanted));
        match target {
            Target::Block(reference) => first(self.at(reference.unit, &reference.address)).or_else(|| {
                let instance = format!("{}[", reference.address);
                let mut after = self.by_address.range((reference.unit, Arc::from(instance.as_str()))..);
                let (key, ids) = after.next()?;
                (key.0 == reference.unit && key.1.starts_with(&instance)).then(|| first(ids)).flatten()
            }),
            Target::Name(name) => first(self.by_alias.get(name).map_or(&[], Vec::as_slice)),
        }
    }
}
