//! Amazon VPC: security groups and network access lists, one firewall rule for each entry, inline or on its own.

use std::sync::Arc;

use super::Row;
use super::common::{default, fixed, not_seen, observed, part, resource};
use crate::model::{FirewallRule, PortClass, Resource, beyond_web};
use crate::provider::net::is_anywhere;
use crate::provider::{Context, fragment};
use crate::value::{Block, Dialect, Entry, Known, Node, Origins, Value, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_security_group", security_group),
    ("aws_default_security_group", security_group),
    ("aws_security_group_rule", security_group_rule),
    ("aws_vpc_security_group_ingress_rule", single_rule),
    ("aws_vpc_security_group_egress_rule", single_rule),
    ("aws_network_acl", access_list),
    ("aws_default_network_acl", access_list),
    ("aws_network_acl_rule", access_list_rule),
    ("aws_internet_gateway", fragment),
    ("aws_nat_gateway", fragment),
    ("aws_route_table_association", fragment),
    ("aws_network_interface", fragment),
    ("aws_ec2_managed_prefix_list", fragment),
    ("aws_vpc_endpoint", fragment),
    ("aws_ec2_managed_prefix_list_entry", fragment),
];

/// How each type spells the sources of an entry.
const LISTS: &[&str] = &["cidr_blocks", "ipv6_cidr_blocks"];
const SINGLE: &[&str] = &["cidr_ipv4", "cidr_ipv6"];
const ACL: &[&str] = &["cidr_block", "ipv6_cidr_block"];

/// Ports that clients answer on; access lists keep no state and must let answers in:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html#nacl-ephemeral-ports>.
const EPHEMERAL: (u16, u16) = (32768, 60999);

fn security_group(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for (direction, inbound) in [("ingress", true), ("egress", false)] {
        for (at, entry) in block.body.each(direction).into_iter().enumerate() {
            let rule = group_rule(block, entry, context, LISTS, default(block, inbound));
            out.push(part(block, format!("{direction}[{at}]"), entry, &["name"], rule));
        }
    }
    if let Some(entry) = usual_egress(block, context) {
        let rule = group_rule(block, &entry, context, LISTS, default(block, false));
        out.push(part(block, "egress".to_owned(), &entry, &["name"], rule));
    }
}

/// The rule that lets everything out, which AWS adds where none is written, which Terraform takes away and a running group
/// lists:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html>.
fn usual_egress(group: &Block, context: &Context<'_>) -> Option<Node> {
    if group.dialect == Dialect::Terraform || observed(group) || group.body.get("egress").is_some() {
        return None;
    }
    let single = context.blocks.joined(group, "aws_vpc_security_group_egress_rule", "security_group_id", &["id"]);
    if !single.blocks.is_empty() || single.open.is_some() {
        return None;
    }
    let text = |text: &str| Node::at(Value::String(Arc::from(text)), group.head);
    let entries = [("protocol", text("-1")), ("cidr_blocks", text("0.0.0.0/0"))];
    let entries = entries.map(|(key, value)| Entry { key: Arc::from(key), key_span: None, value });
    Some(Node::at(Value::Map(entries.into()), group.head))
}

fn security_group_rule(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let inbound = block.body.text("type").map(|kind| &*kind == "ingress");
    let mut rule = group_rule(block, &block.body, context, LISTS, inbound);
    rule.of_default = of_default(block, context);
    out.push(resource(block, &[], rule));
}

fn single_rule(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let inbound = default(block, block.native_type.contains("ingress"));
    let mut rule = group_rule(block, &block.body, context, SINGLE, inbound);
    rule.of_default = of_default(block, context);
    out.push(resource(block, &[], rule));
}

/// Whether a rule on its own belongs to a network's default group, adopted or read off the network.
fn of_default(block: &Block, context: &Context<'_>) -> Known<bool> {
    let group = context.blocks.follow(
        &block.body,
        "security_group_id",
        &["aws_default_security_group", "aws_vpc", "aws_default_vpc"],
    );
    default(block, group.is_some())
}

