//! Questions to statements and policies, each answered in three values with the places that the answer comes from. What a
//! question is about is asked before whether the statement allows: the first place is the one to point at.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::condition::account_in;
use super::pattern::Pattern;
use super::principal::{Principal, Who, outside};
use super::{Effect, Patterns, Policy, Principals, Statement};
use crate::value::{Known, Origins, State, Value, all, any};

/// `fact` with `origins` where it has no place of its own.
fn placed(fact: Known<bool>, origins: &Origins) -> Known<bool> {
    if fact.origins.primary.is_some() { fact } else { Known { state: fact.state, origins: origins.clone() } }
}

/// What was written is written: an answer that follows from an element's absence is no provider's default.
fn settled(fact: Known<bool>, origins: &Origins) -> Known<bool> {
    let fact = placed(fact, origins);
    match fact.state {
        State::Default(value) => Known::set(value, fact.origins),
        _ => fact,
    }
}

impl Statement {
    fn says(&self, wanted: Effect) -> Known<bool> {
        self.effect.clone().map(|effect| effect == wanted)
    }

    /// Whether it grants.
    pub fn allows(&self) -> Known<bool> {
        self.says(Effect::Allow)
    }

    /// Whether it refuses.
    pub fn denies(&self) -> Known<bool> {
        self.says(Effect::Deny)
    }

    /// Whether it speaks of everyone: `"Principal": "*"`, `{"AWS": "*"}`, or a `NotPrincipal`, which speaks of all others.
    /// Conditions aside.
    pub fn anyone(&self) -> Known<bool> {
        match &self.principals {
            Principals::Absent => Known::set(false, self.origins.clone()),
            Principals::Except(_) => Known::set(true, self.origins.clone()),
            Principals::Only(list) => settled(any(list.iter().map(Principal::anyone)), &self.origins),
        }
    }

    /// Whether a condition narrows it to callers that its author chose, so that not everyone may use it.
    pub fn narrowed(&self) -> Known<bool> {
        let open = self.conditions_open.iter().map(|open| Known::unknown(Arc::clone(open), self.origins.clone()));
        settled(any(self.conditions.iter().map(super::Condition::narrows).chain(open)), &self.origins)
    }

    /// Whether it grants to everyone: an `Allow` for everyone that no condition narrows.
    pub fn open(&self) -> Known<bool> {
        all([self.anyone(), self.narrowed().not(), self.allows()])
    }

    /// Whether it grants to an account that is not one of `own`; everyone is asked for by [`Statement::open`]. An account that a
    /// condition names counts where the principal is everyone.
    pub fn foreign(&self, own: Option<&BTreeSet<Arc<str>>>) -> Known<bool> {
        let Principals::Only(list) = &self.principals else {
            return Known::set(false, self.origins.clone());
        };
        let everyone = list.iter().any(|principal| principal.who == Who::Anyone);
        let by_condition = self.conditions.iter().filter(|_| everyone).flat_map(super::Condition::accounts);
        let by_condition = by_condition.map(|value| match value.known() {
            Some(text) => match account_in(text) {
                Some(account) => outside(account, own, value.origins.clone()),
                None => Known::set(false, value.origins.clone()),
            },
            None => Principal { who: whole_or_part(value), origins: value.origins.clone() }.foreign(own),
        });
        let named = any(list.iter().map(|principal| principal.foreign(own)).chain(by_condition));
        all([settled(named, &self.origins), self.allows()])
    }

    /// Whether it speaks of `action`, such as `s3:GetObject`.
    ///
    /// An action without its service, `GetObject`, is refused by AWS and will be mended: it is read as it was meant, so that a
    /// slip hides no grant.
    pub fn covers(&self, action: &str) -> Known<bool> {
        let bare =
            |pattern: &Pattern| pattern.known().is_some_and(|text| !text.contains(':') && !text.starts_with('*'));
        let slips = self.actions.written().iter().filter(|pattern| bare(pattern));
        let name = action.split_once(':').map_or(action, |(_, name)| name);
        match &self.actions {
            Patterns::Only(_) => any(slips
                .map(|slip| slip.matches(name))
                .filter(|fits| fits.value() == Some(&true))
                .chain([self.actions.cover(action, &self.origins)])),
            _ => self.actions.cover(action, &self.origins),
        }
    }

    /// Whether it speaks of one of `actions`.
    pub fn covers_any(&self, actions: &[&str]) -> Known<bool> {
        settled(any(actions.iter().map(|action| self.covers(action))), &self.origins)
    }

    /// Whether it speaks of `resource`, an ARN.
    pub fn covers_resource(&self, resource: &str) -> Known<bool> {
        self.resources.cover(resource, &self.origins)
    }

    /// Whether it speaks of every action: `*` or `*:*`.
    pub fn all_actions(&self) -> Known<bool> {
        self.actions.all(&self.origins)
    }

