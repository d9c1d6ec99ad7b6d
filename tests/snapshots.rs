//! Snapshots judged: what stands in one is judged as a template is, what was refused is unknown, and absence is known
//! only where a list was whole.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use deodar::format::Settings;
use deodar::pipeline::{self, Request, Scan};
use deodar::report::State;
use deodar::rule::Library;
use deodar::source::{NoteKind, Tree};
use serde_json::{Value, json};

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/snapshots").join(name);
    fs::read_to_string(path).expect("a fixture")
}

/// A scan of these texts.
fn scan(texts: &[(&str, &str)]) -> Scan {
    let tree = Tree::from_texts(texts.iter().copied());
    let (library, settings) = (Library::embedded(), Settings::default());
    let request = Request { verdicts: true, ..Request::new(&library, &settings) };
    pipeline::scan(&tree, &request, Vec::new(), 0).expect("a scan")
}

fn of_fixture(name: &str) -> Scan {
    scan(&[(name, &fixture(name))])
}

/// The verdicts of a rule: the resource's name, and the state with its reason.
fn verdicts(scan: &Scan, rule: &str) -> BTreeMap<String, (State, String)> {
    let library = Library::embedded();
    let (rule, _) = library.rule(rule).expect("a rule");
    let why = |resource| {
        let found = scan.report.findings.iter().find(|one| one.rule == rule && one.resource == resource);
        found.and_then(|one| one.why.as_ref()).map(ToString::to_string).unwrap_or_default()
    };
    let name = |resource| scan.inventory.get(resource).map_or_else(String::new, |found| found.name.to_string());
    let of = scan.judgement.verdicts.iter().filter(|verdict| verdict.rule == rule);
    of.map(|one| (name(one.resource), (State::of(&one.outcome), why(one.resource)))).collect()
}

#[track_caller]
fn expect(scan: &Scan, rule: &str, name: &str, state: State) {
    let found = verdicts(scan, rule);
    assert_eq!(found.get(name).map(|found| found.0), Some(state), "{rule} of {name}, among {found:?}");
}

/// Undetermined, for a reason that says `why`.
#[track_caller]
fn open(scan: &Scan, rule: &str, name: &str, why: &str) {
    expect(scan, rule, name, State::Undetermined);
    let found = verdicts(scan, rule);
    assert!(found[name].1.contains(why), "{rule} of {name}: {:?}", found[name].1);
}

/// The fixture, changed.
fn changed(name: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut document: Value = serde_json::from_str(&fixture(name)).expect("JSON");
    change(&mut document);
    document.to_string()
}

/// The notes of a kind.
fn notes(scan: &Scan, kind: NoteKind) -> Vec<&str> {
    let of = scan.report.notes.iter().filter(|placed| placed.note.kind == kind);
    of.map(|placed| placed.note.message.as_str()).collect()
}

const ACCOUNT: &str = "123456789012";

#[test]
fn the_fixtures_are_valid_by_the_published_schema() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/snapshot.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    for name in ["aws.bad.json", "aws.good.json", "aws.refused.json", "kubernetes.json"] {
        let document: Value = serde_json::from_str(&fixture(name)).expect("JSON");
        let faults: Vec<String> =
            validator.iter_errors(&document).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
        assert!(faults.is_empty(), "{name}: {faults:?}");
    }
}

#[test]
fn a_bad_account_is_violated() {
    let scan = of_fixture("aws.bad.json");
    for (rule, name) in [
        ("NET-OBJ-PUBLIC", "records"),
        ("NET-FW-ADMIN", "desk"),
        ("ENC-DB-REST", "patients"),
        ("NET-DB-PUBLIC", "patients"),
        ("WRK-SECRET-ENV", "import"),
        // nothing of the kind in a list that is whole
        ("LOG-DETECT", ACCOUNT),
        ("LOG-TRAIL-ON", ACCOUNT),
    ] {
        expect(&scan, rule, name, State::Violated);
    }
    assert!(!scan.report.unseen(), "{:?}", scan.report.notes);
}

#[test]
fn a_good_account_holds() {
    let scan = of_fixture("aws.good.json");
    for (rule, name) in [
        ("NET-OBJ-PUBLIC", "records"),
        ("NET-FW-ADMIN", "desk"),
        ("ENC-DB-REST", "patients"),
        ("ENC-OBJ-CMK", "records"),
        ("NET-DB-PUBLIC", "patients"),
        ("WRK-SECRET-ENV", "import"),
        ("LOG-DETECT", ACCOUNT),
        ("LOG-TRAIL-ON", ACCOUNT),
    ] {
        expect(&scan, rule, name, State::Holds);
    }
}

