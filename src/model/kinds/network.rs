//! What lets traffic in: firewall rules, endpoints, ingresses, namespaces.

use std::sync::Arc;

use crate::model::fact::facts;
use crate::model::{Key, TextSet, To};

facts! {
    /// One rule of a firewall: a security group entry, a network ACL entry, an NSG rule, a VPC firewall rule.
    FirewallRule {
        /// It admits (rather than denies) traffic and is enabled.
        allows: bool,
        /// It speaks of incoming traffic.
        inbound: bool,
        /// It holds for every address of the internet (`0.0.0.0/0`, `::/0`, `*`, `Internet`, or ranges that sum up to it).
        from_anywhere: bool,
        /// It admits traffic to every address of the internet; false for a rule about incoming traffic.
        to_anywhere: bool,
        /// It belongs to the group that a network gives to whatever names no other.
        of_default: bool,
        /// Its ports hold one of remote administration.
        admin_port: bool,
        /// Its ports hold one of a data service.
        data_port: bool,
        /// Its ports hold one that is none of the web's (80, 443).
        other_port: bool,
        /// Its ports hold one of a protocol without encryption.
        plain_port: bool,
        /// It holds for all ports, or all protocols.
        all_ports: bool,
        /// The form: `security-group`, `network-acl`, `nsg`, `vpc-firewall`, `firewall-policy`, `network-policy`.
        form: Arc<str>,
    }
}

facts! {
    /// Something that answers HTTP requests: a web app, an API, a function's URL, a domain.
    Endpoint {
        /// What it is: `web-app`, `api-route`, `api-stage`, `function-url`, `domain`, `service`.
        form: Arc<str>,
        /// Whether it chooses its own TLS settings (a domain, a web app); false where the provider fixes them.
        sets_tls: bool,
        /// Plain HTTP is refused or redirected.
        https_only: bool,
        /// TLS older than 1.2 is refused.
        modern_tls: bool,
        /// Whether it decides by itself who may call it (a route, a function URL, a service); false for a domain.
        decides_access: bool,
        /// Every caller must authenticate.
        auth_required: bool,
        /// Files can be put on it over FTP without TLS.
        plain_ftp: bool,
        /// Whether it decides by itself whether its requests are logged (a stage, a web app).
        sets_logging: bool,
        /// Its requests are logged.
        logged: bool,
        /// Anyone on the internet reaches it without passing another entry.
        internet_open: bool,
    }
}

facts! {
    /// A way to a workload from outside of its cluster or environment, whatever it speaks.
    ToolEntrance {
        /// Nobody comes in without proving who they are, or from outside of listed networks.
        closed: bool,
    }
}

facts! {
    /// An entry to a cluster: Kubernetes Ingress or Gateway.
    Ingress {
        /// Every host it serves has a certificate named for it.
        tls_every_host: bool,
    }
}

facts! {
    /// A Kubernetes namespace, declared or implied by what lives in it.
    Namespace {
        /// The addresses of the workloads in it.
        members: TextSet,
        /// Whether two or more of its workloads have a declared data class.
        classes_declared: bool,
        /// Workloads with regulated data and workloads declared to have none live in it together.
        mixed: bool,
        /// It runs workloads.
        has_workloads: bool,
        /// A policy that selects every pod denies incoming traffic that nothing else admits.
        default_deny_ingress: bool,
        /// A policy that selects every pod denies outgoing traffic that nothing else admits.
        default_deny_egress: bool,
        /// The restricted level of pod security, or what a policy engine makes of it, is enforced.
        admission_restricted: bool,
        /// Whether two or more of its agents are labelled with the tenant that they serve.
        tenants_declared: bool,
        /// Agents of different tenants run in it together.
        tenants_mixed: bool,
        /// The pod security level that is enforced: `privileged`, `baseline`, `restricted`; absent where none is.
        pod_security: Arc<str>,
    }
}

facts! {
    /// A registry of container images or packages.
    Registry {
        /// Everyone can pull or push, or it can be reached from the internet.
        public: bool,
        /// Images can be pulled without authenticating.
        anonymous_pull: bool,
        /// A shared administrator login is on.
        admin_login: bool,
        /// Whether the customer chooses its key here.
        takes_key: bool,
        /// What it holds is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
    }
}
