//! Helm charts: claimed whole, so that no template is taken for an object, and reported as not seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Tree};

/// The format of Helm charts.
pub struct Helm;

impl Format for Helm {
    fn name(&self) -> &'static str {
        "helm"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let mut charts: Vec<Arc<str>> = free
            .iter()
            .filter(|file| file_name(&tree.path(**file)) == "Chart.yaml")
            .map(|file| Arc::from(tree.folder(*file)))
            .collect();
        // the outer chart first: the charts inside it are its own
        charts.sort_by_key(|folder| folder.len());
        let mut units: Vec<(Arc<str>, Vec<FileId>)> = Vec::new();
        for folder in charts {
            let files: Vec<FileId> = tree
                .under(&folder)
                .filter(|file| free.contains(file) && of_chart(&folder, &tree.path(*file)))
                .collect();
            for file in &files {
                free.remove(file);
            }
            if !files.is_empty() {
                units.push((folder, files));
            }
        }
        units.sort();
        units
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let templates = unit.files.iter().filter(|file| is_template(&tree.path(**file))).count();
        let count =
            if templates == 1 { "its template was".to_owned() } else { format!("its {templates} templates were") };
        let chart = unit.files.iter().copied().find(|file| file_name(&tree.path(*file)) == "Chart.yaml");
        let name = unit.folder.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or(".");
        let mut note = Note::new(
            NoteKind::NotSeen,
            format!("Helm is not read yet: chart `{name}` was claimed and {count} not seen"),
        )
        .help("render it with `helm template` and scan what that prints");
        if let Some(chart) = chart {
            note = note.in_file(tree.path(chart));
        }
        Reading { notes: vec![note], ..Reading::default() }
    }
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a file below a chart's folder belongs to the chart: its description, values, templates and charts.
fn of_chart(folder: &str, path: &str) -> bool {
    let inside = path.strip_prefix(folder).unwrap_or(path).trim_start_matches('/');
    let first = inside.split('/').next().unwrap_or("");
    match inside.contains('/') {
        true => matches!(first, "templates" | "charts" | "crds" | "ci"),
        false => {
            first.starts_with("Chart.")
                || first.starts_with("values")
                || matches!(first, "requirements.yaml" | "requirements.lock")
        }
    }
}

fn is_template(path: &str) -> bool {
    let yaml = path.ends_with(".yaml") || path.ends_with(".yml") || path.ends_with(".json");
    yaml && (path.starts_with("templates/") || path.contains("/templates/"))
}
