//! Snapshots as tests look at them, and runs of the program.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

/// Runs deodar.
pub fn deodar(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_deodar")).args(arguments).env_remove("KUBECONFIG").output().unwrap()
}

/// What a run said, for a test that fails.
pub fn said(output: &Output) -> String {
    format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A snapshot.
pub struct Snapshot {
    pub text: String,
    pub json: Value,
}

impl Snapshot {
    pub fn read(path: &Path) -> Self {
        let text = std::fs::read_to_string(path).unwrap();
        let json = serde_json::from_str(&text).unwrap();
        let schema = serde_json::from_str(include_str!("../../docs/schema/snapshot.schema.json")).unwrap();
        let wrong: Vec<_> =
            jsonschema::validator_for(&schema).unwrap().iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(wrong.is_empty(), "{wrong:?}");
        Self { text, json }
    }

    /// The ids of a type.
    pub fn ids(&self, native_type: &str) -> Vec<String> {
        let resources = self.json["resources"].as_array().unwrap();
        let of_type = resources.iter().filter(|resource| resource["type"] == native_type);
        of_type.map(|resource| resource["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The object with that id.
    pub fn object(&self, native_type: &str, id: &str) -> &Value {
        let resources = self.json["resources"].as_array().unwrap();
        let found = resources.iter().find(|resource| resource["type"] == native_type && resource["id"] == id);
        &found.unwrap_or_else(|| panic!("no {native_type} {id}"))["properties"]
    }

    /// The lists in a state, by type.
    pub fn lists(&self, state: &str) -> BTreeSet<String> {
        let lists = self.json["lists"].as_array().unwrap();
        let wanted = lists.iter().filter(|list| list["state"] == state);
        wanted.map(|list| list["type"].as_str().unwrap().to_owned()).collect()
    }

    /// The list of a type.
    pub fn list(&self, native_type: &str) -> &Value {
        self.json["lists"].as_array().unwrap().iter().find(|list| list["type"] == native_type).unwrap()
    }

    /// How often each call was made, with its tries.
    pub fn calls(&self) -> BTreeMap<String, u64> {
        let mut calls = BTreeMap::new();
        for call in self.json["calls"].as_array().unwrap() {
            *calls.entry(call["call"].as_str().unwrap().to_owned()).or_default() += call["tries"].as_u64().unwrap();
        }
        calls
    }
}

/// The verdicts of a scan: rule and resource (its address, and the part of it) to state.
pub fn verdicts(paths: &[&Path], more: &[&str]) -> BTreeMap<(String, String), String> {
    let mut arguments = vec!["scan", "--format", "json", "--verdicts", "--today", "2026-11-27"];
    arguments.extend(more);
    let root = paths[0].parent().unwrap();
    arguments.extend(["--root", root.to_str().unwrap()]);
    arguments.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let output = deodar(&arguments);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", said(&output)));
    let mut found = BTreeMap::new();
    for verdict in report["verdicts"].as_array().unwrap_or_else(|| panic!("{}", said(&output))) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let resource = &verdict["resource"];
        let address = match (text(&resource["address"]), text(&resource["part"])) {
            // these stand at the first object that speaks of them, whichever that is
            (_, part) if part.starts_with("namespace[") || part.starts_with("serviceAccount[") => part,
            // that of a snapshot has the name of its cluster
            (address, _) if address.starts_with("account.") => "account".to_owned(),
            (address, part) if part.is_empty() => address,
            (address, part) => format!("{address} {part}"),
        };
        found.insert((text(&verdict["rule"]), address), text(&verdict["state"]));
    }
    found
}
