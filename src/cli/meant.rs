//! The command line as it is meant: names looked up, files opened, defaults filled in.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::error::CliError;
use super::programs::Programs;
use super::typed::{Color, Format, Keep, Scan, Threshold};
use crate::collect;
use crate::format::{FormatOf, Settings};
use crate::report::sarif::Options as Sarif;
use crate::report::text::Screen;
use crate::rule::{Estate, Library, Severity};
use crate::source::{Note, NoteKind, Tree};

/// Where a report goes.
pub(super) struct Sink {
    pub(super) format: Format,
    /// None is standard output.
    pub(super) path: Option<PathBuf>,
}

/// A scan, as meant.
pub(super) struct Meant {
    pub(super) gather: collect::Request,
    pub(super) settings: Settings,
    pub(super) programs: Programs,
    pub(super) estate: Option<(String, String)>,
    pub(super) rules: Option<Vec<usize>>,
    pub(super) baselines: Vec<String>,
    pub(super) sinks: Vec<Sink>,
    pub(super) fail_on: Severity,
    pub(super) require_complete: bool,
    pub(super) verdicts: bool,
    pub(super) today: Date,
    /// The day, if it was typed: then it stands in the report.
    pub(super) said_today: Option<Date>,
    pub(super) screen: Screen,
    pub(super) sarif: Sarif,
    pub(super) threads: Option<usize>,
    pub(super) notes: Vec<Note>,
}

impl Meant {
    /// Makes out what was meant.
    pub(super) fn from(typed: Scan, library: &Library) -> miette::Result<Self> {
        let rules = super::rules::chosen(library, &typed.rule, &typed.baseline)?;
        let baselines = if rules.is_some() { typed.baseline.clone() } else { Vec::new() };
        let said_today = typed.today.as_deref().map(day).transpose()?;
        let mut gather = collect::Request {
            paths: typed.paths.iter().filter(|path| path.as_os_str() != "-").cloned().collect(),
            root: typed.root.clone(),
            untrusted: typed.untrusted,
            stdin: stdin(&typed)?,
            ..collect::Request::default()
        };
        let root = match gather.stdin.is_some() && gather.paths.is_empty() {
            // nothing on disk is scanned
            true => gather.root.clone().unwrap_or_else(env::temp_dir).join("nothing"),
            false => collect::root(&gather)?,
        };
        let mut notes = Vec::new();
        let estate = estate(&typed, &gather, &root, &mut notes)?;
        let mut settings = settings(&typed, &root)?;
        if let Some((path, text)) = &estate {
            let estate = Estate::parse(text, path, None)?;
            // what it says of paths is said from the folder in which it lies
            let own = path.rsplit_once('/').filter(|_| root.join(path).is_file()).map_or("", |(folder, _)| folder);
            gather.exclude.clone_from(&estate.exclude);
            own.clone_into(&mut gather.exclude_from);
            let from_root = |of: BTreeMap<String, Vec<String>>| -> BTreeMap<String, Vec<String>> {
                let each = of.into_iter().map(|(path, files)| {
                    let files = files.iter().filter_map(|file| Tree::join(own, file)).collect();
                    (Tree::join(own, &path).unwrap_or(path), files)
                });
                each.collect()
            };
            settings.variable_files_of = from_root(estate.terraform);
            settings.parameter_files_of = from_root(estate.cloudformation);
            settings.charts.values_files_of = from_root(estate.helm);
        }
        let of_one = [&settings.variable_files_of, &settings.parameter_files_of, &settings.charts.values_files_of];
        let of_one = of_one.into_iter().flat_map(BTreeMap::values).flatten();
        let of_all =
            settings.variable_files.iter().chain(&settings.parameter_files).chain(&settings.charts.values_files);
        gather.also = of_all.chain(of_one).cloned().collect();
        Ok(Self {
            gather,
            settings,
            programs: Programs { helm: typed.helm_program.clone(), bicep: typed.bicep_program.clone() },
            estate,
            rules,
            baselines,
            sinks: sinks(&typed)?,
            fail_on: severity(typed.fail_on),
            require_complete: typed.require_complete,
            verdicts: typed.verdicts,
            today: said_today.unwrap_or_else(today),
            said_today,
            screen: Screen { color: color(typed.color), width: width(), verbose: typed.verbose },
            sarif: Sarif {
                suppressed: typed.sarif_suppressed == Keep::Include,
                undetermined: typed.sarif_undetermined == Keep::Include,
                category: typed.sarif_category.clone(),
            },
            threads: typed.threads,
            notes,
        })
    }
}

fn severity(threshold: Threshold) -> Severity {
    match threshold {
        Threshold::Low => Severity::Low,
        Threshold::Medium => Severity::Medium,
        Threshold::High => Severity::High,
        Threshold::Critical => Severity::Critical,
    }
}

fn day(word: &str) -> Result<Date, CliError> {
    word.parse().map_err(|_| CliError::Form {
        word: word.to_owned(),
        form: "a day",
        help: "write it as 2027-01-31".to_owned(),
    })
}

fn today() -> Date {
    jiff::Timestamp::now().to_zoned_datetime(TimeZone::UTC).date()
}

fn sinks(typed: &Scan) -> Result<Vec<Sink>, CliError> {
    let mut sinks = vec![Sink { format: typed.format, path: None }];
    for word in &typed.output {
        let form = || CliError::Form {
            word: word.clone(),
            form: "an output",
            help: "write FORMAT=PATH, such as `-o sarif=out.sarif`; formats are text, json and sarif".to_owned(),
        };
        let (format, path) = word.split_once('=').ok_or_else(form)?;
        let format = match format {
            "text" => Format::Text,
            "json" => Format::Json,
            "sarif" => Format::Sarif,
            _ => Err(form())?,
        };
        sinks.push(Sink { format, path: (path != "-").then(|| PathBuf::from(path)) });
    }
    Ok(sinks)
}

