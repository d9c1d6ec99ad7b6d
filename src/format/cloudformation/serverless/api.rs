//! REST and HTTP APIs with their stage and domain.

use std::sync::Arc;

use super::build::{Made, Pen, flag, list, map, properties, reference, tags, text};
use crate::value::{Entry, Node, Origins, Unknown, Value, Why};

/// `AWS::Serverless::Api`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-api.html>
pub(super) fn rest(resource: &Entry, made: &mut Made) {
    let written = properties(resource);
    let (name, at) = (&*resource.key, &resource.value.origins);
    let mut pen = Pen::new(&written);
    pen.rename("DefinitionBody", "Body");
    pen.rename("DefinitionUri", "BodyS3Location");
    let tagged = pen.take("Tags").map(tags);
    if let Some(endpoint) = pen.take("EndpointConfiguration") {
        let kind = endpoint.get("Type").cloned().or_else(|| endpoint.as_str().map(|_| endpoint.clone()));
        let parts = [("VpcEndpointIds", endpoint.get("VPCEndpointIds").cloned())];
        let parts = parts.into_iter().filter_map(|(key, value)| Some((key, value?)));
        let types = kind.map(|kind| ("Types", list(vec![kind], &endpoint.origins)));
        pen.set("EndpointConfiguration", map(types.into_iter().chain(parts), &endpoint.origins));
    }
    if let Some(policy) = written.get("Auth").and_then(|auth| auth.get("ResourcePolicy")) {
        // a policy that is put together of lists is not written out
        let policy = match policy.get("CustomStatements") {
            Some(statements) => map([("Statement", statements.clone())], &policy.origins),
            None => unknown("what the resource policy of the API comes to is not worked out", &policy.origins),
        };
        pen.set("Policy", policy);
    }
    pen.rename("ApiKeySourceType", "ApiKeySourceType");
    for key in
        ["BinaryMediaTypes", "Description", "DisableExecuteApiEndpoint", "MinimumCompressionSize", "Mode", "Name"]
    {
        pen.rename(key, key);
    }
    if let Some(tagged) = &tagged {
        pen.set("Tags", tagged.clone());
    }
    made.add(resource, name.to_owned(), "AWS::ApiGateway::RestApi", pen.only());
    stage(resource, &written, tagged, made);
    if let Some(domain) = written.get("Domain").filter(|domain| domain.get("DomainName").is_some()) {
        let mut pen = Pen::new(domain);
        for key in
            ["BasePath", "NormalizeBasePath", "Route53", "OwnershipVerificationCertificateArn", "AccessAssociation"]
        {
            pen.take(key);
        }
        if let Some(endpoint) = pen.take("EndpointConfiguration") {
            pen.set("EndpointConfiguration", map([("Types", list(vec![endpoint.clone()], at))], &endpoint.origins));
        }
        let body = pen.with_rest();
        made.add(resource, format!("{name}DomainName"), "AWS::ApiGateway::DomainName", body);
    }
}

/// The stage that is made with a REST API.
fn stage(resource: &Entry, written: &Node, tagged: Option<Node>, made: &mut Made) {
    let (name, at) = (&*resource.key, &resource.value.origins);
    let mut pen = Pen::new(written);
    pen.set("RestApiId", reference(name, at));
    for key in [
        "AccessLogSetting",
        "CacheClusterEnabled",
        "CacheClusterSize",
        "CanarySetting",
        "MethodSettings",
        "TracingEnabled",
        "Variables",
    ] {
        pen.rename(key, key);
    }
    let stage = written.get("StageName").cloned().unwrap_or_else(|| text("Prod", at));
    let id = stage.as_str().map_or_else(|| format!("{name}Stage"), |stage| format!("{name}{}Stage", plain(stage)));
    pen.set("StageName", stage);
    if let Some(tagged) = tagged {
        pen.set("Tags", tagged);
    }
    made.add(resource, id, "AWS::ApiGateway::Stage", pen.only());
}

/// `AWS::Serverless::HttpApi`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-httpapi.html>
pub(super) fn http(resource: &Entry, made: &mut Made) {
    let written = properties(resource);
    let (name, at) = (&*resource.key, &resource.value.origins);
    let mut pen = Pen::new(&written);
    pen.rename("DefinitionBody", "Body");
    pen.rename("DefinitionUri", "BodyS3Location");
    for key in ["CorsConfiguration", "Description", "DisableExecuteApiEndpoint", "Name"] {
        pen.rename(key, key);
    }
    pen.set("ProtocolType", text("HTTP", at));
    if let Some(written) = pen.take("Tags") {
        pen.set("Tags", written.clone());
    }
    made.add(resource, name.to_owned(), "AWS::ApiGatewayV2::Api", pen.only());
    let mut pen = Pen::new(&written);
    pen.set("ApiId", reference(name, at));
    for key in ["AccessLogSettings", "DefaultRouteSettings", "RouteSettings", "StageVariables"] {
        pen.rename(key, key);
    }
    pen.set("AutoDeploy", flag(true, at));
    let stage = written.get("StageName").cloned();
    let id = match stage.as_ref().map(Node::as_str) {
        None => format!("{name}ApiGatewayDefaultStage"),
        Some(Some(stage)) => format!("{name}{}Stage", plain(stage)),
        Some(None) => format!("{name}Stage"),
    };
    pen.set("StageName", stage.unwrap_or_else(|| text("$default", at)));
    made.add(resource, id, "AWS::ApiGatewayV2::Stage", pen.only());
    if let Some(domain) = written.get("Domain").filter(|domain| domain.get("DomainName").is_some()) {
        let mut settings = Pen::new(domain);
        for (from, to) in [("CertificateArn", "CertificateArn"), ("SecurityPolicy", "SecurityPolicy")] {
            settings.rename(from, to);
        }
        if let Some(kind) = domain.get("EndpointConfiguration") {
            settings.set("EndpointType", kind.clone());
        }
        let named = domain.get("DomainName").cloned().unwrap_or_else(|| text("", at));
        let body = map(
            [("DomainName", named), ("DomainNameConfigurations", list(vec![settings.only()], &domain.origins))],
            &domain.origins,
        );
        made.add(resource, format!("{name}DomainName"), "AWS::ApiGatewayV2::DomainName", body);
    }
}

/// Whom a route lets in: its own authorizer, else the API's; `of_api` is none where the API is not in the template.
pub(super) fn authorisation(own: Option<&Node>, of_api: Option<Option<&Node>>, at: &Origins) -> Node {
    let own = own.and_then(|auth| auth.get("Authorizer"));
    let usual = of_api.flatten().and_then(|auth| auth.get("DefaultAuthorizer"));
    match (own.or(usual), of_api) {
        (Some(node), _) => match node.as_str() {
            Some("NONE" | "AWS_IAM") | None => node.clone(),
            // one by that name is declared with the API
            Some(_) => text("CUSTOM", &node.origins),
        },
        (None, Some(_)) => text("NONE", at),
        (None, None) => unknown("the API that the route belongs to is not in the template", at),
    }
}

fn unknown(reason: &str, at: &Origins) -> Node {
    let why = Why::Expression(Arc::from(reason));
    let unknown = match at.primary {
        Some(span) => Unknown::at(why, span),
        None => Unknown::new(why),
    };
    Node { value: Value::Unknown(unknown), origins: at.clone() }
}

/// What may stand in a logical id.
fn plain(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}
