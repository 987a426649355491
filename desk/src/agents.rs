//! The agents of this desk: who they are, whether they are away, when their console was last seen.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};
use shared::SipUri;
use shared::desk::{AgentView, Availability};
use store::{Documents, StoreError};

use crate::limits::AGENT_SEEN_MS;
use crate::queue::Candidate;

const COLLECTION: &str = "desk.agents";

/// All agents.
pub(crate) struct Agents {
    documents: Arc<dyn Documents>,
    known: Mutex<BTreeMap<SipUri, Agent>>,
}

/// What is kept of an agent.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Agent {
    display_name: String,
    away: bool,
    /// When its console was last heard of. Not kept.
    #[serde(skip)]
    seen_ms: Option<i64>,
    /// What was last shown of it. Not kept.
    #[serde(skip)]
    shown: Option<Availability>,
}

impl Agent {
    fn availability(&self, now_ms: i64) -> Availability {
        if self.away {
            Availability::Away
        } else if self.seen_ms.is_some_and(|at| now_ms < at + AGENT_SEEN_MS) {
            Availability::Available
        } else {
            Availability::Offline
        }
    }
}

impl Agents {
    /// Reads who is kept.
    ///
    /// # Errors
    /// When the documents cannot be read, or one of them is not an agent.
    pub(crate) async fn open(documents: Arc<dyn Documents>) -> Result<Self, StoreError> {
        let mut known = BTreeMap::new();
        for (key, body) in documents.list(COLLECTION).await? {
            let unreadable = |why: String| StoreError::Unreadable(format!("agent {key}: {why}"));
            let uri = SipUri::parse(&key).map_err(|it| unreadable(it.to_string()))?;
            let agent = serde_json::from_str(&body).map_err(|it| unreadable(it.to_string()))?;
            known.insert(uri, agent);
        }
        Ok(Self { documents, known: Mutex::new(known) })
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<SipUri, Agent>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is no agent yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.known().is_empty()
    }

    /// The name visitors see; `None` for whoever is not an agent of this desk.
    pub(crate) fn name_of(&self, uri: &SipUri) -> Option<String> {
        self.known().get(uri).map(|it| it.display_name.clone())
    }

    /// Makes somebody an agent, or renames one.
    ///
    /// # Errors
    /// When it cannot be kept; nothing changes then.
    pub(crate) async fn add(&self, uri: &SipUri, display_name: &str) -> Result<(), StoreError> {
        let before = self.known().get(uri).cloned();
        let mut agent = before.unwrap_or_else(|| Agent {
            display_name: String::new(),
            away: false,
            seen_ms: None,
            shown: None,
        });
        display_name.clone_into(&mut agent.display_name);
        self.keep(uri, agent).await
    }

    /// Sets whether an agent is away.
    ///
    /// # Errors
    /// When it cannot be kept; nothing changes then.
    pub(crate) async fn set_away(&self, uri: &SipUri, away: bool) -> Result<(), StoreError> {
        let before = self.known().get(uri).cloned();
        match before {
            Some(agent) if agent.away != away => self.keep(uri, Agent { away, ..agent }).await,
            _ => Ok(()),
        }
    }

    async fn keep(&self, uri: &SipUri, agent: Agent) -> Result<(), StoreError> {
        // An agent is two plain fields; they always have a JSON form.
        let body = serde_json::to_string(&agent).unwrap_or_default();
        self.documents.put(COLLECTION, uri.as_str(), &body).await?;
        let mut known = self.known();
        let seen = known.get(uri).and_then(|it| it.seen_ms);
        known.insert(uri.clone(), Agent { seen_ms: seen.max(agent.seen_ms), ..agent });
        Ok(())
    }

    /// An agent's console was heard of. Says whether the agent became available by that.
    pub(crate) fn seen(&self, uri: &SipUri, now_ms: i64) -> bool {
        let mut known = self.known();
        let Some(agent) = known.get_mut(uri) else { return false };
        let was = agent.availability(now_ms);
        agent.seen_ms = Some(now_ms);
        was == Availability::Offline && agent.availability(now_ms) == Availability::Available
    }

    /// Who may be offered conversations: everybody but those who are away. Who has no console may
    /// have another client, which only the platform knows.
    pub(crate) fn candidates(&self) -> Vec<Candidate> {
        let known = self.known();
        let here = known.iter().filter(|(_, it)| !it.away);
        here.map(|(uri, it)| Candidate { uri: uri.clone(), name: it.display_name.clone() })
            .collect()
    }

    /// One agent, as consoles show it.
    pub(crate) fn view(&self, uri: &SipUri, now_ms: i64) -> Option<AgentView> {
        self.known().get(uri).map(|it| view_of(uri, it, now_ms))
    }

    /// All agents, as consoles show them.
    pub(crate) fn views(&self, now_ms: i64) -> Vec<AgentView> {
        self.known().iter().map(|(uri, it)| view_of(uri, it, now_ms)).collect()
    }

    /// Whether anybody's availability is another than when this was last asked.
    pub(crate) fn changed(&self, now_ms: i64) -> bool {
        let mut changed = false;
        for agent in self.known().values_mut() {
            let now = Some(agent.availability(now_ms));
            changed |= agent.shown != now;
            agent.shown = now;
        }
        changed
    }

    /// When somebody will count as gone if nothing is heard of them.
    pub(crate) fn next_change_ms(&self, now_ms: i64) -> Option<i64> {
        let known = self.known();
        let here = known.values().filter(|it| it.availability(now_ms) == Availability::Available);
        here.filter_map(|it| Some(it.seen_ms? + AGENT_SEEN_MS)).min()
    }
}

fn view_of(uri: &SipUri, agent: &Agent, now_ms: i64) -> AgentView {
    AgentView {
        uri: uri.as_str().to_owned(),
        display_name: agent.display_name.clone(),
        availability: agent.availability(now_ms),
    }
}
