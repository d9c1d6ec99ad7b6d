//! What policies see as `principal`: what is declared of the estate as a whole, and the thresholds that rules measure by.
//!
//! Each fact is declared once, here; the declaration yields the estate file's key, the Cedar schema and the docs.

use jiff::civil::Date;
use serde::Deserialize;

use crate::rule::Estate;

/// The value of a fact of the profile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ProfileValue {
    /// `Bool`.
    Bool(bool),
    /// `Long`.
    Long(i64),
}

/// A declared fact of the profile.
#[derive(Clone, Copy, Debug)]
pub struct ProfileFact {
    /// Its name; for a threshold also its key under `thresholds` in the estate file.
    pub name: &'static str,
    /// What holds where the estate file says nothing; its form is the fact's type.
    pub default: ProfileValue,
    /// What it means.
    pub doc: &'static str,
    /// Where the default comes from.
    pub source: &'static str,
}

/// Facts that are no thresholds.
const DECLARED: &[ProfileFact] = &[
    ProfileFact {
        name: "estate_declared",
        default: ProfileValue::Bool(false),
        doc: "An estate file was read, whatever it says.",
        source: "without one the strict profile holds",
    },
    ProfileFact {
        name: "whole",
        default: ProfileValue::Bool(false),
        doc: "The scan sees the estate as a whole: what it does not see does not exist.",
        source: "`whole: true` in the estate file",
    },
    ProfileFact {
        name: "today",
        default: ProfileValue::Long(0),
        doc: "The day of the scan, counted from 1970-01-01; absent where nobody says which day it is.",
        source: "`--today`, or the clock of the machine",
    },
];

macro_rules! thresholds {
    ($($(#[doc = $doc:literal])+ $name:ident = $default:literal, $source:literal;)*) => {
        /// The `thresholds` of the estate file; what is absent keeps its default.
        #[derive(Clone, Default, PartialEq, Eq, Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub struct Thresholds { $(
            $(#[doc = $doc])+
            #[serde(default)]
            pub $name: Option<i64>,
        )* }

        impl Thresholds {
            /// The declared thresholds.
            pub const FACTS: &'static [ProfileFact] = &[$(
                ProfileFact {
                    name: stringify!($name),
                    default: ProfileValue::Long($default),
                    doc: concat!($($doc),+),
                    source: $source,
                },
            )*];

            /// Their values, in the order of [`Self::FACTS`].
            fn values(&self) -> Vec<i64> {
                vec![$( self.$name.unwrap_or($default) ),*]
            }
        }
    };
}

thresholds! {
    /// Days that automated backups of a database must be kept at least.
    min_backup_days = 7, "Azure Database's own minimum and default (learn.microsoft.com, backup and restore in Azure Database for PostgreSQL); AWS's console proposes the same";
    /// Days that backups may be kept at most.
    max_backup_days = 2557, "seven years: six of documentation (45 CFR 164.316(b)(2)(i)) and the one in progress; what is kept longer needs a reason of its own under Article 5(1)(e) GDPR";
    /// Days that a certificate which nobody renews by itself must still be good for, at least.
    min_certificate_days = 30, "AWS Security Hub, ACM.1";
    /// Copies that what scales must keep at least.
    min_replicas = 2, "one copy and one to take over (AWS Well-Architected, REL10; Azure Well-Architected, reliability design principles)";
    /// Days that must pass at least between the order to destroy a key and its end.
    min_key_deletion_days = 7, "the shortest waiting period of AWS KMS (docs.aws.amazon.com/kms, deleting keys) and of Key Vault's soft delete";
    /// Characters that a password of a person must have at least.
    min_password_length = 14, "CIS AWS Foundations Benchmark, minimum length of IAM passwords";
    /// Former passwords that must not be used again, at least.
    min_password_history = 24, "CIS AWS Foundations Benchmark, reuse of IAM passwords";
    /// Days that a long-lived credential may live at most.
    max_credential_days = 90, "CIS AWS Foundations Benchmark, rotation of access keys; CIS Google Cloud Foundations Benchmark, rotation of service account keys";
    /// Days from one rotation of a customer's key to the next at most.
    max_key_rotation_days = 366, "AWS KMS rotates every 365 days unless told otherwise (docs.aws.amazon.com/kms, rotate keys); a year may have one day more";
    /// Days that a lock which nobody can lift may keep personal data at most: the erasure horizon.
    max_lock_days = 90, "Article 12(3) GDPR: a request for erasure is met within one month, extended by two at most";
    /// Days that flow logs must be kept at least, where they say it themselves.
    min_flow_log_days = 90, "CIS Microsoft Azure Foundations Benchmark, retention of flow logs";
    /// Days that logs must be kept at least.
    min_log_days = 365, "CIS Microsoft Azure Foundations Benchmark, retention of the activity log; AWS Security Hub, CloudWatch.16";
    /// Days that audit files of a database must be kept at least.
    min_database_audit_days = 90, "CIS Microsoft Azure Foundations Benchmark, retention of SQL auditing";
    /// Days that audit files of an API server must stay on its node at least.
    min_cluster_audit_days = 30, "CIS Kubernetes Benchmark, --audit-log-maxage";
    /// Days that logs may be kept at most.
    max_log_days = 2557, "seven years: six of documentation (45 CFR 164.316(b)(2)(i)) and the one in progress";
}

