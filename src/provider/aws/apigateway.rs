//! Amazon API Gateway: methods and routes (who may call), domains (which TLS). REST, HTTP and WebSocket APIs; AppSync.
//! What stages log is read by `stages.rs`.

use super::Row;
use super::common::{default, fixed, resource};
use crate::model::{Endpoint, Resource};
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Known, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_api_gateway_method", method),
    ("aws_apigatewayv2_route", route),
    ("aws_api_gateway_domain_name", domain),
    ("aws_apigatewayv2_domain_name", domain),
    ("aws_appsync_graphql_api", graphql),
    ("aws_api_gateway_rest_api", fragment),
    ("aws_api_gateway_rest_api_policy", fragment),
    ("aws_api_gateway_resource", fragment),
    ("aws_api_gateway_authorizer", fragment),
    ("aws_api_gateway_deployment", fragment),
    ("aws_api_gateway_integration", fragment),
    ("aws_api_gateway_integration_response", fragment),
    ("aws_api_gateway_method_response", fragment),
    ("aws_apigatewayv2_api", fragment),
    ("aws_apigatewayv2_authorizer", fragment),
    ("aws_apigatewayv2_integration", fragment),
];

/// What decides who may call, and leaves TLS to AWS.
fn caller(block: &Block, form: &str, decides: Known<bool>, auth_required: Known<bool>) -> Endpoint {
    Endpoint {
        form: fixed(block, form),
        sets_tls: default(block, false),
        https_only: default(block, true),
        modern_tls: default(block, true),
        decides_access: decides,
        auth_required,
        ..entry::endpoint(block)
    }
}

/// An API key meters, it does not authenticate, but it does keep strangers out:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html>. `OPTIONS` is the
/// browser's question before a call, which by its standard carries no credentials.
fn method(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let authorised = body.text("authorization").map(|kind| &*kind != "NONE").or_default(false);
    let keyed = body.bool("api_key_required").or_default(false);
    let preflight = body.text("http_method").map(|verb| &*verb == "OPTIONS").or_default(false);
    let api = context.blocks.follow(body, "rest_api_id", &["aws_api_gateway_rest_api"]).or_else(|| {
        let resource = context.blocks.follow(body, "resource_id", &["aws_api_gateway_resource"])?;
        context.blocks.follow(&resource.body, "rest_api_id", &["aws_api_gateway_rest_api"])
    });
    let private = api.map_or_else(|| default(block, false), private);
    let required = any([authorised, keyed, private]);
    out.push(resource(block, &[], caller(block, "api-route", preflight.not(), required)));
}

/// Whether an API is reached through endpoints of a VPC only.
fn private(api: &Block) -> Known<bool> {
    let types = api.body.each("endpoint_configuration.types");
    all(types.iter().map(|kind| kind.text("").map(|kind| &*kind == "PRIVATE")).chain([default(api, !types.is_empty())]))
}

/// Of a WebSocket API only `$connect` is authorised:
/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-control-access.html>.
fn route(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let authorised = body.text("authorization_type").map(|kind| &*kind != "NONE").or_default(false);
    let keyed = body.bool("api_key_required").or_default(false);
    let key = body.text("route_key");
    let api = context.blocks.follow(body, "api_id", &["aws_apigatewayv2_api"]);
    let socket =
        api.map_or_else(|| default(block, false), |api| super::common::is(&api.body, "protocol_type", "WEBSOCKET"));
    let connect = key.clone().map(|key| &*key == "$connect").or_default(false);
    let preflight = key.map(|key| key.starts_with("OPTIONS ")).or_default(false);
    let decides = all([any([socket.not(), connect]), preflight.not()]);
    out.push(resource(block, &["route_key"], caller(block, "api-route", decides, any([authorised, keyed]))));
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-custom-domain-tls-version.html>
fn domain(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let policy = body.text("security_policy").or(body.text("domain_name_configuration.security_policy"));
    let endpoint = Endpoint {
        form: fixed(block, "domain"),
        sets_tls: default(block, true),
        // there is no listener for plain HTTP
        https_only: default(block, true),
        modern_tls: policy.map(|policy| &*policy != "TLS_1_0").or_default(false),
        decides_access: default(block, false),
        auth_required: default(block, false),
        ..entry::endpoint(block)
    };
    out.push(resource(block, &["domain_name"], endpoint));
}

/// Every mode of AppSync authenticates, an API key included: <https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html>.
fn graphql(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let required = default(block, true);
    out.push(resource(block, &["name"], caller(block, "service", default(block, true), required)));
}
