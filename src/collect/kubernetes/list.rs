//! One list, page by page, into the journal.

use std::collections::HashSet;

use serde_json::Value;

use super::super::snapshot::{Call, Entry, Journal, ListState, Listing, Outcome};
use super::api::{Answer, Api, Fault, FaultKind, Form};
use super::served::Place;
use super::shape;
use super::take::{Clock, KubernetesError};

/// How many objects a page has.
const PAGE: usize = 500;

/// What is listed: a kind, everywhere or in one namespace.
pub(super) struct List<'a> {
    pub place: &'a Place,
    pub namespace: Option<&'a str>,
    /// Only these objects of the kind.
    pub chosen: Vec<Choice>,
}

/// Some objects of a kind, by a field, and what is known of them by that.
pub(super) struct Choice {
    pub selector: String,
    pub means: Option<(&'static str, &'static str)>,
}

impl Choice {
    /// All of them.
    fn all() -> Self {
        Self { selector: String::new(), means: None }
    }
}

/// What of a list was read.
struct Read {
    entries: usize,
    calls: Vec<Call>,
    fault: Option<Fault>,
}

impl<'a> List<'a> {
    /// The lists of a kind that are due.
    pub(super) fn of(place: &'a Place, namespace: Option<&'a str>) -> Self {
        let chosen = match (&*place.kind.kind, namespace) {
            // the kind of a secret is a field, which metadata does not hold: the server tells it by choosing
            ("Secret", _) => vec![
                Choice { selector: format!("type={TLS}"), means: Some(("type", TLS)) },
                Choice { selector: format!("type!={TLS}"), means: None },
            ],
            // a namespace is no object inside of itself
            ("Namespace", Some(name)) => vec![Choice { selector: format!("metadata.name={name}"), means: None }],
            _ => vec![Choice::all()],
        };
        Self { place, namespace, chosen }
    }

    /// What it is called in the journal.
    pub(super) fn unit(&self) -> String {
        let kind = self.place.kind.native_type();
        self.namespace.map_or(kind.clone(), |namespace| format!("{namespace}/{kind}"))
    }

    fn path(&self) -> String {
        let kind = &self.place.kind;
        let root = if kind.group.is_empty() { "api" } else { "apis" };
        let space = match self.namespace {
            Some(name) if kind.namespaced => format!("namespaces/{name}/"),
            _ => String::new(),
        };
        format!("/{root}/{}/{space}{}", self.place.version, kind.plural)
    }

    /// Reads it to its end; how many objects it holds. A list that changed too much while it was read is begun once more.
    pub(super) async fn run(&self, api: &Api, journal: &Journal, now: Clock<'_>) -> Result<usize, KubernetesError> {
        let mut unit = self.unit();
        let mut read = self.read(api, journal, &unit, now).await?;
        if read.fault.as_ref().is_some_and(|fault| fault.kind == FaultKind::Gone) {
            // what the first attempt wrote stays out, as its unit is never finished
            let calls = std::mem::take(&mut read.calls);
            unit.push_str(AGAIN);
            read = self.read(api, journal, &unit, now).await?;
            read.calls.splice(0..0, calls);
        }
        for call in &read.calls {
            journal.call(&unit, call)?;
        }
        journal.listing(&unit, &self.listing(read.fault.as_ref()))?;
        journal.finished(&unit)?;
        Ok(read.entries)
    }

    /// Whether an earlier run read it.
    pub(super) fn is_done(&self, journal: &Journal) -> bool {
        let unit = self.unit();
        journal.is_finished(&unit) || journal.is_finished(&format!("{unit}{AGAIN}"))
    }

