//! ACK: `spec` is what the API takes of AWS, in camel case. It is brought to CloudFormation's properties, which name the
//! same, and read as those are (<https://aws-controllers-k8s.github.io/community/reference/>).

mod shapes;

use std::collections::HashMap;
use std::sync::Arc;

use super::refers::{self, Index};
use super::{Made, usual};
use crate::provider::spelling::{self, Move, Spelling};
use crate::value::{Block, Dialect, Entry, Node, Provider, Reference, Unknown, Value};

/// A kind, and what differs from CloudFormation by more than the letter case; paths on the left are ACK's.
struct Kind {
    service: &'static str,
    kind: &'static str,
    native: &'static str,
    moves: &'static [Move],
    /// CloudFormation's type for the policy that stands in the object as a text, and how it names the object.
    policy: Option<(&'static str, &'static str)>,
}

const fn kind(service: &'static str, kind: &'static str, native: &'static str, moves: &'static [Move]) -> Kind {
    Kind { service, kind, native, moves, policy: None }
}

/// ACK's own way with names: an initial capital, and no run of capitals before a plural (`IDs`).
const SPELLING: Spelling = Spelling {
    free: &["tags", "environmentVariables", "variables", "inlinePolicies", "parameterOverrides"],
    paired: &["tags"],
    lifted: "",
    case: capital,
    tables: &[],
};

/// `subnetIDs` as `SubnetIds`, `kmsKeyID` as `KmsKeyID`.
fn capital(key: &str) -> String {
    let mut letters: Vec<char> = key.chars().collect();
    if let Some(first) = letters.first_mut() {
        first.make_ascii_uppercase();
    }
    let mut made = String::with_capacity(letters.len());
    for (at, letter) in letters.iter().enumerate() {
        let is = |at: usize, test: fn(&char) -> bool| letters.get(at).is_some_and(test);
        // how far it is to the `s` that ends a run of capitals
        let run = letters.iter().skip(at).take_while(|letter| letter.is_ascii_uppercase()).count();
        let plural = is(at + run, |letter| *letter == 's') && !is(at + run + 1, char::is_ascii_lowercase);
        let inside = at > 0 && is(at - 1, char::is_ascii_uppercase) && letter.is_ascii_uppercase();
        made.push(if inside && plural { letter.to_ascii_lowercase() } else { *letter });
    }
    made
}

/// What ends the name of the field that a reference fills, where it is no id.
const FIELDS: &[(&str, &str)] = &[
    ("bucket", "bucket"),
    ("cacheParameterGroup", "cacheParameterGroupName"),
    ("cacheSubnetGroup", "cacheSubnetGroupName"),
    ("cluster", "clusterName"),
    ("dbClusterParameterGroup", "dbClusterParameterGroupName"),
    ("dbParameterGroup", "dbParameterGroupName"),
    ("dbSubnetGroup", "dbSubnetGroupName"),
    ("function", "functionName"),
    ("loadBalancer", "loadBalancerARN"),
    ("logGroup", "logGroupName"),
    ("nodeRole", "nodeRole"),
    ("permissionsBoundary", "permissionsBoundary"),
    ("policy", "policies"),
    ("queue", "queueURL"),
    ("role", "role"),
    ("targetGroup", "targetGroupARN"),
    ("topic", "topicARN"),
];

/// The field that the reference `named` of a `service` fills: `kmsKey` is `kmsKeyID`, `securityGroup` `securityGroupIDs`.
fn field(service: &str, named: &str, many: bool) -> String {
    match FIELDS.iter().find(|(own, _)| *own == named) {
        Some(("role", _)) if service == "eks" => "roleARN".to_owned(),
        Some((_, field)) => (*field).to_owned(),
        None if many && (service, named) == ("iam", "group") => "groups".to_owned(),
        None if many => format!("{named}IDs"),
        None => format!("{named}ID"),
    }
}

