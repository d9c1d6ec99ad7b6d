//! What watches over Google Cloud: Security Command Center, scanning of images, feeds of the asset inventory; passwords of
//! Cloud SQL; who holds rights, and what runs as one service account.

use crate::model::{Attachment, Detector, PasswordPolicy, Resource};
use crate::provider::carriers::carried;
use crate::provider::gcp::members::grants;
use crate::provider::gcp::read::{always, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, Why, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_cloud_asset_folder_feed", feed),
    ("google_cloud_asset_organization_feed", feed),
    ("google_cloud_asset_project_feed", feed),
    ("google_project_service", fragment),
    ("google_scc_event_threat_detection_custom_module", module),
    ("google_scc_management_folder_event_threat_detection_custom_module", module),
    ("google_scc_management_organization_event_threat_detection_custom_module", module),
    ("google_scc_management_project_event_threat_detection_custom_module", module),
];

/// Types that show that threats are watched for.
pub(super) const THREATS: &[&str] = &[
    "google_scc_event_threat_detection_custom_module",
    "google_scc_management_folder_event_threat_detection_custom_module",
    "google_scc_management_organization_event_threat_detection_custom_module",
    "google_scc_management_project_event_threat_detection_custom_module",
];
/// Types that show that configurations are recorded.
pub(super) const POSTURE: &[&str] =
    &["google_cloud_asset_project_feed", "google_cloud_asset_folder_feed", "google_cloud_asset_organization_feed"];

fn detector(block: &Block, watches: &str, enabled: Known<bool>) -> Detector {
    Detector { watches: Known::set(watches.into(), Origins::at(block.head)), enabled, complete: always(block, true) }
}

fn feed(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    out.push(resource(block, detector(block, "posture", always(block, true))));
}

/// <https://cloud.google.com/security-command-center/docs/custom-modules-etd-overview>
fn module(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let enabled = block.body.text("enablement_state").required("enablement_state").try_map(
        |state| (&*state != "INHERITED").then_some(&*state == "ENABLED"),
        || Why::Expression("whether the module is on is inherited".into()),
    );
    out.push(resource(block, detector(block, "threats", enabled)));
}

/// Whether one of `names` is among the services that are switched on.
pub(super) fn services(context: &Context<'_>, names: &[&str]) -> Vec<Known<bool>> {
    let service = |block: &Block| {
        any(block.body.each("service").into_iter().map(|name| name.text("").map(|name| names.contains(&&*name))))
    };
    context.blocks.of_type("google_project_service").map(service).filter(|is| is.value() != Some(&false)).collect()
}

/// What stands beside the readers of other families: each block has one reader.
pub(in crate::provider) fn beside(context: &Context<'_>, out: &mut Vec<Resource>) {
    super::audit::beside(context, out);
    context.blocks.of_type("google_artifact_registry_repository").for_each(|block| out.extend(images(block)));
    context.blocks.of_type("google_sql_database_instance").for_each(|block| out.extend(passwords(block, context)));
    for block in GRANTS.iter().flat_map(|native| context.blocks.of_type(native)) {
        let members = grants(block).into_iter().flat_map(|grant| grant.members);
        let person = any(members.map(|member| person(&member)));
        out.push(part(block, "holders", Attachment { to_person: person.and_at(&Origins::at(block.head)) }));
    }
    context.blocks.of_type("google_service_account").for_each(|block| out.extend(identity(block, context)));
}

fn part(block: &Block, name: &str, kind: impl Into<crate::model::Kind>) -> Resource {
    let mut made = resource(block, kind);
    made.part = Some(name.into());
    made.aliases = Vec::new();
    made
}

/// What is inherited is what the project says, which is judged for itself:
/// <https://cloud.google.com/artifact-analysis/docs/enable-automatic-scanning>.
fn images(block: &Block) -> Option<Resource> {
    let config = block.body.text("vulnerability_scanning_config.enablement_config");
    if config.is_unset() || config.value().is_some_and(|config| &**config == "INHERITED") {
        return None;
    }
    let enabled = config.map(|config| &*config != "DISABLED");
    Some(part(block, "vulnerability_scanning_config", detector(block, "vulnerabilities", enabled)))
}

/// No policy where none is written: <https://cloud.google.com/sql/docs/postgres/built-in-authentication#instance_password_policies>.
/// SQL Server has its own, and a replica has its source's. Without a user that has a password nobody has one.
fn passwords(block: &Block, context: &Context<'_>) -> Option<Resource> {
    let body = &block.body;
    let users = context.blocks.joined(block, "google_sql_user", "instance", &["name", "id"]);
    let built_in = |user: &&Block| user.body.text("type").value().is_none_or(|kind| &**kind == "BUILT_IN");
    users.blocks.iter().copied().find(|user| built_in(user))?;
    let version = body.text("database_version");
    let other = version.value().is_some_and(|version| version.starts_with("SQLSERVER"));
    let replica = body.exists("master_instance_name");
    if other || replica.value() == Some(&true) {
        return None;
    }
    let policy = "settings.password_validation_policy";
    let on = body.bool(&format!("{policy}.enable_password_policy"));
    let told = |name: &str| {
        let number = body.int(&format!("{policy}.{name}")).or_default(0);
        match (replica.why().or(on.why()), on.value()) {
            // a replica has none of its own, and what is switched off asks for nothing
            (Some(unknown), _) => Known::unknown(unknown.clone(), number.origins),
            (None, Some(false)) => Known::set(0, on.origins.clone()),
            (None, _) => number,
        }
    };
    let policy = PasswordPolicy {
        form: Known::set("database".into(), Origins::at(block.head)),
        min_length: told("min_length"),
        remembered: told("reuse_interval"),
    };
    Some(part(block, "password_validation_policy", policy))
}

/// Types that hand rights over a project or more.
const GRANTS: &[&str] = &[
    "google_project_iam_member",
    "google_project_iam_binding",
    "google_folder_iam_member",
    "google_folder_iam_binding",
    "google_organization_iam_member",
    "google_organization_iam_binding",
];

/// A person: `user:ada@example.com`. Of a text with holes the beginning tells.
fn person(member: &crate::value::Node) -> Known<bool> {
    if let crate::value::Value::Text(text) = &member.value
        && let Some((kind, _)) = text.lead().split_once(':')
    {
        return Known::set(kind == "user", member.origins.clone());
    }
    // `google_service_account.app.member` is never a person's
    let account = matches!(&member.value, crate::value::Value::Unknown(unknown)
        if unknown.refers.iter().any(|reference| reference.address.contains("google_service_account.")));
    if account {
        return Known::set(false, member.origins.clone());
    }
    member.text("").map(|member| member.starts_with("user:"))
}

/// Types that run as a service account, and what names it.
const WORKLOADS: &[(&str, &str)] = &[
    ("google_cloud_run_v2_service", "template.service_account"),
    ("google_cloud_run_v2_job", "template.template.service_account"),
    ("google_cloud_run_service", "template.spec.service_account_name"),
    ("google_cloudfunctions2_function", "service_config.service_account_email"),
    ("google_cloudfunctions_function", "service_account_email"),
    ("google_compute_instance", "service_account.email"),
    ("google_compute_instance_template", "service_account.email"),
    ("google_container_node_pool", "node_config.service_account"),
];

fn identity(block: &Block, context: &Context<'_>) -> Option<Resource> {
    let run_as_it =
        |(native, by): &(&str, &str)| context.blocks.joined(block, native, by, &["email", "account_id", "name"]);
    Some(part(block, "identity", carried(block, WORKLOADS.iter().map(run_as_it))?))
}
