//! One chunk of resources against the policies of their kinds: one call for each resource, each answer read to the end.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, RwLock};

use cedar_policy::{AuthorizationError, Authorizer, Context, Entities, Entity, PolicySet, Request, Response};

use crate::engine::entity::{Assumed, Builder, NOT_SEEN, Names};
use crate::engine::set::{KindSet, Numbered, Row};
use crate::engine::shape::{End, Shapes, Source, follow};
use crate::engine::verdict::{Outcome, Verdict};
use crate::model::{Inventory, KindName, Resource, ResourceId};
use crate::value::State;

/// The most Booleans that are tried in all their values.
const MOST_UNKNOWN: usize = 6;

/// Everything a judgement of one inventory needs.
pub(super) struct Judge<'e> {
    /// The types of entities.
    pub names: &'e Names,
    /// The policies of the kinds that are there.
    pub sets: BTreeMap<KindName, &'e Alike<'e>>,
    /// What they read.
    pub shapes: Shapes,
    /// The resources.
    pub inventory: &'e Inventory,
    /// The principal.
    pub principal: Entity,
}

/// What came of one policy on one resource.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Found {
    NotApplicable,
    Holds,
    Violated,
    /// It read something unknown; the Boolean that it missed first, if that is what it missed.
    Undetermined {
        bool: bool,
    },
    Failed(String),
}

/// The policies of a kind, and what they said of resources with a given key (see [`Builder::key`]).
pub(super) struct Alike<'e> {
    pub policies: &'e KindSet,
    found: RwLock<HashMap<Vec<u8>, Arc<[Found]>>>,
}

/// How many keys are remembered of a kind: what is beyond is judged each time.
const MOST_ALIKE: usize = 1 << 15;

impl<'e> Alike<'e> {
    pub(super) fn new(policies: &'e KindSet) -> Self {
        Self { policies, found: RwLock::default() }
    }

    fn known(&self, key: &[u8]) -> Option<Arc<[Found]>> {
        self.found.read().ok()?.get(key).cloned()
    }

    /// A failure is not kept: it names its resource.
    fn keep(&self, key: Vec<u8>, found: &Arc<[Found]>) {
        if found.iter().any(|found| matches!(found, Found::Failed(_))) {
            return;
        }
        if let Ok(mut known) = self.found.write()
            && known.len() < MOST_ALIKE
        {
            known.insert(key, found.clone());
        }
    }
}

/// What a chunk gave.
#[derive(Default)]
pub(super) struct Judged {
    /// The verdicts, by resource, then rule.
    pub verdicts: Vec<Verdict>,
    /// The rules that do not apply, once for each resource.
    pub not_applicable: Vec<usize>,
}

