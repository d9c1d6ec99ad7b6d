//! One run: find out what the cluster serves, list it, and put the snapshot together.

use std::path::PathBuf;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde_json::Value;

use super::super::snapshot::{self, Call, Header, Journal, ListState, Listing, Outcome, Provider, SnapshotError};
use super::api::{Api, Fault, FaultKind, Form};
use super::connect::{self, Connection};
use super::kinds::Kind;
use super::list::{AGAIN, List};
use super::served::{self, Asked, Served};

/// What to take, as meant.
#[derive(Clone, Debug)]
pub struct Request {
    /// The context; without one that which the kubeconfig names.
    pub context: Option<String>,
    /// The kubeconfig; without one that which `kubectl` would take.
    pub kubeconfig: Option<PathBuf>,
    /// Only these namespaces; none for all.
    pub namespaces: Vec<String>,
    /// The kinds to list.
    pub kinds: Vec<Kind>,
    /// Where the snapshot is put.
    pub out: PathBuf,
    /// Whether what an earlier run left is thrown away.
    pub fresh: bool,
    /// How long one answer may take.
    pub patience: Duration,
    /// How long the first pause before another try is.
    pub pause: Duration,
}

/// The time, RFC 3339.
pub type Clock<'a> = &'a (dyn Fn() -> String + Sync);

/// What came of it.
#[derive(Default, Debug)]
pub struct Taken {
    /// How many objects the lists that this run made hold.
    pub objects: usize,
    /// Lists that an earlier run had made.
    pub kept: usize,
    /// Lists that are not whole.
    pub lacking: Vec<Listing>,
}

/// What keeps a cluster from being read.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum KubernetesError {
    /// There is neither a kubeconfig nor a service account.
    #[error("no cluster is configured: there is no kubeconfig, and this is no pod")]
    #[diagnostic(help("name one with `--kubeconfig`, or run it in the cluster"))]
    NoCluster,
    /// A kubeconfig that cannot be used.
    #[error("kubeconfig `{path}` cannot be used: {reason}")]
    #[diagnostic(help("see whether `kubectl get namespaces` works with it"))]
    Kubeconfig {
        /// The file, or the context in it.
        path: String,
        /// Why.
        reason: String,
    },
    /// A context that is not there.
    #[error("there is no context `{name}`")]
    #[diagnostic(help("the kubeconfig has: {}", contexts.join(", ")))]
    Context {
        /// As typed.
        name: String,
        /// What there is.
        contexts: Vec<String>,
    },
    /// No context is chosen.
    #[error("the kubeconfig chooses no context")]
    #[diagnostic(help("name one with `--context`; it has: {}", contexts.join(", ")))]
    NoContext {
        /// What there is.
        contexts: Vec<String>,
    },
    /// The server does not know who asks.
    #[error("the API server `{server}` does not know who asks: {reason}")]
    #[diagnostic(help("log in anew; see whether `kubectl get namespaces` works"))]
    Login {
        /// The server.
        server: String,
        /// What it says.
        reason: String,
    },
    /// The server does not answer.
    #[error("the API server `{server}` does not answer: {reason}")]
    #[diagnostic(help("see whether `kubectl get namespaces` works from here"))]
    Unreachable {
        /// The server.
        server: String,
        /// Why.
        reason: String,
    },
    /// The snapshot cannot be written.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Snapshot(#[from] SnapshotError),
}

/// How many lists are read at once.
const AT_ONCE: usize = 6;

/// Takes the snapshot of a cluster. `said` hears what is being read.
pub async fn take(request: &Request, now: Clock<'_>, said: &(dyn Fn(&str) + Sync)) -> Result<Taken, KubernetesError> {
    let started = now();
    let connection = connect::connect(request).await?;
    let version = version(&connection).await?;
    let mut asked = Vec::new();
    let served = served::served(&connection.api, request.kinds.clone(), &mut asked).await;
    let uid = if request.namespaces.is_empty() { uid(&connection, &mut asked).await } else { None };
    let header = header(request, &connection, version, uid, started);
    let journal = Journal::open(&request.out, &header, request.fresh)?;
    let mut taken = Taken::default();
    discovered(&journal, &served, asked, now)?;
    let lists = lists(&served, &request.namespaces);
    taken.kept = lists.iter().filter(|list| list.is_done(&journal)).count();
    let mut due = Vec::new();
    for list in lists.into_iter().filter(|list| !list.is_done(&journal)) {
        due.push(run(list, &connection.api, &journal, now, said));
    }
    let done: Vec<usize> = stream::iter(due).buffer_unordered(AT_ONCE).try_collect().await?;
    taken.objects = done.into_iter().sum();
    // those of an earlier run as well
    taken.lacking = journal.listings()?.into_iter().filter(|list| list.state != ListState::Complete).collect();
    taken.lacking.sort_by(|a, b| (&a.native_type, &a.region).cmp(&(&b.native_type, &b.region)));
    journal.finish(&now())?;
    Ok(taken)
}

async fn run(
    list: List<'_>,
    api: &Api,
    journal: &Journal,
    now: Clock<'_>,
    said: &(dyn Fn(&str) + Sync),
) -> Result<usize, KubernetesError> {
    let done = list.run(api, journal, now).await?;
    said(&list.unit());
    Ok(done)
}

