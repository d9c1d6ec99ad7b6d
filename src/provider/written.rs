//! Passwords that a configuration writes out for what it makes: whoever reads the files, or the plan made of them, has
//! them.

use std::sync::Arc;

use crate::model::{Config, Resource};
use crate::provider::address::last_part;
use crate::provider::data::config;
use crate::provider::secrets::credential;
use crate::value::{Block, Node, Origins, Redacted, Value};

/// Types, and the attributes that hold a password whatever they are called. Each has a twin that is sent and not kept,
/// `password_wo`, which stands in the files all the same:
/// <https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only>.
const PASSWORDS: &[(&str, &[&str])] = &[
    ("aws_db_instance", &["password"]),
    ("aws_directory_service_directory", &["password"]),
    ("aws_dms_endpoint", &["password"]),
    ("aws_docdb_cluster", &["master_password"]),
    ("aws_elasticache_replication_group", &["auth_token"]),
    ("aws_mq_broker", &["user.password"]),
    ("aws_neptune_cluster", &["master_password"]),
    ("aws_rds_cluster", &["master_password"]),
    ("aws_redshift_cluster", &["master_password"]),
    ("aws_secretsmanager_secret_version", &["secret_string"]),
    ("azurerm_key_vault_secret", &["value"]),
    // a virtual machine in Azure's own spelling has a profile
    ("azurerm_linux_virtual_machine", MACHINE),
    ("azurerm_linux_virtual_machine_scale_set", MACHINE),
    ("azurerm_mariadb_server", &["administrator_login_password"]),
    ("azurerm_mssql_managed_instance", &["administrator_login_password"]),
    ("azurerm_mssql_server", &["administrator_login_password"]),
    ("azurerm_mysql_flexible_server", &["administrator_password", "administrator_login_password"]),
    ("azurerm_mysql_server", &["administrator_login_password"]),
    ("azurerm_postgresql_flexible_server", &["administrator_password", "administrator_login_password"]),
    ("azurerm_postgresql_server", &["administrator_login_password"]),
    ("azurerm_sql_server", &["administrator_login_password"]),
    ("azurerm_synapse_workspace", &["sql_administrator_login_password"]),
    ("azurerm_virtual_machine", MACHINE),
    ("azurerm_windows_virtual_machine", MACHINE),
    ("azurerm_windows_virtual_machine_scale_set", MACHINE),
    ("google_alloydb_cluster", &["initial_user.password"]),
    ("google_alloydb_user", &["password"]),
    ("google_secret_manager_regional_secret_version", &["secret_data"]),
    ("google_secret_manager_secret_version", &["secret_data"]),
    ("google_sql_database_instance", &["root_password"]),
    ("google_sql_user", &["password"]),
    ("provider.azuread", &["client_secret"]),
    ("provider.azurerm", &["client_secret"]),
];

const MACHINE: &[&str] =
    &["admin_password", "os_profile.admin_password", "virtual_machine_profile.os_profile.admin_password"];

/// Adds what `block` writes out to what was made of it.
pub(super) fn push(block: &Block, made: &mut Vec<Resource>) {
    let Ok(at) = PASSWORDS.binary_search_by_key(&&*block.native_type, |(native, _)| native) else { return };
    for path in PASSWORDS.get(at).into_iter().flat_map(|(_, paths)| *paths) {
        push_at(block, path, made);
    }
}

/// Adds what `block` writes out at `path`.
pub(super) fn push_at(block: &Block, path: &str, made: &mut Vec<Resource>) {
    let sent = format!("{path}_wo");
    for (path, node) in
        [path, &sent].iter().flat_map(|path| block.body.each(path).into_iter().map(move |node| (path, node)))
    {
        // a plan keeps no secret, only that it was written out
        let is_written = matches!(node.value, Value::String(_) | Value::Redacted(Redacted::Secret));
        if !is_written || block.is_answer() {
            continue;
        }
        let plain_secret = credential("password", node);
        if plain_secret.value() == Some(&true) {
            let facts = Config { plain_secret, ..config(&Origins::at(block.head)) };
            made.push(part(block, path, node, made.first(), facts));
        }
    }
}

/// A part of `block`, called, placed and tagged as what else was made of it.
fn part(block: &Block, path: &str, node: &Node, beside: Option<&Resource>, facts: Config) -> Resource {
    let name = beside.map_or_else(|| Arc::from(last_part(&block.address)), |beside| beside.name.clone());
    let mut made = Resource::new(block, name, facts);
    made.part = Some(path.into());
    if let Some(span) = node.origins.primary {
        made.head = span;
    }
    if let Some(beside) = beside {
        made.region = beside.region.clone();
        made.tags = beside.tags.clone();
    }
    made
}

#[cfg(test)]
mod tests {
    #[test]
    fn types_are_sorted() {
        assert!(super::PASSWORDS.is_sorted_by_key(|(native, _)| native));
    }
}
