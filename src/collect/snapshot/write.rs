//! The document out of a journal: written line by line beside its name, for nobody else to read, and renamed when it is
//! whole.

use std::cell::RefCell;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeSeq, Serializer};
use tempfile::NamedTempFile;

use super::index::{Line, Place, Places};
use super::{Entry, Header, SnapshotError};

/// Writes the document to `out`; `at` reads a line of the journal.
pub(super) fn document<F>(out: &Path, header: &Header, ended: &str, places: &Places, at: F) -> Result<(), SnapshotError>
where
    F: FnMut(&Place) -> Result<Line, SnapshotError>,
{
    let fault = |error: io::Error| SnapshotError::write(out, &error);
    let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder).map_err(fault)?;
    let document = Document { header, ended, places, at: RefCell::new(at) };
    let packed = out.extension().is_some_and(|extension| extension == "zst");
    let to = BufWriter::new(&mut file);
    let written = if packed { pack(&document, to) } else { plain(&document, to) };
    written.and_then(|()| file.as_file().sync_all()).map_err(fault)?;
    file.persist(out).map_err(|error| fault(error.error))?;
    Ok(())
}

fn plain(document: &impl Serialize, mut to: impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut to, document)?;
    to.write_all(b"\n")?;
    to.flush()
}

fn pack(document: &impl Serialize, to: impl Write) -> io::Result<()> {
    let mut packer = Packer { to, held: Vec::with_capacity(FRAME) };
    plain(document, &mut packer)?;
    packer.frame()?;
    packer.to.flush()
}

/// How many bytes are packed at a time: one frame each, as a packed file may hold any number of them.
const FRAME: usize = 4 * 1024 * 1024;

struct Packer<W> {
    to: W,
    held: Vec<u8>,
}

impl<W: Write> Packer<W> {
    fn frame(&mut self) -> io::Result<()> {
        if !self.held.is_empty() {
            self.to.write_all(&compress_to_vec(&*self.held, CompressionLevel::Fastest))?;
            self.held.clear();
        }
        Ok(())
    }
}

impl<W: Write> Write for Packer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= FRAME {
            self.frame()?;
        }
        Ok(bytes.len())
    }

    /// What is held goes out with its frame.
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The document: its lines are read while it is written.
struct Document<'d, F> {
    header: &'d Header,
    ended: &'d str,
    places: &'d Places,
    at: RefCell<F>,
}

impl<F: FnMut(&Place) -> Result<Line, SnapshotError>> Serialize for Document<'_, F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Head<'h> {
            #[serde(flatten)]
            header: &'h Header,
            ended: &'h str,
        }
        let head = serde_json::to_value(Head { header: self.header, ended: self.ended });
        let head = head.map_err(serde::ser::Error::custom)?;
        let mut to = to.serialize_map(None)?;
        for (key, value) in head.as_object().into_iter().flatten() {
            to.serialize_entry(key, value)?;
        }
        to.serialize_entry("lists", &Lines { at: &self.at, places: &self.places.listings })?;
        to.serialize_entry("resources", &Lines { at: &self.at, places: &self.places.entries })?;
        to.serialize_entry("calls", &Lines { at: &self.at, places: &self.places.calls })?;
        to.end()
    }
}

/// One of its lists.
struct Lines<'l, F> {
    at: &'l RefCell<F>,
    places: &'l [Place],
}

impl<F: FnMut(&Place) -> Result<Line, SnapshotError>> Serialize for Lines<'_, F> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut to = to.serialize_seq(None)?;
        let mut before: Option<Entry> = None;
        for place in self.places {
            let line = (self.at.borrow_mut())(place).map_err(serde::ser::Error::custom)?;
            match line {
                // pages of a list that changes while it is read may overlap
                Line::Entry { entry, .. } if before.as_ref() == Some(&entry) => {}
                Line::Entry { entry, .. } => {
                    to.serialize_element(&entry)?;
                    before = Some(entry);
                }
                Line::Listing { listing, .. } => to.serialize_element(&listing)?,
                Line::Call { call, .. } => to.serialize_element(&call)?,
                Line::Header(_) | Line::Finished { .. } | Line::Resumed {} => {}
            }
        }
        to.end()
    }
}
