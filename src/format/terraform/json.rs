//! Terraform's JSON syntax: the same blocks, texts as templates, and no telling nested blocks from attributes.

use std::sync::Arc;

use jsonc_parser::ast::{Object, ObjectProp, ObjectPropName, StringLit, Value};
use jsonc_parser::common::Range;
use jsonc_parser::{CollectOptions, ParseOptions, parse_to_ast};

use super::lower::Lower;
use super::parse;
use super::syntax::{Attr, Body, Expr, Kind, Nested, Part};
use crate::source::{Note, NoteKind, Span};

/// How deep a value may be nested.
const DEEPEST: usize = 64;

/// The body of a `.tf.json` or `.tfvars.json` file.
pub(super) fn file(lower: Lower, text: &str, path: &Arc<str>, notes: &mut Vec<Note>) -> Body {
    let options = ParseOptions {
        allow_comments: true,
        allow_loose_object_property_names: false,
        allow_trailing_commas: false,
        allow_missing_commas: false,
        allow_single_quoted_strings: false,
        allow_hexadecimal_numbers: false,
        allow_unary_plus_numbers: false,
        ..ParseOptions::default()
    };
    let lost = |message: String| Note::new(NoteKind::Unreadable, message).in_file(path.clone());
    let root = match parse_to_ast(text, &CollectOptions::default(), &options) {
        Ok(parsed) => parsed.value,
        Err(error) => {
            notes.push(lost(format!("`{path}` is not JSON: {}", error.kind()).to_lowercase()));
            return Body::default();
        }
    };
    let reader = Reader { lower };
    match root {
        Some(Value::Object(object)) if path.ends_with(".tfvars.json") => reader.body(&object),
        Some(Value::Object(object)) => reader.top(&object),
        _ => {
            notes.push(lost(format!("`{path}` holds no JSON object")));
            Body::default()
        }
    }
}

struct Reader {
    lower: Lower,
}

/// How many labels a top-level block has.
fn labels_of(kind: &str) -> Option<usize> {
    match kind {
        "resource" | "data" | "ephemeral" => Some(2),
        "variable" | "output" | "module" | "provider" | "check" => Some(1),
        "locals" | "terraform" | "moved" | "import" | "removed" => Some(0),
        _ => None,
    }
}

impl Reader {
    fn span(&self, range: Range) -> Span {
        Span::new(self.lower.file, range.start + self.lower.shift..range.end + self.lower.shift)
    }

    fn top(&self, object: &Object<'_>) -> Body {
        let mut body = Body::default();
        for prop in &object.properties {
            let kind = prop.name.as_str();
            if let Some(labels) = labels_of(kind) {
                let head = self.name_span(&prop.name);
                self.labelled(&Arc::from(kind), labels, &prop.value, &mut Vec::new(), head, &mut body.blocks);
            }
        }
        body
    }

    /// Opens `labels` more levels of labels, then the bodies; a list at any level stands for several.
    fn labelled(
        &self,
        kind: &Arc<str>,
        labels: usize,
        value: &Value<'_>,
        found: &mut Vec<Arc<str>>,
        head: Span,
        out: &mut Vec<Nested>,
    ) {
        match value {
            Value::Array(items) => {
                for item in &items.elements {
                    // lists of lists are not Terraform's
                    if !matches!(item, Value::Array(_)) {
                        self.labelled(kind, labels, item, found, head, out);
                    }
                }
            }
            Value::Object(object) if labels > 0 => {
                for prop in &object.properties {
                    found.push(Arc::from(prop.name.as_str()));
                    self.labelled(kind, labels - 1, &prop.value, found, self.name_span(&prop.name), out);
                    found.pop();
                }
            }
            Value::Object(object) => out.push(Nested {
                kind: kind.clone(),
                labels: found.clone(),
                body: self.block(kind, object),
                head,
                span: self.span(object.range).to(head),
            }),
            _ => {}
        }
    }

