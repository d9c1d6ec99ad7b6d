//! App Service, Functions and Logic Apps with their slots, old and new spellings; API Management.

use crate::model::{Endpoint, Function, Resource};
use crate::provider::azure::gateways::diagnosed;
use crate::provider::azure::read::{always, by_type, flag, here, is, modern, parent, region_of, resource, words};
use crate::provider::secrets::{credential, text_holds_credential};
use crate::provider::{Context, Row, entry, fragment, runtimes};
use crate::value::{Block, Known, Node, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_api_management", management),
    ("azurerm_api_management_api", api),
    ("azurerm_api_management_api_operation", fragment),
    ("azurerm_api_management_custom_domain", fragment),
    ("azurerm_api_management_logger", fragment),
    ("azurerm_api_management_product", fragment),
    ("azurerm_api_management_subscription", fragment),
    ("azurerm_app_service", app),
    ("azurerm_app_service_plan", fragment),
    ("azurerm_app_service_slot", app),
    ("azurerm_app_service_virtual_network_swift_connection", fragment),
    ("azurerm_function_app", app),
    ("azurerm_function_app_flex_consumption", app),
    ("azurerm_function_app_slot", app),
    ("azurerm_linux_function_app", app),
    ("azurerm_linux_function_app_slot", app),
    ("azurerm_linux_web_app", app),
    ("azurerm_linux_web_app_slot", app),
    ("azurerm_logic_app_standard", app),
    ("azurerm_service_plan", fragment),
    ("azurerm_windows_function_app", app),
    ("azurerm_windows_function_app_slot", app),
    ("azurerm_windows_web_app", app),
    ("azurerm_windows_web_app_slot", app),
];

/// The attributes of a slot that name its app.
const APPS: &[&str] = &["app_service_id", "function_app_id", "app_service_name", "function_app_name"];

fn app(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/linux_web_app
    let version =
        words(body, &["site_config.minimum_tls_version", "site_config.min_tls_version"]).or_default("1.2".into());
    // functions and workflows log their runs, not their requests
    let logs = !["function", "logic"].iter().any(|part| block.native_type.contains(part));
    let endpoint = Endpoint {
        form: by_type(block, "web-app"),
        sets_tls: always(block, true),
        https_only: body.bool("https_only").or_default(false),
        modern_tls: modern(version),
        decides_access: always(block, true),
        auth_required: auth_required(body),
        plain_ftp: plain_ftp(block),
        sets_logging: always(block, logs),
        logged: any([
            body.exists("logs.http_logs"),
            diagnosed(block, context, &["AppServiceHTTPLogs", "FunctionAppLogs"]),
        ]),
        internet_open: internet_open(body),
    };
    let region = match APPS.iter().find(|path| body.get(path).is_some()) {
        Some(path) => region_of(block, parent(context.blocks, block, path, &[]), path),
        None => body.text("location"),
    };
    let mut endpoint = resource(block, endpoint);
    endpoint.region = region.clone();
    out.push(endpoint);
    let mut settings = resource(block, function(block, context));
    settings.part = Some("app_settings".into());
    settings.region = region;
    out.push(settings);
}

/// Open unless public access is off, or a list of those who may call ends in a refusal for everyone else:
/// <https://learn.microsoft.com/azure/app-service/app-service-ip-restrictions>.
fn internet_open(body: &Node) -> Known<bool> {
    let walled = any([
        is(body.text("site_config.ip_restriction_default_action"), &["Deny"]).or_default(false),
        body.exists("site_config.ip_restriction"),
    ]);
    body.bool("public_network_access_enabled")
        .or(super::read::on(body.text("public_network_access").or(body.text("site_config.public_network_access"))))
        .or_default(true)
        .and(walled.not())
}

/// Bound to a network by its subnet; what goes to the internet passes through it where all routes are:
/// <https://learn.microsoft.com/azure/app-service/overview-vnet-integration>.
fn function(block: &Block, context: &Context<'_>) -> Function {
    let body = &block.body;
    let by_subnet = body.exists("virtual_network_subnet_id");
    let connection = "azurerm_app_service_virtual_network_swift_connection";
    let connected = context.blocks.joined(block, connection, "app_service_id", &["id"]).exists();
    let in_network = any([by_subnet, connected]).and_at(&here(block));
    let routed = body
        .bool("site_config.vnet_route_all_enabled")
        .or(is(body.text("app_settings.WEBSITE_VNET_ROUTE_ALL"), &["1"]))
        .or_default(false);
    let runtime = runtime(body);
    Function {
        plain_secret: plain_secret(body),
        egress_through_network: all([in_network.clone(), routed]),
        in_network,
        has_runtime: runtime.exists(),
        runtime_supported: runtimes::supported(runtime),
        has_environment: body.exists("app_settings"),
        // settings are encrypted with keys of Microsoft's: https://learn.microsoft.com/azure/app-service/configure-common
        takes_environment_key: always(block, false),
        environment_key: always(block, false),
    }
}

