//! The file in which a running account or cluster is kept: what it holds, and its writer. Knows no cloud: collectors
//! hand in entries in the cloud's own shape, redacted where they were read.
//!
//! **Invariant:** a snapshot appears under its name only when it is whole; until then it is a journal beside it.

mod document;
mod index;
mod journal;
mod redact;
mod write;

use std::path::Path;

pub use document::{
    Account, Call, Cluster, Entry, Gap, GapState, Header, ListState, Listing, Outcome, Provider, VERSION,
};
pub use journal::Journal;
pub use redact::{is_secret, replace, screen};

/// What a call did not tell, over all that it was made for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lack {
    /// How many lists and attributes are not known for want of it.
    pub count: usize,
    /// The permission that is missing, where one is.
    pub permission: Option<String>,
    /// What the cloud said.
    pub message: Option<String>,
}

/// What keeps a snapshot from being written.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum SnapshotError {
    /// The file, its folder or its journal cannot be used.
    #[error("snapshot `{path}` cannot be written: {reason}")]
    #[diagnostic(help("name a file in a folder that exists and may be written to"))]
    Write {
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// Another run writes the same snapshot.
    #[error("another run of deodar is writing snapshot `{path}`")]
    #[diagnostic(help("wait for it to end, or name another file"))]
    Busy {
        /// The file.
        path: String,
    },
    /// A journal is there, and was begun for something else.
    #[error("journal `{path}` was begun for another {what}: `{theirs}`, not `{ours}`")]
    #[diagnostic(help("name another file, or begin anew with `--fresh`"))]
    Other {
        /// The journal.
        path: String,
        /// What differs.
        what: &'static str,
        /// What the journal says.
        theirs: String,
        /// What is asked for now.
        ours: String,
    },
    /// A journal is there and cannot be understood.
    #[error("journal `{path}` cannot be read in line {line}: {reason}")]
    #[diagnostic(help("begin anew with `--fresh`"))]
    Broken {
        /// The journal.
        path: String,
        /// Counted from one.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

impl SnapshotError {
    fn write(path: &Path, error: &std::io::Error) -> Self {
        Self::Write { path: path.display().to_string(), reason: super::reason(error) }
    }
}
