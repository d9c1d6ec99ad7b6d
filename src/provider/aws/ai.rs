//! SageMaker, Bedrock and Bedrock AgentCore: what keeps data, with which key, and where prompts are processed.

use std::sync::Arc;

use super::Row;
use super::common::{customer, customer_key, default, is, key, no_link, not_seen, observed, resource, there};
use crate::model::{ModelService, Resource};
use crate::provider::account::Here;
use crate::provider::{Context, fragment};
use crate::value::{Block, Known, Origins, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_sagemaker_notebook_instance", |block, context, out| keeper(block, context, &["name"], "kms_key_id", out)),
    ("aws_sagemaker_domain", |block, context, out| keeper(block, context, &["domain_name"], "kms_key_id", out)),
    ("aws_sagemaker_endpoint_configuration", |block, context, out| {
        keeper(block, context, &["name"], "kms_key_arn", out)
    }),
    ("aws_sagemaker_feature_group", feature_group),
    ("aws_sagemaker_endpoint", fragment),
    ("aws_sagemaker_model", fragment),
    ("aws_bedrockagent_agent", agent),
    ("aws_bedrockagent_data_source", |block, context, out| {
        keeper(block, context, &["name"], "server_side_encryption_configuration.kms_key_arn", out);
    }),
    ("aws_bedrockagent_knowledge_base", fragment),
    ("aws_bedrockagent_prompt", |block, context, out| {
        keeper(block, context, &["name"], "customer_encryption_key_arn", out)
    }),
    ("aws_bedrockagent_flow", |block, context, out| {
        keeper(block, context, &["name"], "customer_encryption_key_arn", out)
    }),
    ("aws_bedrockagentcore_memory", |block, context, out| keeper(block, context, &["name"], "encryption_key_arn", out)),
    ("aws_bedrock_custom_model", |block, context, out| {
        keeper(block, context, &["custom_model_name"], "custom_model_kms_key_id", out)
    }),
    ("aws_bedrock_inference_profile", profile),
    ("aws_bedrock_guardrail", fragment),
    ("aws_bedrock_guardrail_version", fragment),
    ("aws_bedrock_model_invocation_logging_configuration", fragment),
    ("aws_bedrock_provisioned_model_throughput", fragment),
];

/// Whether something that calls models of Bedrock is in the scan. Applications call them without any resource as well, of
/// which nothing is seen.
pub(super) fn calls_models(context: &Context<'_>, here: &Here) -> Known<bool> {
    const CALLERS: &[&str] = &[
        "aws_bedrockagent_agent",
        "aws_bedrockagent_flow",
        "aws_bedrockagent_knowledge_base",
        "aws_bedrock_inference_profile",
        "aws_bedrock_provisioned_model_throughput",
        "aws_bedrockagentcore_agent_runtime",
    ];
    let callers = CALLERS.iter().flat_map(|native| context.blocks.of_type(native));
    any(callers.map(there).chain([here.default(false)]))
}

/// Where calls of models are logged.
pub(super) const INVOCATION_LOGS: &[&str] = &["aws_bedrock_model_invocation_logging_configuration"];

/// Whether calls of models are logged somewhere. A running account may answer with nothing.
pub(super) fn invocation_logs(context: &Context<'_>) -> Vec<Known<bool>> {
    const TO: &[&str] = &["cloud_watch_config", "s3_config"];
    let found = INVOCATION_LOGS.iter().flat_map(|native| context.blocks.of_type(native));
    let somewhere = |block: &Block| {
        let told = any(TO.iter().map(|path| block.body.exists(path))).and_at(&Origins::at(block.head));
        if observed(block) { told } else { there(block) }
    };
    found.map(somewhere).filter(|logs| logs.value() != Some(&false)).collect()
}

/// Something that keeps data, encrypted by a key of AWS's unless one is named at `path`:
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest.html>,
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/data-encryption.html>.
fn keeper(block: &Block, context: &Context<'_>, names: &[&str], path: &str, out: &mut Vec<Resource>) {
    let service = ModelService {
        keeps_data: default(block, true),
        customer_key: customer_key(&block.body, path),
        key: key(context, &block.body, path),
        routes: default(block, false),
        global_processing: default(block, false),
        ..reach(block)
    };
    out.push(resource(block, names, service));
}

