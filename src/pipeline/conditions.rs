//! Both arms of a condition that cannot be told: where a verdict hangs on one, its template is judged as if it held and as
//! if it did not, and what both say alike is the verdict. One condition at a time: no combination of them is ever tried.
//!
//! Only the template is read and judged again, so that a scan of hundreds costs what they are long; where others build on
//! it, or that does not tell, with those that it takes in from and that take in from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::{Read, Request, inventory, read, whole};
use crate::engine::{Engine, Judgement, Outcome};
use crate::format::{Assumed, Export, Settings, Unit, cloudformation, formats};
use crate::model::{Inventory, KindName, Resource, ResourceId};
use crate::rule::Profile;
use crate::source::{FileId, Tree};
use crate::value::{Block, UnitId, Unknown, Why};

/// How many resources may be judged again in all, so that a run costs what it is long.
const MOST: usize = 20_000;

/// What templates have of each other.
#[derive(Default)]
pub(super) struct Shared {
    /// What is put out, by whom.
    exports: BTreeSet<(UnitId, Arc<str>)>,
    /// Which takes in from which, both ways.
    bonds: BTreeSet<(UnitId, UnitId)>,
}

impl Shared {
    /// Puts what templates put out where others take it in.
    pub(super) fn of(blocks: &mut [Block], exports: Vec<Export>) -> Self {
        let names = exports.iter().map(|export| (export.unit, export.name.clone())).collect();
        let taken = cloudformation::link(blocks, exports);
        Self { exports: names, bonds: taken.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]).collect() }
    }

    /// The templates to judge again for a condition of `unit`: it `alone`, unless others build on what it puts out; or, if
    /// there are more, all that hang together with it.
    fn scope(&self, unit: UnitId, alone: bool) -> Option<BTreeSet<UnitId>> {
        let around = self.around(unit);
        let puts_out = self.exports.range((unit, Arc::from(""))..).next().is_some_and(|(of, _)| *of == unit);
        match (around.len() > 1, alone) {
            (false, _) => Some(around).filter(|_| alone),
            (true, true) => Some(BTreeSet::from([unit])).filter(|_| !puts_out),
            (true, false) => Some(around),
        }
    }

    /// A template, and all that hang together with it.
    fn around(&self, unit: UnitId) -> BTreeSet<UnitId> {
        let mut found = BTreeSet::from([unit]);
        let mut open = vec![unit];
        while let Some(next) = open.pop() {
            let beside = self.bonds.range((next, UnitId(0))..=(next, UnitId(u32::MAX))).map(|(_, other)| *other);
            open.extend(beside.filter(|other| found.insert(*other)));
        }
        found
    }
}