    /// A block's inside; `dynamic`, `backend`, `default_tags` and `lifecycle` are blocks, all else reads as attributes.
    fn block(&self, kind: &str, object: &Object<'_>) -> Body {
        let mut body = Body::default();
        for prop in &object.properties {
            let name = prop.name.as_str();
            let labels = match (kind, name) {
                (_, "dynamic") | ("terraform", "backend") => 1,
                ("dynamic", "content") | ("resource" | "data", "lifecycle") => 0,
                (_, "//") => continue,
                ("variable", "type") => {
                    let mut attr = self.attr(prop);
                    let whole = Lower { whole: Some(attr.value.span), ..self.lower };
                    if let Some(kind) = attr.value.as_text().and_then(|text| parse::expression(whole, text)) {
                        attr.value = kind;
                    }
                    body.attrs.push(attr);
                    continue;
                }
                _ => {
                    body.attrs.push(self.attr(prop));
                    continue;
                }
            };
            let head = self.name_span(&prop.name);
            self.labelled(&Arc::from(name), labels, &prop.value, &mut Vec::new(), head, &mut body.blocks);
        }
        body
    }

    fn body(&self, object: &Object<'_>) -> Body {
        Body { attrs: object.properties.iter().map(|prop| self.attr(prop)).collect(), blocks: Vec::new() }
    }

    fn attr(&self, prop: &ObjectProp<'_>) -> Attr {
        Attr {
            name: Arc::from(prop.name.as_str()),
            name_span: self.name_span(&prop.name),
            value: self.expr(&prop.value, 0),
        }
    }

    fn name_span(&self, name: &ObjectPropName<'_>) -> Span {
        match name {
            ObjectPropName::String(text) => self.span(text.range),
            ObjectPropName::Word(word) => self.span(word.range),
        }
    }

    fn expr(&self, value: &Value<'_>, depth: usize) -> Expr {
        let (kind, range) = match value {
            Value::StringLit(text) => return self.text(text),
            Value::NumberLit(number) => (Kind::Number(number.value.parse().unwrap_or(f64::NAN)), number.range),
            Value::BooleanLit(flag) => (Kind::Bool(flag.value), flag.range),
            Value::NullKeyword(null) => (Kind::Null, null.range),
            Value::Array(items) if depth < DEEPEST => {
                (Kind::List(items.elements.iter().map(|item| self.expr(item, depth + 1)).collect()), items.range)
            }
            Value::Object(object) if depth < DEEPEST => {
                let pairs = object.properties.iter().map(|prop| {
                    let span = self.name_span(&prop.name);
                    let key = match &prop.name {
                        ObjectPropName::String(text) => self.text(text),
                        ObjectPropName::Word(word) => Expr { kind: Kind::Text(Arc::from(word.value)), span },
                    };
                    (key, self.expr(&prop.value, depth + 1))
                });
                (Kind::Object(pairs.collect()), object.range)
            }
            // a name that nothing declares: the value reads as unknown
            Value::Array(items) => (Kind::Name(Arc::from("a value nested too deep")), items.range),
            Value::Object(object) => (Kind::Name(Arc::from("a value nested too deep")), object.range),
        };
        Expr { kind, span: self.span(range) }
    }

    /// A text is a template; one that is a single interpolation is that value.
    fn text(&self, text: &StringLit<'_>) -> Expr {
        let span = self.span(text.range);
        if !text.value.contains("${") && !text.value.contains("%{") {
            return Expr { kind: Kind::Text(Arc::from(&*text.value)), span };
        }
        // without escapes the value's offsets are the file's, one after the quote
        let escaped = text.value.len() + 2 != text.range.end - text.range.start;
        let lower = Lower {
            file: self.lower.file,
            shift: self.lower.shift + text.range.start + 1,
            whole: escaped.then_some(span),
        };
        let Ok(mut parts) = parse::template(lower, &text.value) else {
            return Expr { kind: Kind::Name(Arc::from("a template that does not parse")), span };
        };
        match parts.len() {
            1 => match parts.pop() {
                Some(Part::Value(expr)) => Expr { span, ..expr },
                Some(Part::Literal(text)) => Expr { kind: Kind::Text(text), span },
                part => Expr { kind: Kind::Template(part.into_iter().collect()), span },
            },
            _ => Expr { kind: Kind::Template(parts), span },
        }
    }
}
