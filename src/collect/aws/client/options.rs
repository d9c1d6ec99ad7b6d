//! Who asks, and from where: the usual credential chain of AWS's own tools, a role on top of it, endpoints.

use std::sync::Arc;
use std::time::Duration;

use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, error::CredentialsError, future};
use tokio::sync::Mutex;

use super::error::CallError;
use super::http;

/// How the client is made; every part may be left out.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// A profile of `~/.aws/config`.
    pub profile: Option<String>,
    /// The region for what is asked in one region only.
    pub region: Option<String>,
    /// Credentials of a program that uses this as a library, instead of those that are found.
    pub credentials: Option<SharedCredentialsProvider>,
    /// A role to take on.
    pub role: Option<Role>,
    /// Endpoints with validated cryptography.
    pub fips: bool,
    /// Endpoints that IPv6 reaches.
    pub dual_stack: bool,
    /// One endpoint for every service, as `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// The most tries of one call; 6 without it.
    pub tries: Option<u32>,
    /// Calls a second of one service in one region; without it what leaves the account's own automation its part.
    pub rate: Option<f64>,
    /// How long one try may take; 30 seconds without it.
    pub timeout: Option<Duration>,
}

/// A role to take on.
#[derive(Clone, Debug, Default)]
pub struct Role {
    /// `arn:aws:iam::123456789012:role/audit`.
    pub arn: String,
    /// What the role's trust policy may want to hear.
    pub external_id: Option<String>,
    /// How the session is called in the account's trail; `deodar` without it.
    pub session: Option<String>,
}

/// Credentials that are kept until shortly before they run out, shared by all calls of an account.
#[derive(Clone, Debug)]
pub(super) struct Identity {
    source: SharedCredentialsProvider,
    kept: Arc<Mutex<Option<Credentials>>>,
}

/// Credentials are renewed when they last no longer than this.
const LAST: Duration = Duration::from_secs(300);

impl Identity {
    pub(super) fn new(source: SharedCredentialsProvider) -> Self {
        Self { source, kept: Arc::default() }
    }

    /// Credentials that are good for now.
    pub(super) async fn get(&self) -> Result<Credentials, CallError> {
        self.kept_or_new().await.map_err(|error| CallError::Credentials { message: chain(&error), tries: 1 })
    }

    /// Throws away `old`, which a service says ran out. False where its source has no other.
    pub(super) async fn renew(&self, old: &Credentials) -> bool {
        let same = |new: &Credentials| {
            new.access_key_id() == old.access_key_id() && new.session_token() == old.session_token()
        };
        let mut kept = self.kept.lock().await;
        // another call may have renewed them in the meantime
        if kept.as_ref().is_some_and(|kept| !same(kept)) {
            return true;
        }
        *kept = self.source.provide_credentials().await.ok();
        kept.as_ref().is_some_and(|kept| !same(kept))
    }

    async fn kept_or_new(&self) -> Result<Credentials, CredentialsError> {
        let mut kept = self.kept.lock().await;
        let soon = std::time::SystemTime::now() + LAST;
        if let Some(credentials) = kept.as_ref().filter(|each| each.expiry().is_none_or(|expiry| expiry > soon)) {
            return Ok(credentials.clone());
        }
        let new = self.source.provide_credentials().await?;
        *kept = Some(new.clone());
        Ok(new)
    }
}

impl ProvideCredentials for Identity {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.kept_or_new())
    }
}

/// Reads the environment and the profile.
pub(super) async fn load(options: &Options) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http::Connectors::default());
    if let Some(profile) = &options.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(endpoint) = &options.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some(credentials) = &options.credentials {
        loader = loader.credentials_provider(credentials.clone());
    }
    if options.fips {
        loader = loader.use_fips(true);
    }
    if options.dual_stack {
        loader = loader.use_dual_stack(true);
    }
    loader.load().await
}

/// The region of `config`; without one that of the commercial partition's centre, as the typed clients insist on one.
pub(super) fn region(config: &SdkConfig) -> Region {
    config.region().cloned().unwrap_or(Region::from_static("us-east-1"))
}

/// The credentials that `config` leads to.
pub(super) fn identity(config: &SdkConfig) -> Result<Identity, CallError> {
    let source = config.credentials_provider();
    let missing = || CallError::Credentials { message: "nothing says where they are".to_owned(), tries: 0 };
    Ok(Identity::new(source.ok_or_else(missing)?))
}

/// The credentials of `role`, taken on by those of `config`.
pub(super) async fn assumed(config: &SdkConfig, by: &Identity, role: &Role) -> Identity {
    let source = SharedCredentialsProvider::new(by.clone());
    let config = config.clone().into_builder().credentials_provider(source).build();
    let mut builder = AssumeRoleProvider::builder(&role.arn)
        .session_name(role.session.as_deref().unwrap_or("deodar"))
        .configure(&config)
        .region(region(&config));
    if let Some(external_id) = &role.external_id {
        builder = builder.external_id(external_id);
    }
    Identity::new(SharedCredentialsProvider::new(builder.build_from_provider(by.clone()).await))
}

/// An error with all that caused it.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    let mut texts: Vec<String> = causes.map(ToString::to_string).collect();
    texts.dedup();
    texts.join(": ")
}
