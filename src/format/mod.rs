//! Texts to blocks. One folder or file a format, one line each in [`formats`].
//!
//! **Invariant:** reading never fails: it gives blocks and notes. A claimed file is never judged by another format.

mod arm;
mod bicep;
pub mod cloudformation;
mod compose;
mod deployment;
mod dockerfile;
pub mod helm;
pub mod json;
mod json_stream;
pub mod kubernetes;
pub mod kustomize;
pub mod plan;
mod snapshot;
mod terraform;
mod trace;
pub mod yaml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::source::{FileId, Note, Span, Tree};
use crate::value::{Block, UnitId};

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
    /// `--changed-only`: of a plan, only what it changes is judged.
    pub changed_only: bool,
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
}

/// A format: which files are its own, how they make units, and what a unit holds.
pub trait Format: Sync {
    /// The name in outputs: `terraform`, `kubernetes`.
    fn name(&self) -> &'static str;

    /// Takes its files out of `free` (files in scope that nobody has claimed yet) and groups them into units: pairs of
    /// a folder and its files. Looks into texts where the name does not tell.
    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)>;

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
        // takes every YAML and JSON file that is left
        &kubernetes::Kubernetes,
    ]
}

/// Lets each format claim its files, in order.
pub fn units(tree: &Tree) -> (Vec<Unit>, BTreeSet<FileId>) {
    let mut free: BTreeSet<FileId> = tree.files().filter(|(_, file)| file.in_scope).map(|(id, _)| id).collect();
    let mut units = Vec::new();
    for (format, reader) in formats().iter().enumerate() {
        for (folder, files) in reader.claim(tree, &mut free) {
            let id = UnitId(u32::try_from(units.len()).unwrap_or(u32::MAX));
            units.push(Unit { id, format, folder, files });
        }
    }
    (units, free)
}

/// The text with its first letter small, as messages begin.
fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
