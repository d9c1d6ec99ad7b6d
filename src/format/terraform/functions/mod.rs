//! Terraform's pure functions: a table from name to function, one file per group.
//!
//! Unknown arguments are values. What is known of a result stays known: a list keeps its known items, a text has holes
//! where a part is unknown, and an unknown result keeps the references of everything it came from.

mod args;
mod collections;
mod compare;
mod convert;
mod encoding;
mod files;
mod format;
mod hashes;
mod json;
mod lists;
mod networks;
mod numbers;
mod patterns;
mod sets;
mod strings;
mod time;
mod values;
mod yaml;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use crate::source::{Span, Tree};
use crate::value::{Node, Unknown, Why};
use args::{Args, Given, Stop};

pub(super) use files::glob;

/// What a function may look at besides its arguments.
pub(super) struct Scope<'a> {
    /// The files; the only way to a text.
    pub tree: &'a Tree,
    /// The module's folder, relative to the root of the tree (empty for the root itself): relative paths start at the
    /// root module, `path.module` is given as this text (`.` for the root).
    pub folder: &'a str,
    /// The folder of the root module.
    pub root_folder: &'a str,
    /// Where the call stands.
    pub span: Span,
}

/// Why a call gives no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// Terraform has no such function, or we do not know it.
    NoSuchFunction,
    /// The arguments do not fit; the reason in lower case.
    Wrong(String),
}

/// A function: its name, the fewest and the most arguments it takes, and what it does.
type Row = (&'static str, usize, usize, fn(&Args<'_>) -> Given);

/// Any number of arguments.
const MANY: usize = usize::MAX;

static TABLE: LazyLock<BTreeMap<&'static str, &'static Row>> = LazyLock::new(|| {
    let groups = [
        strings::TABLE,
        format::TABLE,
        collections::TABLE,
        lists::TABLE,
        sets::TABLE,
        numbers::TABLE,
        convert::TABLE,
        networks::TABLE,
        encoding::TABLE,
        hashes::TABLE,
        patterns::TABLE,
        time::TABLE,
        files::TABLE,
        IMPURE,
    ];
    groups.into_iter().flatten().map(|row| (row.0, row)).collect()
});

/// Functions that give another answer each time, or need a key that is not here.
const IMPURE: &[Row] = &[
    ("timestamp", 0, 0, |_| impure("timestamp()")),
    ("plantimestamp", 0, 0, |_| impure("plantimestamp()")),
    ("uuid", 0, 0, |_| impure("uuid()")),
    ("bcrypt", 1, 2, |_| impure("bcrypt()")),
    ("rsadecrypt", 2, 2, |_| impure("rsadecrypt()")),
];

fn impure(call: &str) -> Given {
    Err(Stop::Unknown(Unknown::new(Why::Impure(Arc::from(call)))))
}

/// Calls function `name`. Unknown arguments are values: what is known of the result stays known.
pub(super) fn call(name: &str, args: Vec<Node>, scope: &Scope<'_>) -> Result<Node, Fault> {
    let name = name.strip_prefix("core::").unwrap_or(name);
    let Some((_, fewest, most, run)) = TABLE.get(name) else {
        return Err(Fault::NoSuchFunction);
    };
    if args.len() < *fewest || args.len() > *most {
        let wanted = match (*fewest, *most) {
            (fewest, MANY) => format!("at least {fewest}"),
            (fewest, most) if fewest == most => format!("{fewest}"),
            (fewest, most) => format!("{fewest} to {most}"),
        };
        return Err(Fault::Wrong(format!("it takes {wanted} arguments, not {}", args.len())));
    }
    let args = Args::new(&args, scope);
    match run(&args) {
        Ok(node) => Ok(node),
        Err(Stop::Wrong(reason)) => Err(Fault::Wrong(reason)),
        Err(Stop::Unknown(unknown)) => Ok(args.unknown_from_all(&unknown)),
        Err(Stop::MaybeNull(unknown)) => Ok(args.unknown_without_references(&unknown)),
    }
}

#[cfg(test)]
mod tests;
