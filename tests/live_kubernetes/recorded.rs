//! Lists as newer servers and add-ons give them, which the real server of these tests does not know: admission policies,
//! labels of pod security, constraints, policies of a mesh.

use std::time::Duration;

use deodar::collect::kubernetes::{Request, kinds, take};
use serde_json::{Value, json};

use crate::server::{Objects, Server};
use crate::support::{Snapshot, verdicts};

fn snapshot(objects: Objects) -> (Server, Snapshot) {
    let server = Server::start(objects, |_, _| None);
    let request = Request {
        context: Some("here".to_owned()),
        kubeconfig: Some(server.kubeconfig()),
        namespaces: Vec::new(),
        kinds: kinds(true),
        out: server.out(),
        fresh: false,
        patience: Duration::from_secs(10),
        pause: Duration::from_millis(5),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(take(&request, &|| "2026-11-27T08:00:00Z".to_owned(), &|_| {})).unwrap();
    let read = Snapshot::read(&server.out());
    (server, read)
}

fn deployment(labels: Value, spec: Value) -> Value {
    json!({"metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}},
           "spec": {"selector": {"matchLabels": {"app": "web"}},
                    "template": {"metadata": {"labels": labels}, "spec": spec}}})
}

#[test]
fn the_header_says_which_cluster_and_who_asked() {
    let (server, snapshot) = snapshot(Objects::from([(
        "/api/v1/namespaces",
        vec![json!({"metadata": {"name": "kube-system", "uid": "0b1c2d3e-0000-4000-8000-000000000000"}})],
    )]));
    let cluster = &snapshot.json["cluster"];
    assert_eq!(cluster["server"], format!("http://127.0.0.1:{}", server.port));
    assert_eq!(cluster["uid"], "0b1c2d3e-0000-4000-8000-000000000000");
    assert_eq!(cluster["version"], "v1.33.1");
    assert_eq!(cluster["context"], "here");
    assert_eq!(snapshot.json["caller"], "someone");
    assert_eq!(snapshot.json["provider"], "kubernetes");
}

#[test]
fn constraints_that_the_owners_made_are_found_and_what_the_cluster_lacks_is_known_to_be_absent() {
    let (_server, snapshot) = snapshot(Objects::from([(
        "/apis/constraints.gatekeeper.sh/v1beta1/k8srequiredregion",
        vec![json!({"metadata": {"name": "eu-only"},
                    "spec": {"enforcementAction": "deny", "parameters": {"key": "topology.kubernetes.io/region"}}})],
    )]));
    assert_eq!(snapshot.ids("constraints.gatekeeper.sh/K8sRequiredRegion"), ["eu-only"]);
    let lacking = snapshot.list("cert-manager.io/Certificate");
    assert_eq!((&lacking["state"], &lacking["message"]), (&json!("complete"), &json!("the cluster has no such kind")));
}

#[test]
fn newer_kinds_reach_the_verdicts() {
    let spec = json!({"serviceAccountName": "web", "automountServiceAccountToken": false,
                      "containers": [{"name": "web", "image": "registry.example.com/web:1"}]});
    let (server, _snapshot) = snapshot(Objects::from([
        (
            "/api/v1/namespaces",
            vec![
                json!({"metadata": {"name": "shop", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}}}),
                json!({"metadata": {"name": "lab", "labels": {"pod-security.kubernetes.io/enforce": "privileged"}}}),
            ],
        ),
        ("/apis/apps/v1/deployments", vec![deployment(json!({"app": "web"}), spec)]),
        (
            "/api/v1/pods",
            vec![
                json!({"metadata": {"name": "p", "namespace": "lab"}, "spec": {"containers": [{"name": "c", "image": "i"}]}}),
            ],
        ),
        (
            "/apis/security.istio.io/v1/peerauthentications",
            vec![json!({"metadata": {"name": "strict", "namespace": "shop"}, "spec": {"mtls": {"mode": "STRICT"}}})],
        ),
    ]));
    let found = verdicts(&[&server.out()], &[]);
    let verdict = |rule: &str, address: &str| found.get(&(rule.to_owned(), address.to_owned())).map(String::as_str);
    assert_eq!(verdict("WRK-ADMISSION", "Namespace/shop"), Some("holds"));
    assert_eq!(verdict("WRK-ADMISSION", "Namespace/lab"), Some("violated"));
    assert_eq!(verdict("TLS-POD-MESH", "Deployment/shop/web"), Some("holds"));
}

