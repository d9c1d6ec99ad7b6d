//! No rule without a failing, a passing and an undetermined fixture in each dialect that it speaks of. What a dialect
//! cannot show stands in `tests/fixture-exceptions.txt` with its reason.

use std::collections::{BTreeMap, BTreeSet};

use deodar::engine::{Engine, Outcome};
use deodar::model::KindName;
use deodar::rule::Library;
use deodar::value::Provider;

use crate::none;
use crate::scan::{fixtures, root, wanted};

/// How the names of fixtures end, the dialect, and the key under which metadata gives its remediation; the first that
/// fits counts.
const DIALECTS: &[(&str, &str, &str)] = &[
    (".aws.tf", "aws", "aws"),
    (".cfn.yaml", "cloudformation", "cloudformation"),
    (".azure.tf", "azure", "azure"),
    // Bicep is a spelling of Resource Manager's templates
    (".arm.json", "arm", "bicep"),
    (".bicep", "arm", "bicep"),
    (".gcp.tf", "gcp", "gcp"),
    // the same objects in Terraform are brought to the API's spelling before anything reads them
    (".kubernetes.tf", "kubernetes", "kubernetes"),
    (".compose.yaml", "docker", "docker"),
    (".dockerfile", "docker", "docker"),
    (".yaml", "kubernetes", "kubernetes"),
];

/// An account that runs, for what no template tells.
const ACCOUNT: &str = ".aws.json";

const FORMS: [&str; 3] = ["fail", "pass", "unknown"];

/// The dialect of a fixture by its name.
fn dialect(name: &str) -> Option<&'static str> {
    DIALECTS.iter().find(|(ending, ..)| name.ends_with(ending)).map(|(_, dialect, _)| *dialect)
}

fn provider(dialect: &str) -> Option<Provider> {
    match dialect {
        "aws" | "cloudformation" => Some(Provider::Aws),
        "azure" | "arm" => Some(Provider::Azure),
        "gcp" => Some(Provider::Gcp),
        "kubernetes" => Some(Provider::Kubernetes),
        _ => None,
    }
}

/// The dialects that a rule speaks of: those for which it says what mends it, and those of the resources on which it does
/// more than hold in any fixture of any rule. Where it only ever holds, and nothing mends it, a provider made it so.
fn spoken(library: &Library) -> BTreeMap<String, BTreeSet<&'static str>> {
    let engine = Engine::without_lint(library).unwrap();
    let mut spoken: BTreeMap<String, BTreeSet<&'static str>> = BTreeMap::new();
    for rule in library.rules() {
        let mended = DIALECTS.iter().filter(|(_, _, key)| rule.metadata().remediation.contains_key(*key));
        spoken.entry(rule.id().to_owned()).or_default().extend(mended.map(|(_, dialect, _)| *dialect));
        for fixture in fixtures(rule.id()) {
            let Some(dialect) = dialect(&fixture.name) else { continue };
            let scanned = fixture.scan();
            for verdict in engine.judge(&scanned.inventory, &scanned.profile).verdicts {
                let resource = scanned.inventory.get(verdict.resource).unwrap();
                let of_dialect = provider(dialect).is_none_or(|provider| resource.provider == provider)
                    && verdict.outcome != Outcome::Holds;
                if of_dialect && resource.kind_name() != KindName::Estate {
                    spoken.entry(library.rules()[verdict.rule].id().to_owned()).or_default().insert(dialect);
                }
            }
        }
    }
    spoken
}

/// `<rule>,… <dialect>,… <form>,… # <reason>`, a line each.
fn exceptions() -> BTreeSet<(String, String, String)> {
    let text = std::fs::read_to_string(root().join("tests/fixture-exceptions.txt")).unwrap_or_default();
    let mut found = BTreeSet::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let (what, reason) = line.split_once(" # ").unwrap_or_else(|| panic!("`{line}` gives no reason"));
        assert!(!reason.trim().is_empty(), "`{line}` gives no reason");
        let mut words = what.split_whitespace();
        let (Some(rules), Some(dialects), Some(forms), None) = (words.next(), words.next(), words.next(), words.next())
        else {
            panic!("`{line}` is not `<rules> <dialects> <forms> # <reason>`")
        };
        for rule in rules.split(',') {
            for dialect in dialects.split(',') {
                found.extend(forms.split(',').map(|form| (rule.to_owned(), dialect.to_owned(), form.to_owned())));
            }
        }
    }
    found
}

#[test]
fn fixtures_stand_in_every_dialect_of_their_rule() {
    let library = Library::embedded();
    let spoken = spoken(&library);
    let (mut missing, mut faults) = (BTreeSet::new(), Vec::new());
    for rule in library.rules().iter().filter(|rule| wanted(rule)) {
        let names: Vec<String> = fixtures(rule.id()).into_iter().map(|fixture| fixture.name).collect();
        let strange = names.iter().filter(|name| dialect(name).is_none() && !name.ends_with(ACCOUNT));
        faults.extend(strange.map(|name| format!("{}: the end of `{name}` is that of no dialect", rule.id())));
        for of in &spoken[rule.id()] {
            for form in FORMS {
                let there = |name: &&String| name.starts_with(&format!("{form}.")) && dialect(name) == Some(*of);
                if !names.iter().any(|name| there(&name)) {
                    missing.insert((rule.id().to_owned(), (*of).to_owned(), form.to_owned()));
                }
            }
        }
    }
    let excepted = exceptions();
    faults.extend(
        missing
            .difference(&excepted)
            .map(|(rule, dialect, form)| format!("{rule} {dialect} {form}: there is no such fixture")),
    );
    if std::env::var_os("RULE").is_none() {
        let stale = excepted.difference(&missing);
        faults.extend(stale.map(|(rule, dialect, form)| {
            format!("tests/fixture-exceptions.txt excepts {rule} {dialect} {form}, which is not missing")
        }));
    }
    none(faults);
}
