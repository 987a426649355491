//! Which conversations there are: by id, by address, by what is due.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::desk::{ConversationView, Place};
use shared::visitor_desk::Waiting;

use crate::flow::Flow;
use crate::limits::{ENDED_LEN_MAX, ENDED_SHOWN_MS};
use crate::queue::{self, Waits};
use crate::ta::href_key;

/// A conversation that is not closed. Whoever holds the lock has its turn.
pub(crate) struct Live {
    /// Its id.
    pub(crate) id: String,
    /// Its state.
    pub(crate) flow: tokio::sync::Mutex<Flow>,
}

/// All conversations that are not closed, and those that ended lately.
#[derive(Default)]
pub(crate) struct Book(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    live: BTreeMap<String, Page>,
    by_address: BTreeMap<String, String>,
    ended: VecDeque<(i64, ConversationView)>,
    /// By site.
    waits: BTreeMap<String, Waits>,
}

/// What is known of a conversation without waiting for its turn.
struct Page {
    live: Arc<Live>,
    view: ConversationView,
    /// The platform's link, of an agent's meeting.
    join_url: Option<String>,
    /// The desk's own id of the visitor.
    visitor: Option<String>,
    waiting_since_ms: Option<i64>,
    /// The place at which the wait began.
    first_position: u32,
    deadline_ms: Option<i64>,
    addresses: Vec<String>,
}

impl Book {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a conversation, unless one of this id is there; answers the one that is there now,
    /// and whether it is the new one.
    pub(crate) fn enter(&self, flow: Flow) -> (Arc<Live>, bool) {
        let mut pages = self.pages();
        if let Some(page) = pages.live.get(flow.id()) {
            return (page.live.clone(), false);
        }
        let id = flow.id().to_owned();
        let (view, waiting_since_ms) = (flow.view(), flow.waiting_since_ms());
        let deadline_ms = flow.deadline_ms();
        let join_url = flow.hosted().map(|it| it.join_url.clone());
        let flow_visitor = flow.visitor().map(str::to_owned);
        let addresses: Vec<String> = flow.addresses().map(href_key).collect();
        let live = Arc::new(Live { id: id.clone(), flow: tokio::sync::Mutex::new(flow) });
        let mut page = Page {
            view,
            join_url,
            visitor: flow_visitor,
            waiting_since_ms: None,
            first_position: 1,
            deadline_ms,
            addresses: Vec::new(),
            live: live.clone(),
        };
        for address in addresses {
            pages.index(&mut page, address);
        }
        pages.wait(&mut page, waiting_since_ms, None);
        pages.live.insert(id, page);
        (live, true)
    }

    /// Takes a conversation out that was never kept.
    pub(crate) fn strike(&self, id: &str) {
        self.pages().remove(id);
    }

    /// Shows nothing any more of conversations that are over.
    pub(crate) fn forget(&self, ids: &[String]) {
        self.pages().ended.retain(|(_, view)| !ids.contains(&view.id));
    }

    /// Writes down how a conversation is now; says whether anything that is shown has changed.
    pub(crate) fn publish(&self, flow: &Flow, now_ms: i64) -> bool {
        let mut pages = self.pages();
        let view = flow.view();
        let Some(mut page) = pages.live.remove(flow.id()) else { return pages.amend(view) };
        let changed = view != page.view || page.waiting_since_ms != flow.waiting_since_ms();
        page.view = view;
        pages.wait(&mut page, flow.waiting_since_ms(), Some(now_ms));
        page.deadline_ms = flow.deadline_ms();
        for address in flow.addresses().map(href_key) {
            pages.index(&mut page, address);
        }
        let view = page.view.clone();
        pages.live.insert(flow.id().to_owned(), page);
        if flow.is_closed() {
            pages.remove(flow.id());
            let at_ms = flow.ended().map_or(view.last_ms, |(at_ms, _)| at_ms);
            pages.ended.push_back((at_ms, view));
            while pages.ended.len() > ENDED_LEN_MAX {
                pages.ended.pop_front();
            }
        }
        changed
    }

    /// The conversation of an id.
    pub(crate) fn get(&self, id: &str) -> Option<Arc<Live>> {
        self.pages().live.get(id).map(|it| it.live.clone())
    }

    /// A meeting of an agent's that is not over, with the platform's link to it.
    pub(crate) fn hosted(&self, id: &str) -> Option<(ConversationView, String)> {
        let pages = self.pages();
        let page = pages.live.get(id).filter(|it| it.view.place != Place::Ended)?;
        Some((page.view.clone(), page.join_url.clone()?))
    }

    /// The id of the conversation that an address belongs to.
    pub(crate) fn at(&self, href: &str) -> Option<String> {
        self.pages().by_address.get(&href_key(href)).cloned()
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.pages().live.len()
    }

    /// All of them.
    pub(crate) fn all(&self) -> Vec<Arc<Live>> {
        self.pages().live.values().map(|it| it.live.clone()).collect()
    }

