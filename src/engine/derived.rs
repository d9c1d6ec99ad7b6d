//! `policies/derived.txt`: every embedded rule taken apart ahead of time, so that a run parses only the policies of the
//! kinds it meets. One line a rule: its id, the digest of its text, its kinds, and its policies as JSON.
//!
//! **Invariant:** a line counts only while the digest is that of the rule's text; else the rule is taken apart anew.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::engine::EngineError;
use crate::engine::policy::{Parted, part};
use crate::model::{FactKind, KindName};
use crate::rule::Library;

static DERIVED: &str = include_str!("../../policies/derived.txt");

/// What a line says of a rule; the policies are read when they are needed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Line {
    /// The kinds that its policies speak of, with commas.
    pub kinds: &'static str,
    /// Its policies, as JSON.
    pub policies: &'static str,
}

/// The text of the derived file for the rules of `library`.
pub fn derived(library: &Library) -> Result<String, EngineError> {
    let mut text = String::from(
        "# Generated from the policies; `UPDATE=1 cargo nextest run -E 'test(fixtures)'` writes it anew.\n",
    );
    for rule in library.rules() {
        let parts = part(rule.id(), rule.policy())?;
        let policies: Vec<Value> = parts.iter().map(write).collect();
        let kinds: Vec<&str> = kinds(&parts).into_iter().map(KindName::name).collect();
        let _ = writeln!(
            text,
            "{} {:016x} {} {}",
            rule.id(),
            digest(rule.policy()),
            kinds.join(","),
            Value::Array(policies)
        );
    }
    Ok(text)
}

/// The kinds of all policies of a rule, each once.
pub(super) fn kinds(parts: &[Parted]) -> Vec<KindName> {
    let all: std::collections::BTreeSet<KindName> = parts.iter().flat_map(|part| part.kinds.iter().copied()).collect();
    all.into_iter().collect()
}

/// The lines of the derived file by rule, for the rules whose text is still the same.
pub(super) fn lines() -> impl Iterator<Item = (&'static str, u64, Line)> {
    DERIVED.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.splitn(4, ' ');
        let (id, digest) = (fields.next()?, u64::from_str_radix(fields.next()?, 16).ok()?);
        Some((id, digest, Line { kinds: fields.next()?, policies: fields.next()? }))
    })
}

/// The kinds of resources, by name, that a rule of the library speaks of.
pub fn kinds_of(rule: &str) -> Vec<&'static str> {
    lines().find(|(id, ..)| *id == rule).map_or_else(Vec::new, |(_, _, line)| line.kinds.split(',').collect())
}

/// The kinds of resources, by name, that a rule of the library reads: those that it speaks of, and those that it reads
/// through a link of theirs.
pub fn kinds_read(rule: &str) -> BTreeSet<&'static str> {
    let mut found: BTreeSet<&'static str> = kinds_of(rule).into_iter().collect();
    let line = lines().find(|(id, ..)| *id == rule).map(|(.., line)| line);
    for part in line.and_then(|line| line.read()).unwrap_or_default() {
        for path in part.primary.iter().chain(&part.related) {
            for mut kind in part.kinds.iter().copied() {
                for step in path.split('.').skip(1) {
                    let fact = kind.facts().iter().find(|fact| fact.name == step);
                    let Some(FactKind::Link(to)) = fact.map(|fact| fact.kind) else { break };
                    kind = to;
                    found.insert(kind.name());
                }
            }
        }
    }
    found
}

/// A digest of a text (FNV-1a): it tells a stale line, it is no guard against malice.
pub(super) fn digest(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl Line {
    /// The kinds; none if one is not known.
    pub(super) fn kinds(&self) -> Option<Vec<KindName>> {
        self.kinds.split(',').map(KindName::parse).collect()
    }

    /// The policies; none if the line is not what [`derived`] writes.
    pub(super) fn read(&self) -> Option<Vec<Parted>> {
        let parsed: Value = serde_json::from_str(self.policies).ok()?;
        parsed.as_array()?.iter().map(read).collect()
    }
}

fn write(part: &Parted) -> Value {
    let kinds: Vec<&str> = part.kinds.iter().map(|kind| kind.name()).collect();
    json!({
        "id": part.id,
        "message": part.message,
        "kinds": kinds,
        "primary": part.primary,
        "related": part.related,
        "text": part.text,
        "applies": part.applies,
    })
}

fn read(value: &Value) -> Option<Parted> {
    let text = |key: &str| value.get(key)?.as_str().map(str::to_owned);
    let texts = |key: &str| {
        value.get(key)?.as_array()?.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<String>>>()
    };
    Some(Parted {
        id: text("id")?,
        message: text("message")?,
        kinds: texts("kinds")?.iter().map(|name| KindName::parse(name)).collect::<Option<_>>()?,
        primary: texts("primary")?,
        related: texts("related")?,
        text: text("text")?,
        applies: text("applies"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_the_policies_say() {
        for rule in Library::embedded().rules() {
            let parts = part(rule.id(), rule.policy()).unwrap();
            assert_eq!(parts.iter().map(write).map(|value| read(&value)).collect::<Option<Vec<_>>>(), Some(parts));
        }
    }
}
