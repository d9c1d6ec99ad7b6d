//! Networks and what joins them: subnets, peerings, tunnels, flow logs.

use std::sync::Arc;

use crate::model::TextSet;
use crate::model::fact::facts;
use crate::model::link::To;

facts! {
    /// A private network in a cloud, or a project's order to have one made.
    Network {
        /// The form: `vpc`, `virtual-network`, `network`, `project`.
        form: Arc<str>,
        /// It is a default network, or one whose subnets the provider makes without being asked.
        is_default: bool,
        /// Whether it has a group of rules for whatever names none.
        has_default_group: bool,
        /// That group admits nothing, or is judged for itself.
        default_group_closed: bool,
        /// Whether its traffic is logged as a whole; false where each subnet decides.
        sets_flow_log: bool,
        /// Its traffic is logged.
        flow_logged: bool,
        /// Whether a managed firewall can be put into it; false for a project.
        takes_inspection: bool,
        /// A managed firewall with intrusion detection stands in it.
        inspected: bool,
    }
}

facts! {
    /// A subnet.
    Subnet {
        /// Its network.
        network: To<Network>,
        /// Whether a group of firewall rules is attached to subnets, and may be to this one.
        takes_firewall: bool,
        /// A group of firewall rules is attached.
        has_firewall: bool,
        /// Machines in it get a public address without asking.
        auto_public: bool,
        /// Machines in it reach the internet through an address that nobody declared.
        implicit_outbound: bool,
        /// Whether each subnet decides whether traffic is logged.
        sets_flow_log: bool,
        /// Its traffic is logged.
        flow_logged: bool,
        /// The addresses of what lies in it, as far as it was scanned.
        members: TextSet,
        /// Whether two or more of what lies in it have a declared data class.
        classes_declared: bool,
        /// Regulated data and what is declared to be none lie in it together.
        mixed: bool,
    }
}

facts! {
    /// A way from one network to another: a peering, a transit gateway, a route through either.
    Peering {
        /// The form: `peering`, `transit-gateway`, `route`.
        form: Arc<str>,
        /// It sends everything over the peering.
        all_traffic: bool,
        /// Networks of others are joined without being asked.
        admits_unasked: bool,
        /// Traffic that comes from a third network is let through, or routes that nobody listed are taken over.
        forwards: bool,
        /// The network on this side.
        local: To<Network>,
        /// The network on the other side.
        remote: To<Network>,
        /// It joins a network with regulated data to one that is declared to have none.
        bridges_classes: bool,
        /// The region on the other side; absent where it is the same.
        remote_region: Arc<str>,
        /// The two sides lie in different jurisdictions.
        crosses: bool,
        /// What it is for is declared, by a tag or in its description.
        purpose_declared: bool,
    }
}

facts! {
    /// A VPN connection between a network and another site.
    VpnLink {
        /// Whether it is encrypted by IPsec here; false for a private line.
        negotiates: bool,
        /// Only IKE version 2 is negotiated.
        ike_v2: bool,
        /// Only AES with keys of 256 bits is negotiated, in both phases.
        strong_cipher: bool,
        /// Only Diffie-Hellman groups of 2048 bits or the same strength are negotiated.
        strong_group: bool,
    }
}

facts! {
    /// A log of network traffic.
    FlowLog {
        /// It is on.
        enabled: bool,
        /// Whether it says how long its records are kept.
        sets_retention: bool,
        /// Days that its records are kept; very many where they are kept until someone deletes them.
        retention_days: i64,
    }
}
