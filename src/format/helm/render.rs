//! A chart to rendered texts: its templates and those of the charts inside it, in Helm's order.

use std::rc::Rc;

use super::chart::{self, Chart};
use super::engine::text::Str;
use super::engine::val::{Map, Thing, V, Val};
use super::engine::version::Version;
use super::engine::{Engine, Fault};
use super::{set, values};
use crate::format::ChartSettings;
use crate::source::{FileId, Note, NoteKind, Tree};

/// What a template rendered.
pub(super) struct Rendered {
    pub file: FileId,
    pub text: Result<Str, Fault>,
}

/// The version of Kubernetes that a chart is told of, as the Helm of this time has it: v4.2 is built for 1.36.
const KUBERNETES: &str = "v1.36.0";

/// The API versions that Helm knows of without a cluster, read from what Helm 4.2.3 prints.
const APIS: &[&str] = &[
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

/// What a chart is installed as, and with.
pub(super) struct Installed {
    /// What is given over its own values.
    pub given: Val,
    pub name: Val,
    pub namespace: Val,
}

/// As the person says on the command line, and `helm template` otherwise.
pub(super) fn as_asked(
    engine: &Engine<'_>,
    folder: &str,
    settings: &ChartSettings,
    notes: &mut Vec<Note>,
) -> Installed {
    let namespace = Val::from(settings.namespace.as_deref().unwrap_or("default"));
    Installed { given: given(engine, folder, settings, notes), name: Val::from("release-name"), namespace }
}

/// Renders the chart in `folder`.
pub(super) fn render(
    engine: &Engine<'_>,
    folder: &str,
    installed: &Installed,
    settings: &ChartSettings,
    notes: &mut Vec<Note>,
) -> Option<Outcome> {
    let tree = engine.tree;
    let mut chart = chart::read(tree, folder, &engine.holes, notes)?;
    let given = installed.given.clone();
    values::enable(tree, &mut chart, &given, notes);
    values::import(&mut chart, &given);
    let all = values::of_chart(&chart, &given);
    let mut work = Work { settings, installed, templates: Vec::new(), crds: Vec::new() };
    work.chart(&chart, &all, &chart.name.clone(), true);
    // the deeper first, so that an outer chart's definitions take the place of an inner one's
    work.templates.sort_by(|one, other| {
        let depth = |name: &str| name.matches('/').count();
        depth(&other.name).cmp(&depth(&one.name)).then_with(|| other.name.cmp(&one.name))
    });
    let mut rendered = Vec::new();
    let mut broken = Vec::new();
    for template in &work.templates {
        match tree.text(template.file) {
            Ok(text) => {
                if let Err(fault) = engine.add(&template.name, template.file, text) {
                    broken.push((template.name.clone(), fault));
                }
            }
            Err(note) => notes.push(note.clone().in_file(tree.path(template.file))),
        }
    }
    for template in work.templates {
        let base = template.name.rsplit('/').next().unwrap_or("");
        let fault = broken.iter().find(|(name, _)| *name == template.name).map(|(_, fault)| fault.clone());
        if base.starts_with('_') || base == "NOTES.txt" {
            // a broken partial is told of by whoever needs it, and by itself
            if let Some(fault) = fault.filter(|_| base != "NOTES.txt") {
                rendered.push(Rendered { file: template.file, text: Err(fault) });
            }
            continue;
        }
        if tree.text(template.file).is_err() {
            continue;
        }
        let text = match fault {
            Some(fault) => Err(fault),
            None => engine.render(&template.name, &template.dot()),
        };
        rendered.push(Rendered { file: template.file, text });
    }
    Some(Outcome { rendered, crds: work.crds })
}

/// What came of rendering a chart.
pub(super) struct Outcome {
    pub rendered: Vec<Rendered>,
    /// Custom resource definitions, which are plain manifests.
    pub crds: Vec<FileId>,
}

/// What the person gives: values files in order, those of this chart first, then `--set`.
fn given(engine: &Engine<'_>, folder: &str, settings: &ChartSettings, notes: &mut Vec<Note>) -> Val {
    let mut given = Val::from(Map::new());
    let own = settings.values_files_of.get(folder).into_iter().flatten();
    for path in own.chain(&settings.values_files) {
        let found = engine.tree.find(path).and_then(|file| chart::document(engine.tree, file, &engine.holes, notes));
        match found {
            Some(found) if found.map().is_some() => {
                values::coalesce(&found, &given, true);
                given = found;
            }
            _ => notes.push(
                Note::new(NoteKind::Configuration, format!("values file `{path}` cannot be read"))
                    .in_file(path.as_str()),
            ),
        }
    }
    if let Some(version) = settings.kube_version.as_ref().filter(|version| Version::read(version).is_none()) {
        notes.push(Note::new(NoteKind::Configuration, format!("`--kube-version {version}` is no version")));
    }
    for text in &settings.set {
        if let Err(reason) = set::set(&given, text) {
            notes.push(Note::new(NoteKind::Configuration, format!("`--set {text}` cannot be read: {reason}")));
        }
    }
    given
}

struct Template {
    name: String,
    file: FileId,
    dot: Val,
    base: String,
}

impl Template {
    /// What the template is run on: its chart's, and its own name.
    fn dot(&self) -> Val {
        let own = [("Name", &self.name), ("BasePath", &self.base)];
        let own: Map = own.into_iter().map(|(key, text)| (Rc::from(key), Val::from(text.as_str()))).collect();
        if let Some(map) = self.dot.map() {
            map.borrow_mut().insert(Rc::from("Template"), Val::from(own));
        }
        self.dot.clone()
    }
}

struct Work<'s> {
    settings: &'s ChartSettings,
    installed: &'s Installed,
    templates: Vec<Template>,
    crds: Vec<FileId>,
}

