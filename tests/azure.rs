//! What Azure's resources mean: Terraform as a person writes it, and the facts that are then known.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "support/terraform.rs"]
mod terraform;

use terraform::expect;

#[test]
fn a_storage_account_says_by_itself_who_may_read_it() {
    expect(
        r#"
        resource "azurerm_resource_group" "g" { location = "West Europe" }
        resource "azurerm_storage_account" "a" {
          name                     = "letters"
          location                 = azurerm_resource_group.g.location
          account_replication_type = "GRS"
        }"#,
        None,
        "azurerm_storage_account.a encrypted true
         azurerm_storage_account.a tls_only true
         azurerm_storage_account.a shared_keys true
         azurerm_storage_account.a public_read false
         azurerm_storage_account.a public_access_blocked false
         azurerm_storage_account.a customer_key false
         azurerm_storage_account.a backed_up false
         azurerm_storage_account.a geo_paired true",
    );
}

#[test]
fn a_container_is_a_part_of_its_account_in_every_spelling() {
    for by in [
        "storage_account_id = azurerm_storage_account.a.id",
        "storage_account_name = azurerm_storage_account.a.name",
        "storage_account_name = \"letters\"",
    ] {
        let text = format!(
            r#"
            resource "azurerm_storage_account" "a" {{
              name                      = "letters"
              account_replication_type  = "LRS"
              enable_https_traffic_only = false
            }}
            resource "azurerm_storage_container" "c" {{
              name                  = "c"
              {by}
              container_access_type = "blob"
            }}"#
        );
        expect(&text, None, "azurerm_storage_account.a public_read true\nazurerm_storage_account.a tls_only false");
    }
    let guarded = r#"
        resource "azurerm_storage_account" "a" {
          name                            = "letters"
          account_replication_type        = "LRS"
          allow_nested_items_to_be_public = false
        }
        resource "azurerm_storage_container" "c" {
          storage_account_id    = azurerm_storage_account.a.id
          container_access_type = "blob"
        }"#;
    expect(
        guarded,
        None,
        "azurerm_storage_account.a public_read false\nazurerm_storage_account.a public_access_blocked true",
    );
}

#[test]
fn a_container_whose_account_is_not_seen_stands_alone() {
    expect(
        r#"
        variable "account" {}
        resource "azurerm_storage_container" "c" {
          name                  = "c"
          storage_account_name  = var.account
          container_access_type = "container"
        }"#,
        None,
        "azurerm_storage_container.c public_read true
         azurerm_storage_container.c tls_only ?",
    );
}

#[test]
fn a_key_and_network_rules_may_stand_apart() {
    expect(
        r#"
        resource "azurerm_storage_account" "a" {
          account_replication_type = "LRS"
        }
        resource "azurerm_storage_account_customer_managed_key" "k" {
          storage_account_id = azurerm_storage_account.a.id
          key_vault_id       = azurerm_key_vault.v.id
          key_name           = "data"
        }
        resource "azurerm_key_vault" "v" {}
        resource "azurerm_storage_account_network_rules" "n" {
          storage_account_id = azurerm_storage_account.a.id
          default_action     = "Deny"
        }"#,
        None,
        "azurerm_storage_account.a customer_key true
         azurerm_storage_account.a public_access_blocked true
         azurerm_key_vault.v deletion_guarded false
         azurerm_key_vault.v deletion_days 90
         azurerm_key_vault.v public true",
    );
}

#[test]
fn sql_server_and_database_share_the_work() {
    expect(
        r#"
        resource "azurerm_mssql_server" "s" { name = "s" }
        resource "azurerm_mssql_firewall_rule" "all" {
          server_id        = azurerm_mssql_server.s.id
          start_ip_address = "0.0.0.0"
          end_ip_address   = "255.255.255.255"
        }
        resource "azurerm_mssql_database" "d" {
          server_id                           = azurerm_mssql_server.s.id
          transparent_data_encryption_enabled = false
        }
        resource "azurerm_mssql_server_extended_auditing_policy" "p" {
          server_id = azurerm_mssql_server.s.id
        }
        resource "azurerm_sql_server" "old" { name = "old" }
        resource "azurerm_sql_firewall_rule" "azure" {
          server_name      = azurerm_sql_server.old.name
          start_ip_address = "0.0.0.0"
          end_ip_address   = "0.0.0.0"
        }"#,
        None,
        "azurerm_mssql_server.s public true
         azurerm_mssql_server.s open_allowlist true
         azurerm_mssql_server.s audit_logged true
         azurerm_mssql_database.d encrypted false
         azurerm_mssql_database.d public false
         azurerm_sql_server.old open_allowlist false
         azurerm_sql_server.old admits_cloud true
         azurerm_sql_server.old audit_logged false",
    );
}

