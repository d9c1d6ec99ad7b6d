//! Virtual machines, scale sets, disks, snapshots, images, galleries.

use super::common::{at, constant, identities, pluck};
use crate::provider::spelling::Move::{By, Each, To, Type};
use crate::provider::spelling::{Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.compute/virtualmachines> and its like. One reader reads machines
/// of either system.
pub(super) const TABLE: &[Native] = &[
    Native {
        native: "Microsoft.Compute/virtualMachines",
        reads_as: "azurerm_linux_virtual_machine",
        moves: &[
            By(|body| pluck(body, "networkProfile.networkInterfaces", "id"), "network_interface_ids"),
            Type("osProfile.windowsConfiguration", &[], "azurerm_windows_virtual_machine"),
            Type("storageProfile.osDisk.osType", &["Windows"], "azurerm_windows_virtual_machine"),
            To("osProfile.customData", "custom_data"),
            Each("storageProfile.osDisk", "os_disk", DISK),
            Each("storageProfile.dataDisks", "data_disk", DISK),
            To("securityProfile.encryptionAtHost", "encryption_at_host_enabled"),
            To("securityProfile.uefiSettings.secureBootEnabled", "secure_boot_enabled"),
            To("securityProfile.uefiSettings.vTpmEnabled", "vtpm_enabled"),
            By(|body| keys_only(at(body, "osProfile")), "disable_password_authentication"),
            By(|body| patch_mode(at(body, "osProfile")), "patch_mode"),
            To("osProfile.windowsConfiguration.enableAutomaticUpdates", "automatic_updates_enabled"),
            By(identities, "identity.identity_ids"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Compute/virtualMachineScaleSets",
        reads_as: "azurerm_linux_virtual_machine_scale_set",
        moves: &[
            Each(
                "virtualMachineProfile.networkProfile.networkInterfaceConfigurations",
                "network_interface",
                &[Each(
                    "ipConfigurations",
                    "ip_configuration",
                    &[To("publicIPAddressConfiguration", "public_ip_address"), To("subnet.id", "subnet_id")],
                )],
            ),
            Type(
                "virtualMachineProfile.osProfile.windowsConfiguration",
                &[],
                "azurerm_windows_virtual_machine_scale_set",
            ),
            To("virtualMachineProfile.osProfile.customData", "custom_data"),
            To("virtualMachineProfile.securityProfile.encryptionAtHost", "encryption_at_host_enabled"),
            To("virtualMachineProfile.securityProfile.uefiSettings.secureBootEnabled", "secure_boot_enabled"),
            To("virtualMachineProfile.securityProfile.uefiSettings.vTpmEnabled", "vtpm_enabled"),
            By(|body| keys_only(at(body, "virtualMachineProfile.osProfile")), "disable_password_authentication"),
            By(|body| patch_mode(at(body, "virtualMachineProfile.osProfile")), "patch_mode"),
            To(
                "upgradePolicy.automaticOSUpgradePolicy.enableAutomaticOSUpgrade",
                "automatic_os_upgrade_policy.enable_automatic_os_upgrade",
            ),
            To("virtualMachineProfile.userData", "user_data"),
            To("automaticRepairsPolicy", "automatic_instance_repair"),
            To("sku.capacity", "instances"),
            Each("virtualMachineProfile.storageProfile.osDisk", "os_disk", DISK),
            Each("virtualMachineProfile.storageProfile.dataDisks", "data_disk", DISK),
            By(identities, "identity.identity_ids"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Compute/disks",
        reads_as: "azurerm_managed_disk",
        moves: &[
            To("encryption.diskEncryptionSetId", "disk_encryption_set_id"),
            To("encryptionSettingsCollection", "encryption_settings"),
        ],
        also: &[],
    },
    Native {
        native: "Microsoft.Compute/snapshots",
        reads_as: "azurerm_snapshot",
        moves: &[To("encryption.diskEncryptionSetId", "disk_encryption_set_id")],
        also: &[],
    },
    Native::same("Microsoft.Compute/images", "azurerm_image"),
    Native {
        native: "Microsoft.Compute/diskEncryptionSets",
        reads_as: "azurerm_disk_encryption_set",
        moves: &[To("activeKey.keyUrl", "key_vault_key_id")],
        also: &[],
    },
    Native {
        native: "Microsoft.Compute/galleries",
        reads_as: "azurerm_shared_image_gallery",
        moves: &[To("sharingProfile.permissions", "sharing.permission")],
        also: &[],
    },
    Native::same("Microsoft.Compute/galleries/images", "azurerm_shared_image"),
    Native::same("Microsoft.Compute/galleries/images/versions", "azurerm_shared_image_version"),
    Native::same("Microsoft.Compute/availabilitySets", "azurerm_availability_set"),
    Native::same("Microsoft.Compute/virtualMachines/extensions", "azurerm_virtual_machine_extension"),
    Native::same("Microsoft.Compute/virtualMachineScaleSets/extensions", "azurerm_virtual_machine_scale_set_extension"),
];

const DISK: &[Move] = &[To("managedDisk.diskEncryptionSet.id", "disk_encryption_set_id")];

/// Linux takes passwords unless told otherwise: the page of the type. What a disk brings with it says nothing of logins.
fn keys_only(profile: Option<&Node>) -> Option<Node> {
    let profile = profile?;
    match at(profile, "linuxConfiguration.disablePasswordAuthentication") {
        Some(said) => Some(said.clone()),
        None if at(profile, "windowsConfiguration").is_some() => None,
        None => constant(profile, Value::Bool(false)),
    }
}

fn patch_mode(profile: Option<&Node>) -> Option<Node> {
    let profile = profile?;
    let systems = ["linuxConfiguration", "windowsConfiguration"];
    systems.iter().find_map(|system| at(profile, &format!("{system}.patchSettings.patchMode"))).cloned()
}
