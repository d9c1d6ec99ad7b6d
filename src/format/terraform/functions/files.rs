//! Functions over files: read through the tree only, so that nothing outside the root can be read.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::args::{Args, Given, MOST_ITEMS, Stop, untold, within, wrong};
use super::{Row, hashes};
use crate::source::{FileId, Span, Tree};
use crate::value::{Node, Origins, Unknown, Value, Why};

pub(super) const TABLE: &[Row] = &[
    ("abspath", 1, 1, abspath),
    ("basename", 1, 1, |args| args.give_text(basename(&args.text(0)?))),
    ("dirname", 1, 1, |args| args.give_text(dirname(&args.text(0)?))),
    ("file", 1, 1, file),
    ("filebase64", 1, 1, |args| hashed(args, |bytes| STANDARD.encode(bytes))),
    ("filebase64sha256", 1, 1, |args| hashed(args, hashes::base64sha256)),
    ("filebase64sha512", 1, 1, |args| hashed(args, hashes::base64sha512)),
    ("fileexists", 1, 1, fileexists),
    ("filemd5", 1, 1, |args| hashed(args, hashes::md5)),
    ("fileset", 2, 2, fileset),
    ("filesha1", 1, 1, |args| hashed(args, hashes::sha1)),
    ("filesha256", 1, 1, |args| hashed(args, hashes::sha256)),
    ("filesha512", 1, 1, |args| hashed(args, hashes::sha512)),
    ("pathexpand", 1, 1, pathexpand),
];

/// Where in the tree a path may lead, the likeliest first: as written from the root of the tree where it begins with the
/// module's folder (`path.module` does), else from the root module, else from the root of the tree.
fn candidates(args: &Args<'_>, path: &str) -> Vec<String> {
    let scope = args.scope;
    let from_tree = Tree::join("", path);
    let from_root = if path.starts_with('/') { None } else { Tree::join(scope.root_folder, path) };
    let named = |folder: &str| {
        let inside =
            |path: &String| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        !folder.is_empty() && from_tree.as_ref().is_some_and(inside)
    };
    let tree_first = named(scope.folder) || named(scope.root_folder);
    let order = if tree_first { [from_tree, from_root] } else { [from_root, from_tree] };
    order.into_iter().flatten().collect()
}

/// The file at the path that is the first argument.
fn find(args: &Args<'_>) -> Result<FileId, Stop> {
    let path = args.text(0)?;
    match candidates(args, &path).iter().find_map(|path| args.scope.tree.find(path)) {
        Some(id) => Ok(id),
        None => untold(Why::File(path)),
    }
}

fn read<'a>(args: &Args<'a>) -> Result<(FileId, &'a Arc<str>), Stop> {
    let tree: &'a Tree = args.scope.tree;
    let id = find(args)?;
    match tree.text(id) {
        Ok(text) => Ok((id, text)),
        Err(_) => untold(Why::File(tree.path(id))),
    }
}

/// The text stands in the call, and comes from the file.
fn file(args: &Args<'_>) -> Given {
    let (id, text) = read(args)?;
    let whole = Span::new(id, 0..text.len());
    let origins = args.origins().and(&Origins::at(whole));
    Ok(Node { value: Value::String(Arc::clone(text)), origins })
}

fn hashed(args: &Args<'_>, hash: impl Fn(&[u8]) -> String) -> Given {
    let (_, text) = read(args)?;
    args.give_text(hash(text.as_bytes()))
}

/// A file that is not seen may be one that is ignored or not made yet: whether it exists cannot be told.
fn fileexists(args: &Args<'_>) -> Given {
    find(args)?;
    args.give(Value::Bool(true))
}

fn fileset(args: &Args<'_>) -> Given {
    let (path, pattern) = (args.text(0)?, args.text(1)?);
    let Ok(regex) = regex::RegexBuilder::new(&glob(&pattern)).size_limit(1_000_000).build() else {
        return wrong(format!("`{pattern}` is not a file pattern"));
    };
    let tree = args.scope.tree;
    let mut found: Vec<Arc<str>> = Vec::new();
    let mut seen = false;
    let folders = candidates(args, &path);
    // a folder inside the root that is not there holds no file, as Terraform has it; what lies outside is not known
    if folders.is_empty() {
        return Err(Stop::Unknown(Unknown::new(Why::File(path))));
    }
    for folder in folders {
        let inside = |id| {
            let path = tree.path(id);
            let inner = if folder.is_empty() { Some(&*path) } else { path.strip_prefix(&*folder)?.strip_prefix('/') };
            inner.map(Arc::<str>::from)
        };
        for name in tree.under(&folder).filter_map(inside) {
            seen = true;
            if regex.is_match(&name) {
                within(found.len() + 1, MOST_ITEMS)?;
                found.push(name);
            }
        }
        if seen {
            break;
        }
    }
    found.sort();
    args.give_texts(found)
}

/// A file pattern as a regular expression: `*` and `?` stay within a folder, `**` crosses folders, `{a,b}` is a choice.
pub(in crate::format::terraform) fn glob(pattern: &str) -> String {
    let mut regex = String::from("^");
    let mut rest = pattern;
    let mut choices = 0;
    while let Some(first) = rest.chars().next() {
        let mut taken = first.len_utf8();
        match first {
            '*' if rest.starts_with("**/") => {
                regex.push_str("(?:[^/]+/)*");
                taken = 3;
            }
            '*' if rest.starts_with("**") => {
                regex.push_str(".*");
                taken = 2;
            }
            '*' => regex.push_str("[^/]*"),
            '?' => regex.push_str("[^/]"),
            '{' => {
                regex.push_str("(?:");
                choices += 1;
            }
            '}' if choices > 0 => {
                regex.push(')');
                choices -= 1;
            }
            ',' if choices > 0 => regex.push('|'),
            '[' if rest.contains(']') => {
                let class = rest.split_once(']').map_or("", |(class, _)| class);
                regex.push_str(&class.replacen("[!", "[^", 1));
                regex.push(']');
                taken = class.len() + 1;
            }
            other => regex.push_str(&regex::escape(other.encode_utf8(&mut [0; 4]))),
        }
        rest = rest.get(taken..).unwrap_or("");
    }
    regex.push('$');
    regex
}

/// The path within the tree, with a slash before it: what is above the root of the tree is nobody's business here.
fn abspath(args: &Args<'_>) -> Given {
    let path = args.text(0)?;
    match candidates(args, &path).into_iter().next() {
        Some(path) => args.give_text(format!("/{path}")),
        None => untold(Why::File(path)),
    }
}

fn pathexpand(args: &Args<'_>) -> Given {
    let path = args.text(0)?;
    if path.starts_with('~') {
        return untold(Why::Impure(Arc::from("pathexpand()")));
    }
    args.give_text(path)
}

fn basename(path: &str) -> String {
    if path.is_empty() {
        return ".".to_owned();
    }
    match path.trim_end_matches('/').rsplit('/').next() {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => "/".to_owned(),
    }
}

fn dirname(path: &str) -> String {
    let Some((folder, _)) = path.rsplit_once('/') else {
        return ".".to_owned();
    };
    let absolute = folder.starts_with('/') || folder.is_empty();
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    match (absolute, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}
