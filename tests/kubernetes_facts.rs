//! What Kubernetes objects mean: manifest in, facts out; Terraform's spelling gives the same.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

use deodar::format::{Settings, formats, units};
use deodar::model::{Places, Resource, Scalar};
use deodar::provider::{Blocks, Context, normalise};
use deodar::source::Tree;
use deodar::value::State;
use serde_json::{Value, json};

fn resources(files: &[(&str, &str)]) -> Vec<Resource> {
    let tree = Tree::from_texts(files.iter().map(|(path, text)| (*path, *text)));
    let mut blocks = Vec::new();
    for unit in units(&tree).0 {
        let format = formats().get(unit.format).unwrap();
        blocks.extend(format.read(&tree, &unit, &Settings::default()).blocks);
    }
    let blocks = Blocks::new(&blocks);
    let places = Places::default();
    normalise(&Context { blocks: &blocks, own_accounts: None, whole: false, places: &places }).0
}

/// A fact as a word: `true`, `false by default`, `unset`, `unknown`.
fn shown(resource: &Resource, fact: &str) -> String {
    let (_, state, origins) = resource.fact(fact).unwrap_or_else(|| panic!("no fact {fact}"));
    let value = |scalar: Scalar<'_>| match scalar {
        Scalar::Bool(flag) => flag.to_string(),
        Scalar::Text(text) => text.to_owned(),
        Scalar::Texts(texts) => texts.iter().map(|text| &**text).collect::<Vec<_>>().join(" "),
        other => format!("{other:?}"),
    };
    assert!(origins.primary.is_some() || matches!(state, State::Unknown(_)), "{fact} has no place");
    match state {
        State::Set(scalar) => value(scalar),
        State::Default(scalar) => format!("{} by default", value(scalar)),
        State::Unset => "unset".into(),
        State::Unknown(unknown) => format!("unknown: {unknown}"),
    }
}

/// The facts of the only resource of a kind (or the one with that part).
fn fact_of(files: &[(&str, &str)], kind: &str, fact: &str) -> String {
    let all = resources(files);
    let (kind, part) = kind.split_once('/').map_or((kind, None), |(kind, part)| (kind, Some(part)));
    let found: Vec<_> = all
        .iter()
        .filter(|resource| {
            resource.kind_name().name() == kind && part.is_none_or(|part| resource.part.as_deref() == Some(part))
        })
        .collect();
    assert_eq!(found.len(), 1, "{kind} in {:?}", all.iter().map(Resource::full_address).collect::<Vec<_>>());
    shown(found[0], fact)
}

fn pod(spec: &str) -> String {
    format!("apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: shop\n  labels: {{app: web}}\nspec:\n{spec}")
}

#[track_caller]
fn holds(spec: &str, cases: &[(&str, &str, &str)]) {
    let text = pod(spec);
    for (kind, fact, expected) in cases {
        assert_eq!(fact_of(&[("p.yaml", &text)], kind, fact), *expected, "{kind}.{fact} of\n{spec}");
    }
}

#[test]
fn what_is_not_written_is_the_documented_default() {
    holds(
        "  containers:\n  - {name: web, image: x}\n",
        &[
            ("Workload", "host_pid", "false by default"),
            ("Workload", "host_network", "false by default"),
            ("Workload", "host_path", "false by default"),
            ("Workload", "plain_secret", "false by default"),
            ("Workload", "agent", "false by default"),
            ("Workload", "has_limits", "false by default"),
            ("Workload", "admin_rights", "false by default"),
            ("Container", "privileged", "false by default"),
            ("Container", "may_escalate", "true by default"),
            ("Container", "root", "true by default"),
            ("ComputeIdentity", "default", "true by default"),
            ("ComputeIdentity", "broad", "false by default"),
        ],
    );
}

#[test]
fn what_is_shared_with_the_host_is_seen() {
    holds(
        "  hostPID: true\n  hostIPC: yes\n  containers: []\n",
        &[("Workload", "host_pid", "true"), ("Workload", "host_ipc", "true")],
    );
    holds(
        "  containers:\n  - name: a\n    ports: [{containerPort: 1, hostPort: 80}]\n",
        &[("Workload", "host_network", "true")],
    );
    holds(
        "  volumes:\n  - name: s\n    hostPath: {path: /var/run/docker.sock}\n",
        &[("Workload", "host_path", "true"), ("Workload", "runtime_socket", "true")],
    );
    holds(
        "  volumes:\n  - name: l\n    hostPath: {path: /var/log}\n",
        &[("Workload", "host_path", "true"), ("Workload", "runtime_socket", "false")],
    );
}

