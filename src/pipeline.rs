//! A whole run, top to bottom: read this file first. Gathering the files is `collect`'s; everything here is pure.

mod conditions;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use rayon::prelude::*;

use crate::engine::{Changes, Engine, EngineError, Judgement, Verdict};
use crate::format::{self, Reading, Settings, Unit};
use crate::graph::{self, Ground};
use crate::model::{Inventory, UnknownTypes};
use crate::provider::{self, Blocks, Context};
use crate::report::{self, Files, Material, Output, Report};
use crate::rule::{self, Estate, Library, Profile};
use crate::source::{FileId, Note, NoteKind, Tree};
use crate::value::Block;
use conditions::{Arms, Shared};

/// What a run is asked for.
#[derive(Clone, Copy)]
pub struct Request<'r> {
    /// Variables, and files of them.
    pub settings: &'r Settings,
    /// The estate file; without one the strict profile holds.
    pub estate: Option<&'r Estate>,
    /// The rules.
    pub library: &'r Library,
    /// Which rules to judge, by their places in the library; none for all.
    pub rules: Option<&'r [usize]>,
    /// Which baselines to report on, by name; empty for all.
    pub baselines: &'r [String],
    /// The day by which waivers are measured; without one no waiver holds.
    pub today: Option<Date>,
    /// Whether evidence is wanted for what holds, too.
    pub verdicts: bool,
    /// Told the name of each step as it begins.
    pub progress: Option<&'r (dyn Fn(&'static str) + Sync)>,
}

impl<'r> Request<'r> {
    /// Every rule and every baseline of `library`, nothing else said.
    pub fn new(library: &'r Library, settings: &'r Settings) -> Self {
        Self {
            settings,
            estate: None,
            library,
            rules: None,
            baselines: &[],
            today: None,
            verdicts: false,
            progress: None,
        }
    }
}

/// What a run yields.
pub struct Scan {
    /// The resources.
    pub inventory: Inventory,
    /// The verdicts.
    pub judgement: Judgement,
    /// What was found, made ready for the reporters.
    pub report: Report,
}

impl Scan {
    /// What a reporter writes from.
    pub fn output<'s>(&'s self, tree: &'s Tree, request: &Request<'s>) -> Output<'s> {
        Output {
            report: &self.report,
            inventory: &self.inventory,
            library: request.library,
            tree,
            today: None,
            verdicts: request.verdicts,
        }
    }
}

/// Judges the files of `tree`. `notes` is what went wrong while they were gathered, `excluded` how many files the estate
/// file takes out.
pub fn scan(tree: &Tree, request: &Request<'_>, notes: Vec<Note>, excluded: usize) -> Result<Scan, EngineError> {
    let step = |name| request.progress.into_iter().for_each(|tell| tell(name));
    step("finding what to read");
    let (units, unclaimed, ambiguous) = format::units_as(tree, &request.settings.format_of);
    let notes = notes.into_iter().chain(ambiguous).collect();
    step("reading");
    let readings = read(tree, &units, request.settings);
    let (blocks, mut read) = Read::gather(tree, &units, readings, notes);
    step("linking");
    let inventory = inventory(blocks, request.estate, whole(request.estate));
    step("judging");
    let judged = selection(request);
    let engine = Engine::new(request.library, judged.iter().copied())?;
    let profile = Profile::of(request.estate).on(request.today);
    let mut judgement = engine.judge(&inventory, &profile);
    let arms = Arms { tree, units: &units, request, shared: &read.shared, engine: &engine, profile: &profile };
    arms.settle(&mut judgement, &inventory);
    if request.settings.changed_only {
        let evidence = |verdict: &Verdict| engine.evidence(&inventory, &profile, verdict);
        read.notes.extend(read.changes.only(&mut judgement, &inventory, &evidence));
    }
    step("reporting");
    let files = Files {
        in_scope: tree.files().filter(|(_, file)| file.in_scope).count(),
        by_format: read.by_format,
        passed_over: read.passed_over,
        not_seen: read.not_seen,
        unclaimed: unclaimed.len(),
        excluded,
    };
    let report = Report::build(&Material {
        tree,
        inventory: &inventory,
        library: request.library,
        estate: request.estate,
        judgement: &judgement,
        judged: &judged,
        evidence: &|verdict| engine.evidence(&inventory, &profile, verdict),
        messages: &|verdict| engine.messages(&inventory, verdict),
        baselines: request.baselines,
        cited: report::cited(request.library, request.baselines),
        folders: units.iter().map(|unit| (unit.id, unit.folder.clone())).collect(),
        today: request.today,
        files,
        notes: said(read.notes, request),
        verdicts: request.verdicts,
    });
    Ok(Scan { inventory, judgement, report })
}

/// The resources of `tree` without a judgement, and what went wrong in reading them.
pub fn picture(tree: &Tree, settings: &Settings, estate: Option<&Estate>) -> (Inventory, Vec<Note>) {
    let (units, _, ambiguous) = format::units_as(tree, &settings.format_of);
    let (blocks, read) = Read::gather(tree, &units, read(tree, &units, settings), ambiguous);
    (inventory(blocks, estate, whole(estate)), read.notes)
}

/// Reads all units, in parallel and in order.
fn read(tree: &Tree, units: &[Unit], settings: &Settings) -> Vec<Reading> {
    let formats = format::formats();
    let one =
        |unit: &Unit| formats.get(unit.format).map(|format| format.read(tree, unit, settings)).unwrap_or_default();
    units.par_iter().map(one).collect()
}

