//! The judge: the only room that knows Cedar. Schema from the declared facts, policies by kind, resources to entities,
//! one call for each resource, verdicts.
//!
//! **Invariant:** an error of a policy is never a pass. It is Undetermined when the fact that it lacked is known to be
//! unknown, and Failed otherwise.

mod verdict;

pub use verdict::{Evidence, Item, Judgement, Outcome, Seen, Verdict};