    /// Those that wait for an agent.
    pub(crate) fn waiting(&self) -> Vec<Arc<Live>> {
        let pages = self.pages();
        let waiting = pages.live.values().filter(|it| it.waiting_since_ms.is_some());
        waiting.map(|it| it.live.clone()).collect()
    }

    /// When the first one is due.
    pub(crate) fn deadline_ms(&self) -> Option<i64> {
        self.pages().live.values().filter_map(|it| it.deadline_ms).min()
    }

    /// Those that are due; they are not due again before they are published.
    pub(crate) fn take_due(&self, now_ms: i64) -> Vec<Arc<Live>> {
        let mut pages = self.pages();
        let due = pages.live.values_mut();
        let due = due.filter(|it| it.deadline_ms.is_some_and(|at| at <= now_ms));
        due.map(|it| {
            it.deadline_ms = None;
            it.live.clone()
        })
        .collect()
    }

    /// Makes one due then.
    pub(crate) fn due_at(&self, id: &str, at_ms: i64) {
        if let Some(page) = self.pages().live.get_mut(id) {
            page.deadline_ms = Some(at_ms);
        }
    }

    /// The newest conversation of a visitor that is not over, as its visitor may know it: id, place in
    /// the queue while it waits, and how long that may take.
    pub(crate) fn of_visitor(
        &self,
        site: &str,
        visitor: &str,
    ) -> Option<(String, Option<Waiting>)> {
        let pages = self.pages();
        let own = pages.live.iter().filter(|(_, it)| {
            it.visitor.as_deref() == Some(visitor)
                && it.view.site == site
                && it.view.place != Place::Ended
        });
        let (id, page) = own.max_by_key(|(_, it)| it.view.started_ms)?;
        let waiting = page.waiting_since_ms.map(|since_ms| {
            let position = queue::position(pages.waiting(), (since_ms, id));
            let wait_ms = pages.waits.get(site).and_then(|it| it.expected_ms(position));
            Waiting { position, wait_ms }
        });
        Some((id.clone(), waiting))
    }

    /// What consoles show: longest waiting first, then those with an owner, then those that ended lately.
    pub(crate) fn views(&self, now_ms: i64) -> Vec<ConversationView> {
        let pages = self.pages();
        let waiting = pages.live.iter();
        let waiting = waiting.filter_map(|(id, it)| Some((it.waiting_since_ms?, id.clone())));
        let positions = queue::positions(waiting);
        let mut views: Vec<ConversationView> =
            pages.live.values().map(|it| it.view.clone()).collect();
        for view in &mut views {
            if let (Place::Waiting { position }, Some(found)) =
                (&mut view.place, positions.get(&view.id))
            {
                *position = *found;
            }
        }
        let lately = pages.ended.iter().filter(|(at_ms, _)| now_ms < at_ms + ENDED_SHOWN_MS);
        views.extend(lately.map(|(_, view)| view.clone()));
        let rank = |it: &ConversationView| match it.place {
            Place::Waiting { position } => (0, i64::from(position)),
            Place::Owned { .. } => (1, it.started_ms),
            Place::Ended => (2, -it.last_ms),
        };
        views.sort_by_key(rank);
        views
    }
}

impl Pages {
    /// Makes the conversation found by an address; old ones stay good, for late events.
    fn index(&mut self, page: &mut Page, address: String) {
        if !page.addresses.contains(&address) {
            self.by_address.insert(address.clone(), page.live.id.clone());
            page.addresses.push(address);
        }
    }

    /// Since when, and which: those that wait.
    fn waiting(&self) -> impl Iterator<Item = (i64, &str)> {
        self.live.iter().filter_map(|(id, it)| Some((it.waiting_since_ms?, id.as_str())))
    }

    /// A conversation, taken out, waits since then or not any more; what an agent's taking it now says
    /// of the wait is noted down.
    fn wait(&mut self, page: &mut Page, since_ms: Option<i64>, now_ms: Option<i64>) {
        if let (Some(before_ms), None, Some(now_ms)) = (page.waiting_since_ms, since_ms, now_ms)
            && matches!(page.view.place, Place::Owned { .. })
        {
            let waits = self.waits.entry(page.view.site.clone()).or_default();
            waits.saw(now_ms - before_ms, page.first_position);
        }
        if let Some(since_ms) = since_ms.filter(|it| page.waiting_since_ms != Some(*it)) {
            page.first_position = queue::position(self.waiting(), (since_ms, &page.live.id));
        }
        page.waiting_since_ms = since_ms;
    }

    /// Shows something else of what ended lately; says whether that has changed anything.
    fn amend(&mut self, view: ConversationView) -> bool {
        let Some((_, shown)) = self.ended.iter_mut().find(|(_, it)| it.id == view.id) else {
            return false;
        };
        let changed = *shown != view;
        *shown = view;
        changed
    }

    fn remove(&mut self, id: &str) {
        if let Some(page) = self.live.remove(id) {
            for address in page.addresses {
                self.by_address.remove(&address);
            }
        }
    }
}
