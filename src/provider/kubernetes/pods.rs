//! Where the pod template of an object stands, and what is in it.

use std::sync::Arc;

use super::Object;
use crate::value::{Known, Node};

/// The path of the pod template (what holds `metadata` and `spec`), none for what runs no pods.
pub(super) fn template_of(object: &Object<'_>) -> Option<&'static str> {
    Some(match (&*object.group, &*object.kind) {
        ("", "Pod") | ("serving.knative.dev", "Revision") => "",
        ("", "PodTemplate") => "template",
        ("", "ReplicationController")
        | ("apps" | "extensions", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("batch", "Job")
        | ("argoproj.io", "Rollout")
        | ("apps.openshift.io", "DeploymentConfig")
        | ("serving.knative.dev", "Service" | "Configuration") => "spec.template",
        ("batch", "CronJob") => "spec.jobTemplate.spec.template",
        ("agents.x-k8s.io", "Sandbox") | ("extensions.agents.x-k8s.io", "SandboxTemplate") => "spec.podTemplate",
        _ => return None,
    })
}

/// A pod template with its object.
pub(super) struct Template<'o> {
    pub object: &'o Object<'o>,
    prefix: &'static str,
}

impl<'o> Template<'o> {
    pub(super) fn of(object: &'o Object<'o>) -> Option<Self> {
        template_of(object).map(|prefix| Self { object, prefix })
    }

    /// The path in the object of `path` in the pod template.
    pub(super) fn path(&self, path: &str) -> String {
        if self.prefix.is_empty() { path.to_owned() } else { format!("{}.{path}", self.prefix) }
    }

    pub(super) fn bool(&self, path: &str) -> Known<bool> {
        self.object.body.bool(&self.path(path))
    }

    pub(super) fn text(&self, path: &str) -> Known<Arc<str>> {
        self.object.body.text(&self.path(path))
    }

    pub(super) fn at(&self, path: &str) -> Known<&Node> {
        self.object.body.at_path(&self.path(path))
    }

    pub(super) fn each(&self, path: &str) -> Vec<&Node> {
        self.object.body.each(&self.path(path))
    }

    /// Every container, init and ephemeral ones included.
    pub(super) fn containers(&self) -> Vec<&Node> {
        ["spec.containers", "spec.initContainers", "spec.ephemeralContainers"]
            .iter()
            .flat_map(|path| self.each(path))
            .collect()
    }
}
