//! Amazon API Gateway and AppSync.

use crate::provider::spelling::{Fragment, Move::To, Native};

/// What Terraform writes as a resource of its own: what the methods of a stage log and cache.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-apigateway-stage-methodsetting.html>
const fn settings(from: &'static str) -> Fragment {
    Fragment {
        from,
        reads_as: "aws_api_gateway_method_settings",
        by: "stage_name",
        moves: &[
            To("LoggingLevel", "settings.logging_level"),
            To("DataTraceEnabled", "settings.data_trace_enabled"),
            To("CachingEnabled", "settings.caching_enabled"),
            To("CacheDataEncrypted", "settings.cache_data_encrypted"),
            // a running account answers with a map, which a snapshot writes as keys and values
            To("Value.LoggingLevel", "settings.logging_level"),
            To("Value.DataTraceEnabled", "settings.data_trace_enabled"),
            To("Value.CachingEnabled", "settings.caching_enabled"),
            To("Value.CacheDataEncrypted", "settings.cache_data_encrypted"),
        ],
    }
}

pub(super) const TABLE: &[Native] = &[
    Native::moved("AWS::ApiGateway::Method", "aws_api_gateway_method", &[To("AuthorizationType", "authorization")]),
    Native::same("AWS::ApiGatewayV2::Route", "aws_apigatewayv2_route"),
    Native::same("AWS::ApiGateway::DomainName", "aws_api_gateway_domain_name"),
    Native::same("AWS::ApiGateway::DomainNameV2", "aws_api_gateway_domain_name"),
    Native::moved(
        "AWS::ApiGatewayV2::DomainName",
        "aws_apigatewayv2_domain_name",
        &[To("DomainNameConfigurations", "domain_name_configuration")],
    ),
    Native::same("AWS::AppSync::GraphQLApi", "aws_appsync_graphql_api"),
    Native::same("AWS::ApiGateway::RestApi", "aws_api_gateway_rest_api"),
    Native {
        native: "AWS::ApiGateway::Resource",
        reads_as: "aws_api_gateway_resource",
        moves: &[],
        // a running account lists the methods within their resource
        also: &[Fragment {
            from: "ResourceMethods",
            reads_as: "aws_api_gateway_method",
            by: "resource_id",
            moves: &[
                To("Value.HttpMethod", "http_method"),
                To("Value.AuthorizationType", "authorization"),
                To("Value.ApiKeyRequired", "api_key_required"),
            ],
        }],
    },
    Native::same("AWS::ApiGateway::Authorizer", "aws_api_gateway_authorizer"),
    Native {
        native: "AWS::ApiGateway::Deployment",
        reads_as: "aws_api_gateway_deployment",
        moves: &[],
        // a deployment may make its stage as well
        also: &[
            Fragment {
                from: "StageDescription",
                reads_as: "aws_api_gateway_stage",
                by: "deployment_id",
                moves: &[To("AccessLogSetting", "access_log_settings")],
            },
            settings("StageDescription.MethodSettings"),
        ],
    },
    Native {
        native: "AWS::ApiGateway::Stage",
        reads_as: "aws_api_gateway_stage",
        moves: &[To("AccessLogSetting", "access_log_settings")],
        also: &[settings("MethodSettings")],
    },
    Native::same("AWS::ApiGatewayV2::Api", "aws_apigatewayv2_api"),
    Native::same("AWS::ApiGatewayV2::Authorizer", "aws_apigatewayv2_authorizer"),
    Native::same("AWS::ApiGatewayV2::Integration", "aws_apigatewayv2_integration"),
    Native::same("AWS::ApiGatewayV2::Stage", "aws_apigatewayv2_stage"),
];
