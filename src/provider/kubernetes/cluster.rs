//! Clusters that one runs oneself: the API server as a static pod, the kubelet's and kubeadm's configuration, the
//! encryption of secrets. A manifest shows a part of a cluster; the rest is unknown.

use std::sync::Arc;

use super::flags::Flags;
use super::pods::Template;
use super::{Object, any_of, command, components, resource};
use crate::model::{AuditTrail, Cluster, Resource};
use crate::provider::Context;
use crate::value::{Known, Origins, Value, Why, all, any};

/// A cluster of which only one component is seen.
fn part(what: &str, control_plane: bool, here: &Origins) -> Cluster {
    fn elsewhere<T>(what: &str, here: &Origins) -> Known<T> {
        Known::because(Why::Partial(format!("of this cluster only {what} can be seen").into()), here.clone())
    }
    Cluster {
        control_plane: Known::set(control_plane, here.clone()),
        secrets_encrypted: elsewhere(what, here),
        api_restricted: elsewhere(what, here),
        anonymous_access: elsewhere(what, here),
        audit_logged: elsewhere(what, here),
        version_supported: elsewhere(what, here),
        auto_upgrade: elsewhere(what, here),
        legacy_authorization: elsewhere(what, here),
        network_policy_enforced: elsewhere(what, here),
        rbac: elsewhere(what, here),
        node_metadata_exposed: elsewhere(what, here),
        // none of these is a setting of a component
        places_nodes: Known::default_of(false, here.clone()),
        nodes_private: Known::default_of(false, here.clone()),
        takes_delete_guard: Known::default_of(false, here.clone()),
        delete_guarded: Known::default_of(false, here.clone()),
        takes_image_policy: Known::default_of(false, here.clone()),
        image_policy: Known::default_of(false, here.clone()),
        takes_local_login: Known::default_of(false, here.clone()),
        local_login: Known::default_of(false, here.clone()),
    }
}

/// `authentication.anonymous.enabled` is false and `authorization.mode` `Webhook` by default in a kubelet's
/// configuration file
/// (<https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>).
pub(super) fn read_kubelet(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let anonymous = object.body.bool("authentication.anonymous.enabled").or_default(false);
    let allowed = object.body.text("authorization.mode").map(|modes| allows_all(&modes)).or_default(false);
    let facts = Cluster {
        anonymous_access: anonymous,
        legacy_authorization: allowed,
        ..part("the kubelet's configuration", false, &object.nowhere())
    };
    resources.push(resource(object, facts));
    resources.push(resource(object, components::kubelet_file(object)));
}

/// Whether one of several modes, parted by commas, lets everyone do everything.
fn allows_all(modes: &str) -> bool {
    modes.split(',').any(|mode| mode.trim() == "AlwaysAllow")
}

/// The first provider that lists secrets encrypts them
/// (<https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/>).
pub(super) fn read_encryption(object: &Object<'_>, _: &Context<'_>, resources: &mut Vec<Resource>) {
    let facts = Cluster {
        secrets_encrypted: encrypts(object),
        ..part("the encryption configuration", true, &object.nowhere())
    };
    resources.push(resource(object, facts));
}

fn encrypts(object: &Object<'_>) -> Known<bool> {
    any_of(object.body.each("resources"), &object.nowhere(), |entry| {
        let secrets = super::lists(entry, "resources", &["secrets", "*.", "*.*"]);
        let first = entry.each("providers").into_iter().next();
        let encrypts = match first {
            Some(provider) => match &provider.value {
                Value::Unknown(unknown) => Known::unknown(unknown.clone(), provider.origins.clone()),
                _ => Known::set(provider.get("identity").is_none(), provider.origins.clone()),
            },
            None => Known::default_of(false, entry.origins.clone()),
        };
        all([encrypts, secrets])
    })
}

/// kubeadm's `apiServer.extraArgs`: a map, or since v1beta4 a list of names and values.
pub(super) fn read_kubeadm(object: &Object<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    let mut flags = Flags { found: Vec::new(), unknown: None, here: object.nowhere() };
    for node in object.body.each("apiServer.extraArgs") {
        match node.text("name").value() {
            Some(name) => flags.found.push((name.clone(), node.text("value"))),
            None => flags.found.extend(node.entries().iter().map(|entry| (entry.key.clone(), entry.value.text("")))),
        }
    }
    resources.push(resource(object, api_server(&flags, object, context)));
    let mut trail = resource(object, audit(&flags));
    trail.part = Some(Arc::from("audit"));
    resources.push(trail);
}

