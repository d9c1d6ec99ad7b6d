//! Lists and blocks that a provider fills in where nobody wrote them: in a plan they are known only after apply, as is a
//! list that a `dynamic` block makes of something unknown, and the plan tells neither from the other.
//!
//! The table is made by `tests/stacks/schema.py` of what the providers publish. Who may come in (the rules of a security
//! group) is not in it: what cannot be told there stays unknown.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

type Table = HashMap<&'static str, HashSet<&'static str>>;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let lines = include_str!("../../../data/terraform/computed.txt").lines();
    let lines = lines.filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
    lines.map(|(native_type, names)| (native_type, names.split(' ').collect())).collect()
});

/// Groups whose rules stand within them or as resources of their own, and by which attribute those name their group. The
/// provider forbids both for one group, so that separate rules tell that none are written within.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group>,
/// <https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/network_security_group>
const APART: &[(&str, &[&str], &[&str], &str)] = &[
    (
        "aws_security_group",
        &["ingress", "egress"],
        &["aws_security_group_rule", "aws_vpc_security_group_ingress_rule", "aws_vpc_security_group_egress_rule"],
        "security_group_id",
    ),
    ("aws_network_acl", &["ingress", "egress"], &["aws_network_acl_rule"], "network_acl_id"),
    ("aws_route_table", &["route"], &["aws_route"], "route_table_id"),
    (
        "azurerm_network_security_group",
        &["security_rule"],
        &["azurerm_network_security_rule"],
        "network_security_group_name",
    ),
    ("azurerm_route_table", &["route"], &["azurerm_route"], "route_table_name"),
    ("azurerm_virtual_network", &["subnet"], &["azurerm_subnet"], "virtual_network_name"),
];

/// The types of the separate resources that may stand for `name`, and the attribute that tells for which.
pub(super) fn apart(native_type: &str, name: &str) -> Option<(&'static [&'static str], &'static str)> {
    let of = |(kind, names, ..): &&(&str, &[&str], &[&str], &str)| *kind == native_type && names.contains(&name);
    APART.iter().find(of).map(|(_, _, types, by)| (*types, *by))
}

/// Whether the provider fills in what lies at `path` of a resource of this type.
pub(super) fn is(native_type: &str, path: &str) -> bool {
    TABLE.get(native_type).is_some_and(|paths| paths.contains(path))
}
