//! The real Helm, as the Python package `helm-python-sdk` carries it: the same objects from every chart in
//! `fixtures/helm`, and from every chart under `DEODAR_CHARTS`, if that is set.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use deodar::format::{Reading, Settings, formats, units};
use deodar::source::Tree;
use deodar::value::{Block, Node, Value};
use serde_json::{Value as Json, json};

const RENDER: &str = "
import json, sys
import helm_python
out = {}
for chart in sys.argv[1:]:
    try:
        out[chart] = helm_python.Chart.load(chart).render({})
    except helm_python.HelmError as error:
        out[chart] = {'error': str(error)}
print(json.dumps(out))
";

/// Compares what we render with what Helm renders.
pub fn compare() {
    let mut charts = charts(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm"));
    let own = charts.len();
    if let Some(more) = std::env::var_os("DEODAR_CHARTS") {
        charts.extend(self::charts(Path::new(&more)));
    }
    let Some(theirs) = helm(&charts) else {
        eprintln!("SKIPPED: no Python with `helm-python-sdk`: the engine was not compared with Helm");
        eprintln!(
            "  python3 -m venv ~/.cache/deodar/helm && ~/.cache/deodar/helm/bin/pip install helm-python-sdk==0.2.2"
        );
        return;
    };
    let (mut same, mut total) = (0, 0);
    let mut told = Vec::new();
    for (at, chart) in charts.iter().enumerate() {
        let rendered = &theirs[chart.to_str().unwrap()];
        if let Some(error) = rendered.get("error") {
            assert!(at >= own, "Helm refuses a chart of ours: {} {error}", chart.display());
            continue;
        }
        let differences = differences(chart, rendered);
        assert!(at >= own || differences.is_empty(), "{}: {differences:#?}", chart.display());
        total += 1;
        same += usize::from(differences.is_empty());
        told.push(format!("{}: {differences:?}", chart.display()));
    }
    assert!(same * 10 >= total * 9, "{same} of {total} charts are the same: {told:#?}");
    println!("{same} of {total} charts are the same");
}

/// The outermost charts under a folder.
fn charts(folder: &Path) -> Vec<PathBuf> {
    if folder.join("Chart.yaml").is_file() {
        return vec![folder.to_owned()];
    }
    let entries = fs::read_dir(folder).map(|entries| entries.flatten().map(|entry| entry.path()).collect::<Vec<_>>());
    let mut folders: Vec<PathBuf> = entries.unwrap_or_default().into_iter().filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().flat_map(|folder| charts(folder)).collect()
}

fn helm(charts: &[PathBuf]) -> Option<Json> {
    let home = std::env::var("HOME").unwrap_or_default();
    let pythons = [
        std::env::var("DEODAR_HELM_PYTHON").unwrap_or_default(),
        format!("{home}/.cache/deodar/helm/bin/python"),
        "python3".into(),
    ];
    let run = |python: &String| Command::new(python).arg("-c").arg(RENDER).args(charts).output().ok();
    let out = pythons.iter().filter(|python| !python.is_empty()).filter_map(run).find(|out| out.status.success())?;
    serde_json::from_slice(&out.stdout).ok()
}

/// Where the objects of a chart differ from what Helm rendered.
fn differences(chart: &Path, rendered: &Json) -> Vec<String> {
    let mut texts = Vec::new();
    gather(chart, chart, &mut texts);
    let ours = read(texts, "helm");
    let reference: Vec<(String, String)> = rendered
        .as_object()
        .unwrap()
        .iter()
        .filter(|(name, _)| !name.ends_with("NOTES.txt"))
        .map(|(name, text)| (format!("{name}.yaml"), text.as_str().unwrap().to_owned()))
        .collect();
    let theirs = read(reference, "kubernetes");
    let mut found: Vec<String> = ours
        .notes
        .iter()
        .filter(|note| !note.message.contains("written twice"))
        .map(|note| note.message.clone())
        .collect();
    // definitions in `crds/` are no templates
    let ours = objects(ours.blocks.iter().filter(|block| !block.native_type.ends_with("CustomResourceDefinition")));
    let theirs = objects(theirs.blocks.iter().filter(|block| !block.native_type.ends_with("CustomResourceDefinition")));
    for name in ours.keys().chain(theirs.keys().filter(|name| !ours.contains_key(*name))) {
        match (ours.get(name), theirs.get(name)) {
            (Some(ours), Some(theirs)) if ours.len() == theirs.len() => {
                ours.iter().zip(theirs).for_each(|(ours, theirs)| differ(ours, theirs, name, &mut found));
            }
            (ours, theirs) => {
                found.push(format!("{name}: {} times, Helm {}", ours.map_or(0, Vec::len), theirs.map_or(0, Vec::len)));
            }
        }
    }
    found
}

fn gather(root: &Path, folder: &Path, texts: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            gather(root, &path, texts);
        } else {
            let name = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            texts.push((name, fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

fn read(texts: Vec<(String, String)>, format: &str) -> Reading {
    let tree = Tree::from_texts(texts);
    let mut all = Reading::default();
    for unit in units(&tree).0 {
        let reader = formats()[unit.format];
        if reader.name() == format {
            let reading = reader.read(&tree, &unit, &Settings::default());
            all.blocks.extend(reading.blocks);
            all.notes.extend(reading.notes);
        }
    }
    all
}

/// The objects by type and address, those of one address together.
fn objects<'b>(blocks: impl Iterator<Item = &'b Block>) -> BTreeMap<String, Vec<Json>> {
    let mut all: BTreeMap<String, Vec<Json>> = BTreeMap::new();
    for block in blocks {
        let address = block.address.split('#').next().unwrap();
        all.entry(format!("{} {address}", block.native_type)).or_default().push(json(&block.body));
    }
    all
}

/// A node without its places; what cannot be told is `?`.
fn json(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Bool(flag) => json!(flag),
        Value::Number(number) => json!(number),
        Value::String(text) => json!(&**text),
        Value::Text(_) | Value::Unknown(_) => json!("?"),
        Value::Redacted => json!("redacted"),
        Value::List(items) => items.iter().map(json).collect(),
        Value::Map(entries) => {
            Json::Object(entries.iter().map(|entry| (entry.key.to_string(), json(&entry.value))).collect())
        }
    }
}

/// Where two objects differ; what cannot be told is like anything.
fn differ(ours: &Json, theirs: &Json, path: &str, found: &mut Vec<String>) {
    match (ours, theirs) {
        (Json::String(text), _) if text == "?" => {}
        (Json::Object(one), Json::Object(other)) => {
            for key in one.keys().chain(other.keys().filter(|key| !one.contains_key(*key))) {
                let part =
                    |map: &serde_json::Map<String, Json>| map.get(key).cloned().unwrap_or_else(|| json!("absent"));
                differ(&part(one), &part(other), &format!("{path}.{key}"), found);
            }
        }
        (Json::Array(one), Json::Array(other)) if one.len() == other.len() => {
            for (at, (one, other)) in one.iter().zip(other).enumerate() {
                differ(one, other, &format!("{path}[{at}]"), found);
            }
        }
        _ if ours == theirs => {}
        _ => found.push(format!("{path}: {ours}, Helm {theirs}")),
    }
}
