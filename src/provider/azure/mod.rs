//! Azure and Entra ID: Terraform's `azurerm_*` and `azuread_*` resources. One file a service family.

mod cosmosdb;
mod database;
mod read;
mod servers;
mod sql;
mod storage;

use crate::provider::Row;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[cosmosdb::ROWS, servers::ROWS, sql::ROWS, storage::ROWS];
