//! What a reader of YAML may rely on, as cases.

use super::*;

fn read(text: &str) -> (Vec<Node>, Vec<Note>) {
    documents(FileId(0), text, Profile::KUBERNETES)
}

fn one(text: &str) -> Node {
    let (mut documents, notes) = read(text);
    assert_eq!(notes, [], "{text}");
    assert_eq!(documents.len(), 1, "{text}");
    documents.remove(0)
}

fn slice<'t>(text: &'t str, node: &Node) -> &'t str {
    text.get(node.origins.primary.unwrap().range()).unwrap()
}

#[test]
fn every_value_and_key_has_its_place() {
    let text = "# ß\nmetadata:\n  name: web  # the name\n  labels: {a: \"b\", c: d}\nlist:\n- 1\n- x: y\n\n\nend: |\n  two\n  lines\n\n---\n";
    let node = one(text);
    let at = |path: &str| slice(text, node.at_path(path).value().unwrap()).to_owned();
    assert_eq!(at("metadata.name"), "web");
    assert_eq!(at("metadata.labels"), "{a: \"b\", c: d}");
    assert_eq!(at("metadata.labels.a"), "\"b\"");
    assert_eq!(at("metadata"), "name: web  # the name\n  labels: {a: \"b\", c: d}");
    assert_eq!(at("list"), "- 1\n- x: y");
    assert_eq!(at("end"), "two\n  lines");
    assert_eq!(node.text("end").value().map(|text| &**text), Some("two\nlines\n"));
    let key = node.entry("list").unwrap().key_span.unwrap();
    assert_eq!(text.get(key.range()), Some("list"));
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_shift_nothing() {
    let text = "\u{feff}a: 1\r\nb:\r\n  c: \"x\"\r\n  d: plain\r\n";
    let node = one(text);
    assert_eq!(slice(text, node.at_path("b.c").value().unwrap()), "\"x\"");
    assert_eq!(slice(text, node.at_path("b.d").value().unwrap()), "plain");
    assert_eq!(slice(text, node.at_path("b").value().unwrap()), "c: \"x\"\r\n  d: plain");
}

#[test]
fn documents_come_one_by_one_and_empty_ones_are_left_out() {
    let (documents, notes) = read("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n");
    assert_eq!((documents.len(), notes.len()), (2, 0));
}

#[test]
fn a_key_without_a_value_is_null_at_the_key() {
    let text = "a:\nb: 1\n";
    let node = one(text);
    assert!(node.get("a").unwrap().is_null());
    assert_eq!(slice(text, node.get("a").unwrap()), "a");
}

#[test]
fn an_alias_points_at_itself_and_names_its_anchor() {
    let text = "base: &b {cpu: 1}\nuse: *b\n";
    let node = one(text);
    let used = node.get("use").unwrap();
    assert_eq!(slice(text, used), "*b");
    assert_eq!(text.get(used.origins.related()[0].range()), Some("{cpu: 1}"));
    assert_eq!(used.int("cpu").value(), Some(&1));
}

#[test]
fn merge_keys_add_what_is_not_written() {
    let node = one("a: &a {x: 1, y: 1}\nb: &b {y: 2, z: 2}\nc:\n  <<: [*a, *b]\n  x: 3\n");
    let merged: Vec<_> = ["x", "y", "z"].iter().map(|key| *node.int(&format!("c.{key}")).value().unwrap()).collect();
    assert_eq!(merged, [3, 1, 2]);
    assert!(node.at_path("c.<<").is_unset());
    assert!(one("'<<': {a: 1}").get("<<").is_some(), "a quoted key is a key");
}

#[test]
fn the_last_of_two_keys_wins_and_a_note_says_so() {
    let text = "a: 1\na: 2\n";
    let (documents, notes) = read(text);
    assert_eq!(documents[0].int("a").value(), Some(&2));
    assert_eq!(notes[0].kind, NoteKind::Info);
    assert_eq!(notes[0].span.map(|span| span.start), Some(0));
}

#[test]
fn a_broken_document_costs_itself_only() {
    let text = "a: 1\n---\nb: [1, 2\n---\nc: 3\n";
    let (documents, notes) = read(text);
    assert_eq!(documents.len(), 2, "{notes:?}");
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].kind, NoteKind::PartLost);
    let (documents, notes) = read("a: {{ .Values.x }}\nb: ]\n");
    assert_eq!(documents.len(), 0);
    assert_eq!(notes[0].kind, NoteKind::Unreadable);
}

