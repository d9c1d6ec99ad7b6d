//! Cloud Run, Cloud Functions, App Engine: what answers requests and what runs for them.

use std::sync::Arc;

use crate::model::{Endpoint, Function, Resource};
use crate::provider::gcp::compute::{is_default, push_identity};
use crate::provider::gcp::members::everyone_holds;
use crate::provider::gcp::read::{always, resource};
use crate::provider::secrets::credential;
use crate::provider::{Context, Row, entry, fragment, runtimes};
use crate::value::{Block, Known, Node, Origins, all, any};

/// The types of this family.
pub(super) const ROWS: &[Row] = &[
    ("google_cloud_run_service", run_v1),
    ("google_cloud_run_v2_service", run_v2),
    ("google_cloud_run_v2_job", job),
    ("google_cloudfunctions_function", function_v1),
    ("google_cloudfunctions2_function", function_v2),
    ("google_cloud_run_service_iam_member", fragment),
    ("google_cloud_run_service_iam_binding", fragment),
    ("google_cloud_run_service_iam_policy", fragment),
    ("google_cloud_run_v2_service_iam_member", fragment),
    ("google_cloud_run_v2_service_iam_binding", fragment),
    ("google_cloud_run_v2_service_iam_policy", fragment),
    ("google_cloudfunctions_function_iam_member", fragment),
    ("google_cloudfunctions_function_iam_binding", fragment),
    ("google_cloudfunctions2_function_iam_member", fragment),
    ("google_cloudfunctions2_function_iam_binding", fragment),
    ("google_app_engine_flexible_app_version", app_engine),
    ("google_app_engine_standard_app_version", app_engine),
    ("google_app_engine_domain_mapping", domain),
];

/// Credentials among a list of `{name, value}`.
fn named_secrets(body: &Node, path: &str) -> Known<bool> {
    any(body.each(path).into_iter().map(|variable| {
        let name = variable.get("name").and_then(|name| name.as_str()).unwrap_or("");
        variable
            .get("value")
            .map_or_else(|| Known::default_of(false, variable.origins.clone()), |value| credential(name, value))
    }))
}

/// Credentials in a map.
fn mapped_secrets(body: &Node, path: &str) -> Known<bool> {
    any(body
        .each(path)
        .into_iter()
        .flat_map(|map| map.entries().iter().map(|entry| credential(&entry.key, &entry.value)).collect::<Vec<_>>()))
}

fn service(block: &Block, form: &str, auth: Known<bool>, sets_tls: bool) -> Resource {
    resource(
        block,
        Endpoint {
            form: Known::set(Arc::from(form), Origins::at(block.head)),
            sets_tls: always(block, sets_tls),
            // redirected to HTTPS by Google's front end: https://cloud.google.com/run/docs/triggering/https-request
            https_only: always(block, true),
            modern_tls: always(block, true),
            decides_access: always(block, true),
            auth_required: auth,
            ..entry::endpoint(block)
        },
    )
}

/// The account that it runs as; without one, the project's default.
fn runs_as(block: &Block, of: &str, account: Known<Arc<str>>, out: &mut Vec<Resource>) {
    let default = match account.why() {
        Some(unknown) if !unknown.refers.is_empty() => Known::set(false, account.origins.clone()),
        _ => account.map(|email| is_default(&email)).or_default(true),
    };
    // the default account is an editor of the project unless that was taken from it, which is not seen here
    let broad = default.clone();
    push_identity(block, of, default, broad, out);
}

fn run_v1(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let open = everyone_holds(context.blocks, block, "google_cloud_run_service", "service", |_| true);
    out.push(service(block, "service", open.not(), false));
    function(block, named_secrets(&block.body, "template.spec.containers.env"), out);
    runs_as(block, "function", block.body.text("template.spec.service_account_name"), out);
}

