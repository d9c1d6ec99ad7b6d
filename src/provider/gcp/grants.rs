//! Who may do what: bindings of roles to members, custom roles, service accounts and their keys, workload federation.

use std::sync::Arc;

use crate::model::{Credential, PolicyGrant, Resource, Role};
use crate::provider::gcp::members::{Grant, grants};
use crate::provider::gcp::read::{always, resource};
use crate::provider::gcp::service_agents::is_agent;
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, Value, Why, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_project_iam_member", binding),
    ("google_project_iam_binding", binding),
    ("google_project_iam_policy", binding),
    ("google_folder_iam_member", binding),
    ("google_folder_iam_binding", binding),
    ("google_folder_iam_policy", binding),
    ("google_organization_iam_member", binding),
    ("google_organization_iam_binding", binding),
    ("google_organization_iam_policy", binding),
    ("data.google_iam_policy", unattached),
    ("google_project_iam_custom_role", custom_role),
    ("google_organization_iam_custom_role", custom_role),
    ("google_service_account", service_account),
    ("google_service_account_iam_member", account_binding),
    ("google_service_account_iam_binding", account_binding),
    ("google_service_account_iam_policy", fragment),
    ("google_service_account_key", account_key),
    ("google_iam_workload_identity_pool", fragment),
    ("google_iam_workload_identity_pool_provider", pool_provider),
];

/// The basic roles that hold every permission, or nearly: <https://cloud.google.com/iam/docs/roles-overview#basic>.
fn is_admin_role(role: &str) -> bool {
    matches!(
        role,
        "roles/owner"
            | "roles/editor"
            | "roles/resourcemanager.organizationAdmin"
            | "roles/resourcemanager.folderAdmin"
            | "roles/resourcemanager.projectIamAdmin"
            | "roles/iam.securityAdmin"
    )
}

/// Whether its holder is an administrator, by what the role may do or by the roles that it may hand out.
fn administers(grant: &Grant<'_>) -> Known<bool> {
    let hands_out = grant.role_is(|role| role.starts_with("roles/resourcemanager."));
    let harmless = |role: &str| !is_admin_role(role) && !acts_as_others(role);
    let bounded = all([hands_out, grant.hands_out_only(harmless)]);
    all([grant.role_is(is_admin_role), bounded.not()])
}

/// Roles over a whole project or more that let their holder act as its service accounts, make keys of them, or rewrite
/// roles: <https://cloud.google.com/iam/docs/service-account-permissions>, <https://cloud.google.com/iam/docs/best-practices-service-accounts#lateral-movement>.
fn acts_as_others(role: &str) -> bool {
    matches!(
        role,
        "roles/iam.serviceAccountUser"
            | "roles/iam.serviceAccountTokenCreator"
            | "roles/iam.serviceAccountAdmin"
            | "roles/iam.serviceAccountKeyAdmin"
            | "roles/iam.serviceAccountOpenIdTokenCreator"
            | "roles/iam.workloadIdentityUser"
            | "roles/iam.roleAdmin"
            | "roles/iam.organizationRoleAdmin"
            | "roles/deploymentmanager.editor"
    )
}

/// The roles of Google's own agents act as the accounts of a project, and are meant for nobody else:
/// `roles/run.serviceAgent`, `roles/aiplatform.customCodeServiceAgent`, <https://cloud.google.com/iam/docs/service-agents>.
fn is_agent_role(role: &str) -> bool {
    role.to_ascii_lowercase().ends_with("serviceagent")
}

/// Whether somebody holds the role of an agent who is none.
fn poses_as_agent(grant: &Grant<'_>) -> Known<bool> {
    let told =
        |member: &str, origins: &Origins| match is_agent(member.strip_prefix("serviceAccount:").unwrap_or(member)) {
            Some(is) => Known::set(is, origins.clone()),
            None => Known::because(Why::Expression("a member may be an agent of Google's".into()), origins.clone()),
        };
    let agent = |member: &Node| match &member.value {
        // the number of the project is often read from elsewhere, the rest of the address is not
        Value::Text(text) if text.tail().contains('@') => {
            told(&format!("{}0{}", text.lead(), text.tail()), &member.origins)
        }
        _ => {
            let member = member.text("");
            match (member.value(), member.why()) {
                (Some(name), _) => told(name, &member.origins),
                (_, Some(unknown)) if unknown.refers.iter().any(|to| is_identity(&to.address)) => {
                    Known::set(true, member.origins)
                }
                _ => member.map(|_| false),
            }
        }
    };
    let agents = all(grant.members.iter().map(|member| agent(member.as_ref())));
    all([grant.role_is(is_agent_role), agents.not()])
}

