//! Objects of Kubernetes that stand for resources of a cloud are judged as their twins in Terraform: `fixtures/controllers`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

use std::collections::BTreeMap;

use deodar::engine::Verdict;
use deodar::format::Settings;
use deodar::model::KindName;
use deodar::pipeline::{self, Request};
use deodar::rule::Library;
use deodar::source::{NoteKind, Tree};
use deodar::value::Provider;

/// How often each rule came to each verdict on resources of each kind.
type Verdicts = BTreeMap<String, usize>;

/// The verdicts on the resources of `clouds`, and what was not seen.
fn scan(files: &[(&str, &str)]) -> (Verdicts, Vec<String>) {
    let tree = Tree::from_texts(files.iter().copied());
    let (library, settings) = (Library::embedded(), Settings::default());
    let scan = pipeline::scan(&tree, &Request::new(&library, &settings), Vec::new(), 0).unwrap();
    let of = |verdict: &Verdict| {
        let resource = scan.inventory.get(verdict.resource)?;
        let kind = resource.kind_name();
        // what an account or an estate lacks depends on all that is written beside
        let judged =
            !matches!(resource.provider, Provider::Kubernetes) && !matches!(kind, KindName::Account | KindName::Estate);
        judged.then(|| format!("{kind:?} {} {}", library.rules()[verdict.rule].id(), verdict.outcome.name()))
    };
    let mut found = Verdicts::new();
    for verdict in scan.judgement.verdicts.iter().filter_map(of) {
        *found.entry(verdict).or_default() += 1;
    }
    let unseen =
        scan.report.notes.iter().filter(|note| note.note.kind == NoteKind::NotSeen || note.note.kind.incomplete());
    (found, unseen.map(|note| note.note.message.clone()).collect())
}

