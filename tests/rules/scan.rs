//! One fixture, scanned alone: from its text to the verdicts of every rule.

use std::path::{Path, PathBuf};

use deodar::engine::{Engine, Outcome, Verdict};
use deodar::format::Settings;
use deodar::model::Inventory;
use deodar::pipeline;
use deodar::rule::{Estate, Profile, Rule};
use deodar::source::{LineIndex, NoteKind, Tree};

/// A file of `fixtures/rules/<ID>/`.
pub struct Fixture {
    /// The rule it was written for.
    pub rule: String,
    /// Its name: `fail.aws.tf`.
    pub name: String,
    path: PathBuf,
}

/// A fixture after scanning.
pub struct Scanned {
    pub name: String,
    pub tree: Tree,
    pub inventory: Inventory,
    pub profile: Profile,
    /// Parts of the fixture that were not read.
    pub lost: Vec<String>,
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn folder(rule: &str) -> PathBuf {
    root().join("fixtures/rules").join(rule)
}

/// Whether the person asked for this rule: all, or those whose id holds `RULE`.
pub fn wanted(rule: &Rule) -> bool {
    std::env::var("RULE").map_or(true, |part| rule.id().contains(&part))
}

/// How the names of files end that stand beside fixtures: the estate file of all, parameters of one
/// (`fail.cfn.parameters.json` of `fail.cfn.yaml`), what is expected.
const BESIDE: &[&str] = &["deodar.yaml", PARAMETERS, "expected.txt"];
const PARAMETERS: &str = ".parameters.json";

/// The fixtures of a rule, by name.
pub fn fixtures(rule: &str) -> Vec<Fixture> {
    let Ok(entries) = std::fs::read_dir(folder(rule)) else { return Vec::new() };
    let mut found: Vec<Fixture> = entries
        .map(|entry| entry.unwrap().path())
        .map(|path| Fixture {
            rule: rule.to_owned(),
            name: path.file_name().unwrap().to_str().unwrap().to_owned(),
            path,
        })
        .filter(|fixture| !BESIDE.iter().any(|ending| fixture.name.ends_with(ending)))
        .collect();
    found.sort_by(|a, b| a.name.cmp(&b.name));
    found
}

impl Fixture {
    /// Scans it, with the estate file and the parameters that stand beside it.
    pub fn scan(&self) -> Scanned {
        let text = std::fs::read_to_string(&self.path).unwrap();
        let beside = std::fs::read_to_string(self.path.with_file_name("deodar.yaml")).ok();
        let given = format!("{}{PARAMETERS}", self.name.rsplit_once('.').unwrap().0);
        let parameters = std::fs::read_to_string(self.path.with_file_name(&given)).ok();
        let settings =
            Settings { parameter_files: parameters.iter().map(|_| given.clone()).collect(), ..Settings::default() };
        let texts = std::iter::once((self.name.clone(), text))
            .chain(beside.iter().map(|text| ("deodar.yaml".to_owned(), text.clone())))
            .chain(parameters.map(|text| (given, text)));
        let tree = Tree::from_texts(texts);
        let estate = beside.map(|text| {
            Estate::parse(&text, "deodar.yaml", tree.find("deodar.yaml"))
                .unwrap_or_else(|error| panic!("{}: {error}", self.rule))
        });
        let (inventory, notes) = pipeline::picture(&tree, &settings, estate.as_ref());
        let lost = notes
            .iter()
            .filter(|note| note.kind.incomplete() || note.kind == NoteKind::NotSeen)
            .map(|note| note.message.clone())
            .collect();
        let profile = Profile::of(estate.as_ref()).on(Some(jiff::civil::Date::constant(2026, 11, 26)));
        Scanned { name: self.name.clone(), tree, inventory, profile, lost }
    }
}

impl Scanned {
    /// `<file>:<line>:<column> <state> <RULE> <address>` for a verdict; `<file>:-` for what has no place.
    pub fn line(&self, engine: &Engine<'_>, rule: &str, verdict: &Verdict) -> String {
        let resource = self.inventory.get(verdict.resource).unwrap();
        let evidence = engine.evidence(&self.inventory, &self.profile, verdict);
        let span = evidence.place(&verdict.outcome).unwrap_or(resource.head);
        let place = self.tree.text(span.file).map_or_else(
            |_| format!("{}:-", self.name),
            |text| {
                let bytes = Box::new(std::io::Cursor::new(text.as_bytes()));
                let at = LineIndex::new(bytes).and_then(|mut lines| lines.position(span.start.into())).unwrap();
                format!("{}:{}:{}", self.tree.path(span.file), at.line, at.column)
            },
        );
        let mut line = format!("{place} {} {rule} {}", verdict.outcome.name(), resource.full_address());
        if let Outcome::Failed { message } = &verdict.outcome {
            line.push_str(&format!(": {message}"));
        }
        line
    }
}
