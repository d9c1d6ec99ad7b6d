//! References between objects of one controller: `vpcIdRef: {name: main}` is `vpcId` of the object `main`. They name no
//! kind, so that of several objects of a name the one whose kind ends as the field does is meant.

use std::collections::HashMap;
use std::sync::Arc;

use heck::ToSnakeCase;

use super::{Family, Made, operator};
use crate::value::{Block, Entry, Node, Reference, UnitId, Unknown, Value, Why, unknown_of};

/// The objects of all controllers, by family and name.
pub(super) struct Index<'b> {
    all: Vec<Made<'b>>,
    named: HashMap<(Family, Arc<str>), Vec<usize>>,
    /// What objects write into maps of the configuration: by namespace, name and key, whose and which attribute.
    put_out: HashMap<[Arc<str>; 3], (usize, Arc<str>)>,
}

/// How the words of a field end that speak of what is taken from the object.
const TAKEN: &[&str] =
    &["id", "ids", "arn", "arns", "name", "names", "identifier", "identifiers", "link", "self", "email", "key_id"];

impl<'b> Index<'b> {
    pub fn new(blocks: &'b [Block]) -> Self {
        let all: Vec<Made<'b>> = blocks.iter().filter_map(Made::of).collect();
        let mut named: HashMap<(Family, Arc<str>), Vec<usize>> = HashMap::new();
        let mut put_out = HashMap::new();
        for (at, made) in all.iter().enumerate() {
            if let Some(name) = &made.name {
                named.entry((made.family, name.clone())).or_default().push(at);
            }
            for (attribute, [name, key]) in operator::put_out(made) {
                put_out.insert([made.namespace.clone(), name, key], (at, attribute));
            }
        }
        Self { all, named, put_out }
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// The object that `field` of `owner` means by `name`.
    fn named(&self, owner: &Made<'_>, field: &str, name: &Arc<str>, namespace: Option<&str>) -> Option<&Made<'b>> {
        let found = self.named.get(&(owner.family, name.clone()))?;
        let fits = |made: &&Made<'_>| {
            made.block.unit == owner.block.unit && namespace.is_none_or(|namespace| *made.namespace == *namespace)
        };
        closest(field, found.iter().filter_map(|at| self.all.get(*at)).filter(fits))
    }

    /// The objects that `labels` choose for `field`.
    fn chosen(&self, owner: &Made<'_>, field: &str, labels: &Node) -> Vec<&Made<'b>> {
        let bears = |made: &&Made<'_>| {
            let own = made.body.at_path("metadata.labels");
            let own = |entry: &Entry| own.value().and_then(|own| own.get(&entry.key)).and_then(Node::as_str);
            made.family == owner.family
                && made.block.unit == owner.block.unit
                && labels.entries().iter().all(|entry| own(entry).is_some() && own(entry) == entry.value.as_str())
                && likeness(field, &made.kind) > 0
        };
        self.all.iter().filter(bears).collect()
    }

    /// What `field` is, which is given as the object `to` (a map with its `name`), or as what lies `external`.
    pub fn follow(&self, owner: &Made<'_>, field: &str, to: &Node) -> Node {
        if let Some(external) = to.get("external").filter(|external| !external.is_null()) {
            return external.clone();
        }
        // ACK: `{from: {name: main}}`
        let to = to.get("from").unwrap_or(to);
        let Some(name) = to.get("name") else {
            let unknown = unknown_of(to).unwrap_or_else(|| missing(owner, field, "?", false));
            return Node { value: Value::Unknown(unknown), origins: to.origins.clone() };
        };
        let value = match name.as_str() {
            Some(text) => {
                let within = to.text("namespace").value().cloned();
                // cluster-wide objects of Crossplane have none
                let within = within.or_else(|| (!owner.namespace.is_empty()).then(|| owner.namespace.clone()));
                let found = self.named(owner, field, &Arc::from(text), within.as_deref());
                Value::Unknown(match found {
                    Some(made) => referring(made, field, name),
                    None => missing(owner, field, text, true),
                })
            }
            None => Value::Unknown(unknown_of(name).unwrap_or_else(|| missing(owner, field, "?", false))),
        };
        Node { value, origins: name.origins.clone() }
    }

    /// What `to` means, which names an object or gives an id (`armId`), and the object, if it is in the scan. `is` tells
    /// whether an object of that name may be meant.
    pub fn refer(
        &self,
        owner: &Made<'_>,
        field: &str,
        to: &Node,
        is: impl Fn(&Made<'_>) -> bool,
    ) -> (Node, Option<&Made<'b>>) {
        if let Some(id) = to.get("armId").filter(|id| !id.is_null()) {
            return (id.clone(), None);
        }
        let name = to.get("name").unwrap_or(to);
        let fits =
            |made: &&Made<'_>| made.block.unit == owner.block.unit && made.namespace == owner.namespace && is(made);
        let named = name.as_str().and_then(|text| self.named.get(&(owner.family, Arc::from(text))));
        let found = named.into_iter().flatten().filter_map(|at| self.all.get(*at)).find(fits);
        let unknown = match (found, name.as_str()) {
            (Some(made), _) => referring(made, "id", name),
            (None, Some(text)) => missing(owner, field, text, true),
            (None, None) => unknown_of(name).unwrap_or_else(|| missing(owner, field, "?", false)),
        };
        (Node { value: Value::Unknown(unknown), origins: name.origins.clone() }, found)
    }

    /// What stands under a key of a map of the configuration, where an object of the scan writes it there.
    pub fn put_out(&self, owner: &Made<'_>, from: &Node) -> Option<Node> {
        let [name, key] = ["name", "key"].map(|part| from.get(part).and_then(Node::as_str).map(Arc::from));
        let (at, attribute) = self.put_out.get(&[owner.namespace.clone(), name?, key?])?;
        let made = self.all.get(*at).filter(|made| made.block.unit == owner.block.unit)?;
        let address = made.block.address.clone();
        let reference = Reference { unit: made.block.unit, address, attribute: attribute.clone() };
        let unknown = Unknown::reference(reference, from.origins.primary.unwrap_or(owner.block.head));
        Some(Node { value: Value::Unknown(unknown), origins: from.origins.clone() })
    }

    /// What `field` is, which is chosen by labels: none where they choose several, or an object's maker does.
    pub fn select(&self, owner: &Made<'_>, field: &str, selector: &Node) -> Vec<Node> {
        let labels = selector.get("matchLabels").filter(|labels| !labels.entries().is_empty());
        let found = labels.map(|labels| self.chosen(owner, field, labels)).unwrap_or_default();
        let by_maker = selector.get("matchControllerRef").is_some();
        let node = |unknown| Node { value: Value::Unknown(unknown), origins: selector.origins.clone() };
        if found.is_empty() || by_maker {
            return vec![node(missing(owner, field, "matchLabels", false))];
        }
        found.into_iter().map(|made| node(referring(made, field, selector))).collect()
    }
}

/// The object whose kind ends as the field does, best of all; an only one whatever it is.
fn closest<'a, 'b>(field: &str, found: impl Iterator<Item = &'a Made<'b>>) -> Option<&'a Made<'b>> {
    let mut found: Vec<(usize, &Made<'b>)> = found.map(|made| (likeness(field, &made.kind), made)).collect();
    found.sort_by_key(|(like, _)| std::cmp::Reverse(*like));
    match found.as_slice() {
        [(_, only)] => Some(only),
        [(best, made), (next, _), ..] if best > next => Some(made),
        _ => None,
    }
}

/// How much of a kind stands at the end of a field: of `subnetId` and `Subnet` a word, of it and `VPC` nothing.
fn likeness(field: &str, kind: &str) -> usize {
    let field = field.to_snake_case();
    let mut words: Vec<&str> = field.split('_').collect();
    while words.len() > 1 && words.last().is_some_and(|last| TAKEN.contains(last)) {
        words.pop();
    }
    let kind = kind.to_snake_case();
    let plain = |word: &str| word.strip_suffix('s').unwrap_or(word).to_owned();
    let same = kind.rsplit('_').zip(words.iter().rev()).take_while(|(kind, word)| plain(kind) == plain(word)).count();
    // Azure's `MSSQLServer` for `serverId`, `LB` for `loadBalancerArn`
    let within = words.last().is_some_and(|last| last.len() > 3 && kind.ends_with(&plain(last)));
    (2 * same).max(usize::from(within || (kind.ends_with("lb") && words.ends_with(&["load", "balancer"]))))
}

fn referring(made: &Made<'_>, field: &str, at: &Node) -> Arc<Unknown> {
    let field = field.to_snake_case();
    let attribute = field.rsplit('_').find(|word| matches!(*word, "arn" | "email" | "name")).unwrap_or("id");
    let reference =
        Reference { unit: made.block.unit, address: made.block.address.clone(), attribute: Arc::from(attribute) };
    Unknown::reference(reference, at.origins.primary.unwrap_or(made.block.head))
}

/// Not in the scan. What is `named` is none that is.
fn missing(owner: &Made<'_>, field: &str, name: &str, named: bool) -> Arc<Unknown> {
    let written: Arc<str> = Arc::from(format!("{field}/{name}"));
    let reference = elsewhere(owner.block.unit, &written);
    let refers = if named { vec![reference] } else { Vec::new() };
    Arc::new(Unknown { why: Why::NotSeen(written), at: Some(owner.block.head), refers })
}

/// What has no block: `name` keeps it from looking like a secret's own value.
fn elsewhere(unit: UnitId, address: &Arc<str>) -> Reference {
    Reference { unit, address: address.clone(), attribute: Arc::from("name") }
}

/// The value of a secret object: that it is one of a key of it is known, what it is stays there.
pub(super) fn secret(owner: &Made<'_>, to: &Node) -> Node {
    held(owner, "Secret", to)
}

/// The value that an object of this kind holds.
pub(super) fn held(owner: &Made<'_>, kind: &str, to: &Node) -> Node {
    let name = to.text("name").value().cloned().unwrap_or_else(|| Arc::from("?"));
    let written: Arc<str> = Arc::from(format!("{kind}/{name}"));
    let refers = vec![elsewhere(owner.block.unit, &written)];
    let unknown = Arc::new(Unknown { why: Why::NotSeen(written), at: to.origins.primary, refers });
    Node { value: Value::Unknown(unknown), origins: to.origins.clone() }
}

#[cfg(test)]
mod tests {
    use super::likeness;

    #[test]
    fn a_field_means_the_kind_that_it_ends_with() {
        let best = |field: &str, kinds: [&'static str; 3]| {
            let mut kinds = kinds.map(|kind| (likeness(field, kind), kind));
            kinds.sort();
            assert!(kinds[2].0 > kinds[1].0, "{field}: {kinds:?}");
            kinds[2].1
        };
        for (field, kinds) in [
            ("network", ["ComputeNetwork", "ComputeSubnetwork", "StorageBucket"]),
            ("vpcSecurityGroupIds", ["SecurityGroup", "SubnetGroup", "Subnet"]),
            ("dbSubnetGroupName", ["SubnetGroup", "Subnet", "Instance"]),
            ("kmsKeyId", ["Key", "Bucket", "Instance"]),
            ("serverId", ["MSSQLServer", "MSSQLDatabase", "ResourceGroup"]),
            ("loadBalancerArn", ["LB", "LBListener", "LBTargetGroup"]),
            ("storageAccountName", ["Account", "Container", "ResourceGroup"]),
        ] {
            assert_eq!(best(field, kinds), kinds[0], "{field}");
        }
    }
}
