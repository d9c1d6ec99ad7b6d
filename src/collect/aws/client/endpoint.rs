//! Where a service is reached: host by partition and region, with FIPS and dual stack, and the region to sign for.
//!
//! `hosts` of a service in the table says, by partition, what the models' endpoint rules give other than
//! `prefix.region.suffix`: by variant (`plain`, `fips`, `dual`, `fips-dual`), for single regions (`plain in`), and the
//! region that signs for all of a partition (`signs`).

use serde_json::Value;

use super::table::{self, Service};

/// One of the parts of AWS that share nothing: the commercial one, China, the US government's, Europe's sovereign one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Partition {
    /// As ARNs have it: `aws-cn`.
    pub name: &'static str,
    /// Where services that know no region are asked.
    pub main_region: &'static str,
    /// The end of host names: `amazonaws.com.cn`.
    pub suffix: &'static str,
    pub(super) dual_suffix: &'static str,
}

/// The kind of endpoint that is wanted.
#[derive(Clone, Copy, Default, Debug)]
pub(super) struct Variant {
    /// With validated cryptography.
    pub(super) fips: bool,
    /// Reachable by IPv6.
    pub(super) dual_stack: bool,
}

/// Where to send, and for whom to sign.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Endpoint {
    /// `https://host`, without an end.
    pub(super) base: String,
    /// The region to sign for.
    pub(super) region: String,
    /// Somebody named it: no part of a request may go into its host name.
    pub(super) is_custom: bool,
}

/// The endpoint of `service` in `region`.
pub(super) fn of(service: Service, region: &str, variant: Variant) -> Endpoint {
    // a region newer than the table is of the partition whose name it begins like, and most are of the first
    let partition = table::partition(region).or_else(table::first_partition);
    let own = partition.and_then(|partition| service.part("hosts")?.get(partition.name));
    let text = |name: &str| own.and_then(|own| own.get(name)).and_then(Value::as_str);
    let name = match (variant.fips, variant.dual_stack) {
        (false, false) => "plain",
        (true, false) => "fips",
        (false, true) => "dual",
        (true, true) => "fips-dual",
    };
    let single = own.and_then(|own| own.get(format!("{name} in"))?.get(region)?.as_str());
    let host = match single.or_else(|| text(name)) {
        Some(host) => host.replace("{region}", region),
        None => usual(service, region, variant, partition),
    };
    let region = text("signs").unwrap_or(region).to_owned();
    Endpoint { base: format!("https://{host}"), region, is_custom: false }
}

fn usual(service: Service, region: &str, variant: Variant, partition: Option<Partition>) -> String {
    let (plain, dual) = partition.map_or(("amazonaws.com", "api.aws"), |each| (each.suffix, each.dual_suffix));
    let fips = if variant.fips { "-fips" } else { "" };
    let suffix = if variant.dual_stack { dual } else { plain };
    format!("{}{fips}.{region}.{suffix}", service.text("endpoint"))
}

