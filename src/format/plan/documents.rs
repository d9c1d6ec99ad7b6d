//! Policies that a plan does not hold as texts, since something in them is known only after apply: written out of the
//! planned `aws_iam_policy_document` or `google_iam_policy`, with holes for what is not known.

use super::config::Source;
use super::merge;
use crate::format::statements::{self, entry};
use crate::source::{FileId, Span};
use crate::value::{JsonStyle, Node, Text, TextPen, Value};

/// How many documents may stand within one another.
pub(super) const DEPTH: usize = 8;
const STYLE: JsonStyle = JsonStyle { sorted: true, html_safe: true, longest: 1 << 20 };

/// Whether the data source at this address writes a policy.
pub(super) fn is_one(address: &str) -> bool {
    ["data.aws_iam_policy_document.", "data.google_iam_policy."]
        .iter()
        .any(|kind| address.starts_with(kind) || address.contains(&format!(".{kind}")))
}

/// The policy of a planned document, as JSON.
pub(super) fn written(change: &Node, source: &Source<'_>) -> Option<Node> {
    let body = merge::body(change.get("change")?, change.get("type")?.as_str()?, source);
    let span = change.origins.primary.unwrap_or(Span::new(FileId(0), 0..0));
    let policy = if change.get("type")?.as_str()? == "google_iam_policy" {
        let bindings = body.each("binding").into_iter().cloned().collect();
        Node::at(Value::Map(vec![entry("bindings", Node::at(Value::List(bindings), span))]), span)
    } else {
        statements::policy(&body, span, &decoded)
    };
    let mut pen = TextPen::default();
    pen.json(&policy, STYLE);
    (pen.len() <= STYLE.longest).then(|| Node { value: pen.finish(), origins: change.origins.clone() })
}

fn decoded(node: &Node) -> Option<Node> {
    let text = match &node.value {
        Value::String(text) => Text { text: text.clone(), holes: [].into() },
        Value::Text(text) => text.clone(),
        _ => return None,
    };
    text.json(&|_| node.origins.clone()).ok()
}
