//! BigQuery datasets and tables.

use crate::model::{Resource, Warehouse};
use crate::provider::gcp::members::{Grant, everyone_holds, grants, is_public};
use crate::provider::gcp::read::{always, customer_key, not_seen, resource};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, Known, Node, Origins, Unknown, Why, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_bigquery_dataset", dataset),
    ("google_bigquery_table", table),
    ("google_bigquery_dataset_access", stray_access),
    ("google_bigquery_dataset_iam_member", |block, context, out| stray_grant(block, context, DATASET, out)),
    ("google_bigquery_dataset_iam_binding", |block, context, out| stray_grant(block, context, DATASET, out)),
    ("google_bigquery_dataset_iam_policy", |block, context, out| stray_grant(block, context, DATASET, out)),
    ("google_bigquery_table_iam_member", |block, context, out| stray_grant(block, context, TABLE, out)),
    ("google_bigquery_table_iam_binding", |block, context, out| stray_grant(block, context, TABLE, out)),
    ("google_bigquery_table_iam_policy", |block, context, out| stray_grant(block, context, TABLE, out)),
    ("google_bigquery_job", fragment),
    ("google_bigquery_routine", fragment),
];

/// A type that grants speak of, and the attribute that names one.
type Target = (&'static str, &'static str);

const DATASET: Target = ("google_bigquery_dataset", "dataset_id");
const TABLE: Target = ("google_bigquery_table", "table_id");

/// Of whom an entry may speak.
const WHOM: &[&str] =
    &["special_group", "iam_member", "user_by_email", "group_by_email", "domain", "view", "dataset", "routine"];

/// Whether an entry of the access list speaks of everyone:
/// <https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets>. One that names nobody says nothing.
fn entry_is_public(entry: &Node) -> Known<bool> {
    if WHOM.iter().all(|whom| entry.exists(whom).value() == Some(&false)) {
        let nobody = Unknown::new(Why::Expression("an entry does not say whom it speaks of".into()));
        return Known::unknown(nobody, entry.origins.clone());
    }
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

/// Access to a dataset that is not among the scanned files.
fn stray_access(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if !is_scanned(block, context, DATASET) {
        push_stray(block, DATASET, entry_is_public(&block.body), out);
    }
}

/// A grant on what is not among the scanned files.
fn stray_grant(block: &Block, context: &Context<'_>, target: Target, out: &mut Vec<Resource>) {
    if !is_scanned(block, context, target) {
        push_stray(block, target, any(grants(block).iter().map(Grant::to_everyone)), out);
    }
}

fn is_scanned(block: &Block, context: &Context<'_>, (native, by): Target) -> bool {
    let named = |name: &str| !context.blocks.bearing(block.unit, native, by, name).is_empty();
    context.blocks.follow(&block.body, by, &[native]).is_some()
        || block.body.text(by).value().is_some_and(|name| named(name))
}

/// A warehouse that is known only by a fragment; where that opens nothing, it is left to where it is declared.
fn push_stray(block: &Block, (_, by): Target, said: Known<bool>, out: &mut Vec<Resource>) {
    if said.value() == Some(&false) {
        return;
    }
    let unseen = not_seen(block, by);
    let unknown = || Known::unknown(unseen.clone(), Origins::at(block.head));
    let facts = Warehouse {
        encrypted: always(block, true),
        customer_key: unknown(),
        key: Known::unknown(unseen.clone(), Origins::at(block.head)),
        public: any([said, unknown()]),
        audit_logged: always(block, true),
        backed_up: always(block, true),
        ..data::warehouse(block)
    };
    out.push(resource(block, facts));
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
