//! One signed request over the network, and what came back.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
    sign,
};
use aws_sigv4::sign::v4::SigningParams;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnector, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use super::decode::Wire;
use super::encode::Request;
use super::endpoint::Endpoint;
use super::options::chain;

/// Why nothing came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Silence {
    /// There is no such host.
    NoHost(String),
    /// The connection failed, broke off or took too long.
    Broken(String),
    /// The request could not be formed.
    Unformed(String),
}

fn tls() -> tls::Provider {
    tls::Provider::Rustls(CryptoMode::Ring)
}

/// The connector for all calls but those of the typed clients; it keeps its connections.
pub(super) fn connector() -> Connector {
    Connector::builder().proxy_config(ProxyConfig::from_env()).tls_provider(tls()).build()
}

/// The connectors of the typed clients, by their timeouts: what fetches credentials waits a second for a metadata
/// service that may not be there. The crate's own client would pass by the proxy that the environment names.
#[derive(Debug, Default)]
pub(super) struct Connectors(Mutex<Vec<(Timeouts, SharedHttpConnector)>>);

type Timeouts = (Option<Duration>, Option<Duration>);

impl HttpClient for Connectors {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connector)) = kept.iter().find(|(each, _)| *each == timeouts) {
            return connector.clone();
        }
        let mut builder =
            Connector::builder().connector_settings(settings.clone()).proxy_config(ProxyConfig::from_env());
        builder.set_sleep_impl(components.sleep_impl());
        let connector = SharedHttpConnector::new(builder.tls_provider(tls()).build());
        kept.push((timeouts, connector.clone()));
        connector
    }
}

/// Signs `request` for `endpoint` and sends it.
pub(super) async fn send(
    connector: &Connector,
    request: &Request,
    endpoint: &Endpoint,
    signing: &str,
    credentials: &Credentials,
    timeout: Duration,
) -> Result<Wire, Silence> {
    let signed = signed(request, endpoint, signing, credentials, SystemTime::now()).map_err(Silence::Unformed)?;
    let exchange = async {
        let response = connector.call(signed).await.map_err(|error| silence(&error))?;
        wire(response).await
    };
    let late = |_| Silence::Broken(format!("no whole answer within {} s", timeout.as_secs_f64()));
    tokio::time::timeout(timeout, exchange).await.map_err(late)?
}

async fn wire(response: HttpResponse) -> Result<Wire, Silence> {
    let status = response.status().as_u16();
    let headers =
        response.headers().iter().map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let body = ByteStream::new(response.into_body()).collect().await;
    let body = body.map_err(|error| Silence::Broken(format!("the answer broke off: {}", chain(&error))))?;
    Ok(Wire { status, headers, body: body.to_vec() })
}

/// Tells a host that does not exist from a connection that failed: the first is how a service that a region lacks looks.
pub(super) fn silence(error: &(dyn std::error::Error + 'static)) -> Silence {
    let text = chain(error);
    let no_host = ["dns error", "failed to lookup address", "Name or service not known", "No address associated"];
    if no_host.iter().any(|words| text.contains(words)) { Silence::NoHost(text) } else { Silence::Broken(text) }
}

/// The request with its signature.
fn signed(
    request: &Request,
    endpoint: &Endpoint,
    signing: &str,
    credentials: &Credentials,
    now: SystemTime,
) -> Result<HttpRequest, String> {
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let base = endpoint.base.trim_end_matches('/');
    let uri = match base.split_once("://") {
        Some((scheme, host)) => format!("{scheme}://{}{host}{}{query}", request.host_prefix, request.path),
        None => format!("https://{}{base}{}{query}", request.host_prefix, request.path),
    };
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(&endpoint.region)
        .name(signing)
        .time(now)
        .settings(settings(signing))
        .build()
        .map_err(|error| chain(&error))?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(request.method, &uri, headers, SignableBody::Bytes(&request.body))
        .map_err(|error| chain(&error))?;
    let (instructions, _) = sign(signable, &params).map_err(|error| chain(&error))?.into_parts();

    let mut built = HttpRequest::new(SdkBody::from(request.body.clone()));
    built.set_method(request.method).map_err(|error| chain(&error))?;
    built.set_uri(uri).map_err(|error| chain(&error))?;
    let agent = ("user-agent", concat!("deodar/", env!("CARGO_PKG_VERSION")));
    let own = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain([agent]);
    for (name, value) in own.chain(instructions.headers()) {
        built.headers_mut().try_insert(name.to_owned(), value.to_owned()).map_err(|error| chain(&error))?;
    }
    Ok(built)
}

/// S3 signs the path as it is sent, and wants a hash of the body.
fn settings(signing: &str) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if signing == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    settings
}
