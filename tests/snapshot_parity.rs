//! Parity of a template and the account that it was deployed to: every fixture of a rule that is written in
//! CloudFormation is put into a snapshot, resource by resource, as a collector would find it, and gets the same verdicts.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use deodar::engine::{Engine, Outcome};
use deodar::format::{Settings, formats, units};
use deodar::pipeline;
use deodar::provider::native_types;
use deodar::rule::{Estate, Library, Profile};
use deodar::source::Tree;
use deodar::value::{Block, HOLE_CLOSE, HOLE_OPEN, Node, Reference, Unknown, Value as Held, Why};
use serde_json::{Map, Value, json};

/// Fixtures whose verdict an account cannot share, and why.
const APART: &[(&str, &str)] = &[
    ("ENC-DISK-CMK/pass.cfn.yaml", VOLUMES),
    ("ENC-DISK-REST/fail.instance.cfn.yaml", VOLUMES),
    ("ENC-DISK-REST/fail.mapping.cfn.yaml", VOLUMES),
    ("ENC-DISK-REST/pass.cfn.yaml", VOLUMES),
    ("ENC-FN-ENV/pass.cfn.yaml", "the key is named by its ARN; an account that has it says whose it is"),
    ("ENC-SNAP-REST/fail.cfn.yaml", COPIES),
    ("ENC-SNAP-REST/pass.cfn.yaml", COPIES),
    ("IAM-MFA-HUMAN/pass.cfn.yaml", GROUPS),
    ("IAM-MFA-HUMAN/unknown.cfn.yaml", GROUPS),
    (
        "RES-SECOND-SITE/fail.here.cfn.yaml",
        "a template is of one region, whichever that is; the snapshot here does not say of which",
    ),
    ("WRK-SECRET-ENV/fail.secret.cfn.yaml", "an account says what a secret is called, not what it holds"),
];

const VOLUMES: &str = "an account has the volumes of an instance as volumes of their own";
const COPIES: &str = "an account says of a snapshot itself whether it is encrypted, a template of its source";
const GROUPS: &str = "an account says of each user whether there is a second factor, a template of its groups";

/// Attributes that give what a resource is called and not its ARN.
fn called(reference: &Reference, entry: &Deployed) -> String {
    match &*reference.attribute {
        attribute if attribute.to_lowercase().ends_with("arn") || attribute == "Alias" => entry.arn.clone(),
        "DomainName" | "Endpoint.Address" | "RegionalDomainName" => format!("{}.example.org", entry.id),
        _ => entry.id.clone(),
    }
}

const ACCOUNT: &str = "123456789012";

/// What a deployment tells that a template asks for.
fn pseudo(unknown: &Unknown) -> Option<String> {
    let Why::DataSource(name) = &unknown.why else { return None };
    Some(match &**name {
        "AWS::AccountId" => ACCOUNT.to_owned(),
        "AWS::Region" => "eu-west-1".to_owned(),
        _ => return None,
    })
}

/// What a deployment gave a resource.
struct Deployed {
    id: String,
    arn: String,
}

/// Properties that a person may give a name by, which is then the id.
const NAMES: &[&str] = &[
    "BucketName",
    "DBInstanceIdentifier",
    "DBClusterIdentifier",
    "FunctionName",
    "TableName",
    "RoleName",
    "UserName",
    "GroupName",
    "ClusterName",
    "LogGroupName",
    "TrailName",
];

/// Types of which `Ref` gives the ARN.
const BY_ARN: &[&str] = &[
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
    "AWS::ElasticLoadBalancingV2::TargetGroup",
    "AWS::ElasticLoadBalancingV2::Listener",
    "AWS::SNS::Topic",
    "AWS::SecretsManager::Secret",
    "AWS::ECS::TaskDefinition",
    "AWS::ECS::Service",
    "AWS::IAM::ManagedPolicy",
    "AWS::CertificateManager::Certificate",
];

