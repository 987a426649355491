//! A live region: says each thing to a screen reader exactly once.

use std::collections::VecDeque;

use leptos::prelude::*;

/// How many lines stay in the region; the older ones were read long ago.
const SHOWN_LINES: u32 = 4;
/// How many ids are remembered, so that a repeated event says nothing.
const REMEMBERED_IDS: usize = 256;

/// What was said. Plain data; [`Announcer`] is its reactive handle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcements {
    said: VecDeque<String>,
}

impl Announcements {
    /// Notes that this id is said. Answers whether it is the first time.
    pub fn say(&mut self, id: &str) -> bool {
        if self.said.iter().any(|it| it == id) {
            return false;
        }
        if self.said.len() == REMEMBERED_IDS {
            self.said.pop_front();
        }
        self.said.push_back(id.to_owned());
        true
    }
}

/// Hands texts to a [`LiveRegion`].
#[derive(Clone, Copy, Debug)]
pub struct Announcer(StoredValue<Announcements>);

impl Announcer {
    /// A new one, with nothing to say yet.
    #[expect(
        clippy::new_without_default,
        reason = "it belongs to a reactive owner, so it is made on purpose"
    )]
    pub fn new() -> Self {
        Self(StoredValue::new(Announcements::default()))
    }

    /// Says `text` politely, once for each `id`: a message's key, or any id that names the occasion.
    pub fn say(self, id: &str, text: &str) {
        if self.0.try_update_value(|it| it.say(id)) == Some(true) {
            append(text);
        }
    }
}

/// The id of the region; a document has one.
const REGION: &str = "live-region";

/// Adds a line to the region. By hand and not through a view: a screen reader says what is *added*,
/// so a line must never be made anew or get another text.
fn append(text: &str) {
    let document = document();
    let Some(region) = document.get_element_by_id(REGION) else { return };
    let Ok(line) = document.create_element("p") else { return };
    line.set_text_content(Some(text));
    // Both can only fail for nodes that are not where they were just found.
    let _ = region.append_child(&line);
    while region.child_element_count() > SHOWN_LINES {
        let Some(oldest) = region.first_child() else { return };
        let _ = region.remove_child(&oldest);
    }
}

/// The region itself: in the document from the start, empty until something is said, never seen.
#[component]
pub fn LiveRegion(
    /// Where the texts come from.
    announcer: Announcer,
) -> impl IntoView {
    // It is named so that a document that announces also has the region.
    let _ = announcer;
    view! {
        <div id=REGION class="visually-hidden" role="status" aria-live="polite" aria-atomic="false"></div>
    }
}

#[cfg(test)]
mod tests {
    use super::{Announcements, REMEMBERED_IDS};

    #[test]
    fn invariant_2_an_event_that_repeats_is_said_once() {
        let mut it = Announcements::default();
        assert!(it.say("m1"));
        assert!(!it.say("m1"));
        assert!(it.say("m2"));
    }

    #[test]
    fn the_memory_is_bounded() {
        let mut it = Announcements::default();
        for number in 0..=REMEMBERED_IDS {
            assert!(it.say(&number.to_string()));
        }
        assert_eq!(it.said.len(), REMEMBERED_IDS);
        assert!(!it.say("1"), "the newest are remembered");
    }
}
