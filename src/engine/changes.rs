//! What a plan changes: only verdicts that rest on it are kept, where that is asked for. What stays as it is has been
//! read and linked all the same, so that a changed resource is judged with all that it refers to.

use std::collections::BTreeSet;

use crate::engine::verdict::{Evidence, Judgement, Outcome, Verdict};
use crate::model::Inventory;
use crate::source::{Note, NoteKind, Span};
use crate::value::{Block, Origins};

/// The blocks of plans, by place.
#[derive(Default)]
pub struct Changes {
    changed: BTreeSet<Span>,
    unchanged: BTreeSet<Span>,
}

impl Changes {
    /// The blocks of one unit, and which of them its plan leaves as they are.
    pub fn take(&mut self, blocks: &[Block], unchanged: BTreeSet<Span>) {
        if !unchanged.is_empty() {
            self.changed.extend(blocks.iter().map(|block| block.span).filter(|span| !unchanged.contains(span)));
            self.unchanged.extend(unchanged);
        }
    }

    /// Leaves out the verdicts on what no plan changes, but for those that a changed resource has a part in: the
    /// statement that opens a bucket. Says how many resources were left out.
    pub fn only(
        &self,
        judgement: &mut Judgement,
        inventory: &Inventory,
        evidence: &dyn Fn(&Verdict) -> Evidence,
    ) -> Option<Note> {
        let (mut left, mut kept) = (BTreeSet::new(), BTreeSet::new());
        judgement.verdicts.retain(|verdict| {
            let resource = inventory.get(verdict.resource).filter(|resource| self.unchanged.contains(&resource.span));
            let Some(resource) = resource else { return true };
            let keeps = verdict.outcome != Outcome::Holds && self.touches(&evidence(verdict));
            let of = if keeps { &mut kept } else { &mut left };
            of.insert((resource.unit, &resource.address));
            keeps
        });
        let left_out = left.difference(&kept).count();
        let (resources, were) = if left_out == 1 { ("resource", "was") } else { ("resources", "were") };
        let message = format!("{left_out} {resources} that the plan leaves as they are {were} not judged");
        (left_out > 0)
            .then(|| Note::new(NoteKind::Configuration, message).help("leave `--changed-only` out to judge everything"))
    }

    fn touches(&self, evidence: &Evidence) -> bool {
        let items = evidence.primary.iter().chain(&evidence.related);
        items.flat_map(|item| places(&item.origins)).any(|place| {
            // blocks do not overlap: the last that begins before the place is the only one that may hold it
            let upper = Span { end: u32::MAX, ..place };
            self.changed.range(..=upper).next_back().is_some_and(|block| block.holds(place))
        })
    }
}

fn places(origins: &Origins) -> impl Iterator<Item = Span> {
    origins.primary.iter().chain(origins.related()).copied()
}
