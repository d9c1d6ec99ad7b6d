//! Every attribute that a fixture or a remedy sets is one that its provider publishes: a typo in a fixture would make a
//! rule pass or fail for nothing, and one in a remedy costs its reader an hour. The lists in `tests/attributes` are made by `make.py` there; what they lack stands in `also.txt` with a
//! reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test may panic"
)]

#[path = "support/blocks.rs"]
mod blocks;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use deodar::format::Settings;
use deodar::rule::Library;
use deodar::value::{Block, MAYBE, Node, Value};

/// What can be set below a resource or a block; nothing below a plain value.
#[derive(Default)]
struct Tree(BTreeMap<String, Tree>);

/// `name{name name} name`.
fn tree(words: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Tree {
    let (mut all, mut name) = (Tree::default(), String::new());
    while let Some(sign) = words.next() {
        match sign {
            '{' => {
                let below = tree(words);
                all.0.insert(std::mem::take(&mut name), below);
            }
            '}' => break,
            ' ' => all.insert(&mut name),
            sign => name.push(sign),
        }
    }
    all.insert(&mut name);
    all
}

impl Tree {
    fn insert(&mut self, name: &mut String) {
        if !name.is_empty() {
            self.0.insert(std::mem::take(name), Self::default());
        }
    }

    /// Paths that are set in `node` and are none of these.
    fn unknown(&self, node: &Node, at: &str, found: &mut BTreeSet<String>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| self.unknown(item, at, found)),
            Value::Map(entries) if !self.0.is_empty() => {
                for entry in entries.iter().filter(|entry| &*entry.key != MAYBE) {
                    let path = if at.is_empty() { entry.key.to_string() } else { format!("{at}.{}", entry.key) };
                    match self.0.get(&*entry.key).or_else(|| self.0.get("*")) {
                        Some(below) => below.unknown(&entry.value, &path, found),
                        None => drop(found.insert(path)),
                    }
                }
            }
            _ => {}
        }
    }
}

fn kept(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/attributes").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no {}", path.display()))
}

fn list(name: &str) -> BTreeMap<String, Tree> {
    let text = kept(name);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (kind, paths) = line.split_once(' ').unwrap_or((line, ""));
            (kind.to_owned(), tree(&mut paths.chars().peekable()))
        })
        .collect()
}

/// `<type> <path>`, by what the fixtures need.
fn also() -> BTreeSet<String> {
    let text = kept("also.txt");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (what, reason) = line.split_once(" # ").unwrap_or_else(|| panic!("`{line}` gives no reason"));
            assert!(!reason.trim().is_empty(), "`{line}` gives no reason");
            what.to_owned()
        })
        .collect()
}

/// The blocks of every fixture whose name ends so, with the fixture's path.
fn fixtures(ending: &str) -> Vec<(String, Vec<Block>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut all = Vec::new();
    for folder in std::fs::read_dir(root).unwrap() {
        let folder = folder.unwrap().path();
        for file in std::fs::read_dir(&folder).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if name.ends_with(ending) {
                let text = std::fs::read_to_string(&path).unwrap();
                let (_, read, _) = blocks::read_with(&[(name, &text)], &Settings::default());
                all.push((format!("{}/{name}", folder.file_name().unwrap().to_str().unwrap()), read));
            }
        }
    }
    all.extend(stacks(ending));
    all.extend(remedies(ending));
    all
}

/// The same of what rules say to paste: the remedies of the dialect.
fn remedies(ending: &str) -> Vec<(String, Vec<Block>)> {
    let file = match ending {
        ".tf" => "main.tf",
        ".cfn.yaml" => "template.yaml",
        _ => return Vec::new(),
    };
    let fits = |key: &str| match key {
        "aws" | "azure" | "gcp" => ending == ".tf",
        "cloudformation" => ending == ".cfn.yaml",
        native_type => native_type.starts_with("AWS::") == (ending == ".cfn.yaml") && native_type.contains(['_', ':']),
    };
    let mut all = Vec::new();
    for rule in Library::embedded().rules() {
        for (key, text) in rule.metadata().remediation.iter().filter(|(key, _)| fits(key)) {
            let text = match file {
                "main.tf" => text.clone(),
                _ => format!("Resources:\n  {}", text.replace('\n', "\n  ")),
            };
            let (_, read, _) = blocks::read_with(&[(file, &text)], &Settings::default());
            all.push((format!("{}, remedy `{key}`", rule.id()), read));
        }
    }
    all
}

