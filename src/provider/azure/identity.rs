//! Who may do what: role definitions and assignments, federated credentials, Lighthouse, secrets of Entra applications.

use std::sync::Arc;

use jiff::Timestamp;

use crate::model::{Credential, PolicyGrant, Resource, Role, TextSet};
use crate::provider::azure::read::{always, by_type, is, part, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, State, Unknown, Value, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azuread_app_role_assignment", fragment),
    ("azuread_application", application),
    ("azuread_application_federated_identity_credential", federation),
    ("azuread_application_flexible_federated_identity_credential", federation),
    ("azuread_application_password", password),
    ("azuread_application_registration", fragment),
    ("provider.azuread", fragment),
    ("provider.azurerm", fragment),
    ("azuread_group", fragment),
    ("azuread_group_member", fragment),
    ("azuread_service_principal", fragment),
    ("azuread_service_principal_password", password),
    ("azurerm_federated_identity_credential", federation),
    ("azurerm_lighthouse_assignment", fragment),
    ("azurerm_lighthouse_definition", lighthouse),
    ("azurerm_role_assignment", assignment),
    ("azurerm_role_definition", definition),
    ("azurerm_user_assigned_identity", fragment),
];

fn grant(block: &Block, form: &str, admin: Known<bool>) -> PolicyGrant {
    let no = || always(block, false);
    PolicyGrant {
        form: by_type(block, form),
        allows: always(block, true),
        admin,
        // the rest speaks of rights inside a cluster
        cluster_admin: no(),
        holders: Known::unset(Origins::at(block.head)),
        declared_holder: no(),
        wildcard: no(),
        escalates: no(),
        reads_all: no(),
        whole_service: no(),
        without_mfa: no(),
        reads_secrets: no(),
        exec_rights: no(),
        to_anonymous: no(),
        built_in: no(),
    }
}

/// Every action, with none taken away, over a subscription or more.
fn definition(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let every = any(body.each("permissions").into_iter().map(|permission| {
        let all_actions = any(permission.each("actions").into_iter().map(|action| is(action.text(""), &["*"])));
        all_actions.and(permission.exists("not_actions").not())
    }));
    let scopes: Vec<&Node> = body.each("assignable_scopes");
    let scopes = if scopes.is_empty() { body.each("scope") } else { scopes };
    let wide = any(scopes.into_iter().map(|scope| wide(scope, context)));
    let admin = every.and(wide.clone());
    let escalates = any(body.each("permissions").into_iter().map(hands_out)).and(admin.clone().not());
    let reads = any(body.each("permissions").into_iter().map(reads_data));
    let reads_all = all([reads, wide.clone(), admin.clone().not()]);
    let whole = any(body.each("permissions").into_iter().map(whole_provider));
    let whole_service = all([whole, wide, admin.clone().not()]);
    let facts = PolicyGrant { escalates, reads_all, whole_service, ..grant(block, "role-definition", admin) };
    out.push(resource(block, facts));
}

/// Whether a role may hand out rights, its own among them:
/// <https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance#microsoftauthorization>.
fn hands_out(permission: &Node) -> Known<bool> {
    let writes = |action: &str| {
        let action = action.to_ascii_lowercase();
        match action.strip_prefix("microsoft.authorization/") {
            Some(rest) => matches!(
                rest,
                "*" | "*/write"
                    | "*/*"
                    | "roleassignments/write"
                    | "roleassignments/*"
                    | "roledefinitions/write"
                    | "roledefinitions/*"
                    | "elevateaccess/action"
            ),
            None => matches!(&*action, "*" | "*/write"),
        }
    };
    let taken_away = |action: &str| {
        action.to_ascii_lowercase().starts_with("microsoft.authorization/") && !action.ends_with("/read")
    };
    let granted =
        any(permission.each("actions").into_iter().map(|action| action.text("").map(|action| writes(&action))));
    let refused =
        any(permission.each("not_actions").into_iter().map(|action| action.text("").map(|action| taken_away(&action))));
    granted.and(refused.not())
}

