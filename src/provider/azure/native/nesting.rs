//! Resource Manager's nesting, undone before it is spelled: `properties` stand one level higher; what is a resource in
//! Terraform becomes one where it is written inside another; and what is a block in Terraform goes into the resource it
//! belongs to where it is written apart.

use std::collections::HashMap;
use std::sync::Arc;

use crate::value::{Block, Dialect, Entry, MAYBE, Node, Provider, REST, Reference, UnitId, Unknown, Value, Why};

use super::FREE;

/// Resources that may be written inside another: the outer type, where they stand in it, their own type.
const INSIDE: &[(&str, &str, &str)] = &[
    ("Microsoft.Network/virtualNetworks", "subnets", "Microsoft.Network/virtualNetworks/subnets"),
    (
        "Microsoft.Network/virtualNetworks",
        "virtualNetworkPeerings",
        "Microsoft.Network/virtualNetworks/virtualNetworkPeerings",
    ),
];

/// Parts that may be written as resources of their own: their type, their name (any if empty), and where they belong in
/// the resource they lie in.
const APART: &[(&str, &str, &str)] = &[
    ("Microsoft.EventHub/namespaces/networkRuleSets", "", "networkRuleSet"),
    ("Microsoft.KeyVault/vaults/accessPolicies", "", "policiesApart"),
    ("Microsoft.ServiceBus/namespaces/networkRuleSets", "", "networkRuleSet"),
    ("Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies", "", "shortTermRetentionPolicy"),
    ("Microsoft.Sql/servers/databases/transparentDataEncryption", "", "transparentDataEncryption"),
    ("Microsoft.Storage/storageAccounts/blobServices", "", "blobServices"),
    ("Microsoft.Synapse/workspaces/sqlPools/transparentDataEncryption", "", "transparentDataEncryption"),
    ("Microsoft.Web/sites/config", "appsettings", "appSettings"),
    ("Microsoft.Web/sites/config", "authsettings", "authSettings"),
    ("Microsoft.Web/sites/config", "authsettingsV2", "authSettingsV2"),
    ("Microsoft.Web/sites/config", "logs", "logs"),
    ("Microsoft.Web/sites/config", "web", "siteConfig"),
    ("Microsoft.Web/sites/slots/config", "appsettings", "appSettings"),
    ("Microsoft.Web/sites/slots/config", "authsettings", "authSettings"),
    ("Microsoft.Web/sites/slots/config", "authsettingsV2", "authSettingsV2"),
    ("Microsoft.Web/sites/slots/config", "logs", "logs"),
    ("Microsoft.Web/sites/slots/config", "web", "siteConfig"),
];

/// The types of parts that may be written as resources of their own.
pub(in crate::provider) fn parts() -> impl Iterator<Item = &'static str> {
    APART.iter().map(|(native_type, ..)| *native_type)
}

/// Those of them that are read where the resource they belong to is not among the files.
const STRAY: &[&str] = &["blobServices", "siteConfig", "transparentDataEncryption"];

/// What says of a resource what it is, and is no part of what it is set to.
const NAMING: &[&str] =
    &["apiVersion", "kind", "location", "name", "parent", "root", "scope", "scopeRoot", "tags", "type"];

/// Every native block of this cloud in the nesting that the tables know; others as they are.
pub(in crate::provider) fn settle(blocks: Vec<Block>) -> Vec<Block> {
    let ours = |block: &Block| block.dialect == Dialect::Native && block.provider == Provider::Azure;
    let mut settled = Vec::with_capacity(blocks.len());
    for mut block in blocks {
        if ours(&block) {
            block.body = lifted(&block.body, true);
            let inner = inside(&block);
            settled.push(block);
            settled.extend(inner);
        } else {
            settled.push(block);
        }
    }
    let mut settled = join(settled);
    scopes(&mut settled);
    for block in settled.iter_mut().filter(|block| ours(block)) {
        if let Some(variant) = super::variants::variant(block) {
            block.written = Some(std::mem::replace(&mut block.native_type, Arc::from(variant)));
        }
    }
    settled
}

