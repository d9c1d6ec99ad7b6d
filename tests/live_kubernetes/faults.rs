//! What a snapshot says when the API server is slow, busy, broken, or changes while it is read.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use deodar::collect::kubernetes::{KubernetesError, Request, Taken, kinds, take};
use serde_json::json;

use crate::server::{Answer, Objects, Server, config_map, list};
use crate::support::Snapshot;

const MAPS: &str = "/api/v1/configmaps";

fn request(server: &Server) -> Request {
    Request {
        context: None,
        kubeconfig: Some(server.kubeconfig()),
        namespaces: Vec::new(),
        kinds: kinds(false),
        out: server.out(),
        fresh: false,
        patience: Duration::from_secs(10),
        pause: Duration::from_millis(5),
    }
}

fn run(request: &Request) -> Result<Taken, KubernetesError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(take(request, &|| "2026-11-27T08:00:00Z".to_owned(), &|_| {}))
}

fn snapshot(server: &Server) -> (Taken, Snapshot) {
    let taken = run(&request(server)).unwrap();
    (taken, Snapshot::read(&server.out()))
}

fn maps() -> Objects {
    Objects::from([(MAPS, vec![config_map("one"), config_map("two")])])
}

#[test]
fn a_busy_server_is_asked_again_when_it_says() {
    let server = Server::start(maps(), |path, before| {
        let mut answer = Answer::status(429, "too many requests");
        answer.headers.push(("Retry-After", "1".to_owned()));
        (path.starts_with(MAPS) && before < 2).then_some(answer)
    });
    let began = Instant::now();
    let (taken, snapshot) = snapshot(&server);
    assert!(began.elapsed() >= Duration::from_secs(2), "it did not wait as it was told: {:?}", began.elapsed());
    assert!(taken.lacking.is_empty(), "{:?}", taken.lacking);
    assert_eq!(snapshot.ids("ConfigMap"), ["a/one", "a/two"]);
    assert_eq!(snapshot.calls()["GET /api/v1/configmaps"], 3);
}

#[test]
fn a_list_that_never_comes_is_failed_and_the_rest_is_there() {
    let server = Server::start(
        Objects::from([("/api/v1/pods", vec![json!({"metadata": {"name": "p", "namespace": "a"}, "spec": {}})])]),
        |path, _| path.starts_with(MAPS).then(|| Answer::status(500, "etcdserver: request timed out")),
    );
    let (taken, snapshot) = snapshot(&server);
    assert_eq!(taken.lacking.len(), 1);
    assert_eq!(snapshot.list("ConfigMap")["state"], "failed");
    assert_eq!(snapshot.list("ConfigMap")["message"], "etcdserver: request timed out");
    assert_eq!(server.times(MAPS), 5, "it is tried five times and no more");
    assert_eq!(snapshot.ids("Pod"), ["a/p"]);
    assert_eq!(snapshot.list("Pod")["state"], "complete");
}

#[test]
fn an_answer_that_breaks_off_is_asked_for_again() {
    let server = Server::start(maps(), |path, before| {
        let mut answer = Answer::ok(&list("v1", "ConfigMap", &[config_map("one"), config_map("two")], ""));
        answer.cut = Some(60);
        (path.starts_with(MAPS) && before == 0).then_some(answer)
    });
    let (taken, snapshot) = snapshot(&server);
    assert!(taken.lacking.is_empty(), "{:?}", taken.lacking);
    assert_eq!(snapshot.ids("ConfigMap"), ["a/one", "a/two"]);
}

#[test]
fn an_answer_that_is_no_list_is_no_empty_list() {
    for body in [json!({"kind": "ConfigMap"}), json!({"kind": "ConfigMapList"}), json!([]), json!("hello")] {
        let server = Server::start(maps(), move |path, _| path.starts_with(MAPS).then(|| Answer::ok(&body)));
        let (_, snapshot) = snapshot(&server);
        assert_eq!(snapshot.list("ConfigMap")["state"], "failed");
    }
}

