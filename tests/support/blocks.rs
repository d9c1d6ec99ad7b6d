//! Reading a tree of texts into blocks, and showing values; shared by the tests of the formats.

#![allow(dead_code, reason = "each test takes what it needs")]

use deodar::format::{self, Reading, Settings};
use deodar::source::{Note, Tree};
use deodar::value::{Block, HOLE_CLOSE, HOLE_OPEN, MAYBE, Node, Unknown, Value};

/// Reads a tree of texts.
pub fn read_with(texts: &[(&str, &str)], settings: &Settings) -> (Tree, Vec<Block>, Vec<Note>) {
    let tree = Tree::from_texts(texts.iter().copied());
    let (units, _) = format::units(&tree);
    let (mut blocks, mut notes) = (Vec::new(), Vec::new());
    for unit in &units {
        let Reading { blocks: more, notes: said, .. } = format::formats()[unit.format].read(&tree, unit, settings);
        blocks.extend(more);
        notes.extend(said);
    }
    (tree, blocks, notes)
}

/// Their addresses, in order.
pub fn addresses(blocks: &[Block]) -> Vec<&str> {
    blocks.iter().map(|block| &*block.address).collect()
}

/// The block with that address.
#[track_caller]
pub fn block<'b>(blocks: &'b [Block], address: &str) -> &'b Block {
    match blocks.iter().find(|block| &*block.address == address) {
        Some(block) => block,
        None => panic!("no `{address}` in {:?}", addresses(blocks)),
    }
}

/// A value in short: `?` and the reason for what is unknown, `->` and what it refers to, `~` before what may not be there.
pub fn show(node: &Node) -> String {
    let unknown = |unknown: &Unknown| {
        let refers: Vec<String> = unknown.refers.iter().map(|to| format!("{}.{}", to.address, to.attribute)).collect();
        match (refers.is_empty(), unknown.is_reference()) {
            (true, _) => format!("?({unknown})"),
            (false, true) => format!("->{}", refers.join(",")),
            (false, false) => format!("?->{}", refers.join(",")),
        }
    };
    match &node.value {
        Value::Null => "null".into(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.to_string(),
        Value::Text(text) => {
            let mut shown = text.text.to_string();
            for (at, hole) in text.holes.iter().enumerate() {
                shown = shown.replace(&format!("{HOLE_OPEN}{at}{HOLE_CLOSE}"), &unknown(hole));
            }
            shown
        }
        Value::List(items) => format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let named = entries.iter().filter(|entry| &*entry.key != MAYBE);
            let each: Vec<String> = named.map(|entry| format!("{}={}", entry.key, show(&entry.value))).collect();
            format!("{}{{{}}}", if node.maybe().is_some() { "~" } else { "" }, each.join(" "))
        }
        Value::Redacted(_) => "redacted".into(),
        Value::Unknown(why) => unknown(why),
    }
}
