//! The command line: as typed, then as meant; one command a file. Knows the exit codes, the environment and the clock.

mod baselines;
mod diff;
mod error;
mod kubernetes;
mod meant;
mod permissions_aws;
mod programs;
mod progress;
mod rules;
mod scan;
mod services_aws;
#[cfg(feature = "aws")]
mod snapshot_aws;
#[cfg(feature = "aws")]
mod snapshot_aws_screen;
mod typed;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::Parser;

use crate::report::escape::plain;
use typed::{Command, Permissions, Snapshot, Typed};

/// How a run ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Exit {
    /// Nothing at or above the threshold, and everything was seen.
    Clean = 0,
    /// Violations, or differences.
    Violations = 1,
    /// Could not run.
    CouldNotRun = 2,
    /// Nothing to scan.
    Nothing = 3,
    /// Something that should have been seen was not.
    Incomplete = 4,
}

/// Runs deodar with the arguments of this process.
pub fn main() -> ExitCode {
    let typed = match Typed::try_parse() {
        Ok(typed) => typed,
        Err(error) => {
            // help and version are successes, on standard output
            let code = if error.use_stderr() { Exit::CouldNotRun } else { Exit::Clean };
            let _ = error.print();
            return ExitCode::from(code as u8);
        }
    };
    let exit = match run(typed) {
        Ok(exit) => exit,
        Err(report) => {
            let shown = format!("{report:?}");
            // line breaks and the report's own colours stay, the rest of the control characters do not
            let safe: Vec<_> =
                shown.lines().map(|line| if line.contains('\u{1b}') { line.into() } else { plain(line) }).collect();
            let _ = writeln!(io::stderr().lock(), "{}", safe.join("\n"));
            Exit::CouldNotRun
        }
    };
    ExitCode::from(exit as u8)
}

fn run(typed: Typed) -> miette::Result<Exit> {
    let mut to = io::BufWriter::new(io::stdout().lock());
    let written = match typed.command {
        Command::Scan(typed) => {
            drop(to);
            return scan::run(*typed);
        }
        Command::Snapshot { of: Snapshot::Aws(typed) } => {
            drop(to);
            #[cfg(feature = "aws")]
            return snapshot_aws::run(*typed);
            #[cfg(not(feature = "aws"))]
            return Err(error::not_built("AWS accounts", "aws", &typed).into());
        }
        Command::Snapshot { of: Snapshot::Kubernetes(typed) } => {
            #[cfg(feature = "kubernetes")]
            return kubernetes::snapshot(*typed, to);
            #[cfg(not(feature = "kubernetes"))]
            return Err(error::not_built("Kubernetes clusters", "kubernetes", &typed).into());
        }
        Command::Permissions { of: Permissions::Aws(typed) } => permissions_aws::run(&typed, &mut to)?,
        Command::Permissions { of: Permissions::Kubernetes(typed) } => kubernetes::permissions(*typed, &mut to)?,
        Command::Diff(typed) => {
            drop(to);
            return diff::run(&typed);
        }
        Command::Rules { command } => rules::run(command, &mut to)?,
        Command::Baselines { command } => baselines::run(command, &mut to)?,
        Command::Explain { id } => rules::explain(&id, &mut to)?,
    };
    scan::forgive(written.and_then(|()| to.flush()), "standard output")?;
    Ok(Exit::Clean)
}

/// The time, as documents write it.
#[cfg(feature = "kubernetes")]
fn now() -> String {
    jiff::Timestamp::now().round(jiff::Unit::Second).unwrap_or_default().to_string()
}

/// What the system says, without its number.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}
