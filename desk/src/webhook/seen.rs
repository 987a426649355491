//! Envelopes that were delivered, so that a repeated one has no second effect (SAC-14).

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use crate::limits::ENVELOPES_LEN_MAX;
use crate::ta::href_key;

/// The newest envelopes, by their own address: it holds a counter for each conversation (§1.7).
#[derive(Default)]
pub(crate) struct Seen(Mutex<(HashSet<String>, VecDeque<String>)>);

impl Seen {
    /// Whether an envelope was delivered. One without an address never was.
    pub(crate) fn has(&self, envelope: &str) -> bool {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        !envelope.is_empty() && seen.0.contains(&href_key(envelope))
    }

    /// Remembers an envelope and forgets the oldest.
    pub(crate) fn add(&self, envelope: &str) {
        if envelope.is_empty() {
            return;
        }
        let key = href_key(envelope);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.0.insert(key.clone()) {
            seen.1.push_back(key);
        }
        while seen.1.len() > ENVELOPES_LEN_MAX {
            if let Some(oldest) = seen.1.pop_front() {
                seen.0.remove(&oldest);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_envelope_is_forgotten() {
        let seen = Seen::default();
        for n in 0..=ENVELOPES_LEN_MAX {
            seen.add(&format!("/events?ack={n}"));
        }
        assert!(!seen.has("/events?ack=0"));
        assert!(seen.has("/events?ack=1"));
        assert!(!seen.has(""));
    }
}
