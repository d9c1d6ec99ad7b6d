//! `deodar snapshot aws` as it is typed: many accounts, one of which is closed; killed and run again.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::moto::Moto;
use super::proxy::{Fault, Proxy, operation};

const ESTATE: &str = r"
for at in range(40): client('s3').create_bucket(Bucket=f'bucket-{at}', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
for at in range(10): client('sqs').create_queue(QueueName=f'q{at}')
for at in range(10): client('kms').create_key(Description=str(at))
";

fn deodar(url: &str, arguments: &[&str]) -> Command {
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
