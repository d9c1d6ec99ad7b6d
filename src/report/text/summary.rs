//! The end of the screen: what went wrong, what was found by baseline, and what it rests on.

use std::collections::BTreeMap;
use std::io;

use crate::report::escape::plain;
use crate::report::text::paint::Ink;
use crate::report::text::screen::ink;
use crate::report::text::snippet::Canvas;
use crate::report::{PlacedNote, Report, Status};
use crate::rule::Severity;
use crate::source::NoteKind;

/// The most notes of one kind.
const MOST_NOTES: usize = 6;

impl Canvas<'_, '_> {
    /// Notes, the table, coverage.
    pub(super) fn summary(&mut self, report: &Report, verbose: bool) -> io::Result<()> {
        self.notes(&report.notes, verbose)?;
        self.verdicts(report)?;
        self.baselines(report)?;
        if verbose {
            self.requirements(report)?;
        }
        self.coverage(report, verbose)
    }

    fn notes(&mut self, notes: &[PlacedNote], verbose: bool) -> io::Result<()> {
        let mut by_kind: BTreeMap<NoteKind, Vec<&PlacedNote>> = BTreeMap::new();
        for placed in notes {
            by_kind.entry(placed.note.kind).or_default().push(placed);
        }
        for (kind, notes) in by_kind {
            if kind == NoteKind::Info && !verbose {
                continue;
            }
            let (word, ink) = match kind {
                NoteKind::Unreadable | NoteKind::PartLost | NoteKind::Refused => ("incomplete", Ink::High),
                NoteKind::NotSeen => ("not seen", Ink::Medium),
                NoteKind::Unresolved => ("unresolved", Ink::Open),
                NoteKind::Configuration => ("configuration", Ink::Medium),
                NoteKind::Info => ("note", Ink::Plain),
            };
            let shown = if verbose { notes.len() } else { MOST_NOTES.min(notes.len()) };
            for placed in notes.iter().take(shown) {
                let place = match (&placed.place, &placed.note.path) {
                    (Some(place), _) => format!(" ({}:{})", place.file, place.start.line),
                    (None, Some(path)) if !placed.note.message.contains(&**path) => format!(" ({path})"),
                    _ => String::new(),
                };
                let text = format!("{}{place}", placed.note.message);
                writeln!(self.to, "{}: {}", self.paint.ink(ink, word), plain(&text))?;
                if let Some(help) = &placed.note.help {
                    self.remark(0, "help", help)?;
                }
            }
            if shown < notes.len() {
                let more = notes.len() - shown;
                writeln!(self.to, "{}: … and {more} more (--verbose lists all)", self.paint.ink(ink, word))?;
            }
        }
        if notes.iter().any(|placed| placed.note.kind != NoteKind::Info || verbose) {
            writeln!(self.to)?;
        }
        Ok(())
    }

    fn verdicts(&mut self, report: &Report) -> io::Result<()> {
        let coverage = &report.coverage;
        let mut parts = Vec::new();
        for severity in Severity::ALL.iter().rev() {
            let count = coverage.violations.get(severity).copied().unwrap_or(0);
            let text = format!("{count} {severity}");
            parts.push(if count > 0 { self.paint.ink(ink(*severity), text).to_string() } else { text });
        }
        let verdicts = &coverage.verdicts;
        let open = verdicts.undetermined - verdicts.waived_undetermined;
        let mut line = format!("{} · {open} cannot tell", parts.join(", "));
        if verdicts.failed > 0 {
            line.push_str(&format!(" · {} failed", verdicts.failed));
        }
        let waived = verdicts.waived + verdicts.waived_undetermined;
        writeln!(self.to, "{line} · {waived} waived · {} hold", verdicts.holds)?;
        if coverage.assumed > 0 {
            let text = format!(
                "{} of these rest on the assumption that what has no declared class holds regulated data",
                coverage.assumed
            );
            for part in super::wrap::wrap(&text, self.width) {
                writeln!(self.to, "{part}")?;
            }
        }
        Ok(())
    }

    fn baselines(&mut self, report: &Report) -> io::Result<()> {
        if report.baselines.is_empty() {
            return Ok(());
        }
        writeln!(self.to)?;
        writeln!(
            self.to,
            "{:<12}{:>8}{:>13}{:>7}{:>16}{:>16}",
            "baseline", "not met", "cannot tell", "met*", "not applicable", "needs evidence"
        )?;
        for baseline in &report.baselines {
            write!(self.to, "{:<12}", baseline.name)?;
            for (status, wide) in Status::ALL.iter().zip([8, 13, 7, 16, 16]) {
                let count = baseline.count(*status);
                let cell = format!("{count:>wide$}");
                let ink = match status {
                    Status::NotMet if count > 0 => Ink::High,
                    Status::CannotTell if count > 0 => Ink::Open,
                    Status::Met if count > 0 => Ink::Good,
                    _ => Ink::Plain,
                };
                write!(self.to, "{}", self.paint.ink(ink, cell))?;
            }
            writeln!(self.to)?;
        }
        writeln!(self.to, "* as far as settings can show; `deodar baselines show NAME` names the evidence")?;
        writeln!(self.to)
    }

    fn requirements(&mut self, report: &Report) -> io::Result<()> {
        for requirement in report.baselines.iter().flat_map(|baseline| &baseline.requirements) {
            let word = match requirement.status {
                Status::NotMet => self.paint.ink(Ink::High, "not met        "),
                Status::CannotTell => self.paint.ink(Ink::Open, "cannot tell    "),
                Status::Met => self.paint.ink(Ink::Good, "met*           "),
                Status::NotApplicable => self.paint.ink(Ink::Plain, "not applicable "),
                Status::NeedsEvidence => self.paint.ink(Ink::Plain, "needs evidence "),
            };
            writeln!(self.to, "{word} {}: {}", requirement.citation, requirement.title)?;
        }
        writeln!(self.to)
    }

    fn coverage(&mut self, report: &Report, verbose: bool) -> io::Result<()> {
        let coverage = &report.coverage;
        let files = &coverage.files;
        let read: usize = files.by_format.values().sum();
        let formats: Vec<String> = files
            .by_format
            .iter()
            .filter(|(_, count)| **count > 0)
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        let of = if formats.is_empty() { String::new() } else { format!(" ({})", formats.join(", ")) };
        writeln!(
            self.to,
            "judged {} in {}{of} with {}",
            counted(coverage.judged(), "resource"),
            counted(read, "file"),
            counted(report.rules.len(), "rule")
        )?;
        let mut rest = Vec::new();
        let mut add = |count: usize, noun: &str, what: &str| {
            if count > 0 {
                rest.push(format!("{} {what}", counted(count, noun)));
            }
        };
        add(coverage.unknown(), "block", "of unknown type");
        add(coverage.files.not_seen, "file", "of which something was not seen");
        add(coverage.unreadable, "file", "not read, or in part");
        add(files.passed_over, "file", "without anything to judge");
        add(files.excluded, "file", "excluded");
        if !rest.is_empty() {
            for line in super::wrap::wrap(&format!("not judged: {}", rest.join(", ")), self.width) {
                writeln!(self.to, "{line}")?;
            }
        }
        if verbose {
            for (name, count) in &coverage.unknown_types {
                writeln!(self.to, "  unknown type {}: {count}", plain(name))?;
            }
        }
        if report.estate.is_none() {
            writeln!(self.to, "no deodar.yaml: every store is treated as if it held regulated data")?;
        }
        Ok(())
    }
}

/// `1 file`, `2 files`.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
