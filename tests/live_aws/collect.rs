//! Whole snapshots of a moto account: what is in it, who may read it, what is refused, what breaks, what is resumed.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use deodar::collect::aws::client::{Client, Options, Role, table as operations};
use deodar::collect::aws::permissions;
use deodar::collect::aws::preflight::Forecast;
use deodar::collect::aws::scan::Watch;
use deodar::collect::aws::snapshot::{self, Before, Request, SnapshotFailed, Taken};
use deodar::collect::aws::table::{self, Service};
use serde_json::{Value, json};

use super::moto::{Moto, options};
use super::proxy::{Fault, Proxy, operation};

struct Quiet;

impl Watch for Quiet {
    fn begins(&self, _: usize) {}
    fn done(&self, _: &str) {}
    fn found(&self, _: &str) {}
}

impl Before for Quiet {
    fn account(&self, _: &str, _: Option<&str>, _: &[String]) {}
    fn forecast(&self, _: &Forecast) {}
}

/// The permissions that were missing.
fn refused(taken: &Taken) -> BTreeSet<String> {
    taken.lacking.values().filter_map(|lack| lack.permission.clone()).collect()
}

/// Takes a snapshot of these services (all, if none is named) in eu-west-1.
async fn take(client: &Client, names: &[&str], out: &Path) -> Result<Taken, SnapshotFailed> {
    let tables = table::all();
    let services: Vec<&Service> =
        tables.iter().filter(|table| names.is_empty() || names.contains(&table.service.as_str())).collect();
    let regions = ["eu-west-1".to_owned()];
    let clock = || "2026-11-27T08:00:00Z".to_owned();
    let request =
        Request { services: &services, regions: &regions, main_region: "us-east-1", fresh: false, clock: &clock };
    snapshot::take(client, &request, out, &Quiet).await
}

async fn whole(client: &Client, names: &[&str]) -> (Value, Taken) {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let taken = take(client, names, &out).await.unwrap();
    (read(&out), taken)
}

fn read(out: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap()
}

fn of<'d>(document: &'d Value, kind: &str, id: &str) -> &'d Value {
    let found = document["resources"].as_array().unwrap().iter().find(|one| one["type"] == kind && one["id"] == id);
    found.unwrap_or_else(|| panic!("no {kind} {id} in {document:#}"))
}

fn list<'d>(document: &'d Value, kind: &str) -> &'d Value {
    document["lists"].as_array().unwrap().iter().find(|one| one["type"] == kind).unwrap()
}

