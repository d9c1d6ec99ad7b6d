//! Reading templates of Azure and showing what they come to; shared by the tests of both languages.

use deodar::format::{self, Reading, Settings};
use deodar::model::{Resource, Scalar};
use deodar::provider::{Blocks, Context, normalise, respell};
use deodar::rule::places;
use deodar::source::{Note, Tree};
use deodar::value::{Block, HOLE_CLOSE, HOLE_OPEN, MAYBE, Node, State, Unknown, Value};

/// Reads a tree of texts.
pub fn read(texts: &[(&str, &str)]) -> (Vec<Block>, Vec<Note>) {
    let tree = Tree::from_texts(texts.iter().copied());
    let (mut blocks, mut notes) = (Vec::new(), Vec::new());
    for unit in &format::units(&tree).0 {
        let reading = format::formats()[unit.format].read(&tree, unit, &Settings::default());
        let Reading { blocks: more, notes: said, .. } = reading;
        blocks.extend(more);
        notes.extend(said);
    }
    (blocks, notes)
}

/// The block with that address.
#[track_caller]
pub fn block<'b>(blocks: &'b [Block], address: &str) -> &'b Block {
    blocks.iter().find(|block| &*block.address == address).unwrap_or_else(|| {
        let all: Vec<&str> = blocks.iter().map(|block| &*block.address).collect();
        panic!("no `{address}` in {all:?}")
    })
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
        Value::Redacted => "redacted".into(),
        Value::Unknown(why) => unknown(why),
    }
}

/// Each line: an address, a fact, what it must be; `?` where it cannot be told.
#[track_caller]
pub fn facts(texts: &[(&str, &str)], expected: &str) {
    let blocks = respell(read(texts).0);
    let blocks = Blocks::new(&blocks);
    let context = Context { blocks: &blocks, own_accounts: None, whole: false, places: places() };
    let resources = normalise(&context).0;
    let lines = expected.lines().map(str::trim).filter(|line| !line.is_empty());
    let said: Vec<String> = lines
        .clone()
        .map(|line| {
            let mut words = line.split_whitespace();
            let (address, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            format!("{address} {name} {}", fact(&resources, address, name))
        })
        .collect();
    let wanted: Vec<String> = lines.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(said, wanted);
}

fn fact(resources: &[Resource], address: &str, name: &str) -> String {
    let found = resources.iter().find(|resource| resource.full_address() == address && resource.fact(name).is_some());
    let resource = found.unwrap_or_else(|| {
        let all: Vec<_> = resources.iter().map(Resource::full_address).collect();
        panic!("no {address} with {name} among {all:?}")
    });
    let (_, state, _) = resource.fact(name).expect("it is declared");
    match state {
        State::Set(scalar) | State::Default(scalar) => match scalar {
            Scalar::Bool(flag) => flag.to_string(),
            Scalar::Long(number) => number.to_string(),
            Scalar::Text(text) => text.to_owned(),
            Scalar::Link(link) => format!("{:?}", link.target),
            other => format!("{other:?}"),
        },
        State::Unset => "-".into(),
        State::Unknown(_) => "?".into(),
    }
}
