//! What holds for whole AWS accounts: organisation policies, the account's public access block, passwords and second
//! factors.

use super::Row;
use super::common::{fixed, resource};
use crate::model::{Account, PasswordPolicy, Resource, User};
use crate::provider::account::{Here, holds};
use crate::provider::iam::{Policy, Statement};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_cognito_user_pool", user_pool),
    ("aws_controltower_control", fragment),
    ("aws_iam_account_password_policy", password_policy),
    ("aws_iam_account_summary", fragment),
    ("aws_iam_credential_report", fragment),
    ("aws_iam_organizations_features", fragment),
    ("aws_iam_virtual_mfa_device", fragment),
    ("aws_organizations_account", fragment),
    ("aws_organizations_organization", fragment),
    ("aws_organizations_organizational_unit", fragment),
    ("aws_organizations_policy", fragment),
    ("aws_organizations_policy_attachment", fragment),
    ("aws_s3_account_public_access_block", fragment),
];

/// The policies of an organisation; what Control Tower denies, it denies by these.
const ORGANISATION: &[&str] = &["aws_organizations_policy"];

/// The AWS account of a snapshot, or all those that the manifests speak of.
pub(in crate::provider) fn account(context: &Context<'_>, here: &Here) -> Account {
    Account {
        objects_blocked: here.one(
            public_access_blocks(context),
            &["aws_s3_account_public_access_block"],
            "a public access block for the account"),
        regions_guarded: here.one(region_denials(context, here), ORGANISATION, "a policy that denies other regions"),
        // applications call Comprehend, Rekognition, Transcribe and their like without any resource
        ai_services: here.default(true),
        ai_opted_out: here.one(opt_outs(context, here), ORGANISATION, "an opt-out policy for AI services"),
        root_secured: here.or_untold(
            central_root(context).into_iter().chain(summaries(context)),
            "whether the root user has a second factor and no keys stands in no file, unless the organisation manages root credentials",
        ),
        mfa_enforced: here.or_untold(
            mfa_denials(context, here),
            "what the identity provider asks of people who sign in stands in no file",
        ),
        password_policy: here.seen(context, &["aws_iam_account_password_policy"], "a password policy"),
        threat_detection: here.seen(context, super::detect::THREATS, "a GuardDuty detector"),
        vulnerability_scanning: here.one(super::detect::vulnerabilities(context), super::detect::VULNERABILITIES, "Amazon Inspector"),
        posture_recording: here.seen(context, super::detect::POSTURE, "AWS Config or Security Hub"),
        audit_trail: here.seen(context, super::trails::TRAILS, "a CloudTrail trail"),
        security_contact: here.one(
            super::trails::contacts(context),
            &["aws_account_alternate_contact"],
            "the contact for security"),
        calls_models: super::ai::calls_models(context, here),
        model_calls_logged: here.one(super::ai::invocation_logs(context), super::ai::INVOCATION_LOGS, "the logging of model invocations"),
        alarms: here.seen(context, super::alarms::ALARMS, "an alarm"),
        disks_encrypted: here.one(
            super::ec2_care::disks_encrypted(context),
            &["aws_ebs_encryption_by_default"],
            "encryption of new volumes by default"),
        ..Account::default()
    }
}

/// All four settings, each off where nothing is written:
/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html>.
fn public_access_blocks(context: &Context<'_>) -> Vec<Known<bool>> {
    const SETTINGS: [&str; 4] =
        ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"];
    let blocks = context.blocks.of_type("aws_s3_account_public_access_block");
    blocks.map(|block| all(SETTINGS.map(|setting| block.body.bool(setting).or_default(false)))).collect()
}

/// The organisation's policies of one type, each with whether it is attached to something.
fn policies<'b>(context: &Context<'b>, here: &Here, wanted: &str) -> Vec<(&'b Block, Known<bool>)> {
    let of_type = |block: &&Block| {
        // <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/organizations_policy#type>
        let kind = block.body.text("type");
        kind.value().map_or("SERVICE_CONTROL_POLICY", |kind| &**kind) == wanted
    };
    let attached = |block: &Block| {
        let attachments =
            context.blocks.joined(block, "aws_organizations_policy_attachment", "policy_id", &["id", "name"]);
        let found = attachments.exists();
        match found.value() {
            Some(false) => here.one([], ORGANISATION, "the attachment of the policy"),
            _ => found,
        }
    };
    context.blocks.of_type("aws_organizations_policy").filter(of_type).map(|block| (block, attached(block))).collect()
}

