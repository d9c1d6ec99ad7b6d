//! Amazon EKS.

use crate::provider::spelling::{
    Move::{All, By, Each, To},
    Native,
};
use crate::value::{Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::EKS::Cluster",
        "aws_eks_cluster",
        &[
            To("ResourcesVpcConfig", "vpc_config"),
            All("Logging.ClusterLogging.EnabledTypes.Type", "enabled_cluster_log_types"),
            By(logged, "enabled_cluster_log_types"),
        ],
    ),
    Native::moved(
        "AWS::EKS::Nodegroup",
        "aws_eks_node_group",
        &[To("NodegroupName", "node_group_name"), To("NodeRole", "node_role_arn"), To("Subnets", "subnet_ids")],
    ),
    Native::same("AWS::EKS::Addon", "aws_eks_addon"),
    Native::same("AWS::EKS::FargateProfile", "aws_eks_fargate_profile"),
    Native::same("AWS::EKS::IdentityProviderConfig", "aws_eks_identity_provider_config"),
    // the name is that of a search domain's document, which is carried over as it stands
    Native::moved("AWS::EKS::AccessEntry", "aws_eks_access_entry", &[Each("AccessPolicies", "access_policies", &[])]),
    Native::same("AWS::EKS::PodIdentityAssociation", "aws_eks_pod_identity_association"),
];

/// The kinds of logs that a running cluster writes: lists of kinds, each on or off.
fn logged(body: &Node) -> Option<Node> {
    let setups = body.each("Logging.ClusterLogging");
    if setups.iter().all(|setup| setup.get("Types").is_none()) {
        return None;
    }
    let on = setups.into_iter().filter(|setup| setup.bool("Enabled").value() == Some(&true));
    let kinds = on.flat_map(|setup| setup.each("Types")).cloned().collect();
    Some(Node { value: Value::List(kinds), origins: body.at_path("Logging").origins })
}
