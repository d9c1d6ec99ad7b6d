//! A manifest and the running cluster get the same verdicts: every Kubernetes fixture of the rules, once as it is written
//! and once as a snapshot of a server that serves its objects.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use deodar::collect::kubernetes::{Kind, Request, kinds, take};
use serde_json::{Value, json};

use crate::server::{Answer, Objects, Server, list};
use crate::support::verdicts;

/// What only a manifest can answer, and why.
const ONLY_WRITTEN: &[(&str, &str, &str)] = &[
    (
        "WRK-SECRET-ENV",
        "Secret/",
        "a secret of a cluster is where a secret belongs: only in a manifest do others read it",
    ),
    ("KEY-CERT-EXPIRY", "Secret/", "the values of a cluster's secrets are not asked for"),
    (
        "TLS-CLUSTER",
        "Pod/kube-system/etcd",
        "the values of its variables, which say where its certificates lie, are left out",
    ),
];

/// An object as a server would hold it, with its kind; none for what is no object of an API.
struct Held {
    kind: Kind,
    version: String,
    object: Value,
}

fn held(mut object: Value, known: &[Kind], number: usize) -> Option<Held> {
    let version = object.get("apiVersion")?.as_str()?.to_owned();
    let name = object.get("kind")?.as_str()?.to_owned();
    let group = version.rsplit_once('/').map_or("", |(group, _)| group).to_owned();
    let kind = known.iter().find(|kind| kind.group == group && kind.kind == name)?.clone();
    let metadata = object.get_mut("metadata")?.as_object_mut()?;
    metadata.get("name")?.as_str()?;
    if kind.namespaced && !metadata.contains_key("namespace") {
        metadata.insert("namespace".to_owned(), json!("default"));
    }
    metadata.insert("uid".to_owned(), json!(format!("uid-{number}")));
    Some(Held { kind, version, object })
}

/// The objects of a file; none if it holds something that no server would.
fn objects(path: &Path, known: &[Kind]) -> Option<Vec<Held>> {
    let text = std::fs::read_to_string(path).unwrap();
    let documents: Vec<Value> = serde_saphyr::from_multiple(&text).ok()?;
    let documents: Vec<Value> = documents.into_iter().filter(|document| !document.is_null()).collect();
    documents.into_iter().enumerate().map(|(number, object)| held(object, known, number)).collect()
}

/// A server that serves every kind of the table, in the versions of the objects, and these objects.
fn serve(objects: &[Held], known: Vec<Kind>) -> Server {
    let mut lists: BTreeMap<String, (Kind, String, Vec<Value>)> = BTreeMap::new();
    for kind in known {
        let own = objects.iter().filter(|held| held.kind == kind).collect::<Vec<_>>();
        let usual = if kind.group.is_empty() { "v1".to_owned() } else { format!("{}/v1", kind.group) };
        let version = own.first().map_or(usual, |held| held.version.clone());
        let root = if kind.group.is_empty() { "/api" } else { "/apis" };
        let path = format!("{root}/{version}/{}", kind.plural);
        let items = own.into_iter().map(|held| {
            let mut item = held.object.clone();
            let map = item.as_object_mut().unwrap();
            map.remove("apiVersion");
            map.remove("kind");
            item
        });
        let items = items.collect();
        lists.insert(path, (kind, version, items));
    }
    Server::start(Objects::new(), move |path, _| {
        let (plain, query) = path.split_once('?').unwrap_or((path, ""));
        if plain == "/apis" {
            let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (kind, version, _) in lists.values().filter(|(kind, ..)| !kind.group.is_empty()) {
                groups.entry(&kind.group).or_default().insert(version);
            }
            let groups = groups.into_iter().map(|(name, versions)| {
                let versions: Vec<_> = versions.into_iter().map(|version| json!({"groupVersion": version})).collect();
                json!({"name": name, "versions": versions, "preferredVersion": versions[0]})
            });
            return Some(Answer::ok(&json!({"kind": "APIGroupList", "groups": groups.collect::<Vec<_>>()})));
        }
        if let Some((kind, version, items)) = lists.get(plain) {
            // TLS secrets are chosen by their field, and nothing of a secret but its metadata is given
            let items: Vec<Value> = items
                .iter()
                .filter(|item| match query {
                    _ if kind.kind != "Secret" => true,
                    query if query.contains("type%21%3D") => item["type"] != "kubernetes.io/tls",
                    _ => item["type"] == "kubernetes.io/tls",
                })
                .filter(|item| !query.contains("kube%2Dsystem") || item["metadata"]["name"] == "kube-system")
                .map(|item| match kind.kind.as_str() {
                    "Secret" => json!({"metadata": item["metadata"]}),
                    _ => item.clone(),
                })
                .collect();
            return Some(Answer::ok(&list(version, &kind.kind, &items, "")));
        }
        let version = plain.strip_prefix("/apis/").or_else(|| plain.strip_prefix("/api/"))?;
        let resources = lists.values().filter(|(_, served, _)| served == version).map(|(kind, ..)| {
            json!({"name": kind.plural, "kind": kind.kind, "namespaced": kind.namespaced, "verbs": ["list"]})
        });
        Some(Answer::ok(&json!({"kind": "APIResourceList", "resources": resources.collect::<Vec<_>>()})))
    })
}