/// Whether a role has every action of a resource provider, or of all but some: `Microsoft.Compute/*`.
fn whole_provider(permission: &Node) -> Known<bool> {
    let whole = |action: &str| action.strip_suffix("/*").is_some_and(|provider| !provider.contains(['/', '*']));
    any(permission.each("actions").into_iter().map(|action| action.text("").map(|action| whole(&action))))
}

/// Whether a role reads the contents of stores or secrets, or the keys that open them:
/// <https://learn.microsoft.com/azure/role-based-access-control/permissions/storage>.
fn reads_data(permission: &Node) -> Known<bool> {
    let says =
        |path: &str, words: &[&str]| any(permission.each(path).into_iter().map(|action| is(action.text(""), words)));
    any([
        says(
            "data_actions",
            &[
                "*",
                "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/*",
                "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
                "Microsoft.KeyVault/vaults/*",
                "Microsoft.KeyVault/vaults/secrets/*",
                "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            ],
        ),
        says(
            "actions",
            &[
                "Microsoft.Storage/*",
                "Microsoft.Storage/storageAccounts/*",
                "Microsoft.Storage/storageAccounts/listKeys/action",
            ],
        ),
    ])
}

/// Roles that read the data of all that lies in their scope; a contributor can list the keys of every store:
/// <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles>.
const READERS: &[&str] = &[
    "Contributor",
    "Key Vault Administrator",
    "Key Vault Secrets Officer",
    "Key Vault Secrets User",
    "Storage Account Contributor",
    "Storage Account Key Operator Service Role",
    "Storage Blob Data Contributor",
    "Storage Blob Data Owner",
    "Storage Blob Data Reader",
];

/// `Network Contributor`, `Virtual Machine Contributor`, `Logic App Contributor`: everything of a service but its grants.
fn administers_service(role: &str) -> bool {
    role.ends_with(" Contributor") && !role.ends_with(" Data Contributor")
}

/// Owner and User Access Administrator, who can make anyone an owner, by name and by id:
/// <https://learn.microsoft.com/azure/role-based-access-control/built-in-roles/privileged>.
const ADMINISTRATORS: &[&str] = &["Owner", "User Access Administrator"];
const ADMINISTRATOR_IDS: &[&str] = &["8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9"];

/// Those that make anyone an owner without owning themselves; a condition of the assignment can bound what they hand out:
/// <https://learn.microsoft.com/azure/role-based-access-control/delegate-role-assignments-overview>.
const HAND_OUT: &[&str] = &["User Access Administrator", "Role Based Access Control Administrator"];
const HAND_OUT_IDS: &[&str] = &["18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "f58310d9-a9f6-439a-8e62-f62e7f41a168"];

/// Who administers a cluster, whatever its own roles say:
/// <https://learn.microsoft.com/azure/aks/manage-azure-rbac>.
const CLUSTER_ADMINISTRATORS: &[&str] =
    &["Azure Kubernetes Service RBAC Cluster Admin", "Azure Kubernetes Service Cluster Admin Role"];
const CLUSTER_ADMINISTRATOR_ID: &str = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";

fn assignment(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let by_name = is(body.text("role_definition_name"), ADMINISTRATORS);
    let by_id = match context.blocks.follow(body, "role_definition_id", &["azurerm_role_definition"]) {
        // judged for itself
        Some(_) => Known::default_of(false, body.at_path("role_definition_id").origins),
        None => body
            .text("role_definition_id")
            .map(|id| ADMINISTRATOR_IDS.iter().any(|known| id.to_ascii_lowercase().ends_with(known))),
    };
    let scope = body.each("scope").into_iter().map(|scope| wide(scope, context));
    let wide = any(scope);
    let admin = all([by_name.or(by_id).or_default(false), wide.clone()]);
    let reads_all = all([is(body.text("role_definition_name"), READERS).or_default(false), wide.clone()]);
    let of_service = body.text("role_definition_name").map(|role| administers_service(&role)).or_default(false);
    let whole_service = of_service.and(wide);
    // over less than a subscription they still make anyone an owner of it
    let hands_out = is(body.text("role_definition_name"), HAND_OUT)
        .or(body
            .text("role_definition_id")
            .map(|id| HAND_OUT_IDS.iter().any(|known| id.to_ascii_lowercase().ends_with(known))))
        .or_default(false);
    let escalates = hands_out.and(body.exists("condition").not()).and(admin.clone().not());
    let of_cluster = is(body.text("role_definition_name"), CLUSTER_ADMINISTRATORS)
        .or(body.text("role_definition_id").map(|id| id.to_ascii_lowercase().ends_with(CLUSTER_ADMINISTRATOR_ID)));
    let facts = PolicyGrant {
        escalates,
        reads_all,
        whole_service,
        cluster_admin: of_cluster.or_default(false),
        holders: body.text("principal_id").map(|holder| TextSet::from([holder])),
        // the estate file says who administers clusters
        declared_holder: Known::default(),
        ..grant(block, "role-assignment", admin)
    };
    out.push(resource(block, facts));
}

/// Whether a scope is the tenant, a management group or a subscription, not a resource group or a resource.
fn wide(scope: &Node, context: &Context<'_>) -> Known<bool> {
    let origins = scope.origins.clone();
    match &scope.value {
        Value::String(text) => Known::set(wide_id(text), origins),
        // `${data.azurerm_subscription.me.id}/resourceGroups/x`
        Value::Text(text) if !text.tail().is_empty() => {
            Known::set(wide_id(text.tail()) && !text.tail().contains('/'), origins)
        }
        Value::Text(text) => text
            .holes
            .first()
            .map_or_else(|| Known::default_of(false, origins.clone()), |hole| behind(hole, context, &origins)),
        Value::Unknown(unknown) => behind(unknown, context, &origins),
        _ => Known::default_of(false, origins),
    }
}

/// `/`, `/subscriptions/x`, `/providers/Microsoft.Management/managementGroups/x`.
fn wide_id(id: &str) -> bool {
    let id = id.to_ascii_lowercase();
    !id.contains("/resourcegroups/") && (!id.contains("/providers/") || id.contains("/managementgroups/"))
}

/// What a reference tells of a scope by its type.
fn behind(unknown: &Arc<Unknown>, context: &Context<'_>, origins: &Origins) -> Known<bool> {
    const WIDE: &[&str] = &["azurerm_subscription", "azurerm_client_config", "azurerm_management_group"];
    if let Some(found) = unknown.refers.iter().find_map(|reference| context.blocks.referenced(reference)) {
        return Known::set(WIDE.contains(&&*found.native_type), origins.clone());
    }
    match &unknown.why {
        // what a template is deployed to
        Why::DataSource(name) if name.starts_with("resourceGroup()") => Known::set(false, origins.clone()),
        Why::DataSource(name)
            if ["subscription()", "managementGroup()", "tenant()"].iter().any(|wide| name.starts_with(wide)) =>
        {
            Known::set(true, origins.clone())
        }
        // a resource of a template that is not among the files
        Why::NotSeen(name) if name.to_ascii_lowercase().starts_with("microsoft.") => {
            Known::set(name.to_ascii_lowercase().starts_with("microsoft.management/"), origins.clone())
        }
        Why::DataSource(name) | Why::NotSeen(name) => {
            // `data.azurerm_subscription.me.id`, or a resource that is not among the files
            let kind = name.split("data.").last().and_then(|name| name.split('.').next()).unwrap_or("");
            match kind.strip_prefix("azurerm_") {
                Some(_) => Known::set(WIDE.contains(&kind), origins.clone()),
                None => Known::unknown(unknown.clone(), origins.clone()),
            }
        }
        _ => Known::unknown(unknown.clone(), origins.clone()),
    }
}

/// Bound to an audience and to a subject without a wildcard. The plain credential compares word by word, so a wildcard in
/// it is a mistake; the flexible one matches patterns:
/// <https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials>.
fn federation(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let exact = |text: Known<Arc<str>>| {
        text.map(|text| !text.trim().is_empty() && !text.contains(['*', '?'])).or_default(false)
    };
    let audiences = ["audience", "audiences"].into_iter().flat_map(|path| body.each(path));
    let audience = any(audiences.map(|audience| exact(audience.text("")))).and(all(["audience", "audiences"]
        .into_iter()
        .flat_map(|path| body.each(path))
        .map(|audience| exact(audience.text("")))));
    let subject = exact(body.text("subject").or(body.text("claims_matching_expression")));
    let role = Role {
        trusts_anyone: always(block, false),
        trusts_foreign: always(block, false),
        foreign_bound: always(block, false),
        federated: always(block, true),
        federation_exact: all([subject, audience]),
    };
    out.push(resource(block, role));
}

/// A delegation to another tenant: <https://learn.microsoft.com/azure/lighthouse/concepts/tenants-users-roles>.
fn lighthouse(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let tenant = block.body.text("managing_tenant_id");
    let foreign = match (context.own_accounts, tenant.value()) {
        (Some(own), Some(tenant)) => Known::set(!own.contains(tenant), block.body.text("managing_tenant_id").origins),
        (None, Some(_)) => Known::because(Why::Undeclared("your own tenants".into()), tenant.origins.clone()),
        (_, None) => tenant.map(|_| true),
    };
    let role = Role {
        trusts_anyone: always(block, false),
        trusts_foreign: foreign.or_default(true),
        foreign_bound: always(block, false),
        federated: always(block, false),
        federation_exact: always(block, true),
    };
    out.push(resource(block, role));
}

/// Secrets that are written inside the application (provider 3).
fn application(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, node) in block.body.each("password").into_iter().enumerate() {
        out.push(part(block, &format!("password[{at}]"), node, secret(block, node)));
    }
}

fn password(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, secret(block, &block.body)));
}

