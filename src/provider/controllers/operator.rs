//! Azure Service Operator: `spec` is what Resource Manager takes, most of its `properties` one level higher, and read as a
//! template's resource is (<https://azure.github.io/azure-service-operator/reference/>). What Resource Manager names by
//! an id stands as `…Reference`; what a resource lies in, as its `owner`.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use super::refers::{self, Index};
use super::{Made, usual};
use crate::provider::{azure, spelling};
use crate::value::{Block, Dialect, Entry, Node, Provider, Value};

/// Kinds that are not called as the segments of their type, all but the last in the plural.
const CALLED: &[(&str, &str, &str)] = &[
    ("apimanagement", "Api", "Microsoft.ApiManagement/service/apis"),
    ("apimanagement", "Product", "Microsoft.ApiManagement/service/products"),
    ("apimanagement", "Subscription", "Microsoft.ApiManagement/service/subscriptions"),
    ("cdn", "AfdCustomDomain", "Microsoft.Cdn/profiles/customDomains"),
    ("cdn", "AfdEndpoint", "Microsoft.Cdn/profiles/afdEndpoints"),
    ("cdn", "AfdOrigin", "Microsoft.Cdn/profiles/originGroups/origins"),
    ("cdn", "AfdOriginGroup", "Microsoft.Cdn/profiles/originGroups"),
    ("cdn", "Route", "Microsoft.Cdn/profiles/afdEndpoints/routes"),
    ("cdn", "SecurityPolicy", "Microsoft.Cdn/profiles/securityPolicies"),
    ("dbformariadb", "Configuration", "Microsoft.DBforMariaDB/servers/configurations"),
    ("dbformariadb", "Database", "Microsoft.DBforMariaDB/servers/databases"),
    ("documentdb", "FirewallRule", "Microsoft.DocumentDB/mongoClusters/firewallRules"),
    ("documentdb", "MongodbDatabase", "Microsoft.DocumentDB/databaseAccounts/mongodbDatabases"),
    ("documentdb", "SqlDatabase", "Microsoft.DocumentDB/databaseAccounts/sqlDatabases"),
    ("documentdb", "SqlDatabaseContainer", "Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers"),
    ("documentdb", "SqlRoleAssignment", "Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments"),
    ("keyvault", "VaultKey", "Microsoft.KeyVault/vaults/keys"),
    (
        "managedidentity",
        "FederatedIdentityCredential",
        "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials",
    ),
    ("network", "WebApplicationFirewallPolicy", "Microsoft.Network/ApplicationGatewayWebApplicationFirewallPolicies"),
    ("network.frontdoor", "WebApplicationFirewallPolicy", "Microsoft.Network/FrontDoorWebApplicationFirewallPolicies"),
];

/// Types of which nothing is read, and in which others lie.
const BETWEEN: &[&str] = &[
    "Microsoft.Storage/storageAccounts/fileServices",
    "Microsoft.Storage/storageAccounts/queueServices",
    "Microsoft.Storage/storageAccounts/tableServices",
];

/// Types that speak of what owns them, whatever that is, and do not lie in it.
const EXTENDING: &[&str] = &[
    "Microsoft.Authorization/roleAssignments",
    "Microsoft.Authorization/roleDefinitions",
    "Microsoft.EventGrid/eventSubscriptions",
    "Microsoft.Insights/diagnosticSettings",
];

/// What is no part of what Resource Manager is given.
const OWN: &[&str] = &["azureName", "operatorSpec", "originalVersion", "owner"];

/// How deep resources lie in others.
const DEEPEST: usize = 8;

/// The types that are read, by service and kind in small letters.
static TYPES: LazyLock<HashMap<(String, String), &'static str>> = LazyLock::new(|| {
    let of_azure = spelling::native_types().map(|(native, _)| native).filter(|native| native.starts_with("Microsoft."));
    let all = of_azure.chain(azure::parts()).chain(BETWEEN.iter().copied());
    let plain = all.filter(|native| !native.contains(' ')).filter_map(|native| {
        let (space, path) = native.strip_prefix("Microsoft.")?.split_once('/')?;
        Some(((space.to_ascii_lowercase(), called(path)), native))
    });
    let named = CALLED.iter().map(|(service, kind, native)| (((*service).into(), kind.to_ascii_lowercase()), *native));
    plain.chain(named).collect()
});

/// `storageAccounts/blobServices` as `storageaccountsblobservice`.
fn called(path: &str) -> String {
    let path = path.to_ascii_lowercase();
    let (outer, last) = path.rsplit_once('/').unwrap_or(("", &path));
    let one = match (last.strip_suffix("ies"), last.strip_suffix("sses"), last.strip_suffix('s')) {
        (Some(stem), ..) => format!("{stem}y"),
        (_, Some(stem), _) => format!("{stem}ss"),
        // `redis` is one already
        (_, _, Some(stem)) if !stem.ends_with("redi") => stem.to_owned(),
        _ => last.to_owned(),
    };
    outer.replace('/', "") + &one
}

