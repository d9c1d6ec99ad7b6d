//! Replacements: a value of one object put into others.
//! See <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/>.

use std::sync::Arc;

use super::layer::Layer;
use super::object::{Object, items, replaced, said};
use super::patch::selects;
use crate::source::{NoteKind, Span};
use crate::value::{Entry, Node, Value};

impl Layer<'_, '_> {
    /// `replacements`.
    pub(super) fn replacements(&mut self, objects: &mut [Object]) {
        for entry in items(self.root.get("replacements")) {
            match entry.get("path") {
                Some(path) => {
                    let Some(written) = path.as_str() else { continue };
                    for document in self.file(written, path) {
                        match &document.value {
                            Value::List(all) => all.iter().for_each(|one| self.replacement(objects, one)),
                            _ => self.replacement(objects, &document),
                        }
                    }
                }
                None => self.replacement(objects, entry),
            }
        }
    }

    fn replacement(&mut self, objects: &mut [Object], entry: &Node) {
        let place = entry.origins.primary;
        let Some(source) = entry.get("source") else { return };
        let path = source.get("fieldPath").and_then(Node::as_str).unwrap_or("metadata.name");
        let found = objects.iter_mut().filter(|object| exactly(source, object)).find_map(|object| {
            let mut value = None;
            walk(&mut object.node, &steps(path), None, &mut |node| value = value.take().or_else(|| Some(node.clone())));
            value
        });
        let Some(mut value) = found else {
            let message = "a replacement was not seen: there is nothing at its source".to_owned();
            return self.note(NoteKind::NotSeen, message, place);
        };
        if let Some((delimiter, index)) = options(source) {
            let part = said(&value).and_then(|text| text.split(&*delimiter).nth(index).map(Arc::<str>::from));
            if let Some(part) = part {
                value = replaced(&value, part, None);
            }
        }
        for target in items(entry.get("targets")) {
            let rejects = items(target.get("reject"));
            let Some(select) = target.get("select") else { continue };
            for object in objects.iter_mut() {
                if !selects(select, object) || rejects.iter().any(|reject| selects(reject, object)) {
                    continue;
                }
                let create = target
                    .get("options")
                    .and_then(|options| options.get("create"))
                    .is_some_and(|create| create.value == Value::Bool(true));
                let at = place.filter(|_| create);
                for field in items(target.get("fieldPaths")).iter().filter_map(Node::as_str) {
                    object.remember();
                    walk(&mut object.node, &steps(field), at, &mut |node| put(node, &value, options(target)));
                }
            }
        }
    }
}

/// Whether an object is the source: names are names here, no patterns.
fn exactly(source: &Node, object: &Object) -> bool {
    let word = |key: &str| source.get(key).and_then(Node::as_str);
    let (group, version) = object.api();
    word("group").is_none_or(|word| word == group)
        && word("version").is_none_or(|word| word == version)
        && word("kind").is_none_or(|word| word == object.kind())
        && word("name").is_none_or(|word| object.called(word))
        && word("namespace")
            .is_none_or(|word| *object.namespace() == *word || object.was.iter().any(|(was, _)| **was == *word))
}

/// The delimiter and the index of the part that is meant.
fn options(of: &Node) -> Option<(Arc<str>, usize)> {
    let options = of.get("options")?;
    let delimiter = options.get("delimiter").and_then(said).filter(|text| !text.is_empty())?;
    let index = options.get("index").and_then(said).and_then(|text| text.parse().ok()).unwrap_or(0);
    Some((delimiter, index))
}

fn put(node: &mut Node, value: &Node, part: Option<(Arc<str>, usize)>) {
    let place = value.origins.primary;
    match part {
        None => {
            let old = node.origins.clone();
            *node = value.clone();
            node.origins = node.origins.and(&old);
        }
        Some((delimiter, index)) => {
            let (Some(old), Some(new)) = (said(node), said(value)) else { return };
            let mut parts: Vec<&str> = old.split(&*delimiter).collect();
            match parts.get_mut(index) {
                Some(part) => *part = &new,
                None => parts.push(&new),
            }
            *node = replaced(node, parts.join(&delimiter), place);
        }
    }
}

/// `spec.template.spec.containers.[name=web].image`; a dot after a backslash is no separator.
fn steps(path: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut step = String::new();
    let (mut escaped, mut inside) = (false, false);
    for letter in path.chars() {
        match letter {
            '\\' if !escaped => {
                escaped = true;
                continue;
            }
            '.' if !escaped && !inside => steps.push(std::mem::take(&mut step)),
            letter => {
                inside = (inside || letter == '[') && letter != ']';
                step.push(letter);
            }
        }
        escaped = false;
    }
    steps.push(step);
    steps.retain(|step| !step.is_empty());
    steps
}

fn walk(node: &mut Node, steps: &[String], create: Option<Span>, change: &mut dyn FnMut(&mut Node)) {
    let Some((step, rest)) = steps.split_first() else { return change(node) };
    if let (Value::Null, Some(span)) = (&node.value, create) {
        *node = Node::empty_map(span);
    }
    match &mut node.value {
        Value::List(items) => {
            let wanted =
                step.strip_prefix('[').and_then(|step| step.strip_suffix(']')).and_then(|step| step.split_once('='));
            for (at, item) in items.iter_mut().enumerate() {
                let meant = match wanted {
                    Some((key, value)) => item.get(key).and_then(said).as_deref() == Some(value),
                    None => step == "*" || *step == at.to_string(),
                };
                if meant {
                    walk(item, rest, create, change);
                }
            }
        }
        Value::Map(entries) => {
            if let (None, Some(span)) = (entries.iter().find(|entry| *entry.key == **step), create) {
                let value = Node::at(Value::Null, span);
                entries.push(Entry { key: Arc::from(step.as_str()), key_span: Some(span), value });
            }
            if let Some(entry) = entries.iter_mut().find(|entry| *entry.key == **step) {
                walk(&mut entry.value, rest, create, change);
            }
        }
        _ => {}
    }
}