#[test]
fn a_list_with_something_that_has_no_name_is_not_whole() {
    for nameless in [json!({"metadata": {}}), json!({"data": {}}), json!(null), json!({"metadata": {"name": ""}})] {
        let items = [config_map("one"), nameless.clone(), config_map("two")];
        let body = list("v1", "ConfigMap", &items, "");
        let server = Server::start(maps(), move |path, _| path.starts_with(MAPS).then(|| Answer::ok(&body)));
        let (taken, snapshot) = snapshot(&server);
        assert_eq!(taken.lacking.len(), 1, "{nameless}");
        assert_eq!(snapshot.list("ConfigMap")["message"], "the list holds something that has no name");
        assert_eq!(snapshot.ids("ConfigMap"), ["a/one", "a/two"]);
    }
}

#[test]
fn pages_that_go_round_are_left() {
    let server = Server::start(maps(), |path, before| {
        let page = |token: &str| Some(Answer::ok(&list("v1", "ConfigMap", &[config_map("one")], token)));
        assert!(before < 3, "{path}");
        match path.split_once("continue=").map(|(_, token)| token) {
            _ if !path.starts_with(MAPS) => None,
            Some("one") => page("two"),
            _ => page("one"),
        }
    });
    let (_, snapshot) = snapshot(&server);
    assert_eq!(snapshot.list("ConfigMap")["state"], "failed");
    assert_eq!(snapshot.list("ConfigMap")["message"], "the pages of the list go round");
}

#[test]
fn a_discovery_that_says_nothing_tells_of_no_absence() {
    let said = |at: &'static str, body: serde_json::Value| {
        let server = Server::start(maps(), move |path, _| (path == at).then(|| Answer::ok(&body)));
        snapshot(&server).1
    };
    for body in [json!({}), json!([]), json!({"kind": "Status"}), json!({"kind": "APIGroupList"})] {
        let snapshot = said("/apis", body.clone());
        for kind in ["apps/Deployment", "cert-manager.io/Certificate"] {
            assert_eq!(snapshot.list(kind)["state"], "failed", "{body}");
        }
        assert_eq!(snapshot.list("ConfigMap")["state"], "complete");
    }
    for body in [json!({}), json!({"resources": []}), json!({"kind": "APIResourceList", "resources": {}})] {
        for (at, kind) in [("/apis/apps/v1", "apps/Deployment"), ("/api/v1", "ConfigMap")] {
            assert_eq!(said(at, body.clone()).list(kind)["state"], "failed", "{at}: {body}");
        }
    }
    // an empty list of Go is null
    let empty = json!({"kind": "APIResourceList", "resources": null});
    assert_eq!(said("/apis/apps/v1", empty).list("apps/Deployment")["message"], "the cluster has no such kind");
}

#[test]
fn a_kind_that_cannot_be_listed_is_not_absent() {
    let told = |name: &str, kind: &str, verbs: &[&str]| json!({"name": name, "kind": kind, "verbs": verbs});
    let apps = json!({"kind": "APIResourceList", "resources": [told("deployments", "Deployment", &["get"])]});
    let constraints = json!({"kind": "APIResourceList", "resources": [
        told("odd", "Odd", &["get"]), told("odd/status", "Odd", &["get"]), told("k8srequiredregion", "K8sRequiredRegion", &["list"])]});
    let server = Server::start(maps(), move |path, _| match path {
        "/apis/apps/v1" => Some(Answer::ok(&apps)),
        "/apis/constraints.gatekeeper.sh/v1beta1" => Some(Answer::ok(&constraints)),
        _ => None,
    });
    let (taken, snapshot) = snapshot(&server);
    let lacking: Vec<_> = taken.lacking.iter().map(|listing| listing.native_type.as_str()).collect();
    assert_eq!(lacking, ["apps/Deployment", "constraints.gatekeeper.sh/Odd"]);
    assert_eq!(snapshot.list("apps/Deployment")["message"], "the cluster has the kind and does not list it");
    assert_eq!(snapshot.list("apps/StatefulSet")["state"], "complete");
}

