//! Snapshots as files: what a collector hands in is what stands in the document, sorted and for nobody else to read; a
//! run that was killed is taken up where it was.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use deodar::collect::snapshot::{
    Account, Call, Entry, Gap, GapState, Header, Journal, ListState, Listing, Outcome, Provider, VERSION,
};
use ruzstd::decoding::StreamingDecoder;
use serde_json::{Value, json};

fn header() -> Header {
    Header {
        snapshot: VERSION,
        provider: Provider::Aws,
        account: Some(Account {
            id: "123456789012".to_owned(),
            partition: Some("aws".to_owned()),
            ..Account::default()
        }),
        cluster: None,
        caller: Some("arn:aws:iam::123456789012:user/scan".to_owned()),
        started: "2026-11-27T08:00:00Z".to_owned(),
        tool: "deodar 0.1.0".to_owned(),
        regions: vec!["eu-west-1".to_owned()],
        all_regions: true,
        services: vec!["s3".to_owned()],
    }
}

fn bucket(name: &str) -> Entry {
    Entry {
        native_type: "AWS::S3::Bucket".to_owned(),
        id: name.to_owned(),
        arn: Some(format!("arn:aws:s3:::{name}")),
        region: Some("eu-west-1".to_owned()),
        properties: json!({"VersioningConfiguration": {"Status": "Enabled"}, "BucketName": name}),
        unknown: vec![Gap {
            at: "BucketEncryption".to_owned(),
            state: GapState::Refused,
            call: "s3:GetBucketEncryption".to_owned(),
            permission: Some("s3:GetEncryptionConfiguration".to_owned()),
            message: Some("AccessDenied".to_owned()),
        }],
    }
}

fn list() -> Listing {
    Listing {
        native_type: "AWS::S3::Bucket".to_owned(),
        region: None,
        state: ListState::Complete,
        call: Some("s3:ListBuckets".to_owned()),
        permission: None,
        message: None,
    }
}

fn call(about: &str) -> Call {
    Call {
        call: "s3:GetBucketEncryption".to_owned(),
        region: Some("eu-west-1".to_owned()),
        about: Some(about.to_owned()),
        at: "2026-11-27T08:00:01Z".to_owned(),
        outcome: Outcome::Refused,
        tries: 1,
        permission: Some("s3:GetEncryptionConfiguration".to_owned()),
        message: Some("AccessDenied".to_owned()),
    }
}

const ENDED: &str = "2026-11-27T08:01:00Z";
const UNIT: &str = "s3/eu-west-1/AWS::S3::Bucket";

/// Writes a snapshot of these buckets in one unit.
fn written(out: &Path, names: &[&str]) -> Value {
    let journal = Journal::open(out, &header(), false).expect("opened");
    for name in names {
        journal.entry(UNIT, &bucket(name)).expect("an entry");
        journal.call(UNIT, &call(name)).expect("a call");
    }
    journal.listing(UNIT, &list()).expect("a listing");
    journal.finished(UNIT).expect("finished");
    journal.finish(ENDED).expect("a document");
    read(out)
}

fn read(out: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(out).expect("a file")).expect("JSON")
}

fn ids(document: &Value) -> Vec<&str> {
    document["resources"].as_array().expect("a list").iter().map(|one| one["id"].as_str().expect("an id")).collect()
}

fn folder() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("snapshot.json");
    (folder, out)
}

fn validator() -> jsonschema::Validator {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/schema/snapshot.schema.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(path).expect("a file")).expect("JSON");
    jsonschema::validator_for(&schema).expect("a schema")
}

#[test]
fn a_document_is_valid_by_its_published_schema() {
    let (_folder, out) = folder();
    let document = written(&out, &["a"]);
    let faults: Vec<String> =
        validator().iter_errors(&document).map(|fault| format!("{fault} at {}", fault.instance_path())).collect();
    assert!(faults.is_empty(), "{faults:?}");
}

