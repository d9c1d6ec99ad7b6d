//! Networks, subnets, flow logs, firewalls that inspect.

use crate::provider::spelling::{
    Move::{By, Each, To, Type},
    Native,
};
use crate::value::{Node, State, Value};

pub(super) const TABLE: &[Native] = &[
    Native::moved("AWS::EC2::VPC", "aws_vpc", &[Type("IsDefault", &["true"], "aws_default_vpc")]),
    Native::moved("AWS::EC2::Subnet", "aws_subnet", &[Type("DefaultForAz", &["true"], "aws_default_subnet")]),
    Native::moved(
        "AWS::EC2::FlowLog",
        "aws_flow_log",
        &[
            By(|body| of(body, "VPC"), "vpc_id"),
            By(|body| of(body, "Subnet"), "subnet_id"),
            By(|body| of(body, "NetworkInterface"), "eni_id"),
        ],
    ),
    Native::moved("AWS::EMR::Cluster", "aws_emr_cluster", &[To("Instances.Ec2SubnetId", "ec2_attributes.subnet_id")]),
    Native::same("AWS::NetworkFirewall::Firewall", "aws_networkfirewall_firewall"),
    Native::moved(
        "AWS::NetworkFirewall::FirewallPolicy",
        "aws_networkfirewall_firewall_policy",
        &[Each(
            "FirewallPolicy",
            "firewall_policy",
            &[To("StatefulRuleGroupReferences", "stateful_rule_group_reference")],
        )],
    ),
    Native::same("AWS::NetworkFirewall::RuleGroup", "aws_networkfirewall_rule_group"),
    Native::same("AWS::NetworkFirewall::LoggingConfiguration", "aws_networkfirewall_logging_configuration"),
];

/// What a flow log watches, if it is of `kind`; unknown where that cannot be told. A running account tells it by the id
/// alone: <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_FlowLog.html>.
fn of(body: &Node, kind: &str) -> Option<Node> {
    let written = body.text("ResourceType");
    if written.is_unset() {
        let starts = [("VPC", "vpc-"), ("Subnet", "subnet-"), ("NetworkInterface", "eni-")];
        let start = starts.into_iter().find(|(of, _)| *of == kind)?.1;
        return body.get("ResourceId").filter(|id| id.as_str().is_some_and(|id| id.starts_with(start))).cloned();
    }
    match &written.state {
        State::Set(written) if written.eq_ignore_ascii_case(kind) => body.get("ResourceId").cloned(),
        State::Unknown(unknown) => Some(Node { value: Value::Unknown(unknown.clone()), origins: written.origins }),
        _ => None,
    }
}
