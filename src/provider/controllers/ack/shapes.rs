//! The kinds of ACK that are read, and where AWS's API, which they follow, differs from CloudFormation.

use std::sync::Arc;

use super::{Kind, kind};
use crate::provider::spelling::Move::{By, Each, To};
use crate::value::{Entry, Node, Value};

pub(super) const KINDS: &[Kind] = &[
    kind("cloudtrail", "Trail", "AWS::CloudTrail::Trail", &[To("name", "TrailName")]),
    kind(
        "cloudwatchlogs",
        "LogGroup",
        "AWS::Logs::LogGroup",
        &[To("name", "LogGroupName"), To("retentionDays", "RetentionInDays")],
    ),
    kind("documentdb", "DBCluster", "AWS::DocDB::DBCluster", &[]),
    kind("documentdb", "DBInstance", "AWS::DocDB::DBInstance", &[]),
    kind(
        "dynamodb",
        "Table",
        "AWS::DynamoDB::Table",
        &[
            To("sseSpecification.enabled", "SSESpecification.SSEEnabled"),
            To("sseSpecification.kmsMasterKeyID", "SSESpecification.KMSMasterKeyId"),
            To(
                "continuousBackups.pointInTimeRecoveryEnabled",
                "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled",
            ),
            To("timeToLive", "TimeToLiveSpecification"),
            Each("tableReplicas", "Replicas", &[To("regionName", "RegionName")]),
        ],
    ),
    kind("ec2", "FlowLog", "AWS::EC2::FlowLog", &[To("resourceID", "ResourceId")]),
    kind("ec2", "Instance", "AWS::EC2::Instance", &[]),
    kind(
        "ec2",
        "SecurityGroup",
        "AWS::EC2::SecurityGroup",
        &[
            To("name", "GroupName"),
            To("description", "GroupDescription"),
            By(|spec| rules(spec, "ingressRules", "Source"), "SecurityGroupIngress"),
            By(|spec| rules(spec, "egressRules", "Destination"), "SecurityGroupEgress"),
        ],
    ),
    kind("ec2", "Subnet", "AWS::EC2::Subnet", &[]),
    kind("ec2", "VPC", "AWS::EC2::VPC", &[To("cidrBlocks", "CidrBlock")]),
    Kind {
        service: "ecr",
        kind: "Repository",
        native: "AWS::ECR::Repository",
        moves: &[To("name", "RepositoryName"), To("policy", "RepositoryPolicyText")],
        policy: None,
    },
    kind(
        "efs",
        "FileSystem",
        "AWS::EFS::FileSystem",
        &[To("backup.status", "BackupPolicy.Status"), To("policy", "FileSystemPolicy")],
    ),
    kind("eks", "Cluster", "AWS::EKS::Cluster", &[]),
    kind("eks", "Nodegroup", "AWS::EKS::Nodegroup", &[To("name", "NodegroupName")]),
    kind(
        "elasticache",
        "ReplicationGroup",
        "AWS::ElastiCache::ReplicationGroup",
        &[To("description", "ReplicationGroupDescription")],
    ),
    kind("iam", "Group", "AWS::IAM::Group", &[To("name", "GroupName"), To("policies", "ManagedPolicyArns"), INLINE]),
    kind("iam", "Policy", "AWS::IAM::ManagedPolicy", &[To("name", "ManagedPolicyName")]),
    kind("iam", "Role", "AWS::IAM::Role", &[To("name", "RoleName"), To("policies", "ManagedPolicyArns"), INLINE]),
    kind("iam", "User", "AWS::IAM::User", &[To("name", "UserName"), To("policies", "ManagedPolicyArns"), INLINE]),
    kind("kms", "Key", "AWS::KMS::Key", &[To("policy", "KeyPolicy"), By(key_tags, "Tags")]),
    kind("lambda", "Function", "AWS::Lambda::Function", &[To("name", "FunctionName")]),
    kind("opensearchservice", "Domain", "AWS::OpenSearchService::Domain", &[To("name", "DomainName")]),
    kind("rds", "DBCluster", "AWS::RDS::DBCluster", &[]),
    kind(
        "rds",
        "DBInstance",
        "AWS::RDS::DBInstance",
        &[
            To("vpcSecurityGroupIDs", "VPCSecurityGroups"),
            To("performanceInsightsEnabled", "EnablePerformanceInsights"),
        ],
    ),
    kind("rds", "DBSubnetGroup", "AWS::RDS::DBSubnetGroup", &[To("name", "DBSubnetGroupName")]),
    Kind {
        service: "s3",
        kind: "Bucket",
        native: "AWS::S3::Bucket",
        moves: &[
            To("name", "BucketName"),
            To("acl", "AccessControl"),
            Each(
                "encryption",
                "BucketEncryption",
                &[Each(
                    "rules",
                    "ServerSideEncryptionConfiguration",
                    &[To("applyServerSideEncryptionByDefault", "ServerSideEncryptionByDefault")],
                )],
            ),
            Each("lifecycle", "LifecycleConfiguration", &[Each("rules", "Rules", EXPIRY)]),
            To("logging.loggingEnabled.targetBucket", "LoggingConfiguration.DestinationBucketName"),
            To("logging.loggingEnabled.targetPrefix", "LoggingConfiguration.LogFilePrefix"),
            To("objectLockEnabledForBucket", "ObjectLockEnabled"),
            To("publicAccessBlock", "PublicAccessBlockConfiguration"),
            By(bucket_tags, "Tags"),
            To("versioning", "VersioningConfiguration"),
            To("website", "WebsiteConfiguration"),
        ],
        policy: Some(("AWS::S3::BucketPolicy", "Bucket")),
    },
    kind("secretsmanager", "Secret", "AWS::SecretsManager::Secret", &[]),
    Kind {
        service: "sns",
        kind: "Topic",
        native: "AWS::SNS::Topic",
        moves: &[To("name", "TopicName")],
        policy: Some(("AWS::SNS::TopicPolicy", "Topics")),
    },
    Kind {
        service: "sqs",
        kind: "Queue",
        native: "AWS::SQS::Queue",
        moves: &[],
        policy: Some(("AWS::SQS::QueuePolicy", "Queues")),
    },
];

