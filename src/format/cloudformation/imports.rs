//! `Fn::ImportValue` across the templates of a scan: what one puts out under a name is what another takes in under it, as
//! long as only one does.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html>

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::stack::{Cx, Stack, span_of};
use crate::format::Export;
use crate::format::trace::through;
use crate::value::{Block, Dialect, Node, Origins, TextPen, UnitId, Unknown, Value, Why};

/// How often what is put out may be taken in from somewhere else.
const LONGEST: usize = 8;

/// How the reason of what is taken in begins: the name follows.
const EXPORT: &str = "export ";

/// The reason why what is put out under a name is not known, unless a template of the scan puts it out.
pub(super) fn not_seen(name: &str) -> Arc<str> {
    Arc::from(format!("{EXPORT}{name}"))
}

impl Stack<'_> {
    /// Adds what the stack puts out under a name that is known; what a condition takes away is not put out.
    pub fn exports(&self) {
        for output in self.section("Outputs") {
            let Some(name) = output.value.get("Export").and_then(|export| export.get("Name")) else { continue };
            let condition = output.value.get("Condition").and_then(Node::as_str);
            let decided = condition.map(|condition| self.decides(condition, span_of(&output.value), Cx::default()));
            if let Some(Ok(false)) = decided {
                continue;
            }
            let assumed = condition.map_or_else(Vec::new, |condition| self.assume(condition, true, Cx::default()));
            let Some(Value::String(name)) = self.eval(name, Cx { assumed: &assumed }).map(|name| name.value) else {
                continue;
            };
            if let Some(value) = self.put_out(output) {
                self.shared.export(Export { unit: self.shared.unit, name, value });
            }
        }
    }
}

/// Puts what templates of the scan put out where others take it in. Says which takes in from which.
pub fn link(blocks: &mut [Block], exports: Vec<Export>) -> BTreeSet<(UnitId, UnitId)> {
    let mut taken = BTreeSet::new();
    if exports.is_empty() {
        return taken;
    }
    let mut by_name: BTreeMap<Arc<str>, Vec<Export>> = BTreeMap::new();
    for export in exports {
        by_name.entry(export.name.clone()).or_default().push(export);
    }
    let exports = Exports { by_name, asked: RefCell::default() };
    for block in blocks.iter_mut().filter(|block| block.dialect == Dialect::Native) {
        exports.fill(&mut block.body, 0);
        taken.extend(exports.asked.take().into_iter().map(|of| (block.unit, of)));
    }
    taken
}

/// What templates put out, by name.
struct Exports {
    by_name: BTreeMap<Arc<str>, Vec<Export>>,
    /// Whose was asked for.
    asked: RefCell<BTreeSet<UnitId>>,
}

impl Exports {
    fn fill(&self, node: &mut Node, depth: usize) {
        match &mut node.value {
            Value::Map(entries) => entries.iter_mut().for_each(|entry| self.fill(&mut entry.value, depth)),
            Value::List(items) => items.iter_mut().for_each(|item| self.fill(item, depth)),
            Value::Unknown(unknown) => {
                if let Some(found) = self.taken_in(unknown, &node.origins, depth) {
                    *node = found;
                }
            }
            Value::Text(text) if text.holes.iter().any(|hole| self.named(hole).is_some()) => {
                let mut pen = TextPen::default();
                let mut from = node.origins.clone();
                for piece in text.pieces() {
                    let hole = match &piece {
                        crate::value::Piece::Hole(hole) => self.taken_in(hole, &Origins::NONE, depth),
                        crate::value::Piece::Known(_) => None,
                    };
                    match hole {
                        Some(found) => {
                            from = from.and(&found.origins);
                            match found.value {
                                Value::String(known) => pen.known(&known),
                                Value::Text(holed) => pen.text(&holed),
                                Value::Unknown(unknown) => pen.hole(unknown),
                                _ => pen.piece(piece),
                            }
                        }
                        None => pen.piece(piece),
                    }
                }
                *node = Node { value: pen.finish(), origins: from };
            }
            _ => {}
        }
    }

    /// What is put out under the name that an unknown stands for.
    fn named<'u>(&self, unknown: &'u Unknown) -> Option<(&'u str, &[Export])> {
        let Why::NotSeen(what) = &unknown.why else { return None };
        let name = what.strip_prefix(EXPORT)?;
        Some((name, self.by_name.get(name)?))
    }

    fn taken_in(&self, unknown: &Unknown, at: &Origins, depth: usize) -> Option<Node> {
        let (name, found) = self.named(unknown)?;
        self.asked.borrow_mut().extend(found.iter().map(|export| export.unit));
        let [export] = found else {
            let why = format!("{} templates of the scan put out `{name}`", found.len());
            let unknown = Unknown { why: Why::Expression(Arc::from(why)), ..unknown.clone() };
            // it refers to one of several, so to none that can be told
            let unknown = Arc::new(Unknown { refers: Vec::new(), ..unknown });
            return Some(Node { value: Value::Unknown(unknown), origins: at.clone() });
        };
        let mut value = export.value.clone();
        if depth >= LONGEST {
            let unknown = Unknown { why: Why::Cycle(Arc::from(name)), refers: Vec::new(), ..unknown.clone() };
            return Some(Node { value: Value::Unknown(Arc::new(unknown)), origins: at.clone() });
        }
        self.fill(&mut value, depth + 1);
        let origins = match at.primary {
            Some(span) => through(span, &value.origins),
            None => value.origins.clone(),
        };
        Some(Node { value: value.value, origins })
    }
}
