//! The client against moto: what is written through AWS's own library is read back, in every protocol.

use std::collections::BTreeSet;

use deodar::collect::aws::client::{CallError, Client, Role};
use serde_json::{Value, json};

use super::moto::Moto;

const REGION: &str = "eu-west-1";

async fn ask(client: &Client, service: &str, operation: &str, input: Value) -> Value {
    let answer = client.call(service, operation, REGION, &input).await;
    answer.unwrap_or_else(|error| panic!("{error}")).value
}

const ESTATE: &str = r#"
s3, s3c = client('s3'), client('s3control')
for name in ('logs', 'data'):
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
s3.put_bucket_policy(Bucket='logs', Policy=json.dumps({'Version': '2012-10-17', 'Statement': []}))
s3.put_bucket_encryption(Bucket='logs', ServerSideEncryptionConfiguration={'Rules': [
    {'ApplyServerSideEncryptionByDefault': {'SSEAlgorithm': 'aws:kms'}, 'BucketKeyEnabled': True}]})
s3.put_bucket_acl(Bucket='data', ACL='public-read')
s3.put_public_access_block(Bucket='logs', PublicAccessBlockConfiguration={'BlockPublicAcls': True})
ec2 = client('ec2')
vpc = ec2.create_vpc(CidrBlock='10.0.0.0/16', TagSpecifications=[
    {'ResourceType': 'vpc', 'Tags': [{'Key': 'Name', 'Value': 'a & b'}]}])['Vpc']['VpcId']
group = ec2.create_security_group(GroupName='web', Description='web', VpcId=vpc)['GroupId']
ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[
    {'IpProtocol': 'tcp', 'FromPort': 22, 'ToPort': 22, 'IpRanges': [{'CidrIp': '0.0.0.0/0'}]}])
client('rds').create_db_instance(DBInstanceIdentifier='db', DBInstanceClass='db.t3.micro', Engine='postgres',
    AllocatedStorage=20, StorageEncrypted=True, MasterUsername='u', MasterUserPassword='password1')
key = client('kms').create_key(Description='k')['KeyMetadata']['KeyId']
client('kms').enable_key_rotation(KeyId=key)
client('dynamodb').create_table(TableName='t', BillingMode='PAY_PER_REQUEST',
    AttributeDefinitions=[{'AttributeName': 'a', 'AttributeType': 'S'}],
    KeySchema=[{'AttributeName': 'a', 'KeyType': 'HASH'}])
client('route53').create_hosted_zone(Name='example.org', CallerReference='1')
client('efs').create_file_system(CreationToken='f', Encrypted=True)
iam = client('iam')
iam.create_user(UserName='ada', Tags=[{'Key': 'team', 'Value': 'x'}])
iam.create_access_key(UserName='ada')
iam.put_user_policy(UserName='ada', PolicyName='p', PolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': [
    {'Effect': 'Allow', 'Action': '*', 'Resource': '*'}]}))
iam.create_role(RoleName='r', AssumeRolePolicyDocument=json.dumps({'Version': '2012-10-17', 'Statement': []}))
print(key)
"#;

