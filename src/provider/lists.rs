//! What a scan knows of absence: whether there may be more of a type than it holds, and why. A snapshot says it list by
//! list; of manifests only the estate file can say that they are all there is.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use super::needs::asked;
use super::{Context, aws, spelling};
use crate::value::{Block, Node, State, Unknown, Value, Why};

/// The block by which a snapshot says of itself what it is and how far its lists go.
const SNAPSHOT: &str = "snapshot.";

/// The lists of one snapshot.
pub(super) struct Lists {
    /// By native type, small letters.
    of_type: HashMap<String, Vec<List>>,
    regions: Vec<Arc<str>>,
    all_regions: bool,
    /// When the snapshot was begun.
    started: Option<Timestamp>,
}

struct List {
    /// None where one list holds all regions.
    region: Option<Arc<str>>,
    /// Why it is not whole.
    gap: Option<Arc<Unknown>>,
}

/// Whether `block` is what a snapshot says of itself.
pub(super) fn is_snapshot(block: &Block) -> bool {
    block.native_type.starts_with(SNAPSHOT)
}

impl Lists {
    /// The lists of the snapshot that `blocks` are of, if they are of one.
    pub(super) fn of(blocks: &[Block]) -> Option<Self> {
        let body = &blocks.iter().find(|block| is_snapshot(block))?.body;
        let mut of_type: HashMap<String, Vec<List>> = HashMap::new();
        for list in body.each("lists") {
            let Some(native) = list.get("type").and_then(Node::as_str) else { continue };
            let gap = match list.get("unknown").map(|gap| &gap.value) {
                Some(Value::Unknown(unknown)) => Some(unknown.clone()),
                _ => None,
            };
            let region = list.text("region").value().cloned();
            of_type.entry(native.to_ascii_lowercase()).or_default().push(List { region, gap });
        }
        let regions = body.each("regions").iter().filter_map(|region| region.text("").value().cloned()).collect();
        let started = body.text("started").value().and_then(|time| time.parse().ok());
        Some(Self { of_type, regions, all_regions: body.bool("all_regions").value() == Some(&true), started })
    }

    /// Why there may be more of `types` than the snapshot holds, `within` a region or namespace, or anywhere.
    pub(super) fn beyond(&self, types: &[&str], within: Option<&str>) -> Option<Arc<Unknown>> {
        types.iter().find_map(|reads_as| self.beyond_one(reads_as, within))
    }

    /// Of the native types that make one of ours, those that were asked for count; one must have been.
    fn beyond_one(&self, reads_as: &str, within: Option<&str>) -> Option<Arc<Unknown>> {
        let natives = match spelling::written_as(asked(reads_as)) {
            [] if reads_as.contains('_') => return None, // what the cloud itself does not have
            [] => &[reads_as],
            natives => natives,
        };
        let mut asked = false;
        for native in natives {
            let Some(lists) = self.lists(native) else { continue };
            asked = true;
            if let Some(gap) = self.gap(native, lists, within) {
                return Some(gap);
            }
        }
        let first = natives.first().copied().unwrap_or(reads_as);
        (!asked).then(|| Unknown::new(Why::Unanswered(format!("`{first}` was not asked for").into())))
    }

    /// The lists of a native type, or of the one whose answers hold it. Of Kubernetes the kind will do.
    fn lists(&self, native: &str) -> Option<&[List]> {
        let found = |name: &str| self.of_type.get(&name.to_ascii_lowercase()).map(Vec::as_slice);
        let inside = || aws::ANSWERED_WITHIN.iter().find(|(inner, _)| *inner == native).map(|(_, outer)| *outer);
        let kind = || {
            let ends = format!("/{}", native.to_ascii_lowercase());
            let (_, lists) = self.of_type.iter().find(|(known, _)| known.ends_with(&ends))?;
            Some(lists.as_slice())
        };
        found(native).or_else(|| found(inside()?)).or_else(|| (!native.contains(':')).then(kind).flatten())
    }

    fn gap(&self, native: &str, lists: &[List], within: Option<&str>) -> Option<Arc<Unknown>> {
        let here = |list: &&List| match (&list.region, within) {
            (Some(region), Some(within)) => **region == *within,
            _ => true,
        };
        let found: Vec<&List> = lists.iter().filter(here).collect();
        if let Some(gap) = found.iter().find_map(|list| list.gap.clone()) {
            return Some(gap);
        }
        let listed = |region: &str| found.iter().any(|list| list.region.as_deref().is_none_or(|own| own == region));
        let everywhere = found.iter().any(|list| list.region.is_none());
        let missing = match within {
            Some(region) => (!listed(region)).then_some(region),
            None => self.regions.iter().map(|region| &**region).find(|region| !listed(region)),
        };
        let because = |why: String| Some(Unknown::new(Why::Unanswered(why.into())));
        match missing {
            Some(region) => because(format!("`{native}` was not asked for in `{region}`")),
            None if found.is_empty() => because(format!("`{native}` was not asked for")),
            None if everywhere || within.is_some() || self.all_regions => None,
            None => because(format!("only {} was asked", quoted(&self.regions))),
        }
    }
}

fn quoted(regions: &[Arc<str>]) -> String {
    regions.iter().map(|region| format!("`{region}`")).collect::<Vec<_>>().join(", ")
}

impl Context<'_> {
    /// When the account or cluster was looked at; none of manifests.
    pub(super) fn taken(&self) -> Option<Timestamp> {
        self.blocks.lists()?.started
    }

    /// Why there may be more of `types` than the scan holds, `within` a region or namespace or anywhere; none where it
    /// holds all. Of manifests `what` says it: "a trail may be set up elsewhere".
    pub(super) fn beyond(&self, types: &[&str], within: Option<&str>, what: &str) -> Option<Arc<Unknown>> {
        match self.blocks.lists() {
            Some(lists) => lists.beyond(types, within),
            None if self.whole => None,
            None => Some(Unknown::new(Why::Partial(Arc::from(what)))),
        }
    }
}

/// The region that a block says it is in, to ask for the lists of that region.
pub(super) fn region_of(block: &Block) -> Option<Arc<str>> {
    match block.context.text("region").state {
        State::Set(region) | State::Default(region) => Some(region),
        State::Unset | State::Unknown(_) => None,
    }
}