#[test]
fn a_volume_of_the_cluster_may_be_a_path_of_a_node() {
    let volume = "apiVersion: v1\nkind: PersistentVolume\nmetadata: {name: v}\nspec: {hostPath: {path: /srv}}\n";
    assert_eq!(fact_of(&[("v.yaml", volume)], "ClusterVolume", "host_path"), "true");
    let terraform = r#"resource "kubernetes_persistent_volume_v1" "v" {
  metadata {
    name = "v"
  }
  spec {
    persistent_volume_source {
      host_path {
        path = "/srv"
      }
    }
  }
}"#;
    assert_eq!(fact_of(&[("v.tf", terraform)], "ClusterVolume", "host_path"), "true");
}

#[test]
fn privilege_is_judged_container_by_container() {
    let spec = "  securityContext: {runAsNonRoot: true}\n  containers:\n  - name: a\n    securityContext: {privileged: true, allowPrivilegeEscalation: false}\n  initContainers:\n  - name: b\n    securityContext: {allowPrivilegeEscalation: false, capabilities: {add: [NET_BIND_SERVICE]}}\n";
    holds(
        spec,
        &[
            ("Container/container[a]", "privileged", "true"),
            ("Container/container[a]", "may_escalate", "true"),
            ("Container/container[b]", "may_escalate", "false"),
            ("Container/container[b]", "adds_capabilities", "false"),
            ("Container/container[b]", "root", "false"),
        ],
    );
    holds(
        "  containers:\n  - name: a\n    securityContext: {runAsUser: 0, capabilities: {add: [CAP_SYS_ADMIN]}, allowPrivilegeEscalation: false}\n",
        &[
            ("Container", "root", "true"),
            ("Container", "adds_capabilities", "true"),
            ("Container", "may_escalate", "true"),
        ],
    );
}

#[test]
fn credentials_are_found_in_values_and_arguments() {
    let env = |entry: &str| format!("  containers:\n  - name: a\n    env: [{entry}]\n");
    holds(&env("{name: DB_PASSWORD, value: hunter2}"), &[("Workload", "plain_secret", "true")]);
    holds(
        &env("{name: DB_PASSWORD, valueFrom: {secretKeyRef: {name: s, key: k}}}"),
        &[("Workload", "plain_secret", "false by default")],
    );
    holds(&env("{name: DB_PASSWORD, value: $(FROM_ELSEWHERE)}"), &[("Workload", "plain_secret", "false")]);
    holds("  containers:\n  - name: a\n    args: [--db-password, hunter2]\n", &[("Workload", "plain_secret", "true")]);
    holds(
        &env("{name: DB_PASSWORD, value: '{{ .Values.password }}'}"),
        &[("Workload", "plain_secret", "unknown: a template has yet to fill in `{{ .Values.password }}`")],
    );
}

#[test]
fn config_maps_and_written_out_secrets_are_judged_for_themselves() {
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  LOG_LEVEL: info\n  app.properties: |\n    spring.datasource.password=hunter2\n";
    assert_eq!(fact_of(&[("c.yaml", map)], "Config", "plain_secret"), "true");
    let secret = |data: &str| format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\n{data}\n");
    assert_eq!(fact_of(&[("s.yaml", &secret("data: {password: aHVudGVyMg==}"))], "Config", "plain_secret"), "true");
    assert_eq!(
        fact_of(&[("s.yaml", &secret("data: {tls.crt: aHVudGVyMg==, username: YQ==}"))], "Config", "plain_secret"),
        "false"
    );
    assert_eq!(
        fact_of(&[("s.yaml", &secret("stringData: {password: '${PASSWORD}'}"))], "Config", "plain_secret"),
        "false"
    );
    assert_eq!(
        fact_of(&[("s.yaml", &secret("data: {password: 'ENC[AES256_GCM,data:x]'}"))], "Config", "plain_secret"),
        "false"
    );
}

const NAMESPACE: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {pod-security.kubernetes.io/enforce: restricted}\n---\n";

fn policy(spec: &str) -> String {
    format!(
        "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: closed, namespace: shop}}\nspec: {spec}\n"
    )
}

