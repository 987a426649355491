//! A live region: says each thing to a screen reader exactly once.

use std::collections::VecDeque;

use leptos::prelude::*;

/// How many lines stay in the region; the older ones were read long ago.
const SHOWN_LINES: usize = 4;
/// How many ids are remembered, so that a repeated event says nothing.
const REMEMBERED_IDS: usize = 256;

/// What was said and what is still in the region. Plain data; [`Announcer`] is its reactive handle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announcements {
    said: VecDeque<String>,
    lines: VecDeque<Line>,
    next: u64,
}

/// A line of the region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Different for every line.
    pub number: u64,
    /// What is read out.
    pub text: String,
}

impl Announcements {
    /// Adds a line unless this id was said before. Answers whether it was added.
    pub fn say(&mut self, id: &str, text: String) -> bool {
        if self.said.iter().any(|it| it == id) {
            return false;
        }
        self.said.push_back(id.to_owned());
        self.lines.push_back(Line { number: self.next, text });
        self.next += 1;
        if self.said.len() > REMEMBERED_IDS {
            self.said.pop_front();
        }
        if self.lines.len() > SHOWN_LINES {
            self.lines.pop_front();
        }
        true
    }

    /// What stands in the region, oldest first.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        self.lines.iter()
    }
}

/// Hands texts to a [`LiveRegion`].
#[derive(Clone, Copy, Debug)]
pub struct Announcer(RwSignal<Announcements>);

impl Announcer {
    /// A new one, with nothing to say yet.
    #[expect(
        clippy::new_without_default,
        reason = "it belongs to a reactive owner, so it is made on purpose"
    )]
    pub fn new() -> Self {
        Self(RwSignal::new(Announcements::default()))
    }

    /// Says `text` politely, once for each `id`: a message's key, or any id that names the occasion.
    pub fn say(self, id: &str, text: String) {
        self.0.try_maybe_update(|it| (it.say(id, text), ()));
    }
}

/// The region itself: in the document from the start, empty until something is said, never seen.
#[component]
pub fn LiveRegion(
    /// Where the texts come from.
    announcer: Announcer,
) -> impl IntoView {
    let lines = move || announcer.0.with(|it| it.lines().cloned().collect::<Vec<_>>());
    view! {
        <div class="visually-hidden" role="status" aria-live="polite" aria-atomic="false">
            <For each=lines key=|it| it.number let(it)>
                <p>{it.text}</p>
            </For>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::{Announcements, SHOWN_LINES};

    #[test]
    fn invariant_2_an_event_that_repeats_is_said_once() {
        let mut it = Announcements::default();
        assert!(it.say("m1", "Alice: hello".to_owned()));
        assert!(!it.say("m1", "Alice: hello".to_owned()));
        assert!(
            it.say("m2", "Alice: hello".to_owned()),
            "the same words again are another message"
        );
        let texts: Vec<_> = it.lines().map(|it| it.text.as_str()).collect();
        assert_eq!(texts, ["Alice: hello", "Alice: hello"]);
    }

    #[test]
    fn the_region_stays_small() {
        let mut it = Announcements::default();
        for number in 0..10 {
            it.say(&number.to_string(), number.to_string());
        }
        assert_eq!(it.lines().count(), SHOWN_LINES);
        assert_eq!(it.lines().last().map(|it| it.text.clone()), Some("9".to_owned()));
    }
}
