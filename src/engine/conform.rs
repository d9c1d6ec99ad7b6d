//! Whether entities are what the schema says they are: for tests, as it costs more than judging.

use std::sync::LazyLock;

use cedar_policy::{Entities, Schema};

use crate::engine::entity::{Assumed, Builder, Names, principal};
use crate::engine::schema::{NAMED, SchemaForm, schema};
use crate::engine::shape::Shapes;
use crate::model::{Common, FactKind, Inventory};
use crate::rule::Profile;

/// Every way in which the entities of `inventory`, built with all their attributes, break the schema whose attributes
/// are optional.
pub fn conform(inventory: &Inventory, profile: &Profile) -> Vec<String> {
    static TWIN: LazyLock<Option<Schema>> =
        LazyLock::new(|| Schema::from_cedarschema_str(&schema(SchemaForm::Optional)).ok().map(|(schema, _)| schema));
    let Some(twin) = TWIN.as_ref() else { return vec!["the schema cannot be read".to_owned()] };
    let Some(names) = Names::new() else { return vec!["a kind's name is no Cedar name".to_owned()] };
    let principal = match principal(&names, profile) {
        Ok(principal) => principal,
        Err(fault) => return vec![fault],
    };
    let shapes = everything(inventory);
    let builder = Builder { names: &names, shapes: &shapes, inventory, principal: &principal };
    let mut faults = Vec::new();
    for resource in inventory.resources() {
        let built = builder.store([resource], &Assumed::new());
        let checked = built.and_then(|store| {
            Entities::from_entities(store, Some(twin)).map_err(|error| chain(&miette::Report::new(error)))
        });
        if let Err(fault) = checked {
            faults.push(format!("{}: {fault}", resource.full_address()));
        }
    }
    faults
}

/// An error with what caused it.
fn chain(report: &miette::Report) -> String {
    report.chain().map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// All attributes of all kinds that are there.
fn everything(inventory: &Inventory) -> Shapes {
    let mut shapes = Shapes::default();
    for kind in inventory.resources().iter().map(crate::model::Resource::kind_name) {
        for fact in NAMED.iter().chain(Common::FACTS).chain(kind.facts()) {
            shapes.add(kind, &format!("resource.{}", fact.name));
            if matches!(fact.kind, FactKind::Link(_)) {
                shapes.add(kind, &format!("resource.has_{}", fact.name));
            }
        }
    }
    shapes
}
