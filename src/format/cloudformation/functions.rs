//! The functions of a template.

use std::sync::Arc;

use heck::ToSnakeCase;

use super::merge::either;
use super::stack::{Cx, Stack, as_text, open, span_of, unknown, wrong};
use super::template::FOREIGN_TAG;
use crate::format::trace::{plain, through};
use crate::source::Span;
use crate::value::{JsonStyle, Node, Origins, Piece, Text, TextPen, Unknown, Value, Why, unknown_of};

/// How `Fn::ToJsonString` writes.
const JSON: JsonStyle = JsonStyle { sorted: false, html_safe: false, longest: 10 << 20 };

impl Stack<'_> {
    /// The value of a function; none where it is `AWS::NoValue`.
    pub fn call(&self, name: &str, arg: &Node, span: Span, cx: Cx<'_>) -> Option<Node> {
        Some(match name {
            "Ref" => match arg.as_str() {
                Some(name) => return self.reference(name, span),
                None => wrong("`Ref` takes a name", span),
            },
            "Fn::GetAtt" => self.attribute(arg, span, cx),
            "Fn::Sub" => self.substitute(arg, span, cx),
            "Fn::Join" => self.join(arg, span, cx),
            "Fn::Select" => return self.select(arg, span, cx),
            "Fn::Split" => self.split(arg, span, cx),
            "Fn::FindInMap" => return self.find_in_map(arg, span, cx),
            // readers take a script in either form, and this one may have holes
            "Fn::Base64" => self.value(arg, cx),
            "Fn::Cidr" => self.cidr(arg, span, cx),
            "Fn::GetAZs" => self.zones(arg, span, cx),
            "Fn::ImportValue" => self.import(arg, span, cx),
            "Fn::Length" => match self.list(arg, cx) {
                #[expect(clippy::cast_precision_loss, reason = "lists are not that long")]
                Ok(items) => Node::at(Value::Number(items.len() as f64), span),
                Err(node) => not_known(&node, span),
            },
            "Fn::ToJsonString" => {
                let mut pen = TextPen::default();
                pen.json(&self.value(arg, cx), JSON);
                self.written(pen, &Origins::NONE, span)
            }
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => {
                let whole = Node::at(Value::Map(vec![super::eval::entry(name, arg.clone())]), span);
                match self.truth(&whole, cx) {
                    Ok(holds) => Node::at(Value::Bool(holds), span),
                    Err(unknown) => open(unknown, span),
                }
            }
            "Fn::Transform" => self.macro_made(arg, span, cx),
            FOREIGN_TAG => self.foreign("a tag", span),
            _ if !name.starts_with("Fn::") => self.foreign(&format!("`{name}`"), span),
            _ => wrong(&format!("`{name}` is no function of CloudFormation"), span),
        })
    }

    fn attribute(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let (name, attribute) = match &arg.value {
            Value::String(text) => match text.split_once('.') {
                Some((name, attribute)) => (Arc::from(name), Arc::from(attribute)),
                None => return wrong("`Fn::GetAtt` takes a resource and an attribute", span),
            },
            Value::List(items) => match items.as_slice() {
                [name, rest @ ..] => {
                    let attributes: Option<Vec<Arc<str>>> = rest.iter().map(|item| self.text_of(item, cx)).collect();
                    match (self.text_of(name, cx), attributes) {
                        (Some(name), Some(attributes)) if !attributes.is_empty() => (name, attributes.join(".").into()),
                        _ => return wrong("which attribute is asked for is not known", span),
                    }
                }
                [] => return wrong("`Fn::GetAtt` takes a resource and an attribute", span),
            },
            _ => return wrong("`Fn::GetAtt` takes a resource and an attribute", span),
        };
        self.attribute_of(&name, &attribute, span)
    }

    fn attribute_of(&self, name: &str, attribute: &str, span: Span) -> Node {
        if let Some(output) = attribute.strip_prefix("Outputs.")
            && let Some(value) = self.output_of(name, output, span)
        {
            return value;
        }
        let parts: Vec<String> = attribute.split('.').map(|part| part.to_snake_case()).collect();
        let attribute = parts.join(".");
        match self.declared("Resources", name) {
            Some(_) => self.block_reference(name, &attribute, span),
            None => self.not_seen(name, &attribute, Arc::from(format!("{name}.{attribute}")), span),
        }
    }

    /// `Fn::Sub`, with variables of its own or without.
    fn substitute(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let (text, variables) = match &arg.value {
            Value::String(text) => (text, None),
            Value::List(items) => match (items.first().map(|item| &item.value), items.get(1)) {
                (Some(Value::String(text)), variables) => (text, variables),
                _ => return self.no_text("Fn::Sub", arg, span, cx),
            },
            _ => return self.no_text("Fn::Sub", arg, span, cx),
        };
        let (mut pen, mut origins, mut rest) = (TextPen::default(), Origins::at(span), &**text);
        while let Some((before, after)) = rest.split_once("${") {
            pen.known(before);
            let Some((name, after)) = after.split_once('}') else {
                pen.known("${");
                rest = after;
                continue;
            };
            rest = after;
            if let Some(literal) = name.strip_prefix('!') {
                pen.known("${");
                pen.known(literal);
                pen.known("}");
                continue;
            }
            let name = name.trim();
            let value = match (variables.and_then(|variables| variables.get(name)), name.split_once('.')) {
                (Some(own), _) => self.eval(own, cx),
                (None, Some((name, attribute))) => Some(self.attribute_of(name, attribute, span)),
                (None, None) => self.reference(name, span),
            };
            if let Some(value) = value {
                origins = through(span, &origins.and(&value.origins));
                append(&mut pen, &value);
            }
        }
        pen.known(rest);
        self.written(pen, &origins, span)
    }

    fn join(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let Value::List(args) = &arg.value else { return wrong("`Fn::Join` takes a list", span) };
        let [between, parts] = args.as_slice() else { return wrong("`Fn::Join` takes a delimiter and a list", span) };
        let between = self.value(between, cx);
        let parts = match self.list(parts, cx) {
            Ok(parts) => parts,
            Err(node) => return not_known(&node, span),
        };
        let (mut pen, mut origins) = (TextPen::default(), Origins::at(span));
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                append(&mut pen, &between);
            }
            origins = through(span, &origins.and(&part.origins));
            append(&mut pen, part);
        }
        self.written(pen, &origins, span)
    }

    /// The text of a pen, within its budget.
    fn written(&self, pen: TextPen, origins: &Origins, span: Span) -> Node {
        if let Err(unknown) = self.write(pen.len(), span) {
            return open(unknown, span);
        }
        Node { value: dynamic(pen.finish()), origins: through(span, origins) }
    }

    fn select(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Option<Node> {
        let Value::List(args) = &arg.value else { return Some(wrong("`Fn::Select` takes a list", span)) };
        let [index, list] = args.as_slice() else {
            return Some(wrong("`Fn::Select` takes an index and a list", span));
        };
        let index = self.value(index, cx);
        let items = match self.list(list, cx) {
            Ok(items) => items,
            Err(node) => return Some(not_known(&node, span)),
        };
        let Some(at) = as_text(&index) else { return Some(not_known(&index, span)) };
        Some(match at.parse::<usize>().ok().and_then(|at| items.get(at)) {
            Some(item) => {
                let item = self.copy(item);
                Node { origins: through(span, &item.origins), ..item }
            }
            None => wrong(&format!("there is no item {at}"), span),
        })
    }

    fn split(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let Value::List(args) = &arg.value else { return wrong("`Fn::Split` takes a list", span) };
        let [delimiter, text] = args.as_slice() else { return wrong("`Fn::Split` takes a delimiter and a text", span) };
        let (delimiter, text) = (self.value(delimiter, cx), self.value(text, cx));
        let Some(delimiter) = as_text(&delimiter).filter(|text| !text.is_empty()) else {
            return not_known(&delimiter, span);
        };
        let parts = match &text.value {
            Value::Text(holed) => split(holed, &delimiter),
            _ => {
                as_text(&text).map(|text| text.split(&*delimiter).map(|part| Value::String(Arc::from(part))).collect())
            }
        };
        let Some(parts) = parts else { return not_known(&text, span) };
        if let Err(unknown) = self.count(parts.len(), span) {
            return open(unknown, span);
        }
        let origins = through(span, &text.origins);
        let part = |value| Node { value, origins: origins.clone() };
        Node { value: Value::List(parts.into_iter().map(part).collect()), origins: origins.clone() }
    }

    /// Where a key is not known, what every key there is says alike.
    fn find_in_map(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Option<Node> {
        let Value::List(args) = &arg.value else { return Some(wrong("`Fn::FindInMap` takes a list", span)) };
        let [map, top, second, rest @ ..] = args.as_slice() else {
            return Some(wrong("`Fn::FindInMap` takes a map and two keys", span));
        };
        let default = rest.iter().find_map(|options| options.get("DefaultValue"));
        let Some(map) = self.text_of(map, cx) else { return Some(wrong("which map is meant is not known", span)) };
        let Some(map) = self.declared("Mappings", &map) else {
            return Some(unknown(Why::NotSeen(Arc::from(format!("mapping {map}"))), span));
        };
        let (top, second) = (self.value(top, cx), self.value(second, cx));
        let mut open_key = None;
        let mut found: Vec<&Node> = Vec::new();
        for inner in under(&map.value, &top, &mut open_key) {
            found.extend(under(inner, &second, &mut open_key));
        }
        let Some(why) = open_key else {
            return match (found.first(), default) {
                (Some(value), _) => {
                    let value = self.copy(value);
                    Some(Node { origins: through(span, &value.origins), ..value })
                }
                (None, Some(default)) => self.eval(default, cx),
                (None, None) => Some(wrong(&format!("mapping `{}` has no such key", map.key), span)),
            };
        };
        let why = plain(&why);
        if let Err(unknown) = self.count(found.len(), span) {
            return Some(open(unknown, span));
        }
        let mut merged = default.map(|default| self.eval(default, cx));
        for value in found {
            let value = Some(self.copy(value));
            merged = Some(match merged {
                Some(merged) => either(merged, value, &why, false),
                None => value,
            });
        }
        match merged {
            Some(value) => value.map(|value| Node { origins: through(span, &value.origins), ..value }),
            None => Some(open(why, span)),
        }
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html>
    fn cidr(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let args = match self.list(arg, cx) {
            Ok(args) => args,
            Err(node) => return not_known(&node, span),
        };
        if let Some(open) = args.iter().find(|arg| unknown_of(arg).is_some()) {
            return not_known(open, span);
        }
        let text = |at: usize| args.get(at).and_then(as_text);
        let net = text(0).and_then(|text| text.parse::<ipnet::Ipv4Net>().ok());
        let count = text(1).and_then(|text| text.parse::<usize>().ok()).filter(|count| (1..=256).contains(count));
        let bits = text(2).map_or(Some(8), |text| text.parse::<u8>().ok()).and_then(|bits| 32u8.checked_sub(bits));
        let (Some(net), Some(count), Some(prefix)) = (net, count, bits) else {
            return wrong("the address ranges cannot be worked out", span);
        };
        let Ok(subnets) = net.subnets(prefix) else {
            return wrong("the address ranges do not fit", span);
        };
        let subnet = |net: ipnet::Ipv4Net| Node::at(Value::String(Arc::from(net.to_string())), span);
        Node::at(Value::List(subnets.take(count).map(subnet).collect()), span)
    }

    /// The zones of a region, which an account may call by other letters, but never by those of another region.
    fn zones(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let named = self.value(arg, cx);
        let region = match named.as_str() {
            Some("") => self.reference("AWS::Region", span),
            _ => Some(named),
        };
        let Some(region) = region.filter(|region| region.as_str().is_some()) else {
            return unknown(Why::DataSource(Arc::from("Fn::GetAZs")), span);
        };
        let zone = |letter: char| {
            let zone = format!("{}{letter}", region.as_str().unwrap_or(""));
            Node { value: Value::String(Arc::from(zone)), origins: through(span, &region.origins) }
        };
        Node::at(Value::List(('a'..='f').map(zone).collect()), span)
    }

    fn import(&self, arg: &Node, span: Span, cx: Cx<'_>) -> Node {
        let name = match &self.value(arg, cx).value {
            Value::String(name) => name.clone(),
            Value::Text(text) => Arc::from(shown(text)),
            _ => Arc::from("Fn::ImportValue"),
        };
        // it is there, or the stack is not: only what it is cannot be told
        self.not_seen("export", &name, super::imports::not_seen(&name), span)
    }
}

/// The values of `map` under `key`: all of them where it is not known, and why.
fn under<'n>(map: &'n Node, key: &Node, open: &mut Option<Arc<Unknown>>) -> Vec<&'n Node> {
    match (as_text(key), unknown_of(key)) {
        (Some(key), _) => map.get(&key).into_iter().collect(),
        (None, Some(unknown)) => {
            open.get_or_insert(unknown);
            map.entries().iter().map(|entry| &entry.value).collect()
        }
        (None, None) => Vec::new(),
    }
}

