//! AWS Lambda: functions, their URLs; App Runner services.

use super::common::{customer_key, default, fixed, is, resource, tags};
use super::{Row, plain};
use crate::model::{Endpoint, Function, Resource};
use crate::provider::{Context, entry, fragment, runtimes};
use crate::value::{Block, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_lambda_function", function),
    ("aws_lambda_function_url", url),
    ("aws_lambda_alias", fragment),
    ("aws_lambda_permission", permission),
    ("aws_lambda_event_source_mapping", fragment),
    ("aws_lambda_layer_version", fragment),
    ("aws_lambda_function_event_invoke_config", fragment),
    ("aws_apprunner_service", app_runner),
];

fn function(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: all that it sends passes through the network
    let in_network = body.exists("vpc_config.subnet_ids");
    let runtime = body.text("runtime");
    let function = Function {
        plain_secret: plain::environment(body, "environment.variables"),
        egress_through_network: in_network.clone(),
        in_network,
        has_runtime: runtime.exists(),
        runtime_supported: runtimes::supported(runtime),
        has_environment: body.exists("environment.variables"),
        // by a key of AWS's own unless one is named: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html
        takes_environment_key: default(block, true),
        environment_key: customer_key(body, "kms_key_arn"),
    };
    out.push(resource(block, &["function_name"], function));
}

/// `NONE` lets everyone call it: <https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html>.
fn url(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let endpoint = Endpoint {
        form: fixed(block, "function-url"),
        sets_tls: default(block, false),
        https_only: default(block, true),
        modern_tls: default(block, true),
        decides_access: default(block, true),
        auth_required: block
            .body
            .text("authorization_type")
            .required("authorization_type")
            .map(|kind| &*kind != "NONE"),
        ..entry::endpoint(block)
    };
    let mut made = resource(block, &["function_name"], endpoint);
    // it has no tags of its own
    if let Some(function) = context.blocks.follow(&block.body, "function_name", &["aws_lambda_function"]) {
        made.tags = tags(function);
    }
    out.push(made);
}

/// Who may invoke a function: `*` is everyone, unless a source, an account or an organisation is named.
/// <https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html>
fn permission(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let everyone = body.text("principal").map(|principal| &*principal == "*");
    let named = ["source_arn", "source_account", "principal_org_id"].map(|path| body.exists(path));
    // for a function's URL the permission goes with the URL's own setting
    let by_url = body.text("function_url_auth_type").map(|kind| &*kind == "AWS_IAM").or_default(false);
    let endpoint = Endpoint {
        form: fixed(block, "service"),
        sets_tls: default(block, false),
        https_only: default(block, true),
        modern_tls: default(block, true),
        decides_access: default(block, true),
        auth_required: any([everyone.not(), any(named), by_url]),
        ..entry::endpoint(block)
    };
    out.push(resource(block, &["function_name"], endpoint));
}

/// A public service asks nobody: <https://docs.aws.amazon.com/apprunner/latest/dg/network-pl.html>.
fn app_runner(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let public = body.bool("network_configuration.ingress_configuration.is_publicly_accessible").or_default(true);
    let endpoint = Endpoint {
        form: fixed(block, "service"),
        sets_tls: default(block, false),
        https_only: default(block, true),
        modern_tls: default(block, true),
        // the service leaves it to the program that runs in it
        decides_access: default(block, false),
        auth_required: public.not(),
        ..entry::endpoint(block)
    };
    out.push(resource(block, &["service_name"], endpoint));
    let variables = "source_configuration.image_repository.image_configuration.runtime_environment_variables";
    // https://docs.aws.amazon.com/apprunner/latest/dg/network-vpc.html
    let in_network = is(body, "network_configuration.egress_configuration.egress_type", "VPC");
    let runtime =
        body.text("source_configuration.code_repository.code_configuration.code_configuration_values.runtime");
    let function = Function {
        plain_secret: plain::environment(body, variables),
        egress_through_network: in_network.clone(),
        in_network,
        has_runtime: runtime.exists(),
        // `PYTHON_3`, `NODEJS_22`, `CORRETTO_11`
        runtime_supported: runtimes::supported(
            runtime.map(|name| name.to_ascii_lowercase().replace('_', "").replace("corretto", "java").into()),
        ),
        has_environment: body.exists(variables),
        // one key for the service as a whole encrypts the source alone: https://docs.aws.amazon.com/apprunner/latest/dg/security-data-protection-encryption.html
        takes_environment_key: default(block, false),
        environment_key: default(block, false),
    };
    let mut made = resource(block, &["service_name"], function);
    made.part = Some("service".into());
    out.push(made);
}
