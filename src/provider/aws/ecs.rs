//! Amazon ECS and AWS Batch: task and job definitions with their containers.

use super::Row;
use super::common::{default, named, part, resource};
use super::policy::json;
use crate::model::{Container, Mount, PolicyGrant, Resource, Workload};
use crate::provider::{Context, fragment, hosts};
use crate::value::{Block, Known, Node, Origins, Why, all, any};

pub(super) const ROWS: &[Row] = &[
    ("aws_ecs_task_definition", task),
    ("aws_batch_job_definition", job),
    ("aws_ecs_service", service),
    ("aws_ecs_cluster", fragment),
    ("aws_ecs_capacity_provider", fragment),
    ("aws_ecs_cluster_capacity_providers", fragment),
];

/// Whether people may get into the containers of a service:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html>. Who they are IAM decides.
fn service(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let exec_rights = block.body.bool("enable_execute_command").or_default(false);
    let grant = super::iam::grant(block, "ecs-exec", default(block, true), default(block, false));
    let grant = PolicyGrant { exec_rights, declared_holder: Known::default(), ..grant };
    out.push(resource(block, &["name"], grant));
}

/// File systems of EFS are mounted in the clear unless the definition says otherwise:
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html>.
fn mounts(block: &Block, out: &mut Vec<Resource>) {
    for (at, volume) in block.body.each("volume").into_iter().enumerate() {
        let Some(node) = volume.each("efs_volume_configuration").into_iter().next() else { continue };
        let encrypted = super::common::is(node, "transit_encryption", "ENABLED");
        out.push(part(block, format!("volume[{at}]"), volume, &["family"], Mount { encrypted }));
    }
}

/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definition_parameters.html>
fn task(block: &Block, context: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let definitions = json(body, "container_definitions");
    let containers: Vec<&Node> = definitions.value().map(|list| list.each("")).unwrap_or_default();
    let unread = definitions.why().map(|why| Known::unknown(why.clone(), definitions.origins.clone()));
    let paths = body.each("volume").into_iter().filter(|volume| !volume.at_path("host_path").is_unset());
    let paths: Vec<&Node> = paths.collect();
    let fargate = any(body
        .each("requires_compatibilities")
        .into_iter()
        .map(|kind| kind.text("").map(|kind| &*kind == "FARGATE")));
    let secrets = any(containers.iter().map(|container| environment(container)).chain(unread.clone()));
    let here = Origins::at(block.head);
    let workload = Workload {
        host_pid: super::common::is(body, "pid_mode", "host"),
        host_ipc: super::common::is(body, "ipc_mode", "host"),
        host_network: super::common::is(body, "network_mode", "host"),
        host_path: any(paths.iter().map(|volume| volume.text("host_path").map(|path| !path.is_empty()))).and_at(&here),
        runtime_socket: any(paths
            .iter()
            .map(|volume| volume.text("host_path").map(|path| hosts::reaches_runtime(&path))))
        .and_at(&here),
        plain_secret: secrets.clone().and_at(&here),
        plain_agent_secret: secrets.and_at(&here),
        admin_rights: task_admin(block, context),
        reach_rights: default(block, false),
        egress_limited: egress(block, context),
        runs_code: default(block, false),
        // every task on Fargate has a machine of its own
        // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate.html
        hardened_runtime: fargate.clone().and_at(&here),
        has_deadline: default(block, false),
        has_limits: limits(block, &containers),
        token_mounted: default(block, false),
        token_needed: default(block, false),
        sets_place: default(block, true),
        // asked of pods alone
        traced: default(block, false),
        mesh_encrypted: default(block, false),
    };
    out.push(resource(block, &["family"], workload));
    mounts(block, out);
    for (at, container) in containers.iter().enumerate() {
        push_container(block, container, at, &fargate, out);
    }
}

/// By the security groups of the services that run the task.
fn egress(block: &Block, context: &Context<'_>) -> Known<bool> {
    let services = context.blocks.joined(block, "aws_ecs_service", "task_definition", &["family", "arn", "id"]);
    if services.blocks.is_empty() {
        return Known::because(Why::Partial("the service's security groups decide".into()), Origins::at(block.head));
    }
    let said = services.blocks.iter().map(|service| {
        super::vpc::egress_limited(service, service.body.each("network_configuration.security_groups"), context)
    });
    all(said.collect::<Vec<_>>())
}

