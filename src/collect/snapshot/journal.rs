//! The writer of a snapshot: lines are put to a journal as they come, by units of work, so that a run that was killed is
//! taken up where it was; the end sorts them into the document. Memory holds where each line lies, never the lines.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::index::{self, Index, Line, Place};
use super::{Call, Entry, Header, Lack, Listing, SnapshotError, redact, write};

/// A snapshot in the making; shared by all who collect.
pub struct Journal {
    out: PathBuf,
    path: PathBuf,
    header: Header,
    inner: Mutex<Inner>,
}

struct Inner {
    file: File,
    end: u64,
    /// Lines that are not written yet.
    held: Vec<u8>,
    index: Index,
}

/// How many bytes are held before they are written.
const HELD: usize = 256 * 1024;

impl Journal {
    /// Begins the snapshot `out`, or takes up the journal beside it (`OUT.partial`) that an earlier run left; `fresh`
    /// throws such a one away.
    pub fn open(out: &Path, header: &Header, fresh: bool) -> Result<Self, SnapshotError> {
        let mut path = out.as_os_str().to_owned();
        path.push(".partial");
        let path = PathBuf::from(path);
        let fault = |error: std::io::Error| SnapshotError::write(&path, &error);
        let mut file = private().open(&path).map_err(fault)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(SnapshotError::Busy { path: out.display().to_string() }),
            Err(TryLockError::Error(error)) => return Err(fault(error)),
        }
        let left = if fresh { None } else { index::read(&path, &mut file)? };
        let (line, header, index, end) = match left {
            Some((left, index, end)) => {
                same(&path, &left, header)?;
                (Line::Resumed {}, left, index, end)
            }
            None => (Line::Header(header.clone()), header.clone(), Index::default(), 0),
        };
        file.set_len(end).and_then(|()| file.seek(SeekFrom::Start(end))).map_err(fault)?;
        let inner = Mutex::new(Inner { file, end, held: Vec::new(), index });
        let journal = Self { out: out.to_path_buf(), path, header, inner };
        journal.line(&line, true)?;
        Ok(journal)
    }

    /// What the snapshot says of itself: of a journal that was taken up, what its first run said.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Writes a resource that `unit` found, without what is a credential by its own form.
    pub fn entry(&self, unit: &str, entry: &Entry) -> Result<(), SnapshotError> {
        let mut entry = entry.clone();
        redact::sweep(&mut entry.properties);
        entry.properties.sort_all_objects();
        self.line(&Line::Entry { unit: unit.to_owned(), entry }, false)
    }

    /// Writes how far a list of `unit` goes.
    pub fn listing(&self, unit: &str, listing: &Listing) -> Result<(), SnapshotError> {
        self.line(&Line::Listing { unit: unit.to_owned(), listing: listing.clone() }, false)
    }

    /// Writes a call that `unit` made.
    pub fn call(&self, unit: &str, call: &Call) -> Result<(), SnapshotError> {
        self.line(&Line::Call { unit: unit.to_owned(), call: call.clone() }, false)
    }

    /// The unit (`service/region/type`) is done; what it wrote counts from now on, also for a later run.
    pub fn finished(&self, unit: &str) -> Result<(), SnapshotError> {
        self.line(&Line::Finished { unit: unit.to_owned() }, true)
    }

    /// Whether the unit is done, now or in an earlier run.
    pub fn is_finished(&self, unit: &str) -> bool {
        self.inner().index.finished.contains(unit)
    }

    /// Units that have written something and are not done; their lines would not be in the document.
    pub fn unfinished(&self) -> BTreeSet<String> {
        self.inner().index.unfinished().map(str::to_owned).collect()
    }

    /// What finished units were refused or were not answered, in this run or in one before, by call.
    pub fn lacking(&self) -> BTreeMap<String, Lack> {
        self.inner().index.places.lacks.clone()
    }

    /// How many resources finished units found.
    pub fn count(&self) -> usize {
        self.inner().index.places.entries.len()
    }

    /// The resources of one type in one region that finished units found, in order: what later units ask more of.
    pub fn entries(&self, native_type: &str, region: Option<&str>) -> Result<Vec<Entry>, SnapshotError> {
        let mut inner = self.inner();
        let wanted = |place: &&Place| match &place.key {
            [found, at, ..] => found == native_type && region.is_none_or(|region| region == at),
        };
        let mut places: Vec<Place> = inner.index.places.entries.iter().filter(wanted).cloned().collect();
        places.sort_unstable();
        let mut entries = Vec::with_capacity(places.len());
        for place in &places {
            if let Line::Entry { entry, .. } = self.at(&mut inner, place)? {
                entries.push(entry);
            }
        }
        Ok(entries)
    }

    /// How far the lists of finished units go, in this run or in one before, in order.
    pub fn listings(&self) -> Result<Vec<Listing>, SnapshotError> {
        let mut inner = self.inner();
        let mut places = inner.index.places.listings.clone();
        places.sort_unstable();
        let mut listings = Vec::with_capacity(places.len());
        for place in &places {
            if let Line::Listing { listing, .. } = self.at(&mut inner, place)? {
                listings.push(listing);
            }
        }
        Ok(listings)
    }

    /// Sorts everything into the document, puts it under its name, and takes the journal away.
    pub fn finish(self, ended: &str) -> Result<(), SnapshotError> {
        let mut inner = self.inner();
        inner.flush().map_err(|error| SnapshotError::write(&self.path, &error))?;
        let mut places = std::mem::take(&mut inner.index.places);
        places.sort();
        write::document(&self.out, &self.header, ended, &places, |place| self.at(&mut inner, place))?;
        drop(inner);
        fs::remove_file(&self.path).map_err(|error| SnapshotError::write(&self.path, &error))
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn line(&self, line: &Line, flush: bool) -> Result<(), SnapshotError> {
        let fault = |error: std::io::Error| SnapshotError::write(&self.path, &error);
        let mut text = serde_json::to_vec(line).map_err(|error| fault(error.into()))?;
        let mut inner = self.inner();
        let (offset, length) = (inner.end, text.len());
        inner.index.note(line, offset, length);
        text.push(b'\n');
        inner.end += u64::try_from(text.len()).unwrap_or_default();
        inner.held.append(&mut text);
        if flush || inner.held.len() > HELD {
            inner.flush().map_err(fault)?;
        }
        Ok(())
    }

    fn at(&self, inner: &mut Inner, place: &Place) -> Result<Line, SnapshotError> {
        let fault = |error: std::io::Error| SnapshotError::write(&self.path, &error);
        inner.flush().map_err(fault)?;
        let mut text = vec![0; place.length];
        let file = &mut inner.file;
        let read = file.seek(SeekFrom::Start(place.offset)).and_then(|_| file.read_exact(&mut text));
        // what follows is written at the end again
        read.and_then(|()| file.seek(SeekFrom::Start(inner.end))).map_err(fault)?;
        serde_json::from_slice(&text).map_err(|error| fault(error.into()))
    }
}

impl Inner {
    fn flush(&mut self) -> std::io::Result<()> {
        self.file.write_all(&self.held)?;
        self.held.clear();
        self.file.flush()
    }
}

/// A file that nobody else may read.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// A journal is taken up only for what it was begun for.
fn same(path: &Path, left: &Header, asked: &Header) -> Result<(), SnapshotError> {
    let differs = |((what, theirs), (_, ours)): ((&'static str, String), (&'static str, String))| {
        (theirs != ours).then(|| SnapshotError::Other { path: path.display().to_string(), what, theirs, ours })
    };
    left.identity().into_iter().zip(asked.identity()).find_map(differs).map_or(Ok(()), Err)
}
