//! Errors as the services write them, and what they mean for the one who asks.

use roxmltree::Document;
use serde_json::Value;

use super::{Wire, xml};
use crate::collect::aws::client::CallError;

/// What a service says went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::collect::aws::client) struct Fault {
    /// Its code; without one the HTTP status.
    pub(in crate::collect::aws::client) code: String,
    /// In its words.
    pub(in crate::collect::aws::client) message: String,
    /// The HTTP status.
    pub(in crate::collect::aws::client) status: u16,
    /// The region where the thing is, when that is what is wrong.
    pub(in crate::collect::aws::client) region: Option<String>,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::collect::aws::client) enum Meaning {
    /// The caller may not ask.
    Refused,
    /// The account has not opted in.
    NotEnabled,
    /// Slower, please.
    Throttled,
    /// The service is broken for now.
    Transient,
    /// The credentials ran out.
    Expired,
    /// There are none that the service knows.
    Unknown,
    /// The thing is in another region.
    Elsewhere,
    /// The answer.
    Final,
}

/// The same list as AWS's own clients have, and two of services that have their own words.
const THROTTLED: &[&str] = &[
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "RequestThrottledException",
    "TooManyRequests",
    "TooManyRequestsException",
    "ProvisionedThroughputExceededException",
    "TransactionInProgressException",
    "RequestLimitExceeded",
    "BandwidthLimitExceeded",
    "LimitExceededException",
    "RequestThrottled",
    "SlowDown",
    "PriorRequestNotComplete",
    "EC2ThrottledException",
    "Client.RequestLimitExceeded",
];
const EXPIRED: &[&str] = &["ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"];
const UNKNOWN: &[&str] = &[
    "InvalidClientTokenId",
    "UnrecognizedClientException",
    "InvalidAccessKeyId",
    "AuthFailure",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "InvalidToken",
    "InvalidSignatureException",
    "RequestTimeTooSkewed",
];
const NOT_ENABLED: &[&str] = &[
    "OptInRequired",
    "SubscriptionRequiredException",
    "SubscriptionRequired",
    "RegionDisabledException",
    "NotSignedUp",
    "InvalidRegion",
];
/// Beginnings of codes. `AuthFailure` is EC2's for credentials that it does not know, and for images of others.
const REFUSED: &[&str] =
    &["AccessDenied", "UnauthorizedOperation", "NotAuthorized", "AuthorizationError", "AuthFailure", "Forbidden"];
const ELSEWHERE: &[&str] = &["PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"];
/// What a service that an account has not subscribed to says with a code that is that of a refusal.
const NOT_ENABLED_WORDS: &[&str] = &["is not subscribed", "not signed up", "opt in", "opted in", "region is disabled"];

/// What a refusal says that no grant to the caller lifts:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
const ABOVE: &[&str] = &[
    "explicit deny",
    "no service control policy allows",
    "no resource control policy allows",
    "no permissions boundary allows",
    "no session policy allows",
];

impl Fault {
    /// What to do about it.
    pub(in crate::collect::aws::client) fn meaning(&self) -> Meaning {
        let is = |codes: &[&str]| codes.contains(&self.code.as_str());
        let message = self.message.to_lowercase();
        if is(ELSEWHERE) && self.region.is_some() || (self.status == 301 && self.region.is_some()) {
            Meaning::Elsewhere
        } else if is(EXPIRED) || (self.code == "InvalidIdentityToken") {
            Meaning::Expired
        } else if is(THROTTLED) || self.status == 429 || self.code == "503" && message.contains("slow down") {
            Meaning::Throttled
        } else if is(NOT_ENABLED) {
            Meaning::NotEnabled
        } else if is(UNKNOWN) && !message.starts_with("not authorized for") {
            Meaning::Unknown
        } else if REFUSED.iter().any(|code| self.code.starts_with(code)) || self.status == 403 || self.status == 401 {
            let closed = NOT_ENABLED_WORDS.iter().any(|words| message.contains(words));
            if closed { Meaning::NotEnabled } else { Meaning::Refused }
        } else if self.status >= 500 || self.status == 408 || self.code.starts_with("RequestTimeout") {
            Meaning::Transient
        } else {
            Meaning::Final
        }
    }

    /// The error that it is in the end.
    pub(in crate::collect::aws::client) fn into_error(self, call: &str) -> CallError {
        let (call, tries) = (call.to_owned(), 1);
        let is_explicit = ABOVE.iter().any(|words| self.message.contains(words));
        match (self.meaning(), self) {
            (Meaning::Refused, Self { code, message, .. }) => {
                CallError::Refused { call, code, message, is_explicit, tries }
            }
            (Meaning::NotEnabled, Self { code, message, .. }) => CallError::NotEnabled { call, code, message, tries },
            (Meaning::Throttled, Self { code, .. }) => CallError::Throttled { call, code, tries },
            (Meaning::Expired | Meaning::Unknown, Self { code, message, .. }) => {
                CallError::Credentials { message: format!("{code}: {message}"), tries }
            }
            (_, Self { code, message, status, .. }) => CallError::Service { call, code, status, message, tries },
        }
    }
}

/// What `wire`, which is no success, says. Some services answer in a protocol that is not theirs when they refuse.
pub(in crate::collect::aws::client) fn fault(wire: &Wire) -> Fault {
    let text = String::from_utf8_lossy(&wire.body);
    let (code, message, region) = of_json(wire, &text).or_else(|| of_xml(&text)).unwrap_or_default();
    let told = wire.header("x-amz-bucket-region").map(str::to_owned);
    let code = match code {
        code if code.is_empty() => by_header(wire).unwrap_or_else(|| wire.status.to_string()),
        code => code,
    };
    let message = if message.is_empty() { reason(wire.status) } else { message };
    Fault { code, message, status: wire.status, region: told.or(region) }
}

/// The code before the namespace and after it: `aws.protocoltests#FooError:http://internal`.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or(code);
    code.rsplit('#').next().unwrap_or(code).to_owned()
}

fn by_header(wire: &Wire) -> Option<String> {
    // a service that moved from the query protocol to JSON keeps its old codes here
    let old = wire.header("x-amzn-query-error").and_then(|text| text.split(';').next());
    old.map(str::to_owned).or_else(|| wire.header("x-amzn-errortype").map(bare))
}

fn of_json(wire: &Wire, text: &str) -> Option<(String, String, Option<String>)> {
    let value: Value = serde_json::from_str(text).ok()?;
    let field = |names: &[&str]| names.iter().find_map(|name| value.get(*name)?.as_str());
    let code = by_header(wire).or_else(|| field(&["__type", "code", "Code"]).map(bare)).unwrap_or_default();
    Some((code, field(&["message", "Message", "errorMessage"]).unwrap_or("").to_owned(), None))
}

fn of_xml(text: &str) -> Option<(String, String, Option<String>)> {
    let document = Document::parse(text).ok()?;
    let error = document.descendants().find(|node| node.tag_name().name() == "Error")?;
    let part = |name: &str| xml::child(error, name).map(xml::text).filter(|text| !text.is_empty());
    Some((part("Code").unwrap_or_default(), part("Message").unwrap_or_default(), part("Region")))
}

/// What a status says where the body says nothing, as it is after HEAD.
fn reason(status: u16) -> String {
    match status {
        301 => "it is in another region",
        403 => "it is forbidden",
        404 => "it is not there",
        500..=599 => "the service is broken",
        _ => "it gives no reason",
    }
    .to_owned()
}