#[track_caller]
fn in_namespace(policies: &str, kind: &str, fact: &str, expected: &str) {
    let text = format!("{NAMESPACE}{}{policies}", pod("  containers: []\n"));
    assert_eq!(fact_of(&[("n.yaml", &text)], kind, fact), expected, "{kind}.{fact} under {policies}");
}

#[test]
fn a_namespace_is_closed_by_a_policy_for_every_pod() {
    in_namespace("", "Namespace", "has_workloads", "true");
    in_namespace("", "Namespace", "pod_security", "restricted");
    in_namespace("", "Namespace", "default_deny_ingress", "false by default");
    let both = policy("{podSelector: {}, policyTypes: [Ingress, Egress]}");
    in_namespace(&both, "Namespace", "default_deny_ingress", "true");
    in_namespace(&both, "Namespace", "default_deny_egress", "true");
    let ingress_only = policy("{podSelector: {}}");
    in_namespace(&ingress_only, "Namespace", "default_deny_ingress", "true");
    in_namespace(&ingress_only, "Namespace", "default_deny_egress", "false by default");
    in_namespace(
        &policy("{podSelector: {matchLabels: {app: web}}}"),
        "Namespace",
        "default_deny_ingress",
        "false by default",
    );
    let open = format!("{both}{}", policy("{podSelector: {}, ingress: [{}]}").replace("name: closed,", "name: open,"));
    in_namespace(&open, "Namespace", "default_deny_ingress", "false by default");
}

#[test]
fn a_namespace_that_nothing_declares_may_be_guarded_elsewhere() {
    let text = pod("  containers: []\n");
    assert!(
        fact_of(&[("p.yaml", &text)], "Namespace", "default_deny_ingress")
            .starts_with("unknown: namespace `shop` is not declared")
    );
    assert!(
        fact_of(&[("p.yaml", &text)], "Workload", "egress_limited")
            .starts_with("unknown: namespace `shop` is not declared")
    );
}

#[test]
fn egress_is_limited_by_the_policies_that_select_the_pods() {
    let egress = |rules: &str| {
        policy(&format!("{{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: {rules}}}"))
    };
    for (policies, expected) in [
        (String::new(), "false by default"),
        (egress("[]"), "true"),
        (egress("[{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}]"), "true"),
        (egress("[{ports: [{port: 53, protocol: UDP}]}]"), "true"),
        (egress("[{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}]"), "false"),
        (egress("[{}]"), "false"),
        (egress("[{ports: [{port: 443}]}]"), "false"),
        (egress("[]").replace("app: web", "app: other"), "false by default"),
        (
            policy(
                "{podSelector: {matchExpressions: [{key: app, operator: In, values: [web, api]}]}, policyTypes: [Egress]}",
            ),
            "true",
        ),
    ] {
        in_namespace(&policies, "Workload", "egress_limited", expected);
    }
}

#[test]
fn a_policy_in_a_namespace_that_cannot_be_told_may_be_anywhere() {
    let elsewhere =
        policy("{podSelector: {}, policyTypes: [Egress]}").replace("namespace: shop", "namespace: '{{ .Values.ns }}'");
    let expected = "unknown: `NetworkPolicy/?/closed` may set it, and which resource that speaks of cannot be told";
    in_namespace(&elsewhere, "Workload", "egress_limited", expected);
    in_namespace(&elsewhere, "Namespace", "default_deny_egress", expected);
}

const ROLE: &str = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: r, namespace: shop}\nrules:\n- {apiGroups: [''], resources: [pods/exec], verbs: [create]}\n";

fn bound(role: &str, kind: &str, name: &str) -> String {
    format!(
        "{role}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: {kind}\nmetadata: {{name: b, namespace: shop}}\nroleRef: {{kind: {}, name: {name}}}\nsubjects: [{{kind: ServiceAccount, name: default, namespace: shop}}]\n",
        if role.is_empty() { "ClusterRole" } else { "Role" }
    )
}

