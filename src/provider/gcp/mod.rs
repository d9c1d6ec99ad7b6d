//! Google Cloud: Terraform's `google_*` resources. One file a service family.

mod bigquery;
mod compute;
mod gke;
mod grants;
mod kms;
mod members;
mod network;
mod read;
mod serverless;
mod services;
mod sql;
mod storage;

use crate::provider::Row;

/// Every family's rows.
pub(super) const FAMILIES: &[&[Row]] = &[
    bigquery::ROWS,
    compute::ROWS,
    gke::ROWS,
    grants::ROWS,
    kms::ROWS,
    network::ROWS,
    serverless::ROWS,
    services::ROWS,
    sql::ROWS,
    storage::ROWS,
];
