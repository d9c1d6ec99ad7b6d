//! Text that remembers where each part of it was written.

use std::ops::Range;
use std::rc::Rc;

use crate::source::Span;

/// Where a run of text comes from.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(in crate::format::helm) struct Mark {
    /// The place in a template that wrote it; none for a text that is yet to be printed.
    pub at: Option<Span>,
    /// Whether the run is that place, byte by byte.
    pub exact: bool,
    /// The key of a values file that it is the print of.
    pub via: Option<Span>,
}

/// A text and its marks: each begins where its offset says.
#[derive(Clone, Debug)]
pub(in crate::format::helm) struct Str {
    text: Rc<str>,
    marks: Option<Rc<[(usize, Mark)]>>,
}

impl Str {
    pub fn new(text: impl Into<Rc<str>>) -> Self {
        Self { text: text.into(), marks: None }
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub fn rc(&self) -> Rc<str> {
        self.text.clone()
    }

    pub fn marks(&self) -> &[(usize, Mark)] {
        self.marks.as_deref().unwrap_or(&[])
    }

    /// With the values key that it comes from, if it has no marks of its own.
    pub fn or_via(mut self, via: Option<Span>) -> Self {
        if self.marks.is_none() && via.is_some() && !self.text.is_empty() {
            self.marks = Some(Rc::from([(0, Mark { via, ..Mark::default() })]));
        }
        self
    }

    /// The values key of its first part that has one.
    pub fn via(&self) -> Option<Span> {
        self.marks().iter().find_map(|(_, mark)| mark.via)
    }

    /// A part of it, marks and all.
    pub fn part(&self, range: Range<usize>) -> Self {
        let mut pen = Pen::default();
        pen.slice(self, range);
        pen.finish()
    }

    /// The part that `part` is, which must be a slice of this text.
    pub fn sub(&self, part: &str) -> Self {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        self.part(start..start + part.len())
    }
}

/// The mark that holds at `offset`, as the place of that very byte where the run is exact.
pub(in crate::format::helm) fn mark_at(marks: &[(usize, Mark)], offset: usize) -> Mark {
    let after = marks.partition_point(|(start, _)| *start <= offset);
    let Some((start, mark)) = after.checked_sub(1).and_then(|at| marks.get(at)) else { return Mark::default() };
    cut(*mark, offset - start)
}

/// The mark of what is left when the first `skip` bytes are taken away.
fn cut(mark: Mark, skip: usize) -> Mark {
    match mark.at {
        Some(mut at) if mark.exact => {
            at.start = at.start.saturating_add(u32::try_from(skip).unwrap_or(u32::MAX)).min(at.end);
            Mark { at: Some(at), ..mark }
        }
        _ => mark,
    }
}

/// Writes a text run by run.
#[derive(Default)]
pub(in crate::format::helm) struct Pen {
    text: String,
    marks: Vec<(usize, Mark)>,
}

impl Pen {
    pub fn push(&mut self, text: &str, mark: Mark) {
        if text.is_empty() {
            return;
        }
        if self.marks.last().is_none_or(|(_, last)| *last != mark || mark.exact) {
            self.marks.push((self.text.len(), mark));
        }
        self.text.push_str(text);
    }

    /// A part of another text, with its marks.
    pub fn slice(&mut self, from: &Str, range: Range<usize>) {
        let (start, end) = (range.start, range.end.min(from.text.len()));
        let Some(text) = from.text.get(start..end).filter(|text| !text.is_empty()) else { return };
        let here = self.text.len();
        let marks = from.marks();
        let first = marks.partition_point(|(at, _)| *at <= start);
        self.marks.push((here, mark_at(marks, start)));
        let inside = marks.iter().skip(first).take_while(|(at, _)| *at < end);
        self.marks.extend(inside.map(|(at, mark)| (here + at - start, *mark)));
        self.text.push_str(text);
    }

    /// The whole of another text; what has no place yet was printed at `at`. So was a text of one line whatever wrote it:
    /// where a helper gives a name or an image, the line that asks for it is the one to look at.
    pub fn print(&mut self, from: &Str, at: Option<Span>) {
        let first = self.marks.len();
        self.slice(from, 0..from.text.len());
        let line = at.is_some() && !from.text.contains('\n');
        for (_, mark) in self.marks.iter_mut().skip(first) {
            if line || mark.at.is_none() {
                *mark = Mark { at, exact: false, ..*mark };
            }
        }
    }

    pub fn len(&self) -> usize {
        self.text.len()
    }

    pub fn finish(self) -> Str {
        let marked = self.marks.iter().any(|(_, mark)| *mark != Mark::default());
        Str { text: self.text.into(), marks: marked.then(|| self.marks.into()) }
    }
}
