//! The provider's own configuration: credentials that were written into it.

use super::common::resource;
use super::{Row, plain};
use crate::model::{Config, Resource};
use crate::provider::Context;
use crate::value::{Block, Origins, any};

pub(super) const ROWS: &[Row] = &[("provider.aws", configuration)];

/// What comes from a variable or from the environment is not in the files:
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs#provider-configuration>.
fn configuration(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let said = ["access_key", "secret_key", "token"].map(|name| plain::written(&block.body, name));
    let config = Config { plain_secret: any(said).and_at(&Origins::at(block.head)) };
    out.push(resource(block, &["alias"], config));
}
