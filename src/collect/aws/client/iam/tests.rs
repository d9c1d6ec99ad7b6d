//! The typed answers against the same bytes read by the table: nothing is lost or renamed on the way.

use aws_sdk_iam::config::{BehaviorVersion, Credentials, Region};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::http::StatusCode;
use aws_smithy_types::body::SdkBody;
use serde_json::{Map, Value, json};

use super::*;
use crate::collect::aws::client::decode::{self, Wire};
use crate::collect::aws::client::table::{self, Service};

/// Always the same answer.
#[derive(Clone, Debug)]
struct Canned(String);

impl HttpConnector for Canned {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let status = StatusCode::try_from(200).unwrap();
        HttpConnectorFuture::ready(Ok(HttpResponse::new(status, SdkBody::from(self.0.as_str()))))
    }
}

async fn typed(operation: Operation, body: &str) -> Trial {
    let connector = SharedHttpConnector::new(Canned(body.to_owned()));
    let config = aws_sdk_iam::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("k", "s", None, None, "tests"))
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .build();
    // something in every member: the typed client wants those that the API requires
    let input: Map<String, Value> = [
        "UserName",
        "GroupName",
        "RoleName",
        "PolicyArn",
        "PolicyName",
        "VersionId",
        "AccessKeyId",
        "InstanceProfileName",
        "OpenIDConnectProviderArn",
        "SAMLProviderArn",
    ]
    .into_iter()
    .map(|name| (name.to_owned(), Value::from("x")))
    .collect();
    ask(&aws_sdk_iam::Client::from_conf(config), operation, &Value::Object(input)).await
}

/// What the typed client cannot tell from its absence, and what is left out by design.
fn without(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for name in ["Base32StringSeed", "QRCodePNG"] {
                members.shift_remove(name);
            }
            members.retain(|name, value| !(*value == "" || name == "IsTruncated" && *value == false));
            members.values_mut().for_each(without);
            members.sort_keys();
        }
        Value::Array(items) => items.iter_mut().for_each(without),
        _ => {}
    }
}

