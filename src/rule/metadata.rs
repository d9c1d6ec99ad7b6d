//! What a rule says about itself in `rules/<domain>/<ID>.yaml`.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

/// How much a violation matters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to mend.
    Low,
    /// A weakness that needs another one to do harm.
    Medium,
    /// A weakness that does harm by itself once somebody is near.
    High,
    /// Open to everyone, or a legal bar.
    Critical,
}

impl Severity {
    /// Every severity, the lowest first.
    pub const ALL: &'static [Severity] = &[Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity called `name`.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|severity| severity.name() == name)
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How sure a finding of the rule is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess by likeness.
    Low,
    /// Right but where somebody arranged it otherwise by means that deodar does not see.
    Medium,
    /// Right if the input is what is deployed.
    High,
}

impl Confidence {
    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// What a rule says about itself.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// The requirement, as a sentence that reads well when it holds.
    pub title: String,
    /// When it applies.
    pub applies: String,
    /// When it is violated.
    pub violated: String,
    /// When it cannot be told.
    pub unknown: String,
    /// How much a violation matters.
    pub severity: Severity,
    /// How sure a finding is.
    pub confidence: Confidence,
    /// Why it matters.
    pub why: String,
    /// What mends it, by provider: `aws`, `azure`, `gcp`, `kubernetes`; `cloudformation` and `bicep` for a cloud's own
    /// spelling; or by the type that it mends, where a rule speaks of unlike ones: `aws_s3_bucket`, `AWS::S3::Bucket`.
    pub remediation: BTreeMap<String, String>,
    /// Pages that say more.
    pub references: Vec<String>,
    /// Earlier ids, which still work in waivers and filters.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The version that brought the rule.
    pub since: String,
    /// Its findings point at secrets: the source line is never printed.
    #[serde(default)]
    pub secret: bool,
    /// Why it stands in no baseline, where it does not.
    #[serde(default)]
    pub no_baseline: Option<String>,
}
