//! Whom a statement speaks of.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::pattern::{Pattern, names_one};
use crate::value::{Known, Node, Origins, Piece, Text, Unknown, Value, Why};

/// A principal and where it was written.
#[derive(Clone, Debug)]
pub struct Principal {
    /// Who it is.
    pub who: Who,
    /// Where it was written.
    pub origins: Origins,
}

/// Who a principal is.
/// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Who {
    /// `*`: everyone, anonymous callers included.
    Anyone,
    /// An AWS account, by its id: `111122223333`, or its root's ARN.
    Account(Arc<str>),
    /// A role, user or session, by its ARN.
    Arn(Arc<str>),
    /// One that is known in part: `arn:aws:iam::⟨…⟩:root`.
    Partial(Text),
    /// An AWS service: `logs.amazonaws.com`.
    Service(Arc<str>),
    /// An identity provider: a SAML or OIDC provider's ARN, or a name such as `accounts.google.com`.
    Federated(Text),
    /// An account by its canonical user id, or a former principal by its unique id: whose it is cannot be read off.
    Canonical(Arc<str>),
    /// It cannot be told; its references are kept.
    Unknown(Arc<Unknown>),
}

/// The principals of a `Principal` or `NotPrincipal` element.
pub(super) fn principals(node: &Node) -> Vec<Principal> {
    match &node.value {
        Value::Map(entries) => entries.iter().flat_map(|entry| of_kind(&entry.key, &entry.value)).collect(),
        Value::List(items) => items.iter().flat_map(principals).collect(),
        Value::Null => Vec::new(),
        // `"Principal": "*"`, or an account without its kind
        _ => of_kind("AWS", node),
    }
}

fn of_kind(kind: &str, node: &Node) -> Vec<Principal> {
    match &node.value {
        Value::List(items) => items.iter().flat_map(|item| of_kind(kind, item)).collect(),
        Value::Null => Vec::new(),
        _ => vec![Principal { who: who(kind, &Pattern::of(node)), origins: node.origins.clone() }],
    }
}

fn who(kind: &str, written: &Pattern) -> Who {
    let kind = kind.to_ascii_lowercase();
    let federated = kind == "federated";
    let Some(text) = written.known() else {
        return match written.text.pieces().as_slice() {
            _ if federated => Who::Federated(written.text.clone()),
            [Piece::Hole(hole)] => Who::Unknown(Arc::clone(hole)),
            _ => Who::Partial(written.text.clone()),
        };
    };
    let all = Arc::clone(&written.text.text);
    match kind.as_str() {
        _ if text == "*" => Who::Anyone,
        "service" => Who::Service(all),
        "federated" => Who::Federated(written.text.clone()),
        "canonicaluser" => Who::Canonical(all),
        _ if is_account(text) => Who::Account(all),
        _ if text.starts_with("arn:") => match (account_of(text), text.rsplit(':').next()) {
            // no account but anyone's
            (Some("*"), _) => Who::Anyone,
            // CloudFront's origin access identities
            (Some("cloudfront"), _) => Who::Service(all),
            (Some(account), Some("root")) => Who::Account(Arc::from(account)),
            _ => Who::Arn(all),
        },
        _ => Who::Canonical(all),
    }
}

/// Twelve digits.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The account in an ARN: its fifth part.
pub(super) fn account_of(arn: &str) -> Option<&str> {
    arn.strip_prefix("arn:")?.split(':').nth(3)
}

/// Whether an unknown is of no foreign account: what the scanned files make, the account that they are deployed to, AWS itself.
fn own(unknown: &Unknown) -> bool {
    match &unknown.why {
        Why::Computed(_) => names_one(unknown) && !unknown.refers.is_empty(),
        // one's own roles and users, and the accounts of AWS that its load balancers and trails write from
        Why::DataSource(name) => ["data.aws_caller_identity.", "data.aws_iam_", "_service_account.", "AWS::AccountId"]
            .iter()
            .any(|part| name.contains(part)),
        _ => false,
    }
}

impl Principal {
    /// Whether it is everyone.
    pub fn anyone(&self) -> Known<bool> {
        let at = self.origins.clone();
        match &self.who {
            Who::Anyone => Known::set(true, at),
            Who::Unknown(unknown) if !names_one(unknown) => Known::unknown(Arc::clone(unknown), at),
            // `arn:aws:iam::${var.account}:root`, where the account may be `*`
            Who::Partial(text) if !text.holes.iter().all(|hole| names_one(hole)) && open_account(text) => {
                Known::unknown(text.as_unknown(), at)
            }
            _ => Known::set(false, at),
        }
    }

    /// Whether it belongs to an account that is not one of `own_accounts`. Everyone is asked for by [`Principal::anyone`]; services
    /// and identity providers belong to no account.
    pub fn foreign(&self, own_accounts: Option<&BTreeSet<Arc<str>>>) -> Known<bool> {
        let at = self.origins.clone();
        match &self.who {
            Who::Anyone | Who::Service(_) | Who::Federated(_) => Known::set(false, at),
            Who::Account(account) => outside(account, own_accounts, at),
            Who::Arn(arn) => match account_of(arn) {
                Some(account) if is_account(account) => outside(account, own_accounts, at),
                _ => Known::because(Why::Expression(format!("whose `{arn}` is cannot be told").into()), at),
            },
            Who::Canonical(id) => Known::because(Why::Expression(format!("whose `{id}` is cannot be told").into()), at),
            Who::Unknown(unknown) if own(unknown) => Known::set(false, at),
            Who::Unknown(unknown) => Known::unknown(Arc::clone(unknown), at),
            Who::Partial(text) => match known_account(text) {
                Some(account) => outside(&account, own_accounts, at),
                None if text.holes.iter().all(|hole| own(hole)) => Known::set(false, at),
                None => Known::unknown(text.as_unknown(), at),
            },
        }
    }
}

/// The account of a text with holes, if the hole is not in it.
fn known_account(text: &Text) -> Option<String> {
    account_of(text.lead()).filter(|account| is_account(account)).map(str::to_owned)
}

/// Whether the account in a text with holes is, or may be, everyone's.
fn open_account(text: &Text) -> bool {
    match account_of(text.lead()) {
        Some(account) => !is_account(account),
        None => true,
    }
}

/// Whether `account` is not one of `own_accounts`.
pub(super) fn outside(account: &str, own_accounts: Option<&BTreeSet<Arc<str>>>, at: Origins) -> Known<bool> {
    match own_accounts {
        Some(accounts) => Known::set(!accounts.contains(account), at),
        None => Known::because(Why::Undeclared("which accounts are one's own".into()), at),
    }
}
