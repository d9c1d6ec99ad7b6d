//! The parts of a cluster that one runs oneself: how they speak TLS, whom they let in, how long they keep their audit log.
//!
//! Sources: <https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/>,
//! <https://kubernetes.io/docs/reference/command-line-tools-reference/kubelet/>,
//! <https://etcd.io/docs/v3.6/op-guide/security/>.

use std::sync::Arc;

use super::Object;
use super::flags::Flags;
use crate::model::{ClusterComponent, Credential, LogStore};
use crate::value::{Known, Origins, Why, all, any};

/// Longer than any bound: what is kept until someone deletes it.
const FOR_EVER: i64 = 36_500;

/// A component of which nothing is asked but what its reader sets.
fn component(form: &str, here: &Origins) -> ClusterComponent {
    let unasked = || Known::default_of(true, here.clone());
    ClusterComponent {
        form: Known::set(Arc::from(form), here.clone()),
        tls_served: unasked(),
        tls_callers: unasked(),
        tls_peers: unasked(),
        tls_store: unasked(),
        tls_nodes: unasked(),
        plain_port: Known::default_of(false, here.clone()),
        nodes_confined: unasked(),
    }
}

/// Without a certificate the API server makes one for itself, which nobody can check; without an authority it takes any
/// certificate of a kubelet. The port without TLS is gone since version 1.24.
pub(super) fn api_server(flags: &Flags) -> ClusterComponent {
    let modes = flags.text("authorization-mode");
    let confined = modes.map(|modes| modes.split(',').any(|mode| mode.trim() == "Node"));
    let plain_store = flags.text("etcd-servers").map(|servers| servers.contains("http://")).or_default(false);
    ClusterComponent {
        tls_served: flags.given(&["tls-cert-file", "tls-private-key-file"]),
        tls_store: all([flags.given(&["etcd-cafile", "etcd-certfile", "etcd-keyfile"]), plain_store.not()]),
        tls_nodes: all([
            flags.given(&["kubelet-certificate-authority", "kubelet-client-certificate", "kubelet-client-key"]),
            flags.bool("kubelet-https").or_default(true),
        ]),
        plain_port: flags.int("insecure-port").map(|port| port != 0).or_default(false),
        nodes_confined: flags.unless_in_file(confined, "authorization-config").or_default(false),
        ..component("api-server", &flags.here)
    }
}

/// Without a certificate etcd speaks plain HTTP; `--auto-tls` makes one that nobody can check.
pub(super) fn etcd(flags: &Flags) -> ClusterComponent {
    let side = |prefix: &str| {
        let name = |rest: &str| format!("{prefix}{rest}");
        let made_up = flags.bool(&name("auto-tls")).or_default(false);
        let given = flags.given(&[&name("cert-file"), &name("key-file")]);
        let checks = flags.unless_in_file(flags.bool(&name("client-cert-auth")), "config-file").or_default(false);
        let served = if given.value() == Some(&false) && flags.text("config-file").exists().value() == Some(&true) {
            flags.unless_in_file(Known::unset(given.origins), "config-file")
        } else {
            given
        };
        (all([served, made_up.not()]), checks)
    };
    let (tls_served, tls_callers) = side("");
    let (peers, checked) = side("peer-");
    ClusterComponent { tls_served, tls_callers, tls_peers: all([peers, checked]), ..component("etcd", &flags.here) }
}

/// The port that anyone may read from is open unless it is said otherwise; without an authority no certificate of a caller
/// is taken; a certificate of its own is made up unless one is given or asked of the cluster.
pub(super) fn kubelet(flags: &Flags) -> ClusterComponent {
    let port = flags.unless_in_file(flags.int("read-only-port"), "config");
    let authority = flags.unless_in_file(flags.text("client-ca-file"), "config");
    let given = flags.given(&["tls-cert-file", "tls-private-key-file"]);
    let asked = flags.unless_in_file(flags.bool("rotate-server-certificates"), "config").or_default(false);
    ClusterComponent {
        tls_served: any([given, asked]),
        tls_callers: authority.exists(),
        plain_port: port.map(|port| port != 0).or_default(true),
        ..component("kubelet", &flags.here)
    }
}

/// In a file the port is closed unless it is opened
/// (<https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>).
pub(super) fn kubelet_file(object: &Object<'_>) -> ClusterComponent {
    let given = all([object.body.exists("tlsCertFile"), object.body.exists("tlsPrivateKeyFile")]);
    ClusterComponent {
        tls_served: any([given, object.body.bool("serverTLSBootstrap").or_default(false)]),
        tls_callers: object.body.exists("authentication.x509.clientCAFile"),
        plain_port: object.body.int("readOnlyPort").map(|port| port != 0).or_default(false),
        ..component("kubelet", &object.nowhere())
    }
}

/// How long the files of the audit log stay on the node: `--audit-log-maxage` days, or until someone deletes them. Where
/// only their number is limited, how much is written decides.
pub(super) fn audit_files(flags: &Flags) -> Option<LogStore> {
    let written = ["audit-log-path", "audit-log-maxage"].iter().any(|name| !flags.text(name).is_unset());
    let never = || Known::default_of(false, flags.here.clone());
    let files = flags.int("audit-log-maxbackup");
    let days = match files.value() {
        Some(number) if *number > 0 => {
            let origins = files.origins.clone();
            let why = Why::Expression("only the number of files is limited, so how much is written decides".into());
            flags.int("audit-log-maxage").or(Known::because(why, origins))
        }
        _ => flags.int("audit-log-maxage"),
    };
    let days = days.map(|days| if days == 0 { FOR_EVER } else { days }).or_default(FOR_EVER);
    written.then(|| LogStore {
        form: Known::set(Arc::from("cluster-audit"), flags.here.clone()),
        takes_key: never(),
        customer_key: never(),
        sets_retention: Known::default_of(true, flags.here.clone()),
        kept_forever: days.clone().map(|days| days == FOR_EVER),
        retention_days: days,
        sets_lock: never(),
        locked: never(),
    })
}

/// Tokens and passwords that stand in a file never end
/// (<https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file>).
pub(super) fn static_logins(flags: &Flags) -> Vec<(&'static str, Credential)> {
    let login = |(flag, form): &(&'static str, &str)| {
        let file = flags.text(flag);
        (!file.is_unset()).then(|| {
            let facts = Credential {
                form: Known::set(Arc::from(*form), file.origins.clone()),
                expires: Known::default_of(false, file.origins.clone()),
                lifetime_days: Known::unset(file.origins.clone()),
                has_age: Known::default_of(false, file.origins.clone()),
                age_days: Known::unset(file.origins.clone()),
                active: file.exists(),
                of_root: Known::default_of(false, file.origins),
            };
            (*flag, facts)
        })
    };
    [("token-auth-file", "static-token"), ("basic-auth-file", "static-password")].iter().filter_map(login).collect()
}
