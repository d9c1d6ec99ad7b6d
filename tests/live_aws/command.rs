//! `deodar snapshot aws` as it is typed: many accounts, one of which is closed; killed and run again.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::moto::Moto;
use super::proxy::{DENIED, Fault, Proxy, operation};

const ESTATE: &str = r"
for at in range(40): client('s3').create_bucket(Bucket=f'bucket-{at}', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
for at in range(10): client('sqs').create_queue(QueueName=f'q{at}')
for at in range(10): client('kms').create_key(Description=str(at))
";

pub(crate) fn deodar(url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deodar"));
    command.args(arguments).env("AWS_ENDPOINT_URL", url).env("AWS_ACCESS_KEY_ID", "test");
    command.env("AWS_SECRET_ACCESS_KEY", "test").env("AWS_DEFAULT_REGION", "eu-west-1").env("HOME", "/nonexistent");
    command.env_remove("AWS_PROFILE").stdin(Stdio::null());
    command
}

async fn run(url: &str, arguments: &[&str]) -> Output {
    let mut command = deodar(url, arguments);
    tokio::task::spawn_blocking(move || command.output().expect("deodar starts")).await.expect("it ends")
}

fn read(path: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_account_stops_no_other() {
    let Some(moto) = Moto::start() else { return };
    moto.seed("client('sqs').create_queue(QueueName='q')");
    let proxy = Proxy::start(&moto).await;
    proxy.passes("AssumeRole", 1);
    proxy.breaks("AssumeRole", Fault::Code(403, "AccessDenied"), usize::MAX);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let accounts = "111111111111,123456789012,222222222222";
    let arguments = ["snapshot", "aws", "--out", out, "--account", accounts, "--role", "Scan"];
    let region = ["--region", "eu-west-1", "--services", "sqs"];
    let output = run(&proxy.url, &[&arguments[..], &region[..]].concat()).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("was not read"), "{said}");
    assert!(said.contains("3 accounts, 2 of them without a gap"), "{said}");
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let files: BTreeSet<String> = files.collect();
    assert_eq!(files.len(), 2, "{files:?}");
    let own = read(&folder.path().join("123456789012.json"));
    assert!(own["resources"].as_array().unwrap().iter().any(|one| one["type"] == "AWS::SQS::Queue"), "{own}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_killed_goes_on_and_loses_nothing() {
    use std::os::unix::fs::PermissionsExt;
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let folder = tempfile::tempdir().unwrap();
    let (whole, broken) = (folder.path().join("whole.json"), folder.path().join("broken.json"));
    let arguments = |out: &Path| {
        let out = out.to_str().unwrap().to_owned();
        let words = ["snapshot", "aws", "--region", "eu-west-1", "--services", "kms,sqs,s3", "--out"];
        words.into_iter().map(str::to_owned).chain([out]).collect::<Vec<_>>()
    };
    let of = |out: &Path| arguments(out);
    // moto names queues after the address that was asked, so both runs ask the same
    let proxy = Proxy::start(&moto).await;
    let first = of(&whole);
    let output = run(&proxy.url, &first.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert!(whole.exists(), "{}", String::from_utf8_lossy(&output.stderr));

    // the buckets come late, so that the run is killed among them
    proxy.breaks("?versioning", Fault::Slow(Duration::from_secs(3)), usize::MAX);
    let second = of(&broken);
    let words: Vec<&str> = second.iter().map(String::as_str).collect();
    let mut child = deodar(&proxy.url, &words).stderr(Stdio::null()).spawn().expect("deodar starts");
    let partial = folder.path().join("broken.json.partial");
    for _ in 0..600 {
        let text = std::fs::read_to_string(&partial).unwrap_or_default();
        if text.contains(r#""finished":{"unit":"sqs"#)
            && text.contains(r#""finished":{"unit":"kms/eu-west-1/AWS::KMS::Key"#)
        {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(partial.exists() && !broken.exists());
    assert_eq!(std::fs::metadata(&partial).unwrap().permissions().mode() & 0o777, 0o600);

    proxy.mends();
    let before = proxy.asked().len();
    let output = run(&proxy.url, &words).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(!partial.exists());
    let after: Vec<String> = proxy.asked()[before..].to_vec();
    assert!(!after.iter().any(|asked| operation(asked) == "ListQueues"), "what was done is asked for again");
    for part in ["resources", "lists"] {
        // what differs would fill screens
        assert!(read(&broken)[part] == read(&whole)[part], "the {part} differ");
    }
    assert_eq!(std::fs::metadata(&broken).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_account_of_an_organisation_is_read_but_for_those_that_are_closed() {
    let Some(moto) = Moto::start() else { return };
    let ids = moto.seed(
        r"
organizations = client('organizations')
organizations.create_organization(FeatureSet='ALL')
made = [organizations.create_account(AccountName=name, Email=f'{name}@example.com') for name in ('a', 'b', 'c')]
ids = [one['CreateAccountStatus']['AccountId'] for one in made]
for at, id in enumerate(ids):
    keys = client('sts').assume_role(RoleArn=f'arn:aws:iam::{id}:role/Scan', RoleSessionName='seed')['Credentials']
    there = dict(aws_access_key_id=keys['AccessKeyId'], aws_secret_access_key=keys['SecretAccessKey'],
        aws_session_token=keys['SessionToken'])
    client('sqs', **there).create_queue(QueueName=f'of-{at}')
client('sqs').create_queue(QueueName='own')
print(' '.join(ids))
",
    );
    let ids: Vec<&str> = ids.split(' ').collect();
    let proxy = Proxy::start(&moto).await;
    // the role of the second account is not to be taken on
    proxy.breaks(&format!("*iam%3A%3A{}%3Arole", ids[1]), Fault::Code(403, "AccessDenied"), usize::MAX);
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let arguments = ["snapshot", "aws", "--out", out, "--organization", "--role", "Scan"];
    let output = run(&proxy.url, &[&arguments[..], &["--region", "eu-west-1", "--services", "sqs"]].concat()).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains(&format!("account {} (b) was not read", ids[1])), "{said}");
    assert!(said.contains("4 accounts, 3 of them without a gap"), "{said}");
    for (id, queue) in [(ids[0], "of-0"), (ids[2], "of-2"), ("123456789012", "own")] {
        let document = read(&folder.path().join(format!("{id}.json")));
        assert_eq!(document["account"]["id"], id);
        let queues = document["resources"].as_array().unwrap().iter().filter(|one| one["type"] == "AWS::SQS::Queue");
        let names: Vec<&str> = queues.map(|one| one["arn"].as_str().unwrap().rsplit(':').next().unwrap()).collect();
        assert_eq!(names, [queue], "{id}");
    }
    assert!(!folder.path().join(format!("{}.json", ids[1])).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_region_that_the_organisation_closes_is_a_gap_with_that_reason() {
    let Some(moto) = Moto::start() else { return };
    moto.seed("client('sqs').create_queue(QueueName='q')");
    let proxy = Proxy::start(&moto).await;
    proxy.breaks("*/eu-north-1/", Fault::Denied, usize::MAX);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    let out = path.to_str().unwrap();
    let arguments = ["snapshot", "aws", "--out", out, "--region", "eu-west-1,eu-north-1", "--services", "sqs,kms"];
    let output = run(&proxy.url, &arguments).await;
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    // no grant would help, so none is named
    assert!(said.contains("explicit deny in a service control policy") && !said.contains("grant `sqs"), "{said}");
    let document = read(&path);
    let of = |region: &str| {
        let lists = document["lists"].as_array().unwrap();
        lists.iter().find(|one| one["type"] == "AWS::SQS::Queue" && one["region"] == region).unwrap().clone()
    };
    assert_eq!(of("eu-west-1")["state"], "complete");
    let closed = of("eu-north-1");
    assert_eq!((&closed["state"], &closed["permission"]), (&Value::from("refused"), &Value::Null));
    assert!(closed["message"].as_str().unwrap().contains(DENIED), "{closed}");
    // and whoever judges it hears why
    let judged = run(&proxy.url, &["scan", out, "--rule", "LOG-DETECT", "--verbose"]).await;
    assert_eq!(judged.status.code(), Some(4));
    let shown = String::from_utf8_lossy(&judged.stdout);
    assert!(shown.replace('\n', " ").contains("service control policy"), "{shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_will_not_be_known_is_said_before_where_iam_does_not_tell() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let keys = moto.seed(
        r"
import os, urllib.request
iam = client('iam')
iam.create_user(UserName='reader')
policy = {'Version': '2012-10-17', 'Statement': [{'Effect': 'Allow', 'Resource': '*',
    'Action': ['kms:*', 'iam:ListAccountAliases', 'organizations:*']}]}
iam.put_user_policy(UserName='reader', PolicyName='p', PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName='reader')['AccessKey']
urllib.request.urlopen(urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/moto-api/reset-auth', data=b'0',
    headers={'Content-Type': 'text/plain'}))
print(key['AccessKeyId'], key['SecretAccessKey'])
",
    );
    let (key, secret) = keys.split_once(' ').unwrap();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let arguments = ["snapshot", "aws", "--check", "--region", "eu-west-1", "--services", "kms,sqs,rds", "--out"];
    let mut command = deodar(&moto.url, &[&arguments[..], &[out.to_str().unwrap()]].concat());
    command.env("AWS_ACCESS_KEY_ID", key).env("AWS_SECRET_ACCESS_KEY", secret);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("of 3 services one call each was tried, 2 did not answer"), "{said}");
    assert!(said.contains("rds:DescribeDBInstances: AWS::RDS::DBInstance"), "{said}");
    assert!(said.contains("sqs:ListQueues: AWS::SQS::Queue"), "{said}");
    assert!(!said.contains("kms:"), "{said}");
    assert!(!out.exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_had_enough_leaves_a_journal_and_was_told_how_far_it_was() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let proxy = Proxy::start(&moto).await;
    proxy.breaks("?versioning", Fault::Slow(Duration::from_secs(20)), usize::MAX);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.json");
    let partial = folder.path().join("s.json.partial");
    let out = path.to_str().unwrap();
    let words = ["snapshot", "aws", "--region", "eu-west-1", "--services", "kms,s3", "--out", out];
    let child = deodar(&proxy.url, &words).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("deodar starts");
    for _ in 0..600 {
        let text = std::fs::read_to_string(&partial).unwrap_or_default();
        if text.contains(r#""finished":{"unit":"kms/eu-west-1/AWS::KMS::Key"#) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    let output = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap()).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("stopped") && said.contains("it goes on where it was"), "{said}");
    // nobody has a terminal here, and the lines come all the same
    assert!(said.contains("lists read"), "{said}");
    assert!(partial.exists() && !path.exists());
    proxy.mends();
    let before = proxy.asked().len();
    let output = run(&proxy.url, &words).await;
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(path.exists() && !partial.exists());
    // one key more than what was tried beforehand would be all of them
    let keys = proxy.asked()[before..].iter().filter(|asked| operation(asked) == "DescribeKey").count();
    assert_eq!(keys, 0, "what was done is asked for again");
}
