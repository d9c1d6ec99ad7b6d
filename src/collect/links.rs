//! Symbolic links: one that stays under the root is followed once, one that leaves it is refused with a note.

use std::path::{Path, PathBuf};

use super::relative;
use crate::source::{Note, NoteKind};

/// Where a link leads.
pub(super) enum Leads {
    /// To a file under the root.
    File(PathBuf),
    /// To a folder under the root.
    Folder(PathBuf),
    /// Nowhere, out of the root, or to something that is not a file.
    Refused(Note),
}

/// Looks where the link at `path` leads.
pub(super) fn follow(root: &Path, path: &Path) -> Leads {
    let name = relative(root, path).unwrap_or_else(|| path.display().to_string());
    let refuse =
        |what: &str, kind| Leads::Refused(Note::new(kind, format!("link `{name}` {what}")).in_file(name.clone()));
    let Ok(target) = path.canonicalize() else {
        return refuse("leads nowhere", NoteKind::Info);
    };
    if !target.starts_with(root) {
        let Leads::Refused(note) = refuse("leads out of the root", NoteKind::Refused) else {
            return Leads::File(target);
        };
        return Leads::Refused(note.help("name a `--root` that holds both, or copy what it leads to"));
    }
    if target.is_dir() {
        Leads::Folder(target)
    } else if target.is_file() {
        Leads::File(target)
    } else {
        refuse("leads to something that is not a file", NoteKind::Refused)
    }
}

/// Whether the file is one that Terraform reads in the folder where it stands, so that a link to it counts there
/// whatever else is scanned.
pub(super) fn is_terraform(path: &str) -> bool {
    [".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json"].iter().any(|end| path.ends_with(end))
}