fn type_of(made: &Made<'_>) -> Option<&'static str> {
    TYPES.get(&(made.service.to_string(), made.kind.to_ascii_lowercase())).copied()
}

pub(super) fn lower(made: &Made<'_>, index: &Index<'_>) -> Option<Vec<Block>> {
    let native = type_of(made)?;
    let spec = made.part("spec");
    let mut body = Settling { made, index, names: spelling::names_of(native) }.settled(&spec);
    if let Value::Map(entries) = &mut body.value {
        entries.retain(|entry| !OWN.contains(&&*entry.key));
    }
    let metadata = made.body.get("metadata").and_then(|metadata| metadata.get("name"));
    let given = spec.get("azureName").filter(|name| !name.is_null());
    usual(&mut body, "name", given.or(metadata).cloned());
    let relation = match native {
        _ if EXTENDING.contains(&native) => Some(["scope", "scopeRoot"]),
        _ => (native.matches('/').count() > 1).then_some(["parent", "root"]),
    };
    if let (Some([parent, root]), Some((of, outermost))) = (relation, owners(made, index)) {
        usual(&mut body, parent, Some(of));
        usual(&mut body, root, Some(outermost));
    }
    Some(vec![Block {
        provider: Provider::Azure,
        dialect: Dialect::Native,
        native_type: Arc::from(native),
        written: Some(Arc::from(format!("{} ({})", made.kind, made.group()))),
        context: Node::empty_map(made.block.head),
        body,
        ..made.block.clone()
    }])
}

/// What the object lies in or speaks of, and the object that makes that, where it is in the scan.
fn owner<'i, 'b>(made: &Made<'_>, index: &'i Index<'b>) -> Option<(Node, Option<&'i Made<'b>>)> {
    let owner = made.body.get("spec")?.get("owner")?;
    let outer = type_of(made).and_then(|native| native.rsplit_once('/')).map(|(outer, _)| outer);
    // of what it lies in the kind is not written
    let is = |other: &Made<'_>| match owner.get("kind") {
        Some(_) => is_named(owner, other),
        None => type_of(other).is_some_and(|native| Some(native) == outer),
    };
    Some(index.refer(made, "owner", owner, is))
}

/// What the object lies in or speaks of, and the outermost of that.
fn owners(made: &Made<'_>, index: &Index<'_>) -> Option<(Node, Node)> {
    let (parent, mut here) = owner(made, index)?;
    let mut root = parent.clone();
    for _ in 0..DEEPEST {
        let Some(outer) = here.filter(|outer| type_of(outer).is_some_and(|native| native.matches('/').count() > 1))
        else {
            break;
        };
        (root, here) = owner(outer, index)?;
    }
    Some((parent, root))
}

/// Whether a reference by group and kind may mean an object.
fn is_named(to: &Node, other: &Made<'_>) -> bool {
    let is = |key: &str, own: &str| to.get(key).and_then(Node::as_str).is_none_or(|written| written == own);
    is("group", other.group()) && is("kind", &other.kind)
}

/// What the object says, in Resource Manager's words.
struct Settling<'s, 'b> {
    made: &'s Made<'b>,
    index: &'s Index<'b>,
    /// The names that the tables of its type speak of.
    names: Vec<&'static str>,
}

impl Settling<'_, '_> {
    fn settled(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::List(items) => Value::List(items.iter().map(|item| self.settled(item)).collect()),
            Value::Map(entries) => match chosen(entries) {
                Some(form) => return self.settled(form),
                None => Value::Map(entries.iter().map(|entry| self.entry(entry)).collect()),
            },
            other => other.clone(),
        };
        Node { value, origins: node.origins.clone() }
    }

    fn entry(&self, entry: &Entry) -> Entry {
        let (key, value) = (&*entry.key, &entry.value);
        let named = |key: String, value: Node| Entry { key: Arc::from(key), key_span: entry.key_span, value };
        let list = |items: Vec<Node>| Node { value: Value::List(items), origins: value.origins.clone() };
        match key.strip_suffix("References") {
            Some(stem) if value.each("").into_iter().all(is_reference) => {
                let many = value.each("").into_iter().map(|item| self.refer(stem, item)).collect();
                return named(self.ids(stem), list(many));
            }
            _ => {}
        }
        if key == "reference" && is_reference(value) {
            return named("id".to_owned(), self.refer("id", value));
        }
        match key.strip_suffix("Reference") {
            // an image is named by its publisher, under the same word
            Some(stem) if is_reference(value) => return named(self.id(stem), self.refer(stem, value)),
            _ => {}
        }
        if let (Some(stem), Value::Map(_)) = (key.strip_suffix("FromConfig"), &value.value) {
            let held = || refers::held(self.made, "ConfigMap", value);
            return named(stem.to_owned(), self.index.put_out(self.made, value).unwrap_or_else(held));
        }
        match (key, &value.value) {
            ("tags", _) => entry.clone(),
            // a map by id
            ("userAssignedIdentities", Value::List(items)) => {
                let id = |item: &Node| item.get("reference").map_or_else(|| item.clone(), |to| self.refer("id", to));
                named(key.to_owned(), list(items.iter().map(id).collect()))
            }
            _ if is_of_secret(value) => named(key.to_owned(), refers::secret(self.made, value)),
            _ => Entry { value: self.settled(value), ..entry.clone() },
        }
    }

    fn refer(&self, field: &str, to: &Node) -> Node {
        self.index.refer(self.made, field, to, |other| is_named(to, other)).0
    }

    /// What Resource Manager calls the id of `stem`: nearly always that, with `Id` behind it.
    fn id(&self, stem: &str) -> String {
        let known = |wanted: &str| self.names.iter().find(|name| name.eq_ignore_ascii_case(wanted));
        let id = format!("{stem}Id");
        known(&id).or_else(|| known(stem)).map_or(id, |name| (*name).to_owned())
    }

    fn ids(&self, stem: &str) -> String {
        if stem.ends_with('s') { stem.to_owned() } else { format!("{stem}Ids") }
    }
}

