//! What the platform keeps of a visitor: found in its log, to be handed out or to be erased.
//!
//! A visitor's conversation is spread over the log: both sides of it, the meeting it was bridged to
//! with every agent's side, invitations, webhooks, and events in the agents' queues. [`Trace`] reads
//! every record once and learns what belongs together; [`Footprint`] says what of it is somebody's.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use store::Record;

use super::model::{Kind, Owner, Who};
use super::record::{Kept, Unfoldable};

/// Whose data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// Everything of a visitor, by the website's session (`ApplicationSessionId`).
    Visitor(String),
    /// The conversations that these addresses are part of.
    Addresses(Vec<String>),
}

/// A visitor as the log knows one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visitor {
    /// The website's session.
    pub session: String,
    /// Names the visitor gave.
    pub names: BTreeSet<String>,
    /// SIP addresses the visitor had.
    pub addresses: BTreeSet<String>,
    /// UCWA applications the visitor had, by id.
    pub applications: BTreeSet<String>,
}

/// One side of a conversation, as far as it leads elsewhere.
#[derive(Default)]
struct Side {
    application: Option<String>,
    others: BTreeSet<String>,
    /// The meetings it is in or was bridged to.
    meetings: BTreeSet<String>,
    /// The meeting it is a side of.
    within: Option<String>,
}

/// What belongs together, learnt record by record.
#[derive(Default)]
pub struct Trace {
    visitors: BTreeMap<String, Visitor>,
    sides: BTreeMap<String, Side>,
    invitations: BTreeMap<String, String>,
    hooks: BTreeMap<String, String>,
}

impl Trace {
    /// Learns from a record; all of the platform's log, in order.
    ///
    /// # Errors
    /// When the record cannot be understood; the text names it.
    pub fn see(&mut self, record: &Record) -> Result<(), crate::OpenError> {
        let leads_nowhere = ["{}", "{\"Marks\":", "{\"Message\":", "{\"Event\":"];
        if leads_nowhere.iter().any(|it| record.body.starts_with(it)) {
            return Ok(());
        }
        match Kept::read(record).map_err(|it| crate::OpenError::Unreadable(it.to_string()))? {
            Kept::Application(app) => {
                if let Who::Visitor { session, .. } = app.who {
                    let known = self.visitors.entry(session.clone()).or_default();
                    known.session = session;
                    known.names.insert(app.me.name);
                    known.addresses.insert(app.me.uri);
                    known.applications.insert(app.id);
                }
            }
            Kept::Conversation(it) => {
                let side = self.sides.entry(it.id).or_default();
                if let Owner::App(app) = it.owner {
                    side.application = Some(app);
                }
                side.meetings.extend(it.bridge.map(|bridge| bridge.meeting));
                match it.kind {
                    Kind::Peer { other, .. } => {
                        side.others.insert(other);
                    }
                    Kind::Meeting { meeting } => {
                        side.meetings.insert(meeting.clone());
                        side.within = Some(meeting);
                    }
                }
            }
            Kept::Invitation(it) => {
                self.invitations.insert(it.id, it.conversation);
            }
            Kept::Webhook(it) => {
                self.hooks.insert(it.scope, it.conversation);
            }
            Kept::Meeting(_) | Kept::Marks(_) | Kept::Message(_) | Kept::Event(_) => {}
        }
        Ok(())
    }

