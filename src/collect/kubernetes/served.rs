//! What a cluster serves: of each group that is asked for, the versions and their resources, the preferred one first.

use std::collections::BTreeMap;

use futures_util::{StreamExt, stream};
use serde_json::Value;

use super::api::{Answer, Api, Fault, FaultKind, Form};
use super::kinds::{CONSTRAINTS, Kind};

/// Where a kind is listed.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub kind: Kind,
    /// `v1`, `apps/v1`.
    pub version: String,
}

/// What is known of a kind.
pub(super) enum Served {
    Listed(Place),
    /// The cluster has no such kind.
    Never(Kind),
    /// Whether it has could not be asked: the call, and why.
    Unasked(Kind, String, FaultKind, String),
}

/// A request that was made.
pub(super) struct Asked {
    pub path: String,
    pub tries: u32,
    pub fault: Option<(FaultKind, String)>,
}

/// Finds out where each of `kinds` is listed, and what further constraints there are.
pub(super) async fn served(api: &Api, kinds: Vec<Kind>, asked: &mut Vec<Asked>) -> Vec<Served> {
    let mut by_group: BTreeMap<String, Vec<Kind>> = BTreeMap::new();
    for kind in kinds {
        by_group.entry(kind.group.clone()).or_default().push(kind);
    }
    let groups = groups(api, asked).await;
    let found = stream::iter(by_group)
        .map(|(group, kinds)| {
            let versions = match (&*group, &groups) {
                ("", _) => Ok(vec!["v1".to_owned()]),
                (name, Ok(groups)) => Ok(groups.get(name).cloned().unwrap_or_default()),
                (_, Err(why)) => Err(why.clone()),
            };
            of_group(api, group, kinds, versions)
        })
        .buffered(8)
        .collect::<Vec<_>>()
        .await;
    let mut all = Vec::new();
    for (served, calls) in found {
        all.extend(served);
        asked.extend(calls);
    }
    all
}

/// Why a path has no answer.
type Why = (String, FaultKind, String);

/// The versions of each group, the preferred one first: <https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api>.
async fn groups(api: &Api, asked: &mut Vec<Asked>) -> Result<BTreeMap<String, Vec<String>>, Why> {
    let body = ask(api, "/apis", asked).await?;
    let text = |node: &Value, path: &str| node.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let mut found = BTreeMap::new();
    for group in body.get("groups").and_then(Value::as_array).into_iter().flatten() {
        let Some(name) = text(group, "/name") else { continue };
        let mut versions: Vec<String> = text(group, "/preferredVersion/groupVersion").into_iter().collect();
        for version in group.get("versions").and_then(Value::as_array).into_iter().flatten() {
            versions.extend(text(version, "/groupVersion").filter(|version| !versions.contains(version)));
        }
        found.insert(name, versions);
    }
    Ok(found)
}

async fn of_group(
    api: &Api,
    group: String,
    mut kinds: Vec<Kind>,
    versions: Result<Vec<String>, Why>,
) -> (Vec<Served>, Vec<Asked>) {
    let mut asked = Vec::new();
    let mut found = Vec::new();
    let mut closed = None;
    match versions {
        Err(why) => closed = Some(why),
        Ok(versions) => {
            for version in versions {
                let path = if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{version}") };
                match ask(api, &path, &mut asked).await {
                    Ok(body) => take(&body, &version, &group, &mut kinds, &mut found),
                    Err(why) => closed = closed.or(Some(why)),
                }
                if kinds.is_empty() && group != CONSTRAINTS {
                    break;
                }
            }
        }
    }
    found.extend(kinds.into_iter().map(|kind| match &closed {
        Some((path, fault, message)) => Served::Unasked(kind, path.clone(), *fault, message.clone()),
        None => Served::Never(kind),
    }));
    (found, asked)
}

/// Takes from `kinds` what this version lists.
fn take(body: &Value, version: &str, group: &str, kinds: &mut Vec<Kind>, found: &mut Vec<Served>) {
    let place = |kind: Kind| Served::Listed(Place { kind, version: version.to_owned() });
    for resource in body.get("resources").and_then(Value::as_array).into_iter().flatten() {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let verbs = resource.get("verbs").and_then(Value::as_array);
        if !verbs.into_iter().flatten().any(|verb| verb == "list") {
            continue;
        }
        let (plural, kind) = (text("name"), text("kind"));
        let namespaced = resource.get("namespaced").and_then(Value::as_bool).unwrap_or_default();
        if let Some(at) = kinds.iter().position(|wanted| wanted.plural == plural) {
            let kind = kinds.swap_remove(at);
            found.push(place(kind));
        } else if group == CONSTRAINTS
            && !found.iter().any(|served| matches!(served, Served::Listed(place) if place.kind.plural == plural))
        {
            found.push(place(Kind { group: group.to_owned(), plural, kind, namespaced }));
        }
    }
}

async fn ask(api: &Api, path: &str, asked: &mut Vec<Asked>) -> Result<Value, Why> {
    match api.get(path, Form::Whole).await {
        Ok(Answer { body, tries }) => {
            asked.push(Asked { path: path.to_owned(), tries, fault: None });
            Ok(body)
        }
        Err(Fault { kind, message, tries }) => {
            asked.push(Asked { path: path.to_owned(), tries, fault: Some((kind, message.clone())) });
            Err((path.to_owned(), kind, message))
        }
    }
}
