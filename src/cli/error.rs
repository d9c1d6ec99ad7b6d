//! What ends a run before its report: each with what helps.

use miette::Diagnostic;
use thiserror::Error;

/// A wrong word on the command line, or a file that cannot be used.
#[derive(Debug, Error, Diagnostic)]
pub(super) enum CliError {
    /// No such rule, baseline, …
    #[error("there is no {what} `{name}`")]
    Unknown {
        what: &'static str,
        name: String,
        #[help]
        help: String,
    },
    /// A word that is not of the form that it must have.
    #[error("`{word}` is not {form}")]
    Form {
        word: String,
        form: &'static str,
        #[help]
        help: String,
    },
    /// A file of one's own that cannot be read.
    #[error("`{path}` cannot be read: {reason}")]
    Read {
        path: String,
        reason: String,
        #[help]
        help: String,
    },
    /// A report that cannot be written.
    #[error("`{path}` cannot be written: {reason}")]
    #[diagnostic(help("name a file in a folder that exists and may be written to"))]
    Write { path: String, reason: String },
    /// A command that is there, but not in this build.
    #[cfg(not(all(feature = "aws", feature = "kubernetes")))]
    #[error("this build of deodar cannot read {what}")]
    NotBuilt {
        what: &'static str,
        #[help]
        help: String,
    },
    /// The system does not give what is needed.
    #[error("{what}")]
    System {
        what: String,
        #[help]
        help: String,
    },
}

/// What a command says that is not in this build.
#[cfg(not(all(feature = "aws", feature = "kubernetes")))]
pub(super) fn not_built(what: &'static str, feature: &str, _: &impl std::fmt::Debug) -> CliError {
    CliError::NotBuilt { what, help: format!("install one that can: `cargo install deodar --features {feature}`") }
}

impl CliError {
    /// There is no `what` called `name`; the nearest of `known` is offered.
    pub(super) fn unknown<'k>(
        what: &'static str,
        name: &str,
        known: impl Iterator<Item = &'k str>,
        else_help: &str,
    ) -> Self {
        let near = |other: &&str| strsim::normalized_damerau_levenshtein(&name.to_uppercase(), &other.to_uppercase());
        let best = known.max_by(|a, b| near(a).total_cmp(&near(b))).filter(|other| near(other) > 0.6);
        let help = match best {
            Some(other) => format!("did you mean `{other}`?"),
            None => else_help.to_owned(),
        };
        Self::Unknown { what, name: name.to_owned(), help }
    }
}
