//! Lambda and App Runner.

use crate::provider::spelling::{
    Move::{Pairs, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::same("AWS::Lambda::Function", "aws_lambda_function"),
    Native::moved(
        "AWS::Lambda::Url",
        "aws_lambda_function_url",
        &[To("AuthType", "authorization_type"), To("TargetFunctionArn", "function_name")],
    ),
    Native::same("AWS::Lambda::Alias", "aws_lambda_alias"),
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
