//! A question of each protocol, as the services want them.

use serde_json::{Value, json};

use super::*;
use crate::collect::aws::client::table::Service;

fn asked(service: &str, name: &str, input: &Value) -> Result<Request, String> {
    request(Service::named(service).unwrap().operation(name).unwrap(), input)
}

fn line(request: &Request) -> String {
    let body = String::from_utf8(request.body.clone()).unwrap();
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    format!("{} {}{query} {body}", request.method, request.path).trim_end().to_owned()
}

#[test]
fn each_protocol_asks_in_its_way() {
    let cases = [
        ("kms", "ListKeys", json!({"Limit": 10}), r#"POST / {"Limit":10}"#),
        ("sts", "GetCallerIdentity", json!({}), "POST / Action=GetCallerIdentity&Version=2011-06-15"),
        (
            "rds",
            "DescribeDBInstances",
            json!({"Filters": [{"Name": "engine", "Values": ["a b", "c"]}]}),
            "POST / Action=DescribeDBInstances&Version=2014-10-31&Filters.Filter.1.Name=engine&Filters.Filter.1.Values.Value.1=a%20b&Filters.Filter.1.Values.Value.2=c",
        ),
        (
            "ec2",
            "DescribeInstances",
            json!({"InstanceIds": ["i-1", "i-2"], "Filters": [{"Name": "n", "Values": ["v"]}], "NextToken": "t="}),
            "POST / Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-1&InstanceId.2=i-2&Filter.1.Name=n&Filter.1.Value.1=v&NextToken=t%3D",
        ),
        ("s3", "GetBucketAcl", json!({"Bucket": "b"}), "GET /b?acl"),
        ("s3", "ListBuckets", json!({"MaxBuckets": 9}), "GET /?max-buckets=9"),
        (
            "lambda",
            "GetPolicy",
            json!({"FunctionName": "arn:aws:lambda:x:y"}),
            "GET /2015-03-31/functions/arn%3Aaws%3Alambda%3Ax%3Ay/policy",
        ),
        ("guardduty", "ListDetectors", json!({"NextToken": "a b"}), "GET /detector?nextToken=a%20b"),
    ];
    for (service, name, input, expected) in cases {
        assert_eq!(line(&asked(service, name, &input).unwrap()), expected);
    }
}

#[test]
fn json_names_the_operation_in_a_header() {
    let request = asked("kms", "ListKeys", &json!({})).unwrap();
    assert!(request.headers.contains(&("x-amz-target".to_owned(), "TrentService.ListKeys".to_owned())));
    assert!(request.headers.contains(&("content-type".to_owned(), "application/x-amz-json-1.1".to_owned())));
}

#[test]
fn an_account_goes_to_the_host_and_a_header() {
    let request = asked("s3control", "GetPublicAccessBlock", &json!({"AccountId": "123456789012"})).unwrap();
    assert_eq!(request.host_prefix, "123456789012.");
    assert!(request.headers.contains(&("x-amz-account-id".to_owned(), "123456789012".to_owned())));
}

#[test]
fn what_a_question_has_no_place_for_is_not_dropped() {
    let wrong = asked("lambda", "GetPolicy", &json!({"FunctionName": "f", "Functionname": "g"}));
    assert_eq!(wrong, Err("it takes no `Functionname`".to_owned()));
}

#[test]
fn a_path_with_a_hole_is_not_asked() {
    assert_eq!(asked("s3", "GetBucketAcl", &json!({})), Err("`Bucket` is missing".to_owned()));
    // an empty name would ask for the list of buckets
    assert_eq!(asked("s3", "GetBucketAcl", &json!({"Bucket": ""})), Err("`Bucket` is missing".to_owned()));
}