const EXPIRY: &[super::Move] = &[To("expiration.days", "ExpirationInDays"), To("expiration.date", "ExpirationDate")];

/// `inlinePolicies: {read: "{…}"}`.
const INLINE: super::Move = By(inline, "Policies");

fn inline(spec: &Node) -> Option<Node> {
    let written = spec.get("inlinePolicies")?;
    let Value::Map(entries) = &written.value else { return Some(written.clone()) };
    let policy = |policy: &Entry| {
        let name = Node { value: Value::String(policy.key.clone()), origins: policy.value.origins.clone() };
        map(&policy.value, [("PolicyName", name), ("PolicyDocument", policy.value.clone())])
    };
    Some(Node { value: Value::List(entries.iter().map(policy).collect()), origins: written.origins.clone() })
}

/// `tags: [{tagKey: …, tagValue: …}]`, as only KMS has them.
fn key_tags(spec: &Node) -> Option<Node> {
    tags(spec.get("tags")?, "tagKey", "tagValue")
}

fn bucket_tags(spec: &Node) -> Option<Node> {
    tags(spec.get("tagging")?.get("tagSet")?, "key", "value")
}

fn tags(list: &Node, key: &str, value: &str) -> Option<Node> {
    let pair = |item: &Node| Some(map(item, [("Key", item.get(key)?.clone()), ("Value", item.get(value)?.clone())]));
    let pairs = match &list.value {
        Value::List(items) => items.iter().map(|item| pair(item).unwrap_or_else(|| item.clone())).collect(),
        _ => return Some(list.clone()),
    };
    Some(Node { value: Value::List(pairs), origins: list.origins.clone() })
}

fn map<const N: usize>(at: &Node, entries: [(&str, Node); N]) -> Node {
    let entries = entries.map(|(key, value)| Entry { key: Arc::from(key), key_span: value.origins.primary, value });
    Node { value: Value::Map(entries.into()), origins: at.origins.clone() }
}

/// The rules of a group, one for each range and each other group: the API nests what CloudFormation writes flat.
fn rules(spec: &Node, list: &str, end: &str) -> Option<Node> {
    let written = spec.get(list)?;
    let Value::List(items) = &written.value else { return Some(written.clone()) };
    let mut all = Vec::new();
    for item in items {
        let Value::Map(_) = item.value else {
            all.push(item.clone());
            continue;
        };
        let plain = [("ipProtocol", "IpProtocol"), ("fromPort", "FromPort"), ("toPort", "ToPort")];
        let plain: Vec<Entry> = plain.into_iter().filter_map(|(from, to)| named(item, from, to)).collect();
        let group = format!("{end}SecurityGroupId");
        let prefix = format!("{end}PrefixListId");
        let sides = [
            ("ipRanges", "cidrIP", "CidrIp"),
            ("ipv6Ranges", "cidrIPv6", "CidrIpv6"),
            ("userIDGroupPairs", "groupID", group.as_str()),
            ("prefixListIDs", "prefixListID", prefix.as_str()),
        ];
        for (key, inner, to) in sides {
            for side in item.each(key) {
                let mut entries = plain.clone();
                match &side.value {
                    Value::Map(_) => entries.extend(named(side, inner, to)),
                    _ => entries.push(Entry { key: Arc::from(to), key_span: None, value: side.clone() }),
                }
                entries.extend(named(side, "description", "Description"));
                all.push(Node { value: Value::Map(entries), origins: side.origins.clone() });
            }
        }
    }
    Some(Node { value: Value::List(all), origins: written.origins.clone() })
}

fn named(node: &Node, from: &str, to: &str) -> Option<Entry> {
    let entry = node.entry(from)?;
    Some(Entry { key: Arc::from(to), ..entry.clone() })
}
