//! The verdicts on a template and on a snapshot of the account that was made of it, side by side.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use deodar::engine::Outcome;
use deodar::format::Settings;
use deodar::pipeline::{Request, Scan, scan};
use deodar::rule::{Estate, Library};
use deodar::source::{FileId, Tree};
use serde_json::Value;

/// What a template writes as a resource of its own and an account as a part of another.
const WITHIN: &[(&str, &str)] = &[("Anyone", "Bare"), ("ApiGet", "ApiPath")];

/// Whom the verdicts of accounts as a whole belong to.
const ACCOUNT: &str = "the account";

/// What the template leaves open and the account tells, or the other way round; `*` is every resource.
const DIFFERENT: &[(&str, &str, &str)] = &[
    ("ENC-DISK-DEFAULT", ACCOUNT, ONE_REGION),
    ("LOC-CDN-CACHE", "Front", "the peer of the test forgets the price class of a distribution"),
    ("LOG-LB-ACCESS", "OpenFront", ONE_REGION),
    ("RES-COMPUTE-HA", "Lone", "one subnet that a template names may turn out several, one of an account is one"),
    ("TLS-CDN-VIEWER", "Front", "the peer of the test forgets the certificate of a distribution"),
    ("WRK-EXEC-RIGHTS", "Desk", "the peer of the test forgets whether a service lets people in"),
    ("IAM-KEY-AGE", "RobotKey", "an account says how old a key is, no template does"),
    ("ENC-DISK-REST", "Machine", VOLUMES),
    ("ENC-DISK-REST", "OpenMachine", VOLUMES),
    ("IAM-ROOT-USE", ACCOUNT, "no template says anything of the root user"),
    ("LOC-STORE-JURIS", "Machine", VOLUMES),
    ("LOC-STORE-JURIS", "OpenMachine", VOLUMES),
    ("LOG-VULN", ACCOUNT, ONE_REGION),
    ("NET-DEFAULT-NET", "Net", DEFAULT_GROUP),
    ("NET-DEFAULT-NET", "BareNet", DEFAULT_GROUP),
    ("WRK-VM-HARDEN", "Machine", ASSOCIATIONS),
    ("WRK-VM-HARDEN", "OpenMachine", ASSOCIATIONS),
];

const ONE_REGION: &str = "one region of the account was asked, and another may be in order";
const VOLUMES: &str = "the volumes of a machine that runs are resources of their own";
const DEFAULT_GROUP: &str = "an account has the default group of each network, and its rules are judged one by one";
const ASSOCIATIONS: &str = "the peer of the test does not answer `ssm:ListAssociations`";

/// Everything is regulated, of one's own, and nothing but what is scanned.
const ESTATE: &str = "
whole: true
classes:
  phi: {frameworks: [gdpr, hipaa], allowed: [EEA]}
assets:
  - {match: {provider: aws}, class: phi}
accounts: [{provider: aws, id: '123456789012'}]
";

/// A template knows neither its region nor its account.
const PARAMETERS: &str = r#"[
  {"ParameterKey": "AWS::Region", "ParameterValue": "eu-west-1"},
  {"ParameterKey": "AWS::AccountId", "ParameterValue": "123456789012"}
]"#;

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The worst verdict for each rule and each thing of the estate.
type Verdicts = BTreeMap<(String, String), &'static str>;

/// Both sides.
pub(crate) struct Sides {
    template: Verdicts,
    account: Verdicts,
}

impl Sides {
    /// Of the estate's template, and of a snapshot; `made` says what each resource is called in the account.
    pub(crate) fn of(snapshot: &str, made: &str) -> Self {
        let template = std::fs::read_to_string(root().join("fixtures/live/aws/estate.yaml")).expect("the template");
        let kinds = kinds(&template);
        let settings = Settings { parameter_files: vec!["parameters.json".to_owned()], ..Settings::default() };
        let files = [("estate.yaml", template.as_str()), ("parameters.json", PARAMETERS)];
        let named = |address: &str| match address.split('.').next() {
            Some("account") => Some(ACCOUNT.to_owned()),
            // what is asked of the estate file is asked of both
            Some("estate") => None,
            Some(name) => {
                let within = WITHIN.iter().find(|(inner, _)| *inner == name);
                Some(within.map_or(name, |(_, outer)| outer).to_owned())
            }
            None => None,
        };
        let template = verdicts(&files, &settings, &named);
        let addresses = addresses(snapshot, made, &kinds);
        let named = |address: &str| {
            if address.starts_with("account.") {
                return Some(ACCOUNT.to_owned());
            }
            let parts =
                |known: &str| address.strip_prefix(known).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
            let found = addresses.iter().filter(|(known, _)| parts(known)).max_by_key(|(known, _)| known.len());
            found.map(|(_, name)| name.clone())
        };
        let account = verdicts(&[("snapshot.json", snapshot)], &Settings::default(), &named);
        Self { template, account }
    }

    /// Fails with every difference that is not listed, and with every listed one that is none.
    pub(crate) fn hold(&self) {
        let keys: BTreeSet<&(String, String)> = self.template.keys().chain(self.account.keys()).collect();
        let mut faults = Vec::new();
        let mut used = BTreeSet::new();
        for key in keys {
            let (here, there) = (self.template.get(key).copied(), self.account.get(key).copied());
            if here == there {
                continue;
            }
            let listed = DIFFERENT.iter().position(|(rule, of, _)| *rule == key.0 && (*of == "*" || *of == key.1));
            match listed {
                Some(at) => _ = used.insert(at),
                None => faults.push(format!(
                    "{} of {}: {} in the template, {} in the account",
                    key.0,
                    key.1,
                    here.unwrap_or("nothing"),
                    there.unwrap_or("nothing")
                )),
            }
        }
        let stale = DIFFERENT.iter().enumerate().filter(|(at, _)| !used.contains(at));
        faults
            .extend(stale.map(|(_, (rule, of, _))| format!("{rule} of {of} differs no longer: take it off the list")));
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    }

