//! What a plan changes, one resource at a time: what it makes, alters, replaces or leaves is read as it will be; what it
//! deletes or lets go of is counted.
//!
//! The actions: <https://developer.hashicorp.com/terraform/internals/json-format#change-representation>.

use super::config::Configuration;
use super::{block, merge};
use crate::format::Reading;
use crate::format::gone::Gone;
use crate::format::json_stream::{Broken, JsonStream};
use crate::value::{Block, Node, UnitId};

/// The next item of `resource_changes`.
pub(super) fn one(
    stream: &mut JsonStream<'_>,
    config: &Configuration<'_>,
    unit: UnitId,
    reading: &mut Reading,
    gone: &mut Gone,
) -> Result<(), Broken> {
    let change = without_before(stream)?;
    if change.get("mode").and_then(Node::as_str) != Some("managed") {
        return Ok(());
    }
    let actions: Vec<&str> = change.each("change.actions").into_iter().filter_map(Node::as_str).collect();
    match actions.as_slice() {
        ["delete"] => gone.deleted += 1,
        ["forget"] => gone.forgotten += 1,
        actions => {
            let block = planned(&change, config, unit);
            if *actions == ["no-op"] {
                reading.unchanged.extend(block.iter().map(|block| block.span));
            }
            reading.blocks.extend(block);
        }
    }
    Ok(())
}

/// A change without what was before: it is never judged, and may be long.
fn without_before(stream: &mut JsonStream<'_>) -> Result<Node, Broken> {
    stream.map_of(&mut |stream, key| match key {
        "change" => {
            let change = stream.map_of(&mut |stream, key| match key {
                "before" | "before_sensitive" | "generated_config" => stream.skip().map(|()| None),
                _ => stream.node().map(Some),
            });
            change.map(Some)
        }
        _ => stream.node().map(Some),
    })
}

fn planned(change: &Node, config: &Configuration<'_>, unit: UnitId) -> Option<Block> {
    let text = |key: &str| change.get(key).and_then(|node| node.as_str());
    let (address, native_type, _) = (text("address")?, text("type")?, text("name")?);
    let source = config.source(change);
    let values = change.get("change")?;
    let body = merge::body(values, native_type, &source);
    let context = source.context(&body);
    Some(block(change, address, native_type, unit, body, context))
}
