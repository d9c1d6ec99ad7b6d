//! Azure AI: accounts (OpenAI, AI services), model deployments, Machine Learning and AI Foundry workspaces.

use crate::model::{Link, ModelCalls, ModelService, Resource};
use crate::provider::azure::read::{
    always, customer_key, flag, here, is, not_seen, parent, region_of, resource, words,
};
use crate::provider::{Context, Row, fragment};
use crate::value::{Block, Known, Node, Why, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_ai_foundry", workspace),
    ("azurerm_ai_foundry_project", fragment),
    ("azurerm_ai_services", account),
    ("azurerm_cognitive_account", account),
    ("azurerm_cognitive_account_customer_managed_key", fragment),
    ("azurerm_cognitive_account_project", fragment),
    ("azurerm_cognitive_account_rai_policy", fragment),
    ("azurerm_cognitive_deployment", deployment),
    ("azurerm_machine_learning_compute_cluster", compute),
    ("azurerm_machine_learning_compute_instance", compute),
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
        takes_guardrail: always(block, false),
        guarded: always(block, false),
        takes_privacy_filter: always(block, false),
        privacy_filtered: always(block, false),
        ..ModelService::default()
    }
}

/// A deployment has the provider's filters unless it names a policy of its own, which may switch them off or let through
/// what they find: <https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter>.
fn filtered(block: &Block, context: &Context<'_>) -> Known<bool> {
    let named = block.body.text("rai_policy_name");
    if named.value().is_some_and(|name| name.starts_with("Microsoft.")) || named.is_unset() {
        return always(block, true);
    }
    let kinds = &["azurerm_cognitive_account_rai_policy"];
    match parent(context.blocks, block, "rai_policy_name", kinds) {
        Some(policy) => all(policy.body.each("content_filter").into_iter().map(|filter| {
            all([filter.bool("filter_enabled").or_default(true), filter.bool("block_enabled").or_default(true)])
        }))
        .and_at(&named.origins),
        None => Known::unknown(not_seen(block, "rai_policy_name"), named.origins),
    }
}

/// A diagnostic setting that takes in what was asked and answered:
/// <https://learn.microsoft.com/azure/ai-foundry/openai/how-to/monitor-openai>.
fn calls(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let settings = context.blocks.joined(block, "azurerm_monitor_diagnostic_setting", "target_resource_id", &["id"]);
    let takes_in = |log: &Node| {
        let named = is(log.text("category"), &["RequestResponse"]).or_default(false);
        let group = is(log.text("category_group"), &["audit", "allLogs"]).or_default(false);
        log.bool("enabled").or_default(true).and(any([named, group]))
    };
    let logs = settings.each("enabled_log").into_iter().chain(settings.each("log")).map(takes_in);
    let logged = any(logs.chain(settings.maybe()).chain([always(block, false)]));
    let mut found = resource(block, ModelCalls { logged });
    found.part = Some("calls".into());
    out.push(found);
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
    calls(block, context, out);
}

fn workspace(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let (customer, key) = customer_key(&block.body, &["encryption.key_id"]);
    out.push(resource(block, keeper(block, customer, key)));
}

/// The kinds of compute that a workspace makes, and those that it is told of and that are resources of their own:
/// <https://learn.microsoft.com/azure/templates/microsoft.machinelearningservices/workspaces/computes>.
const OWN: &[&str] = &["AmlCompute", "ComputeInstance"];
const ATTACHED: &[&str] = &[
    "AKS",
    "Databricks",
    "DataFactory",
    "DataLakeAnalytics",
    "HDInsight",
    "Kubernetes",
    "SynapseSpark",
    "VirtualMachine",
];

fn among(kinds: &[&str], kind: &str) -> bool {
    kinds.iter().any(|known| known.eq_ignore_ascii_case(kind))
}

/// Machines that a workspace trains on: each has a public address, and takes logins by keys of its own, unless it is
/// written otherwise. What they keep is their workspace's:
/// <https://learn.microsoft.com/azure/machine-learning/how-to-secure-training-vnet>.
fn compute(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    // Resource Manager has one type for what is Terraform's several
    let kind = block.body.text("compute_type");
    let attached = kind.clone().map(|kind| among(ATTACHED, &kind)).or_default(false);
    if attached.value() == Some(&true) {
        return;
    }
    let unread = || Why::Expression("the compute is of a type that is not known".into());
    let own = kind.try_map(|kind| among(OWN, &kind).then_some(true), unread).or_default(true);
    let told = |fact: Known<bool>| if own.value().is_some() { fact } else { own.clone() };
    let reach = keeper(block, always(block, false), Known::unset(here(block)));
    let facts = ModelService {
        takes_network: told(always(block, true)),
        public: told(block.body.bool("node_public_ip_enabled").or_default(true)),
        takes_local_login: told(always(block, true)),
        local_login: told(reach.local_login.clone()),
        keeps_data: always(block, false),
        ..reach
    };
    let path = "machine_learning_workspace_id";
    let workspace = parent(context.blocks, block, path, &["azurerm_machine_learning_workspace"]);
    let mut resource = resource(block, facts);
    resource.region = region_of(block, workspace, path);
    out.push(resource);
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
            true => Known::because(Why::Expression("no deployment type is written".into()), kind.origins),
            false => kind.map(|kind| kind.to_ascii_lowercase().starts_with("global")),
        },
        takes_guardrail: always(block, true),
        guarded: filtered(block, context),
        ..reach(block)
    };
    let account = parent(context.blocks, block, "cognitive_account_id", ACCOUNTS);
    let mut resource = resource(block, facts);
    resource.region = region_of(block, account, "cognitive_account_id");
    out.push(resource);
}
