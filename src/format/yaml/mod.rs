//! YAML to nodes: several documents, anchors, aliases and merge keys, with a place on every value and key.
//!
//! **Invariant:** reading never fails and never grows beyond a budget that is linear in the text. A document that is
//! broken is lost whole, with a note; those before and after it are kept.

mod frame;
mod scalar;

use std::collections::BTreeMap;
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError, Tag};

use crate::source::{FileId, Note, NoteKind, Span};
use crate::value::{Entry, Node, Origins, Unknown, Value, Why};
use frame::{Frame, Piece};
pub use scalar::Scalars;

/// How deep nodes may nest, aliases counted as what they stand for.
const DEPTH: usize = 512;
/// Nodes that aliases may add to a file, besides one for each byte of its text.
const EXPANSION: usize = 100_000;
/// Broken documents and repeated keys that are noted in one file; the rest of the file is then given up.
const NOTES: usize = 100;

/// How a reader takes its YAML.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// What plain scalars mean.
    pub scalars: Scalars,
    /// The key under which a node with a local tag (`!Sub`) is put, in a map of that one key; none drops the tag.
    pub tags: fn(&str) -> Option<&'static str>,
}

impl Profile {
    /// As Kubernetes reads it: YAML 1.1 scalars, no tags.
    pub const KUBERNETES: Self = Self { scalars: Scalars::Yaml11, tags: |_| None };
    /// The core schema of YAML 1.2, no tags.
    pub const CORE: Self = Self { scalars: Scalars::Core, tags: |_| None };
}

/// Reads every document of `text`; documents that hold nothing are left out. Notes have a place and no path: the
/// caller knows the file.
pub fn documents(file: FileId, text: &str, profile: Profile) -> (Vec<Node>, Vec<Note>) {
    let mut options = granit_parser::options! { emit_unresolved_aliases: true };
    options.set_emit_comments(false);
    let mut parser = Parser::new_from_str_with_options(text, options);
    let mut composer = Composer::new(file, text, profile);
    while let Some(event) = parser.next_event() {
        match event {
            Ok((event, span)) => composer.event(&event, span),
            Err(error) => {
                if composer.broken(&error) || !matches!(parser.proceed_next_document(), Ok(true)) {
                    break;
                }
            }
        }
    }
    composer.finish()
}

/// A node that aliases may stand for.
struct Anchor {
    node: Node,
    size: usize,
    depth: usize,
}

/// Builds documents out of the parser's events.
struct Composer<'t> {
    file: FileId,
    text: &'t str,
    profile: Profile,
    stack: Vec<Frame>,
    anchors: BTreeMap<usize, Anchor>,
    /// Nodes that may still be copied into anchors, and out of them.
    anchor_budget: usize,
    alias_budget: usize,
    documents: Vec<Node>,
    errors: Vec<Note>,
    notes: Vec<Note>,
    over_budget: bool,
}

impl<'t> Composer<'t> {
    fn new(file: FileId, text: &'t str, profile: Profile) -> Self {
        let budget = text.len() + EXPANSION;
        Self {
            file,
            text,
            profile,
            stack: Vec::new(),
            anchors: BTreeMap::new(),
            anchor_budget: budget,
            alias_budget: budget,
            documents: Vec::new(),
            errors: Vec::new(),
            notes: Vec::new(),
            over_budget: false,
        }
    }

    fn span(&self, range: std::ops::Range<usize>) -> Span {
        Span::new(self.file, range)
    }

