//! The parsers, each with the files that it begins from.

use std::fs;
use std::path::{Path, PathBuf};

use deodar::format::{ChartSettings, Settings};
use deodar::pipeline;
use deodar::rule::Estate;
use deodar::source::Tree;

/// A parser.
pub struct Target {
    pub name: &'static str,
    /// Its files end so, and hold this.
    ends: &'static [&'static str],
    holds: &'static str,
    pub read: fn(&str),
}

/// The most bytes of a seed: long files are slow and break alike.
const LONGEST: u64 = 12_000;
/// The most seeds of a target.
const MOST: usize = 400;

impl Target {
    /// The texts that it begins from.
    pub fn seeds(&self) -> Vec<String> {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        ["fixtures", "tests/fuzz/seeds", "tests/screens"]
            .iter()
            .for_each(|folder| list(&here.join(folder), &mut files));
        files.sort();
        let fits = |path: &&PathBuf| {
            let name = path.to_string_lossy();
            self.ends.iter().any(|end| name.ends_with(end)) && path.metadata().is_ok_and(|facts| facts.len() < LONGEST)
        };
        let texts = files.iter().filter(fits).filter_map(|path| fs::read_to_string(path).ok());
        let all: Vec<String> = texts.filter(|text| text.contains(self.holds)).collect();
        let step = all.len().div_ceil(MOST).max(1);
        all.into_iter().step_by(step).collect()
    }
}

fn list(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => list(&path, into),
            path => into.push(path),
        }
    }
}

fn picture(files: &[(&str, &str)]) {
    let tree = Tree::from_texts(files.iter().copied());
    let (inventory, notes) = pipeline::picture(&tree, &Settings::default(), None);
    let told = notes.iter().any(|note| note.help.as_deref().is_some_and(|help| help.contains("fault of deodar")));
    assert!(!told, "a note says that deodar is at fault");
    drop(inventory);
}

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const VALUES: &str = "image: {repository: nginx, tag: '1.2'}\nreplicas: 2\nlist: [a, b]\nmap: {a: 1}\n";
const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, template: {spec: {containers: [{name: web, image: nginx}]}}}\n";

/// Every target.
pub const TARGETS: [Target; 17] = [
    Target {
        name: "terraform",
        ends: &[".tf"],
        holds: "",
        read: |text| picture(&[("main.tf", text), ("m/main.tf", text)]),
    },
    Target {
        name: "terraform-variables",
        ends: &[".tfvars", ".tf"],
        holds: " = ",
        read: |text| {
            picture(&[("main.tf", "variable \"a\" {}\nlocals { b = file(\"x.json\") }"), ("terraform.tfvars", text)]);
        },
    },
    Target {
        name: "plan",
        ends: &["plan.json"],
        holds: "resource_changes",
        read: |text| picture(&[("plan.json", text)]),
    },
    Target {
        name: "state",
        ends: &["state.json", ".tfstate"],
        holds: "terraform_version",
        read: |text| picture(&[("a.tfstate", text)]),
    },
    Target { name: "preview", ends: &[".json"], holds: "urn:pulumi", read: |text| picture(&[("preview.json", text)]) },
    Target {
        name: "snapshot",
        ends: &[".json"],
        holds: "\"snapshot\":",
        read: |text| picture(&[("snapshot.json", text)]),
    },
    Target { name: "kubernetes", ends: &[".yaml"], holds: "apiVersion", read: |text| picture(&[("a.yaml", text)]) },
    Target {
        name: "cloudformation-yaml",
        ends: &[".cfn.yaml"],
        holds: "Resources",
        read: |text| picture(&[("t.yaml", text)]),
    },
    Target { name: "cloudformation-json", ends: &[".json"], holds: "AWS::", read: |text| picture(&[("t.json", text)]) },
    Target { name: "arm", ends: &[".arm.json"], holds: "schema", read: |text| picture(&[("main.json", text)]) },
    Target {
        name: "bicep",
        ends: &[".bicep"],
        holds: "",
        read: |text| picture(&[("main.bicep", text), ("a.bicep", text)]),
    },
    Target {
        name: "helm-template",
        ends: &[".yaml", ".tpl", ".txt"],
        holds: "{{",
        read: |text| {
            picture(&[
                ("c/Chart.yaml", CHART),
                ("c/values.yaml", VALUES),
                ("c/templates/a.yaml", text),
                ("c/templates/_h.tpl", text),
            ]);
        },
    },
    Target {
        name: "helm-values",
        ends: &["values.yaml"],
        holds: ":",
        read: |text| {
            let template = "a: {{ toYaml .Values | nindent 2 }}\n{{- range $k, $v := .Values }}\n{{ $k }}: {{ $v | quote }}\n{{- end }}\n";
            let tree =
                Tree::from_texts([("c/Chart.yaml", CHART), ("c/values.yaml", text), ("c/templates/a.yaml", template)]);
            let set = text.lines().take(8).map(str::to_owned).collect();
            let settings =
                Settings { charts: ChartSettings { set, ..ChartSettings::default() }, ..Settings::default() };
            drop(pipeline::picture(&tree, &settings, None));
        },
    },
    Target {
        name: "kustomize",
        ends: &["kustomization.yaml"],
        holds: "",
        read: |text| {
            picture(&[
                ("kustomization.yaml", text),
                ("deployment.yaml", DEPLOYMENT),
                ("base/kustomization.yaml", "resources: [../deployment.yaml]"),
            ]);
        },
    },
    Target {
        name: "compose",
        ends: &["compose.yaml", "compose.yml", ".compose.yaml", ".docker.yaml"],
        holds: "services",
        read: |text| {
            picture(&[("compose.yaml", text), (".env", "A=1\nTAG=2\n")]);
        },
    },
    Target {
        name: "dockerfile",
        ends: &["Dockerfile", ".dockerfile"],
        holds: "FROM",
        read: |text| picture(&[("Dockerfile", text)]),
    },
    Target {
        name: "estate",
        ends: &["deodar.yaml", "estate.yaml"],
        holds: ":",
        read: |text| drop(Estate::parse(text, "deodar.yaml", None)),
    },
];
