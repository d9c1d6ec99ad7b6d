//! Containers that Docker runs: services of Compose, and images as their Dockerfiles build them.

use std::sync::Arc;

use super::{Context, Row, hosts, images, secrets};
use crate::model::{Container, Image, Resource, Workload, tags_of};
use crate::value::{Block, Known, Node, Origins, State, Value, all, any};

pub(super) const FAMILIES: &[&[Row]] = &[&[("compose/Service", service), ("dockerfile/Image", image)]];

/// Runtimes that put a machine or a kernel of its own between a container and its host.
const HARDENED: &[&str] = &["runsc", "kata", "kata-runtime", "io.containerd.kata.v2", "io.containerd.runsc.v1"];

fn default<T>(block: &Block, value: T) -> Known<T> {
    Known::default_of(value, Origins::at(block.head))
}

fn is(node: &Node, path: &str, wanted: &[&str]) -> Known<bool> {
    node.text(path).map(|text| wanted.contains(&&*text)).or_default(false)
}

/// <https://docs.docker.com/reference/compose-file/services/>
fn service(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let here = Origins::at(block.head);
    let secrets = any(body.each("environment").into_iter().map(credential)).and_at(&here);
    let binds: Vec<Known<Arc<str>>> = body.each("volumes").into_iter().filter_map(bound).collect();
    let of_host = |path: &str| path.starts_with('/') || path.starts_with('~') || path.starts_with('$');
    let workload = Workload {
        host_pid: is(body, "pid", &["host"]),
        host_ipc: is(body, "ipc", &["host"]),
        host_network: is(body, "network_mode", &["host"]),
        // a path below the file's own folder belongs to what is deployed
        host_path: any(binds.iter().map(|path| path.clone().map(|path| of_host(&path)))).and_at(&here),
        runtime_socket: any(binds.iter().map(|path| path.clone().map(|path| hosts::reaches_runtime(&path))))
            .and_at(&here),
        plain_secret: secrets.clone(),
        plain_agent_secret: secrets,
        sets_place: default(block, false),
        admin_rights: default(block, false),
        reach_rights: default(block, false),
        egress_limited: egress_limited(block),
        runs_code: default(block, false),
        hardened_runtime: is(body, "runtime", HARDENED),
        has_deadline: default(block, false),
        has_limits: limits(body).and_at(&here),
        token_mounted: default(block, false),
        token_needed: default(block, false),
        // asked of pods alone
        traced: default(block, false),
        mesh_encrypted: default(block, false),
    };
    out.push(resource(block, workload));
    let mut made = resource(block, container(block));
    made.part = Some("container".into());
    out.push(made);
}

fn resource(block: &Block, kind: impl Into<crate::model::Kind>) -> Resource {
    let mut made = Resource::new(block, block.address.clone(), kind);
    made.tags = tags_of(&block.body, "labels");
    made
}

fn container(block: &Block) -> Container {
    let body = &block.body;
    let privileged = body.bool("privileged").or_default(false);
    let options = || body.each("security_opt").into_iter();
    let fresh = any(options().map(|option| {
        option
            .text("")
            .map(|option| matches!(&*option.replace('=', ":"), "no-new-privileges" | "no-new-privileges:true"))
    }));
    let unconfined =
        any(options().map(|option| option.text("").map(|option| option.replace('=', ":") == "seccomp:unconfined")));
    let added = body.each("cap_add").into_iter();
    let dropped = body.each("cap_drop").into_iter();
    let built = body.exists("build").and(body.exists("image").not());
    Container {
        privileged: privileged.clone(),
        may_escalate: any([privileged, fresh.not()]),
        adds_capabilities: any(added.map(|name| name.text("").map(|name| hosts::reaches_beyond(&name)))),
        root: root(&body.text("user").or(body.text("built_user")), block),
        read_only_root: body.bool("read_only").or_default(false),
        drops_capabilities: any(dropped.map(|name| name.text("").map(|name| name.eq_ignore_ascii_case("all")))),
        // Docker's own profile holds where none is chosen: https://docs.docker.com/engine/security/seccomp/
        seccomp: unconfined.not().and_at(&Origins::at(block.head)),
        // what is built here is not fetched under a name that can move
        image_pinned: match built.value() {
            Some(true) => built,
            _ => images::pinned(body, "image"),
        },
        secret_in_environment: default(block, false),
    }
}

