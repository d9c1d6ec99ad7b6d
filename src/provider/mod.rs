//! Blocks to resources: what each cloud's types mean. One folder a cloud, one file a service family with both dialects
//! side by side. Knows no rule and no law.

mod account;
mod address;
mod aws;
mod azure;
mod carriers;
mod certificates;
mod controllers;
mod data;
mod docker;
mod entry;
mod gcp;
mod hosts;
pub mod iam;
mod images;
mod join;
mod joined;
mod kubernetes;
mod lists;
mod needs;
mod net;
mod runtimes;
mod secrets;
mod spelling;
mod stand_ins;
mod state;
mod tenants;
mod written;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use rayon::prelude::*;

pub use join::{Blocks, accounts};
pub use joined::Joined;
pub use spelling::{native_types, respell};

use crate::model::{Places, Resource, UnknownTypes};
use crate::source::Note;
use crate::value::{Block, Known, UnitId};

/// What a normaliser may look at besides its block.
pub struct Context<'b> {
    /// Every block of the scan, for joins and references.
    pub blocks: &'b Blocks<'b>,
    /// Accounts, tenants and projects of one's own, from the estate file; none when it does not say.
    pub own_accounts: Option<&'b BTreeSet<Arc<str>>>,
    /// Whether the estate file says that the manifests hold all there is: what is absent is then known to be absent. Ask
    /// `beyond`, which knows of snapshots as well.
    pub whole: bool,
    /// The table of places.
    pub places: &'b Places,
}

/// The accounts of one's own, as far as they are told.
#[derive(Clone, Copy)]
pub struct OwnAccounts<'b> {
    declared: Option<&'b BTreeSet<Arc<str>>>,
    running: &'b BTreeSet<Arc<str>>,
}

impl<'b> Context<'b> {
    /// The accounts of one's own.
    pub fn own(&self) -> OwnAccounts<'b> {
        OwnAccounts { declared: self.own_accounts, running: self.blocks.accounts() }
    }
}

impl OwnAccounts<'_> {
    /// What `ask` answers of them; where none are declared, the running ones that were read are one's own.
    pub fn asked(&self, ask: impl Fn(Option<&BTreeSet<Arc<str>>>) -> Known<bool>) -> Known<bool> {
        let said = ask(self.declared);
        if self.declared.is_some() || said.value().is_some() || self.running.is_empty() {
            return said;
        }
        let closer = ask(Some(self.running));
        if closer.value() == Some(&false) { closer } else { said }
    }
}

/// Reads one block into resources.
pub type Reader = fn(&Block, &Context<'_>, &mut Vec<Resource>);

/// A native type and its reader; fragments, which are read by the resource that they speak of, have [`fragment`].
pub type Row = (&'static str, Reader);

/// The reader of a block that only completes another one.
pub fn fragment(_: &Block, _: &Context<'_>, _: &mut Vec<Resource>) {}

/// Every cloud's service families.
const CLOUDS: &[&[&[Row]]] =
    &[aws::FAMILIES, azure::FAMILIES, gcp::FAMILIES, kubernetes::FAMILIES, docker::FAMILIES, &[state::ROWS]];

static READERS: LazyLock<BTreeMap<&'static str, Reader>> =
    LazyLock::new(|| CLOUDS.iter().flat_map(|families| families.iter().copied()).flatten().copied().collect());

/// Every native type that is read, sorted: for tests and the docs.
pub fn known_types() -> impl Iterator<Item = &'static str> {
    READERS.keys().copied()
}

/// What is said of blocks that stand for resources of a cloud and are not read.
pub fn unseen(blocks: &[Block]) -> Vec<Note> {
    controllers::unseen(blocks).into_iter().chain(stand_ins::unseen(blocks)).collect()
}

/// How types of blocks begin that are no resources.
const SETTINGS: &[&str] = &["provider.", "terraform.", "snapshot."];

/// The blocks of each estate of a scan: those of manifests, which stand for one, and those of each snapshot. What is
/// looked for in one is not found in another.
pub fn estates(blocks: Vec<Block>) -> Vec<Vec<Block>> {
    let units: BTreeSet<UnitId> =
        blocks.iter().filter(|block| lists::is_snapshot(block)).map(|block| block.unit).collect();
    let mut estates: BTreeMap<Option<UnitId>, Vec<Block>> = BTreeMap::new();
    for block in blocks {
        estates.entry(units.get(&block.unit).copied()).or_default().push(block);
    }
    estates.into_values().collect()
}

/// Reads all blocks, in parallel and in order; types that nobody knows are counted.
pub fn normalise(context: &Context<'_>) -> (Vec<Resource>, UnknownTypes) {
    let read: Vec<Result<Vec<Resource>, Arc<str>>> = context
        .blocks
        .all()
        .par_iter()
        .map(|block| match READERS.get(&*block.native_type) {
            Some(reader) => {
                let mut resources = Vec::new();
                reader(block, context, &mut resources);
                written::push(block, &mut resources);
                Ok(resources)
            }
            None => Err(block.written.clone().unwrap_or_else(|| block.native_type.clone())),
        })
        .collect();
    let mut resources = Vec::new();
    let mut unknown = UnknownTypes::new();
    for result in read {
        match result {
            Ok(found) => resources.extend(found),
            Err(native_type) if SETTINGS.iter().any(|start| native_type.starts_with(start)) => {}
            Err(native_type) => *unknown.entry(native_type).or_default() += 1,
        }
    }
    resources.extend(account::accounts(context));
    (resources, unknown)
}