impl Judge<'_> {
    fn builder(&self) -> Builder<'_> {
        Builder { names: self.names, shapes: &self.shapes, inventory: self.inventory, principal: &self.principal }
    }

    /// Judges a chunk. Resources that are alike in all that policies read are judged once.
    pub(super) fn chunk(&self, resources: &[Resource]) -> Judged {
        let mut judged = Judged::default();
        let builder = self.builder();
        let here: Vec<_> = resources
            .iter()
            .filter_map(|resource| Some((resource, *self.sets.get(&resource.kind_name())?, builder.key(resource))))
            .collect();
        let open: Vec<&Resource> =
            here.iter().filter(|(_, set, key)| set.known(key).is_none()).map(|(resource, ..)| *resource).collect();
        let store =
            if open.is_empty() { Err(String::new()) } else { builder.store(open.iter().copied(), &Assumed::new()) };
        for (resource, set, key) in here {
            let found = match set.known(&key) {
                Some(found) => found,
                None => self.first_of_its_like(resource, set, key, &store),
            };
            roll_up(resource.id, set.policies, &found, &mut judged);
        }
        judged
    }

    fn first_of_its_like(
        &self,
        resource: &Resource,
        set: &Alike<'_>,
        key: Vec<u8>,
        store: &Result<Entities, String>,
    ) -> Arc<[Found]> {
        let response = match store {
            Ok(store) => self.ask(resource, &set.policies.policies, store),
            Err(fault) => Err(fault.clone()),
        };
        let found: Arc<[Found]> = match response {
            Ok(response) => self.read(resource, set.policies, &response).into(),
            Err(fault) => vec![Found::Failed(fault); set.policies.rows.len()].into(),
        };
        set.keep(key, &found);
        found
    }

    /// One call. That the resource is in the store is checked, since without it policies would be silent.
    fn ask(&self, resource: &Resource, policies: &PolicySet, store: &Entities) -> Result<Response, String> {
        let uid = self.names.uid(resource.kind_name(), resource.id).filter(|uid| store.get(uid).is_some());
        let uid = uid.ok_or("the resource is not in the store")?;
        let request = Request::new(self.names.profile.clone(), self.names.action.clone(), uid, Context::empty(), None);
        let request = request.map_err(|error| error.to_string())?;
        Ok(Authorizer::new().is_authorized(&request, policies, store))
    }

    /// What the answer says of each row.
    fn read(&self, resource: &Resource, set: &KindSet, response: &Response) -> Vec<Found> {
        let answer = Answer::of(response);
        set.rows
            .iter()
            .enumerate()
            .map(|(at, row)| self.settle(resource, at, row, answer.row(at, row.test, |error| self.classify(error))))
            .collect()
    }

    /// An undetermined policy is judged again under all values of the unknown Booleans it reads.
    fn settle(&self, resource: &Resource, at: usize, row: &Row, found: Found) -> Found {
        let Found::Undetermined { bool: true } = found else { return found };
        let unknown = self.unknown_booleans(resource, row);
        let alone = unknown.len() == 1 && row.reads().count() == 1;
        if unknown.is_empty() || unknown.len() > MOST_UNKNOWN || alone {
            return found;
        }
        self.completed(resource, at, row, &unknown).unwrap_or(found)
    }

    /// The verdict on which every completion agrees. A policy that holds in some and does not apply in the others holds.
    fn completed(&self, resource: &Resource, at: usize, row: &Row, unknown: &[(ResourceId, Source)]) -> Option<Found> {
        let policies = row.alone()?;
        let mut agreed: Option<Found> = None;
        for mask in 0..1u32 << unknown.len() {
            let assumed: Assumed = unknown.iter().enumerate().map(|(bit, key)| (*key, mask >> bit & 1 == 1)).collect();
            let store = self.builder().store([resource], &assumed).ok()?;
            let response = self.ask(resource, policies, &store).ok()?;
            let found = Answer::of(&response).row(at, row.test, |error| self.classify(error));
            agreed = Some(match (agreed, found) {
                (None, found @ (Found::Violated | Found::Holds | Found::NotApplicable)) => found,
                (Some(Found::Violated), Found::Violated) => Found::Violated,
                (Some(Found::NotApplicable), Found::NotApplicable) => Found::NotApplicable,
                (Some(Found::Holds | Found::NotApplicable), Found::Holds | Found::NotApplicable) => Found::Holds,
                _ => return None,
            });
        }
        agreed
    }

    /// The unknown Booleans that a policy reads of `resource`, links followed; each once.
    fn unknown_booleans(&self, resource: &Resource, row: &Row) -> Vec<(ResourceId, Source)> {
        let mut found: Vec<(ResourceId, Source)> = Vec::new();
        for path in row.reads() {
            let End::Fact(of, source) = follow(resource, path, |id| self.inventory.get(id)) else { continue };
            let unknown = matches!(source.read(of), Some((State::Unknown(_), _)));
            if unknown && source.is_bool(of.kind_name()) && !found.contains(&(of.id, source)) {
                found.push((of.id, source));
            }
        }
        found
    }

    /// Whether an error comes from a fact that is known to be unknown. Whatever else it is, is a failure.
    fn classify(&self, error: &AuthorizationError) -> Found {
        let AuthorizationError::PolicyEvaluationError(error) = error;
        let message = error.inner().to_string();
        match missing(&message) {
            Some(Missing::Entity(NOT_SEEN)) => Found::Undetermined { bool: false },
            Some(Missing::Attribute { kind, id, attribute }) => match self.unknown(kind, id, attribute) {
                Some(bool) => Found::Undetermined { bool },
                None => Found::Failed(message),
            },
            _ => Found::Failed(message),
        }
    }

    /// Whether that attribute is a fact known to be unknown, and then whether it is a Boolean.
    fn unknown(&self, kind: &str, id: &str, attribute: &str) -> Option<bool> {
        let resource =
            self.inventory.get(ResourceId(id.parse().ok()?)).filter(|resource| resource.kind_name().name() == kind)?;
        let source = Source::of(resource.kind_name(), attribute)?;
        matches!(source.read(resource)?.0, State::Unknown(_)).then(|| source.is_bool(resource.kind_name()))
    }
}