/// The node with what stands under each `properties` one level higher. Where that is unknown, so is all that could stand
/// in it.
fn lifted(node: &Node, outermost: bool) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| lifted(item, false)).collect()),
        Value::Map(entries) => {
            let inner = node.get("properties");
            if let Some(unknown @ Node { value: Value::Unknown(_), .. }) = inner {
                return unknown.clone();
            }
            let lifts = inner.is_some_and(|inner| matches!(inner.value, Value::Map(_)));
            let mut made: Vec<Entry> = Vec::with_capacity(entries.len());
            // the type of the resource is known; a `type` among its properties says something else
            let own = entries.iter().filter(|entry| !(lifts && &*entry.key == "properties"));
            let own = own.filter(|entry| !(outermost && &*entry.key == "type"));
            for entry in own.chain(inner.filter(|_| lifts).into_iter().flat_map(|inner| inner.entries())) {
                if made.iter().any(|known| known.key == entry.key) {
                    continue;
                }
                let free = FREE.contains(&&*entry.key);
                let value = if free { entry.value.clone() } else { lifted(&entry.value, false) };
                made.push(Entry { value, ..entry.clone() });
            }
            Value::Map(made)
        }
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

/// The resources that are written inside a block.
fn inside(block: &Block) -> Vec<Block> {
    let mut made = Vec::new();
    let rows = INSIDE.iter().filter(|(outer, ..)| outer.eq_ignore_ascii_case(&block.native_type));
    for (_, path, native_type) in rows {
        for (at, item) in block.body.each(path).into_iter().enumerate() {
            let mut body = item.clone();
            let named = item.get("name").and_then(Node::as_str).map(str::to_owned);
            if let Value::Map(entries) = &mut body.value {
                entries.retain(|entry| !matches!(&*entry.key, MAYBE | "parent" | "root"));
                for key in ["parent", "root"] {
                    entries.push(Entry { key: Arc::from(key), key_span: None, value: reference(block) });
                }
            }
            let unknown = match &item.value {
                Value::Unknown(unknown) => Some(unknown.clone()),
                _ => match item.maybe().map(|maybe| &maybe.value) {
                    Some(Value::Unknown(unknown)) => Some(unknown.clone()),
                    _ => block.instances_unknown.clone(),
                },
            };
            let outer = format!("{}.", block.native_type);
            let (before, name) = block.address.split_once(&outer).unwrap_or(("", &block.address));
            let own = named.unwrap_or_else(|| format!("[{at}]"));
            let span = item.origins.primary.unwrap_or(block.span);
            made.push(Block {
                native_type: Arc::from(*native_type),
                address: Arc::from(format!("{before}{native_type}.{name}/{own}")),
                head: span,
                span,
                body,
                instances_unknown: unknown,
                ..block.clone()
            });
        }
    }
    made
}

fn reference(block: &Block) -> Node {
    let reference = Reference { unit: block.unit, address: block.address.clone(), attribute: Arc::from("id") };
    Node::at(Value::Unknown(Unknown::reference(reference, block.head)), block.head)
}

/// What a lock and a diagnostic setting speak of. A lock that names nothing locks the whole resource group: all that is
/// deployed with it. A setting of a part of a storage account speaks of the account.
fn scopes(blocks: &mut [Block]) {
    let everything: Vec<(UnitId, Node)> = match blocks.iter().any(lacks_scope) {
        true => blocks.iter().map(|block| (block.unit, reference(block))).collect(),
        false => Vec::new(),
    };
    for block in blocks {
        if lacks_scope(block) {
            let of_unit = everything.iter().filter(|(unit, _)| *unit == block.unit).map(|(_, node)| node.clone());
            let all = Node::at(Value::List(of_unit.collect()), block.head);
            merge(&mut block.body, "scope", all);
        } else if block.native_type.eq_ignore_ascii_case("Microsoft.Insights/diagnosticSettings")
            && let Some(root) = block.body.get("scopeRoot").cloned()
        {
            speaks_of(block, &root);
        }
    }
}

/// A setting of a blob service is one of its account; those of queues, tables and files are not.
fn speaks_of(block: &mut Block, account: &Node) {
    let Value::Map(entries) = &mut block.body.value else { return };
    let Some(entry) = entries.iter_mut().find(|entry| &*entry.key == "scope") else { return };
    if let (Value::Unknown(scope), Value::Unknown(account)) = (&entry.value.value, &account.value)
        && scope.refers.iter().any(|to| to.address.to_ascii_lowercase().contains("/blobservices."))
    {
        let mut wider = Unknown::clone(scope);
        wider.refers.extend(account.refers.iter().cloned());
        entry.value.value = Value::Unknown(Arc::new(wider));
    }
}