/// An entry of a security group: always admits.
fn group_rule(
    block: &Block,
    entry: &Node,
    context: &Context<'_>,
    sources: &[&str],
    inbound: Known<bool>,
) -> FirewallRule {
    let ports = Ports::of(entry, &["protocol", "ip_protocol"]);
    let lists = prefix_lists(entry, context);
    let everywhere = any(anywhere(entry, sources).into_iter().chain(lists)).and_at(&Origins::from(entry));
    let allows = match &entry.value {
        // there may be none at all
        Value::Unknown(unknown) => Known::unknown(unknown.clone(), entry.origins.clone()),
        _ => default(block, true),
    };
    FirewallRule {
        allows,
        to_anywhere: everywhere.clone().and(inbound.clone().not()),
        inbound,
        from_anywhere: everywhere,
        of_default: default(block, &*block.native_type == "aws_default_security_group"),
        admin_port: ports.holds(PortClass::Admin),
        data_port: ports.holds(PortClass::Data),
        other_port: ports.beyond_web(),
        plain_port: ports.holds(PortClass::Plain),
        all_ports: ports.all(),
        form: fixed(block, "security-group"),
    }
}

/// For each source written in `entry`, whether it is the whole internet.
fn anywhere(entry: &Node, sources: &[&str]) -> Vec<Known<bool>> {
    if let Value::Unknown(unknown) = &entry.value {
        return vec![Known::unknown(unknown.clone(), entry.origins.clone())];
    }
    sources
        .iter()
        .flat_map(|path| entry.each(path))
        .map(|source| source.text("").map(|source| is_anywhere(&source)).or_default(false))
        .collect()
}

/// A prefix list that AWS manages holds its own services' addresses; one of the customer's is read where it was
/// scanned.
fn prefix_lists(entry: &Node, context: &Context<'_>) -> Vec<Known<bool>> {
    let mut found = Vec::new();
    for path in ["prefix_list_ids", "prefix_list_id"] {
        for list in entry.each(path) {
            let types = &["aws_ec2_managed_prefix_list"];
            let Some(target) = context.blocks.follow(list, "", types) else { continue };
            let entries = target.body.each("entry");
            found.extend(entries.into_iter().flat_map(|entry| anywhere(entry, &["cidr"])));
            let more = context.blocks.joined(target, "aws_ec2_managed_prefix_list_entry", "prefix_list_id", &["id"]);
            found.extend(more.blocks.iter().flat_map(|entry| anywhere(&entry.body, &["cidr"])));
        }
    }
    // entries that are not known leave the rule as it is: such a list is made to name networks
    found.retain(|said| said.value().is_some());
    found
}

/// The ports of an entry.
enum Ports {
    /// Every port of every protocol.
    All,
    /// A protocol without ports.
    None,
    Range(Known<(u16, u16)>),
}

struct PortsOf {
    ports: Ports,
    origins: Origins,
}

impl Ports {
    /// `-1` and `all` are every protocol, whatever ports are written; 6 and 17 are TCP and UDP:
    /// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>.
    fn of(entry: &Node, protocols: &[&str]) -> PortsOf {
        if let Value::Unknown(unknown) = &entry.value {
            let ports = Ports::Range(Known::unknown(unknown.clone(), entry.origins.clone()));
            return PortsOf { ports, origins: entry.origins.clone() };
        }
        let protocol = protocols.iter().map(|path| entry.text(path)).find(|found| !found.is_unset());
        let Some(protocol) = protocol else {
            return PortsOf { ports: Ports::Range(range(entry)), origins: entry.origins.clone() };
        };
        let origins = protocol.origins.clone();
        let ports = match protocol.value().map(|name| name.to_ascii_lowercase()).as_deref() {
            Some("-1" | "all") => Ports::All,
            Some("tcp" | "udp" | "6" | "17") => Ports::Range(range(entry)),
            Some(_) => Ports::None,
            // an unknown protocol with ports is one that has them
            None => match range(entry) {
                known if known.value().is_some_and(|ports| ports.0 > 0) => Ports::Range(known),
                _ => Ports::Range(protocol.map(|_| (0, 0))),
            },
        };
        PortsOf { ports, origins }
    }
}

impl PortsOf {
    fn holds(&self, class: PortClass) -> Known<bool> {
        match &self.ports {
            Ports::All => Known::set(true, self.origins.clone()),
            Ports::None => Known::set(false, self.origins.clone()),
            Ports::Range(range) => range.clone().map(|(from, to)| class.within(from, to)),
        }
    }

    fn beyond_web(&self) -> Known<bool> {
        match &self.ports {
            Ports::All => Known::set(true, self.origins.clone()),
            Ports::None => Known::set(false, self.origins.clone()),
            Ports::Range(range) => range.clone().map(|(from, to)| beyond_web(from, to)),
        }
    }

