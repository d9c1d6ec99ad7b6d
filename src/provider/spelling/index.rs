//! The tables of all clouds, by native type and by the type that each is read as.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::{Move, Native, Spelling};
use crate::provider::{aws, azure};

/// The clouds that have a dialect of their own beside Terraform's.
static SPELLINGS: &[&Spelling] = &[&aws::SPELLING, &azure::SPELLING];

/// A native type's rows, and the spelling that they are of.
pub(super) struct Known {
    pub spelling: &'static Spelling,
    pub natives: Vec<&'static Native>,
}

pub(super) static NATIVES: LazyLock<HashMap<String, Known>> = LazyLock::new(|| {
    let mut all: HashMap<String, Known> = HashMap::new();
    for spelling in SPELLINGS {
        for native in spelling.tables.iter().copied().flatten() {
            let known = all
                .entry(native.native.to_ascii_lowercase())
                .or_insert_with(|| Known { spelling, natives: Vec::new() });
            known.natives.push(native);
        }
    }
    all
});

/// Every native type that is read, and what it is read as: for tests and the docs.
pub fn native_types() -> impl Iterator<Item = (&'static str, &'static str)> {
    SPELLINGS
        .iter()
        .flat_map(|spelling| spelling.tables.iter().copied().flatten())
        .map(|row| (row.native, row.reads_as))
}

/// The native types that are read as `reads_as`, or of which a part is.
pub(in crate::provider) fn written_as(reads_as: &str) -> &'static [&'static str] {
    static WRITTEN: LazyLock<HashMap<&'static str, Vec<&'static str>>> = LazyLock::new(|| {
        let mut all: HashMap<&str, Vec<&str>> = HashMap::new();
        for native in SPELLINGS.iter().flat_map(|spelling| spelling.tables.iter().copied().flatten()) {
            let retyped = native.moves.iter().filter_map(|one| match one {
                Move::Type(.., reads_as) => Some(*reads_as),
                _ => None,
            });
            let parts = native.also.iter().map(|fragment| fragment.reads_as);
            for reads_as in retyped.chain(parts).chain([native.reads_as]) {
                let written = all.entry(reads_as).or_default();
                if !written.contains(&native.native) {
                    written.push(native.native);
                }
            }
        }
        all
    });
    WRITTEN.get(reads_as).map_or(&[], Vec::as_slice)
}

/// The names that the tables of a native type speak of, as they are written there.
pub(in crate::provider) fn names_of(native: &str) -> Vec<&'static str> {
    fn walk(moves: &'static [Move], names: &mut Vec<&'static str>) {
        for one in moves {
            names.extend(one.from().into_iter().flat_map(|path| path.split('.')));
            if let Move::Each(_, _, inner) = one {
                walk(inner, names);
            }
        }
    }
    let mut names = Vec::new();
    for known in NATIVES.get(&native.to_ascii_lowercase()).into_iter().flat_map(|known| &known.natives) {
        walk(known.moves, &mut names);
        for fragment in known.also {
            names.extend(fragment.from.split('.'));
            walk(fragment.moves, &mut names);
        }
    }
    names.retain(|name| !name.is_empty());
    names
}
