//! What surrounds the endpoints of Vertex AI: filters of Model Armor, and the logging of calls.

use crate::model::{ModelCalls, ModelService, Resource};
use crate::provider::gcp::read::{always, resource};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Origins, any};

/// The types of this family.
pub(super) const ROWS: &[Row] =
    &[("google_model_armor_floorsetting", fragment), ("google_model_armor_template", fragment)];

/// A floor of Model Armor that is enforced filters whatever is asked of Vertex AI, personal data too where Sensitive Data
/// Protection is part of it; a template is for the application to call: <https://cloud.google.com/security-command-center/docs/model-armor-floor-settings>.
pub(super) fn filtered(block: &Block, endpoint: bool, context: &Context<'_>) -> ModelService {
    let floors: Vec<&Block> = context.blocks.of_type("google_model_armor_floorsetting").collect();
    let on = |floor: &Block| floor.body.bool("enable_floor_setting_enforcement").or_default(false);
    let beyond = || {
        let what = "filters may be set up elsewhere, or called by the application";
        context.beyond(&["google_model_armor_floorsetting"], None, what)
    };
    let told = |found: Known<bool>| match found.value() {
        Some(false) if floors.is_empty() => match beyond() {
            Some(unknown) => Known::unknown(unknown, Origins::at(block.head)),
            None => found.and_at(&Origins::at(block.head)),
        },
        _ => found.and_at(&Origins::at(block.head)),
    };
    let guarded = told(any(floors.iter().map(|floor| on(floor))));
    let private = floors.iter().map(|floor| on(floor).and(floor.body.exists("filter_config.sdp_settings")));
    ModelService {
        takes_guardrail: always(block, endpoint),
        takes_privacy_filter: always(block, endpoint).and(guarded.clone()),
        guarded,
        privacy_filtered: told(any(private)),
        ..ModelService::default()
    }
}

/// Off unless the endpoint, or an audit configuration that takes in reads of data, is told to:
/// <https://cloud.google.com/vertex-ai/docs/general/audit-logging>.
pub(super) fn calls(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    const CONFIGS: [&str; 3] =
        ["google_project_iam_audit_config", "google_folder_iam_audit_config", "google_organization_iam_audit_config"];
    let reads = |log: &Node| log.text("log_type").map(|kind| &*kind == "DATA_READ").or_default(false);
    let audited = CONFIGS.iter().flat_map(|native| context.blocks.of_type(native)).map(|config| {
        let service = config.body.text("service");
        let about = service.map(|name| matches!(&*name, "allServices" | "aiplatform.googleapis.com")).or_default(false);
        about.and(any(config.body.each("audit_log_config").into_iter().map(reads)))
    });
    let own = block.body.bool("predict_request_response_logging_config.enabled").or_default(false);
    let logged = any([own].into_iter().chain(audited)).and_at(&Origins::at(block.head));
    let mut found = resource(block, ModelCalls { logged });
    found.part = Some("calls".into());
    found.aliases = Vec::new();
    out.push(found);
}
