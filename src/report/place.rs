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
    indexes: BTreeMap<FileId, Option<LineIndex<'t>>>,
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
        let index = self.index(span.file)?;
        let start = index.position(span.start.into()).ok()?;
        let text = self.tree.slice(span);
        let space = text.len() - text.trim_end().len();
        let span = Span::new(span.file, span.start as usize..(span.end as usize).saturating_sub(space));
        let end = self.index(span.file)?.position(span.end.into()).ok()?;
        Some(Place { file: self.tree.path(span.file), start, end: end.max(start), span })
    }

    /// The line on which `place` begins, or what lies around it on a long one, and the column at which that begins.
    pub fn line(&mut self, place: &Place) -> Option<(String, usize)> {
        self.index(place.span.file)?.around(place.span.start.into()).ok()
    }

    fn index(&mut self, file: FileId) -> Option<&mut LineIndex<'t>> {
        let tree = self.tree;
        let index = self.indexes.entry(file).or_insert_with(|| {
            // a file that nobody could read has no places
            let read = tree.was_read(file) || tree.text(file).is_ok();
            read.then(|| LineIndex::new(tree.open(file).ok()?).ok())?
        });
        index.as_mut()
    }
}
