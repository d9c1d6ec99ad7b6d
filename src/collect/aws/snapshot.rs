//! A snapshot of one account, from the first question to the file.

use std::collections::BTreeMap;
use std::path::Path;

use super::account::{self, AccountError, Known};
use super::ask::Ask;
use super::preflight::{self, Forecast, Foreseen};
use super::scan::{Scan, Stopped, Watch};
use super::table::Service;
use crate::collect::snapshot::{Header, Journal, Lack, Provider, SnapshotError, VERSION};

/// What is wanted of an account.
pub struct Request<'r> {
    /// The tables of the services that are asked.
    pub services: &'r [&'r Service],
    /// The regions; all that are enabled, if there are none.
    pub regions: &'r [String],
    /// The region in which the account answers what is the same in all.
    pub main_region: &'r str,
    /// Whether a journal that an earlier run left is thrown away.
    pub fresh: bool,
    /// The time, as a snapshot writes it.
    pub clock: &'r dyn Fn() -> String,
}

/// Why there is no snapshot.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum SnapshotFailed {
    /// The account could not be looked at.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Account(#[from] AccountError),
    /// The file could not be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    File(#[from] SnapshotError),
    /// The scan did not come to its end.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Stopped(#[from] Stopped),
}

/// What a snapshot holds, all runs that it took together.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    /// How many resources.
    pub resources: usize,
    /// What was refused or failed, by call.
    pub lacking: BTreeMap<String, Lack>,
}

impl Taken {
    /// Whether everything that was asked was answered.
    pub fn is_whole(&self) -> bool {
        self.lacking.is_empty()
    }
}

/// Hears what is known before the scan begins.
pub trait Before {
    /// The account is this, and so many regions are asked.
    fn account(&self, id: &str, alias: Option<&str>, regions: &[String]);
    /// What will not be known.
    fn forecast(&self, forecast: &Forecast);
}

/// Says what a snapshot will not hold, and takes none.
pub async fn check(ask: &impl Ask, request: &Request<'_>, before: &impl Before) -> Result<(), SnapshotFailed> {
    let known = account::identify(ask, request.main_region, request.regions, request.clock).await?;
    before.account(&known.account.id, known.account.alias.as_deref(), &known.regions);
    before.forecast(&preflight::forecast(ask, &foreseen(request, &known)).await.0);
    Ok(())
}

/// The unit of work under which the calls of the forecast are written down.
const FORECAST: &str = "forecast";

fn foreseen<'f>(request: &'f Request<'_>, known: &'f Known) -> Foreseen<'f> {
    Foreseen {
        services: request.services,
        account: &known.account.id,
        partition: known.account.partition.as_deref().unwrap_or("aws"),
        caller: &known.caller,
        main_region: request.main_region,
        regions: &known.regions,
        clock: request.clock,
    }
}

/// Takes a snapshot into the file `out`, or goes on with one that an earlier run began.
pub async fn take<W: Watch + Before>(
    ask: &impl Ask,
    request: &Request<'_>,
    out: &Path,
    watch: &W,
) -> Result<Taken, SnapshotFailed> {
    let started = (request.clock)();
    let known = account::identify(ask, request.main_region, request.regions, request.clock).await?;
    watch.account(&known.account.id, known.account.alias.as_deref(), &known.regions);
    let mut services: Vec<String> = request.services.iter().map(|service| service.service.clone()).collect();
    services.sort();
    services.dedup();
    let header = Header {
        snapshot: VERSION,
        provider: Provider::Aws,
        account: Some(known.account.clone()),
        cluster: None,
        caller: Some(known.caller.clone()),
        started,
        tool: concat!("deodar ", env!("CARGO_PKG_VERSION")).to_owned(),
        regions: known.regions.clone(),
        all_regions: known.all_regions,
        services,
    };
    let journal = Journal::open(out, &header, request.fresh)?;
    known.note(&journal)?;
    // a run that goes on was told before
    if !journal.is_finished(FORECAST) {
        let (forecast, calls) = preflight::forecast(ask, &foreseen(request, &known)).await;
        watch.forecast(&forecast);
        calls.iter().try_for_each(|call| journal.call(FORECAST, call))?;
        journal.finished(FORECAST)?;
    }
    let scan = Scan {
        account: &known.account.id,
        partition: known.account.partition.as_deref().unwrap_or("aws"),
        main_region: request.main_region,
        regions: &known.regions,
        all_regions: known.all_regions,
        management: known.management,
        services: request.services,
        clock: request.clock,
        watch,
    };
    scan.run(ask, &journal).await?;
    let taken = Taken { resources: journal.count(), lacking: journal.lacking() };
    journal.finish(&(request.clock)())?;
    Ok(taken)
}