    /// Whether it speaks of every action of `service`: `*`, `*:*` or `s3:*`.
    pub fn all_actions_of(&self, service: &str) -> Known<bool> {
        let every = format!("{service}:*");
        let one = |pattern: &Pattern| any([pattern.is_all(), pattern.equals(&every)]);
        match &self.actions {
            Patterns::Only(list) => settled(any(list.iter().map(one)), &self.origins),
            Patterns::Except(_) | Patterns::Absent => Known::set(false, self.origins.clone()),
        }
    }

    /// Whether it speaks of every resource: `*`.
    pub fn all_resources(&self) -> Known<bool> {
        self.resources.all(&self.origins)
    }

    /// Whether it grants every action on every resource, whatever its conditions: an administrator.
    pub fn admin(&self) -> Known<bool> {
        all([self.all_actions(), self.all_resources(), self.allows()])
    }

    /// Whether it allows one of `actions` on every resource, without a condition and short of allowing everything.
    pub fn reads_all(&self, actions: &[&str]) -> Known<bool> {
        let plain = match &self.conditions_open {
            Some(open) => Known::unknown(Arc::clone(open), self.origins.clone()),
            None => Known::set(self.conditions.is_empty(), self.origins.clone()),
        };
        all([self.covers_any(actions), self.all_resources(), self.allows(), plain, self.admin().not()])
    }

    /// Whether it allows every action of some service on every resource, short of allowing everything.
    pub fn whole_service(&self) -> Known<bool> {
        let some = match &self.actions {
            Patterns::Only(list) => settled(any(list.iter().map(Pattern::is_whole_service)), &self.origins),
            Patterns::Except(_) | Patterns::Absent => Known::set(false, self.origins.clone()),
        };
        all([some, self.all_resources(), self.allows(), self.admin().not()])
    }

    /// Whether it allows only who has no second factor.
    pub fn without_mfa(&self) -> Known<bool> {
        let absent = any(self.conditions.iter().map(|one| one.is_flag("aws:multifactorauthpresent", "false")));
        all([settled(absent, &self.origins), self.allows()])
    }

    /// Whether it can be used only by who knows an external id.
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_common-scenarios_third-party.html>.
    pub fn external_id(&self) -> Known<bool> {
        self.exactly(|key| key == "sts:externalid")
    }

    /// Whether it asks for a second factor: it allows only with one, or refuses without one.
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html>.
    pub fn needs_mfa(&self) -> Known<bool> {
        let flag = |wanted: &str| {
            any(self.conditions.iter().map(|condition| condition.is_flag("aws:multifactorauthpresent", wanted)))
        };
        let said = any([all([self.allows(), flag("true")]), all([self.denies(), flag("false")])]);
        let open = self.conditions_open.iter().map(|open| Known::unknown(Arc::clone(open), self.origins.clone()));
        settled(any(std::iter::once(said).chain(open)), &self.origins)
    }

    /// Whether an identity provider's users may use it.
    pub fn federated(&self) -> Known<bool> {
        let Principals::Only(list) = &self.principals else {
            return Known::set(false, self.origins.clone());
        };
        let one =
            |principal: &Principal| Known::set(matches!(principal.who, Who::Federated(_)), principal.origins.clone());
        all([settled(any(list.iter().map(one)), &self.origins), self.allows()])
    }

    /// Whether an identity provider's users are bound exactly: for OIDC to an audience and a subject, for SAML and Cognito, whose
    /// tokens are issued for one application, to an audience.
    /// See <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html>.
    pub fn federation_exact(&self) -> Known<bool> {
        let audience = self.exactly(|key| key.ends_with(":aud") || key.ends_with(":oaud"));
        let issued_for_one = match &self.principals {
            Principals::Only(list) => list.iter().all(|principal| match &principal.who {
                Who::Federated(text) => {
                    text.text.contains(":saml-provider/") || &*text.text == "cognito-identity.amazonaws.com"
                }
                _ => true,
            }),
            _ => false,
        };
        if issued_for_one {
            return audience;
        }
        all([audience, self.exactly(|key| key.ends_with(":sub"))])
    }

    /// Whether a condition demands one of its exact values of a key that `wanted` picks.
    fn exactly(&self, wanted: impl Fn(&str) -> bool) -> Known<bool> {
        let open = self.conditions_open.iter().map(|open| Known::unknown(Arc::clone(open), self.origins.clone()));
        let exact = self.conditions.iter().filter(|condition| wanted(&condition.key)).map(super::Condition::exact);
        settled(any(exact.chain(open)), &self.origins)
    }

    /// Whether it refuses everyone any action of `service` over plain HTTP, and does nothing less than that. For S3 the objects
    /// count, so that one of its resources ends with `*`.
    /// See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html>.
    pub fn denies_plain_http(&self, service: &str) -> Known<bool> {
        let plain = any(self.conditions.iter().map(|condition| condition.is_flag("aws:securetransport", "false")));
        let open = self.conditions_open.iter().map(|open| Known::unknown(Arc::clone(open), self.origins.clone()));
        let plain = any(std::iter::once(settled(plain, &self.origins)).chain(open));
        let alone = Known::set(self.conditions.len() <= 1, self.origins.clone());
        let objects = match (&self.resources, service) {
            (Patterns::Only(list), "s3") => settled(any(list.iter().map(Pattern::takes_in_objects)), &self.origins),
            _ => Known::set(true, self.origins.clone()),
        };
        all([self.denies(), self.anyone(), self.all_actions_of(service), plain, alone, objects])
    }

