//! App Configuration: settings that programs read when they start.

use crate::model::{Config, Resource};
use crate::provider::azure::read::{always, flag, on, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::Block;

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_app_configuration", store),
    ("azurerm_app_configuration_feature", fragment),
    ("azurerm_app_configuration_key", fragment),
];

/// Access keys are on unless they are turned off: <https://learn.microsoft.com/azure/azure-app-configuration/howto-disable-access-key-authentication>.
fn store(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let named = "private_service_connection.private_connection_resource_id";
    let private = context.blocks.joined(block, "azurerm_private_endpoint", named, &["id"]);
    let facts = Config {
        // its values are resources of their own
        plain_secret: always(block, false),
        local_login: flag(&block.body, &["local_auth_enabled", "local_authentication_enabled"]).or_default(true),
        sets_network: always(block, true),
        // open until it is turned off, or a private endpoint is made while nothing is said:
        // https://learn.microsoft.com/azure/azure-app-configuration/howto-disable-public-access
        public: on(block.body.text("public_network_access")).or(private.exists().not()),
    };
    out.push(resource(block, facts));
}
