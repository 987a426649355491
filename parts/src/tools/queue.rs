//! Files on their way to the desk: a few at once, the others wait, and what went wrong stays until it is
//! tried again or given up.

use crate::limits::UPLOADS_MAX;

/// How far a file is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Others go first.
    Waiting,
    /// It goes when a conversation has begun.
    Held,
    /// So many percent are gone.
    Sending(u32),
    /// It did not arrive, and why.
    Failed(String),
    /// It is not taken, however often it is sent, and why.
    Refused(String),
}

/// A file on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Names it here.
    pub key: u32,
    /// What it is called.
    pub name: String,
    /// How far it is.
    pub stand: Stand,
    /// Where it is, once the desk has taken it.
    pub url: Option<String>,
}

/// All files on their way, in the order they were chosen.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    next: u32,
    items: Vec<Item>,
}

impl Queue {
    /// Puts a file behind the others; answers its key.
    pub fn add(&mut self, name: String) -> u32 {
        let key = self.next;
        self.next += 1;
        self.items.push(Item { key, name, stand: Stand::Waiting, url: None });
        key
    }

    /// Those that may go now; from here on they are sent.
    pub fn begin(&mut self) -> Vec<u32> {
        let is_sending = |it: &&Item| matches!(it.stand, Stand::Sending(_));
        let room = UPLOADS_MAX.saturating_sub(self.items.iter().filter(is_sending).count());
        let waiting = self.items.iter_mut().filter(|it| it.stand == Stand::Waiting).take(room);
        let begin = |it: &mut Item| {
            it.stand = Stand::Sending(0);
            it.key
        };
        waiting.map(begin).collect()
    }

    /// How far one is, or what is wrong with it. Nothing for one that was given up.
    pub fn set(&mut self, key: u32, stand: Stand) {
        if let Some(it) = self.items.iter_mut().find(|it| it.key == key) {
            it.stand = stand;
        }
    }

    /// The desk has it. It is not sent twice.
    pub fn taken(&mut self, key: u32, url: String) {
        if let Some(it) = self.items.iter_mut().find(|it| it.key == key) {
            it.url = Some(url);
        }
    }

    /// No conversation goes on: those that wait, and this one, are held until one has begun.
    pub fn hold(&mut self, key: u32) {
        for it in &mut self.items {
            if it.key == key || it.stand == Stand::Waiting {
                it.stand = Stand::Held;
            }
        }
    }

    /// A conversation has begun: what was held waits for its turn.
    pub fn release(&mut self) {
        for it in &mut self.items {
            if it.stand == Stand::Held {
                it.stand = Stand::Waiting;
            }
        }
    }

    /// It was said, or is not wanted any more.
    pub fn remove(&mut self, key: u32) {
        self.items.retain(|it| it.key != key);
    }

    /// One of them.
    pub fn get(&self, key: u32) -> Option<&Item> {
        self.items.iter().find(|it| it.key == key)
    }

    /// The keys of all.
    pub fn keys(&self) -> Vec<u32> {
        self.items.iter().map(|it| it.key).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Queue, Stand};
    use crate::limits::UPLOADS_MAX;

    #[test]
    fn invariant_8_so_many_files_are_sent_at_once_and_the_others_wait() {
        let mut queue = Queue::default();
        let keys: Vec<_> = (0..7).map(|it| queue.add(it.to_string())).collect();
        assert_eq!(queue.begin(), keys[..UPLOADS_MAX]);
        assert!(queue.begin().is_empty());
        queue.remove(keys[0]);
        queue.set(keys[1], Stand::Failed("too large".to_owned()));
        assert_eq!(queue.begin(), keys[5..]);
        assert_eq!(queue.keys(), keys[1..]);
    }

    #[test]
    fn invariant_11_what_comes_before_the_conversation_is_held_and_goes_when_it_has_begun() {
        let mut queue = Queue::default();
        let keys: Vec<_> = (0..7).map(|it| queue.add(it.to_string())).collect();
        queue.begin();
        queue.set(keys[1], Stand::Refused("too large".to_owned()));
        queue.hold(keys[0]);
        assert!(queue.begin().is_empty(), "what waits is held, too");
        queue.release();
        assert_eq!(queue.begin(), [keys[0], keys[5]], "as many as there is room for");
        assert!(queue.get(keys[1]).is_some_and(|it| matches!(it.stand, Stand::Refused(_))));
    }

    #[test]
    fn invariant_11_a_file_that_did_not_arrive_stays_and_is_tried_again() {
        let mut queue = Queue::default();
        let key = queue.add("a.png".to_owned());
        queue.begin();
        queue.set(key, Stand::Failed("no network".to_owned()));
        assert!(queue.begin().is_empty(), "only when it is wanted");
        queue.set(key, Stand::Waiting);
        assert_eq!(queue.begin(), [key]);
        queue.taken(key, "https://chat.example/desk/files/a/a.png".to_owned());
        assert!(queue.get(key).is_some_and(|it| it.url.is_some()));
        queue.remove(key);
        queue.set(key, Stand::Sending(50));
        assert_eq!(queue.get(key), None, "what was given up does not come back");
    }
}
