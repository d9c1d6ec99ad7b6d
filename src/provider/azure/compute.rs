//! Virtual machines, scale sets and their disks; network interfaces; managed disks, snapshots, images, galleries.

use std::sync::Arc;

use base64::Engine as _;

use crate::model::{Disk, Link, Resource, Snapshot, VirtualMachine};
use crate::provider::azure::read::{always, flag, here, is, not_seen, part, resource};
use crate::provider::secrets::text_holds_credential;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, State, Unknown, Value, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_availability_set", fragment),
    ("azurerm_disk_encryption_set", fragment),
    ("azurerm_image", snapshot),
    ("azurerm_linux_virtual_machine", machine),
    ("azurerm_linux_virtual_machine_scale_set", machine),
    ("azurerm_managed_disk", managed_disk),
    ("azurerm_network_interface", interface),
    ("azurerm_network_interface_security_group_association", fragment),
    ("azurerm_orchestrated_virtual_machine_scale_set", machine),
    ("azurerm_public_ip", fragment),
    ("azurerm_shared_image", fragment),
    ("azurerm_shared_image_gallery", gallery),
    ("azurerm_shared_image_version", fragment),
    ("azurerm_snapshot", snapshot),
    ("azurerm_virtual_machine", machine),
    ("azurerm_virtual_machine_data_disk_attachment", fragment),
    ("azurerm_virtual_machine_extension", fragment),
    ("azurerm_virtual_machine_scale_set", machine),
    ("azurerm_virtual_machine_scale_set_extension", fragment),
    ("azurerm_windows_virtual_machine", machine),
    ("azurerm_windows_virtual_machine_scale_set", machine),
];

fn machine(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = VirtualMachine {
        public_address: public_address(block, context),
        // Azure's metadata service knows no session tokens, and takes no forwarded requests:
        // https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service
        has_metadata_token: always(block, false),
        metadata_token_required: always(block, false),
        plain_secret: plain_secret(block),
        takes_host_encryption: always(block, takes_host_encryption(block)),
        host_encrypted: block.body.bool("encryption_at_host_enabled").or_default(false),
        ..care(block)
    };
    out.push(resource(block, facts));
    if block.native_type.contains("scale_set") {
        super::groups::of_scale_set(block, context, out);
    }
    disks(block, context, out);
}

/// Boot, logins and patches. Trusted launch is off unless it is asked for, Linux takes keys only unless told otherwise, and
/// leaves patches to the image; Windows installs them by itself:
/// <https://learn.microsoft.com/azure/virtual-machines/trusted-launch>,
/// <https://learn.microsoft.com/azure/virtual-machines/automatic-vm-guest-patching>, and the providers' pages.
fn care(block: &Block) -> VirtualMachine {
    let body = &block.body;
    let native = &*block.native_type;
    let scale_set = native.contains("scale_set");
    let windows = native.contains("windows") || body.exists("os_profile_windows_config").value() == Some(&true);
    let newer = native.contains("linux_") || native.contains("windows_");
    let password = "os_profile.linux_configuration.disable_password_authentication";
    let keys_only = body
        .bool("disable_password_authentication")
        .or(body.bool("os_profile_linux_config.disable_password_authentication"))
        .or(body.bool(password))
        .or_default(true);
    let mode = body.text("patch_mode");
    let upgraded = body.bool("automatic_os_upgrade_policy.enable_automatic_os_upgrade").or_default(false);
    let patched = if scale_set {
        any([upgraded, is(mode, &["AutomaticByPlatform"]).or_default(false)])
    } else if windows {
        let on = flag(body, &["automatic_updates_enabled", "enable_automatic_updates"]).or_default(true);
        on.and(is(mode, &["Manual"]).or_default(false).not())
    } else {
        is(mode, &["AutomaticByPlatform"]).or_default(false)
    };
    VirtualMachine {
        sets_boot: always(block, newer),
        verified_boot: all([
            body.bool("secure_boot_enabled").or_default(false),
            body.bool("vtpm_enabled").or_default(false),
        ]),
        sets_login: always(block, !windows && native != "azurerm_virtual_machine_scale_set"),
        strong_login: keys_only,
        // the older types leave patching to extensions
        sets_patching: always(block, newer),
        patched,
        ..VirtualMachine::default()
    }
}

