//! What every rule says of every fixture: the own rule's verdicts by the fixture's name, all findings by `expected.txt`.

use std::fmt::Write as _;

use deodar::engine::{Engine, Outcome, Verdict, conform};
use deodar::model::KindName;
use deodar::rule::Library;
use deodar::value::Provider;

use crate::none;
use crate::scan::{Fixture, fixtures, folder, wanted};

#[test]
fn fixtures_of_every_rule_fail_and_pass() {
    let library = Library::embedded();
    let mut faults = Vec::new();
    for rule in library.rules().iter().filter(|rule| wanted(rule)) {
        let names: Vec<String> = fixtures(rule.id()).into_iter().map(|fixture| fixture.name).collect();
        for form in ["fail", "pass"] {
            if !names.iter().any(|name| name.starts_with(&format!("{form}."))) {
                faults.push(format!("{}: there is no fixture fixtures/rules/{0}/{form}.*", rule.id()));
            }
        }
        for name in
            names.iter().filter(|name| !["fail.", "pass.", "unknown."].iter().any(|form| name.starts_with(form)))
        {
            faults.push(format!("{}: `{name}` begins with none of `fail.`, `pass.`, `unknown.`", rule.id()));
        }
    }
    none(faults);
}

#[test]
fn fixtures_are_judged_as_they_are_named() {
    let library = Library::embedded();
    let engine = Engine::without_lint(&library).unwrap();
    let mut faults = Vec::new();
    for (at, rule) in library.rules().iter().enumerate().filter(|(_, rule)| wanted(rule)) {
        for fixture in fixtures(rule.id()) {
            faults.extend(as_named(&engine, at, &fixture));
        }
    }
    none(faults);
}

fn as_named(engine: &Engine<'_>, rule: usize, fixture: &Fixture) -> Vec<String> {
    let scanned = fixture.scan();
    let judgement = engine.judge(&scanned.inventory, &scanned.profile);
    let own: Vec<_> = judgement.verdicts.iter().filter(|verdict| verdict.rule == rule).collect();
    let count = |wanted: fn(&Outcome) -> bool| own.iter().filter(|verdict| wanted(&verdict.outcome)).count();
    let violated = count(|outcome| matches!(outcome, Outcome::Violated { .. }));
    let holds = count(|outcome| matches!(outcome, Outcome::Holds));
    let undetermined = count(|outcome| matches!(outcome, Outcome::Undetermined { .. }));
    let failed = count(|outcome| matches!(outcome, Outcome::Failed { .. }));
    let of_estate = |verdict: &Verdict| {
        scanned.inventory.get(verdict.resource).is_some_and(|resource| resource.kind_name() == KindName::Estate)
    };
    let form = fixture.name.split('.').next().unwrap();
    let right = match form {
        "fail" => violated > 0 && failed == 0,
        "pass" => holds > 0 && violated + undetermined + failed == 0,
        // that an estate file is there says nothing of the resource that is unknown
        _ => {
            undetermined > 0
                && violated + failed == 0
                && own.iter().all(|verdict| verdict.outcome != Outcome::Holds || of_estate(verdict))
        }
    };
    let mut faults: Vec<String> =
        scanned.lost.iter().map(|lost| format!("{}/{}: {lost}", fixture.rule, fixture.name)).collect();
    if !right {
        let seen: Vec<String> = own.iter().map(|verdict| scanned.line(engine, &fixture.rule, verdict)).collect();
        let resources: Vec<String> = scanned
            .inventory
            .resources()
            .iter()
            .map(|resource| format!("{} {}", resource.kind_name().name(), resource.full_address()))
            .collect();
        let seen = if seen.is_empty() { format!("it does not apply to any of {resources:?}") } else { seen.join("; ") };
        faults.push(format!(
            "{}/{}: {violated} violated, {holds} hold, {undetermined} undetermined, {failed} failed: {seen}",
            fixture.rule, fixture.name
        ));
    }
    faults
}