/// Whether the resource at `address` is the agent of a service:
/// <https://registry.terraform.io/providers/hashicorp/google-beta/latest/docs/resources/project_service_identity>.
fn is_identity(address: &str) -> bool {
    let kind = "google_project_service_identity.";
    address.starts_with(kind) || address.contains(&format!(".{kind}"))
}

/// Roles that, over a whole project or more, read every object, table, document or secret in it. A viewer reads what
/// BigQuery and Cloud Storage give to the viewers of a project, which is everything unless somebody changed it:
/// <https://cloud.google.com/iam/docs/roles-overview#basic>, <https://cloud.google.com/storage/docs/access-control/iam-roles>,
/// <https://cloud.google.com/bigquery/docs/access-control>, <https://cloud.google.com/secret-manager/docs/access-control>.
fn reads_data(role: &str) -> bool {
    matches!(
        role,
        "roles/viewer"
            | "roles/storage.admin"
            | "roles/storage.objectAdmin"
            | "roles/storage.objectUser"
            | "roles/storage.objectViewer"
            | "roles/bigquery.admin"
            | "roles/bigquery.dataOwner"
            | "roles/bigquery.dataEditor"
            | "roles/bigquery.dataViewer"
            | "roles/datastore.owner"
            | "roles/datastore.user"
            | "roles/datastore.viewer"
            | "roles/secretmanager.admin"
            | "roles/secretmanager.secretAccessor"
    )
}

/// Roles that may do everything with a service or a part of it: `roles/compute.admin`, `roles/compute.networkAdmin`.
/// <https://cloud.google.com/iam/docs/understanding-roles>
fn administers_service(role: &str) -> bool {
    role.starts_with("roles/") && (role.ends_with(".admin") || role.ends_with("Admin"))
}

/// Permissions that do the same in a custom role.
const ACTING: &[&str] = &[
    "iam.serviceAccounts.actAs",
    "iam.serviceAccounts.getAccessToken",
    "iam.serviceAccounts.getOpenIdToken",
    "iam.serviceAccounts.implicitDelegation",
    "iam.serviceAccounts.signBlob",
    "iam.serviceAccounts.signJwt",
    "iam.serviceAccounts.setIamPolicy",
    "iam.serviceAccountKeys.create",
    "iam.roles.update",
    "deploymentmanager.deployments.create",
    "deploymentmanager.deployments.update",
];

fn grant_facts(block: &Block, form: &str, admin: Known<bool>) -> PolicyGrant {
    PolicyGrant {
        form: Known::set(Arc::from(form), Origins::at(block.head)),
        allows: always(block, true),
        admin,
        cluster_admin: always(block, false),
        holders: Known::unset(Origins::at(block.head)),
        declared_holder: always(block, false),
        wildcard: always(block, false),
        escalates: always(block, false),
        reads_all: always(block, false),
        whole_service: always(block, false),
        without_mfa: always(block, false),
        reads_secrets: always(block, false),
        exec_rights: always(block, false),
        to_anonymous: always(block, false),
        built_in: always(block, false),
    }
}

fn binding(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, grant) in grants(block).into_iter().enumerate() {
        // the bindings of a whole policy
        let part = |name: &str| if at == 0 { name.to_owned() } else { format!("{name}[{at}]") };
        let admin = administers(&grant);
        let cluster = grant.role_is(|role| matches!(role, "roles/container.admin" | "roles/container.clusterAdmin"));
        let mut facts = grant_facts(block, "iam-binding", admin);
        facts.cluster_admin = cluster;
        facts.escalates = any([grant.role_is(acts_as_others), poses_as_agent(&grant)]);
        facts.reads_all = grant.role_is(reads_data);
        facts.whole_service = grant.role_is(|role| administers_service(role) && !is_admin_role(role));
        facts.to_anonymous = grant.to_everyone();
        let mut made = resource(block, facts);
        made.part = (at > 0).then(|| part("binding").into());
        out.push(made);
        trust(block, &grant, part("members"), out);
    }
}

