//! What has to be known of a plan before its changes can be read, in a first reading that keeps nothing else.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::format::json_stream::{Broken, JsonStream};
use crate::value::Node;

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
                _ => stream.skip()?,
            }
            Ok(())
        })?;
        stream.end()?;
        Ok(outline)
    }

    fn address(&mut self, stream: &mut JsonStream<'_>) -> Result<(), Broken> {
        stream.members(|stream, key| {
            if &*key.text != "address" {
                return stream.skip();
            }
            self.addresses.extend(stream.node()?.as_str().map(Arc::from));
            Ok(())
        })
    }
}