/// The language and version of an application stack: `python3.12`, `dotnet8.0`.
fn runtime(body: &Node) -> Known<std::sync::Arc<str>> {
    const STACKS: &[(&str, &str)] = &[
        ("python_version", "python"),
        ("node_version", "nodejs"),
        ("dotnet_version", "dotnet"),
        ("php_version", "php"),
        ("ruby_version", "ruby"),
        ("java_version", "java"),
    ];
    let each = STACKS.iter().map(|(path, language)| {
        let version = body.text(&format!("site_config.application_stack.{path}"));
        version.map(|version| format!("{language}{}", version.trim_start_matches(['~', 'v'])).into())
    });
    each.fold(Known::unset(body.origins.clone()), Known::or)
}

/// Authentication is off unless it is turned on; once on, it turns strangers away unless it is told to let them in:
/// <https://learn.microsoft.com/azure/app-service/overview-authentication-authorization>.
fn auth_required(body: &Node) -> Known<bool> {
    let on = flag(body, &["auth_settings_v2.auth_enabled", "auth_settings.enabled"]).or_default(false);
    let action =
        words(body, &["auth_settings_v2.unauthenticated_action", "auth_settings.unauthenticated_client_action"]);
    let lets_in = is(action, &["AllowAnonymous"]).or_default(false);
    all([on, lets_in.not(), body.bool("auth_settings_v2.require_authentication").or_default(true)])
}

/// App Service takes files over plain FTP unless it is told otherwise; the newer types of the provider tell it:
/// <https://learn.microsoft.com/azure/app-service/deploy-ftp>, and the providers' pages of both.
fn plain_ftp(block: &Block) -> Known<bool> {
    let by_default = matches!(
        &*block.native_type,
        "azurerm_app_service" | "azurerm_app_service_slot" | "azurerm_function_app" | "azurerm_function_app_slot"
    );
    is(block.body.text("site_config.ftps_state"), &["FtpsOnly", "Disabled"]).map(|safe| !safe).or_default(by_default)
}

fn plain_secret(body: &Node) -> Known<bool> {
    let settings = body
        .each("app_settings")
        .into_iter()
        .flat_map(|map| map.entries().iter().map(|entry| credential(&entry.key, &entry.value)));
    let strings = body.each("connection_string").into_iter().map(|string| {
        let value = string.text("value");
        match value.value() {
            Some(_) => value.map(|text| text_holds_credential(&text)),
            None => string.get("value").map_or_else(
                || Known::default_of(false, string.origins.clone()),
                |node| credential("connection_string", node),
            ),
        }
    });
    any(settings.chain(strings))
}

/// The gateway: old protocols are off unless they are turned on
/// (<https://learn.microsoft.com/azure/api-management/api-management-howto-manage-protocols-ciphers>), and it answers the
/// internet unless public access is off or it lies inside a network
/// (<https://learn.microsoft.com/azure/api-management/virtual-network-concepts>).
fn management(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let old = ["frontend_ssl30_enabled", "frontend_tls10_enabled", "frontend_tls11_enabled"].map(|name| {
        let paths = [format!("security.{name}"), format!("security.enable_{}", name.trim_end_matches("_enabled"))];
        flag(&block.body, &paths.each_ref().map(String::as_str)).or_default(false)
    });
    let endpoint = Endpoint {
        form: by_type(block, "domain"),
        sets_tls: always(block, true),
        // each API says for itself whether it answers plain HTTP
        https_only: always(block, true),
        modern_tls: any(old).not(),
        decides_access: always(block, false),
        auth_required: always(block, false),
        internet_open: block
            .body
            .bool("public_network_access_enabled")
            .or_default(true)
            .and(is(block.body.text("virtual_network_type"), &["Internal"]).or_default(false).not()),
        ..entry::endpoint(block)
    };
    out.push(resource(block, endpoint));
}

/// One API. A subscription key is demanded unless it is waived: the provider's page of the API.
fn api(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let plain = any(body.each("protocols").into_iter().map(|protocol| is(protocol.text(""), &["http", "ws"])));
    let endpoint = Endpoint {
        form: by_type(block, "api-route"),
        sets_tls: body.exists("protocols"),
        https_only: plain.not(),
        // the gateway's, which is judged for itself
        modern_tls: always(block, true),
        decides_access: always(block, true),
        auth_required: any([
            body.bool("subscription_required").or_default(true),
            body.exists("oauth2_authorization"),
            body.exists("openid_authentication"),
        ]),
        ..entry::endpoint(block)
    };
    let gateway = parent(context.blocks, block, "api_management_name", &["azurerm_api_management"]);
    let mut resource = resource(block, endpoint);
    resource.region = region_of(block, gateway, "api_management_name");
    if resource.region.is_unset() {
        resource.region = Known::unset(here(block));
    }
    out.push(resource);
}