/// Whether a user, as `name:group` or number, is root; so is whoever nothing is said of.
fn root(user: &Known<Arc<str>>, block: &Block) -> Known<bool> {
    let said = user.clone().map(|user| matches!(user.split(':').next(), Some("root" | "0" | "")));
    if said.is_unset() { default(block, true) } else { said }
}

/// What comes from the shell or is given at the build does not stand in the file; a file of variables that was not read may
/// hold one.
fn credential(entry: &Node) -> Known<bool> {
    if let Value::Unknown(unknown) = &entry.value {
        return Known::unknown(unknown.clone(), entry.origins.clone());
    }
    match (entry.text("name").value(), entry.get("value")) {
        (Some(name), Some(value)) => match secrets::credential(name, value) {
            Known { state: State::Unknown(_), origins } => Known::default_of(false, origins),
            known => known,
        },
        _ => Known::default_of(false, entry.origins.clone()),
    }
}

/// The path of the host that a volume binds: `./data:/data`, or `source` of the long form; none for a named volume.
fn bound(volume: &Node) -> Option<Known<Arc<str>>> {
    if let Value::Map(_) = volume.value {
        let binds = volume.text("type").value().is_some_and(|kind| &**kind == "bind");
        return binds.then(|| volume.text("source"));
    }
    if let Value::Text(text) = &volume.value {
        // `${DATA}:/data` may be a name as well as a path
        return Some(match text.lead().split_once(':') {
            Some((source, _)) => Known::set(Arc::from(source), volume.origins.clone()),
            None => Known::unknown(text.as_unknown(), volume.origins.clone()),
        });
    }
    if let Value::Unknown(unknown) = &volume.value {
        return Some(Known::unknown(unknown.clone(), volume.origins.clone()));
    }
    let short = volume.text("");
    let source = short.value()?.split_once(':')?.0.to_owned();
    source.starts_with(['/', '.', '~']).then(|| short.map(|_| Arc::from(source)))
}

/// Limits of memory and of processor, in either spelling.
fn limits(body: &Node) -> Known<bool> {
    let either = |old: &str, new: &str| any([body.exists(old), body.exists(&format!("deploy.resources.limits.{new}"))]);
    either("mem_limit", "memory").and(any([either("cpus", "cpus"), body.exists("cpu_quota")]))
}

/// Whether every network of the service is one that leads nowhere else:
/// <https://docs.docker.com/reference/compose-file/networks/#internal>.
fn egress_limited(block: &Block) -> Known<bool> {
    let body = &block.body;
    let none = is(body, "network_mode", &["none"]);
    let names: Vec<Arc<str>> = match body.at_path("networks").state {
        State::Set(Node { value: Value::Map(entries), .. }) => entries.iter().map(|entry| entry.key.clone()).collect(),
        _ => body.each("networks").into_iter().filter_map(|name| name.text("").value().cloned()).collect(),
    };
    if names.is_empty() {
        return none;
    }
    let internal = names.iter().map(|name| body.bool(&format!("all_networks.{name}.internal")).or_default(false));
    any([none, all(internal)])
}

/// <https://docs.docker.com/reference/dockerfile/>
fn image(block: &Block, _: &Context<'_>, out: &mut Vec<Resource>) {
    let body = &block.body;
    let from = body.text("from");
    // images that are made to run as nobody say so in their tags:
    // https://github.com/GoogleContainerTools/distroless#debug-images
    let modest =
        from.clone().map(|from| from.contains(":nonroot") || from.contains(":debug-nonroot")).or_default(false);
    let user = body.text("user");
    let root = if user.is_unset() { modest.not() } else { root(&user, block) };
    let empty = from.clone().map(|from| &*from == "scratch").or_default(false);
    let facts = Image {
        root,
        base_pinned: any([empty, images::pinned(body, "from")]),
        plain_secret: any(body.each("environment").into_iter().map(credential)).and_at(&Origins::at(block.head)),
    };
    out.push(resource(block, facts));
}