#[test]
fn a_workload_has_the_rights_of_its_account() {
    let with = |more: &str, fact: &str| {
        let text = format!("{}{more}", pod("  containers: []\n"));
        fact_of(&[("r.yaml", &text)], "Workload", fact)
    };
    assert_eq!(with(&bound("", "ClusterRoleBinding", "cluster-admin"), "admin_rights"), "true");
    assert_eq!(with(&bound("", "RoleBinding", "view"), "admin_rights"), "false");
    assert_eq!(with(&bound("", "RoleBinding", "edit"), "reach_rights"), "true");
    assert_eq!(with(&bound(ROLE, "RoleBinding", "r"), "reach_rights"), "true");
    assert_eq!(
        with(&bound("", "RoleBinding", "elsewhere"), "reach_rights"),
        "unknown: `role elsewhere` is not among the scanned files"
    );
    let unmounted = format!(
        "{}{}",
        pod("  automountServiceAccountToken: false\n"),
        bound("", "ClusterRoleBinding", "cluster-admin")
    );
    assert_eq!(fact_of(&[("r.yaml", &unmounted)], "Workload", "admin_rights"), "false");
}

#[test]
fn roles_and_bindings_are_grants() {
    let rule = |rule: &str, fact: &str| {
        fact_of(
            &[("r.yaml", &ROLE.replace("{apiGroups: [''], resources: [pods/exec], verbs: [create]}", rule))],
            "PolicyGrant",
            fact,
        )
    };
    assert_eq!(rule("{apiGroups: [''], resources: [pods/exec], verbs: [get]}", "exec_rights"), "true");
    assert_eq!(rule("{apiGroups: [''], resources: [pods], verbs: [get, list]}", "exec_rights"), "false");
    assert_eq!(rule("{apiGroups: ['*'], resources: [pods], verbs: [get]}", "wildcard"), "true");
    assert_eq!(rule("{apiGroups: [''], resources: [users], verbs: [impersonate]}", "escalates"), "true");
    // a wildcard holds `bind` and `impersonate` where its group has them
    assert_eq!(rule("{apiGroups: ['*'], resources: ['*'], verbs: ['*']}", "escalates"), "true");
    assert_eq!(rule("{apiGroups: [''], resources: ['*'], verbs: ['*']}", "escalates"), "true");
    assert_eq!(rule("{apiGroups: [apps], resources: ['*'], verbs: ['*']}", "escalates"), "false");
    let cleaner = "{apiGroups: [admissionregistration.k8s.io], resources: ['*'], verbs: [list, delete]}";
    assert_eq!(rule(cleaner, "escalates"), "true");
    assert_eq!(rule(&cleaner.replace(", delete", ""), "escalates"), "false");
    let binding = |name: &str, subject: &str, fact: &str| {
        let text = format!(
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: b}}\nroleRef: {{kind: ClusterRole, name: {name}}}\nsubjects: [{subject}]\n"
        );
        fact_of(&[("b.yaml", &text)], "PolicyGrant", fact)
    };
    assert_eq!(binding("cluster-admin", "{kind: User, name: ada}", "cluster_admin"), "true");
    assert_eq!(binding("cluster-admin", "{kind: User, name: ada}", "holders"), "User/ada");
    assert_eq!(binding("view", "{kind: Group, name: system:authenticated}", "to_anonymous"), "true");
    assert_eq!(binding("view", "{kind: Group, name: devs}", "cluster_admin"), "false");
}

#[test]
fn an_ingress_names_a_certificate_for_every_host() {
    let ingress = |spec: &str| {
        let text = format!("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i}}\nspec: {spec}\n");
        fact_of(&[("i.yaml", &text)], "Ingress", "tls_every_host")
    };
    assert_eq!(ingress("{rules: [{host: a.example.com}], tls: [{hosts: [a.example.com], secretName: t}]}"), "true");
    assert_eq!(ingress("{rules: [{host: a.example.com}], tls: [{hosts: ['*.example.com'], secretName: t}]}"), "true");
    assert_eq!(
        ingress("{rules: [{host: a.b.example.com}], tls: [{hosts: ['*.example.com'], secretName: t}]}"),
        "false"
    );
    assert_eq!(ingress("{rules: [{host: a.example.com}], tls: [{hosts: [a.example.com]}]}"), "false");
    assert_eq!(ingress("{rules: [{host: a.example.com}]}"), "false");
    assert_eq!(ingress("{rules: [{http: {}}], tls: [{secretName: t}]}"), "true");
    let gateway = |listener: &str| {
        let text = format!(
            "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: g}}\nspec: {{listeners: [{listener}]}}\n"
        );
        fact_of(&[("g.yaml", &text)], "Ingress", "tls_every_host")
    };
    assert_eq!(gateway("{name: a, protocol: HTTPS, tls: {certificateRefs: [{name: c}]}}"), "true");
    assert_eq!(gateway("{name: a, protocol: HTTP}"), "false");
}

