//! A named thing in some dialect: a Terraform resource, a Kubernetes object, an API answer.
//! This is where files and live clouds meet.

use std::fmt;
use std::sync::Arc;

use crate::source::Span;
use crate::value::{Node, Unknown};

/// A unit that is read as a whole and has its own addresses: a Terraform root, a template, the manifests of a scan.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnitId(pub u32);

/// Whose resource a block is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Microsoft Azure, Entra ID included.
    Azure,
    /// Google Cloud.
    Gcp,
    /// Kubernetes.
    Kubernetes,
    /// Containers that Docker runs: services of Compose, images of Dockerfiles.
    Docker,
    /// Anyone else; counted, not judged.
    Other,
}

impl Provider {
    /// The name in outputs and policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Azure => "azure",
            Self::Gcp => "gcp",
            Self::Kubernetes => "kubernetes",
            Self::Docker => "docker",
            Self::Other => "other",
        }
    }

    /// The provider of a Terraform resource type, by the prefix of its name.
    pub fn of_terraform_type(kind: &str) -> Self {
        match kind.split('_').next().unwrap_or(kind) {
            "aws" | "awscc" => Self::Aws,
            "azurerm" | "azuread" | "azapi" => Self::Azure,
            "google" => Self::Gcp,
            "kubernetes" => Self::Kubernetes,
            _ => Self::Other,
        }
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a block spells its attributes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dialect {
    /// Terraform's names and nested blocks.
    Terraform,
    /// The cloud's own: CloudFormation properties, ARM resource JSON, Google's REST resource, the Kubernetes object.
    Native,
}

/// A named thing in some dialect.
#[derive(Clone, Debug)]
pub struct Block {
    /// Whose it is.
    pub provider: Provider,
    /// How it spells its attributes.
    pub dialect: Dialect,
    /// Its type in that dialect: `aws_s3_bucket`, `AWS::S3::Bucket`, `apps/Deployment`.
    pub native_type: Arc<str>,
    /// The type as it was written, where the block was brought to another spelling to be read.
    pub written: Option<Arc<str>>,
    /// Its address in its unit: `module.a.aws_s3_bucket.b[0]`, `Deployment/shop/web` (kind/namespace/name),
    /// `ConfigMap/x` where there is no namespace. Unique in its unit but for redeclared Kubernetes objects.
    pub address: Arc<str>,
    /// The unit.
    pub unit: UnitId,
    /// The place that names it: the block's header, `kind` and `metadata.name`. Points at the whole when in doubt.
    pub head: Span,
    /// Everything from its first to its last byte.
    pub span: Span,
    /// Its attributes: always a map. Repeated nested blocks are lists of maps.
    pub body: Node,
    /// The region, location or project default that its provider configuration gives, as nodes of that name
    /// (`region`, `location`, `project`, `account`, `tags`), and the `construct` that a template says a resource comes
    /// from; empty for Kubernetes.
    pub context: Node,
    /// Set when there may be any number of these (an unknown `count`), or none: why.
    pub instances_unknown: Option<Arc<Unknown>>,
    /// The module calls that lead to it, outermost first: where each was written.
    pub via: Arc<[Span]>,
}

impl Block {
    /// Whether it is an answer of a running account. A configuration may name its account too, in Terraform's spelling:
    /// that says where it would go, and not what is there.
    pub fn is_answer(&self) -> bool {
        self.dialect == Dialect::Native && self.context.get("account").is_some()
    }
}