    async fn read(&self, api: &Api, journal: &Journal, unit: &str, now: Clock<'_>) -> Result<Read, KubernetesError> {
        let mut read = Read { entries: 0, calls: Vec::new(), fault: None };
        for choice in &self.chosen {
            let mut next = String::new();
            let mut turned = HashSet::new();
            loop {
                let answer = match api.get(&self.page(choice, &next), self.form()).await {
                    Ok(Answer { body, tries }) => {
                        read.calls.push(self.call(now, tries, None));
                        body
                    }
                    Err(fault) => {
                        read.calls.push(self.call(now, fault.tries, Some(&fault)));
                        read.fault = Some(fault);
                        return Ok(read);
                    }
                };
                let Some((items, token)) = page(answer) else {
                    read.fault = Some(broken("the answer is no list"));
                    return Ok(read);
                };
                for item in items {
                    match self.entry(item, choice) {
                        Some(entry) => {
                            journal.entry(unit, &entry)?;
                            read.entries += 1;
                        }
                        None => read.fault = Some(broken("the list holds something that has no name")),
                    }
                }
                match token {
                    Some(token) if turned.insert(token.clone()) => next = token,
                    Some(_) => {
                        read.fault = Some(broken("the pages of the list go round"));
                        return Ok(read);
                    }
                    None => break,
                }
            }
        }
        Ok(read)
    }

    fn form(&self) -> Form {
        if self.place.kind.kind == "Secret" && self.place.kind.group.is_empty() { Form::Metadata } else { Form::Whole }
    }

    fn page(&self, choice: &Choice, next: &str) -> String {
        let encoded =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        let mut path = format!("{}?limit={PAGE}", self.path());
        for (name, value) in [("fieldSelector", &*choice.selector), ("continue", next)] {
            if !value.is_empty() {
                path.push_str(&format!("&{name}={}", encoded(value)));
            }
        }
        path
    }

    fn entry(&self, item: Value, choice: &Choice) -> Option<Entry> {
        let mut entry = shape::entry(&self.place.kind, &self.place.version, item)?;
        if let (Some((field, value)), Value::Object(object)) = (choice.means, &mut entry.properties) {
            object.insert(field.to_owned(), Value::String(value.to_owned()));
        }
        Some(entry)
    }

    fn call(&self, now: Clock<'_>, tries: u32, fault: Option<&Fault>) -> Call {
        let outcome = match fault.map(|fault| fault.kind) {
            None => Outcome::Answered,
            Some(FaultKind::Refused) => Outcome::Refused,
            Some(FaultKind::Absent) => Outcome::Absent,
            Some(_) => Outcome::Failed,
        };
        Call {
            call: format!("GET {}", self.path()),
            region: self.namespace.map(str::to_owned),
            about: None,
            at: now(),
            outcome,
            tries,
            permission: (outcome == Outcome::Refused).then(|| self.place.kind.permission(self.namespace)),
            message: fault.map(|fault| fault.message.clone()),
        }
    }

    fn listing(&self, fault: Option<&Fault>) -> Listing {
        let state = match fault.map(|fault| fault.kind) {
            None => ListState::Complete,
            Some(FaultKind::Refused) => ListState::Refused,
            Some(_) => ListState::Failed,
        };
        Listing {
            native_type: self.place.kind.native_type(),
            region: self.namespace.map(str::to_owned),
            state,
            call: Some(format!("GET {}", self.path())),
            permission: Some(self.place.kind.permission(self.namespace)),
            message: fault.map(|fault| fault.message.clone()),
        }
    }
}

/// The kind of secret whose certificate has an end.
const TLS: &str = "kubernetes.io/tls";

/// What is begun once more adds this to its name.
pub(super) const AGAIN: &str = " (again)";

/// A list that cannot be believed.
fn broken(message: &str) -> Fault {
    Fault { kind: FaultKind::Failed, message: message.to_owned(), tries: 1 }
}

/// The items of a page, and the token of the next.
fn page(mut body: Value) -> Option<(Vec<Value>, Option<String>)> {
    let kind = body.get("kind")?.as_str()?;
    if !kind.ends_with("List") {
        return None;
    }
    let token = body.pointer("/metadata/continue").and_then(Value::as_str).filter(|token| !token.is_empty());
    let token = token.map(str::to_owned);
    match body.get_mut("items")?.take() {
        Value::Array(items) => Some((items, token)),
        // an empty list of Go is null
        Value::Null => Some((Vec::new(), token)),
        _ => None,
    }
}
