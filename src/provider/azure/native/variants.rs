//! Types of Resource Manager that are several in Terraform: which of them a resource is.

use crate::value::{Block, Node};

/// The name under which the tables hold this form of the type, where it has several.
pub(super) fn variant(block: &Block) -> Option<&'static str> {
    let says = |path: &str, part: &str| {
        let text = block.body.text(path);
        text.value().is_some_and(|text| text.to_ascii_lowercase().contains(part))
    };
    match block.native_type.to_ascii_lowercase().as_str() {
        "microsoft.web/sites" if says("kind", "workflowapp") => Some("Microsoft.Web/sites (workflow)"),
        "microsoft.web/sites" if says("kind", "functionapp") => Some("Microsoft.Web/sites (function)"),
        "microsoft.web/sites/slots" if says("kind", "functionapp") => Some("Microsoft.Web/sites/slots (function)"),
        "microsoft.cdn/profiles" if says("sku.name", "frontdoor") => Some("Microsoft.Cdn/profiles (front door)"),
        "microsoft.authorization/policyassignments" if wide(&block.body) => {
            Some("Microsoft.Authorization/policyAssignments (subscription)")
        }
        "microsoft.datafactory/factories/linkedservices" => linked(&block.body),
        "microsoft.datafactory/factories/integrationruntimes" if says("type", "selfhosted") => {
            Some("Microsoft.DataFactory/factories/integrationRuntimes (self-hosted)")
        }
        _ => None,
    }
}

/// Whether it holds for a subscription or more.
fn wide(body: &Node) -> bool {
    use crate::value::{Value, Why};
    match body.get("scope").map(|scope| &scope.value) {
        Some(Value::String(scope)) => !scope.to_ascii_lowercase().contains("/resourcegroups/"),
        Some(Value::Unknown(unknown)) => {
            matches!(&unknown.why, Why::DataSource(name) if !name.starts_with("resourceGroup()"))
        }
        _ => false,
    }
}

fn linked(body: &Node) -> Option<&'static str> {
    let kind = body.text("type");
    Some(match kind.value()?.to_ascii_lowercase().as_str() {
        "azuresqldatabase" | "azuresqldw" => "Microsoft.DataFactory/factories/linkedservices (sql database)",
        "sqlserver" => "Microsoft.DataFactory/factories/linkedservices (sql server)",
        "azuremysql" | "mysql" => "Microsoft.DataFactory/factories/linkedservices (mysql)",
        "azurepostgresql" | "postgresql" | "postgresqlv2" => {
            "Microsoft.DataFactory/factories/linkedservices (postgresql)"
        }
        "web" | "httpserver" | "odata" | "restservice" => "Microsoft.DataFactory/factories/linkedservices (web)",
        _ => return None,
    })
}
