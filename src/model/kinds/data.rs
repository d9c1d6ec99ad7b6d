//! Where data lies: stores, databases, volumes, warehouses, snapshots, backups.

use std::sync::Arc;

use crate::model::fact::facts;
use crate::model::{Key, TextSet, To};

facts! {
    /// A store of objects: an S3 bucket, an Azure storage account, a Cloud Storage bucket.
    ObjectStore {
        /// Every new object is encrypted at rest by default, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// Anyone on the internet can read or list objects: by grant, by policy or for want of a guard.
        public_read: bool,
        /// Whether parts of it can be read without a login where nobody forbids it for the whole.
        sets_anonymous: bool,
        /// Whoever its networks let in reads a part of it without a login.
        anonymous_read: bool,
        /// Anyone on the internet can write or delete objects or change permissions.
        public_write: bool,
        /// A guard stands that refuses public access whatever grants say (all four S3 settings, Azure's
        /// account-wide switch, Google's enforced prevention).
        public_access_blocked: bool,
        /// Access follows from policies alone: lists of rights on single objects do not count.
        lists_off: bool,
        /// Requests over plain HTTP are refused.
        tls_only: bool,
        /// TLS older than 1.2 is refused.
        modern_tls: bool,
        /// Requests from outside named networks, private endpoints or a perimeter are refused.
        private_only: bool,
        /// Reads and writes are logged to another place.
        access_logged: bool,
        /// Each reading of an object is recorded with who read it: by data events of a trail, an audit configuration or a
        /// diagnostic setting.
        reads_recorded: bool,
        /// Each writing and deleting of an object is recorded so.
        writes_recorded: bool,
        /// Audit, access or network logs are delivered to it.
        holds_logs: bool,
        /// Objects are copied to a second region, by replication, geo-redundancy or a location of several regions.
        second_site: bool,
        /// A lock keeps objects for a time that nobody can shorten, the owner of the account included.
        lock_final: bool,
        /// Days that such a lock keeps each object; 0 where there is none.
        lock_days: i64,
        /// Shared account keys, HMAC keys or signed links without a short limit can be used.
        shared_keys: bool,
        /// The guard that keeps it from being made public, which new stores have on, was taken off in part.
        guard_off: bool,
        /// Old versions of objects are kept, or deleted ones can be restored.
        versioned: bool,
        /// A backup plan, versioning with a retention, or a replica covers it.
        backed_up: bool,
        /// The provider's implicit geo-redundancy copies it to the region's pair.
        geo_paired: bool,
        /// Every jurisdiction code of the pair that the geo-redundancy copies to; absent where there is none.
        pair_jurisdictions: TextSet,
    }
}

facts! {
    /// A relational, document, graph or wide-column database service, server or cluster.
    Database {
        /// The engine: `postgres`, `mysql`, `mariadb`, `sqlserver`, `oracle`, `docdb`, `neptune`, `dynamodb`, `cosmosdb`,
        /// `spanner`, `firestore`, `bigtable`, `alloydb`, …
        engine: Arc<str>,
        /// Storage is encrypted at rest, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// It has an address that is reachable from the internet, firewall rules aside.
        public: bool,
        /// Its own firewall or allow-list admits every address.
        open_allowlist: bool,
        /// Its own firewall or allow-list admits whatever runs in the cloud, other customers' machines included.
        admits_cloud: bool,
        /// Whether clients connect over a protocol of its own, so that TLS is a setting at all. False for stores
        /// that are spoken to over the provider's HTTPS interface only.
        own_protocol: bool,
        /// Client connections without TLS are refused.
        tls_required: bool,
        /// Automated backups, point-in-time recovery or a backup plan cover it.
        backed_up: bool,
        /// Days that automated backups are kept; 0 where there are none.
        backup_days: i64,
        /// Whether it has audit or error logs that can be exported at all.
        has_audit_log: bool,
        /// Its audit or error logs go to a log service.
        audit_logged: bool,
        /// Geo-redundant backup or storage copies it to the region's pair.
        geo_paired: bool,
        /// Every jurisdiction code of the pair; absent where there is none.
        pair_jurisdictions: TextSet,
        /// It is a key-value, document, wide-column, time series or ledger store that the provider runs without servers.
        key_value: bool,
        /// Whether the customer chooses its key here: false where another resource does, or where none can be given.
        takes_key: bool,
        /// Whether the oldest version of TLS that it accepts is a setting of it.
        sets_tls_version: bool,
        /// TLS older than 1.2 is refused.
        modern_tls: bool,
        /// Whether it can take logins by the cloud's identities at all, and it is here that this is turned on.
        takes_identity_login: bool,
        /// Logins by the cloud's identities are taken.
        identity_login: bool,
        /// Whether keys of its own can be turned off.
        takes_local_login: bool,
        /// Keys of its own let callers in, beside the identities of the cloud.
        local_login: bool,
        /// Whether it has a guard against deletion.
        takes_delete_guard: bool,
        /// The guard against deletion is on.
        delete_guarded: bool,
        /// Whether the number of its zones is a setting of it.
        sets_zones: bool,
        /// It runs in more than one zone and fails over by itself.
        multi_zone: bool,
        /// Whether backups or a copy in a second region are a setting of it.
        takes_second_site: bool,
        /// Its backups, or a copy of it, lie in a second region as well.
        second_site: bool,
    }
}