    fn event(&mut self, event: &Event<'_>, place: granit_parser::Span) {
        let range = place.byte_range().unwrap_or(0..0);
        match event {
            Event::DocumentStart(..) | Event::DocumentEnd => {
                self.stack.clear();
                self.anchors.clear();
            }
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, *style, *anchor, tag.as_deref(), range),
            Event::SequenceStart(_, anchor, tag) => {
                let tag = self.wrapping(tag.as_deref());
                self.stack.push(Frame::list(self.dash(range.start), *anchor, tag));
            }
            Event::MappingStart(_, anchor, tag) => {
                let tag = self.wrapping(tag.as_deref());
                self.stack.push(Frame::map(range.start, *anchor, tag));
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(&range),
            Event::Alias(id) => self.alias(*id, range),
            Event::UnresolvedAlias(name) => {
                let span = self.span(range.clone());
                let why = Why::Expression(format!("the alias `*{name}` stands for nothing").into());
                self.note(NoteKind::PartLost, format!("the alias `*{name}` has no anchor before it"), span);
                self.add(Piece::leaf(Node::at(Value::Unknown(Unknown::at(why, span)), span), range.end));
            }
            _ => {}
        }
    }

    /// Where a list begins: the parser places one that is not indented under its key after its first dash.
    fn dash(&self, start: usize) -> usize {
        let (Some(before), Some(rest)) = (self.text.get(..start), self.text.get(start..)) else { return start };
        let indicator = rest.starts_with('[')
            || rest.strip_prefix('-').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t', '\r', '\n']));
        match before.trim_end_matches([' ', '\t']).strip_suffix('-') {
            Some(before) if !indicator && (before.is_empty() || before.ends_with([' ', '\n'])) => before.len(),
            _ => start,
        }
    }