#[test]
fn a_version_of_constraints_that_does_not_answer_leaves_what_else_there_may_be_open() {
    let server = Server::start(maps(), |path, _| {
        (path == "/apis/constraints.gatekeeper.sh/v1beta1").then(|| Answer::status(503, "unavailable"))
    });
    let (_, snapshot) = snapshot(&server);
    assert_eq!(snapshot.list("constraints.gatekeeper.sh/K8sPSPProcMount")["state"], "failed");
}

#[test]
fn a_slow_server_is_not_waited_for_without_end() {
    let server = Server::start(maps(), |path, _| {
        let mut answer = Answer::ok(&json!({}));
        answer.wait = Duration::from_secs(30);
        path.starts_with(MAPS).then_some(answer)
    });
    let began = Instant::now();
    let taken = run(&Request { patience: Duration::from_millis(200), ..request(&server) }).unwrap();
    assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
    assert_eq!(taken.lacking.len(), 1);
    let message = taken.lacking[0].message.clone().unwrap();
    assert_eq!(message, "no answer within 0.2 seconds");
}

#[test]
fn a_list_that_changed_under_the_reader_is_begun_once_more_and_holds_nothing_twice() {
    let server = Server::start(Objects::new(), |path, before| {
        let page = |names: &[&str], token: &str| {
            let items: Vec<_> = names.iter().map(|name| config_map(name)).collect();
            Some(Answer::ok(&list("v1", "ConfigMap", &items, token)))
        };
        match path.split_once("continue=").map(|(_, token)| token) {
            _ if !path.starts_with(MAPS) => None,
            None if before == 0 => page(&["gone", "one"], "old"),
            None => page(&["one", "two"], "new"),
            Some("old") => Some(Answer::status(410, "the provided continue parameter is too old")),
            Some(_) => page(&["three"], ""),
        }
    });
    let (taken, snapshot) = snapshot(&server);
    assert!(taken.lacking.is_empty(), "{:?}", taken.lacking);
    assert_eq!(snapshot.ids("ConfigMap"), ["a/one", "a/three", "a/two"]);
    assert_eq!(snapshot.calls()["GET /api/v1/configmaps"], 4, "the calls of both readings are told");
}

#[test]
fn a_list_that_always_changes_is_failed() {
    let server = Server::start(Objects::new(), |path, _| {
        let first = list("v1", "ConfigMap", &[config_map("one")], "old");
        match path.contains("continue=") {
            _ if !path.starts_with(MAPS) => None,
            false => Some(Answer::ok(&first)),
            true => Some(Answer::status(410, "the provided continue parameter is too old")),
        }
    });
    let (_, snapshot) = snapshot(&server);
    assert_eq!(snapshot.list("ConfigMap")["state"], "failed");
}

#[test]
fn a_token_that_ends_in_the_middle_fails_the_lists_that_were_left() {
    let server = Server::start(maps(), |path, _| path.starts_with(MAPS).then(|| Answer::status(401, "Unauthorized")));
    let (_, snapshot) = snapshot(&server);
    assert_eq!(snapshot.list("ConfigMap")["state"], "failed");
    assert_eq!(snapshot.list("ConfigMap")["message"], "Unauthorized");
}

#[test]
fn a_group_that_does_not_answer_costs_its_own_kinds() {
    let server = Server::start(maps(), |path, _| {
        (path == "/apis/kyverno.io/v1")
            .then(|| Answer::status(503, "the server is currently unable to handle the request"))
    });
    let (taken, snapshot) = snapshot(&server);
    let lacking: Vec<_> = taken.lacking.iter().map(|listing| listing.native_type.as_str()).collect();
    assert_eq!(lacking, ["kyverno.io/ClusterPolicy", "kyverno.io/Policy"]);
    assert_eq!(snapshot.list("kyverno.io/Policy")["state"], "failed");
    assert_eq!(snapshot.ids("ConfigMap"), ["a/one", "a/two"]);
}

#[test]
fn what_the_cluster_says_of_itself_may_be_refused() {
    let server = Server::start(maps(), |path, _| match path {
        "/version" => Some(Answer::status(403, "forbidden")),
        "/apis" => Some(Answer::status(403, "forbidden: User cannot get path \"/apis\"")),
        _ => None,
    });
    let (_, snapshot) = snapshot(&server);
    assert!(snapshot.json["cluster"].get("version").is_none());
    assert_eq!(snapshot.list("apps/Deployment")["state"], "refused");
    assert_eq!(snapshot.list("apps/Deployment")["permission"], "get /apis");
    assert_eq!(snapshot.list("ConfigMap")["state"], "complete");
}