/// What reading yields besides blocks.
struct Read {
    notes: Vec<Note>,
    by_format: BTreeMap<&'static str, usize>,
    passed_over: usize,
    not_seen: usize,
    changes: Changes,
    shared: Shared,
}

impl Read {
    fn gather(tree: &Tree, units: &[Unit], readings: Vec<Reading>, notes: Vec<Note>) -> (Vec<Block>, Self) {
        let mut read = Self {
            notes,
            by_format: BTreeMap::new(),
            passed_over: 0,
            not_seen: 0,
            changes: Changes::default(),
            shared: Shared::default(),
        };
        let (mut blocks, mut exports) = (Vec::new(), Vec::new());
        for (unit, reading) in units.iter().zip(readings) {
            let name = format::formats().get(unit.format).map_or("", |format| format.name());
            let unseen = reading.notes.iter().filter(|note| note.kind == NoteKind::NotSeen).count();
            let unseen = unseen.min(unit.files.len());
            // where a unit yields no block at all, none of its files was seen
            let unseen = if unseen > 0 && reading.blocks.is_empty() { unit.files.len() } else { unseen };
            let passed_over = reading.passed_over.len();
            let closed = unit.files.iter().filter(|file| !tree.was_read(**file) && tree.text(**file).is_err()).count();
            // a file that yields blocks was read, if not to its end: a snapshot with a list that was refused
            let yields: BTreeSet<FileId> = reading.blocks.iter().map(|block| block.span.file).collect();
            let lost = unseen.min(unit.files.iter().filter(|file| !yields.contains(file)).count());
            *read.by_format.entry(name).or_default() += unit.files.len().saturating_sub(passed_over + lost + closed);
            read.passed_over += passed_over;
            read.not_seen += unseen;
            read.notes.extend(reading.notes);
            read.changes.take(&reading.blocks, reading.unchanged);
            blocks.extend(reading.blocks);
            exports.extend(reading.exports);
        }
        read.shared = Shared::of(&mut blocks, exports);
        format::plan::lead_back(units, &mut blocks);
        let unseen = provider::unseen(&blocks).into_iter().map(|note| match note.span {
            Some(span) => note.in_file(tree.path(span.file)),
            None => note,
        });
        read.notes.extend(unseen);
        let claimed: BTreeSet<FileId> = units.iter().flat_map(|unit| unit.files.iter().copied()).collect();
        read.notes.extend(unreadable(tree, &claimed));
        (blocks, read)
    }
}

/// A note for each manifest whose text could not be had. What only an expression asked for (`file("logo.png")`) is said
/// by the value that stays unknown.
fn unreadable<'t>(tree: &'t Tree, claimed: &'t BTreeSet<FileId>) -> impl Iterator<Item = Note> + 't {
    let manifest =
        |path: &str| [".tf", ".tofu", ".yaml", ".yml", ".json", ".tfvars"].iter().any(|end| path.ends_with(end));
    tree.asked().filter_map(move |(id, text)| {
        let note = text.err()?;
        let ours = claimed.contains(&id) || (tree.in_scope(id) && manifest(tree.name(id)));
        ours.then(|| note.clone())
    })
}

/// Whether what is scanned is all there is, by the estate file.
fn whole(estate: Option<&Estate>) -> bool {
    estate.is_some_and(|estate| estate.whole)
}

/// Blocks, which are the `whole` estate or a part of it, to resources, linked and classed.
fn inventory(blocks: Vec<Block>, estate: Option<&Estate>, whole: bool) -> Inventory {
    let own_accounts: Option<BTreeSet<Arc<str>>> = estate.and_then(Estate::own_accounts);
    let (mut resources, mut unknown_types) = (Vec::new(), UnknownTypes::new());
    let blocks = provider::respell(blocks);
    let accounts = provider::accounts(&blocks);
    for blocks in provider::estates(blocks) {
        let context = Context {
            blocks: &Blocks::new(&blocks).beside(accounts.clone()),
            own_accounts: own_accounts.as_ref(),
            whole,
            places: rule::places(),
        };
        let (found, unknown) = provider::normalise(&context);
        resources.extend(found);
        unknown.into_iter().for_each(|(native, count)| *unknown_types.entry(native).or_default() += count);
    }
    graph::build(resources, unknown_types, Ground { estate, places: rule::places() })
}

/// The rules to judge: those asked for, without those that the estate file disables.
fn selection(request: &Request<'_>) -> Vec<usize> {
    let disabled = |at: &usize| {
        let rule = request.library.rules().get(*at);
        rule.zip(request.estate).and_then(|(rule, estate)| estate.rule(rule)).is_some_and(|said| said.disabled)
    };
    let mut chosen: Vec<usize> = match request.rules {
        Some(rules) => rules.to_vec(),
        None => (0..request.library.rules().len()).collect(),
    };
    chosen.sort_unstable();
    chosen.dedup();
    chosen.retain(|at| !disabled(at));
    chosen
}

/// All notes: of reading, and of an estate file that says what does not count.
fn said(mut notes: Vec<Note>, request: &Request<'_>) -> Vec<Note> {
    if let Some(estate) = request.estate {
        notes.extend(estate.notes.iter().cloned());
        notes.extend(estate.unknown_rules(request.library));
        notes.extend(request.today.into_iter().flat_map(|today| estate.expired(today)));
    }
    notes
}
