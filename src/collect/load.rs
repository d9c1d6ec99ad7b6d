//! Reads one text: UTF-8 only, within budgets, never through a link that leads out of the root.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ruzstd::decoding::StreamingDecoder;

use super::reason;
use crate::source::{Bytes, Load, Note, NoteKind};

/// The most bytes of one file.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// The most bytes of one JSON file that is read whole.
const MOST_JSON_BYTES: u64 = 64 * 1024 * 1024;
/// The most bytes of one file that is read without being kept. A place in it still fits 32 bits.
const MOST_STREAMED_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// The most bytes of a packed file, unpacked.
const MOST_UNPACKED_BYTES: u64 = 256 * 1024 * 1024;
/// How much of a packed file is unpacked to see whether it is text at all.
const FIRST: u64 = 4096;

/// Reads files under one root, and knows the text of standard input.
pub(super) struct FromDisk {
    root: PathBuf,
    /// Paths that are links or lead through one.
    linked: BTreeSet<String>,
    stdin: Option<(String, Arc<str>)>,
    /// Texts out of packed charts.
    packed: BTreeMap<String, Arc<str>>,
}

impl FromDisk {
    pub(super) fn new(
        root: PathBuf,
        linked: BTreeSet<String>,
        stdin: Option<(String, String)>,
        packed: BTreeMap<String, Arc<str>>,
    ) -> Self {
        Self { root, linked, stdin: stdin.map(|(name, text)| (name, Arc::from(text))), packed }
    }

    fn read(&self, path: &str) -> Result<Arc<str>, Note> {
        let most = if has_extension(path, "json") { MOST_JSON_BYTES } else { MOST_BYTES };
        let file = self.within(path, most)?;
        let bytes = fs::read(&file).map_err(|error| closed(path, &error))?;
        let bytes = if has_extension(path, "zst") { unpacked(path, &bytes)? } else { bytes };
        text(path, bytes)
    }

    /// Where the file lies, if it lies under the root and holds at most `most` bytes.
    fn within(&self, path: &str, most: u64) -> Result<PathBuf, Note> {
        let file = self.root.join(path);
        if self.linked.contains(path) {
            // asked again when it is read: the link may have been turned since the walk
            let inside = file.canonicalize().is_ok_and(|real| real.starts_with(&self.root));
            if !inside {
                return Err(Note::new(NoteKind::Refused, format!("link `{path}` leads out of the root")));
            }
        }
        let facts = fs::metadata(&file).map_err(|error| closed(path, &error))?;
        if !facts.is_file() {
            return Err(Note::new(NoteKind::Unreadable, format!("`{path}` is not a regular file")));
        }
        if facts.len() > most {
            let (size, most) = (facts.len() / (1024 * 1024), most / (1024 * 1024));
            return Err(Note::new(
                NoteKind::Unreadable,
                format!("`{path}` holds {size} MB, and at most {most} MB are read"),
            )
            .help("split it, or exclude it in deodar.yaml"));
        }
        Ok(file)
    }
}

impl Load for FromDisk {
    fn load(&self, path: &str) -> Result<Arc<str>, Note> {
        match &self.stdin {
            Some((name, text)) if name == path => Ok(text.clone()),
            _ => match self.packed.get(path) {
                Some(text) => Ok(text.clone()),
                None => self.read(path).map_err(|note| note.in_file(path)),
            },
        }
    }

    fn open(&self, path: &str) -> Result<Box<dyn Bytes>, Note> {
        let kept = self.stdin.as_ref().is_some_and(|(name, _)| name == path) || self.packed.contains_key(path);
        if kept {
            return self.load(path).map(|text| Box::new(Cursor::new(Arc::<[u8]>::from(text))) as Box<dyn Bytes>);
        }
        let opened = self
            .within(path, MOST_STREAMED_BYTES)
            .and_then(|file| fs::File::open(file).map_err(|error| closed(path, &error)));
        opened.map(|file| Box::new(file) as Box<dyn Bytes>).map_err(|note| note.in_file(path))
    }
}

/// The bytes as text; a byte order mark is left out, as editors count no column for it.
fn text(path: &str, bytes: Vec<u8>) -> Result<Arc<str>, Note> {
    let not_text = |what: &str| {
        Note::new(NoteKind::Unreadable, format!("`{path}` is {what}"))
            .help("save it as UTF-8, or exclude it in deodar.yaml")
    };
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(not_text("UTF-16 text, not UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|_| not_text("not UTF-8 text"))?;
    if text.contains('\0') {
        return Err(not_text("binary, not text"));
    }
    Ok(Arc::from(text.strip_prefix('\u{FEFF}').unwrap_or(&text)))
}

/// What a packed file holds, one frame after another. One that does not begin as JSON does is not unpacked any further.
fn unpacked(path: &str, mut bytes: &[u8]) -> Result<Vec<u8>, Note> {
    let broken = |reason: &str| {
        Note::new(NoteKind::Unreadable, format!("`{path}` cannot be unpacked: {}", reason.to_lowercase()))
            .help("take the snapshot again, or exclude the file in deodar.yaml")
    };
    let mut text = Vec::new();
    while !bytes.is_empty() {
        let frame = StreamingDecoder::new(&mut bytes).map_err(|error| broken(&error.to_string()))?;
        let mut frame = frame.take(MOST_UNPACKED_BYTES + 1);
        frame.by_ref().take(FIRST).read_to_end(&mut text).map_err(|error| broken(&error.to_string()))?;
        if text.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
            return Err(Note::new(NoteKind::Info, format!("`{path}` is no packed JSON and is not read")));
        }
        frame.read_to_end(&mut text).map_err(|error| broken(&error.to_string()))?;
        if u64::try_from(text.len()).unwrap_or(u64::MAX) > MOST_UNPACKED_BYTES {
            return Err(broken(&format!("it holds more than {} MB", MOST_UNPACKED_BYTES / (1024 * 1024))));
        }
    }
    Ok(text)
}

fn closed(path: &str, error: &std::io::Error) -> Note {
    Note::new(NoteKind::Unreadable, format!("`{path}` cannot be read: {}", reason(error)))
}

/// Whether `path` ends in `.extension`, whatever its case.
fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_utf_8_is_a_note_and_a_mark_is_left_out() {
        assert_eq!(text("a.tf", "\u{FEFF}x = 1".into()).as_deref(), Ok("x = 1"));
        for (bytes, says) in
            [(vec![0xFF, 0xFE, b'a', 0], "UTF-16"), (vec![b'a', 0xC3], "not UTF-8"), (vec![b'a', 0, b'b'], "binary")]
        {
            let note = text("a.tf", bytes).unwrap_err();
            assert_eq!(note.kind, NoteKind::Unreadable);
            assert!(note.message.contains(says), "{}", note.message);
        }
    }
}
