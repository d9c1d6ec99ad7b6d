//! Entries and networks of which nothing is asked yet: every guard is off, so that no rule applies. Readers set what
//! their type decides, and leave the rest as it stands here.

use std::sync::Arc;

use crate::model::{Cdn, ComputeGroup, Endpoint, Listener, LoadBalancer, Network, Peering, Subnet, TextSet};
use crate::provider::Context;
use crate::provider::lists::region_of;
use crate::value::{Block, Known, Origins};

fn head<T>(block: &Block, value: T) -> Known<T> {
    Known::default_of(value, Origins::at(block.head))
}

fn form(block: &Block, form: &str) -> Known<Arc<str>> {
    head(block, Arc::from(form))
}

/// An endpoint that leaves everything to the provider.
pub(super) fn endpoint(block: &Block) -> Endpoint {
    Endpoint {
        form: form(block, "service"),
        sets_tls: head(block, false),
        https_only: head(block, true),
        modern_tls: head(block, true),
        decides_access: head(block, false),
        auth_required: head(block, false),
        plain_ftp: head(block, false),
        sets_logging: head(block, false),
        logged: head(block, false),
        internet_open: head(block, false),
    }
}

/// A group of which nothing is asked yet.
pub(super) fn group(block: &Block) -> ComputeGroup {
    ComputeGroup {
        sets_zones: head(block, false),
        multi_zone: head(block, false),
        sets_healing: head(block, false),
        heals: head(block, false),
        sets_scaling: head(block, false),
        scales: head(block, false),
        floor: head(block, 0),
    }
}

/// A load balancer of a form.
pub(super) fn load_balancer(block: &Block, of: &str) -> LoadBalancer {
    LoadBalancer {
        form: form(block, of),
        takes_waf: head(block, false),
        waf_blocking: head(block, false),
        sets_logging: head(block, false),
        logged: head(block, false),
        takes_delete_guard: head(block, false),
        delete_guarded: head(block, false),
        handles_headers: head(block, false),
        drops_bad_headers: head(block, false),
        sets_zones: head(block, false),
        multi_zone: head(block, false),
    }
}

/// A listener of a form.
pub(super) fn listener(block: &Block, of: &str) -> Listener {
    Listener {
        form: form(block, of),
        carries_http: head(block, false),
        https_only: head(block, false),
        sets_tls: head(block, false),
        modern_tls: head(block, false),
        strong_ciphers: head(block, false),
    }
}

/// Content delivery of a form.
pub(super) fn cdn(block: &Block, of: &str) -> Cdn {
    Cdn {
        form: form(block, of),
        serves: head(block, false),
        viewer_https_only: head(block, false),
        sets_tls: head(block, false),
        viewer_modern_tls: head(block, false),
        fetches: head(block, false),
        origin_tls: head(block, false),
        sets_logging: head(block, false),
        logged: head(block, false),
        takes_waf: head(block, false),
        waf_blocking: head(block, false),
        caches: head(block, false),
        edge_jurisdictions: head(block, TextSet::new()),
        limits_viewers: head(block, false),
        viewers_limited: head(block, false),
    }
}

/// A network of a form.
pub(super) fn network(block: &Block, of: &str) -> Network {
    Network {
        form: form(block, of),
        is_default: head(block, false),
        has_default_group: head(block, false),
        default_group_closed: head(block, false),
        sets_flow_log: head(block, false),
        flow_logged: head(block, false),
        takes_inspection: head(block, false),
        inspected: head(block, false),
    }
}

/// A subnet; what its members' classes make of it is filled in by `graph`.
pub(super) fn subnet(block: &Block, members: Known<TextSet>) -> Subnet {
    Subnet {
        network: Known::unset(Origins::at(block.head)),
        takes_firewall: head(block, false),
        has_firewall: head(block, false),
        auto_public: head(block, false),
        implicit_outbound: head(block, false),
        sets_flow_log: head(block, false),
        flow_logged: head(block, false),
        members,
        ..Subnet::default()
    }
}

/// A peering of a form; what the classes and places of its sides make of it is filled in by `graph`.
pub(super) fn peering(block: &Block, of: &str) -> Peering {
    Peering {
        form: form(block, of),
        all_traffic: head(block, false),
        admits_unasked: head(block, false),
        forwards: head(block, false),
        local: Known::unset(Origins::at(block.head)),
        remote: Known::unset(Origins::at(block.head)),
        remote_region: Known::unset(Origins::at(block.head)),
        purpose_declared: head(block, true),
        ..Peering::default()
    }
}

/// What lies in `block`: the addresses of the blocks of `types` whose attribute beside it names it.
pub(super) fn members(block: &Block, context: &Context<'_>, types: &[(&str, &str)], names: &[&str]) -> Known<TextSet> {
    let mut found = TextSet::new();
    for (native, by) in types {
        let joined = context.blocks.joined(block, native, by, names);
        found.extend(joined.blocks.iter().map(|member| member.address.clone()));
        if let Some(open) = joined.open {
            return Known::unknown(open, Origins::at(block.head));
        }
    }
    head(block, found)
}

/// Where nothing was found that may as well lie in files that were not scanned.
pub(super) fn absent(block: &Block, context: &Context<'_>, types: &[&str], what: &str) -> Known<bool> {
    match context.beyond(types, region_of(block).as_deref(), what) {
        Some(unknown) => Known::unknown(unknown, Origins::at(block.head)),
        None => head(block, false),
    }
}

/// What the edges of a worldwide network surely lie in, as the three providers' pages of locations say:
/// <https://aws.amazon.com/cloudfront/features/>, <https://learn.microsoft.com/azure/frontdoor/edge-locations-by-region>,
/// <https://cloud.google.com/cdn/docs/locations>.
pub(super) fn worldwide() -> TextSet {
    ["AU", "BR", "EEA", "IN", "JP", "SG", "US", "ZA"].into_iter().map(Arc::from).collect()
}
