//! Lists the files under the root: what is in scope, and what may be referred to. Heeds `.gitignore`, skips hidden
//! folders, reads a hidden file only where another refers to it, follows no link blindly.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use ignore::{DirEntry, WalkBuilder, WalkState};

use super::links::{Leads, follow, is_terraform};
use super::{CollectError, Request, relative};
use crate::source::{Note, NoteKind};

/// The most files of one scan.
const MOST_FILES: usize = 1_000_000;

/// What a walk finds.
#[derive(Default)]
pub(super) struct Found {
    /// Paths relative to the root, and whether they are in scope.
    pub(super) files: Vec<(String, bool)>,
    /// Those that are links or lie behind one.
    pub(super) linked: BTreeSet<String>,
    pub(super) notes: Vec<Note>,
    pub(super) excluded: usize,
}

/// One thing met on the way.
enum Met {
    File(PathBuf),
    Link(PathBuf),
    /// A folder that cannot be opened, a `.gitignore` that cannot be read; where, if that is known.
    Trouble(Note, Option<PathBuf>),
}

/// Lists everything under `root`, with what lies under `paths` in scope.
pub(super) fn walk(root: &Path, paths: &[PathBuf], request: &Request) -> Result<Found, CollectError> {
    let excluded = patterns(&root.join(&request.exclude_from), &request.exclude)?;
    let mut scan = Scan { root, paths, excluded, found: Found::default(), seen: BTreeSet::new() };
    let whole = needs_whole_root(root, paths);
    scan.take(list(root, root, paths, whole, request.untrusted));
    // what `.gitignore` hides and what is hidden by name is still read when it was named
    for path in paths {
        if !scan.seen.iter().any(|seen| seen.starts_with(path)) {
            scan.take(list(root, path, std::slice::from_ref(path), true, true));
        }
    }
    scan.modules();
    Ok(scan.found)
}

/// Whether files beside the scanned ones may be referred to: only Terraform's modules and `file()` do so.
fn needs_whole_root(root: &Path, paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path != root && (path.is_dir() || path.to_str().is_some_and(is_terraform)))
}

struct Scan<'a> {
    root: &'a Path,
    paths: &'a [PathBuf],
    excluded: Gitignore,
    found: Found,
    seen: BTreeSet<PathBuf>,
}

impl Scan<'_> {
    fn take(&mut self, met: Vec<Met>) {
        let mut links = Vec::new();
        for met in met {
            match met {
                Met::File(path) => {
                    let beside = is_beside(&path) && !self.paths.contains(&path);
                    let in_scope = self.in_scope(&path) && !beside;
                    self.file(&path, in_scope);
                }
                Met::Link(path) => links.push(path),
                // what was not asked for may be closed: whoever refers to it is told then
                Met::Trouble(note, path) if path.as_ref().is_none_or(|path| self.in_scope(path)) => {
                    self.found.notes.push(note)
                }
                Met::Trouble(..) => {}
            }
        }
        links.sort();
        for link in links {
            self.link(&link);
        }
    }

    fn file(&mut self, path: &Path, in_scope: bool) {
        let Some(name) = relative(self.root, path) else {
            if in_scope {
                let shown = path.display().to_string();
                self.found.notes.push(Note::new(
                    NoteKind::Info,
                    format!("the name of `{shown}` is not UTF-8, so it is passed over"),
                ));
            }
            return;
        };
        if !self.seen.insert(path.to_path_buf()) {
            return;
        }
        if self.found.files.len() >= MOST_FILES {
            if self.found.files.len() == MOST_FILES {
                let message = format!("there are more than {MOST_FILES} files, and the rest is not seen");
                self.found.notes.push(Note::new(NoteKind::Unreadable, message).help("scan a part at a time"));
                self.found.files.push((name, false));
            }
            return;
        }
        let excluded = in_scope && self.is_excluded(path);
        self.found.excluded += usize::from(excluded);
        self.found.files.push((name, in_scope && !excluded));
    }

    fn is_excluded(&self, path: &Path) -> bool {
        path.starts_with(self.excluded.path()) && self.excluded.matched_path_or_any_parents(path, false).is_ignore()
    }

    fn in_scope(&self, path: &Path) -> bool {
        self.paths.iter().any(|scanned| path.starts_with(scanned))
    }

    /// A link under the root: its target under the link's own name, in scope where the target itself is not.
    fn link(&mut self, link: &Path) {
        let in_scope = self.in_scope(link);
        match follow(self.root, link) {
            Leads::Refused(note) => {
                if in_scope {
                    self.found.notes.push(note);
                }
            }
            Leads::File(target) => {
                let own = link.to_str().is_some_and(is_terraform) || !self.in_scope(&target);
                self.linked_file(link, in_scope && own);
            }
            Leads::Folder(target) => {
                let own = in_scope && !self.in_scope(&target);
                if link.starts_with(&target) {
                    return; // a link to a folder above it: everything there is listed already
                }
                for met in list(self.root, &target, std::slice::from_ref(&target), true, false) {
                    // links behind a link are not followed: once is enough, and there are no loops
                    if let Met::File(path) = met
                        && let Ok(rest) = path.strip_prefix(&target)
                    {
                        self.linked_file(&link.join(rest), own);
                    }
                }
            }
        }
    }

    fn linked_file(&mut self, path: &Path, in_scope: bool) {
        self.file(path, in_scope);
        self.found.linked.extend(relative(self.root, path));
    }

    /// Modules that `terraform init` brought, which are hidden and ignored, and are read when a call leads to them.
    fn modules(&mut self) {
        let folders: BTreeSet<PathBuf> = self
            .seen
            .iter()
            .filter(|path| path.to_str().is_some_and(is_terraform))
            .filter_map(|path| path.parent().map(|folder| folder.join(".terraform/modules")))
            .collect();
        for folder in folders {
            if !folder.is_dir() {
                continue;
            }
            for met in list(self.root, &folder, std::slice::from_ref(&folder), true, true) {
                if let Met::File(path) = met {
                    self.file(&path, false);
                }
            }
        }
    }
}

