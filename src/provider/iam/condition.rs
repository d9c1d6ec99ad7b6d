//! Conditions: what they compare, and whether they really narrow a statement.
//!
//! See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html>, and for
//! what makes a grant to `*` not public *The meaning of "public"* in
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;

use super::pattern::Pattern;
use super::principal::{account_of, is_account};
use crate::value::{HOLE_OPEN, Known, Origins, Why, all, any};

/// One comparison: an operator, a key and the values, of which one must fit (for a negated operator: none may).
#[derive(Clone, Debug)]
pub struct Condition {
    /// The operator in lower case, without its set prefix and `IfExists`: `stringequals`.
    pub operator: Arc<str>,
    /// The set prefix in lower case: `forallvalues`, `foranyvalue`.
    pub set: Option<Arc<str>>,
    /// It holds too when the request does not have the key: `…IfExists`.
    pub if_exists: bool,
    /// The key in lower case: `aws:sourcearn`. Holes stay in it as they are.
    pub key: Arc<str>,
    /// The values.
    pub values: Vec<Pattern>,
    /// Where it was written.
    pub origins: Origins,
}

/// Keys whose values are ids: narrow when they have no wildcard.
const IDS: &[&str] = &[
    "aws:principalaccount",
    "aws:principalorgid",
    "aws:sourceaccount",
    "aws:sourceorgid",
    "aws:sourceowner",
    "aws:sourcevpc",
    "aws:sourcevpce",
    "aws:vpceaccount",
    "aws:vpceorgid",
    "kms:calleraccount",
    "s3:dataaccesspointaccount",
];
/// Keys whose values are ARNs: narrow when they name an account, or a resource where there is no account.
const ARNS: &[&str] = &["aws:sourcearn", "aws:principalarn", "aws:sourcevpcarn", "s3:dataaccesspointarn"];
/// Keys whose values begin with an id and go on as they like.
const PREFIXED: &[(&str, char)] =
    &[("aws:principalorgpaths", '/'), ("aws:sourceorgpaths", '/'), ("aws:vpceorgpaths", '/'), ("aws:userid", ':')];
/// Keys that hold an account id, or an ARN with one.
const ACCOUNTS: &[&str] = &[
    "aws:principalaccount",
    "aws:principalarn",
    "aws:sourceaccount",
    "aws:sourcearn",
    "aws:sourceowner",
    "kms:calleraccount",
];

impl Condition {
    /// Whether the operator is a negation: it holds for everything but the values.
    pub fn negated(&self) -> bool {
        self.operator.contains("not")
    }

    /// Whether the key is wholly known.
    pub fn key_known(&self) -> bool {
        !self.key.contains(HOLE_OPEN)
    }

    /// Whether it holds only if the request has the key and a value fits.
    fn demands(&self) -> bool {
        let fits = matches!(
            &*self.operator,
            "stringequals" | "stringequalsignorecase" | "stringlike" | "arnequals" | "arnlike" | "ipaddress" | "bool"
        );
        // `ForAllValues` holds for a request without the key
        fits && !self.if_exists && self.set.as_deref() != Some("forallvalues")
    }

    /// Whether it narrows an `Allow` for everyone to callers that its author chose.
    pub fn narrows(&self) -> Known<bool> {
        if !self.demands() {
            return Known::set(false, self.origins.clone());
        }
        self.names_callers()
    }

    /// Whether a `Deny` with it leaves only callers that its author chose: a negated operator over a narrow key.
    pub(super) fn excludes_others(&self) -> Known<bool> {
        let negated = matches!(
            &*self.operator,
            "stringnotequals"
                | "stringnotequalsignorecase"
                | "stringnotlike"
                | "arnnotequals"
                | "arnnotlike"
                | "notipaddress"
        );
        // `ForAnyValue` with a negation does not hold for a request without the key, `ForAllValues` does
        if !negated || self.set.as_deref() == Some("foranyvalue") {
            return Known::set(false, self.origins.clone());
        }
        self.names_callers()
    }

