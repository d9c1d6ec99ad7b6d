//! Data Factory: the linked services that its pipelines read from and write to.

use std::sync::Arc;

use crate::model::{DataFlow, Resource};
use crate::provider::azure::read::{always, customer_key, parent, resource};
use crate::provider::{Context, Row, data, fragment};
use crate::value::{Block, HOLE_OPEN, Known, Node, Unknown, Value, Why, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_data_factory", factory),
    ("azurerm_data_factory_customer_managed_key", fragment),
    ("azurerm_data_factory_integration_runtime_azure", runtime),
    ("azurerm_data_factory_integration_runtime_azure_ssis", runtime),
    ("azurerm_data_factory_integration_runtime_self_hosted", fragment),
    ("azurerm_data_factory_linked_custom_service", custom),
    ("azurerm_data_factory_linked_service_azure_sql_database", |block, context, out| {
        linked(block, context, azure_sql, out)
    }),
    ("azurerm_data_factory_linked_service_mysql", |block, context, out| linked(block, context, mysql, out)),
    ("azurerm_data_factory_linked_service_odata", web),
    ("azurerm_data_factory_linked_service_postgresql", |block, context, out| linked(block, context, postgres, out)),
    ("azurerm_data_factory_linked_service_sql_server", |block, context, out| linked(block, context, sql_server, out)),
    ("azurerm_data_factory_linked_service_synapse", |block, context, out| linked(block, context, azure_sql, out)),
    ("azurerm_data_factory_linked_service_web", web),
    ("azurerm_data_factory_pipeline", fragment),
];

/// The factory itself: open to the internet, and encrypted with Microsoft's key, unless it is written otherwise:
/// <https://learn.microsoft.com/azure/data-factory/data-factory-private-link>,
/// <https://learn.microsoft.com/azure/data-factory/enable-customer-managed-key>.
fn factory(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let separate =
        context.blocks.joined(block, "azurerm_data_factory_customer_managed_key", "data_factory_id", &["id"]);
    let (own, key) = customer_key(&block.body, &["customer_managed_key_id"]);
    let flow = DataFlow {
        sets_network: always(block, true),
        public: block.body.bool("public_network_enabled").or_default(true),
        takes_key: always(block, true),
        customer_key: any([own, separate.exists()]),
        key: key.or(separate.link("customer_managed_key_id")),
        // what it connects to is said by the linked services
        ..data::runner(block)
    };
    out.push(resource(block, flow));
}

/// The settings of a connection string, in lower case and without spaces in the names; holes stand in the values.
struct Connection<'c> {
    settings: Vec<(String, &'c str)>,
    /// Set where a whole setting may hide in a hole.
    hidden: bool,
}

impl<'c> Connection<'c> {
    fn of(text: &'c str) -> Self {
        let mut settings = Vec::new();
        let mut hidden = false;
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            match part.split_once('=') {
                Some((name, value)) => settings.push((name.to_ascii_lowercase().replace([' ', '_'], ""), value.trim())),
                None => hidden |= part.contains(HOLE_OPEN),
            }
        }
        Self { settings, hidden }
    }

    fn get(&self, name: &str) -> Option<&'c str> {
        self.settings.iter().find(|(found, _)| found == name).map(|(_, value)| *value)
    }

    fn says(&self, name: &str, words: &[&str]) -> bool {
        self.get(name).is_some_and(|value| words.iter().any(|word| word.eq_ignore_ascii_case(value)))
    }
}

const YES: &[&str] = &["true", "yes", "1"];

/// <https://learn.microsoft.com/azure/data-factory/connector-sql-server>: `Encrypt` is off in a connection string unless
/// it is turned on.
fn sql_server(connection: &Connection<'_>) -> bool {
    connection.says("encrypt", &["true", "yes", "mandatory", "strict"])
        && !connection.says("trustservercertificate", YES)
}

/// Azure SQL encrypts whatever the client asks for; only an unchecked certificate is left to find.
fn azure_sql(connection: &Connection<'_>) -> bool {
    !connection.says("encrypt", &["false", "no", "optional"]) && !connection.says("trustservercertificate", YES)
}

/// <https://learn.microsoft.com/azure/data-factory/connector-postgresql>
fn postgres(connection: &Connection<'_>) -> bool {
    let older = connection.says("encryptionmethod", &["1", "6"])
        && !connection.says("validateservercertificate", &["0", "false"]);
    older || connection.says("sslmode", &["4", "5", "verify-ca", "verify-full", "verifyca", "verifyfull"])
}