#[test]
fn a_server_that_is_not_there_is_said_to_be_so() {
    let server = Server::start(maps(), |_, _| None);
    let config = std::fs::read_to_string(server.kubeconfig()).unwrap();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    std::fs::write(server.kubeconfig(), config.replace(&server.port.to_string(), &closed.to_string())).unwrap();
    let error = run(&request(&server)).unwrap_err();
    assert!(matches!(error, KubernetesError::Unreachable { .. }), "{error}");
    assert!(!server.out().exists());
}

#[test]
fn a_kubeconfig_that_cannot_be_used_is_named_and_not_quoted() {
    let server = Server::start(maps(), |_, _| None);
    let error = |request: &Request| run(request).unwrap_err().to_string();
    std::fs::write(server.kubeconfig(), "users: [{name: a, user: {token: token-that-nobody-may-see}, ]\nclusters: 5")
        .unwrap();
    let said = error(&request(&server));
    assert!(
        said.contains("kubeconfig") && said.contains("cannot be used") && !said.contains("nobody-may-see"),
        "{said}"
    );
    std::fs::write(server.kubeconfig(), server.config("token: t")).unwrap();
    let other = Request { context: Some("there".to_owned()), ..request(&server) };
    assert_eq!(error(&other), "there is no context `there`");
    std::fs::remove_file(server.kubeconfig()).unwrap();
    assert!(error(&request(&server)).ends_with("it is not there"));
}

#[test]
fn a_login_plug_in_runs_as_configured_and_what_it_prints_stays_with_it() {
    let server = Server::start(maps(), |_, _| None);
    let plugin = |script: &str| {
        let words = format!(
            "exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: ['-c', {script:?}]}}"
        );
        std::fs::write(server.kubeconfig(), server.config(&words)).unwrap();
    };
    plugin(
        r#"echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t0"}}'"#,
    );
    assert!(run(&request(&server)).unwrap().lacking.is_empty());
    plugin("echo token-that-nobody-may-see; echo session ended >&2; exit 3");
    let error = run(&request(&server)).unwrap_err();
    assert!(matches!(error, KubernetesError::Login { .. }), "{error}");
    assert!(error.to_string().contains("session ended"), "{error}");
    assert!(!error.to_string().contains("nobody-may-see"), "{error}");
}

#[test]
fn a_login_plug_in_that_fails_later_says_no_more_than_one_that_fails_at_once() {
    let server = Server::start(maps(), |_, _| None);
    let again = server.dir.path().join("again");
    // a token that has ended is asked for anew at every request
    let credential = r#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t0","expirationTimestamp":"2020-01-01T00:00:00Z"}}"#;
    let script = format!(
        "[ -e {0} ] && {{ echo token-that-nobody-may-see; echo session ended >&2; echo password=hunter2x9 >&2; exit 3; }}; touch {0}; echo '{credential}'",
        again.display()
    );
    let words = format!(
        "exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: sh, args: ['-c', {script:?}], \
         env: [{{name: LOGIN, value: environment-that-nobody-may-see}}]}}"
    );
    std::fs::write(server.kubeconfig(), server.config(&words)).unwrap();
    let error = run(&request(&server)).unwrap_err();
    assert!(matches!(error, KubernetesError::Login { .. }), "{error}");
    assert!(error.to_string().contains("session ended"), "{error}");
    for hidden in ["nobody-may-see", "hunter2x9"] {
        assert!(!error.to_string().contains(hidden), "{error}");
    }
}