    /// Whether key and values name callers so that not everyone can be one. Every value counts, as one that fits is enough.
    fn names_callers(&self) -> Known<bool> {
        if !self.key_known() {
            let why = Why::Expression("the key of a condition is not known".into());
            return Known::because(why, self.origins.clone());
        }
        if self.values.is_empty() {
            return Known::set(false, self.origins.clone());
        }
        let key = &*self.key;
        let prefixed = PREFIXED.iter().find(|(prefixed, _)| *prefixed == key).map(|(_, end)| *end);
        let one = |value: &Pattern| match (key, prefixed) {
            (_, Some(end)) => value.is_fixed(|text| text.split(end).next().is_some_and(is_exact)),
            ("aws:sourceip", _) => value.if_known(is_narrow_range),
            // only through a mount target in the network: the EFS guide counts it as not public
            ("elasticfilesystem:accessedviamounttarget", _) => value.equals("true"),
            _ if IDS.contains(&key) => value.is_fixed(is_exact),
            _ if ARNS.contains(&key) => value.is_fixed(arn_is_fixed),
            _ => Known::set(false, value.origins.clone()),
        };
        all(self.values.iter().map(one))
    }

    /// The accounts that it names among its values; a value with holes is given as it is.
    pub(super) fn accounts(&self) -> impl Iterator<Item = &Pattern> {
        let named = self.demands() && ACCOUNTS.contains(&&*self.key);
        self.values.iter().filter(move |_| named)
    }

    /// Whether it demands that the key is exactly one of its values, none of which has a wildcard.
    pub(super) fn exact(&self) -> Known<bool> {
        if !self.demands() || self.values.is_empty() {
            return Known::set(false, self.origins.clone());
        }
        // in an equality a star is a star
        let equality = self.operator.starts_with("stringequals");
        all(self.values.iter().map(|value| value.is_fixed(|text| if equality { text != "*" } else { is_exact(text) })))
    }

    /// Whether it is `Bool` `key` = `wanted`.
    pub(super) fn is_flag(&self, key: &str, wanted: &str) -> Known<bool> {
        if &*self.key != key
            || !matches!(&*self.operator, "bool" | "stringequals" | "stringequalsignorecase" | "stringlike")
        {
            return Known::set(false, self.origins.clone());
        }
        any(self.values.iter().map(|value| value.equals(wanted)))
    }
}

/// No wildcard and no policy variable, which the caller may have a say in.
fn is_exact(value: &str) -> bool {
    !value.is_empty() && !value.contains(['*', '?']) && !value.contains("${")
}

/// An ARN that fixes its account; or, where ARNs of the service have none, its resource up to the first slash.
fn arn_is_fixed(value: &str) -> bool {
    match account_of(value) {
        Some("") => {
            let resource = value.splitn(6, ':').nth(5).unwrap_or("");
            resource.split('/').find(|part| !part.is_empty()).is_some_and(is_exact)
        }
        Some(account) => is_account(account) || is_exact(account),
        None => is_exact(value),
    }
}

/// A range that is not of the whole internet's order: S3 counts ranges wider than `/8` (IPv4) or `/32` (IPv6) as public,
/// private ranges aside.
fn is_narrow_range(value: &str) -> bool {
    if value.parse::<IpAddr>().is_ok() {
        return true;
    }
    match value.parse::<IpNet>() {
        Ok(IpNet::V4(net)) => net.prefix_len() >= 8,
        Ok(IpNet::V6(net)) => net.prefix_len() >= 32 || net.prefix_len() >= 7 && net.addr().is_unique_local(),
        Err(_) => false,
    }
}

/// The account that a known value of an account key names: the id itself, or that of its ARN.
pub(super) fn account_in(value: &str) -> Option<&str> {
    if is_account(value) { Some(value) } else { account_of(value).filter(|account| is_account(account)) }
}
