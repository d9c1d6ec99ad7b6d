//! Who holds rights on AWS: users and groups with their second factor, attachments to persons, roles that workloads share.

use super::Row;
use super::common::{default, fixed, observed, resource};
use super::guardrails::second_factor;
use crate::model::{Attachment, PasswordPolicy, Resource, ServiceIdentity, TextSet, User};
use crate::provider::address::without_keys;
use crate::provider::{Context, fragment, tenants};
use crate::value::{Block, Known, Origins, Value, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_iam_group", group),
    ("aws_iam_group_membership", fragment),
    ("aws_iam_user_group_membership", fragment),
    ("aws_iam_user_login_profile", login),
    ("aws_ssoadmin_account_assignment", assignment),
];

/// Types that hand rights to a user, and what names the user.
const OF_USERS: &[(&str, &str)] = &[
    ("aws_iam_user_policy", "user"),
    ("aws_iam_user_policy_attachment", "user"),
    ("aws_iam_user_policy_attachments_exclusive", "user_name"),
    ("aws_iam_policy_attachment", "users"),
];

const OF_GROUP: &[(&str, &str, &str)] = &[
    ("aws_iam_group_policy", "group", "policy"),
    ("aws_iam_group_policy_attachment", "group", "policy_arn"),
    ("aws_iam_policy_attachment", "groups", "policy_arn"),
];

const OF_USER: &[(&str, &str, &str)] = &[
    ("aws_iam_user_policy", "user", "policy"),
    ("aws_iam_user_policy_attachment", "user", "policy_arn"),
    ("aws_iam_policy_attachment", "users", "policy_arn"),
];

/// A condition in a policy is all that files say of second factors, and it may stand in a policy that is not seen.
fn asked(found: Vec<Known<bool>>, block: &Block, context: &Context<'_>) -> Known<bool> {
    let here = Origins::at(block.head);
    let asked = any(found);
    let types = ["aws_iam_policy", "aws_iam_group", "aws_iam_user"];
    let beyond = || context.beyond(&types, None, "another policy may ask for a second factor");
    match asked.value().filter(|asked| !**asked).and_then(|_| beyond()) {
        Some(unknown) => Known::unknown(unknown, here),
        None => asked.and_at(&here),
    }
}

fn group(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    // the people of a running account are judged one by one, by what they have
    if observed(block) {
        return;
    }
    let mfa = asked(second_factor(block, context, OF_GROUP), block, context);
    out.push(resource(block, &["name"], User { form: fixed(block, "group"), mfa }));
}

/// A user who signs in to the console, by the user's own policies and those of the groups.
fn login(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let mut found = Vec::new();
    if let Some(user) = context.blocks.follow(&block.body, "user", &["aws_iam_user"]) {
        // whoever has a device must use it: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html
        found.extend(observed(user).then(|| user.body.exists("mfa_devices")));
        found.extend(second_factor(user, context, OF_USER));
        let groups = context.blocks.joined(user, "aws_iam_user_group_membership", "user", &["name", "id"]);
        let groups =
            groups.each("groups").into_iter().filter_map(|node| context.blocks.follow(node, "", &["aws_iam_group"]));
        let by_group = context.blocks.joined(user, "aws_iam_group_membership", "users", &["name", "id"]);
        let by_group =
            by_group.each("group").into_iter().filter_map(|node| context.blocks.follow(node, "", &["aws_iam_group"]));
        for group in groups.chain(by_group) {
            found.extend(second_factor(group, context, OF_GROUP));
        }
    }
    let mfa = asked(found, block, context);
    out.push(resource(block, &["user"], User { form: fixed(block, "login"), mfa }));
    let length = block.body.int("password_length");
    if !length.is_unset() {
        let first = PasswordPolicy { form: fixed(block, "login"), min_length: length, remembered: default(block, 0) };
        let mut first = resource(block, &["user"], first);
        first.part = Some("password".into());
        first.aliases = Vec::new();
        out.push(first);
    }
}

/// <https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateAccountAssignment.html>
fn assignment(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let to_person = block.body.text("principal_type").map(|kind| &*kind == "USER");
    out.push(resource(block, &[], Attachment { to_person }));
}

/// Attachments, and roles with those who run as them: both read from blocks that have a reader of their own.
pub(super) fn identities(context: &Context<'_>, out: &mut Vec<Resource>) {
    for (native, by) in OF_USERS {
        for block in context.blocks.of_type(native) {
            let users = block.body.each(by);
            let origins = block.body.at_path(by).origins;
            let to_person = match users.first().map(|user| &user.value) {
                // a list of users may turn out empty, one user may not
                Some(Value::Unknown(unknown)) if *by == "users" && !unknown.is_reference() => {
                    Known::unknown(unknown.clone(), origins)
                }
                Some(_) => Known::set(true, origins),
                None => default(block, false),
            };
            let mut made = resource(block, &["name"], Attachment { to_person });
            made.part = Some("user".into());
            made.aliases = Vec::new();
            out.push(made);
        }
    }
    for role in context.blocks.of_type("aws_iam_role") {
        out.extend(identity(role, context));
    }
}

/// Types that run as a role, and what names it.
const WORKLOADS: &[(&str, &str)] = &[
    ("aws_lambda_function", "role"),
    ("aws_ecs_task_definition", "task_role_arn"),
    ("aws_iam_instance_profile", "role"),
    ("aws_batch_job_definition", "job_role_arn"),
    ("aws_sagemaker_notebook_instance", "role_arn"),
    ("aws_bedrockagent_agent", "agent_resource_role_arn"),
    ("aws_apprunner_service", "instance_configuration.instance_role_arn"),
    ("aws_sfn_state_machine", "role_arn"),
    ("aws_glue_job", "role_arn"),
];

/// A role that something runs as; copies of one block are alike.
fn identity(role: &Block, context: &Context<'_>) -> Option<Resource> {
    let mut workloads = TextSet::new();
    let mut maybe = None;
    let mut tags = Vec::new();
    for (native, by) in WORKLOADS {
        let joined = context.blocks.joined(role, native, by, &["name", "arn", "id"]);
        let alike = |block: &&Block| without_keys(&block.address);
        workloads.extend(joined.blocks.iter().map(alike));
        tags.extend(joined.blocks.iter().map(|block| super::common::tags(block)));
        maybe = maybe.or_else(|| joined.maybe());
    }
    if workloads.is_empty() {
        return None;
    }
    let here = Origins::at(role.head);
    let shared = any([Known::set(workloads.len() > 1, here.clone())].into_iter().chain(maybe));
    let (tenants_declared, tenants_mixed) = tenants::of(tags, &here);
    let facts = ServiceIdentity { shared, workloads: Known::set(workloads, here), tenants_declared, tenants_mixed };
    let mut made = resource(role, &["name"], facts);
    made.part = Some("identity".into());
    made.aliases = Vec::new();
    Some(made)
}
