//! How Resource Manager spells what the readers of this cloud read: one file a service family, beside its reader's name.

mod common;
mod compute;
mod containers;
mod data;
mod identity;
mod keyvault;
mod messaging;
mod monitor;
mod nesting;
mod network;
mod servers;
mod services;
mod sql;
mod storage;
mod variants;
mod web;

pub(in crate::provider) use nesting::{parts, settle};

use crate::provider::spelling::{Native, Spelling, snake};

/// The spelling of Resource Manager's API, which templates, Bicep and Resource Graph share:
/// <https://learn.microsoft.com/azure/templates/>. What stands under `properties` is lifted by [`settle`], at every level.
pub(in crate::provider) const SPELLING: Spelling =
    Spelling { free: FREE, paired: &[], lifted: "", case: snake, tables: TABLES };

/// Maps of Resource Manager whose keys are a person's own.
const FREE: &[&str] =
    &["appSettings", "customProperties", "metadata", "parameters", "policyRule", "tags", "userAssignedIdentities"];

/// Every family's types in Resource Manager's spelling.
const TABLES: &[&[Native]] = &[
    compute::TABLE,
    containers::TABLE,
    data::TABLE,
    identity::TABLE,
    keyvault::TABLE,
    messaging::TABLE,
    monitor::TABLE,
    network::TABLE,
    servers::TABLE,
    services::TABLE,
    sql::TABLE,
    storage::TABLE,
    web::TABLE,
];
