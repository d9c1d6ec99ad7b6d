//! Certificates of Key Vault and of App Service.

use crate::model::{Certificate, Resource};
use crate::provider::azure::read::{always, here, is, resource};
use crate::provider::{Context, Row};
use crate::value::{Block, Known, Why, all};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_app_service_certificate", |block, _, out| push(block, always(block, false), out)),
    ("azurerm_app_service_managed_certificate", |block, _, out| push(block, always(block, true), out)),
    ("azurerm_key_vault_certificate", in_vault),
];

/// Renewed where the vault may ask an issuer and is told to: <https://learn.microsoft.com/azure/key-vault/certificates/overview-renew-certificate>.
fn in_vault(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    const POLICY: &str = "certificate_policy";
    let body = &block.body;
    let issued = is(body.text(&format!("{POLICY}.issuer_parameters.name")), &["Unknown"]).map(|unknown| !unknown);
    let renews = is(body.text(&format!("{POLICY}.lifetime_action.action.action_type")), &["AutoRenew"]);
    push(block, all([issued.or_default(false), renews.or_default(false)]), out);
}

/// The day on which it ends is inside of a sealed file, or not known before it is made.
fn push(block: &Block, renews: Known<bool>, out: &mut Vec<Resource>) {
    let why = "the day on which it ends stands in no file that can be read";
    let ends_on = Known::because(Why::Expression(why.into()), here(block));
    out.push(resource(block, Certificate { renews, ends_on }));
}