/// The API server, its store or the kubelet, where a pod's command runs it.
pub(super) fn read_component(template: &Template<'_>, context: &Context<'_>, resources: &mut Vec<Resource>) {
    for container in template.each("spec.containers") {
        let Some((program, words)) = command::of(container, &["kube-apiserver", "etcd", "kubelet"]) else { continue };
        let flags = Flags::of(&words, container).with_environment("ETCD_", container);
        let mut push = |mut found: Resource, part: &str| {
            found.part = Some(Arc::from(part));
            resources.push(found);
        };
        let object = template.object;
        match program {
            "kube-apiserver" => {
                push(resource(object, api_server(&flags, object, context)), program);
                push(resource(object, audit(&flags)), "audit");
                if let Some(store) = components::audit_files(&flags) {
                    push(resource(object, store), "audit");
                }
                for (part, credential) in components::static_logins(&flags) {
                    push(resource(object, credential), part);
                }
                push(resource(object, components::api_server(&flags)), program);
            }
            "etcd" => push(resource(object, components::etcd(&flags)), program),
            _ => {
                push(resource(object, kubelet(&flags)), program);
                push(resource(object, components::kubelet(&flags)), program);
            }
        }
    }
}

/// Without a flag anonymous requests are answered and everything is allowed, unless a configuration file says more
/// (<https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/>).
fn kubelet(flags: &Flags) -> Cluster {
    let unsaid = |fact| flags.unless_in_file(fact, "config").or_default(true);
    let anonymous = unsaid(flags.bool("anonymous-auth"));
    let allowed = unsaid(flags.text("authorization-mode").map(|modes| allows_all(&modes)));
    Cluster {
        anonymous_access: anonymous,
        legacy_authorization: allowed,
        ..part("the kubelet's flags", false, &flags.here)
    }
}

/// Flags and their defaults: <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/>.
fn api_server(flags: &Flags, object: &Object<'_>, context: &Context<'_>) -> Cluster {
    let modes = flags.text("authorization-mode").or_default(Arc::from("AlwaysAllow"));
    let mode = |wanted: &'static [&'static str]| {
        modes.clone().map(|modes| modes.split(',').any(|mode| wanted.contains(&mode.trim())))
    };
    let AuditTrail { enabled: kept, complete: recorded, .. } = audit(flags);
    let configured = flags.text("encryption-provider-config");
    let secrets_encrypted = match configured.exists().value() {
        Some(true) => {
            let mut configurations = context.blocks.objects().of_kind(object.block.unit, "EncryptionConfiguration");
            match configurations.next() {
                Some(configuration) => encrypts(configuration).and_at(&configured.origins),
                None => {
                    let path = configured.value().cloned().unwrap_or_else(|| Arc::from("encryption-provider-config"));
                    Known::because(Why::NotSeen(path), configured.origins)
                }
            }
        }
        _ => configured.exists(),
    };
    Cluster {
        secrets_encrypted,
        anonymous_access: flags.bool("anonymous-auth").or_default(true),
        audit_logged: all([kept, recorded]),
        legacy_authorization: mode(&["ABAC", "AlwaysAllow"]),
        rbac: mode(&["RBAC"]),
        ..part("the API server's flags", true, &flags.here)
    }
}

/// Without a way out what is recorded stays where it is, and without a policy nothing is recorded:
/// <https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/>.
fn audit(flags: &Flags) -> AuditTrail {
    let never = || Known::default_of(false, flags.here.clone());
    AuditTrail {
        enabled: any([flags.text("audit-log-path").exists(), flags.text("audit-webhook-config-file").exists()]),
        complete: flags.text("audit-policy-file").exists(),
        sets_validation: never(),
        validated: never(),
        takes_key: never(),
        customer_key: never(),
        sets_watch: never(),
        watched: never(),
    }
}