/// Adds a value to a text; what cannot stand in one is a hole.
fn append(pen: &mut TextPen, node: &Node) {
    match (&node.value, as_text(node), unknown_of(node)) {
        (Value::Text(text), ..) => pen.text(text),
        (_, Some(text), _) => pen.known(&text),
        (_, None, Some(unknown)) => pen.hole(unknown),
        (Value::Null, ..) => {}
        _ => pen.hole(Unknown::at(Why::Expression(Arc::from("only a text can stand in a text")), span_of(node))),
    }
}

/// Unknown, for the reason that `node` is; no reference any more.
fn not_known(node: &Node, span: Span) -> Node {
    match unknown_of(node) {
        Some(unknown) => Node { value: Value::Unknown(plain(&unknown)), origins: through(span, &node.origins) },
        None => wrong("it cannot be worked out", span),
    }
}

/// A text with holes for a person to read.
fn shown(text: &Text) -> String {
    let piece = |piece: Piece<'_>| match piece {
        Piece::Known(known) => known.to_owned(),
        Piece::Hole(_) => "…".to_owned(),
    };
    text.pieces().into_iter().map(piece).collect()
}

/// A text with holes taken apart; none where a hole may hold the delimiter. What another resource has is an id or a name.
pub(super) fn split(text: &Text, delimiter: &str) -> Option<Vec<Value>> {
    let whole = |hole: &Arc<Unknown>| hole.is_reference() && hole.refers.iter().all(|to| &*to.attribute != "arn");
    if delimiter.is_empty() || !text.holes.iter().all(whole) {
        return None;
    }
    Some(text.text.split(delimiter).map(|part| text.part(part)).collect())
}

