//! What a fact is: its name, its type, its document; and how any fact is read without knowing its kind.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{KindName, Link, Place};
use crate::value::{Known, Origins, State};

/// A set of texts.
pub type TextSet = BTreeSet<Arc<str>>;

/// The type of a fact, as policies see it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FactKind {
    /// `Bool`.
    Bool,
    /// `Long`.
    Long,
    /// `String`.
    Text,
    /// `Set<String>`.
    Texts,
    /// `{ region: String, jurisdictions: Set<String> }`.
    Place,
    /// Two attributes: `has_<name>: Bool`, and `<name>`, an entity of that kind.
    Link(KindName),
}

/// A declared fact.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// Its name, in snake case; the attribute in policies and the key in JSON.
    pub name: &'static str,
    /// Its type.
    pub kind: FactKind,
    /// What it means when it is true or set; one or more sentences.
    pub doc: &'static str,
}

/// The value of a fact.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Scalar<'a> {
    /// A Boolean.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A text.
    Text(&'a str),
    /// A set of texts.
    Texts(&'a TextSet),
    /// A place.
    Place(&'a Place),
    /// An edge to another resource.
    Link(&'a Link),
}

/// A value that a fact may be given, whatever its type.
#[derive(Clone, PartialEq, Debug)]
pub enum Datum {
    /// A Boolean.
    Bool(bool),
    /// A whole number.
    Long(i64),
    /// A text.
    Text(Arc<str>),
    /// A set of texts.
    Texts(TextSet),
    /// A place.
    Place(Place),
    /// An edge to another resource.
    Link(Link),
}

/// A type that a fact may have.
pub trait FactType: Sized {
    /// Its name for policies.
    const KIND: FactKind;
    /// The value, without its type.
    fn scalar(&self) -> Scalar<'_>;
    /// The value, if it is of this type.
    fn of(datum: Datum) -> Option<Self>;
}

impl FactType for bool {
    const KIND: FactKind = FactKind::Bool;
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Bool(*self)
    }
    fn of(datum: Datum) -> Option<Self> {
        if let Datum::Bool(value) = datum { Some(value) } else { None }
    }
}

impl FactType for i64 {
    const KIND: FactKind = FactKind::Long;
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Long(*self)
    }
    fn of(datum: Datum) -> Option<Self> {
        if let Datum::Long(value) = datum { Some(value) } else { None }
    }
}

impl FactType for Arc<str> {
    const KIND: FactKind = FactKind::Text;
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Text(self)
    }
    fn of(datum: Datum) -> Option<Self> {
        if let Datum::Text(value) = datum { Some(value) } else { None }
    }
}

impl FactType for TextSet {
    const KIND: FactKind = FactKind::Texts;
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Texts(self)
    }
    fn of(datum: Datum) -> Option<Self> {
        if let Datum::Texts(value) = datum { Some(value) } else { None }
    }
}

impl FactType for Place {
    const KIND: FactKind = FactKind::Place;
    fn scalar(&self) -> Scalar<'_> {
        Scalar::Place(self)
    }
    fn of(datum: Datum) -> Option<Self> {
        if let Datum::Place(value) = datum { Some(value) } else { None }
    }
}

