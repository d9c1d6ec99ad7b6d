//! Both arms of a condition that cannot be told: where a verdict hangs on one, the scan is judged as if it held and as if it
//! did not, and what both say alike is the verdict. One condition at a time: no combination of them is ever tried.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Read, Request, inventory, read};
use crate::engine::{Engine, Judgement, Outcome, Verdict};
use crate::format::{Settings, Unit, formats};
use crate::model::{Inventory, KindName, Resource, ResourceId};
use crate::rule::Profile;
use crate::source::{FileId, Span, Tree};
use crate::value::{UnitId, Why};

/// How many resources may be judged again in all, so that a run costs what it is long.
const MOST: usize = 20_000;

/// What a run is made of.
pub(super) struct Arms<'r> {
    pub tree: &'r Tree,
    pub units: &'r [Unit],
    pub request: &'r Request<'r>,
    pub engine: &'r Engine<'r>,
    pub profile: &'r Profile,
}

/// What was said of one resource under one rule, with a condition taken to hold or not.
enum Said<'t> {
    /// There is no such resource then.
    Gone,
    /// The rule does not apply to it then.
    NotApplicable,
    Outcome(&'t Outcome),
}

impl Arms<'_> {
    /// Settles the verdicts that hang on a single condition.
    pub(super) fn settle(&self, judgement: &mut Judgement, inventory: &Inventory) {
        let mut left = MOST;
        for (condition, verdicts) in self.hanging(judgement, inventory) {
            let Some(rest) = left.checked_sub(2 * inventory.resources().len()) else { return };
            left = rest;
            let [yes, no] = [true, false].map(|holds| self.taken(condition, holds));
            for at in verdicts {
                let Some(verdict) = judgement.verdicts.get_mut(at) else { continue };
                let Some(resource) = inventory.get(verdict.resource) else { continue };
                let said = [&yes, &no].map(|taken| taken.said(resource, verdict.rule));
                if let Some(outcome) = agreed(&said, resource.instances_unknown.is_some()) {
                    verdict.outcome = outcome;
                }
            }
        }
    }

    /// The conditions of templates that verdicts hang on, by where each is declared, with the places of those verdicts.
    fn hanging(&self, judgement: &Judgement, inventory: &Inventory) -> BTreeMap<Span, BTreeSet<usize>> {
        let mut hanging: BTreeMap<Span, BTreeSet<usize>> = BTreeMap::new();
        let template =
            |unit: &&Unit| formats().get(unit.format).is_some_and(|format| format.name() == "cloudformation");
        let files: BTreeSet<FileId> = self.units.iter().filter(template).flat_map(|unit| unit.files.clone()).collect();
        if files.is_empty() {
            return hanging;
        }
        let open = |verdict: &Verdict| matches!(verdict.outcome, Outcome::Undetermined { .. });
        for (at, verdict) in judgement.verdicts.iter().enumerate().filter(|(_, verdict)| open(verdict)) {
            for (_, unknown) in self.engine.evidence(inventory, self.profile, verdict).unknown() {
                if let (Why::Condition(..), Some(place)) = (&unknown.why, unknown.at)
                    && files.contains(&place.file)
                {
                    hanging.entry(place).or_default().insert(at);
                }
            }
        }
        hanging
    }

    fn taken(&self, condition: Span, holds: bool) -> Taken {
        let settings = Settings { assumed: Some((condition, holds)), ..self.request.settings.clone() };
        let (blocks, _) = Read::gather(self.tree, self.units, read(self.tree, self.units, &settings), Vec::new());
        let inventory = inventory(blocks, self.request.estate);
        let judgement = self.engine.judge(&inventory, self.profile);
        let outcomes = judgement.verdicts.into_iter().map(|one| ((one.resource, one.rule), one.outcome)).collect();
        let resources = inventory.resources().iter().map(|resource| (named(resource), resource.id)).collect();
        Taken { resources, outcomes }
    }
}

/// Which resource it is, in any reading of the same files.
type Named = (UnitId, String, KindName);

fn named(resource: &Resource) -> Named {
    (resource.unit, resource.full_address(), resource.kind_name())
}

/// A scan with a condition taken to hold or not.
struct Taken {
    resources: HashMap<Named, ResourceId>,
    outcomes: HashMap<(ResourceId, usize), Outcome>,
}

impl Taken {
    fn said(&self, resource: &Resource, rule: usize) -> Said<'_> {
        match self.resources.get(&named(resource)) {
            Some(id) => self.outcomes.get(&(*id, rule)).map_or(Said::NotApplicable, Said::Outcome),
            None => Said::Gone,
        }
    }
}

/// What both arms come to. One that takes the resource away says nothing against the other, if it may not be there at all.
fn agreed(said: &[Said<'_>; 2], may_be_gone: bool) -> Option<Outcome> {
    match said {
        [Said::Outcome(Outcome::Violated { policies: yes }), Said::Outcome(Outcome::Violated { policies: no })] => {
            let policies: BTreeSet<u16> = yes.iter().chain(no).copied().collect();
            Some(Outcome::Violated { policies: policies.into_iter().collect() })
        }
        [one, other] => {
            let holds = |said: &Said<'_>| matches!(said, Said::Outcome(Outcome::Holds));
            let silent = |said: &Said<'_>| match said {
                Said::Gone => may_be_gone,
                Said::NotApplicable => true,
                Said::Outcome(_) => false,
            };
            let agree = holds(one) && (holds(other) || silent(other)) || silent(one) && holds(other);
            agree.then_some(Outcome::Holds)
        }
    }
}
