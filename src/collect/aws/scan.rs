//! One account, from its tables to its journal: which units of work there are, and how many run at a time.
//!
//! A unit is a type of a service in a region, with all that hangs below it. What a unit wrote counts once it is finished,
//! so that a run that was stopped goes on where it was.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_util::stream::{self, TryStreamExt};
use tokio::sync::Semaphore;

use super::ask::Ask;
use super::table::{Scope, Service, Type};
use super::unit::Unit;
use crate::collect::snapshot::{Journal, ListState, SnapshotError};

/// Units that run at a time.
const UNITS: usize = 24;
/// Calls to one service in one region at a time: what else runs in the account is not to be starved.
const CALLS: usize = 8;

/// What ends a scan before it is done.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum Stopped {
    /// The journal cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Journal(#[from] SnapshotError),
    /// Nothing more can be asked.
    #[error("the credentials for account `{account}` have run out: {message}")]
    #[diagnostic(help("renew them and run the same command again: it goes on where it was"))]
    Expired {
        /// Whose.
        account: String,
        /// What AWS says.
        message: String,
    },
    /// The person has had enough.
    #[error("stopped")]
    #[diagnostic(help("run the same command again: it goes on where it was; with `--fresh` it begins anew"))]
    Interrupted,
}

/// What is asked, of whom.
pub struct Scan<'s> {
    /// The account's number.
    pub account: &'s str,
    /// Its partition.
    pub partition: &'s str,
    /// The region in which global services answer.
    pub main_region: &'s str,
    /// The regions that are asked.
    pub regions: &'s [String],
    /// Whether these are all there are.
    pub all_regions: bool,
    /// Whether it is its organisation's management account, if that is known.
    pub management: Option<bool>,
    /// The tables of the services that are asked.
    pub services: &'s [&'s Service],
    /// The time, as a snapshot writes it.
    pub clock: &'s dyn Fn() -> String,
    /// Told of what happens.
    pub watch: &'s dyn Watch,
}

/// Hears how a scan goes on.
pub trait Watch {
    /// So many units are to be done.
    fn begins(&self, units: usize);
    /// One is done, or was done by an earlier run.
    fn done(&self, unit: &str);
    /// A resource was found.
    fn found(&self, native_type: &str);
}

/// How many calls may be made at a time, by service and region.
#[derive(Default)]
pub(super) struct Lanes(RefCell<BTreeMap<(String, String), Rc<Semaphore>>>);

impl Lanes {
    pub(super) fn of(&self, service: &str, region: &str) -> Rc<Semaphore> {
        let key = (service.to_owned(), region.to_owned());
        self.0.borrow_mut().entry(key).or_insert_with(|| Rc::new(Semaphore::new(CALLS))).clone()
    }
}

impl Scan<'_> {
    /// Asks everything that the journal does not hold yet.
    pub async fn run(&self, ask: &impl Ask, journal: &Journal) -> Result<(), Stopped> {
        let units = self.units();
        self.watch.begins(units.len());
        let lanes = Lanes::default();
        let each = units.into_iter().map(Ok::<_, Stopped>);
        let work = stream::iter(each).try_for_each_concurrent(UNITS, async |(service, of, region)| {
            let unit = Unit::new(self, ask, journal, &lanes, service, of, region);
            if !journal.is_finished(unit.name()) {
                unit.run().await?;
            }
            self.watch.done(unit.name());
            Ok(())
        });
        work.await
    }

    /// Every unit, region by region, so that those that run at a time are of different services; the global ones take
    /// longest, so they begin first.
    fn units(&self) -> Vec<(&Service, &Type, Option<&str>)> {
        let regions = self.regions.iter().map(|region| Some(region.as_str()));
        let mut units = Vec::new();
        for region in std::iter::once(None).chain(regions) {
            let here = if region.is_none() { Scope::Global } else { Scope::Regional };
            for service in self.services.iter().filter(|service| service.scope == here) {
                units.extend(service.roots().map(|of| (*service, of, region)));
            }
        }
        units
    }
}

/// The worse of two states: one list that is not whole makes the whole not whole.
pub(super) fn worse(one: ListState, other: ListState) -> ListState {
    let rank = |state: ListState| match state {
        ListState::Complete => 0,
        ListState::NotAsked => 1,
        ListState::Failed => 2,
        ListState::Refused => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}
