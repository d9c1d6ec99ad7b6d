//! A small server that answers as an API server would, and misbehaves where a test wants it to.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};

/// An answer.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: String,
    /// How many bytes of the body are sent; all where none is said.
    pub cut: Option<usize>,
    pub wait: Duration,
}

impl Answer {
    pub fn ok(body: &Value) -> Self {
        Self::with(200, body)
    }

    pub fn with(status: u16, body: &Value) -> Self {
        Self { status, headers: Vec::new(), body: body.to_string(), cut: None, wait: Duration::ZERO }
    }

    /// What an API server says when it does not do what it is asked for.
    pub fn status(status: u16, message: &str) -> Self {
        Self::with(status, &json!({"kind": "Status", "apiVersion": "v1", "message": message, "code": status}))
    }
}

/// Answers a path (with its query); the number says how often it was asked before.
type Script = Box<dyn Fn(&str, usize) -> Option<Answer> + Send + Sync>;

/// The server. What the script does not answer, it answers from `objects`.
pub struct Server {
    pub port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    pub dir: tempfile::TempDir,
}

/// Objects by list path: `/api/v1/pods`.
pub type Objects = BTreeMap<&'static str, Vec<Value>>;

/// What discovery tells of a resource: plural, kind, whether it is namespaced.
type Told = (&'static str, &'static str, bool);

/// Groups with their versions, and their resources.
const SERVED: &[(&str, &[Told])] = &[
    (
        "v1",
        &[
            ("configmaps", "ConfigMap", true),
            ("namespaces", "Namespace", false),
            ("persistentvolumes", "PersistentVolume", false),
            ("pods", "Pod", true),
            ("secrets", "Secret", true),
            ("serviceaccounts", "ServiceAccount", true),
        ],
    ),
    ("apps/v1", &[("deployments", "Deployment", true)]),
    ("admissionregistration.k8s.io/v1", &[("validatingadmissionpolicies", "ValidatingAdmissionPolicy", false)]),
    ("constraints.gatekeeper.sh/v1beta1", &[("k8srequiredregion", "K8sRequiredRegion", false)]),
    ("kyverno.io/v1", &[("clusterpolicies", "ClusterPolicy", false), ("policies", "Policy", true)]),
    ("networking.k8s.io/v1", &[("networkpolicies", "NetworkPolicy", true)]),
    ("security.istio.io/v1", &[("peerauthentications", "PeerAuthentication", true)]),
    ("storage.k8s.io/v1", &[("storageclasses", "StorageClass", false)]),
];

impl Server {
    pub fn start(objects: Objects, script: impl Fn(&str, usize) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let dir = tempfile::tempdir().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, script): (_, Arc<Script>) = (asked.clone(), Arc::new(Box::new(script)));
        let objects = Arc::new(objects);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, script, objects) = (log.clone(), script.clone(), objects.clone());
                std::thread::spawn(move || answer(stream, &log, &script, &objects));
            }
        });
        let server = Self { port, asked, dir };
        std::fs::write(server.kubeconfig(), server.config("token: a-token")).unwrap();
        server
    }

    /// A kubeconfig whose user logs in by `user`.
    pub fn config(&self, user: &str) -> String {
        format!(
            "apiVersion: v1\nkind: Config\ncurrent-context: here\n\
             clusters:\n  - {{name: here, cluster: {{server: 'http://127.0.0.1:{}'}}}}\n\
             users:\n  - name: someone\n    user:\n      {user}\n\
             contexts:\n  - {{name: here, context: {{cluster: here, user: someone}}}}\n",
            self.port
        )
    }

    pub fn kubeconfig(&self) -> PathBuf {
        self.dir.path().join("kubeconfig")
    }

    pub fn out(&self) -> PathBuf {
        self.dir.path().join("snapshot.json")
    }

    /// The paths that were asked, in order.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }

    pub fn times(&self, path: &str) -> usize {
        self.asked().iter().filter(|asked| asked.split('?').next() == Some(path)).count()
    }
}

fn answer(stream: TcpStream, log: &Mutex<Vec<String>>, script: &Script, objects: &Objects) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut first = String::new();
    if reader.read_line(&mut first).is_err() || first.is_empty() {
        return;
    }
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(read) if read > 2 => {}
            _ => break,
        }
    }
    let path = first.split(' ').nth(1).unwrap().to_owned();
    assert!(first.starts_with("GET "), "{first}");
    let before = {
        let mut log = log.lock().unwrap();
        let before = log.iter().filter(|asked| **asked == path).count();
        log.push(path.clone());
        before
    };
    let answer = script(&path, before).unwrap_or_else(|| usual(&path, objects));
    std::thread::sleep(answer.wait);
    let mut stream = stream;
    let mut head = format!(
        "HTTP/1.1 {} Said\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n",
        answer.status,
        answer.body.len()
    );
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    let body = answer.body.as_bytes();
    let sent = &body[..answer.cut.unwrap_or(body.len()).min(body.len())];
    let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(sent)).and_then(|()| stream.flush());
}

fn usual(path: &str, objects: &Objects) -> Answer {
    let plain = path.split('?').next().unwrap();
    if plain == "/version" {
        return Answer::ok(&json!({"gitVersion": "v1.33.1"}));
    }
    if plain == "/apis" {
        let groups = SERVED.iter().filter_map(|(version, _)| Some((version.split_once('/')?.0, version)));
        let groups = groups.map(|(name, version)| {
            json!({"name": name, "versions": [{"groupVersion": version}], "preferredVersion": {"groupVersion": version}})
        });
        return Answer::ok(&json!({"kind": "APIGroupList", "groups": groups.collect::<Vec<_>>()}));
    }
    for (version, resources) in SERVED {
        let root = if version.contains('/') { format!("/apis/{version}") } else { format!("/api/{version}") };
        if plain == root {
            let resources = resources.iter().map(|(plural, kind, namespaced)| {
                json!({"name": plural, "kind": kind, "namespaced": namespaced, "verbs": ["get", "list"]})
            });
            return Answer::ok(&json!({"kind": "APIResourceList", "resources": resources.collect::<Vec<_>>()}));
        }
        if let Some((_, kind, _)) = resources.iter().find(|(plural, ..)| plain == format!("{root}/{plural}")) {
            let items = objects.get(plain).cloned().unwrap_or_default();
            return Answer::ok(&list(version, kind, &items, ""));
        }
    }
    Answer::status(404, "the server could not find the requested resource")
}

/// A page of a list; `token` is empty on the last one.
pub fn list(version: &str, kind: &str, items: &[Value], token: &str) -> Value {
    json!({"kind": format!("{kind}List"), "apiVersion": version, "metadata": {"resourceVersion": "7", "continue": token},
           "items": items})
}

/// A config map, as lists hold it.
pub fn config_map(name: &str) -> Value {
    json!({"metadata": {"name": name, "namespace": "a", "resourceVersion": "5", "managedFields": [{"manager": "x"}]},
           "data": {"theme": "dark"}})
}
