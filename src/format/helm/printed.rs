//! What the real Helm printed of a chart, where the person named it: each document tells by `# Source:` of which template
//! it is, and that is all that it tells of its place (<https://helm.sh/docs/helm/helm_template/>).

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::format::kubernetes::object;
use crate::format::{Reading, relocate, yaml};
use crate::source::{FileId, Note, NoteKind, Span, Tree};
use crate::value::UnitId;

/// The objects of `text`, each at the beginning of its template in the chart `folder`.
pub(super) fn read(tree: &Tree, folder: &str, unit: UnitId, printed: FileId) -> Reading {
    let mut reading = Reading::default();
    let text = match tree.text(printed) {
        Ok(text) => text,
        Err(note) => {
            reading.notes.push(note.clone());
            return reading;
        }
    };
    let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let mut seen: BTreeMap<Arc<str>, usize> = BTreeMap::new();
    for document in documents(text) {
        let source = document.lines().find_map(|line| line.strip_prefix("# Source: "));
        // the first part is the chart's name
        let source =
            source.and_then(|source| source.trim().split_once('/')).map(|(_, inside)| format!("{prefix}{inside}"));
        let file = source.and_then(|path| tree.find(&path)).or_else(|| tree.find(&format!("{prefix}Chart.yaml")));
        let Some(file) = file else { continue };
        let at = Span { file, start: 0, end: 0 };
        let (nodes, notes) = yaml::documents(file, document, yaml::Profile::KUBERNETES);
        let place = |note: Note| {
            let message = format!("what Helm printed of the template was not seen: {}", note.message);
            let note = if note.kind.incomplete() { Note { kind: NoteKind::NotSeen, message, ..note } } else { note };
            relocate::note(note, at, tree.path(file))
        };
        reading.notes.extend(notes.into_iter().map(place));
        for mut block in nodes.into_iter().flat_map(|node| object::blocks(node, unit)) {
            relocate::block(&mut block, at);
            let times = seen.entry(block.address.clone()).or_default();
            *times += 1;
            if *times > 1 {
                block.address = Arc::from(format!("{}#{times}", block.address));
            }
            reading.blocks.push(block);
        }
    }
    reading
}

/// The documents of a stream.
fn documents(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices("---") {
        let begins = at == 0 || text.get(..at).is_some_and(|before| before.ends_with('\n'));
        let ends = text.get(at + 3..).is_some_and(|after| after.is_empty() || after.starts_with(['\n', '\r', ' ']));
        if begins && ends {
            found.extend(text.get(start..at));
            start = at + 3;
        }
    }
    found.extend(text.get(start..));
    found
}