    /// The key that a node's tag asks for.
    fn wrapping(&self, tag: Option<&Tag>) -> Option<&'static str> {
        let tag = tag.filter(|tag| tag.is_custom())?;
        (self.profile.tags)(&tag.original())
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        mut range: std::ops::Range<usize>,
    ) {
        // a block scalar ends where the next token begins: leave the line breaks to the text around it
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let written = self.text.get(range.clone()).unwrap_or("");
            range.end = range.start + written.trim_end().len();
        }
        if let Some(frame) = self.stack.last_mut()
            && frame.wants_key()
        {
            let merge = text == "<<" && style == ScalarStyle::Plain && tag.is_none_or(Tag::is_custom);
            frame.key(Arc::from(text), Span::new(self.file, range.clone()), merge);
            if anchor != 0 {
                let node = Node::at(Value::String(Arc::from(text)), self.span(range));
                self.keep(anchor, &Piece::leaf(node, 0));
            }
            return;
        }
        let value = match tag {
            Some(tag) if tag.is_custom() => Value::String(Arc::from(text)),
            Some(tag) => scalar::tagged(tag.core_suffix().unwrap_or(""), text, self.profile.scalars)
                .unwrap_or_else(|| Value::String(Arc::from(text))),
            None if style == ScalarStyle::Plain => scalar::plain(text, self.profile.scalars),
            None => Value::String(Arc::from(text)),
        };
        let mut span = self.span(range.clone());
        // nothing was written: point at the key that has no value
        if range.is_empty() {
            span = self.stack.last().and_then(Frame::key_span).unwrap_or(span);
        }
        let mut piece = Piece::leaf(Node::at(value, span), span.end as usize);
        piece.wrap(self.wrapping(tag));
        self.keep(anchor, &piece);
        self.add(piece);
    }

    /// Remembers a node for aliases, if it has an anchor.
    fn keep(&mut self, anchor: usize, piece: &Piece) {
        if anchor == 0 {
            return;
        }
        let Some(left) = self.anchor_budget.checked_sub(piece.size) else { return };
        self.anchor_budget = left;
        self.anchors.insert(anchor, Anchor { node: piece.node.clone(), size: piece.size, depth: piece.depth });
    }

    fn alias(&mut self, id: usize, range: std::ops::Range<usize>) {
        let span = self.span(range.clone());
        let open = self.stack.iter().any(|frame| frame.anchor == id);
        let Some(anchor) = self.anchors.get(&id).filter(|_| !open) else {
            let name = Arc::from(self.text.get(range.clone()).unwrap_or("*"));
            let why = if open { Why::Cycle(name) } else { self.breach(span) };
            self.add(Piece::leaf(Node::at(Value::Unknown(Unknown::at(why, span)), span), range.end));
            return;
        };
        let left = self.alias_budget.checked_sub(anchor.size);
        if left.is_none() || self.stack.len() + anchor.depth > DEPTH {
            let why = self.breach(span);
            self.alias_budget = 0;
            self.add(Piece::leaf(Node::at(Value::Unknown(Unknown::at(why, span)), span), range.end));
            return;
        }
        let mut node = anchor.node.clone();
        let (size, depth) = (anchor.size, anchor.depth);
        node.origins = Origins::at(span).and(&node.origins);
        self.alias_budget = left.unwrap_or(0);
        self.add(Piece { node, size, depth, end: range.end });
    }

    /// Notes once that aliases stand for more than a file may hold.
    fn breach(&mut self, span: Span) -> Why {
        if !self.over_budget {
            self.over_budget = true;
            self.note(
                NoteKind::PartLost,
                "the aliases stand for more than a file may hold; what they stand for was not read".into(),
                span,
            );
        }
        Why::Budget("the expansion of YAML aliases".into())
    }

    /// Ends the innermost list or map.
    fn close(&mut self, range: &std::ops::Range<usize>) {
        let Some(frame) = self.stack.pop() else { return };
        let anchor = frame.anchor;
        // the end of a flow collection is its bracket; the end of a block one is the next token's start: trim it
        let bracket = matches!(self.text.get(range.clone()), Some("]" | "}"));
        let (piece, dropped) = frame.close(self.file, bracket.then_some(range.end));
        for entry in dropped {
            self.repeated(&entry);
        }
        self.keep(anchor, &piece);
        self.add(piece);
    }

    fn repeated(&mut self, entry: &Entry) {
        if let Some(span) = entry.key_span {
            self.note(NoteKind::Info, format!("`{}` is written twice in one map; the last one holds", entry.key), span);
        }
    }

    /// Puts a finished node where it belongs.
    fn add(&mut self, piece: Piece) {
        match self.stack.last_mut() {
            Some(frame) if frame.wants_key() => {
                let span = piece.node.origins.primary;
                let written = span.and_then(|span| self.text.get(span.range())).unwrap_or("");
                let key = piece.node.as_str().map_or_else(|| Arc::from(written), Arc::from);
                let span = span.unwrap_or_else(|| Span::new(self.file, piece.end..piece.end));
                frame.key(key, span, false);
            }
            Some(frame) => frame.add(piece),
            None if piece.node.is_null() => {}
            None => self.documents.push(piece.node),
        }
    }

    fn note(&mut self, kind: NoteKind, message: String, span: Span) {
        if self.notes.len() < NOTES {
            self.notes.push(Note::new(kind, message).at(span));
        }
    }

    /// Gives up the document that is being read. True if the rest of the file is given up as well.
    fn broken(&mut self, error: &ScanError) -> bool {
        self.stack.clear();
        self.anchors.clear();
        let start = error.marker().byte_offset().unwrap_or(0).min(self.text.len());
        let line = self.text.get(start..).and_then(|rest| rest.lines().next()).map_or(0, str::len);
        let span = self.span(start..start + line);
        let last = self.errors.len() + 1 >= NOTES;
        let message = if last {
            "the rest of the file was not read, as too many of its documents are broken".to_owned()
        } else {
            format!("a YAML document cannot be read: {}", super::lower_first(&error.info()))
        };
        self.errors.push(Note::new(NoteKind::PartLost, message).at(span));
        last
    }

    fn finish(mut self) -> (Vec<Node>, Vec<Note>) {
        if self.documents.is_empty() {
            self.errors.iter_mut().for_each(|note| note.kind = NoteKind::Unreadable);
        }
        self.errors.append(&mut self.notes);
        self.errors.sort_by_key(|note| note.span);
        (self.documents, self.errors)
    }
}

#[cfg(test)]
mod tests;