#[test]
fn a_firewall_rule_without_its_server_still_counts() {
    expect(
        r#"
        resource "azurerm_mysql_firewall_rule" "r" {
          server_name      = "elsewhere"
          start_ip_address = "0.0.0.0"
          end_ip_address   = "255.255.255.255"
        }"#,
        None,
        "azurerm_mysql_firewall_rule.r open_allowlist true
         azurerm_mysql_firewall_rule.r public ?",
    );
}

#[test]
fn flexible_servers_take_their_parameters_from_resources_of_their_own() {
    expect(
        r#"
        resource "azurerm_postgresql_flexible_server" "p" { delegated_subnet_id = "x" }
        resource "azurerm_postgresql_flexible_server_configuration" "tls" {
          name      = "require_secure_transport"
          server_id = azurerm_postgresql_flexible_server.p.id
          value     = "off"
        }
        resource "azurerm_mysql_flexible_server" "m" {
          name                  = "m"
          public_network_access = "Disabled"
        }
        resource "azurerm_mysql_server" "old" { ssl_enforcement_enabled = false }
        resource "azurerm_cosmosdb_account" "c" {
          location = "westeurope"
          geo_location {
            location          = "westeurope"
            failover_priority = 0
          }
          geo_location {
            location          = "eastus"
            failover_priority = 1
          }
        }"#,
        None,
        "azurerm_postgresql_flexible_server.p tls_required false
         azurerm_postgresql_flexible_server.p public false
         azurerm_mysql_flexible_server.m tls_required true
         azurerm_mysql_flexible_server.m public false
         azurerm_mysql_server.old tls_required false
         azurerm_cosmosdb_account.c open_allowlist true
         azurerm_cosmosdb_account.c/geo_location[1] target_region eastus",
    );
}

#[test]
fn rules_of_a_security_group_are_judged_one_by_one() {
    expect(
        r#"
        variable "source" {}
        resource "azurerm_network_security_group" "g" {
          security_rule {
            direction               = "Inbound"
            access                  = "Allow"
            protocol                = "Tcp"
            destination_port_ranges = ["80", "20-23"]
            source_address_prefixes = [var.source, "0.0.0.0/0"]
          }
          security_rule {
            direction              = "Inbound"
            access                 = "Allow"
            protocol               = "Icmp"
            destination_port_range = "*"
            source_address_prefix  = "*"
          }
        }
        resource "azurerm_network_security_rule" "r" {
          direction              = "Inbound"
          access                 = "Allow"
          protocol               = "*"
          destination_port_range = "*"
          source_address_prefix  = var.source
        }"#,
        None,
        "azurerm_network_security_group.g/security_rule[0] from_anywhere true
         azurerm_network_security_group.g/security_rule[0] admin_port true
         azurerm_network_security_group.g/security_rule[0] all_ports false
         azurerm_network_security_group.g/security_rule[1] all_ports false
         azurerm_network_security_rule.r from_anywhere ?
         azurerm_network_security_rule.r all_ports true",
    );
}

#[test]
fn a_machine_has_the_addresses_of_its_interfaces() {
    expect(
        r##"
        resource "azurerm_network_interface" "n" {
          ip_configuration { public_ip_address_id = azurerm_public_ip.p.id }
        }
        resource "azurerm_public_ip" "p" {}
        resource "azurerm_linux_virtual_machine" "v" {
          network_interface_ids = [azurerm_network_interface.n.id]
          custom_data           = base64encode("#!/bin/sh\nexport DB_PASSWORD=h7kQ2vLp9xZ41m\n")
          os_disk { disk_encryption_set_id = azurerm_disk_encryption_set.d.id }
        }
        resource "azurerm_disk_encryption_set" "d" { key_vault_key_id = azurerm_key_vault_key.k.id }
        resource "azurerm_key_vault_key" "k" { key_vault_id = "/elsewhere" }
        resource "azurerm_network_interface" "lone" {
          ip_configuration { public_ip_address_id = azurerm_public_ip.p.id }
        }"##,
        None,
        "azurerm_linux_virtual_machine.v public_address true
         azurerm_linux_virtual_machine.v plain_secret true
         azurerm_linux_virtual_machine.v/os_disk[0] customer_key true
         azurerm_linux_virtual_machine.v/os_disk[0] backed_up false
         azurerm_key_vault_key.k deletion_guarded ?
         azurerm_network_interface.lone public_address true",
    );
}

