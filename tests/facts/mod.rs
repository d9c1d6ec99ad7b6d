//! Terraform as a person writes it, and the facts that are then known of it; shared by the tests of the clouds.

use deodar::format::{Settings, formats, units};
use deodar::model::{Resource, Scalar};
use deodar::provider::{Blocks, Context, normalise};
use deodar::rule::places;
use deodar::source::Tree;
use deodar::value::State;

/// The resources of one Terraform file; `accounts` are one's own, where given.
fn scan(terraform: &str, accounts: Option<&[&str]>) -> Vec<Resource> {
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

/// A fact as a person reads it; `?` where it cannot be told.
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

/// Each line: an address, a fact, what it must be.
#[track_caller]
pub fn expect(terraform: &str, accounts: Option<&[&str]>, expected: &str) {
    let resources = scan(terraform, accounts);
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
