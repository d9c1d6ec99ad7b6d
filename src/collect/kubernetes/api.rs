//! One request to the API server: reading only, tried again where that may help, with what it said where it did not.

use std::time::Duration;

use http::header::{ACCEPT, RETRY_AFTER};
use kube::Client;
use kube::client::{AuthError, Body};
use serde_json::Value;

use crate::value::secret::{REDACTED_SECRET, text_holds_credential};

/// The API of a cluster.
pub(super) struct Api {
    client: Client,
    /// How long one answer may take, to its last byte.
    patience: Duration,
    /// How long the first pause before another try is; it doubles.
    pause: Duration,
}

/// An answer.
pub(super) struct Answer {
    pub body: Value,
    pub tries: u32,
}

/// No answer.
#[derive(Debug)]
pub(super) struct Fault {
    pub kind: FaultKind,
    /// What the server or the system says.
    pub message: String,
    pub tries: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum FaultKind {
    /// The server does not know who asks.
    Stranger,
    /// Who asks may not.
    Refused,
    /// There is no such thing.
    Absent,
    /// The list has changed too much to be read on.
    Gone,
    /// No answer, or none that can be read.
    Failed,
}

/// What a list is answered as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Whole objects.
    Whole,
    /// Their metadata and nothing else (<https://kubernetes.io/docs/reference/using-api/api-concepts/#metadata-only-fetches>).
    /// Nothing else is accepted, so that a server that cannot do it says so instead of sending what was not asked for.
    Metadata,
}

impl Form {
    fn accept(self) -> &'static str {
        match self {
            Self::Whole => "application/json",
            Self::Metadata => "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1",
        }
    }
}

/// How often a request is made at most.
const TRIES: u32 = 5;
/// The longest pause, whatever the server asks for.
const LONGEST: Duration = Duration::from_secs(60);

/// What came of one try.
enum Try {
    Answer(Value),
    Fault(FaultKind, String),
    /// It may be answered later: why, and when the server says.
    Later(String, Option<Duration>),
}

impl Api {
    pub(super) fn new(client: Client, patience: Duration, pause: Duration) -> Self {
        Self { client, patience, pause }
    }

    /// Gets `path`.
    pub(super) async fn get(&self, path: &str, form: Form) -> Result<Answer, Fault> {
        let mut pause = self.pause;
        let mut tries = 0;
        loop {
            tries += 1;
            let tried = tokio::time::timeout(self.patience, self.once(path, form));
            let (message, asked) = match tried.await {
                Ok(Try::Answer(body)) => return Ok(Answer { body, tries }),
                Ok(Try::Fault(kind, message)) => return Err(Fault { kind, message, tries }),
                Ok(Try::Later(message, asked)) => (message, asked),
                Err(_) => (format!("no answer within {} seconds", self.patience.as_secs_f32()), None),
            };
            if tries == TRIES {
                return Err(Fault { kind: FaultKind::Failed, message, tries });
            }
            tokio::time::sleep(asked.unwrap_or(pause).min(LONGEST)).await;
            pause = pause.saturating_mul(2);
        }
    }

    async fn once(&self, path: &str, form: Form) -> Try {
        let request = http::Request::get(path).header(ACCEPT, form.accept()).body(Body::empty());
        let request = match request {
            Ok(request) => request,
            Err(error) => return Try::Fault(FaultKind::Failed, error.to_string()),
        };
        let response = match self.client.send(request).await {
            Ok(response) => response,
            Err(error) => {
                return match of_login(&error) {
                    // a login that cannot be had is not there at the next try either
                    Some(error) => Try::Fault(FaultKind::Stranger, login(error)),
                    None => Try::Later(spoken(&error), None),
                };
            }
        };
        let status = response.status().as_u16();
        let after = response.headers().get(RETRY_AFTER);
        let after = after.and_then(|text| text.to_str().ok()?.trim().parse().ok()).map(Duration::from_secs);
        let body = match response.into_body().collect_bytes().await {
            Ok(body) => body,
            Err(error) => return Try::Later(format!("the answer broke off: {}", spoken(&error)), None),
        };
        if status == 200 {
            return match serde_json::from_slice(&body) {
                Ok(body) => Try::Answer(body),
                Err(error) => Try::Later(format!("the answer is no JSON: {error}"), None),
            };
        }
        let message = said(status, &body);
        match status {
            401 => Try::Fault(FaultKind::Stranger, message),
            403 => Try::Fault(FaultKind::Refused, message),
            404 => Try::Fault(FaultKind::Absent, message),
            410 => Try::Fault(FaultKind::Gone, message),
            408 | 429 | 500..=599 => Try::Later(message, after),
            _ => Try::Fault(FaultKind::Failed, message),
        }
    }
}

/// What the server says, from its `Status`: <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>.
fn said(status: u16, body: &[u8]) -> String {
    let document: Option<Value> = serde_json::from_slice(body).ok();
    let message = document.as_ref().and_then(|body| body.get("message")).and_then(Value::as_str);
    match message.map(str::trim).filter(|message| !message.is_empty()) {
        Some(message) => short(message),
        None => format!("the server answered with status {status}"),
    }
}

/// An error with what lies under it, in one line.
pub(super) fn spoken(error: &dyn std::error::Error) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut next = Some(error);
    while let Some(error) = next {
        let text = error.to_string();
        // many errors repeat what lies under them
        if parts.iter().all(|part| !part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    short(&parts.join(": "))
}

/// The login that failed, if that is why. One that is had anew before a request comes up from under the client's layers.
pub(super) fn of_login(error: &kube::Error) -> Option<&AuthError> {
    let mut next = Some(error as &(dyn std::error::Error + 'static));
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What went wrong with a login; never what a plug-in printed on its standard output, as that may be a token.
pub(super) fn login(error: &AuthError) -> String {
    match error {
        // the words of its command and its environment are not repeated either
        AuthError::AuthExecRun { out, .. } => {
            let printed = String::from_utf8_lossy(&out.stderr);
            let lines = printed.lines().map(|line| if text_holds_credential(line) { REDACTED_SECRET } else { line });
            short(&format!("the login plug-in ended with {}: {}", out.status, lines.collect::<Vec<_>>().join(" ")))
        }
        AuthError::AuthExecParse(_) => "the login plug-in printed no credential".to_owned(),
        other => spoken(other),
    }
}

fn short(text: &str) -> String {
    const MOST: usize = 400;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MOST) {
        Some((at, _)) => format!("{}…", line.get(..at).unwrap_or_default()),
        None => line,
    }
}
