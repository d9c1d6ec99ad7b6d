//! The policy that an `aws_iam_policy_document` writes. The shape and the defaults (`Allow`, version 2012-10-17, `&{` for
//! `${`, statements replaced by their sid) are those of
//! <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>.

use std::sync::Arc;

use crate::source::Span;
use crate::value::{Entry, Node, Origins, Text, Value, unknown_of};

/// The policy of a document with this body, which stands at `span`; `decoded` reads another document that is given as JSON.
pub(super) fn policy(body: &Node, span: Span, decoded: &dyn Fn(&Node) -> Option<Node>) -> Node {
    let mut statements: Vec<Node> = Vec::new();
    let add = |names: [&str; 2], statements: &mut Vec<Node>| {
        for text in names.into_iter().flat_map(|name| body.each(name)) {
            add_document(text, statements, decoded);
        }
    };
    add(["source_json", "source_policy_documents"], &mut statements);
    for statement in body.each("statement") {
        merge(&mut statements, written_statement(statement));
    }
    add(["override_json", "override_policy_documents"], &mut statements);
    let version = body.get("version").filter(|node| !node.is_null()).cloned();
    let version = version.unwrap_or_else(|| Node::at(Value::String(Arc::from("2012-10-17")), span));
    let mut policy = vec![entry("Version", version)];
    if let Some(id) = body.get("policy_id").filter(|node| !node.is_null()) {
        policy.push(entry("Id", id.clone()));
    }
    policy.push(entry("Statement", Node::at(Value::List(statements), span)));
    Node::at(Value::Map(policy), span)
}

/// Adds the statements of another document, given as JSON.
fn add_document(text: &Node, statements: &mut Vec<Node>, decoded: &dyn Fn(&Node) -> Option<Node>) {
    if text.is_null() || text.as_str().is_some_and(|text| text.trim().is_empty()) {
        return;
    }
    let unknown = match decoded(text) {
        Some(policy) => match policy.get("Statement") {
            Some(Node { value: Value::List(items), .. }) => {
                items.iter().for_each(|item| merge(statements, item.clone()));
                return;
            }
            Some(single) => return merge(statements, single.clone()),
            None => unknown_of(&policy),
        },
        None => unknown_of(text),
    };
    if let Some(unknown) = unknown {
        // something stands here, and what cannot be told
        statements.push(Node { value: Value::Unknown(unknown), origins: text.origins.clone() });
    }
}

/// An entry that nobody wrote as such.
pub(super) fn entry(key: &str, value: Node) -> Entry {
    Entry { key: Arc::from(key), key_span: None, value }
}

/// Adds a statement; one with the same sid gives way.
fn merge(statements: &mut Vec<Node>, statement: Node) {
    let sid = statement.get("Sid").and_then(Node::as_str).filter(|sid| !sid.is_empty()).map(str::to_owned);
    let old = sid
        .and_then(|sid| statements.iter_mut().find(|old| old.get("Sid").and_then(Node::as_str) == Some(sid.as_str())));
    match old {
        Some(old) => *old = statement,
        None => statements.push(statement),
    }
}

/// A `statement` block in the words of the policy language.
fn written_statement(block: &Node) -> Node {
    if let Value::Unknown(_) = block.value {
        return block.clone();
    }
    let mut out: Vec<Entry> = Vec::new();
    let present = |name: &str| block.get(name).filter(|node| !node.is_null());
    if let Some(sid) = present("sid") {
        out.push(entry("Sid", sid.clone()));
    }
    let allow = Node { value: Value::String(Arc::from("Allow")), origins: block.origins.clone() };
    out.push(entry("Effect", present("effect").cloned().unwrap_or(allow)));
    let lists = [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ];
    for (name, key) in lists {
        match present(name) {
            Some(Node { value: Value::List(items), .. }) if items.is_empty() => {}
            Some(list) => out.push(entry(key, variables(list))),
            None => {}
        }
    }
    for (name, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(principals) = principals(&block.each(name)) {
            out.push(entry(key, principals));
        }
    }
    let conditions = block.each("condition");
    if !conditions.is_empty() {
        out.push(entry("Condition", condition(&conditions, block)));
    }
    Node { value: Value::Map(out), origins: block.origins.clone() }
}

/// `principals` blocks: by type, and `*` alone for everyone.
fn principals(blocks: &[&Node]) -> Option<Node> {
    let first = blocks.first()?;
    let mut kinds: Vec<Entry> = Vec::new();
    for block in blocks {
        let (Some(kind), Some(identifiers)) = (block.get("type"), block.get("identifiers")) else {
            return Some((*block).clone());
        };
        let Some(kind) = kind.as_str() else { return Some(kind.clone()) };
        if kind == "*" {
            return Some(Node { value: Value::String(Arc::from("*")), origins: identifiers.origins.clone() });
        }
        let identifiers = variables(identifiers);
        match kinds.iter_mut().find(|entry| &*entry.key == kind).map(|entry| &mut entry.value.value) {
            Some(Value::List(items)) => match identifiers.value {
                Value::List(more) => items.extend(more),
                value => items.push(Node { value, origins: identifiers.origins }),
            },
            _ => kinds.push(entry(kind, identifiers)),
        }
    }
    Some(Node { value: Value::Map(kinds), origins: first.origins.clone() })
}

/// `condition` blocks: operator, key, values.
fn condition(blocks: &[&Node], statement: &Node) -> Node {
    let mut operators: Vec<Entry> = Vec::new();
    for block in blocks {
        let text = |name: &str| block.get(name).and_then(Node::as_str);
        // a variable that is known in part keeps what is known: `⟨issuer⟩:sub`
        let variable = match block.get("variable").map(|node| &node.value) {
            Some(Value::String(text)) => Some(&**text),
            Some(Value::Text(text)) => Some(&*text.text),
            _ => None,
        };
        let (Some(test), Some(variable), Some(values)) = (text("test"), variable, block.get("values")) else {
            // which condition it is cannot be told, so neither can what the conditions narrow
            let unknown = ["test", "variable"].iter().filter_map(|name| block.get(name)).find_map(unknown_of);
            let value = unknown.map_or(Value::Null, Value::Unknown);
            return Node { value, origins: block.origins.clone() };
        };
        let values = variables(values);
        let keys = match operators.iter_mut().position(|entry| &*entry.key == test) {
            Some(at) => operators.get_mut(at),
            None => {
                operators.push(entry(test, Node { value: Value::Map(Vec::new()), origins: block.origins.clone() }));
                operators.last_mut()
            }
        };
        if let Some(Value::Map(keys)) = keys.map(|entry| &mut entry.value.value) {
            match keys.iter_mut().find(|entry| &*entry.key == variable) {
                Some(Entry { value: Node { value: Value::List(items), .. }, .. }) => {
                    if let Value::List(more) = values.value {
                        items.extend(more);
                    }
                }
                _ => keys.push(entry(variable, values)),
            }
        }
    }
    Node { value: Value::Map(operators), origins: statement.origins.clone() }
}

/// With `&{…}` as the policy language writes it.
fn variables(node: &Node) -> Node {
    let value = match &node.value {
        Value::String(text) if text.contains("&{") => Value::String(Arc::from(text.replace("&{", "${"))),
        Value::Text(text) if text.text.contains("&{") => {
            Value::Text(Text { text: Arc::from(text.text.replace("&{", "${")), holes: text.holes.clone() })
        }
        Value::List(items) => Value::List(items.iter().map(variables).collect()),
        value => value.clone(),
    };
    Node { value, origins: Origins::clone(&node.origins) }
}
