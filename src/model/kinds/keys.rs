//! Keys and credentials.

use std::sync::Arc;

use crate::model::fact::facts;

facts! {
    /// An encryption key, or the vault that keys live in.
    Key {
        /// It lives in a vault that decides on its deletion and on who reaches it, and that is judged for itself; false
        /// for the vault, and for a key with guards of its own.
        in_vault: bool,
        /// It cannot be destroyed at once: a waiting time, purge protection.
        deletion_guarded: bool,
        /// Days between the order to destroy it and its end.
        deletion_days: i64,
        /// Everyone may use or manage it, or a vault is open to every network.
        public: bool,
        /// Accounts that the estate file does not list may use it.
        shared_foreign: bool,
        /// Whether its provider can rotate it by itself at all: false for a vault, for imported material, for a key that
        /// signs, and for a copy that rotates with its primary.
        may_rotate: bool,
        /// It is rotated by itself.
        rotates: bool,
        /// Days from one rotation to the next, where it is rotated by itself.
        rotation_days: i64,
        /// It has an end; true where keys of its kind can have none.
        ends: bool,
        /// Somebody both administers it and decrypts with it. A whole account or its administrators are nobody in particular.
        duties_mixed: bool,
        /// Its material is held outside the provider, who asks its owner for each use.
        held_outside: bool,
    }
}

facts! {
    /// A certificate that something shows to its clients.
    Certificate {
        /// Its issuer renews it and puts it in place by itself.
        renews: bool,
        /// The day on which it ends, counted from 1970-01-01.
        ends_on: i64,
    }
}

facts! {
    /// A secret in a store for secrets: a password, a token, a connection string.
    Secret {
        /// Whether the customer chooses its key here.
        takes_key: bool,
        /// It is encrypted with a key that the customer controls.
        customer_key: bool,
        /// It is rotated by itself, or it has an end.
        rotates: bool,
        /// Who may read it is limited to those whom its owner named for it.
        readers_named: bool,
        /// Whether a period of rotation is written, rather than an end.
        has_period: bool,
        /// Days from one rotation to the next.
        rotation_days: i64,
    }
}

facts! {
    /// A long-lived credential: an access key, a client secret, a service account key.
    Credential {
        /// What it is: `access-key`, `client-secret`, `service-account-key`, `hmac-key`.
        form: Arc<str>,
        /// It has an end.
        expires: bool,
        /// Days from its beginning to its end, where it has one.
        lifetime_days: i64,
        /// Whether its age was told, by an account that runs.
        has_age: bool,
        /// Days from its making to when the account was looked at.
        age_days: i64,
        /// It is in use or enabled.
        active: bool,
        /// It is one of the root user, who may do everything.
        of_root: bool,
    }
}
