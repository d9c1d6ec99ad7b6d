//! Source lines with what there is to say underlined.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::report::escape::plain;
use crate::report::text::paint::{Ink, Paint};
use crate::report::{Label, Lines, Place};
use crate::source::FileId;

/// How a screen is drawn.
pub(super) struct Canvas<'a, 't> {
    pub(super) paint: Paint,
    pub(super) width: usize,
    pub(super) lines: &'a mut Lines<'t>,
    pub(super) to: &'a mut dyn Write,
}

/// The labels of one file: where, what, and whether it is the primary one.
type Labelled<'l> = Vec<(&'l Place, &'l Label, bool)>;

/// What is underlined on one line.
struct Mark<'l> {
    place: &'l Place,
    from: usize,
    to: usize,
    text: &'l str,
    primary: bool,
}

/// The width of the column of line numbers for these labels.
pub(super) fn gutter<'l>(labels: impl Iterator<Item = &'l Label>) -> usize {
    let deepest = labels.filter_map(|label| Some(label.place.as_ref()?.start.line)).max().unwrap_or(1);
    deepest.to_string().len().max(2)
}

impl Canvas<'_, '_> {
    /// The primary label's lines, then those of the related ones, file by file.
    pub(super) fn labels(&mut self, primary: &Label, related: &[Label], ink: Ink) -> io::Result<()> {
        let wide = gutter(std::iter::once(primary).chain(related));
        let Some(first) = &primary.place else { return Ok(()) };
        let mut files: Vec<(FileId, Labelled<'_>)> = Vec::new();
        let all = std::iter::once((primary, true)).chain(related.iter().map(|label| (label, false)));
        for (label, is_primary) in all {
            let Some(place) = &label.place else { continue };
            match files.iter_mut().find(|(file, _)| *file == place.span.file) {
                Some((_, found)) => found.push((place, label, is_primary)),
                None => files.push((place.span.file, vec![(place, label, is_primary)])),
            }
        }
        for (file, labels) in files {
            let here = labels.first().map_or(first, |(place, _, _)| place);
            let arrow = if file == first.span.file { "-->" } else { ":::" };
            self.head(wide, arrow, here)?;
            self.bar(wide, "")?;
            self.file(wide, &labels, ink)?;
            self.bar(wide, "")?;
        }
        Ok(())
    }

    /// `  --> path:line:column`
    pub(super) fn head(&mut self, wide: usize, arrow: &str, place: &Place) -> io::Result<()> {
        let arrow = self.paint.ink(Ink::Frame, arrow);
        writeln!(self.to, "{:wide$}{arrow} {}:{}:{}", "", plain(&place.file), place.start.line, place.start.column)
    }

    /// `   | text`
    pub(super) fn bar(&mut self, wide: usize, text: &str) -> io::Result<()> {
        let bar = self.paint.ink(Ink::Frame, "|");
        let space = if text.is_empty() { "" } else { " " };
        writeln!(self.to, "{:wide$} {bar}{space}{text}", "")
    }

    fn file(&mut self, wide: usize, labels: &[(&Place, &Label, bool)], ink: Ink) -> io::Result<()> {
        let mut by_line: BTreeMap<usize, Vec<Mark<'_>>> = BTreeMap::new();
        for (place, label, primary) in labels {
            let to = if place.end.line > place.start.line { usize::MAX } else { place.end.column };
            let mark = Mark { place, from: place.start.column, to, text: &label.text, primary: *primary };
            by_line.entry(place.start.line).or_default().push(mark);
        }
        let mut last = 0;
        for (number, mut marks) in by_line {
            if last != 0 && number > last + 1 {
                writeln!(self.to, "{}", self.paint.ink(Ink::Frame, "..."))?;
            }
            last = number;
            // the rightmost first, so that each text stands free
            marks.sort_by_key(|mark| (!mark.primary, std::cmp::Reverse(mark.from)));
            let first = marks.iter().min_by_key(|mark| mark.from).map(|mark| mark.place);
            let (line, begins) = first.and_then(|place| self.lines.line(place)).unwrap_or_default();
            for mark in &mut marks {
                mark.from = (mark.from + 1).saturating_sub(begins.max(1));
                mark.to = mark.to.saturating_sub(begins.saturating_sub(1));
            }
            self.line(wide, number, (&line, begins > 1), &marks, ink)?;
        }
        Ok(())
    }

    fn line(&mut self, wide: usize, number: usize, line: (&str, bool), marks: &[Mark<'_>], ink: Ink) -> io::Result<()> {
        let room = self.width.saturating_sub(wide + 3).max(20);
        let from = marks.iter().map(|mark| mark.from).min().unwrap_or(1);
        let window = Window::around(line, from, room);
        let number = self.paint.ink(Ink::Frame, format!("{number:>wide$} |"));
        writeln!(self.to, "{number} {}", window.text)?;
        for mark in marks {
            let (start, end) = (window.column(mark.from), window.column(mark.to).max(window.column(mark.from) + 1));
            let end = end.min(window.text.chars().count().max(start + 1));
            let sign = if mark.primary { "^" } else { "-" };
            let ink = if mark.primary { ink } else { Ink::Frame };
            let under = self.paint.ink(ink, sign.repeat(end - start)).to_string();
            let text = self.paint.ink(ink, plain(mark.text)).to_string();
            let pad = " ".repeat(start);
            // a text that would not fit goes to a line of its own
            if end + 1 + mark.text.chars().count() <= room {
                self.bar(wide, &format!("{pad}{under} {text}"))?;
            } else {
                self.bar(wide, &format!("{pad}{under}"))?;
                let back = room.saturating_sub(mark.text.chars().count()).min(start);
                self.bar(wide, &format!("{}{text}", " ".repeat(back)))?;
            }
        }
        Ok(())
    }
}

/// The part of a line that fits, and where the columns of the line are in it.
struct Window {
    text: String,
    /// For each character of the line from the first one shown: where it stands.
    columns: Vec<usize>,
    skipped: usize,
}

impl Window {
    fn around((line, cut): (&str, bool), from: usize, room: usize) -> Self {
        // what is marked begins at most a third into the window
        let fits = line.chars().nth(room).is_none();
        let skipped = if fits || from < room * 2 / 3 { 0 } else { from.saturating_sub(room / 3) };
        let mut text = String::new();
        if skipped > 0 || cut {
            text.push('…');
        }
        let mut columns = Vec::new();
        let mut wide = text.chars().count();
        let mut buffer = [0_u8; 4];
        for sign in line.chars().skip(skipped) {
            let shown = plain(sign.encode_utf8(&mut buffer)).into_owned();
            let more = shown.chars().count();
            if wide + more >= room && !fits {
                text.push('…');
                break;
            }
            columns.push(wide);
            text.push_str(&shown);
            wide += more;
        }
        columns.push(wide);
        Self { text, columns, skipped }
    }

    /// Where column `column` (from 1) of the line stands in the window.
    fn column(&self, column: usize) -> usize {
        let at = column.saturating_sub(1).saturating_sub(self.skipped);
        self.columns.get(at).or(self.columns.last()).copied().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_cut_around_what_is_marked() {
        let line = format!("{}guilty{}", "a".repeat(500), "b".repeat(500));
        let window = Window::around((&line, false), 501, 60);
        assert!(window.text.chars().count() <= 61, "{}", window.text);
        let shown: String = window.text.chars().skip(window.column(501)).take(6).collect();
        assert_eq!(shown, "guilty");
    }

    #[test]
    fn a_tab_moves_the_columns_behind_it() {
        let window = Window::around(("\tx", false), 2, 60);
        assert_eq!((window.text.as_str(), window.column(2)), ("    x", 4));
    }
}
