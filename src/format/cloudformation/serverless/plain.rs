//! Resources of the model that differ from CloudFormation's in a few names.

use super::build::{Made, Pen, list, map, properties, tags, text};
use crate::value::{Entry, Node};

/// `AWS::Serverless::SimpleTable`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-simpletable.html>
pub(super) fn table(resource: &Entry, made: &mut Made) {
    let written = properties(resource);
    let at = &written.origins;
    let mut pen = Pen::new(&written);
    let key = pen.take("PrimaryKey");
    let of = |part: &str, usual: &str| key.and_then(|key| key.get(part)).cloned().unwrap_or_else(|| text(usual, at));
    let (name, kind) = (of("Name", "id"), of("Type", "String"));
    // `String`, `Number`, `Binary`
    let kind = match kind.as_str().and_then(|kind| kind.get(..1)) {
        Some(letter) => text(letter, &kind.origins),
        None => kind,
    };
    let attribute = map([("AttributeName", name.clone()), ("AttributeType", kind)], at);
    pen.set("AttributeDefinitions", list(vec![attribute], at));
    let schema = map([("AttributeName", name), ("KeyType", text("HASH", at))], at);
    pen.set("KeySchema", list(vec![schema], at));
    if written.get("ProvisionedThroughput").is_none() {
        pen.set("BillingMode", text("PAY_PER_REQUEST", at));
    }
    if let Some(written) = pen.take("Tags") {
        pen.set("Tags", tags(written));
    }
    let body = pen.with_rest();
    made.add(resource, resource.key.to_string(), "AWS::DynamoDB::Table", body);
}

/// `AWS::Serverless::LayerVersion`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-layerversion.html>
pub(super) fn layer(resource: &Entry, made: &mut Made) {
    let written = properties(resource);
    let mut pen = Pen::new(&written);
    pen.take("RetentionPolicy");
    pen.rename("ContentUri", "Content");
    let body = pen.with_rest();
    made.add(resource, resource.key.to_string(), "AWS::Lambda::LayerVersion", body);
}

/// `AWS::Serverless::Application`:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-resource-application.html>
pub(super) fn application(resource: &Entry, made: &mut Made) {
    let written = properties(resource);
    let mut pen = Pen::new(&written);
    // one of the public repository is a map: its template is nowhere here
    if written.get("Location").and_then(Node::as_str).is_some() {
        pen.rename("Location", "TemplateURL");
    } else {
        pen.take("Location");
    }
    if let Some(written) = pen.take("Tags") {
        pen.set("Tags", tags(written));
    }
    let body = pen.with_rest();
    made.add(resource, resource.key.to_string(), "AWS::CloudFormation::Stack", body);
}
