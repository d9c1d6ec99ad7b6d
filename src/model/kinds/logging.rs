//! What records who did what, where records are kept, and who hears of what they show.

use std::sync::Arc;

use crate::model::fact::facts;

facts! {
    /// A record of what is done to an account or a cluster: a trail, an audit configuration, an export of the activity log.
    AuditTrail {
        /// It is on.
        enabled: bool,
        /// It records every region and every category or type of event, for everyone.
        complete: bool,
        /// Whether digests that prove its files unaltered are a setting of it.
        sets_validation: bool,
        /// Such digests are written.
        validated: bool,
        /// Whether it encrypts what it writes by a key of its own choice.
        takes_key: bool,
        /// What it writes is encrypted with a key that the customer controls.
        customer_key: bool,
        /// Whether sending it where alarms can watch it is a setting of it.
        sets_watch: bool,
        /// It is sent where alarms can watch it.
        watched: bool,
    }
}

facts! {
    /// Where logs are kept, or what decides how long.
    LogStore {
        /// What it keeps: `logs`, `database-audit`, `audit-files`.
        form: Arc<str>,
        /// Whether a customer's key is a setting of it.
        takes_key: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// Whether it decides how long logs are kept.
        sets_retention: bool,
        /// Logs are kept until someone deletes them.
        kept_forever: bool,
        /// Days that logs are kept; very many where they are kept until someone deletes them.
        retention_days: i64,
        /// Whether it can be locked, so that nobody deletes or alters what was written.
        sets_lock: bool,
        /// It is locked.
        locked: bool,
    }
}

facts! {
    /// What raises an alarm: on a metric, on the activity log, by a policy, or where a cluster sends its alerts.
    Alarm {
        /// It is on.
        enabled: bool,
        /// Somebody hears of it: its topic, group or channel leads to a receiver.
        routed: bool,
    }
}

facts! {
    /// A log or trace that may record what requests carry.
    PayloadLog {
        /// It records bodies of requests or the data of executions.
        payload: bool,
    }
}

facts! {
    /// What tells people of security alerts.
    Alert {
        /// Alerts are sent to its contact.
        notified: bool,
        /// They are sent to the owners of the subscription as well.
        owners_notified: bool,
    }
}

facts! {
    /// One setting of a database that decides what its log records.
    DatabaseLog {
        /// What it records: `connections`, `disconnections`, `checkpoints`.
        form: Arc<str>,
        /// It is recorded.
        recorded: bool,
    }
}