/// A policy that nothing in the scan uses: judged where it hands out roles that only whole projects, folders and
/// organisations have. The rest hangs on what it is attached to.
fn unattached(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for (at, grant) in grants(block).into_iter().enumerate() {
        let admin = administers(&grant);
        if admin.value() == Some(&true) {
            let mut made = resource(block, grant_facts(block, "iam-binding", admin));
            made.part = Some(format!("binding[{at}]").into());
            out.push(made);
        }
    }
}

/// A project whose role everyone holds is an identity that everyone may take on.
fn trust(block: &Block, grant: &Grant<'_>, part: String, out: &mut Vec<Resource>) {
    let everyone = grant.to_everyone();
    let mut role = resource(
        block,
        Role {
            trusts_anyone: everyone,
            trusts_foreign: always(block, false),
            foreign_bound: always(block, true),
            federated: always(block, false),
            federation_exact: always(block, true),
        },
    );
    role.part = Some(part.into());
    out.push(role);
}

/// A custom role that may set policies or act as any account is an administrator's by another name:
/// <https://cloud.google.com/iam/docs/roles-permissions>.
fn custom_role(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let permissions = block.body.each("permissions");
    let escalates = any(permissions.iter().map(|permission| permission.text("").map(|name| ACTING.contains(&&*name))));
    let admin = any(permissions.into_iter().map(|permission| {
        permission
            .text("")
            .map(|name| name.contains('*') || name.ends_with(".setIamPolicy") && name.starts_with("resourcemanager."))
    }));
    out.push(resource(block, PolicyGrant { escalates, ..grant_facts(block, "custom-role", admin) }));
}

fn service_account(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let mut account = resource(
        block,
        Role {
            trusts_anyone: crate::provider::gcp::members::everyone_holds(
                context.blocks,
                block,
                "google_service_account",
                "service_account_id",
                |_| true,
            ),
            trusts_foreign: always(block, false),
            foreign_bound: always(block, true),
            federated: always(block, false),
            federation_exact: always(block, true),
        },
    );
    if let Some(name) = block.body.get("account_id").and_then(|node| node.as_str()) {
        account.name = name.into();
    }
    out.push(account);
}

/// Who may act as a service account, when the grant names it.
fn account_binding(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    for grant in grants(block) {
        let federated = any(grant.members.iter().map(|member| member.text("").map(|member| is_pool(&member))));
        let exact = all(grant.members.iter().map(|member| pool_is_exact(member)));
        out.push(resource(
            block,
            Role {
                trusts_anyone: grant.to_everyone(),
                trusts_foreign: always(block, false),
                foreign_bound: always(block, true),
                federated,
                federation_exact: exact,
            },
        ));
    }
}

fn is_pool(member: &str) -> bool {
    member.contains("workloadIdentityPools/")
}

/// `principalSet://…/*` admits every identity of a pool; `principal://…/subject/s` one.
/// <https://cloud.google.com/iam/docs/principal-identifiers>
fn pool_is_exact(member: &Node) -> Known<bool> {
    member.text("").map(|member| !is_pool(&member) || !(member.ends_with("/*") || member.ends_with("/attribute.*")))
}

fn account_key(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    // keys that Google makes have no end unless an organisation policy sets one
    // https://cloud.google.com/iam/docs/service-account-creds#user-managed-keys
    out.push(resource(
        block,
        Credential {
            form: Known::set("service-account-key".into(), Origins::at(block.head)),
            expires: always(block, false),
            lifetime_days: Known::unset(Origins::at(block.head)),
            has_age: always(block, false),
            age_days: Known::unset(Origins::at(block.head)),
            active: always(block, true),
            of_root: always(block, false),
        },
    ));
}

/// Without a condition every token of the issuer is taken, whoever it was made for:
/// <https://cloud.google.com/iam/docs/workload-identity-federation-with-deployment-pipelines#conditions>.
fn pool_provider(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let condition = block
        .body
        .text("attribute_condition")
        .map(|condition| !condition.trim().is_empty() && condition.trim() != "true");
    let aws = block.body.exists("aws");
    out.push(resource(
        block,
        Role {
            trusts_anyone: always(block, false),
            trusts_foreign: always(block, false),
            foreign_bound: always(block, true),
            federated: always(block, true),
            // an AWS provider is bound to the account that it names
            federation_exact: any([condition.or_default(false), aws]),
        },
    ));
}
