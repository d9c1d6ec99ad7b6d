//! Both arms of a condition that cannot be told: where a verdict hangs on one, its template is judged as if it held and as
//! if it did not, and what both say alike is the verdict. One condition at a time: no combination of them is ever tried.
//!
//! Only the template is read and judged again, so that a scan of hundreds costs what they are long. What it takes in from
//! others is then unknown and settles nothing; one that others may build on, as it puts something out, is left alone.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{Read, Request, inventory, read, whole};
use crate::engine::{Engine, Judgement, Outcome};
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
        let mut hanging = self.hanging(judgement, inventory);
        self.keep_within_budget(&mut hanging, inventory);
        let taken: Vec<_> = hanging
            .into_par_iter()
            .filter_map(|(condition, (unit, verdicts))| {
                let arm = |holds| self.taken(unit, condition, holds);
                Some((arm(true)?, arm(false)?, verdicts))
            })
            .collect();
        for (yes, no, verdicts) in taken {
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

    /// The conditions of templates that verdicts hang on, by where each is declared, with their template and the places of
    /// those verdicts, which are all about resources of that template.
    fn hanging(&self, judgement: &Judgement, inventory: &Inventory) -> Hanging<'_> {
        let mut hanging = Hanging::new();
        let template =
            |unit: &&Unit| formats().get(unit.format).is_some_and(|format| format.name() == "cloudformation");
        let templates = self.units.iter().filter(template);
        let of_file: HashMap<FileId, &Unit> =
            templates.flat_map(|unit| unit.files.iter().map(move |file| (*file, unit))).collect();
        if of_file.is_empty() {
            return hanging;
        }
        for (at, verdict) in judgement.verdicts.iter().enumerate() {
            let Some(resource) = inventory.get(verdict.resource) else { continue };
            if !matches!(verdict.outcome, Outcome::Undetermined { .. }) {
                continue;
            }
            for (_, unknown) in self.engine.evidence(inventory, self.profile, verdict).unknown() {
                if let (Why::Condition(..), Some(place)) = (&unknown.why, unknown.at)
                    && let Some(unit) = of_file.get(&place.file).filter(|unit| unit.id == resource.unit)
                {
                    hanging.entry(place).or_insert_with(|| (*unit, BTreeSet::new())).1.insert(at);
                }
            }
        }
        hanging
    }

    /// Leaves out the conditions that come after [`MOST`] resources were judged again.
    fn keep_within_budget(&self, hanging: &mut Hanging<'_>, inventory: &Inventory) {
        let mut sizes: HashMap<UnitId, usize> = HashMap::new();
        inventory.resources().iter().for_each(|resource| *sizes.entry(resource.unit).or_default() += 1);
        let mut left = MOST;
        hanging.retain(|_, (unit, _)| {
            let rest = left.checked_sub(2 * sizes.get(&unit.id).copied().unwrap_or_default());
            left = rest.unwrap_or_default();
            rest.is_some()
        });
    }

    /// A template with a condition taken to hold or not; none where others may build on what it puts out.
    fn taken(&self, unit: &Unit, condition: Span, holds: bool) -> Option<Taken> {
        let settings = Settings { assumed: Some((condition, holds)), ..self.request.settings.clone() };
        let unit = std::slice::from_ref(unit);
        let readings = read(self.tree, unit, &settings);
        if self.units.len() > 1 && readings.iter().any(|reading| !reading.exports.is_empty()) {
            return None;
        }
        let (blocks, _) = Read::gather(self.tree, unit, readings, Vec::new());
        // of several templates one is a part, whatever the estate file says of them all
        let whole = self.units.len() == 1 && whole(self.request.estate);
        let inventory = inventory(blocks, self.request.estate, whole);
        let judgement = self.engine.judge(&inventory, self.profile);
        let outcomes = judgement.verdicts.into_iter().map(|one| ((one.resource, one.rule), one.outcome)).collect();
        let resources = inventory.resources().iter().map(|resource| (named(resource), resource.id)).collect();
        Some(Taken { resources, outcomes })
    }
}

/// Conditions by where each is declared: their template, and the places of the verdicts that hang on them.
type Hanging<'u> = BTreeMap<Span, (&'u Unit, BTreeSet<usize>)>;

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
