//! SageMaker, Bedrock and Bedrock AgentCore.

use crate::provider::spelling::{Move::To, Native};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::SageMaker::NotebookInstance",
        "aws_sagemaker_notebook_instance",
        &[To("NotebookInstanceName", "name")],
    ),
    Native::same("AWS::SageMaker::Domain", "aws_sagemaker_domain"),
    Native::moved(
        "AWS::SageMaker::EndpointConfig",
        "aws_sagemaker_endpoint_configuration",
        &[To("EndpointConfigName", "name"), To("KmsKeyId", "kms_key_arn")],
    ),
    Native::same("AWS::SageMaker::FeatureGroup", "aws_sagemaker_feature_group"),
    Native::same("AWS::SageMaker::Endpoint", "aws_sagemaker_endpoint"),
    Native::same("AWS::SageMaker::Model", "aws_sagemaker_model"),
    Native::same("AWS::Bedrock::Agent", "aws_bedrockagent_agent"),
    Native::same("AWS::Bedrock::Guardrail", "aws_bedrock_guardrail"),
    Native::same("AWS::Bedrock::DataSource", "aws_bedrockagent_data_source"),
    Native::same("AWS::Bedrock::KnowledgeBase", "aws_bedrockagent_knowledge_base"),
    Native::same("AWS::Bedrock::Prompt", "aws_bedrockagent_prompt"),
    Native::same("AWS::Bedrock::Flow", "aws_bedrockagent_flow"),
    Native::moved(
        "AWS::Bedrock::ApplicationInferenceProfile",
        "aws_bedrock_inference_profile",
        &[To("InferenceProfileName", "name")],
    ),
    Native::same("Deodar::Bedrock::ModelInvocationLogging", "aws_bedrock_model_invocation_logging_configuration"),
    Native::same("Deodar::Bedrock::CustomModel", "aws_bedrock_custom_model"),
    Native::same("Deodar::Bedrock::ProvisionedModelThroughput", "aws_bedrock_provisioned_model_throughput"),
    Native::same("AWS::BedrockAgentCore::Memory", "aws_bedrockagentcore_memory"),
    Native::same("AWS::BedrockAgentCore::Runtime", "aws_bedrockagentcore_agent_runtime"),
    Native::same("AWS::BedrockAgentCore::RuntimeEndpoint", "aws_bedrockagentcore_agent_runtime_endpoint"),
    Native::same("AWS::BedrockAgentCore::CodeInterpreterCustom", "aws_bedrockagentcore_code_interpreter"),
    Native::same("AWS::BedrockAgentCore::BrowserCustom", "aws_bedrockagentcore_browser"),
    Native::same("AWS::BedrockAgentCore::Gateway", "aws_bedrockagentcore_gateway"),
    Native::same("AWS::BedrockAgentCore::GatewayTarget", "aws_bedrockagentcore_gateway_target"),
];
