//! UCWA applications: made, shown as available, left, expired (`protocol.md` §2B.1, §3.4–§3.6).

use std::collections::VecDeque;

use serde_json::{Map, Value};
use shared::{ErrorBody, Event, EventKind, LinkRef, Sender, SipUri};
use store::env::Entropy;

use super::channel::{Priority, Queue};
use super::model::{App, Manner, Owner, Person, Who};
use super::timers::Timer;
use super::{Core, Profile, Reply};
use crate::limits::OPERATIONS_REMEMBERED_MAX;
use crate::refusal::Refusal;

impl App {
    /// What makes two applications one: for a visitor the website's session, for an agent what
    /// §3.5 says; and the instance for both. Quoted, so that no two read the same.
    pub(super) fn identity(&self) -> String {
        let instance = self.instance_id.as_deref().unwrap_or("");
        let person = self.person_prefix();
        if self.is_visitor() {
            return format!("{person}{instance:?}");
        }
        let (culture, endpoint_id) = (&self.culture, &self.endpoint_id);
        let (kind, user_agent) = (&self.kind, &self.user_agent);
        format!("{person}{culture:?}|{endpoint_id:?}|{kind:?}|{user_agent:?}|{instance:?}")
    }

    /// What the identities of all applications of the same person begin with.
    fn person_prefix(&self) -> String {
        match &self.who {
            Who::Visitor { endpoint, session, meeting: None } => {
                format!("v|{endpoint}|{session:?}|")
            }
            Who::Visitor { session, meeting: Some(meeting), .. } => {
                format!("m|{meeting}|{session:?}|")
            }
            Who::Agent { user } => user_prefix(user),
        }
    }

    /// Where an operation of this id led before.
    pub(super) fn repeated(&self, operation: &str) -> Option<&str> {
        self.recent.iter().find(|(id, _)| id == operation).map(|(_, location)| location.as_str())
    }

    pub(super) fn remember_operation(&mut self, operation: &str, location: &str) {
        if self.recent.len() == OPERATIONS_REMEMBERED_MAX {
            self.recent.pop_front();
        }
        self.recent.push_back((operation.to_owned(), location.to_owned()));
    }
}

fn user_prefix(user: &SipUri) -> String {
    format!("a|{user}|")
}

impl Core {
    /// An application; the refusal tells expired ones from those that never were.
    pub(crate) fn app(&self, id: &str) -> Result<&App, Refusal> {
        self.apps.get(id).ok_or_else(|| self.no_app(id))
    }

    pub(super) fn app_mut(&mut self, id: &str) -> Result<&mut App, Refusal> {
        if !self.apps.contains_key(id) {
            return Err(self.no_app(id));
        }
        self.apps.get_mut(id).ok_or(Refusal::ApplicationNotFound)
    }

    fn no_app(&self, id: &str) -> Refusal {
        self.expired.get(id).cloned().unwrap_or(Refusal::ApplicationNotFound)
    }

    pub(super) fn create_application(
        &mut self,
        ids: &dyn Entropy,
        who: Who,
        name: &str,
        profile: Profile,
    ) -> Result<Reply, Refusal> {
        let uri = match &who {
            Who::Visitor { .. } => format!("sip:{}@anonymous.invalid", digits(ids)),
            Who::Agent { user } => user.to_string(),
        };
        let app = App {
            id: ids.id(),
            who,
            me: Person { uri, name: name.to_owned() },
            culture: profile.culture,
            user_agent: profile.user_agent,
            kind: profile.kind,
            endpoint_id: profile.endpoint_id,
            instance_id: profile.instance_id,
            presence: None,
            manner: Manner::default(),
            communication_etag: 1,
            communication_guid: guid(ids),
            communication: Map::new(),
            recent: VecDeque::new(),
            queue: Queue::new(self.now_ms),
        };
        let identity = app.identity();
        if let Some(id) = self.identities.get(&identity) {
            return Ok(Reply::Application { id: id.clone(), created: false });
        }
        if self.apps.len() >= self.limits.applications_max {
            return Err(Refusal::LimitExceeded("applications"));
        }
        self.make_room(&app.person_prefix());
        let id = app.id.clone();
        self.identities.insert(identity, id.clone());
        let idle_ms = self.now_ms + self.limits.inactivity_ms;
        self.timers.insert((idle_ms, Timer::Idle(id.clone())));
        self.changes.app(&id);
        self.apps.insert(id.clone(), app);
        Ok(Reply::Application { id, created: true })
    }

    pub(super) fn delete_application(&mut self, id: &str) -> Result<Reply, Refusal> {
        self.app(id)?;
        self.remove_application(id);
        Ok(Reply::Done)
    }

    /// Ends what nobody reads any more.
    pub(super) fn expire(&mut self, id: &str) {
        self.end_application(id, Refusal::InactiveApplicationExpired);
    }

