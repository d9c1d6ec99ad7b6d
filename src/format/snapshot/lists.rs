//! What a snapshot says of itself, and how far its lists go: one note for each reason why one is not whole, and one block
//! that later steps ask whether there may be more.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::unknown_members;
use crate::source::{Note, NoteKind, Span};
use crate::value::{Block, Dialect, Entry, Node, Provider, UnitId, Unknown, Value, Why};

const MEMBERS: &[&str] = &["type", "region", "state", "call", "permission", "message"];

/// The block of the snapshot itself: its header, a name, and its lists.
pub(super) fn block(header: &Node, provider: Provider, lists: Node, unit: UnitId, whole: Span) -> Block {
    let (kind, named) = match provider {
        Provider::Kubernetes => ("snapshot.cluster", header.at_path("cluster.context").value().copied()),
        _ => ("snapshot.account", None),
    };
    let id = ["account.id", "cluster.server"].iter().find_map(|path| header.at_path(path).value().copied());
    let named = named.or(id);
    let head = named.and_then(|name| name.origins.primary);
    let mut body = header.clone();
    if let Value::Map(entries) = &mut body.value {
        entries.extend(named.map(|name| Entry { key: Arc::from("name"), key_span: None, value: name.clone() }));
        entries.push(Entry { key: Arc::from("lists"), key_span: None, value: lists });
    }
    let head = head.unwrap_or_else(|| Span::new(whole.file, whole.range().start..whole.range().start));
    Block {
        provider,
        dialect: Dialect::Native,
        native_type: Arc::from(kind),
        written: None,
        address: Arc::from("snapshot"),
        unit,
        head,
        span: head,
        body,
        context: Node::empty_map(head),
        instances_unknown: None,
        via: Arc::from([]),
    }
}

/// The lists, each with the unknown that stands for what it does not hold.
pub(super) fn read(lists: Option<Node>, notes: &mut Vec<Note>) -> Node {
    let Some(mut lists) = lists else {
        return Node { value: Value::List(Vec::new()), origins: crate::value::Origins::NONE };
    };
    let mut why_not: BTreeMap<(NoteKind, Option<&str>, String), Vec<Listed>> = BTreeMap::new();
    if let Value::List(items) = &mut lists.value {
        for list in items {
            unknown_members(list, MEMBERS, "a list", notes);
            let state = list.text("state");
            let state = state.value().map_or("", |state| state);
            if state == "complete" {
                continue;
            }
            let at = list.origins.primary;
            let reason = reason(list, state);
            let (kind, help) = match state {
                // who left it out, or may not have it by where the account stands, knows
                "not asked" => (NoteKind::Info, None),
                "refused" => (NoteKind::NotSeen, Some("grant what is missing, and take the snapshot again")),
                _ => (NoteKind::NotSeen, Some("take the snapshot again")),
            };
            let of = list.text("type").value().map(ToString::to_string).unwrap_or_default();
            why_not.entry((kind, help, reason.to_string())).or_default().push((of, at));
            let unknown = Node {
                value: Value::Unknown(Unknown { at, ..Unknown::clone(&reason) }.into()),
                origins: list.origins.clone(),
            };
            if let Value::Map(entries) = &mut list.value {
                entries.push(Entry { key: Arc::from("unknown"), key_span: None, value: unknown });
            }
        }
    }
    notes.extend(why_not.into_iter().map(|((kind, help, reason), of)| {
        let note = note(kind, &reason, &of);
        match help {
            Some(help) => note.help(help),
            None => note,
        }
    }));
    lists
}

/// A type, and where its list stands.
type Listed = (String, Option<Span>);

/// The most types that a note names.
const FEW: usize = 3;

fn note(kind: NoteKind, reason: &str, of: &[Listed]) -> Note {
    let mut types: Vec<&str> = of.iter().map(|(native, _)| native.as_str()).collect();
    types.sort_unstable();
    types.dedup();
    let named: Vec<String> = types.iter().take(FEW).map(|native| format!("`{native}`")).collect();
    let more = match types.len().saturating_sub(FEW) {
        0 => String::new(),
        more => format!(" and {more} more types"),
    };
    let note = Note::new(
        kind,
        format!("{}{more} {} not listed: {reason}", named.join(", "), if types.len() == 1 { "was" } else { "were" }),
    );
    match of.first().and_then(|(_, at)| *at) {
        Some(at) => note.at(at),
        None => note,
    }
}

/// Why a call was not answered, in a sentence: of a list, or of one attribute.
pub(super) fn reason(of: &Node, state: &str) -> Arc<Unknown> {
    let said = |name: &str| of.text(name).value().map(ToString::to_string);
    let call = said("call").unwrap_or_else(|| "the call".to_owned());
    let call = if call.contains(' ') { call } else { format!("`{call}`") };
    Unknown::new(match (state, said("message")) {
        ("refused", message) => {
            // most permissions are called as the call is
            let lacks = said("permission").filter(|lacks| Some(lacks) != said("call").as_ref());
            let lacks = lacks.map(|lacks| format!(": `{lacks}` is missing"));
            let said = message.map(|message| format!(": {message}"));
            Why::Refused(format!("{call} was refused{}", lacks.or(said).unwrap_or_default()).into())
        }
        ("not asked", None) => Why::Unanswered(format!("{call} was not made").into()),
        ("not asked", Some(message)) => Why::Unanswered(format!("{call} was not made: {message}").into()),
        ("failed", Some(message)) => Why::Unanswered(format!("{call} failed: {message}").into()),
        _ => Why::Unanswered(format!("{call} failed").into()),
    })
}
