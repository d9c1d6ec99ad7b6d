//! Makes the rule library, and the tables of what clouds are asked, out of the file system: every
//! `policies/<domain>/<ID>.cedar` with its `rules/<domain>/<ID>.yaml`, and every `rules/baselines/<name>.yaml`, sorted. There
//! is no list of rules anywhere else. A rule's YAML is read here, and handed on as JSON: every run reads it, and YAML takes
//! ten times as long.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    for folder in ["policies", "rules", "data/aws/services"] {
        println!("cargo::rerun-if-changed={folder}");
    }
    let policies = by_domain(&root.join("policies"), "cedar")?;
    let mut documents = by_domain(&root.join("rules"), "yaml")?;
    let baselines: Vec<_> = documents
        .iter()
        .filter(|((domain, _), _)| domain == "baselines")
        .map(|((_, name), path)| (name.clone(), path.clone()))
        .collect();
    documents.retain(|(domain, _), _| domain != "baselines" && domain != "places");

    let mut code = String::from("pub(super) const RULES: &[(&str, &str, &str, &str, &str)] = &[\n");
    let mut halves = Vec::new();
    for ((domain, id), policy) in &policies {
        match documents.get(&(domain.clone(), id.clone())) {
            Some(document) => {
                let json = json(&root, document)?;
                let (policy, document) = (include(policy), include(document));
                let _ = writeln!(code, "    ({id:?}, {domain:?}, {policy}, {document}, {json:?}),");
            }
            None => halves.push(format!("policies/{domain}/{id}.cedar has no rules/{domain}/{id}.yaml beside it")),
        }
    }
    for (domain, id) in documents.keys().filter(|key| !policies.contains_key(*key)) {
        halves.push(format!("rules/{domain}/{id}.yaml has no policies/{domain}/{id}.cedar beside it"));
    }
    code.push_str("];\n\n/// Rules of which one half is missing: a test fails on each.\n#[cfg(test)]\npub(super) const HALVES: &[&str] = &[\n");
    for half in &halves {
        let _ = writeln!(code, "    {half:?},");
    }
    code.push_str("];\n\npub(super) const BASELINES: &[(&str, &str)] = &[\n");
    for (name, path) in &baselines {
        let _ = writeln!(code, "    ({name:?}, {:?}),", json(&root, path)?);
    }
    code.push_str("];\n");
    write("library.rs", &code)?;
    write("aws_tables.rs", &tables(&root.join("data/aws/services"))?)
}

/// What is asked of AWS: the text of every `data/aws/services/<service>.yaml`, sorted.
fn tables(folder: &Path) -> io::Result<String> {
    let mut names = Vec::new();
    for file in fs::read_dir(folder)? {
        names.push(file?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    let mut code = String::from("const TABLES: &[&str] = &[\n");
    for name in names.iter().filter(|name| name.ends_with(".yaml")) {
        let _ = writeln!(code, "    {},", include(&format!("/data/aws/services/{name}")));
    }
    code.push_str("];\n");
    Ok(code)
}

/// Writes a file of code; an unchanged one keeps its time, so that nothing is built again for nothing.
fn write(name: &str, code: &str) -> io::Result<()> {
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join(name);
    if fs::read_to_string(&out).ok().as_deref() != Some(code) {
        fs::write(out, code)?;
    }
    Ok(())
}

/// The text of a file of this package, wherever the package lies when it is compiled: a build folder may serve several
/// clones.
fn include(path: &str) -> String {
    format!("include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), {path:?}))")
}

/// A YAML file of this package as JSON.
fn json(root: &Path, path: &str) -> io::Result<String> {
    let file = root.join(path.trim_start_matches('/'));
    let text = fs::read_to_string(&file)?;
    let value: serde_json::Value =
        serde_saphyr::from_str(&text).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))?;
    Ok(value.to_string())
}

/// The files `<folder>/<domain>/<name>.<extension>`, by domain and name; their paths begin with a slash below the package.
fn by_domain(folder: &Path, extension: &str) -> io::Result<BTreeMap<(String, String), String>> {
    let mut found = BTreeMap::new();
    if !folder.is_dir() {
        return Ok(found);
    }
    for domain in fs::read_dir(folder)? {
        let domain = domain?;
        if !domain.file_type()?.is_dir() {
            continue;
        }
        for file in fs::read_dir(domain.path())? {
            let path = file?.path();
            let name = path.file_stem().and_then(|stem| stem.to_str());
            if let (Some(name), Some(true)) = (name, path.extension().map(|found| found == extension)) {
                let domain = domain.file_name().to_string_lossy().into_owned();
                let of = folder.file_name().unwrap_or_default().to_string_lossy();
                let below = format!("/{of}/{domain}/{}", path.file_name().unwrap_or_default().to_string_lossy());
                found.insert((domain, name.to_owned()), below);
            }
        }
    }
    Ok(found)
}
