//! What holds for a whole account, subscription, project or cluster, and what watches over it.

use std::sync::Arc;

use crate::model::TextSet;
use crate::model::fact::facts;

facts! {
    /// All accounts, subscriptions or projects of one cloud that are in the scan, or its clusters: one for each cloud.
    Account {
        /// A setting or an organisation policy keeps every object store from being made public.
        objects_blocked: bool,
        /// An organisation policy denies resources outside chosen regions.
        regions_guarded: bool,
        /// AI services of the provider that may learn from content are used, or cannot be told not to be.
        ai_services: bool,
        /// The provider may not use content to improve its AI services.
        ai_opted_out: bool,
        /// The root or global owner identity has a second factor, no keys, and is not used.
        root_secured: bool,
        /// Every person who signs in needs a second factor.
        mfa_enforced: bool,
        /// A policy for the passwords of its people is set, whatever it says.
        password_policy: bool,
        /// A service that detects threats is set up, on or off.
        threat_detection: bool,
        /// A service that looks for vulnerabilities is set up, on or off.
        vulnerability_scanning: bool,
        /// A service that records or judges configurations is set up, on or off.
        posture_recording: bool,
        /// A record of what is done to it is set up, on or off.
        audit_trail: bool,
        /// A contact for security matters is set.
        security_contact: bool,
        /// New volumes are encrypted, whatever is asked for.
        disks_encrypted: bool,
        /// Models of its model service are called, as far as the scan tells.
        calls_models: bool,
        /// The calls of its model service are logged.
        model_calls_logged: bool,
        /// What tells somebody of an alarm is set up, on or off.
        alarms: bool,
        /// Regulated health data lies here. Set by `graph`, from the classes.
        holds_phi: bool,
        /// The estate file names a business associate agreement with the provider. Set by `graph`.
        agreement: bool,
        /// A service is used that the provider's agreement on health data does not cover.
        uses_uncovered: bool,
        /// Which.
        uncovered: TextSet,
    }
}

facts! {
    /// A setting of an account, of one of its regions or of a cluster, for whatever is made in it later.
    AccountSetting {
        /// What it does: `disk-encryption`, `admission-policy`, `pod-encryption`.
        does: Arc<str>,
        /// It is on.
        enabled: bool,
    }
}

facts! {
    /// What watches over accounts or clusters: threat detection, vulnerability scanning, recording of configurations.
    Detector {
        /// What for: `threats`, `vulnerabilities`, `posture`.
        watches: Arc<str>,
        /// It is on.
        enabled: bool,
        /// It sees every region and every type of resource that it can.
        complete: bool,
    }
}

facts! {
    /// People who sign in, or a rule for their signing in.
    User {
        /// The form: `login`, `group`, `user-pool`, `role-activation`.
        form: Arc<str>,
        /// They need a second factor.
        mfa: bool,
    }
}

facts! {
    /// What passwords must be like.
    PasswordPolicy {
        /// Whose passwords: `account`, `user-pool`, `database`, `login` (its first one).
        form: Arc<str>,
        /// The fewest characters.
        min_length: i64,
        /// How many former passwords may not be used again.
        remembered: i64,
    }
}

facts! {
    /// Rights handed to somebody: an attachment, an assignment, a binding.
    Attachment {
        /// A person holds them directly, through no group and no role.
        to_person: bool,
    }
}

facts! {
    /// An identity that workloads run as.
    ServiceIdentity {
        /// Unlike workloads run as it.
        shared: bool,
        /// Which, as far as the scan tells.
        workloads: TextSet,
        /// Whether two or more of them are labelled with the tenant that they serve.
        tenants_declared: bool,
        /// They serve different tenants.
        tenants_mixed: bool,
    }
}
