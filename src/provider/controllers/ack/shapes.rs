//! The kinds of ACK that are read, and where AWS's API, which they follow, differs from CloudFormation.

use std::sync::Arc;

use super::{Kind, kind};
use crate::provider::spelling::Move::{By, Each, To};
use crate::value::{Entry, Node, Unknown, Value, Why};

pub(super) const KINDS: &[Kind] = &[
    kind(
        "cloudtrail",
        "Trail",
        "AWS::CloudTrail::Trail",
        &[To("name", "TrailName"), To("tagsList", "Tags"), By(started, "IsLogging")],
    ),
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
        moves: &[
            To("name", "RepositoryName"),
            To("policy", "RepositoryPolicyText"),
            To("lifecyclePolicy", "LifecyclePolicy.LifecyclePolicyText"),
        ],
        policy: None,
    },
    kind("efs", "FileSystem", "AWS::EFS::FileSystem", &[By(backup, "BackupPolicy"), To("policy", "FileSystemPolicy")]),
    kind("eks", "Cluster", "AWS::EKS::Cluster", &[]),
    kind("eks", "Nodegroup", "AWS::EKS::Nodegroup", &[To("name", "NodegroupName"), To("subnetIDs", "Subnets")]),
    kind(
        "elasticache",
        "ReplicationGroup",
        "AWS::ElastiCache::ReplicationGroup",
        &[To("description", "ReplicationGroupDescription")],
    ),
    kind("elbv2", "Listener", "AWS::ElasticLoadBalancingV2::Listener", &[]),
    kind(
        "elbv2",
        "LoadBalancer",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        &[
            To("attributes", "LoadBalancerAttributes"),
            To("securityGroupIDs", "SecurityGroups"),
            To("subnetIDs", "Subnets"),
        ],
    ),
    kind("iam", "Group", "AWS::IAM::Group", &[To("name", "GroupName"), To("policies", "ManagedPolicyArns"), INLINE]),
    kind("iam", "Policy", "AWS::IAM::ManagedPolicy", &[To("name", "ManagedPolicyName")]),
    kind("iam", "Role", "AWS::IAM::Role", &[To("name", "RoleName"), To("policies", "ManagedPolicyArns"), INLINE]),
    kind("iam", "User", "AWS::IAM::User", &[To("name", "UserName"), To("policies", "ManagedPolicyArns"), INLINE]),
    kind("kafka", "Cluster", "AWS::MSK::Cluster", &[To("name", "ClusterName")]),
    kind("kms", "Key", "AWS::KMS::Key", &[To("policy", "KeyPolicy"), By(key_tags, "Tags")]),
    kind("lambda", "Function", "AWS::Lambda::Function", &[To("name", "FunctionName")]),
    kind("lambda", "FunctionURLConfig", "AWS::Lambda::Url", &[To("functionName", "TargetFunctionArn")]),
    kind("memorydb", "Cluster", "AWS::MemoryDB::Cluster", &[To("name", "ClusterName")]),
    kind("opensearchservice", "Domain", "AWS::OpenSearchService::Domain", &[To("name", "DomainName")]),
    kind("rds", "DBCluster", "AWS::RDS::DBCluster", &[]),
    kind("rds", "DBClusterParameterGroup", "AWS::RDS::DBClusterParameterGroup", PARAMETERS),
    kind(
        "rds",
        "DBInstance",
        "AWS::RDS::DBInstance",
        &[
            To("vpcSecurityGroupIDs", "VPCSecurityGroups"),
            To("performanceInsightsEnabled", "EnablePerformanceInsights"),
        ],
    ),
    kind("rds", "DBParameterGroup", "AWS::RDS::DBParameterGroup", PARAMETERS),
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
            To("replication", "ReplicationConfiguration"),
            By(grants, "Grant"),
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

const PARAMETERS: &[super::Move] = &[To("name", "DBParameterGroupName"), To("parameterOverrides", "Parameters")];

/// The controller makes a trail, and does not start it:
/// <https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html>.
fn started(spec: &Node) -> Option<Node> {
    let why = Why::Expression("ACK makes a trail without starting it".into());
    Some(Node { value: Value::Unknown(Unknown::new(why)), origins: spec.origins.clone() })
}

/// `backup: true`, where no policy is written out.
fn backup(spec: &Node) -> Option<Node> {
    let written = spec.get("backup").filter(|_| spec.get("backupPolicy").is_none())?;
    let status = match written.value {
        Value::Bool(true) => Value::String(Arc::from("ENABLED")),
        Value::Bool(false) => Value::String(Arc::from("DISABLED")),
        ref other => other.clone(),
    };
    Some(map(written, [("Status", Node { value: status, origins: written.origins.clone() })]))
}

/// The access list of a bucket, as the headers of S3 have it: `grantRead: uri="http://acs.amazonaws.com/…", id="…"`.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html>
fn grants(spec: &Node) -> Option<Node> {
    const PERMISSIONS: [(&str, &str); 5] = [
        ("grantFullControl", "FULL_CONTROL"),
        ("grantRead", "READ"),
        ("grantReadACP", "READ_ACP"),
        ("grantWrite", "WRITE"),
        ("grantWriteACP", "WRITE_ACP"),
    ];
    let text = |at: &Node, text: &str| Node { value: Value::String(Arc::from(text)), origins: at.origins.clone() };
    let mut all = Vec::new();
    for (key, permission) in PERMISSIONS {
        let Some(written) = spec.get(key) else { continue };
        let grantees: Vec<Node> = match written.as_str() {
            Some(said) => said.split(',').map(|one| text(written, one.trim().trim_matches('"'))).collect(),
            None => vec![written.clone()],
        };
        let one = |uri: Node| map(written, [("Uri", uri), ("Permissions", text(written, permission))]);
        all.extend(grantees.into_iter().map(one));
    }
    (!all.is_empty()).then(|| Node { value: Value::List(all), origins: spec.origins.clone() })
}

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
