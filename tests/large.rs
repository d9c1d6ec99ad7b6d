//! Plans and snapshots that are longer than memory: read member by member, with the same places as in a text.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
#![allow(missing_docs, reason = "a test has no public face")]

#[path = "support/plans.rs"]
mod plans;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufWriter, Cursor, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use deodar::format::Settings;
use deodar::pipeline::{self, Request};
use deodar::rule::Library;
use deodar::source::{Bytes, Load, Note, NoteKind, Position, Tree};

fn plan(teams: usize) -> String {
    let mut bytes = Vec::new();
    plans::write(teams, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// A file that is too long for a text.
struct Long(Arc<[u8]>);

impl Load for Long {
    fn load(&self, path: &str) -> Result<Arc<str>, Note> {
        Err(Note::new(NoteKind::Unreadable, format!("`{path}` is too long")))
    }

    fn open(&self, _: &str) -> Result<Box<dyn Bytes>, Note> {
        Ok(Box::new(Cursor::new(self.0.clone())))
    }
}

/// What was found, and where.
fn findings(tree: &Tree) -> (Vec<String>, Vec<Option<Position>>) {
    let (library, settings) = (Library::embedded(), Settings::default());
    let scan = pipeline::scan(tree, &Request::new(&library, &settings), Vec::new(), 0).unwrap();
    assert!(!scan.report.unseen(), "{:?}", scan.report.notes);
    let all = scan.report.findings.iter().map(|finding| {
        let what = format!("{} {}", finding.rule, finding.resource.0);
        (what, finding.primary.place.as_ref().map(|place| place.start))
    });
    all.collect::<BTreeMap<_, _>>().into_iter().unzip()
}

#[test]
fn a_plan_that_is_too_long_for_a_text_is_judged_alike() {
    let text = plan(12);
    let long = Tree::new([("plan.json".to_owned(), true)], Box::new(Long(Arc::from(text.as_bytes()))));
    let short = Tree::from_texts([("plan.json", text)]);
    let ((found, places), (found_long, places_long)) = (findings(&short), findings(&long));
    assert!(found.len() > 50, "{found:#?}");
    assert_eq!(found_long, found);
    // what is null has the place of its resource in a long plan, all else the same place
    let same = places.iter().zip(&places_long).filter(|(one, other)| one == other).count();
    assert!(same > places.len() * 2 / 3, "{same} of {}", places.len());
    assert_eq!(
        places.iter().map(Option::is_some).collect::<Vec<_>>(),
        places_long.iter().map(Option::is_some).collect::<Vec<_>>()
    );
}

/// How much memory a program took at most, in bytes, and how long it ran.
fn measured(program: &mut Command) -> (u64, Duration) {
    let begun = Instant::now();
    let mut child = program.stdout(Stdio::null()).spawn().expect("the program");
    let status = Path::new("/proc").join(child.id().to_string()).join("status");
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let told = fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(most);
        std::thread::sleep(Duration::from_millis(20));
    }
    (most * 1024, begun.elapsed())
}

/// `cargo test --release --test large -- --ignored --nocapture`
#[test]
#[ignore = "writes and reads 200 MB"]
fn a_plan_of_200_mb_takes_less_than_300_mb() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    let mut file = BufWriter::new(File::create(&path).unwrap());
    let megabytes = std::env::var("PLAN_MB").ok().and_then(|size| size.parse().ok()).unwrap_or(200);
    let teams = megabytes * 1_000_000 / (plan(30).len() / 30);
    plans::write(teams, &mut file).unwrap();
    file.flush().unwrap();
    let size = fs::metadata(&path).unwrap().len();
    let mut program = Command::new(env!("CARGO_BIN_EXE_deodar"));
    let (most, time) = measured(program.arg("scan").arg(&path));
    println!("{} resources, {size} bytes: {most} bytes at most, {time:?}", teams * plans::TEAM.len());
    assert!(most < 300_000_000, "{most} bytes");
}

