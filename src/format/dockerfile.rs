//! Dockerfiles: what the image that they build starts from, runs as and carries in its environment.
//!
//! Only the stage that is built last counts, with what it takes over from the stages below it. What `RUN` does is not
//! looked into. The language: <https://docs.docker.com/reference/dockerfile/>.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{Format, Reading, Settings, Unit};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::{Block, Dialect, Entry, Node, Origins, Provider, TextPen, UnitId, Unknown, Value, Why};

/// Dockerfiles and Containerfiles.
pub(super) struct Dockerfile;

impl Format for Dockerfile {
    fn name(&self) -> &'static str {
        "dockerfile"
    }

    fn claim(&self, tree: &Tree, free: &mut BTreeSet<FileId>) -> Vec<(Arc<str>, Vec<FileId>)> {
        let files: Vec<FileId> = free.iter().copied().filter(|file| is_named(tree.name(*file))).collect();
        for file in &files {
            free.remove(file);
        }
        files.into_iter().map(|file| (Arc::from(tree.folder(file)), vec![file])).collect()
    }

    fn told_by_content(&self) -> bool {
        true
    }

    fn read(&self, tree: &Tree, unit: &Unit, _: &Settings) -> Reading {
        let mut reading = Reading::default();
        for file in &unit.files {
            let Ok(text) = tree.text(*file) else { continue };
            match image(tree, *file, unit.id, &stages(*file, text)) {
                Some(block) => reading.blocks.push(block),
                None => reading.notes.push(
                    Note::new(NoteKind::Unreadable, "there is no `FROM` in it, so it builds no image")
                        .in_file(tree.path(*file)),
                ),
            }
        }
        reading
    }
}

fn is_named(path: &str) -> bool {
    let lower = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = |stem: &str| lower == stem || lower.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'));
    // `Dockerfile.dockerignore` lists files
    (stem("dockerfile") || stem("containerfile") || lower.ends_with(".dockerfile")) && !lower.ends_with("ignore")
}

/// One stage of a build.
struct Stage {
    /// What it starts from, with the variables known before the first stage filled in.
    from: Node,
    /// `AS name`.
    name: Option<String>,
    /// The last `USER`.
    user: Option<Node>,
    /// What `ENV` and `ARG` set, as `name` and `value`.
    environment: Vec<Node>,
    at: Span,
}

/// The user that the image which `file` builds runs as, if it says so.
pub(super) fn user(tree: &Tree, file: FileId, target: Option<&str>) -> Option<Node> {
    let stages = stages(file, tree.text(file).ok()?);
    let at = match target {
        Some(name) => stages.iter().position(|stage| stage.name.as_deref() == Some(name))?,
        None => stages.len().checked_sub(1)?,
    };
    chain(&stages, at).into_iter().find_map(|stage| stage.user.clone())
}

/// The stage at `at` and those that it stands on, the nearest first.
fn chain(stages: &[Stage], at: usize) -> Vec<&Stage> {
    let mut found: Vec<&Stage> = Vec::new();
    let mut next = stages.get(at).map(|stage| (at, stage));
    while let Some((at, stage)) = next {
        found.push(stage);
        // a stage can only stand on one before it
        let below = stage.from.as_str();
        next = stages.iter().enumerate().take(at).rev().find(|(_, other)| {
            other.name.as_deref().zip(below).is_some_and(|(name, from)| name.eq_ignore_ascii_case(from))
        });
    }
    found
}

