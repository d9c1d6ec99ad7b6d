//! What a plan parts with: it is counted and not judged, and what stays may be another thing without it.

use super::{Reading, Settings};
use crate::source::{Note, NoteKind};

/// How many resources a plan, or an update, parts with.
#[derive(Default)]
pub(super) struct Gone {
    pub(super) deleted: usize,
    pub(super) forgotten: usize,
}

impl Gone {
    /// Tells what goes, of a `document` such as a plan. What stays may have stood on what goes (a bucket on the statement
    /// that closed it), so that nothing is taken for unchanged then.
    pub(super) fn tell(&self, document: &str, settings: &Settings, reading: &mut Reading) {
        let note = |count: usize, what: &str| {
            let (resources, are) = if count == 1 { ("resource", "is") } else { ("resources", "are") };
            let message = format!("{count} {resources} that the {document} {what} {are} not judged");
            (count > 0).then(|| Note::new(NoteKind::Info, message))
        };
        reading.notes.extend(note(self.deleted, "deletes"));
        reading.notes.extend(note(self.forgotten, "takes out of the state"));
        if self.deleted + self.forgotten > 0 && !reading.unchanged.is_empty() {
            reading.unchanged.clear();
            let message = format!("the {document} was judged whole, as what stays may have stood on what goes");
            reading.notes.extend(settings.changed_only.then(|| Note::new(NoteKind::Info, message)));
        }
    }
}