/// A snapshot of so many buckets, each with the calls that told of it.
fn write_snapshot(buckets: usize, to: &mut impl Write) -> std::io::Result<()> {
    let head = r#"{"snapshot": 1, "provider": "aws", "account": {"id": "123456789012", "partition": "aws"},
        "started": "2026-11-27T08:00:00Z", "ended": "2026-11-27T09:00:00Z", "tool": "deodar 0.1.0",
        "regions": ["eu-west-1"], "all_regions": true, "services": ["s3"],
        "lists": [{"type": "AWS::S3::Bucket", "state": "complete", "call": "s3:ListBuckets"}], "resources": ["#;
    to.write_all(head.as_bytes())?;
    let comma = |at: usize| if at == 0 { "" } else { "," };
    for at in 0..buckets {
        let bucket = serde_json::json!({"type": "AWS::S3::Bucket", "id": format!("bucket-{at:07}"),
            "arn": format!("arn:aws:s3:::bucket-{at:07}"), "region": "eu-west-1", "properties": {
            "BucketName": format!("bucket-{at:07}"), "VersioningConfiguration": {"Status": "Enabled"},
            "PublicAccessBlockConfiguration": {"BlockPublicAcls": at % 3 == 0, "IgnorePublicAcls": true,
                "BlockPublicPolicy": true, "RestrictPublicBuckets": true},
            "BucketEncryption": {"ServerSideEncryptionConfiguration": [
                {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": false}]},
            "Tags": [{"Key": "team", "Value": format!("team {}", at % 40)}]},
            "unknown": [{"at": "ReplicationConfiguration", "state": "refused", "call": "s3:GetBucketReplication",
                "permission": "s3:GetReplicationConfiguration"}]});
        write!(to, "{}\n{bucket}", comma(at))?;
    }
    write!(to, "], \"calls\": [")?;
    let calls = [
        "GetBucketAcl",
        "GetBucketCors",
        "GetBucketEncryption",
        "GetBucketLogging",
        "GetBucketPolicy",
        "GetBucketPolicyStatus",
        "GetBucketReplication",
        "GetBucketTagging",
        "GetBucketVersioning",
        "GetBucketWebsite",
    ];
    for at in 0..buckets * calls.len() {
        let call = serde_json::json!({"call": format!("s3:{}", calls[at % calls.len()]), "region": "eu-west-1",
            "about": format!("bucket-{:07}", at / calls.len()), "at": "2026-11-27T08:30:00Z", "outcome": "answered", "tries": 1});
        write!(to, "{}\n{call}", comma(at))?;
    }
    writeln!(to, "]}}")
}

#[test]
fn a_snapshot_that_is_too_long_for_a_text_is_judged_alike() {
    let mut bytes = Vec::new();
    write_snapshot(700, &mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let long = Tree::new([("account.json".to_owned(), true)], Box::new(Long(Arc::from(text.as_bytes()))));
    let short = Tree::from_texts([("account.json", text)]);
    let (found, places) = findings(&short);
    assert!(found.len() > 700, "{}", found.len());
    assert_eq!(findings(&long), (found, places));
}

/// `cargo test --release --test large -- --ignored --nocapture`; `SNAPSHOT_MB` makes it longer. What it takes grows with
/// the resources and what is found of each, not with the calls: some 60 KB a bucket of which a dozen rules are violated.
#[test]
#[ignore = "writes and reads 20 MB"]
fn a_snapshot_of_20_mb_takes_less_than_700_mb() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("account.json");
    let megabytes = std::env::var("SNAPSHOT_MB").ok().and_then(|size| size.parse().ok()).unwrap_or(20);
    let mut one = Vec::new();
    write_snapshot(100, &mut one).unwrap();
    let buckets = megabytes * 1_000_000 / (one.len() / 100);
    let mut file = BufWriter::new(File::create(&path).unwrap());
    write_snapshot(buckets, &mut file).unwrap();
    file.flush().unwrap();
    let size = fs::metadata(&path).unwrap().len();
    let mut program = Command::new(env!("CARGO_BIN_EXE_deodar"));
    let (most, time) = measured(program.args(["scan", "--format", "json"]).arg(&path));
    println!("{buckets} buckets, {size} bytes: {most} bytes at most, {time:?}");
    assert!(most < 700_000_000, "{most} bytes");
}
