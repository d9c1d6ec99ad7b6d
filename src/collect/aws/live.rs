//! The engine's questions, put to the client.

use serde_json::Value;

use super::ask::{Answer, Ask, Failure, FailureKind};
use super::client::{CallError, Client, NoToken, table};

impl Ask for Client {
    async fn call(&self, service: &str, operation: &str, region: &str, input: &Value) -> Result<Answer, Failure> {
        match Self::call(self, service, operation, region, input).await {
            Ok(answer) => Ok(Answer { value: answer.value, tries: answer.tries }),
            Err(error) => Err(failure(&error)),
        }
    }

    fn next(&self, service: &str, operation: &str, input: &Value, answer: &Value) -> Result<Option<Value>, NoToken> {
        Self::next(self, service, operation, input, answer)
    }

    fn small(&self, service: &str, operation: &str, input: &Value) -> Value {
        Self::small(service, operation, input)
    }

    fn offers(&self, service: &str, region: &str) -> bool {
        table::offers(service, region)
    }
}

/// What the engine wants to know of an error.
pub fn failure(error: &CallError) -> Failure {
    let kind = match error {
        CallError::Refused { is_explicit: true, .. } => FailureKind::Denied,
        CallError::Refused { .. } => FailureKind::Refused,
        CallError::NotEnabled { .. } => FailureKind::NotEnabled,
        CallError::Credentials { .. } => FailureKind::Expired,
        CallError::Unreachable { no_host: true, .. } => FailureKind::NoHost,
        _ => FailureKind::Failed,
    };
    let message = match error {
        CallError::Refused { message, .. }
        | CallError::NotEnabled { message, .. }
        | CallError::Service { message, .. }
        | CallError::Credentials { message, .. }
            if !message.is_empty() =>
        {
            message.clone()
        }
        other => other.to_string(),
    };
    Failure { kind, code: error.code().map(str::to_owned), message, tries: error.tries() }
}
