//! Terraform as a person writes it, and the facts that are then known of it; shared by the tests of the clouds.

#[path = "facts.rs"]
mod facts;

use deodar::format::{Settings, formats, units};
use deodar::model::Resource;
use deodar::provider::{Blocks, Context, normalise};
use deodar::rule::places;
use deodar::source::Tree;

/// What must be known of the resources of one Terraform file; `accounts` are one's own, where given.
#[track_caller]
pub fn expect(terraform: &str, accounts: Option<&[&str]>, expected: &str) {
    facts::check(&resources(terraform, accounts), expected);
}

/// The resources of one Terraform file.
pub fn resources(terraform: &str, accounts: Option<&[&str]>) -> Vec<Resource> {
    let tree = Tree::from_texts([("main.tf", terraform)]);
    let mut blocks = Vec::new();
    for unit in units(&tree).0 {
        blocks.extend(formats()[unit.format].read(&tree, &unit, &Settings::default()).blocks);
    }
    let blocks = Blocks::new(&blocks);
    let own = accounts.map(|ids| ids.iter().map(|id| (*id).into()).collect());
    let context = Context { blocks: &blocks, own_accounts: own.as_ref(), whole: false, places: places() };
    normalise(&context).0
}
