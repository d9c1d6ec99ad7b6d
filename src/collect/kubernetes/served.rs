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

impl Served {
    fn kind(&self) -> &Kind {
        match self {
            Self::Listed(place) => &place.kind,
            Self::Never(kind) | Self::Unasked(kind, ..) => kind,
        }
    }
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
    let body = ask(api, "/apis", "APIGroupList", "groups", asked).await?;
    let text = |node: &Value, path: &str| node.pointer(path).and_then(Value::as_str).map(str::to_owned);
    let mut found = BTreeMap::new();
    for group in &body {
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
    let mut hidden = Vec::new();
    let mut closed = None;
    match versions {
        Err(why) => closed = Some(why),
        Ok(versions) => {
            for version in versions {
                match ask(api, &path(&group, &version), "APIResourceList", "resources", &mut asked).await {
                    Ok(resources) => take(&resources, &version, &group, &mut kinds, &mut found, &mut hidden),
                    Err(why) => closed = closed.or(Some(why)),
                }
                if kinds.is_empty() && group != CONSTRAINTS {
                    break;
                }
            }
        }
    }
    let named = |kind: &Kind| hidden.iter().find(|(hidden, _)| hidden.plural == kind.plural);
    let unlisted = kinds.iter().map(|kind| match (&closed, named(kind)) {
        (_, Some((_, path))) => unlistable(kind.clone(), path),
        (Some((path, fault, message)), None) => Served::Unasked(kind.clone(), path.clone(), *fault, message.clone()),
        (None, None) => Served::Never(kind.clone()),
    });
    let further = hidden.iter().filter(|(hidden, _)| {
        let known = |kind: &Kind| kind.plural == hidden.plural;
        group == CONSTRAINTS && !kinds.iter().any(known) && !found.iter().any(|served| known(served.kind()))
    });
    let further = further.map(|(kind, path)| unlistable(kind.clone(), path));
    let rest: Vec<Served> = unlisted.chain(further).collect();
    found.extend(rest);
    (found, asked)
}

/// The cluster has the kind, so that there may be objects of it.
fn unlistable(kind: Kind, path: &str) -> Served {
    Served::Unasked(kind, path.to_owned(), FaultKind::Failed, "the cluster has the kind and does not list it".into())
}

/// Takes from `kinds` what this version lists; `hidden` is what it has and does not list, and where it says so.
fn take(
    resources: &[Value],
    version: &str,
    group: &str,
    kinds: &mut Vec<Kind>,
    found: &mut Vec<Served>,
    hidden: &mut Vec<(Kind, String)>,
) {
    let place = |kind: Kind| Served::Listed(Place { kind, version: version.to_owned() });
    for resource in resources {
        let text = |name: &str| resource.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let (plural, kind) = (text("name"), text("kind"));
        let namespaced = resource.get("namespaced").and_then(Value::as_bool).unwrap_or_default();
        let told = Kind { group: group.to_owned(), plural: plural.clone(), kind, namespaced };
        let verbs = resource.get("verbs").and_then(Value::as_array);
        if !verbs.into_iter().flatten().any(|verb| verb == "list") {
            // a part of a kind, such as its status, is never listed
            if !plural.contains('/') {
                hidden.push((told, path(group, version)));
            }
        } else if let Some(at) = kinds.iter().position(|wanted| wanted.plural == plural) {
            let kind = kinds.swap_remove(at);
            found.push(place(kind));
        } else if group == CONSTRAINTS
            && !found.iter().any(|served| matches!(served, Served::Listed(place) if place.kind.plural == plural))
        {
            found.push(place(told));
        }
    }
}

/// Where a version tells of its resources.
fn path(group: &str, version: &str) -> String {
    if group.is_empty() { format!("/api/{version}") } else { format!("/apis/{version}") }
}

/// Asks for a list of the API itself. What does not say that it is one says nothing.
async fn ask(api: &Api, path: &str, kind: &str, field: &str, asked: &mut Vec<Asked>) -> Result<Vec<Value>, Why> {
    let (tries, fault, list) = match api.get(path, Form::Whole).await {
        Ok(Answer { mut body, tries }) => {
            let is_one = body.get("kind").and_then(Value::as_str) == Some(kind);
            match body.get_mut(field).map(Value::take).filter(|_| is_one) {
                Some(Value::Array(list)) => (tries, None, list),
                // an empty list of Go is null
                Some(Value::Null) => (tries, None, Vec::new()),
                _ => (tries, Some((FaultKind::Failed, format!("the answer is no {kind}"))), Vec::new()),
            }
        }
        Err(Fault { kind, message, tries }) => (tries, Some((kind, message)), Vec::new()),
    };
    asked.push(Asked { path: path.to_owned(), tries, fault: fault.clone() });
    match fault {
        None => Ok(list),
        Some((kind, message)) => Err((path.to_owned(), kind, message)),
    }
}
