//! Which attributes of each kind the policies read, and which links they follow: only those are built, since an
//! attribute costs about a microsecond and a kilobyte.

use std::collections::{BTreeMap, BTreeSet};

use crate::engine::schema::NAMED;
use crate::model::{Common, Fact, FactKind, Facts, KindName, Link, Resource, ResourceId, Scalar};
use crate::value::{Origins, State};

/// Where an attribute comes from.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Source {
    /// A fact of the kind, by number.
    Fact(usize),
    /// A common fact, by number.
    Common(usize),
    /// Whether a link of the kind is there, by number.
    Has(usize),
    /// `name`, `native_type` or `provider`, by number.
    Named(usize),
}

impl Source {
    /// The attribute `name` of `kind`.
    pub(super) fn of(kind: KindName, name: &str) -> Option<Self> {
        let find = |facts: &[Fact], name: &str| facts.iter().position(|fact| fact.name == name);
        if let Some(at) = find(kind.facts(), name) {
            return Some(Self::Fact(at));
        }
        if let Some(at) = find(Common::FACTS, name) {
            return Some(Self::Common(at));
        }
        if let Some(at) = find(NAMED, name) {
            return Some(Self::Named(at));
        }
        let at = find(kind.facts(), name.strip_prefix("has_")?)?;
        matches!(kind.facts().get(at)?.kind, FactKind::Link(_)).then_some(Self::Has(at))
    }

    /// The declaration of the fact behind it.
    pub(super) fn fact(self, kind: KindName) -> Option<&'static Fact> {
        match self {
            Self::Fact(at) | Self::Has(at) => kind.facts().get(at),
            Self::Common(at) => Common::FACTS.get(at),
            Self::Named(at) => NAMED.get(at),
        }
    }

    /// Whether the attribute is a Boolean.
    pub(super) fn is_bool(self, kind: KindName) -> bool {
        matches!(self, Self::Has(_)) || self.fact(kind).is_some_and(|fact| fact.kind == FactKind::Bool)
    }

    /// The kind that a link leads to.
    pub(super) fn leads_to(self, kind: KindName) -> Option<KindName> {
        match (self, self.fact(kind)?.kind) {
            (Self::Fact(_), FactKind::Link(to)) => Some(to),
            _ => None,
        }
    }

    /// The state of the fact behind it in `resource`.
    pub(super) fn read(self, resource: &Resource) -> Option<(State<Scalar<'_>>, &Origins)> {
        match self {
            Self::Fact(at) | Self::Has(at) => resource.kind.facts().read(at),
            Self::Common(at) => resource.common.read(at),
            Self::Named(at) => {
                let text = match NAMED.get(at)?.name {
                    "name" => &*resource.name,
                    "native_type" => &*resource.native_type,
                    _ => resource.provider.name(),
                };
                Some((State::Set(Scalar::Text(text)), &Origins::NONE))
            }
        }
    }

    /// The link behind it in `resource`, if there is one.
    pub(super) fn link(self, resource: &Resource) -> Option<&Link> {
        match self.read(resource)?.0 {
            State::Set(Scalar::Link(link)) | State::Default(Scalar::Link(link)) => Some(link),
            _ => None,
        }
    }
}

/// What to build of a kind.
#[derive(Clone, Default, Debug)]
pub(super) struct Shape {
    /// The attributes, by name.
    pub attributes: BTreeMap<String, Source>,
    /// The links that policies read through.
    pub follow: BTreeSet<Source>,
}

/// What to build of each kind.
#[derive(Clone, Default, Debug)]
pub(super) struct Shapes(BTreeMap<KindName, Shape>);

impl Shapes {
    /// Adds what `path` (`resource.key.rotates`) reads of a resource of `kind`. What is no attribute is left to fail
    /// when it is read.
    pub(super) fn add(&mut self, kind: KindName, path: &str) {
        let Some(rest) = path.strip_prefix("resource.") else { return };
        let mut kind = kind;
        let mut segments = rest.split('.').peekable();
        while let Some(segment) = segments.next() {
            let Some(source) = Source::of(kind, segment) else { return };
            let shape = self.0.entry(kind).or_default();
            shape.attributes.insert(segment.to_owned(), source);
            let Some(to) = source.leads_to(kind) else { return };
            if segments.peek().is_some() {
                shape.follow.insert(source);
            }
            kind = to;
        }
    }

    /// What to build of `kind`.
    pub(super) fn of(&self, kind: KindName) -> Option<&Shape> {
        self.0.get(&kind)
    }
}

/// The end of a path in an inventory.
pub(super) enum End<'i> {
    /// A fact of a resource: the judged one, or one that a link leads to.
    Fact(&'i Resource, Source),
    /// A link on the way is unknown, or what it leads to was not seen: the resource and that link.
    Beyond(&'i Resource, Source),
    /// A link on the way is absent, or the path names no fact.
    Nowhere,
}

/// Follows `path` (`resource.key.rotates`) from `resource`; `get` finds the others.
pub(super) fn follow<'i>(
    resource: &'i Resource,
    path: &str,
    get: impl Fn(ResourceId) -> Option<&'i Resource>,
) -> End<'i> {
    let Some(rest) = path.strip_prefix("resource.") else { return End::Nowhere };
    let mut resource = resource;
    let mut segments = rest.split('.').peekable();
    while let Some(segment) = segments.next() {
        let kind = resource.kind_name();
        let Some(source) = Source::of(kind, segment) else { return End::Nowhere };
        if segments.peek().is_none() || source.leads_to(kind).is_none() {
            return End::Fact(resource, source);
        }
        let Some((state, _)) = source.read(resource) else { return End::Nowhere };
        let link = match state {
            State::Set(Scalar::Link(link)) | State::Default(Scalar::Link(link)) => link,
            State::Unset => return End::Nowhere,
            _ => return End::Beyond(resource, source),
        };
        match link.resolved.and_then(&get) {
            Some(next) => resource = next,
            None => return End::Beyond(resource, source),
        }
    }
    End::Nowhere
}