    /// What of all that was seen is somebody's.
    pub fn follow(&self, subject: &Subject) -> Footprint {
        let mut out = Footprint::default();
        let mut next: Vec<String> = match subject {
            Subject::Visitor(session) => {
                let apps = self.visitors.get(session).map(|it| it.applications.clone());
                out.applications = apps.unwrap_or_default();
                self.sides_of(&out.applications)
            }
            Subject::Addresses(addresses) => self.sides_at(addresses),
        };
        while let Some(id) = next.pop() {
            let Some(side) = self.sides.get(&id).filter(|_| out.conversations.insert(id)) else {
                continue;
            };
            next.extend(side.others.iter().cloned());
            for meeting in &side.meetings {
                if out.meetings.insert(meeting.clone()) {
                    let sides = self.sides.iter();
                    let within = sides.filter(|(_, it)| it.within.as_ref() == Some(meeting));
                    next.extend(within.map(|(id, _)| id.clone()));
                }
            }
        }
        let belongs = |conversation: &String| out.conversations.contains(conversation);
        let of = |them: &BTreeMap<String, String>| -> BTreeSet<String> {
            them.iter().filter(|(_, it)| belongs(it)).map(|(id, _)| id.clone()).collect()
        };
        (out.invitations, out.hooks) = (of(&self.invitations), of(&self.hooks));
        let sides = self.sides.iter().filter(|(id, _)| belongs(id));
        let apps: BTreeSet<&String> =
            sides.filter_map(|(_, it)| it.application.as_ref()).chain(&out.applications).collect();
        let took_part = |it: &&Visitor| it.applications.iter().any(|app| apps.contains(app));
        out.visitors = self.visitors.values().filter(took_part).cloned().collect();
        out
    }

    fn sides_of(&self, applications: &BTreeSet<String>) -> Vec<String> {
        let is_theirs = |it: &Side| it.application.iter().any(|it| applications.contains(it));
        self.sides.iter().filter(|(_, it)| is_theirs(it)).map(|(id, _)| id.clone()).collect()
    }

    fn sides_at(&self, addresses: &[String]) -> Vec<String> {
        let words = addresses.iter().flat_map(|it| words(it));
        let side = |word: &str| {
            let invited = self.invitations.get(word);
            invited.cloned().or_else(|| self.sides.contains_key(word).then(|| word.to_owned()))
        };
        words.filter_map(side).collect()
    }
}

/// What of the log is somebody's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Footprint {
    /// Visitors that took part; all of a visitor's applications, whatever was asked for.
    pub visitors: Vec<Visitor>,
    pub(crate) applications: BTreeSet<String>,
    pub(crate) conversations: BTreeSet<String>,
    invitations: BTreeSet<String>,
    meetings: BTreeSet<String>,
    hooks: BTreeSet<String>,
}

impl Footprint {
    /// The scopes of the platform's log that are somebody's as a whole.
    pub fn scopes(&self) -> BTreeSet<String> {
        let kinds = [
            ("application", &self.applications),
            ("conversation", &self.conversations),
            ("invitation", &self.invitations),
            ("meeting", &self.meetings),
        ];
        let named = kinds
            .into_iter()
            .flat_map(|(kind, ids)| ids.iter().map(move |id| format!("{kind}/{id}")));
        named.chain(self.hooks.iter().cloned()).collect()
    }

    /// Whether an address is of something in here.
    pub fn holds(&self, address: &str) -> bool {
        words(address).any(|it| self.names(it))
    }

    /// A record of somebody else's scope that tells of this one's conversation: an event in the
    /// queue of an agent, which keeps its number and loses what it says. `None` for all others.
    pub fn without_content(&self, record: &Record) -> Option<String> {
        if !record.body.starts_with("{\"Event\":") || !words(&record.body).any(|it| self.names(it))
        {
            return None;
        }
        let Ok(Kept::Event(mut event)) = Kept::read(record) else { return None };
        event.event = Value::Null;
        Some(Kept::Event(event).record(String::new()).body)
    }

    fn names(&self, word: &str) -> bool {
        let sets = [&self.conversations, &self.invitations, &self.meetings, &self.applications];
        sets.into_iter().any(|it| it.contains(word))
    }
}

impl Kept {
    fn read(record: &Record) -> Result<Self, Unfoldable> {
        serde_json::from_str(&record.body).map_err(|error| Unfoldable::new(record, &error))
    }
}

/// What may be an id: ids are letters and digits.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty())
}

#[cfg(test)]
mod tests;