#[test]
fn components_of_a_cluster_say_what_they_say() {
    let server =
        |args: &str| pod(&format!("  containers:\n  - name: kube-apiserver\n    command: [kube-apiserver, {args}]\n"));
    let fact = |args: &str, fact: &str| fact_of(&[("s.yaml", &server(args))], "Cluster", fact);
    assert_eq!(fact("--anonymous-auth=false", "anonymous_access"), "false");
    assert_eq!(fact("--secure-port=6443", "anonymous_access"), "true by default");
    assert_eq!(fact("'--authorization-mode=Node,RBAC'", "rbac"), "true");
    assert_eq!(fact("--authorization-mode=AlwaysAllow", "legacy_authorization"), "true");
    let by_variable = "unknown: a variable sets `--authorization-mode`";
    assert_eq!(fact("--authorization-mode=$(MODE)", "legacy_authorization"), by_variable);
    assert_eq!(fact("--authorization-mode, $(MODE)", "legacy_authorization"), by_variable);
    let by_shell = server("").replace(
        "[kube-apiserver, ]",
        "[sh, -c, 'kube-apiserver --authorization-mode $MODE --anonymous-auth=false # --authorization-mode=RBAC']",
    );
    let by_shell = |fact: &str| fact_of(&[("s.yaml", &by_shell)], "Cluster", fact);
    assert_eq!(by_shell("legacy_authorization"), "unknown: the shell sets `$MODE`");
    assert_eq!(by_shell("anonymous_access"), "false");
    assert_eq!(fact("--audit-log-path=/a, --audit-policy-file=/p", "audit_logged"), "true");
    assert_eq!(fact("--v=2", "secrets_encrypted"), "false by default");
    let kubelet = "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\nauthentication: {anonymous: {enabled: true}}\n";
    assert_eq!(fact_of(&[("k.yaml", kubelet)], "Cluster", "anonymous_access"), "true");
    let allowing = kubelet.replace("{anonymous: {enabled: true}}", "{}\nauthorization: {mode: AlwaysAllow}");
    assert_eq!(fact_of(&[("k.yaml", &allowing)], "Cluster", "legacy_authorization"), "true");
    let node = server("--authorization-mode=Webhook,AlwaysAllow")
        .replace("[kube-apiserver, ", "[kubelet, '")
        .replace("Allow]", "Allow']");
    assert_eq!(fact_of(&[("n.yaml", &node)], "Cluster", "legacy_authorization"), "true");
    let encryption = |first: &str| {
        format!(
            "apiVersion: apiserver.config.k8s.io/v1\nkind: EncryptionConfiguration\nresources:\n- resources: [secrets]\n  providers: [{first}, {{identity: {{}}}}]\n"
        )
    };
    assert_eq!(fact_of(&[("e.yaml", &encryption("{kms: {name: k}}"))], "Cluster", "secrets_encrypted"), "true");
    assert_eq!(fact_of(&[("e.yaml", &encryption("{identity: {}}"))], "Cluster", "secrets_encrypted"), "false");
}

#[test]
fn agents_are_known_by_kind_label_image_and_variables() {
    holds(
        "  containers:\n  - name: a\n    env: [{name: ANTHROPIC_API_KEY, valueFrom: {secretKeyRef: {name: s, key: k}}}]\n",
        &[("Workload", "agent", "true"), ("Workload", "plain_agent_secret", "false")],
    );
    holds(
        "  containers:\n  - name: a\n    env: [{name: OPENAI_API_KEY, valueFrom: {configMapKeyRef: {name: s, key: k}}}]\n",
        &[("Workload", "plain_agent_secret", "true")],
    );
    holds("  containers: [{name: a, image: 'ghcr.io/shop/langgraph-worker:1.2'}]\n", &[("Workload", "agent", "true")]);
    holds(
        "  containers: [{name: a, image: 'gcr.io/datadoghq/agent:7'}]\n",
        &[("Workload", "agent", "false by default")],
    );
    let sandbox = "apiVersion: agents.x-k8s.io/v1alpha1\nkind: Sandbox\nmetadata: {name: s}\nspec:\n  podTemplate:\n    spec:\n      runtimeClassName: gvisor\n      containers: [{name: a, resources: {limits: {cpu: 1, memory: 1Gi}}}]\n";
    for (fact, expected) in [
        ("agent", "true"),
        ("runs_code", "true"),
        ("hardened_runtime", "true"),
        ("has_limits", "true"),
        ("has_deadline", "false by default"),
    ] {
        assert_eq!(fact_of(&[("s.yaml", sandbox)], "Workload", fact), expected, "{fact}");
    }
}

