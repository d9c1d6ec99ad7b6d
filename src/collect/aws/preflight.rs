//! What a scan will not be able to tell, said before it begins: asked of IAM itself, where the caller may ask; else one
//! call of each service is tried.
//!
//! IAM's simulation knows the policies of the caller and of its organisation; it does not know policies of the
//! resources, conditions on the way of the call, or limits of a session. What it says is a forecast, the snapshot has
//! what came.

use std::cell::RefCell;
use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt};
use serde_json::{Value, json};

use super::account::record;
use super::ask::{Answer, Ask, Failure, FailureKind, Pages};
use super::permissions::needed;
use super::table::{Question, Scope, Service, Type};
use super::template::Names;
use crate::collect::snapshot::Call;

/// How many actions are asked about at a time.
const ACTIONS: usize = 50;
/// Services that are tried at a time.
const TRIES: usize = 8;

/// What was found out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Forecast {
    /// IAM says that these permissions are missing, and these types will not be known, wholly or in part; both sorted.
    Missing(Vec<(String, Vec<String>)>),
    /// IAM does not tell, because; so of so many services one call was tried, and these were not answered: the
    /// permission or what was said, and the types that will not be known.
    Tried {
        /// Why IAM does not tell.
        why: String,
        /// How many services were tried.
        services: usize,
        /// Those that did not answer.
        missing: Vec<(String, Vec<String>)>,
    },
}

/// Of whom, and where.
pub struct Foreseen<'f> {
    /// The tables of the services that will be asked.
    pub services: &'f [&'f Service],
    /// The account's number.
    pub account: &'f str,
    /// Its partition.
    pub partition: &'f str,
    /// Who asks.
    pub caller: &'f str,
    /// Where global services answer.
    pub main_region: &'f str,
    /// The regions that will be asked.
    pub regions: &'f [String],
    /// The time, as a snapshot writes it.
    pub clock: &'f dyn Fn() -> String,
}

/// Asks IAM which of the calls will be refused, or tries it; and the calls that it took.
pub async fn forecast(ask: &impl Ask, of: &Foreseen<'_>) -> (Forecast, Vec<Call>) {
    let asking = Asking { ask, of, calls: RefCell::default() };
    let forecast = match asking.simulated().await {
        Ok(missing) => Forecast::Missing(missing),
        Err(why) => asking.tried(why).await,
    };
    let mut calls = asking.calls.into_inner();
    calls.sort_by(|a, b| (&a.call, &a.region).cmp(&(&b.call, &b.region)));
    (forecast, calls)
}

struct Asking<'a, A> {
    ask: &'a A,
    of: &'a Foreseen<'a>,
    calls: RefCell<Vec<Call>>,
}