#[tokio::test]
async fn what_is_written_is_read_in_every_protocol() {
    let Some(moto) = Moto::start() else { return };
    let key = moto.seed(ESTATE);
    let client = moto.client("test", "test").await;

    let caller = ask(&client, "sts", "GetCallerIdentity", json!({})).await;
    assert_eq!(caller["Account"], "123456789012");

    let buckets = ask(&client, "s3", "ListBuckets", json!({})).await;
    let names = buckets["Buckets"].as_array().unwrap().iter().map(|bucket| bucket["Name"].as_str().unwrap());
    assert_eq!(names.collect::<BTreeSet<_>>(), BTreeSet::from(["data", "logs"]));
    let logs = json!({"Bucket": "logs"});
    let encryption = ask(&client, "s3", "GetBucketEncryption", logs.clone()).await;
    let rule = &encryption["ServerSideEncryptionConfiguration"]["Rules"][0];
    assert_eq!(rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "aws:kms");
    assert_eq!(rule["BucketKeyEnabled"], true);
    let policy = ask(&client, "s3", "GetBucketPolicy", logs.clone()).await;
    assert_eq!(policy["Policy"], r#"{"Version": "2012-10-17", "Statement": []}"#);
    let location = ask(&client, "s3", "GetBucketLocation", logs.clone()).await;
    assert_eq!(location["LocationConstraint"], "eu-west-1");
    let block = ask(&client, "s3", "GetPublicAccessBlock", logs).await;
    assert_eq!(block["PublicAccessBlockConfiguration"]["BlockPublicAcls"], true);
    let acl = ask(&client, "s3", "GetBucketAcl", json!({"Bucket": "data"})).await;
    let grants = acl["Grants"].as_array().unwrap();
    assert!(grants.iter().any(|grant| grant["Grantee"]["Type"] == "Group" && grant["Permission"] == "READ"), "{acl}");

    let filter = json!({"Filters": [{"Name": "group-name", "Values": ["web"]}]});
    let groups = ask(&client, "ec2", "DescribeSecurityGroups", filter).await;
    assert_eq!(groups["SecurityGroups"][0]["IpPermissions"][0]["IpRanges"][0]["CidrIp"], "0.0.0.0/0");
    assert_eq!(groups["SecurityGroups"][0]["IpPermissions"][0]["FromPort"], 22);
    let vpcs = ask(&client, "ec2", "DescribeVpcs", json!({})).await;
    assert!(vpcs["Vpcs"].as_array().unwrap().iter().any(|vpc| vpc["Tags"][0]["Value"] == "a & b"), "{vpcs}");

    let databases = ask(&client, "rds", "DescribeDBInstances", json!({})).await;
    assert_eq!(databases["DBInstances"][0]["StorageEncrypted"], true);
    assert_eq!(databases["DBInstances"][0]["AllocatedStorage"], 20);

    let status = ask(&client, "kms", "GetKeyRotationStatus", json!({"KeyId": key})).await;
    assert_eq!(status["KeyRotationEnabled"], true);
    let described = ask(&client, "kms", "DescribeKey", json!({"KeyId": key})).await;
    assert!(described["KeyMetadata"]["CreationDate"].as_str().unwrap().ends_with('Z'), "{described}");
    let table = ask(&client, "dynamodb", "DescribeTable", json!({"TableName": "t"})).await;
    assert_eq!(table["Table"]["TableName"], "t");
    let zones = ask(&client, "route53", "ListHostedZones", json!({})).await;
    assert_eq!(zones["HostedZones"][0]["Name"], "example.org.");
    let systems = ask(&client, "efs", "DescribeFileSystems", json!({})).await;
    assert_eq!(systems["FileSystems"][0]["Encrypted"], true);

    let details = ask(&client, "iam", "GetAccountAuthorizationDetails", json!({"Filter": ["User", "Role"]})).await;
    assert_eq!(details["UserDetailList"][0]["UserName"], "ada");
    assert_eq!(details["UserDetailList"][0]["UserPolicyList"][0]["PolicyName"], "p");
    assert_eq!(details["RoleDetailList"][0]["RoleName"], "r");
    let keys = ask(&client, "iam", "ListAccessKeys", json!({"UserName": "ada"})).await;
    assert_eq!(keys["AccessKeyMetadata"][0]["Status"], "Active");
    let summary = ask(&client, "iam", "GetAccountSummary", json!({})).await;
    assert_eq!(summary["SummaryMap"]["Users"], 1);
}

#[tokio::test]
async fn what_is_not_set_is_told_by_its_code() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(
        "client('s3').create_bucket(Bucket='bucket', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})",
    );
    let client = moto.client("test", "test").await;
    for (service, operation, input, code) in [
        ("s3", "GetBucketPolicy", json!({"Bucket": "bucket"}), "NoSuchBucketPolicy"),
        ("s3", "GetBucketTagging", json!({"Bucket": "bucket"}), "NoSuchTagSet"),
        ("s3", "GetBucketAcl", json!({"Bucket": "gone"}), "NoSuchBucket"),
        ("iam", "GetAccountPasswordPolicy", json!({}), "NoSuchEntity"),
        ("iam", "GetLoginProfile", json!({"UserName": "nobody"}), "NoSuchEntity"),
        ("kms", "DescribeKey", json!({"KeyId": "alias/none"}), "NotFoundException"),
        ("rds", "DescribeDBInstances", json!({"DBInstanceIdentifier": "none"}), "DBInstanceNotFound"),
        ("lambda", "GetPolicy", json!({"FunctionName": "none"}), "ResourceNotFoundException"),
        ("ec2", "DescribeVpcs", json!({"VpcIds": ["vpc-0"]}), "InvalidVpcID.NotFound"),
        (
            "sqs",
            "GetQueueAttributes",
            json!({"QueueUrl": "http://127.0.0.1/123456789012/none"}),
            "AWS.SimpleQueueService.NonExistentQueue",
        ),
    ] {
        let error = client.call(service, operation, REGION, &input).await.expect_err(operation);
        assert_eq!(error.code(), Some(code), "{error}");
        assert_eq!(error.tries(), 1, "{error}");
    }
}

