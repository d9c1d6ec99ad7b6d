//! Which cluster, and as whom: a context of the person's kubeconfig, or the service account of the pod that this runs in.

use std::io::ErrorKind;
use std::path::PathBuf;
use std::time::Duration;

use kube::Client;
use kube::config::{Config, KubeConfigOptions, Kubeconfig, KubeconfigError};

use super::api::{self, Api};
use super::take::{KubernetesError, Request};

/// A cluster that can be asked.
pub(super) struct Connection {
    pub api: Api,
    /// The address of the API server.
    pub server: String,
    /// The context of the kubeconfig; none inside of a cluster.
    pub context: Option<String>,
    /// Who asks, as the kubeconfig calls them.
    pub caller: Option<String>,
}

/// Opens nothing yet, but a plug-in for the login may run.
pub(super) async fn connect(request: &Request) -> Result<Connection, KubernetesError> {
    let configured = match &request.kubeconfig {
        Some(path) => Some(from_file(path)?),
        None => match Kubeconfig::read() {
            Ok(kubeconfig) => Some(kubeconfig),
            // nobody named one, and there is none
            Err(KubeconfigError::FindPath) if request.context.is_none() => None,
            Err(KubeconfigError::ReadConfig(error, _))
                if error.kind() == ErrorKind::NotFound && request.context.is_none() && !named_by_environment() =>
            {
                None
            }
            Err(error) => {
                let path = std::env::var("KUBECONFIG").unwrap_or_else(|_| "~/.kube/config".to_owned());
                return Err(KubernetesError::Kubeconfig { path, reason: reason(&error) });
            }
        },
    };
    let (mut config, context, caller) = match configured {
        Some(kubeconfig) => by_kubeconfig(kubeconfig, request).await?,
        None => (Config::incluster().map_err(|_| KubernetesError::NoCluster)?, None, None),
    };
    config.headers.push((http::header::USER_AGENT, http::HeaderValue::from_static(AGENT)));
    // this room tries again by itself, answers that break off as well
    config.default_retry = false;
    config.connect_timeout = Some(request.patience.min(Duration::from_secs(15)));
    let server = config.cluster_url.to_string().trim_end_matches('/').to_owned();
    let client = Client::try_from(config).map_err(|error| match api::of_login(&error) {
        Some(error) => KubernetesError::Login { server: server.clone(), reason: api::login(error) },
        None => KubernetesError::Unreachable { server: server.clone(), reason: api::spoken(&error) },
    })?;
    Ok(Connection { api: Api::new(client, request.patience, request.pause), server, context, caller })
}

/// Who asks, in the cluster's own audit log.
const AGENT: &str = concat!("deodar/", env!("CARGO_PKG_VERSION"));

fn named_by_environment() -> bool {
    std::env::var_os("KUBECONFIG").is_some_and(|value| !value.is_empty())
}

fn from_file(path: &PathBuf) -> Result<Kubeconfig, KubernetesError> {
    Kubeconfig::read_from(path)
        .map_err(|error| KubernetesError::Kubeconfig { path: path.display().to_string(), reason: reason(&error) })
}

/// What is wrong with a kubeconfig; never its text, in which a token may stand.
fn reason(error: &KubeconfigError) -> String {
    match error {
        KubeconfigError::ReadConfig(error, _) => super::super::reason(error),
        KubeconfigError::Parse(_) => "it is not the YAML of a kubeconfig".to_owned(),
        other => api::spoken(other),
    }
}

async fn by_kubeconfig(
    kubeconfig: Kubeconfig,
    request: &Request,
) -> Result<(Config, Option<String>, Option<String>), KubernetesError> {
    let name = request.context.clone().or_else(|| kubeconfig.current_context.clone());
    let contexts: Vec<String> = kubeconfig.contexts.iter().map(|context| context.name.clone()).collect();
    let Some(name) = name.filter(|name| !name.is_empty()) else { return Err(KubernetesError::NoContext { contexts }) };
    let Some(context) = kubeconfig.contexts.iter().find(|context| context.name == name) else {
        return Err(KubernetesError::Context { name, contexts });
    };
    let caller = context.context.as_ref().and_then(|context| context.user.clone());
    let options = KubeConfigOptions { context: Some(name.clone()), ..KubeConfigOptions::default() };
    let config = Config::from_custom_kubeconfig(kubeconfig, &options)
        .await
        .map_err(|error| KubernetesError::Kubeconfig { path: name.clone(), reason: reason(&error) })?;
    Ok((config, Some(name), caller))
}