fn lacks_scope(block: &Block) -> bool {
    block.native_type.eq_ignore_ascii_case("Microsoft.Authorization/locks") && block.body.get("scope").is_none()
}

/// Brings what is written apart into the resource that it belongs to.
fn join(mut blocks: Vec<Block>) -> Vec<Block> {
    let mut by_address: HashMap<(UnitId, Arc<str>), usize> = HashMap::new();
    for (at, block) in blocks.iter().enumerate() {
        by_address.entry((block.unit, block.address.clone())).or_insert(at);
    }
    let mut joined: Vec<usize> = Vec::new();
    for at in 0..blocks.len() {
        let Some((to, path, value)) = blocks.get(at).and_then(|block| apart(block, &by_address)) else { continue };
        if let Some(target) = blocks.get_mut(to) {
            merge(&mut target.body, path, value);
            joined.push(at);
        }
    }
    let mut at = 0;
    blocks.retain(|_| {
        at += 1;
        joined.binary_search(&(at - 1)).is_err()
    });
    blocks.iter_mut().for_each(stray);
    blocks
}

/// A part of a resource that is not among the files stands for that resource, of which nothing else is known.
fn stray(block: &mut Block) {
    let Some(path) = place_of(block).filter(|path| STRAY.contains(path)) else { return };
    let Some((outer, _)) = block.native_type.rsplit_once('/') else { return };
    let outer: Arc<str> = Arc::from(outer);
    let rest = Entry {
        key: Arc::from(REST),
        key_span: None,
        value: Node::at(Value::Unknown(Unknown::new(Why::NotSeen(outer.clone()))), block.head),
    };
    let (naming, mut said): (Vec<_>, Vec<_>) =
        block.body.entries().iter().cloned().partition(|entry| NAMING.contains(&&*entry.key));
    said.push(rest.clone());
    let mut whole: Vec<Entry> =
        naming.into_iter().filter(|entry| !matches!(&*entry.key, "kind" | "parent" | "root")).collect();
    let value = Node::at(Value::Map(said), block.head);
    whole.extend([Entry { key: Arc::from(path), key_span: None, value }, rest]);
    block.body = Node { value: Value::Map(whole), origins: block.body.origins.clone() };
    block.written = Some(std::mem::replace(&mut block.native_type, outer));
}

/// Where a part belongs: the block, the place in it, and what it says.
fn apart(block: &Block, known: &HashMap<(UnitId, Arc<str>), usize>) -> Option<(usize, &'static str, Node)> {
    let path = place_of(block)?;
    let Some(Value::Unknown(parent)) = block.body.get("parent").map(|parent| &parent.value) else { return None };
    let target = parent.refers.iter().find_map(|to| known.get(&(to.unit, to.address.clone())))?;
    let entries = block.body.entries().iter().filter(|entry| !NAMING.contains(&&*entry.key)).cloned();
    let value = match &block.instances_unknown {
        Some(unknown) => Value::Unknown(unknown.clone()),
        None => Value::Map(entries.collect()),
    };
    Some((*target, path, Node::at(value, block.head)))
}

/// Where what is written apart belongs in the resource that it lies in.
fn place_of(block: &Block) -> Option<&'static str> {
    if block.dialect != Dialect::Native || block.provider != Provider::Azure {
        return None;
    }
    let name = block.body.get("name").and_then(Node::as_str).unwrap_or("");
    let found = APART.iter().find(|(native_type, of, _)| {
        native_type.eq_ignore_ascii_case(&block.native_type) && (of.is_empty() || of.eq_ignore_ascii_case(name))
    });
    found.map(|(_, _, path)| *path)
}

/// Sets `key`; of two maps, the entries of the later one win.
fn merge(body: &mut Node, key: &str, value: Node) {
    let Value::Map(entries) = &mut body.value else { return };
    match entries.iter_mut().find(|entry| &*entry.key == key) {
        Some(entry) => match (&mut entry.value.value, value.value) {
            (Value::Map(old), Value::Map(new)) => {
                for more in new {
                    old.retain(|entry| entry.key != more.key);
                    old.push(more);
                }
            }
            (old, new) => *old = new,
        },
        None => entries.push(Entry { key: Arc::from(key), key_span: value.origins.primary, value }),
    }
}
