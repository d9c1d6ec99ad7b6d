//! An estate file that cannot be read: what, where, and what was probably meant.

use std::sync::Arc;

use miette::{Diagnostic, NamedSource, SourceSpan};
use thiserror::Error;

/// Why an estate file cannot be read.
#[derive(Debug, Error, Diagnostic)]
#[error("{message}")]
pub struct EstateError {
    /// What is wrong.
    message: String,
    #[source_code]
    source_code: Arc<NamedSource<String>>,
    #[label("here")]
    span: Option<SourceSpan>,
    #[help]
    help: Option<String>,
}

impl EstateError {
    /// `message` about the bytes `range` of `text`, which was read from `path`.
    pub(super) fn new(
        message: String,
        help: Option<String>,
        range: Option<std::ops::Range<usize>>,
        text: &str,
        path: &str,
    ) -> Self {
        let source_code = Arc::new(NamedSource::new(path, text.to_owned()).with_language("yaml"));
        let cut = |range: std::ops::Range<usize>| range.start.min(text.len())..range.end.min(text.len());
        Self { message, source_code, span: range.map(cut).map(SourceSpan::from), help }
    }

    /// The bytes it speaks of.
    pub fn range(&self) -> Option<std::ops::Range<usize>> {
        self.span.map(|span| span.offset()..span.offset() + span.len())
    }

    /// What was probably meant.
    pub fn advice(&self) -> Option<&str> {
        self.help.as_deref()
    }
}

/// The likeliest of `known` for what was written, as a question; none where nothing is near.
pub(super) fn did_you_mean<'k>(written: &str, known: impl Iterator<Item = &'k str>) -> Option<String> {
    let near = known.map(|known| (strsim::jaro_winkler(&written.to_lowercase(), &known.to_lowercase()), known));
    let best = near.filter(|(likeness, _)| *likeness > 0.75).max_by(|a, b| a.0.total_cmp(&b.0))?;
    Some(format!("did you mean `{}`?", best.1))
}
