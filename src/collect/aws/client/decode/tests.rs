//! A body of each protocol, as the services write them, and what it becomes.

use serde_json::{Value, json};

use super::error::{Meaning, fault};
use super::*;
use crate::collect::aws::client::table::Service;

fn operation(service: &str, name: &str) -> Operation {
    Service::named(service).unwrap().operation(name).unwrap()
}

fn wire(status: u16, headers: &[(&str, &str)], body: &str) -> Wire {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Wire { status, headers, body: body.as_bytes().to_vec() }
}

fn read(service: &str, name: &str, body: &str) -> Result<Value, String> {
    answer(operation(service, name), &wire(200, &[], body))
}

#[test]
fn json_passes_but_for_times() {
    let body = r#"{"KeyMetadata": {"KeyId": "k", "CreationDate": 1.6E9, "Enabled": true, "NewerThanUs": {"A": 1}}}"#;
    let expected = json!({"KeyMetadata": {
        "KeyId": "k", "CreationDate": "2020-09-13T12:26:40Z", "Enabled": true, "NewerThanUs": {"A": 1}
    }});
    assert_eq!(read("kms", "DescribeKey", body), Ok(expected));
}

#[test]
fn json_gets_the_names_of_the_api() {
    let body =
        r#"{"item": [{"id": "a", "createdDate": 1600000000, "endpointConfiguration": {"types": ["REGIONAL"]}}]}"#;
    let expected = json!({"items": [
        {"id": "a", "createdDate": "2020-09-13T12:26:40Z", "endpointConfiguration": {"types": ["REGIONAL"]}}
    ]});
    assert_eq!(read("apigateway", "GetRestApis", body), Ok(expected));
}

#[test]
fn ec2_has_sets_of_items() {
    let body = r#"<?xml version="1.0"?>
        <DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r</requestId>
        <reservationSet><item><reservationId>r-1</reservationId><groupSet/><instancesSet><item>
            <instanceId>i-1</instanceId><ebsOptimized>false</ebsOptimized><launchTime>2020-09-13T12:26:40.000Z</launchTime>
            <instanceState><code>16</code><name>running</name></instanceState>
            <tagSet><item><key>Name</key><value>a &amp; b</value></item></tagSet>
            <newSet><item><a>1</a></item><item><a>2</a></item></newSet>
        </item></instancesSet></item></reservationSet><nextToken>n</nextToken></DescribeInstancesResponse>"#;
    let expected = json!({
        "Reservations": [{"ReservationId": "r-1", "Groups": [], "Instances": [{
            "InstanceId": "i-1", "EbsOptimized": false, "LaunchTime": "2020-09-13T12:26:40Z",
            "State": {"Code": 16, "Name": "running"}, "Tags": [{"Key": "Name", "Value": "a & b"}],
            "newSet": [{"a": "1"}, {"a": "2"}],
        }]}],
        "NextToken": "n",
    });
    assert_eq!(read("ec2", "DescribeInstances", body), Ok(expected));
}

#[test]
fn query_has_members_maps_and_a_wrapper() {
    let body = r"<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance>
        <DBInstanceIdentifier>d</DBInstanceIdentifier><AllocatedStorage>20</AllocatedStorage>
        <StorageEncrypted>true</StorageEncrypted><VpcSecurityGroups><VpcSecurityGroupMembership>
        <VpcSecurityGroupId>sg-1</VpcSecurityGroupId></VpcSecurityGroupMembership></VpcSecurityGroups>
        <EnabledCloudwatchLogsExports><member>audit</member></EnabledCloudwatchLogsExports>
        </DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>";
    let expected = json!({"DBInstances": [{
        "DBInstanceIdentifier": "d", "AllocatedStorage": 20, "StorageEncrypted": true,
        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}], "EnabledCloudwatchLogsExports": ["audit"],
    }]});
    assert_eq!(read("rds", "DescribeDBInstances", body), Ok(expected));
    let body = r"<GetTopicAttributesResponse><GetTopicAttributesResult><Attributes>
        <entry><key>Policy</key><value>{}</value></entry><entry><key>KmsMasterKeyId</key><value/></entry>
        </Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>";
    let expected = json!({"Attributes": {"Policy": "{}", "KmsMasterKeyId": ""}});
    assert_eq!(read("sns", "GetTopicAttributes", body), Ok(expected));
}

