//! Azure and Entra ID: Terraform's `azurerm_*` and `azuread_*` resources. One file a service family.

mod aks;
mod alarms;
mod analytics;
mod backup;
mod backup_plans;
mod cache;
mod certificates;
mod compute;
mod containers;
mod cosmosdb;
mod database;
mod detect;
mod factory;
mod gateways;
mod groups;
mod guardrails;
mod identity;
mod keyvault;
mod lifecycle;
mod messaging;
mod models;
mod monitor;
mod native;
mod network;
mod read;
mod servers;
mod settings;
mod sql;
mod storage;
mod storage_kept;
mod trails;
mod vnets;
mod webapps;

use crate::provider::Row;

pub(super) use detect::beside;
pub(super) use guardrails::account;
pub(super) use native::{SPELLING, parts, settle};

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[
    aks::ROWS,
    alarms::ROWS,
    analytics::ROWS,
    backup::ROWS,
    backup_plans::ROWS,
    cache::ROWS,
    certificates::ROWS,
    compute::ROWS,
    containers::ROWS,
    cosmosdb::ROWS,
    detect::ROWS,
    factory::ROWS,
    groups::ROWS,
    guardrails::ROWS,
    gateways::ROWS,
    identity::ROWS,
    keyvault::ROWS,
    lifecycle::ROWS,
    messaging::ROWS,
    models::ROWS,
    monitor::ROWS,
    network::ROWS,
    servers::ROWS,
    settings::ROWS,
    sql::ROWS,
    storage::ROWS,
    trails::ROWS,
    vnets::ROWS,
    webapps::ROWS,
];
