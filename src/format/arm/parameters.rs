//! Parameter files: `main.parameters.json` beside `main.json` or `main.bicep`.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files>

use std::collections::BTreeMap;
use std::sync::Arc;

use super::template::ci;
use crate::format::json;
use crate::source::{FileId, Note, Span, Tree};
use crate::value::{Node, Unknown, Value, Why};

/// The names of a template's parameter file, by convention.
const ENDS: &[&str] = &[".parameters.json", ".param.json"];

/// The parameter file of a template: the one of its name.
pub fn file_of(tree: &Tree, template: FileId) -> Option<FileId> {
    let path = tree.path(template);
    let (stem, _) = path.rsplit_once('.')?;
    ENDS.iter().find_map(|end| tree.find(&format!("{stem}{end}")))
}

/// What the parameter file of a template gives it.
pub fn beside(tree: &Tree, template: FileId, notes: &mut Vec<Note>) -> Option<BTreeMap<Arc<str>, Node>> {
    let file = file_of(tree, template)?;
    let document = match json::with_comments(file, tree.text(file).ok()?) {
        Ok(document) => document,
        Err(note) => {
            notes.push(note.in_file(tree.path(file)));
            return None;
        }
    };
    let given = ci(&document, "parameters")?.entries().iter().map(|entry| {
        let value = match ci(&entry.value, "value") {
            // taken as it stands: a parameter file holds no expressions
            Some(value) => value.clone(),
            None => {
                let at = entry.value.origins.primary.unwrap_or(Span::new(file, 0..0));
                let why = Why::DataSource(Arc::from(format!("parameters.{}.reference", entry.key)));
                Node::at(Value::Unknown(Unknown::at(why, at)), at)
            }
        };
        (Arc::from(entry.key.to_ascii_lowercase()), value)
    });
    Some(given.collect())
}
