//! What every AWS resource has: a name, a region, tags, a key.

use std::sync::Arc;

use crate::model::{Kind, Link, Resource, Tags, Target, tags_of};
use crate::provider::Context;
use crate::provider::address::last_part;
use crate::value::{Block, Known, Node, Origins, Piece, Reference, State, Text, Unknown, Value, Why};

/// A resource of `kind`, called by the first of `names` that is known, with its region and tags.
pub(super) fn resource(block: &Block, names: &[&str], kind: impl Into<Kind>) -> Resource {
    let written: Vec<Arc<str>> = names.iter().filter_map(|name| block.body.text(name).value().cloned()).collect();
    let construct = || block.context.text("construct").value().map(|path| construct(path));
    let identified = || IDENTITIES.iter().filter_map(|name| block.body.text(name).value().cloned());
    let called = || identified().next().filter(|_| observed(block));
    let name = written.first().cloned().or_else(construct).or_else(called);
    let name = name.unwrap_or_else(|| Arc::from(last_part(&block.address)));
    let mut resource = Resource::new(block, name, kind);
    resource.region = region(block);
    resource.tags = tags(block);
    resource.aliases = written;
    resource.aliases.extend(identified());
    resource
}

/// What AWS itself calls a thing by.
const IDENTITIES: &[&str] = &["id", "arn"];

pub(super) use super::observed::is as observed;

/// A resource for a part of `block`: judged for itself, pointed at where it was written.
pub(super) fn part(block: &Block, part: String, node: &Node, names: &[&str], kind: impl Into<Kind>) -> Resource {
    let mut resource = resource(block, names, kind);
    resource.aliases = Vec::new();
    resource.part = Some(part.into());
    if let Some(span) = node.origins.primary {
        resource.head = span;
    }
    resource
}

/// `Stack/Logs/Resource` is the CDK's `Logs` in `Stack`: a logical id with its hash says less.
fn construct(path: &str) -> Arc<str> {
    Arc::from(path.strip_suffix("/Resource").unwrap_or(path))
}

/// The region: the resource's own (provider 6), its zone's, or the provider's.
pub(super) fn region(block: &Block) -> Known<Arc<str>> {
    let zone = block.body.text("availability_zone").map(|zone| zone_region(&zone));
    let region = block.body.text("region").or(zone).or(block.context.text("region"));
    if !region.is_unset() {
        return region;
    }
    let why = "no region is written for the provider; it comes from the environment";
    Known::because(Why::Expression(why.into()), Origins::at(block.head))
}

/// Whether two blocks lie in different regions. What is unknown in the same way in one unit, as `AWS::Region` is in a
/// stack, is one region.
pub(super) fn regions_differ(one: &Block, other: &Block) -> Known<bool> {
    let (here, there) = (region(one), region(other));
    match (&here.state, &there.state) {
        (State::Unknown(a), State::Unknown(b)) if one.unit == other.unit && a.why == b.why && is_one_value(&a.why) => {
            Known::set(false, there.origins)
        }
        (State::Unknown(_), _) => here.map(|_| false),
        _ => there.map(|there| here.value() != Some(&there)),
    }
}

/// Whether the reason names a value that is the same wherever it is read.
fn is_one_value(why: &Why) -> bool {
    matches!(why, Why::Variable(_) | Why::DataSource(_) | Why::Computed(_))
}

/// `eu-west-1a` lies in `eu-west-1`.
pub(super) fn zone_region(zone: &str) -> Arc<str> {
    Arc::from(zone.trim_end_matches(|letter: char| letter.is_ascii_lowercase()))
}

/// The tags: the provider's defaults, and the resource's own over them.
pub(super) fn tags(block: &Block) -> Known<Tags> {
    let usual = tags_of(&block.context, "tags");
    let own = tags_of(&block.body, "tags");
    match (&usual.state, &own.state) {
        (State::Set(defaults), State::Set(written)) => {
            let rest = defaults.iter().filter(|(key, _)| !written.iter().any(|(own, _)| own == key));
            let all: Tags = written.iter().chain(rest).cloned().collect();
            Known::set(all, own.origins)
        }
        (State::Unknown(_), _) => usual,
        (_, State::Unset) => usual.or(own),
        _ => own,
    }
}

/// Whether a key of the customer is named at `path`. The aliases `alias/aws/…` are keys that AWS manages:
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key>.
pub(super) fn customer_key(node: &Node, path: &str) -> Known<bool> {
    let found = node.at_path(path);
    match &found.state {
        // an ARN whose region or account is open still says what it names
        State::Set(Node { value: Value::Text(arn), .. }) => match names_own(arn) {
            Some(own) => Known::set(own, found.origins),
            None => customer(node.text(path)),
        },
        _ => customer(node.text(path)),
    }
}

/// Whether a text with holes names a key of the customer, where that stands between the holes.
fn names_own(arn: &Text) -> Option<bool> {
    arn.pieces().into_iter().rev().find_map(|piece| match piece {
        Piece::Known(text) if text.contains(":key/") => Some(true),
        Piece::Known(text) => {
            let (_, name) = text.split_once(":alias/").filter(|(_, name)| name.len() > "aws/".len())?;
            Some(!is_managed(&format!("alias/{name}")))
        }
        Piece::Hole(_) => None,
    })
}

/// Whether any key is named at `path`; an empty text names none.
pub(super) fn keyed(node: &Node, path: &str) -> Known<bool> {
    let name = node.text(path);
    if name.value().is_some() { name.map(|name| !name.is_empty()) } else { node.exists(path) }
}

