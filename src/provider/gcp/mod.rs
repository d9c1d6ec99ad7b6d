//! Google Cloud: Terraform's `google_*` resources. One file a service family.

mod alarms;
mod audit;
mod backup_plans;
mod balancers;
mod bigquery;
mod certificates;
mod compute;
mod compute_care;
mod detect;
mod gke;
mod grants;
mod groups;
mod guardrails;
mod kms;
mod lifecycle;
mod members;
mod models;
mod network;
mod networks;
mod read;
mod secrets;
mod serverless;
mod service_agents;
mod services;
mod sql;
mod storage;
mod storage_kept;

use crate::provider::Row;

pub(super) use detect::beside;
pub(super) use guardrails::account;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[
    alarms::ROWS,
    audit::ROWS,
    balancers::ROWS,
    backup_plans::ROWS,
    bigquery::ROWS,
    certificates::ROWS,
    compute::ROWS,
    compute_care::ROWS,
    detect::ROWS,
    gke::ROWS,
    grants::ROWS,
    groups::ROWS,
    guardrails::ROWS,
    kms::ROWS,
    lifecycle::ROWS,
    models::ROWS,
    network::ROWS,
    networks::ROWS,
    secrets::ROWS,
    serverless::ROWS,
    services::ROWS,
    sql::ROWS,
    storage::ROWS,
];
