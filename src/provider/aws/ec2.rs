//! Amazon EC2: instances, launch templates and configurations, with their volumes; EBS volumes. Snapshots and images
//! are in `ec2_copies`.

use super::common::{account_wide, customer_key, default, key, named, not_seen, observed, part, resource};
use super::{Row, backup, ec2_care, networks, plain};
use crate::model::{Disk, Resource, VirtualMachine};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, State, Why, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_instance", instance),
    ("aws_spot_instance_request", instance),
    ("aws_launch_template", template),
    ("aws_launch_configuration", configuration),
    ("aws_ebs_volume", volume),
    ("aws_workspaces_workspace", workspace),
    ("aws_volume_attachment", fragment),
    ("aws_ebs_encryption_by_default", ec2_care::disk_encryption),
    ("aws_ebs_default_kms_key", fragment),
    ("aws_ec2_instance_metadata_defaults", fragment),
    ("aws_ec2_serial_console_access", fragment),
    ("aws_eip", fragment),
    ("aws_eip_association", fragment),
    ("aws_key_pair", fragment),
    ("aws_network_interface_attachment", fragment),
];

fn instance(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let template = launch_template(block, context);
    let machine = VirtualMachine {
        public_address: public_address(block, context, template),
        has_metadata_token: default(block, true),
        metadata_token_required: token(block, context, template),
        plain_secret: plain::user_data(&block.body),
        // instance stores are always encrypted: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/data-protection.html
        takes_host_encryption: default(block, false),
        host_encrypted: default(block, true),
        ..ec2_care::instance(block, context)
    };
    out.push(resource(block, &["id"], machine));
    // the volumes of a running machine are resources of their own
    if observed(block) {
        return;
    }
    let root = block.body.each("root_block_device");
    match root.first() {
        Some(root) => push_disk(block, context, "root_block_device".to_owned(), root, root, out),
        None if template.is_none() => bare_root(block, context, out),
        None => {}
    }
    further_disks(block, context, out);
}

/// The volume that the image brings along: encrypted only if the account's default or the image's snapshot says so.
/// <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption.html>
fn bare_root(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let disk = Disk { encrypted: by_default(block, context), ..common_disk(block, context, true) };
    let mut made = resource(block, &[], disk);
    made.aliases = Vec::new();
    made.part = Some("root_block_device".into());
    out.push(made);
}

fn further_disks(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, device) in block.body.each("ebs_block_device").into_iter().enumerate() {
        if device.bool("no_device").value() != Some(&true) {
            push_disk(block, context, format!("ebs_block_device[{at}]"), device, device, out);
        }
    }
}

fn push_disk(
    block: &Block,
    context: &Context<'_>,
    name: String,
    device: &Node,
    settings: &Node,
    out: &mut Vec<Resource>,
) {
    let disk = Disk {
        encrypted: encrypted(block, settings, context),
        customer_key: customer_key(settings, "kms_key_id"),
        key: key(context, settings, "kms_key_id"),
        ..common_disk(block, context, name.starts_with("root") || !block.native_type.ends_with("instance"))
    };
    out.push(part(block, name, device, &[], disk));
}

fn common_disk(block: &Block, context: &Context<'_>, ephemeral: bool) -> Disk {
    Disk {
        encrypted: default(block, false),
        customer_key: default(block, false),
        key: Known::unset(Origins::at(block.head)),
        backed_up: backup::covered(block, context),
        ephemeral: default(block, ephemeral),
    }
}

/// What is written; else what the snapshot has that it is made from; else the account's default in the region.
fn encrypted(block: &Block, settings: &Node, context: &Context<'_>) -> Known<bool> {
    let written = settings.bool("encrypted");
    // a volume that exists is as it is
    let exists = observed(block) && !written.is_unset() && &*block.native_type == "aws_ebs_volume";
    if written.value() == Some(&true) || written.why().is_some() || exists {
        return written;
    }
    let by_default = by_default(block, context);
    if by_default.value() == Some(&true) {
        // the account's default wins over what is written
        return by_default;
    }
    // a volume from an encrypted snapshot is encrypted, whatever else is written
    let snapshot = settings.text("snapshot_id");
    if snapshot.is_unset() || snapshot.value().is_some_and(|id| id.is_empty()) {
        return written.or(by_default.and_at(&settings.origins));
    }
    let types = &["aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"];
    match context.blocks.follow(settings, "snapshot_id", types) {
        Some(copy) => copy.body.bool("encrypted").or(not_seen(settings, "snapshot_id")).and_at(&snapshot.origins),
        None => not_seen(settings, "snapshot_id"),
    }
}

/// Whether the account encrypts new volumes of the region: off unless turned on.
/// <https://docs.aws.amazon.com/ebs/latest/userguide/encryption-by-default.html>
pub(super) fn by_default(block: &Block, context: &Context<'_>) -> Known<bool> {
    let settings = account_wide(block, context, "aws_ebs_encryption_by_default");
    let said = settings.map(|setting| setting.body.bool("enabled").or_default(true).and_at(&Origins::at(setting.head)));
    let said = any(said.collect::<Vec<_>>());
    match said.state {
        State::Set(on) | State::Default(on) => Known::default_of(on, Origins::at(block.head).and(&said.origins)),
        _ => said,
    }
}

/// The template that an instance is launched from, if it was scanned.
fn launch_template<'b>(block: &Block, context: &Context<'b>) -> Option<&'b Block> {
    let types = &["aws_launch_template"];
    let by = |path: &str| context.blocks.follow(&block.body, path, types);
    by("launch_template.id")
        .or_else(|| by("launch_template.name"))
        .or_else(|| named(context, block, "launch_template.name", types, &["name"]))
}

