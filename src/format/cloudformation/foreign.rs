//! What CloudFormation does not know by itself: macros, and what other tools put in before it sees the template.

use std::sync::Arc;

use super::stack::{Cx, Stack, open, wrong};
use crate::source::{Note, NoteKind, Span};
use crate::value::{Node, unknown_of};

impl Stack<'_> {
    /// What another tool puts in before CloudFormation sees the template.
    pub(super) fn foreign(&self, what: &str, span: Span) -> Node {
        let why = format!("{what} is none of CloudFormation's");
        self.note_once(&why, || {
            Note::new(NoteKind::Unresolved, format!("{why}: what it stands for is not known"))
                .at(span)
                .help("scan what the other tool makes of the template")
        });
        wrong(&why, span)
    }

    /// What a macro puts in.
    pub(super) fn macro_made(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let name =
            arg.get("Name").and_then(|name| self.text_of(name, cx)).unwrap_or_else(|| Arc::from("Fn::Transform"));
        self.note_once(&format!("macro {name}"), || {
            let message = format!("what macro `{name}` makes is not known before the stack is deployed");
            Note::new(NoteKind::Unresolved, message).at(span)
        });
        wrong(&format!("macro `{name}` makes it when the stack is deployed"), span)
    }

    /// What stands where a text should: unknown for its own reason, if it has one.
    pub(super) fn no_text(&self, name: &str, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        match unknown_of(&self.value(arg, cx)) {
            Some(unknown) => open(unknown, span),
            None => wrong(&format!("`{name}` takes a text"), span),
        }
    }
}
