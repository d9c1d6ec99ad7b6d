//! Container Registry, Container Apps and Container Instances.

use crate::model::{Endpoint, Registry, Replication, Resource, ToolEntrance, Workload};
use crate::provider::azure::read::{always, by_type, customer_key, is, parent, part, region_of, resource};
use crate::provider::secrets::credential;
use crate::provider::{Context, Row, entry, fragment};
use crate::value::{Block, Known, Node, all, any};

/// The native types of this family.
pub(super) const ROWS: &[Row] = &[
    ("azurerm_container_app", app),
    ("azurerm_container_app_environment", fragment),
    ("azurerm_container_app_job", app),
    ("azurerm_container_group", group),
    ("azurerm_container_registry", registry),
    ("azurerm_container_registry_scope_map", fragment),
    ("azurerm_container_registry_token", fragment),
    ("azurerm_container_registry_webhook", fragment),
];

fn registry(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    // https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/container_registry
    // other tiers take no rules: https://learn.microsoft.com/azure/container-registry/container-registry-skus
    let walled = is(body.text("network_rule_set.default_action"), &["Deny"])
        .or_default(false)
        .and(is(body.text("sku.name").or(body.text("sku")), &["Premium"]).or_default(true));
    let (customer, key) = customer_key(body, &["encryption.key_vault_key_id"]);
    let facts = Registry {
        public: body.bool("public_network_access_enabled").or_default(true).and(walled.not()),
        anonymous_pull: body.bool("anonymous_pull_enabled").or_default(false),
        admin_login: body.bool("admin_enabled").or_default(false),
        // https://learn.microsoft.com/azure/container-registry/tutorial-enable-customer-managed-keys
        takes_key: always(block, true),
        customer_key: customer,
        key,
    };
    out.push(resource(block, facts));
    let places = body.each("georeplications").into_iter().map(|copy| (copy, copy.text("location")));
    let older = body.each("georeplication_locations").into_iter().map(|place| (place, place.text("")));
    for (at, (node, target)) in places.chain(older).enumerate() {
        let copy = Replication { purpose: by_type(block, "data"), target_region: target, ..Replication::default() };
        out.push(part(block, &format!("georeplications[{at}]"), node, copy));
    }
}

fn app(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let environment =
        parent(context.blocks, block, "container_app_environment_id", &["azurerm_container_app_environment"]);
    let region = region_of(block, environment, "container_app_environment_id");
    let variables = |path: &str| variables(body, path);
    let plain = any(variables("template.container.env").into_iter().chain(variables("template.init_container.env")));
    let mut facts = workload(block, plain);
    // each container must say how much it needs, and gets no more: the provider's page
    facts.has_limits = always(block, true);
    facts.has_deadline = body.exists("replica_timeout_in_seconds");
    let mut running = resource(block, facts);
    running.region = region.clone();
    out.push(running);
    super::groups::of_app(block, region.clone(), out);
    for ingress in body.each("ingress") {
        let endpoint = Endpoint {
            form: by_type(block, "service"),
            sets_tls: always(block, true),
            https_only: ingress.bool("allow_insecure_connections").or_default(false).not(),
            // https://learn.microsoft.com/azure/container-apps/ingress-overview
            modern_tls: always(block, true),
            decides_access: always(block, false),
            auth_required: always(block, false),
            ..entry::endpoint(block)
        };
        let mut endpoint = part(block, "ingress", ingress, endpoint);
        endpoint.region = region.clone();
        out.push(endpoint);
        out.push(entrance(block, ingress, region.clone()));
    }
}

/// The way in, which asks nobody who they are unless the app's authentication does, of which the provider says nothing:
/// <https://learn.microsoft.com/azure/container-apps/authentication>. Inside the environment it is closed to strangers.
fn entrance(block: &Block, ingress: &Node, region: Known<std::sync::Arc<str>>) -> Resource {
    let external = ingress.bool("external_enabled").or_default(false);
    let certificate = super::read::is(ingress.text("client_certificate_mode"), &["require"]).or_default(false);
    let listed = ingress.exists("ip_security_restriction");
    let facts = ToolEntrance { closed: any([external.not(), certificate, listed]).and_at(&super::read::here(block)) };
    let mut found = part(block, "entrance", ingress, facts);
    found.region = region;
    found
}

/// A variable with a value; one that names a secret of the app holds nothing.
fn variables(body: &Node, path: &str) -> Vec<Known<bool>> {
    let of = |variable: &&Node| {
        let name = variable.text("name").value().cloned();
        variable.get("value").map(|value| credential(name.as_deref().unwrap_or(""), value))
    };
    body.each(path).iter().filter_map(of).collect()
}

fn group(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let containers = ["container.environment_variables", "init_container.environment_variables"]
        .into_iter()
        .flat_map(|path| block.body.each(path));
    let plain = any(containers.flat_map(|map| map.entries().iter().map(|entry| credential(&entry.key, &entry.value))));
    let mut facts = workload(block, plain);
    let limits =
        block.body.each("container").into_iter().map(|one| all([one.exists("cpu_limit"), one.exists("memory_limit")]));
    facts.has_limits = all(limits);
    out.push(resource(block, facts));
}

/// Neither service lets a container near its host, or gives it rights in a cluster:
/// <https://learn.microsoft.com/azure/container-instances/container-instances-container-group-isolation>,
/// <https://learn.microsoft.com/azure/container-apps/containers>.
fn workload(block: &Block, plain_secret: Known<bool>) -> Workload {
    let no = || always(block, false);
    Workload {
        host_pid: no(),
        host_ipc: no(),
        host_network: no(),
        host_path: no(),
        runtime_socket: no(),
        plain_agent_secret: plain_secret.clone(),
        plain_secret,
        admin_rights: no(),
        reach_rights: no(),
        runs_code: no(),
        // each group runs in a hypervisor of its own
        hardened_runtime: always(block, true),
        has_deadline: no(),
        token_mounted: no(),
        token_needed: no(),
        sets_place: always(block, true),
        // asked of pods alone
        traced: no(),
        mesh_encrypted: no(),
        ..Workload::default()
    }
}
