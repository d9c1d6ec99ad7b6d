//! Crossplane's compositions: what they hold as `base` is made once for each claim, with what their patches fill in. Each
//! base is judged as the resource that it is, and stands for any number; what a patch sets cannot be told
//! (<https://docs.crossplane.io/latest/composition/compositions/>).

use std::sync::Arc;

use super::{Family, Index, Made};
use crate::source::{Note, NoteKind};
use crate::value::{Block, Dialect, Entry, Node, Provider, Unknown, Value, Why};

/// The group of compositions.
const GROUP: &str = "apiextensions.crossplane.io";

/// The composition that a block is.
fn composition(block: &Block) -> Option<&Node> {
    match block.dialect {
        Dialect::Native if block.provider == Provider::Kubernetes => {
            (block.native_type.strip_suffix("/Composition") == Some(GROUP)).then_some(&block.body)
        }
        Dialect::Terraform if &*block.native_type == "kubernetes_manifest" => {
            let body = block.body.get("manifest")?;
            let of = |key: &str| body.get(key).and_then(Node::as_str);
            (of("kind") == Some("Composition") && of("apiVersion")?.starts_with(GROUP)).then_some(body)
        }
        _ => None,
    }
}

pub(super) fn is_one(block: &Block) -> bool {
    composition(block).is_some()
}

/// The blocks of what a composition makes; none if it is no composition, or makes nothing of a cloud that is read.
pub(super) fn lower(block: &Block) -> Option<Vec<Block>> {
    let made = made(block);
    if made.is_empty() {
        return None;
    }
    let mut all = vec![block.clone()];
    let index = Index::new(&made);
    for block in &made {
        all.extend(Made::of(block).and_then(|made| made.lowered(&index)).into_iter().flatten());
    }
    (all.len() > 1).then_some(all)
}

/// What is said of what a composition makes in a way that is not followed.
pub(super) fn unseen(blocks: &[Block]) -> Vec<Note> {
    let mut notes = Vec::new();
    for block in blocks {
        let Some(body) = composition(block) else { continue };
        let steps = body.each("spec.pipeline");
        let writes = |step: &&&Node| step.get("input").is_some() && step.each("input.resources").is_empty();
        let made = made(block);
        let index = Index::new(&made);
        let lost = made.iter().filter_map(Made::of).filter(|made| made.lowered(&index).is_none());
        let lost: Vec<String> = lost.map(|made| format!("`{} ({})`", made.kind, made.group())).collect();
        let step = steps.iter().find(writes).and_then(|step| step.text("step").value().cloned());
        let message = match step {
            Some(step) => {
                format!("step `{step}` of `{}` writes resources by a program: they were not seen", block.address)
            }
            None if !lost.is_empty() => format!("of `{}` these were not seen: {}", block.address, lost.join(", ")),
            None => continue,
        };
        notes.push(Note::new(NoteKind::NotSeen, message).at(block.head).help("scan the account that they are made in"));
    }
    notes
}

/// The objects that a composition holds, as if they stood for themselves.
fn made(block: &Block) -> Vec<Block> {
    let Some(body) = composition(block) else { return Vec::new() };
    let plain = body.each("spec.resources");
    let by_functions = body.each("spec.pipeline.input.resources");
    let sets: Vec<&Node> =
        body.each("spec.patchSets").into_iter().chain(body.each("spec.pipeline.input.patchSets")).collect();
    let of = |(at, resource): (usize, &Node)| {
        let base = resource.get("base")?;
        let (version, kind) = (base.get("apiVersion")?.as_str()?, base.get("kind")?.as_str()?);
        let (group, _) = version.rsplit_once('/')?;
        let named = resource.text("name").value().map_or_else(|| at.to_string(), ToString::to_string);
        let address: Arc<str> = Arc::from(format!("{}.{named}", block.address));
        let mut base = base.clone();
        for path in patched(resource, &sets) {
            let why = Why::Expression(format!("a patch of `{}` fills in `{path}`", block.address).into());
            leave_open(&mut base, &path, &Unknown::at(why, block.head));
        }
        name(&mut base, &named);
        let span = base.origins.primary.unwrap_or(block.span);
        Some(Block {
            dialect: Dialect::Native,
            provider: Provider::Kubernetes,
            native_type: Arc::from(format!("{group}/{kind}")),
            head: resource.get("name").and_then(|name| name.origins.primary).unwrap_or(span),
            span,
            address: address.clone(),
            instances_unknown: Some(Unknown::at(Why::Instances(address, None), block.head)),
            body: base,
            ..block.clone()
        })
    };
    let blocks: Vec<Block> = plain.into_iter().chain(by_functions).enumerate().filter_map(of).collect();
    blocks.into_iter().filter(|block| Made::of(block).is_some_and(|made| made.family != Family::Other)).collect()
}