#[test]
fn what_was_refused_is_unknown_and_names_the_permission() {
    let scan = of_fixture("aws.refused.json");
    open(&scan, "ENC-OBJ-CMK", "records", "`s3:GetBucketEncryption` was refused: `s3:GetEncryptionConfiguration`");
    // a policy that could not be listed may stand on the bucket
    open(&scan, "NET-OBJ-PUBLIC", "records", "was refused");
    // nothing of what was cut short is taken to be absent
    open(&scan, "ENC-DB-REST", "patients", "`rds:DescribeDBInstances` failed: the answer was cut short");
    open(&scan, "LOG-DETECT", ACCOUNT, "`guardduty:ListDetectors` was refused");
    open(&scan, "LOG-TRAIL-ON", ACCOUNT, "`cloudtrail:DescribeTrails` failed: ThrottlingException");
}

#[test]
fn what_was_not_listed_is_told_and_the_run_is_incomplete() {
    let scan = of_fixture("aws.refused.json");
    let not_seen = notes(&scan, NoteKind::NotSeen);
    assert_eq!(not_seen.len(), 3, "{not_seen:?}");
    assert!(not_seen.iter().any(|note| note.contains("`AWS::S3::BucketPolicy` was not listed")), "{not_seen:?}");
    assert!(scan.report.unseen());
    // who left it out knows
    assert!(notes(&scan, NoteKind::Info).iter().any(|note| note.contains("`AWS::SecurityHub::Hub`")));
}

#[test]
fn absence_is_known_only_in_the_regions_that_were_asked() {
    let some = changed("aws.bad.json", |document| document["all_regions"] = json!(false));
    open(&scan(&[("a.json", &some)]), "LOG-DETECT", ACCOUNT, "only `eu-west-1` was asked");
    let more = changed("aws.bad.json", |document| document["regions"] = json!(["eu-west-1", "us-east-1"]));
    open(&scan(&[("a.json", &more)]), "LOG-DETECT", ACCOUNT, "was not asked for in `us-east-1`");
}

#[test]
fn a_list_that_was_refused_in_one_of_two_is_not_whole() {
    let twice = changed("aws.bad.json", |document| {
        let lists = document["lists"].as_array_mut().expect("lists");
        lists.push(json!({"type": "AWS::GuardDuty::Detector", "region": "eu-west-1", "state": "refused",
            "call": "guardduty:GetDetector"}));
    });
    open(&scan(&[("a.json", &twice)]), "LOG-DETECT", ACCOUNT, "`guardduty:GetDetector` was refused");
}

#[test]
fn a_type_that_was_never_listed_is_not_absent() {
    let less = changed("aws.bad.json", |document| {
        let lists = document["lists"].as_array_mut().expect("lists");
        lists.retain(|list| list["type"] != "AWS::GuardDuty::Detector" && list["type"] != "AWS::S3::BucketPolicy");
        document["resources"].as_array_mut().expect("resources").retain(|one| one["type"] != "AWS::S3::BucketPolicy");
    });
    let scan = scan(&[("a.json", &less)]);
    open(&scan, "LOG-DETECT", ACCOUNT, "was not asked for");
    open(&scan, "NET-OBJ-PUBLIC", "records", "was not asked for");
}

#[test]
fn each_account_answers_for_itself() {
    let other = changed("aws.bad.json", |document| document["account"]["id"] = json!("999999999999"));
    let scan = scan(&[("a.json", &fixture("aws.good.json")), ("b.json", &other)]);
    expect(&scan, "LOG-DETECT", ACCOUNT, State::Holds);
    expect(&scan, "LOG-DETECT", "999999999999", State::Violated);
    let accounts: Vec<&str> = scan
        .inventory
        .resources()
        .iter()
        .filter(|resource| &*resource.native_type == "account")
        .map(|resource| &*resource.address)
        .collect();
    assert_eq!(accounts, ["account.aws.123456789012", "account.aws.999999999999"]);
}

