//! What a role that is made may do: managed policies by name, statements, and SAM's policy templates.

use std::sync::Arc;

use super::build::{list, map, text};
use super::call;
use crate::value::{Node, Origins, Unknown, Value, Why};

/// Policies of a role.
#[derive(Default)]
pub(super) struct Granted {
    /// Managed ones: ARNs, or what stands for one.
    pub managed: Vec<Node>,
    /// Its own: name and document each.
    pub inline: Vec<Node>,
}

impl Granted {
    /// A policy that AWS manages.
    pub fn managed(&mut self, name: &str, at: &Origins) {
        let arn = format!("arn:aws:iam::aws:policy/{name}");
        if !self.managed.iter().any(|known| known.as_str() == Some(&arn)) {
            self.managed.push(text(&arn, at));
        }
    }

    fn inline(&mut self, role: &str, document: Node) {
        let at = document.origins.clone();
        let name = text(&format!("{role}Policy{}", self.inline.len()), &at);
        self.inline.push(map([("PolicyName", name), ("PolicyDocument", document)], &at));
    }
}

/// What `Policies` of a function or state machine grants.
pub(super) fn grant(policies: Option<&Node>, role: &str, granted: &mut Granted) {
    let Some(policies) = policies else { return };
    match &policies.value {
        Value::List(items) => items.iter().for_each(|item| grant(Some(item), role, granted)),
        Value::String(name) if name.starts_with("arn:") => granted.managed.push(policies.clone()),
        Value::String(name) if name.contains("AWSLambda") && name.ends_with("Role") => {
            granted.managed(&format!("service-role/{name}"), &policies.origins);
        }
        Value::String(name) => granted.managed(name, &policies.origins),
        Value::Map(_) if call(policies).is_some() => granted.managed.push(policies.clone()),
        Value::Map(_) if policies.get("Statement").is_some() => granted.inline(role, policies.clone()),
        Value::Map(entries) => {
            for entry in entries {
                granted.inline(role, document(&entry.key, &entry.value, &policies.origins));
            }
        }
        _ => {}
    }
}

/// One statement of a template: actions, and resources as `Fn::Sub` has them, with the template's own parameters in them.
struct Statement(&'static [&'static str], &'static [&'static str]);

/// The templates that are used most, with what each grants:
/// <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html>.
const TEMPLATES: &[(&str, &[Statement])] = &[
    ("AWSSecretsManagerGetSecretValuePolicy", &[Statement(&["secretsmanager:GetSecretValue"], &["${SecretArn}"])]),
    ("CloudWatchPutMetricPolicy", &[Statement(&["cloudwatch:PutMetricData"], &["*"])]),
    (
        "DynamoDBCrudPolicy",
        &[Statement(
            &[
                "dynamodb:GetItem",
                "dynamodb:DeleteItem",
                "dynamodb:PutItem",
                "dynamodb:Scan",
                "dynamodb:Query",
                "dynamodb:UpdateItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:BatchGetItem",
                "dynamodb:DescribeTable",
                "dynamodb:ConditionCheckItem",
            ],
            TABLE,
        )],
    ),
    (
        "DynamoDBReadPolicy",
        &[Statement(
            &["dynamodb:GetItem", "dynamodb:Scan", "dynamodb:Query", "dynamodb:BatchGetItem", "dynamodb:DescribeTable"],
            TABLE,
        )],
    ),
    (
        "DynamoDBWritePolicy",
        &[Statement(&["dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:BatchWriteItem"], TABLE)],
    ),
    (
        "EventBridgePutEventsPolicy",
        &[Statement(
            &["events:PutEvents"],
            &["arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${EventBusName}"],
        )],
    ),
    ("KMSDecryptPolicy", &[Statement(&["kms:Decrypt"], KEY)]),
    ("KMSEncryptPolicy", &[Statement(&["kms:Encrypt"], KEY)]),
    (
        "LambdaInvokePolicy",
        &[Statement(
            &["lambda:InvokeFunction"],
            &["arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${FunctionName}*"],
        )],
    ),
    (
        "S3CrudPolicy",
        &[Statement(
            &[
                "s3:GetObject",
                "s3:ListBucket",
                "s3:GetBucketLocation",
                "s3:GetObjectVersion",
                "s3:PutObject",
                "s3:PutObjectAcl",
                "s3:GetLifecycleConfiguration",
                "s3:PutLifecycleConfiguration",
                "s3:DeleteObject",
            ],
            BUCKET,
        )],
    ),
    (
        "S3ReadPolicy",
        &[Statement(
            &[
                "s3:GetObject",
                "s3:ListBucket",
                "s3:GetBucketLocation",
                "s3:GetObjectVersion",
                "s3:GetLifecycleConfiguration",
            ],
            BUCKET,
        )],
    ),
    ("S3WritePolicy", &[Statement(&["s3:PutObject", "s3:PutObjectAcl", "s3:PutLifecycleConfiguration"], BUCKET)]),
    (
        "SNSPublishMessagePolicy",
        &[Statement(&["sns:Publish"], &["arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${TopicName}"])],
    ),
    (
        "SQSPollerPolicy",
        &[Statement(
            &[
                "sqs:ChangeMessageVisibility",
                "sqs:ChangeMessageVisibilityBatch",
                "sqs:DeleteMessage",
                "sqs:DeleteMessageBatch",
                "sqs:GetQueueAttributes",
                "sqs:ReceiveMessage",
            ],
            QUEUE,
        )],
    ),
    ("SQSSendMessagePolicy", &[Statement(&["sqs:SendMessage*"], QUEUE)]),
    (
        "SSMParameterReadPolicy",
        &[
            Statement(&["ssm:DescribeParameters"], &["*"]),
            Statement(
                &["ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath"],
                &["arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${ParameterName}"],
            ),
        ],
    ),
    (
        "StepFunctionsExecutionPolicy",
        &[Statement(
            &["states:StartExecution"],
            &["arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${StateMachineName}"],
        )],
    ),
    (
        "VPCAccessPolicy",
        &[Statement(
            &[
                "ec2:CreateNetworkInterface",
                "ec2:DeleteNetworkInterface",
                "ec2:DescribeNetworkInterfaces",
                "ec2:DetachNetworkInterface",
            ],
            &["*"],
        )],
    ),
];

const BUCKET: &[&str] = &["arn:${AWS::Partition}:s3:::${BucketName}", "arn:${AWS::Partition}:s3:::${BucketName}/*"];
const KEY: &[&str] = &["arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${KeyId}"];
const QUEUE: &[&str] = &["arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${QueueName}"];
const TABLE: &[&str] = &[
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}",
    "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*",
];

/// What a policy template grants; unknown for one that the table does not hold.
fn document(name: &str, parameters: &Node, at: &Origins) -> Node {
    let Some((_, statements)) = TEMPLATES.iter().find(|(template, _)| *template == name) else {
        let why = Why::Expression(Arc::from(format!("what policy template `{name}` grants is not in deodar's table")));
        return Node { value: Value::Unknown(Unknown::new(why)), origins: at.clone() };
    };
    let statement = |Statement(actions, resources): &Statement| {
        let resource = |pattern: &&str| {
            let of = vec![text(pattern, at), parameters.clone()];
            map([("Fn::Sub", list(of, at))], at)
        };
        map(
            [
                ("Effect", text("Allow", at)),
                ("Action", list(actions.iter().map(|action| text(action, at)).collect(), at)),
                ("Resource", list(resources.iter().map(resource).collect(), at)),
            ],
            at,
        )
    };
    map([("Statement", list(statements.iter().map(statement).collect(), at))], at)
}
