//! Lambda and App Runner, and what the Serverless Application Model makes of functions, tables and APIs:
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html>.

use crate::provider::spelling::{
    Fragment,
    Move::{Pairs, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::same("AWS::Lambda::Function", "aws_lambda_function"),
    Native {
        native: "AWS::Serverless::Function",
        reads_as: "aws_lambda_function",
        moves: &[],
        also: &[Fragment {
            from: "FunctionUrlConfig",
            reads_as: "aws_lambda_function_url",
            by: "function_name",
            moves: &[To("AuthType", "authorization_type")],
        }],
    },
    Native::moved(
        "AWS::Serverless::SimpleTable",
        "aws_dynamodb_table",
        &[
            To("TableName", "name"),
            To("SSESpecification.SSEEnabled", "server_side_encryption.enabled"),
            To("SSESpecification.KMSMasterKeyId", "server_side_encryption.kms_key_arn"),
            To("PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", "point_in_time_recovery.enabled"),
        ],
    ),
    Native::moved("AWS::Serverless::Api", "aws_api_gateway_stage", &[To("AccessLogSetting", "access_log_settings")]),
    Native::same("AWS::Serverless::HttpApi", "aws_apigatewayv2_stage"),
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
