//! Stacks as people write them, in each form that they have: the Terraform source, the plan that Terraform made of it
//! (`tests/stacks/plan.py`), and the same in the cloud's own language. Each form is scanned alone, and the verdicts are
//! the same but for what `differences.txt` beside the stack lists, with the reason. `UPDATE=1` writes the numbers in
//! `docs/formats.md` anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use deodar::engine::Engine;
use deodar::format::Settings;
use deodar::pipeline;
use deodar::rule::{Estate, Library, Profile};
use deodar::source::{FileId, Tree};

/// Everything is regulated and of one's own, in whatever account the template is deployed to.
const ESTATE: &str = "
whole: true
classes:
  phi: {frameworks: [gdpr, hipaa], allowed: [EEA]}
assets:
  - {match: {provider: aws}, class: phi}
  - {match: {provider: azure}, class: phi}
  - {match: {provider: gcp}, class: phi}
accounts: [{provider: aws, id: '111122223333'}]
";

/// A template of CloudFormation knows neither its region nor its account; Terraform's provider does.
const PARAMETERS: &str = r#"[
  {"ParameterKey": "AWS::Region", "ParameterValue": "eu-central-1"},
  {"ParameterKey": "AWS::AccountId", "ParameterValue": "111122223333"}
]"#;

/// The cloud's own languages, by the name of their file.
const TWINS: &[&str] = &["template.cfn.yaml", "template.arm.json", "main.bicep"];

/// The worst verdict of each rule on each resource, by what the resource is called in Terraform.
type Verdicts = BTreeMap<(String, String), (&'static str, String)>;

fn stacks() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stacks");
    let mut all: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    all.sort();
    all
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|_| panic!("no {}", path.display()))
}

/// Every file below a folder, by path from it.
fn gather(root: &Path, folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, found);
        } else {
            found.push((path.strip_prefix(root).unwrap().to_str().unwrap().to_owned(), text(&path)));
        }
    }
}

/// The lines of a list beside the stack, without notes.
fn lines(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).map(str::to_owned).collect()
}

/// Whether an address is that of a resource or of a part of it.
fn within(address: &str, whole: &str) -> bool {
    address.strip_prefix(whole).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '#', '/', '[']))
}

/// Which resource of Terraform's is which of the twin's: `terraform = twin`, of the longest that fits. Several of
/// Terraform's may be one of the twin's, and one several: `terraform = twin | twin`.
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn of(stack: &Path) -> Self {
        let pair = |line: &String| {
            let (ours, theirs) = line.rsplit_once(" = ").unwrap_or_else(|| panic!("`{line}` is no pair"));
            (ours.trim().to_owned(), theirs.trim().to_owned())
        };
        Self(lines(&stack.join("pairs.txt")).iter().map(pair).collect())
    }

    /// In the twin's words, a part of a resource being the resource.
    fn terraform(&self, address: &str) -> String {
        let found = self.0.iter().filter(|(ours, _)| within(address, ours)).max_by_key(|(ours, _)| ours.len());
        found.map_or_else(|| address.to_owned(), |(_, theirs)| theirs.clone())
    }

    fn twin(&self, address: &str) -> String {
        // Azure's addresses start with the type
        let after_type = address.split_once('/').and_then(|(_, rest)| rest.split_once('.'));
        let address = after_type.filter(|_| address.starts_with("Microsoft.")).map_or(address, |(_, name)| name);
        let each = self.0.iter().flat_map(|(_, theirs)| theirs.split(" | ").map(move |one| (one, theirs)));
        let found = each.filter(|(one, _)| within(address, one)).max_by_key(|(one, _)| one.len());
        let told = |address: &str| address.starts_with("account.") || address == "estate";
        match found {
            Some((_, theirs)) => theirs.clone(),
            None if told(address) => address.to_owned(),
            None => format!("twin:{address}"),
        }
    }
}

