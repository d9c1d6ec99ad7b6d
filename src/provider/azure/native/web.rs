//! App Service, Functions and Logic Apps with their slots.

use super::common::{at, identities, pairs, text, while_on};
use crate::provider::spelling::Move::{By, To, Type};
use crate::provider::spelling::{Move, Native};
use crate::value::{Node, Value};

/// <https://learn.microsoft.com/azure/templates/microsoft.web/sites>
pub(super) const TABLE: &[Native] = &[
    site("Microsoft.Web/sites", "azurerm_linux_web_app"),
    site("Microsoft.Web/sites (function)", "azurerm_linux_function_app"),
    site("Microsoft.Web/sites (workflow)", "azurerm_logic_app_standard"),
    site("Microsoft.Web/sites/slots", "azurerm_linux_web_app_slot"),
    site("Microsoft.Web/sites/slots (function)", "azurerm_linux_function_app_slot"),
    // one that Azure makes says for which host
    Native {
        native: "Microsoft.Web/certificates",
        reads_as: "azurerm_app_service_certificate",
        moves: &[Type("canonicalName", &[], "azurerm_app_service_managed_certificate")],
        also: &[],
    },
    Native::same("Microsoft.Web/serverfarms", "azurerm_app_service_plan"),
];

const fn site(native: &'static str, reads_as: &'static str) -> Native {
    Native { native, reads_as, moves: SITE, also: &[] }
}

const SITE: &[Move] = &[
    // of a slot only
    To("parent", "app_service_id"),
    By(settings, "app_settings"),
    By(strings, "connection_string"),
    By(plain_ftp, "site_config.ftps_state"),
    To("siteConfig.minTlsVersion", "site_config.minimum_tls_version"),
    By(|site| version(site, "PYTHON", "pythonVersion"), "site_config.application_stack.python_version"),
    By(|site| version(site, "NODE", "nodeVersion"), "site_config.application_stack.node_version"),
    By(|site| version(site, "DOTNETCORE", ""), "site_config.application_stack.dotnet_version"),
    By(|site| version(site, "PHP", "phpVersion"), "site_config.application_stack.php_version"),
    By(|site| version(site, "JAVA", "javaVersion"), "site_config.application_stack.java_version"),
    To("authSettingsV2.platform.enabled", "auth_settings_v2.auth_enabled"),
    To("authSettingsV2.globalValidation.requireAuthentication", "auth_settings_v2.require_authentication"),
    To("authSettingsV2.globalValidation.unauthenticatedClientAction", "auth_settings_v2.unauthenticated_action"),
    To("authSettings.enabled", "auth_settings.enabled"),
    To("authSettings.unauthenticatedClientAction", "auth_settings.unauthenticated_client_action"),
    By(logs, "logs.http_logs"),
    By(identities, "identity.identity_ids"),
];

/// Those of the site, and those that are set apart.
fn settings(site: &Node) -> Option<Node> {
    match at(site, "appSettings") {
        Some(apart) => Some(apart.clone()),
        None => at(site, "siteConfig.appSettings").map(pairs),
    }
}

/// Each with its `value`, as Terraform calls it.
fn strings(site: &Node) -> Option<Node> {
    let list = at(site, "siteConfig.connectionStrings")?;
    let Value::List(items) = &list.value else { return Some(list.clone()) };
    let renamed = items.iter().map(|item| {
        let mut item = item.clone();
        if let Value::Map(entries) = &mut item.value {
            entries
                .iter_mut()
                .filter(|entry| &*entry.key == "connectionString")
                .for_each(|entry| entry.key = "value".into());
        }
        item
    });
    Some(Node { value: Value::List(renamed.collect()), origins: list.origins.clone() })
}

/// Takes files over plain FTP unless it is told otherwise: <https://learn.microsoft.com/azure/app-service/deploy-ftp>.
fn plain_ftp(site: &Node) -> Option<Node> {
    at(site, "siteConfig.ftpsState").cloned().or_else(|| text(site, "AllAllowed"))
}

/// Of `PYTHON|3.12`, or of a setting of its own.
fn version(site: &Node, language: &str, setting: &str) -> Option<Node> {
    for path in ["siteConfig.linuxFxVersion", "siteConfig.windowsFxVersion"] {
        let Some(stack) = at(site, path) else { continue };
        let version = match &stack.value {
            Value::String(written) => match written.split_once('|') {
                Some((found, version)) if found.eq_ignore_ascii_case(language) => Value::String(version.into()),
                _ => continue,
            },
            // a version may be open where the language is known
            Value::Text(written)
                if written.lead().split_once('|').is_some_and(|(found, _)| !found.eq_ignore_ascii_case(language)) =>
            {
                continue;
            }
            Value::Text(written) => Value::Unknown(written.as_unknown()),
            Value::Unknown(unknown) => Value::Unknown(unknown.clone()),
            _ => continue,
        };
        return Some(Node { value: version, origins: stack.origins.clone() });
    }
    let written = at(site, &format!("siteConfig.{setting}")).filter(|_| !setting.is_empty())?;
    // `Off`
    written.as_str().is_some_and(|text| text.contains(|letter: char| letter.is_ascii_digit())).then(|| written.clone())
}

/// Requests are logged to files, to a blob, or by the older switch.
fn logs(site: &Node) -> Option<Node> {
    while_on(site, "logs.httpLogs.fileSystem", "enabled")
        .or_else(|| while_on(site, "logs.httpLogs.azureBlobStorage", "enabled"))
        .or_else(|| {
            let switch = at(site, "siteConfig.httpLoggingEnabled")?;
            (switch.value != Value::Bool(false)).then(|| switch.clone())
        })
}