#[test]
fn s3_has_flat_lists_attributes_and_bodies_that_are_one_member() {
    let body = r#"<AccessControlPolicy><Owner><ID>o</ID></Owner><AccessControlList><Grant>
        <Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="Group"><URI>http://all</URI></Grantee>
        <Permission>READ</Permission></Grant></AccessControlList></AccessControlPolicy>"#;
    let expected = json!({"Owner": {"ID": "o"},
        "Grants": [{"Grantee": {"Type": "Group", "URI": "http://all"}, "Permission": "READ"}]});
    assert_eq!(read("s3", "GetBucketAcl", body), Ok(expected));

    let body = r"<LifecycleConfiguration><Rule><ID>a</ID><Expiration><Days>30</Days></Expiration></Rule>
        <Rule><ID>b</ID></Rule></LifecycleConfiguration>";
    let expected = json!({"Rules": [{"ID": "a", "Expiration": {"Days": 30}}, {"ID": "b"}]});
    assert_eq!(read("s3", "GetBucketLifecycleConfiguration", body), Ok(expected));

    assert_eq!(read("s3", "GetBucketPolicy", r#"{"Version": 1}"#), Ok(json!({"Policy": r#"{"Version": 1}"#})));
    for (body, region) in
        [("<LocationConstraint>eu-west-1</LocationConstraint>", "eu-west-1"), ("<LocationConstraint/>", "")]
    {
        assert_eq!(read("s3", "GetBucketLocation", body), Ok(json!({"LocationConstraint": region})));
    }
    let body =
        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>";
    let expected = json!({"PublicAccessBlockConfiguration": {"BlockPublicAcls": true}});
    assert_eq!(read("s3control", "GetPublicAccessBlock", body), Ok(expected));
}

#[test]
fn what_is_broken_is_no_answer() {
    let whole = "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances/></DescribeDBInstancesResult></DescribeDBInstancesResponse>";
    assert!(read("rds", "DescribeDBInstances", whole).is_ok());
    for end in 0..whole.len() {
        let part = whole.get(..end).unwrap();
        assert!(read("rds", "DescribeDBInstances", part).is_err(), "{part}");
    }
    for (service, name, body) in [
        ("rds", "DescribeDBInstances", "<DescribeDBInstancesResponse/>"),
        ("rds", "DescribeDBInstances", "<DescribeDBClustersResponse/>"),
        ("ec2", "DescribeVpcs", "<html><body>sign in</body></html>"),
        ("ec2", "DescribeVpcs", "<Response><Errors/></Response>"),
        ("s3", "ListBuckets", "<Error><Code>InternalError</Code></Error>"),
        ("s3", "ListBuckets", "<html><body>sign in</body></html>"),
        ("kms", "ListKeys", ""),
        ("kms", "ListKeys", "[]"),
        ("kms", "ListKeys", r#"{"Keys": [{"KeyId": "#),
        ("lambda", "ListFunctions", "  "),
        ("s3", "GetBucketPolicy", ""),
        ("s3", "GetBucketPolicy", "<!DOCTYPE html><html>sign in</html>"),
    ] {
        assert!(read(service, name, body).is_err(), "{service}:{name} {body}");
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn errors_of_every_protocol_are_told_apart() {
    type Case<'a> = (u16, &'a [(&'a str, &'a str)], &'a str, &'a str, Meaning);
    let cases: &[Case<'_>] = &[
        (403, &[], "<Error><Code>AccessDenied</Code><Message>no</Message></Error>", "AccessDenied", Meaning::Refused),
        (403, &[], "", "403", Meaning::Refused),
        (
            403,
            &[],
            "<Response><Errors><Error><Code>UnauthorizedOperation</Code></Error></Errors></Response>",
            "UnauthorizedOperation",
            Meaning::Refused,
        ),
        (
            400,
            &[],
            r#"{"__type":"com.amazon.coral.service#AccessDeniedException","Message":"an explicit deny in a service control policy"}"#,
            "AccessDeniedException",
            Meaning::Refused,
        ),
        (
            403,
            &[("x-amzn-errortype", "AccessDeniedException:http://internal")],
            r#"{"message":"no"}"#,
            "AccessDeniedException",
            Meaning::Refused,
        ),
        (
            400,
            &[],
            r#"{"__type":"ThrottlingException","message":"Rate exceeded"}"#,
            "ThrottlingException",
            Meaning::Throttled,
        ),
        (503, &[], "<Error><Code>SlowDown</Code></Error>", "SlowDown", Meaning::Throttled),
        (
            503,
            &[],
            "<Response><Errors><Error><Code>RequestLimitExceeded</Code></Error></Errors></Response>",
            "RequestLimitExceeded",
            Meaning::Throttled,
        ),
        (500, &[], "<html>oops</html>", "500", Meaning::Transient),
        (
            400,
            &[],
            "<ErrorResponse><Error><Code>ExpiredToken</Code></Error></ErrorResponse>",
            "ExpiredToken",
            Meaning::Expired,
        ),
        (
            403,
            &[],
            r#"{"__type":"UnrecognizedClientException","message":"The security token included in the request is invalid."}"#,
            "UnrecognizedClientException",
            Meaning::Unknown,
        ),
        (
            401,
            &[],
            "<Response><Errors><Error><Code>AuthFailure</Code></Error></Errors></Response>",
            "AuthFailure",
            Meaning::Unknown,
        ),
        (
            400,
            &[],
            "<Response><Errors><Error><Code>AuthFailure</Code><Message>Not authorized for image:ami-1</Message></Error></Errors></Response>",
            "AuthFailure",
            Meaning::Refused,
        ),
        (
            401,
            &[],
            "<Response><Errors><Error><Code>OptInRequired</Code></Error></Errors></Response>",
            "OptInRequired",
            Meaning::NotEnabled,
        ),
        (
            400,
            &[],
            r#"{"__type":"SubscriptionRequiredException"}"#,
            "SubscriptionRequiredException",
            Meaning::NotEnabled,
        ),
        (
            403,
            &[],
            r#"{"__type":"AccessDeniedException","Message":"Account 1 is not subscribed to AWS Security Hub"}"#,
            "AccessDeniedException",
            Meaning::NotEnabled,
        ),
        (
            400,
            &[("x-amzn-query-error", "AWS.SimpleQueueService.NonExistentQueue;Sender")],
            r#"{"__type":"x#QueueDoesNotExist"}"#,
            "AWS.SimpleQueueService.NonExistentQueue",
            Meaning::Final,
        ),
        (404, &[], "<Error><Code>NoSuchBucketPolicy</Code></Error>", "NoSuchBucketPolicy", Meaning::Final),
        (
            301,
            &[("x-amz-bucket-region", "eu-west-1")],
            "<Error><Code>PermanentRedirect</Code></Error>",
            "PermanentRedirect",
            Meaning::Elsewhere,
        ),
        (
            400,
            &[],
            "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>",
            "AuthorizationHeaderMalformed",
            Meaning::Elsewhere,
        ),
    ];
    for (status, headers, body, code, meaning) in cases {
        let fault = fault(&wire(*status, headers, body));
        assert_eq!((fault.code.as_str(), fault.meaning()), (*code, *meaning), "{status} {body}");
    }
}
