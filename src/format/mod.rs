//! Texts to blocks. One folder or file a format, one line each in [`formats`].
//!
//! **Invariant:** reading never fails: it gives blocks and notes. A claimed file is never judged by another format.

mod arm;
mod bicep;
pub mod cloudformation;
mod compose;
mod deployment;
mod dockerfile;
mod gone;
pub mod helm;
pub mod json;
mod json_stream;
pub mod kubernetes;
pub mod kustomize;
pub mod plan;
mod pulumi;
mod relocate;
mod snapshot;
mod statements;
mod terraform;
mod trace;
pub mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Node, UnitId};

/// What the person said about reading: values for Terraform's variables and CloudFormation's parameters.
#[derive(Clone, Default, Debug)]
pub struct Settings {
    /// `--var name=value`, in order.
    pub variables: Vec<(String, String)>,
    /// `--var-file path`, relative to the root of the tree, in order; for every Terraform root.
    pub variable_files: Vec<String>,
    /// Variable files that the estate file gives for one Terraform root (its folder), in order.
    pub variable_files_of: BTreeMap<String, Vec<String>>,
    /// `--parameters path`, relative to the root of the tree, in order; for every CloudFormation template.
    pub parameter_files: Vec<String>,
    /// Parameter files that the estate file gives for one template, or for all of a folder, in order.
    pub parameter_files_of: BTreeMap<String, Vec<String>>,
    /// What charts are rendered with.
    pub charts: ChartSettings,
    /// `--format-of PATTERN=FORMAT`, in order; the last that fits a path counts.
    pub format_of: Vec<FormatOf>,
    /// What a program that the person named printed: where in the tree it lies, or why it is not to be had. Of a chart by
    /// its folder, of a Bicep template by its path.
    pub printed: BTreeMap<String, Result<String, String>>,
    /// `--changed-only`: of a plan, only what it changes is judged.
    pub changed_only: bool,
    /// A condition of a template that is taken to hold or not.
    pub assumed: Option<Assumed>,
}

/// A condition of a template that is taken to hold or not.
#[derive(Clone, Debug)]
pub struct Assumed {
    /// The template, with those that it nests.
    pub unit: UnitId,
    /// Its name, after those of the stacks that it lies in: `Network.HasNat`.
    pub name: Arc<str>,
    /// Which.
    pub holds: bool,
}

/// Files whose format the person names, whatever is in them.
#[derive(Clone, Debug)]
pub struct FormatOf {
    files: Gitignore,
    format: &'static str,
}

impl FormatOf {
    /// The files of `pattern`, written as in `.gitignore` from the root of the tree, are read as `format`.
    pub fn new(pattern: &str, format: &str) -> Result<Self, String> {
        let known = named();
        let Some(format) = known.iter().copied().find(|name| *name == format) else {
            return Err(format!("`{format}` is none of {}", known.join(", ")));
        };
        let mut files = GitignoreBuilder::new("");
        files.add_line(None, pattern).map_err(|error| error.to_string())?;
        Ok(Self { files: files.build().map_err(|error| error.to_string())?, format })
    }

    fn fits(&self, path: &str) -> bool {
        self.files.matched_path_or_any_parents(path.trim_start_matches('/'), false).is_ignore()
    }
}

/// The formats that a file can be said to have: those that are told by what is in it.
fn named() -> Vec<&'static str> {
    formats().iter().filter(|format| format.told_by_content()).map(|format| format.name()).collect()
}

/// What the person said about charts: for every chart of the scan.
#[derive(Clone, Default, Debug)]
pub struct ChartSettings {
    /// `--values path`, relative to the root of the tree, in order; for every chart.
    pub values_files: Vec<String>,
    /// Values files that the estate file gives for one chart (its folder), in order; `values_files` come after them.
    pub values_files_of: BTreeMap<String, Vec<String>>,
    /// `--set key=value`, in order.
    pub set: Vec<String>,
    /// `--namespace`; without it `default`, as Helm says.
    pub namespace: Option<String>,
    /// `--kube-version`; without it the newest that Helm knows.
    pub kube_version: Option<String>,
}

/// Files that are read as a whole: a Terraform root, the manifests of a scan, a chart.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its number, unique in the scan.
    pub id: UnitId,
    /// Which format reads it: an index into [`formats`].
    pub format: usize,
    /// The folder it stands in, empty for the root of the tree.
    pub folder: Arc<str>,
    /// The files it claims.
    pub files: Vec<FileId>,
}

