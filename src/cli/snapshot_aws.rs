//! `deodar snapshot aws`: reads an account, or many, into a file each.

use std::future::Future;
use std::path::Path;

use futures_util::stream::{self, StreamExt};
use miette::Report;

use super::Exit;
use super::error::CliError;
use super::services_aws::chosen;
use super::snapshot_aws_screen::{Screen, say};
use super::typed::SnapshotAws as Typed;
use crate::collect::aws::account::{self, Member};
use crate::collect::aws::client::{Client, Options, Role, table as operations};
use crate::collect::aws::scan::Stopped;
use crate::collect::aws::snapshot::{self, Request};
use crate::collect::aws::table;

/// Accounts that are read at a time.
const ACCOUNTS: usize = 4;
/// The region that answers what is the same in all, unless the person or the profile names another.
const USUAL: &str = "us-east-1";

/// Runs the command.
pub(super) fn run(typed: Typed) -> miette::Result<Exit> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        let help = "the system may have run out of threads or files".to_owned();
        CliError::System { what: format!("nothing can be asked: {}", super::reason(&error)), help }
    })?;
    runtime.block_on(interruptible(work(&typed)))
}

/// The work, until the person has had enough of it.
async fn interruptible(work: impl Future<Output = miette::Result<Exit>>) -> miette::Result<Exit> {
    tokio::select! {
        done = work => done,
        // what was finished until now is in the journal
        Ok(()) = tokio::signal::ctrl_c() => Err(Stopped::Interrupted.into()),
    }
}

async fn work(typed: &Typed) -> miette::Result<Exit> {
    let tables = table::all();
    let services = chosen(&tables, &typed.services)?;
    for region in &typed.region {
        if operations::partition(region).is_none() {
            let help = "regions are named like `eu-west-1`".to_owned();
            return Err(CliError::Form { word: region.clone(), form: "a region of AWS", help }.into());
        }
    }
    let client = Client::connect(&options(typed)).await?;
    let near = typed.region.first().map(String::as_str).or(client.region()).unwrap_or(USUAL).to_owned();
    let main_region = operations::partition(&near).map_or(near, |partition| partition.main_region.to_owned());
    let clock = || jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let request = Request {
        services: &services,
        regions: &typed.region,
        main_region: &main_region,
        fresh: typed.fresh,
        clock: &clock,
    };
    let Some(role) = &typed.role else {
        return one(&client, &request, typed, &typed.out).await;
    };
    let members = members(typed, &client, &main_region).await?;
    std::fs::create_dir_all(&typed.out)
        .map_err(|error| CliError::Write { path: typed.out.display().to_string(), reason: super::reason(&error) })?;
    let caller = account::identify(&client, &main_region, std::slice::from_ref(&main_region), &clock).await?;
    let partition = caller.account.partition.unwrap_or_else(|| "aws".to_owned());
    let each = stream::iter(&members).map(async |member| {
        let out = typed.out.join(format!("{}.json", member.id));
        let done = match member.id == caller.account.id {
            // its own account has no role for itself
            true => one(&client, &request, typed, &out).await,
            false => {
                let arn = format!("arn:{partition}:iam::{}:role/{role}", member.id);
                other(&client, arn, &request, typed, &out).await
            }
        };
        done.unwrap_or_else(|report| {
            say(&format!("account {} ({}) was not read:", member.id, member.name));
            say_report(&report);
            Exit::Incomplete
        })
    });
    let exits: Vec<Exit> = each.buffered(ACCOUNTS).collect().await;
    let whole = exits.iter().filter(|exit| **exit == Exit::Clean).count();
    say(&format!("{} accounts, {whole} of them without a gap", members.len()));
    Ok(if whole == members.len() { Exit::Clean } else { Exit::Incomplete })
}

/// One account, as the caller is.
async fn one(client: &Client, request: &Request<'_>, typed: &Typed, out: &Path) -> miette::Result<Exit> {
    let screen = Screen::new();
    if typed.check {
        snapshot::check(client, request, &screen).await?;
        return Ok(Exit::Clean);
    }
    let taken = snapshot::take(client, request, out, &screen).await;
    screen.clear();
    let taken = taken?;
    screen.end(&taken, &out.display().to_string());
    Ok(if taken.is_whole() { Exit::Clean } else { Exit::Incomplete })
}

/// One account, through a role in it.
async fn other(client: &Client, arn: String, request: &Request<'_>, typed: &Typed, out: &Path) -> miette::Result<Exit> {
    let role = Role { arn, external_id: typed.external_id.clone(), ..Role::default() };
    one(&client.assume(&role).await?, request, typed, out).await
}

/// The accounts that are asked for.
async fn members(typed: &Typed, client: &Client, region: &str) -> miette::Result<Vec<Member>> {
    if typed.organization {
        let members = account::members(client, region).await.map_err(|failure| CliError::System {
            what: format!("the accounts of the organisation cannot be listed: {}", failure.message),
            help: "grant `organizations:ListAccounts` in the management account, or name the accounts with `--account`"
                .to_owned(),
        })?;
        return Ok(members);
    }
    let mut members: Vec<Member> = Vec::new();
    for id in &typed.account {
        if id.len() != 12 || !id.bytes().all(|digit| digit.is_ascii_digit()) {
            let help = "an account is a number of 12 digits".to_owned();
            return Err(CliError::Form { word: id.clone(), form: "an account of AWS", help }.into());
        }
        members.push(Member { id: id.clone(), name: "named with --account".to_owned() });
    }
    if members.is_empty() {
        let help = "say in which accounts: `--organization`, or `--account ID`".to_owned();
        return Err(CliError::Form { word: "--role".to_owned(), form: "enough", help }.into());
    }
    members.sort_by(|a, b| a.id.cmp(&b.id));
    members.dedup();
    Ok(members)
}

fn options(typed: &Typed) -> Options {
    let role = typed.role_arn.clone().map(|arn| {
        // with several accounts the id is for their roles
        let external_id = typed.external_id.clone().filter(|_| typed.role.is_none());
        Role { arn, external_id, ..Role::default() }
    });
    Options {
        profile: typed.profile.clone(),
        region: typed.region.first().cloned(),
        role,
        fips: typed.fips,
        dual_stack: typed.dual_stack,
        ..Options::default()
    }
}

/// An error of one account among many.
fn say_report(report: &Report) {
    for line in format!("{report:?}").lines() {
        say(&format!("  {line}"));
    }
}
