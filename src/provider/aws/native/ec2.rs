//! Amazon EC2: instances, templates and their volumes; what CloudFormation makes of copies.

use std::sync::Arc;

use heck::ToSnakeCase;

use crate::provider::spelling::{
    Fragment,
    Move::{self, By, Each, Pairs, To},
    Native,
};
use crate::value::{Entry, Node, State, Unknown, Value, Why};

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
    // what no template makes
    Native {
        native: "Deodar::EC2::Snapshot",
        reads_as: "aws_ebs_snapshot",
        moves: &[],
        also: &[Fragment {
            from: "CreateVolumePermissions",
            reads_as: "aws_snapshot_create_volume_permission",
            by: "snapshot_id",
            moves: &[To("UserId", "account_id"), To("Group", "group")],
        }],
    },
    Native {
        native: "Deodar::EC2::Image",
        reads_as: "aws_ami",
        moves: &[By(volumes, "ebs_block_device")],
        also: &[Fragment {
            from: "LaunchPermissions",
            reads_as: "aws_ami_launch_permission",
            by: "image_id",
            moves: &[To("UserId", "account_id"), To("Group", "group")],
        }],
    },
    Native::moved(
        "Deodar::EC2::EbsEncryptionByDefault",
        "aws_ebs_encryption_by_default",
        &[To("EbsEncryptionByDefault", "enabled")],
    ),
    Native::moved("Deodar::EC2::EbsDefaultKmsKey", "aws_ebs_default_kms_key", &[To("KmsKeyId", "key_arn")]),
    Native::moved(
        "Deodar::EC2::ImageBlockPublicAccess",
        "aws_ec2_image_block_public_access",
        &[To("ImageBlockPublicAccessState", "state")],
    ),
    Native::same("Deodar::EC2::InstanceMetadataDefaults", "aws_ec2_instance_metadata_defaults"),
    Native::moved(
        "Deodar::EC2::SerialConsoleAccess",
        "aws_ec2_serial_console_access",
        &[To("SerialConsoleAccessEnabled", "enabled")],
    ),
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
    By(address, "associate_public_ip_address"),
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

/// Every volume, the root's as well.
fn volumes(body: &Node) -> Option<Node> {
    let mappings = body.each("BlockDeviceMappings").into_iter().filter(|mapping| mapping.get("Ebs").is_some());
    let volumes: Vec<Node> = mappings.map(device).collect();
    let origins = body.at_path("BlockDeviceMappings").origins;
    (!volumes.is_empty()).then_some(Node { value: Value::List(volumes), origins })
}

/// Where a machine of an account says its public addresses, of whichever of its interfaces:
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Instance.html>,
/// <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_InstanceNetworkInterface.html>.
const ADDRESSES: [&str; 3] = [
    "PublicIpAddress",
    "NetworkInterfaces.Association.PublicIp",
    "NetworkInterfaces.PrivateIpAddresses.Association.PublicIp",
];

/// Whether a machine of an account has a public address. One that does not run has given back what it was lent, and gets
/// another when it starts, so that only one that runs shows that it has none:
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#vpc-public-ipv4-addresses>.
fn address(body: &Node) -> Option<Node> {
    let state = body.text("State.Name");
    if state.is_unset() {
        return None;
    }
    let said = ADDRESSES.iter().flat_map(|path| body.each(path)).collect::<Vec<_>>();
    if let Some(address) = said.iter().find(|node| !matches!(node.value, Value::Unknown(_))) {
        return Some(Node { value: Value::Bool(true), origins: address.origins.clone() });
    }
    // an address, or an interface, that could not be read
    if let Some(unknown) = said.first() {
        return Some((*unknown).clone());
    }
    let value = match &state.state {
        State::Unknown(unknown) => Value::Unknown(unknown.clone()),
        _ if state.value().is_some_and(|state| &**state == "running") => Value::Bool(false),
        _ => {
            let state = state.value().map_or("", |state| &**state);
            let why = format!("a machine that is `{state}` may get a public address when it runs");
            Value::Unknown(Unknown::new(Why::Expression(why.into())))
        }
    };
    Some(Node { value, origins: state.origins })
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
