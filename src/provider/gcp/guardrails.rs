//! What holds for whole Google Cloud projects and their organisation: organisation policies, second factors, owners.

use crate::model::{Account, Resource, User};
use crate::provider::account::{Here, holds};
use crate::provider::gcp::members::grants;
use crate::provider::gcp::read::{always, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_folder_organization_policy", fragment),
    ("google_identity_platform_config", sign_in),
    ("google_org_policy_policy", fragment),
    ("google_organization_policy", fragment),
    ("google_project_organization_policy", fragment),
];

/// Types whose service reads content that is given to it.
const AI_SERVICES: &[&str] = &[
    "google_vertex_ai_endpoint",
    "google_discovery_engine_data_store",
    "google_dialogflow_cx_agent",
    "google_dialogflow_agent",
];

/// Types of the organisation's policies.
const POLICIES: &[&str] = &["google_org_policy_policy"];

/// All projects of the scan.
pub(in crate::provider) fn account(context: &Context<'_>, here: &Here) -> Account {
    let ai = AI_SERVICES.iter().flat_map(|native| context.blocks.of_type(native)).next();
    Account {
        objects_blocked: here.one(
            policies(context, "storage.publicAccessPrevention").into_iter().map(enforced),
            POLICIES,
            "the constraint against public buckets",
        ),
        regions_guarded: here.one(
            policies(context, "gcp.resourceLocations").into_iter().map(allows_some),
            POLICIES,
            "the constraint of resource locations",
        ),
        ai_services: match ai {
            Some(block) => Known::set(true, Origins::at(block.head)),
            None => here.default(false),
        },
        ai_opted_out: here.untold("what Google may learn from content stands in the agreement and in no file"),
        root_secured: owners(context, here),
        mfa_enforced: here
            .untold("whether Google Workspace or Cloud Identity asks for a second factor stands in no file"),
        threat_detection: here.seen(context, super::detect::THREATS, "Security Command Center"),
        vulnerability_scanning: here.one(
            super::detect::services(context, &["containerscanning.googleapis.com"]),
            &["google_project_service"],
            "the scanning of images",
        ),
        posture_recording: here.seen(context, super::detect::POSTURE, "a feed of the asset inventory"),
        // always: https://cloud.google.com/docs/security/encryption/default-encryption
        disks_encrypted: here.default(true),
        // each endpoint's own settings are judged
        calls_models: here.default(false),
        model_calls_logged: here.default(false),
        alarms: here.seen(context, super::alarms::ALARMS, "an alerting policy"),
        // admin activity is recorded always: https://cloud.google.com/logging/docs/audit#admin-activity
        audit_trail: here.default(true),
        security_contact: here.one(
            super::audit::contacts(context),
            &["google_essential_contacts_contact"],
            "the contact for security",
        ),
        ..Account::default()
    }
}

/// The policies of a constraint, in their old and new spellings:
/// <https://cloud.google.com/resource-manager/docs/organization-policy/org-policy-constraints>.
fn policies<'b>(context: &Context<'b>, constraint: &str) -> Vec<&'b Block> {
    const OLD: [&str; 3] =
        ["google_organization_policy", "google_folder_organization_policy", "google_project_organization_policy"];
    let named = |block: &&Block, path: &str| {
        block.body.text(path).value().is_some_and(|name| name.rsplit('/').next() == Some(constraint))
            // `"${data.google_organization.me.name}/policies/gcp.resourceLocations"`
            || block.body.get(path).is_some_and(|node| matches!(&node.value, crate::value::Value::Text(text) if text.tail().rsplit('/').next() == Some(constraint)))
    };
    let new = context.blocks.of_type("google_org_policy_policy").filter(|block| named(block, "name"));
    let old = OLD.iter().flat_map(|native| context.blocks.of_type(native)).filter(|block| named(block, "constraint"));
    new.chain(old).collect()
}

fn enforced(block: &Block) -> Known<bool> {
    let said = |path: &str| holds(&block.body.at_path(path), &|_, text| text.eq_ignore_ascii_case("true"));
    let rules = block
        .body
        .each("spec.rules")
        .into_iter()
        .map(|rule| holds(&rule.at_path("enforce"), &|_, text| text.eq_ignore_ascii_case("true")));
    any(rules.chain([said("boolean_policy.enforced")])).and_at(&Origins::at(block.head))
}

fn allows_some(block: &Block) -> Known<bool> {
    let values = |path: &str| any(block.body.each(path).into_iter().map(|value| value.text("").map(|_| true)));
    any([values("spec.rules.values.allowed_values"), values("list_policy.allow.values")])
        .and_at(&Origins::at(block.head))
}

/// An organisation that people administer in their own names has no identity for emergencies:
/// <https://cloud.google.com/resource-manager/docs/super-admin-best-practices>.
fn owners(context: &Context<'_>, here: &Here) -> Known<bool> {
    let bindings = ["google_organization_iam_member", "google_organization_iam_binding"];
    for block in bindings.iter().flat_map(|native| context.blocks.of_type(native)) {
        for grant in grants(block) {
            let owner = grant.role_is(|role| matches!(role, "roles/owner" | "roles/resourcemanager.organizationAdmin"));
            let person =
                any(grant.members.iter().map(|member| member.text("").map(|member| member.starts_with("user:"))));
            let direct = all([person, owner]);
            if direct.value() == Some(&true) {
                return direct.not();
            }
        }
    }
    here.untold("whether super administrators have a second factor and are kept for emergencies stands in no file")
}

/// `ENABLED` lets people do without: <https://cloud.google.com/identity-platform/docs/reference/rest/v2/MultiFactorAuthConfig>.
fn sign_in(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let mfa = block.body.text("mfa.state").map(|state| &*state == "MANDATORY").or_default(false);
    out.push(resource(block, User { form: Known::set("user-pool".into(), always(block, true).origins), mfa }));
}
