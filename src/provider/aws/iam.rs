//! AWS IAM: policies (a grant for each statement), attachments of AWS's own policies, roles with their trust, access
//! keys.

use std::sync::Arc;

use jiff::Timestamp;

use super::Row;
use super::common::{default, fixed, resource};
use crate::model::{Credential, PolicyGrant, Resource, Role};
use crate::provider::iam::{Policy, Principals, Statement};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Node, Origins, Value, Why, all, any};

/// A document that nothing in the scan uses.
const UNATTACHED: &str = "data.aws_iam_policy_document";

pub(super) const ROWS: &[Row] = &[
    ("aws_iam_policy", |block, context, out| document(block, context, "policy", out)),
    ("aws_iam_role_policy", |block, context, out| document(block, context, "policy", out)),
    ("aws_iam_user_policy", |block, context, out| document(block, context, "policy", out)),
    ("aws_iam_group_policy", |block, context, out| document(block, context, "policy", out)),
    (UNATTACHED, |block, context, out| document(block, context, "json", out)),
    ("aws_ssoadmin_permission_set_inline_policy", |block, context, out| document(block, context, "inline_policy", out)),
    ("aws_iam_role_policy_attachment", |block, context, out| attachment(block, context, "policy_arn", out)),
    ("aws_iam_user_policy_attachment", |block, context, out| attachment(block, context, "policy_arn", out)),
    ("aws_iam_group_policy_attachment", |block, context, out| attachment(block, context, "policy_arn", out)),
    ("aws_iam_policy_attachment", |block, context, out| attachment(block, context, "policy_arn", out)),
    ("aws_iam_role_policy_attachments_exclusive", |block, context, out| attachment(block, context, "policy_arns", out)),
    ("aws_ssoadmin_managed_policy_attachment", |block, context, out| {
        attachment(block, context, "managed_policy_arn", out)
    }),
    ("aws_iam_role", role),
    ("aws_iam_access_key", access_key),
    ("aws_iam_credential_report_row", root_keys),
    ("aws_iam_user", fragment),
    ("aws_iam_instance_profile", fragment),
    ("aws_iam_openid_connect_provider", fragment),
    ("aws_iam_saml_provider", fragment),
    ("aws_iam_service_linked_role", fragment),
];

/// AWS's own policies that make an administrator: everything, or everything in IAM, which can grant the rest.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AdministratorAccess.html>,
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/IAMFullAccess.html>
const ADMINISTRATORS: &[&str] =
    &["policy/AdministratorAccess", "policy/IAMFullAccess", "policy/AdministratorAccess-Amplify"];

/// AWS's own policies that read the contents of every store, item, secret or parameter of their service.
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html>
const READERS: &[&str] = &[
    "policy/AmazonDynamoDBFullAccess",
    "policy/AmazonDynamoDBReadOnlyAccess",
    "policy/AmazonS3FullAccess",
    "policy/AmazonS3ReadOnlyAccess",
    "policy/AmazonSSMFullAccess",
    "policy/AmazonSSMReadOnlyAccess",
    "policy/PowerUserAccess",
    "policy/ReadOnlyAccess",
    "policy/SecretsManagerReadWrite",
];

/// Actions that give out contents: objects, items, secrets, parameters.
const DATA: &[&str] = &[
    "dynamodb:GetItem",
    "dynamodb:Scan",
    "s3:GetObject",
    "secretsmanager:GetSecretValue",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
];

/// A grant as AWS knows them: nothing of Kubernetes in it.
pub(super) fn grant(block: &Block, form: &str, allows: Known<bool>, admin: Known<bool>) -> PolicyGrant {
    PolicyGrant {
        form: fixed(block, form),
        allows,
        admin,
        cluster_admin: default(block, false),
        holders: Known::unset(Origins::at(block.head)),
        declared_holder: default(block, false),
        wildcard: default(block, false),
        escalates: default(block, false),
        reads_all: default(block, false),
        whole_service: default(block, false),
        without_mfa: default(block, false),
        reads_secrets: default(block, false),
        exec_rights: default(block, false),
        to_anonymous: default(block, false),
        built_in: default(block, false),
    }
}

fn document(block: &Block, _: &Context<'_>, path: &str, out: &mut Vec<Resource>) {
    statements(block, &block.body, path, "", out);
}