#[test]
fn the_schema_refuses_what_no_reader_would_understand() {
    let (_folder, out) = folder();
    let document = written(&out, &["a"]);
    let refused = |change: &dyn Fn(&mut Value)| {
        let mut changed = document.clone();
        change(&mut changed);
        assert!(!validator().is_valid(&changed), "{changed:#}");
    };
    refused(&|document| document["snapshot"] = json!(2));
    refused(&|document| document["provider"] = json!("elsewhere"));
    refused(&|document| document["extra"] = json!(true));
    refused(&|document| document["resources"][0]["unknwon"] = json!([]));
    refused(&|document| document["resources"][0]["unknown"][0]["state"] = json!("perhaps"));
    refused(&|document| document["lists"][0]["state"] = json!("partial"));
    refused(&|document| document["cluster"] = json!({"server": "https://127.0.0.1"}));
    refused(&|document| document["account"] = Value::Null);
}

#[test]
fn what_was_handed_in_stands_in_the_document_sorted() {
    let (_folder, out) = folder();
    let document = written(&out, &["c", "a", "b"]);
    assert_eq!(ids(&document), ["a", "b", "c"]);
    assert_eq!(document["ended"], ENDED);
    assert_eq!(document["account"]["id"], "123456789012");
    let one = &document["resources"][0];
    assert_eq!(one["unknown"][0]["permission"], "s3:GetEncryptionConfiguration");
    let keys: Vec<&String> = one["properties"].as_object().expect("a map").keys().collect();
    assert_eq!(keys, ["BucketName", "VersioningConfiguration"]);
    assert_eq!(document["calls"][1]["about"], "b");
    assert_eq!(document["lists"][0]["state"], "complete");
}

#[test]
fn the_order_of_collecting_changes_no_byte() {
    let (_folder, out) = folder();
    written(&out, &["c", "a", "b"]);
    let first = fs::read(&out).expect("a file");
    written(&out, &["a", "b", "c"]);
    assert_eq!(first, fs::read(&out).expect("a file"));
}

