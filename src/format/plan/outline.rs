//! What has to be known of a plan before its changes can be read, in a first reading that keeps nothing else.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::documents;
use crate::format::json_stream::{Broken, JsonStream};
use crate::source::{Note, NoteKind, Span};
use crate::value::{Node, Value};

/// What kind of document it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Debug)]
pub(super) enum Shape {
    /// It holds none of what is read.
    #[default]
    Neither,
    /// A state file, version 4.
    Stored,
    /// The values of a state, or of a plan without its changes.
    Shown,
    /// A plan.
    Planned,
}

/// A plan or state without its resources.
#[derive(Default)]
pub(super) struct Outline {
    pub(super) shape: Shape,
    /// The configuration: it is as long as the source, not as what the source makes.
    pub(super) configuration: Option<Node>,
    pub(super) variables: Option<Node>,
    /// The addresses that the plan speaks of.
    pub(super) addresses: BTreeSet<Arc<str>>,
    /// Where it says that planning failed.
    errored: Option<Span>,
    /// Where it says that not all was planned.
    partial: Option<Span>,
    /// How many changes it leaves to a later plan.
    deferred: usize,
    /// The planned data sources that write policies, by address.
    pub(super) documents: HashMap<Arc<str>, Node>,
}

impl Outline {
    pub(super) fn read(mut stream: JsonStream<'_>) -> Result<Self, Broken> {
        let mut outline = Self::default();
        stream.members(|stream, key| {
            let shape = match &*key.text {
                "resource_changes" => Shape::Planned,
                "values" | "planned_values" => Shape::Shown,
                "resources" => Shape::Stored,
                _ => Shape::Neither,
            };
            outline.shape = outline.shape.max(shape);
            match &*key.text {
                "configuration" => outline.configuration = Some(stream.node()?),
                "variables" => outline.variables = Some(stream.node()?),
                "resource_changes" => stream.items(|stream| outline.address(stream))?,
                "deferred_changes" => stream.items(|stream| {
                    outline.deferred += 1;
                    stream.skip()
                })?,
                "errored" => outline.errored = (stream.node()?.value == Value::Bool(true)).then_some(key.span),
                "complete" => outline.partial = (stream.node()?.value == Value::Bool(false)).then_some(key.span),
                _ => stream.skip()?,
            }
            Ok(())
        })?;
        stream.end()?;
        Ok(outline)
    }

    /// What the plan says that it does not hold: <https://developer.hashicorp.com/terraform/internals/json-format#plan-representation>.
    pub(super) fn missing(&self) -> Option<Note> {
        let note = |message: String, help: &str| Note::new(NoteKind::NotSeen, message).help(help);
        let whole = "plan without `-target`, or scan the sources as well";
        match (self.errored, self.deferred, self.partial) {
            (Some(place), ..) => {
                let message = "planning failed, so that what comes after the fault is not in the plan";
                Some(note(message.into(), "mend what `terraform plan` says, and plan again").at(place))
            }
            (None, 0, None) => None,
            (None, 0, Some(place)) => Some(
                note("the plan says that it is not complete: more will change than it holds".into(), whole).at(place),
            ),
            (None, count, place) => {
                let (changes, are) = if count == 1 { ("change", "is") } else { ("changes", "are") };
                let message = format!("{count} {changes} that the plan leaves to a later one {are} not judged");
                let note = note(message, "apply this plan, and scan the next one as well");
                Some(match place {
                    Some(place) => note.at(place),
                    None => note,
                })
            }
        }
    }

    fn address(&mut self, stream: &mut JsonStream<'_>) -> Result<(), Broken> {
        let mut address: Option<Arc<str>> = None;
        let change = stream.map_of(&mut |stream, key| {
            if key == "address" {
                let node = stream.node()?;
                address = node.as_str().map(Arc::from);
                return Ok(Some(node));
            }
            // Terraform writes the address first
            if address.as_deref().is_some_and(documents::is_one) {
                stream.node().map(Some)
            } else {
                stream.skip().map(|()| None)
            }
        })?;
        if let Some(address) = address {
            if documents::is_one(&address) {
                self.documents.insert(address.clone(), change);
            }
            self.addresses.insert(address);
        }
        Ok(())
    }
}