/// The older types of the provider cannot ask for it.
fn takes_host_encryption(block: &Block) -> bool {
    !matches!(&*block.native_type, "azurerm_virtual_machine" | "azurerm_virtual_machine_scale_set")
}

/// Its own addresses (scale sets), or those of its interfaces.
fn public_address(block: &Block, context: &Context<'_>) -> Known<bool> {
    let own = ["network_interface.ip_configuration", "network_profile.ip_configuration"]
        .into_iter()
        .flat_map(|path| block.body.each(path))
        .map(|configuration| {
            any([configuration.exists("public_ip_address"), configuration.exists("public_ip_address_configuration")])
        });
    let linked = block.body.each("network_interface_ids").into_iter().map(|id| {
        let found = match &id.value {
            Value::Unknown(unknown) => unknown.refers.iter().find_map(|reference| context.blocks.referenced(reference)),
            _ => None,
        };
        match (found, &id.value) {
            (Some(interface), _) => exposed(interface),
            (None, Value::Unknown(unknown)) => Known::unknown(unknown.clone(), id.origins.clone()),
            (None, _) => Known::because(
                Why::NotSeen(id.text("").value().cloned().unwrap_or_else(|| Arc::from("network_interface_ids"))),
                id.origins.clone(),
            ),
        }
    });
    let found = any(own.chain(linked));
    if found.origins.primary.is_none() { Known { origins: here(block), ..found } } else { found }
}

/// Whether one of an interface's configurations has a public address.
fn exposed(interface: &Block) -> Known<bool> {
    any(interface
        .body
        .each("ip_configuration")
        .into_iter()
        .map(|configuration| configuration.exists("public_ip_address_id")))
}

/// An interface is judged as a part of its machine; with a public address it stands for one that is not among the files.
fn interface(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let of_machine =
        |kind: &str| !context.blocks.joined(block, kind, "network_interface_ids", &["id"]).blocks.is_empty();
    let machines = ["azurerm_linux_virtual_machine", "azurerm_windows_virtual_machine", "azurerm_virtual_machine"];
    let exposed = exposed(block);
    if matches!(exposed.value(), Some(false)) || machines.iter().any(|kind| of_machine(kind)) {
        return;
    }
    let facts = VirtualMachine {
        public_address: exposed,
        has_metadata_token: always(block, false),
        metadata_token_required: always(block, false),
        // an interface has no start-up script, and nothing to boot, log in to or patch
        plain_secret: always(block, false),
        takes_host_encryption: always(block, false),
        host_encrypted: always(block, false),
        sets_boot: always(block, false),
        verified_boot: always(block, false),
        sets_login: always(block, false),
        strong_login: always(block, false),
        sets_patching: always(block, false),
        patched: always(block, false),
    };
    out.push(resource(block, facts));
}

/// A credential in the start-up script: in base64 but for the older types.
fn plain_secret(block: &Block) -> Known<bool> {
    let paths = ["custom_data", "user_data", "user_data_base64", "os_profile.custom_data"];
    any(paths.into_iter().flat_map(|path| block.body.each(path)).map(|node| {
        node.text("").map(|script| {
            let decoded = base64::engine::general_purpose::STANDARD
                .decode(script.trim())
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            text_holds_credential(decoded.as_deref().unwrap_or(&script))
        })
    }))
}