/// What an evaluation lacked.
#[derive(PartialEq, Eq, Debug)]
enum Missing<'m> {
    Entity(&'m str),
    Attribute { kind: &'m str, id: &'m str, attribute: &'m str },
}

/// Reads Cedar's message, which has no other form in its interface; a message that is not understood is a failure.
fn missing(message: &str) -> Option<Missing<'_>> {
    if let Some(uid) = message.strip_prefix("entity `").and_then(|rest| rest.strip_suffix("` does not exist")) {
        let (_, id) = uid.strip_suffix('"')?.split_once("::\"")?;
        return Some(Missing::Entity(id));
    }
    let (uid, attribute) =
        message.strip_prefix('`')?.strip_suffix('`')?.split_once("` does not have the attribute `")?;
    let (kind, id) = uid.strip_suffix('"')?.split_once("::\"")?;
    Some(Missing::Attribute { kind, id, attribute })
}

/// A response by number.
#[derive(Default)]
struct Answer<'r> {
    satisfied: Vec<usize>,
    tests: Vec<usize>,
    errors: BTreeMap<usize, &'r AuthorizationError>,
}

impl<'r> Answer<'r> {
    fn of(response: &'r Response) -> Self {
        let mut answer = Self::default();
        for id in response.diagnostics().reason() {
            match Numbered::of(id) {
                Some(Numbered::Row(at)) => answer.satisfied.push(at),
                Some(Numbered::Test(at)) => answer.tests.push(at),
                None => {}
            }
        }
        for error in response.diagnostics().errors() {
            let AuthorizationError::PolicyEvaluationError(inner) = error;
            // a test errs where its policy errs
            if let Some(Numbered::Row(at)) = Numbered::of(inner.policy_id()) {
                answer.errors.insert(at, error);
            }
        }
        answer
    }

    fn row(&self, at: usize, test: Option<usize>, classify: impl Fn(&AuthorizationError) -> Found) -> Found {
        if self.satisfied.contains(&at) {
            Found::Violated
        } else if let Some(error) = self.errors.get(&at) {
            classify(error)
        } else if test.is_none_or(|test| self.tests.contains(&test)) {
            Found::Holds
        } else {
            Found::NotApplicable
        }
    }
}

/// The verdict of each rule from those of its policies: Violated > Failed > Undetermined > Holds.
fn roll_up(resource: ResourceId, set: &KindSet, found: &[Found], judged: &mut Judged) {
    let start = judged.verdicts.len();
    let rows: Vec<(&Row, &Found)> =
        set.rows.iter().zip(found).filter(|(row, _)| !set.broken.iter().any(|(rule, _)| *rule == row.rule)).collect();
    for of_rule in rows.chunk_by(|(a, _), (b, _)| a.rule == b.rule) {
        let Some((first, _)) = of_rule.first() else { continue };
        let policies = |wanted: fn(&Found) -> bool| -> Box<[u16]> {
            of_rule.iter().filter(|(_, found)| wanted(found)).map(|(row, _)| row.at).collect()
        };
        let violated = policies(|found| matches!(found, Found::Violated));
        let undetermined = policies(|found| matches!(found, Found::Undetermined { .. }));
        let failed = of_rule
            .iter()
            .find_map(|(_, found)| if let Found::Failed(message) = found { Some(message.as_str()) } else { None });
        let outcome = if !violated.is_empty() {
            Outcome::Violated { policies: violated }
        } else if let Some(message) = failed {
            Outcome::Failed { message: message.into() }
        } else if !undetermined.is_empty() {
            Outcome::Undetermined { policies: undetermined }
        } else if of_rule.iter().any(|(_, found)| matches!(found, Found::Holds)) {
            Outcome::Holds
        } else {
            judged.not_applicable.push(first.rule);
            continue;
        };
        judged.verdicts.push(Verdict { rule: first.rule, resource, outcome });
    }
    let broken = set.broken.iter().map(|(rule, fault)| Verdict {
        rule: *rule,
        resource,
        outcome: Outcome::Failed { message: fault.as_str().into() },
    });
    judged.verdicts.extend(broken);
    if !set.broken.is_empty()
        && let Some(mine) = judged.verdicts.get_mut(start..)
    {
        mine.sort_by_key(|verdict| verdict.rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cedar_lacks_is_read_from_its_message() {
        assert_eq!(missing("entity `Key::\"-\"` does not exist"), Some(Missing::Entity("-")));
        assert_eq!(
            missing("`Disk::\"7\"` does not have the attribute `encrypted`"),
            Some(Missing::Attribute { kind: "Disk", id: "7", attribute: "encrypted" })
        );
        assert_eq!(missing("record does not have the attribute `region`"), None);
        assert_eq!(missing("integer overflow"), None);
    }
}
