//! What a journal holds and where each line of it lies, so that it can be sorted without being held in memory; and how a
//! journal that was left is read again.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Call, Entry, Gap, GapState, Header, Lack, ListState, Listing, SnapshotError};

/// A line of a journal.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Line {
    /// The first line.
    Header(Header),
    /// A resource that a unit of work found.
    Entry { unit: String, entry: Entry },
    /// Whether the unit's list is whole.
    Listing { unit: String, listing: Listing },
    /// A call that the unit made.
    Call { unit: String, call: Call },
    /// A unit is done: what it wrote counts.
    Finished { unit: String },
    /// The run was taken up again: what unfinished units wrote before does not count.
    Resumed {},
}

/// By what lines are put in order: the type or call, the region, the id or what was asked about, the ARN or the time.
pub(super) type Key = [String; 4];

/// Where a line lies in the journal.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Place {
    pub(super) key: Key,
    pub(super) offset: u64,
    pub(super) length: usize,
}

/// The lines of one sort each, and what they do not tell.
#[derive(Default)]
pub(super) struct Places {
    pub(super) listings: Vec<Place>,
    pub(super) entries: Vec<Place>,
    pub(super) calls: Vec<Place>,
    /// By call.
    pub(super) lacks: BTreeMap<String, Lack>,
}

/// Every line that counts, and those that will once their unit is finished.
#[derive(Default)]
pub(super) struct Index {
    pub(super) finished: BTreeSet<String>,
    pub(super) places: Places,
    open: BTreeMap<String, Places>,
}

impl Places {
    fn append(&mut self, mut other: Self) {
        self.listings.append(&mut other.listings);
        self.entries.append(&mut other.entries);
        self.calls.append(&mut other.calls);
        for (call, lack) in other.lacks {
            self.lack(&call, lack);
        }
    }

    fn lack(&mut self, call: &str, more: Lack) {
        match self.lacks.get_mut(call) {
            Some(lack) => lack.count += more.count,
            None => drop(self.lacks.insert(call.to_owned(), more)),
        }
    }

    fn listing(&mut self, listing: &Listing) {
        if matches!(listing.state, ListState::Refused | ListState::Failed) {
            let call = listing.call.as_deref().unwrap_or(&listing.native_type);
            let (permission, message) = (listing.permission.clone(), listing.message.clone());
            self.lack(call, Lack { count: 1, permission, message });
        }
    }

    fn gap(&mut self, gap: &Gap) {
        if matches!(gap.state, GapState::Refused | GapState::Failed) {
            let (permission, message) = (gap.permission.clone(), gap.message.clone());
            self.lack(&gap.call, Lack { count: 1, permission, message });
        }
    }

    pub(super) fn sort(&mut self) {
        self.listings.sort_unstable();
        self.entries.sort_unstable();
        self.calls.sort_unstable();
    }
}

impl Index {
    /// Takes note of a line that lies at `offset`.
    pub(super) fn note(&mut self, line: &Line, offset: u64, length: usize) {
        let place = |key: Key| Place { key, offset, length };
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        match line {
            Line::Header(_) => {}
            Line::Entry { unit, entry } => {
                let key = [entry.native_type.clone(), text(&entry.region), entry.id.clone(), text(&entry.arn)];
                let open = self.of(unit);
                open.entries.push(place(key));
                entry.unknown.iter().for_each(|gap| open.gap(gap));
            }
            Line::Listing { unit, listing } => {
                let key = [listing.native_type.clone(), text(&listing.region), text(&listing.call), String::new()];
                let open = self.of(unit);
                open.listings.push(place(key));
                open.listing(listing);
            }
            Line::Call { unit, call } => {
                let key = [call.call.clone(), text(&call.region), text(&call.about), call.at.clone()];
                self.of(unit).calls.push(place(key));
            }
            Line::Finished { unit } => {
                let places = self.open.remove(unit).unwrap_or_default();
                self.places.append(places);
                self.finished.insert(unit.clone());
            }
            Line::Resumed {} => self.open.clear(),
        }
    }

    fn of(&mut self, unit: &str) -> &mut Places {
        self.open.entry(unit.to_owned()).or_default()
    }

    /// Units that have written something and are not finished.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = &str> {
        self.open.keys().map(String::as_str)
    }
}

/// Reads a journal that was left: its header, what it holds, and the byte after its last whole line.
pub(super) fn read(path: &Path, file: impl Read) -> Result<Option<(Header, Index, u64)>, SnapshotError> {
    let broken = |line: usize, reason: String| SnapshotError::Broken { path: path.display().to_string(), line, reason };
    let mut from = BufReader::new(file);
    let (mut index, mut header, mut offset) = (Index::default(), None, 0);
    let mut text = Vec::new();
    for number in 1.. {
        text.clear();
        let length = from.read_until(b'\n', &mut text).map_err(|error| SnapshotError::write(path, &error))?;
        // the run ended within the last line, if it has no end
        if text.pop_if(|last| *last == b'\n').is_none() {
            break;
        }
        let line: Line = serde_json::from_slice(&text).map_err(|error| broken(number, error.to_string()))?;
        match line {
            Line::Header(found) if number == 1 => header = Some(found),
            Line::Header(_) => return Err(broken(number, "a second beginning".to_owned())),
            _ if number == 1 => return Err(broken(number, "it does not begin with a header".to_owned())),
            line => index.note(&line, offset, text.len()),
        }
        offset += u64::try_from(length).unwrap_or_default();
    }
    index.open.clear();
    Ok(header.map(|header| (header, index, offset)))
}