#[test]
fn what_overlapping_pages_gave_twice_stands_once() {
    let (_folder, out) = folder();
    assert_eq!(ids(&written(&out, &["a", "b", "a"])), ["a", "b"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_may_read_it_nor_its_journal() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).expect("a file").permissions().mode() & 0o777;
    let (folder, out) = folder();
    let journal = Journal::open(&out, &header(), false).expect("opened");
    assert_eq!(mode(&folder.path().join("snapshot.json.partial")), 0o600);
    journal.finish(ENDED).expect("a document");
    assert_eq!(mode(&out), 0o600);
}

#[test]
fn only_the_document_is_left() {
    let (folder, out) = folder();
    written(&out, &["a"]);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("a folder").map(|one| one.unwrap().file_name()).collect();
    assert_eq!(left, ["snapshot.json"]);
}

#[test]
fn a_name_that_ends_in_zst_is_packed() {
    let (folder, out) = folder();
    let plain = written(&out, &["a", "b"]);
    let packed = folder.path().join("snapshot.json.zst");
    let journal = Journal::open(&packed, &header(), false).expect("opened");
    for name in ["a", "b"] {
        journal.entry(UNIT, &bucket(name)).expect("an entry");
        journal.call(UNIT, &call(name)).expect("a call");
    }
    journal.listing(UNIT, &list()).expect("a listing");
    journal.finished(UNIT).expect("finished");
    journal.finish(ENDED).expect("a document");
    let bytes = fs::read(packed).expect("a file");
    let mut text = String::new();
    StreamingDecoder::new(&*bytes).expect("a frame").read_to_string(&mut text).expect("unpacked");
    assert_eq!(serde_json::from_str::<Value>(&text).expect("JSON"), plain);
}

#[test]
fn a_run_that_was_killed_is_taken_up_and_nothing_stands_twice() {
    let (folder, out) = folder();
    let done = "s3/eu-west-1/done";
    let killed = Journal::open(&out, &header(), false).expect("opened");
    killed.entry(done, &bucket("done")).expect("an entry");
    killed.finished(done).expect("finished");
    killed.entry(UNIT, &bucket("half")).expect("an entry");
    killed.finished("s3/eu-west-1/empty").expect("finished");
    drop(killed);
    // the last line was being written
    let partial = folder.path().join("snapshot.json.partial");
    let mut text = fs::read_to_string(&partial).expect("a journal");
    text.push_str("{\"entry\":{\"unit\":\"s3/eu-we");
    fs::write(&partial, text).expect("written");

    let again = Journal::open(&out, &header(), false).expect("opened");
    assert!(again.is_finished(done) && again.is_finished("s3/eu-west-1/empty"));
    assert!(!again.is_finished(UNIT), "what was not finished is asked again");
    assert_eq!(again.entries("AWS::S3::Bucket", None).expect("entries"), [bucket("done")].map(sorted));
    again.entry(UNIT, &bucket("whole")).expect("an entry");
    drop(again);
    // and killed once more: the lines of both runs are there, none of them counts
    let last = Journal::open(&out, &header(), false).expect("opened");
    last.entry(UNIT, &bucket("half")).expect("an entry");
    assert_eq!(last.unfinished().into_iter().collect::<Vec<_>>(), [UNIT]);
    last.finished(UNIT).expect("finished");
    last.finish(ENDED).expect("a document");
    assert_eq!(ids(&read(&out)), ["done", "half"]);
}

fn sorted(mut entry: Entry) -> Entry {
    entry.properties.sort_all_objects();
    entry
}

#[test]
fn fresh_forgets_what_an_earlier_run_left() {
    let (_folder, out) = folder();
    let killed = Journal::open(&out, &header(), false).expect("opened");
    killed.entry(UNIT, &bucket("old")).expect("an entry");
    killed.finished(UNIT).expect("finished");
    drop(killed);
    let journal = Journal::open(&out, &header(), true).expect("opened");
    assert!(!journal.is_finished(UNIT));
    journal.finish(ENDED).expect("a document");
    assert_eq!(ids(&read(&out)), Vec::<&str>::new());
}

#[test]
fn a_journal_of_something_else_is_not_taken_up() {
    let (_folder, out) = folder();
    drop(Journal::open(&out, &header(), false).expect("opened"));
    let mut other = header();
    other.account.as_mut().expect("an account").id = "999999999999".to_owned();
    let said = |header: &Header| Journal::open(&out, header, false).err().expect("refused").to_string();
    assert!(said(&other).contains("another account: `123456789012`, not `999999999999`"), "{}", said(&other));
    let mut other = header();
    other.regions.push("us-east-1".to_owned());
    assert!(said(&other).contains("choice of regions"), "{}", said(&other));
    let mut other = header();
    other.services.clear();
    assert!(said(&other).contains("choice of services"), "{}", said(&other));
}

#[test]
fn two_runs_do_not_write_one_snapshot() {
    let (_folder, out) = folder();
    let _first = Journal::open(&out, &header(), false).expect("opened");
    let second = Journal::open(&out, &header(), false).err().expect("refused");
    assert!(second.to_string().contains("another run of deodar is writing"), "{second}");
}

#[test]
fn a_journal_that_makes_no_sense_is_an_error_with_its_line() {
    let (folder, out) = folder();
    drop(Journal::open(&out, &header(), false).expect("opened"));
    let partial = folder.path().join("snapshot.json.partial");
    let text = fs::read_to_string(&partial).expect("a journal");
    fs::write(&partial, format!("{text}nonsense\n")).expect("written");
    let error = Journal::open(&out, &header(), false).err().expect("refused").to_string();
    assert!(error.contains("in line 2"), "{error}");
}