#[test]
fn what_was_killed_in_the_middle_is_taken_up_and_nothing_is_lost() {
    let server = Server::start(
        Objects::from([
            (MAPS, vec![config_map("one")]),
            ("/api/v1/pods", vec![json!({"metadata": {"name": "p", "namespace": "a"}, "spec": {}})]),
        ]),
        |path, before| {
            let mut answer = Answer::status(500, "never mind");
            answer.wait = Duration::from_secs(60);
            // the first run hangs in this list, and is killed there
            (path.starts_with("/api/v1/pods") && before == 0).then_some(answer)
        },
    );
    let arguments = ["snapshot", "kubernetes", "--kubeconfig"];
    let mut child = Command::new(env!("CARGO_BIN_EXE_deodar"))
        .args(arguments)
        .arg(server.kubeconfig())
        .arg("--out")
        .arg(server.out())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    let every =
        ["/api/v1/pods", MAPS, "/api/v1/namespaces", "/apis/apps/v1/deployments", "/apis/kyverno.io/v1/policies"];
    while !every.iter().all(|path| server.times(path) > 0) {
        assert!(Instant::now() < until, "{:?}", server.asked());
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(!server.out().exists(), "a snapshot that is not whole has no name");
    let taken = run(&request(&server)).unwrap();
    let snapshot = Snapshot::read(&server.out());
    assert!(taken.kept > 0 && taken.lacking.is_empty(), "{taken:?}");
    assert_eq!((snapshot.ids("ConfigMap"), snapshot.ids("Pod")), (vec!["a/one".to_owned()], vec!["a/p".to_owned()]));
    assert_eq!(server.times(MAPS), 1, "what was read is not read again");
    assert_eq!(server.times("/api/v1/pods"), 2);
    assert_eq!(snapshot.list("ConfigMap")["state"], "complete");
}

/// Begins a run of the program, kills it once these paths were asked for, and goes on with it.
fn killed(server: &Server, every: &[&str]) -> (Taken, Snapshot) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_deodar"))
        .args(["snapshot", "kubernetes", "--kubeconfig"])
        .arg(server.kubeconfig())
        .arg("--out")
        .arg(server.out())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let until = Instant::now() + Duration::from_secs(30);
    while !every.iter().all(|path| server.times(path) > 0) {
        assert!(Instant::now() < until, "{:?}", server.asked());
        std::thread::sleep(Duration::from_millis(20));
    }
    std::thread::sleep(Duration::from_millis(500));
    child.kill().unwrap();
    child.wait().unwrap();
    snapshot(server)
}

const DEPLOYMENTS: &str = "/apis/apps/v1/deployments";

/// The first run hangs in this list, and is killed there.
fn hangs(path: &str, before: usize) -> Option<Answer> {
    let mut answer = Answer::status(500, "never mind");
    answer.wait = Duration::from_secs(60);
    (path.starts_with(DEPLOYMENTS) && before == 0).then_some(answer)
}

#[test]
fn what_an_earlier_run_could_not_list_is_not_forgotten() {
    let server = Server::start(maps(), |path, before| match path {
        _ if path.starts_with(MAPS) => Some(Answer::status(403, "forbidden")),
        "/apis/kyverno.io/v1" => Some(Answer::status(403, "forbidden")),
        _ => hangs(path, before),
    });
    let (taken, snapshot) = killed(&server, &[MAPS, DEPLOYMENTS, "/apis/kyverno.io/v1"]);
    let lacking: Vec<_> = taken.lacking.iter().map(|listing| listing.native_type.as_str()).collect();
    assert_eq!(lacking, ["ConfigMap", "kyverno.io/ClusterPolicy", "kyverno.io/Policy"]);
    assert_eq!(snapshot.list("ConfigMap")["state"], "refused");
}

#[test]
fn what_is_served_is_asked_anew_by_a_run_that_goes_on() {
    let server = Server::start(maps(), |path, before| match path {
        "/apis/apps/v1" if before > 0 => Some(Answer::status(403, "forbidden")),
        _ => hangs(path, before),
    });
    let (taken, snapshot) = killed(&server, &[MAPS, DEPLOYMENTS]);
    let lacking: Vec<_> = taken.lacking.iter().map(|listing| listing.native_type.as_str()).collect();
    assert_eq!(lacking, ["apps/Deployment"]);
    assert_eq!(snapshot.list("apps/Deployment")["state"], "refused");
    assert_eq!(snapshot.list("apps/DaemonSet")["state"], "complete", "that the cluster has none was known");
}
