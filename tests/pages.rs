//! The pages of the rules are derived and fresh. `UPDATE=1 cargo nextest run -E 'binary(pages)'` writes them anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use deodar::report::page::page;
use deodar::rule::Library;

/// The longest example that a page shows, in lines.
const MOST_LINES: usize = 40;

/// The smallest bad inputs and the nearest good ones of a rule.
fn examples(root: &Path, id: &str) -> Vec<(String, String)> {
    let Ok(folder) = fs::read_dir(root.join("fixtures/rules").join(id)) else { return Vec::new() };
    let mut found: Vec<(String, String)> = folder
        .filter_map(|entry| {
            let path = entry.ok()?.path();
            let name = path.file_name()?.to_str()?.to_owned();
            let example = name.starts_with("fail") || name.starts_with("pass");
            // a template of Resource Manager says at length what its twins in Terraform and Bicep say
            let manifest = [".tf", ".yaml", ".json", ".bicep"].iter().any(|end| name.ends_with(end))
                && !name.ends_with(".arm.json");
            let text = (example && manifest).then(|| fs::read_to_string(&path).ok())??;
            (text.lines().count() <= MOST_LINES).then_some((name, text))
        })
        .collect();
    found.sort();
    found
}

#[test]
fn every_rule_has_its_page_and_no_page_is_stale() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let library = Library::embedded();
    let folder = root.join("docs/rules");
    let wanted: BTreeMap<String, String> = library
        .rules()
        .iter()
        .map(|rule| (format!("{}.md", rule.id()), page(&library, rule, &examples(root, rule.id()))))
        .collect();
    if std::env::var_os("UPDATE").is_some() {
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).expect("a folder");
        for (name, text) in &wanted {
            fs::write(folder.join(name), text).expect("written");
        }
    }
    let there: BTreeMap<String, String> = fs::read_dir(&folder)
        .map(|entries| {
            entries
                .flatten()
                .map(|entry| {
                    (
                        entry.file_name().to_string_lossy().into_owned(),
                        fs::read_to_string(entry.path()).expect("a text"),
                    )
                })
                .collect()
        })
        .unwrap_or_default();
    let stale: Vec<&String> = wanted
        .iter()
        .filter(|(name, text)| there.get(*name) != Some(*text))
        .map(|(name, _)| name)
        .chain(there.keys().filter(|name| !wanted.contains_key(*name)))
        .collect();
    assert!(stale.is_empty(), "stale: {stale:?}; run `UPDATE=1 cargo nextest run -E 'binary(pages)'`");
}

/// The line of the README that says how much the library holds.
fn counts() -> String {
    const CLOUDS: [&str; 4] = ["aws", "azure", "gcp", "kubernetes"];
    let library = Library::embedded();
    let instances: usize = library
        .rules()
        .iter()
        .map(|rule| CLOUDS.iter().filter(|cloud| rule.metadata().remediation.contains_key(**cloud)).count())
        .sum();
    format!(
        "- **Its library holds {} rules**, with a remedy for each cloud that they speak of: {instances} in all.",
        library.rules().len()
    )
}

#[test]
fn the_readme_counts_the_rules() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let text = fs::read_to_string(&path).unwrap();
    let wanted = counts();
    let told = |line: &str| if line.starts_with("- **Its library holds ") { wanted.clone() } else { line.to_owned() };
    let fresh: String = text.lines().map(|line| told(line) + "\n").collect();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &fresh).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert!(found.contains(&wanted), "the README counts wrongly: run `UPDATE=1 cargo nextest run -E 'binary(pages)'`");
}
