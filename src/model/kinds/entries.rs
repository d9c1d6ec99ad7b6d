//! What stands before the services: load balancers, their listeners, content delivery.

use std::sync::Arc;

use crate::model::TextSet;
use crate::model::fact::facts;

facts! {
    /// A load balancer or gateway as a whole.
    LoadBalancer {
        /// The form: `application`, `network`, `classic`, `gateway`, `front-door`, `backend-service`.
        form: Arc<str>,
        /// Whether the internet reaches it and it understands HTTP, so that a web firewall can guard it.
        takes_waf: bool,
        /// A web firewall that blocks is attached to it.
        waf_blocking: bool,
        /// Whether its requests can be logged here.
        sets_logging: bool,
        /// Its requests are logged.
        logged: bool,
        /// Whether protection against deletion can be set here.
        takes_delete_guard: bool,
        /// It is protected against deletion.
        delete_guarded: bool,
        /// Whether what it does with malformed HTTP headers can be set here.
        handles_headers: bool,
        /// Headers that break the standard are dropped.
        drops_bad_headers: bool,
        /// Whether its zones are chosen here.
        sets_zones: bool,
        /// It spans two zones or more.
        multi_zone: bool,
    }
}

facts! {
    /// What a load balancer, a gateway or a service listens on, or the TLS policy that listeners share.
    Listener {
        /// The form: `listener`, `proxy`, `service`, `tls-policy`.
        form: Arc<str>,
        /// It carries HTTP, plain or in TLS; false for what carries whatever its targets speak.
        carries_http: bool,
        /// It speaks TLS, or does no more than send callers to where TLS is spoken.
        https_only: bool,
        /// Whether it chooses TLS versions and ciphers itself.
        sets_tls: bool,
        /// TLS older than 1.2 is refused.
        modern_tls: bool,
        /// Ciphers that are broken or without forward secrecy are refused as far as the provider's profiles say.
        strong_ciphers: bool,
    }
}

facts! {
    /// Content delivery: a distribution, or a part of one that decides by itself (a route, a domain, a backend).
    Cdn {
        /// The form: `distribution`, `profile`, `route`, `domain`, `backend`.
        form: Arc<str>,
        /// Whether it decides which protocols viewers may use.
        serves: bool,
        /// Viewers are served over TLS only, or sent to it.
        viewer_https_only: bool,
        /// Whether it decides which TLS versions viewers may use.
        sets_tls: bool,
        /// Viewers' TLS older than 1.2 is refused.
        viewer_modern_tls: bool,
        /// Whether it decides how origins are reached over the network.
        fetches: bool,
        /// Origins are reached over TLS.
        origin_tls: bool,
        /// Whether its requests can be logged here.
        sets_logging: bool,
        /// Its requests are logged.
        logged: bool,
        /// Whether a web firewall can guard it here.
        takes_waf: bool,
        /// A web firewall that blocks is attached to it.
        waf_blocking: bool,
        /// Whether it keeps copies of responses at its edges.
        caches: bool,
        /// Countries, `EEA` for those in it, in which its edges surely lie.
        edge_jurisdictions: TextSet,
        /// Whether the countries of its viewers can be limited here.
        limits_viewers: bool,
        /// The countries of its viewers are limited.
        viewers_limited: bool,
    }
}