#[tokio::test]
async fn every_page_is_read() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(
        r"
for at in range(23): client('ec2').run_instances(ImageId='ami-12c6146b', MinCount=1, MaxCount=1)
for at in range(23): client('iam').create_policy(PolicyName=f'p{at}', PolicyDocument=json.dumps({'Version': '2012-10-17',
    'Statement': [{'Effect': 'Allow', 'Action': 's3:ListAllMyBuckets', 'Resource': '*'}]}))
for at in range(23): client('secretsmanager').create_secret(Name=f's{at}', SecretString='x')
",
    );
    let client = moto.client("test", "test").await;
    for (service, operation, input, list) in [
        ("ec2", "DescribeInstances", json!({"MaxResults": 5}), "Reservations"),
        ("iam", "ListPolicies", json!({"Scope": "Local", "MaxItems": 5}), "Policies"),
        ("secretsmanager", "ListSecrets", json!({"MaxResults": 5}), "SecretList"),
    ] {
        let (mut pages, mut items, mut input) = (0, Vec::new(), Some(input));
        while let Some(asked) = input {
            let page = client.call(service, operation, REGION, &asked).await.unwrap().value;
            pages += 1;
            items.extend(page[list].as_array().unwrap().clone());
            input = client.next(service, operation, &asked, &page).unwrap();
        }
        assert_eq!((pages, items.len()), (5, 23), "{service}:{operation}");
        items.sort_by_key(ToString::to_string);
        items.dedup();
        assert_eq!(items.len(), 23, "{service}:{operation}");
    }
}

#[tokio::test]
async fn a_caller_without_rights_is_refused_in_every_protocol() {
    let Some(moto) = Moto::start() else { return };
    let keys = moto.seed(
        r"
client('s3').create_bucket(Bucket='bucket', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})
client('iam').create_user(UserName='nobody')
key = client('iam').create_access_key(UserName='nobody')['AccessKey']
print(key['AccessKeyId'], key['SecretAccessKey'])
import os, urllib.request
urllib.request.urlopen(urllib.request.Request(os.environ['AWS_ENDPOINT_URL'] + '/moto-api/reset-auth', data=b'0',
    headers={'Content-Type': 'text/plain'}))
",
    );
    let (key, secret) = keys.split_once(' ').unwrap();
    let client = moto.client(key, secret).await;
    ask(&client, "sts", "GetCallerIdentity", json!({})).await;
    // moto finds every signature of a REST service in JSON wrong, botocore's own too, so there is none of these here
    for (service, operation, input) in [
        ("s3", "ListBuckets", json!({})),
        ("s3", "GetBucketAcl", json!({"Bucket": "bucket"})),
        ("ec2", "DescribeVpcs", json!({})),
        ("rds", "DescribeDBInstances", json!({})),
        ("kms", "ListKeys", json!({})),
        ("iam", "ListUsers", json!({})),
    ] {
        let error = client.call(service, operation, REGION, &input).await.expect_err(operation);
        assert!(matches!(error, CallError::Refused { .. }), "{service}:{operation}: {error:?}");
    }
    // a wrong secret is no refusal: nothing at all can be read with it
    let client = moto.client(key, "wrong").await;
    let error = client.call("rds", "DescribeDBInstances", REGION, &json!({})).await.expect_err("a wrong secret");
    assert!(error.to_string().starts_with("no usable credentials"), "{error:?}");
}

#[tokio::test]
async fn a_role_leads_to_another_account() {
    let Some(moto) = Moto::start() else { return };
    moto.seed(
        "client('s3').create_bucket(Bucket='mine', CreateBucketConfiguration={'LocationConstraint': 'eu-west-1'})",
    );
    let client = moto.client("test", "test").await;
    let arn = "arn:aws:iam::210987654321:role/audit".to_owned();
    let other = client.assume(&Role { arn, external_id: Some("e".to_owned()), session: None }).await.unwrap();
    let caller = ask(&other, "sts", "GetCallerIdentity", json!({})).await;
    assert_eq!(caller["Account"], "210987654321");
    assert_eq!(caller["Arn"], "arn:aws:sts::210987654321:assumed-role/audit/deodar");
    assert_eq!(ask(&other, "s3", "ListBuckets", json!({})).await["Buckets"], json!([]));
    assert_eq!(ask(&other, "iam", "ListUsers", json!({})).await["Users"], json!([]));
}