impl Work<'_> {
    /// Gathers the templates of a chart and of those inside it; gives what its templates are run on.
    fn chart(&mut self, chart: &Chart, values: &Val, path: &str, root: bool) -> Val {
        let about = chart.about.deep_copy();
        if let Some(about) = about.map() {
            about.borrow_mut().insert(Rc::from("IsRoot"), Val::from(root));
        }
        let subcharts = Val::from(Map::new());
        let top = Map::from([
            (Rc::from("Values"), values.clone()),
            (Rc::from("Chart"), about),
            (Rc::from("Release"), self.release()),
            (Rc::from("Capabilities"), capabilities(self.settings)),
            (Rc::from("Files"), Val::from(V::Thing(Thing::Files(chart.files.clone())))),
            (Rc::from("Subcharts"), subcharts.clone()),
        ]);
        let dot = Val::from(top);
        for sub in &chart.charts {
            let inner = self.chart(sub, &values.get(&sub.name), &format!("{path}/charts/{}", sub.name), false);
            if let Some(map) = subcharts.map() {
                map.borrow_mut().insert(sub.name.clone(), inner);
            }
        }
        for (inside, file) in &chart.templates {
            if chart.library && !inside.rsplit('/').next().unwrap_or("").starts_with('_') {
                continue;
            }
            self.templates.push(Template {
                name: format!("{path}/{inside}"),
                file: *file,
                dot: dot.clone(),
                base: format!("{path}/templates"),
            });
        }
        self.crds.extend(&chart.crds);
        dot
    }

    /// As `helm template` says of a release that has not been made.
    fn release(&self) -> Val {
        Val::from(Map::from([
            (Rc::from("Name"), self.installed.name.clone()),
            (Rc::from("Namespace"), self.installed.namespace.clone()),
            (Rc::from("Service"), Val::from("Helm")),
            (Rc::from("Revision"), Val::from(1)),
            (Rc::from("IsInstall"), Val::from(true)),
            (Rc::from("IsUpgrade"), Val::from(false)),
        ]))
    }
}

fn capabilities(settings: &ChartSettings) -> Val {
    let version = settings.kube_version.as_deref().and_then(Version::read).or_else(|| Version::read(KUBERNETES));
    let version = version.map(|mut version| {
        version.kube = true;
        version.written = format!("v{}", version.plain());
        Val::from(V::Thing(Thing::Version(Rc::new(version))))
    });
    let apis = APIS.iter().map(|api| Rc::from(*api)).collect();
    let helm = Map::from([
        (Rc::from("Version"), Val::from("v4.2")),
        (Rc::from("GitCommit"), Val::from("")),
        (Rc::from("GitTreeState"), Val::from("")),
        (Rc::from("GoVersion"), Val::from("")),
    ]);
    Val::from(Map::from([
        (Rc::from("KubeVersion"), version.unwrap_or(Val::NIL)),
        (Rc::from("APIVersions"), Val::from(V::Thing(Thing::Apis(Rc::new(apis))))),
        (Rc::from("HelmVersion"), Val::from(helm)),
    ]))
}

/// What is told of a template that rendered nothing.
pub(super) fn note(tree: &Tree, rendered: &Rendered, fault: &Fault) -> Note {
    let path = tree.path(rendered.file);
    let note = Note::new(NoteKind::NotSeen, format!("template `{path}` was not seen: {}", fault.reason))
        .help("give what it needs with `--values` or `--set`, or scan what `helm template` prints");
    match fault.at {
        Some(at) => note.at(at).in_file(tree.path(at.file)),
        None => note.in_file(path),
    }
}