/// <https://learn.microsoft.com/azure/data-factory/connector-mysql>
fn mysql(connection: &Connection<'_>) -> bool {
    connection.says("sslmode", &["3", "4", "verify_ca", "verify_identity", "verifyca", "verifyfull"])
}

fn linked(block: &Block, context: &Context<'_>, checked: fn(&Connection<'_>) -> bool, out: &mut Vec<Resource>) {
    let found = block.body.get("connection_string").filter(|node| !node.is_null());
    let fact = match found {
        Some(node) => match &node.value {
            Value::String(text) => Known::set(checked(&Connection::of(text)), node.origins.clone()),
            Value::Text(text) => {
                let connection = Connection::of(&text.text);
                let open = connection.hidden
                    || connection
                        .settings
                        .iter()
                        .any(|(name, value)| ABOUT_TLS.contains(&name.as_str()) && value.contains(HOLE_OPEN));
                match open {
                    true => Known::unknown(text.as_unknown(), node.origins.clone()),
                    false => Known::set(checked(&connection), node.origins.clone()),
                }
            }
            Value::Unknown(unknown) => Known::unknown(unknown.clone(), node.origins.clone()),
            _ => unread(block, node),
        },
        None => unread(block, &block.body),
    };
    push(block, context, fact, out);
}

/// The settings that decide.
const ABOUT_TLS: &[&str] =
    &["encrypt", "trustservercertificate", "encryptionmethod", "validateservercertificate", "sslmode"];

/// The connection string lies in a vault, or is not written at all.
fn unread(block: &Block, node: &Node) -> Known<bool> {
    Known::unknown(
        Unknown::new(Why::NotSeen(Arc::from(format!("{}.connection_string", block.address)))),
        node.origins.clone(),
    )
}

fn web(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    push(block, context, over_https(&block.body), out);
}

/// By the scheme, which may be known where the host is not.
fn over_https(body: &Node) -> Known<bool> {
    let Some(node) = body.get("url") else { return body.text("url").map(|_| false) };
    let lead = match &node.value {
        Value::String(text) => Some(&**text),
        Value::Text(text) => Some(text.lead()).filter(|lead| lead.contains("://")),
        _ => None,
    };
    match lead {
        Some(lead) => Known::set(lead.trim().to_ascii_lowercase().starts_with("https://"), node.origins.clone()),
        None => node.text("").map(|_| false),
    }
}

/// Of a service in JSON only what says outright that it is not encrypted can be told.
fn custom(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let text = block.body.text("type_properties_json");
    let origins = text.origins.clone();
    let fact = match text.value().map(|text| text.to_ascii_lowercase().replace([' ', '\n', '\t'], "")) {
        None => text.map(|_| false),
        Some(json) if json.contains("\"url\":\"http://") => Known::set(false, origins),
        Some(json) if json.contains("\"url\":\"https://") => Known::set(true, origins),
        Some(json)
            if [
                "\"encrypt\":\"false\"",
                "\"encrypt\":false",
                "\"enablessl\":false",
                "\"trustservercertificate\":true",
            ]
            .iter()
            .any(|off| json.contains(off)) =>
        {
            Known::set(false, origins)
        }
        Some(_) => Known::because(Why::NotRead(block.native_type.clone()), origins),
    };
    push(block, context, fact, out);
}

/// Compute for pipelines. `AutoResolve` takes, for each run, a region that Azure finds best:
/// <https://learn.microsoft.com/azure/data-factory/concepts-integration-runtime#azure-ir-location>.
fn runtime(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let location = block.body.text("location");
    let fixed = location.clone().map(|location| !location.eq_ignore_ascii_case("AutoResolve"));
    // what it connects to is said by the linked services
    let flow =
        DataFlow { sets_place: always(block, true), place_fixed: fixed.or_default(false), ..data::runner(block) };
    let mut resource = resource(block, flow);
    if matches!(location.value(), Some(name) if name.eq_ignore_ascii_case("AutoResolve")) {
        resource.region = parent(context.blocks, block, "data_factory_id", &["azurerm_data_factory"])
            .map_or_else(|| Known::unset(location.origins), |factory| factory.body.text("location"));
    }
    out.push(resource);
}

fn push(block: &Block, context: &Context<'_>, tls_checked: Known<bool>, out: &mut Vec<Resource>) {
    let factory = parent(context.blocks, block, "data_factory_id", &["azurerm_data_factory"]);
    let mut resource = resource(block, data::flow(block, tls_checked.required("url")));
    if let Some(factory) = factory {
        resource.region = factory.body.text("location");
    }
    out.push(resource);
}
