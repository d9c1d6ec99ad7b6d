//! What holds for whole subscriptions and their tenant: policy assignments, conditional access, administrators of the
//! directory.

use crate::model::{Account, Resource, User};
use crate::provider::account::{Here, holds};
use crate::provider::azure::read::{always, by_type, is, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Origins, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azuread_conditional_access_policy", fragment),
    ("azuread_directory_role", fragment),
    ("azuread_directory_role_assignment", fragment),
    ("azurerm_management_group", fragment),
    ("azurerm_management_group_policy_assignment", fragment),
    ("azurerm_policy_definition", fragment),
    ("azurerm_policy_set_definition", fragment),
    ("azurerm_role_management_policy", activation),
    ("azurerm_subscription_policy_assignment", fragment),
];

/// Assignments over a subscription or more.
const ASSIGNMENTS: &[&str] = &[
    "azurerm_subscription_policy_assignment",
    "azurerm_management_group_policy_assignment",
    "azurerm_policy_assignment",
];

/// *Storage account public access should be disallowed*, and *Storage accounts should disable public network access*:
/// <https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies#storage>.
const NO_PUBLIC_BLOBS: &[&str] = &["4fa4b6c0-31ca-4c0d-b10d-24b96f62a751", "b2982f36-99f2-4db5-8eff-283140c09693"];
/// *Allowed locations*: <https://learn.microsoft.com/azure/governance/policy/samples/built-in-policies#general>.
const ALLOWED_LOCATIONS: &[&str] = &["e56962a6-4747-49cd-b67b-bf8b01975c4c"];
/// Kinds of accounts whose service reads content that is given to it.
const AI_SERVICES: &[&str] = &["azurerm_cognitive_account", "azurerm_ai_services", "azurerm_ai_foundry"];

/// Plans of Defender for Cloud.
const PLANS: &[&str] = &["azurerm_security_center_subscription_pricing"];
/// What exports the activity log.
const EXPORTS: &[&str] = &["azurerm_monitor_diagnostic_setting"];

/// All subscriptions of the scan.
pub(in crate::provider) fn account(context: &Context<'_>, here: &Here) -> Account {
    let ai = AI_SERVICES.iter().flat_map(|native| context.blocks.of_type(native)).next();
    Account {
        objects_blocked: here.one(
            assigned(context, NO_PUBLIC_BLOBS, "allowBlobPublicAccess", denies),
            ASSIGNMENTS,
            "a policy against public blobs",
        ),
        regions_guarded: here.one(
            assigned(context, ALLOWED_LOCATIONS, "location", lists_locations),
            ASSIGNMENTS,
            "the policy of allowed locations",
        ),
        ai_services: match ai {
            Some(block) => Known::set(true, Origins::at(block.head)),
            None => here.default(false),
        },
        ai_opted_out: here
            .untold("whether Microsoft agreed to keep no content for its review of abuse stands in no file"),
        root_secured: administrators(context, here),
        mfa_enforced: here.or_untold(
            second_factors(context),
            "whether the tenant's security defaults ask for a second factor stands in no file",
        ),
        threat_detection: here.one(
            super::detect::plans(context, &super::detect::watches_threats),
            PLANS,
            "Defender for Cloud",
        ),
        vulnerability_scanning: here.one(
            super::detect::plans(context, &super::detect::watches_images),
            PLANS,
            "Defender for Cloud",
        ),
        posture_recording: here.one(
            super::detect::plans(context, &super::detect::watches_posture),
            PLANS,
            "Defender for Cloud",
        ),
        // always: https://learn.microsoft.com/azure/virtual-machines/disk-encryption
        disks_encrypted: here.default(true),
        // each account's own settings are judged
        calls_models: here.default(false),
        model_calls_logged: here.default(false),
        alarms: here.seen(context, super::alarms::ALARMS, "an alert"),
        audit_trail: here.one(super::trails::exports(context), EXPORTS, "the export of the activity log"),
        security_contact: here.seen(context, &["azurerm_security_center_contact"], "the contact of Defender for Cloud"),
        ..Account::default()
    }
}

/// Whether an assignment, given by its parameters, does what it is for.
type Does = fn(&Block) -> Known<bool>;

