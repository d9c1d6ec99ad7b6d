//! A rendered text to objects, each value with its place in the template and in the values file.

use std::sync::Arc;

use super::engine::text::{Mark, Str, mark_at};
use super::engine::val::Holes;
use crate::format::yaml;
use crate::source::{FileId, Note, Span};
use crate::value::{Entry, HOLE_CLOSE, HOLE_OPEN, Node, Origins, TextPen, Unknown, Value, Why};

/// Reads a rendered text. Every place is one of the templates'; what has none stands at the beginning of `file`.
pub(super) fn documents(file: FileId, text: &Str, holes: &Holes) -> (Vec<Node>, Vec<Note>) {
    let (mut documents, mut notes) = yaml::documents(file, text.as_str(), yaml::Profile::KUBERNETES);
    let map = Places { file, text, holes };
    documents.iter_mut().for_each(|node| map.node(node));
    for note in &mut notes {
        note.span = note.span.map(|span| map.place(span));
    }
    (documents, notes)
}

struct Places<'a> {
    file: FileId,
    text: &'a Str,
    holes: &'a Holes,
}

impl Places<'_> {
    fn node(&self, node: &mut Node) {
        let rendered = node.origins.primary;
        let leaf = !matches!(node.value, Value::List(_) | Value::Map(_));
        match &mut node.value {
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item)),
            Value::Map(entries) => entries.iter_mut().for_each(|entry| self.entry(entry)),
            Value::String(text) if text.contains(HOLE_OPEN) => {
                let at = rendered.map(|span| self.place(span));
                node.value = self.holed(text, at);
            }
            Value::Unknown(unknown) => *unknown = Unknown::new(unknown.why.clone()),
            _ => {}
        }
        let Some(span) = rendered else { return };
        let via = if leaf { self.via(span) } else { Vec::new() };
        // an alias: where it stands and where its anchor does
        let related = node.origins.related().iter().map(|span| self.place(*span)).chain(via);
        let related: Vec<Span> = related.collect();
        node.origins = Origins::via(self.place(span), (!related.is_empty()).then(|| Arc::from(related)));
    }

    fn entry(&self, entry: &mut Entry) {
        let key = entry.key_span;
        self.node(&mut entry.value);
        entry.key_span = key.map(|span| self.place(span));
        if entry.key.contains(HOLE_OPEN) {
            let shown = entry.key.replace(HOLE_OPEN, "⟨").replace(HOLE_CLOSE, "⟩");
            entry.key = Arc::from(shown);
        }
    }

    /// A place in the rendered text as one in a template.
    fn place(&self, span: Span) -> Span {
        let marks = self.text.marks();
        let range = span.range();
        let first = self.first_mark(range.start);
        let last = mark_at(marks, range.end.saturating_sub(1).max(range.start));
        let Some(start) = first.at else { return Span { file: self.file, start: 0, end: 0 } };
        let start =
            if first.exact { Span { end: (start.start + 1).min(start.end.max(start.start)), ..start } } else { start };
        match last.at {
            Some(end) if end.file == start.file && end.start >= start.start => {
                // the last byte itself where it is written so
                let end = if last.exact { Span { end: end.start + 1, ..end } } else { end };
                start.to(end)
            }
            _ => start,
        }
    }

    /// The mark at an offset, or the next one that has a place: padding of `nindent` has none of its own.
    fn first_mark(&self, offset: usize) -> Mark {
        let marks = self.text.marks();
        let mark = mark_at(marks, offset);
        if mark.at.is_some() {
            return mark;
        }
        let after = marks.partition_point(|(start, _)| *start <= offset);
        marks.iter().skip(after).map(|(_, mark)| *mark).find(|mark| mark.at.is_some()).unwrap_or(mark)
    }

    /// The keys of values files that a value was printed from.
    fn via(&self, span: Span) -> Vec<Span> {
        let range = span.range();
        let marks = self.text.marks();
        let from = marks.partition_point(|(start, _)| *start <= range.start).saturating_sub(1);
        let inside = marks.iter().skip(from).take_while(|(start, _)| *start < range.end.max(range.start + 1));
        let mut found: Vec<Span> = Vec::new();
        for via in inside.filter_map(|(_, mark)| mark.via) {
            if !found.contains(&via) && found.len() < 4 {
                found.push(via);
            }
        }
        found
    }

    /// A text with the holes that a template left in it.
    fn holed(&self, text: &str, at: Option<Span>) -> Value {
        let mut pen = TextPen::default();
        let mut rest = text;
        let mut only = None;
        while let Some((before, after)) = rest.split_once(HOLE_OPEN) {
            let (id, after) = after.split_once(HOLE_CLOSE).unwrap_or((after, ""));
            let known = id.parse().ok().and_then(|id| self.holes.get(id));
            let why =
                known.map_or_else(|| Why::Expression("a template left it open".into()), |known| known.why.clone());
            let unknown = match at {
                Some(at) => Unknown::at(why, at),
                None => Unknown::new(why),
            };
            only = (before.is_empty() && after.is_empty() && pen.is_empty()).then(|| unknown.clone());
            pen.known(before);
            pen.hole(unknown);
            rest = after;
        }
        pen.known(rest);
        match only {
            Some(unknown) => Value::Unknown(unknown),
            None => pen.finish(),
        }
    }
}