/// What all rules find in the fixtures of `rule`. What a whole account lacks stands beside the fixtures of the rules that
/// ask for it alone: no other fixture is about it.
fn findings(library: &Library, engine: &Engine<'_>, rule: &str) -> String {
    let mut text = String::new();
    for fixture in fixtures(rule) {
        let scanned = fixture.scan();
        let judgement = engine.judge(&scanned.inventory, &scanned.profile);
        for verdict in judgement.verdicts.iter().filter(|verdict| verdict.outcome != Outcome::Holds) {
            let id = library.rules()[verdict.rule].id();
            let of_account = scanned
                .inventory
                .get(verdict.resource)
                .is_some_and(|resource| resource.kind_name() == KindName::Account);
            if of_account && id != rule {
                continue;
            }
            let _ = writeln!(text, "{}", scanned.line(engine, id, verdict));
        }
    }
    text
}

#[test]
fn fixtures_give_the_expected_findings_of_all_rules() {
    let library = Library::embedded();
    let engine = Engine::without_lint(&library).unwrap();
    let mut faults = Vec::new();
    for rule in library.rules().iter().filter(|rule| wanted(rule) && folder(rule.id()).is_dir()) {
        let text = findings(&library, &engine, rule.id());
        let path = folder(rule.id()).join("expected.txt");
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        if kept != text {
            let differs = |a: &str, b: &str, sign: char| {
                a.lines()
                    .filter(|line| !b.lines().any(|other| other == *line))
                    .map(|line| format!("\n  {sign} {line}"))
                    .collect::<String>()
            };
            faults.push(format!(
                "fixtures/rules/{}/expected.txt is stale:{}{}",
                rule.id(),
                differs(&kept, &text, '-'),
                differs(&text, &kept, '+')
            ));
        }
    }
    none(faults);
}

/// What a template of a cloud's own says, its Terraform twin says: all rules find the same in both.
#[test]
fn fixtures_in_both_spellings_of_azure_agree() {
    let library = Library::embedded();
    let engine = Engine::without_lint(&library).unwrap();
    let said = |fixture: &Fixture| {
        let scanned = fixture.scan();
        let judgement = engine.judge(&scanned.inventory, &scanned.profile);
        let mut said: Vec<String> = judgement
            .verdicts
            .iter()
            .filter(|verdict| verdict.outcome != Outcome::Holds)
            .filter(|verdict| {
                let resource = scanned.inventory.get(verdict.resource);
                resource.is_some_and(|resource| resource.provider == Provider::Azure)
            })
            .map(|verdict| format!("{} {}", library.rules()[verdict.rule].id(), verdict.outcome.name()))
            .collect();
        said.sort();
        // of machines there is an older type in Terraform, which says the same again
        said.dedup();
        said
    };
    let mut faults = Vec::new();
    for rule in library.rules().iter().filter(|rule| wanted(rule)) {
        let all = fixtures(rule.id());
        for template in &all {
            let ends = [".arm.json", ".bicep"];
            let Some(stem) = ends.iter().find_map(|end| template.name.strip_suffix(end)) else { continue };
            let twin = format!("{stem}.azure.tf");
            if let Some(twin) = all.iter().find(|fixture| fixture.name == twin) {
                let (one, other) = (said(template), said(twin));
                if one != other {
                    faults.push(format!("{}/{}: {one:?}, but its twin {other:?}", rule.id(), template.name));
                }
            }
        }
    }
    none(faults);
}

#[test]
fn fixtures_never_make_a_rule_fail() {
    let library = Library::embedded();
    let engine = Engine::without_lint(&library).unwrap();
    let mut faults = Vec::new();
    for fixture in library.rules().iter().filter(|rule| wanted(rule)).flat_map(|rule| fixtures(rule.id())) {
        let scanned = fixture.scan();
        for verdict in engine.judge(&scanned.inventory, &scanned.profile).verdicts {
            if matches!(verdict.outcome, Outcome::Failed { .. }) {
                faults.push(format!(
                    "{}/{}: {}",
                    fixture.rule,
                    fixture.name,
                    scanned.line(&engine, library.rules()[verdict.rule].id(), &verdict)
                ));
            }
        }
    }
    none(faults);
}

#[test]
fn fixtures_give_entities_that_fit_the_schema() {
    let library = Library::embedded();
    let mut faults = Vec::new();
    for fixture in library.rules().iter().filter(|rule| wanted(rule)).flat_map(|rule| fixtures(rule.id())) {
        let scanned = fixture.scan();
        faults.extend(
            conform(&scanned.inventory, &scanned.profile)
                .into_iter()
                .map(|fault| format!("{}/{}: {fault}", fixture.rule, fixture.name)),
        );
    }
    none(faults);
}
