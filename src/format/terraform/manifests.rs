//! Texts that the data sources of the kubectl provider take apart into manifests: `kubectl_file_documents` one text,
//! `kubectl_path_documents` files, each filled in as a template
//! (<https://registry.terraform.io/providers/alekc/kubectl/latest/docs/data-sources/kubectl_path_documents>).

use std::ops::Range;
use std::sync::Arc;

use super::config::Resource;
use super::eval::wrong;
use super::functions::glob;
use super::graph::{Cx, Instance, Module, Universe, through};
use crate::format::statements::entry;
use crate::source::{FileId, Span};
use crate::value::{Node, Origins, Text, Unknown, Value, Why, unknown_of};

/// What was asked for, or the node that stands for all of it where it cannot be told.
type Found<T> = Result<T, Node>;

impl Universe<'_> {
    /// The `documents` of such a data source, a list, or its `manifests`, a map by what they are.
    pub fn manifests(&self, module: &Module, resource: &Resource, instance: &Instance, name: &str) -> Node {
        let block = &resource.block;
        let cx = Cx::of(module).with_each(&instance.each);
        let body = self.body(&block.body, block.span, &cx, true);
        let texts = match body.get("content") {
            Some(content) => Ok(vec![content.clone()]),
            None => self.files(&body, block.span, &cx),
        };
        let folder = &module.config.folder;
        let found = texts.and_then(|texts| {
            let found: Found<Vec<_>> = texts.iter().map(|text| self.taken_apart(text, block.span, folder)).collect();
            let found = found?.into_iter().flatten();
            if name == "documents" {
                return Ok(Value::List(found.map(|(text, _)| text).collect()));
            }
            let linked: Found<Vec<_>> = found.map(|(text, object)| Ok(entry(&link(&object)?, text))).collect();
            Ok(Value::Map(linked?))
        });
        let node = found.map_or_else(|node| node, |value| Node::at(value, block.span));
        Node { origins: through(block.span, &node.origins), ..node }
    }

    /// The texts of the files that a `pattern` names, filled in.
    fn files(&self, body: &Node, span: Span, cx: &Cx<'_>) -> Found<Vec<Node>> {
        let pattern = body.text("pattern");
        let Some(pattern) = pattern.value() else {
            return Err(body.get("pattern").cloned().unwrap_or_else(|| wrong("there is no pattern".into(), span)));
        };
        let plain = body.bool("disable_template");
        let mut variables = Node::empty_map(span);
        for given in ["vars", "sensitive_vars"].into_iter().filter_map(|name| body.get(name)) {
            match (&mut variables.value, &given.value) {
                (Value::Map(all), Value::Map(some)) => {
                    all.retain(|entry| given.get(&entry.key).is_none());
                    all.extend(some.iter().cloned());
                }
                (_, Value::Null) => {}
                _ => return Err(given.clone()),
            }
        }
        let files = self.matching(pattern, &cx.module.config.folder);
        if files.is_empty() {
            // it may lead to what is ignored, or to what is not made yet
            return Err(Node::at(Value::Unknown(Unknown::at(Why::File(pattern.clone()), span)), span));
        }
        let text = |file: FileId| match (plain.value(), plain.why()) {
            (Some(true), _) => match self.tree.text(file) {
                Ok(text) => {
                    let place = Some(Arc::from([Span::new(file, 0..text.len())]));
                    Ok(Node {
                        value: Value::String(text.clone()),
                        origins: Origins { primary: Some(span), related: place },
                    })
                }
                Err(_) => Err(Node::at(Value::Unknown(Unknown::at(Why::File(self.tree.path(file)), span)), span)),
            },
            (None, Some(why)) => Err(Node::at(Value::Unknown(why.clone()), span)),
            _ => self.filled(file, &variables, span, cx).map_err(|reason| wrong(reason, span)),
        };
        files.into_iter().map(text).collect()
    }

    /// The files that a pattern names, in order: from the root module, where Terraform runs, or from the root of the tree
    /// where it begins with the module's folder (`path.module`).
    fn matching(&self, pattern: &str, folder: &str) -> Vec<FileId> {
        let named = |pattern: String| {
            // to this provider `**` is no more than `*`, and there are no choices
            let plain = pattern.replace("**", "*").replace('{', "[{]");
            let regex = regex::Regex::new(&glob(&plain)).ok()?;
            let found: Vec<FileId> =
                self.tree.files().map(|(file, _)| file).filter(|file| regex.is_match(self.tree.name(*file))).collect();
            (!found.is_empty()).then_some(found)
        };
        self.places(pattern, folder).into_iter().find_map(named).unwrap_or_default()
    }

    /// The documents of a text that are not empty, each with what it holds.
    fn taken_apart(&self, text: &Node, span: Span, folder: &str) -> Found<Vec<(Node, Node)>> {
        let whole = match &text.value {
            Value::String(known) => Text { text: known.clone(), holes: [].into() },
            Value::Text(holed) => holed.clone(),
            _ => return Err(unknown_of(text).map_or_else(|| wrong("it is no text".into(), span), |_| text.clone())),
        };
        let mut found = Vec::new();
        for range in documents(&whole.text) {
            let value = whole.part(whole.text.get(range.clone()).unwrap_or_default());
            let document = Node { value, origins: self.narrowed(text, &whole, range) };
            let object = self.pure("yamldecode", vec![document.clone()], span, folder);
            let object = object.map_err(|reason| wrong(reason, span))?;
            let empty = object.is_null() || matches!(&object.value, Value::Map(entries) if entries.is_empty());
            if !empty {
                found.push((document, object));
            }
        }
        Ok(found)
    }

    /// The places of a part of a text: of the file that it was read from the part.
    fn narrowed(&self, text: &Node, whole: &Text, part: Range<usize>) -> Origins {
        let narrow = |place: &Span| match u32::try_from(part.start).ok().zip(u32::try_from(part.end).ok()) {
            Some((start, end)) if whole.holes.is_empty() && self.tree.slice(*place) == &*whole.text => {
                Span { start: place.start + start, end: place.start + end, ..*place }
            }
            _ => *place,
        };
        let related = text.origins.related.as_ref().map(|places| places.iter().map(narrow).collect());
        Origins { primary: text.origins.primary, related }
    }
}