#[test]
fn a_cluster_speaks_in_the_words_of_three_providers() {
    expect(
        r#"
        resource "azurerm_kubernetes_cluster" "old" {
          api_server_authorized_ip_ranges = ["203.0.113.0/24"]
          automatic_channel_upgrade       = "stable"
          kubernetes_version              = "1.24.6"
          role_based_access_control { enabled = false }
          network_profile { network_policy = "calico" }
        }
        resource "azurerm_kubernetes_cluster" "new" {
          api_server_access_profile { authorized_ip_ranges = ["0.0.0.0/0"] }
        }
        resource "azurerm_monitor_diagnostic_setting" "d" {
          target_resource_id = azurerm_kubernetes_cluster.new.id
          enabled_log { category = "kube-audit-admin" }
        }"#,
        None,
        "azurerm_kubernetes_cluster.old api_restricted true
         azurerm_kubernetes_cluster.old auto_upgrade true
         azurerm_kubernetes_cluster.old version_supported false
         azurerm_kubernetes_cluster.old rbac false
         azurerm_kubernetes_cluster.old network_policy_enforced true
         azurerm_kubernetes_cluster.old audit_logged false
         azurerm_kubernetes_cluster.new api_restricted false
         azurerm_kubernetes_cluster.new auto_upgrade false
         azurerm_kubernetes_cluster.new rbac true
         azurerm_kubernetes_cluster.new audit_logged true",
    );
}

#[test]
fn apps_old_and_new() {
    expect(
        r#"
        resource "azurerm_app_service" "old" {
          https_only = true
          site_config { min_tls_version = "1.1" }
          auth_settings { enabled = true }
        }
        resource "azurerm_windows_function_app" "new" {
          site_config { minimum_tls_version = "1.3" }
          auth_settings_v2 {
            auth_enabled           = true
            unauthenticated_action = "AllowAnonymous"
          }
          app_settings = { API_KEY = "AKIA5XQPLMNB3RTYUWER" }
        }
        resource "azurerm_container_app" "c" {
          ingress { allow_insecure_connections = true }
        }
        resource "azurerm_api_management" "m" {
          security { enable_frontend_tls10 = true }
        }"#,
        None,
        "azurerm_app_service.old https_only true
         azurerm_app_service.old modern_tls false
         azurerm_app_service.old auth_required true
         azurerm_windows_function_app.new https_only false
         azurerm_windows_function_app.new modern_tls true
         azurerm_windows_function_app.new auth_required false
         azurerm_windows_function_app.new/app_settings plain_secret true
         azurerm_container_app.c/ingress https_only false
         azurerm_api_management.m modern_tls false",
    );
}

#[test]
fn the_scope_of_a_grant_is_read_from_what_it_refers_to() {
    expect(
        r#"
        data "azurerm_subscription" "me" {}
        resource "azurerm_resource_group" "g" {}
        variable "role" {}
        resource "azurerm_role_assignment" "whole" {
          scope                = data.azurerm_subscription.me.id
          role_definition_name = "Owner"
        }
        resource "azurerm_role_assignment" "group" {
          scope                = azurerm_resource_group.g.id
          role_definition_name = var.role
        }
        resource "azurerm_role_assignment" "text" {
          scope                = "${data.azurerm_subscription.me.id}/resourceGroups/x"
          role_definition_name = "Owner"
        }
        resource "azurerm_role_definition" "d" {
          scope = data.azurerm_subscription.me.id
          permissions { actions = ["*"] }
        }
        resource "azurerm_role_definition" "less" {
          scope = data.azurerm_subscription.me.id
          permissions {
            actions     = ["*"]
            not_actions = ["Microsoft.Authorization/*/write"]
          }
        }
        resource "azurerm_federated_identity_credential" "f" {
          audience = ["api://AzureADTokenExchange"]
          subject  = "repo:example/*:ref:refs/heads/main"
        }
        resource "azuread_application_password" "p" { end_date_relative = "720h" }
        resource "azuread_service_principal_password" "q" {}"#,
        None,
        "azurerm_role_assignment.whole admin true
         azurerm_role_assignment.group admin false
         azurerm_role_assignment.text admin false
         azurerm_role_definition.d admin true
         azurerm_role_definition.less admin false
         azurerm_federated_identity_credential.f federation_exact false
         azuread_application_password.p lifetime_days 30
         azuread_service_principal_password.q lifetime_days 730",
    );
}

