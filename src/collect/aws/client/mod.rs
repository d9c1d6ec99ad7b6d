//! The client that only reads: one signed call, by the table of operations, to JSON with the API's own names.
//!
//! A call is tried again while that may help, within a budget of calls a second for each service and region. Whatever is
//! no answer is a [`CallError`]: nothing broken ever looks like an empty account.
//!
//! **Invariant:** only operations of the table can be asked, and the table holds only reads.

mod budget;
mod decode;
mod encode;
mod endpoint;
mod error;
mod http;
mod iam;
mod options;
mod page;
mod retry;
pub mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_smithy_http_client::Connector;
use aws_types::service_config::ServiceConfigKey;
use serde_json::Value;

use budget::Budget;
pub use endpoint::Partition;
use endpoint::{Endpoint, Variant};
pub use error::CallError;
use options::Identity;
pub use options::{Options, Role};
pub use page::NoToken;
use retry::{Step, Trial};
use table::{Operation, Service};

/// What a region says of credentials of which it has never heard: not that they ran out, nor that a clock is wrong.
const STRANGERS: &[&str] =
    &["InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "AuthFailure", "InvalidToken"];

/// Asks one account as one caller.
#[derive(Clone, Debug)]
pub struct Client {
    config: SdkConfig,
    identity: Identity,
    connector: Arc<Connector>,
    budget: Arc<Budget>,
    iam: aws_sdk_iam::Client,
    tries: u32,
    rate: Option<f64>,
    timeout: Duration,
    seen: Arc<Mutex<Seen>>,
}

/// What the answers so far have told.
#[derive(Debug, Default)]
struct Seen {
    /// The region of buckets that are not where they were looked for.
    buckets: BTreeMap<String, String>,
    /// The regions in which the credentials are known.
    regions: BTreeSet<String>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// With the API's own names.
    pub value: Value,
    /// How often it was asked.
    pub tries: u32,
}

impl Client {
    /// Finds the credentials as AWS's own tools do. Nothing is asked of the account yet, but for the role.
    pub async fn connect(options: &Options) -> Result<Self, CallError> {
        let config = options::load(options).await;
        let mut identity = options::identity(&config)?;
        if let Some(role) = &options.role {
            identity = options::assumed(&config, &identity, role).await;
        }
        identity.get().await?;
        let timeout = options.timeout.unwrap_or(Duration::from_secs(30));
        Ok(Self {
            connector: Arc::new(http::connector()),
            budget: Arc::new(Budget::new(options.rate)),
            iam: iam::client(&config, identity.clone(), timeout),
            tries: options.tries.unwrap_or(6).max(1),
            rate: options.rate,
            timeout,
            seen: Arc::default(),
            config,
            identity,
        })
    }

    /// The same for another account, by a role there that this caller takes on.
    pub async fn assume(&self, role: &Role) -> Result<Self, CallError> {
        let identity = options::assumed(&self.config, &self.identity, role).await;
        identity.get().await?;
        Ok(Self {
            iam: iam::client(&self.config, identity.clone(), self.timeout),
            budget: Arc::new(Budget::new(self.rate)),
            seen: Arc::default(),
            identity,
            ..self.clone()
        })
    }

    /// The region of the environment or the profile.
    pub fn region(&self) -> Option<&str> {
        self.config.region().map(AsRef::as_ref)
    }

    /// Asks once for what one page holds.
    pub async fn call(&self, service: &str, operation: &str, region: &str, input: &Value) -> Result<Answer, CallError> {
        let operation = find(service, operation)?;
        self.ask(operation, region, &page::sized(operation, input)).await
    }

    /// The input for the page after `answer`; none where it was the last.
    pub fn next(
        &self,
        service: &str,
        operation: &str,
        input: &Value,
        answer: &Value,
    ) -> Result<Option<Value>, NoToken> {
        find(service, operation).map_or(Ok(None), |operation| page::next(operation, input, answer))
    }

    /// The same question for a small page, where it may be asked for one.
    pub fn small(service: &str, operation: &str, input: &Value) -> Value {
        find(service, operation).map_or_else(|_| input.clone(), |operation| page::small(operation, input))
    }

    /// Tries until there is an answer, or none to be had.
    async fn ask(&self, operation: Operation, region: &str, input: &Value) -> Result<Answer, CallError> {
        let (service, call) = (operation.service, name(operation));
        let bucket = input.get("Bucket").and_then(Value::as_str).filter(|_| service.name == "s3");
        let mut region = bucket
            .and_then(|bucket| self.seen(|seen| seen.buckets.get(bucket).cloned()))
            .unwrap_or_else(|| region.to_owned());
        let (mut tries, mut renewed) = (0, false);
        loop {
            tries += 1;
            let endpoint = endpoint_of(&self.config, service, &region);
            self.budget.take(service.name, &endpoint.region).await;
            let credentials = self.identity.get().await?;
            let trial = match service.name {
                "iam" => iam::ask(&self.iam, operation, input).await,
                _ => self.once(operation, &endpoint, &credentials, input).await,
            };
            match retry::step(&call, &endpoint.base, trial, tries, self.tries) {
                Step::Done(result) => return self.done(operation, &endpoint.region, result, tries),
                Step::Again(pause) => tokio::time::sleep(pause).await,
                Step::Slower(pause) => {
                    self.budget.throttled(service.name, &endpoint.region);
                    tokio::time::sleep(pause).await;
                }
                Step::Renew(error) if renewed || !self.identity.renew(&credentials).await => {
                    return Err(error.after(tries));
                }
                Step::Renew(_) => renewed = true,
                Step::Elsewhere(there) => {
                    if let Some(bucket) = bucket {
                        self.seen(|seen| seen.buckets.insert(bucket.to_owned(), there.clone()));
                    }
                    region = there;
                }
            }
        }
    }

    fn done(
        &self,
        operation: Operation,
        region: &str,
        result: Result<Value, CallError>,
        tries: u32,
    ) -> Result<Answer, CallError> {
        match result {
            Ok(value) => {
                self.budget.answered(operation.service.name, region);
                self.seen(|seen| seen.regions.insert(region.to_owned()));
                Ok(Answer { value, tries })
            }
            // a region that the account has not enabled knows no credentials of it; those that ran out it would know
            Err(CallError::Credentials { message, .. }) if self.is_stranger(region, &message) => {
                let code = message.split(':').next().unwrap_or("").to_owned();
                let message = format!("the region `{region}` is not enabled: {message}");
                Err(CallError::NotEnabled { call: name(operation), code, message, tries })
            }
            Err(error) => Err(error.after(tries)),
        }
    }

    /// Whether the credentials work in other regions, never did in this, and are said to be nobody's here.
    fn is_stranger(&self, region: &str, said: &str) -> bool {
        let nobody = STRANGERS.iter().any(|code| said.split(':').next() == Some(code));
        nobody && self.seen(|seen| !seen.regions.is_empty() && !seen.regions.contains(region))
    }

    fn seen<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// One try.
    async fn once(&self, operation: Operation, endpoint: &Endpoint, credentials: &Credentials, input: &Value) -> Trial {
        let service = operation.service;
        let mut request = match encode::request(operation, input) {
            Ok(request) => request,
            Err(message) => return Trial::Silence(http::Silence::Unformed(message)),
        };
        if endpoint.is_custom {
            request.host_prefix.clear();
        } else if service.name == "s3" {
            bucket_to_host(&mut request);
        }
        let signing = service.text("signing");
        match http::send(&self.connector, &request, endpoint, signing, credentials, self.timeout).await {
            Err(silence) => Trial::Silence(silence),
            Ok(wire) if (200..300).contains(&wire.status) => {
                decode::answer(operation, &wire).map_or_else(Trial::Unreadable, Trial::Answer)
            }
            Ok(wire) => Trial::Fault(decode::error::fault(&wire), retry::retry_after(wire.header("retry-after"))),
        }
    }
}

/// The endpoint that somebody named for the service or for all, else that of the table.
fn endpoint_of(config: &SdkConfig, service: Service, region: &str) -> Endpoint {
    let key = ServiceConfigKey::builder()
        .service_id(service.text("id"))
        .env("AWS_ENDPOINT_URL")
        .profile("endpoint_url")
        .build()
        .ok();
    let own = key.and_then(|key| config.service_config()?.load_config(key));
    let variant =
        Variant { fips: config.use_fips().unwrap_or(false), dual_stack: config.use_dual_stack().unwrap_or(false) };
    let found = endpoint::of(service, region, variant);
    match own.or_else(|| config.endpoint_url().map(str::to_owned)) {
        Some(base) => Endpoint { base, is_custom: true, ..found },
        None => found,
    }
}

/// A bucket's name goes from the path to the host, where its region's own servers answer.
fn bucket_to_host(request: &mut encode::Request) {
    let path = request.path.trim_start_matches('/');
    let (bucket, rest) = path.split_once('/').unwrap_or((path, ""));
    if endpoint::is_host_label(bucket) {
        request.host_prefix = format!("{bucket}.");
        request.path = format!("/{rest}");
    }
}

fn name(operation: Operation) -> String {
    format!("{}:{}", operation.service.name, operation.name)
}

fn find(service: &str, operation: &str) -> Result<Operation, CallError> {
    let found = Service::named(service).and_then(|service| service.operation(operation));
    found.ok_or_else(|| CallError::Question {
        call: format!("{service}:{operation}"),
        message: "the table of read operations does not have it".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use aws_types::service_config::LoadServiceConfig;
    use serde_json::json;

    use super::*;

    /// A profile that names an endpoint for S3.
    #[derive(Debug)]
    struct Profile;

    impl LoadServiceConfig for Profile {
        fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
            (key.service_id() == "S3" && key.profile() == "endpoint_url").then(|| "http://s3.local".to_owned())
        }
    }

    fn base(endpoint: Option<&str>, service: &str) -> (String, bool) {
        let mut config = SdkConfig::builder().service_config(Profile).use_fips(true);
        config.set_endpoint_url(endpoint.map(str::to_owned));
        let found = endpoint_of(&config.build(), Service::named(service).unwrap(), "eu-west-1");
        (found.base, found.is_custom)
    }

    #[test]
    fn an_endpoint_of_a_service_is_before_that_of_all_and_that_before_the_table() {
        assert_eq!(base(Some("http://all.local"), "s3"), ("http://s3.local".to_owned(), true));
        assert_eq!(base(Some("http://all.local"), "rds"), ("http://all.local".to_owned(), true));
        assert_eq!(base(None, "rds"), ("https://rds-fips.eu-west-1.amazonaws.com".to_owned(), false));
    }

    #[test]
    fn a_bucket_goes_to_the_host_where_a_certificate_covers_it() {
        let operation = find("s3", "GetBucketAcl").unwrap();
        for (bucket, prefix, path) in [("logs", "logs.", "/"), ("my.logs", "", "/my.logs")] {
            let mut request = encode::request(operation, &json!({"Bucket": bucket})).unwrap();
            bucket_to_host(&mut request);
            assert_eq!((request.host_prefix.as_str(), request.path.as_str()), (prefix, path));
            assert_eq!(request.query, "acl");
        }
        let mut request = encode::request(find("s3", "ListBuckets").unwrap(), &json!({})).unwrap();
        bucket_to_host(&mut request);
        assert_eq!((request.host_prefix.as_str(), request.path.as_str()), ("", "/"));
    }
}