/// Assignments of one of the provider's `built_in` policies, or of a policy of one's own whose rule speaks of `field` and
/// denies.
fn assigned(context: &Context<'_>, built_in: &[&str], field: &str, does: Does) -> Vec<Known<bool>> {
    let mut found = Vec::new();
    for block in ASSIGNMENTS.iter().flat_map(|native| context.blocks.of_type(native)) {
        let enforced = block.body.bool("enforce").or_default(true);
        let (meant, does) =
            match context.blocks.follow(&block.body, "policy_definition_id", &["azurerm_policy_definition"]) {
                Some(own) => own_rule(own, field),
                None => {
                    let id = block.body.text("policy_definition_id");
                    (id.map(|id| built_in.iter().any(|policy| id.to_ascii_lowercase().ends_with(policy))), does(block))
                }
            };
        match meant.value() {
            Some(true) => found.push(all([meant, does, enforced])),
            Some(false) => {}
            None => found.push(meant),
        }
    }
    found
}

/// Whether the rule of a policy of one's own speaks of `field`, and whether it denies.
fn own_rule(definition: &Block, field: &str) -> (Known<bool>, Known<bool>) {
    let rule = definition.body.at_path("policy_rule");
    let field = field.to_ascii_lowercase();
    let speaks = holds(&rule, &|path, text| path.ends_with("field") && text.to_ascii_lowercase().ends_with(&field));
    let denies = holds(&rule, &|path, text| path == "then.effect" && text.eq_ignore_ascii_case("deny"));
    (speaks, denies)
}

/// The built-in policy only audits unless its parameter says more.
fn denies(block: &Block) -> Known<bool> {
    holds(&block.body.at_path("parameters"), &|path, text| path == "effect.value" && text.eq_ignore_ascii_case("deny"))
}

fn lists_locations(block: &Block) -> Known<bool> {
    holds(&block.body.at_path("parameters"), &|path, _| path == "listOfAllowedLocations.value")
}

/// Microsoft asks for fewer than five global administrators:
/// <https://learn.microsoft.com/entra/identity/role-based-access-control/best-practices>. That they have a second factor and
/// are not used daily stands in no file.
fn administrators(context: &Context<'_>, here: &Here) -> Known<bool> {
    const MOST: usize = 4;
    const GLOBAL: &str = "62e90394-69f5-4237-9190-012177145e10";
    let names_it = |block: &Block, path: &str, name: &str| {
        block.body.text(path).value().is_some_and(|text| **text == *GLOBAL || text.eq_ignore_ascii_case(name))
    };
    let is_global = |block: &&Block| {
        let role = context.blocks.follow(&block.body, "role_id", &["azuread_directory_role"]);
        names_it(block, "role_id", "")
            || role.is_some_and(|role| {
                names_it(role, "display_name", "Global Administrator") || names_it(role, "template_id", "")
            })
    };
    let mut assigned = context.blocks.of_type("azuread_directory_role_assignment").filter(is_global);
    match assigned.nth(MOST) {
        Some(one_too_many) => Known::set(false, Origins::at(one_too_many.head)),
        None => here.untold(
            "whether global administrators have a second factor and are kept for emergencies stands in no file",
        ),
    }
}

/// Conditional access that asks everyone for a second factor:
/// <https://learn.microsoft.com/entra/identity/conditional-access/policy-all-users-mfa-strength>.
fn second_factors(context: &Context<'_>) -> Vec<Known<bool>> {
    let mut found = Vec::new();
    for block in context.blocks.of_type("azuread_conditional_access_policy") {
        let body = &block.body;
        let control = any(body
            .each("grant_controls.built_in_controls")
            .into_iter()
            .map(|control| is(control.text(""), &["mfa"])));
        let asks = control.either(body.exists("grant_controls.authentication_strength_policy_id"));
        let everyone =
            any(body.each("conditions.users.included_users").into_iter().map(|user| is(user.text(""), &["All"])));
        let asks = all([asks, everyone]);
        if asks.value() != Some(&false) {
            found.push(all([asks, is(body.text("state"), &["enabled"])]));
        }
    }
    found
}

/// <https://learn.microsoft.com/entra/id-governance/privileged-identity-management/pim-resource-roles-configure-role-settings>
fn activation(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let rules = "activation_rules";
    if body.exists(rules).value() == Some(&false) {
        return;
    }
    let context_class = body.exists(&format!("{rules}.required_conditional_access_authentication_context"));
    let asked = body.bool(&format!("{rules}.require_multifactor_authentication")).or_default(false);
    let mfa = match (asked.value(), context_class.value()) {
        // what that context asks for stands in the tenant
        (Some(false), Some(true)) => Known::because(
            Why::Partial("a conditional access policy decides what activation asks for".into()),
            Origins::at(block.head),
        ),
        _ => asked,
    };
    out.push(resource(
        block,
        User { form: by_type(block, "role-activation"), mfa: mfa.and_at(&always(block, true).origins) },
    ));
}
