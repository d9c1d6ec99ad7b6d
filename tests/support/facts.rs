//! Facts as a person reads them, held against what they must be; shared by the tests of the clouds and their dialects.

use deodar::model::{Resource, Scalar};
use deodar::value::State;

/// Each line: an address, a fact, what it must be; `?` where it cannot be told.
#[track_caller]
pub fn check(resources: &[Resource], expected: &str) {
    let lines = expected.lines().map(str::trim).filter(|line| !line.is_empty());
    let said: Vec<String> = lines
        .clone()
        .map(|line| {
            let mut words = line.split_whitespace();
            let (address, name) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            format!("{address} {name} {}", fact(resources, address, name))
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