/// A policy that does not say it is no policy of that kind; one that says it counts where it is attached.
fn saying(policies: Vec<(&Block, Known<bool>)>, says: impl Fn(&Statement) -> Known<bool>) -> Vec<Known<bool>> {
    let one = |(block, attached): (&Block, Known<bool>)| {
        let said = Policy::read(&block.body.at_path("content")).any(&says);
        (said.value() != Some(&false)).then(|| all([said, attached]))
    };
    policies.into_iter().filter_map(one).collect()
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html>, and
/// Control Tower's own controls, whose identifiers end so:
/// <https://docs.aws.amazon.com/controltower/latest/controlreference/primary-region-deny-policy.html>.
fn region_denials(context: &Context<'_>, here: &Here) -> Vec<Known<bool>> {
    let denies = |statement: &Statement| {
        let by_region = statement.conditions.iter().map(|condition| {
            Known::set(&*condition.key == "aws:requestedregion" && condition.negated(), condition.origins.clone())
        });
        all([statement.denies(), any(by_region)])
    };
    let mut found = saying(policies(context, here, "SERVICE_CONTROL_POLICY"), denies);
    for control in context.blocks.of_type("aws_controltower_control") {
        let is = control
            .body
            .text("control_identifier")
            .map(|name| ["AWS-GR_REGION_DENY", "CT.MULTISERVICE.PV.1"].iter().any(|end| name.ends_with(end)));
        found.extend((is.value() != Some(&false)).then_some(is));
    }
    found
}

/// <https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_ai-opt-out_syntax.html>
fn opt_outs(context: &Context<'_>, here: &Here) -> Vec<Known<bool>> {
    let out = |path: &str, text: &str| path == "services.default.opt_out_policy.@@assign" && text == "optOut";
    let policies = policies(context, here, "AISERVICES_OPT_OUT_POLICY").into_iter();
    policies.map(|(block, attached)| all([holds(&block.body.at_path("content"), &out), attached])).collect()
}

/// Members of an organisation that manages root credentials have none of their own:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_root-user.html#id_root-user-access-management>.
fn central_root(context: &Context<'_>) -> Vec<Known<bool>> {
    let managed = |block: &Block| {
        any(block
            .body
            .each("enabled_features")
            .into_iter()
            .map(|feature| feature.text("").map(|name| &*name == "RootCredentialsManagement")))
        .and_at(&Origins::at(block.head))
    };
    context.blocks.of_type("aws_iam_organizations_features").map(managed).collect()
}

/// What a running account says of its root user: a second factor or no password at all, and no keys.
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html>
fn summaries(context: &Context<'_>) -> Vec<Known<bool>> {
    let secured = |block: &Block| {
        let count = |name: &str| block.body.int(name);
        let factor = count("account_mfa_enabled").required("AccountMFAEnabled").map(|count| count > 0);
        let no_password = count("account_password_present").map(|count| count == 0).or_default(false);
        let none = |name: &str, native: &str| count(name).required(native).map(|count| count == 0);
        // a key that the credential report tells of is judged by itself
        let keyless = (!super::iam::tells_of_root_keys(context))
            .then(|| none("account_access_keys_present", "AccountAccessKeysPresent"));
        let certificates = none("account_signing_certificates_present", "AccountSigningCertificatesPresent");
        let rest = [any([factor, no_password]), certificates];
        all(rest.into_iter().chain(keyless)).and_at(&Origins::at(block.head))
    };
    // where several accounts are read, each counts
    let found: Vec<_> = context.blocks.of_type("aws_iam_account_summary").map(secured).collect();
    if found.is_empty() { found } else { vec![all(found)] }
}

/// A service control policy that refuses what is done without a second factor.
fn mfa_denials(context: &Context<'_>, here: &Here) -> Vec<Known<bool>> {
    saying(policies(context, here, "SERVICE_CONTROL_POLICY"), |statement| {
        all([statement.denies(), statement.needs_mfa()])
    })
}

/// The API's own smallest length is 6, and none is remembered:
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html>.
fn password_policy(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let policy = PasswordPolicy {
        form: fixed(block, "account"),
        min_length: block.body.int("minimum_password_length").or_default(6),
        remembered: block.body.int("password_reuse_prevention").or_default(0),
    };
    out.push(resource(block, &[], policy));
}

/// Eight characters where nothing is written, no second factor:
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html>,
/// <https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa.html>.
fn user_pool(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let users = User {
        form: fixed(block, "user-pool"),
        mfa: body.text("mfa_configuration").map(|mode| &*mode == "ON").or_default(false),
    };
    out.push(resource(block, &["name"], users));
    let policy = PasswordPolicy {
        form: fixed(block, "user-pool"),
        min_length: body.int("password_policy.minimum_length").or_default(8),
        remembered: body.int("password_policy.password_history_size").or_default(0),
    };
    let mut policy = resource(block, &["name"], policy);
    policy.part = Some("password_policy".into());
    policy.aliases = Vec::new();
    out.push(policy);
}

/// The policies of a user or a group, by fragment: (type, what names the holder, what holds the document or names the policy).
pub(super) fn second_factor(
    block: &Block,
    context: &Context<'_>,
    fragments: &[(&str, &str, &str)],
) -> Vec<Known<bool>> {
    let mut found = Vec::new();
    for (fragment, by, what) in fragments {
        let joined = context.blocks.joined(block, fragment, by, &["name", "id"]);
        found.extend(joined.maybe());
        for node in joined.blocks.iter().flat_map(|block| block.body.each(what)) {
            found.push(needs_mfa(node, context));
        }
    }
    found
}

/// Whether the policy that stands at `node`, or that it names, asks for a second factor.
fn needs_mfa(node: &Node, context: &Context<'_>) -> Known<bool> {
    let policy = match context.blocks.follow(node, "", &["aws_iam_policy"]) {
        Some(named) => Policy::read(&named.body.at_path("policy")),
        None => Policy::of(node),
    };
    // the name of a policy of AWS's own is no document
    if policy.statements.is_empty() && node.as_str().is_some_and(|text| text.starts_with("arn:")) {
        return Known::default_of(false, node.origins.clone());
    }
    policy.any(Statement::needs_mfa)
}
