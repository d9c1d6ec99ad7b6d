//! Formats that are known and not read yet: their files are claimed, so that nothing else judges them, and each is
//! reported as not seen.

use std::collections::BTreeSet;
use std::sync::Arc;

use rayon::prelude::*;

use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Tree};

/// A format that is recognised only.
pub struct Unread {
    name: &'static str,
    /// As a person calls it.
    title: &'static str,
    help: &'static str,
    /// Whether a path may be of this format at all.
    named: fn(&str) -> bool,
    /// Whether a text with such a path is; none where the path says it all.
    looks: Option<fn(&str) -> bool>,
}

/// Compose files.
pub const COMPOSE: Unread = Unread {
    name: "compose",
    title: "Compose",
    help: "scan the manifests that it is deployed with",
    named: |path| {
        let name = path.rsplit('/').next().unwrap_or(path);
        is_yaml(name) && (name.starts_with("docker-compose") || name.starts_with("compose"))
    },
    looks: Some(|text| has_key(text, "services")),
};

impl Format for Unread {
    fn name(&self) -> &'static str {
        self.name
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let named: Vec<FileId> = free.iter().copied().filter(|file| (self.named)(&tree.path(*file))).collect();
        let is_one = |file: &FileId| match self.looks {
            None => true,
            Some(looks) => tree.text(*file).is_ok_and(|text| looks(text)),
        };
        let files: Vec<FileId> = named.into_par_iter().filter(is_one).collect();
        for file in &files {
            free.remove(file);
        }
        if files.is_empty() { Vec::new() } else { vec![(Arc::from(""), files)] }
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let note = |file: &FileId| {
            Note::new(NoteKind::NotSeen, format!("{} is not read yet: its resources were not seen", self.title))
                .in_file(tree.path(*file))
                .help(self.help)
        };
        Reading { notes: unit.files.iter().map(note).collect(), ..Reading::default() }
    }
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml") || path.ends_with(".yml")
}

/// Whether `key` stands as a key in YAML's outermost map, or anywhere as a key of JSON.
fn has_key(text: &str, key: &str) -> bool {
    text.lines().any(|line| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with(':')))
        || text.split_once(&format!("\"{key}\"")).is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
}
