//! A snapshot of one account, from the first question to the file.

use std::path::Path;

use super::account::{self, AccountError};
use super::ask::Ask;
use super::preflight::{self, Forecast};
use super::scan::{Scan, Stopped, Watch};
use super::table::Service;
use crate::collect::snapshot::{Header, Journal, Provider, SnapshotError, VERSION};

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
    before.forecast(&preflight::forecast(ask, request.services, &known.caller, request.main_region).await);
    Ok(())
}

/// Takes a snapshot into the file `out`, or goes on with one that an earlier run began.
pub async fn take<W: Watch + Before>(
    ask: &impl Ask,
    request: &Request<'_>,
    out: &Path,
    watch: &W,
) -> Result<(), SnapshotFailed> {
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
    watch.forecast(&preflight::forecast(ask, request.services, &known.caller, request.main_region).await);
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
    Ok(journal.finish(&(request.clock)())?)
}
