//! Azure and Entra ID: Terraform's `azurerm_*` and `azuread_*` resources. One file a service family.

mod aks;
mod compute;
mod cosmosdb;
mod database;
mod keyvault;
mod network;
mod read;
mod servers;
mod sql;
mod storage;

use crate::provider::Row;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[
    aks::ROWS,
    compute::ROWS,
    cosmosdb::ROWS,
    keyvault::ROWS,
    network::ROWS,
    servers::ROWS,
    sql::ROWS,
    storage::ROWS,
];