fn deployed(block: &Block) -> Deployed {
    let name = NAMES.iter().find_map(|name| block.body.text(name).value().map(ToString::to_string));
    let name = name.unwrap_or_else(|| block.address.to_lowercase());
    let kind = block.native_type.split("::").skip(1).collect::<Vec<_>>();
    let service = kind[0].to_lowercase();
    let arn = match &*block.native_type {
        "AWS::S3::Bucket" => format!("arn:aws:s3:::{name}"),
        // worldwide services have no region
        _ if ["iam", "cloudfront"].contains(&&*service) => {
            format!("arn:aws:{service}::{ACCOUNT}:{}/{name}", kind[1].to_lowercase())
        }
        _ => format!("arn:aws:{service}:eu-west-1:{ACCOUNT}:{}/{name}", kind[1].to_lowercase()),
    };
    let id = if BY_ARN.contains(&&*block.native_type) { arn.clone() } else { name };
    Deployed { id, arn }
}

/// A value as an account has it; what no deployment is needed to tell becomes a gap at its path.
fn plain(node: &Node, path: &str, all: &BTreeMap<String, Deployed>, gaps: &mut Vec<(String, String)>) -> Value {
    let told = |unknown: &Unknown| match unknown.refers.as_slice() {
        [reference] if unknown.is_reference() => all.get(&*reference.address).map(|entry| called(reference, entry)),
        _ => pseudo(unknown),
    };
    let mut open = |why: &Unknown| {
        gaps.push((path.to_owned(), why.to_string()));
        Value::Null
    };
    match &node.value {
        Held::Null => Value::Null,
        Held::Bool(flag) => json!(flag),
        Held::Number(number) if number.fract() == 0.0 => json!(*number as i64),
        Held::Number(number) => json!(number),
        Held::String(text) => json!(&**text),
        Held::Redacted(_) => json!("(redacted: secret)"),
        Held::Unknown(unknown) => told(unknown).map_or_else(|| open(unknown), |text| json!(text)),
        Held::Text(text) => {
            let mut plain = text.text.to_string();
            for (at, hole) in text.holes.iter().enumerate() {
                let Some(told) = told(hole) else { return open(hole) };
                plain = plain.replace(&format!("{HOLE_OPEN}{at}{HOLE_CLOSE}"), &told);
            }
            json!(plain)
        }
        Held::List(items) => {
            Value::Array(items.iter().map(|item| plain(item, path, all, gaps)).filter(|item| !item.is_null()).collect())
        }
        // a part that may not be there
        Held::Map(_) if node.maybe().is_some() => match &node.maybe().unwrap().value {
            Held::Unknown(unknown) => open(unknown),
            _ => Value::Null,
        },
        Held::Map(entries) => {
            let below = |key: &str| match path {
                "" => key.to_owned(),
                // a path leads to attributes, which have no dots in their names
                _ if key.contains('.') => path.to_owned(),
                _ => format!("{path}.{key}"),
            };
            let each =
                entries.iter().map(|entry| (entry.key.to_string(), plain(&entry.value, &below(&entry.key), all, gaps)));
            Value::Object(each.filter(|(_, value)| !value.is_null()).collect::<Map<_, _>>())
        }
    }
}

/// The snapshot of the account that a template was deployed to; none where it is not told what is in it.
fn snapshot(blocks: &[Block]) -> Result<Value, String> {
    let all: BTreeMap<String, Deployed> =
        blocks.iter().map(|block| (block.address.to_string(), deployed(block))).collect();
    let mut resources = Vec::new();
    for block in blocks {
        if block.instances_unknown.is_some() {
            return Err("a condition decides whether there is a resource: an account has it or has it not".to_owned());
        }
        let (mut gaps, entry) = (Vec::new(), &all[&*block.address]);
        let properties = plain(&block.body, "", &all, &mut gaps);
        let gaps: Vec<Value> = gaps
            .iter()
            .map(|(path, why)| json!({"at": path, "state": "failed", "call": "test:Get", "message": why}))
            .collect();
        let mut properties = properties;
        if &*block.native_type == "AWS::KMS::Key" {
            properties["KeyId"] = json!(entry.id);
            properties["KeyManager"] = json!("CUSTOMER");
        }
        // EC2 gives a group without any rule for the way out one that lets everything out, and tells it when asked;
        // a rule of its own in the template takes its place
        let apart = blocks.iter().any(|block| &*block.native_type == "AWS::EC2::SecurityGroupEgress");
        let said = properties.get("SecurityGroupEgress").is_some();
        if &*block.native_type == "AWS::EC2::SecurityGroup" && !said && !apart {
            properties["SecurityGroupEgress"] = json!([{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}]);
        }
        resources.push(json!({"type": &*block.native_type, "id": entry.id, "arn": entry.arn,
            "properties": properties, "unknown": gaps}));
    }
    let types: BTreeSet<&str> =
        native_types().map(|(native, _)| native).filter(|native| native.contains("::")).collect();
    let lists: Vec<Value> = types.iter().map(|native| json!({"type": native, "state": "complete"})).collect();
    Ok(json!({"snapshot": 1, "provider": "aws", "account": {"id": "123456789012"}, "started": "2026-11-27T08:00:00Z",
        "ended": "2026-11-27T08:01:00Z", "tool": "test", "regions": ["eu-west-1"], "all_regions": true, "services": [],
        "lists": lists, "resources": resources, "calls": []}))
}