/// A text in which references to secrets and parameters are holes; a text that is nothing else is unknown.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html>
pub(super) fn dynamic(value: Value) -> Value {
    const OPENS: &str = "{{resolve:";
    let text = match value {
        Value::String(text) if text.contains(OPENS) => Text { text, holes: Arc::from([]) },
        Value::Text(text) if text.text.contains(OPENS) => text,
        // a text that is one hole is that unknown
        Value::Text(text) => return text.part(&text.text),
        other => return other,
    };
    let (mut pen, mut rest) = (TextPen::default(), &*text.text);
    let add = |pen: &mut TextPen, part: &str| match text.part(part) {
        Value::String(known) => pen.known(&known),
        Value::Text(holed) => pen.text(&holed),
        Value::Unknown(unknown) => pen.hole(unknown),
        _ => {}
    };
    while let Some((before, after)) = rest.split_once(OPENS) {
        let Some((inner, after)) = after.split_once("}}") else { break };
        add(&mut pen, before);
        let named = Text { text: Arc::from(inner), holes: text.holes.clone() };
        pen.hole(Unknown::new(Why::DataSource(Arc::from(format!("resolve:{}", shown(&named))))));
        rest = after;
    }
    add(&mut pen, rest);
    match pen.finish() {
        Value::Text(text) => text.part(&text.text),
        other => other,
    }
}
