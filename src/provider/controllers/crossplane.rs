//! Crossplane's providers that upjet makes of Terraform's: `spec.forProvider` is a resource of Terraform in camel case,
//! and what it takes of other objects stands beside it as `…Ref`, `…Refs`, `…Selector`, `…SecretRef`
//! (<https://github.com/crossplane/upjet/blob/main/docs/configuring-a-resource.md>).

use std::sync::Arc;

use super::refers::{self, Index};
use super::{Cloud, Made, read_as, usual};
use crate::value::{Block, Entry, Node, Value};

/// Types whose name no rule gives, by cloud, service and kind.
const OTHERS: &[(Cloud, &str, &str, &str)] = &[
    (Cloud::Aws, "cloudtrail", "Trail", "aws_cloudtrail"),
    (Cloud::Aws, "configservice", "AWSConfigurationRecorderStatus", "aws_config_configuration_recorder_status"),
    (Cloud::Azure, "apimanagement", "Management", "azurerm_api_management"),
    (Cloud::Azure, "appconfiguration", "Configuration", "azurerm_app_configuration"),
    (Cloud::Azure, "containerregistry", "Registry", "azurerm_container_registry"),
    (Cloud::Azure, "datafactory", "Factory", "azurerm_data_factory"),
    (Cloud::Azure, "keyvault", "Vault", "azurerm_key_vault"),
    (Cloud::Azure, "network", "LoadBalancer", "azurerm_lb"),
    (Cloud::Azure, "network", "LoadBalancerBackendAddressPool", "azurerm_lb_backend_address_pool"),
    (Cloud::Azure, "network", "LoadBalancerProbe", "azurerm_lb_probe"),
    (Cloud::Azure, "network", "LoadBalancerRule", "azurerm_lb_rule"),
    (Cloud::Azure, "operationalinsights", "Workspace", "azurerm_log_analytics_workspace"),
];

/// What stands between the cloud and the kind in the names of a service's types, if not the service; nothing of the most
/// of Azure's: <https://github.com/crossplane-contrib/provider-upjet-aws/blob/main/config/groups.go>,
/// <https://github.com/crossplane-contrib/provider-upjet-azure/blob/main/config/cluster/overrides.go>,
/// <https://github.com/crossplane-contrib/provider-upjet-gcp/blob/main/config/cluster/overrides.go>.
const WORDS: &[(Cloud, &str, &str)] = &[
    (Cloud::Aws, "autoscaling", ""),
    (Cloud::Aws, "cloudwatchlogs", "cloudwatchlog"),
    (Cloud::Aws, "cognitoidp", "cognito"),
    (Cloud::Aws, "configservice", "config"),
    (Cloud::Aws, "ds", "directoryservice"),
    (Cloud::Aws, "ec2", ""),
    (Cloud::Aws, "elb", ""),
    (Cloud::Aws, "elb", "loadbalancer"),
    (Cloud::Aws, "elbv2", ""),
    (Cloud::Aws, "firehose", "kinesisfirehose"),
    (Cloud::Aws, "kafka", "msk"),
    (Cloud::Aws, "rds", "db"),
    (Cloud::Aws, "rds", ""),
    (Cloud::Aws, "s3control", "s3"),
    (Cloud::Azure, "cognitiveservices", "cognitive"),
    (Cloud::Azure, "dbformariadb", "mariadb"),
    (Cloud::Azure, "dbformysql", "mysql"),
    (Cloud::Azure, "dbforpostgresql", "postgresql"),
    (Cloud::Azure, "machinelearningservices", "machinelearning"),
    (Cloud::Gcp, "cloudplatform", ""),
];

/// Services of Azure whose name begins each of their types: a `Snapshot` of `netapp` is not that of a disk.
const NEVER_BARE: &[&str] = &[
    "apimanagement",
    "automation",
    "cdn",
    "databricks",
    "datafactory",
    "dataprotection",
    "devtestlab",
    "digitaltwins",
    "eventgrid",
    "hdinsight",
    "kusto",
    "maps",
    "netapp",
    "search",
    "servicefabric",
    "storage",
    "streamanalytics",
    "synapse",
];

/// Where the name that the cloud knows a resource by is no `name`, as each provider's `config/externalname.go` says.
const NAMED: &[(&str, &str)] = &[
    ("aws_cloudtrail", "name"),
    ("aws_db_instance", "identifier"),
    ("aws_elasticache_replication_group", "replicationGroupId"),
    ("aws_lambda_function", "functionName"),
    ("aws_rds_cluster", "clusterIdentifier"),
    ("aws_s3_bucket", "bucket"),
    ("google_bigquery_dataset", "datasetId"),
    ("google_secret_manager_secret", "secretId"),
    ("google_service_account", "accountId"),
];