const ESTATE: &str = r#"
s3, iam, kms = client('s3'), client('iam'), client('kms')
key = kms.create_key(Description='data')['KeyMetadata']['KeyId']
kms.enable_key_rotation(KeyId=key)
kms.create_alias(AliasName='alias/data', TargetKeyId=key)
kms.create_grant(KeyId=key, GranteePrincipal='arn:aws:iam::999999999999:root', Operations=['Decrypt'])
for name in ('good', 'bad'):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
s3.put_bucket_encryption(Bucket='good', ServerSideEncryptionConfiguration={'Rules': [
    {'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'aws:kms', 'KMSMasterKeyID': key}}]})
s3.put_public_access_block(Bucket='good', PublicAccessBlockConfiguration={'BlockPublicAcls': True,
    'IgnorePublicAcls': True, 'BlockPublicPolicy': True, 'RestrictPublicBuckets': True})
s3.put_bucket_versioning(Bucket='good', VersioningConfiguration={'Status': 'Enabled'})
s3.put_bucket_tagging(Bucket='good', Tagging={'TagSet': [{'Key': 'class', 'Value': 'phi'}]})
s3.put_bucket_acl(Bucket='bad', ACL='public-read')
s3.put_bucket_policy(Bucket='bad', Policy=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': '*', 'Action': 's3:GetObject', 'Resource': 'arn:aws:s3:::bad/*'}]}))
iam.create_user(UserName='ann')
iam.create_access_key(UserName='ann')
iam.create_login_profile(UserName='ann', Password='Abcdefgh1234!')
iam.put_user_policy(UserName='ann', PolicyName='all', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': '*', 'Resource': '*'}]}))
iam.create_role(RoleName='fn', AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Principal': {'Service': 'lambda.amazonaws.com'}, 'Action': 'sts:AssumeRole'}]}))
iam.update_account_password_policy(MinimumPasswordLength=14)
client('rds').create_db_instance(DBInstanceIdentifier='db', DBInstanceClass='db.t3.micro', Engine='postgres',
    AllocatedStorage=20, MasterUsername='u', MasterUserPassword='tr0ub4dor3x', PubliclyAccessible=True)
client('ec2').create_volume(AvailabilityZone='eu-west-1a', Size=8)
print(key)
"#;

#[tokio::test]
async fn an_account_is_read_as_a_template_would_write_it() {
    let Some(moto) = Moto::start() else { return };
    let key = moto.seed(ESTATE);
    let (document, _) = whole(&moto.client("test", "test").await, &["s3", "iam", "kms"]).await;
    let good = &of(&document, "AWS::S3::Bucket", "good")["properties"];
    let rule = &good["BucketEncryption"]["ServerSideEncryptionConfiguration"][0]["ServerSideEncryptionByDefault"];
    assert_eq!(*rule, json!({"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}));
    assert_eq!(good["VersioningConfiguration"]["Status"], "Enabled");
    assert_eq!(good["Tags"], json!([{"Key": "class", "Value": "phi"}]));
    let bad = of(&document, "AWS::S3::Bucket", "bad");
    assert_eq!((&bad["region"], &bad["properties"]["BucketEncryption"]), (&json!("eu-west-1"), &Value::Null));
    let policy = &of(&document, "AWS::S3::BucketPolicy", "bad")["properties"];
    assert_eq!(
        (&policy["Bucket"], &policy["PolicyDocument"]["Statement"][0]["Principal"]),
        (&json!("bad"), &json!("*"))
    );
    let key = of(&document, "AWS::KMS::Key", &key);
    assert_eq!(key["properties"]["EnableKeyRotation"], true);
    assert_eq!(key["properties"]["KeyPolicy"]["Version"], "2012-10-17");
    assert!(document["resources"].as_array().unwrap().iter().any(|one| one["type"] == "Deodar::KMS::Grant"));
    let ann = &of(&document, "AWS::IAM::User", "ann")["properties"];
    assert_eq!(ann["Policies"][0]["PolicyDocument"]["Statement"][0]["Action"], "*");
    assert!(ann["LoginProfile"].is_object(), "{ann}");
    let role = &of(&document, "AWS::IAM::Role", "fn")["properties"];
    assert_eq!(role["AssumeRolePolicyDocument"]["Statement"][0]["Action"], "sts:AssumeRole");
    let account = "123456789012";
    let rows = &of(&document, "Deodar::IAM::CredentialReport", account)["properties"]["Users"];
    assert!(rows.as_array().unwrap().iter().any(|row| row["user"] == "ann" && row["mfa_active"] == "false"), "{rows}");
    let policy = of(&document, "Deodar::IAM::PasswordPolicy", account);
    assert_eq!(policy["properties"]["MinimumPasswordLength"], 14);
    assert_eq!(document["account"]["id"], account);
    assert_eq!(list(&document, "Deodar::S3::AccountPublicAccessBlock")["state"], "complete");
}

/// IAM knows these services' reads by one action, `apigateway:GET`; moto by one for each call.
const NOT_ENFORCED_ALIKE: &[&str] = &["apigateway", "apigatewayv2"];

/// What moto asks for by other names than IAM does: settings of a bucket that it does not tell apart are `ListBucket` to
/// it, and CloudWatch is what its calls are signed for.
fn by_moto() -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Resource": "*",
        "Action": ["s3:ListBucket", "s3:GetPublicAccessBlock", "monitoring:DescribeAlarms"]}]})
}

/// A user of the account for each set of policies, and IAM enforced from now on.
async fn readers(moto: &Moto, sets: &[Vec<Value>]) -> Vec<(String, String)> {
    let script = format!(
        r#"
import os, urllib.request
iam = client('iam')
for number, policies in enumerate(json.loads('''{}''')):
    iam.create_user(UserName=f'reader{{number}}')
    for at, policy in enumerate(policies):
        arn = iam.create_policy(PolicyName=f'p{{number}}-{{at}}', PolicyDocument=json.dumps(policy))['Policy']['Arn']
        iam.attach_user_policy(UserName=f'reader{{number}}', PolicyArn=arn)
    key = iam.create_access_key(UserName=f'reader{{number}}')['AccessKey']
    print(key['AccessKeyId'], key['SecretAccessKey'])
urllib.request.urlopen(urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/moto-api/reset-auth', data=b'0',
    headers={{'Content-Type': 'text/plain'}}))
"#,
        json!(sets)
    );
    let keys = moto.seed(&script);
    let pair = |line: &str| line.split_once(' ').map(|(key, secret)| (key.to_owned(), secret.to_owned()));
    keys.lines().filter_map(pair).collect()
}

fn enforced(tables: &[Service]) -> Vec<&Service> {
    tables.iter().filter(|table| !NOT_ENFORCED_ALIKE.contains(&table.service.as_str())).collect()
}

/// `POST /path/{of}/a/read`: reads whose question is too long for an address, from AWS's models.
fn posted_reads() -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/aws/operations.json");
    let models = read(&path);
    let operations = models["services"].as_object().unwrap().values().flat_map(|service| {
        service["operations"].as_object().unwrap().values().filter_map(|operation| operation["http"].as_str())
    });
    operations.filter(|http| http.starts_with("POST /") && http.len() > "POST /".len()).map(str::to_owned).collect()
}

/// Whether a request is one of a method and path with holes.
fn is_of(asked: &str, post: &str) -> bool {
    let (asked, post) = (asked.split('?').next().unwrap_or(""), post.split('?').next().unwrap_or(""));
    let (asked, post): (Vec<&str>, Vec<&str>) =
        (asked.trim_end_matches('/').split('/').collect(), post.trim_end_matches('/').split('/').collect());
    asked.len() == post.len() && asked.iter().zip(&post).all(|(asked, post)| asked == post || post.starts_with('{'))
}

#[tokio::test]
async fn the_printed_policy_suffices_and_nothing_but_its_calls_is_made() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let tables = table::all();
    let services = enforced(&tables);
    let mut policies = permissions::policies(&services, None, None);
    policies.push(by_moto());
    let (key, secret) = readers(&moto, &[policies]).await.remove(0);
    let proxy = Proxy::start(&moto).await;
    let client = proxy.client(&key, &secret).await;
    let names: Vec<&str> = services.iter().map(|service| service.service.as_str()).collect();
    let (document, taken) = whole(&client, &names).await;
    assert_eq!(refused(&taken), BTreeSet::new());
    of(&document, "AWS::S3::Bucket", "good");
    of(&document, "AWS::RDS::DBInstance", "db");
    // moto would have let nothing else pass; and nothing else was asked
    let all: BTreeSet<&str> = operations::operations().map(|(_, operation)| operation).collect();
    let posts = posted_reads();
    for request in proxy.asked() {
        let asked = operation(&request);
        let read = ["GET ", "HEAD "].iter().any(|method| asked.starts_with(method));
        assert!(read || all.contains(asked.as_str()) || posts.iter().any(|post| is_of(&asked, post)), "{asked}");
    }
    assert!(proxy.asked().len() > 200, "only {} calls", proxy.asked().len());
}

/// Permissions, each of another sort, and the attribute that each tells; none where it lists.
const SAMPLE: &[(&str, &str, &str)] = &[
    ("s3", "s3:GetBucketAcl", "AccessControlPolicy"),
    ("s3", "s3:GetLifecycleConfiguration", "LifecycleConfiguration.Rules"),
    ("s3", "s3:ListAllMyBuckets", ""),
    ("kms", "kms:GetKeyPolicy", "KeyPolicy"),
    ("kms", "kms:ListGrants", ""),
    ("iam", "iam:GetLoginProfile", "LoginProfile"),
    ("iam", "iam:GetAccountPasswordPolicy", ""),
    ("rds", "rds:DescribeDBInstances", ""),
];

#[tokio::test]
async fn without_one_permission_that_alone_is_unknown() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let tables = table::all();
    let of = |name: &str| tables.iter().filter(|table| table.service == name).collect::<Vec<&Service>>();
    let without = |(service, permission, _): &(&str, &str, &str)| {
        let mut policies = permissions::policies(&of(service), None, None);
        for policy in &mut policies {
            let actions = policy["Statement"][0]["Action"].as_array_mut().unwrap();
            let before = actions.len();
            actions.retain(|action| action != permission);
            assert!(actions.len() < before, "{permission} is not in the policy");
        }
        policies.push(by_moto());
        policies
    };
    let readers = readers(&moto, &SAMPLE.iter().map(without).collect::<Vec<_>>()).await;
    for ((service, permission, at), (key, secret)) in SAMPLE.iter().zip(readers) {
        let (document, taken) = whole(&moto.client(&key, &secret).await, &[service]).await;
        assert_eq!(refused(&taken), BTreeSet::from([(*permission).to_owned()]), "{permission}");
        let services = of(service);
        let types = &permissions::needed(&services)[*permission];
        for resource in document["resources"].as_array().unwrap() {
            let gaps: Vec<_> = resource["unknown"].as_array().into_iter().flatten().collect();
            let expected = !at.is_empty() && types.contains(resource["type"].as_str().unwrap());
            assert_eq!(gaps.len(), usize::from(expected), "{permission}: {resource:#}");
            for gap in gaps {
                assert_eq!((&gap["at"], &gap["permission"]), (&json!(at), &json!(permission)));
            }
        }
        let refused = document["lists"].as_array().unwrap().iter().filter(|list| list["state"] == "refused");
        assert_eq!(refused.count() > 0, at.is_empty(), "{permission}");
    }
}

#[tokio::test]
async fn other_accounts_are_read_through_their_roles() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(
        r#"
client('s3').create_bucket(Bucket='ours', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
creds = client('sts').assume_role(RoleArn='arn:aws:iam::111111111111:role/Scan', RoleSessionName='seed')['Credentials']
client('s3', aws_access_key_id=creds['AccessKeyId'], aws_secret_access_key=creds['SecretAccessKey'],
    aws_session_token=creds['SessionToken']).create_bucket(Bucket='theirs',
    CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
"#,
    );
    let client = moto.client("test", "test").await;
    let role = Role { arn: "arn:aws:iam::111111111111:role/Scan".to_owned(), ..Role::default() };
    let theirs = client.assume(&role).await.unwrap();
    let (document, _) = whole(&theirs, &["s3"]).await;
    assert_eq!(document["account"]["id"], "111111111111");
    assert!(document["caller"].as_str().unwrap().contains("assumed-role/Scan"), "{}", document["caller"]);
    of(&document, "AWS::S3::Bucket", "theirs");
    assert!(!document.to_string().contains("ours"));
    let (document, _) = whole(&client, &["s3"]).await;
    of(&document, "AWS::S3::Bucket", "ours");
}

#[tokio::test]
async fn what_breaks_for_a_while_is_read_and_what_stays_broken_is_said() {
    let Some(moto) = Moto::start() else { return };
    let key = moto.seed(ESTATE);
    let proxy = Proxy::start(&moto).await;
    let services = ["kms", "rds"];
    let (before, missed) = whole(&moto.client("test", "test").await, &services).await;
    // passing troubles: the snapshot is the same
    proxy.breaks("GetKeyPolicy", Fault::Code(400, "ThrottlingException"), 1);
    proxy.breaks("ListKeys", Fault::Code(500, "InternalFailure"), 1);
    proxy.breaks("DescribeKey", Fault::Short, 1);
    proxy.breaks("ListGrants", Fault::Reset, 1);
    proxy.breaks("DescribeDBInstances", Fault::Short, 1);
    proxy.breaks("DescribeDBClusters", Fault::Slow(Duration::from_millis(300)), 1);
    let (document, taken) = whole(&proxy.client("test", "test").await, &services).await;
    assert_eq!(taken.lacking, missed.lacking);
    let (kept, now) = (without_times(&before), without_times(&document));
    assert_eq!(kept["resources"], now["resources"]);
    assert_eq!(kept["lists"], now["lists"]);
    // lasting ones: what they hide is said, and the rest is there
    proxy.breaks("GetKeyPolicy", Fault::Code(400, "AccessDeniedException"), usize::MAX);
    proxy.breaks("ListGrants", Fault::Short, usize::MAX);
    proxy.breaks("DescribeDBInstances", Fault::Code(503, "ServiceUnavailable"), usize::MAX);
    let (document, _) = whole(&proxy.client("test", "test").await, &services).await;
    let gaps = &of(&document, "AWS::KMS::Key", &key)["unknown"];
    assert_eq!((&gaps[0]["at"], &gaps[0]["state"]), (&json!("KeyPolicy"), &json!("refused")));
    assert_eq!(of(&document, "AWS::KMS::Key", &key)["properties"]["EnableKeyRotation"], true);
    assert_eq!(list(&document, "Deodar::KMS::Grant")["state"], "failed");
    assert_eq!(list(&document, "AWS::RDS::DBInstance")["state"], "failed");
    assert_eq!(list(&document, "AWS::KMS::Key")["state"], "complete");
}

#[tokio::test]
async fn when_credentials_run_out_the_run_ends_and_goes_on_with_new_ones() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(ESTATE);
    let services = ["iam", "kms", "rds", "s3"];
    let (expected, _) = whole(&moto.client("test", "test").await, &services).await;
    let proxy = Proxy::start(&moto).await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("s.json");
    let client = proxy.client("test", "test").await;
    proxy.breaks("ListGrants", Fault::Code(400, "ExpiredTokenException"), usize::MAX);
    // once it has run out nobody is told whose it is
    proxy.passes("GetCallerIdentity", 1);
    proxy.breaks("GetCallerIdentity", Fault::Code(403, "ExpiredToken"), usize::MAX);
    let stopped = take(&client, &services, &out).await.expect_err("it ends");
    assert!(matches!(stopped, SnapshotFailed::Stopped(_)), "{stopped}");
    assert!(!out.exists());
    proxy.mends();
    take(&proxy.client("test", "test").await, &services, &out).await.unwrap();
    assert_eq!(without_times(&read(&out))["resources"], without_times(&expected)["resources"]);
    assert_eq!(read(&out)["lists"], expected["lists"]);
}

/// moto tells some times by its own clock at the moment of the answer.
fn without_times(document: &Value) -> Value {
    let mut document = document.clone();
    for resource in document["resources"].as_array_mut().unwrap() {
        if let Some(properties) = resource["properties"].as_object_mut() {
            properties.retain(|name, _| !name.contains("Time"));
            if let Some(Value::Array(rows)) = properties.get_mut("Users") {
                rows.clear();
            }
        }
    }
    document
}

#[tokio::test]
async fn credentials_that_nobody_knows_end_the_run_before_it_begins() {
    let Some(moto) = Moto::start() else { return };
    readers(&moto, &[]).await;
    let client = Client::connect(&Options { endpoint: Some(moto.url.clone()), ..options("AKIANOBODY", "x") }).await;
    let folder = tempfile::tempdir().unwrap();
    let stopped = take(&client.unwrap(), &["s3"], &folder.path().join("s.json")).await.expect_err("it ends");
    assert!(matches!(stopped, SnapshotFailed::Account(_)), "{stopped}");
}
