//! `deodar diff`: reads both sides, compares, writes, and says by the exit code what came of it.

use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use clap::Parser;

use super::Exit;
use super::error::CliError;
use super::meant::Meant;
use super::typed::{Command, Comparison, Diff as Typed, Typed as Words};
use crate::collect;
use crate::pipeline;
use crate::report::diff::{self, Diff, Side};
use crate::rule::{Estate, Library};

/// Runs the command.
pub(super) fn run(typed: &Typed) -> miette::Result<Exit> {
    let library = Library::embedded();
    let (before, after) = (side(typed, &typed.before, &library)?, side(typed, &typed.after, &library)?);
    let found = diff::compare(&before.inventory, &after.inventory);
    let mut to = BufWriter::new(io::stdout().lock());
    let written = match typed.format {
        Comparison::Text => diff::text(&found, &before, &after, &mut to),
        Comparison::Json => diff::json(&found, &before, &after, &mut to),
    };
    super::scan::forgive(written.and_then(|()| to.flush()), "standard output")?;
    Ok(exit(&found, [&before, &after]))
}

/// One side, read as a scan of it would read it.
fn side(typed: &Typed, path: &Path, library: &Library) -> miette::Result<Side> {
    let mut words: Vec<OsString> = vec!["deodar".into(), "scan".into()];
    if let Some(estate) = &typed.estate {
        words.extend(["--estate".into(), estate.into()]);
    }
    words.extend(["--".into(), path.into()]);
    let fault = |what: String| CliError::System { what, help: "name a file or a folder".to_owned() };
    let words = Words::try_parse_from(words).map_err(|error| fault(error.to_string()))?;
    let Command::Scan(scan) = words.command else { return Err(fault("the side is no path".to_owned()).into()) };
    let meant = Meant::from(*scan, library)?;
    let gathered = collect::gather(&meant.gather)?;
    let estate = match &meant.estate {
        Some((path, text)) => Some(Estate::parse(text, path, gathered.tree.find(path))?),
        None => None,
    };
    let (inventory, mut notes) = pipeline::picture(&gathered.tree, &meant.settings, estate.as_ref());
    notes.extend(gathered.notes);
    notes.sort();
    notes.dedup();
    Ok(Side { name: path.display().to_string(), inventory, notes })
}

/// A difference beats what is incomplete, which beats that there was nothing to compare.
fn exit(diff: &Diff, sides: [&Side; 2]) -> Exit {
    if diff.differs() {
        Exit::Violations
    } else if diff.uncertain() || sides.iter().any(|side| side.incomplete()) {
        Exit::Incomplete
    } else if diff.same == 0 {
        Exit::Nothing
    } else {
        Exit::Clean
    }
}
