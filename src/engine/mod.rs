//! The judge: the only room that knows Cedar. Schema from the declared facts, policies by kind, resources to entities,
//! one call for each resource, verdicts.
//!
//! **Invariant:** an error of a policy is never a pass. It is Undetermined when the fact that it lacked is known to be
//! unknown, and Failed otherwise.

mod changes;
mod conform;
mod derived;
mod entity;
mod evidence;
mod judge;
mod lint;
mod mutate;
mod policy;
mod run;
mod schema;
mod set;
mod shape;
mod tree;
mod verdict;

pub use changes::Changes;
pub use conform::conform;
pub use derived::{derived, kinds_of, kinds_read};
pub use lint::lint;
pub use mutate::{Mutant, mutants};
pub use policy::EngineError;
pub use run::Engine;
pub use schema::{SchemaForm, schema};
pub use verdict::{Evidence, Item, Judgement, Outcome, Seen, Verdict};