/// What came of reading.
#[derive(Default, Debug)]
pub struct Reading {
    /// The blocks, in a stable order.
    pub blocks: Vec<Block>,
    /// What went wrong or was not seen.
    pub notes: Vec<Note>,
    /// Files that were read and hold nothing of the format (YAML that is no Kubernetes object), by path.
    pub passed_over: Vec<FileId>,
    /// Blocks that a plan leaves as they are, by place.
    pub unchanged: BTreeSet<Span>,
    /// What templates put out for others to take in.
    pub exports: Vec<Export>,
}

/// What a template puts out under a name, for any template of its account and region.
#[derive(Clone, Debug)]
pub struct Export {
    /// The template that puts it out, or that nests the one that does.
    pub unit: UnitId,
    /// The name.
    pub name: Arc<str>,
    /// What it is, at its place.
    pub value: Node,
}

/// A format: which files are its own, how they make units, and what a unit holds.
pub trait Format: Sync {
    /// The name in outputs: `terraform`, `kubernetes`.
    fn name(&self) -> &'static str;

    /// Takes its files out of `free` (files in scope that nobody has claimed yet) and groups them into units: pairs of
    /// a folder and its files. Looks into texts where the name does not tell.
    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)>;

    /// Whether a file is its own for what is in it, whatever its name; a format that goes by names and folders says no.
    fn recognises(&self, _: &Tree, _: FileId) -> bool {
        false
    }

    /// Whether it goes by what is in a file, so that it can be asked to read any.
    fn told_by_content(&self) -> bool {
        false
    }

    /// Reads one unit. Never panics, never fails.
    fn read(&self, tree: &Tree, unit: &Unit, settings: &Settings) -> Reading;
}

/// Every format, in the order in which they claim files.
pub fn formats() -> &'static [&'static dyn Format] {
    &[
        // before those that know a resource by a word in its text
        &snapshot::Snapshot,
        &terraform::Terraform,
        &helm::Helm,
        &kustomize::Kustomize,
        &cloudformation::CloudFormation,
        &arm::Arm,
        &bicep::Bicep,
        &compose::Compose,
        &dockerfile::Dockerfile,
        &plan::Plan,
        &pulumi::Pulumi,
        // takes every YAML and JSON file that is left
        &kubernetes::Kubernetes,
    ]
}

/// Lets each format claim its files, in order.
pub fn units(tree: &Tree) -> (Vec<Unit>, BTreeSet<FileId>) {
    let (units, free, _) = units_as(tree, &[]);
    (units, free)
}

/// Lets each format claim its files, in order, but for those whose format is named; says which could be of another.
pub fn units_as(tree: &Tree, named: &[FormatOf]) -> (Vec<Unit>, BTreeSet<FileId>, Vec<Note>) {
    let mut free: BTreeSet<FileId> = tree.files().filter(|(_, file)| file.in_scope).map(|(id, _)| id).collect();
    let mut said: BTreeMap<&str, BTreeSet<FileId>> = BTreeMap::new();
    for file in &free {
        if let Some(last) = named.iter().rev().find(|named| named.fits(tree.name(*file))) {
            said.entry(last.format).or_default().insert(*file);
        }
    }
    free.retain(|file| !said.values().any(|files| files.contains(file)));
    let (mut units, mut notes) = (Vec::new(), Vec::new());
    for (format, reader) in formats().iter().enumerate() {
        let own = said.remove(reader.name()).unwrap_or_default();
        free.extend(&own);
        let mut claimed = reader.claim(tree, &mut free);
        // what it would not have taken by itself
        claimed.extend(
            own.iter().filter(|file| free.remove(file)).map(|file| (Arc::from(tree.folder(*file)), vec![*file])),
        );
        for (folder, files) in claimed {
            let doubtful = files.iter().filter(|file| reader.told_by_content() && !own.contains(file));
            notes.extend(doubtful.filter_map(|file| ambiguous(tree, *file, format)));
            let id = UnitId(u32::try_from(units.len()).unwrap_or(u32::MAX));
            units.push(Unit { id, format, folder, files });
        }
    }
    (units, free, notes)
}

/// A note for a file that a format after the one that took it would have taken as well.
fn ambiguous(tree: &Tree, file: FileId, format: usize) -> Option<Note> {
    let own = formats().get(format)?.name();
    let other = formats().iter().skip(format + 1).find(|other| other.recognises(tree, file))?.name();
    let path = tree.path(file);
    let message = format!("`{path}` is read as {own}, and could be {other}");
    let help = format!("say which with `--format-of {path}={other}`, or put them into files of their own");
    Some(Note::new(NoteKind::Unresolved, message).in_file(path).help(help))
}

/// The text with its first letter small, as messages begin.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
