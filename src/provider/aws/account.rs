//! Credentials in code: in the provider's own configuration, and in what is to be kept secret.

use super::common::resource;
use super::{Row, plain};
use crate::model::{Config, Resource};
use crate::provider::{Context, fragment, written};
use crate::value::{Block, Origins, any};

pub(super) const ROWS: &[Row] = &[
    ("provider.aws", configuration),
    ("aws_secretsmanager_secret_version", fragment),
    ("aws_directory_service_directory", fragment),
    ("aws_ssm_parameter", parameter),
    ("aws_ssm_document", fragment),
    ("aws_accessanalyzer_analyzer", fragment),
    ("aws_route53_zone", fragment),
    ("aws_db_event_subscription", fragment),
];

/// A parameter that is meant to be secret.
fn parameter(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    if block.body.text("type").value().is_some_and(|kind| &**kind == "SecureString") {
        written::push_at(block, "value", out);
    }
}

/// What comes from a variable or from the environment is not in the files:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs#provider-configuration>.
fn configuration(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let said = ["access_key", "secret_key", "token"].map(|name| plain::written(&block.body, name));
    let config = Config {
        plain_secret: any(said).and_at(&Origins::at(block.head)),
        ..crate::provider::data::config(&Origins::at(block.head))
    };
    out.push(resource(block, &["alias"], config));
}
