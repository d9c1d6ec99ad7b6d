//! Byte ranges to lines and columns, for the files that are reported on and no others.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::source::{FileId, LineIndex, Position, Span, Tree};

/// A place as people and other programs read it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Place {
    /// The file, relative to the root.
    pub file: Arc<str>,
    /// Where it begins.
    pub start: Position,
    /// Where it ends: the first column that is no longer part of it.
    pub end: Position,
    /// The same as bytes.
    pub span: Span,
}

/// Works places out; each file's lines are counted once.
pub struct Lines<'t> {
    tree: &'t Tree,
    indexes: BTreeMap<FileId, LineIndex>,
}

impl<'t> Lines<'t> {
    /// For the files of `tree`.
    pub fn new(tree: &'t Tree) -> Self {
        Self { tree, indexes: BTreeMap::new() }
    }

    /// The tree.
    pub fn tree(&self) -> &'t Tree {
        self.tree
    }

    /// Where `span` is, if its file was read. White space at its end is left out.
    pub fn place(&mut self, span: Span) -> Option<Place> {
        self.tree.text(span.file).ok()?;
        let text = self.text(span.file);
        let index = self.indexes.entry(span.file).or_insert_with(|| LineIndex::new(text));
        let range = span.range();
        let length = text.get(range.clone()).map_or(range.len(), |slice| slice.trim_end().len());
        let start = index.position(text, range.start);
        let end = index.position(text, range.start + length);
        let span = Span::new(span.file, range.start..range.start + length);
        Some(Place { file: self.tree.path(span.file), start, end: end.max(start), span })
    }

    /// Line number `line` of `file`.
    pub fn line(&mut self, file: FileId, line: usize) -> Option<&'t str> {
        let text = self.text(file);
        self.indexes.entry(file).or_insert_with(|| LineIndex::new(text)).line(text, line)
    }

    fn text(&self, file: FileId) -> &'t str {
        self.tree.text(file).map_or("", |text| &**text)
    }
}
