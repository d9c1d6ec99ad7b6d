//! One call: in its turn, written down, and what its outcome means.

use std::time::Duration;

use serde_json::{Map, Value};

use super::ask::{Ask, FailureKind};
use super::conditions::unmet;
use super::scan::Stopped;
use super::table::{Question, Reserved};
use super::unit::Unit;
use crate::collect::snapshot::{Call, Gap, GapState, Outcome};

/// How often, and how far apart, one asks whether something is ready.
const READY: (u32, Duration) = if cfg!(test) { (3, Duration::from_millis(1)) } else { (60, Duration::from_secs(2)) };

/// What came of a question.
pub(super) enum Reply {
    Answered(Value),
    /// There is no such thing.
    Absent,
    /// It cannot be told.
    Unknown(Gap),
    /// The service is not offered in this region, or not to this account.
    Elsewhere(String),
}

impl<A: Ask> Unit<'_, A> {
    /// Waits until what the question reads has been made.
    pub(super) async fn prepare(
        &self,
        question: &Question,
        region: &str,
        about: Option<&str>,
    ) -> Result<Option<Gap>, Stopped> {
        let Some(before) = &question.prepare else { return Ok(None) };
        let input = Value::Object(Map::new());
        for _ in 0..READY.0 {
            match self.put(question, &before.call, region, &input, about).await? {
                Reply::Answered(answer) if unmet(&before.until, &answer, &[]).is_none() => return Ok(None),
                Reply::Unknown(gap) => return Ok(Some(gap)),
                Reply::Answered(_) | Reply::Absent | Reply::Elsewhere(_) => tokio::time::sleep(READY.1).await,
            }
        }
        let call = self.call_name(question, &before.call);
        let message = Some("it was not ready in time".to_owned());
        Ok(Some(Gap { at: String::new(), state: GapState::Failed, call, permission: None, message }))
    }

    /// One call, written down.
    pub(super) async fn put(
        &self,
        question: &Question,
        operation: &str,
        region: &str,
        input: &Value,
        about: Option<&str>,
    ) -> Result<Reply, Stopped> {
        let client = self.service.client(question);
        let lane = self.lanes.of(client, region);
        // a lane is never closed
        let turn = lane.acquire().await.ok();
        let result = self.ask.call(client, operation, region, input).await;
        drop(turn);
        let call = self.call_name(question, operation);
        let permission = match operation == question.call {
            true => self.service.permission(question),
            false => self.service.preparing(question).unwrap_or_default(),
        };
        let tries = result.as_ref().map_or_else(|failure| failure.tries, |answer| answer.tries);
        let (outcome, reply) = match result {
            Ok(answer) => (Outcome::Answered, Reply::Answered(answer.value)),
            // a service that a region lacks looks as it does to one whose credentials have run out
            Err(failure)
                if matches!(failure.kind, FailureKind::Expired | FailureKind::NotEnabled) && !self.known().await =>
            {
                let account = self.scan.account.to_owned();
                return Err(Stopped::Expired { account, message: failure.message });
            }
            Err(failure) if failure.code.as_ref().is_some_and(|code| question.absent.contains(code)) => {
                (Outcome::Absent, Reply::Absent)
            }
            Err(failure) if failure.kind == FailureKind::NoHost && !self.ask.offers(client, region) => {
                let message = format!("`{client}` is not offered in `{region}`");
                (Outcome::Absent, Reply::Elsewhere(message))
            }
            Err(failure) if failure.kind == FailureKind::NotEnabled => {
                (Outcome::Absent, Reply::Elsewhere(failure.message))
            }
            Err(failure) => {
                let refused = matches!(failure.kind, FailureKind::Refused | FailureKind::Denied);
                let reserved = question.reserved == Some(Reserved::Management) && self.scan.management != Some(true);
                let state = match refused {
                    true if reserved => GapState::NotAsked,
                    true => GapState::Refused,
                    false => GapState::Failed,
                };
                let outcome = if refused { Outcome::Refused } else { Outcome::Failed };
                let message = Some(match &failure.code {
                    Some(code) if !failure.message.starts_with(&**code) => format!("{code}: {}", failure.message),
                    _ => failure.message,
                });
                // of what is denied from above there is nothing to be granted
                let permission = (failure.kind == FailureKind::Refused).then_some(permission);
                (outcome, Reply::Unknown(Gap { at: String::new(), state, call: call.clone(), permission, message }))
            }
        };
        let (permission, message) = match &reply {
            Reply::Unknown(gap) => (gap.permission.clone(), gap.message.clone()),
            Reply::Elsewhere(message) => (None, Some(message.clone())),
            _ => (None, None),
        };
        let (region, about, at) = (Some(region.to_owned()), about.map(str::to_owned), (self.scan.clock)());
        self.journal.call(&self.name, &Call { call, region, about, at, outcome, tries, permission, message })?;
        Ok(reply)
    }

    /// Whether AWS still knows the caller: then it was one service or region that did not.
    async fn known(&self) -> bool {
        let nothing = Value::Object(Map::new());
        self.ask.call("sts", "GetCallerIdentity", self.scan.main_region, &nothing).await.is_ok()
    }

    pub(super) fn call_name(&self, question: &Question, operation: &str) -> String {
        format!("{}:{operation}", self.service.client(question))
    }
}