pub(super) fn lower(made: &Made<'_>, index: &Index<'_>) -> Option<Vec<Block>> {
    let of = shapes::KINDS.iter().find(|row| row.service == &*made.service && row.kind == &*made.kind)?;
    let spec = settled(made, index, &made.part("spec"));
    let mut body = respelled(of.native, &SPELLING.map(&spec, of.moves));
    let policy = of.policy.and_then(|_| taken(&mut body, "Policy"));
    let metadata = made.body.get("metadata").and_then(|metadata| metadata.get("name")).cloned();
    let region = made.annotation("services.k8s.aws/region").cloned();
    let context = match region {
        Some(region) => vec![Entry { key: Arc::from("region"), key_span: region.origins.primary, value: region }],
        None => Vec::new(),
    };
    if of.native == "AWS::S3::Bucket" {
        usual(&mut body, "BucketName", metadata);
    }
    let whole = Block {
        provider: Provider::Aws,
        dialect: Dialect::Native,
        native_type: Arc::from(of.native),
        written: Some(Arc::from(format!("{} ({})", made.kind, made.group()))),
        context: Node { value: Value::Map(context), origins: made.body.origins.clone() },
        body,
        ..made.block.clone()
    };
    let mut all = vec![whole];
    if let (Some((native, by)), Some(policy)) = (of.policy, policy)
        && let Some(whole) = all.first()
    {
        let reference = Reference { unit: whole.unit, address: whole.address.clone(), attribute: Arc::from("id") };
        let named = Node::at(Value::Unknown(Unknown::reference(reference, whole.head)), whole.head);
        let entries = [(by, named), ("PolicyDocument", policy.clone())];
        let entries = entries.map(|(key, value)| Entry { key: Arc::from(key), key_span: None, value });
        all.push(Block {
            native_type: Arc::from(native),
            address: Arc::from(format!("{}.policy", whole.address)),
            head: policy.origins.primary.unwrap_or(whole.head),
            body: Node { value: Value::Map(entries.into()), origins: policy.origins.clone() },
            ..whole.clone()
        });
    }
    Some(all)
}

/// Takes the value under `key` out of a map.
fn taken(body: &mut Node, key: &str) -> Option<Node> {
    let Value::Map(entries) = &mut body.value else { return None };
    let at = entries.iter().position(|entry| &*entry.key == key && !entry.value.is_null())?;
    Some(entries.swap_remove(at).value)
}

/// The node with what it takes of other objects in its place.
fn settled(made: &Made<'_>, index: &Index<'_>, node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| settled(made, index, item)).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(|entry| one(made, index, entry)).collect()),
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

fn one(made: &Made<'_>, index: &Index<'_>, entry: &Entry) -> Entry {
    let named = |key: String, value: Node| Entry { key: Arc::from(key), key_span: entry.key_span, value };
    let value = &entry.value;
    let refers = |value: &Node| value.get("from").is_some_and(|from| matches!(from.value, Value::Map(_)));
    if let Some(own) = entry.key.strip_suffix("Refs")
        && value.each("").iter().any(|item| refers(item))
    {
        // `policyRefs`, `subnetRefs`
        let many = value.each("").into_iter().map(|item| index.follow(made, own, item)).collect();
        let many = Node { value: Value::List(many), origins: value.origins.clone() };
        return named(field(&made.service, own, true), many);
    }
    if let Some(own) = entry.key.strip_suffix("Ref")
        && refers(value)
    {
        return named(field(&made.service, own, false), index.follow(made, own, value));
    }
    // what lies in a secret: `masterUserPassword: {name: db, key: password}`
    let of_secret = |entry: &Entry| ["key", "name", "namespace"].contains(&&*entry.key);
    if value.get("key").is_some() && value.get("name").is_some() && value.entries().iter().all(of_secret) {
        return named(entry.key.to_string(), refers::secret(made, value));
    }
    Entry { value: settled(made, index, value), ..entry.clone() }
}

/// The body with its names as the table of `native` writes them, whatever the case of their letters.
fn respelled(native: &str, body: &Node) -> Node {
    let names: HashMap<String, &str> =
        spelling::names_of(native).into_iter().map(|name| (name.to_ascii_lowercase(), name)).collect();
    recased(&names, body)
}

fn recased(names: &HashMap<String, &str>, node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| recased(names, item)).collect()),
        Value::Map(entries) => Value::Map(
            entries
                .iter()
                .map(|entry| Entry {
                    key: names
                        .get(&entry.key.to_ascii_lowercase())
                        .map_or_else(|| entry.key.clone(), |name| Arc::from(*name)),
                    key_span: entry.key_span,
                    // a person's own keys
                    value: match &*entry.key {
                        "Tags" | "Variables" | "EnvironmentVariables" | "Parameters" => entry.value.clone(),
                        _ => recased(names, &entry.value),
                    },
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_as_cloudformation_writes_them_but_for_the_case_of_letters() {
        for (ack, ours) in [
            ("kmsKeyID", "KmsKeyID"),
            ("subnetIDs", "SubnetIds"),
            ("blockPublicACLs", "BlockPublicAcls"),
            ("vpcSecurityGroupIDs", "VpcSecurityGroupIds"),
            ("multiAZ", "MultiAZ"),
            ("sseAlgorithm", "SseAlgorithm"),
            ("publicAccessCIDRs", "PublicAccessCidrs"),
            ("dnsSupport", "DnsSupport"),
        ] {
            assert_eq!(capital(ack), ours);
        }
    }

    #[test]
    fn every_type_of_the_table_is_read() {
        let known: Vec<&str> = crate::provider::native_types().map(|(native, _)| native).collect();
        for row in shapes::KINDS {
            assert!(known.contains(&row.native), "{}", row.native);
            assert!(row.policy.is_none_or(|(native, _)| known.contains(&native)), "{}", row.native);
        }
    }
}