async fn agrees(name: &str, body: &str) -> Value {
    let operation = Service::named("iam").unwrap().operation(name).unwrap();
    let wire = Wire { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
    let mut by_table = decode::answer(operation, &wire).unwrap();
    let Trial::Answer(mut by_type) = typed(operation, body).await else { panic!("{name} was not read: {body}") };
    without(&mut by_table);
    without(&mut by_type);
    assert_eq!(by_type, by_table, "{name}");
    by_type
}

#[test]
fn every_operation_of_the_table_is_asked() {
    let mut of_table: Vec<_> =
        table::operations().filter(|(service, _)| *service == "iam").map(|(_, name)| name).collect();
    of_table.sort_unstable();
    assert_eq!(of_table, NAMES, "the table and the client of IAM differ");
}

#[tokio::test]
async fn structures_keep_every_member() {
    let body = "<GetAccountAuthorizationDetailsResponse xmlns='https://iam.amazonaws.com/doc/2010-05-08/'>
        <GetAccountAuthorizationDetailsResult><IsTruncated>true</IsTruncated><Marker>m</Marker>
        <UserDetailList><member><Path>/</Path><UserName>ada</UserName><UserId>A</UserId><Arn>arn:a</Arn>
            <CreateDate>2020-01-01T00:00:00Z</CreateDate><GroupList><member>g</member></GroupList>
            <UserPolicyList><member><PolicyName>p</PolicyName><PolicyDocument>%7B%7D</PolicyDocument></member></UserPolicyList>
            <AttachedManagedPolicies/><Tags><member><Key>k</Key><Value>v</Value></member></Tags>
            <PermissionsBoundary><PermissionsBoundaryType>Policy</PermissionsBoundaryType>
            <PermissionsBoundaryArn>arn:b</PermissionsBoundaryArn></PermissionsBoundary></member></UserDetailList>
        <GroupDetailList><member><GroupName>g</GroupName><AttachedManagedPolicies><member><PolicyName>n</PolicyName>
            <PolicyArn>arn:n</PolicyArn></member></AttachedManagedPolicies></member></GroupDetailList>
        <RoleDetailList><member><RoleName>r</RoleName><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument>
            <RoleLastUsed><LastUsedDate>2021-01-01T00:00:00Z</LastUsedDate><Region>eu-west-1</Region></RoleLastUsed>
            <InstanceProfileList><member><Path>/</Path><InstanceProfileName>i</InstanceProfileName>
            <InstanceProfileId>I</InstanceProfileId><Arn>arn:i</Arn><CreateDate>2020-01-01T00:00:00Z</CreateDate>
            <Roles><member><Path>/</Path><RoleName>r</RoleName><RoleId>R</RoleId><Arn>arn:r</Arn>
            <CreateDate>2020-01-01T00:00:00Z</CreateDate><MaxSessionDuration>3600</MaxSessionDuration></member></Roles>
            </member></InstanceProfileList></member></RoleDetailList>
        <Policies><member><PolicyName>n</PolicyName><AttachmentCount>2</AttachmentCount><IsAttachable>true</IsAttachable>
            <PolicyVersionList><member><VersionId>v1</VersionId><IsDefaultVersion>true</IsDefaultVersion>
            <Document>%7B%7D</Document></member></PolicyVersionList></member></Policies>
        </GetAccountAuthorizationDetailsResult></GetAccountAuthorizationDetailsResponse>";
    let value = agrees("GetAccountAuthorizationDetails", body).await;
    assert_eq!(value["UserDetailList"][0]["PermissionsBoundary"]["PermissionsBoundaryArn"], "arn:b");

    let body = "<GetAccountPasswordPolicyResponse><GetAccountPasswordPolicyResult><PasswordPolicy>
        <MinimumPasswordLength>14</MinimumPasswordLength><RequireSymbols>true</RequireSymbols>
        <RequireNumbers>false</RequireNumbers><RequireUppercaseCharacters>true</RequireUppercaseCharacters>
        <RequireLowercaseCharacters>true</RequireLowercaseCharacters><ExpirePasswords>true</ExpirePasswords>
        <AllowUsersToChangePassword>true</AllowUsersToChangePassword><MaxPasswordAge>90</MaxPasswordAge>
        <PasswordReusePrevention>24</PasswordReusePrevention><HardExpiry>false</HardExpiry></PasswordPolicy>
        </GetAccountPasswordPolicyResult></GetAccountPasswordPolicyResponse>";
    agrees("GetAccountPasswordPolicy", body).await;

    let body = "<GetAccountSummaryResponse><GetAccountSummaryResult><SummaryMap>
        <entry><key>AccountMFAEnabled</key><value>1</value></entry><entry><key>NewerThanUs</key><value>2</value></entry>
        </SummaryMap></GetAccountSummaryResult></GetAccountSummaryResponse>";
    let value = agrees("GetAccountSummary", body).await;
    assert_eq!(value, json!({"SummaryMap": {"AccountMFAEnabled": 1, "NewerThanUs": 2}}));

    let body = "<GetCredentialReportResponse><GetCredentialReportResult><Content>dXNlcg==</Content>
        <ReportFormat>text/csv</ReportFormat><GeneratedTime>2020-01-01T00:00:00Z</GeneratedTime>
        </GetCredentialReportResult></GetCredentialReportResponse>";
    assert_eq!(agrees("GetCredentialReport", body).await["Content"], "dXNlcg==");
}

#[tokio::test]
async fn recorded_answers_agree() {
    let Some(folder) = std::env::var_os("DEODAR_RECORDED_AWS") else { return };
    let text = std::fs::read_to_string(std::path::Path::new(&folder).join("iam.jsonl")).unwrap();
    let mut count = 0;
    for line in text.lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        let (name, body) = (record["operation"].as_str().unwrap(), record["body"].as_str().unwrap());
        if record["status"] == 200 && NAMES.contains(&name) {
            agrees(name, body).await;
            count += 1;
        }
    }
    assert!(count > 100, "only {count}");
}
