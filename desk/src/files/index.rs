//! All files by id, in memory, with what they and those that come in take of the room there is.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::record::{FileRecord, Sender};
use crate::limits::{FILES_DAY_MS, FILES_IN_FLIGHT_MAX, FILES_LEN_MAX, Limits};

/// Why there is no room for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// So many come in at this moment.
    Busy,
    /// The visitor has sent as much as a day allows.
    Visitor,
    /// All files together are as much as is kept.
    Everybody,
}

#[derive(Default)]
struct State {
    known: BTreeMap<String, FileRecord>,
    /// The bytes of all that is known.
    bytes: u64,
    /// What comes in, by id: whose, and how much room it may need.
    coming: BTreeMap<String, (Sender, u64)>,
}

/// The index.
#[derive(Default)]
pub(super) struct Index(Mutex<State>);

/// Room for a file that comes in; given back when dropped.
pub(super) struct Room {
    index: Arc<Index>,
    id: String,
}

impl Index {
    /// Of what was kept.
    pub(super) fn of(records: Vec<(String, FileRecord)>) -> Self {
        let bytes = records.iter().map(|(_, it)| it.bytes).sum();
        let known = records.into_iter().collect();
        Self(Mutex::new(State { known, bytes, coming: BTreeMap::new() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is whole under the lock, so a panic elsewhere left none half-made.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes room for so many bytes.
    ///
    /// # Errors
    /// [`NoRoom`].
    pub(super) fn room(
        self: &Arc<Self>,
        (id, bytes): (&str, u64),
        by: &Sender,
        limits: &Limits,
        now_ms: i64,
    ) -> Result<Room, NoRoom> {
        let mut state = self.state();
        if state.coming.len() >= FILES_IN_FLIGHT_MAX {
            return Err(NoRoom::Busy);
        }
        let coming: u64 = state.coming.values().map(|it| it.1).sum();
        let taken = state.bytes + coming;
        if taken + bytes > limits.files_bytes_max || state.known.len() >= FILES_LEN_MAX {
            return Err(NoRoom::Everybody);
        }
        if let Sender::Visitor(_) = by {
            let lately = |it: &&FileRecord| it.by == *by && it.at_ms > now_ms - FILES_DAY_MS;
            let sent: u64 = state.known.values().filter(lately).map(|it| it.bytes).sum();
            let own = state.coming.values().filter(|it| it.0 == *by);
            let sent = sent + own.map(|it| it.1).sum::<u64>();
            if sent + bytes > limits.visitor_files_bytes_per_day {
                return Err(NoRoom::Visitor);
            }
        }
        state.coming.insert(id.to_owned(), (by.clone(), bytes));
        Ok(Room { index: Arc::clone(self), id: id.to_owned() })
    }

    /// The file of an id.
    pub(super) fn get(&self, id: &str) -> Option<FileRecord> {
        self.state().known.get(id).cloned()
    }

    /// Whether a file of this id is known or comes in.
    pub(super) fn has(&self, id: &str) -> bool {
        let state = self.state();
        state.known.contains_key(id) || state.coming.contains_key(id)
    }

    /// Adds a file that is kept.
    pub(super) fn add(&self, id: &str, record: FileRecord) {
        let mut state = self.state();
        state.bytes += record.bytes;
        state.known.insert(id.to_owned(), record);
    }

    /// Forgets a file.
    pub(super) fn forget(&self, id: &str) {
        let mut state = self.state();
        if let Some(record) = state.known.remove(id) {
            state.bytes -= record.bytes;
        }
    }

    /// The files that were sent before this time.
    pub(super) fn older_than(&self, at_ms: i64) -> Vec<String> {
        let state = self.state();
        let old = state.known.iter().filter(|(_, it)| it.at_ms < at_ms);
        old.map(|(id, _)| id.clone()).collect()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.index.state().coming.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(id: &str) -> Sender {
        Sender::Visitor(id.to_owned())
    }

    fn file(by: &Sender, bytes: u64, at_ms: i64) -> FileRecord {
        let (name, media_type) = ("a.png".to_owned(), "image/png".to_owned());
        FileRecord { name, media_type, bytes, by: by.clone(), at_ms }
    }

    fn limits() -> Limits {
        Limits { visitor_files_bytes_per_day: 50, files_bytes_max: 100, ..Limits::default() }
    }

    #[test]
    fn invariant_8_a_visitor_sends_so_much_in_a_day() {
        let (index, vera) = (Arc::new(Index::default()), visitor("vera"));
        index.add("a", file(&vera, 40, 0));
        let room =
            |id, bytes, by: &Sender, now_ms| index.room((id, bytes), by, &limits(), now_ms).err();
        assert_eq!(room("b", 11, &vera, 0), Some(NoRoom::Visitor));
        assert_eq!(room("b", 10, &vera, 0), None);
        assert_eq!(room("b", 11, &visitor("paul"), 0), None, "each has a day of their own");
        assert_eq!(room("b", 11, &vera, FILES_DAY_MS), None, "and the next day another");
        let held = index.room(("b", 10), &vera, &limits(), 0);
        assert_eq!(room("c", 1, &vera, 0), Some(NoRoom::Visitor), "what comes in counts");
        drop(held);
        assert_eq!(room("c", 1, &vera, 0), None);
    }

    #[test]
    fn invariant_8_all_files_together_are_bounded() {
        let agent = Sender::Agent(shared::SipUri::parse("sip:ann@t.example").unwrap());
        let index = Arc::new(Index::of(vec![("a".to_owned(), file(&agent, 90, 0))]));
        let room = |id: &str, bytes| index.room((id, bytes), &agent, &limits(), 0);
        assert_eq!(room("b", 11).err(), Some(NoRoom::Everybody));
        index.forget("a");
        let held: Vec<Room> = (0..FILES_IN_FLIGHT_MAX)
            .map(|it| room(&it.to_string(), 1).unwrap_or_else(|it| panic!("{it:?}")))
            .collect();
        assert_eq!(room("z", 1).err(), Some(NoRoom::Busy));
        drop(held);
        assert!(room("z", 100).is_ok());
    }
}
