//! `--helm-program`, `--bicep-program`: what they print of the charts and templates of the scan, laid beside them.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::collect::programs::printed;
use crate::format::{Settings, formats, units_as};
use crate::source::Tree;

/// The programs that the person named.
#[derive(Clone, Default)]
pub(super) struct Programs {
    pub(super) helm: Option<PathBuf>,
    pub(super) bicep: Option<PathBuf>,
}

impl Programs {
    /// The tree with what the programs print of it, and the settings that say where.
    pub(super) fn run(&self, tree: Tree, root: &Path, settings: &Settings) -> (Tree, Settings) {
        let mut settings = settings.clone();
        if self.helm.is_none() && self.bicep.is_none() {
            return (tree, settings);
        }
        let mut texts: Vec<(String, Arc<str>)> = Vec::new();
        let (units, _, _) = units_as(&tree, &settings.format_of);
        for unit in units {
            let name = formats().get(unit.format).map_or("", |format| format.name());
            let first = unit.files.first().map(|file| tree.path(*file)).unwrap_or_default();
            let (of, beside, said) = match (name, &self.helm, &self.bicep) {
                ("helm", Some(helm), _) => {
                    let beside = format!("{}/.printed.yaml", unit.folder);
                    (unit.folder.clone(), beside, printed(helm, &template(&unit.folder, root, &settings), root))
                }
                ("bicep", _, Some(bicep)) if first.ends_with(".bicep") => {
                    let arguments = ["build", "--stdout"].map(str::to_owned);
                    let file = root.join(&*first).display().to_string();
                    let arguments: Vec<String> = arguments.into_iter().chain([file]).collect();
                    (first.clone(), format!("{first}.printed.json"), printed(bicep, &arguments, root))
                }
                _ => continue,
            };
            let beside = beside.trim_start_matches('/').to_owned();
            let said = said.map(|text| {
                texts.push((beside.clone(), Arc::from(text)));
                beside
            });
            settings.printed.insert(of.to_string(), said);
        }
        (tree.with_texts(texts), settings)
    }
}

/// `helm template`, with what is given for the chart.
fn template(folder: &str, root: &Path, settings: &Settings) -> Vec<String> {
    let charts = &settings.charts;
    let chart = root.join(folder).display().to_string();
    let mut all = vec!["template".to_owned(), "release-name".to_owned(), chart, "--include-crds".to_owned()];
    let mut say = |flag: &str, value: String| all.extend([flag.to_owned(), value]);
    for path in charts.values_files_of.get(folder).into_iter().flatten().chain(&charts.values_files) {
        say("--values", root.join(path).display().to_string());
    }
    charts.set.iter().for_each(|set| say("--set", set.clone()));
    charts.namespace.iter().for_each(|namespace| say("--namespace", namespace.clone()));
    charts.kube_version.iter().for_each(|version| say("--kube-version", version.clone()));
    all
}