/// A grant for each statement of the document at `path` of `node`, and one for what cannot be seen of it.
fn statements(block: &Block, node: &Node, path: &str, before: &str, out: &mut Vec<Resource>) {
    let policy = Policy::read(&node.at_path(path));
    // a document that names who may is the policy of a resource, and what it opens hangs on which
    let attached = &*block.native_type != UNATTACHED;
    let grants = |statement: &Statement| attached || matches!(statement.principals, Principals::Absent);
    for (at, statement) in policy.statements.iter().enumerate().filter(|(_, statement)| grants(statement)) {
        push(
            block,
            format!("{before}statement[{at}]"),
            PolicyGrant {
                escalates: super::escalate::raises(&policy, statement),
                reads_all: statement.reads_all(DATA),
                whole_service: statement.whole_service(),
                without_mfa: statement.without_mfa(),
                ..grant(block, "iam-statement", statement.allows(), statement.admin())
            },
            &statement.origins,
            out,
        );
    }
    if let Some(open) = policy.open {
        let unknown = || Known::unknown(open.clone(), policy.origins.clone());
        push(
            block,
            format!("{before}statement[?]"),
            PolicyGrant {
                escalates: unknown(),
                reads_all: unknown(),
                whole_service: unknown(),
                without_mfa: unknown(),
                ..grant(block, "iam-statement", unknown(), unknown())
            },
            &policy.origins,
            out,
        );
    }
}

fn push(block: &Block, part: String, grant: PolicyGrant, at: &Origins, out: &mut Vec<Resource>) {
    let mut made = resource(block, &["name"], grant);
    made.aliases = Vec::new();
    made.part = Some(part.into());
    if let Some(span) = at.primary {
        made.head = span;
    }
    out.push(made);
}

/// Attachments: AWS's own policies are judged by their names; those of the scanned files for themselves.
fn attachment(block: &Block, context: &Context<'_>, path: &str, out: &mut Vec<Resource>) {
    for (at, arn) in block.body.each(path).into_iter().enumerate() {
        if context.blocks.follow(arn, "", &["aws_iam_policy"]).is_some() {
            continue;
        }
        let admin = arn.text("").map(|arn| is_administrator(&arn));
        let reads_all = arn.text("").map(|arn| READERS.iter().any(|name| arn.ends_with(name)));
        let grant = PolicyGrant { reads_all, ..grant(block, "managed-policy", default(block, true), admin) };
        let mut made = resource(block, &[], grant);
        made.part = (at > 0).then(|| format!("policy[{at}]").into());
        out.push(made);
    }
}

fn is_administrator(arn: &str) -> bool {
    ADMINISTRATORS.iter().any(|name| arn.ends_with(name))
}

fn role(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let trust = Policy::read(&body.at_path("assume_role_policy"));
    let assumes = |statement: &Statement| {
        statement.covers_any(&["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:AssumeRoleWithSAML"])
    };
    let foreign = |statement: &Statement| context.own().asked(|own| statement.foreign(own));
    // those that trust a foreign account, where that can be told
    let bound = trust
        .statements
        .iter()
        .filter(|statement| foreign(statement).value() != Some(&false))
        .map(Statement::external_id);
    let federations: Vec<&Statement> =
        trust.statements.iter().filter(|statement| statement.federated().value() == Some(&true)).collect();
    let here = Origins::at(block.head);
    let role = Role {
        trusts_anyone: trust.any(|statement| all([statement.open(), assumes(statement)])).and_at(&here),
        trusts_foreign: trust.any(foreign).and_at(&here),
        foreign_bound: all(bound).and_at(&here),
        federated: trust.any(Statement::federated).and_at(&here),
        federation_exact: all(federations.iter().map(|statement| statement.federation_exact())).and_at(&here),
    };
    out.push(resource(block, &["name"], role));
    for (at, inline) in body.each("inline_policy").into_iter().enumerate() {
        statements(block, inline, "policy", &format!("inline_policy[{at}]/"), out);
    }
    for (at, arn) in body.each("managed_policy_arns").into_iter().enumerate() {
        if context.blocks.follow(arn, "", &["aws_iam_policy"]).is_none() {
            let admin = arn.text("").map(|arn| is_administrator(&arn));
            push(
                block,
                format!("managed_policy_arns[{at}]"),
                grant(block, "managed-policy", default(block, true), admin),
                &arn.origins,
                out,
            );
        }
    }
}

