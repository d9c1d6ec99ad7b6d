//! Certificates of load balancers and of Certificate Manager.

use crate::model::{Certificate, Resource};
use crate::provider::certificates::ends_on;
use crate::provider::gcp::read::{always, resource};
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Origins};

/// The types of this family. What Google manages it renews:
/// <https://cloud.google.com/load-balancing/docs/ssl-certificates/google-managed-certs>.
pub(super) const ROWS: &[Row] = &[
    ("google_certificate_manager_certificate", manager),
    ("google_compute_managed_ssl_certificate", |block, _, out| push(block, always(block, true), "", out)),
    ("google_compute_region_ssl_certificate", |block, _, out| push(block, always(block, false), "certificate", out)),
    ("google_compute_ssl_certificate", |block, _, out| push(block, always(block, false), "certificate", out)),
];

fn manager(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    push(block, block.body.exists("managed"), "self_managed.pem_certificate", out);
}

fn push(block: &Block, renews: Known<bool>, pem: &str, out: &mut Vec<Resource>) {
    let ends_on = if pem.is_empty() { Known::unset(Origins::at(block.head)) } else { ends_on(block.body.text(pem)) };
    out.push(resource(block, Certificate { renews, ends_on }));
}
