//! What the judge says: one verdict for each rule and each resource that it applies to, and the evidence it rests on.

use std::sync::Arc;

use crate::model::{Fact, ResourceId};
use crate::source::Span;
use crate::value::{Origins, Unknown};

/// What a judge said of a whole inventory.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Judgement {
    /// Every verdict on a pair of rule and resource to which the rule applies, sorted by resource, then rule.
    pub verdicts: Vec<Verdict>,
    /// For each rule of the library, how many resources of its kinds it does not apply to.
    pub not_applicable: Vec<usize>,
}

/// What holds of one resource under one rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The rule: its place in the library.
    pub rule: usize,
    /// The resource.
    pub resource: ResourceId,
    /// What was found.
    pub outcome: Outcome,
}

/// What was found. A policy is named by its place in the rule's file, from 0.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// Every policy of the rule that applies holds, whatever is unknown.
    Holds,
    /// These policies of the rule are violated, whatever is unknown.
    Violated {
        /// The violated policies, in the order of the file.
        policies: Box<[u16]>,
    },
    /// It cannot be told: these policies hang on facts that are unknown.
    Undetermined {
        /// The policies that could not be judged, in the order of the file.
        policies: Box<[u16]>,
    },
    /// A policy could not be evaluated although nothing it reads is unknown: a fault in the rule or in deodar.
    Failed {
        /// What the evaluator said.
        message: Box<str>,
    },
}

/// The facts that a verdict rests on.
#[derive(Clone, Default, Debug)]
pub struct Evidence {
    /// What the requirement reads: the first place to point at.
    pub primary: Vec<Item>,
    /// What decides whether the rule applies.
    pub related: Vec<Item>,
}

impl Evidence {
    /// The facts that were read and are unknown, primary ones first: why a verdict is undetermined.
    pub fn unknown(&self) -> impl Iterator<Item = (&Item, &Arc<Unknown>)> {
        self.primary.iter().chain(&self.related).filter_map(|item| match &item.value {
            Seen::Unknown(unknown) => Some((item, unknown)),
            _ => None,
        })
    }

    /// The place to point at: the first unknown fact of an undetermined verdict, else the first fact of the requirement,
    /// else the first of what decides whether the rule applies. None where nothing was ever written: then the resource's
    /// head is the place.
    pub fn place(&self, outcome: &Outcome) -> Option<Span> {
        let unknown = || self.unknown().find_map(|(item, _)| item.origins.primary);
        let first = || self.primary.iter().chain(&self.related).find_map(|item| item.origins.primary);
        if matches!(outcome, Outcome::Undetermined { .. }) { unknown().or_else(first) } else { first() }
    }
}

impl Outcome {
    /// Its name in outputs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Violated { .. } => "violated",
            Self::Undetermined { .. } => "undetermined",
            Self::Failed { .. } => "failed",
        }
    }
}

/// One fact that a policy reads.
#[derive(Clone, Debug)]
pub struct Item {
    /// The way to it from the judged resource: `encrypted`, `key.rotates`; `profile.min_backup_days` for what the
    /// profile demands.
    pub path: String,
    /// The resource whose fact it is: the judged one, or one that it links to.
    pub resource: ResourceId,
    /// Its declaration.
    pub fact: &'static Fact,
    /// What is known of it.
    pub value: Seen,
    /// Where it comes from.
    pub origins: Origins,
}

/// What is known of a fact, for people.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Seen {
    /// It was written.
    Set(String),
    /// The provider's documented default.
    Default(String),
    /// It is absent.
    Unset,
    /// It cannot be told.
    Unknown(Arc<Unknown>),
}
