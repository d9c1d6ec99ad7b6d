//! The fragments that speak of one resource, read as one: what the first of them says, and what others may say.

use std::sync::Arc;

use crate::value::{Block, Known, Node, Origins, Unknown};

/// The fragments of one type that speak of one resource.
pub struct Joined<'b> {
    /// The fragments, in order.
    pub blocks: Vec<&'b Block>,
    /// Set when another fragment may speak of it too.
    pub open: Option<Arc<Unknown>>,
    /// The place of what none of them says.
    pub(super) nowhere: Origins,
}

macro_rules! read_through {
    ($($(#[doc = $doc:literal])+ $name:ident -> $ty:ty;)*) => { $(
        $(#[doc = $doc])+
        pub fn $name(&self, path: &str) -> Known<$ty> {
            self.read(|node| node.$name(path))
        }
    )* };
}

impl<'b> Joined<'b> {
    /// Reads from the first fragment that says something; unknown if none does and another may.
    fn read<T>(&self, read: impl Fn(&'b Node) -> Known<T>) -> Known<T> {
        let mut unset = None;
        for block in &self.blocks {
            let known = read(&block.body);
            if !known.is_unset() {
                return known;
            }
            unset.get_or_insert(known);
        }
        match (&self.open, unset) {
            (Some(open), _) => Known::unknown(open.clone(), self.nowhere.clone()),
            (None, Some(unset)) => unset,
            (None, None) => Known::unset(self.nowhere.clone()),
        }
    }

    read_through! {
        /// A Boolean of the first fragment that has it.
        bool -> bool;
        /// A text.
        text -> Arc<str>;
        /// A whole number.
        int -> i64;
        /// A set of texts.
        texts -> std::collections::BTreeSet<Arc<str>>;
        /// A link.
        link -> crate::model::Link;
    }

    /// Whether a fragment speaks of the resource at all.
    pub fn exists(&self) -> Known<bool> {
        match (self.blocks.first(), &self.open) {
            (Some(block), _) => Known::set(true, Origins::at(block.head)),
            (None, Some(open)) => Known::unknown(open.clone(), self.nowhere.clone()),
            (None, None) => Known::default_of(false, self.nowhere.clone()),
        }
    }

    /// Every item at `path` of every fragment. Look at `open` as well.
    pub fn each(&self, path: &str) -> Vec<&'b Node> {
        self.blocks.iter().flat_map(|block| block.body.each(path)).collect()
    }

    /// `Some` fact that other fragments may make true: to be put into an `any` beside what the known fragments say.
    pub fn maybe(&self) -> Option<Known<bool>> {
        self.open.as_ref().map(|open| Known::unknown(open.clone(), self.nowhere.clone()))
    }
}
