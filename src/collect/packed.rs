//! Charts that lie packed inside a chart (`charts/redis-1.2.3.tgz`): their texts, as if they were files.
//!
//! Nothing is written to the disk. A packed file has a budget, and its names may not lead anywhere else.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::GzDecoder;

use super::reason;
use crate::source::{Note, NoteKind};

/// The most bytes of one packed chart, unpacked.
const MOST_BYTES: u64 = 32 * 1024 * 1024;
/// The most bytes of all packed charts of a scan, unpacked.
const MOST_IN_ALL: usize = 256 * 1024 * 1024;
/// The most files of one packed chart.
const MOST_FILES: usize = 5_000;
/// A block of a tape archive.
const BLOCK: usize = 512;

/// The texts of every packed chart among `files`, by path: `web/charts/redis-1.2.3.tgz/redis/Chart.yaml`.
pub(super) fn texts(
    root: &Path,
    files: &[(String, bool)],
    notes: &mut Vec<Note>,
) -> BTreeMap<String, (Arc<str>, bool)> {
    let mut found = BTreeMap::new();
    let mut total = 0;
    for (path, in_scope) in files.iter().filter(|(path, _)| is_packed(path, files)) {
        match unpack(&root.join(path)) {
            Ok(all) => {
                total += all.values().map(|text| text.len()).sum::<usize>();
                if total > MOST_IN_ALL {
                    notes.push(told(path, "all packed charts together hold more than is read"));
                    break;
                }
                found.extend(all.into_iter().map(|(name, text)| (format!("{path}/{name}"), (text, *in_scope))));
            }
            Err(why) => notes.push(told(path, &why)),
        }
    }
    found
}

fn told(path: &str, why: &str) -> Note {
    Note::new(NoteKind::Unreadable, format!("`{path}` cannot be unpacked: {why}")).in_file(path)
}

/// Whether a path is that of a chart inside a chart.
fn is_packed(path: &str, files: &[(String, bool)]) -> bool {
    let Some((folder, name)) = path.rsplit_once('/') else { return false };
    let outer = folder.strip_suffix("charts").filter(|outer| outer.is_empty() || outer.ends_with('/'));
    let described = |outer: &str| files.iter().any(|(path, _)| path.strip_prefix(outer) == Some("Chart.yaml"));
    name.ends_with(".tgz") && outer.is_some_and(described)
}

fn unpack(path: &Path) -> Result<BTreeMap<String, Arc<str>>, String> {
    let file = File::open(path).map_err(|error| reason(&error))?;
    let mut bytes = Vec::new();
    GzDecoder::new(file).take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(|error| reason(&error))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(format!("it holds more than {} MB", MOST_BYTES / (1024 * 1024)));
    }
    entries(&bytes)
}

/// The texts of a tape archive: <https://www.gnu.org/software/tar/manual/html_node/Standard.html>.
fn entries(bytes: &[u8]) -> Result<BTreeMap<String, Arc<str>>, String> {
    let mut found = BTreeMap::new();
    let mut at = 0;
    // a name that is too long for a header stands in an entry before it
    let mut long = None;
    while let Some(header) = bytes.get(at..at + BLOCK).filter(|header| header.iter().any(|byte| *byte != 0)) {
        let size = octal(header.get(124..136).unwrap_or_default()).ok_or("it is no tape archive")?;
        let start = at + BLOCK;
        let contents = bytes.get(start..start + size).ok_or("it is cut short")?;
        at = start + size.div_ceil(BLOCK) * BLOCK;
        match header.get(156) {
            Some(b'L') => long = text_of(contents),
            Some(b'x') => long = path_of(contents).or(long),
            Some(b'0' | 0) => {
                let name = long.take().or_else(|| name_of(header));
                let text = std::str::from_utf8(contents).ok().filter(|text| !text.contains('\0'));
                if let (Some(name), Some(text)) = (name.filter(|name| stays(name)), text) {
                    found.insert(name, Arc::from(text.strip_prefix('\u{FEFF}').unwrap_or(text)));
                }
            }
            _ => long = None,
        }
        if found.len() > MOST_FILES {
            return Err(format!("it holds more than {MOST_FILES} files"));
        }
    }
    Ok(found)
}

fn octal(field: &[u8]) -> Option<usize> {
    let text = text_of(field)?;
    usize::from_str_radix(text.trim(), 8).ok().filter(|size| *size as u64 <= MOST_BYTES)
}

/// A field of a header, up to its end.
fn text_of(field: &[u8]) -> Option<String> {
    let end = field.iter().position(|byte| *byte == 0).unwrap_or(field.len());
    String::from_utf8(field.get(..end)?.to_vec()).ok()
}

fn name_of(header: &[u8]) -> Option<String> {
    let name = text_of(header.get(..100)?)?;
    let prefix = match header.get(257..262) {
        Some(b"ustar") => text_of(header.get(345..500)?)?,
        _ => String::new(),
    };
    Some(if prefix.is_empty() { name } else { format!("{prefix}/{name}") })
}

/// The path of an extended header: lines of `LENGTH KEY=VALUE`.
fn path_of(contents: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(contents).ok()?;
    text.lines().find_map(|line| line.split_once(" path=")).map(|(_, path)| path.to_owned())
}

/// Whether a name stays inside its archive.
fn stays(name: &str) -> bool {
    !name.starts_with('/') && name.split('/').all(|part| !matches!(part, "" | "." | ".."))
}
