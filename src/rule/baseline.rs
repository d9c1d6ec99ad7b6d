//! A control set: requirements, each with the rules that support it or with the evidence that a person must bring.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;

use crate::rule::LibraryError;

/// How far settings can show that a requirement is met.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Assessment {
    /// Settings alone can show failure and, for what was scanned, that it is met.
    Automated,
    /// Settings can show failure; that it is met also needs the named human evidence.
    Partial,
    /// Settings prove nothing: a person has to bring the evidence.
    Manual,
}

impl Assessment {
    /// The name in outputs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Automated => "automated",
            Self::Partial => "partial",
            Self::Manual => "manual",
        }
    }
}

impl fmt::Display for Assessment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One requirement of a baseline.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its number in the law: `32(1)(a)`, `164.312(a)(2)(iv)`.
    pub id: String,
    /// What it demands, in our own words.
    pub title: String,
    /// Its group: `security`, `transfer`, `implementation-specification`, …
    pub group: String,
    /// How binding it is, where the law tells: `required`, `addressable`, `standard-level`.
    #[serde(default)]
    pub obligation: Option<String>,
    /// How far settings can show it.
    pub assessment: Assessment,
    /// What settings can show of it.
    #[serde(default)]
    pub machine_evidence: Option<String>,
    /// What a person has to bring.
    #[serde(default)]
    pub human_evidence: Option<String>,
    /// The rules that support it.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Requirements of the same baseline that it sums up: their rules are its rules too.
    #[serde(default)]
    pub sums_up: Vec<String>,
    /// Why another requirement has the very same rules, where one has.
    #[serde(default)]
    pub same_rules_because: Option<String>,
}

/// A control set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Baseline {
    /// Its name on the command line: `gdpr`.
    pub name: String,
    /// Its full name.
    pub title: String,
    /// The name of the law in citations: `GDPR`, and the word before a number: `Art.`.
    pub citation: String,
    /// The edition: which text, as of when.
    pub as_of: String,
    /// Where the text can be read.
    pub sources: Vec<String>,
    /// What a reader must know before relying on it.
    pub caveats: Vec<String>,
    /// Its requirements, in the order of the law.
    pub requirements: Vec<Requirement>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    title: String,
    citation: String,
    as_of: String,
    sources: Vec<String>,
    #[serde(default)]
    caveats: Vec<String>,
    requirements: Vec<Requirement>,
}

impl Baseline {
    /// Reads the baseline `name` from its document: YAML, or the JSON that was made of it.
    pub fn parse(name: &str, text: &str) -> Result<Self, LibraryError> {
        let wrong = |message| LibraryError { name: name.to_owned(), message };
        let document: Document = if text.starts_with('{') {
            serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?
        } else {
            serde_saphyr::from_str(text).map_err(|error| wrong(error.without_snippet().to_string()))?
        };
        let Document { title, citation, as_of, sources, caveats, requirements } = document;
        Ok(Self { name: name.to_owned(), title, citation, as_of, sources, caveats, requirements })
    }

    /// The requirement numbered `id`.
    pub fn requirement(&self, id: &str) -> Option<&Requirement> {
        self.requirements.iter().find(|requirement| requirement.id == id)
    }

    /// How a requirement is cited: `GDPR Art. 32(1)(a)`, `HIPAA 164.312(a)(2)(iv)`.
    pub fn cite(&self, requirement: &Requirement) -> String {
        format!("{} {}", self.citation, requirement.id)
    }

    /// The rules that support `requirement`: its own, and those of the requirements it sums up.
    pub fn rules_of<'b>(&'b self, requirement: &'b Requirement) -> BTreeSet<&'b str> {
        let mut rules = BTreeSet::new();
        let mut seen = BTreeSet::new();
        let mut open = vec![requirement];
        while let Some(next) = open.pop() {
            if seen.insert(next.id.as_str()) {
                rules.extend(next.rules.iter().map(String::as_str));
                open.extend(next.sums_up.iter().filter_map(|id| self.requirement(id)));
            }
        }
        rules
    }

    /// The requirements that name `rule` themselves, in order.
    pub fn supported_by<'b>(&'b self, rule: &'b str) -> impl Iterator<Item = &'b Requirement> {
        self.requirements.iter().filter(move |requirement| requirement.rules.iter().any(|id| id == rule))
    }
}
