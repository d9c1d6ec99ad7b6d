//! A fact as far as it can be told, with the places it comes from.
//!
//! There is no `is_true`: a caller matches the four states, so unknown can never pass for false.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Unknown, Why};

/// The places a fact comes from: one primary and any number of related ones (the variable's default, the module
/// argument, the fragment's head). For a default or an unset value the primary is the nearest enclosing block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origins {
    /// The place to point at; none for a fact about something that was never written.
    pub primary: Option<Span>,
    /// Other places that had a part in it.
    pub related: Option<Arc<[Span]>>,
}

impl Origins {
    /// No place at all.
    pub const NONE: Self = Self { primary: None, related: None };

    /// One place.
    pub fn at(span: Span) -> Self {
        Self { primary: Some(span), related: None }
    }

    /// One place, and what it came through.
    pub fn via(span: Span, related: Option<Arc<[Span]>>) -> Self {
        Self { primary: Some(span), related }
    }

    /// The related places.
    pub fn related(&self) -> &[Span] {
        self.related.as_deref().unwrap_or(&[])
    }

    /// These places, and `others` as related ones.
    #[must_use]
    pub fn and(&self, others: &Origins) -> Self {
        if self.primary.is_none() {
            return others.clone();
        }
        let mut related: Vec<Span> = self.related().to_vec();
        for span in others.primary.iter().chain(others.related()) {
            if Some(*span) != self.primary && !related.contains(span) {
                related.push(*span);
            }
        }
        Self { primary: self.primary, related: (!related.is_empty()).then(|| related.into()) }
    }
}

/// What is known of a fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State<T> {
    /// It was written.
    Set(T),
    /// It was not written, and this is the provider's documented default.
    Default(T),
    /// It was not written and there is no default: the thing is absent.
    Unset,
    /// It cannot be told.
    Unknown(Arc<Unknown>),
}

/// A fact with its origins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Known<T> {
    /// What is known.
    pub state: State<T>,
    /// The places it comes from.
    pub origins: Origins,
}

impl<T> Default for Known<T> {
    /// Unknown, because no normaliser set it: silence of a normaliser never looks like compliance.
    fn default() -> Self {
        Self { state: State::Unknown(Unknown::not_read()), origins: Origins::NONE }
    }
}

impl<T> Known<T> {
    /// Written at `origins`.
    pub fn set(value: T, origins: Origins) -> Self {
        Self { state: State::Set(value), origins }
    }

    /// The provider's default; `origins` is the nearest enclosing block.
    pub fn default_of(value: T, origins: Origins) -> Self {
        Self { state: State::Default(value), origins }
    }

    /// Absent; `origins` is the nearest enclosing block.
    pub fn unset(origins: Origins) -> Self {
        Self { state: State::Unset, origins }
    }

    /// Cannot be told.
    pub fn unknown(unknown: Arc<Unknown>, origins: Origins) -> Self {
        Self { state: State::Unknown(unknown), origins }
    }

    /// Cannot be told, for `why`.
    pub fn because(why: Why, origins: Origins) -> Self {
        Self::unknown(Unknown::new(why), origins)
    }

    /// The value, if it is set or a default.
    pub fn value(&self) -> Option<&T> {
        match &self.state {
            State::Set(value) | State::Default(value) => Some(value),
            State::Unset | State::Unknown(_) => None,
        }
    }

    /// Why it cannot be told, if it cannot.
    pub fn why(&self) -> Option<&Arc<Unknown>> {
        match &self.state {
            State::Unknown(unknown) => Some(unknown),
            _ => None,
        }
    }

    /// Whether it was neither written nor has a default.
    pub fn is_unset(&self) -> bool {
        matches!(self.state, State::Unset)
    }

    /// The provider's default where nothing was written.
    #[must_use]
    pub fn or_default(self, value: T) -> Self {
        match self.state {
            State::Unset => Self { state: State::Default(value), origins: self.origins },
            _ => self,
        }
    }

    /// What the provider demands and nobody wrote cannot be told: `name` is the attribute.
    #[must_use]
    pub fn required(self, name: &str) -> Self {
        match self.state {
            State::Unset => Self::because(Why::Expression(format!("`{name}` is not written").into()), self.origins),
            _ => self,
        }
    }

    /// `other` where nothing was written: an older spelling, an inline block.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        if self.is_unset() { other } else { self }
    }

    /// Applies `f` to the value; the origins stay.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Known<U> {
        let state = match self.state {
            State::Set(value) => State::Set(f(value)),
            State::Default(value) => State::Default(f(value)),
            State::Unset => State::Unset,
            State::Unknown(unknown) => State::Unknown(unknown),
        };
        Known { state, origins: self.origins }
    }

    /// Applies a partial reading: `None` makes it unknown for `why` (a value out of the provider's list).
    pub fn try_map<U>(self, f: impl FnOnce(T) -> Option<U>, why: impl FnOnce() -> Why) -> Known<U> {
        let lift = |value: Option<U>, wrap: fn(U) -> State<U>| match value {
            Some(value) => wrap(value),
            None => State::Unknown(Unknown::new(why())),
        };
        let state = match self.state {
            State::Set(value) => lift(f(value), State::Set),
            State::Default(value) => lift(f(value), State::Default),
            State::Unset => State::Unset,
            State::Unknown(unknown) => State::Unknown(unknown),
        };
        Known { state, origins: self.origins }
    }

    /// Whether something was written here: true, false, or unknown. For "a key is named", "a block exists".
    pub fn exists(&self) -> Known<bool> {
        let state = match &self.state {
            State::Set(_) => State::Set(true),
            State::Default(_) | State::Unset => State::Default(false),
            // a reference to another block cannot be null: its text is unknown, that it is there is not; but a choice between
            // a reference and nothing can be either
            State::Unknown(unknown) if unknown.is_reference() => State::Set(true),
            State::Unknown(unknown) => State::Unknown(unknown.clone()),
        };
        Known { state, origins: self.origins.clone() }
    }

    /// With `origins` as related places.
    #[must_use]
    pub fn and_at(mut self, origins: &Origins) -> Self {
        self.origins = self.origins.and(origins);
        self
    }

    /// A view of it.
    pub fn as_ref(&self) -> Known<&T> {
        let state = match &self.state {
            State::Set(value) => State::Set(value),
            State::Default(value) => State::Default(value),
            State::Unset => State::Unset,
            State::Unknown(unknown) => State::Unknown(unknown.clone()),
        };
        Known { state, origins: self.origins.clone() }
    }
}