/// Where the documents of a text lie: between the lines of three dashes.
fn documents(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let (mut start, mut at) = (0, 0);
    for line in text.split_inclusive('\n') {
        if line.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace)) {
            found.push(start..at);
            // what follows the dashes on their line belongs to the document
            start = at + 3;
        }
        at += line.len();
    }
    found.push(start..text.len());
    let trimmed = |range: Range<usize>| {
        let document = text.get(range.clone())?.trim_start();
        (!document.is_empty()).then(|| range.end - document.len()..range.end)
    };
    found.into_iter().filter_map(trimmed).collect()
}

/// The path under which an API server would serve an object, by which the provider names it:
/// `/apis/apps/v1/namespaces/shop/deployments/web`.
fn link(object: &Node) -> Found<String> {
    let part = |path: &str| {
        let found = object.text(path);
        match (found.value(), found.why()) {
            (Some(text), _) => Ok(text.to_string()),
            (None, Some(why)) => Err(Node { value: Value::Unknown(why.clone()), origins: object.origins.clone() }),
            (None, None) => Ok(String::new()),
        }
    };
    let (version, kind) = (part("apiVersion")?, part("kind")?);
    let (namespace, name) = (part("metadata.namespace")?, part("metadata.name")?);
    let mut link = format!("{}/{version}", if version == "v1" { "/api" } else { "/apis" });
    if !namespace.is_empty() {
        link += &format!("/namespaces/{namespace}");
    }
    link += &format!("/{}{}", kind.to_lowercase(), if kind.ends_with('s') { "es" } else { "s" });
    if !name.is_empty() {
        link += &format!("/{name}");
    }
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_comes_apart_at_lines_of_three_dashes() {
        let text = "---\na: 1\n--- # next\nb: |\n  --- no\n-----\n---\n";
        let found: Vec<&str> = documents(text).into_iter().filter_map(|range| text.get(range)).collect();
        assert_eq!(found, ["a: 1\n", "# next\nb: |\n  --- no\n-----\n"]);
        assert_eq!(documents("a: 1").first(), Some(&(0..4)));
    }
}
