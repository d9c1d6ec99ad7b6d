//! Whose account it is, and which regions it has: what is asked before anything else.

use serde_json::{Value, json};

use super::ask::{Answer, Ask, Failure, FailureKind, Pages};
use crate::collect::snapshot::{Account, Call, Journal, Outcome, SnapshotError};

/// The unit of work under which these calls are written down.
const UNIT: &str = "account";

/// What keeps an account from being looked at at all.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum AccountError {
    /// Nobody says whose the credentials are.
    #[error("AWS does not say whose credentials these are: {0}")]
    #[diagnostic(help(
        "`aws sts get-caller-identity` asks the same; name a profile with `--profile`, or renew the credentials"
    ))]
    Caller(String),
    /// It is not known where to look.
    #[error("the regions of account `{account}` cannot be told: {message}")]
    #[diagnostic(help("grant `ec2:DescribeRegions`, or name the regions with `--region`"))]
    Regions {
        /// Whose.
        account: String,
        /// What AWS says.
        message: String,
    },
}

/// An account and where to look in it.
#[derive(Debug)]
pub struct Known {
    /// Itself.
    pub account: Account,
    /// Who asks.
    pub caller: String,
    /// The regions that are asked, sorted.
    pub regions: Vec<String>,
    /// Whether these are all there are.
    pub all_regions: bool,
    /// Whether it is its organisation's management account, if that is known.
    pub management: Option<bool>,
    /// The calls that told.
    calls: Vec<Call>,
}

/// One who asks and writes down what was asked.
struct Asking<'a, A> {
    ask: &'a A,
    clock: &'a dyn Fn() -> String,
    region: &'a str,
    calls: Vec<Call>,
}

/// What a snapshot says of a call that was made before its tables are gone through.
pub(super) fn record(call: String, region: &str, result: &Result<Answer, Failure>, at: String) -> Call {
    let failure = result.as_ref().err();
    let kind = failure.map(|failure| failure.kind);
    let refused = matches!(kind, Some(FailureKind::Refused | FailureKind::Denied));
    Call {
        permission: (kind == Some(FailureKind::Refused)).then(|| call.clone()),
        call,
        region: Some(region.to_owned()),
        about: None,
        at,
        outcome: match failure {
            None => Outcome::Answered,
            Some(_) if refused => Outcome::Refused,
            Some(failure) if failure.code.as_deref() == Some(NO_ORGANIZATION) => Outcome::Absent,
            Some(_) => Outcome::Failed,
        },
        tries: result.as_ref().map_or_else(|failure| failure.tries, |answer| answer.tries),
        message: failure.map(|failure| failure.message.clone()),
    }
}

impl<A: Ask> Asking<'_, A> {
    async fn call(&mut self, service: &str, operation: &str, input: Value) -> Result<Value, Failure> {
        let result = self.ask.call(service, operation, self.region, &input).await;
        self.calls.push(record(format!("{service}:{operation}"), self.region, &result, (self.clock)()));
        result.map(|answer| answer.value)
    }

    async fn regions(&mut self) -> Result<Vec<String>, Failure> {
        let first = match self.call("ec2", "DescribeRegions", json!({})).await {
            Ok(answer) => return Ok(texts(&answer, "Regions", "RegionName")),
            Err(failure) => failure,
        };
        // whoever may not ask the one may perhaps ask the other
        let (mut input, mut found) =
            (json!({"RegionOptStatusContains": ["ENABLED", "ENABLED_BY_DEFAULT"]}), Vec::new());
        let ask = self.ask;
        let mut pages = Pages::of(ask, "account", "ListRegions");
        loop {
            let Ok(answer) = self.call("account", "ListRegions", input.clone()).await else { return Err(first) };
            found.extend(texts(&answer, "Regions", "RegionName"));
            match pages.next(&input, &answer)? {
                Some(next) => input = next,
                None => return Ok(found),
            }
        }
    }
}

/// Said by an account that is in no organisation.
const NO_ORGANIZATION: &str = "AWSOrganizationsNotInUseException";

/// Asks whose account it is, and which regions it has unless they are `chosen`.
pub async fn identify(
    ask: &impl Ask,
    region: &str,
    chosen: &[String],
    clock: &dyn Fn() -> String,
) -> Result<Known, AccountError> {
    let mut asking = Asking { ask, clock, region, calls: Vec::new() };
    let unknown = |message: String| AccountError::Caller(message);
    let who = asking.call("sts", "GetCallerIdentity", json!({})).await.map_err(|failure| unknown(failure.message))?;
    let text = |key: &str| who.get(key).and_then(Value::as_str).map(str::to_owned);
    let (Some(id), Some(caller)) = (text("Account"), text("Arn")) else {
        return Err(unknown("the answer names no account".to_owned()));
    };
    let mut regions = match chosen {
        [] => asking
            .regions()
            .await
            .map_err(|failure| AccountError::Regions { account: id.clone(), message: failure.message })?,
        chosen => chosen.to_vec(),
    };
    regions.sort();
    regions.dedup();
    if regions.is_empty() {
        return Err(AccountError::Regions { account: id, message: "it has none".to_owned() });
    }
    let aliases = asking.call("iam", "ListAccountAliases", json!({})).await.ok();
    let organization = asking.call("organizations", "DescribeOrganization", json!({})).await.ok();
    let of = |key: &str| organization.as_ref()?.get("Organization")?.get(key)?.as_str().map(str::to_owned);
    let account = Account {
        partition: caller.split(':').nth(1).map(str::to_owned),
        alias: aliases.as_ref().and_then(|answer| answer.get("AccountAliases")?.get(0)?.as_str().map(str::to_owned)),
        organization: of("Id"),
        id,
    };
    let management = of("MasterAccountId").map(|management| management == account.id);
    let all_regions = chosen.is_empty();
    Ok(Known { account, caller, regions, all_regions, management, calls: asking.calls })
}

impl Known {
    /// Writes down what was asked, once.
    pub fn note(&self, journal: &Journal) -> Result<(), SnapshotError> {
        if journal.is_finished(UNIT) {
            return Ok(());
        }
        self.calls.iter().try_for_each(|call| journal.call(UNIT, call))?;
        journal.finished(UNIT)
    }
}

/// An account of an organisation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Member {
    /// Its number.
    pub id: String,
    /// What the organisation calls it.
    pub name: String,
}

/// The accounts of the organisation that are in use, sorted by number.
pub async fn members(ask: &impl Ask, region: &str) -> Result<Vec<Member>, Failure> {
    let (mut input, mut found) = (json!({}), Vec::new());
    let mut pages = Pages::of(ask, "organizations", "ListAccounts");
    loop {
        let answer = ask.call("organizations", "ListAccounts", region, &input).await?.value;
        for account in answer.get("Accounts").and_then(Value::as_array).into_iter().flatten() {
            let text = |key: &str| account.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            // a suspended account answers nobody
            if text("Status") == "ACTIVE" {
                found.push(Member { id: text("Id"), name: text("Name") });
            }
        }
        match pages.next(&input, &answer)? {
            Some(next) => input = next,
            None => break,
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

fn texts(answer: &Value, list: &str, key: &str) -> Vec<String> {
    let items = answer.get(list).and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|item| item.get(key)?.as_str().map(str::to_owned)).collect()
}
