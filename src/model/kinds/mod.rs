//! The kinds: what a resource is, wherever it lives. One file a family; a new kind is a declaration and a line in [`kinds!`].

mod account;
mod agents;
mod compute;
mod data;
mod entries;
mod estate;
mod identity;
mod keys;
mod logging;
mod moves;
mod network;
mod networks;

pub use account::*;
pub use agents::*;
pub use compute::*;
pub use data::*;
pub use entries::*;
pub use estate::*;
pub use identity::*;
pub use keys::*;
pub use logging::*;
pub use moves::*;
pub use network::*;
pub use networks::*;

use crate::model::{Fact, Facts};

/// A type that stands for a kind.
pub trait KindTag {
    /// Its name.
    const NAME: KindName;
}

macro_rules! kinds {
    ($($kind:ident $noun:literal,)*) => {
        /// The name of a kind.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum KindName { $(
            #[doc = $noun]
            $kind,
        )* }

        impl KindName {
            /// Every kind.
            pub const ALL: &'static [KindName] = &[$(KindName::$kind),*];

            /// The name in policies and outputs.
            pub fn name(self) -> &'static str {
                match self { $(KindName::$kind => stringify!($kind),)* }
            }

            /// What a person calls it: "object store".
            pub fn noun(self) -> &'static str {
                match self { $(KindName::$kind => $noun,)* }
            }

            /// The facts it declares, without the common ones.
            pub fn facts(self) -> &'static [Fact] {
                match self { $(KindName::$kind => $kind::FACTS,)* }
            }

            /// A thing of this kind of which nothing is known.
            pub fn unread(self) -> Kind {
                match self { $(KindName::$kind => Kind::$kind(Box::default()),)* }
            }

            /// The kind called `name`.
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|kind| kind.name() == name)
            }
        }

        /// A kind with its facts.
        #[derive(Clone, Debug)]
        pub enum Kind { $(
            #[doc = $noun]
            $kind(Box<$kind>),
        )* }

        impl Kind {
            /// Its name.
            pub fn name(&self) -> KindName {
                match self { $(Kind::$kind(_) => KindName::$kind,)* }
            }

            /// Its facts.
            pub fn facts(&self) -> &dyn Facts {
                match self { $(Kind::$kind(facts) => facts.as_ref(),)* }
            }

            /// Its facts, to be completed by `graph`.
            pub fn facts_mut(&mut self) -> &mut dyn Facts {
                match self { $(Kind::$kind(facts) => facts.as_mut(),)* }
            }
        }

        $(
            impl KindTag for $kind { const NAME: KindName = KindName::$kind; }
            impl From<$kind> for Kind {
                fn from(facts: $kind) -> Self { Kind::$kind(Box::new(facts)) }
            }
        )*
    };
}

kinds! {
    ObjectStore "object store",
    Database "database",
    DatabaseLog "log setting",
    Disk "volume",
    FileShare "file system",
    Mount "mount",
    BackupPlan "backup plan",
    Retention "retention",
    SpreadRegion "region of a store",
    DataShare "data share",
    StateFile "state file",
    Warehouse "warehouse",
    SearchIndex "search index",
    Cache "cache",
    Snapshot "snapshot",
    BackupVault "backup vault",
    Replication "replication",
    Queue "queue",
    Topic "topic",
    DataFlow "data pipeline",
    LogSink "log sink",
    StorageClass "storage class",
    LogStore "log store",
    AuditTrail "audit trail",
    Alert "alerting",
    Alarm "alarm",
    PayloadLog "log of requests",
    Key "key",
    Certificate "certificate",
    Secret "secret",
    Credential "credential",
    FirewallRule "firewall rule",
    Endpoint "endpoint",
    Ingress "ingress",
    ToolEntrance "entrance",
    LoadBalancer "load balancer",
    Listener "listener",
    Cdn "content delivery",
    Network "network",
    Subnet "subnet",
    Peering "peering",
    VpnLink "VPN connection",
    FlowLog "flow log",
    Namespace "namespace",
    Registry "registry",
    VirtualMachine "virtual machine",
    ComputeGroup "compute group",
    Function "function",
    Cluster "cluster",
    ClusterComponent "cluster component",
    Workload "workload",
    Container "container",
    ClusterVolume "cluster volume",
    Image "image",
    Config "configuration",
    ComputeIdentity "identity of a workload",
    PolicyGrant "policy grant",
    Role "role",
    ModelService "model service",
    ModelCalls "model calls",
    Account "account",
    AccountSetting "setting",
    Detector "detector",
    User "sign-in",
    PasswordPolicy "password policy",
    Attachment "attachment of rights",
    ServiceIdentity "service identity",
    Estate "estate",
}
