//! What carries data from place to place: copies, queues, topics and streams, pipelines, sinks of logs, shares.

use std::sync::Arc;

use crate::model::fact::facts;
use crate::model::{Key, TextSet, To};

facts! {
    /// Data that is handed to another account: a share, a listing, a grant to it.
    DataShare {
        /// It goes to an account, tenant or project that the estate file does not list.
        to_foreign: bool,
    }
}

facts! {
    /// A copy to another place: replication rules, replicas, backup copies. One for each destination.
    Replication {
        /// What is copied: `data`, `backup`, or `secret`.
        purpose: Arc<str>,
        /// The region it copies to, as written; absent where the destination is a resource with a place of its own.
        target_region: Arc<str>,
        /// Every jurisdiction code of the destination; worked out by `graph`.
        target_jurisdictions: TextSet,
    }
}

facts! {
    /// A queue.
    Queue {
        /// Everyone can send to it or read from it.
        public: bool,
        /// Accounts that the estate file does not list can send to it or read from it.
        shared_foreign: bool,
        /// It is encrypted at rest.
        encrypted: bool,
    }
}

facts! {
    /// A topic, an event hub or a stream: SNS, Kinesis, MSK and Kafka, Event Hubs, Service Bus, Pub/Sub.
    Topic {
        /// Everyone can publish to it or read from it; or, from anywhere, everyone who holds a shared key (Azure).
        public: bool,
        /// Accounts that the estate file does not list can publish to it or read from it.
        shared_foreign: bool,
        /// It is encrypted at rest.
        encrypted: bool,
        /// Whether it has brokers with a protocol of their own, so that TLS is a setting at all.
        own_protocol: bool,
        /// Clients must use TLS 1.2 or newer with the brokers.
        tls_clients: bool,
        /// Brokers use TLS among themselves.
        tls_brokers: bool,
        /// It is a stream or a log that keeps what it carries, rather than a topic that hands it on.
        stream: bool,
        /// Whether the customer chooses its key here.
        takes_key: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// Keys of its own let callers in, beside the identities of the cloud.
        local_login: bool,
        /// Whether the regions that keep its messages are a setting of it.
        sets_place: bool,
        /// The regions that keep its messages are fixed.
        place_fixed: bool,
    }
}

facts! {
    /// A data pipeline, or an endpoint of one or of a migration: DMS endpoints, Glue connections, Data Factory with its links
    /// and runtimes, Datastream, Dataflow and Dataproc.
    DataFlow {
        /// Whether how it connects is written here, rather than in a program that it runs or in endpoints of their own.
        connects: bool,
        /// It connects over TLS and checks the certificate.
        tls_checked: bool,
        /// Whether it is compute that runs pipelines, with a place of its own.
        sets_place: bool,
        /// The place of that compute is fixed, rather than chosen for each run.
        place_fixed: bool,
        /// Whether who reaches it over the network is a setting of it.
        sets_network: bool,
        /// It can be reached from the internet.
        public: bool,
        /// Whether the customer chooses the key of what it keeps here.
        takes_key: bool,
        /// What it keeps is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
    }
}

facts! {
    /// Where logs are sent: subscription filters, trails, diagnostic settings, log router sinks, log agents.
    LogSink {
        /// The region it sends to, as written; absent where the destination is a resource with a place of its own.
        target_region: Arc<str>,
        /// Every jurisdiction code of the destination; worked out by `graph`.
        target_jurisdictions: TextSet,
    }
}
