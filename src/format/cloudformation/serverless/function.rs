//! Functions and state machines, and the roles that are made for them where none is named.

use super::build::{Made, Pen, attribute, list, map, pair, properties, reference, tags, text};
use super::events::{self, Apis};
use super::policies::{self, Granted};
use crate::value::{Entry, Node, Origins, Value};

/// What belongs to the role or to something else that is made.
const ELSEWHERE: &[&str] = &[
    "AutoPublishAlias",
    "AutoPublishAliasAllProperties",
    "AutoPublishCodeSha256",
    "DeploymentPreference",
    "EventInvokeConfig",
    "ProvisionedConcurrencyConfig",
    "PropagateTags",
    "VersionDescription",
];

/// `AWS::Serverless::Function`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-function.html>
pub(super) fn function(resource: &Entry, apis: &Apis, made: &mut Made) {
    let written = properties(resource);
    let (name, at) = (&*resource.key, &written.origins);
    let mut pen = Pen::new(&written);
    for key in ELSEWHERE {
        pen.take(key);
    }
    if let Some(code) = code(&mut pen) {
        pen.set("Code", code);
    }
    if let Some(mode) = pen.take("Tracing") {
        pen.set("TracingConfig", map([("Mode", mode.clone())], &mode.origins));
    }
    if let Some(queue) = pen.take("DeadLetterQueue") {
        let target = queue.get("TargetArn").cloned().unwrap_or_else(|| queue.clone());
        pen.set("DeadLetterConfig", map([("TargetArn", target)], &queue.origins));
    }
    if let Some(written) = pen.take("Tags") {
        pen.set("Tags", tags(written));
    }
    let sources = pen.take("Events");
    let role = Role::take(&mut pen);
    if written.get("Role").is_none_or(Node::is_null) {
        let mut granted = Granted::default();
        granted.managed("service-role/AWSLambdaBasicExecutionRole", at);
        if let Some(network) = written.get("VpcConfig").filter(|node| !node.is_null()) {
            granted.managed("service-role/AWSLambdaVPCAccessExecutionRole", &network.origins);
        }
        if let Some(tracing) = written.get("Tracing") {
            granted.managed("AWSXRayDaemonWriteAccess", &tracing.origins);
        }
        events::sources(sources, &mut granted);
        role.make(resource, "lambda.amazonaws.com", granted, made);
        pen.set("Role", attribute(&format!("{name}Role"), "Arn", at));
    }
    let url = pen.take("FunctionUrlConfig").cloned();
    let body = pen.with_rest();
    made.add(resource, name.to_owned(), "AWS::Lambda::Function", body);
    if let Some(url) = url {
        function_url(resource, &url, made);
    }
    events::callers(resource, sources, apis, made);
}

/// Where the code lies: on the disk, in a bucket, an image, or here.
fn code(pen: &mut Pen<'_>) -> Option<Node> {
    let (here, place, image) = (pen.take("InlineCode"), pen.take("CodeUri"), pen.take("ImageUri"));
    if let Some(here) = here {
        return Some(map([("ZipFile", here.clone())], &here.origins));
    }
    if let Some(image) = image {
        return Some(map([("ImageUri", image.clone())], &image.origins));
    }
    let place = place?;
    let parts = [("Bucket", "S3Bucket"), ("Key", "S3Key"), ("Version", "S3ObjectVersion")];
    let parts = parts.into_iter().filter_map(|(from, to)| Some((to, place.get(from)?.clone())));
    Some(map(parts, &place.origins))
}

/// Its permission follows what it asks of callers.
fn function_url(resource: &Entry, url: &Node, made: &mut Made) {
    let (name, at) = (&resource.key, &url.origins);
    let mut pen = Pen::new(url);
    pen.set("TargetFunctionArn", reference(name, at));
    let kind = url.get("AuthType").cloned().unwrap_or_else(|| text("AWS_IAM", at));
    pen.set("AuthType", kind.clone());
    made.add(resource, format!("{name}Url"), "AWS::Lambda::Url", pen.with_rest());
    if kind.as_str() == Some("NONE") {
        let permission = map(
            [
                ("Action", text("lambda:InvokeFunctionUrl", at)),
                ("FunctionName", reference(name, at)),
                ("Principal", text("*", at)),
                ("FunctionUrlAuthType", kind),
            ],
            at,
        );
        made.add(resource, format!("{name}UrlPublicPermissions"), "AWS::Lambda::Permission", permission);
    }
}

/// `AWS::Serverless::StateMachine`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-statemachine.html>
pub(super) fn state_machine(resource: &Entry, made: &mut Made) {
    let written = properties(resource);
    let (name, at) = (&*resource.key, &written.origins);
    let mut pen = Pen::new(&written);
    for key in ["Events", "AutoPublishAlias", "DeploymentPreference", "PropagateTags", "UseAliasAsEventTarget"] {
        pen.take(key);
    }
    pen.rename("DefinitionUri", "DefinitionS3Location");
    pen.rename("Logging", "LoggingConfiguration");
    pen.rename("Tracing", "TracingConfiguration");
    pen.rename("Type", "StateMachineType");
    pen.rename("Name", "StateMachineName");
    pen.rename("Role", "RoleArn");
    if let Some(written) = pen.take("Tags") {
        pen.set("Tags", tags(written));
    }
    let role = Role::take(&mut pen);
    if written.get("Role").is_none_or(Node::is_null) {
        role.make(resource, "states.amazonaws.com", Granted::default(), made);
        pen.set("RoleArn", attribute(&format!("{name}Role"), "Arn", at));
    }
    let body = pen.with_rest();
    made.add(resource, name.to_owned(), "AWS::StepFunctions::StateMachine", body);
}

/// What is said of a role that is made.
struct Role<'n> {
    policies: Option<&'n Node>,
    trust: Option<&'n Node>,
    boundary: Option<&'n Node>,
    path: Option<&'n Node>,
}

impl<'n> Role<'n> {
    fn take(pen: &mut Pen<'n>) -> Self {
        Self {
            policies: pen.take("Policies"),
            trust: pen.take("AssumeRolePolicyDocument"),
            boundary: pen.take("PermissionsBoundary"),
            path: pen.take("RolePath"),
        }
    }

    fn make(self, resource: &Entry, service: &str, mut granted: Granted, made: &mut Made) {
        let (name, at) = (format!("{}Role", resource.key), &resource.value.origins);
        policies::grant(self.policies, &name, &mut granted);
        let mut entries =
            vec![pair("AssumeRolePolicyDocument", self.trust.cloned().unwrap_or_else(|| trust(service, at)))];
        entries.extend(self.boundary.map(|node| pair("PermissionsBoundary", node.clone())));
        entries.extend(self.path.map(|node| pair("Path", node.clone())));
        if !granted.managed.is_empty() {
            entries.push(pair("ManagedPolicyArns", list(granted.managed, at)));
        }
        if !granted.inline.is_empty() {
            entries.push(pair("Policies", list(granted.inline, at)));
        }
        made.add(resource, name, "AWS::IAM::Role", Node { value: Value::Map(entries), origins: at.clone() });
    }
}

/// Lets one service take the role on.
fn trust(service: &str, at: &Origins) -> Node {
    let statement = map(
        [
            ("Effect", text("Allow", at)),
            ("Principal", map([("Service", list(vec![text(service, at)], at))], at)),
            ("Action", list(vec![text("sts:AssumeRole", at)], at)),
        ],
        at,
    );
    map([("Version", text("2012-10-17", at)), ("Statement", list(vec![statement], at))], at)
}
