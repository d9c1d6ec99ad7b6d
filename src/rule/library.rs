//! All rules and baselines: embedded when deodar is built, as JSON made of their YAML; parsed when first asked for.

use std::borrow::Cow;
use std::sync::OnceLock;

use miette::Diagnostic;
use thiserror::Error;

use crate::rule::{Baseline, Metadata};

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/library.rs"));
}

/// A document of the library that cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, Error, Diagnostic)]
#[error("`{name}` cannot be read: {message}")]
pub struct LibraryError {
    /// The rule or the baseline.
    pub name: String,
    /// What is wrong, with its line.
    pub message: String,
}

/// One rule: its policies, and what it says about itself.
#[derive(Debug)]
pub struct Rule {
    id: Cow<'static, str>,
    domain: Cow<'static, str>,
    policy: Cow<'static, str>,
    document: Cow<'static, str>,
    /// The document as JSON, where it was read when deodar was built.
    prepared: Option<&'static str>,
    metadata: OnceLock<Result<Metadata, LibraryError>>,
}

impl Rule {
    /// A rule from its texts.
    pub fn new(
        id: impl Into<Cow<'static, str>>,
        domain: impl Into<Cow<'static, str>>,
        policy: impl Into<Cow<'static, str>>,
        document: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            id: id.into(),
            domain: domain.into(),
            policy: policy.into(),
            document: document.into(),
            prepared: None,
            metadata: OnceLock::new(),
        }
    }

    /// Its id, stable for ever.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its domain: `encryption-at-rest`.
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The text of its Cedar policies.
    pub fn policy(&self) -> &str {
        &self.policy
    }

    /// The text of its metadata.
    pub fn document(&self) -> &str {
        &self.document
    }

    /// What it says about itself, parsed on first use.
    pub fn try_metadata(&self) -> Result<&Metadata, &LibraryError> {
        self.metadata
            .get_or_init(|| {
                let wrong = |message| LibraryError { name: self.id.to_string(), message };
                match self.prepared {
                    Some(json) => serde_json::from_str(json).map_err(|error| wrong(error.to_string())),
                    None => serde_saphyr::from_str(&self.document)
                        .map_err(|error| wrong(error.without_snippet().to_string())),
                }
            })
            .as_ref()
    }

    /// What it says about itself. That every embedded document can be read is held by a test; [`Library::with`] takes no
    /// other either.
    pub fn metadata(&self) -> &Metadata {
        static NOTHING: OnceLock<Metadata> = OnceLock::new();
        self.try_metadata().unwrap_or_else(|_| NOTHING.get_or_init(unreadable))
    }
}

/// Stands for metadata that cannot be read: as severe as can be, so that nothing passes by it.
fn unreadable() -> Metadata {
    Metadata {
        title: "a rule whose metadata cannot be read".into(),
        applies: String::new(),
        violated: String::new(),
        unknown: String::new(),
        severity: super::Severity::Critical,
        confidence: super::Confidence::Low,
        why: String::new(),
        remediation: std::collections::BTreeMap::new(),
        references: Vec::new(),
        aliases: Vec::new(),
        since: String::new(),
        secret: true,
        no_baseline: None,
    }
}

/// A name and a text.
type Source = (Cow<'static, str>, Cow<'static, str>);

/// All rules, sorted by id, and all baselines, sorted by name.
#[derive(Debug)]
pub struct Library {
    rules: Vec<Rule>,
    sources: Vec<Source>,
    baselines: OnceLock<Result<Vec<Baseline>, LibraryError>>,
}

impl Library {
    /// What is built in.
    pub fn embedded() -> Self {
        let rules = embedded::RULES.iter().map(|(id, domain, policy, document, prepared)| Rule {
            prepared: Some(prepared),
            ..Rule::new(*id, *domain, *policy, *document)
        });
        let sources = embedded::BASELINES.iter().map(|(name, text)| (Cow::Borrowed(*name), Cow::Borrowed(*text)));
        Self::sorted(rules.collect(), sources.collect())
    }

    /// A library of one's own: rules, and baselines as pairs of name and text.
    pub fn with(rules: Vec<Rule>, baselines: Vec<(String, String)>) -> Result<Self, LibraryError> {
        let sources = baselines.into_iter().map(|(name, text)| (name.into(), text.into())).collect();
        let library = Self::sorted(rules, sources);
        for rule in &library.rules {
            rule.try_metadata().map_err(Clone::clone)?;
        }
        library.try_baselines().map_err(Clone::clone)?;
        Ok(library)
    }

    fn sorted(mut rules: Vec<Rule>, mut sources: Vec<Source>) -> Self {
        rules.sort_by(|a, b| a.id.cmp(&b.id));
        sources.sort();
        Self { rules, sources, baselines: OnceLock::new() }
    }

    /// Every rule, sorted by id.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule called `id` and its index; an alias does not find it.
    pub fn rule(&self, id: &str) -> Option<(usize, &Rule)> {
        let at = self.rules.binary_search_by(|rule| rule.id.as_ref().cmp(id)).ok()?;
        Some((at, self.rules.get(at)?))
    }

    /// The rule called `name`, now or formerly. Parses all metadata when `name` is no rule's id.
    pub fn named(&self, name: &str) -> Option<(usize, &Rule)> {
        self.rule(name).or_else(|| {
            self.rules.iter().enumerate().find(|(_, rule)| rule.metadata().aliases.iter().any(|alias| alias == name))
        })
    }

    /// Every baseline, sorted by name.
    pub fn try_baselines(&self) -> Result<&[Baseline], &LibraryError> {
        let read = || self.sources.iter().map(|(name, text)| Baseline::parse(name, text)).collect();
        self.baselines.get_or_init(read).as_ref().map(Vec::as_slice)
    }

    /// Every baseline, sorted by name. That every embedded one can be read is held by a test.
    pub fn baselines(&self) -> &[Baseline] {
        self.try_baselines().unwrap_or(&[])
    }

    /// The baseline called `name`.
    pub fn baseline(&self, name: &str) -> Option<&Baseline> {
        self.baselines().iter().find(|baseline| baseline.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_both_halves() {
        let none: &[&str] = &[];
        assert_eq!(embedded::HALVES, none, "write the other file, or run `deodar rules new ID`");
    }

    #[test]
    fn what_was_prepared_says_what_the_document_says() {
        for rule in Library::embedded().rules() {
            let written: Metadata = serde_saphyr::from_str(rule.document()).unwrap();
            assert_eq!(rule.metadata(), &written, "{}", rule.id());
        }
    }

    #[test]
    fn every_embedded_document_can_be_read() {
        let library = Library::embedded();
        let mut faults: Vec<String> =
            library.rules().iter().filter_map(|rule| rule.try_metadata().err()).map(ToString::to_string).collect();
        faults.extend(library.try_baselines().err().map(ToString::to_string));
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}
