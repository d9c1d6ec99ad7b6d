//! BigQuery datasets and tables.

use crate::model::{Resource, Warehouse};
use crate::provider::gcp::members::{everyone_holds, is_public};
use crate::provider::gcp::read::{always, customer_key, resource};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, Node, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_bigquery_dataset", dataset),
    ("google_bigquery_table", table),
    ("google_bigquery_dataset_access", fragment),
    ("google_bigquery_dataset_iam_member", fragment),
    ("google_bigquery_dataset_iam_binding", fragment),
    ("google_bigquery_dataset_iam_policy", fragment),
    ("google_bigquery_table_iam_member", fragment),
    ("google_bigquery_table_iam_binding", fragment),
    ("google_bigquery_table_iam_policy", fragment),
    ("google_bigquery_job", fragment),
    ("google_bigquery_routine", fragment),
];

/// Whether an entry of the access list speaks of everyone:
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets>.
fn entry_is_public(entry: &Node) -> Known<bool> {
    let group = entry.text("special_group").map(|group| is_public(&group)).or_default(false);
    let member = entry.text("iam_member").map(|member| is_public(&member)).or_default(false);
    any([group, member])
}

fn dataset(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(block, &["default_encryption_configuration.kms_key_name"]);
    let separate = context.blocks.joined(block, "google_bigquery_dataset_access", "dataset_id", &["dataset_id", "id"]);
    let mut public: Vec<Known<bool>> = block.body.each("access").into_iter().map(entry_is_public).collect();
    public.extend(separate.blocks.iter().map(|access| entry_is_public(&access.body)));
    public.extend(separate.maybe());
    public.push(everyone_holds(context.blocks, block, "google_bigquery_dataset", "dataset_id", |_| true));
    out.push(resource(
        block,
        Warehouse {
            encrypted: always(block, true),
            customer_key: customer,
            key,
            public: any(public),
            // data-access audit logs are on by default for BigQuery and cannot be turned off
            // https://cloud.google.com/logging/docs/audit#data-access
            audit_logged: always(block, true),
            // two days of history at least: https://cloud.google.com/bigquery/docs/time-travel
            backed_up: always(block, true),
            ..data::warehouse(block)
        },
    ));
    super::lifecycle::of_dataset(block, out);
}

fn table(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if block.body.exists("view").value() == Some(&true) {
        return; // a view holds no data: <https://cloud.google.com/bigquery/docs/views-intro>
    }
    let (own, key) = customer_key(block, &["encryption_configuration.kms_key_name"]);
    let dataset = context.blocks.follow(&block.body, "dataset_id", &["google_bigquery_dataset"]);
    // a table takes its dataset's key unless it names one
    let inherited = dataset.map(|dataset| customer_key(dataset, &["default_encryption_configuration.kms_key_name"]));
    let (customer, key) = match (own.value(), inherited) {
        (Some(false), Some((customer, key))) => (customer, key),
        _ => (own, key),
    };
    let mut table = resource(
        block,
        Warehouse {
            encrypted: always(block, true),
            customer_key: customer,
            key,
            public: everyone_holds(context.blocks, block, "google_bigquery_table", "table_id", |_| true),
            audit_logged: always(block, true),
            // two days of history at least: https://cloud.google.com/bigquery/docs/time-travel
            backed_up: always(block, true),
            ..data::warehouse(block)
        },
    );
    if let Some(name) = block.body.get("table_id").and_then(|node| node.as_str()) {
        table.name = name.into();
    }
    if let Some(dataset) = dataset {
        table.region = super::read::region(dataset);
    }
    out.push(table);
}
