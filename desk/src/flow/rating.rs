//! What the visitor thinks of it: once, to be changed for a while, also when all else is over.

use shared::desk::Rating;

use super::change::Change;
use super::turn::{Refusal, Turn};
use crate::limits::RATING_CHANGE_MS;

impl Turn<'_> {
    /// Takes a rating in; its time is that of the first one, from which changes are counted.
    pub(super) fn rate(&mut self, mut rating: Rating) -> Option<Refusal> {
        if let Some(before) = &self.flow.rating {
            if before.at_ms + RATING_CHANGE_MS <= self.now_ms {
                return Some(Refusal::RatedBefore);
            }
            rating.at_ms = before.at_ms;
            if *before == rating {
                return None;
            }
        }
        self.change(Change::Rated(rating));
        None
    }
}
