//! Terraform's pure functions: a table from name to function, one file per group.

use crate::source::{Span, Tree};
use crate::value::Node;

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

/// Calls function `name`. Unknown arguments are values: what is known of the result stays known.
pub(super) fn call(_name: &str, _args: Vec<Node>, _scope: &Scope<'_>) -> Result<Node, Fault> {
    Err(Fault::NoSuchFunction)
}