/// The same of the stacks: of Terraform the whole folder, else the one file.
fn stacks(ending: &str) -> Vec<(String, Vec<Block>)> {
    fn gather(root: &Path, folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                gather(root, &path, ending, found);
            } else if path.to_str().unwrap().ends_with(ending) {
                let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
                found.push((name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/stacks");
    let stacks = std::fs::read_dir(root).unwrap().map(|stack| stack.unwrap().path());
    stacks
        .map(|stack| {
            let mut texts = Vec::new();
            gather(&stack, &stack, ending, &mut texts);
            let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
            let (_, read, _) = blocks::read_with(&texts, &Settings::default());
            (stack.file_name().unwrap().to_str().unwrap().to_owned(), read)
        })
        .collect()
}

/// Fails with each `<type> <path>` that no list has, and each exception that nothing needs.
fn hold(faults: BTreeMap<String, String>, mine: impl Fn(&str) -> bool) {
    let also = also();
    let mut said: Vec<String> = faults
        .iter()
        .filter(|(what, _)| !also.contains(*what))
        .map(|(what, fixture)| format!("{fixture}: no provider publishes `{what}`"))
        .collect();
    let unused = also.iter().filter(|what| mine(what) && !faults.contains_key(*what));
    said.extend(unused.map(|what| format!("tests/attributes/also.txt: nothing needs `{what}`")));
    let help =
        "mend the fixture; or run tests/attributes/make.py, or name the provider's page in tests/attributes/also.txt";
    assert!(said.is_empty(), "{}\nhelp: {help}", said.join("\n"));
}

#[test]
fn a_typo_is_found() {
    let text = r#"
        resource "aws_s3_bucket" "a" {
            bukket = "a"
            logging {
                target_bucket = "b"
                target_prefx  = "c"
            }
            tags = { anything = "goes" }
        }"#;
    let (_, read, _) = blocks::read_with(&[("main.tf", text)], &Settings::default());
    let mut found = BTreeSet::new();
    list("terraform.txt")["aws_s3_bucket"].unknown(&read[0].body, "", &mut found);
    assert_eq!(found.into_iter().collect::<Vec<_>>(), ["bukket", "logging.target_prefx"]);
}

/// The faults of all blocks that `of` takes, by the tree of their type.
fn check(
    ending: &str,
    list: &BTreeMap<String, Tree>,
    of: impl Fn(&Block) -> Option<(String, BTreeSet<String>)>,
) -> BTreeMap<String, String> {
    let mut faults = BTreeMap::new();
    for (fixture, blocks) in fixtures(ending) {
        for block in &blocks {
            let Some((kind, beside)) = of(block) else { continue };
            let mut found = BTreeSet::new();
            match list.get(&kind) {
                Some(tree) => tree.unknown(&block.body, "", &mut found),
                None => drop(found.insert("(the type)".to_owned())),
            }
            for path in found.into_iter().filter(|path| !beside.contains(path)) {
                faults.entry(format!("{kind} {path}")).or_insert_with(|| fixture.clone());
            }
        }
    }
    faults
}

#[test]
fn attributes_in_terraform_are_published() {
    let list = list("terraform.txt");
    let faults = check(".tf", &list, |block| {
        let is_resource =
            !["data.", "provider.", "terraform."].iter().any(|start| block.native_type.starts_with(start));
        is_resource.then(|| (block.native_type.to_string(), BTreeSet::from(["lifecycle".to_owned()])))
    });
    hold(faults, |what| !what.starts_with("AWS::") && !what.starts_with("Microsoft."));
}

#[test]
fn properties_in_cloudformation_are_published() {
    let list = list("cloudformation.txt");
    // what stands beside the properties of a resource, and may be asked for as they are
    let beside = ["DeletionPolicy", "UpdateReplacePolicy", "UpdatePolicy", "CreationPolicy"];
    let faults = check(".cfn.yaml", &list, |block| {
        Some((block.native_type.to_string(), beside.iter().map(|name| (*name).to_owned()).collect()))
    });
    hold(faults, |what| what.starts_with("AWS::"));
}

/// Of Azure the names alone are known, by provider.
#[test]
fn properties_in_azure_templates_are_published() {
    /// What every resource has, and what deodar adds: the nearest resource without a parent.
    const BESIDE: &[&str] = &[
        "apiVersion",
        "condition",
        "dependsOn",
        "extendedLocation",
        "identity",
        "kind",
        "location",
        "name",
        "parent",
        "plan",
        "properties",
        "root",
        "scope",
        "scopeRoot",
        "sku",
        "tags",
        "type",
        "zones",
    ];
    /// Maps whose keys are a person's own.
    const FREE: &[&str] =
        &["appSettings", "customProperties", "metadata", "parameters", "policyRule", "tags", "userAssignedIdentities"];
    fn names(node: &Node, found: &mut BTreeSet<String>) {
        match &node.value {
            Value::List(items) => items.iter().for_each(|item| names(item, found)),
            Value::Map(entries) => {
                for entry in entries.iter().filter(|entry| &*entry.key != MAYBE) {
                    found.insert(entry.key.to_string());
                    if !FREE.contains(&&*entry.key) {
                        names(&entry.value, found);
                    }
                }
            }
            _ => {}
        }
    }
    let list = list("arm.txt");
    let mut faults = BTreeMap::new();
    for (fixture, blocks) in fixtures(".arm.json") {
        for block in blocks {
            let space = block.native_type.split('/').next().unwrap().to_owned();
            let mut found = BTreeSet::new();
            names(&block.body, &mut found);
            let known = |name: &String| {
                BESIDE.contains(&&**name) || list.get(&space).is_some_and(|tree| tree.0.contains_key(name))
            };
            for name in found.iter().filter(|name| !known(name)) {
                faults.entry(format!("{space} {name}")).or_insert_with(|| fixture.clone());
            }
        }
    }
    hold(faults, |what| what.starts_with("Microsoft."));
}
