//! What a running account says in words of its own, brought to those of a template before it is spelled: lists that count
//! themselves, and keys of AWS's own, whose ARNs look like any other's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::value::{Block, Entry, Node, Provider, UnitId, Unknown, Value, Why};

/// Whether a block is an answer of a running account: what it says is so, whatever new things would be like.
pub(super) fn is(block: &Block) -> bool {
    block.provider == Provider::Aws && block.is_answer()
}

/// Every answer of a running account in a template's words; other blocks as they are.
pub(in crate::provider) fn settle(mut blocks: Vec<Block>) -> Vec<Block> {
    if !blocks.iter().any(is) {
        return blocks;
    }
    let mut keys: BTreeMap<UnitId, Keys> = BTreeMap::new();
    for block in blocks.iter().filter(|block| is(block)) {
        keys.entry(block.unit).or_default().take(block);
    }
    for block in blocks.iter_mut().filter(|block| is(block)) {
        let nothing = Keys::default();
        let keys = keys.get(&block.unit).unwrap_or(&nothing);
        let account = block.context.text("account").value().cloned();
        let own_kind = block.native_type.starts_with("AWS::KMS::");
        let counted = &*block.native_type == "AWS::CloudFront::Distribution";
        if let Value::Map(entries) = &mut block.body.value {
            for entry in entries {
                if counted {
                    entry.value = uncounted(&entry.value);
                }
                if !own_kind {
                    named_keys(entry, keys, account.as_deref());
                }
            }
        }
    }
    blocks
}

/// `{Quantity: 1, Items: [...]}` as the list: <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origins.html>.
fn uncounted(node: &Node) -> Node {
    let value = match &node.value {
        Value::Map(entries) if node.get("Quantity").is_some() => {
            let items = entries.iter().find(|entry| &*entry.key == "Items").map(|entry| uncounted(&entry.value).value);
            match items {
                Some(items) => items,
                // the list and what is said of it beside
                None if entries.iter().all(|entry| &*entry.key == "Quantity") => Value::List(Vec::new()),
                None => Value::Map(entries.iter().map(one).collect()),
            }
        }
        Value::Map(entries) => Value::Map(entries.iter().map(one).collect()),
        Value::List(items) => Value::List(items.iter().map(uncounted).collect()),
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

fn one(entry: &Entry) -> Entry {
    Entry { value: uncounted(&entry.value), ..entry.clone() }
}

/// The keys of KMS that an account has, by id.
#[derive(Default)]
struct Keys {
    /// Those of the customer.
    own: BTreeSet<Arc<str>>,
    /// Those that AWS manages, by the alias they are known under.
    managed: BTreeMap<Arc<str>, Arc<str>>,
}

impl Keys {
    fn take(&mut self, block: &Block) {
        let text = |name: &str| block.body.text(name).value().cloned();
        match &*block.native_type {
            "AWS::KMS::Key" | "AWS::KMS::ReplicaKey" => {
                let Some(id) = text("KeyId") else { return };
                match text("KeyManager").as_deref() {
                    Some("CUSTOMER") => {
                        self.own.insert(id);
                    }
                    Some("AWS") => {
                        self.managed.entry(id).or_insert_with(|| Arc::from("alias/aws/managed"));
                    }
                    // whose it is was not told, or in a word that is not known
                    _ => {}
                }
            }
            "AWS::KMS::Alias" => {
                let own = text("AliasName").filter(|name| name.starts_with("alias/aws/"));
                if let (Some(name), Some(id)) = (own, text("TargetKeyId")) {
                    self.managed.insert(id, name);
                }
            }
            _ => {}
        }
    }

    /// What a template would write where the account says `text`, if that is something else. A bare id is one where the
    /// name says that it is `of_kms`, as others are of the same form.
    fn written(&self, text: &str, of_kms: bool, account: Option<&str>) -> Option<Value> {
        let mut parts = text.splitn(6, ':');
        let id = match (parts.next(), parts.nth(1)) {
            (Some("arn"), Some("kms")) => {
                let (there, id) = (parts.nth(1)?, parts.next()?.strip_prefix("key/")?);
                // another account's own keys cannot be used from here
                if account.is_some_and(|account| account != there) {
                    return None;
                }
                id
            }
            _ if self.own.contains(text) || self.managed.contains_key(text) => text,
            _ if of_kms && is_id(text) => text,
            _ => return None,
        };
        match self.managed.get(id) {
            Some(alias) => Some(Value::String(alias.clone())),
            None if self.own.contains(id) => None,
            None => {
                let why = format!("whether key `{id}` is the customer's is not known, as KMS did not tell");
                Some(Value::Unknown(Unknown::new(Why::Expression(why.into()))))
            }
        }
    }
}

/// Whether a text is of the form of a key's id: a UUID, or that of a key in several regions:
/// <https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-id-key-id>.
fn is_id(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let lengths = || text.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    text.strip_prefix("mrk-").is_some_and(|rest| rest.len() == 32 && hex(rest)) || lengths() && text.split('-').all(hex)
}

/// Rewrites the keys that stand under names of keys.
fn named_keys(entry: &mut Entry, keys: &Keys, account: Option<&str>) {
    let name = entry.key.to_ascii_lowercase();
    let of_kms = name.contains("kms");
    let about = (of_kms || name.contains("key")).then_some(of_kms);
    rewritten(&mut entry.value, about, keys, account);
}

/// `about` says whether the values are those of a key, and whether of one of KMS.
fn rewritten(node: &mut Node, about: Option<bool>, keys: &Keys, account: Option<&str>) {
    match (&mut node.value, about) {
        (Value::String(text), Some(of_kms)) => {
            if let Some(value) = keys.written(text, of_kms, account) {
                node.value = value;
            }
        }
        (Value::List(items), _) => items.iter_mut().for_each(|item| rewritten(item, about, keys, account)),
        (Value::Map(entries), _) => entries.iter_mut().for_each(|entry| named_keys(entry, keys, account)),
        _ => {}
    }
}