/// The paths of a resource that its patches and those of the sets that they name fill in.
fn patched(resource: &Node, sets: &[&Node]) -> Vec<String> {
    let mut paths = Vec::new();
    for patch in resource.each("patches") {
        let by_set = patch.text("patchSetName").value().and_then(|name| {
            sets.iter().find(|set| set.text("name").value() == Some(name)).map(|set| set.each("patches"))
        });
        for patch in by_set.unwrap_or_else(|| vec![patch]) {
            // what goes the other way sets nothing of the resource
            let kind = patch.text("type").value().cloned().unwrap_or_else(|| Arc::from("FromCompositeFieldPath"));
            if kind.starts_with("To") || kind.starts_with("CombineTo") {
                continue;
            }
            let to = patch.text("toFieldPath").value().or(patch.text("fromFieldPath").value()).map(ToString::to_string);
            paths.extend(to);
        }
    }
    paths
}

/// By the name within the composition, unless it has one.
fn name(base: &mut Node, named: &str) {
    let origins = base.origins.clone();
    let entry = |key: &str, value: Node| Entry { key: Arc::from(key), key_span: None, value };
    let named = Node { value: Value::String(Arc::from(named)), origins: origins.clone() };
    let Value::Map(entries) = &mut base.value else { return };
    match entries.iter_mut().find(|entry| &*entry.key == "metadata").map(|entry| &mut entry.value.value) {
        Some(Value::Map(metadata)) if metadata.iter().all(|entry| &*entry.key != "name") => {
            metadata.push(entry("name", named))
        }
        Some(_) => {}
        None => entries.push(entry("metadata", Node { value: Value::Map(vec![entry("name", named)]), origins })),
    }
}

/// Puts `unknown` to where a field path leads: `spec.forProvider.tags["a"]`, `spec.forProvider.rule[0].cidr`.
fn leave_open(node: &mut Node, path: &str, unknown: &Arc<Unknown>) {
    let path = path.trim_start_matches('.');
    if path.is_empty() {
        node.value = Value::Unknown(unknown.clone());
        return;
    }
    if let Some((inside, rest)) = path.strip_prefix('[').and_then(|path| path.split_once(']')) {
        match (&mut node.value, inside.parse::<usize>()) {
            (Value::List(items), Ok(at)) if at < items.len() => {
                if let Some(item) = items.get_mut(at) {
                    leave_open(item, rest, unknown);
                }
            }
            (Value::Map(_), Err(_)) => below(node, inside.trim_matches(['"', '\'']), rest, unknown),
            // any item, or one that is not there yet
            _ => node.value = Value::Unknown(unknown.clone()),
        }
        return;
    }
    let end = path.find(['.', '[']).unwrap_or(path.len());
    let (key, rest) = path.split_at(end);
    below(node, key, rest, unknown);
}

fn below(node: &mut Node, key: &str, rest: &str, unknown: &Arc<Unknown>) {
    let origins = node.origins.clone();
    let Value::Map(entries) = &mut node.value else {
        node.value = Value::Unknown(unknown.clone());
        return;
    };
    if entries.iter().all(|entry| &*entry.key != key) {
        let value = Node { value: Value::Map(Vec::new()), origins };
        entries.push(Entry { key: Arc::from(key), key_span: None, value });
    }
    if let Some(entry) = entries.iter_mut().find(|entry| &*entry.key == key) {
        // a list that is not there yet
        leave_open(&mut entry.value, rest, unknown);
    }
}