#[test]
fn local_tags_become_keys_where_the_reader_asks_for_it() {
    let profile = Profile { scalars: Scalars::Yaml11, tags: |tag| (tag == "!Sub").then_some("Fn::Sub") };
    let (documents, _) = documents(FileId(0), "a: !Sub 'x-${y}'\nb: !Sub\n  - z\nc: !Other 12\nd: !!str 12\n", profile);
    let node = &documents[0];
    assert_eq!(node.text("a.Fn::Sub").value().map(|text| &**text), Some("x-${y}"));
    assert_eq!(node.each("b.Fn::Sub").len(), 1);
    assert_eq!(node.get("c").and_then(Node::as_str), Some("12"));
    assert_eq!(node.get("d").and_then(Node::as_str), Some("12"));
}

#[test]
fn complex_keys_and_aliases_as_keys_are_read() {
    let node = one("? [a, b]\n: 1\n&k key: 2\nlist: [*k]\n");
    assert_eq!(node.int("[a, b]").value(), Some(&1));
    assert_eq!(node.int("key").value(), Some(&2));
    assert_eq!(node.each("list")[0].as_str(), Some("key"));
}

#[test]
fn an_alias_that_stands_for_itself_or_for_nothing_is_unknown() {
    let (documents, notes) = read("a: &a [*a]\nb: *nothing\n");
    let why = |path: &str| documents[0].each(path)[0].at_path("").why().map(|unknown| unknown.why.clone());
    assert!(matches!(why("a"), Some(Why::Cycle(_))));
    assert!(matches!(why("b"), Some(Why::Expression(_))));
    assert_eq!(notes.len(), 1);
}

#[test]
fn an_alias_bomb_is_a_note_and_unknown_not_a_pass() {
    let mut text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(",");
        text.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    let (documents, notes) = read(&text);
    assert!(documents[0].size() < 400_000, "{}", documents[0].size());
    assert_eq!(notes.len(), 1);
    assert_eq!(notes[0].kind, NoteKind::PartLost);
}

#[test]
fn aliases_cannot_nest_without_end() {
    let mut text = "l0: &l0 [x]\n".to_owned();
    for level in 1..2_000 {
        text.push_str(&format!("l{level}: &l{level} [*l{}]\n", level - 1));
    }
    let (documents, notes) = read(&text);
    assert_eq!((documents.len(), notes.len()), (1, 1));
}

#[test]
fn nested_anchors_cost_no_more_than_the_text() {
    let leaf = vec!["x"; 50_000].join(",");
    let text = (0..200).fold(leaf, |inner, level| format!("&n{level} [{inner}]"));
    let (documents, notes) = read(&text);
    assert_eq!((documents.len(), notes.len()), (1, 0));
}

#[test]
fn hostile_texts_end_in_notes() {
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        "---\n{\n".repeat(10_000),
        "\u{0}\u{1}x".into(),
    ] {
        let (_, notes) = read(&text);
        assert!(!notes.is_empty() && notes.len() <= NOTES + 1);
    }
}

proptest::proptest! {
    #[test]
    fn any_text_reads_without_panic_and_places_lie_in_it(text in "(?s)([-a-z:&*<{}\\[\\]#|>'\"!?, \n\tß\u{feff}\r%0-9]|.){0,200}") {
        let (documents, notes) = read(&text);
        for node in &documents {
            check(&text, node);
        }
        for note in notes {
            assert!(text.get(note.span.unwrap().range()).is_some());
        }
    }
}

fn check(text: &str, node: &Node) {
    for span in node.origins.primary.iter().chain(node.origins.related()) {
        assert!(text.get(span.range()).is_some(), "{span:?}");
    }
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| check(text, item)),
        Value::Map(entries) => entries.iter().for_each(|entry| check(text, &entry.value)),
        _ => {}
    }
}
