//! Patches of a layer: in files or inline, for selected objects or for the one that they name.

use regex::Regex;

use super::layer::Layer;
use super::object::{Object, items, remove};
use super::{json_patch, strategic};
use crate::source::{NoteKind, Span};
use crate::value::{Node, Value};

impl Layer<'_, '_> {
    /// `patchesStrategicMerge` and `patches`.
    pub(super) fn patches(&mut self, objects: &mut Vec<Object>) {
        for entry in items(self.root.get("patchesStrategicMerge")) {
            let Some(written) = entry.as_str() else { continue };
            let documents = match written.contains('\n') {
                true => self.inline(entry),
                false => self.file(written, entry),
            };
            for patch in documents {
                self.named(objects, &patch, entry.origins.primary);
            }
        }
        for entry in items(self.root.get("patches")) {
            self.patch(objects, entry);
        }
    }

    /// `patchesJson6902`.
    pub(super) fn json_patches(&mut self, objects: &mut Vec<Object>) {
        for entry in items(self.root.get("patchesJson6902")) {
            self.patch(objects, entry);
        }
    }

    fn patch(&mut self, objects: &mut Vec<Object>, entry: &Node) {
        let place = entry.origins.primary;
        let documents = match (entry.get("path"), entry.get("patch")) {
            (Some(path), _) => match path.as_str() {
                Some(written) => self.file(written, path),
                None => Vec::new(),
            },
            (_, Some(inline)) => self.inline(inline),
            _ => Vec::new(),
        };
        let target = entry.get("target");
        let may = |option: &str| {
            entry
                .get("options")
                .and_then(|options| options.get(option))
                .is_some_and(|flag| flag.value == Value::Bool(true))
        };
        for document in documents {
            match (&document.value, target) {
                (Value::List(_), Some(target)) => {
                    let mut faults = Vec::new();
                    for object in objects.iter_mut().filter(|object| selects(target, object)) {
                        object.remember();
                        faults.extend(json_patch::apply(&mut object.node, &document).err());
                    }
                    for fault in faults {
                        self.note(NoteKind::NotSeen, format!("a patch was not seen: {fault}"), place);
                    }
                }
                (_, Some(target)) => {
                    let mut patch = document.clone();
                    for (key, keep) in [("apiVersion", false), ("kind", may("allowKindChange"))] {
                        if !keep {
                            remove(&mut patch, key);
                        }
                    }
                    if let Value::Map(entries) = &mut patch.value
                        && let Some(metadata) = entries.iter_mut().find(|entry| &*entry.key == "metadata")
                    {
                        if !may("allowNameChange") {
                            remove(&mut metadata.value, "name");
                        }
                        remove(&mut metadata.value, "namespace");
                    }
                    objects.retain_mut(|object| !selects(target, object) || merge(object, &patch));
                }
                (Value::List(_), None) => {
                    self.note(NoteKind::NotSeen, "a patch was not seen: it names no target".to_owned(), place);
                }
                (_, None) => self.named(objects, &document, place),
            }
        }
    }

    /// A patch that is itself the beginning of the object that it is for.
    fn named(&mut self, objects: &mut Vec<Object>, patch: &Node, place: Option<Span>) {
        let aimed = Object::new(patch.clone());
        let (name, namespace) = (aimed.name(), aimed.namespace());
        let is_it = |object: &Object| {
            object.kind() == aimed.kind()
                && object.api().0 == aimed.api().0
                && object.called(&name)
                && (namespace.is_empty()
                    || object.namespace() == namespace
                    || object.was.iter().any(|(was, _)| *was == namespace)
                    || (&*namespace == "default" && object.namespace().is_empty()))
        };
        if !objects.iter().any(is_it) {
            let message = format!("a patch was not seen: there is no {} `{name}` for it", aimed.kind());
            return self.note(NoteKind::NotSeen, message, place);
        }
        let mut bare = patch.clone();
        if let Value::Map(entries) = &mut bare.value
            && let Some(metadata) = entries.iter_mut().find(|entry| &*entry.key == "metadata")
        {
            // the object may have another name by now
            remove(&mut metadata.value, "name");
            remove(&mut metadata.value, "namespace");
        }
        objects.retain_mut(|object| !is_it(object) || merge(object, &bare));
    }
}

/// Merges a patch; false if it deletes the object.
fn merge(object: &mut Object, patch: &Node) -> bool {
    let known = strategic::is_known(object.api().0);
    object.remember();
    strategic::merge(&mut object.node, patch, known)
}

/// Whether a selector (`target`, `select`, `reject`) holds for an object.
pub(super) fn selects(target: &Node, object: &Object) -> bool {
    let word = |key: &str| target.get(key).and_then(Node::as_str).filter(|word| !word.is_empty());
    let like = |pattern: &str, text: &str| {
        Regex::new(&format!("^(?:{pattern})$")).map_or(pattern == text, |pattern| pattern.is_match(text))
    };
    let (group, version) = object.api();
    let namespace = object.namespace();
    let name = object.name();
    let names = object.was.iter().map(|(_, name)| name).chain([&name]);
    let namespaces = object.was.iter().map(|(namespace, _)| namespace).chain([&namespace]);
    word("group").is_none_or(|word| like(word, group))
        && word("version").is_none_or(|word| like(word, version))
        && word("kind").is_none_or(|word| like(word, object.kind()))
        && word("name").is_none_or(|word| names.into_iter().any(|name| like(word, name)))
        && word("namespace").is_none_or(|word| namespaces.into_iter().any(|space| like(word, space)))
        && word("labelSelector").is_none_or(|word| holds(word, object, "labels"))
        && word("annotationSelector").is_none_or(|word| holds(word, object, "annotations"))
}

/// `a=b,c!=d,e,!f,g in (h, i)`.
fn holds(selector: &str, object: &Object, key: &str) -> bool {
    let texts: Vec<(&str, &str)> = object.texts(key).collect();
    let value = |key: &str| texts.iter().find(|(known, _)| *known == key).map(|(_, value)| *value);
    let mut depth = 0usize;
    let parts = selector.split(|letter| {
        match letter {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty()).all(|part| {
        let listed = |list: &str, value: Option<&str>| {
            let list = list.trim().trim_start_matches('(').trim_end_matches(')');
            value.is_some_and(|value| list.split(',').any(|item| item.trim() == value))
        };
        if let Some((key, list)) = part.split_once(" notin ") {
            !listed(list, value(key.trim()))
        } else if let Some((key, list)) = part.split_once(" in ") {
            listed(list, value(key.trim()))
        } else if let Some((key, wanted)) = part.split_once("!=") {
            value(key.trim()) != Some(wanted.trim())
        } else if let Some((key, wanted)) = part.split_once('=') {
            value(key.trim()) == Some(wanted.trim_start_matches('=').trim())
        } else if let Some(key) = part.strip_prefix('!') {
            value(key.trim()).is_none()
        } else {
            value(part).is_some()
        }
    })
}
