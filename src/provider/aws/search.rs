//! Search and vector indexes: OpenSearch Service and its older name, OpenSearch Serverless, Kendra, S3 Vectors.

use std::sync::Arc;

use super::Row;
use super::common::{customer_key, default, key, no_link, resource};
use super::policy::{Policies, json};
use crate::model::{Resource, SearchIndex};
use crate::provider::{Context, data, fragment};
use crate::value::{Block, Known, Node, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_opensearch_domain", domain),
    ("aws_elasticsearch_domain", domain),
    ("aws_opensearch_domain_policy", fragment),
    ("aws_elasticsearch_domain_policy", fragment),
    ("aws_opensearchserverless_collection", collection),
    ("aws_opensearchserverless_security_policy", fragment),
    ("aws_opensearchserverless_access_policy", fragment),
    ("aws_kendra_index", kendra),
    ("aws_s3vectors_vector_bucket", vectors),
    ("aws_s3vectors_index", fragment),
];

const ACTIONS: &[&str] = &["es:ESHttpGet", "es:ESHttpPost", "es:ESHttpPut", "es:ESHttpDelete"];

/// Off unless written: <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/encryption-at-rest.html>.
fn domain(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let fragments = [
        ("aws_opensearch_domain_policy", "domain_name", "access_policies"),
        ("aws_elasticsearch_domain_policy", "domain_name", "access_policies"),
    ];
    let policies = Policies::of(context, block, "access_policies", &fragments, &["domain_name"]);
    // a domain in a VPC has no public endpoint: its policy opens it to the network only
    // https://docs.aws.amazon.com/opensearch-service/latest/developerguide/vpc.html
    let outside = body.exists("vpc_options").not();
    let index = SearchIndex {
        encrypted: body.bool("encrypt_at_rest.enabled").or_default(false),
        customer_key: customer_key(body, "encrypt_at_rest.kms_key_id"),
        key: key(context, body, "encrypt_at_rest.kms_key_id"),
        public: policies.public(ACTIONS).and(outside.clone()),
        internet_endpoint: outside,
        has_audit_log: default(block, true),
        audit_logged: audit_logged(block),
        // plain HTTP is answered, and TLS 1.0, and nodes speak in the clear, unless written otherwise:
        // https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/opensearch_domain
        sets_tls: default(block, true),
        https_only: body.bool("domain_endpoint_options.enforce_https").or_default(false),
        modern_tls: body
            .text("domain_endpoint_options.tls_security_policy")
            .map(|policy| !policy.contains("TLS-1-0"))
            .or_default(false),
        tls_nodes: body.bool("node_to_node_encryption.enabled").or_default(false),
    };
    out.push(resource(block, &["domain_name"], index));
}

/// Slow logs tell of searches that took long, not of who made them:
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/createdomain-configure-slow-logs.html>.
/// What is on and names no group goes nowhere:
/// <https://docs.aws.amazon.com/opensearch-service/latest/APIReference/API_LogPublishingOption.html>.
fn audit_logged(block: &Block) -> Known<bool> {
    let options = block.body.each("log_publishing_options").into_iter().map(|options| {
        let audit = options.text("log_type").map(|kind| matches!(&*kind, "AUDIT_LOGS" | "ES_APPLICATION_LOGS"));
        let path = "cloudwatch_log_group_arn";
        let group = match options.text(path) {
            arn if arn.value().is_some() => arn.map(|arn| arn.starts_with("arn:")),
            _ => options.exists(path),
        };
        all([audit, options.bool("enabled").or_default(true), group])
    });
    any(options).and_at(&Origins::at(block.head))
}

/// Encrypted by policy before it can be made; reached over the network that a network policy says:
/// <https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-network.html>.
fn collection(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let name = block.body.text("name");
    let policies: Vec<&Block> = context
        .blocks
        .of_type("aws_opensearchserverless_security_policy")
        .filter(|policy| policy.unit == block.unit)
        .collect();
    let network =
        policies.iter().filter(|policy| policy.body.text("type").value().is_some_and(|kind| &**kind == "network"));
    let public = any(network.flat_map(|policy| from_public(policy, name.value())).collect::<Vec<_>>());
    let encryption =
        policies.iter().find(|policy| policy.body.text("type").value().is_some_and(|kind| &**kind == "encryption"));
    let document = encryption.map(|policy| json(&policy.body, "policy"));
    let keyed = document.as_ref().and_then(|document| document.value());
    let index = SearchIndex {
        encrypted: default(block, true),
        customer_key: keyed.map_or_else(|| default(block, false), |document| customer_key(document, "KmsARN")),
        key: keyed.map_or_else(|| no_link(block), |document| key(context, document, "KmsARN")),
        public: public.and_at(&name.origins),
        ..data::index(block)
    };
    out.push(resource(block, &["name"], index));
}

/// For each item of a network policy that speaks of the collection, whether it lets the internet in.
fn from_public(policy: &Block, name: Option<&Arc<str>>) -> Vec<Known<bool>> {
    let document = json(&policy.body, "policy");
    match document.value() {
        Some(document) => {
            let items = document.each("").into_iter().filter(|item| speaks_of(item, name));
            items.map(|item| item.bool("AllowFromPublic").or_default(false)).collect()
        }
        None => document
            .why()
            .map(|unknown| Known::unknown(unknown.clone(), document.origins.clone()))
            .into_iter()
            .collect(),
    }
}

/// Whether a rule of the item names the collection: `collection/notes`, or a prefix with `*`. What is not known may.
fn speaks_of(item: &Node, name: Option<&Arc<str>>) -> bool {
    item.each("Rules.Resource").into_iter().any(|resource| match (resource.text("").value(), name) {
        (Some(written), Some(name)) => match written.split_once('/') {
            Some(("collection", pattern)) => match pattern.strip_suffix('*') {
                Some(prefix) => name.starts_with(prefix),
                None => *pattern == **name,
            },
            _ => false,
        },
        _ => true,
    })
}

/// <https://docs.aws.amazon.com/kendra/latest/dg/encryption-at-rest.html>
fn kendra(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = "server_side_encryption_configuration.kms_key_id";
    let index = SearchIndex {
        encrypted: default(block, true),
        customer_key: customer_key(&block.body, path),
        key: key(context, &block.body, path),
        public: default(block, false),
        ..data::index(block)
    };
    out.push(resource(block, &["name"], index));
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/s3-vectors-data-encryption.html>
fn vectors(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let path = "encryption_configuration.kms_key_arn";
    let index = SearchIndex {
        encrypted: default(block, true),
        customer_key: customer_key(&block.body, path),
        key: key(context, &block.body, path),
        public: default(block, false),
        ..data::index(block)
    };
    out.push(resource(block, &["vector_bucket_name"], index));
}