fn secret(block: &Block, node: &Node) -> Credential {
    Credential {
        form: by_type(block, "client-secret"),
        // every secret of Entra ends
        expires: always(block, true),
        lifetime_days: lifetime(node),
        has_age: always(block, false),
        age_days: Known::unset(Origins::at(block.head)),
        active: always(block, true),
        of_root: always(block, false),
    }
}

/// Two years where nothing is written: <https://learn.microsoft.com/graph/api/application-addpassword>.
fn lifetime(node: &Node) -> Known<i64> {
    let relative = node.text("end_date_relative");
    if !relative.is_unset() {
        return relative.try_map(
            |text| hours(&text).map(|hours| hours / 24),
            || Why::Expression("`end_date_relative` is not a length of time".into()),
        );
    }
    let (start, end) = (node.text("start_date"), node.text("end_date"));
    match (&start.state, &end.state) {
        (_, State::Unset) => end.map(|_| 0).or_default(730),
        (State::Unset, State::Set(_)) => {
            Known::because(Why::Impure(Arc::from("the day that the secret is made")), end.origins)
        }
        (State::Unknown(why), _) => Known::unknown(why.clone(), start.origins.clone()),
        _ => {
            let start = start.value().cloned().unwrap_or_else(|| Arc::from(""));
            let days = |end: &str| {
                let (start, end) = (start.parse::<Timestamp>().ok()?, end.parse::<Timestamp>().ok()?);
                Some((end.as_second() - start.as_second()) / 86_400)
            };
            end.try_map(|end| days(&end), || Why::Expression("a date is not in RFC 3339".into()))
        }
    }
}

/// Go's durations, of which only hours, minutes and seconds exist.
fn hours(text: &str) -> Option<i64> {
    let mut seconds: i64 = 0;
    let mut number = String::new();
    for letter in text.chars() {
        match letter {
            '0'..='9' => number.push(letter),
            'h' | 'm' | 's' => {
                let value: i64 = number.parse().ok()?;
                let unit = match letter {
                    'h' => 3600,
                    'm' => 60,
                    _ => 1,
                };
                seconds = seconds.checked_add(value.checked_mul(unit)?)?;
                number.clear();
            }
            _ => return None,
        }
    }
    number.is_empty().then_some(seconds / 3600)
}
