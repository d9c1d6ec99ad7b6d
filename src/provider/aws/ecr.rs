//! Amazon ECR: private repositories with their policies, public ones, replication.

use super::Row;
use super::common::{customer_key, default, fixed, key, named, part, resource};
use super::policy::Policies;
use crate::model::{Registry, Replication, Resource};
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Origins};

pub(super) const ROWS: &[Row] = &[
    ("aws_ecr_repository", repository),
    ("aws_ecr_repository_policy", stray_policy),
    ("aws_ecr_registry_policy", registry_policy),
    ("aws_ecr_lifecycle_policy", fragment),
    ("aws_ecr_registry_scanning_configuration", fragment),
    ("aws_ecrpublic_repository", public_repository),
    ("aws_ecrpublic_repository_policy", fragment),
    ("aws_ecr_replication_configuration", replication),
];

const ACTIONS: &[&str] = &[
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
    "ecr:PutImage",
    "ecr:InitiateLayerUpload",
    "ecr:BatchDeleteImage",
    "ecr:SetRepositoryPolicy",
    "ecr:ReplicateImage",
];

/// A login is always asked for: even a policy open to everyone needs a token of some account.
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html>
fn registry(block: &Block, policies: &Policies<'_>) -> Registry {
    Registry { public: policies.public(ACTIONS), anonymous_pull: default(block, false), ..closed(block) }
}

/// A registry without a login of its own that leaves its key to AWS.
fn closed(block: &Block) -> Registry {
    Registry {
        admin_login: default(block, false),
        takes_key: default(block, false),
        customer_key: default(block, false),
        key: Known::unset(Origins::at(block.head)),
        ..Registry::default()
    }
}

/// CloudFormation writes the policy inside, Terraform as a resource of its own.
fn repository(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let fragments = &[("aws_ecr_repository_policy", "repository", "policy")];
    let policies = Policies::of(context, block, "policy", fragments, &["name", "id"]);
    // https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html
    let path = "encryption_configuration.kms_key";
    let facts = Registry {
        takes_key: default(block, true),
        customer_key: customer_key(&block.body, path),
        key: key(context, &block.body, path),
        ..registry(block, &policies)
    };
    out.push(resource(block, &["name"], facts));
}

fn stray_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    if named(context, block, "repository", &["aws_ecr_repository"], &["name"]).is_none() {
        registry_policy(block, context, out);
    }
}

fn registry_policy(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let policies = Policies::in_block(context, block, "policy");
    out.push(resource(block, &["repository"], registry(block, &policies)));
}

/// The public gallery: anyone pulls without a login.
fn public_repository(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let registry = Registry { public: default(block, true), anonymous_pull: default(block, true), ..closed(block) };
    out.push(resource(block, &["repository_name"], registry));
}

fn replication(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let destinations = block.body.each("replication_configuration.rule.destination");
    for (at, destination) in destinations.into_iter().enumerate() {
        let copy = Replication {
            purpose: fixed(block, "data"),
            target_region: destination.text("region"),
            ..Default::default()
        };
        out.push(part(block, format!("destination[{at}]"), destination, &[], copy));
    }
}