/// The text of standard input with a name that says its format, if it was asked for.
fn stdin(typed: &Scan) -> Result<Option<(String, String)>, CliError> {
    if !typed.paths.iter().any(|path| path.as_os_str() == "-") {
        return Ok(None);
    }
    let fault = |reason: String| CliError::Read {
        path: "standard input".to_owned(),
        reason,
        help: "pipe one manifest into it, as UTF-8".to_owned(),
    };
    let mut text = String::new();
    std::io::stdin()
        .lock()
        .take(64 * 1024 * 1024)
        .read_to_string(&mut text)
        .map_err(|error| fault(error.to_string()))?;
    let name = match &typed.stdin_name {
        Some(name) => Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or("stdin.yaml").to_owned(),
        None => format!("stdin.{}", likely_extension(&text)),
    };
    Ok(Some((name, text)))
}

/// What a text is by its first words.
fn likely_extension(text: &str) -> &'static str {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with(['#', '/']));
    let Some(first) = lines.next() else { return "yaml" };
    let word = first.split([' ', '"', '{']).next().unwrap_or("");
    match word {
        _ if first.starts_with(['{', '[']) => "json",
        "resource" | "module" | "variable" | "provider" | "terraform" | "data" | "locals" | "output"
            if first.ends_with('{') =>
        {
            "tf"
        }
        _ => "yaml",
    }
}

/// The estate file: its path as shown, and its text.
fn estate(
    typed: &Scan,
    gather: &collect::Request,
    root: &Path,
    notes: &mut Vec<Note>,
) -> miette::Result<Option<(String, String)>> {
    let (path, shown) = match &typed.estate {
        Some(path) => {
            let inside =
                path.canonicalize().ok().and_then(|path| Some(path.strip_prefix(root).ok()?.display().to_string()));
            (path.clone(), inside.unwrap_or_else(|| path.display().to_string()))
        }
        None => {
            if gather.paths.is_empty() {
                return Ok(None);
            }
            let Some(path) = collect::estate_file(gather, root)? else { return Ok(None) };
            let shown = path.strip_prefix(root).unwrap_or(&path).display().to_string();
            if typed.untrusted {
                let message = format!("`{shown}` does not count, as the scanned tree is not trusted");
                notes.push(Note::new(NoteKind::Configuration, message).help("name a trusted one with `--estate`"));
                return Ok(None);
            }
            (path, shown)
        }
    };
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((shown, text))),
        Err(error) => Err(CliError::Read {
            path: shown,
            reason: super::reason(&error),
            help: "an estate file is a YAML file in the form of docs/schema/estate.schema.json".to_owned(),
        })?,
    }
}

fn settings(typed: &Scan, root: &Path) -> Result<Settings, CliError> {
    let mut settings = Settings::default();
    for word in &typed.var {
        let Some((name, value)) = word.split_once('=') else {
            return Err(CliError::Form {
                word: word.clone(),
                form: "a variable",
                help: "write NAME=VALUE, such as `--var region=eu-west-1`".to_owned(),
            });
        };
        settings.variables.push((name.to_owned(), value.to_owned()));
    }
    for path in &typed.var_file {
        settings.variable_files.push(under_root(path, root, "variable")?);
    }
    for path in &typed.parameters {
        settings.parameter_files.push(under_root(path, root, "parameter")?);
    }
    for path in &typed.values {
        settings.charts.values_files.push(under_root(path, root, "values")?);
    }
    for word in &typed.format_of {
        let named = word.rsplit_once('=').ok_or_else(|| "it names no format".to_owned());
        let named = named.and_then(|(pattern, format)| FormatOf::new(pattern, format));
        settings.format_of.push(named.map_err(|why| CliError::Form {
            word: word.clone(),
            form: "a format of files",
            help: format!("{why}; write PATTERN=FORMAT, such as `--format-of '*.tpl=cloudformation'`"),
        })?);
    }
    settings.changed_only = typed.changed_only;
    settings.charts.set.clone_from(&typed.set);
    settings.charts.namespace.clone_from(&typed.namespace);
    settings.charts.kube_version.clone_from(&typed.kube_version);
    Ok(settings)
}

/// A named file as the tree knows it.
fn under_root(path: &Path, root: &Path, kind: &str) -> Result<String, CliError> {
    let fault = |reason: String| CliError::Read {
        path: path.display().to_string(),
        reason,
        help: format!("{kind} files lie under the root of the scan; see `--root`"),
    };
    let real = path.canonicalize().map_err(|error| fault(error.to_string()))?;
    let inside = real.strip_prefix(root).map_err(|_| fault("it is outside of the root".to_owned()))?;
    Ok(inside.to_string_lossy().replace('\\', "/"))
}

/// Colours: when asked for; else on a terminal that is no CI log, unless `NO_COLOR` says no.
fn color(wanted: Color) -> bool {
    let set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    match wanted {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stdout().is_terminal() && !set("NO_COLOR") && !set("CI"),
    }
}

/// The columns of the terminal, if it says so; else 80.
fn width() -> usize {
    let told = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    told.filter(|_| std::io::stdout().is_terminal()).map_or(80, |columns: usize| columns.clamp(60, 120))
}
