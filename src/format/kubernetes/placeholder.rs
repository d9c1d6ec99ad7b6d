//! Values that a template engine has yet to fill in: `{{ .Values.image }}` is unknown, never a literal.

use crate::value::{Node, Unknown, Value, Why};

/// Kinds whose values are texts of someone else's: rules of alerts, dashboards, files.
const TEXTS: &[&str] = &["ConfigMap", "Secret", "PrometheusRule", "GrafanaDashboard", "CustomResourceDefinition"];

/// Whether a text holds the marks of a template engine.
pub(super) fn in_text(text: &str) -> bool {
    between(text, "{{", "}}") || between(text, "{%", "%}") || between(text, "%{", "}")
}

fn between(text: &str, open: &str, close: &str) -> bool {
    text.split_once(open).is_some_and(|(_, rest)| rest.contains(close))
}

/// Makes every scalar with a placeholder in it unknown, outside annotations and texts.
pub(super) fn mark(node: &mut Node, kind: &str) {
    if !TEXTS.contains(&kind) {
        walk(node);
    }
}

fn walk(node: &mut Node) {
    match &mut node.value {
        Value::String(text) if between(text, "{{", "}}") => {
            let why = Why::Expression(format!("a template has yet to fill in `{text}`").into());
            node.value = Value::Unknown(match node.origins.primary {
                Some(span) => Unknown::at(why, span),
                None => Unknown::new(why),
            });
        }
        Value::List(items) => items.iter_mut().for_each(walk),
        Value::Map(entries) => {
            entries.iter_mut().filter(|entry| &*entry.key != "annotations").for_each(|entry| walk(&mut entry.value))
        }
        _ => {}
    }
}
