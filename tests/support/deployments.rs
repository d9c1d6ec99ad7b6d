//! Reading templates of Azure and showing what they come to; shared by the tests of both languages.

#[path = "blocks.rs"]
mod blocks;
#[path = "facts.rs"]
mod facts;

pub use blocks::{block, show};
use deodar::format::Settings;
use deodar::provider::{Blocks, Context, normalise, respell};
use deodar::rule::places;
use deodar::source::Note;
use deodar::value::Block;
use facts::check;

/// Reads a tree of texts.
pub fn read(texts: &[(&str, &str)]) -> (Vec<Block>, Vec<Note>) {
    let (_, blocks, notes) = blocks::read_with(texts, &Settings::default());
    (blocks, notes)
}

/// What must be known of the resources of a tree of texts; see `check`.
#[track_caller]
pub fn facts(texts: &[(&str, &str)], expected: &str) {
    let blocks = respell(read(texts).0);
    let blocks = Blocks::new(&blocks);
    let context = Context { blocks: &blocks, own_accounts: None, whole: false, places: places() };
    check(&normalise(&context).0, expected);
}