    /// Whether one of its conditions is about the network that a request comes from.
    pub fn names_networks(&self) -> Known<bool> {
        const NETWORKS: &[&str] =
            &["aws:sourcevpce", "aws:sourcevpc", "aws:sourcevpcarn", "aws:sourceip", "aws:vpcsourceip"];
        Known::set(self.conditions.iter().any(|condition| NETWORKS.contains(&&*condition.key)), self.origins.clone())
    }

    /// Whether it refuses `action` to all but callers that its author chose: a `Deny` for everyone, with no conditions but
    /// negated ones that name callers.
    pub fn shuts_out(&self, action: &str) -> Known<bool> {
        let open = self.conditions_open.iter().map(|open| Known::unknown(Arc::clone(open), self.origins.clone()));
        let others = all(self.conditions.iter().map(super::Condition::excludes_others).chain(open));
        let reached = match (&self.resources, action.strip_prefix("s3:")) {
            (Patterns::Only(list), Some(name)) if name.contains("Object") => {
                any(list.iter().map(Pattern::takes_in_objects))
            }
            (Patterns::Only(list), Some(_)) => any(list.iter().map(Pattern::takes_in_bucket)),
            _ => Known::set(true, self.origins.clone()),
        };
        let reached = settled(reached, &self.origins);
        all([self.denies(), self.anyone(), self.covers(action), settled(others, &self.origins), reached])
    }
}

/// A value with holes as a principal.
fn whole_or_part(value: &Pattern) -> Who {
    match value.text.part(&value.text.text) {
        Value::Unknown(unknown) => Who::Unknown(unknown),
        _ => Who::Partial(value.text.clone()),
    }
}

impl Patterns {
    /// The patterns as written, whichever way they count.
    pub fn written(&self) -> &[Pattern] {
        match self {
            Self::Absent => &[],
            Self::Only(list) | Self::Except(list) => list,
        }
    }

    fn cover(&self, name: &str, origins: &Origins) -> Known<bool> {
        match self {
            Self::Absent => Known::set(false, origins.clone()),
            Self::Only(list) => settled(any(list.iter().map(|pattern| pattern.matches(name))), origins),
            Self::Except(list) => settled(any(list.iter().map(|pattern| pattern.matches(name))).not(), origins),
        }
    }

    fn all(&self, origins: &Origins) -> Known<bool> {
        match self {
            Self::Only(list) => settled(any(list.iter().map(Pattern::is_all)), origins),
            Self::Absent | Self::Except(_) => Known::set(false, origins.clone()),
        }
    }
}

impl Policy {
    /// Whether the answer to `ask` is yes for a statement; unknown where none says so and some are not seen.
    pub fn any(&self, ask: impl Fn(&Statement) -> Known<bool>) -> Known<bool> {
        let open = self.open.iter().map(|open| Known::unknown(Arc::clone(open), self.origins.clone()));
        placed(any(self.statements.iter().map(ask).chain(open)), &self.origins)
    }

    /// Whether everyone may do one of `actions`: an open `Allow` covers it, and no `Deny` shuts out all but chosen callers.
    pub fn anyone_may(&self, actions: &[&str]) -> Known<bool> {
        placed(any(actions.iter().map(|action| self.anyone_may_one(action))), &self.origins)
    }

    fn anyone_may_one(&self, action: &str) -> Known<bool> {
        let granted = self.any(|statement| all([statement.open(), statement.covers(action)]));
        // a document that is not seen whole may shut out as well, but then whether it grants is what cannot be told
        let mut shut = any(self.statements.iter().map(|statement| statement.shuts_out(action)));
        if shut.value() == Some(&false) {
            shut.origins = Origins::NONE;
        }
        if granted.value() == Some(&true) && shut.value() == Some(&false) {
            return granted;
        }
        all([granted, shut.not()])
    }

    /// Whether an account that is not one of `own` may do one of `actions`; any action where there are none.
    pub fn foreign_may(&self, own: Option<&BTreeSet<Arc<str>>>, actions: &[&str]) -> Known<bool> {
        self.any(|statement| {
            let covered = if actions.is_empty() { None } else { Some(statement.covers_any(actions)) };
            all(std::iter::once(statement.foreign(own)).chain(covered))
        })
    }

    /// Whether requests to `service` (`s3`, `sqs`, `sns`) over plain HTTP are refused.
    pub fn denies_plain_http(&self, service: &str) -> Known<bool> {
        self.any(|statement| statement.denies_plain_http(service))
    }

    /// Whether it grants every action on every resource.
    pub fn admin(&self) -> Known<bool> {
        self.any(Statement::admin)
    }
}