/// Facts that can be read by number.
pub trait Facts {
    /// The declared facts, in order.
    fn facts(&self) -> &'static [Fact];
    /// Fact number `at`: its state without its type, and its origins. None past the end.
    fn read(&self, at: usize) -> Option<(State<Scalar<'_>>, &Origins)>;
    /// The link that fact number `at` is, to be resolved.
    fn link_mut(&mut self, at: usize) -> Option<&mut Known<Link>>;
    /// Replaces fact number `at`; whether it exists and the value was of its type.
    fn put(&mut self, at: usize, fact: Known<Datum>) -> bool;
}

/// Replaces a fact, if the value is of its type.
fn put<T: FactType>(field: &mut Known<T>, fact: Known<Datum>) -> bool {
    let state = match fact.state {
        State::Set(datum) => T::of(datum).map(State::Set),
        State::Default(datum) => T::of(datum).map(State::Default),
        State::Unset => Some(State::Unset),
        State::Unknown(unknown) => Some(State::Unknown(unknown)),
    };
    let Some(state) = state else { return false };
    *field = Known { state, origins: fact.origins };
    true
}

/// A fact without its type.
pub(super) fn seen<T: FactType>(known: &Known<T>) -> (State<Scalar<'_>>, &Origins) {
    let state = match &known.state {
        State::Set(value) => State::Set(value.scalar()),
        State::Default(value) => State::Default(value.scalar()),
        State::Unset => State::Unset,
        State::Unknown(unknown) => State::Unknown(unknown.clone()),
    };
    (state, &known.origins)
}

/// Declares a struct of facts.
macro_rules! facts {
    ($(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $fact_doc:literal])+ $fact:ident : $ty:ty, )* }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Default, Debug)]
        pub struct $name {
            $( $(#[doc = $fact_doc])+ pub $fact: crate::model::fact::FieldOf<$ty>, )*
        }

        impl $name {
            /// The declared facts.
            pub const FACTS: &'static [crate::model::Fact] = &[
                $( crate::model::Fact {
                    name: stringify!($fact),
                    kind: <$ty as crate::model::fact::Declared>::KIND,
                    doc: concat!($($fact_doc),+),
                }, )*
            ];
        }

        impl crate::model::Facts for $name {
            fn facts(&self) -> &'static [crate::model::Fact] {
                Self::FACTS
            }
            fn read(&self, at: usize) -> Option<(crate::value::State<crate::model::Scalar<'_>>, &crate::value::Origins)> {
                let _counter = 0usize;
                $( let _here = _counter;
                   if at == _here { return Some(<$ty as crate::model::fact::Declared>::read(&self.$fact)); }
                   let _counter = _here + 1; )*
                None
            }
            fn link_mut(&mut self, at: usize) -> Option<&mut crate::value::Known<crate::model::Link>> {
                let _counter = 0usize;
                $( let _here = _counter;
                   if at == _here { return <$ty as crate::model::fact::Declared>::link_mut(&mut self.$fact); }
                   let _counter = _here + 1; )*
                None
            }
            fn put(&mut self, at: usize, fact: crate::value::Known<crate::model::Datum>) -> bool {
                let _counter = 0usize;
                $( let _here = _counter;
                   if at == _here { return <$ty as crate::model::fact::Declared>::put(&mut self.$fact, fact); }
                   let _counter = _here + 1; )*
                false
            }
        }
    };
}
pub(super) use facts;

/// How a declared type is kept: a scalar as `Known<T>`, a link `To<Kind>` as `Known<Link>`.
pub trait Declared {
    /// The field.
    type Field;
    /// The type for policies.
    const KIND: FactKind;
    /// Reads the field.
    fn read(field: &Self::Field) -> (State<Scalar<'_>>, &Origins);
    /// The field as a link.
    fn link_mut(field: &mut Self::Field) -> Option<&mut Known<Link>>;
    /// Replaces the field, if the value is of its type.
    fn put(field: &mut Self::Field, fact: Known<Datum>) -> bool;
}

/// The field of a declared type.
pub type FieldOf<T> = <T as Declared>::Field;

macro_rules! declared {
    ($($ty:ty),*) => { $(
        impl Declared for $ty {
            type Field = Known<$ty>;
            const KIND: FactKind = <$ty as FactType>::KIND;
            fn read(field: &Self::Field) -> (State<Scalar<'_>>, &Origins) {
                seen(field)
            }
            fn link_mut(_: &mut Self::Field) -> Option<&mut Known<Link>> {
                None
            }
            fn put(field: &mut Self::Field, fact: Known<Datum>) -> bool {
                put(field, fact)
            }
        }
    )* };
}
declared!(bool, i64, Arc<str>, TextSet, Place);
