//! How CloudFormation spells what the readers of this cloud read: one file a service family, beside its reader's name.

mod account;
mod ai;
mod apigateway;
mod backup;
mod cache;
mod cloudfront;
mod codebuild;
mod detect;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod eks;
mod elb;
mod files;
mod iam;
mod kms;
mod lambda;
mod logs;
mod messaging;
mod networks;
mod peerings;
mod pipelines;
mod rds;
mod redshift;
mod s3;
mod search;
mod secretsmanager;
mod vpc;
mod waf;

use crate::provider::spelling::{Native, Spelling, snake};
use crate::value::{Node, State, Value};

/// CloudFormation's spelling: <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html>.
pub(in crate::provider) const SPELLING: Spelling =
    Spelling { free: FREE, paired: &["Tags"], lifted: "", case: snake, tables: TABLES };

/// Maps of CloudFormation whose keys are a person's own, or IAM's.
const FREE: &[&str] = &[
    "AccessPolicies",
    "AssumeRolePolicyDocument",
    "ConfigurationValues",
    "ConnectionProperties",
    "Content",
    "Definition",
    "EnvironmentVariables",
    "FileSystemPolicy",
    "InlinePolicy",
    "KeyPolicy",
    "Labels",
    "LogConfiguration",
    "Options",
    "Parameters",
    "Policy",
    "PolicyDocument",
    "PolicyInJson",
    "PolicyText",
    "RepositoryPolicyText",
    "ResourcePolicy",
    "Variables",
];

/// Every family's types in CloudFormation's spelling.
const TABLES: &[&[Native]] = &[
    account::TABLE,
    ai::TABLE,
    apigateway::TABLE,
    backup::TABLE,
    cache::TABLE,
    cloudfront::TABLE,
    codebuild::TABLE,
    detect::TABLE,
    dynamodb::TABLE,
    ec2::TABLE,
    ecr::TABLE,
    ecs::TABLE,
    eks::TABLE,
    elb::TABLE,
    files::TABLE,
    iam::TABLE,
    kms::TABLE,
    lambda::TABLE,
    logs::TABLE,
    messaging::TABLE,
    networks::TABLE,
    peerings::TABLE,
    pipelines::TABLE,
    rds::TABLE,
    redshift::TABLE,
    s3::TABLE,
    search::TABLE,
    secretsmanager::TABLE,
    vpc::TABLE,
    waf::TABLE,
];

/// Types of CloudFormation that the API answers within another: who lists the second has seen all of the first.
pub(in crate::provider) const ANSWERED_WITHIN: &[(&str, &str)] = &[
    ("AWS::ApiGateway::Method", "AWS::ApiGateway::Resource"),
    ("AWS::Backup::LogicallyAirGappedBackupVault", "AWS::Backup::BackupVault"),
    ("AWS::DocDB::DBCluster", "AWS::RDS::DBCluster"),
    ("AWS::DocDB::DBClusterParameterGroup", "AWS::RDS::DBClusterParameterGroup"),
    ("AWS::DocDB::DBInstance", "AWS::RDS::DBInstance"),
    ("AWS::DocDB::DBSubnetGroup", "AWS::RDS::DBSubnetGroup"),
    ("AWS::DocDB::GlobalCluster", "AWS::RDS::GlobalCluster"),
    ("AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"),
    ("AWS::EC2::EIPAssociation", "AWS::EC2::EIP"),
    ("AWS::EC2::NetworkAclEntry", "AWS::EC2::NetworkAcl"),
    ("AWS::EC2::NetworkInterfaceAttachment", "AWS::EC2::NetworkInterface"),
    ("AWS::EC2::Route", "AWS::EC2::RouteTable"),
    ("AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroup"),
    ("AWS::EC2::SecurityGroupIngress", "AWS::EC2::SecurityGroup"),
    ("AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::RouteTable"),
    ("AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment"),
    ("AWS::EC2::VolumeAttachment", "AWS::EC2::Volume"),
    ("AWS::IAM::GroupPolicy", "AWS::IAM::Group"),
    ("AWS::IAM::Policy", "AWS::IAM::Role"),
    ("AWS::IAM::RolePolicy", "AWS::IAM::Role"),
    ("AWS::IAM::ServiceLinkedRole", "AWS::IAM::Role"),
    ("AWS::IAM::UserPolicy", "AWS::IAM::User"),
    ("AWS::IAM::UserToGroupAddition", "AWS::IAM::User"),
    ("AWS::KMS::ReplicaKey", "AWS::KMS::Key"),
    ("AWS::Kinesis::ResourcePolicy", "AWS::Kinesis::Stream"),
    ("AWS::Lambda::Permission", "AWS::Lambda::Function"),
    ("AWS::MSK::ClusterPolicy", "AWS::MSK::Cluster"),
    ("AWS::Neptune::DBCluster", "AWS::RDS::DBCluster"),
    ("AWS::Neptune::DBClusterParameterGroup", "AWS::RDS::DBClusterParameterGroup"),
    ("AWS::Neptune::DBInstance", "AWS::RDS::DBInstance"),
    ("AWS::Neptune::DBParameterGroup", "AWS::RDS::DBParameterGroup"),
    ("AWS::Neptune::DBSubnetGroup", "AWS::RDS::DBSubnetGroup"),
    ("AWS::Neptune::GlobalCluster", "AWS::RDS::GlobalCluster"),
    ("AWS::SNS::TopicInlinePolicy", "AWS::SNS::Topic"),
    ("AWS::SNS::TopicPolicy", "AWS::SNS::Topic"),
    ("AWS::SQS::QueueInlinePolicy", "AWS::SQS::Queue"),
    ("AWS::SQS::QueuePolicy", "AWS::SQS::Queue"),
    ("AWS::SecretsManager::ResourcePolicy", "AWS::SecretsManager::Secret"),
    ("AWS::SecretsManager::RotationSchedule", "AWS::SecretsManager::Secret"),
    ("AWS::SecretsManager::SecretTargetAttachment", "AWS::SecretsManager::Secret"),
    ("AWS::WAFv2::WebACLAssociation", "AWS::WAFv2::WebACL"),
];

/// The value of `key` in a list of `Key` and `Value`: unknown where an item that may be it is not known.
fn attribute(body: &Node, list: &str, key: &str) -> Option<Node> {
    let mut perhaps = None;
    for item in body.each(list) {
        let called = item.text("Key");
        match &called.state {
            State::Set(called) if &**called == key => return item.get("Value").cloned(),
            State::Unknown(unknown) => {
                perhaps = Some(Node { value: Value::Unknown(unknown.clone()), origins: called.origins });
            }
            _ => {}
        }
    }
    perhaps
}

/// True where something stands at `path`, nothing where nothing does.
fn there(body: &Node, path: &str) -> Option<Node> {
    let there = body.exists(path);
    match there.state {
        State::Set(true) => Some(Node { value: Value::Bool(true), origins: there.origins }),
        State::Unknown(unknown) => Some(Node { value: Value::Unknown(unknown), origins: there.origins }),
        _ => None,
    }
}
