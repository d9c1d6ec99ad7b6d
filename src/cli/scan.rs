//! `deodar scan`: gather, run, write, and say by the exit code what came of it.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use super::Exit;
use super::error::CliError;
use super::meant::{Meant, Sink};
use super::progress::Progress;
use super::typed::{Format, Scan as Typed};
use crate::collect::{self, Gathered};
use crate::pipeline::{self, Request, Scan};
use crate::report::{Output, Report, json, sarif, text};
use crate::rule::{Estate, Library};
use crate::source::Tree;

/// Runs the command.
pub(super) fn run(typed: Typed) -> miette::Result<Exit> {
    let library = Library::embedded();
    let meant = Meant::from(typed, &library)?;
    threads(&meant)?;
    let progress = Progress::start();
    let Gathered { tree, mut notes, excluded } = gather(&meant)?;
    let (tree, settings) = match meant.gather.paths.is_empty() {
        true => (tree, meant.settings.clone()),
        false => meant.programs.run(tree, &collect::root(&meant.gather)?, &meant.settings),
    };
    let estate = match &meant.estate {
        Some((path, text)) => Some(Estate::parse(text, path, tree.find(path))?),
        None => None,
    };
    let step = |name: &'static str| progress.step(name);
    let request = Request {
        settings: &settings,
        estate: estate.as_ref(),
        library: &library,
        rules: meant.rules.as_deref(),
        baselines: &meant.baselines,
        today: Some(meant.today),
        verdicts: meant.verdicts,
        progress: Some(&step),
    };
    notes.extend(meant.notes.iter().cloned());
    let scan = pipeline::scan(&tree, &request, notes, excluded)?;
    progress.end();
    write(&meant, &scan, &tree, &request)?;
    Ok(exit(&meant, &scan.report))
}

fn gather(meant: &Meant) -> miette::Result<Gathered> {
    if let Some((name, text)) = meant.gather.stdin.clone()
        && meant.gather.paths.is_empty()
    {
        return Ok(Gathered { tree: Tree::from_texts([(name, text)]), notes: Vec::new(), excluded: 0 });
    }
    Ok(collect::gather(&meant.gather)?)
}

fn threads(meant: &Meant) -> Result<(), CliError> {
    let Some(threads) = meant.threads else { return Ok(()) };
    rayon::ThreadPoolBuilder::new().num_threads(threads).build_global().map_err(|error| CliError::System {
        what: format!("{threads} threads cannot be started: {error}"),
        help: "ask for fewer with `--threads`".to_owned(),
    })
}

/// Writes every report; the exit code is the same for each.
fn write(meant: &Meant, scan: &Scan, tree: &Tree, request: &Request<'_>) -> Result<(), CliError> {
    let mut output = scan.output(tree, request);
    output.today = meant.said_today;
    for sink in &meant.sinks {
        match &sink.path {
            None => {
                let mut to = BufWriter::new(io::stdout().lock());
                forgive(one(meant, sink, &output, &mut to).and_then(|()| to.flush()), "standard output")?;
            }
            Some(path) => {
                let shown = path.display().to_string();
                let fault = |error: io::Error| CliError::Write { path: shown.clone(), reason: super::reason(&error) };
                let mut to = BufWriter::new(File::create(path).map_err(fault)?);
                one(meant, sink, &output, &mut to).and_then(|()| to.flush()).map_err(fault)?;
            }
        }
    }
    Ok(())
}

fn one(meant: &Meant, sink: &Sink, output: &Output<'_>, to: &mut dyn Write) -> io::Result<()> {
    match sink.format {
        Format::Text => {
            let mut screen = meant.screen;
            screen.color &= sink.path.is_none();
            text::write(output, screen, to)
        }
        Format::Json => json::write(output, to),
        Format::Sarif => {
            let left_out = sarif::left_out(output, &meant.sarif);
            if left_out > 0 {
                writeln!(
                    io::stderr().lock(),
                    "deodar: {left_out} findings are left out of the SARIF file, which holds no more than 5000"
                )?;
            }
            sarif::write(output, &meant.sarif, to)
        }
    }
}

/// Whoever closes the pipe has seen enough.
pub(super) fn forgive(result: io::Result<()>, path: &str) -> Result<(), CliError> {
    match result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(error) => Err(CliError::Write { path: path.to_owned(), reason: super::reason(&error) }),
        Ok(()) => Ok(()),
    }
}

/// A violation beats what is incomplete, which beats that there was nothing to scan.
fn exit(meant: &Meant, report: &Report) -> Exit {
    let read: usize = report.coverage.files.by_format.values().sum();
    if report.at_least(meant.fail_on) > 0 {
        Exit::Violations
    } else if report.unseen() || (meant.require_complete && report.uncertain()) {
        Exit::Incomplete
    } else if read == 0 {
        Exit::Nothing
    } else {
        Exit::Clean
    }
}