#[test]
fn terraform_says_the_same_in_its_own_spelling() {
    let terraform = r#"
resource "kubernetes_namespace_v1" "shop" {
  metadata { name = "shop" }
}
resource "kubernetes_deployment_v1" "web" {
  metadata {
    name      = "web"
    namespace = kubernetes_namespace_v1.shop.metadata[0].name
  }
  spec {
    template {
      metadata { labels = { app = "web" } }
      spec {
        host_pid = true
        container {
          name = "web"
          env {
            name  = "DB_PASSWORD"
            value = "hunter2"
          }
          port { host_port = 80 }
          security_context { allow_privilege_escalation = false }
        }
        volume {
          name = "s"
          host_path { path = "/var/run/docker.sock" }
        }
      }
    }
  }
}
resource "kubernetes_network_policy_v1" "deny" {
  metadata {
    name      = "deny"
    namespace = kubernetes_namespace_v1.shop.metadata[0].name
  }
  spec {
    pod_selector {}
    policy_types = ["Ingress", "Egress"]
  }
}
resource "kubernetes_cluster_role_binding_v1" "b" {
  metadata { name = "b" }
  role_ref {
    api_group = "rbac.authorization.k8s.io"
    kind      = "ClusterRole"
    name      = "cluster-admin"
  }
  subject {
    kind      = "ServiceAccount"
    name      = "default"
    namespace = "shop"
  }
}
resource "kubernetes_manifest" "entry" {
  manifest = {
    apiVersion = "networking.k8s.io/v1"
    kind       = "Ingress"
    metadata   = { name = "web", namespace = "shop" }
    spec       = { rules = [{ host = "shop.example.com" }] }
  }
}
"#;
    let files = [("main.tf", terraform)];
    for (kind, fact, expected) in [
        ("Namespace", "has_workloads", "true"),
        ("Namespace", "default_deny_ingress", "true"),
        ("Namespace", "default_deny_egress", "true"),
        ("Workload", "host_pid", "true"),
        ("Workload", "host_network", "true"),
        ("Workload", "host_path", "true"),
        ("Workload", "runtime_socket", "true"),
        ("Workload", "plain_secret", "true"),
        ("Workload", "admin_rights", "true"),
        ("Workload", "egress_limited", "true"),
        ("Container", "privileged", "false by default"),
        ("Container", "may_escalate", "false"),
        ("PolicyGrant", "cluster_admin", "true"),
        ("PolicyGrant", "holders", "ServiceAccount/shop/default"),
        ("Ingress", "tls_every_host", "false"),
    ] {
        assert_eq!(fact_of(&files, kind, fact), expected, "{kind}.{fact}");
    }
}

const RUNS: &str = "{containers: [{name: c, image: i}]}";
const TEMPLATE: &str = "{template: {spec: {containers: [{name: c, image: i}]}}}";

/// The workloads that are judged among these objects: version, kind, uid, the uid of who owns it, and its `spec`.
fn judged(objects: &[(&str, &str, &str, &str, &str)]) -> Vec<String> {
    let object = |(version, kind, uid, owner, spec): &(&str, &str, &str, &str, &str)| {
        let owners = match *owner {
            "" => String::new(),
            uid => format!(", ownerReferences: [{{kind: Any, name: any, uid: {uid}, controller: true}}]"),
        };
        format!(
            "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: {uid}, namespace: shop, uid: {uid}{owners}}}\nspec: {spec}\n---\n"
        )
    };
    let all = resources(&[("a.yaml", &objects.iter().map(object).collect::<String>())]);
    let workloads = all.iter().filter(|resource| resource.kind_name().name() == "Workload");
    workloads.map(|resource| resource.full_address().to_string()).collect()
}