/// As [`customer_key`], for a name that was read elsewhere.
pub(super) fn customer(name: Known<Arc<str>>) -> Known<bool> {
    match &name.state {
        State::Set(name_text) | State::Default(name_text) => {
            let own = !name_text.is_empty() && !is_managed(name_text);
            Known::set(own, name.origins)
        }
        State::Unset | State::Unknown(_) => name.exists(),
    }
}

fn is_managed(key: &str) -> bool {
    key.contains("alias/aws/") || key.starts_with("aws/") || key == "AWS_OWNED_KMS_KEY" || key == "AWS_OWNED_KEY"
}

/// The customer's key that is named at `path`; through an alias to the key it stands for.
pub(super) fn key(context: &Context<'_>, node: &Node, path: &str) -> Known<Link> {
    through_alias(context, node.link(path))
}

/// As [`key`], for a link that was read elsewhere.
pub(super) fn through_alias(context: &Context<'_>, link: Known<Link>) -> Known<Link> {
    match &link.state {
        State::Set(Link { target: Target::Name(name), .. }) if is_managed(name) || name.is_empty() => {
            Known::unset(link.origins)
        }
        State::Set(Link { target: Target::Block(reference), .. }) => {
            let alias = context.blocks.referenced(reference).filter(|block| &*block.native_type == "aws_kms_alias");
            match alias {
                Some(alias) => alias.body.link("target_key_id").and_at(&link.origins),
                None => link,
            }
        }
        _ => link,
    }
}

/// Whether a block is there: it is, unless how many of it there are cannot be told.
pub(super) fn there(block: &Block) -> Known<bool> {
    match &block.instances_unknown {
        Some(unknown) => Known::unknown(unknown.clone(), Origins::at(block.head)),
        None => Known::set(true, Origins::at(block.head)),
    }
}

/// No link, as there is nothing to link to.
pub(super) fn no_link(block: &Block) -> Known<Link> {
    Known::unset(Origins::at(block.head))
}

/// The provider's documented default, at the head of the block.
pub(super) fn default<T>(block: &Block, value: T) -> Known<T> {
    Known::default_of(value, Origins::at(block.head))
}

/// A text that is always so, at the head of the block.
pub(super) fn fixed(block: &Block, text: &str) -> Known<Arc<str>> {
    Known::default_of(Arc::from(text), Origins::at(block.head))
}

/// Whether the text at `path` is `wanted`, in any case of letters; false where nothing is written.
pub(super) fn is(node: &Node, path: &str, wanted: &str) -> Known<bool> {
    node.text(path).map(|text| text.eq_ignore_ascii_case(wanted)).or_default(false)
}

/// The blocks of `native_type` in the unit and region of `block`: settings of the account in a region.
pub(super) fn account_wide<'b>(
    block: &Block,
    context: &Context<'b>,
    native_type: &str,
) -> impl Iterator<Item = &'b Block> {
    let unit = block.unit;
    // a zone lies in the provider's region, so that it tells nothing apart
    let configured = |block: &Block| block.body.text("region").or(block.context.text("region"));
    let here = configured(block);
    context.blocks.of_type(native_type).filter(move |other| {
        let there = configured(other);
        // both unknown is the same provider's region, as nothing says otherwise
        other.unit == unit && there.value() == here.value()
    })
}

/// Unknown, because what `node` names at `path` is not among the scanned blocks.
pub(super) fn not_seen<T>(node: &Node, path: &str) -> Known<T> {
    let named = node.text(path);
    let unknown = match &named.state {
        State::Unknown(unknown) => unknown.clone(),
        State::Set(name) | State::Default(name) => Unknown::new(Why::NotSeen(name.clone())),
        State::Unset => Unknown::new(Why::NotSeen(path.into())),
    };
    Known::unknown(unknown, named.origins)
}

/// The block of one of `types` that `path` names: by reference, or by one of its attributes `names` being equal.
pub(super) fn named<'b>(
    context: &Context<'b>,
    block: &Block,
    path: &str,
    types: &[&str],
    names: &[&str],
) -> Option<&'b Block> {
    context.blocks.follow(&block.body, path, types).or_else(|| {
        let wanted = block.body.text(path);
        let text = wanted.value()?;
        let each = types.iter().flat_map(|native| names.iter().map(move |name| (native, name)));
        let mut found: Vec<&'b Block> =
            each.flat_map(|(native, name)| context.blocks.bearing(block.unit, native, name, text)).collect();
        found.dedup_by_key(|other| std::ptr::from_ref::<Block>(other));
        let mut bearers = found.into_iter();
        let first = bearers.next()?;
        // a name that two blocks bear tells neither from the other, unless it was read off one of them
        let read_off = |other: &&Block| wanted.origins.related().iter().any(|span| other.span.holds(*span));
        match bearers.next() {
            None => Some(first),
            Some(second) => [first, second].into_iter().chain(bearers).find(read_off),
        }
    })
}

/// The block whose data `resource` copies: the one at `path` of `node`, or `block` itself.
pub(super) fn inherits(block: &Block, path: Option<&str>) -> Option<Target> {
    match path {
        Some(path) => block.body.link(path).value().map(|link| link.target.clone()),
        None => Some(Target::Block(Reference {
            unit: block.unit,
            address: block.address.clone(),
            attribute: Arc::from("id"),
        })),
    }
}

/// The region in an ARN: `arn:aws:backup:eu-west-1:123456789012:backup-vault:x`.
pub(super) fn arn_region(arn: &str) -> Option<Arc<str>> {
    let mut parts = arn.split(':');
    (parts.next() == Some("arn")).then_some(())?;
    parts.nth(2).filter(|region| !region.is_empty()).map(Arc::from)
}
