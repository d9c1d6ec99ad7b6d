//! Plans led back to their sources: where the Terraform root that a plan was made of is in the scan, each of its resources
//! stands where that root writes it, and the plan's own place beside.

use std::collections::HashMap;

use crate::format::{Unit, formats};
use crate::source::Span;
use crate::value::{Block, Entry, Node, Origins, UnitId, Value};

/// Gives the blocks of plans the places of their sources: the root of the plan's folder, or of the nearest one above it.
pub fn lead_back(units: &[Unit], blocks: &mut [Block]) {
    let of = |unit: &Unit, format: &str| formats().get(unit.format).is_some_and(|known| known.name() == format);
    let roots: HashMap<&str, UnitId> =
        units.iter().filter(|unit| of(unit, "terraform")).map(|unit| (&*unit.folder, unit.id)).collect();
    let plans: HashMap<UnitId, UnitId> = units
        .iter()
        .filter(|unit| of(unit, "terraform-plan"))
        .filter_map(|unit| Some((unit.id, above(&unit.folder).find_map(|folder| roots.get(folder))?)))
        .map(|(plan, root)| (plan, *root))
        .collect();
    if plans.is_empty() {
        return;
    }
    let mut sources: HashMap<(UnitId, String), usize> = HashMap::new();
    for (at, block) in blocks.iter().enumerate().filter(|(_, block)| plans.values().any(|root| *root == block.unit)) {
        sources.insert((block.unit, block.address.to_string()), at);
        // of several instances the first, as all are written in one place
        sources.entry((block.unit, without_keys(&block.address))).or_insert(at);
    }
    let source = |block: &Block| {
        let root = *plans.get(&block.unit)?;
        let exact = sources.get(&(root, block.address.to_string()));
        blocks.get(*exact.or_else(|| sources.get(&(root, without_keys(&block.address))))?)
    };
    let moved: Vec<(usize, Block)> =
        blocks.iter().enumerate().filter_map(|(at, block)| Some((at, placed(block, source(block)?)))).collect();
    for (at, block) in moved {
        if let Some(place) = blocks.get_mut(at) {
            *place = block;
        }
    }
}

/// A folder and those above it: `a/b`, `a`, and the root.
pub(super) fn above(folder: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(folder), |folder| match folder.rfind('/') {
        Some(at) => folder.get(..at),
        None => (!folder.is_empty()).then_some(""),
    })
}

/// An address without the keys of its instances.
fn without_keys(address: &str) -> String {
    let mut depth = 0usize;
    let keep = |letter: &char| {
        match letter {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    };
    address.chars().filter(keep).collect()
}

/// A block of a plan where its source writes it. Its span stays the plan's, as that tells what the plan changes.
fn placed(planned: &Block, source: &Block) -> Block {
    let lead = Lead { head: source.head };
    let mut body = lead.node(&planned.body, Some(&source.body));
    // what is not written is missed at the resource, whose address says most in the plan
    body.origins = Origins::at(source.head).and(&Origins::at(planned.head));
    Block { head: source.head, via: source.via.clone(), body, ..planned.clone() }
}

struct Lead {
    /// Where what the source does not write is missed.
    head: Span,
}

impl Lead {
    fn node(&self, planned: &Node, written: Option<&Node>) -> Node {
        let value = match &planned.value {
            Value::Map(entries) => {
                let inner = |key: &str| written.and_then(first).and_then(|map| map.get(key));
                Value::Map(entries.iter().map(|entry| self.entry(entry, inner(&entry.key))).collect())
            }
            Value::List(items) => {
                let of = |at: usize| match written.map(|node| &node.value) {
                    Some(Value::List(others)) if others.len() == items.len() => others.get(at),
                    _ => written,
                };
                Value::List(items.iter().enumerate().map(|(at, item)| self.node(item, of(at))).collect())
            }
            other => other.clone(),
        };
        let place = match written {
            // the source says something else by now, and a line must not contradict what is said of it
            Some(written) if differ(planned, written) => return Node { value, origins: planned.origins.clone() },
            Some(written) if written.origins.primary.is_some() => written.origins.clone(),
            _ => Origins::at(self.head),
        };
        Node { value, origins: place.and(&planned.origins) }
    }

    fn entry(&self, entry: &Entry, written: Option<&Node>) -> Entry {
        Entry { value: self.node(&entry.value, written), ..entry.clone() }
    }
}

/// The node itself, or the only one of a list: blocks of at most one are written both ways.
fn first(node: &Node) -> Option<&Node> {
    match &node.value {
        Value::List(items) => items.first(),
        _ => Some(node),
    }
}

/// Whether both are known and not the same.
fn differ(planned: &Node, written: &Node) -> bool {
    let text = |node: &Node| node.text("").value().cloned();
    match (text(planned), text(written)) {
        (Some(planned), Some(written)) => planned != written,
        _ => false,
    }
}
