//! AWS CodeBuild: what a build is given to read.

use super::Row;
use super::common::resource;
use crate::model::{Config, Resource};
use crate::provider::secrets::credential;
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, Node, Origins, Value, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_codebuild_project", project),
    ("aws_codebuild_source_credential", fragment),
    ("aws_codebuild_webhook", fragment),
];

/// Values stand in plain sight unless their type says that they name a parameter or a secret:
/// <https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html>.
fn project(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let said = block.body.each("environment.environment_variable").into_iter().map(|variable| match &variable.value {
        Value::Unknown(unknown) => Known::unknown(unknown.clone(), variable.origins.clone()),
        _ => written(variable),
    });
    let at = Origins::at(block.head);
    let config = Config { plain_secret: any(said).and_at(&at), ..data::config(&at) };
    out.push(resource(block, &["name"], config));
}

fn written(variable: &Node) -> Known<bool> {
    let plain = variable.text("type").map(|kind| &*kind == "PLAINTEXT").or_default(true);
    let name = variable.text("name");
    match (name.value(), variable.get("value")) {
        (Some(name), Some(value)) => plain.and(credential(name, value)),
        (None, Some(_)) => name.map(|_| false).or_default(false),
        (_, None) => Known::default_of(false, variable.origins.clone()),
    }
}
