//! Against a real API server: what is listed by which right, what only is asked, and that a manifest and the running
//! cluster get the same verdicts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::peer::Peer;
use crate::support::{Snapshot, deodar, said, verdicts};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/live/kubernetes").join(name)
}

/// The role as it is printed, and its binding to the user `scanner`.
fn role(more: &[&str]) -> String {
    let output = deodar(&[&["permissions", "kubernetes"], more].concat());
    assert!(output.status.success(), "{}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

const BINDING: &str = "apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: scanner}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: deodar-snapshot}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: scanner}]
";

fn snapshot(peer: &Peer, user: &str, more: &[&str]) -> (Snapshot, std::process::Output) {
    let out = peer.dir.path().join(format!("{user}.json"));
    let _ = std::fs::remove_file(&out);
    let shown = out.display().to_string();
    let kubeconfig = peer.kubeconfig(user);
    let arguments = [&["snapshot", "kubernetes", "--kubeconfig", &kubeconfig, "--out", &shown], more].concat();
    let output = deodar(&arguments);
    assert!(out.exists(), "{}", said(&output));
    (Snapshot::read(&out), output)
}

/// One server for all, as each takes seconds to start.
#[test]
fn a_real_api_server() {
    let Some(peer) = Peer::start() else { return };
    for name in ["shop.yaml", "clinic.yaml"] {
        let text = std::fs::read_to_string(fixture(name)).unwrap();
        let (spaces, _): (Vec<&str>, Vec<&str>) =
            text.split("\n---\n").partition(|object| object.contains("kind: Namespace"));
        peer.kubectl(&["apply", "-f", "-"], &spaces.join("\n---\n"));
        peer.kubectl(&["apply", "-f", "-"], &text);
    }
    a_stranger_sees_nothing_and_says_so(&peer);
    nobody_is_turned_away(&peer);
    peer.kubectl(&["apply", "-f", "-"], &format!("{}---\n{BINDING}", role(&[])));
    the_printed_role_suffices_and_nothing_but_lists_is_asked(&peer);
    no_secret_is_in_the_snapshot(&peer);
    the_same_verdicts_as_for_the_manifests(&peer);
    what_a_controller_made_is_judged_once(&peer);
    a_right_that_is_missing_costs_exactly_its_kind(&peer);
    every_page_is_read(&peer);
    one_namespace_alone(&peer);
    secrets_are_listed_by_name_only(&peer);
}

fn a_stranger_sees_nothing_and_says_so(peer: &Peer) {
    let (snapshot, output) = snapshot(peer, "stranger", &[]);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert_eq!(snapshot.json["resources"], json!([]));
    let pods = snapshot.list("Pod");
    assert_eq!((&pods["state"], &pods["permission"]), (&json!("refused"), &json!("list pods in all namespaces")));
    assert!(said(&output).contains("grant `list deployments.apps in all namespaces`"), "{}", said(&output));
    let served = snapshot.lists("refused");
    assert!(served.len() > 20 && !served.contains("kyverno.io/Policy"), "{served:?}");
}

fn nobody_is_turned_away(peer: &Peer) {
    let out = peer.dir.path().join("wrong.json");
    let kubeconfig = peer.kubeconfig("wrong");
    let output = deodar(&["snapshot", "kubernetes", "--kubeconfig", &kubeconfig, "--out", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    assert!(said(&output).contains("does not know who asks"), "{}", said(&output));
    assert!(!out.exists());
}

fn the_printed_role_suffices_and_nothing_but_lists_is_asked(peer: &Peer) {
    let (snapshot, output) = snapshot(peer, "scanner", &[]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!((snapshot.lists("refused").len(), snapshot.lists("failed").len()), (0, 0));
    assert_eq!(snapshot.ids("apps/Deployment"), ["clinic/records", "shop/web"]);
    let asked = peer.audit("scanner");
    let verbs: BTreeSet<&str> = asked.iter().map(|(verb, ..)| verb.as_str()).collect();
    assert_eq!(verbs, BTreeSet::from(["get", "list"]), "the audit log knows of nothing but reading");
    // neither wider: whatever the role grants and this server serves was listed; nor narrower: nothing was refused
    let listed: BTreeSet<String> =
        asked.iter().filter(|(verb, ..)| verb == "list").map(|(_, resource, _)| resource.clone()).collect();
    let served: BTreeSet<String> = peer
        .kubectl(&["api-resources", "--verbs=list", "--no-headers", "-o", "name"], "")
        .lines()
        .map(|name| name.trim().to_owned())
        .collect();
    let granted: BTreeSet<String> = granted(&role(&[]));
    assert_eq!(listed, granted.intersection(&served).cloned().collect());
    assert!(
        asked.iter().filter(|(verb, ..)| verb == "get").all(|(_, resource, _)| resource.is_empty()),
        "only paths are got"
    );
}

/// What a role lets list: `pods`, `deployments.apps`.
fn granted(role: &str) -> BTreeSet<String> {
    let mut group = String::new();
    let mut found = BTreeSet::new();
    for line in role.lines().map(str::trim) {
        if let Some(groups) = line.strip_prefix("- apiGroups: [") {
            group = groups.trim_end_matches(']').trim_matches('"').to_owned();
        } else if let Some(plural) = line.strip_prefix("- ").filter(|plural| !plural.contains([':', '/'])) {
            found.insert(if group.is_empty() { plural.to_owned() } else { format!("{plural}.{group}") });
        }
    }
    assert!(found.len() > 40, "{role}");
    found
}

fn no_secret_is_in_the_snapshot(peer: &Peer) {
    let (snapshot, _) = snapshot(peer, "scanner", &[]);
    assert!(!snapshot.text.contains("Planted"), "{}", snapshot.text);
    assert!(!snapshot.text.contains("ghp_") && !snapshot.text.contains("last-applied"));
    assert!(snapshot.ids("Secret").is_empty(), "secrets are not listed unless it is asked for");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(peer.dir.path().join("scanner.json")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

fn the_same_verdicts_as_for_the_manifests(peer: &Peer) {
    let (_, _) = snapshot(peer, "scanner", &[]);
    let live = verdicts(&[&peer.dir.path().join("scanner.json")], &[]);
    let written = verdicts(&[&fixture("shop.yaml"), &fixture("clinic.yaml")], &[]);
    let mut wrong = Vec::new();
    let mut same = 0;
    for ((rule, address), verdict) in &written {
        // secrets are not listed
        if address.starts_with("Secret/") {
            continue;
        }
        match live.get(&(rule.clone(), address.clone())) {
            Some(found) if found == verdict => same += 1,
            // a cluster knows what its manifests leave open
            Some(_) if verdict == "undetermined" => {}
            found => wrong.push(format!("{rule} {address}: written {verdict}, live {found:?}")),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(same > 45, "only {same} verdicts were compared");
}

fn what_a_controller_made_is_judged_once(peer: &Peer) {
    let text = std::fs::read_to_string(fixture("made.yaml")).unwrap();
    let uid = |of: &str| peer.kubectl(&["get", of, "-n", "shop", "-o", "jsonpath={.metadata.uid}"], "");
    let (set, pod) = text.split_once("\n---\n").unwrap();
    peer.kubectl(&["apply", "-f", "-"], &set.replace("UID-OF-DEPLOYMENT", &uid("deployment/web")));
    peer.kubectl(&["apply", "-f", "-"], &pod.replace("UID-OF-REPLICASET", &uid("replicaset/web-6d5f")));
    let (taken, _) = snapshot(peer, "scanner", &[]);
    assert_eq!(taken.ids("Pod"), ["shop/debug", "shop/web-6d5f-1"], "the snapshot holds it all the same");
    let live = verdicts(&[&peer.dir.path().join("scanner.json")], &[]);
    let judged = |address: &str| live.keys().any(|(_, found)| found.split(' ').next() == Some(address));
    assert!(judged("Deployment/shop/web") && judged("Pod/shop/debug"));
    assert!(!judged("ReplicaSet/shop/web-6d5f") && !judged("Pod/shop/web-6d5f-1"));
}

fn a_right_that_is_missing_costs_exactly_its_kind(peer: &Peer) {
    let without = role(&[]).replace("      - networkpolicies\n", "");
    peer.kubectl(&["apply", "-f", "-"], &without);
    std::thread::sleep(std::time::Duration::from_millis(500));
    let (snapshot, output) = snapshot(peer, "scanner", &[]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(snapshot.lists("refused"), BTreeSet::from(["networking.k8s.io/NetworkPolicy".to_owned()]));
    let live = verdicts(&[&peer.dir.path().join("scanner.json")], &[]);
    let of = |address: &str| live.get(&("NET-POLICY-K8S".to_owned(), address.to_owned())).map(String::as_str);
    assert_eq!(of("Namespace/clinic"), Some("undetermined"));
    assert_eq!(of("Namespace/shop"), Some("undetermined"), "what could not be seen is not known to be absent");
    peer.kubectl(&["apply", "-f", "-"], &role(&[]));
    std::thread::sleep(std::time::Duration::from_millis(500));
}

fn every_page_is_read(peer: &Peer) {
    let maps: Vec<_> = (0..1203)
        .map(|at| {
            json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("m{at:04}"), "namespace": "many"},
                   "data": {"n": at.to_string()}})
        })
        .collect();
    peer.kubectl(&["create", "namespace", "many"], "");
    let list = json!({"apiVersion": "v1", "kind": "List", "items": maps}).to_string();
    peer.kubectl(&["create", "-f", "-"], &list);
    let (snapshot, _) = snapshot(peer, "scanner", &[]);
    let found = snapshot.ids("ConfigMap").into_iter().filter(|id| id.starts_with("many/")).collect::<BTreeSet<_>>();
    assert_eq!(found.len(), 1203);
    assert!(snapshot.calls()["GET /api/v1/configmaps"] >= 3);
}

fn one_namespace_alone(peer: &Peer) {
    let roles = role(&["--namespace", "clinic"]);
    let subject = "subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: stranger}]";
    let bindings = format!(
        "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {{name: stranger, namespace: clinic}}\n\
         roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: Role, name: deodar-snapshot}}\n{subject}\n"
    );
    // the role of the namespace alone: what lies in none stays refused
    let role = roles.split("---\n").find(|role| role.contains("kind: Role\n")).unwrap();
    peer.kubectl(&["apply", "-f", "-"], &format!("{role}---\n{bindings}"));
    std::thread::sleep(std::time::Duration::from_millis(500));
    let (snapshot, output) = snapshot(peer, "stranger", &["--namespace", "clinic"]);
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(snapshot.ids("apps/Deployment"), ["clinic/records"]);
    assert_eq!(snapshot.list("Pod")["state"], "complete");
    assert_eq!(snapshot.list("Pod")["region"], "clinic");
    assert_eq!(snapshot.list("rbac.authorization.k8s.io/ClusterRole")["state"], "refused");
    assert_eq!(snapshot.list("Namespace")["permission"], "list namespaces named clinic");
}

fn secrets_are_listed_by_name_only(peer: &Peer) {
    peer.kubectl(&["apply", "-f", "-"], &role(&["--secrets"]));
    std::thread::sleep(std::time::Duration::from_millis(500));
    let (snapshot, output) = snapshot(peer, "scanner", &["--secrets"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(snapshot.ids("Secret"), ["clinic/records-tls", "shop/database"]);
    assert_eq!(snapshot.object("Secret", "clinic/records-tls")["type"], "kubernetes.io/tls");
    assert!(!snapshot.text.contains("Planted"));
    let asked = peer.audit("scanner").into_iter().filter(|(_, resource, _)| resource == "secrets").collect::<Vec<_>>();
    assert!(!asked.is_empty() && asked.iter().all(|(verb, ..)| verb == "list"), "{asked:?}");
}
