//! Bedrock AgentCore: what runs agents, their code and their browsers. Each session has a machine of its own, which
//! ends after 8 hours at the latest: <https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/runtime-sessions.html>.

use super::common::{default, is, named, not_seen, resource};
use super::{Row, plain, vpc};
use crate::model::{Endpoint, Resource, Workload};
use crate::provider::{Context, entry, fragment};
use crate::value::{Block, Known, Origins, State, Why};

pub(super) const ROWS: &[Row] = &[
    ("aws_bedrockagentcore_agent_runtime", runtime),
    ("aws_bedrockagentcore_code_interpreter", code_interpreter),
    ("aws_bedrockagentcore_browser", browser),
    ("aws_bedrockagentcore_agent_runtime_endpoint", fragment),
    ("aws_bedrockagentcore_gateway", gateway),
    ("aws_bedrockagentcore_gateway_target", fragment),
];

/// A gateway offers tools to agents; `NONE` lets everyone call them:
/// <https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/gateway-inbound-auth.html>.
fn gateway(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let endpoint = Endpoint {
        decides_access: default(block, true),
        auth_required: super::common::is(&block.body, "authorizer_type", "NONE").not(),
        ..entry::endpoint(block)
    };
    let mut made = resource(block, &["name"], endpoint);
    made.common.agent = default(block, true);
    out.push(made);
}

fn session(block: &Block, context: &Context<'_>, runs_code: bool, role: &str) -> Workload {
    let secret = plain::environment(&block.body, "environment_variables");
    Workload {
        host_pid: default(block, false),
        host_ipc: default(block, false),
        host_network: default(block, false),
        host_path: default(block, false),
        runtime_socket: default(block, false),
        plain_secret: secret.clone(),
        plain_agent_secret: secret,
        admin_rights: admin(block, context, role),
        reach_rights: default(block, false),
        egress_limited: egress(block, context),
        runs_code: default(block, runs_code),
        hardened_runtime: default(block, true),
        has_deadline: default(block, true),
        has_limits: default(block, true),
        token_mounted: default(block, false),
        token_needed: default(block, false),
        sets_place: default(block, true),
        // the runtime sends its traces to CloudWatch: https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/observability.html
        traced: default(block, true),
        mesh_encrypted: default(block, true),
    }
}

/// `PUBLIC` reaches the whole internet, `SANDBOX` nothing outside AWS, `VPC` what the security groups let through:
/// <https://docs.aws.amazon.com/bedrock-agentcore/latest/devguide/code-interpreter-resource-management.html>.
fn egress(block: &Block, context: &Context<'_>) -> Known<bool> {
    let mode = block.body.text("network_configuration.network_mode");
    match &mode.state {
        State::Set(name) | State::Default(name) if &**name == "VPC" => {
            let paths = ["network_mode_config.security_groups", "vpc_config.security_groups"];
            let groups = paths.iter().flat_map(|path| block.body.each(&format!("network_configuration.{path}")));
            vpc::egress_limited(block, groups.collect(), context)
        }
        State::Set(_) | State::Default(_) => is(&block.body, "network_configuration.network_mode", "SANDBOX"),
        State::Unset => Known::because(Why::Expression("no network mode is written".into()), Origins::at(block.head)),
        State::Unknown(_) => mode.map(|_| false),
    }
}

/// Whether the role that it acts by is an administrator's.
fn admin(block: &Block, context: &Context<'_>, path: &str) -> Known<bool> {
    if block.body.at_path(path).is_unset() {
        return default(block, false);
    }
    match named(context, block, path, &["aws_iam_role"], &["arn"]) {
        Some(role) => super::iam::administrator_role(role, context),
        None => not_seen(&block.body, path),
    }
}

fn push(block: &Block, names: &[&str], workload: Workload, out: &mut Vec<Resource>) {
    let mut made = resource(block, names, workload);
    made.common.agent = default(block, true);
    out.push(made);
}

fn runtime(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    push(block, &["agent_runtime_name"], session(block, context, false, "role_arn"), out);
}

fn code_interpreter(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    push(block, &["name"], session(block, context, true, "execution_role_arn"), out);
}

fn browser(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    push(block, &["name"], session(block, context, false, "execution_role_arn"), out);
}