/// The type of Terraform that a kind is made of, if it is read.
fn reads_as(cloud: Cloud, service: &str, kind: &str) -> Option<&'static str> {
    let other = OTHERS.iter().find(|row| (row.0, row.1, row.2) == (cloud, service, kind));
    let start = match cloud {
        Cloud::Aws => "aws",
        Cloud::Azure => "azurerm",
        Cloud::Gcp => "google",
    };
    let words = WORDS.iter().filter(|row| (row.0, row.1) == (cloud, service)).map(|row| row.2);
    let bare = (cloud == Cloud::Azure && !NEVER_BARE.contains(&service)).then_some("");
    let mut words = std::iter::once(service).chain(words).chain(bare);
    other.map(|row| row.3).or_else(|| words.find_map(|words| read_as(&[start, words, kind])))
}

pub(super) fn lower(made: &Made<'_>, cloud: Cloud, index: &Index<'_>) -> Option<Vec<Block>> {
    let reads_as = reads_as(cloud, &made.service, &made.kind)?;
    let mut body = settled(made, index, &made.part("spec.forProvider"));
    // what is only said at the making is said all the same
    for entry in settled(made, index, &made.part("spec.initProvider")).entries() {
        usual(&mut body, &entry.key, Some(entry.value.clone()));
    }
    let named = made.annotation("crossplane.io/external-name").cloned();
    let named = named.or_else(|| made.body.get("metadata")?.get("name").cloned());
    let own = NAMED.iter().find(|(of, _)| *of == reads_as).map_or("name", |(_, own)| own);
    usual(&mut body, own, named);
    let mut block = made.terraform(cloud.provider(), reads_as, &body, &[]);
    if let (Cloud::Aws, Some(region)) = (cloud, body.entry("region")) {
        block.context.value = Value::Map(vec![region.clone()]);
    }
    Some(vec![block])
}