fn fixture(name: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/controllers").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// What differs between both, but for what stands in `but`, each with its reason.
fn alike(manifest: &str, terraform: &str, but: &[&str]) {
    let (here, unseen) = scan(&[(manifest, &fixture(manifest))]);
    let (there, _) = scan(&[(terraform, &fixture(terraform))]);
    assert_eq!(unseen, Vec::<String>::new());
    assert!(there.len() > 25, "{there:#?}");
    let keys = here.keys().chain(there.keys()).collect::<std::collections::BTreeSet<_>>();
    let differ = keys.into_iter().filter(|key| here.get(*key) != there.get(*key));
    let differ: Vec<String> = differ
        .map(|key| {
            let count = |side: &Verdicts| side.get(key).copied().unwrap_or_default();
            format!("{key}: {} in {manifest}, {} in {terraform}", count(&here), count(&there))
        })
        .filter(|line| !but.iter().any(|but| line.starts_with(but)))
        .collect();
    assert!(differ.is_empty(), "\n{}", differ.join("\n"));
}

/// Settings of Terraform's own provider, which the others have no part of.
const PROVIDER: &str = "Config ";

#[test]
fn crossplanes_providers_are_read_as_terraforms() {
    alike("aws.crossplane.yaml", "aws.tf", &[PROVIDER]);
    alike("azure.crossplane.yaml", "azure.tf", &[]);
    alike("gcp.crossplane.yaml", "gcp.tf", &[]);
}

#[test]
fn azures_operator_is_read_as_terraform() {
    alike("azure.operator.yaml", "azure.tf", &[]);
    alike("azure.more.operator.yaml", "azure.bicep", &[]);
}

/// The verdicts of a rule on what one of the operator's objects makes.
fn of_operator(rule: &str, text: &str) -> Vec<String> {
    let (found, unseen) = scan(&[("k.yaml", text)]);
    assert_eq!(unseen, Vec::<String>::new());
    found
        .into_keys()
        .filter(|verdict| verdict.contains(rule))
        .map(|verdict| verdict.rsplit(' ').next().unwrap().into())
        .collect()
}

#[test]
fn what_azures_operator_does_not_touch_or_takes_from_elsewhere_is_not_judged_as_written() {
    let server = |more: &str, spec: &str| {
        format!(
            "apiVersion: sql.azure.com/v1api20211101\nkind: Server\nmetadata: {{name: a, namespace: n{more}}}\nspec: {{owner: {{name: g}}, location: westeurope, {spec}}}\n"
        )
    };
    let rule = "TLS-DB-MIN";
    assert_eq!(of_operator(rule, &server("", "minimalTlsVersion: '1.0'")), ["violated"]);
    assert_eq!(of_operator(rule, &server("", "minimalTlsVersion: '1.2'")), ["holds"]);
    assert_eq!(of_operator(rule, &server("", "minimalTlsVersionFromConfig: {name: c, key: k}")), ["undetermined"]);
    let skipped = ", annotations: {serviceoperator.azure.com/reconcile-policy: skip}";
    assert_eq!(of_operator(rule, &server(skipped, "minimalTlsVersion: '1.0'")), Vec::<String>::new());
}

#[test]
fn config_connector_is_read_as_terraform() {
    alike("gcp.connector.yaml", "gcp.tf", &[]);
}

#[test]
fn ack_is_read_as_terraform() {
    // a group without rules for what goes out lets everything out, as in CloudFormation; Terraform takes that away
    alike("aws.ack.yaml", "aws.tf", &[PROVIDER, "FirewallRule NET-DEFAULT-NET", "FirewallRule NET-FW-EGRESS"]);
}

const BUCKET: &str = "apiVersion: s3.aws.upbound.io/v1beta2\nkind: Bucket\nmetadata: {name: records}\nspec: {forProvider: {region: eu-central-1}}\n---\n";

/// What was found of `rule` on stores.
fn of_stores(rule: &str, text: &str) -> Vec<String> {
    let (found, _) = scan(&[("k.yaml", text)]);
    let named = |verdict: &String| verdict.starts_with(&format!("ObjectStore {rule} "));
    found.into_keys().filter(named).map(|verdict| verdict.rsplit(' ').next().unwrap().to_owned()).collect()
}

fn versioning_of(to: &str) -> String {
    format!(
        "{BUCKET}apiVersion: s3.aws.upbound.io/v1beta1\nkind: BucketVersioning\nmetadata: {{name: v}}\nspec:\n  forProvider:\n    {to}\n    versioningConfiguration: [{{status: Enabled}}]\n"
    )
}

#[test]
fn what_names_an_object_speaks_of_it_and_of_no_other() {
    const RULE: &str = "RES-VERSION";
    assert_eq!(of_stores(RULE, BUCKET), ["violated"]);
    assert_eq!(of_stores(RULE, &versioning_of("bucketRef: {name: records}")), ["holds"]);
    // another one that nobody sees here
    assert_eq!(of_stores(RULE, &versioning_of("bucketRef: {name: other}")), ["violated"]);
    // whichever that may be
    assert_eq!(of_stores(RULE, &versioning_of("bucketSelector: {matchControllerRef: true}")), ["undetermined"]);
    assert_eq!(of_stores(RULE, &versioning_of("bucketSelector: {matchLabels: {app: other}}")), ["undetermined"]);
}

/// The verdicts of rule `of` (`ObjectStore NET-OBJ-PUBLIC`) on what one of ACK's objects makes.
fn of_ack(of: &str, service: &str, kind: &str, spec: &str) -> Vec<String> {
    let text =
        format!("apiVersion: {service}.services.k8s.aws/v1alpha1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n");
    let (found, unseen) = scan(&[("k.yaml", &text)]);
    assert_eq!(unseen, Vec::<String>::new());
    let said = |verdict: &String| verdict.strip_prefix(&format!("{of} ")).map(str::to_owned);
    found.keys().filter_map(said).collect()
}

#[test]
fn acks_objects_are_read_where_they_differ_from_cloudformation() {
    let everyone = r#"{name: a, grantRead: 'id="a1", uri="http://acs.amazonaws.com/groups/global/AllUsers"'}"#;
    let balancer = "{name: a, scheme: internal, attributes: [{key: access_logs.s3.enabled, value: 'true'}]}";
    let listener = |protocol: &str| {
        format!(
            "{{loadBalancerARN: a, port: 443, protocol: {protocol}, defaultActions: [{{type: forward, targetGroupARN: b}}]}}"
        )
    };
    let kafka = |how: &str| format!("{{name: a, encryptionInfo: {{encryptionInTransit: {{clientBroker: {how}}}}}}}");
    for (of, service, kind, spec, expected) in [
        ("ObjectStore NET-OBJ-PUBLIC", "s3", "Bucket", "{name: a}", "holds"),
        ("ObjectStore NET-OBJ-PUBLIC", "s3", "Bucket", everyone, "violated"),
        ("FileShare RES-BKP-COVER", "efs", "FileSystem", "{}", "violated"),
        ("FileShare RES-BKP-COVER", "efs", "FileSystem", "{backupPolicy: {status: ENABLED}}", "holds"),
        ("FileShare RES-BKP-COVER", "efs", "FileSystem", "{backup: true}", "holds"),
        // the controller makes a trail, and nothing says that somebody starts it
        (
            "AuditTrail LOG-TRAIL-ON",
            "cloudtrail",
            "Trail",
            "{name: a, s3BucketName: b, isMultiRegionTrail: true}",
            "undetermined",
        ),
        ("LoadBalancer LOG-LB-ACCESS", "elbv2", "LoadBalancer", balancer, "holds"),
        ("LoadBalancer LOG-LB-ACCESS", "elbv2", "LoadBalancer", "{name: a}", "violated"),
        ("Listener TLS-LB-HTTPS", "elbv2", "Listener", &listener("HTTPS"), "holds"),
        ("Listener TLS-LB-HTTPS", "elbv2", "Listener", &listener("HTTP"), "violated"),
        ("Topic TLS-STREAM", "kafka", "Cluster", &kafka("TLS"), "holds"),
        ("Topic TLS-STREAM", "kafka", "Cluster", &kafka("PLAINTEXT"), "violated"),
        ("Endpoint NET-API-AUTH", "lambda", "FunctionURLConfig", "{authType: NONE, functionName: a}", "violated"),
        ("Cache TLS-CACHE", "memorydb", "Cluster", "{name: a, aclName: b, tlsEnabled: true}", "holds"),
        ("Cache TLS-CACHE", "memorydb", "Cluster", "{name: a, aclName: b, tlsEnabled: false}", "violated"),
    ] {
        assert_eq!(of_ack(of, service, kind, spec), [expected], "{kind} {spec}");
    }
}

#[test]
fn a_group_of_parameters_speaks_of_the_database_that_refers_to_it() {
    let database = |parameters: &str| {
        let text = format!(
            "apiVersion: rds.services.k8s.aws/v1alpha1\nkind: DBInstance\nmetadata: {{name: db}}\nspec:\n  dbInstanceIdentifier: db\n  engine: postgres\n  engineVersion: '14.9'\n  dbParameterGroupRef: {{from: {{name: db}}}}\n---\napiVersion: rds.services.k8s.aws/v1alpha1\nkind: DBParameterGroup\nmetadata: {{name: db}}\nspec: {{name: db, family: postgres14, parameterOverrides: {{{parameters}}}}}\n"
        );
        let (found, unseen) = scan(&[("k.yaml", &text)]);
        assert_eq!(unseen, Vec::<String>::new());
        let said = |verdict: &String| verdict.strip_prefix("Database TLS-DB-REQUIRED ").map(str::to_owned);
        found.keys().find_map(said).unwrap()
    };
    assert_eq!(database("rds.force_ssl: '1'"), "holds");
    assert_eq!(database("rds.force_ssl: '0'"), "violated");
}

#[test]
fn config_connectors_kinds_are_read_where_terraform_names_them_otherwise() {
    let object = |group: &str, kind: &str, spec: &str| {
        format!(
            "apiVersion: {group}.cnrm.cloud.google.com/v1beta1\nkind: {kind}\nmetadata: {{name: a}}\nspec: {spec}\n---\n"
        )
    };
    let organisation =
        "{organizationRef: {external: '1'}, location: eu, constraint: constraints/gcp.resourceLocations}";
    let text = [
        object("compute", "ComputeTargetVPNGateway", "{region: europe-west3}"),
        object("compute", "ComputeVPNGateway", "{region: europe-west3}"),
        object("compute", "ComputeInstanceGroupManager", "{location: europe-west3}"),
        object("logging", "LoggingLogBucket", organisation),
        object("resourcemanager", "ResourceManagerPolicy", organisation),
    ];
    let (_, unseen) = scan(&[("k.yaml", &text.concat())]);
    assert_eq!(unseen, Vec::<String>::new());
}

#[test]
fn kinds_that_nobody_reads_are_told_of_and_settings_are_not() {
    let object = |group: &str, kind: &str, name: &str| {
        format!("apiVersion: {group}/v1\nkind: {kind}\nmetadata: {{name: {name}}}\nspec: {{}}\n---\n")
    };
    let text = [
        object("dns.cnrm.cloud.google.com", "DNSRecordSet", "a"),
        object("dns.cnrm.cloud.google.com", "DNSRecordSet", "b"),
        object("route53.services.k8s.aws", "HostedZone", "a"),
        object("connect.aws.upbound.io", "Instance", "a"),
        object("network.azure.com", "DnsZone", "a"),
        object("netapp.azure.upbound.io", "Snapshot", "a"),
        object("networksecurity.gcp-beta.upbound.io", "ServerTLSPolicy", "a"),
        object("ec2.aws.jet.crossplane.io", "Instance", "a"),
        object("aws.m.upbound.io", "ClusterProviderConfig", "a"),
        object("core.cnrm.cloud.google.com", "ConfigConnector", "a"),
    ];
    let (_, unseen) = scan(&[("k.yaml", &text.concat())]);
    let end = "the cloud's resources that they stand for were not seen";
    let expected = [
        "2 objects of kind `DNSRecordSet (dns.cnrm.cloud.google.com)`",
        "1 object of kind `HostedZone (route53.services.k8s.aws)`",
        "1 object of kind `Instance (connect.aws.upbound.io)`",
        "1 object of kind `DnsZone (network.azure.com)`",
        "1 object of kind `Snapshot (netapp.azure.upbound.io)`",
        "1 object of kind `ServerTLSPolicy (networksecurity.gcp-beta.upbound.io)`",
        "1 object of kind `Instance (ec2.aws.jet.crossplane.io)`",
    ];
    let mut expected = expected.map(|start| format!("{start}: {end}"));
    let mut unseen = unseen;
    expected.sort();
    unseen.sort();
    assert_eq!(unseen, expected);
}

#[test]
fn what_a_composition_holds_is_judged_and_what_its_patches_fill_in_is_not_known() {
    let composition = |patches: &str| {
        format!(
            "apiVersion: apiextensions.crossplane.io/v1\nkind: Composition\nmetadata: {{name: db}}\nspec:\n  compositeTypeRef: {{apiVersion: example.org/v1, kind: XDatabase}}\n  mode: Pipeline\n  pipeline:\n    - step: make\n      functionRef: {{name: function-patch-and-transform}}\n      input:\n        apiVersion: pt.fn.crossplane.io/v1beta1\n        kind: Resources\n        resources:\n          - name: instance\n            base:\n              apiVersion: rds.aws.upbound.io/v1beta3\n              kind: Instance\n              spec:\n                forProvider: {{region: eu-central-1, engine: postgres, publiclyAccessible: true, storageEncrypted: true}}\n            patches: [{patches}]\n"
        )
    };
    let said = |patches: &str| {
        let (found, unseen) = scan(&[("k.yaml", &composition(patches))]);
        assert_eq!(unseen, Vec::<String>::new());
        let of = |start: &str| {
            let verdict =
                found.keys().find(|verdict| verdict.starts_with(start)).unwrap_or_else(|| panic!("{found:#?}"));
            verdict.rsplit(' ').next().unwrap().to_owned()
        };
        (of("Database ENC-DB-REST "), of("Database NET-DB-PUBLIC "))
    };
    assert_eq!(said(""), ("holds".to_owned(), "violated".to_owned()));
    let patch =
        "{type: FromCompositeFieldPath, fromFieldPath: spec.encrypted, toFieldPath: spec.forProvider.storageEncrypted}";
    assert_eq!(said(patch), ("undetermined".to_owned(), "violated".to_owned()));
}

#[test]
fn objects_that_terraform_applies_or_a_chart_renders_are_read_alike() {
    let terraform = r#"
variable "blocked" {}
resource "kubernetes_manifest" "b" {
  manifest = {
    apiVersion = "s3.services.k8s.aws/v1alpha1", kind = "Bucket", metadata = { name = "b", namespace = "a" }
    spec = { name = "shop-b", versioning = { status = var.blocked } }
  }
}
"#;
    let chart = [
        ("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 1.0.0\n"),
        (
            "c/templates/b.yaml",
            "apiVersion: s3.services.k8s.aws/v1alpha1\nkind: Bucket\nmetadata: {name: b}\nspec:\n  name: {{ randAlpha 5 }}\n  versioning: {status: Enabled}\n",
        ),
    ];
    let of = |files: &[(&str, &str)]| {
        let (found, _) = scan(files);
        let found: Vec<String> =
            found.into_keys().filter(|verdict| verdict.starts_with("ObjectStore RES-VERSION ")).collect();
        found.join(", ")
    };
    assert_eq!(of(&[("main.tf", terraform)]), "ObjectStore RES-VERSION undetermined");
    assert_eq!(of(&chart), "ObjectStore RES-VERSION holds");
}