/// The principal of every judgement.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    values: Vec<Option<ProfileValue>>,
}

impl Profile {
    /// Every declared fact, in order.
    pub fn facts() -> impl Iterator<Item = &'static ProfileFact> {
        DECLARED.iter().chain(Thresholds::FACTS)
    }

    /// What `estate` declares; the strict profile where there is none.
    pub fn of(estate: Option<&Estate>) -> Self {
        let nothing = Thresholds::default();
        let thresholds = estate.map_or(&nothing, |estate| &estate.thresholds);
        let declared = [estate.is_some(), estate.is_some_and(|estate| estate.whole)];
        let mut values: Vec<_> = declared.into_iter().map(|value| Some(ProfileValue::Bool(value))).collect();
        values.push(None);
        values.extend(thresholds.values().into_iter().map(|value| Some(ProfileValue::Long(value))));
        Self { values }
    }

    /// The same on the day `today`.
    #[must_use]
    pub fn on(mut self, today: Option<Date>) -> Self {
        let day = today.map(|today| today.duration_since(Date::constant(1970, 1, 1)).as_hours() / 24);
        for (fact, value) in Self::facts().zip(&mut self.values) {
            if fact.name == "today" {
                *value = day.map(ProfileValue::Long);
            }
        }
        self
    }

    /// Every fact that is known with its value, in order.
    pub fn values(&self) -> impl Iterator<Item = (&'static ProfileFact, ProfileValue)> {
        Self::facts().zip(self.values.iter().copied()).filter_map(|(fact, value)| Some((fact, value?)))
    }

    /// The value of the fact `name`.
    pub fn get(&self, name: &str) -> Option<ProfileValue> {
        self.values().find(|(fact, _)| fact.name == name).map(|(_, value)| value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_estate_file_every_default_holds() {
        for (fact, value) in Profile::of(None).values() {
            assert_eq!(value, fact.default, "{}", fact.name);
        }
        let epoch = Profile::of(None).on(Some(Date::constant(1970, 1, 1)));
        assert_eq!(epoch.values().count(), Profile::facts().count());
        assert_eq!(epoch.get("today"), Some(ProfileValue::Long(0)));
        assert_eq!(Profile::of(None).get("today"), None);
    }

    #[test]
    fn a_threshold_of_the_estate_file_replaces_the_default() {
        let estate =
            Estate::parse("thresholds: {min_backup_days: 35}\n", "deodar.yaml", None).expect("it is well formed");
        let profile = Profile::of(Some(&estate));
        assert_eq!(profile.get("min_backup_days"), Some(ProfileValue::Long(35)));
        assert_eq!(profile.get("max_credential_days"), Some(ProfileValue::Long(90)));
        assert_eq!(profile.get("estate_declared"), Some(ProfileValue::Bool(true)));
    }
}