#[test]
fn a_template_beside_its_account_is_judged_for_itself() {
    let template = "AWSTemplateFormatVersion: '2010-09-09'\nResources:\n  Records:\n    Type: AWS::S3::Bucket\n    \
                    Properties:\n      BucketName: records\n      AccessControl: PublicRead\n";
    let scan = scan(&[("a.json", &fixture("aws.good.json")), ("t.yaml", template)]);
    let states: BTreeMap<&str, State> = scan
        .judgement
        .verdicts
        .iter()
        .filter(|verdict| Some(verdict.rule) == Library::embedded().rule("NET-OBJ-PUBLIC").map(|(at, _)| at))
        .filter_map(|verdict| Some((&*scan.inventory.get(verdict.resource)?.address, State::of(&verdict.outcome))))
        .collect();
    // the account's own bucket is private, whatever the template says
    assert_eq!(states["arn:aws:s3:::records"], State::Holds);
    assert_eq!(states["Records"], State::Violated);
    // a trail in the account is none of the template's
    assert_eq!(verdicts(&scan, "LOG-TRAIL-ON")["aws"].0, State::Undetermined);
}

#[test]
fn a_cluster_is_judged_as_its_manifests_are() {
    let scan = of_fixture("kubernetes.json");
    expect(&scan, "WRK-PRIVILEGED", "web", State::Violated);
    expect(&scan, "WRK-SECRET-ENV", "web", State::Violated);
    open(&scan, "NET-POLICY-K8S", "clinic", "list networkpolicies in all namespaces was refused");
    let whole = changed("kubernetes.json", |document| {
        for list in document["lists"].as_array_mut().expect("lists") {
            list["state"] = json!("complete");
        }
    });
    expect(&self::scan(&[("k.json", &whole)]), "NET-POLICY-K8S", "clinic", State::Violated);
}

#[test]
fn a_region_is_that_of_the_resource() {
    let scan = of_fixture("aws.good.json");
    let bucket = scan.inventory.resources().iter().find(|resource| &*resource.name == "records").expect("a bucket");
    assert_eq!(bucket.region.value().map(|region| &**region), Some("eu-west-1"));
}

#[test]
fn what_this_version_does_not_know_is_told_and_never_green() {
    let extra = changed("aws.good.json", |document| document["resources"][0]["unknwon"] = json!([]));
    let scan = scan(&[("a.json", &extra)]);
    assert!(notes(&scan, NoteKind::PartLost)[0].contains("`unknwon` of a resource is not read by this version"));
    assert!(scan.report.incomplete());
    let later = changed("aws.good.json", |document| document["snapshot"] = json!(2));
    let scan = self::scan(&[("a.json", &later)]);
    assert!(notes(&scan, NoteKind::Unreadable)[0].contains("version 2"), "{:?}", scan.report.notes);
    assert_eq!(scan.report.coverage.judged(), 0);
}

#[test]
fn a_snapshot_is_known_in_whatever_order_its_members_stand() {
    let sorted = changed("aws.bad.json", |document| {
        let mut members: Vec<_> = document.as_object().expect("members").clone().into_iter().collect();
        members.sort_by(|(a, _), (b, _)| a.cmp(b));
        *document = members.into_iter().collect();
    });
    assert!(!sorted.trim_start_matches(['{', ' ', '\n']).starts_with("\"snapshot\""));
    expect(&scan(&[("a.json", &sorted)]), "NET-OBJ-PUBLIC", "records", State::Violated);
}

#[test]
fn a_packed_snapshot_is_read_as_the_plain_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fixture("aws.bad.json");
    let level = ruzstd::encoding::CompressionLevel::Fastest;
    // two frames, as the writer makes of a long one
    let (first, second) = text.split_at(text.len() / 2);
    let mut packed = ruzstd::encoding::compress_to_vec(first.as_bytes(), level);
    packed.extend(ruzstd::encoding::compress_to_vec(second.as_bytes(), level));
    fs::write(folder.path().join("a.json.zst"), &packed).expect("written");
    // what is no snapshot is left alone, what is cut short is told
    fs::write(folder.path().join("b.zst"), ruzstd::encoding::compress_to_vec(&b"not JSON"[..], level))
        .expect("written");
    fs::write(folder.path().join("c.json.zst"), &packed[..packed.len() / 3]).expect("written");
    let request = deodar::collect::Request { paths: vec![folder.path().to_owned()], ..Default::default() };
    let gathered = deodar::collect::gather(&request).expect("gathered");
    let (library, settings) = (Library::embedded(), Settings::default());
    let request = Request { verdicts: true, ..Request::new(&library, &settings) };
    let scan = pipeline::scan(&gathered.tree, &request, gathered.notes, 0).expect("a scan");
    expect(&scan, "ENC-DB-REST", "patients", State::Violated);
    let unreadable = notes(&scan, NoteKind::Unreadable);
    assert_eq!(unreadable.len(), 1, "{unreadable:?}");
    assert!(unreadable[0].contains("`c.json.zst` cannot be unpacked"), "{unreadable:?}");
}