    /// Makes room for one more application of a person: the one left longest goes (§3.3).
    fn make_room(&mut self, person: &str) {
        let of_person = self.identities.range(person.to_owned()..);
        let of_person = of_person.take_while(|(identity, _)| identity.starts_with(person));
        let apps: Vec<&App> = of_person.filter_map(|(_, id)| self.apps.get(id)).collect();
        if apps.len() < self.limits.applications_per_person_max {
            return;
        }
        let left = |app: &&&App| (app.queue.is_parked(), app.queue.idle_since_ms);
        if let Some(id) = apps.iter().min_by_key(left).map(|it| it.id.clone()) {
            self.end_application(&id, Refusal::TooManyApplications);
        }
    }

    /// Ends an application by the platform's own will, and says why for a while (row A16).
    fn end_application(&mut self, id: &str, why: Refusal) {
        let until_ms = self.now_ms + self.limits.tombstone_ms;
        self.expired.insert(id.to_owned(), why);
        self.timers.insert((until_ms, Timer::Tombstone(id.to_owned())));
        self.remove_application(id);
    }

    fn remove_application(&mut self, id: &str) {
        let owner = Owner::App(id.to_owned());
        let conversations = self.owned.get(&owner).cloned().unwrap_or_default();
        let reason = ErrorBody::new("Informational", "Removed", "The other side left.");
        for conversation in conversations {
            self.leave(&conversation, Some(&reason));
        }
        if let Some(app) = self.apps.remove(id) {
            self.identities.remove(&app.identity());
            self.changes.close(format!("application/{id}"));
            self.changes.wake(id);
        }
    }

    /// Applications of a user.
    pub(super) fn apps_of(&self, user: &SipUri) -> impl Iterator<Item = &App> {
        let prefix = user_prefix(user);
        self.identities.range(prefix.clone()..).map_while(move |(identity, id)| {
            identity.starts_with(&prefix).then(|| self.apps.get(id)).flatten()
        })
    }

    /// Applications of a user that can be rung: available, and not left silently.
    pub(super) fn reachable(&self, user: &SipUri) -> Vec<String> {
        let listens = |app: &&App| {
            let quiet_ms = self.now_ms - app.queue.idle_since_ms;
            app.presence.is_some() && (app.queue.is_parked() || quiet_ms < self.limits.reachable_ms)
        };
        self.apps_of(user).filter(listens).map(|app| app.id.clone()).collect()
    }

    pub(super) fn put_communication(
        &mut self,
        id: &str,
        if_match: Option<&str>,
        properties: Map<String, Value>,
    ) -> Result<Reply, Refusal> {
        let app = self.app_mut(id)?;
        let Some(if_match) = if_match else { return Err(Refusal::PreconditionRequired) };
        if if_match.trim_matches('"') != app.communication_etag.to_string() {
            return Err(Refusal::PreconditionFailed);
        }
        if !properties.contains_key(&app.communication_guid) {
            return Err(Refusal::BadRequest(
                "the whole resource is needed, with the property named by a GUID".to_owned(),
            ));
        }
        let is_ours = |name: &str| {
            name == app.communication_guid || ["_links", "_embedded", "rel", "etag"].contains(&name)
        };
        app.communication = properties.into_iter().filter(|(name, _)| !is_ours(name)).collect();
        app.communication_etag += 1;
        self.changes.app(id);
        self.tell_communication(id);
        Ok(Reply::Done)
    }

    pub(super) fn tell_me(&mut self, id: &str, rel: &str, tail: &str, kind: EventKind) {
        let face = self.face(&Owner::App(id.to_owned()));
        let event = Event::new(kind, LinkRef::new(rel, face.under(tail)));
        let sender = Sender { rel: "me".into(), href: face.under("me"), events: vec![event] };
        self.queue(id, Priority::Medium, sender);
    }

    pub(super) fn tell_communication(&mut self, id: &str) {
        let face = self.face(&Owner::App(id.to_owned()));
        let link = LinkRef::new("communication", face.communication());
        let event = Event::new(EventKind::Updated, link);
        let (rel, href) = ("communication".to_owned(), face.communication());
        self.queue(id, Priority::Medium, Sender { rel, href, events: vec![event] });
    }
}

/// Ten digits, for a visitor's address.
fn digits(ids: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 8];
    ids.fill(&mut bytes);
    format!("{:010}", u64::from_le_bytes(bytes) % 10_000_000_000)
}

/// A property name like a GUID (§3.7).
fn guid(ids: &dyn Entropy) -> String {
    let mut bytes = [0_u8; 16];
    ids.fill(&mut bytes);
    let hex = format!("{:032x}", u128::from_le_bytes(bytes));
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
