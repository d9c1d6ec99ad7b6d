//! What the rules of a role allow, and what a service account may do by all its bindings.
//!
//! Source of what counts as reach: <https://kubernetes.io/docs/concepts/security/rbac-good-practices/>.

use std::sync::Arc;

use super::objects::resolved;
use super::{Object, access, any_fact, lists};
use crate::provider::{Blocks, Context};
use crate::value::{Known, Node, Origins, State, Unknown, Value, Why, all, any};

/// Verbs, resources or groups are `*`.
pub(super) fn wildcard(rule: &Node) -> Known<bool> {
    let all_of = |field| lists(rule, field, &["*", "*/*"]);
    any([all_of("verbs"), all_of("resources"), all_of("apiGroups")])
}

/// Every verb on every resource: what `cluster-admin` holds.
fn everything(rule: &Node) -> Known<bool> {
    all([lists(rule, "verbs", &["*"]), lists(rule, "resources", &["*"]), lists(rule, "apiGroups", &["*"])])
}

/// It can hand itself more: `bind`, `escalate`, `impersonate`, admission webhooks, approval of certificates. A wildcard
/// holds these among others, where its group has them.
pub(super) fn escalates(rule: &Node) -> Known<bool> {
    const WEBHOOKS: &[&str] = &["mutatingwebhookconfigurations", "validatingwebhookconfigurations"];
    let every = |group: &str| all([lists(rule, "resources", &["*"]), lists(rule, "apiGroups", &[group, "*"])]);
    let may = |resources: &[&str], group: &str, verbs: &[&str]| {
        let verbs: Vec<&str> = verbs.iter().copied().chain(["*"]).collect();
        all([any([lists(rule, "resources", resources), every(group)]), lists(rule, "verbs", &verbs)])
    };
    any([
        lists(rule, "verbs", &["bind", "escalate", "impersonate"]),
        may(&["roles", "clusterroles"], "rbac.authorization.k8s.io", &[]),
        may(&["users", "groups", "serviceaccounts"], "", &[]),
        may(WEBHOOKS, "admissionregistration.k8s.io", &["create", "update", "patch", "delete", "deletecollection"]),
        may(&["certificatesigningrequests/approval"], "certificates.k8s.io", &["update", "patch"]),
        may(&["signers"], "certificates.k8s.io", &["approve"]),
        may(&["serviceaccounts/token"], "", &["create"]),
    ])
}

/// It can get into pods, or make them.
pub(super) fn exec(rule: &Node) -> Known<bool> {
    let may_enter = any([
        // a web socket opens these with `get`
        may(rule, &["pods/exec", "pods/attach", "pods/portforward", "pods/*"], &["create", "get"]),
        may(rule, &["nodes/proxy", "pods/proxy", "services/proxy"], &["get", "create", "update", "patch", "delete"]),
        may(rule, &["pods"], &["create"]),
        may(rule, &["pods/ephemeralcontainers"], &["update", "patch"]),
        may(rule, &["*"], &["create"]),
    ]);
    all([may_enter, core_group(rule)])
}

/// It can read every secret of its scope.
pub(super) fn reads_secrets(rule: &Node) -> Known<bool> {
    let named = rule.exists("resourceNames");
    all([may(rule, &["secrets", "*"], &["get", "list", "watch"]), core_group(rule), named.not()])
}

/// Whether a rule allows one of `verbs` on one of `resources`.
fn may(rule: &Node, resources: &[&str], verbs: &[&str]) -> Known<bool> {
    let verbs: Vec<&str> = verbs.iter().copied().chain(["*"]).collect();
    all([lists(rule, "resources", resources), lists(rule, "verbs", &verbs)])
}

/// Whether a rule speaks of the core group; older spellings leave it out.
fn core_group(rule: &Node) -> Known<bool> {
    if rule.exists("apiGroups").value() == Some(&false) {
        return Known::default_of(true, rule.origins.clone());
    }
    lists(rule, "apiGroups", &["", "*"])
}

/// What a service account may do.
pub(super) struct Rights {
    /// It is bound to any role at all.
    pub bound: Known<bool>,
    /// `cluster-admin`, or wildcards.
    pub admin: Known<bool>,
    /// Secrets beyond named ones, creating pods, getting into them.
    pub reach: Known<bool>,
}