#[test]
fn a_tenant_that_is_not_ones_own_is_foreign() {
    let text = r#"resource "azurerm_lighthouse_definition" "l" { managing_tenant_id = "t-1" }"#;
    expect(text, None, "azurerm_lighthouse_definition.l trusts_foreign ?");
    expect(text, Some(&["t-2"]), "azurerm_lighthouse_definition.l trusts_foreign true");
    expect(text, Some(&["t-1"]), "azurerm_lighthouse_definition.l trusts_foreign false");
}

#[test]
fn a_connection_string_tells_what_its_holes_leave() {
    expect(
        r#"
        variable "host" {}
        variable "whole" {}
        resource "azurerm_data_factory_linked_service_sql_server" "a" {
          connection_string = "Server=${var.host};Encrypt=True;TrustServerCertificate=False"
        }
        resource "azurerm_data_factory_linked_service_sql_server" "b" {
          connection_string = "Server=${var.host};Encrypt=True;TrustServerCertificate=yes"
        }
        resource "azurerm_data_factory_linked_service_sql_server" "c" {
          connection_string = var.whole
        }
        resource "azurerm_data_factory_linked_service_web" "d" {
          url = "http://${var.host}/"
        }"#,
        None,
        "azurerm_data_factory_linked_service_sql_server.a tls_checked true
         azurerm_data_factory_linked_service_sql_server.b tls_checked false
         azurerm_data_factory_linked_service_sql_server.c tls_checked ?
         azurerm_data_factory_linked_service_web.d tls_checked false",
    );
}

#[test]
fn stores_of_backups_models_and_messages() {
    expect(
        r#"
        variable "kind" {}
        resource "azurerm_recovery_services_vault" "r" {
          location                     = "brazilsouth"
          cross_region_restore_enabled = true
        }
        resource "azurerm_cognitive_deployment" "g" {
          sku { name = "GlobalBatch" }
        }
        resource "azurerm_cognitive_deployment" "old" {
          scale { type = "Standard" }
        }
        resource "azurerm_cognitive_deployment" "u" {
          sku { name = var.kind }
        }
        resource "azurerm_redis_cache" "c" { enable_non_ssl_port = true }
        resource "azurerm_eventhub_namespace" "e" { minimum_tls_version = "1.1" }
        resource "azurerm_servicebus_namespace" "s" { local_auth_enabled = false }
        resource "azurerm_container_registry" "a" {
          admin_enabled   = true
          georeplications { location = "eastus" }
        }"#,
        None,
        "azurerm_recovery_services_vault.r locked false
         azurerm_recovery_services_vault.r geo_paired true
         azurerm_recovery_services_vault.r/cross_region_restore target_region southcentralus
         azurerm_cognitive_deployment.g global_processing true
         azurerm_cognitive_deployment.old global_processing false
         azurerm_cognitive_deployment.u global_processing ?
         azurerm_redis_cache.c tls_required false
         azurerm_eventhub_namespace.e tls_clients false
         azurerm_servicebus_namespace.s public false
         azurerm_container_registry.a admin_login true
         azurerm_container_registry.a/georeplications[0] target_region eastus",
    );
}

#[test]
fn a_block_that_may_not_be_there_is_not_there_for_sure() {
    expect(
        r#"
        variable "keys" {}
        resource "azurerm_kubernetes_cluster" "c" {
          dynamic "key_management_service" {
            for_each = var.keys
            content { key_vault_key_id = key_management_service.value }
          }
        }
        resource "azurerm_storage_account" "a" {
          account_replication_type = "LRS"
          dynamic "customer_managed_key" {
            for_each = var.keys
            content { key_vault_key_id = customer_managed_key.value }
          }
          dynamic "network_rules" {
            for_each = var.keys
            content { default_action = "Deny" }
          }
        }"#,
        None,
        "azurerm_kubernetes_cluster.c secrets_encrypted ?
         azurerm_storage_account.a customer_key ?
         azurerm_storage_account.a public_access_blocked ?",
    );
}