fn image(tree: &Tree, file: FileId, unit: UnitId, stages: &[Stage]) -> Option<Block> {
    let last = stages.len().checked_sub(1)?;
    let chain = chain(stages, last);
    let (top, base) = (chain.first()?, chain.last()?);
    let entry = |key: &str, value: Node| Entry { key: key.into(), key_span: None, value };
    let mut body = vec![entry("from", base.from.clone())];
    body.extend(chain.iter().find_map(|stage| stage.user.clone()).map(|user| entry("user", user)));
    let environment = chain.iter().flat_map(|stage| stage.environment.iter().cloned()).collect();
    let origins = Origins::at(top.at);
    body.push(entry("environment", Node { value: Value::List(environment), origins: origins.clone() }));
    let end = tree.text(file).map_or(0, |text| text.len());
    Some(Block {
        provider: Provider::Docker,
        dialect: Dialect::Native,
        native_type: "dockerfile/Image".into(),
        written: None,
        address: tree.name(file).into(),
        unit,
        head: top.at,
        span: Span::new(file, 0..end),
        context: Node::empty_map(top.at),
        body: Node { value: Value::Map(body), origins },
        instances_unknown: None,
        via: Arc::from([]),
    })
}

fn stages(file: FileId, text: &str) -> Vec<Stage> {
    let mut stages: Vec<Stage> = Vec::new();
    let mut before: Vec<(String, Option<String>)> = Vec::new();
    for (at, line) in instructions(text) {
        let Some((word, rest)) = line.trim().split_once(char::is_whitespace) else { continue };
        let rest = rest.trim();
        let span = Span::new(file, at..at + line.trim_end().len());
        let origins = Origins::at(span);
        match (word.to_ascii_uppercase().as_str(), stages.last_mut()) {
            ("FROM", _) => {
                let mut words = rest.split_whitespace().filter(|word| !word.starts_with("--"));
                let from = words.next().unwrap_or("");
                let name = words.next().filter(|word| word.eq_ignore_ascii_case("as")).and(words.next());
                stages.push(Stage {
                    from: Node { value: filled(from, &before), origins },
                    name: name.map(str::to_owned),
                    user: None,
                    environment: Vec::new(),
                    at: span,
                });
            }
            ("ARG", None) => {
                let (name, value) = rest.split_once('=').map_or((rest, None), |(name, value)| (name, Some(value)));
                before.push((name.to_owned(), value.map(|value| unquoted(value).to_owned())));
            }
            ("USER", Some(stage)) => stage.user = Some(Node { value: filled(rest, &[]), origins }),
            ("ENV" | "ARG", Some(stage)) => stage.environment.extend(assignments(rest, &origins)),
            _ => {}
        }
    }
    stages
}

/// `NAME=value OTHER="a b"`, or in the old spelling `NAME value`.
fn assignments(rest: &str, origins: &Origins) -> Vec<Node> {
    let pair = |name: &str, value: &str| {
        let entry = |key: &str, text: &str| Entry {
            key: key.into(),
            key_span: None,
            value: Node { value: Value::String(Arc::from(text)), origins: origins.clone() },
        };
        let value = Entry { value: Node { value: filled(value, &[]), origins: origins.clone() }, ..entry("value", "") };
        Node { value: Value::Map(vec![entry("name", name), value]), origins: origins.clone() }
    };
    let first = rest.split_whitespace().next().unwrap_or("");
    if !first.contains('=') {
        return rest
            .split_once(char::is_whitespace)
            .map(|(name, value)| pair(name, value.trim()))
            .into_iter()
            .collect();
    }
    let mut found = Vec::new();
    let mut rest = rest;
    while let Some((name, after)) = rest.split_once('=') {
        let quote = after.chars().next().filter(|letter| matches!(letter, '"' | '\''));
        let end = match quote {
            Some(quote) => after.char_indices().skip(1).find(|(_, letter)| *letter == quote).map(|(at, _)| at + 1),
            None => after.find(char::is_whitespace),
        };
        let (value, next) = after.split_at(end.unwrap_or(after.len()));
        found.push(pair(name.trim(), unquoted(value)));
        rest = next.trim_start();
    }
    found
}

fn unquoted(text: &str) -> &str {
    text.trim().trim_matches(['"', '\''])
}