/// The rights of service account `name` of `namespace`, from every binding of the scan that names it or its groups.
pub(super) fn of_account(context: &Context<'_>, object: &Object<'_>, name: &str, nowhere: &Origins) -> Rights {
    let objects = context.blocks.objects();
    let (unit, namespace) = (object.block.unit, &*object.namespace);
    let mut facts = (Vec::new(), Vec::new(), Vec::new());
    for binding in objects.bindings_of(unit, namespace, name) {
        let role = RoleOf::find(binding, context);
        // what the cluster lets everyone do, such as asking it for its version, is no purpose of a token
        if access::built_in(binding, &[]).value() != Some(&true) {
            facts.0.push(Known::set(true, binding.nowhere()));
        }
        facts.1.push(role.any(|rule| any([wildcard(rule), everything(rule)]), &["cluster-admin"]));
        facts.2.push(role.any(|rule| any([reads_secrets(rule), exec(rule)]), &["cluster-admin", "admin", "edit"]));
    }
    for binding in objects.open_bindings(unit) {
        let maybe = Known::unknown(
            Unknown::at(Why::Fragment(binding.block.address.clone()), binding.block.head),
            binding.nowhere(),
        );
        facts.0.push(maybe.clone());
        facts.1.push(maybe.clone());
        facts.2.push(maybe);
    }
    // bindings of an account that is not declared here may lie where it is declared
    let here = name == "default" || objects.named(unit, "ServiceAccount", namespace, name).is_some();
    let types = ["rbac.authorization.k8s.io/RoleBinding", "rbac.authorization.k8s.io/ClusterRoleBinding"];
    let unseen = match (context.blocks.lists(), context.whole) {
        // a cluster's bindings were listed, wherever the account is
        (Some(lists), _) => lists.beyond(&types, Some(namespace)),
        (None, whole) => (!whole && !here)
            .then(|| Unknown::new(Why::NotSeen(Arc::from(format!("ServiceAccount/{namespace}/{name}"))))),
    };
    // of a cluster one binding that was seen says nothing of those that were refused
    if let Some(unknown) = unseen.filter(|_| facts.0.is_empty() || context.blocks.lists().is_some()) {
        let unseen = Known::unknown(unknown, nowhere.clone());
        facts.0.push(unseen.clone());
        facts.1.push(unseen.clone());
        facts.2.push(unseen);
    }
    let settle = |facts: Vec<Known<bool>>| any_fact(facts, nowhere);
    Rights { bound: settle(facts.0), admin: settle(facts.1), reach: settle(facts.2) }
}

/// The role that a binding hands out.
enum RoleOf<'a> {
    /// Its rules were scanned.
    Rules(Vec<&'a Node>, Origins),
    /// It is one of the cluster's own, or was not scanned.
    Named(Arc<str>, Origins),
    Unknown(Arc<Unknown>, Origins),
}

impl<'a> RoleOf<'a> {
    fn find(binding: &Object<'_>, context: &'a Context<'_>) -> Self {
        let objects = context.blocks.objects();
        let written = binding.body.text("roleRef.name");
        let origins = written.origins.and(&binding.nowhere());
        let name = match (resolved(&binding.body, "roleRef.name", context.blocks), written.state) {
            (Ok(name), _) => name,
            (Err(_), State::Unknown(unknown)) => return Self::Unknown(unknown, origins),
            (Err(_), _) => return Self::Named(Arc::from(""), origins),
        };
        let kind = binding.body.text("roleRef.kind");
        let cluster = kind.value().is_none_or(|kind| &**kind != "Role");
        let (kind, namespace) = if cluster { ("ClusterRole", "") } else { ("Role", &*binding.namespace) };
        match objects.named(binding.block.unit, kind, namespace, &name) {
            Some(role) => Self::Rules(role.body.each("rules"), origins),
            None => Self::Named(name, origins),
        }
    }

    /// Whether one of its rules is so; `built_in` are the cluster's own roles that are so.
    fn any(&self, is: impl Fn(&'a Node) -> Known<bool>, built_in: &[&str]) -> Known<bool> {
        match self {
            Self::Rules(rules, origins) => {
                let found = any_fact(rules.iter().map(|rule| is(rule)), origins);
                Known { origins: origins.and(&found.origins), ..found }
            }
            Self::Unknown(unknown, origins) => Known::unknown(unknown.clone(), origins.clone()),
            Self::Named(name, origins) if built_in.contains(&&**name) => Known::set(true, origins.clone()),
            // <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#user-facing-roles>
            Self::Named(name, origins) if is_platform_role(name) => Known::set(false, origins.clone()),
            Self::Named(name, origins) => {
                Known::because(Why::NotSeen(Arc::from(format!("role {name}"))), origins.clone())
            }
        }
    }
}

fn is_platform_role(name: &str) -> bool {
    matches!(name, "cluster-admin" | "admin" | "edit" | "view") || name.starts_with("system:")
}

/// Whether a binding hands out `cluster-admin` or what equals it.
pub(super) fn binds_admin(binding: &Object<'_>, context: &Context<'_>) -> Known<bool> {
    RoleOf::find(binding, context).any(everything, &["cluster-admin"])
}

/// Who holds a binding: `Group/admins`, `User/ada`, `ServiceAccount/namespace/name`.
pub(super) fn holders(binding: &Object<'_>, blocks: &Blocks<'_>) -> Vec<Result<Arc<str>, Arc<Unknown>>> {
    let subjects = binding.body.each("subjects");
    let holder = |subject: &Node| {
        if let Value::Unknown(unknown) = &subject.value {
            return Err(unknown.clone());
        }
        let name = match (resolved(subject, "name", blocks), subject.text("name").state) {
            (Ok(name), _) => name,
            (Err(_), State::Unknown(unknown)) => return Err(unknown),
            (Err(_), _) => Arc::from(""),
        };
        let kind = subject.text("kind").value().cloned().unwrap_or_else(|| Arc::from("User"));
        if &*kind != "ServiceAccount" {
            return Ok(Arc::from(format!("{kind}/{name}")));
        }
        let namespace = resolved(subject, "namespace", blocks).unwrap_or_else(|_| binding.namespace.clone());
        Ok(Arc::from(format!("{kind}/{namespace}/{name}")))
    };
    subjects.into_iter().map(holder).collect()
}
