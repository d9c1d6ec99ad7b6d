//! Which folders are roots: those that hold configuration and that no other scanned folder calls as a module.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::config;
use super::split;
use crate::source::{FileId, Tree};

/// Terraform's other files: claimed, as nobody else can read them, and not read.
fn is_ours(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    config::is_config(path)
        || config::is_values(path)
        || name == ".terraform.lock.hcl"
        || name.ends_with(".tftest.hcl")
        || name.ends_with(".tftest.json")
        || name.ends_with(".tofutest.hcl")
}

/// Takes Terraform's files out of `free`: pairs of a root's folder and the files that are read through it.
pub(super) fn claim(tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
    let mut folders: BTreeMap<String, Vec<FileId>> = BTreeMap::new();
    let mut others: Vec<FileId> = Vec::new();
    for id in free.iter().copied() {
        let path = tree.path(id);
        if config::is_config(&path) && !path.split('/').any(|part| part == ".terraform") {
            folders.entry(tree.folder(id).to_owned()).or_default().push(id);
        } else if is_ours(&path) || path.split('/').any(|part| part == ".terraform") {
            others.push(id);
        }
    }
    let calls: BTreeMap<&String, BTreeSet<String>> =
        folders.iter().map(|(folder, files)| (folder, called(tree, folder, files, &folders))).collect();
    let mut units = group(&folders, &calls);
    for id in others {
        let folder = tree.folder(id);
        let near = units
            .iter_mut()
            .filter(|(root, _)| root.is_empty() || folder == &**root || folder.starts_with(&format!("{root}/")))
            .max_by_key(|(root, _)| root.len());
        if let Some((_, files)) = near {
            files.push(id);
        } else if config::is_values(&tree.path(id)) {
            continue;
        }
        free.remove(&id);
    }
    for (_, files) in &mut units {
        files.sort_unstable();
        files.dedup();
        free.retain(|id| files.binary_search(id).is_err());
    }
    units
}

/// Each root with its own files and those of the modules it is the first to reach.
fn group(
    folders: &BTreeMap<String, Vec<FileId>>,
    calls: &BTreeMap<&String, BTreeSet<String>>,
) -> Vec<(Arc<str>, Vec<FileId>)> {
    let is_called: BTreeSet<&String> =
        calls.iter().flat_map(|(caller, called)| called.iter().filter(move |folder| folder != caller)).collect();
    let mut reached: BTreeSet<&String> = BTreeSet::new();
    let mut units = Vec::new();
    let plain_roots = folders.keys().filter(|folder| !is_called.contains(folder));
    // modules that call each other in a ring have no root: the first of them stands for it
    for root in plain_roots.chain(folders.keys()) {
        if !reached.insert(root) {
            continue;
        }
        let mut files = Vec::new();
        let mut waiting = vec![root];
        while let Some(folder) = waiting.pop() {
            files.extend(folders.get(folder).into_iter().flatten().copied());
            for next in calls.get(folder).into_iter().flatten() {
                if reached.insert(next) {
                    waiting.push(next);
                }
            }
        }
        units.push((Arc::from(root.as_str()), files));
    }
    units.sort();
    units
}

/// The scanned folders that a folder's module calls name.
fn called(tree: &Tree, folder: &str, files: &[FileId], folders: &BTreeMap<String, Vec<FileId>>) -> BTreeSet<String> {
    let mut called = BTreeSet::new();
    for id in files {
        let Ok(text) = tree.text(*id) else { continue };
        if !text.contains("module") {
            continue;
        }
        for source in sources(text, tree.path(*id).ends_with(".json")) {
            if let Some(target) = Tree::join(folder, source).filter(|target| folders.contains_key(target)) {
                called.insert(target);
            }
        }
    }
    called
}

/// The local sources of a text's module calls.
fn sources(text: &str, json: bool) -> Vec<&str> {
    if json {
        return local_sources(text);
    }
    split::pieces(text)
        .into_iter()
        .filter(|piece| text.get(piece.word.clone()) == Some("module"))
        .filter_map(|piece| text.get(piece.range))
        .flat_map(local_sources)
        .collect()
}

/// Every `source = "./…"` or `"source": "../…"`.
fn local_sources(text: &str) -> Vec<&str> {
    text.match_indices("source")
        .filter_map(|(at, word)| {
            let rest = text.get(at + word.len()..)?.trim_start_matches('"').trim_start();
            let rest = rest.strip_prefix(['=', ':'])?.trim_start().strip_prefix('"')?;
            let path = rest.split('"').next()?;
            (path.starts_with("./") || path.starts_with("../") || path == "." || path == "..").then_some(path)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(texts: &[(&str, &str)]) -> Vec<String> {
        let tree = Tree::from_texts(texts.iter().copied());
        let mut free = tree.files().map(|(id, _)| id).collect();
        claim(&tree, &mut free).into_iter().map(|(folder, _)| folder.to_string()).collect()
    }

    #[test]
    fn a_folder_that_is_called_is_no_root() {
        let call = "module \"m\" {\n  source = \"../modules/m\"\n}\n";
        assert_eq!(roots(&[("prod/main.tf", call), ("dev/main.tf", call), ("modules/m/main.tf", "")]), ["dev", "prod"]);
    }

    #[test]
    fn a_source_of_something_else_calls_nothing() {
        let object = "resource \"aws_s3_object\" \"o\" {\n  source = \"./m\"\n}\n";
        assert_eq!(roots(&[("main.tf", object), ("m/main.tf", "")]), ["", "m"]);
    }

    #[test]
    fn modules_that_call_each_other_still_have_a_root() {
        let a = "module \"b\" {\n  source = \"../b\"\n}\n";
        let b = "module \"a\" {\n  source = \"../a\"\n}\n";
        assert_eq!(roots(&[("a/main.tf", a), ("b/main.tf", b)]), ["a"]);
    }
}
