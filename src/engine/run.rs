//! The engine: the selected rules by kind, each kind's policies parsed when it is first met; judging in parallel.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use rayon::prelude::*;

use crate::engine::derived::{self, Line};
use crate::engine::entity::{Names, principal};
use crate::engine::evidence::{fill, gather};
use crate::engine::judge::{Alike, Judge};
use crate::engine::lint;
use crate::engine::policy::{EngineError, Parted, part};
use crate::engine::set::KindSet;
use crate::engine::shape::Shapes;
use crate::engine::verdict::{Evidence, Judgement, Outcome, Verdict};
use crate::model::{Inventory, KindName};
use crate::rule::{Library, Profile};

/// How many resources are built and judged together: an entity costs about 20 KB while it lives.
const CHUNK: usize = 32;

/// The rules of a run, ready to judge.
pub struct Engine<'l> {
    library: &'l Library,
    /// The selected rules, by their place in the library.
    rules: BTreeMap<usize, Selected>,
    by_kind: BTreeMap<KindName, Kind>,
    names: Names,
    chunk: usize,
}

struct Selected {
    line: Option<Line>,
    parts: OnceLock<Result<Vec<Parted>, EngineError>>,
}

#[derive(Default)]
struct Kind {
    rules: Vec<usize>,
    set: OnceLock<KindSet>,
}

impl<'l> Engine<'l> {
    /// An engine for the rules of `library` at the places `selection`. A rule that is not in the derived file, such as
    /// one of the user's, is taken apart and linted now; the embedded ones were by their tests.
    pub fn new(library: &'l Library, selection: impl IntoIterator<Item = usize>) -> Result<Self, EngineError> {
        Self::checked_by(library, selection, checked)
    }

    /// An engine that takes every rule as it is: for what is made on purpose, such as mutants.
    pub fn without_lint(library: &'l Library) -> Result<Self, EngineError> {
        Self::checked_by(library, 0..library.rules().len(), part)
    }

    fn checked_by(
        library: &'l Library,
        selection: impl IntoIterator<Item = usize>,
        check: fn(&str, &str) -> Result<Vec<Parted>, EngineError>,
    ) -> Result<Self, EngineError> {
        let lines: BTreeMap<&str, (u64, Line)> =
            derived::lines().map(|(id, digest, line)| (id, (digest, line))).collect();
        let mut rules = BTreeMap::new();
        let mut by_kind: BTreeMap<KindName, Kind> = BTreeMap::new();
        for at in selection.into_iter().collect::<BTreeSet<usize>>() {
            let Some(rule) = library.rules().get(at) else { continue };
            let fresh = lines
                .get(rule.id())
                .filter(|(digest, _)| *digest == derived::digest(rule.policy()))
                .map(|(_, line)| *line);
            let (selected, kinds) = match fresh.and_then(|line| Some((line, line.kinds()?))) {
                Some((line, kinds)) => (Selected { line: Some(line), parts: OnceLock::new() }, kinds),
                None => {
                    let parts = check(rule.id(), rule.policy())?;
                    let kinds = derived::kinds(&parts);
                    (Selected { line: None, parts: OnceLock::from(Ok(parts)) }, kinds)
                }
            };
            for kind in kinds {
                by_kind.entry(kind).or_default().rules.push(at);
            }
            rules.insert(at, selected);
        }
        let names = Names::new().ok_or_else(|| EngineError::Syntax {
            rule: "schema".to_owned(),
            message: "a kind's name is no Cedar name".to_owned(),
        })?;
        Ok(Self { library, rules, by_kind, names, chunk: CHUNK })
    }

    /// An engine for every rule of `library`.
    pub fn of_all(library: &'l Library) -> Result<Self, EngineError> {
        Self::new(library, 0..library.rules().len())
    }

    /// The same engine with another number of resources in a chunk. It never changes a verdict.
    #[must_use]
    pub fn in_chunks_of(mut self, chunk: usize) -> Self {
        self.chunk = chunk.max(1);
        self
    }