/// The good account with these resources as well, and their lists whole.
fn with(resources: &Value) -> String {
    changed("aws.good.json", |document| {
        for resource in resources.as_array().expect("resources") {
            let list = json!({"type": resource["type"], "region": "eu-west-1", "state": "complete"});
            let lists = document["lists"].as_array_mut().expect("lists");
            if !lists.iter().any(|one| one["type"] == list["type"]) {
                lists.push(list);
            }
            let mut resource = resource.clone();
            resource["region"] = json!("eu-west-1");
            document["resources"].as_array_mut().expect("resources").push(resource);
        }
    })
}

#[test]
fn what_the_methods_of_a_stage_log_is_read_as_in_a_template() {
    let stage = |trace: bool| {
        with(&json!([{"type": "AWS::ApiGateway::Stage", "id": "api/live", "properties": {
            "StageName": "live", "RestApiId": "api",
            "MethodSettings": [{"Key": "*/*", "Value": {"LoggingLevel": "INFO", "DataTraceEnabled": trace}}]}}]))
    };
    expect(&scan(&[("a.json", &stage(true))]), "LOG-PAYLOAD", "live", State::Violated);
    expect(&scan(&[("a.json", &stage(false))]), "LOG-PAYLOAD", "live", State::Holds);
    expect(&scan(&[("a.json", &stage(false))]), "LOG-LB-ACCESS", "live", State::Holds);
}

#[test]
fn only_a_machine_that_runs_shows_that_it_has_no_public_address() {
    let machine = |state: &str, cards: Value| {
        with(&json!([{"type": "AWS::EC2::Instance", "id": "i-1", "properties": {
            "InstanceId": "i-1", "SubnetId": "subnet-1", "State": {"Name": state}, "NetworkInterfaces": cards}}]))
    };
    let plain = json!([{"NetworkInterfaceId": "eni-1", "Association": {}}]);
    let further = json!([{"NetworkInterfaceId": "eni-1"},
        {"NetworkInterfaceId": "eni-2", "Association": {"PublicIp": "198.51.100.7"}}]);
    let second = json!([{"NetworkInterfaceId": "eni-1", "PrivateIpAddresses": [
        {"Primary": true}, {"Association": {"PublicIp": "198.51.100.8"}}]}]);
    expect(&scan(&[("a.json", &machine("running", plain.clone()))]), "NET-VM-PUBLIC", "i-1", State::Holds);
    open(&scan(&[("a.json", &machine("stopped", plain.clone()))]), "NET-VM-PUBLIC", "i-1", "`stopped`");
    open(&scan(&[("a.json", &machine("pending", plain))]), "NET-VM-PUBLIC", "i-1", "`pending`");
    for state in ["running", "stopped"] {
        expect(&scan(&[("a.json", &machine(state, further.clone()))]), "NET-VM-PUBLIC", "i-1", State::Violated);
        expect(&scan(&[("a.json", &machine(state, second.clone()))]), "NET-VM-PUBLIC", "i-1", State::Violated);
    }
}

#[test]
fn a_key_whose_manager_is_not_told_is_not_taken_for_the_customers() {
    let id = "1234abcd-12ab-34cd-56ef-1234567890ab";
    let untold = changed("aws.good.json", |document| {
        let resources = document["resources"].as_array_mut().expect("resources");
        let key = resources.iter_mut().find(|one| one["type"] == "AWS::KMS::Key").expect("a key");
        key["properties"].as_object_mut().expect("properties").remove("KeyManager");
    });
    open(&scan(&[("a.json", &untold)]), "ENC-DB-CMK", "patients", id);
    // a bare id of a key that is not among those listed
    let bare = |id: &str| {
        let id = id.to_owned();
        changed("aws.good.json", move |document| {
            let resources = document["resources"].as_array_mut().expect("resources");
            let database = resources.iter_mut().find(|one| one["id"] == "patients").expect("a database");
            database["properties"]["KmsKeyId"] = json!(id);
        })
    };
    expect(&scan(&[("a.json", &bare(id))]), "ENC-DB-CMK", "patients", State::Holds);
    let other = "99999999-12ab-34cd-56ef-1234567890ab";
    open(&scan(&[("a.json", &bare(other))]), "ENC-DB-CMK", "patients", other);
    open(&scan(&[("a.json", &bare("mrk-0123456789abcdef0123456789abcdef"))]), "ENC-DB-CMK", "patients", "mrk-");
}

