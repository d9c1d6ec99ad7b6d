//! AWS Secrets Manager: secrets, their rotation, and their copies in other regions.

use super::Row;
use super::common::{fixed, inherits, part, resource};
use super::policy::Policies;
use crate::model::{Replication, Resource, Secret};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Why, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_secretsmanager_secret", secret),
    ("aws_secretsmanager_secret_policy", fragment),
    ("aws_secretsmanager_secret_rotation", fragment),
    // CloudFormation's own, which binds a secret to its database
    ("aws_secretsmanager_secret_target_attachment", fragment),
];

/// Without a policy of its own the account's identity policies decide, which name their holders; a policy that lets in
/// everyone or another account widens them:
/// <https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html>.
fn readers_named(block: &Block, context: &Context<'_>) -> Known<bool> {
    const READ: &[&str] = &["secretsmanager:GetSecretValue"];
    let fragments = [("aws_secretsmanager_secret_policy", "secret_arn", "policy")];
    let policies = Policies::of(context, block, "policy", &fragments, &["arn", "id", "name"]);
    any([policies.public(READ), policies.foreign(READ)]).not()
}

/// Rotation is a resource of its own; up to version 3 of the provider it could be written inline.
fn secret(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let rotations = |of: &Block| {
        context.blocks.joined(of, "aws_secretsmanager_secret_rotation", "secret_id", &["arn", "id", "name"])
    };
    let mut rotation = rotations(block);
    let attached = context.blocks.joined(block, "aws_secretsmanager_secret_target_attachment", "secret_id", &[]);
    // a reference to the attachment is the secret's ARN
    rotation.blocks.extend(attached.blocks.into_iter().flat_map(|attachment| rotations(attachment).blocks));
    // rules may stand after rotation was turned off
    let inline = block.body.exists("rotation_rules").and(block.body.bool("rotation_enabled").or_default(true));
    let after = "rotation_rules.automatically_after_days";
    let expression = "rotation_rules.schedule_expression";
    // `rate(30 days)`; a `cron(...)` is not worked out
    let by_rate = block.body.text(expression).or(rotation.text(expression)).try_map(
        |rate| rate.strip_prefix("rate(")?.split(' ').next()?.parse().ok(),
        || Why::Expression("how often a schedule comes round is not worked out".into()),
    );
    let days: Known<i64> = block.body.int(after).or(rotation.int(after)).or(by_rate);
    out.push(resource(
        block,
        &["name"],
        Secret {
            takes_key: super::common::default(block, true),
            // the account's `aws/secretsmanager` unless written:
            // https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html
            customer_key: super::common::customer_key(&block.body, "kms_key_id"),
            rotates: any([inline, rotation.exists()]),
            has_period: days.exists(),
            rotation_days: days,
            readers_named: readers_named(block, context),
        },
    ));
    for (at, replica) in block.body.each("replica").into_iter().enumerate() {
        let copy = Replication {
            purpose: fixed(block, "secret"),
            target_region: replica.text("region"),
            ..Default::default()
        };
        let mut made = part(block, format!("replica[{at}]"), replica, &["name"], copy);
        made.inherits = inherits(block, None);
        out.push(made);
    }
}
