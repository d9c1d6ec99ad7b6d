//! Azure AI: accounts (OpenAI, AI services), model deployments, Machine Learning and AI Foundry workspaces.

use crate::model::{Link, ModelService, Resource};
use crate::provider::azure::read::{always, customer_key, flag, here, parent, region_of, resource, words};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_ai_foundry", workspace),
    ("azurerm_ai_foundry_project", fragment),
    ("azurerm_ai_services", account),
    ("azurerm_cognitive_account", account),
    ("azurerm_cognitive_account_customer_managed_key", fragment),
    ("azurerm_cognitive_account_project", fragment),
    ("azurerm_cognitive_deployment", deployment),
    ("azurerm_machine_learning_compute_cluster", fragment),
    ("azurerm_machine_learning_compute_instance", fragment),
    ("azurerm_machine_learning_workspace", workspace),
];

const ACCOUNTS: &[&str] = &["azurerm_cognitive_account", "azurerm_ai_services"];

/// The kinds of account that fetch what a request names, and can be told from where:
/// <https://learn.microsoft.com/azure/ai-services/cognitive-services-data-loss-prevention>.
const FETCHERS: &[&str] = &[
    "OpenAI",
    "AIServices",
    "CognitiveServices",
    "ComputerVision",
    "ContentModerator",
    "CustomVision.Prediction",
    "CustomVision.Training",
    "Face",
    "FormRecognizer",
    "QnAMaker",
    "SpeechServices",
];

/// What keeps data and routes nothing.
fn keeper(block: &Block, customer_key: Known<bool>, key: Known<Link>) -> ModelService {
    ModelService {
        keeps_data: always(block, true),
        customer_key,
        key,
        // where prompts go is its deployments' to say
        routes: always(block, false),
        global_processing: always(block, false),
        ..reach(block)
    }
}

/// Open to every network and to keys of its own unless told otherwise:
/// <https://learn.microsoft.com/azure/ai-services/cognitive-services-virtual-networks>,
/// <https://learn.microsoft.com/azure/ai-services/disable-local-auth>. A deployment is reached through its account.
fn reach(block: &Block) -> ModelService {
    let body = &block.body;
    let account = ACCOUNTS.contains(&&*block.native_type);
    let deployment = &*block.native_type == "azurerm_cognitive_deployment";
    let named = body.text("public_network_access").map(|access| !access.eq_ignore_ascii_case("Disabled"));
    let walled =
        body.text("network_acls.default_action").map(|action| action.eq_ignore_ascii_case("Deny")).or_default(false);
    ModelService {
        takes_network: always(block, !deployment),
        public: body.bool("public_network_access_enabled").or(named).or_default(true).and(walled.not()),
        sets_egress: body.text("kind").map(|kind| FETCHERS.contains(&&*kind)).or_default(false),
        egress_limited: body.bool("outbound_network_access_restricted").or_default(false),
        takes_local_login: always(block, account),
        local_login: flag(body, &["local_auth_enabled", "local_authentication_enabled"]).or_default(true),
        ..ModelService::default()
    }
}

fn account(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let separate =
        context.blocks.joined(block, "azurerm_cognitive_account_customer_managed_key", "cognitive_account_id", &["id"]);
    let (own, link) = customer_key(
        &block.body,
        &["customer_managed_key.key_vault_key_id", "customer_managed_key.managed_hsm_key_id"],
    );
    let link = link.or(separate.link("key_vault_key_id"));
    out.push(resource(block, keeper(block, any([own, separate.exists()]), link)));
}

fn workspace(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(&block.body, &["encryption.key_id"]);
    out.push(resource(block, keeper(block, customer, key)));
}

/// `GlobalStandard`, `GlobalBatch`, `GlobalProvisionedManaged` process in any region; `DataZone…` stays in the data zone,
/// everything else in the account's region:
/// <https://learn.microsoft.com/azure/ai-foundry/foundry-models/concepts/deployment-types>.
fn deployment(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let kind = words(&block.body, &["sku.name", "scale.type"]);
    let facts = ModelService {
        keeps_data: always(block, false),
        customer_key: always(block, false),
        key: Known::unset(here(block)),
        routes: always(block, true),
        // the type is required; where it is not written nothing can be told
        global_processing: match kind.is_unset() {
            true => Known::because(crate::value::Why::Expression("no deployment type is written".into()), kind.origins),
            false => kind.map(|kind| kind.to_ascii_lowercase().starts_with("global")),
        },
        ..reach(block)
    };
    let account = parent(context.blocks, block, "cognitive_account_id", ACCOUNTS);
    let mut resource = resource(block, facts);
    resource.region = region_of(block, account, "cognitive_account_id");
    out.push(resource);
}