/// Walks from `from`. Unless `whole`, folders that neither hold nor lie under one of `paths` are left out.
fn list(root: &Path, from: &Path, paths: &[PathBuf], whole: bool, everything: bool) -> Vec<Met> {
    let wanted: Vec<PathBuf> = paths.to_vec();
    let mut builder = WalkBuilder::new(from);
    builder
        .hidden(false)
        .parents(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(!everything)
        .git_ignore(!everything)
        .require_git(false)
        .follow_links(false)
        .filter_entry(move |entry| {
            let shown =
                entry.depth() == 0 || !is_hidden(entry) || wanted.iter().any(|path| path.starts_with(entry.path()));
            let near =
                whole || wanted.iter().any(|path| path.starts_with(entry.path()) || entry.path().starts_with(path));
            shown && near
        });
    let met = Mutex::new(Vec::new());
    let keep = |one: Met| {
        if let Ok(mut met) = met.lock() {
            met.push(one);
        }
    };
    builder.build_parallel().run(|| {
        Box::new(|entry| {
            match entry {
                Ok(entry) => {
                    if let Some(kind) = entry.file_type() {
                        if kind.is_symlink() {
                            keep(Met::Link(entry.into_path()));
                        } else if kind.is_file() {
                            keep(Met::File(entry.into_path()));
                        }
                    }
                }
                Err(error) => keep(Met::Trouble(trouble(root, &error), path_of(&error).map(Path::to_path_buf))),
            }
            WalkState::Continue
        })
    });
    met.into_inner().unwrap_or_default()
}

/// Hidden folders and links, and the sources that Terraform passes over by their name.
fn is_hidden(entry: &DirEntry) -> bool {
    let file = entry.file_type().is_some_and(|kind| kind.is_file());
    is_beside(entry.path()) && (!file || entry.path().to_str().is_none_or(is_terraform))
}

/// Files that are hidden by name: read where another file refers to them.
fn is_beside(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| name.starts_with('.'))
}

/// A folder that cannot be opened, a `.gitignore` that cannot be read.
fn trouble(root: &Path, error: &ignore::Error) -> Note {
    let path = path_of(error).and_then(|path| relative(root, path));
    let reason = match error.io_error() {
        Some(error) => super::reason(error),
        None => return Note::new(NoteKind::Info, format!("a `.gitignore` cannot be read in part: {error}")),
    };
    match path {
        Some(path) => Note::new(NoteKind::Unreadable, format!("folder `{path}` cannot be opened: {reason}"))
            .in_file(path.as_str()),
        None => Note::new(NoteKind::Unreadable, format!("a folder cannot be opened: {reason}")),
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

/// The estate file's `exclude` patterns.
fn patterns(root: &Path, exclude: &[String]) -> Result<Gitignore, CollectError> {
    let mut builder = GitignoreBuilder::new(root);
    for pattern in exclude {
        let bad = |error: ignore::Error| CollectError::Pattern { pattern: pattern.clone(), reason: error.to_string() };
        builder.add_line(None, pattern).map_err(bad)?;
    }
    builder.build().map_err(|error| CollectError::Pattern { pattern: String::new(), reason: error.to_string() })
}
