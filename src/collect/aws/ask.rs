//! What the engine needs of a client, and how a call can fail: the only face of AWS that the engine knows.

use std::future::Future;

use serde_json::Value;

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
    /// The credentials are not known there: they may have run out.
    Expired,
    /// The account has not opted in to the service, so that it has nothing there.
    NotEnabled,
    /// Nothing answers there.
    Unreachable,
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

    /// The input that asks for the next page.
    fn next(&self, service: &str, operation: &str, input: &Value, answer: &Value) -> Option<Value>;

    /// Whether AWS says that it offers the service in the region.
    fn offers(&self, service: &str, region: &str) -> bool;
}