fn fixtures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut found = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|end| end == "yaml") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// What of a fixture is judged otherwise, and how many definite verdicts were compared.
fn compare(path: &Path, known: &[Kind]) -> Option<(Vec<String>, usize)> {
    let objects = objects(path, known)?;
    let server = serve(&objects, known.to_vec());
    let file = server.dir.path().join("written.json");
    let items: Vec<&Value> = objects.iter().map(|held| &held.object).collect();
    std::fs::write(&file, json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string()).unwrap();
    let request = Request {
        context: None,
        kubeconfig: Some(server.kubeconfig()),
        namespaces: Vec::new(),
        kinds: kinds(true),
        out: server.dir.path().join("live/cluster.json"),
        fresh: false,
        patience: Duration::from_secs(20),
        pause: Duration::from_millis(5),
    };
    std::fs::create_dir(server.dir.path().join("live")).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let taken = runtime.block_on(take(&request, &|| "2026-11-27T08:00:00Z".to_owned(), &|_| {})).unwrap();
    assert!(taken.lacking.is_empty(), "{}: {:?}", path.display(), taken.lacking);
    let written = verdicts(&[&file], &[]);
    let live = verdicts(&[&request.out], &[]);
    let mut wrong = Vec::new();
    let mut compared = 0;
    for ((rule, address), state) in &written {
        let own = ONLY_WRITTEN.iter().any(|(only, prefix, _)| only == rule && address.starts_with(prefix));
        if own || state == "undetermined" {
            continue;
        }
        compared += 1;
        let found = live.get(&(rule.clone(), address.clone()));
        if found != Some(state) {
            wrong.push(format!("{}: {rule} {address}: written {state}, live {found:?}", path.display()));
        }
    }
    // nor may the cluster be found guilty of what its manifests are not
    for ((rule, address), state) in live.iter().filter(|(_, state)| *state == "violated") {
        if !written.contains_key(&(rule.clone(), address.clone())) {
            wrong.push(format!("{}: {rule} {address}: not written, live {state}", path.display()));
        }
    }
    Some((wrong, compared))
}

#[test]
fn every_fixture_is_judged_live_as_it_is_written() {
    let known = kinds(true);
    let (mut wrong, mut compared, mut files) = (Vec::new(), 0, 0);
    for path in fixtures() {
        if let Some((differs, count)) = compare(&path, &known) {
            wrong.extend(differs);
            compared += count;
            files += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(files > 90 && compared > 500, "only {compared} verdicts of {files} files were compared");
}
