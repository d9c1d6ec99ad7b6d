//! The house keeps its own rules: which room may open which door, how each file begins, how long it is, and who alone
//! may name Cedar, the disk, the network, the clock and `Serialize`.

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
use std::path::Path;

/// The rooms and their numbers: a room imports only rooms with a smaller one.
const ROOMS: &[(&str, u8)] = &[
    ("source", 0),
    ("value", 1),
    ("format", 2),
    ("collect", 2),
    ("model", 2),
    ("provider", 3),
    ("rule", 3),
    ("graph", 4),
    ("engine", 5),
    ("report", 6),
    ("pipeline", 7),
    ("cli", 8),
];

/// The most lines of a file before its tests.
const MOST_LINES: usize = 400;

/// A file under `src`: its path from there, and its text before its tests, comments left out of `code`.
struct File {
    path: String,
    text: String,
    code: String,
}

impl File {
    fn room(&self) -> &str {
        self.path.split(['/', '.']).next().unwrap_or("")
    }
}

fn files() -> Vec<File> {
    let mut found = Vec::new();
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    let root = open[0].clone();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(&root).expect("under src").to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                open.push(path);
            } else if name.ends_with(".rs") {
                let text = fs::read_to_string(&path).expect("a text");
                let text = text.split("\n#[cfg(test)]\nmod ").next().unwrap_or("").to_owned();
                let lines = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let code = lines.collect::<Vec<_>>().join("\n");
                found.push(File { path: name, text, code });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(found.len() > 50, "the files were not found");
    found
}

/// Test code in files of its own may do what the code may not.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// The rooms named after `crate::`, plain and in braces.
fn doors(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let after = &code[at + "crate::".len()..];
        if let Some(braced) = after.strip_prefix('{') {
            let inside = braced.split('}').next().unwrap_or("");
            found.extend(inside.split(',').map(|word| word.trim().split("::").next().unwrap_or("").to_owned()));
        } else {
            found
                .push(after.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next().unwrap_or("").to_owned());
        }
    }
    found
}

fn level(room: &str) -> Option<u8> {
    ROOMS.iter().find(|(name, _)| *name == room).map(|(_, level)| *level)
}

/// Fails with every line of `wrong`.
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn doors_open_downwards_only() {
    let mut wrong = Vec::new();
    for file in files() {
        let Some(here) = level(file.room()) else { continue };
        for door in doors(&file.code) {
            let Some(there) = level(&door) else { continue };
            if there >= here && door != file.room() {
                wrong.push(format!("src/{} opens `{door}`, which is not below it", file.path));
            }
        }
    }
    none(&wrong);
}

#[test]
fn every_file_says_what_it_is_for() {
    let wrong: Vec<_> = files()
        .into_iter()
        .filter(|file| !file.text.starts_with("//! "))
        .map(|file| format!("src/{} does not begin with `//! what it is for`", file.path))
        .collect();
    none(&wrong);
}

#[test]
fn no_file_is_long() {
    let wrong: Vec<_> = files()
        .into_iter()
        .filter(|file| !is_test(&file.path))
        .map(|file| (file.text.lines().count(), file.path))
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, path)| {
            format!("src/{path} has {lines} lines before its tests; at most {MOST_LINES}: part it by purpose")
        })
        .collect();
    none(&wrong);
}

/// `what` may stand only in rooms, or parts of rooms, of `may`.
fn only_in(what: &[&str], may: &[&str], why: &str) {
    let mut wrong = Vec::new();
    for file in files() {
        let within = |place: &&str| file.room() == *place || (place.ends_with('/') && file.path.starts_with(place));
        if may.iter().any(within) || is_test(&file.path) {
            continue;
        }
        for word in what {
            if file.code.contains(word) {
                wrong.push(format!("src/{} names `{word}`: {why}", file.path));
            }
        }
    }
    none(&wrong);
}

#[test]
fn only_the_engine_knows_cedar() {
    only_in(&["cedar_policy"], &["engine"], "only `engine` knows Cedar");
}

#[test]
fn only_collect_and_the_command_line_touch_the_world() {
    only_in(
        &["std::fs", "fs::read", "File::open", "std::env", "env::var", "std::process", "Command::new"],
        &["collect", "cli", "main"],
        "what is outside comes in through `collect` and `cli`",
    );
    only_in(&["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"], &[], "nothing opens a connection");
    only_in(
        &["SystemTime::now", "Instant::now", "Timestamp::now", "Zoned::now"],
        &["collect/aws/client/", "cli"],
        "the day is given; only the command line looks at the clock, and who signs calls or waits between them",
    );
}

#[test]
fn only_reports_are_serialised_and_only_documents_of_rules_are_read() {
    let snapshot = "collect/snapshot/";
    only_in(&["Serialize"], &["report", "cli", snapshot], "no type inside is serialised: outputs have their own");
    only_in(&["Deserialize"], &["rule", "report", "collect/aws/", snapshot], "our own documents are read in `rule`");
}
