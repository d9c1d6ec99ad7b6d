//! The client against everything that goes wrong: nothing lost, nothing taken for an empty account, no endless tries.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use deodar::collect::aws::client::{CallError, Client, NoToken, Options};
use serde_json::json;

use super::moto::options;
use super::replay::{Replay, Reply};

const REGION: &str = "eu-west-1";
const KEYS: &str = r#"{"Keys": [{"KeyId": "k", "KeyArn": "arn:aws:kms:eu-west-1:1:key/k"}], "Truncated": false}"#;
const USERS: &str = "<ListUsersResponse xmlns='https://iam.amazonaws.com/doc/2010-05-08/'><ListUsersResult>\
    <IsTruncated>false</IsTruncated><Users><member><Path>/</Path><UserName>ada</UserName><UserId>A</UserId>\
    <Arn>arn:aws:iam::1:user/ada</Arn><CreateDate>2020-01-01T00:00:00Z</CreateDate></member></Users>\
    </ListUsersResult></ListUsersResponse>";

fn throttled() -> Reply {
    Reply::new(400, r#"{"__type": "ThrottlingException", "message": "Rate exceeded"}"#)
}

fn throttled_in_xml() -> Reply {
    Reply::new(
        400,
        "<ErrorResponse><Error><Code>Throttling</Code><Message>Rate exceeded</Message></Error></ErrorResponse>",
    )
}

async fn client(replay: &Replay) -> Client {
    replay.client(Options { timeout: Some(Duration::from_millis(700)), tries: Some(4), ..options("k", "s") }).await
}

async fn keys(client: &Client) -> Result<(String, u32), CallError> {
    let answer = client.call("kms", "ListKeys", REGION, &json!({})).await?;
    Ok((answer.value["Keys"][0]["KeyId"].as_str().unwrap().to_owned(), answer.tries))
}

async fn users(client: &Client) -> Result<(String, u32), CallError> {
    let answer = client.call("iam", "ListUsers", REGION, &json!({})).await?;
    Ok((answer.value["Users"][0]["UserName"].as_str().unwrap().to_owned(), answer.tries))
}

#[tokio::test]
async fn what_passes_is_tried_again() {
    let broken = |slower: Reply, body: &str| {
        [
            slower,
            Reply::with(503, ("retry-after", "0"), ""),
            Reply::new(500, "<html>oops</html>"),
            Reply::Half(body.to_owned()),
            Reply::Short(body.to_owned()),
            Reply::Reset,
            Reply::Silence,
            Reply::new(200, ""),
        ]
    };
    for fault in broken(throttled(), KEYS) {
        let replay = Replay::start([fault.clone(), Reply::new(200, KEYS)]).await;
        assert_eq!(keys(&client(&replay).await).await, Ok(("k".to_owned(), 2)), "{fault:?}");
        assert_eq!(replay.asked().len(), 2, "{fault:?}");
    }
    // the typed client of IAM goes the same way
    for fault in broken(throttled_in_xml(), USERS) {
        let replay = Replay::start([fault.clone(), Reply::new(200, USERS)]).await;
        assert_eq!(users(&client(&replay).await).await, Ok(("ada".to_owned(), 2)), "{fault:?}");
        assert_eq!(replay.asked().len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn what_stays_is_an_error_after_a_bounded_number_of_tries() {
    let kind = |error: &CallError| match error {
        CallError::Refused { .. } => "refused",
        CallError::Throttled { .. } => "throttled",
        CallError::Unreachable { .. } => "unreachable",
        CallError::Unreadable { .. } => "unreadable",
        CallError::Service { .. } => "service",
        CallError::Credentials { .. } => "credentials",
        CallError::NotEnabled { .. } => "not enabled",
        CallError::Question { .. } => "question",
    };
    for (fault, expected, tries) in [
        (throttled(), "throttled", 4),
        (Reply::new(500, ""), "service", 4),
        (Reply::Half(KEYS.to_owned()), "unreachable", 4),
        (Reply::Short(KEYS.to_owned()), "unreadable", 3),
        (Reply::new(200, ""), "unreadable", 3),
        (Reply::with(200, ("content-type", "text/html"), "<html>sign in</html>"), "unreadable", 3),
        (Reply::Reset, "unreachable", 4),
        (Reply::Silence, "unreachable", 4),
        (Reply::new(403, "<Error><Code>AccessDenied</Code></Error>"), "refused", 1),
        (Reply::new(403, ""), "refused", 1),
    ] {
        let replay = Replay::start([fault.clone()]).await;
        let client = client(&replay).await;
        let error = keys(&client).await.unwrap_err();
        assert_eq!((kind(&error), error.tries()), (expected, tries), "{fault:?}: {error:?}");
        assert_eq!(replay.asked().len(), usize::try_from(tries).unwrap(), "{fault:?}");
    }
    for (fault, expected, tries) in [
        (throttled_in_xml(), "throttled", 4),
        (Reply::new(500, ""), "service", 4),
        (Reply::Half(USERS.to_owned()), "unreachable", 4),
        (Reply::Short(USERS.to_owned()), "unreadable", 3),
        (Reply::new(403, "<ErrorResponse><Error><Code>AccessDenied</Code></Error></ErrorResponse>"), "refused", 1),
    ] {
        let replay = Replay::start([fault.clone()]).await;
        let error = users(&client(&replay).await).await.unwrap_err();
        assert_eq!((kind(&error), error.tries()), (expected, tries), "{fault:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_refusal_by_the_organisation_is_told_apart() {
    let message = "User: arn:aws:iam::1:user/a is not authorized to perform: kms:ListKeys with an explicit deny in a \
                   service control policy";
    let body = json!({"__type": "AccessDeniedException", "Message": message}).to_string();
    let replay = Replay::start([Reply::new(400, &body)]).await;
    let error = keys(&client(&replay).await).await.unwrap_err();
    assert!(matches!(&error, CallError::Refused { is_explicit: true, .. }), "{error:?}");
}

#[tokio::test]
async fn nobody_there_is_unreachable() {
    let client = |endpoint: &str| {
        let options = Options { endpoint: Some(endpoint.to_owned()), tries: Some(2), ..options("k", "s") };
        async move { Client::connect(&options).await.expect("a client") }
    };
    for endpoint in ["http://127.0.0.1:1", "http://nothing.invalid"] {
        let error = keys(&client(endpoint).await).await.unwrap_err();
        assert!(matches!(&error, CallError::Unreachable { tries: 2, .. }), "{error:?}");
        let error = users(&client(endpoint).await).await.unwrap_err();
        assert!(matches!(&error, CallError::Unreachable { tries: 2, .. }), "{error:?}");
    }
}

/// Gives another session each time it is asked, up to a number.
#[derive(Debug)]
struct Sessions(AtomicU32, u32);

impl ProvideCredentials for Sessions {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let number = self.0.fetch_add(1, Ordering::SeqCst).min(self.1);
        let token = Some(format!("session-{number}"));
        future::ProvideCredentials::ready(Ok(Credentials::new("k", "s", token, None, "tests")))
    }
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let expired = || Reply::new(400, r#"{"__type": "ExpiredTokenException", "message": "expired"}"#);
    let options = |most: u32| Options {
        credentials: Some(SharedCredentialsProvider::new(Sessions(AtomicU32::new(0), most))),
        ..options("", "")
    };
    // another session helps
    let replay = Replay::start([expired(), Reply::new(200, KEYS)]).await;
    assert_eq!(keys(&replay.client(options(9)).await).await, Ok(("k".to_owned(), 2)));
    let asked = replay.asked();
    assert!(asked[0].contains("session-0") && asked[1].contains("session-1"), "{asked:?}");
    // another session does not help
    let replay = Replay::start([expired()]).await;
    let error = keys(&replay.client(options(9)).await).await.unwrap_err();
    assert!(matches!(&error, CallError::Credentials { tries: 2, .. }), "{error:?}");
    // there is no other
    let replay = Replay::start([expired()]).await;
    let error = keys(&replay.client(options(0)).await).await.unwrap_err();
    assert!(matches!(&error, CallError::Credentials { tries: 1, .. }), "{error:?}");
}

#[tokio::test]
async fn a_region_that_is_not_enabled_is_told_from_bad_credentials() {
    let unknown = || Reply::new(403, r#"{"__type": "UnrecognizedClientException", "message": "invalid token"}"#);
    let replay = Replay::start([unknown()]).await;
    let client = client(&replay).await;
    assert!(matches!(keys(&client).await, Err(CallError::Credentials { .. })));
    replay.give(Reply::new(200, KEYS));
    keys(&client).await.unwrap();
    replay.give(unknown());
    let error = client.call("kms", "ListKeys", "me-south-1", &json!({})).await.unwrap_err();
    assert!(matches!(&error, CallError::NotEnabled { .. }), "{error:?}");
    // and where they worked before it is the credentials
    assert!(matches!(keys(&client).await, Err(CallError::Credentials { .. })));
}

#[tokio::test]
async fn a_bucket_is_followed_to_its_region() {
    let away = Reply::with(301, ("x-amz-bucket-region", "eu-north-1"), "<Error><Code>PermanentRedirect</Code></Error>");
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    let replay = Replay::start([away, Reply::new(200, tags)]).await;
    let client = client(&replay).await;
    for tries in [2, 1] {
        let answer = client.call("s3", "GetBucketTagging", REGION, &json!({"Bucket": "logs"})).await.unwrap();
        assert_eq!((answer.value, answer.tries), (json!({"TagSet": [{"Key": "a", "Value": "b"}]}), tries));
    }
    let asked = replay.asked();
    assert!(asked[0].contains("/eu-west-1/s3/") && asked[1].contains("/eu-north-1/s3/"), "{asked:?}");
    assert!(asked[2].contains("/eu-north-1/s3/"), "it is remembered: {asked:?}");
}

#[tokio::test]
async fn pages_that_go_round_in_a_circle_end() {
    let replay = Replay::start([Reply::new(200, r#"{"Keys": [], "NextMarker": "a", "Truncated": true}"#)]).await;
    let client = client(&replay).await;
    let page = client.call("kms", "ListKeys", REGION, &json!({})).await.unwrap().value;
    let next = client.next("kms", "ListKeys", &json!({}), &page).unwrap().expect("a second page");
    assert_eq!(client.next("kms", "ListKeys", &next, &page), Err(NoToken::Again));
}

#[tokio::test]
async fn what_the_table_does_not_hold_is_not_asked() {
    let replay = Replay::start([Reply::new(200, "{}")]).await;
    let client = client(&replay).await;
    for (service, operation) in
        [("s3", "DeleteBucket"), ("s3", "GetObject"), ("dynamodb", "GetItem"), ("none", "ListX")]
    {
        let error = client.call(service, operation, REGION, &json!({"Bucket": "b"})).await.unwrap_err();
        assert!(matches!(&error, CallError::Question { .. }), "{error:?}");
    }
    let error = client.call("s3", "GetBucketAcl", REGION, &json!({"Bucket": ""})).await.unwrap_err();
    assert!(matches!(&error, CallError::Question { .. }), "{error:?}");
    assert!(replay.asked().is_empty());
}
