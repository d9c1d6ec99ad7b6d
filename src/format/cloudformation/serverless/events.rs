//! What calls a function: routes of an API, and services with the permission to.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::api::{self, authorisation};
use super::build::{Made, Pen, attribute, flag, map, properties, reference, text};
use super::policies::Granted;
use crate::value::{Entry, Node, Origins, Value};

/// The APIs of a template, and those that routes need and nobody wrote.
pub(super) struct Apis {
    /// Those that are written: their properties, by logical id.
    written: BTreeMap<Arc<str>, Node>,
    /// The implicit ones: what makes each necessary, with what `Globals` says of it.
    implicit: Vec<(&'static str, Entry)>,
}

/// The logical ids of the implicit ones.
const IMPLICIT: [(&str, &str, &str, &str); 2] =
    [("Api", "RestApiId", "Api", "ServerlessRestApi"), ("HttpApi", "ApiId", "HttpApi", "ServerlessHttpApi")];

/// Services that push, with what each lets call the function.
const CALLERS: &[(&str, &str)] = &[
    ("AlexaSkill", "alexa-appkit.amazon.com"),
    ("CloudWatchEvent", "events.amazonaws.com"),
    ("CloudWatchLogs", "logs.amazonaws.com"),
    ("Cognito", "cognito-idp.amazonaws.com"),
    ("EventBridgeRule", "events.amazonaws.com"),
    ("IoTRule", "iot.amazonaws.com"),
    ("S3", "s3.amazonaws.com"),
    ("SNS", "sns.amazonaws.com"),
    ("Schedule", "events.amazonaws.com"),
];

/// Sources that are polled, with the policy that the role needs for it.
const SOURCES: &[(&str, &str)] = &[
    ("DocumentDB", ""),
    ("DynamoDB", "service-role/AWSLambdaDynamoDBExecutionRole"),
    ("Kinesis", "service-role/AWSLambdaKinesisExecutionRole"),
    ("MQ", ""),
    ("MSK", "service-role/AWSLambdaMSKExecutionRole"),
    ("SQS", "service-role/AWSLambdaSQSQueueExecutionRole"),
];

impl Apis {
    /// Of all resources of the model.
    pub fn of(resources: &[(&str, Entry)], globals: Option<&Node>) -> Self {
        let mut written = BTreeMap::new();
        let mut implicit: Vec<(&'static str, Entry)> = Vec::new();
        for (kind, resource) in resources {
            if matches!(*kind, "Api" | "HttpApi") {
                written.insert(resource.key.clone(), properties(resource));
            }
        }
        let functions = resources.iter().filter(|(kind, _)| *kind == "Function");
        for event in functions.flat_map(|(_, function)| events(properties(function).get("Events"))) {
            let kind = event.value.get("Type").and_then(Node::as_str);
            for (route, by, global, name) in IMPLICIT {
                let named = event.value.get("Properties").is_some_and(|properties| properties.get(by).is_some());
                if kind != Some(route) || named || written.contains_key(name) {
                    continue;
                }
                let said = globals.and_then(|globals| globals.get(global)).cloned();
                let at = &event.value.origins;
                let said = said.unwrap_or_else(|| map([], at));
                let api = Node {
                    value: Value::Map(vec![super::build::pair("Properties", said.clone())]),
                    origins: at.clone(),
                };
                written.insert(Arc::from(name), said);
                implicit.push((route, Entry { key: Arc::from(name), key_span: event.key_span, value: api }));
            }
        }
        Self { written, implicit }
    }

    /// Adds the implicit ones.
    pub fn implicit(self, made: &mut Made) {
        for (kind, api) in self.implicit {
            match kind {
                "Api" => api::rest(&api, made),
                _ => api::http(&api, made),
            }
        }
    }
}

fn events(node: Option<&Node>) -> Vec<Entry> {
    node.map_or_else(Vec::new, |node| node.entries().to_vec())
}

/// What the role of a function needs to poll its sources.
pub(super) fn sources(events: Option<&Node>, granted: &mut Granted) {
    for event in events.map_or(&[][..], Node::entries) {
        let kind = event.value.get("Type").and_then(Node::as_str);
        if let Some((_, policy)) = SOURCES.iter().find(|(source, policy)| kind == Some(source) && !policy.is_empty()) {
            granted.managed(policy, &event.value.origins);
        }
    }
}

/// What calls the function of `resource`, and may.
pub(super) fn callers(resource: &Entry, events: Option<&Node>, apis: &Apis, made: &mut Made) {
    for event in events.map_or(&[][..], Node::entries) {
        let Some(kind) = event.value.get("Type").and_then(Node::as_str) else { continue };
        let said = properties(event);
        let id = format!("{}{}", resource.key, event.key);
        let at = &event.value.origins;
        // under the function's condition, at the event's place
        let from = Entry {
            key_span: event.key_span,
            value: Node { origins: at.clone(), ..resource.value.clone() },
            ..resource.clone()
        };
        match kind {
            "Api" | "HttpApi" => {
                route(&from, &id, kind, &said, apis, made);
                permit(&from, &id, "apigateway.amazonaws.com", api_arn(&said, at), made);
            }
            _ if SOURCES.iter().any(|(source, _)| *source == kind) => {
                let mut pen = Pen::new(&said);
                for (from, to) in
                    [("Queue", "EventSourceArn"), ("Stream", "EventSourceArn"), ("Broker", "EventSourceArn")]
                {
                    pen.rename(from, to);
                }
                pen.set("FunctionName", reference(&resource.key, at));
                made.add(&from, id, "AWS::Lambda::EventSourceMapping", pen.with_rest());
            }
            _ => {
                if let Some((_, service)) = CALLERS.iter().find(|(caller, _)| *caller == kind) {
                    let source = match said.get("Topic") {
                        Some(topic) => topic.clone(),
                        None => attribute(&id, "Arn", at),
                    };
                    permit(&from, &id, service, source, made);
                }
            }
        }
    }
}

/// Any stage, method and path of an API.
fn api_arn(said: &Node, at: &Origins) -> Node {
    let named = said.get("RestApiId").or_else(|| said.get("ApiId")).cloned();
    let api = named.unwrap_or_else(|| text("api", at));
    let pattern = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*";
    map([("Fn::Sub", super::build::list(vec![text(pattern, at), map([("Api", api)], at)], at))], at)
}

fn permit(from: &Entry, id: &str, service: &str, source: Node, made: &mut Made) {
    let at = &from.value.origins;
    let mut permission = vec![
        ("Action", text("lambda:InvokeFunction", at)),
        ("FunctionName", reference(&from.key, at)),
        ("Principal", text(service, at)),
        ("SourceArn", source),
    ];
    if service.starts_with("s3.") {
        permission.push(("SourceAccount", reference("AWS::AccountId", at)));
    }
    made.add(from, format!("{id}Permission"), "AWS::Lambda::Permission", map(permission, at));
}

/// A method of a REST API or a route of an HTTP API, and whom it lets in. Where the API has a definition of its own,
/// that says it.
fn route(from: &Entry, id: &str, kind: &str, said: &Node, apis: &Apis, made: &mut Made) {
    let at = &from.value.origins;
    let rest = kind == "Api";
    let (named, usual) = if rest { ("RestApiId", "ServerlessRestApi") } else { ("ApiId", "ServerlessHttpApi") };
    let api = match said.get(named) {
        Some(node) => node.clone(),
        None => reference(usual, at),
    };
    let written =
        api.get("Ref").and_then(Node::as_str).or_else(|| api.as_str()).and_then(|name| apis.written.get(name));
    if written.is_some_and(|api| api.get("DefinitionBody").is_some() || api.get("DefinitionUri").is_some()) {
        return;
    }
    let (own, of_api) = (said.get("Auth"), written.map(|api| api.get("Auth")));
    let kind = authorisation(own, of_api, at);
    let verb = said.get("Method").cloned().unwrap_or_else(|| text("ANY", at));
    let verb = match verb.as_str() {
        Some(written) => text(&written.to_ascii_uppercase(), &verb.origins),
        None => verb,
    };
    let mut properties = if rest {
        vec![("RestApiId", api), ("HttpMethod", verb), ("AuthorizationType", kind)]
    } else {
        let key = match (verb.as_str(), said.get("Path").and_then(Node::as_str)) {
            (Some(verb), Some(path)) => text(&format!("{verb} {path}"), at),
            _ => text("$default", at),
        };
        vec![("ApiId", api), ("RouteKey", key), ("AuthorizationType", kind)]
    };
    let keyed = own.and_then(|auth| auth.get("ApiKeyRequired"));
    if let Some(keyed) = keyed.or_else(|| of_api.flatten().and_then(|auth| auth.get("ApiKeyRequired"))) {
        properties.push(("ApiKeyRequired", keyed.clone()));
    } else {
        properties.push(("ApiKeyRequired", flag(false, at)));
    }
    let kind = if rest { "AWS::ApiGateway::Method" } else { "AWS::ApiGatewayV2::Route" };
    made.add(from, id.to_owned(), kind, map(properties, at));
}