#[test]
fn what_an_account_does_not_tell_of_its_root_user_or_its_logs_is_not_taken_to_be_well() {
    let of =
        |summary: Value| with(&json!([{"type": "Deodar::IAM::AccountSummary", "id": ACCOUNT, "properties": summary}]));
    let told =
        of(json!({"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0}));
    expect(&scan(&[("a.json", &told)]), "IAM-ROOT-USE", ACCOUNT, State::Holds);
    let untold = of(json!({"AccountMFAEnabled": 1, "AccountSigningCertificatesPresent": 0}));
    open(&scan(&[("a.json", &untold)]), "IAM-ROOT-USE", ACCOUNT, "AccountAccessKeysPresent");
    let refused = changed("aws.good.json", |document| {
        let lists = document["lists"].as_array_mut().expect("lists");
        let kind = "Deodar::Bedrock::ModelInvocationLogging";
        lists.push(json!({"type": kind, "region": "eu-west-1", "state": "complete"}));
        lists.push(json!({"type": "AWS::Bedrock::Agent", "region": "eu-west-1", "state": "complete"}));
        let resources = document["resources"].as_array_mut().expect("resources");
        resources.push(json!({"type": "AWS::Bedrock::Agent", "id": "a", "region": "eu-west-1",
            "properties": {"AgentName": "a", "FoundationModel": "m"}}));
        resources.push(json!({"type": kind, "id": "eu-west-1", "region": "eu-west-1", "properties": {},
            "unknown": [
                {"at": "S3Config", "state": "refused", "call": "bedrock:GetModelInvocationLoggingConfiguration"},
                {"at": "CloudWatchConfig", "state": "refused", "call": "bedrock:GetModelInvocationLoggingConfiguration"}]}));
    });
    open(&scan(&[("a.json", &refused)]), "AGT-INVOKE-LOG", ACCOUNT, "bedrock:GetModelInvocationLoggingConfiguration");
}

/// The good account, with what it says of its root user.
fn with_root(summary: &Value, row: &Value) -> Scan {
    let text = changed("aws.good.json", |document| {
        let resources = document["resources"].as_array_mut().expect("a list");
        let of = |kind: &str, properties: Value| json!({"type": kind, "id": ACCOUNT, "properties": properties});
        resources.push(of("Deodar::IAM::AccountSummary", summary.clone()));
        resources.push(of("Deodar::IAM::CredentialReport", json!({"Users": [row]})));
        resources.sort_by_key(|one| one["type"].to_string());
    });
    scan(&[("account.json", &text)])
}

#[test]
fn a_key_of_the_root_user_is_one_finding() {
    let summary = |factor: u8, keys: u8| {
        json!({"AccountMFAEnabled": factor, "AccountAccessKeysPresent": keys,
        "AccountSigningCertificatesPresent": 0})
    };
    let row = |key: &str| json!({"user": "<root_account>", "access_key_1_active": key, "access_key_2_active": "false"});
    let found = verdicts(&with_root(&summary(1, 1), &row("true")), "IAM-ROOT-USE");
    assert_eq!(found["<root_account>"].0, State::Violated, "{found:?}");
    assert_eq!(found[ACCOUNT].0, State::Holds, "it is said twice: {found:?}");
    // without a second factor that is a finding of its own
    let found = verdicts(&with_root(&summary(0, 1), &row("true")), "IAM-ROOT-USE");
    assert_eq!(found[ACCOUNT].0, State::Violated, "{found:?}");
    // a key that is there and does not work stands in the summary alone
    let found = verdicts(&with_root(&summary(1, 1), &row("false")), "IAM-ROOT-USE");
    assert_eq!((found.len(), found[ACCOUNT].0), (1, State::Violated), "{found:?}");
}

#[test]
fn a_snapshot_of_which_something_was_not_seen_is_a_file_that_was_read() {
    let scan = of_fixture("aws.refused.json");
    let files = &scan.report.coverage.files;
    assert_eq!((files.by_format.values().sum::<usize>(), files.not_seen), (1, 1));
}

#[test]
fn who_may_call_an_alias_of_a_function_is_judged() {
    let text = changed("aws.good.json", |document| {
        let statement = json!({"Sid": "all", "Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction"});
        let properties = json!({"Name": "live", "FunctionName": "import", "Policy": {"Statement": [statement]}});
        let alias = json!({"type": "AWS::Lambda::Alias", "id": "arn:live", "properties": properties});
        let resources = document["resources"].as_array_mut().expect("a list");
        resources.push(alias);
        resources.sort_by_key(|one| one["type"].to_string());
    });
    let found = verdicts(&scan(&[("account.json", &text)]), "NET-API-AUTH");
    assert!(found.values().any(|(state, _)| *state == State::Violated), "{found:?}");
}
