//! Lambda and App Runner.

use crate::provider::spelling::{
    Fragment,
    Move::{By, Pairs, To},
    Native,
};
use crate::value::Node;

pub(super) const TABLE: &[Native] = &[
    Native { native: "AWS::Lambda::Function", reads_as: "aws_lambda_function", moves: &[], also: PERMISSIONS },
    Native::moved(
        "AWS::Lambda::Url",
        "aws_lambda_function_url",
        &[To("AuthType", "authorization_type"), To("TargetFunctionArn", "function_name")],
    ),
    Native { native: "AWS::Lambda::Alias", reads_as: "aws_lambda_alias", moves: &[], also: PERMISSIONS },
    Native::same("AWS::Lambda::Permission", "aws_lambda_permission"),
    Native::same("AWS::Lambda::EventSourceMapping", "aws_lambda_event_source_mapping"),
    Native::same("AWS::Lambda::LayerVersion", "aws_lambda_layer_version"),
    Native::same("AWS::Lambda::EventInvokeConfig", "aws_lambda_function_event_invoke_config"),
    Native::same("AWS::StepFunctions::StateMachine", "aws_sfn_state_machine"),
    Native::moved(
        "AWS::AppRunner::Service",
        "aws_apprunner_service",
        &[Pairs(
            "SourceConfiguration.ImageRepository.ImageConfiguration.RuntimeEnvironmentVariables",
            "source_configuration.image_repository.image_configuration.runtime_environment_variables",
        )],
    ),
];

/// The policy of a running function, or of an alias of it, holds what a template writes as permissions.
const PERMISSIONS: &[Fragment] = &[Fragment {
    from: "Policy.Statement",
    reads_as: "aws_lambda_permission",
    by: "function_name",
    moves: &[
        By(principal, "principal"),
        By(|statement| bound(statement, "aws:SourceArn"), "source_arn"),
        By(|statement| bound(statement, "aws:SourceAccount"), "source_account"),
        By(|statement| bound(statement, "aws:PrincipalOrgID"), "principal_org_id"),
        By(|statement| bound(statement, "lambda:FunctionUrlAuthType"), "function_url_auth_type"),
    ],
}];

/// `"*"`, `{"AWS": "arn:aws:iam::123456789012:root"}` or `{"Service": "s3.amazonaws.com"}`, without the kind.
fn principal(statement: &Node) -> Option<Node> {
    let written = statement.get("Principal")?;
    Some(written.entries().first().map_or(written, |kind| &kind.value).clone())
}

/// The value that a condition demands of `key`, whichever way it compares.
fn bound(statement: &Node, key: &str) -> Option<Node> {
    let by_operator = statement.get("Condition")?.entries().iter();
    let mut conditions = by_operator.flat_map(|operator| operator.value.entries());
    conditions.find(|condition| condition.key.eq_ignore_ascii_case(key)).map(|condition| condition.value.clone())
}