facts! {
    /// A block volume: of its own, of a virtual machine, or of a launch template.
    Disk {
        /// It is encrypted at rest, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// A backup or snapshot plan covers it.
        backed_up: bool,
        /// It belongs to an instance and holds what the image put there: a boot volume, or one of a template.
        ephemeral: bool,
    }
}

facts! {
    /// A shared file system: EFS, FSx, Azure Files and NetApp, Filestore.
    FileShare {
        /// It is encrypted at rest, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// A backup plan or backup policy covers it.
        backed_up: bool,
        /// Whether it decides that clients must encrypt what they send.
        sets_transit: bool,
        /// Clients that do not encrypt are refused.
        transit_encrypted: bool,
    }
}

facts! {
    /// A file system that a task or a cluster mounts over the network.
    Mount {
        /// What is read and written goes through TLS.
        encrypted: bool,
    }
}

facts! {
    /// What ends the data of a store by itself: a lifecycle, a time to live, an expiry.
    Retention {
        /// Something does.
        ends: bool,
    }
}

facts! {
    /// One of the regions of a store that lies in several at once.
    SpreadRegion {
        /// The location as it is written, or the region.
        of: Arc<str>,
    }
}

facts! {
    /// The state of Terraform, which holds every value that Terraform knows, secrets and personal data among them.
    StateFile {
        /// It lies in a store of a cloud, rather than with whoever runs Terraform.
        remote: bool,
    }
}

facts! {
    /// How long backups are kept, by a rule of a backup plan, a backup policy or a schedule of snapshots.
    BackupPlan {
        /// Days that its shortest-lived backups are kept.
        shortest_days: i64,
        /// Days that its longest-lived backups are kept; very many where they are kept until someone deletes them.
        longest_days: i64,
    }
}

facts! {
    /// An analytics warehouse or lake engine: Redshift, Synapse, Databricks, Data Explorer, BigQuery.
    Warehouse {
        /// It is encrypted at rest, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// Everyone can read it, or it can be reached from the internet.
        public: bool,
        /// Its audit or connection logs are exported.
        audit_logged: bool,
        /// Snapshots, or a history that the service keeps, cover it; or what it holds lies in a store of its own.
        backed_up: bool,
        /// Whether the places that its programs send to can be bounded here.
        sets_egress: bool,
        /// Its programs send to listed places only.
        egress_limited: bool,
    }
}

facts! {
    /// A search or vector index service: OpenSearch, Kendra, S3 Vectors, Azure AI Search, Vertex AI index.
    SearchIndex {
        /// It is encrypted at rest, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// Everyone can read it, or it can be reached from the internet without a network boundary.
        public: bool,
        /// Its endpoint lies on the internet, whoever its policy lets in.
        internet_endpoint: bool,
        /// Whether it has audit or error logs that can be exported at all.
        has_audit_log: bool,
        /// Its audit or error logs are exported.
        audit_logged: bool,
        /// Whether it has an endpoint and nodes whose TLS is a setting.
        sets_tls: bool,
        /// Requests over plain HTTP are refused.
        https_only: bool,
        /// TLS older than 1.2 is refused.
        modern_tls: bool,
        /// Its nodes use TLS among themselves.
        tls_nodes: bool,
    }
}

facts! {
    /// A cache service: ElastiCache, MemoryDB, Azure Redis, Memorystore.
    Cache {
        /// It has an address that is reachable from the internet, firewall rules aside.
        public: bool,
        /// Connections without TLS are refused.
        tls_required: bool,
        /// TLS older than 1.2 is refused.
        modern_tls: bool,
        /// Clients must authenticate.
        auth_required: bool,
        /// It is encrypted at rest.
        encrypted: bool,
        /// Whether the number of its zones is a setting of it.
        sets_zones: bool,
        /// It runs in more than one zone and fails over by itself.
        multi_zone: bool,
    }
}

facts! {
    /// A snapshot or machine image of a volume, a machine or a database.
    Snapshot {
        /// It is encrypted, with any key.
        encrypted: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// Everyone can use it.
        public: bool,
        /// It is shared with accounts that the estate file does not list.
        shared_foreign: bool,
    }
}

facts! {
    /// A place where backups are kept: AWS Backup vault, Azure vaults, Google backup plans and vaults.
    BackupVault {
        /// It is encrypted, with any key.
        encrypted: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// The customer's key that encrypts it.
        key: To<Key>,
        /// Nobody can shorten or delete what it holds before its time.
        locked: bool,
        /// That lock itself can never be lifted.
        lock_final: bool,
        /// Days that it keeps each backup at least; 0 where there is no such lock.
        lock_days: i64,
        /// Geo-redundancy copies it to the region's pair.
        geo_paired: bool,
        /// Every jurisdiction code of the pair; absent where there is none.
        pair_jurisdictions: TextSet,
    }
}

facts! {
    /// A class of volumes that a Kubernetes cluster makes on demand.
    StorageClass {
        /// Volumes of it are encrypted at rest.
        encrypted: bool,
    }
}
