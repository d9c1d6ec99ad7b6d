//! Azure and Entra ID: Terraform's `azurerm_*` and `azuread_*` resources. One file a service family.

mod aks;
mod analytics;
mod backup;
mod cache;
mod compute;
mod containers;
mod cosmosdb;
mod database;
mod factory;
mod identity;
mod keyvault;
mod messaging;
mod models;
mod monitor;
mod network;
mod read;
mod servers;
mod sql;
mod storage;
mod webapps;

use crate::provider::Row;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[
    aks::ROWS,
    analytics::ROWS,
    backup::ROWS,
    cache::ROWS,
    compute::ROWS,
    containers::ROWS,
    cosmosdb::ROWS,
    factory::ROWS,
    identity::ROWS,
    keyvault::ROWS,
    messaging::ROWS,
    models::ROWS,
    monitor::ROWS,
    network::ROWS,
    servers::ROWS,
    sql::ROWS,
    storage::ROWS,
    webapps::ROWS,
];