/// A deployment, the replica set that it made, and a pod of that; `deployment` says who owns the deployment.
fn made(deployment: &str) -> Vec<String> {
    judged(&[
        ("v1", "Pod", "p", "r", RUNS),
        ("apps/v1", "ReplicaSet", "r", "d", TEMPLATE),
        ("apps/v1", "Deployment", "d", deployment, TEMPLATE),
    ])
}

#[test]
fn what_a_controller_made_is_read_as_the_controller() {
    assert_eq!(made(""), ["Deployment/shop/d"]);
    // made by something that is not in the scan
    assert_eq!(made("elsewhere"), ["Deployment/shop/d"]);
    let cron = "{jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: i}]}}}}}";
    assert_eq!(
        judged(&[
            ("batch/v1", "CronJob", "c", "", cron),
            ("batch/v1", "Job", "j", "c", TEMPLATE),
            ("v1", "Pod", "p", "j", RUNS),
        ]),
        ["CronJob/shop/c"]
    );
}

#[test]
fn what_owns_itself_in_a_round_is_not_left_out() {
    assert_eq!(made("p"), ["Deployment/shop/d"]);
    assert_eq!(made("d"), ["Deployment/shop/d"]);
}

#[test]
fn what_its_owner_has_no_template_of_stands_for_itself() {
    // the driver of a Spark job starts its executors itself
    assert_eq!(
        judged(&[("v1", "Pod", "driver", "", RUNS), ("v1", "Pod", "executor", "driver", RUNS)]),
        ["Pod/shop/driver", "Pod/shop/executor"]
    );
    // an operator makes jobs of its own thinking
    assert_eq!(
        judged(&[
            ("apps/v1", "Deployment", "operator", "", TEMPLATE),
            ("batch/v1", "Job", "backup", "operator", TEMPLATE),
            ("v1", "Pod", "p", "backup", RUNS),
        ]),
        ["Deployment/shop/operator", "Job/shop/backup"]
    );
}

#[test]
fn a_pod_that_somebody_put_a_container_into_stands_for_itself() {
    let entered = "{containers: [{name: c, image: i}], ephemeralContainers: [{name: d, image: debug}]}";
    assert_eq!(
        judged(&[("apps/v1", "ReplicaSet", "r", "", TEMPLATE), ("v1", "Pod", "p", "r", entered)]),
        ["ReplicaSet/shop/r", "Pod/shop/p"]
    );
}

#[test]
fn what_the_cluster_lets_everyone_do_is_no_purpose_of_a_token() {
    let pod =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p, namespace: shop}\nspec: {containers: [{name: c, image: i}]}\n";
    let binding = |name: &str| {
        format!(
            "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\nmetadata: {{name: '{name}'}}\n\
             roleRef: {{kind: ClusterRole, name: 'system:discovery'}}\nsubjects: [{{kind: Group, name: 'system:authenticated'}}]\n"
        )
    };
    let needed = |name: &str| fact_of(&[("a.yaml", &format!("{pod}{}", binding(name)))], "Workload", "token_needed");
    assert_eq!(needed("system:discovery"), "false by default");
    assert_eq!(needed("everyone"), "true");
}

/// The snapshot of a cluster that holds these objects, with lists that were refused: a type and the namespace, if it was
/// asked for in that one.
fn cluster(refused: &[(&str, Option<&str>)], objects: &[Value]) -> String {
    const TYPES: &[&str] = &[
        "ConfigMap",
        "Pod",
        "ReplicationController",
        "ServiceAccount",
        "agents.x-k8s.io/Sandbox",
        "apps.openshift.io/DeploymentConfig",
        "apps/DaemonSet",
        "apps/Deployment",
        "apps/ReplicaSet",
        "apps/StatefulSet",
        "argoproj.io/Rollout",
        "batch/CronJob",
        "batch/Job",
        "rbac.authorization.k8s.io/ClusterRoleBinding",
        "rbac.authorization.k8s.io/RoleBinding",
        "security.istio.io/PeerAuthentication",
        "serving.knative.dev/Service",
    ];
    let complete = TYPES.iter().map(|name| json!({"type": name, "state": "complete"}));
    let complete = complete.filter(|list| refused.iter().all(|(name, _)| list["type"] != *name));
    let refused = refused.iter().map(|(name, namespace)| {
        json!({"type": name, "region": namespace, "state": "refused", "call": format!("list {name}"), "message": "no"})
    });
    let resource = |object: &Value| {
        let (version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
        let native = version.rsplit_once('/').map_or(kind.to_owned(), |(group, _)| format!("{group}/{kind}"));
        let text = |name: &str| object["metadata"][name].as_str().unwrap();
        json!({"type": native, "id": format!("{}/{}", text("namespace"), text("name")), "properties": object})
    };
    json!({
        "snapshot": 1, "provider": "kubernetes", "cluster": {"server": "https://10.0.0.1:6443"}, "tool": "deodar",
        "started": "2026-11-27T08:00:00Z", "ended": "2026-11-27T08:00:09Z", "regions": [], "all_regions": true,
        "services": ["all"], "lists": complete.chain(refused).collect::<Vec<_>>(),
        "resources": objects.iter().map(resource).collect::<Vec<_>>(), "calls": [],
    })
    .to_string()
}

fn object(version: &str, kind: &str, namespace: &str, name: &str, rest: Value) -> Value {
    let mut object = json!({"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": namespace}});
    object.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
    object
}

