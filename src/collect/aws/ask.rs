//! What the engine needs of a client, and how a call can fail: the only face of AWS that the engine knows.

use std::collections::BTreeSet;
use std::future::Future;

use serde_json::Value;

use super::client::NoToken;

/// An answer of AWS, with the API's own names.
#[derive(Clone, Debug)]
pub struct Answer {
    /// What it says.
    pub value: Value,
    /// How often it was asked for.
    pub tries: u32,
}

/// A call that was not answered.
#[derive(Clone, Debug)]
pub struct Failure {
    /// In what way.
    pub kind: FailureKind,
    /// AWS's code, where it gave one.
    pub code: Option<String>,
    /// What was said.
    pub message: String,
    /// How often it was tried.
    pub tries: u32,
}

/// In what way a call failed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FailureKind {
    /// The caller may not.
    Refused,
    /// Nobody in the caller's place may: a policy above it, or an explicit deny.
    Denied,
    /// The credentials are not known there: they may have run out.
    Expired,
    /// The account has not opted in to the service, so that it has nothing there.
    NotEnabled,
    /// There is no such host.
    NoHost,
    /// Anything else.
    Failed,
}

/// Puts single calls to AWS.
pub trait Ask {
    /// One call, one page.
    fn call(
        &self,
        service: &str,
        operation: &str,
        region: &str,
        input: &Value,
    ) -> impl Future<Output = Result<Answer, Failure>>;

    /// The input that asks for the next page; none after the last.
    fn next(&self, service: &str, operation: &str, input: &Value, answer: &Value) -> Result<Option<Value>, NoToken>;

    /// The same question for a small page, where it may be asked for one.
    fn small(&self, service: &str, operation: &str, input: &Value) -> Value;

    /// Whether AWS says that it offers the service in the region.
    fn offers(&self, service: &str, region: &str) -> bool;
}

impl From<NoToken> for Failure {
    fn from(error: NoToken) -> Self {
        Self { kind: FailureKind::Failed, code: None, message: error.to_string(), tries: 1 }
    }
}

/// The pages of one list: each is asked for once.
pub(super) struct Pages<'p, A> {
    ask: &'p A,
    service: &'p str,
    operation: &'p str,
    asked: BTreeSet<String>,
}

impl<'p, A: Ask> Pages<'p, A> {
    pub(super) fn of(ask: &'p A, service: &'p str, operation: &'p str) -> Self {
        Self { ask, service, operation, asked: BTreeSet::new() }
    }

    /// The input that asks for the page after `answer`, to the question `input`; none after the last.
    pub(super) fn next(&mut self, input: &Value, answer: &Value) -> Result<Option<Value>, NoToken> {
        let next = self.ask.next(self.service, self.operation, input, answer)?;
        self.asked.insert(input.to_string());
        match next {
            Some(next) if self.asked.contains(&next.to_string()) => Err(NoToken::Again),
            next => Ok(next),
        }
    }
}
