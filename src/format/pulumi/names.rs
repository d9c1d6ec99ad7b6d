//! Pulumi's names and Terraform's: `aws:ec2/securityGroup:SecurityGroup` is `aws_security_group`, `ingresses` is
//! `ingress`. See <https://www.pulumi.com/docs/iac/concepts/resources/names/> and each package's schema.

use std::sync::Arc;

use heck::ToSnakeCase;

use crate::value::{Entry, Node, Value};

/// Modules of AWS whose name is no part of Terraform's: `aws_instance`, `aws_security_group`.
const BARE: [&str; 2] = ["ec2", "index"];

/// Names that no rule gives: <https://www.pulumi.com/registry/packages/aws/api-docs/> against Terraform's.
const OTHERS: [(&str, &str); 6] = [
    ("aws:rds/instance:Instance", "aws_db_instance"),
    ("aws:rds/subnetGroup:SubnetGroup", "aws_db_subnet_group"),
    ("aws:rds/parameterGroup:ParameterGroup", "aws_db_parameter_group"),
    ("aws:lb/loadBalancer:LoadBalancer", "aws_lb"),
    ("aws:cloudtrail/trail:Trail", "aws_cloudtrail"),
    ("azure:keyvault/keyVault:KeyVault", "azurerm_key_vault"),
];

/// The type in Terraform; a package that is not made from Terraform's keeps its own name.
pub(super) fn terraform(written: &str) -> String {
    if let Some((_, other)) = OTHERS.iter().find(|(own, _)| *own == written) {
        return (*other).to_owned();
    }
    let mut parts = written.split(':');
    let (package, place) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
    let prefix = match package {
        "aws" => "aws",
        "gcp" => "google",
        "azure" => "azurerm",
        _ => return written.to_owned(),
    };
    let Some((module, name)) = place.split_once('/') else { return written.to_owned() };
    // `BucketV2` stands beside an older `Bucket`, as the newer reading of one Terraform resource
    let name = name.to_snake_case();
    let name = name.strip_suffix("_v2").unwrap_or(&name);
    match BARE.contains(&module) {
        true => format!("{prefix}_{name}"),
        false => format!("{prefix}_{}_{name}", module.to_snake_case()),
    }
}

/// Under these names stands what the person named.
const OWN: [&str; 7] = ["tags", "tagsAll", "labels", "effectiveLabels", "variables", "annotations", "metadata"];

/// An entry as Terraform spells it; of repeated blocks, in the singular as well.
pub(super) fn spelled(entry: &Entry, value: &Node) -> Vec<Entry> {
    let own = OWN.contains(&&*entry.key);
    let value = if own { value.clone() } else { inner(value) };
    let key = entry.key.to_snake_case();
    let mut all = Vec::new();
    if let Value::List(items) = &value.value
        && items.iter().any(|item| matches!(item.value, Value::Map(_)))
        && let Some(singular) = singular(&key)
    {
        all.push(Entry { key: Arc::from(singular), key_span: entry.key_span, value: value.clone() });
    }
    all.push(Entry { key: Arc::from(key), key_span: entry.key_span, value });
    all
}

fn inner(node: &Node) -> Node {
    let value = match &node.value {
        Value::Map(entries) => Value::Map(entries.iter().flat_map(|entry| spelled(entry, &entry.value)).collect()),
        Value::List(items) => Value::List(items.iter().map(inner).collect()),
        value => value.clone(),
    };
    Node { value, origins: node.origins.clone() }
}

fn singular(key: &str) -> Option<String> {
    if let Some(stem) = key.strip_suffix("ies") {
        return Some(format!("{stem}y"));
    }
    key.strip_suffix("sses").map(|stem| format!("{stem}ss")).or_else(|| key.strip_suffix('s').map(str::to_owned))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_terraforms_where_the_package_is_made_from_it() {
        for (written, terraform_type) in [
            ("aws:s3/bucketV2:BucketV2", "aws_s3_bucket"),
            ("aws:ec2/securityGroup:SecurityGroup", "aws_security_group"),
            (
                "aws:s3/bucketServerSideEncryptionConfigurationV2:X",
                "aws_s3_bucket_server_side_encryption_configuration",
            ),
            ("aws:rds/instance:Instance", "aws_db_instance"),
            ("gcp:storage/bucket:Bucket", "google_storage_bucket"),
            ("azure:storage/account:Account", "azurerm_storage_account"),
            ("azure-native:storage:StorageAccount", "azure-native:storage:StorageAccount"),
        ] {
            assert_eq!(terraform(written), terraform_type);
        }
        assert_eq!(singular("ingresses").as_deref(), Some("ingress"));
        assert_eq!(singular("policies").as_deref(), Some("policy"));
        assert_eq!(singular("data"), None);
    }
}
