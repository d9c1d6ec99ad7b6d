//! Roles and bindings as grants: each rule of a role, and each binding.

use std::sync::Arc;

use super::{Object, any_of, name_of, namespaces, objects, resource, rights};
use crate::model::{ComputeIdentity, PolicyGrant, Resource, TextSet, tags_of};
use crate::provider::Context;
use crate::value::{Known, Origins, State, Unknown};

/// One grant for each rule of a role.
pub(super) fn read_role(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let built_in = built_in(object, &[]);
    let holders = holders_of_role(object, context);
    for (at, rule) in object.body.each("rules").into_iter().enumerate() {
        let here = &rule.origins;
        let exec_rights = rights::exec(rule);
        let facts = PolicyGrant {
            wildcard: rights::wildcard(rule),
            escalates: rights::escalates(rule),
            reads_secrets: rights::reads_secrets(rule),
            // who may is told where what they may is written
            holders: Known { origins: exec_rights.origins.and(&holders.origins), ..holders.clone() },
            exec_rights,
            built_in: built_in.clone(),
            ..grant("cluster-role", here)
        };
        let mut resource = Resource::new(object.block, name_of(object), facts);
        resource.tags = tags_of(&object.body, "metadata.labels");
        resource.part = Some(Arc::from(format!("rule[{at}]")));
        resources.push(resource);
    }
}

/// One grant for a binding.
pub(super) fn read_binding(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let here = object.nowhere();
    let holders = rights::holders(object, context.blocks);
    let names: Vec<&str> = holders.iter().filter_map(|holder| holder.as_ref().ok().map(|name| &**name)).collect();
    // a binding inside a namespace administers that namespace; inside `kube-system` it is the cluster's
    let whole_cluster = &*object.kind == "ClusterRoleBinding" || &*object.namespace == "kube-system";
    let cluster_admin =
        if whole_cluster { rights::binds_admin(object, context) } else { Known::default_of(false, here.clone()) };
    let facts = PolicyGrant {
        to_anonymous: to_anonymous(object),
        built_in: built_in(object, &names),
        holders: as_set(holders, cluster_admin.origins.and(&object.body.at_path("subjects").origins)),
        cluster_admin,
        ..grant("role-binding", &here)
    };
    resources.push(resource(object, facts));
    default_accounts(object, context, resources);
}

/// A default service account that a binding names: what runs as it is judged for itself, where it is in the scan.
fn default_accounts(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    for (at, subject) in object.body.each("subjects").into_iter().enumerate() {
        let written = |path: &str| subject.text(path).value().cloned();
        let namespace =
            objects::resolved(subject, "namespace", context.blocks).unwrap_or_else(|_| object.namespace.clone());
        if written("kind").as_deref() != Some("ServiceAccount")
            || written("name").as_deref() != Some("default")
            || namespaces::is_used(context.blocks.objects(), object.block.unit, &namespace)
        {
            continue;
        }
        let facts = ComputeIdentity {
            default: Known::set(true, subject.origins.clone()),
            broad: Known::set(true, object.nowhere()),
            of: Known::set(Arc::from("workload"), subject.origins.clone()),
        };
        let mut identity = resource(object, facts);
        identity.part = Some(Arc::from(format!("subject[{at}]")));
        resources.push(identity);
    }
}

/// A grant of which nothing is so yet.
fn grant(form: &str, here: &Origins) -> PolicyGrant {
    let no = || Known::default_of(false, here.clone());
    PolicyGrant {
        form: Known::set(Arc::from(form), here.clone()),
        // role-based access control only adds rights
        allows: Known::default_of(true, here.clone()),
        // the rules of clusters speak of a cluster's administrators
        admin: no(),
        cluster_admin: no(),
        wildcard: no(),
        escalates: no(),
        reads_all: no(),
        whole_service: no(),
        without_mfa: no(),
        reads_secrets: no(),
        exec_rights: no(),
        to_anonymous: no(),
        built_in: no(),
        holders: Known::default(),
        declared_holder: Known::default(),
    }
}

/// The subjects that stand for everyone who is not, or is merely, authenticated.
fn to_anonymous(object: &Object<'_>) -> Known<bool> {
    const EVERYONE: &[&str] = &["system:anonymous", "system:unauthenticated", "system:authenticated"];
    any_of(object.body.each("subjects"), &object.nowhere(), |subject| {
        let name = subject.text("name");
        if name.is_unset() {
            Known::default_of(false, name.origins)
        } else {
            name.map(|name| EVERYONE.contains(&&*name))
        }
    })
}

/// Whether the cluster made it and restores it
/// (<https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings>).
pub(super) fn built_in(object: &Object<'_>, holders: &[&str]) -> Known<bool> {
    let own_name = object.name.starts_with("system:");
    let labels = tags_of(&object.body, "metadata.labels");
    let labelled = matches!(&labels.state, State::Set(labels)
        if labels.iter().any(|(key, value)| &**key == "kubernetes.io/bootstrapping" && &**value == "rbac-defaults"));
    let masters = &*object.name == "cluster-admin" && holders == ["Group/system:masters"];
    Known::default_of(own_name || labelled || masters, object.nowhere())
}

/// Who holds a role, by every binding of the scan that hands it out.
fn holders_of_role(object: &Object<'_>, context: &Context<'_>) -> Known<TextSet> {
    let bindings = context.blocks.objects().bindings_to(object);
    let holders: Vec<_> = bindings.flat_map(|binding| rights::holders(binding, context.blocks)).collect();
    as_set(holders, object.nowhere())
}

/// No holder at all is absence, one that is not known makes the whole unknown.
fn as_set(holders: Vec<Result<Arc<str>, Arc<Unknown>>>, origins: Origins) -> Known<TextSet> {
    match holders.into_iter().collect::<Result<TextSet, _>>() {
        Ok(holders) if holders.is_empty() => Known::unset(origins),
        Ok(holders) => Known::set(holders, origins),
        Err(unknown) => Known::unknown(unknown, origins),
    }
}
