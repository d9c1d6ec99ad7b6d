//! The rights that a snapshot of a cluster needs, as roles: written from the table by which the lists are made.

use std::collections::BTreeMap;

use super::kinds::Kind;

/// What the cluster says of itself, and who may hear it where the cluster's own `system:discovery` was taken away.
const SPEAKS: &[&str] = &["/api", "/api/*", "/apis", "/apis/*", "/version"];

/// A role for the whole cluster, or with `namespaces` one in each of them and one for what lies in none.
pub fn roles(kinds: &[Kind], namespaces: &[String]) -> String {
    if namespaces.is_empty() {
        let all: Vec<&Kind> = kinds.iter().collect();
        return role("ClusterRole", None, &all, &[], true);
    }
    let (spaced, wide): (Vec<&Kind>, Vec<&Kind>) = kinds.iter().partition(|kind| kind.namespaced);
    let wide = role("ClusterRole", None, &wide, namespaces, true);
    let spaced = namespaces.iter().map(|name| role("Role", Some(name), &spaced, &[], false));
    std::iter::once(wide).chain(spaced).collect::<Vec<_>>().join("---\n")
}

/// Namespaces are objects of the cluster: who sees some of them need not see all.
fn role(sort: &str, namespace: Option<&str>, kinds: &[&Kind], named: &[String], speaks: bool) -> String {
    let mut text =
        format!("apiVersion: rbac.authorization.k8s.io/v1\nkind: {sort}\nmetadata:\n  name: deodar-snapshot\n");
    if let Some(namespace) = namespace {
        text.push_str(&format!("  namespace: {}\n", quoted(namespace)));
    }
    text.push_str("rules:\n");
    let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let alone = |kind: &Kind| kind.group.is_empty() && kind.plural == "namespaces" && !named.is_empty();
    for kind in kinds.iter().filter(|kind| !alone(kind)) {
        groups.entry(&kind.group).or_default().push(&kind.plural);
    }
    for (group, mut plurals) in groups {
        plurals.sort_unstable();
        plurals.dedup();
        text.push_str(&format!("  - apiGroups: [{}]\n    resources:\n", quoted(group)));
        plurals.iter().for_each(|plural| text.push_str(&format!("      - {plural}\n")));
        text.push_str("    verbs: [list]\n");
    }
    if kinds.iter().any(|kind| alone(kind)) {
        let names = named.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        text.push_str("  - apiGroups: [\"\"]\n    resources: [namespaces]\n");
        text.push_str(&format!("    resourceNames: [{names}]\n    verbs: [list]\n"));
    }
    if speaks {
        text.push_str("  - nonResourceURLs:\n");
        SPEAKS.iter().for_each(|path| text.push_str(&format!("      - {path}\n")));
        text.push_str("    verbs: [get]\n");
    }
    text
}

/// A text of YAML that is a text whatever it looks like.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.chars().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-'));
    let word = text.chars().next().is_some_and(|sign| sign.is_ascii_alphabetic())
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"].contains(&&*text.to_ascii_lowercase());
    if plain && word { text.to_owned() } else { format!("\"{}\"", text.replace(['"', '\\'], "")) }
}