/// What an object writes into maps of the configuration: which attribute, the name of the map, and the key in it.
pub(super) fn put_out(made: &Made<'_>) -> Vec<(Arc<str>, [Arc<str>; 2])> {
    let maps = || made.body.get("spec")?.get("operatorSpec")?.get("configMaps");
    let one = |entry: &Entry| {
        let part = |key: &str| entry.value.get(key).and_then(Node::as_str).map(Arc::from);
        Some((entry.key.clone(), [part("name")?, part("key")?]))
    };
    maps().map_or(&[][..], Node::entries).iter().filter_map(one).collect()
}

/// Whether a value is a reference to an object, or to what has an id.
fn is_reference(value: &Node) -> bool {
    let of_one = |entry: &Entry| ["armId", "group", "kind", "name"].contains(&&*entry.key);
    match &value.value {
        Value::Map(entries) => !entries.is_empty() && entries.iter().all(of_one),
        other => matches!(other, Value::Unknown(_)),
    }
}

/// Of several forms of a part the one that is written: `backupPolicy: {periodic: {type: Periodic, …}}`. The form is named
/// by its `type`, which goes by another name in each part.
fn chosen(entries: &[Entry]) -> Option<&Node> {
    let [only] = entries else { return None };
    let plain = |text: &str| text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let named = plain(&only.key);
    let tells = |key: &str| plain(key).ends_with("type") || plain(key).ends_with("kind");
    let says = |entry: &Entry| tells(&entry.key) && entry.value.as_str().is_some_and(|text| plain(text) == named);
    only.value.entries().iter().any(says).then_some(&only.value)
}

/// Whether a value lies in a secret: `{name: db, key: password}`.
fn is_of_secret(value: &Node) -> bool {
    let keys: Vec<&str> = value.entries().iter().map(|entry| &*entry.key).collect();
    keys.len() == 2 && keys.contains(&"key") && keys.contains(&"name")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_called_as_the_segments_of_its_type() {
        for (service, kind, native) in [
            (
                "storage",
                "StorageAccountsBlobServicesContainer",
                "Microsoft.Storage/storageAccounts/blobServices/containers",
            ),
            ("cache", "Redis", "Microsoft.Cache/redis"),
            ("cache", "RedisFirewallRule", "Microsoft.Cache/redis/firewallRules"),
            ("containerregistry", "Registry", "Microsoft.ContainerRegistry/registries"),
            ("network", "PublicIPAddress", "Microsoft.Network/publicIPAddresses"),
            ("network", "VirtualNetworksSubnet", "Microsoft.Network/virtualNetworks/subnets"),
            (
                "dbforpostgresql",
                "FlexibleServersConfiguration",
                "Microsoft.DBforPostgreSQL/flexibleServers/configurations",
            ),
            (
                "sql",
                "ServersDatabasesTransparentDataEncryption",
                "Microsoft.Sql/servers/databases/transparentDataEncryption",
            ),
            ("apimanagement", "Service", "Microsoft.ApiManagement/service"),
        ] {
            assert_eq!(TYPES.get(&(service.to_owned(), kind.to_ascii_lowercase())), Some(&native), "{kind}");
        }
    }

    #[test]
    fn every_type_of_the_table_is_read() {
        let known: Vec<&str> = spelling::native_types().map(|(native, _)| native).collect();
        for native in CALLED.iter().map(|row| row.2).chain(EXTENDING.iter().copied()) {
            assert!(known.contains(&native), "{native}");
        }
    }
}