#[test]
fn what_the_cluster_keeps_for_itself_and_every_value_stays_out() {
    let config = json!({"metadata": {"name": "settings", "namespace": "shop", "resourceVersion": "9", "managedFields": [{}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{\"data\":{\"p\":\"Planted1\"}}",
                            "objectset.rio.cattle.io/applied": "Planted2", "note": "kept",
                            "token": "ghp_q7W2e9R4t1Y6u3I8o5P0a2S7d4F9g1H6j3K8"}},
        "data": {"password": "Planted3x9", "feature": "true", "theme": "Planted4", "none": ""},
        "binaryData": {"blob": "UGxhbnRlZDU="}});
    let workload = deployment(
        json!({"app": "web"}),
        json!({"containers": [{"name": "web", "image": "i",
            "command": ["run", "--password", "Planted6x9", "--verbose", "--api-key=Planted7x9", "--listen=:8080"],
            "env": [{"name": "A", "value": "Planted8"}, {"name": "TOKEN", "value": "Planted9x9"}, {"name": "ON", "value": "false"},
                    {"name": "B", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}}]}]}),
    );
    let mut workload = workload;
    workload["status"] = json!({"conditions": [{"message": "Planted10"}]});
    let secret = json!({"kind": "PartialObjectMetadata", "metadata": {"name": "s", "namespace": "shop"}, "data": {"k": "Planted11"}});
    let (server, snapshot) = snapshot(Objects::from([
        ("/api/v1/configmaps", vec![config]),
        ("/apis/apps/v1/deployments", vec![workload]),
        ("/api/v1/secrets", vec![secret]),
    ]));
    for planted in ["Planted", "UGxhbnRlZDU", "ghp_", "resourceVersion", "managedFields"] {
        assert!(!snapshot.text.contains(planted), "{planted}: {}", snapshot.text);
    }
    let settings = snapshot.object("ConfigMap", "shop/settings");
    assert_eq!(
        settings["data"],
        json!({"password": "(redacted: secret)", "feature": "true", "theme": "(redacted)", "none": ""})
    );
    assert_eq!(settings["metadata"]["annotations"]["note"], "kept");
    let container = &snapshot.object("apps/Deployment", "shop/web")["spec"]["template"]["spec"]["containers"][0];
    assert_eq!(
        container["command"],
        json!([
            "run",
            "--password",
            "(redacted: secret)",
            "--verbose",
            "--api-key=(redacted: secret)",
            "--listen=:8080"
        ])
    );
    assert_eq!(container["env"][0], json!({"name": "A", "value": "(redacted)"}));
    assert_eq!(container["env"][1], json!({"name": "TOKEN", "value": "(redacted: secret)"}));
    assert_eq!(container["env"][2], json!({"name": "ON", "value": "false"}));
    assert_eq!(container["env"][3]["valueFrom"]["secretKeyRef"]["name"], "s");
    let found = verdicts(&[&server.out()], &[]);
    let verdict = |rule: &str, address: &str| found.get(&(rule.to_owned(), address.to_owned())).map(String::as_str);
    assert_eq!(verdict("WRK-SECRET-ENV", "Deployment/shop/web"), Some("violated"));
    assert_eq!(verdict("WRK-SECRET-ENV", "ConfigMap/shop/settings"), Some("violated"));
}

