//! IAM policy documents, read once into a typed form: policies of buckets, keys, queues, topics and endpoints, trust
//! policies of roles, and identity policies.
//!
//! A document is a JSON text, a text with holes, or a map; whatever of it is not known is an unknown leaf, and each
//! question answers in three values. The grammar is that of AWS's *IAM JSON policy element reference*
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>).

mod ask;
mod condition;
mod pattern;
mod principal;
mod read;

use std::sync::Arc;

use crate::value::{Known, Origins, Unknown};

pub use condition::Condition;
pub use pattern::Pattern;
pub use principal::{Principal, Who};

/// A policy document.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its statements, in order.
    pub statements: Vec<Statement>,
    /// Set when there may be statements that are not seen: the document is unknown, is not JSON, or holds an unknown
    /// statement.
    pub open: Option<Arc<Unknown>>,
    /// Where the document was written; the nearest enclosing block where there is none.
    pub origins: Origins,
}

/// `Allow` or `Deny`.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_effect.html>.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effect {
    /// It grants.
    Allow,
    /// It refuses, whatever else grants.
    Deny,
}

/// One statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its name, if it has a known one.
    pub sid: Option<Arc<str>>,
    /// Whether it allows or denies.
    pub effect: Known<Effect>,
    /// Whom it speaks of.
    pub principals: Principals,
    /// Which actions it speaks of.
    pub actions: Patterns,
    /// Which resources it speaks of.
    pub resources: Patterns,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// Set when its conditions cannot be told.
    pub conditions_open: Option<Arc<Unknown>>,
    /// Where it was written: its place in a policy file, else the attribute that holds the document.
    pub origins: Origins,
}

/// Whom a statement speaks of.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
#[derive(Clone, Debug)]
pub enum Principals {
    /// No such element: an identity policy.
    Absent,
    /// `Principal`: these.
    Only(Vec<Principal>),
    /// `NotPrincipal`: all others, anonymous ones included.
    Except(Vec<Principal>),
}

/// The actions or resources that a statement speaks of.
#[derive(Clone, Debug)]
pub enum Patterns {
    /// No such element.
    Absent,
    /// `Action` or `Resource`: what one of these matches.
    Only(Vec<Pattern>),
    /// `NotAction` or `NotResource`: what none of these matches.
    Except(Vec<Pattern>),
}

#[cfg(test)]
mod tests;