    /// Judges every resource with every rule that speaks of its kind. The same inventory gives the same judgement, for
    /// any number of threads.
    pub fn judge(&self, inventory: &Inventory, profile: &Profile) -> Judgement {
        let present: BTreeSet<KindName> = inventory.resources().iter().map(crate::model::Resource::kind_name).collect();
        let present: Vec<(KindName, &Kind)> =
            present.into_iter().filter_map(|kind| Some((kind, self.by_kind.get(&kind)?))).collect();
        let sets: BTreeMap<KindName, &KindSet> =
            present.par_iter().map(|(name, kind)| (*name, self.set(*name, kind))).collect();
        let mut shapes = Shapes::default();
        for (kind, set) in &sets {
            for path in set.rows.iter().flat_map(|row| row.reads()) {
                shapes.add(*kind, path);
            }
        }
        let mut judgement = Judgement { verdicts: Vec::new(), not_applicable: vec![0; self.library.rules().len()] };
        let principal = match principal(&self.names, profile) {
            Ok(principal) => principal,
            // policies that read the profile then fail
            Err(_) => cedar_policy::Entity::with_uid(self.names.profile.clone()),
        };
        let alike: BTreeMap<KindName, Alike<'_>> =
            sets.into_iter().map(|(kind, set)| (kind, Alike::new(set))).collect();
        let sets = alike.iter().map(|(kind, set)| (*kind, set)).collect();
        let judge = Judge { names: &self.names, sets, shapes, inventory, principal };
        let chunks: Vec<_> = inventory.resources().par_chunks(self.chunk).map(|chunk| judge.chunk(chunk)).collect();
        judgement.verdicts.reserve_exact(chunks.iter().map(|chunk| chunk.verdicts.len()).sum());
        for chunk in chunks {
            judgement.verdicts.extend(chunk.verdicts);
            for rule in chunk.not_applicable {
                if let Some(count) = judgement.not_applicable.get_mut(rule) {
                    *count += 1;
                }
            }
        }
        judgement
    }

    /// The policies of a kind, parsed on first use.
    fn set<'s>(&'s self, name: KindName, kind: &'s Kind) -> &'s KindSet {
        kind.set.get_or_init(|| {
            let rules = kind.rules.iter().map(|rule| (*rule, self.parts(*rule).map_err(|error| error.to_string())));
            KindSet::new(name, rules)
        })
    }

    /// The policies of a selected rule.
    fn parts(&self, rule: usize) -> Result<&[Parted], &EngineError> {
        let (Some(selected), Some(found)) = (self.rules.get(&rule), self.library.rules().get(rule)) else {
            return Ok(&[]);
        };
        let parts = selected.parts.get_or_init(|| match selected.line.and_then(|line| line.read()) {
            Some(parts) => Ok(parts),
            None => part(found.id(), found.policy()),
        });
        parts.as_ref().map(Vec::as_slice)
    }

    /// The facts that a verdict rests on: of the policies that are violated or undetermined, else of all policies of
    /// the rule that speak of the resource.
    pub fn evidence(&self, inventory: &Inventory, profile: &Profile, verdict: &Verdict) -> Evidence {
        let Some(resource) = inventory.get(verdict.resource) else { return Evidence::default() };
        let parts: Vec<&Parted> = self.concerned(verdict, resource.kind_name());
        gather(parts.into_iter(), resource, inventory, profile)
    }

    /// What is wrong, a sentence for each violated policy: pairs of the policy's id and its message. For another
    /// verdict: what would be wrong.
    pub fn messages(&self, inventory: &Inventory, verdict: &Verdict) -> Vec<(String, String)> {
        let Some(resource) = inventory.get(verdict.resource) else { return Vec::new() };
        self.concerned(verdict, resource.kind_name())
            .into_iter()
            .map(|part| (part.id.clone(), fill(&part.message, resource)))
            .collect()
    }

    /// The policies that a verdict hangs on.
    fn concerned(&self, verdict: &Verdict, kind: KindName) -> Vec<&Parted> {
        let parts = self.parts(verdict.rule).unwrap_or(&[]);
        match &verdict.outcome {
            Outcome::Violated { policies } | Outcome::Undetermined { policies } => {
                policies.iter().filter_map(|at| parts.get(usize::from(*at))).collect()
            }
            Outcome::Holds | Outcome::Failed { .. } => parts.iter().filter(|part| part.kinds.contains(&kind)).collect(),
        }
    }
}

/// The policies of a rule that no test has seen.
fn checked(rule: &str, text: &str) -> Result<Vec<Parted>, EngineError> {
    let parts = part(rule, text)?;
    let faults = lint(rule, text);
    if faults.is_empty() { Ok(parts) } else { Err(EngineError::Refused { rule: rule.to_owned(), faults }) }
}
