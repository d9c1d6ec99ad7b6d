//! What a preview says that it does not hold: it failed, or leaves out what stays as it is.
//!
//! The form: `backend/display/json.go` in Pulumi's sources, severities in `sdk/go/common/diag/sink.go`.

use crate::source::{Note, NoteKind};
use crate::value::{Node, Value};

/// What the URN of a stack holds.
const STACK: &str = "::pulumi:pulumi:Stack::";

/// The notes on a preview, in which `same` steps leave their resource as it is.
pub(super) fn notes(document: &Node, same: usize) -> Vec<Note> {
    let not_seen = |message: String, help: &str| Note::new(NoteKind::NotSeen, message).help(help);
    let mut notes = Vec::new();
    let error = |node: &&Node| node.get("severity").and_then(Node::as_str) == Some("error");
    if let Some(fault) = document.each("diagnostics").into_iter().find(error) {
        let message = "the preview failed, so that what comes after the fault is not in it";
        let note = not_seen(message.into(), "mend what `pulumi preview` says, and preview again");
        notes.push(match fault.origins.primary {
            Some(place) => note.at(place),
            None => note,
        });
    }
    if let Some(corrupt) = document.get("maybeCorrupt").filter(|node| node.value == Value::Bool(true)) {
        let note = not_seen(
            "Pulumi says that the state of the stack may be corrupt: the preview may lack resources".into(),
            "repair the state with `pulumi state repair`, and preview again",
        );
        notes.push(match corrupt.origins.primary {
            Some(place) => note.at(place),
            None => note,
        });
    }
    let counted = document.int("changeSummary.same");
    let kept = counted.value().map_or(0, |count| usize::try_from(*count).unwrap_or(0));
    // the stack itself is counted as well, and nothing that is deployed
    let stack = |step: &&Node| step.get("urn").and_then(Node::as_str).is_some_and(|urn| urn.contains(STACK));
    let told = document.each("steps").iter().any(stack);
    let left_out = kept.saturating_sub(same).saturating_sub(usize::from(!told));
    if left_out > 0 {
        let (resources, stay) =
            if left_out == 1 { ("resource stays as it is", "stands") } else { ("resources stay as they are", "stand") };
        let message = format!("{left_out} {resources} and {stay} nowhere in the preview");
        let note = not_seen(message, "preview with `--show-sames`");
        notes.push(match counted.origins.primary {
            Some(place) => note.at(place),
            None => note,
        });
    }
    notes
}