impl<A: Ask> Asking<'_, A> {
    async fn call(&self, service: &str, operation: &str, region: &str, input: &Value) -> Result<Answer, Failure> {
        let result = self.ask.call(service, operation, region, input).await;
        let call = record(format!("{service}:{operation}"), region, &result, (self.of.clock)());
        self.calls.borrow_mut().push(call);
        result
    }

    /// What IAM says; else why it says nothing.
    async fn simulated(&self) -> Result<Vec<(String, Vec<String>)>, String> {
        let caller = self.of.caller;
        let source = source(caller).ok_or_else(|| format!("it simulates users and roles, not `{caller}`"))?;
        let needed = needed(self.of.services);
        let mut refused = BTreeSet::new();
        let actions: Vec<&String> = needed.keys().collect();
        for some in actions.chunks(ACTIONS) {
            let mut input = json!({"PolicySourceArn": source, "ActionNames": some});
            let mut pages = Pages::of(self.ask, "iam", "SimulatePrincipalPolicy");
            loop {
                let answer = self.call("iam", "SimulatePrincipalPolicy", self.of.main_region, &input).await;
                let answer = answer.map_err(|failure| failure.message)?.value;
                for result in answer.get("EvaluationResults").and_then(Value::as_array).into_iter().flatten() {
                    let text = |key: &str| result.get(key).and_then(Value::as_str);
                    if let (Some(action), Some(decision)) = (text("EvalActionName"), text("EvalDecision"))
                        && decision != "allowed"
                    {
                        refused.insert(action.to_owned());
                    }
                }
                match pages.next(&input, &answer).map_err(|error| error.to_string())? {
                    Some(next) => input = next,
                    None => break,
                }
            }
        }
        let missing = needed.into_iter().filter(|(permission, _)| refused.contains(permission));
        let texts = |types: BTreeSet<&str>| types.into_iter().map(str::to_owned).collect();
        Ok(missing.map(|(permission, types)| (permission, texts(types))).collect())
    }

    /// One call of each service, in one region, for a small page.
    async fn tried(&self, why: String) -> Forecast {
        let each = stream::iter(self.of.services.iter().copied()).map(|service| self.try_one(service));
        let tried: Vec<Option<Option<_>>> = each.buffered(TRIES).collect().await;
        let services = tried.iter().flatten().count();
        let mut missing: Vec<_> = tried.into_iter().flatten().flatten().collect();
        missing.sort();
        Forecast::Tried { why, services, missing }
    }

    /// What will not be known of a service that did not answer; none at all where it has no call that can be tried.
    async fn try_one(&self, service: &Service) -> Option<Option<(String, Vec<String>)>> {
        let region = match service.scope {
            Scope::Global => self.of.main_region,
            Scope::Regional => self.of.regions.first()?,
        };
        let names = Names {
            item: &Value::Null,
            bare: &Value::Null,
            id: None,
            arn: None,
            region,
            account: self.of.account,
            partition: self.of.partition,
            parent: None,
        };
        let open = |question: &&Question| question.prepare.is_none() && question.reserved.is_none();
        let first = service.roots().filter_map(|of| Some((of, of.first().filter(open)?)));
        let (of, question, input) =
            { first }.find_map(|(of, question)| Some((of, question, names.fill(&question.with).ok()?)))?;
        let client = service.client(question);
        let input = self.ask.small(client, &question.call, &input);
        let Err(failure) = self.call(client, &question.call, region, &input).await else { return Some(None) };
        let fine = match failure.kind {
            FailureKind::NotEnabled => true,
            FailureKind::NoHost => !self.ask.offers(client, region),
            _ => failure.code.as_ref().is_some_and(|code| question.absent.contains(code)),
        };
        if fine {
            return Some(None);
        }
        let what = match failure.kind {
            FailureKind::Refused => service.permission(question),
            _ => format!("{client}:{}: {}", question.call, failure.message),
        };
        let mut types = BTreeSet::new();
        below(service, of, &mut types);
        Some(Some((what, types.into_iter().collect())))
    }
}

/// A type and all that hangs below it.
fn below(service: &Service, of: &Type, types: &mut BTreeSet<String>) {
    if types.insert(of.name.clone()) {
        service.children(&of.name).for_each(|child| below(service, child, types));
    }
}

/// The user or role of a caller: an assumed role is simulated as the role.
fn source(caller: &str) -> Option<String> {
    let parts: Vec<&str> = caller.splitn(6, ':').collect();
    let [arn, partition, _, region, account, resource] = parts.as_slice() else { return None };
    if let Some(session) = resource.strip_prefix("assumed-role/") {
        // the path of the role is not in the ARN of its session
        let role = session.rsplit_once('/')?.0;
        return Some(format!("{arn}:{partition}:iam:{region}:{account}:role/{role}"));
    }
    let simulated = resource.starts_with("user/") || resource.starts_with("role/");
    simulated.then(|| caller.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_simulated_as_its_role() {
        let role = source("arn:aws:sts::1:assumed-role/Audit/me@example.com");
        assert_eq!(role.as_deref(), Some("arn:aws:iam::1:role/Audit"));
        assert_eq!(source("arn:aws:iam::1:user/x").as_deref(), Some("arn:aws:iam::1:user/x"));
        assert_eq!(source("arn:aws:iam::1:root"), None);
    }
}
