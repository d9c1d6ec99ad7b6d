//! OpenSearch Service and its older name, OpenSearch Serverless, Kendra, S3 Vectors.

use std::sync::Arc;

use crate::provider::spelling::{
    Move::{self, By, To},
    Native,
};
use crate::value::{Entry, Node, Value};

pub(super) const TABLE: &[Native] = &[
    Native::moved("AWS::OpenSearchService::Domain", "aws_opensearch_domain", DOMAIN),
    Native::moved("AWS::Elasticsearch::Domain", "aws_elasticsearch_domain", DOMAIN),
    Native::same("AWS::OpenSearchServerless::Collection", "aws_opensearchserverless_collection"),
    Native::same("AWS::OpenSearchServerless::SecurityPolicy", "aws_opensearchserverless_security_policy"),
    Native::same("AWS::OpenSearchServerless::AccessPolicy", "aws_opensearchserverless_access_policy"),
    Native::same("AWS::Kendra::Index", "aws_kendra_index"),
    Native::same("AWS::S3Vectors::VectorBucket", "aws_s3vectors_vector_bucket"),
    Native::same("AWS::S3Vectors::Index", "aws_s3vectors_index"),
];

const DOMAIN: &[Move] = &[
    To("EncryptionAtRestOptions", "encrypt_at_rest"),
    To("NodeToNodeEncryptionOptions", "node_to_node_encryption"),
    By(logs, "log_publishing_options"),
];

/// `{AUDIT_LOGS: {Enabled: true}}` as a list with a `log_type` each; off unless it says so:
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-opensearchservice-domain-logpublishingoption.html>.
fn logs(body: &Node) -> Option<Node> {
    let options = body.get("LogPublishingOptions")?;
    let Value::Map(kinds) = &options.value else { return Some(options.clone()) };
    let one = |kind: &Entry| {
        let origins = kind.value.origins.clone();
        let named = Value::String(kind.key.clone());
        let named = Node { value: named, origins: origins.clone() };
        let mut entries = vec![Entry { key: Arc::from("log_type"), key_span: kind.key_span, value: named }];
        let off = || Node { value: Value::Bool(false), origins: origins.clone() };
        let enabled = match &kind.value.value {
            Value::Unknown(_) => kind.value.clone(),
            _ => kind.value.get("Enabled").cloned().unwrap_or_else(off),
        };
        entries.push(Entry { key: Arc::from("enabled"), key_span: kind.key_span, value: enabled });
        if let Some(group) = kind.value.get("CloudWatchLogsLogGroupArn") {
            let key = Arc::from("cloudwatch_log_group_arn");
            entries.push(Entry { key, key_span: kind.key_span, value: group.clone() });
        }
        Node { value: Value::Map(entries), origins }
    };
    Some(Node { value: Value::List(kinds.iter().map(one).collect()), origins: options.origins.clone() })
}
