//! What means the same in two dialects is judged the same: fixtures that differ in the dialect alone are twins.

use std::collections::BTreeMap;

use deodar::engine::Engine;
use deodar::model::KindName;
use deodar::rule::Library;

use crate::none;
use crate::scan::{Fixture, fixtures, wanted};

/// How the names of twins end.
const TWINS: &[(&str, &str)] = &[(".cfn.yaml", ".aws.tf")];

/// The worst verdict of the own rule on each kind.
type Worst = BTreeMap<&'static str, &'static str>;

/// From the best to the worst.
const VERDICTS: [&str; 4] = ["holds", "undetermined", "violated", "failed"];

#[test]
fn twins_are_judged_alike() {
    let library = Library::embedded();
    let engine = Engine::without_lint(&library).unwrap();
    let mut faults = Vec::new();
    for (at, rule) in library.rules().iter().enumerate().filter(|(_, rule)| wanted(rule)) {
        let fixtures = fixtures(rule.id());
        for (native, terraform) in TWINS {
            for one in &fixtures {
                let Some(stem) = one.name.strip_suffix(native) else { continue };
                let name = format!("{stem}{terraform}");
                let Some(other) = fixtures.iter().find(|fixture| fixture.name == name) else { continue };
                let (here, there) = (worst(&engine, at, one), worst(&engine, at, other));
                for (kind, verdict) in &here {
                    if let Some(other) = there.get(kind).filter(|other| *other != verdict) {
                        let message = format!("{verdict} in {}, {other} in {name}", one.name);
                        faults.push(format!("{}: {kind}: {message}", rule.id()));
                    }
                }
            }
        }
    }
    none(faults);
}

/// Of the resources that are written: what an account lacks depends on all that is written beside.
fn worst(engine: &Engine<'_>, rule: usize, fixture: &Fixture) -> Worst {
    let scanned = fixture.scan();
    let rank = |name: &str| VERDICTS.iter().position(|verdict| *verdict == name);
    let mut worst = Worst::new();
    for verdict in engine.judge(&scanned.inventory, &scanned.profile).verdicts {
        let kind = scanned.inventory.get(verdict.resource).unwrap().kind_name();
        if verdict.rule == rule && !matches!(kind, KindName::Account | KindName::Estate) {
            let known = worst.entry(kind.name()).or_insert(VERDICTS[0]);
            let name = verdict.outcome.name();
            if rank(name) > rank(known) {
                *known = name;
            }
        }
    }
    worst
}
