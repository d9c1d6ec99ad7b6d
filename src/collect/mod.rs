//! The only reader of scanned files: which files a scan has, and their texts when they are asked for.
//!
//! **Invariant:** nothing outside the root is read but what the person named on the command line (standard input, an
//! estate file). Held here: the walk follows no link, and a link that leads out of the root is refused with a note.

pub mod aws;
pub mod kubernetes;
mod links;
mod load;
mod packed;
pub mod programs;
pub mod snapshot;
mod walk;

use std::path::{Path, PathBuf};

use crate::source::{Note, Tree};

/// What to gather, as meant.
#[derive(Clone, Default, Debug)]
pub struct Request {
    /// The folders and files that were asked for.
    pub paths: Vec<PathBuf>,
    /// `--root`; without it the top of the repository, else the folder that holds all paths.
    pub root: Option<PathBuf>,
    /// Files to know by name though no walk finds them (variable files), relative to the root.
    pub also: Vec<String>,
    /// Paths that are out of scope, as the estate file says: patterns as in `.gitignore`.
    pub exclude: Vec<String>,
    /// The folder of the estate file under the root, from which its patterns are taken; empty for the root.
    pub exclude_from: String,
    /// A text from standard input, and the name that says its format.
    pub stdin: Option<(String, String)>,
    /// The tree is not trusted: its `.gitignore` files hide nothing.
    pub untrusted: bool,
}

/// What came of it.
pub struct Gathered {
    /// Every file under the root that may be read.
    pub tree: Tree,
    /// Links that were refused, folders that could not be opened.
    pub notes: Vec<Note>,
    /// How many files the estate file excludes.
    pub excluded: usize,
}

/// What makes gathering impossible.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum CollectError {
    /// A path that was asked for is not there.
    #[error("there is no file or folder `{path}`")]
    #[diagnostic(help("paths are taken from the folder in which deodar runs"))]
    Missing {
        /// As typed.
        path: String,
    },
    /// A path that was asked for cannot be looked at.
    #[error("`{path}` cannot be opened: {reason}")]
    #[diagnostic(help("run as someone who may read it"))]
    Closed {
        /// As typed.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// A path outside the root that was named.
    #[error("`{path}` is not under the root `{root}`")]
    #[diagnostic(help("name a `--root` that holds every scanned path"))]
    Outside {
        /// As typed.
        path: String,
        /// The root.
        root: String,
    },
    /// A pattern that cannot be read.
    #[error("`{pattern}` is no path pattern: {reason}")]
    #[diagnostic(help("patterns are written as in `.gitignore`"))]
    Pattern {
        /// As written.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
}

/// The folder under which everything lies that a scan may read, links resolved.
pub fn root(request: &Request) -> Result<PathBuf, CollectError> {
    let paths = real_paths(&request.paths)?;
    if let Some(root) = &request.root {
        let root = real(root)?;
        return match paths.iter().zip(&request.paths).find(|(path, _)| !path.starts_with(&root)) {
            Some((_, typed)) => {
                Err(CollectError::Outside { path: typed.display().to_string(), root: root.display().to_string() })
            }
            None => Ok(root),
        };
    }
    let common = common_folder(&paths);
    let top = common.ancestors().find(|folder| folder.join(".git").exists());
    Ok(top.map_or(common.clone(), Path::to_path_buf))
}

/// The nearest `deodar.yaml`: in the folder that holds all scanned paths, or above it up to `root`.
pub fn estate_file(request: &Request, root: &Path) -> Result<Option<PathBuf>, CollectError> {
    let common = common_folder(&real_paths(&request.paths)?);
    let above = common.ancestors().take_while(|folder| folder.starts_with(root));
    Ok(above.map(|folder| folder.join("deodar.yaml")).find(|file| file.is_file()))
}

/// Finds every file; texts are read later, when they are asked for.
pub fn gather(request: &Request) -> Result<Gathered, CollectError> {
    let root = root(request)?;
    let paths = real_paths(&request.paths)?;
    let found = walk::walk(&root, &paths, request)?;
    let mut files = found.files;
    let mut notes = found.notes;
    // a link is not unpacked: it may lead anywhere
    let plain: Vec<(String, bool)> = files.iter().filter(|(path, _)| !found.linked.contains(path)).cloned().collect();
    let packed = packed::texts(&root, &plain, &mut notes);
    files.extend(packed.iter().map(|(path, (_, in_scope))| (path.clone(), *in_scope)));
    files.extend(request.also.iter().map(|path| (path.clone(), false)));
    if let Some((name, _)) = &request.stdin {
        files.push((name.clone(), true));
    }
    let packed = packed.into_iter().map(|(path, (text, _))| (path, text)).collect();
    let loader = load::FromDisk::new(root, found.linked, request.stdin.clone(), packed);
    Ok(Gathered { tree: Tree::new(files, Box::new(loader)), notes, excluded: found.excluded })
}

/// A path without links and dots.
fn real(path: &Path) -> Result<PathBuf, CollectError> {
    path.canonicalize().map_err(|error| {
        let path = path.display().to_string();
        match error.kind() {
            std::io::ErrorKind::NotFound => CollectError::Missing { path },
            _ => CollectError::Closed { path, reason: reason(&error) },
        }
    })
}

fn real_paths(paths: &[PathBuf]) -> Result<Vec<PathBuf>, CollectError> {
    let here = [PathBuf::from(".")];
    let paths = if paths.is_empty() { &here } else { paths };
    paths.iter().map(|path| real(path)).collect()
}

/// The deepest folder that holds all `paths`.
fn common_folder(paths: &[PathBuf]) -> PathBuf {
    let folder = |path: &PathBuf| match path.parent() {
        Some(parent) if !path.is_dir() => parent.to_path_buf(),
        _ => path.clone(),
    };
    let mut folders = paths.iter().map(folder);
    let first = folders.next().unwrap_or_default();
    folders.fold(first, |common, path| {
        let shared = common.ancestors().find(|ancestor| path.starts_with(ancestor));
        shared.map_or_else(PathBuf::new, Path::to_path_buf)
    })
}

/// What the system says, as messages are written: lower case, without its number.
fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::NotFound => "it is not there".to_owned(),
        _ => {
            let text = error.to_string();
            text.split(" (os error").next().unwrap_or(&text).to_lowercase()
        }
    }
}

/// `path` relative to `root`, with `/`; none if it is not under it or not UTF-8.
fn relative(root: &Path, path: &Path) -> Option<String> {
    let rest = path.strip_prefix(root).ok()?;
    let parts: Option<Vec<&str>> = rest.components().map(|part| part.as_os_str().to_str()).collect();
    Some(parts?.join("/"))
}
