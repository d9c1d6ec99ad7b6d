//! Where Terraform keeps its state.

use std::sync::Arc;

use super::{Context, Row};
use crate::model::{Resource, StateFile};
use crate::value::{Block, Known, Origins, Unknown, Why};

/// The backends that keep it in a cloud; any other keeps it elsewhere.
pub(super) const ROWS: &[Row] = &[
    ("terraform.backend.azurerm", |block, context, out| {
        let place = of_store(block, context, "storage_account_name", "azurerm_storage_account", "name", "location");
        push(block, place, out);
    }),
    ("terraform.backend.gcs", |block, context, out| {
        push(block, of_store(block, context, "bucket", "google_storage_bucket", "name", "location"), out);
    }),
    // the region is that of the bucket: <https://developer.hashicorp.com/terraform/language/backend/s3>
    ("terraform.backend.s3", |block, _, out| push(block, block.body.text("region"), out)),
];

/// The place of the store that is named at `path`, if it is in the scan: a backend names no region.
fn of_store(block: &Block, context: &Context<'_>, path: &str, native: &str, by: &str, place: &str) -> Known<Arc<str>> {
    let name = block.body.text(path);
    let found = context
        .blocks
        .of_type(native)
        .find(|store| name.value().is_some() && store.body.text(by).value() == name.value());
    match found {
        Some(store) => store.body.text(place).and_at(&name.origins),
        None => {
            let seen = name.value().cloned().unwrap_or_else(|| Arc::from(path));
            Known::unknown(Unknown::new(Why::NotSeen(seen)), name.origins)
        }
    }
}

fn push(block: &Block, region: Known<Arc<str>>, out: &mut Vec<Resource>) {
    let mut state = Resource::new(block, "state", StateFile { remote: Known::set(true, Origins::at(block.head)) });
    // what is not written comes from the command line or the environment
    state.region = match region.is_unset() {
        true => Known::because(
            Why::Expression("no region is written; it is given when Terraform is set up".into()),
            region.origins,
        ),
        false => region,
    };
    out.push(state);
}