/// The disks that are written inside the machine; those of the image hold what it put there.
fn disks(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let many = block.native_type.contains("scale_set");
    let backed_up = if many { always(block, false) } else { protected(block, context) };
    let forms: &[(&str, bool)] = &[
        ("os_disk", true),
        ("storage_os_disk", true),
        ("storage_profile_os_disk", true),
        ("data_disk", false),
        ("storage_data_disk", false),
        ("storage_profile_data_disk", false),
    ];
    for (path, boot) in forms {
        for (at, node) in block.body.each(path).into_iter().enumerate() {
            let key = key_of(node, context);
            let disk = Disk {
                encrypted: always(block, true),
                customer_key: key.exists(),
                key,
                backed_up: backed_up.clone(),
                ephemeral: always(block, *boot || many),
            };
            out.push(part(block, &format!("{path}[{at}]"), node, disk));
        }
    }
}

/// The key behind a disk encryption set, or the set itself where that is not among the files.
pub(super) fn key_of(node: &Node, context: &Context<'_>) -> Known<Link> {
    let paths = ["disk_encryption_set_id", "secure_vm_disk_encryption_set_id"];
    let set = paths.into_iter().find_map(|path| context.blocks.follow(node, path, &["azurerm_disk_encryption_set"]));
    let named = paths
        .into_iter()
        .fold(Known::unset(node.origins.clone()), |found: Known<Link>, path| found.or(node.link(path)));
    match set {
        Some(set) => set.body.link("key_vault_key_id").or(set.body.link("managed_hsm_key_id")).or(named),
        None => named,
    }
}

/// Whether a vault protects the machine.
fn protected(block: &Block, context: &Context<'_>) -> Known<bool> {
    context.blocks.joined(block, "azurerm_backup_protected_vm", "source_vm_id", &["id"]).exists()
}

fn managed_disk(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let key = key_of(&block.body, context);
    let vaulted = context.blocks.joined(block, "azurerm_data_protection_backup_instance_disk", "disk_id", &["id"]);
    let attached =
        context.blocks.joined(block, "azurerm_virtual_machine_data_disk_attachment", "managed_disk_id", &["id"]);
    let with_machine = attached.blocks.iter().map(|attachment| {
        match context.blocks.follow(&attachment.body, "virtual_machine_id", &[]) {
            Some(machine) => protected(machine, context),
            None => Known::unknown(not_seen(attachment, "virtual_machine_id"), here(attachment)),
        }
    });
    let backed_up = any([vaulted.exists()].into_iter().chain(with_machine).chain(attached.maybe()));
    // encryption from within the machine, by a key that lies in a vault of one's own
    // https://learn.microsoft.com/azure/virtual-machines/disk-encryption-overview
    let within = block.body.exists("encryption_settings");
    let within = within.and(block.body.bool("encryption_settings.enabled").or_default(true));
    let disk = Disk {
        // by the platform, always: https://learn.microsoft.com/azure/virtual-machines/disk-encryption
        encrypted: always(block, true),
        customer_key: any([key.exists(), within]),
        key,
        backed_up,
        ephemeral: always(block, false),
    };
    out.push(resource(block, disk));
}

/// A snapshot or an image stays in its subscription; whoever downloads it needs a signed link of its owner:
/// <https://learn.microsoft.com/azure/virtual-machines/disks-restrict-import-export-overview>.
fn snapshot(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let facts = Snapshot {
        encrypted: always(block, true),
        key: key_of(&block.body, context),
        public: always(block, false),
        shared_foreign: always(block, false),
    };
    out.push(resource(block, facts));
}

/// A community gallery offers its images to every customer of Azure:
/// <https://learn.microsoft.com/azure/virtual-machines/share-gallery-community>.
fn gallery(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let permission = block.body.text("sharing.permission");
    let groups = is(permission.clone(), &["Groups"]).or_default(false);
    // with whom it is shared is an action, not a setting
    let foreign = match &groups.state {
        State::Set(true) => Known::unknown(
            Unknown::new(Why::Undeclared(Arc::from("the tenants and subscriptions that the gallery is shared with"))),
            groups.origins,
        ),
        _ => groups,
    };
    let facts = Snapshot {
        encrypted: always(block, true),
        key: Known::unset(here(block)),
        public: is(permission, &["Community"]).or_default(false),
        shared_foreign: foreign,
    };
    out.push(resource(block, facts));
}