#[test]
fn no_secret_hides_in_a_key_an_object_or_a_copy() {
    let copy = r#"{"apiVersion":"v1","kind":"Pod","spec":{"containers":[{"env":[{"name":"K","value":"Planted1"}]}]}}"#;
    let settings = r#"{"user": "kept", "password": "Planted2x9", "list": [{"name": "token", "value": "Planted3x9"}]}"#;
    let annotations = json!({"kapp.k14s.io/original": copy, "kopf.zalando.org/last-handled-configuration": "Planted4",
        "example.com/a-copy": copy, "example.com/settings": settings, "note": "kept"});
    let mut workload = deployment(
        json!({"app": "web", "token": "blue"}),
        json!({"nodeSelector": {"token": "blue"}, "automountServiceAccountToken": false,
            "containers": [{"name": "web", "image": "i", "env": {"A": "Planted5", "ON": "true"},
                "args": [{"password": "Planted6x9"}, ["--token", "Planted7x9"], "--listen=:8080"]}],
            "volumes": [{"name": "v", "csi": {"driver": "d", "volumeAttributes": {"password": "Planted8x9", "size": "1"}}},
                        {"name": "s", "secret": {"secretName": "db-password"}}]}),
    );
    workload["spec"]["template"]["metadata"]["annotations"] = annotations.clone();
    let volume = json!({"metadata": {"name": "pv", "annotations": annotations}, "spec": {"csi": {
        "volumeAttributes": {"options": "username=app,password=Planted9x9", "secretKey": "UGxhbnRlZDEwYWJj", "pin.password": 123_454_321},
        "nodeStageSecretRef": {"name": "kept", "namespace": "shop"}}}});
    let class = json!({"metadata": {"name": "fast"}, "provisioner": "example.com/csi", "parameters": {
        "adminSecret": "Planted10x", "encrypted": "true", "csi.storage.k8s.io/provisioner-secret-name": "kept"}});
    let (_server, snapshot) = snapshot(Objects::from([
        ("/apis/apps/v1/deployments", vec![workload]),
        ("/api/v1/persistentvolumes", vec![volume]),
        ("/apis/storage.k8s.io/v1/storageclasses", vec![class]),
    ]));
    for planted in ["Planted", "UGxhbnRlZDEw", "123454321"] {
        assert!(!snapshot.text.contains(planted), "{planted}: {}", snapshot.text);
    }
    let template = &snapshot.object("apps/Deployment", "shop/web")["spec"]["template"];
    assert_eq!(template["metadata"]["labels"]["token"], "blue", "what objects are chosen by is left as it is");
    assert_eq!(template["spec"]["nodeSelector"]["token"], "blue");
    assert_eq!(template["spec"]["automountServiceAccountToken"], false);
    let container = &template["spec"]["containers"][0];
    let args = json!([{"password": "(redacted: secret)"}, ["--token", "(redacted: secret)"], "--listen=:8080"]);
    assert_eq!(container["args"], args);
    assert_eq!(container["env"], json!({"A": "(redacted)", "ON": "true"}));
    let volumes = &template["spec"]["volumes"];
    assert_eq!(volumes[0]["csi"]["volumeAttributes"], json!({"password": "(redacted: secret)", "size": "1"}));
    assert_eq!(volumes[1]["secret"]["secretName"], "db-password");
    let kept = &snapshot.object("PersistentVolume", "pv")["metadata"]["annotations"];
    assert_eq!(kept.as_object().unwrap().keys().collect::<Vec<_>>(), ["example.com/settings", "note"]);
    assert!(kept["example.com/settings"].as_str().unwrap().contains("kept"));
    let parameters = &snapshot.object("storage.k8s.io/StorageClass", "fast")["parameters"];
    assert_eq!(parameters["adminSecret"], "(redacted: secret)");
    assert_eq!(parameters["csi.storage.k8s.io/provisioner-secret-name"], "kept");
}
