//! Typed edges between resources: the key that encrypts a store, the vault that a backup goes to.

use std::marker::PhantomData;
use std::sync::Arc;

use crate::model::fact::Declared;
use crate::model::{Datum, FactKind, KindTag, ResourceId, Scalar};
use crate::value::{Known, Node, Origins, Reference, State, Why};

/// What an edge points at, before it is resolved.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Target {
    /// A block of the same unit.
    Block(Reference),
    /// A name as written: an ARN, an id, an alias, a name.
    Name(Arc<str>),
}

/// An edge; `resolved` is filled by `graph`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Link {
    /// What was written.
    pub target: Target,
    /// The resource it leads to, if that was scanned.
    pub resolved: Option<ResourceId>,
}

impl From<Target> for Link {
    fn from(target: Target) -> Self {
        Self { target, resolved: None }
    }
}

/// Declares a link to a resource of kind `K`; the field is a `Known<Link>`. `Unset` means that there is none.
pub struct To<K>(PhantomData<K>);

impl<K: KindTag> Declared for To<K> {
    type Field = Known<Link>;
    const KIND: FactKind = FactKind::Link(K::NAME);
    fn read(field: &Self::Field) -> (State<Scalar<'_>>, &Origins) {
        let state = match &field.state {
            State::Set(link) => State::Set(Scalar::Link(link)),
            State::Default(link) => State::Default(Scalar::Link(link)),
            State::Unset => State::Unset,
            State::Unknown(unknown) => State::Unknown(unknown.clone()),
        };
        (state, &field.origins)
    }
    fn link_mut(field: &mut Self::Field) -> Option<&mut Known<Link>> {
        Some(field)
    }
    fn put(field: &mut Self::Field, fact: Known<Datum>) -> bool {
        let link = |datum: Datum| if let Datum::Link(link) = datum { Some(link) } else { None };
        let state = match fact.state {
            State::Set(datum) => link(datum).map(State::Set),
            State::Default(datum) => link(datum).map(State::Default),
            State::Unset => Some(State::Unset),
            State::Unknown(unknown) => Some(State::Unknown(unknown)),
        };
        let Some(state) = state else { return false };
        *field = Known { state, origins: fact.origins };
        true
    }
}

impl Node {
    /// An edge: a reference to a block, or a name as written.
    pub fn link(&self, path: &str) -> Known<Link> {
        let text = self.text(path);
        if let State::Unknown(unknown) = &text.state
            // what is chosen by a condition that cannot be told may be nothing
            && matches!(unknown.why, Why::Computed(_))
            && let [reference] = unknown.refers.as_slice()
        {
            return Known::set(Target::Block(reference.clone()).into(), text.origins);
        }
        text.map(|name| Target::Name(name).into())
    }
}