/// `text` with its variables filled in; what is given at the build is unknown.
fn filled(text: &str, known: &[(String, Option<String>)]) -> Value {
    let mut pen = TextPen::default();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        pen.known(before);
        let braced = after.strip_prefix('{').and_then(|after| after.split_once('}'));
        let (name, default, after) = match braced {
            Some((inner, after)) => match inner.split_once(":-") {
                Some((name, default)) => (name, Some(default), after),
                None => (inner, None, after),
            },
            None => {
                let end = after.find(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_'));
                let (name, after) = after.split_at(end.unwrap_or(after.len()));
                (name, None, after)
            }
        };
        let value = known.iter().find(|(own, _)| own == name).and_then(|(_, value)| value.as_deref());
        match value.or(default) {
            Some(value) => pen.known(value),
            None => pen.hole(Unknown::new(Why::Variable(Arc::from(name)))),
        }
        rest = after;
    }
    pen.known(rest);
    match pen.finish() {
        Value::Text(text) => text.part(&text.text),
        known => known,
    }
}

/// The instructions and where each begins: lines that end in a backslash go on, comments and here-documents are left
/// out. A continuation stays in the text as the space that it stands for.
fn instructions(text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut open = false;
    let mut until: Option<String> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let plain = line.trim();
        if let Some(word) = &until {
            if plain == word {
                until = None;
            }
            continue;
        }
        if plain.is_empty() || plain.starts_with('#') {
            continue;
        }
        let (piece, goes_on) = match plain.strip_suffix('\\') {
            Some(piece) => (piece, true),
            None => (plain, false),
        };
        match found.last_mut().filter(|_| open) {
            Some((_, whole)) => {
                whole.push(' ');
                whole.push_str(piece);
            }
            None => {
                let indent = line.len() - line.trim_start().len();
                found.push((start + indent, piece.to_owned()));
            }
        }
        open = goes_on;
        let runs = ["RUN", "COPY", "ADD"].iter().any(|word| plain.to_ascii_uppercase().starts_with(word));
        until = plain.split("<<").nth(1).filter(|_| runs).map(|word| {
            word.trim_start_matches('-').trim_matches(['"', '\'']).split_whitespace().next().unwrap_or("").to_owned()
        });
        until = until.filter(|word| !word.is_empty());
    }
    found
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

    use super::*;

    fn read(text: &str) -> Option<Block> {
        let tree = Tree::from_texts([("Dockerfile", text)]);
        let file = tree.find("Dockerfile").unwrap();
        image(&tree, file, UnitId(0), &stages(file, text))
    }

    #[test]
    fn it_is_known_by_its_own_name_in_whatever_folder() {
        for path in ["Dockerfile", "web/Dockerfile", "a/b/Containerfile.prod", "a/web.dockerfile"] {
            assert!(is_named(path), "{path}");
        }
        for path in ["dockerfile/notes.txt", "a/Dockerfile.dockerignore", "a/mydockerfile"] {
            assert!(!is_named(path), "{path}");
        }
    }

    #[test]
    fn the_last_stage_counts_with_what_it_stands_on() {
        let block = read(
            "ARG TAG=3.12\nFROM python:${TAG} AS base\nUSER app\nENV A=1 \\\n    B=\"two words\"\n\nFROM golang AS tools\n\
             FROM base\nRUN <<EOF\nUSER root\nEOF\nENV KEY value\n",
        )
        .unwrap();
        assert_eq!(block.body.text("from").value().map(|from| from.to_string()), Some("python:3.12".to_owned()));
        assert_eq!(block.body.text("user").value().map(|user| user.to_string()), Some("app".to_owned()));
        let names: Vec<String> =
            block.body.each("environment.name").iter().filter_map(|name| name.as_str().map(str::to_owned)).collect();
        assert_eq!(names, ["KEY", "A", "B"]);
    }

    #[test]
    fn what_is_given_at_the_build_is_unknown() {
        let block = read("ARG BASE\nFROM ${BASE}\nUSER $UID\n").unwrap();
        assert!(block.body.text("from").why().is_some());
        assert!(block.body.text("user").why().is_some());
        assert!(read("# nothing\n").is_none());
    }
}