/// The node with what it takes of other objects in its place.
fn settled(made: &Made<'_>, index: &Index<'_>, node: &Node) -> Node {
    let value = match &node.value {
        Value::List(items) => Value::List(items.iter().map(|item| settled(made, index, item)).collect()),
        Value::Map(entries) => {
            let mut all: Vec<Entry> = Vec::with_capacity(entries.len());
            let plain = entries.iter().filter(|entry| taken(entry).is_none());
            all.extend(plain.map(|entry| Entry { value: settled(made, index, &entry.value), ..entry.clone() }));
            for entry in entries {
                let Some((field, how)) = taken(entry) else { continue };
                for (key, value) in how.fills(made, index, field, entry) {
                    // by labels is how it was found; what was found may stand there as well
                    let found = how == How::Selector && all.iter().any(|known| *known.key == *key);
                    if !found {
                        all.retain(|known| *known.key != *key);
                        all.push(Entry { key: Arc::from(key), key_span: entry.key_span, value });
                    }
                }
            }
            Value::Map(all)
        }
        other => other.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

/// How something is taken of another object.
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    Secret,
    Refs,
    Ref,
    Selector,
}

/// What an entry takes of another object: the field that it fills, and how.
fn taken(entry: &Entry) -> Option<(&str, How)> {
    const ENDS: [(&str, How); 4] =
        [("SecretRef", How::Secret), ("Refs", How::Refs), ("Ref", How::Ref), ("Selector", How::Selector)];
    let end = |(end, how): &(&str, How)| Some((entry.key.strip_suffix(end).filter(|field| !field.is_empty())?, *how));
    let (field, how) = ENDS.iter().find_map(end)?;
    let value = &entry.value;
    let fits = match (how, &value.value) {
        (_, Value::Unknown(_)) => true,
        (How::Refs, Value::List(_)) => true,
        (How::Ref | How::Secret, Value::Map(_)) => value.get("name").is_some(),
        (How::Selector, Value::Map(_)) => {
            value.get("matchLabels").is_some() || value.get("matchControllerRef").is_some()
        }
        _ => false,
    };
    fits.then_some((field, how))
}

impl How {
    /// What an entry fills: fields, and their values.
    fn fills(self, made: &Made<'_>, index: &Index<'_>, field: &str, entry: &Entry) -> Vec<(String, Node)> {
        let many = |nodes| Node { value: Value::List(nodes), origins: entry.value.origins.clone() };
        match (self, &entry.value.value) {
            (Self::Selector, Value::Unknown(_)) => {
                vec![(field.to_owned(), entry.value.clone()), (plural(field), entry.value.clone())]
            }
            (Self::Refs, Value::Unknown(_)) => vec![(plural(field), entry.value.clone())],
            (_, Value::Unknown(_)) => vec![(field.to_owned(), entry.value.clone())],
            (Self::Secret, _) => vec![(field.to_owned(), refers::secret(made, &entry.value))],
            (Self::Ref, _) => vec![(field.to_owned(), index.follow(made, field, &entry.value))],
            (Self::Refs, _) => {
                let items = entry.value.each("");
                vec![(plural(field), many(items.into_iter().map(|item| index.follow(made, field, item)).collect()))]
            }
            // whether it fills one or several does not show; the other is no attribute of the type
            (Self::Selector, _) => {
                let found = index.select(made, field, &entry.value);
                let first = found.first().map(|first| (field.to_owned(), first.clone()));
                first.into_iter().chain([(plural(field), many(found.clone()))]).collect()
            }
        }
    }
}

fn plural(field: &str) -> String {
    if field.ends_with('s') { field.to_owned() } else { format!("{field}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_the_types_that_they_were_made_of() {
        for (cloud, service, kind, terraform) in [
            (Cloud::Aws, "s3", "BucketPublicAccessBlock", "aws_s3_bucket_public_access_block"),
            (Cloud::Aws, "ec2", "SecurityGroup", "aws_security_group"),
            (Cloud::Aws, "ec2", "VPC", "aws_vpc"),
            (Cloud::Aws, "rds", "Cluster", "aws_rds_cluster"),
            (Cloud::Aws, "elbv2", "LBListener", "aws_lb_listener"),
            (Cloud::Aws, "autoscaling", "AutoscalingGroup", "aws_autoscaling_group"),
            (Cloud::Aws, "s3control", "AccountPublicAccessBlock", "aws_s3_account_public_access_block"),
            (Cloud::Aws, "cloudwatchlogs", "ResourcePolicy", "aws_cloudwatch_log_resource_policy"),
            (Cloud::Aws, "configservice", "ConfigurationRecorder", "aws_config_configuration_recorder"),
            (Cloud::Aws, "configservice", "DeliveryChannel", "aws_config_delivery_channel"),
            (Cloud::Aws, "ds", "Directory", "aws_directory_service_directory"),
            (Cloud::Aws, "elb", "ELB", "aws_elb"),
            (Cloud::Aws, "elb", "LBSSLNegotiationPolicy", "aws_lb_ssl_negotiation_policy"),
            (Cloud::Aws, "elb", "ListenerPolicy", "aws_load_balancer_listener_policy"),
            (Cloud::Aws, "kafka", "ServerlessCluster", "aws_msk_serverless_cluster"),
            (Cloud::Aws, "rds", "Instance", "aws_db_instance"),
            (Cloud::Aws, "rds", "Snapshot", "aws_db_snapshot"),
            (Cloud::Aws, "rds", "DBSnapshotCopy", "aws_db_snapshot_copy"),
            (Cloud::Azure, "storage", "Account", "azurerm_storage_account"),
            (Cloud::Azure, "apimanagement", "Management", "azurerm_api_management"),
            (Cloud::Azure, "cognitiveservices", "Deployment", "azurerm_cognitive_deployment"),
            (Cloud::Azure, "dbforpostgresql", "FirewallRule", "azurerm_postgresql_firewall_rule"),
            (Cloud::Azure, "dbformysql", "FlexibleServerConfiguration", "azurerm_mysql_flexible_server_configuration"),
            (Cloud::Azure, "eventhub", "EventHub", "azurerm_eventhub"),
            (Cloud::Azure, "machinelearningservices", "ComputeInstance", "azurerm_machine_learning_compute_instance"),
            (Cloud::Azure, "network", "LoadBalancer", "azurerm_lb"),
            (Cloud::Azure, "sql", "MSSQLServer", "azurerm_mssql_server"),
            (Cloud::Azure, "containerservice", "KubernetesCluster", "azurerm_kubernetes_cluster"),
            (Cloud::Gcp, "sql", "DatabaseInstance", "google_sql_database_instance"),
            (Cloud::Gcp, "cloudplatform", "ProjectIAMMember", "google_project_iam_member"),
            (Cloud::Gcp, "storage", "BucketIAMMember", "google_storage_bucket_iam_member"),
        ] {
            assert_eq!(reads_as(cloud, service, kind), Some(terraform));
        }
        // not the resource that bears the name of the kind
        for (cloud, service, kind) in [
            (Cloud::Aws, "connect", "Instance"),
            (Cloud::Azure, "apimanagement", "RedisCache"),
            (Cloud::Azure, "devtestlab", "LinuxVirtualMachine"),
            (Cloud::Azure, "devtestlab", "VirtualNetwork"),
            (Cloud::Azure, "netapp", "Snapshot"),
        ] {
            assert_eq!(reads_as(cloud, service, kind), None);
        }
        let known: Vec<&str> = crate::provider::known_types().collect();
        for (.., terraform) in OTHERS {
            assert!(known.contains(terraform), "{terraform}");
        }
    }
}
