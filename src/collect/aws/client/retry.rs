//! What to do after a try: take it, try again after a while, renew the credentials, or ask elsewhere.

use std::time::Duration;

use serde_json::Value;

use super::decode::error::{Fault, Meaning};
use super::error::CallError;
use super::http::Silence;

/// What a try came to.
#[derive(Clone, Debug)]
pub(super) enum Trial {
    /// An answer.
    Answer(Value),
    /// The service says no; how long it asks to wait.
    Fault(Fault, Option<Duration>),
    /// An answer that cannot be read.
    Unreadable(String),
    /// No answer.
    Silence(Silence),
}

/// What to do next.
#[derive(Debug, PartialEq)]
pub(super) enum Step {
    /// It is over.
    Done(Result<Value, CallError>),
    /// Again, after a while.
    Again(Duration),
    /// Again, slower, after a while.
    Slower(Duration),
    /// Again, with new credentials.
    Renew(CallError),
    /// Again, in this region.
    Elsewhere(String),
}

/// The most tries of an answer that cannot be read: it may be the network's fault, but seldom is.
const UNREADABLE: u32 = 3;
/// The most tries of a host that is not there: name servers forget, but a region that lacks a service stays so.
const NO_HOST: u32 = 2;
/// The longest wait.
const LONGEST: Duration = Duration::from_secs(20);

/// What to do after try number `tries` of `call` at `host`, of at most `most`.
pub(super) fn step(call: &str, host: &str, trial: Trial, tries: u32, most: u32) -> Step {
    let may = |limit: u32| tries < limit.min(most);
    match trial {
        Trial::Answer(value) => Step::Done(Ok(value)),
        Trial::Fault(fault, wait) => match fault.meaning() {
            Meaning::Elsewhere if may(most) => Step::Elsewhere(fault.region.unwrap_or_default()),
            Meaning::Expired => Step::Renew(fault.into_error(call)),
            Meaning::Throttled if may(most) => Step::Slower(wait.unwrap_or_else(|| pause(500, tries))),
            Meaning::Transient if may(most) => Step::Again(wait.unwrap_or_else(|| pause(100, tries))),
            _ => Step::Done(Err(fault.into_error(call))),
        },
        Trial::Unreadable(_) if may(UNREADABLE) => Step::Again(pause(100, tries)),
        Trial::Unreadable(message) => Step::Done(Err(CallError::Unreadable { call: call.to_owned(), message, tries })),
        Trial::Silence(Silence::NoHost(_)) if may(NO_HOST) => Step::Again(pause(100, tries)),
        Trial::Silence(Silence::Broken(_)) if may(most) => Step::Again(pause(100, tries)),
        Trial::Silence(Silence::Unformed(message)) => {
            Step::Done(Err(CallError::Question { call: call.to_owned(), message }))
        }
        Trial::Silence(silence) => {
            let (call, host) = (call.to_owned(), host.to_owned());
            let no_host = matches!(silence, Silence::NoHost(_));
            let (Silence::NoHost(message) | Silence::Broken(message) | Silence::Unformed(message)) = silence;
            Step::Done(Err(CallError::Unreachable { call, host, no_host, message, tries }))
        }
    }
}

/// Doubles with each try from `first` milliseconds, less up to a half, so that calls that failed together part.
fn pause(first: u64, tries: u32) -> Duration {
    let whole = Duration::from_millis(first.saturating_mul(1 << tries.saturating_sub(1).min(10))).min(LONGEST);
    whole.mul_f64(1.0 - fastrand::f64() / 2.0)
}

/// How long a `Retry-After` asks to wait.
pub(super) fn retry_after(header: Option<&str>) -> Option<Duration> {
    let seconds: u64 = header?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(code: &str, status: u16) -> Trial {
        let (code, message) = (code.to_owned(), "no".to_owned());
        Trial::Fault(Fault { code, message, status, region: None }, None)
    }

    fn after(trial: Trial, tries: u32) -> Step {
        step("rds:DescribeDBInstances", "rds", trial, tries, 6)
    }

    #[test]
    fn what_may_pass_is_tried_again_and_slower_where_asked() {
        for (code, status) in [("Throttling", 400), ("SlowDown", 503), ("ThrottlingException", 400), ("x", 429)] {
            assert!(matches!(after(fault(code, status), 1), Step::Slower(_)), "{code}");
            assert!(matches!(after(fault(code, status), 6), Step::Done(Err(CallError::Throttled { .. }))), "{code}");
        }
        assert!(matches!(after(fault("InternalError", 500), 5), Step::Again(_)));
        assert!(matches!(after(fault("InternalError", 500), 6), Step::Done(Err(CallError::Service { .. }))));
        let broken = || Trial::Silence(Silence::Broken("reset".to_owned()));
        assert!(matches!(after(broken(), 5), Step::Again(_)));
        assert!(matches!(after(broken(), 6), Step::Done(Err(CallError::Unreachable { no_host: false, .. }))));
    }

    #[test]
    fn what_stays_is_not_tried_for_long() {
        assert!(matches!(after(fault("AccessDenied", 403), 1), Step::Done(Err(CallError::Refused { .. }))));
        assert!(matches!(after(fault("NoSuchBucketPolicy", 404), 1), Step::Done(Err(CallError::Service { .. }))));
        let no_host = || Trial::Silence(Silence::NoHost("dns error".to_owned()));
        assert!(matches!(after(no_host(), 1), Step::Again(_)));
        assert!(matches!(after(no_host(), 2), Step::Done(Err(CallError::Unreachable { no_host: true, .. }))));
        let unreadable = || Trial::Unreadable("it ends early".to_owned());
        assert!(matches!(after(unreadable(), 3), Step::Done(Err(CallError::Unreadable { .. }))));
    }

    #[test]
    fn pauses_grow_and_have_an_end() {
        assert!(pause(100, 1) <= Duration::from_millis(100) && pause(100, 1) >= Duration::from_millis(50));
        assert!(pause(100, 4) >= Duration::from_millis(400));
        assert!(pause(500, 30) <= LONGEST);
        assert_eq!(retry_after(Some("3")), Some(Duration::from_secs(3)));
        assert_eq!(retry_after(Some("9999")), Some(LONGEST));
    }
}