/// Whether a role holds administrators' rights: by attachment, by an inline policy, or by one of the scanned files.
pub(super) fn administrator_role(role: &Block, context: &Context<'_>) -> Known<bool> {
    let attached = context.blocks.joined(role, "aws_iam_role_policy_attachment", "role", &["name", "id"]);
    let arns: Vec<&Node> =
        attached.each("policy_arn").into_iter().chain(role.body.each("managed_policy_arns")).collect();
    let by_arn = arns.into_iter().map(|arn| match context.blocks.follow(arn, "", &["aws_iam_policy"]) {
        Some(policy) => Policy::read(&policy.body.at_path("policy")).admin(),
        None => arn.text("").map(|arn| is_administrator(&arn)),
    });
    let inline = context.blocks.joined(role, "aws_iam_role_policy", "role", &["name", "id"]);
    let by_inline = inline.blocks.iter().map(|policy| Policy::read(&policy.body.at_path("policy")).admin());
    let within = role.body.each("inline_policy").into_iter();
    let within = within.map(|policy| Policy::read(&policy.at_path("policy")).admin());
    any(by_arn.chain(by_inline).chain(within).chain(attached.maybe()).chain(inline.maybe()).collect::<Vec<_>>())
        .and_at(&Origins::at(role.head))
}

/// An access key never ends by itself: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_access-keys.html>.
fn access_key(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let status: Known<Arc<str>> = block.body.text("status");
    let (has_age, age_days) = age(block, "create_date", context);
    let key = Credential {
        form: fixed(block, "access-key"),
        expires: default(block, false),
        lifetime_days: Known::unset(Origins::at(block.head)),
        has_age,
        age_days,
        active: status.map(|status| &*status == "Active").or_default(true),
        of_root: of_root(block),
    };
    out.push(resource(block, &[], key));
}

/// How old something is that says when it was made, in days, by the time at which its account was looked at; of what
/// stands in a file it cannot be told.
fn age(block: &Block, path: &str, context: &Context<'_>) -> (Known<bool>, Known<i64>) {
    let nowhere = || (default(block, false), Known::unset(Origins::at(block.head)));
    let Some(taken) = context.taken() else { return nowhere() };
    let made = block.body.text(path);
    if made.is_unset() {
        return nowhere();
    }
    let days = made.try_map(
        // a day counts once it has passed
        |made| Some((taken.as_second() - made.parse::<Timestamp>().ok()?.as_second()).div_euclid(24 * 60 * 60)),
        || Why::Expression(format!("`{path}` is not a time").into()),
    );
    (Known::default_of(true, days.origins.clone()), days)
}

/// Whether a row of the credential report is the root user's.
fn is_root(row: &Block) -> bool {
    row.body.text("user").value().is_some_and(|user| &**user == "<root_account>")
}

/// Whether a credential report names a key of the root user that works.
pub(super) fn tells_of_root_keys(context: &Context<'_>) -> bool {
    let works = |row: &Block, nth: &str| row.body.bool(&format!("access_key_{nth}_active")).value() == Some(&true);
    let mut rows = context.blocks.of_type("aws_iam_credential_report_row").filter(|row| is_root(row));
    rows.any(|row| works(row, "1") || works(row, "2"))
}

/// Keys of the root user, which no list names:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html>.
fn root_keys(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if !is_root(block) {
        return;
    }
    let body = &block.body;
    for nth in ["1", "2"] {
        let active = body.bool(&format!("access_key_{nth}_active"));
        if active.value() == Some(&true) {
            let (has_age, age_days) = age(block, &format!("access_key_{nth}_last_rotated"), context);
            let key = Credential {
                form: fixed(block, "access-key"),
                expires: default(block, false),
                lifetime_days: Known::unset(Origins::at(block.head)),
                has_age,
                age_days,
                active,
                of_root: default(block, true),
            };
            let mut made = resource(block, &["user"], key);
            made.part = Some(format!("key[{nth}]").into());
            out.push(made);
        }
    }
}

/// The root user has no other name, so that a name of which a part is known is told apart.
fn of_root(block: &Block) -> Known<bool> {
    let user = block.body.text("user");
    match block.body.get("user").map(|node| &node.value) {
        Some(Value::Text(text)) if !text.lead().is_empty() || !text.tail().is_empty() => {
            Known::set(false, user.origins)
        }
        // a user that is declared among the files is one of IAM's
        Some(Value::Unknown(unknown)) if unknown.is_reference() => Known::set(false, user.origins),
        _ => user.map(|user| &*user == "root").or_default(false),
    }
}
