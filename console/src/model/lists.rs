//! What the list shows: every conversation in exactly one section, as the desk has it (invariant 9).

use client::model::{Model, Phase};
use shared::desk::{ConversationView, DeskState, Place};

use super::console::Console;
use super::sources::{agent_name, is_mine, live_of};

/// One conversation in the list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The desk's id.
    pub id: String,
    /// What to call the visitor; empty when unnamed.
    pub visitor: String,
    /// The site it came from.
    pub site: String,
    /// The page the visitor was on, without scheme and site.
    pub page: Option<String>,
    /// The newest text.
    pub last_text: String,
    /// When that came, in Unix milliseconds.
    pub last_ms: i64,
    /// When it began, in Unix milliseconds.
    pub started_ms: i64,
    /// How many messages were not seen yet.
    pub unread: u32,
    /// Whether the visitor is typing.
    pub is_typing: bool,
    /// The owner's name, where that is a colleague.
    pub owner: Option<String>,
    /// Whether it is being taken.
    pub is_taking: bool,
    /// Whether an invitation to it stands.
    pub is_offered: bool,
}

/// The list's sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lists {
    /// Waiting, next one first.
    pub queue: Vec<Row>,
    /// One's own, newest activity first.
    pub mine: Vec<Row>,
    /// The colleagues', newest activity first.
    pub others: Vec<Row>,
    /// Over, newest first.
    pub ended: Vec<Row>,
}

impl Lists {
    /// All rows in the order in which they are shown.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = &Row> {
        self.queue.iter().chain(&self.mine).chain(&self.others).chain(&self.ended)
    }

    /// The row of a conversation.
    pub fn row(&self, id: &str) -> Option<&Row> {
        self.rows().find(|it| it.id == id)
    }

    /// The row that the Tab key reaches: the chosen one, else the first.
    pub fn tab_stop(&self, wanted: Option<&str>) -> Option<&str> {
        let chosen = wanted.and_then(|id| self.row(id)).or_else(|| self.rows().next());
        chosen.map(|it| it.id.as_str())
    }

    /// The conversation `step` rows away from this one; the first or last one when none is chosen.
    pub fn neighbour(&self, from: Option<&str>, step: isize) -> Option<&str> {
        let ids: Vec<&str> = self.rows().map(|it| it.id.as_str()).collect();
        let last = ids.len().checked_sub(1)?;
        let to = match from.and_then(|id| ids.iter().position(|it| *it == id)) {
            Some(at) => at.saturating_add_signed(step).min(last),
            None if step < 0 => last,
            None => 0,
        };
        ids.get(to).copied()
    }

    /// Unread messages in all one's own conversations.
    pub fn unread(&self) -> u32 {
        self.mine.iter().map(|it| it.unread).sum()
    }

    /// How many wait.
    pub fn waiting(&self) -> u32 {
        u32::try_from(self.queue.len()).unwrap_or(u32::MAX)
    }

    /// What the window's title counts: unread messages and conversations that wait.
    pub fn attention(&self) -> u32 {
        self.unread().saturating_add(self.waiting())
    }
}

impl Console {
    /// What the list shows now.
    pub fn lists(&self) -> Lists {
        let mut lists = Lists::default();
        let Some(desk) = self.desk() else { return lists };
        let mut waiting: Vec<(u32, Row)> = Vec::new();
        for view in &desk.conversations {
            let row = self.row(desk, view);
            match &view.place {
                Place::Waiting { position } => waiting.push((*position, row)),
                Place::Owned { .. } if is_mine(desk, view) => lists.mine.push(row),
                Place::Owned { .. } => lists.others.push(row),
                Place::Ended => lists.ended.push(row),
            }
        }
        waiting.sort_by_key(|it| it.0);
        lists.queue = waiting.into_iter().map(|it| it.1).collect();
        for section in [&mut lists.mine, &mut lists.others, &mut lists.ended] {
            section.sort_by_key(|it| std::cmp::Reverse(it.last_ms));
        }
        lists
    }

    fn row(&self, desk: &DeskState, view: &ConversationView) -> Row {
        let mine = is_mine(desk, view);
        let (last_text, last_ms) = newest(self.ucwa(), view);
        let owner = match &view.place {
            Place::Owned { agent } if !mine => Some(agent_name(desk, agent)),
            _ => None,
        };
        let live = live_of(self.ucwa(), view);
        Row {
            id: view.id.clone(),
            visitor: view.visitor_name.clone(),
            site: view.site.clone(),
            page: view.about.page.as_deref().map(page_path),
            last_text,
            last_ms,
            started_ms: view.started_ms,
            unread: if mine { self.unread(&view.id) } else { 0 },
            is_typing: mine
                && live.is_some_and(|it| it.phase == Phase::Connected && !it.typing.is_empty()),
            owner,
            is_taking: self.is_taking(&view.id),
            is_offered: super::sources::offer_of(self.ucwa(), view).is_some(),
        }
    }
}

/// The newest text of the desk's and the live one's, and when it came.
fn newest(ucwa: &Model, view: &ConversationView) -> (String, i64) {
    let live = live_of(ucwa, view).and_then(|it| it.items.last());
    match live {
        Some(item) if item.at_ms > view.last_ms => (one_line(&item.text), item.at_ms),
        _ => (one_line(view.last_text.as_deref().unwrap_or_default()), view.last_ms),
    }
}

fn one_line(text: &str) -> String {
    text.chars().take(160).map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// An address as the list shows it: what follows the host, or the host where nothing follows.
fn page_path(page: &str) -> String {
    let rest = page.split_once("://").map_or(page, |it| it.1);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    match rest.split_once('/') {
        Some((_, path)) if !path.is_empty() => format!("/{}", path.trim_end_matches('/')),
        Some((host, _)) => host.to_owned(),
        None => rest.to_owned(),
    }
}
