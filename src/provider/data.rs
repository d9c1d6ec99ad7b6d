//! Stores of which nothing is asked yet: every guard is off, so that no rule applies. Readers set what their type
//! decides, and leave the rest as it stands here.

use crate::model::{Cache, Config, DataFlow, Database, SearchIndex, Topic, Warehouse};
use crate::value::{Block, Known, Origins};

fn off(at: &Origins) -> Known<bool> {
    Known::default_of(false, at.clone())
}

/// A database that leaves its key, its TLS versions, its logins, its zones and its deletion to others.
pub(super) fn database(block: &Block) -> Database {
    database_at(&Origins::at(block.head))
}

/// As [`database`], at a place.
pub(super) fn database_at(at: &Origins) -> Database {
    Database {
        admits_cloud: off(at),
        key_value: off(at),
        takes_key: off(at),
        sets_tls_version: off(at),
        modern_tls: off(at),
        takes_identity_login: off(at),
        identity_login: off(at),
        takes_local_login: off(at),
        local_login: off(at),
        takes_delete_guard: off(at),
        delete_guarded: off(at),
        sets_zones: off(at),
        multi_zone: off(at),
        takes_second_site: off(at),
        second_site: off(at),
        ..Database::default()
    }
}

/// A cache whose zones are not for the customer to choose.
pub(super) fn cache(block: &Block) -> Cache {
    let at = Origins::at(block.head);
    Cache { public: off(&at), sets_zones: off(&at), multi_zone: off(&at), ..Cache::default() }
}

/// A search index without nodes of its own, spoken to over the provider's HTTPS interface.
pub(super) fn index(block: &Block) -> SearchIndex {
    let at = Origins::at(block.head);
    SearchIndex {
        internet_endpoint: off(&at),
        has_audit_log: off(&at),
        audit_logged: off(&at),
        sets_tls: off(&at),
        https_only: off(&at),
        modern_tls: off(&at),
        tls_nodes: off(&at),
        ..SearchIndex::default()
    }
}

/// A warehouse whose programs go where its network lets them.
pub(super) fn warehouse(block: &Block) -> Warehouse {
    let at = Origins::at(block.head);
    Warehouse { sets_egress: off(&at), egress_limited: off(&at), ..Warehouse::default() }
}

/// A topic or a stream that leaves its key and its place to others.
pub(super) fn topic(block: &Block, stream: bool) -> Topic {
    topic_at(Origins::at(block.head), stream)
}

/// As [`topic`], at a place.
pub(super) fn topic_at(at: Origins, stream: bool) -> Topic {
    Topic {
        takes_key: off(&at),
        customer_key: off(&at),
        local_login: off(&at),
        sets_place: off(&at),
        place_fixed: off(&at),
        stream: Known::default_of(stream, at),
        ..Topic::default()
    }
}

/// An endpoint of a pipeline, which runs nothing itself.
pub(super) fn flow(block: &Block, tls_checked: Known<bool>) -> DataFlow {
    let at = Origins::at(block.head);
    DataFlow {
        connects: Known::default_of(true, at.clone()),
        tls_checked,
        sets_place: off(&at),
        place_fixed: off(&at),
        sets_network: off(&at),
        public: off(&at),
        takes_key: off(&at),
        customer_key: off(&at),
        key: Known::unset(at),
    }
}

/// What runs pipelines: how they connect is written elsewhere.
pub(super) fn runner(block: &Block) -> DataFlow {
    DataFlow { connects: off(&Origins::at(block.head)), ..flow(block, Known::default()) }
}

/// What a parameter of PostgreSQL makes its log record: <https://www.postgresql.org/docs/current/runtime-config-logging.html>.
pub(super) fn recorded_by(parameter: &str) -> Option<&'static str> {
    Some(match parameter {
        "log_connections" => "connections",
        "log_disconnections" => "disconnections",
        "log_checkpoints" => "checkpoints",
        _ => return None,
    })
}

/// Configuration that is read with the identity of the cloud or of the cluster only.
pub(super) fn config(at: &Origins) -> Config {
    Config { local_login: off(at), sets_network: off(at), public: off(at), ..Config::default() }
}