    /// The table for the docs: which rule can be answered from where.
    pub(crate) fn table(&self) -> String {
        let library = Library::embedded();
        let answers = |side: &Verdicts, rule: &str| {
            side.iter().any(|((id, _), verdict)| id == rule && matches!(*verdict, "holds" | "violated"))
        };
        let asks = |side: &Verdicts, rule: &str| side.keys().any(|(id, _)| id == rule);
        let mut text = String::from(
            "# What a template and an account can answer\n\n\
             Generated by `tests/parity.rs` from one estate as a CloudFormation template and as a snapshot of the account that was made of it.\n\
             *both*: a definite verdict from either, and the same one; *account*, *template*: from that one alone; *neither*: undetermined in both; *not in the estate*: nothing there that the rule applies to.\n\n\
             | Rule | Answered by | Why |\n|---|---|---|\n",
        );
        for rule in library.rules().iter().filter(|rule| speaks_of_aws(rule.id())) {
            let id = rule.id();
            let by = match (answers(&self.template, id), answers(&self.account, id)) {
                (true, true) => "both",
                (true, false) => "template",
                (false, true) => "account",
                (false, false) if asks(&self.template, id) || asks(&self.account, id) => "neither",
                (false, false) => "not in the estate",
            };
            let why: BTreeSet<&str> =
                DIFFERENT.iter().filter(|(rule, ..)| *rule == id).map(|(_, _, why)| *why).collect();
            let why: Vec<&str> = why.into_iter().collect();
            let _ = writeln!(text, "| [{id}](rules/{id}.md) | {by} | {} |", why.join("; "));
        }
        text
    }
}

/// Whether the rule has a fixture for AWS.
fn speaks_of_aws(id: &str) -> bool {
    let folder = std::fs::read_dir(root().join("fixtures/rules").join(id));
    folder.into_iter().flatten().flatten().any(|file| file.file_name().to_string_lossy().contains(".aws."))
}

/// The type of each resource of the template.
fn kinds(template: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut name = "";
    for line in template.lines() {
        if let Some(kind) = line.strip_prefix("    Type: ") {
            found.insert(name.to_owned(), kind.to_owned());
        } else if line.starts_with("  ") && !line.starts_with("   ") && line.ends_with(':') {
            name = line.trim().trim_end_matches(':');
        }
    }
    found
}

/// The address of each thing of the snapshot that the template speaks of, and what it is called there.
fn addresses(snapshot: &str, made: &str, kinds: &BTreeMap<String, String>) -> Vec<(String, String)> {
    let snapshot: Value = serde_json::from_str(snapshot).expect("a snapshot");
    let made: BTreeMap<String, [Option<String>; 2]> = serde_json::from_str(made).expect("what was made");
    let mut found = Vec::new();
    for resource in snapshot["resources"].as_array().expect("resources") {
        let text = |name: &str| resource[name].as_str();
        let (kind, id) = (text("type").expect("a type"), text("id").expect("an id"));
        let is = |(name, [by_id, by_arn]): &(&String, &[Option<String>; 2])| {
            let same = by_id.as_deref() == Some(id) || (by_arn.is_some() && by_arn.as_deref() == text("arn"));
            let part = id.rsplit('/').next() == by_id.as_deref();
            kinds.get(*name).is_some_and(|own| own == kind) && (same || part)
        };
        if let Some((name, _)) = made.iter().find(is) {
            let address = text("arn").map_or_else(|| format!("{kind}/{id}"), str::to_owned);
            found.push((address, name.clone()));
        }
    }
    let there: BTreeSet<&str> = found.iter().map(|(_, name)| name.as_str()).collect();
    let parts = ["LoosePolicy", "Heard"];
    let inner = |name: &str| WITHIN.iter().any(|(inner, _)| *inner == name) || parts.contains(&name);
    let lost: Vec<&String> = made.keys().filter(|name| !there.contains(name.as_str()) && !inner(name)).collect();
    assert!(lost.is_empty(), "not in the snapshot: {lost:?}");
    found
}

fn verdicts(files: &[(&str, &str)], settings: &Settings, named: &dyn Fn(&str) -> Option<String>) -> Verdicts {
    let library = Library::embedded();
    let estate = Estate::parse(ESTATE, "deodar.yaml", Some(FileId(0))).expect("an estate");
    let tree = Tree::from_texts(files.iter().map(|(path, text)| (*path, *text)));
    let request = Request { estate: Some(&estate), ..Request::new(&library, settings) };
    let Scan { inventory, judgement, .. } = scan(&tree, &request, Vec::new(), 0).expect("a scan");
    let mut found = Verdicts::new();
    for verdict in &judgement.verdicts {
        let resource = inventory.get(verdict.resource).expect("a resource");
        let outcome = match &verdict.outcome {
            Outcome::Holds => "holds",
            Outcome::Undetermined { .. } => "undetermined",
            Outcome::Violated { .. } => "violated",
            Outcome::Failed { message } => panic!("{}: {message}", resource.address),
        };
        let Some(name) = named(&resource.address) else { continue };
        let rule = library.rules()[verdict.rule].id().to_owned();
        let worst = found.entry((rule, name)).or_insert(outcome);
        let rank = |verdict: &str| ["holds", "undetermined", "violated"].iter().position(|known| *known == verdict);
        if rank(outcome) > rank(worst) {
            *worst = outcome;
        }
    }
    found
}
