//! Stands between a client and moto: writes down what is asked, and breaks answers as it is told to.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::moto::{Moto, options};
use super::replay;
use deodar::collect::aws::client::{Client, Options};

/// What becomes of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fault {
    /// Another status, with a code in JSON or in XML as the service would write it.
    Code(u16, &'static str),
    /// An explicit deny by a policy of the organisation.
    Denied,
    /// The first half of the body, as if it were the whole.
    Short,
    /// The connection is closed before any answer.
    Reset,
    /// It comes late.
    Slow(Duration),
}

/// A running proxy.
pub(crate) struct Proxy {
    /// `http://127.0.0.1:PORT`
    pub(crate) url: String,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// By operation: what to do with its answers, and how many times.
    faults: Mutex<BTreeMap<String, (Fault, usize)>>,
    /// By operation: how many answers pass before that.
    passes: Mutex<BTreeMap<String, usize>>,
    asked: Mutex<Vec<String>>,
}

impl Proxy {
    pub(crate) async fn start(moto: &Moto) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let state = Arc::new(State::default());
        let (shared, peer) = (state.clone(), moto.url.trim_start_matches("http://").to_owned());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, peer.clone(), shared.clone()));
            }
        });
        Self { url, state }
    }

    /// Breaks the next `times` answers to `operation`.
    pub(crate) fn breaks(&self, operation: &str, fault: Fault, times: usize) {
        self.state.faults.lock().unwrap().insert(operation.to_owned(), (fault, times));
    }

    /// Lets `times` answers to `operation` pass before they are broken.
    pub(crate) fn passes(&self, operation: &str, times: usize) {
        self.state.passes.lock().unwrap().insert(operation.to_owned(), times);
    }

    /// Breaks nothing any more.
    pub(crate) fn mends(&self) {
        self.state.faults.lock().unwrap().clear();
    }

    /// The requests so far, head and body.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }

    /// A client that asks through the proxy, and is not patient.
    pub(crate) async fn client(&self, key: &str, secret: &str) -> Client {
        let endpoint = Some(self.url.clone());
        let impatient =
            Options { endpoint, timeout: Some(Duration::from_secs(20)), tries: Some(3), ..options(key, secret) };
        Client::connect(&impatient).await.expect("a client")
    }
}

/// What a request asks: the operation of the query and JSON protocols, else its method and path.
pub(crate) fn operation(request: &str) -> String {
    let (head, body) = request.split_once("\r\n\r\n").unwrap_or((request, ""));
    if let Some(action) = body.split('&').find_map(|part| part.strip_prefix("Action=")) {
        return action.to_owned();
    }
    let target = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("x-amz-target").then(|| value.trim().rsplit('.').next().unwrap_or("").to_owned())
    });
    target.unwrap_or_else(|| head.lines().next().unwrap_or("").trim_end_matches(" HTTP/1.1").to_owned())
}

async fn serve(mut stream: TcpStream, peer: String, state: Arc<State>) {
    if let Some(request) = replay::read(&mut stream).await {
        let operation = operation(&request);
        state.asked.lock().unwrap().push(request.clone());
        let passes = {
            let mut passes = state.passes.lock().unwrap();
            let left = passes.get_mut(&operation).filter(|left| **left > 0);
            left.map(|left| *left -= 1).is_some()
        };
        let fault = {
            let mut faults = state.faults.lock().unwrap();
            match faults
                .iter_mut()
                .find(|(name, (_, times))| !passes && *times > 0 && is_of(name, &operation, &request))
            {
                Some((_, (fault, times))) => {
                    *times -= 1;
                    Some(*fault)
                }
                None => None,
            }
        };
        let answer = match fault {
            Some(Fault::Reset) => return,
            Some(Fault::Code(status, code)) => error(&request, status, code, "broken"),
            Some(Fault::Denied) => error(&request, 403, "AccessDeniedException", DENIED),
            Some(Fault::Slow(time)) => {
                tokio::time::sleep(time).await;
                forward(&peer, &request).await
            }
            Some(Fault::Short) => halved(&forward(&peer, &request).await),
            None => forward(&peer, &request).await,
        };
        // one answer a connection: nothing is left over that a broken answer could spoil
        let _ = stream.write_all(&answer).await;
    }
}

/// As AWS words it: <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>.
pub(crate) const DENIED: &str = "User: arn:aws:iam::123456789012:user/reader is not authorized to perform: \
    this with an explicit deny in a service control policy";

/// Whether a fault is of a request: by its operation; by the region that it is signed for (`/eu-north-1/`) or whatever
/// else stands in it where the name begins with `*`.
fn is_of(name: &str, operation: &str, request: &str) -> bool {
    match name.strip_prefix('*') {
        Some(part) => request.contains(part),
        None => operation.contains(name),
    }
}

/// An error as the service would write it.
fn error(request: &str, status: u16, code: &str, message: &str) -> Vec<u8> {
    let body = match request.to_lowercase().contains("x-amz-target") {
        true => format!(r#"{{"__type": "{code}", "message": "{message}"}}"#),
        false => format!("<Response><Error><Code>{code}</Code><Message>{message}</Message></Error></Response>"),
    };
    format!("HTTP/1.1 {status} x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

pub(crate) async fn forward(peer: &str, request: &str) -> Vec<u8> {
    let mut stream = TcpStream::connect(peer).await.expect("moto");
    let closing = request.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    stream.write_all(closing.as_bytes()).await.expect("moto listens");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("moto answers");
    answer
}

/// The head with the length of half the body, and that half.
fn halved(answer: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
    let half = &body.as_bytes()[..body.len() / 2];
    let head: Vec<_> = head.lines().filter(|line| !line.to_lowercase().starts_with("content-length")).collect();
    let mut short = format!("{}\r\ncontent-length: {}\r\n\r\n", head.join("\r\n"), half.len()).into_bytes();
    short.extend_from_slice(half);
    short
}
