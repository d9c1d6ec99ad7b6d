//! Which files a scan has: what is in scope, what may only be referred to, what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]
use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use deodar::collect::{CollectError, Gathered, Request, gather};
use deodar::source::NoteKind;

/// A folder with these files in it.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
        fs::write(path, text).expect("written");
    }
    folder
}

fn scan(paths: &[PathBuf]) -> Gathered {
    gather(&Request { paths: paths.to_vec(), ..Request::default() }).expect("gathered")
}

/// Every path, with `+` where it is in scope and `-` where it is only known.
fn listed(gathered: &Gathered) -> Vec<String> {
    gathered.tree.files().map(|(_, file)| format!("{}{}", if file.in_scope { '+' } else { '-' }, file.path)).collect()
}

#[test]
fn a_subfolder_is_in_scope_and_the_rest_of_the_repository_is_known() {
    let folder = folder(&[(".git/HEAD", ""), ("envs/prod/main.tf", ""), ("modules/x/main.tf", ""), ("README", "")]);
    let gathered = scan(&[folder.path().join("envs/prod")]);
    assert_eq!(listed(&gathered), ["-README", "+envs/prod/main.tf", "-modules/x/main.tf"]);
}

#[test]
fn one_manifest_is_read_without_a_walk_of_the_repository() {
    let folder = folder(&[(".git/HEAD", ""), ("k8s/a.yaml", ""), ("k8s/b.yaml", ""), ("other/c.yaml", "")]);
    let gathered = scan(&[folder.path().join("k8s/a.yaml")]);
    assert!(listed(&gathered).contains(&"+k8s/a.yaml".to_owned()));
    assert!(!listed(&gathered).contains(&"-other/c.yaml".to_owned()));
}

#[test]
fn ignored_and_hidden_files_are_off_unless_they_are_named_and_fetched_modules_are_known() {
    let folder = folder(&[
        (".gitignore", ".terraform/\nbuild/\n"),
        (".github/a.yaml", ""),
        (".config.yaml", "a Terraform file may read it"),
        (".passed-over.tf", ""),
        ("build/out.yaml", ""),
        ("main.tf", ""),
        (".terraform/modules/net/main.tf", ""),
        (".terraform/providers/big.json", ""),
    ]);
    let known = ["-.config.yaml", "-.gitignore", "-.terraform/modules/net/main.tf", "+main.tf"];
    assert_eq!(listed(&scan(&[folder.path().into()])), known);
    let named = scan(&[folder.path().join("build"), folder.path().join("main.tf")]);
    assert!(listed(&named).contains(&"+build/out.yaml".to_owned()));
}

#[test]
fn an_untrusted_tree_hides_nothing_by_its_gitignore() {
    let folder = folder(&[(".gitignore", "*.tf\n"), ("main.tf", "")]);
    let request = Request { paths: vec![folder.path().into()], untrusted: true, ..Request::default() };
    assert_eq!(listed(&gather(&request).expect("gathered")), ["-.gitignore", "+main.tf"]);
}

#[test]
fn excluded_paths_are_known_and_counted() {
    let folder = folder(&[("a/main.tf", ""), ("examples/main.tf", "")]);
    let request =
        Request { paths: vec![folder.path().into()], exclude: vec!["examples/".into()], ..Request::default() };
    let gathered = gather(&request).expect("gathered");
    assert_eq!(listed(&gathered), ["+a/main.tf", "-examples/main.tf"]);
    assert_eq!(gathered.excluded, 1);
}

#[test]
fn a_link_out_of_the_root_is_refused_and_one_inside_is_followed_once() {
    let outside = folder(&[("secret.tf", "x = 1")]);
    let inside = folder(&[("common/variables.tf", "x = 1"), ("envs/a/main.tf", "")]);
    let at = |path: &str| inside.path().join(path);
    symlink(outside.path().join("secret.tf"), at("envs/a/stolen.tf")).expect("a link");
    symlink(at("common/variables.tf"), at("envs/a/variables.tf")).expect("a link");
    symlink(at("envs"), at("envs/a/loop")).expect("a link");
    symlink(at("common"), at("envs/shared")).expect("a link");
    let gathered = scan(&[inside.path().into()]);
    assert_eq!(
        listed(&gathered),
        ["+common/variables.tf", "+envs/a/main.tf", "+envs/a/variables.tf", "-envs/shared/variables.tf"]
    );
    let refused: Vec<_> = gathered.notes.iter().filter(|note| note.kind == NoteKind::Refused).collect();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].message, "link `envs/a/stolen.tf` leads out of the root");
    let linked = gathered.tree.find("envs/a/variables.tf").expect("listed");
    assert_eq!(gathered.tree.text(linked).map(|text| &**text), Ok("x = 1"));
}

#[test]
fn a_path_that_is_not_there_is_said_as_typed() {
    let error = gather(&Request { paths: vec!["no/such".into()], ..Request::default() }).err().expect("an error");
    assert!(matches!(&error, CollectError::Missing { path } if path == "no/such"), "{error}");
    let folder = folder(&[("a/x.tf", ""), ("b/y.tf", "")]);
    let (a, b) = (folder.path().join("a"), folder.path().join("b"));
    let outside = gather(&Request { paths: vec![a], root: Some(b), ..Request::default() });
    assert!(matches!(outside.err(), Some(CollectError::Outside { .. })));
}

#[test]
fn what_is_too_long_is_not_read() {
    let folder = folder(&[]);
    let file = fs::File::create(folder.path().join("long.yaml")).expect("created");
    file.set_len(50 * 1024 * 1024).expect("long");
    let gathered = scan(&[folder.path().into()]);
    let note = gathered.tree.text(gathered.tree.find("long.yaml").expect("listed")).expect_err("too long");
    assert_eq!(note.message, "`long.yaml` holds 50 MB, and at most 20 MB are read");
}