/// What a run is made of.
pub(super) struct Arms<'r> {
    pub tree: &'r Tree,
    pub units: &'r [Unit],
    pub request: &'r Request<'r>,
    pub shared: &'r Shared,
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
        let mut sizes: HashMap<UnitId, usize> = HashMap::new();
        inventory.resources().iter().for_each(|resource| *sizes.entry(resource.unit).or_default() += 1);
        let mut left = MOST;
        // what a template takes in may be unknown and settle it all the same, at less cost
        for alone in [true, false] {
            let within_budget = |((unit, name), verdicts): (&(UnitId, Arc<str>), &BTreeSet<usize>)| {
                let scope = self.shared.scope(*unit, alone)?;
                left = left.checked_sub(2 * scope.iter().filter_map(|unit| sizes.get(unit)).sum::<usize>())?;
                Some((scope, *unit, name.clone(), verdicts.clone()))
            };
            let tried: Vec<_> = hanging.iter().filter_map(within_budget).collect();
            let judged = tried.into_par_iter().filter_map(|(scope, unit, name, verdicts)| {
                let arm = |holds| self.taken(&scope, Assumed { unit, name: name.clone(), holds });
                Some((arm(true)?, arm(false)?, verdicts))
            });
            for (yes, no, verdicts) in judged.collect::<Vec<_>>() {
                for at in verdicts {
                    let Some(verdict) = judgement.verdicts.get_mut(at) else { continue };
                    let Some(resource) = inventory.get(verdict.resource) else { continue };
                    let said = [&yes, &no].map(|taken| taken.said(resource, verdict.rule));
                    if let Some(outcome) = agreed(&said, resource.instances_unknown.is_some()) {
                        verdict.outcome = outcome;
                    }
                }
            }
            let open = |at: &usize| {
                let verdict = judgement.verdicts.get(*at);
                verdict.is_some_and(|verdict| matches!(verdict.outcome, Outcome::Undetermined { .. }))
            };
            hanging.retain(|_, verdicts| {
                verdicts.retain(open);
                !verdicts.is_empty()
            });
        }
    }

    /// The conditions of templates that verdicts hang on, with the places of those verdicts, which are all about resources
    /// of that template or of one that hangs together with it.
    fn hanging(&self, judgement: &Judgement, inventory: &Inventory) -> Hanging {
        let mut hanging = Hanging::new();
        let template =
            |unit: &&Unit| formats().get(unit.format).is_some_and(|format| format.name() == "cloudformation");
        let templates: HashMap<FileId, UnitId> = self
            .units
            .iter()
            .filter(template)
            .flat_map(|unit| unit.files.iter().map(move |file| (*file, unit.id)))
            .collect();
        if templates.is_empty() {
            return hanging;
        }
        for (at, verdict) in judgement.verdicts.iter().enumerate() {
            let Some(resource) = inventory.get(verdict.resource) else { continue };
            if !matches!(verdict.outcome, Outcome::Undetermined { .. }) {
                continue;
            }
            for (_, unknown) in self.engine.evidence(inventory, self.profile, verdict).unknown() {
                let declared = unknown.at.and_then(|place| templates.get(&place.file)).copied();
                let (names, Some(declared)) = (names(unknown), declared) else { continue };
                if names.is_empty() {
                    continue;
                }
                // a file that several templates nest is counted to the first of them
                let own = declared == resource.unit || !self.shared.around(resource.unit).contains(&declared);
                let of = if own { resource.unit } else { declared };
                for name in names {
                    hanging.entry((of, name)).or_default().insert(at);
                }
            }
        }
        hanging
    }

    /// Templates with a condition taken to hold or not; none where one then puts out what it did not, as others may build
    /// on that.
    fn taken(&self, scope: &BTreeSet<UnitId>, assumed: Assumed) -> Option<Taken> {
        let settings = Settings { assumed: Some(assumed), ..self.request.settings.clone() };
        let units: Vec<Unit> = self.units.iter().filter(|unit| scope.contains(&unit.id)).cloned().collect();
        let readings = read(self.tree, &units, &settings);
        let (blocks, read) = Read::gather(self.tree, &units, readings, Vec::new());
        if !read.shared.exports.is_subset(&self.shared.exports) {
            return None;
        }
        // of several templates some are a part, whatever the estate file says of them all
        let whole = units.len() == self.units.len() && whole(self.request.estate);
        let inventory = inventory(blocks, self.request.estate, whole);
        let judgement = self.engine.judge(&inventory, self.profile);
        let outcomes = judgement.verdicts.into_iter().map(|one| ((one.resource, one.rule), one.outcome)).collect();
        let resources = inventory.resources().iter().map(|resource| (named(resource), resource.id)).collect();
        Some(Taken { resources, outcomes })
    }
}

/// Conditions, each of a template, and the places of the verdicts that hang on them.
type Hanging = BTreeMap<(UnitId, Arc<str>), BTreeSet<usize>>;

/// The condition that an unknown hangs on, and those of other stacks that it hangs on in turn.
fn names(unknown: &Unknown) -> Vec<Arc<str>> {
    let mut found = Vec::new();
    let mut why = &unknown.why;
    while let Why::Condition(name, because) = why {
        found.push(name.clone());
        why = &**because;
    }
    found
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
