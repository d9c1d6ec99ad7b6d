//! The typed picture of an estate: kinds with their facts, links between resources, places, the inventory.
//!
//! **Invariant:** each fact is declared once, in `kinds/`: the declaration yields the Rust field, the Cedar schema, the
//! entity attribute, the way to its origins, the JSON and the docs. No kind is `Serialize`.

mod fact;
mod inventory;
mod kinds;
mod link;
mod place;
mod ports;
mod resource;

pub use fact::{Datum, Fact, FactKind, Facts, Scalar, TextSet};
pub use inventory::{Inventory, UnknownTypes};
pub use kinds::*;
pub use link::{Link, Target, To};
pub use place::{Place, Places, Spot};
pub use ports::{ADMIN_PORTS, DATA_PORTS, PLAIN_PORTS, PortClass, beyond_web};
pub use resource::{ASSUMED, Common, Resource, ResourceId, Tags, UNKNOWN_TAG, tags_of};