/// The server's version, and whether it knows who asks.
async fn version(connection: &Connection) -> Result<Option<String>, KubernetesError> {
    let server = connection.server.clone();
    match connection.api.get("/version", Form::Whole).await {
        Ok(answer) => Ok(answer.body.get("gitVersion").and_then(Value::as_str).map(str::to_owned)),
        Err(Fault { kind: FaultKind::Stranger, message, .. }) => {
            Err(KubernetesError::Login { server, reason: message })
        }
        Err(Fault { kind: FaultKind::Failed, message, .. }) => {
            Err(KubernetesError::Unreachable { server, reason: message })
        }
        // a server may keep it to itself
        Err(_) => Ok(None),
    }
}

const NAMESPACES: &str = "/api/v1/namespaces";

/// What tells the cluster from every other; listed, not got, as the right to list namespaces is asked for anyway.
async fn uid(connection: &Connection, asked: &mut Vec<Asked>) -> Option<String> {
    let path = format!("{NAMESPACES}?limit=1&fieldSelector=metadata.name%3Dkube-system");
    let (tries, fault, uid) = match connection.api.get(&path, Form::Whole).await {
        Ok(answer) => {
            let uid = answer.body.pointer("/items/0/metadata/uid").and_then(Value::as_str).map(str::to_owned);
            (answer.tries, None, uid)
        }
        Err(fault) => (fault.tries, Some((fault.kind, fault.message)), None),
    };
    asked.push(Asked { path: NAMESPACES.to_owned(), tries, fault });
    uid
}

fn header(
    request: &Request,
    connection: &Connection,
    version: Option<String>,
    uid: Option<String>,
    started: String,
) -> Header {
    let mut regions = request.namespaces.clone();
    regions.sort();
    regions.dedup();
    Header {
        snapshot: snapshot::VERSION,
        provider: Provider::Kubernetes,
        account: None,
        cluster: Some(snapshot::Cluster {
            server: connection.server.clone(),
            uid,
            version,
            context: connection.context.clone(),
        }),
        caller: connection.caller.clone(),
        started,
        tool: concat!("deodar ", env!("CARGO_PKG_VERSION")).to_owned(),
        all_regions: regions.is_empty(),
        regions,
        services: services(&request.kinds),
    }
}

/// The kinds that are asked for, by which a journal is known to be of the same run.
fn services(kinds: &[Kind]) -> Vec<String> {
    let mut names: Vec<String> = kinds.iter().map(Kind::native_type).collect();
    names.sort();
    names
}

/// The unit of what the cluster serves.
const DISCOVERY: &str = "discovery";

/// Writes what was asked to find out what the cluster serves, and what of it cannot be listed.
fn discovered(journal: &Journal, served: &[Served], asked: Vec<Asked>, now: Clock<'_>) -> Result<(), KubernetesError> {
    // a run that goes on with another asks anew, and may be told otherwise
    let told = journal.listings()?;
    let mut unit = DISCOVERY.to_owned();
    while journal.is_finished(&unit) {
        unit.push_str(AGAIN);
    }
    for Asked { path, tries, fault } in asked {
        let refused = fault.as_ref().is_some_and(|(kind, _)| *kind == FaultKind::Refused);
        let outcome = match &fault {
            None => Outcome::Answered,
            Some(_) if refused => Outcome::Refused,
            Some(_) => Outcome::Failed,
        };
        let call = Call {
            call: format!("GET {path}"),
            region: None,
            about: None,
            at: now(),
            outcome,
            tries,
            permission: refused
                .then(|| if path == NAMESPACES { "list namespaces".into() } else { format!("get {path}") }),
            message: fault.map(|(_, message)| message),
        };
        journal.call(&unit, &call)?;
    }
    for served in served {
        let Some(listing) = unlisted(served) else { continue };
        if told.iter().all(|told| told.native_type != listing.native_type) {
            journal.listing(&unit, &listing)?;
        }
    }
    Ok(journal.finished(&unit)?)
}

/// What is said of a kind that is not listed.
fn unlisted(served: &Served) -> Option<Listing> {
    let listing = |kind: &Kind, state, call: &str, permission, message: &str| Listing {
        native_type: kind.native_type(),
        region: None,
        state,
        call: Some(call.to_owned()),
        permission,
        message: Some(message.to_owned()),
    };
    match served {
        Served::Listed(_) => None,
        Served::Never(kind) => {
            Some(listing(kind, ListState::Complete, "GET /apis", None, "the cluster has no such kind"))
        }
        Served::Unasked(kind, path, fault, message) => {
            let refused = *fault == FaultKind::Refused;
            let state = if refused { ListState::Refused } else { ListState::Failed };
            let permission = refused.then(|| format!("get {path}"));
            Some(listing(kind, state, &format!("GET {path}"), permission, message))
        }
    }
}

/// The lists that are due: of each kind one, or one in each namespace.
fn lists<'a>(served: &'a [Served], namespaces: &'a [String]) -> Vec<List<'a>> {
    let places = served.iter().filter_map(|served| match served {
        Served::Listed(place) => Some(place),
        _ => None,
    });
    let mut lists = Vec::new();
    for place in places {
        if namespaces.is_empty() || !(place.kind.namespaced || place.kind.kind == "Namespace") {
            lists.push(List::of(place, None));
        } else {
            lists.extend(namespaces.iter().map(|name| List::of(place, Some(name))));
        }
    }
    lists
}