/// A notebook is in AWS's network with the internet open unless told otherwise, and so is a domain:
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/appendix-notebook-and-internet-access.html>,
/// <https://docs.aws.amazon.com/sagemaker/latest/dg/studio-notebooks-and-internet-access.html>. Everything else answers
/// at the API of its region, and IAM alone lets callers in.
fn reach(block: &Block) -> ModelService {
    let setting = match &*block.native_type {
        "aws_sagemaker_notebook_instance" => Some(("direct_internet_access", "Disabled")),
        "aws_sagemaker_domain" => Some(("app_network_access_type", "VpcOnly")),
        _ => None,
    };
    ModelService {
        takes_network: default(block, setting.is_some()),
        public: setting.map_or_else(|| default(block, false), |(path, closed)| is(&block.body, path, closed).not()),
        takes_local_login: default(block, false),
        local_login: default(block, false),
        sets_egress: default(block, false),
        egress_limited: default(block, false),
        takes_guardrail: default(block, false),
        guarded: default(block, false),
        takes_privacy_filter: default(block, false),
        privacy_filtered: default(block, false),
        ..ModelService::default()
    }
}

/// A guardrail is put in place by naming it, and filters personal data where it is told to:
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html>.
fn filtered(block: &Block, context: &Context<'_>) -> ModelService {
    const NAMED: &str = "guardrail_configuration.guardrail_identifier";
    let guarded = block.body.exists("guardrail_configuration");
    let found = context.blocks.follow(&block.body, NAMED, &["aws_bedrock_guardrail"]);
    let privacy_filtered = match found {
        Some(guardrail) => guardrail.body.exists("sensitive_information_policy_config").and_at(&guarded.origins),
        None => not_seen(&block.body, NAMED),
    };
    ModelService {
        takes_guardrail: default(block, true),
        takes_privacy_filter: guarded.clone(),
        guarded,
        privacy_filtered,
        ..reach(block)
    }
}

fn feature_group(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let online = "online_store_config.security_config.kms_key_id";
    let offline = "offline_store_config.s3_storage_config.kms_key_id";
    let stores = [("online_store_config", online), ("offline_store_config", offline)];
    // a store that is not there wants no key; one of the two is always there
    let keyed = stores.map(|(store, path)| any([customer(body.text(path)), body.exists(store).not()]));
    let none = stores.map(|(store, _)| body.exists(store)).iter().all(|there| there.value() == Some(&false));
    let customer_key = match none {
        true => body.text("online_store_config").required("online_store_config").map(|_| false),
        false => all(keyed).and_at(&Origins::at(block.head)),
    };
    let service = ModelService {
        keeps_data: default(block, true),
        customer_key,
        key: key(context, body, online).or(key(context, body, offline)),
        routes: default(block, false),
        global_processing: default(block, false),
        ..reach(block)
    };
    out.push(resource(block, &["feature_group_name"], service));
}

/// An agent keeps its instructions and sessions, and calls a model: a plain model id stays in the region, an inference
/// profile with the prefix `global.` goes to any commercial region.
/// <https://docs.aws.amazon.com/bedrock/latest/userguide/global-cross-region-inference.html>
fn agent(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let model = block.body.text("foundation_model");
    let service = ModelService {
        keeps_data: default(block, true),
        customer_key: customer_key(&block.body, "customer_encryption_key_arn"),
        key: key(context, &block.body, "customer_encryption_key_arn"),
        routes: default(block, true),
        global_processing: global(model.required("foundation_model")),
        ..filtered(block, context)
    };
    out.push(resource(block, &["agent_name"], service));
}

/// A profile of one's own, made from a model or from a profile of AWS's.
fn profile(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let service = ModelService {
        keeps_data: default(block, false),
        customer_key: default(block, false),
        key: no_link(block),
        routes: default(block, true),
        global_processing: global(block.body.text("model_source.copy_from").required("model_source.copy_from")),
        ..reach(block)
    };
    out.push(resource(block, &["name"], service));
}

fn global(model: Known<Arc<str>>) -> Known<bool> {
    model.map(|model| model.rsplit('/').next().unwrap_or(&model).starts_with("global."))
}