fn environment(container: &Node) -> Known<bool> {
    let said = container.each("environment").into_iter().map(|entry| match entry.text("name").value() {
        Some(name) => match entry.get("value") {
            Some(value) => crate::provider::secrets::credential(name, value),
            None => Known::default_of(false, entry.origins.clone()),
        },
        None => Known::default_of(false, entry.origins.clone()),
    });
    any(said)
}

fn limits(block: &Block, containers: &[&Node]) -> Known<bool> {
    let task = block.body.exists("memory").and(block.body.exists("cpu"));
    // a running account says 0 where none is reserved
    let some = |container: &Node, what: &str| match container.int(what) {
        units if units.value() == Some(&0) => units.map(|_| false),
        _ => container.exists(what),
    };
    let each = all(containers.iter().map(|container| some(container, "memory").and(some(container, "cpu"))));
    task.either(each).and_at(&Origins::at(block.head))
}

/// Whether the role that the program of the task holds is an administrator's.
fn task_admin(block: &Block, context: &Context<'_>) -> Known<bool> {
    if block.body.at_path("task_role_arn").is_unset() {
        return default(block, false);
    }
    match named(context, block, "task_role_arn", &["aws_iam_role"], &["arn"]) {
        Some(role) => super::iam::administrator_role(role, context),
        None => super::common::not_seen(&block.body, "task_role_arn"),
    }
}

/// On Fargate a container cannot be privileged, and whatever rights a process gains end at the task's own machine:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-fargate.html>.
fn push_container(block: &Block, container: &Node, at: usize, fargate: &Known<bool>, out: &mut Vec<Resource>) {
    let privileged = container.bool("privileged").or_default(false);
    let added = container.each("linuxParameters.capabilities.add").into_iter();
    let strong = any(added.map(|name| name.text("").map(|name| hosts::reaches_beyond(&name))));
    let fresh = any(container
        .each("dockerSecurityOptions")
        .into_iter()
        .map(|option| option.text("").map(|option| option.contains("no-new-privileges"))));
    let made = Container {
        privileged: privileged.clone(),
        may_escalate: any([privileged, fresh.not().and(fargate.clone().not())]),
        adds_capabilities: strong,
        root: container.text("user").map(|user| matches!(user.split(':').next(), Some("root" | "0"))).or_default(true),
        read_only_root: container.bool("readonlyRootFilesystem").or_default(false),
        // a task definition chooses no profile of system calls, and what it may drop is asked of pods alone
        drops_capabilities: default(block, false),
        seccomp: default(block, false),
        image_pinned: crate::provider::images::pinned(container, "image"),
        // a task has no other way to its secrets, and they lie in no cluster
        secret_in_environment: default(block, false),
    };
    let name = container.text("name").value().map_or_else(|| at.to_string(), ToString::to_string);
    let mut made = resource(block, &["family", "name"], made);
    made.aliases = Vec::new();
    if let Some(name) = container.text("name").value() {
        made.name = name.clone();
    }
    made.part = Some(format!("container[{name}]").into());
    if let Some(span) = container.origins.primary {
        made.head = span;
    }
    out.push(made);
}

/// <https://docs.aws.amazon.com/batch/latest/userguide/job_definition_parameters.html>
fn job(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let properties = json(&block.body, "container_properties");
    let Some(container) = properties.value() else { return };
    let paths: Vec<&Node> = container.each("volumes.host.sourcePath");
    let here = Origins::at(block.head);
    let secret = environment(container).and_at(&here);
    let workload = Workload {
        host_pid: default(block, false),
        host_ipc: default(block, false),
        host_network: default(block, false),
        host_path: default(block, !paths.is_empty()),
        runtime_socket: any(paths.iter().map(|path| path.text("").map(|path| hosts::reaches_runtime(&path))))
            .and_at(&here),
        plain_secret: secret.clone(),
        plain_agent_secret: secret,
        admin_rights: default(block, false),
        reach_rights: default(block, false),
        egress_limited: Known::because(
            Why::Partial("the compute environment's security groups decide".into()),
            here.clone(),
        ),
        runs_code: default(block, false),
        hardened_runtime: default(block, false),
        has_deadline: block.body.exists("timeout"),
        has_limits: default(block, true),
        token_mounted: default(block, false),
        token_needed: default(block, false),
        sets_place: default(block, true),
        // asked of pods alone
        traced: default(block, false),
        mesh_encrypted: default(block, false),
    };
    out.push(resource(block, &["name"], workload));
    push_container(block, container, 0, &default(block, false), out);
}
