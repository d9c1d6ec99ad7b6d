//! The snapshot's document, member by member; `docs/schema/snapshot.schema.json` is its schema, `docs/snapshot.md` says
//! what each is for.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the document. It changes when a reader would misunderstand; members may be added within a version, and
/// a reader says which it does not know.
pub const VERSION: u32 = 1;

/// Of what the snapshot is, by whom, and how much of it was asked for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Header {
    /// [`VERSION`].
    pub snapshot: u32,
    /// Whose resources.
    pub provider: Provider,
    /// The account; none for a cluster.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<Account>,
    /// The cluster; none for an account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cluster: Option<Cluster>,
    /// Who asked, as the cloud names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caller: Option<String>,
    /// When the first call was made (RFC 3339).
    pub started: String,
    /// The program and its version.
    pub tool: String,
    /// The regions that were asked, sorted.
    pub regions: Vec<String>,
    /// Whether these are all regions in which the account can have anything.
    pub all_regions: bool,
    /// The services or groups of kinds that were asked, sorted; what is absent is known to be absent for these only.
    pub services: Vec<String>,
}

/// Whose resources a snapshot holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// Amazon Web Services.
    Aws,
    /// Kubernetes.
    Kubernetes,
}

/// An account of a cloud.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// Its number or id.
    pub id: String,
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
    /// What its owners call it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// The organisation that it is a member of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub organization: Option<String>,
}

/// A Kubernetes cluster.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Cluster {
    /// The address of its API server.
    pub server: String,
    /// What tells it from every other: the uid of its namespace `kube-system`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
    /// Its version, as it says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The context of the kubeconfig by which it was reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<String>,
}

/// Whether all resources of a type were listed, in one region.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Listing {
    /// The native type: `AWS::S3::Bucket`, `apps/Deployment`.
    #[serde(rename = "type")]
    pub native_type: String,
    /// The region; none where the list is the same for all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// What came of it.
    pub state: ListState,
    /// The call: `s3:ListBuckets`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<String>,
    /// The permission that the call needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// What the cloud said, where it did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// How far a list goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum ListState {
    /// Everything there is: what is not in the snapshot is not there.
    #[serde(rename = "complete")]
    Complete,
    /// The caller may not.
    #[serde(rename = "refused")]
    Refused,
    /// The cloud did not answer, or not to the end.
    #[serde(rename = "failed")]
    Failed,
    /// Nobody asked, as the person left the service or the region out.
    #[serde(rename = "not asked")]
    NotAsked,
}

/// One resource, as the cloud's own declarative language would write it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Entry {
    /// The native type.
    #[serde(rename = "type")]
    pub native_type: String,
    /// What the cloud calls it among its like: what CloudFormation's `Ref` gives; `namespace/name` in Kubernetes.
    pub id: String,
    /// Its name in all the world.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Where it is; none for what has no region.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// CloudFormation's properties; in Kubernetes the object.
    pub properties: Value,
    /// What could not be asked of it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub unknown: Vec<Gap>,
}

/// An attribute that a call would have given and did not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Gap {
    /// The attribute in `properties`: `BucketEncryption`, `VersioningConfiguration.Status`; empty for all of them that
    /// are not there.
    pub at: String,
    /// Why.
    pub state: GapState,
    /// The call: `s3:GetBucketEncryption`.
    pub call: String,
    /// The permission that the call needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// What the cloud said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// Why an attribute is missing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum GapState {
    /// The caller may not.
    #[serde(rename = "refused")]
    Refused,
    /// The cloud did not answer.
    #[serde(rename = "failed")]
    Failed,
    /// Nobody asked.
    #[serde(rename = "not asked")]
    NotAsked,
}

/// A call that was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// `s3:GetBucketEncryption`.
    pub call: String,
    /// The region that was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// Of which resource, where it was of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// When it was answered (RFC 3339).
    pub at: String,
    /// What came of it.
    pub outcome: Outcome,
    /// How often it was tried.
    pub tries: u32,
    /// The permission that it needs, where it was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// What the cloud said, where it did not answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// What came of a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// An answer.
    Answered,
    /// The answer that there is no such thing.
    Absent,
    /// The caller may not.
    Refused,
    /// No answer.
    Failed,
}

impl Header {
    /// What must be the same for a journal to be taken up again: its name, and what it says.
    pub(super) fn identity(&self) -> [(&'static str, String); 6] {
        let account = self.account.as_ref().map(|account| account.id.clone());
        let cluster = self.cluster.as_ref().map(|cluster| cluster.uid.as_ref().unwrap_or(&cluster.server).clone());
        let provider = match self.provider {
            Provider::Aws => "aws",
            Provider::Kubernetes => "kubernetes",
        };
        [
            ("version of deodar", format!("{} ({})", self.tool, self.snapshot)),
            ("provider", provider.to_owned()),
            ("account", account.unwrap_or_default()),
            ("cluster", cluster.unwrap_or_default()),
            ("choice of regions", self.regions.join(", ")),
            ("choice of services", self.services.join(", ")),
        ]
    }
}