    fn all(&self) -> Known<bool> {
        match &self.ports {
            Ports::All => Known::set(true, self.origins.clone()),
            Ports::None => Known::set(false, self.origins.clone()),
            Ports::Range(range) => range.clone().map(|(from, to)| from <= 1 && to == u16::MAX),
        }
    }

    /// Whether `port` is surely among them.
    fn covers(&self, port: u16) -> bool {
        match &self.ports {
            Ports::All => true,
            Ports::None => false,
            Ports::Range(range) => range.value().is_some_and(|(from, to)| (*from..=*to).contains(&port)),
        }
    }

    /// Whether the range is there to let answers in.
    fn is_ephemeral(&self) -> bool {
        match &self.ports {
            Ports::Range(range) => {
                range.value().is_some_and(|(from, to)| *from >= 1024 && *from <= EPHEMERAL.0 && *to >= EPHEMERAL.1)
            }
            _ => false,
        }
    }
}

/// From and to; without ports every port is meant.
fn range(entry: &Node) -> Known<(u16, u16)> {
    let from = entry.int("from_port");
    let to = entry.int("to_port");
    let port = |number: i64| u16::try_from(number.max(0)).unwrap_or(u16::MAX);
    match (from.value(), to.value()) {
        (Some(first), Some(last)) if *first == -1 || *last == -1 => from.map(|_| (0, u16::MAX)),
        (Some(first), Some(last)) => {
            let ports = (port(*first), port(*last));
            from.map(|_| ports)
        }
        _ if from.why().is_some() => from.map(|number| (port(number), port(number))),
        _ if to.why().is_some() => to.map(|number| (port(number), port(number))),
        _ => from.map(|number| (port(number), port(number))).or_default((0, u16::MAX)),
    }
}

fn access_list(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (direction, inbound) in [("ingress", true), ("egress", false)] {
        let entries = block.body.each(direction);
        for (at, entry) in entries.iter().enumerate() {
            let mut rule = access_list_entry(block, entry, "action", default(block, inbound));
            refuse_earlier(&mut rule, entry, &entries);
            out.push(part(block, format!("{direction}[{at}]"), entry, &[], rule));
        }
    }
}

/// Entries count in the order of their numbers, the first that matches decides: an entry lets in only what no earlier
/// one refuses to everyone.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/nacl-rules.html>
fn refuse_earlier(rule: &mut FirewallRule, entry: &Node, entries: &[&Node]) {
    let number = |entry: &Node| ["rule_no", "rule_number"].iter().find_map(|path| entry.int(path).value().copied());
    let Some(own) = number(entry) else { return };
    let earlier = |other: &&&Node| number(other).is_some_and(|number| number < own);
    let refuses =
        |other: &&&Node| other.text("action").value().is_some_and(|action| action.eq_ignore_ascii_case("deny"));
    let everyone = |other: &&&Node| any(anywhere(other, ACL)).value() == Some(&true);
    let refused: Vec<PortsOf> = entries
        .iter()
        .filter(earlier)
        .filter(refuses)
        .filter(everyone)
        .map(|other| Ports::of(other, &["protocol"]))
        .collect();
    let mine = Ports::of(entry, &["protocol"]);
    let closed = |class: PortClass| {
        let mut asked = class.ports().iter().filter(|port| mine.covers(**port));
        asked.all(|port| refused.iter().any(|ports| ports.covers(*port)))
    };
    let judged = [
        (&mut rule.admin_port, PortClass::Admin),
        (&mut rule.data_port, PortClass::Data),
        (&mut rule.plain_port, PortClass::Plain),
    ];
    for (fact, class) in judged {
        if fact.value() == Some(&true) && closed(class) {
            *fact = Known::set(false, fact.origins.clone());
        }
    }
    if !refused.is_empty() && rule.all_ports.value() == Some(&true) {
        rule.all_ports = Known::set(false, rule.all_ports.origins.clone());
    }
}

fn access_list_rule(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_acl_rule
    let inbound = block.body.bool("egress").or_default(false).not();
    let rule = access_list_entry(block, &block.body, "rule_action", inbound);
    out.push(resource(block, &[], rule));
}

