//! The real Helm, as the Python package `helm-python-sdk` carries it: the same objects from every chart in
//! `fixtures/helm`, and from every chart under `DEODAR_CHARTS`, if that is set; with its default values, and with each
//! values file in its `ci/`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use deodar::format::{ChartSettings, Reading, Settings};
use serde_json::Value as Json;

use crate::alike::{between, gather, objects, read, read_with};

const RENDER: &str = "
import json, sys
import helm_python
out = {}
for case in sys.argv[1:]:
    chart, values = case.split('::')
    try:
        given = helm_python.values_from_yaml(open(chart + '/' + values).read()) if values else {}
        out[case] = helm_python.Chart.load(chart).render(given)
    except helm_python.HelmError as error:
        out[case] = {'error': str(error)}
print(json.dumps(out))
";

/// Compares what we render with what Helm renders.
pub fn compare() {
    let cases_of = |folder: &Path| charts(folder).iter().flat_map(|chart| cases(chart)).collect::<Vec<_>>();
    let mut cases = cases_of(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/helm"));
    let own = cases.len();
    if let Some(more) = std::env::var_os("DEODAR_CHARTS") {
        cases.extend(cases_of(Path::new(&more)));
    }
    let Some(theirs) = helm(&cases) else {
        eprintln!("SKIPPED: no Python with `helm-python-sdk`: the engine was not compared with Helm");
        eprintln!(
            "  python3 -m venv ~/.cache/deodar/helm && ~/.cache/deodar/helm/bin/pip install helm-python-sdk==0.2.2"
        );
        return;
    };
    let (mut same, mut total) = (0, 0);
    let mut told = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let (chart, values) = case.split_once("::").unwrap();
        let rendered = &theirs[case.as_str()];
        if let Some(error) = rendered.get("error") {
            assert!(at >= own, "Helm refuses a chart of ours: {case} {error}");
            continue;
        }
        let differences = differences(Path::new(chart), values, rendered);
        assert!(at >= own || differences.is_empty(), "{case}: {differences:#?}");
        total += 1;
        same += usize::from(differences.is_empty());
        told.push(format!("{case}: {differences:?}"));
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

/// The chart as it is, and with each values file of its `ci/`.
fn cases(chart: &Path) -> Vec<String> {
    let entries = fs::read_dir(chart.join("ci")).into_iter().flatten().flatten();
    let mut values: Vec<String> = entries.map(|entry| format!("ci/{}", entry.file_name().display())).collect();
    values.retain(|name| name.ends_with("values.yaml"));
    values.sort();
    values.insert(0, String::new());
    values.iter().map(|values| format!("{}::{values}", chart.display())).collect()
}

fn helm(cases: &[String]) -> Option<Json> {
    let home = std::env::var("HOME").unwrap_or_default();
    let pythons = [
        std::env::var("DEODAR_HELM_PYTHON").unwrap_or_default(),
        format!("{home}/.cache/deodar/helm/bin/python"),
        "python3".into(),
    ];
    let run = |python: &String| Command::new(python).arg("-c").arg(RENDER).args(cases).output().ok();
    let out = pythons.iter().filter(|python| !python.is_empty()).filter_map(run).find(|out| out.status.success())?;
    serde_json::from_slice(&out.stdout).ok()
}

/// Where the objects of a chart differ from what Helm rendered.
fn differences(chart: &Path, values: &str, rendered: &Json) -> Vec<String> {
    let mut texts = Vec::new();
    gather(chart, chart, &mut texts);
    let charts = ChartSettings {
        values_files: if values.is_empty() { Vec::new() } else { vec![values.to_owned()] },
        ..ChartSettings::default()
    };
    let ours = read_with(texts, "helm", "", &Settings { charts, ..Settings::default() });
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
