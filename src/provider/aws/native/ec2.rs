//! Amazon EC2: instances, templates and their volumes; what CloudFormation makes of copies.

use std::sync::Arc;

use heck::ToSnakeCase;

use crate::provider::spelling::{
    Move::{self, By, Each, Pairs, To},
    Native,
};
use crate::value::{Entry, Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native::moved("AWS::EC2::Instance", "aws_instance", INSTANCE),
    Native::moved(
        "AWS::EC2::LaunchTemplate",
        "aws_launch_template",
        &[
            To("LaunchTemplateName", "name"),
            Pairs("TagSpecifications.Tags", "tags"),
            To("LaunchTemplateData.BlockDeviceMappings", "block_device_mappings"),
            To("LaunchTemplateData.MetadataOptions", "metadata_options"),
            To("LaunchTemplateData.NetworkInterfaces", "network_interfaces"),
            To("LaunchTemplateData.UserData", "user_data"),
        ],
    ),
    Native::moved(
        "AWS::AutoScaling::LaunchConfiguration",
        "aws_launch_configuration",
        &[To("LaunchConfigurationName", "name"), By(root, "root_block_device"), By(others, "ebs_block_device")],
    ),
    Native::same("AWS::EC2::Volume", "aws_ebs_volume"),
    Native::same("AWS::WorkSpaces::Workspace", "aws_workspaces_workspace"),
    Native::same("AWS::EC2::VolumeAttachment", "aws_volume_attachment"),
    Native::moved("AWS::EC2::EIP", "aws_eip", &[To("InstanceId", "instance")]),
    Native::same("AWS::EC2::EIPAssociation", "aws_eip_association"),
    Native::moved(
        "AWS::AutoScaling::AutoScalingGroup",
        "aws_autoscaling_group",
        &[
            To("AutoScalingGroupName", "name"),
            To("LoadBalancerNames", "load_balancers"),
            To("TargetGroupARNs", "target_group_arns"),
            To("TrafficSources", "traffic_source"),
        ],
    ),
    Native::same("AWS::EC2::KeyPair", "aws_key_pair"),
    Native::same("AWS::EC2::NetworkInterfaceAttachment", "aws_network_interface_attachment"),
    Native::same("AWS::EC2::SnapshotBlockPublicAccess", "aws_ebs_snapshot_block_public_access"),
    Native::same("AWS::SSM::Association", "aws_ssm_association"),
    Native::same("AWS::SSM::MaintenanceWindow", "aws_ssm_maintenance_window"),
    Native::same("AWS::SSM::MaintenanceWindowTarget", "aws_ssm_maintenance_window_target"),
    Native::same("AWS::SSM::MaintenanceWindowTask", "aws_ssm_maintenance_window_task"),
    Native::same("AWS::SSM::PatchBaseline", "aws_ssm_patch_baseline"),
    Native::moved(
        "AWS::DLM::LifecyclePolicy",
        "aws_dlm_lifecycle_policy",
        &[Each(
            "PolicyDetails",
            "policy_details",
            &[
                Each("Schedules", "schedule", &[To("CrossRegionCopyRules", "cross_region_copy_rule")]),
                To("Actions", "action"),
            ],
        )],
    ),
];

const INSTANCE: &[Move] = &[
    To("NetworkInterfaces.AssociatePublicIpAddress", "associate_public_ip_address"),
    To("NetworkInterfaces.SubnetId", "subnet_id"),
    To("NetworkInterfaces.NetworkInterfaceId", "network_interface.network_interface_id"),
    To("SubnetId", "subnet_id"),
    To("SecurityGroupIds", "vpc_security_group_ids"),
    To("LaunchTemplate.LaunchTemplateId", "launch_template.id"),
    To("LaunchTemplate.LaunchTemplateName", "launch_template.name"),
    By(root, "root_block_device"),
    By(others, "ebs_block_device"),
];

/// The device names of root volumes:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/device_naming.html>.
const ROOTS: &[&str] = &["/dev/xvda", "/dev/sda1", "/dev/sda"];

fn is_root(mapping: &Node) -> bool {
    mapping.text("DeviceName").value().is_some_and(|name| ROOTS.contains(&&**name))
}

/// The volume that the image brings along, as far as the mappings speak of it.
fn root(body: &Node) -> Option<Node> {
    let mappings = body.each("BlockDeviceMappings");
    mappings.into_iter().find(|mapping| matches!(mapping.value, Value::Unknown(_)) || is_root(mapping)).map(device)
}

/// The other volumes; those of the instance store, and names that are only taken away, are none.
fn others(body: &Node) -> Option<Node> {
    let mappings = body.each("BlockDeviceMappings");
    let volumes = mappings.into_iter().filter(|mapping| !is_root(mapping) && mapping.get("Ebs").is_some());
    let volumes: Vec<Node> = volumes.map(device).collect();
    let origins = body.at_path("BlockDeviceMappings").origins;
    (!volumes.is_empty()).then_some(Node { value: Value::List(volumes), origins })
}

/// A mapping with its volume's settings one level higher.
fn device(mapping: &Node) -> Node {
    let Some(ebs) = mapping.get("Ebs") else { return mapping.clone() };
    if !matches!(ebs.value, Value::Map(_)) {
        return ebs.clone();
    }
    let settings = ebs.entries().iter();
    let lower = |entry: &Entry| Entry {
        key: Arc::from(entry.key.to_snake_case()),
        key_span: entry.key_span,
        value: entry.value.clone(),
    };
    Node { value: Value::Map(settings.map(lower).collect()), origins: mapping.origins.clone() }
}