fn access_list_entry(block: &Block, entry: &Node, action: &str, inbound: Known<bool>) -> FirewallRule {
    let ports = Ports::of(entry, &["protocol"]);
    let answers = ports.is_ephemeral();
    let holds = |class| if answers { Known::set(false, ports.origins.clone()) } else { ports.holds(class) };
    FirewallRule {
        allows: entry.text(action).required(action).map(|action| action.eq_ignore_ascii_case("allow")),
        inbound,
        from_anywhere: any(anywhere(entry, ACL)).and_at(&Origins::from(entry)),
        // access lists keep no state and must let answers out; what machines may reach is their groups' to say
        to_anywhere: default(block, false),
        of_default: default(block, false),
        admin_port: holds(PortClass::Admin),
        data_port: holds(PortClass::Data),
        other_port: if answers { Known::set(false, ports.origins.clone()) } else { ports.beyond_web() },
        plain_port: holds(PortClass::Plain),
        all_ports: ports.all(),
        form: fixed(block, "network-acl"),
    }
}

/// Whether a security group named at `path` of `block` admits every address; false where none is named, as the VPC's
/// default group admits its own members only:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/default-security-group.html>.
pub(super) fn open_groups(block: &Block, context: &Context<'_>, path: &str) -> Known<bool> {
    let found = block.body.at_path(path);
    if found.is_unset() {
        return default(block, false).and_at(&found.origins);
    }
    let groups = block.body.each(path);
    let said = groups.into_iter().map(|group| {
        let types = &["aws_security_group", "aws_default_security_group"];
        match context.blocks.follow(group, "", types) {
            Some(target) => open_group(target, context).and_at(&group.origins),
            None => not_seen(group, ""),
        }
    });
    any(said.collect::<Vec<_>>())
}

/// Whether any entry of a security group admits every address.
fn open_group(group: &Block, context: &Context<'_>) -> Known<bool> {
    let inline = group.body.each("ingress").into_iter().flat_map(|entry| anywhere(entry, LISTS));
    let mut said: Vec<Known<bool>> = inline.collect();
    let rules = context.blocks.joined(group, "aws_security_group_rule", "security_group_id", &["id"]);
    for rule in &rules.blocks {
        let inbound = rule.body.text("type").map(|kind| &*kind == "ingress");
        said.push(inbound.and(any(anywhere(&rule.body, LISTS))));
    }
    let single = context.blocks.joined(group, "aws_vpc_security_group_ingress_rule", "security_group_id", &["id"]);
    said.extend(single.blocks.iter().flat_map(|rule| anywhere(&rule.body, SINGLE)));
    said.extend(rules.maybe());
    said.extend(single.maybe());
    any(said).and_at(&Origins::at(group.head))
}

/// Whether none of `groups` lets traffic out to every address. A group without rules lets nothing out, as Terraform
/// takes AWS's own rule away:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group>.
pub(super) fn egress_limited(block: &Block, groups: Vec<&Node>, context: &Context<'_>) -> Known<bool> {
    let here = Origins::at(block.head);
    if groups.is_empty() {
        // the VPC's default group lets everything out
        return default(block, false);
    }
    let open = groups.into_iter().map(|group| {
        match context.blocks.follow(group, "", &["aws_security_group", "aws_default_security_group"]) {
            Some(target) => open_outwards(target, context).and_at(&group.origins),
            None => not_seen(group, ""),
        }
    });
    any(open.collect::<Vec<_>>()).not().and_at(&here)
}

fn open_outwards(group: &Block, context: &Context<'_>) -> Known<bool> {
    let inline = group.body.each("egress").into_iter().flat_map(|entry| anywhere(entry, LISTS));
    let mut said: Vec<Known<bool>> = inline.collect();
    let rules = context.blocks.joined(group, "aws_security_group_rule", "security_group_id", &["id"]);
    for rule in &rules.blocks {
        let outbound = rule.body.text("type").map(|kind| &*kind == "egress");
        said.push(outbound.and(any(anywhere(&rule.body, LISTS))));
    }
    let single = context.blocks.joined(group, "aws_vpc_security_group_egress_rule", "security_group_id", &["id"]);
    said.extend(usual_egress(group, context).map(|_| default(group, true)));
    said.extend(single.blocks.iter().flat_map(|rule| anywhere(&rule.body, SINGLE)));
    said.extend(rules.maybe());
    said.extend(single.maybe());
    any(said).and_at(&Origins::at(group.head))
}