/// What the rules say of a text: by rule, how often each state.
type Said = BTreeMap<String, BTreeMap<&'static str, usize>>;

fn said(name: &str, text: &str, estate: &Estate, library: &Library, engine: &Engine<'_>) -> Said {
    let tree = Tree::from_texts([(name, text)]);
    let (inventory, notes) = pipeline::picture(&tree, &Settings::default(), Some(estate));
    assert!(notes.iter().all(|note| !note.kind.incomplete()), "{name}: {notes:?}");
    let profile = Profile::of(Some(estate)).on(Some(jiff::civil::Date::constant(2026, 11, 26)));
    let mut found = Said::new();
    for verdict in engine.judge(&inventory, &profile).verdicts {
        assert!(!matches!(verdict.outcome, Outcome::Failed { .. }), "{name}: {verdict:?}");
        let rule = library.rules()[verdict.rule].id().to_owned();
        *found.entry(rule).or_default().entry(verdict.outcome.name()).or_default() += 1;
    }
    found
}

/// The estate file that stands beside a fixture, with the word that the template is all there is: that is what the
/// lists of an account say.
fn estate(folder: &Path) -> Estate {
    let beside = std::fs::read_to_string(folder.join("deodar.yaml")).unwrap_or_default();
    let whole = if beside.contains("whole:") { "" } else { "whole: true\n" };
    Estate::parse(&format!("{beside}\n{whole}"), "deodar.yaml", None).expect("an estate")
}

#[test]
fn an_account_is_judged_as_the_template_it_was_made_of() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let library = Library::embedded();
    let engine = Engine::of_all(&library).expect("an engine");
    let mut apart: BTreeMap<&str, &str> = APART.iter().copied().collect();
    assert_eq!(apart.len(), APART.len(), "an exception stands twice");
    let (mut wrong, mut alike, mut others) = (Vec::new(), 0, BTreeMap::<String, usize>::new());
    let mut folders: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let rule = folder.file_name().unwrap().to_str().unwrap().to_owned();
        if std::env::var("RULE").is_ok_and(|part| !rule.contains(&part)) {
            continue;
        }
        let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for file in files.iter().filter(|file| file.to_str().unwrap().ends_with(".cfn.yaml")) {
            let name = format!("{rule}/{}", file.file_name().unwrap().to_str().unwrap());
            let text = std::fs::read_to_string(file).unwrap();
            let tree = Tree::from_texts([("t.yaml", &*text)]);
            let blocks: Vec<Block> = units(&tree)
                .0
                .iter()
                .flat_map(|unit| formats()[unit.format].read(&tree, unit, &Settings::default()).blocks)
                .collect();
            let Ok(snapshot) = snapshot(&blocks) else { continue };
            let estate = estate(&folder);
            let template = said("t.yaml", &text, &estate, &library, &engine);
            let account = said("s.json", &snapshot.to_string(), &estate, &library, &engine);
            for (other, states) in &template {
                if account.get(other) != Some(states) && *other != rule {
                    *others.entry(other.clone()).or_default() += 1;
                }
            }
            let (of_template, of_account) = (template.get(&rule), account.get(&rule));
            if of_template == of_account {
                alike += 1;
            } else if apart.remove(&*name).is_none() {
                if std::env::var("RULE").is_ok() {
                    eprintln!("{snapshot:#}");
                }
                wrong.push(format!("{name}: template {of_template:?}, account {of_account:?}"));
            }
        }
    }
    eprintln!("{alike} fixtures alike; other rules that differ somewhere: {others:?}");
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), alike + wrong.len(), wrong.join("\n"));
    if std::env::var("RULE").is_err() {
        assert!(apart.is_empty(), "these are alike by now: {apart:?}");
        assert!(alike > 150, "{alike} fixtures were compared");
    }
}
