//! Why a call gave no answer, so that it is never taken for an answer that says "none".

use miette::Diagnostic;
use thiserror::Error;

/// What became of a call that was not answered.
#[derive(Clone, Debug, PartialEq, Eq, Error, Diagnostic)]
pub enum CallError {
    /// The caller may not ask this.
    #[error("`{call}` was refused: {code}: {message}")]
    #[diagnostic(help("`deodar permissions aws` prints the policy that lets a caller read what the rules need"))]
    Refused {
        /// `service:Operation`.
        call: String,
        /// The error code.
        code: String,
        /// What the service says.
        message: String,
        /// The refusal comes from an explicit deny, or from a policy above the caller's own: no grant to the caller lifts it.
        is_explicit: bool,
        /// How often it was asked.
        tries: u32,
    },
    /// The account has not opted in to the service or the region.
    #[error("`{call}` is not open to this account: {code}: {message}")]
    #[diagnostic(help("enable the region or subscribe to the service, or leave it out"))]
    NotEnabled {
        /// `service:Operation`.
        call: String,
        /// The error code.
        code: String,
        /// What the service says.
        message: String,
        /// How often it was asked.
        tries: u32,
    },
    /// The service says no, with a code of its own: a thing that is not there, a parameter that it does not like.
    #[error("`{call}` failed: {code}: {message}")]
    Service {
        /// `service:Operation`.
        call: String,
        /// The error code; without one the HTTP status.
        code: String,
        /// The HTTP status.
        status: u16,
        /// What the service says.
        message: String,
        /// How often it was asked.
        tries: u32,
    },
    /// The service kept asking to slow down.
    #[error("`{call}` was throttled {tries} times: {code}")]
    #[diagnostic(help("ask again later, or with a lower rate of calls"))]
    Throttled {
        /// `service:Operation`.
        call: String,
        /// The error code.
        code: String,
        /// How often it was asked.
        tries: u32,
    },
    /// Nothing answers under the service's name, or it stopped answering.
    #[error("`{call}` got no answer from `{host}`: {message}")]
    #[diagnostic(help("the service may not exist in this region; else look at the network, the proxy, the endpoint"))]
    Unreachable {
        /// `service:Operation`.
        call: String,
        /// Whom it asked.
        host: String,
        /// There is no host of that name, which is how a region looks that lacks a service.
        no_host: bool,
        /// What went wrong.
        message: String,
        /// How often it was asked.
        tries: u32,
    },
    /// There was an answer, and it is broken.
    #[error("the answer to `{call}` cannot be read: {message}")]
    Unreadable {
        /// `service:Operation`.
        call: String,
        /// What is wrong with it.
        message: String,
        /// How often it was asked.
        tries: u32,
    },
    /// There are no credentials, or they ran out and could not be renewed.
    #[error("no usable credentials: {message}")]
    #[diagnostic(help(
        "name a profile, or set the variables of the AWS command line; `aws sts get-caller-identity` shows whether they work"
    ))]
    Credentials {
        /// What went wrong.
        message: String,
        /// How often it was asked.
        tries: u32,
    },
    /// The table of operations cannot form the question.
    #[error("`{call}` cannot be asked: {message}")]
    Question {
        /// `service:Operation`.
        call: String,
        /// What is missing.
        message: String,
    },
}

impl CallError {
    /// How often it was asked.
    pub fn tries(&self) -> u32 {
        match self {
            Self::Refused { tries, .. }
            | Self::NotEnabled { tries, .. }
            | Self::Service { tries, .. }
            | Self::Throttled { tries, .. }
            | Self::Unreachable { tries, .. }
            | Self::Unreadable { tries, .. }
            | Self::Credentials { tries, .. } => *tries,
            Self::Question { .. } => 0,
        }
    }

    /// The service's error code.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. }
            | Self::NotEnabled { code, .. }
            | Self::Service { code, .. }
            | Self::Throttled { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The same after `more` tries.
    pub(super) fn after(mut self, count: u32) -> Self {
        match &mut self {
            Self::Refused { tries, .. }
            | Self::NotEnabled { tries, .. }
            | Self::Service { tries, .. }
            | Self::Throttled { tries, .. }
            | Self::Unreachable { tries, .. }
            | Self::Unreadable { tries, .. }
            | Self::Credentials { tries, .. } => *tries = count,
            Self::Question { .. } => {}
        }
        self
    }
}