fn run_v2(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    super::groups::of_service(block, out);
    let open = everyone_holds(context.blocks, block, "google_cloud_run_v2_service", "name", |_| true);
    let unchecked = block.body.bool("invoker_iam_disabled").or_default(false);
    out.push(service(block, "service", any([open, unchecked]).not(), false));
    function(block, named_secrets(&block.body, "template.containers.env"), out);
    runs_as(block, "function", block.body.text("template.service_account"), out);
}

fn job(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    function(block, named_secrets(&block.body, "template.template.containers.env"), out);
    runs_as(block, "function", block.body.text("template.template.service_account"), out);
}

fn function_v1(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let http = block.body.bool("trigger_http").or_default(false);
    if http.value() != Some(&false) {
        let open = everyone_holds(context.blocks, block, "google_cloudfunctions_function", "cloud_function", |_| true);
        out.push(service(block, "function-url", open.not(), false));
    }
    function(
        block,
        any(["environment_variables", "build_environment_variables"].map(|path| mapped_secrets(&block.body, path))),
        out,
    );
    runs_as(block, "function", block.body.text("service_account_email"), out);
}

fn function_v2(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let open = everyone_holds(context.blocks, block, "google_cloudfunctions2_function", "cloud_function", |_| true);
    out.push(service(block, "function-url", open.not(), false));
    let environments = ["service_config.environment_variables", "build_config.environment_variables"];
    function(block, any(environments.map(|path| mapped_secrets(&block.body, path))), out);
    runs_as(block, "function", block.body.text("service_config.service_account_email"), out);
}

/// Where a service or function names its network and its runtime; each kind spells it differently.
struct Spelling {
    environment: &'static [&'static str],
    key: &'static str,
    network: &'static [&'static str],
    egress: &'static str,
    runtime: &'static str,
}

const SPELLINGS: &[(&str, Spelling)] = &[
    (
        "google_cloud_run_service",
        Spelling { environment: &["template.spec.containers.env"], key: "", network: &[], egress: "", runtime: "" },
    ),
    (
        "google_cloud_run_v2_service",
        Spelling {
            environment: &["template.containers.env"],
            key: "template.encryption_key",
            network: &["template.vpc_access"],
            egress: "template.vpc_access.egress",
            runtime: "",
        },
    ),
    (
        "google_cloud_run_v2_job",
        Spelling {
            environment: &["template.template.containers.env"],
            key: "template.template.encryption_key",
            network: &["template.template.vpc_access"],
            egress: "template.template.vpc_access.egress",
            runtime: "",
        },
    ),
    (
        "google_cloudfunctions_function",
        Spelling {
            environment: &["environment_variables"],
            key: "kms_key_name",
            network: &["vpc_connector"],
            egress: "vpc_connector_egress_settings",
            runtime: "runtime",
        },
    ),
    (
        "google_cloudfunctions2_function",
        Spelling {
            environment: &["service_config.environment_variables"],
            key: "kms_key_name",
            network: &["service_config.vpc_connector", "service_config.direct_vpc_network_interface"],
            egress: "service_config.vpc_connector_egress_settings",
            runtime: "build_config.runtime",
        },
    ),
    (
        "google_app_engine_standard_app_version",
        Spelling {
            environment: &["env_variables"],
            key: "",
            network: &["vpc_access_connector"],
            egress: "vpc_access_connector.egress_setting",
            runtime: "runtime",
        },
    ),
    (
        "google_app_engine_flexible_app_version",
        Spelling {
            environment: &["env_variables"],
            key: "",
            network: &["network", "vpc_access_connector"],
            egress: "",
            runtime: "",
        },
    ),
];

