//! What survives a reload: token, links, cursor, what is shown and what is on its way. Never a
//! password.

use serde_json::{Value, json};
use shared::{Dialect, Package, Sender};

use crate::kept::{Kept, Offer};
use crate::limits::SNAPSHOT_ITEMS;
use crate::machine::Session;
use crate::model::{Connection, Conversation, Model};
use crate::session::Start;
use crate::threads::Thread;

/// The form of a snapshot; another one is not read.
const VERSION: u64 = 1;

/// Whose snapshot it is.
fn owner(start: &Start) -> Value {
    match start {
        Start::Visitor { bootstrap_url, site, .. } => json!(["visitor", bootstrap_url, site]),
        Start::Agent { root_url, username, .. } => {
            let name = username.trim().to_ascii_lowercase();
            json!(["agent", root_url, name.strip_prefix("sip:").unwrap_or(&name)])
        }
    }
}

impl Session {
    /// What [`Session::restore`] needs after a reload, as JSON: token, links, cursor, model and
    /// outbox. Never a password.
    pub fn snapshot(&self) -> String {
        let (shown, shown_threads) = self.written(&self.model.conversations, false);
        let (hidden, hidden_threads) = self.written(&self.hidden, true);
        let offers: Vec<Value> = self.offers.iter().map(Offer::write).collect();
        let inbox = Package {
            this: String::new(),
            continuation: None,
            senders: self
                .inbox
                .iter()
                .map(|(rel, href, event)| Sender {
                    rel: rel.clone(),
                    href: href.clone(),
                    events: vec![event.clone()],
                })
                .collect(),
            base_uri: None,
        };
        let threads: Vec<Value> = shown_threads.into_iter().chain(hidden_threads).collect();
        json!({
            "version": VERSION,
            "owner": owner(&self.start),
            "rng": self.rng.0,
            "kept": self.kept.write(),
            "me": [self.model.me_uri, self.model.me_name],
            "conversations": shown,
            "hidden": hidden,
            "invitations": self.model.invitations,
            "threads": threads,
            "offers": offers,
            "meetings": self.wanted_meetings,
            "inbox": inbox.write(Dialect::Ucwa),
            "finished": self.finished || self.closing,
        })
        .to_string()
    }

    /// Conversations with their threads, each with its newest items.
    fn written(&self, list: &[Conversation], hidden: bool) -> (Vec<Value>, Vec<Value>) {
        let pairs = list.iter().filter_map(|conversation| {
            let of = |it: &&Thread| it.hidden == hidden && it.key == conversation.key;
            let thread = self.threads.iter().find(of)?;
            // Own texts stand last, so what is cut off was delivered or seen to fail.
            let cut = conversation.items.len().saturating_sub(SNAPSHOT_ITEMS);
            let mut shortened = conversation.clone();
            shortened.items.drain(..cut);
            let mut written = thread.write();
            written["settled"] = thread.settled.saturating_sub(cut).into();
            Some((serde_json::to_value(&shortened).ok()?, written))
        });
        pairs.unzip()
    }

    /// Goes on where [`Session::snapshot`] was made; `None` when it is unreadable or of another
    /// site or agent. Nothing is asked before [`crate::session::Command::Connect`].
    pub fn restore(start: Start, seed: u64, snapshot: &str) -> Option<Self> {
        let value: Value = serde_json::from_str(snapshot).ok()?;
        if value["version"] != VERSION || value["owner"] != owner(&start) {
            return None;
        }
        let mut out = Self::new(start, seed ^ value["rng"].as_u64()?);
        out.kept = Kept::read(&value["kept"]);
        let me = |at: usize| value["me"][at].as_str().unwrap_or_default().to_owned();
        out.model = Model {
            connection: Connection::Idle,
            me_uri: me(0),
            me_name: me(1),
            conversations: list(&value["conversations"])?,
            invitations: serde_json::from_value(value["invitations"].clone()).ok()?,
        };
        out.hidden = list(&value["hidden"])?;
        let threads = value["threads"].as_array()?.iter().zip(1..);
        out.threads = threads.filter_map(|(it, id)| Thread::read(it, id)).collect();
        out.last_thread = u32::try_from(out.threads.len()).ok()?;
        out.offers = value["offers"].as_array()?.iter().map(Offer::read).collect();
        let meetings = value["meetings"].as_array().into_iter().flatten();
        out.wanted_meetings = meetings.filter_map(|it| Some(it.as_str()?.to_owned())).collect();
        for sender in Package::read(&value["inbox"])?.senders {
            for event in sender.events {
                out.inbox.push_back((sender.rel.clone(), sender.href.clone(), event));
            }
        }
        out.finished = value["finished"].as_bool().unwrap_or_default();
        out.pair_up();
        Some(out)
    }

    /// Every conversation has a thread and the other way round, whatever the snapshot said.
    fn pair_up(&mut self) {
        let keys: Vec<(String, bool)> =
            self.threads.iter().map(|it| (it.key.clone(), it.hidden)).collect();
        self.model.conversations.retain(|it| keys.contains(&(it.key.clone(), false)));
        self.hidden.retain(|it| keys.contains(&(it.key.clone(), true)));
        for at in 0..self.threads.len() {
            let conversation = self.pair(at).1;
            conversation.typing.clear();
            conversation.can_send = false;
        }
        for invitation in &mut self.model.invitations {
            invitation.answering = false;
        }
    }
}

fn list(value: &Value) -> Option<Vec<Conversation>> {
    serde_json::from_value(value.clone()).ok()
}
