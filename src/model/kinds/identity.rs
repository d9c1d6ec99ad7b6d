//! Who may do what: grants and roles.

use std::sync::Arc;

use crate::model::TextSet;
use crate::model::fact::facts;

facts! {
    /// One grant: a statement of an identity policy, a role assignment or binding, a role's rule.
    PolicyGrant {
        /// The form: `iam-statement`, `managed-policy`, `role-definition`, `role-assignment`, `iam-binding`, `custom-role`,
        /// `cluster-role`, `role-binding`, `ecs-exec`.
        form: Arc<str>,
        /// It allows (rather than denies).
        allows: bool,
        /// It grants every action on every resource, or an administrator's role over an account, subscription or project.
        admin: bool,
        /// It is a Kubernetes binding of cluster-admin or equal rights.
        cluster_admin: bool,
        /// Who holds it, as far as the scan tells: `Group/admins`, `User/ada`, `ServiceAccount/namespace/name`.
        holders: TextSet,
        /// Its holders are declared administrators in the estate file. Set by `graph`, from the holders.
        declared_holder: bool,
        /// Kubernetes: verbs, resources or groups are `*`.
        wildcard: bool,
        /// Its holder may raise its own rights. Kubernetes: bind, escalate or impersonate, rewrite admission webhooks, approve
        /// certificates; clouds: pass any role, edit policies, act as other identities, short of being an administrator already.
        escalates: bool,
        /// It reads the data of a whole account, subscription or project (every object, item, secret or parameter) without
        /// naming what, short of being an administrator.
        reads_all: bool,
        /// It grants every action of a service on every resource, or makes its holder an administrator of a service in a whole
        /// project or subscription, short of being an administrator of everything.
        whole_service: bool,
        /// It is only good without a second factor.
        without_mfa: bool,
        /// Kubernetes: it reads every secret of a namespace or of the cluster, rather than named ones.
        reads_secrets: bool,
        /// Kubernetes: it may exec, attach, forward ports, proxy to nodes or create pods.
        exec_rights: bool,
        /// Kubernetes: anonymous or all authenticated subjects hold it.
        to_anonymous: bool,
        /// It is the platform's own (a `system:` role), which the platform restores.
        built_in: bool,
    }
}

facts! {
    /// An identity that others may take on: an IAM role, a service account, a delegation, a federated credential.
    Role {
        /// Everyone may take it on.
        trusts_anyone: bool,
        /// A principal of an account or tenant that the estate file does not list may take it on.
        trusts_foreign: bool,
        /// Where a foreign principal may take it on: a condition binds it (an external id or equal), and its account is declared.
        foreign_bound: bool,
        /// A federation (OIDC, SAML, workload pool) may take it on.
        federated: bool,
        /// The federation is bound to an exact audience and subject.
        federation_exact: bool,
    }
}