/// Whether a bucket's name can be part of a host name: no dots (a certificate covers one label), no capitals.
pub(super) fn is_host_label(bucket: &str) -> bool {
    (3..=63).contains(&bucket.len())
        && bucket.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !bucket.starts_with('-')
        && !bucket.ends_with('-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base(service: &str, region: &str, fips: bool, dual_stack: bool) -> String {
        of(Service::named(service).unwrap(), region, Variant { fips, dual_stack }).base
    }

    #[test]
    fn hosts_follow_partition_and_variant() {
        for (service, region, fips, dual, host) in [
            ("rds", "eu-west-1", false, false, "rds.eu-west-1.amazonaws.com"),
            ("rds", "eu-west-1", true, false, "rds-fips.eu-west-1.amazonaws.com"),
            ("rds", "eu-west-1", false, true, "rds.eu-west-1.api.aws"),
            ("rds", "cn-north-1", false, false, "rds.cn-north-1.amazonaws.com.cn"),
            ("rds", "us-gov-west-1", true, false, "rds.us-gov-west-1.amazonaws.com"),
            ("rds", "eusc-de-east-1", false, false, "rds.eusc-de-east-1.amazonaws.eu"),
            ("iam", "eu-west-1", false, false, "iam.amazonaws.com"),
            ("cloudfront", "eu-west-1", false, false, "cloudfront.amazonaws.com"),
            ("organizations", "eu-west-1", false, false, "organizations.us-east-1.amazonaws.com"),
            ("route53", "us-gov-east-1", false, false, "route53.us-gov.amazonaws.com"),
            ("s3", "eu-west-1", true, true, "s3-fips.dualstack.eu-west-1.amazonaws.com"),
            ("ecr", "eu-west-1", false, false, "api.ecr.eu-west-1.amazonaws.com"),
            ("cloudwatch", "eu-west-1", false, false, "monitoring.eu-west-1.amazonaws.com"),
            ("rds", "eu-north-7", false, false, "rds.eu-north-7.amazonaws.com"),
            ("s3", "us-gov-west-1", true, false, "s3-fips.us-gov-west-1.amazonaws.com"),
            ("s3", "cn-north-1", false, true, "s3.dualstack.cn-north-1.amazonaws.com.cn"),
            ("kms", "us-east-2", true, false, "kms-fips.us-east-2.amazonaws.com"),
            ("iam", "us-east-1", true, false, "iam-fips.amazonaws.com"),
            ("iam", "us-gov-west-1", false, false, "iam.us-gov.amazonaws.com"),
            ("iam", "cn-north-1", false, false, "iam.cn-north-1.amazonaws.com.cn"),
            ("sts", "us-east-1", true, false, "sts-fips.us-east-1.amazonaws.com"),
            ("organizations", "us-east-1", true, false, "organizations-fips.us-east-1.amazonaws.com"),
            // in the government's regions the usual hosts are validated
            ("dynamodb", "us-gov-west-1", true, false, "dynamodb.us-gov-west-1.amazonaws.com"),
            ("ecr", "us-gov-east-1", true, false, "api.ecr-fips.us-gov-east-1.amazonaws.com"),
            ("lambda", "eu-west-1", true, true, "lambda-fips.eu-west-1.api.aws"),
            ("cloudfront", "cn-north-1", false, false, "cloudfront.cn-northwest-1.amazonaws.com.cn"),
            ("route53", "us-east-1", true, false, "route53-fips.amazonaws.com"),
            ("rds", "us-iso-east-1", false, false, "rds.us-iso-east-1.c2s.ic.gov"),
        ] {
            assert_eq!(base(service, region, fips, dual), format!("https://{host}"), "{service} in {region}");
        }
    }

    #[test]
    fn every_service_has_a_host_in_every_partition_and_variant() {
        let services: std::collections::BTreeSet<_> = table::operations().map(|(service, _)| service).collect();
        for service in services {
            for region in ["eu-west-1", "cn-north-1", "us-gov-west-1", "eusc-de-east-1", "us-iso-east-1"] {
                for (fips, dual) in [(false, false), (true, false), (false, true), (true, true)] {
                    let base = base(service, region, fips, dual);
                    let host = base.strip_prefix("https://").unwrap();
                    let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
                    let labels = host.split('.').all(|label| !label.is_empty() && label.chars().all(plain));
                    assert!(labels && host.contains('.'), "{service} in {region}: {base}");
                }
            }
        }
    }

    #[test]
    fn what_knows_no_region_is_signed_for_its_own() {
        let region =
            |service: &str, region: &str| of(Service::named(service).unwrap(), region, Variant::default()).region;
        assert_eq!(region("cloudfront", "eu-west-1"), "us-east-1");
        assert_eq!(region("organizations", "cn-north-1"), "cn-northwest-1");
        assert_eq!(region("rds", "eu-west-1"), "eu-west-1");
    }

    #[test]
    fn buckets_with_dots_stay_in_the_path() {
        assert!(is_host_label("logs-2026"));
        for name in ["my.logs", "Logs", "-logs", "ab"] {
            assert!(!is_host_label(name), "{name}");
        }
    }

    #[test]
    fn the_table_is_read_and_holds_reads_only() {
        let all: Vec<_> = table::operations().collect();
        assert!(all.len() > 100, "the table was not read");
        for (service, operation) in all {
            let reads =
                ["Get", "List", "Describe", "BatchGet", "BatchDescribe"].iter().any(|word| operation.starts_with(word));
            let reads_too = ["GenerateCredentialReport", "SimulatePrincipalPolicy"].contains(&operation);
            assert!(reads || service == "iam" && reads_too, "{service}:{operation}");
        }
        assert!(table::has("s3", "ListBuckets") && !table::has("s3", "GetObject"));
        assert!(table::offers("rds", "eu-west-1") && !table::offers("cloudfront", "us-gov-west-1"));
    }
}
