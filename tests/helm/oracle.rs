//! The real Helm, as the Python package `helm-python-sdk` carries it: the same objects from every chart in
//! `fixtures/helm`, and from every chart under `DEODAR_CHARTS`, if that is set.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use deodar::format::Reading;
use serde_json::Value as Json;

use crate::alike::{between, gather, objects, read};

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
    let templates = |reading: &Reading| {
        objects(reading.blocks.iter().filter(|block| !block.native_type.ends_with("CustomResourceDefinition")))
    };
    between(&templates(&ours), &templates(&theirs), "Helm", &mut found);
    found
}