/// Only private ranges pass through the network unless all traffic is told to:
/// <https://cloud.google.com/run/docs/configuring/vpc-direct-vpc>, <https://cloud.google.com/functions/docs/networking/connecting-vpc>.
fn function(block: &Block, plain_secret: Known<bool>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let at = Origins::at(block.head);
    let spelling = SPELLINGS.iter().find(|(kind, _)| *kind == &*block.native_type).map(|(_, spelling)| spelling);
    let is_all = |text: Known<Arc<str>>| {
        text.map(|text| matches!(&*text.to_ascii_lowercase(), "all" | "all_traffic" | "all-traffic")).or_default(false)
    };
    let (environment, key) = spelling.map_or((&[][..], ""), |spelling| (spelling.environment, spelling.key));
    let v1 = &*block.native_type == "google_cloud_run_service";
    let mut by_note = always(block, false);
    // the key of a revision encrypts what it keeps: https://cloud.google.com/run/docs/securing/using-cmek,
    // https://cloud.google.com/functions/docs/securing/cmek
    let (in_network, all_traffic, runtime) = match spelling {
        // the first generation of Cloud Run says it in annotations
        Some(spelling) if spelling.network.is_empty() => {
            let notes = body.at_path("template.metadata.annotations");
            let note = |key: &str| match notes.value() {
                Some(map) => map
                    .each("")
                    .into_iter()
                    .find_map(|map| map.get(key))
                    .map_or_else(|| Known::unset(at.clone()), |node| node.text("")),
                None => notes.clone().map(|_| Arc::from("")),
            };
            let bound = ["run.googleapis.com/vpc-access-connector", "run.googleapis.com/network-interfaces"]
                .map(|key| note(key).exists());
            by_note = note("run.googleapis.com/encryption-key").exists();
            (any(bound), is_all(note("run.googleapis.com/vpc-access-egress")), Known::unset(at.clone()))
        }
        Some(spelling) => {
            let bound = any(spelling.network.iter().map(|path| body.exists(path)));
            let runtime =
                if spelling.runtime.is_empty() { Known::unset(at.clone()) } else { body.text(spelling.runtime) };
            let all_traffic =
                if spelling.egress.is_empty() { bound.clone() } else { is_all(body.text(spelling.egress)) };
            (bound, all_traffic, runtime)
        }
        None => (always(block, false), always(block, false), Known::unset(at.clone())),
    };
    out.push(resource(
        block,
        Function {
            plain_secret,
            egress_through_network: all([in_network.clone(), all_traffic]),
            in_network: in_network.and_at(&at),
            has_runtime: runtime.exists(),
            runtime_supported: runtimes::supported(runtime),
            has_environment: any(environment.iter().map(|path| body.exists(path))).and_at(&at),
            takes_environment_key: always(block, v1 || !key.is_empty()),
            environment_key: if v1 { by_note } else { body.exists(key) },
        },
    ));
}

/// <https://cloud.google.com/appengine/docs/standard/reference/app-yaml#handlers_element>
fn app_engine(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let handlers = block.body.each("handlers");
    let optional = any(handlers.into_iter().map(|handler| {
        handler
            .text("security_level")
            .map(|level| matches!(&*level, "SECURE_NEVER" | "SECURE_OPTIONAL"))
            .or_default(true)
    }));
    let mut app = resource(
        block,
        Endpoint {
            form: Known::set("web-app".into(), Origins::at(block.head)),
            sets_tls: always(block, true),
            https_only: optional.not(),
            modern_tls: always(block, true),
            decides_access: always(block, false),
            auth_required: always(block, true),
            ..entry::endpoint(block)
        },
    );
    app.part = Some("handlers".into());
    out.push(app);
    function(block, mapped_secrets(&block.body, "env_variables"), out);
}

fn domain(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let managed = block.body.text("ssl_settings.ssl_management_type");
    let certified = block.body.exists("ssl_settings.certificate_id");
    out.push(resource(
        block,
        Endpoint {
            form: Known::set("domain".into(), Origins::at(block.head)),
            sets_tls: always(block, true),
            https_only: any([managed.map(|kind| &*kind == "AUTOMATIC").or_default(true), certified]),
            modern_tls: always(block, true),
            decides_access: always(block, false),
            auth_required: always(block, true),
            ..entry::endpoint(block)
        },
    ));
}
