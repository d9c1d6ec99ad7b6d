//! How long a snapshot takes beside the time that its peer itself needs for the answers, and in how much memory.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::command::deodar;
use super::moto::Moto;
use super::proxy::{Proxy, forward};

/// Two thousand resources of nine services.
const ESTATE: &str = r"
s3, sqs, kms, ec2, iam = (client(name) for name in ('s3', 'sqs', 'kms', 'ec2', 'iam'))
for at in range(300): s3.create_bucket(Bucket=f'bucket-{at}', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
for at in range(300): sqs.create_queue(QueueName=f'q{at}')
for at in range(200): kms.create_key(Description=str(at))
for at in range(300): ec2.create_security_group(GroupName=f'g{at}', Description='g')
for at in range(200): ec2.create_volume(AvailabilityZone='eu-west-1a', Size=8)
for at in range(200): iam.create_user(UserName=f'u{at}')
for at in range(200): client('sns').create_topic(Name=f't{at}')
for at in range(100): client('logs').create_log_group(logGroupName=f'l{at}')
for at in range(100): client('dynamodb').create_table(TableName=f'd{at}', BillingMode='PAY_PER_REQUEST',
    KeySchema=[{'AttributeName': 'k', 'KeyType': 'HASH'}], AttributeDefinitions=[{'AttributeName': 'k', 'AttributeType': 'S'}])
for at in range(100): client('secretsmanager').create_secret(Name=f's{at}', SecretString='x')
";
const SERVICES: &str = "s3,sqs,kms,ec2,iam,sns,logs,dynamodb,secretsmanager";

/// A run of the command: how long it took, and its memory at most, in bytes.
fn measured(url: &str, out: &Path) -> (Duration, u64) {
    let words = ["snapshot", "aws", "--region", "eu-west-1", "--services", SERVICES, "--out", out.to_str().unwrap()];
    let begun = Instant::now();
    let mut child = deodar(url, &words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("deodar starts");
    let status = Path::new("/proc").join(child.id().to_string()).join("status");
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        let told = std::fs::read_to_string(&status).unwrap_or_default();
        let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        most = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or(most);
        std::thread::sleep(Duration::from_millis(10));
    }
    (begun.elapsed(), most * 1024)
}

/// `cargo test --release --features aws --test live_aws -- --ignored --nocapture measure`
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "makes two thousand resources, and asks for each thrice"]
async fn an_account_of_two_thousand_resources() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let folder = tempfile::tempdir().unwrap();
    let run = async |url: String, name: &str| {
        let out = folder.path().join(name);
        tokio::task::spawn_blocking(move || measured(&url, &out)).await.unwrap()
    };
    // what is asked, word for word
    let proxy = Proxy::start(&moto).await;
    run(proxy.url.clone(), "proxy.json").await;
    let asked = proxy.asked();
    let peer = moto.url.trim_start_matches("http://");
    let begun = Instant::now();
    for request in &asked {
        forward(peer, request).await;
    }
    let answers = begun.elapsed();
    let (whole, memory) = run(moto.url.clone(), "own.json").await;
    let text = std::fs::read_to_string(folder.path().join("own.json")).unwrap();
    let document: Value = serde_json::from_str(&text).unwrap();
    println!(
        "{} resources, {} calls: {:.1} s, of which the peer needs {:.1} s one after the other; {:.1} MB at most, {:.1} MB written",
        document["resources"].as_array().unwrap().len(),
        asked.len(),
        whole.as_secs_f64(),
        answers.as_secs_f64(),
        memory as f64 / 1e6,
        text.len() as f64 / 1e6,
    );
}
