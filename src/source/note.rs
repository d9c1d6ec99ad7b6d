//! What went wrong or was not seen, kept to the end: a note is never lost and ends in the report's coverage.

use std::sync::Arc;

use super::Span;

/// What a note means for the run.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum NoteKind {
    /// A file that should have been read was not: no permission, not text, cut short, over its budget.
    Unreadable,
    /// A part of a file was lost (a broken block); the rest was read.
    PartLost,
    /// A file was refused for safety: a link out of the root.
    Refused,
    /// A claimed file in a format that is not read (a chart's template), a module that is not on disk: its resources were
    /// *not seen*.
    NotSeen,
    /// A reference cycle, an ambiguity: values became unknown.
    Unresolved,
    /// A configuration fault that changes what is reported: an expired or malformed waiver.
    Configuration,
    /// Worth knowing, and nothing was lost.
    Info,
}

impl NoteKind {
    /// Whether deodar should have read what this note speaks of: such a run is incomplete (exit code 4).
    pub fn incomplete(self) -> bool {
        matches!(self, Self::Unreadable | Self::PartLost | Self::Refused)
    }
}

/// One thing to tell, with its place and what helps.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Note {
    /// What it means for the run.
    pub kind: NoteKind,
    /// The file, relative to the root, when there is one.
    pub path: Option<Arc<str>>,
    /// The place in that file.
    pub span: Option<Span>,
    /// Lower case, no full stop, the user's words in backticks.
    pub message: String,
    /// What would mend it.
    pub help: Option<String>,
}

impl Note {
    /// A note without a place.
    pub fn new(kind: NoteKind, message: impl Into<String>) -> Self {
        Self { kind, path: None, span: None, message: message.into(), help: None }
    }

    /// With the file it speaks of.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<Arc<str>>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// With its place.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = Some(span);
        self
    }

    /// With what helps.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}