/// A public address: asked for, given by the subnet, or bound as an elastic address.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-ip-addressing.html#vpc-public-ipv4-addresses>
fn public_address(block: &Block, context: &Context<'_>, template: Option<&Block>) -> Known<bool> {
    let eips =
        context.blocks.joined_any(block, &[("aws_eip", "instance"), ("aws_eip_association", "instance_id")], &["id"]);
    if eips.exists().value() == Some(&true) {
        return eips.exists();
    }
    let written = block.body.bool("associate_public_ip_address");
    let from_template = template.map(|template| template.body.bool("network_interfaces.associate_public_ip_address"));
    let asked = match from_template {
        Some(said) => written.or(said),
        None => written,
    };
    if !asked.is_unset() {
        return asked;
    }
    // an interface that is made before has no public address but an elastic one
    if block.body.exists("network_interface").value() == Some(&true)
        || block.body.exists("primary_network_interface").value() == Some(&true)
    {
        return default(block, false);
    }
    let subnet = block.body.at_path("subnet_id");
    if subnet.is_unset() {
        let why = "the account's default subnet decides, and its setting is not in the files";
        return Known::because(Why::Expression(why.into()), Origins::at(block.head));
    }
    match context.blocks.follow(&block.body, "subnet_id", networks::SUBNETS) {
        Some(found) => networks::gives_public_addresses(found).and_at(&subnet.origins),
        None => not_seen(&block.body, "subnet_id"),
    }
}

/// Whether the metadata service wants a session token, or is off. Tokens are optional unless written here, in the
/// template, or as the account's default for the region:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html>.
fn token(block: &Block, context: &Context<'_>, template: Option<&Block>) -> Known<bool> {
    let own = [Some(block), template];
    let bodies: Vec<&Node> = own.into_iter().flatten().map(|block| &block.body).collect();
    let first = |path: &str| {
        let read = bodies.iter().map(|body| body.text(path)).find(|found| !found.is_unset());
        read.unwrap_or_else(|| block.body.text(path))
    };
    let account = account_wide(block, context, "aws_ec2_instance_metadata_defaults").next();
    let usual = match account {
        Some(account) => account.body.text("http_tokens").map(|mode| &*mode == "required").or_default(false),
        None => default(block, false),
    };
    let off = first("metadata_options.http_endpoint").map(|mode| &*mode == "disabled").or_default(false);
    let required = first("metadata_options.http_tokens").map(|mode| &*mode == "required").or(usual);
    if off.value() == Some(&true) { off } else { required }
}

fn template(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let machine = VirtualMachine {
        // what asks for none leaves it to the subnet
        public_address: any(block
            .body
            .each("network_interfaces")
            .into_iter()
            .map(|card| card.bool("associate_public_ip_address").or_default(false)))
        .and_at(&Origins::at(block.head)),
        has_metadata_token: default(block, true),
        metadata_token_required: token(block, context, None),
        plain_secret: plain::user_data(&block.body),
        // instance stores are always encrypted: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/data-protection.html
        takes_host_encryption: default(block, false),
        host_encrypted: default(block, true),
        ..ec2_care::template(block)
    };
    out.push(resource(block, &["name"], machine));
    for (at, mapping) in block.body.each("block_device_mappings").into_iter().enumerate() {
        if let Some(settings) = mapping.each("ebs").first() {
            push_disk(block, context, format!("block_device_mappings[{at}]"), mapping, settings, out);
        }
    }
}

fn configuration(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let machine = VirtualMachine {
        public_address: block.body.bool("associate_public_ip_address").or_default(false),
        has_metadata_token: default(block, true),
        metadata_token_required: token(block, context, None),
        plain_secret: plain::user_data(&block.body),
        // instance stores are always encrypted: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/data-protection.html
        takes_host_encryption: default(block, false),
        host_encrypted: default(block, true),
        ..ec2_care::template(block)
    };
    out.push(resource(block, &["name"], machine));
    // as with a launch template, what it does not speak of is the image's
    if let Some(root) = block.body.each("root_block_device").first() {
        push_disk(block, context, "root_block_device".to_owned(), root, root, out);
    }
    further_disks(block, context, out);
}

/// Whether a volume of its own is encrypted.
pub(super) fn volume_encrypted(volume: &Block, context: &Context<'_>) -> Known<bool> {
    encrypted(volume, &volume.body, context)
}

/// Whether the boot volume of an instance is encrypted.
pub(super) fn root_encrypted(instance: &Block, context: &Context<'_>) -> Known<bool> {
    match instance.body.each("root_block_device").first() {
        Some(root) => encrypted(instance, root, context),
        None => by_default(instance, context),
    }
}

fn volume(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let disk = Disk {
        encrypted: encrypted(block, body, context),
        customer_key: customer_key(body, "kms_key_id"),
        key: key(context, body, "kms_key_id"),
        ..common_disk(block, context, false)
    };
    out.push(resource(block, &["id"], disk));
}

/// The two volumes of a desktop, off unless written:
/// <https://docs.aws.amazon.com/workspaces/latest/adminguide/encrypt-workspaces.html>.
fn workspace(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    for volume in ["root_volume", "user_volume"] {
        let encrypted = block.body.bool(&format!("{volume}_encryption_enabled")).or_default(false);
        let disk = Disk {
            customer_key: encrypted.clone().and(customer_key(&block.body, "volume_encryption_key")),
            key: key(context, &block.body, "volume_encryption_key"),
            encrypted,
            ..common_disk(block, context, volume == "root_volume")
        };
        let mut made = resource(block, &[], disk);
        made.part = Some(volume.into());
        out.push(made);
    }
}