fn runs_as(account: &str) -> Value {
    json!({"spec": {"serviceAccountName": account, "containers": [{"name": "c", "image": "i"}]}})
}

#[test]
fn a_binding_that_was_seen_says_nothing_of_those_that_were_refused() {
    let rbac = "rbac.authorization.k8s.io/v1";
    let pod = object("v1", "Pod", "shop", "p", runs_as("web"));
    let bound = |role: &str| {
        let subjects = json!([{"kind": "ServiceAccount", "name": "web", "namespace": "shop"}]);
        let rest = json!({"roleRef": {"kind": "ClusterRole", "name": role}, "subjects": subjects});
        object(rbac, "RoleBinding", "shop", "b", rest)
    };
    let refused = ("rbac.authorization.k8s.io/ClusterRoleBinding", None);
    let rights = |refused: &[_], role: &str| {
        let text = cluster(refused, &[pod.clone(), bound(role)]);
        ["admin_rights", "reach_rights", "token_needed"].map(|fact| fact_of(&[("k.json", &text)], "Workload", fact))
    };
    assert_eq!(rights(&[], "view"), ["false", "false", "true"]);
    let [admin, reach, needed] = rights(&[refused], "view");
    assert!(admin.contains("ClusterRoleBinding was refused"), "{admin}");
    assert!(reach.contains("ClusterRoleBinding was refused"), "{reach}");
    assert_eq!(needed, "true");
    // what was seen to be so is so
    assert_eq!(rights(&[refused], "cluster-admin"), ["true", "true", "true"]);
}

#[test]
fn who_else_runs_as_an_account_is_known_only_where_every_workload_was_listed() {
    let labelled = |name: &str| {
        let mut pod = object("v1", "Pod", "shop", name, runs_as("web"));
        pod["metadata"]["labels"] = json!({"tenant": "a"});
        pod
    };
    let said = |refused: &[_], pods: &[Value], fact: &str| {
        fact_of(&[("k.json", &cluster(refused, pods))], "ServiceIdentity", fact)
    };
    let one = [labelled("p")];
    let two = [labelled("p"), labelled("q")];
    let refused = [("apps/Deployment", Some("shop"))];
    assert_eq!(said(&[], &one, "shared"), "false");
    assert!(said(&refused, &one, "shared").contains("apps/Deployment was refused"));
    assert_eq!(said(&refused, &two, "shared"), "true");
    assert_eq!(said(&[], &two, "tenants_mixed"), "false by default");
    assert!(said(&refused, &two, "tenants_mixed").contains("apps/Deployment was refused"));
}

#[test]
fn a_mesh_is_strict_only_where_narrower_policies_were_listed() {
    let strict = json!({"spec": {"mtls": {"mode": "STRICT"}}});
    let objects = [
        object("security.istio.io/v1", "PeerAuthentication", "istio-system", "default", strict),
        object("v1", "Pod", "shop", "p", runs_as("web")),
    ];
    let said = |refused: &[_]| fact_of(&[("k.json", &cluster(refused, &objects))], "Workload", "mesh_encrypted");
    assert_eq!(said(&[]), "true");
    let said = said(&[("security.istio.io/PeerAuthentication", Some("shop"))]);
    assert!(said.contains("PeerAuthentication was refused"), "{said}");
}
