//! Containers: privilege, escalation, capabilities, user.

use std::sync::Arc;

use super::any_of;
use super::pods::Template;
use crate::model::{Container, Resource, tags_of};
use crate::source::Span;
use crate::value::{Known, Node, any};

/// One resource for each container of a pod template.
pub(super) fn read(template: &Template<'_>, resources: &mut Vec<Resource>) {
    for (at, container) in template.containers().into_iter().enumerate() {
        let name = container.text("name").value().cloned().unwrap_or_else(|| Arc::from(at.to_string()));
        let privileged = privileged(template, container);
        let facts = Container {
            may_escalate: may_escalate(template, container, &privileged),
            privileged,
            adds_capabilities: adds(container, crate::provider::hosts::reaches_beyond),
            root: root(template, container),
            read_only_root: unless_windows(
                template,
                container.bool("securityContext.readOnlyRootFilesystem").or_default(false),
            ),
            drops_capabilities: drops_capabilities(template, container),
            seccomp: seccomp(template, container),
            image_pinned: crate::provider::images::pinned(container, "image"),
            secret_in_environment: secret_in_environment(container),
        };
        let block = template.object.block;
        let mut resource = Resource::new(block, name.clone(), facts);
        resource.part = Some(Arc::from(format!("container[{name}]")));
        resource.tags = tags_of(&template.object.body, &template.path("metadata.labels"));
        if let Some(span) = container.origins.primary {
            resource.head = head(container).unwrap_or(span);
        }
        resources.push(resource);
    }
}

/// One by one by `valueFrom`, or a whole secret by `envFrom`
/// (<https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-environment-variables>).
fn secret_in_environment(container: &Node) -> Known<bool> {
    let named = |field, path: &'static str| {
        any_of(container.each(field), &container.origins, |entry| {
            let named = entry.exists(path);
            // an entry that may not be there at all
            entry.maybe().map_or(named.clone(), |maybe| named.and(maybe.bool("")))
        })
    };
    any([named("env", "valueFrom.secretKeyRef"), named("envFrom", "secretRef")])
}

/// The entry that names a container.
fn head(container: &Node) -> Option<Span> {
    let entry = container.entry("name")?;
    Some(entry.key_span?.to(entry.value.origins.primary?))
}

/// Privileged, or with the rights of the host's processes on Windows.
fn privileged(template: &Template<'_>, container: &Node) -> Known<bool> {
    let host_process = container
        .bool("securityContext.windowsOptions.hostProcess")
        .or(template.bool("spec.securityContext.windowsOptions.hostProcess"))
        .or_default(false);
    let privileged = container.bool("securityContext.privileged").or_default(false);
    if host_process.value() == Some(&false) { privileged } else { any([privileged, host_process]) }
}

/// True by default, and always for a privileged container or one with `SYS_ADMIN`: the API reference,
/// `SecurityContext.allowPrivilegeEscalation`. A container of Windows has no such thing.
fn may_escalate(template: &Template<'_>, container: &Node, privileged: &Known<bool>) -> Known<bool> {
    let allowed = container.bool("securityContext.allowPrivilegeEscalation").or_default(true);
    let administers = adds(container, |name| matches!(name, "SYS_ADMIN" | "ALL"));
    let forced = any([privileged.clone(), administers]);
    let may = if forced.value() == Some(&false) { allowed } else { any([allowed, forced]) };
    unless_windows(template, may.not()).not()
}

fn adds(container: &Node, is: impl Fn(&str) -> bool) -> Known<bool> {
    any_of(container.each("securityContext.capabilities.add"), &container.origins, |item| {
        item.text("").map(|name| {
            let name = name.to_ascii_uppercase();
            is(name.strip_prefix("CAP_").unwrap_or(&name))
        })
    })
}

/// `ALL` is dropped; a container of Windows has no capabilities
/// (<https://kubernetes.io/docs/concepts/security/pod-security-standards/#restricted>).
fn drops_capabilities(template: &Template<'_>, container: &Node) -> Known<bool> {
    let dropped = any_of(container.each("securityContext.capabilities.drop"), &container.origins, |item| {
        item.text("").map(|name| name.eq_ignore_ascii_case("ALL"))
    });
    unless_windows(template, dropped)
}

/// The container's own profile, or else the pod's; without one no system call is filtered, unless the kubelet has a
/// default of its own (<https://kubernetes.io/docs/tutorials/security/seccomp/>).
fn seccomp(template: &Template<'_>, container: &Node) -> Known<bool> {
    let profile = container
        .text("securityContext.seccompProfile.type")
        .or(template.object.body.text(&template.path("spec.securityContext.seccompProfile.type")));
    unless_windows(template, profile.map(|profile| &*profile != "Unconfined").or_default(false))
}

fn unless_windows(template: &Template<'_>, fact: Known<bool>) -> Known<bool> {
    let windows = template.text("spec.os.name").map(|name| &*name == "windows").or_default(false);
    if windows.value() == Some(&true) { windows } else { fact }
}

/// The user as the container or else its pod says; an image's own user is not seen.
fn root(template: &Template<'_>, container: &Node) -> Known<bool> {
    let user = container
        .int("securityContext.runAsUser")
        .or(template.object.body.int(&template.path("spec.securityContext.runAsUser")));
    if !user.is_unset() {
        return user.map(|user| user == 0);
    }
    container
        .bool("securityContext.runAsNonRoot")
        .or(template.bool("spec.securityContext.runAsNonRoot"))
        .or_default(false)
        .map(|demanded| !demanded)
}
