//! Which statements let their holder raise its own rights.

use crate::provider::iam::{Pattern, Patterns, Policy, Statement};
use crate::value::{Known, all, any};

/// Actions that hand out rights, each enough by itself:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html>.
const ALONE: &[&str] = &[
    "iam:AddUserToGroup",
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateAccessKey",
    "iam:CreateLoginProfile",
    "iam:CreatePolicyVersion",
    "iam:PutGroupPolicy",
    "iam:PutRolePolicy",
    "iam:PutUserPolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateLoginProfile",
    "lambda:UpdateFunctionCode",
    "glue:UpdateDevEndpoint",
];

/// Actions that run something as a role that is passed.
const WITH_A_ROLE: &[&str] = &[
    "ec2:RunInstances",
    "lambda:CreateFunction",
    "cloudformation:CreateStack",
    "glue:CreateDevEndpoint",
    "glue:CreateJob",
    "datapipeline:CreatePipeline",
    "ecs:RunTask",
    "ecs:RegisterTaskDefinition",
    "sagemaker:CreateNotebookInstance",
    "codebuild:CreateProject",
];

/// Conditions that bound what is handed out, or to what.
const BOUNDS: &[&str] =
    &["iam:passedtoservice", "iam:permissionsboundary", "iam:policyarn", "iam:associatedresourcearn"];

/// Whether a statement of `policy` lets its holder raise its own rights. Who may do everything need not.
pub(super) fn raises(policy: &Policy, statement: &Statement) -> Known<bool> {
    let bounded = statement.conditions.iter().any(|condition| BOUNDS.contains(&&*condition.key));
    if bounded {
        return Known::set(false, statement.origins.clone());
    }
    let alone = statement.covers_any(ALONE);
    let runs = policy.statements.iter().map(|other| all([other.allows(), other.covers_any(WITH_A_ROLE)]));
    let passes = all([statement.covers("iam:PassRole"), any(runs)]);
    let found = any([alone, passes]);
    all([found, every_one(statement), statement.allows(), statement.all_actions().not()])
}

/// Whether it speaks of every user, role, policy or function, not of named ones.
fn every_one(statement: &Statement) -> Known<bool> {
    let one = |pattern: &Pattern| match pattern.known() {
        Some(text) => Known::set(is_every(text), pattern.origins.clone()),
        None if pattern.text.tail().is_empty() && pattern.text.lead().is_empty() => pattern.is_all(),
        // an account's id is no name of a thing
        None => Known::set(is_every(pattern.text.tail()), pattern.origins.clone()),
    };
    match &statement.resources {
        Patterns::Only(list) => any(list.iter().map(one)),
        Patterns::Except(_) => Known::set(true, statement.origins.clone()),
        Patterns::Absent => Known::set(false, statement.origins.clone()),
    }
}

/// `*`, `arn:aws:iam::111122223333:role/*`.
fn is_every(text: &str) -> bool {
    let name = text.rsplit(':').next().unwrap_or(text);
    name == "*"
        || matches!(name.split_once('/'), Some(("user" | "role" | "policy" | "group", "*")))
        || text.ends_with(":function:*")
}