fn verdicts(files: &[(String, String)], named: &dyn Fn(&str) -> String) -> Verdicts {
    static LIBRARY: LazyLock<Library> = LazyLock::new(Library::embedded);
    static ENGINE: LazyLock<Engine<'static>> = LazyLock::new(|| Engine::of_all(&LIBRARY).expect("the rules"));
    let estate = Estate::parse(ESTATE, "deodar.yaml", Some(FileId(0))).expect("an estate");
    let settings = Settings { parameter_files: vec!["parameters.json".to_owned()], ..Settings::default() };
    let tree = Tree::from_texts(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let (inventory, _) = pipeline::picture(&tree, &settings, Some(&estate));
    let profile = Profile::of(Some(&estate));
    let mut found = Verdicts::new();
    for verdict in &ENGINE.judge(&inventory, &profile).verdicts {
        let address = &*inventory.get(verdict.resource).expect("a resource").address;
        let outcome = verdict.outcome.name();
        assert!(outcome != "failed", "{address}: {:?}", verdict.outcome);
        let rule = LIBRARY.rules()[verdict.rule].id().to_owned();
        let evidence = ENGINE.evidence(&inventory, &profile, verdict);
        let why = evidence.unknown().next().filter(|_| outcome == "undetermined");
        let why = why.map_or_else(String::new, |(item, unknown)| format!(" ({}: {unknown})", item.path));
        let rank = |verdict: &str| ["holds", "undetermined", "violated"].iter().position(|known| *known == verdict);
        let worst = found.entry((rule, named(address))).or_insert((outcome, why.clone()));
        if rank(outcome) > rank(worst.0) {
            *worst = (outcome, why);
        }
    }
    found
}

/// How many verdicts two forms share, and how many of them differ for a reason.
#[derive(Default)]
struct Count {
    stacks: usize,
    compared: usize,
    explained: usize,
}

/// Compares one form with the source. What differs and is not listed is a fault; what is listed and used is taken off.
fn compare(
    form: &str,
    source: &Verdicts,
    other: &Verdicts,
    listed: &mut BTreeSet<String>,
    faults: &mut Vec<String>,
) -> Count {
    let keys: BTreeSet<&(String, String)> = source.keys().chain(other.keys()).collect();
    let mut count = Count { stacks: 1, compared: keys.len(), ..Count::default() };
    let known: Vec<String> = listed.iter().cloned().collect();
    for key in keys {
        let (here, there) = (source.get(key), other.get(key));
        if here.map(|(verdict, _)| verdict) == there.map(|(verdict, _)| verdict) {
            continue;
        }
        let why: String = [here, there].into_iter().flatten().map(|(_, why)| why.as_str()).collect();
        let (here, there) = (here.map_or("nothing", |it| it.0), there.map_or("nothing", |it| it.0));
        let line = format!("{form} {} {}: {here}, {there}", key.0, key.1);
        let any = format!("{form} * {}: {here}, {there}", key.1);
        match known.iter().find(|one| **one == line || **one == any) {
            Some(one) => {
                listed.remove(one);
                count.explained += 1;
            }
            None => faults.push(format!("{line}{why}")),
        }
    }
    count
}

/// The verdicts of one stack in all of its forms, side by side.
fn hold(stack: &Path, counts: &mut BTreeMap<&'static str, Count>) -> Vec<String> {
    let name = stack.file_name().unwrap().to_str().unwrap();
    let pairs = Pairs::of(stack);
    let mut source = Vec::new();
    gather(&stack.join("terraform"), &stack.join("terraform"), &mut source);
    let plan = vec![("plan.json".to_owned(), text(&stack.join("plan.json")))];
    let as_is = |address: &str| address.to_owned();
    let paired = |address: &str| pairs.terraform(address);
    let by_twin = |address: &str| pairs.twin(address);
    // an instance that the source cannot count is the resource
    let source_verdicts = verdicts(&source, &as_is);
    let counted = |address: &str| {
        let whole = address.rsplit_once('[').map_or(address, |(whole, _)| whole);
        let is_known = |name: &str| source_verdicts.keys().any(|(_, known)| known == name);
        if !is_known(address) && is_known(whole) { whole.to_owned() } else { address.to_owned() }
    };

    let mut listed = BTreeSet::new();
    for line in lines(&stack.join("differences.txt")) {
        let (what, reason) = line.split_once(" # ").unwrap_or_else(|| panic!("{name}: `{line}` gives no reason"));
        assert!(!reason.trim().is_empty(), "{name}: `{line}` gives no reason");
        listed.insert(what.trim().to_owned());
    }
    let all = listed.clone();
    let mut unused = listed.clone();
    let mut faults = Vec::new();
    let mut forms =
        vec![("plan", compare("plan", &source_verdicts, &verdicts(&plan, &counted), &mut unused, &mut faults))];
    for twin in TWINS.iter().filter(|twin| stack.join(twin).exists()) {
        let files =
            vec![((*twin).to_owned(), text(&stack.join(twin))), ("parameters.json".to_owned(), PARAMETERS.to_owned())];
        let form =
            twin.rsplit_once('.').map_or(*twin, |(stem, ending)| if ending == "bicep" { ending } else { &stem[9..] });
        listed.clone_from(&all);
        let count = compare(form, &verdicts(&source, &paired), &verdicts(&files, &by_twin), &mut listed, &mut faults);
        unused.retain(|line| listed.contains(line));
        forms.push((form, count));
    }
    for (form, count) in forms {
        let whole = counts.entry(form).or_default();
        whole.stacks += count.stacks;
        whole.compared += count.compared;
        whole.explained += count.explained;
    }
    faults.extend(unused.into_iter().map(|line| format!("`{line}` differs no longer: take it off the list")));
    faults.into_iter().map(|fault| format!("{name}: {fault}")).collect()
}

const FROM: &str = "<!-- the numbers of tests/stacks.rs -->";

#[test]
fn each_form_of_a_stack_has_the_same_verdicts() {
    let only = std::env::var("STACK").ok();
    let mut counts = BTreeMap::new();
    let mut faults = Vec::new();
    for stack in stacks() {
        if only.as_ref().is_none_or(|name| stack.ends_with(name)) {
            faults.extend(hold(&stack, &mut counts));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    if only.is_some() {
        return;
    }

    let mut table = String::from("\n\n| form | stacks | verdicts | not the same |\n|---|---|---|---|\n");
    for (form, said) in [("plan", "plan"), ("cfn", "CloudFormation"), ("arm", "Resource Manager"), ("bicep", "Bicep")] {
        let Count { stacks, compared, explained, .. } = counts.remove(form).unwrap_or_default();
        // a new rule adds a few
        let compared = compared / 50 * 50;
        let _ = writeln!(table, "| {said} | {stacks} | over {compared} | {explained}, explained |");
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/formats.md");
    let docs = text(&path);
    let (before, rest) = docs.split_once(FROM).expect("the place of the numbers");
    let after = rest.trim_start().split_once("\n\n").map_or("", |(_, after)| after);
    let wanted = format!("{before}{FROM}{table}\n{after}");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &wanted).expect("written");
    }
    assert!(docs == wanted || std::env::var_os("UPDATE").is_some(), "docs/formats.md is stale: run it with UPDATE=1");
}
