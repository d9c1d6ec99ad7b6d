//! The judge: the only room that knows Cedar. Schema from the declared facts, policies by kind, resources to entities,
//! one call for each resource, verdicts.
//!
//! **Invariant:** an error of a policy is never a pass. It is Undetermined when the fact that it lacked is known to be
//! unknown, and Failed otherwise.

mod policy;
mod tree;
mod verdict;

pub use policy::EngineError;
pub use verdict::{Evidence, Item, Judgement, Outcome, Seen, Verdict};
