//! What survives a reload: token, links, cursor, what is shown and what is on its way. Never a
//! password.
//!
//! Written and read by hand: derived code for the same is 6 KB more of the widget.

mod conversation;

use serde_json::Value;

pub(crate) use self::conversation::{list, owned};
use crate::inbox::Inbox;
use crate::json::Json;
use crate::kept::{Kept, Offer};
use crate::machine::{AGENT, Session};
use crate::model::{Conversation, Invitation};
use crate::session::Start;
use crate::threads::Thread;

/// The form of a snapshot; another one is not read.
const VERSION: i64 = 2;

/// Whose snapshot it is.
fn owner(start: &Start) -> String {
    match start {
        Start::Visitor { bootstrap_url, site, meeting_url, .. } => {
            ["visitor", bootstrap_url, site, meeting_url].join(" ")
        }
        Start::Agent { root_url, username, .. } => {
            let name = username.trim().to_ascii_lowercase();
            ["agent", root_url, name.strip_prefix("sip:").unwrap_or(&name)].join(" ")
        }
    }
}

impl Start {
    /// Whose session it is: the same for each way to write an agent's name, another at each platform.
    pub fn owner(&self) -> String {
        owner(self)
    }
}

impl Session {
    /// What [`Session::restore`] needs after a reload, as JSON: token, links, cursor, model and
    /// outbox. Never a password.
    pub fn snapshot(&self) -> String {
        let mut out = Json::object();
        out.name("version").number(VERSION).name("owner").text(&owner(&self.start));
        out.name("rng").number(self.rng.0.cast_signed()).name("kept");
        self.kept.write(&mut out);
        let me = &self.model;
        out.name("me").open('[').text(&me.me_uri).text(&me.me_name).close(']').name("shown");
        self.write_list(&mut out, &me.conversations, false);
        out.name("inbox");
        self.inbox.write(&mut out);
        // A visitor's end that is still being told is made good by deleting the application.
        let is_ending = self.is_visitor() && self.is_ending();
        out.name("finished").flag(self.finished || self.closing || is_ending);
        if AGENT {
            out.name("hidden");
            self.write_list(&mut out, &self.hidden, true);
            self.write_invitations(&mut out);
        }
        out.finish()
    }

    /// Conversations with their threads.
    fn write_list(&self, out: &mut Json, shown: &[Conversation], hidden: bool) {
        out.open('[');
        for conversation in shown {
            let of = |it: &&Thread| it.hidden == hidden && it.key == conversation.key;
            if let Some(thread) = self.threads.iter().find(of) {
                conversation::write(out, conversation, thread);
            }
        }
        out.close(']');
    }

    fn write_invitations(&self, out: &mut Json) {
        out.name("invitations").open('[');
        for it in &self.model.invitations {
            out.open('[').text(&it.key).text(&it.from).number(it.at_ms);
            out.text_or_null(it.subject.as_deref());
            out.text_or_null(it.online_meeting_uri.as_deref()).close(']');
        }
        out.close(']').name("offers").open('[');
        for offer in &self.offers {
            offer.write(out);
        }
        out.close(']').name("meetings").open('[');
        for uri in &self.wanted_meetings {
            out.text(uri);
        }
        out.close(']');
    }

    /// Goes on where [`Session::snapshot`] was made; `None` when it is unreadable or of another
    /// site or agent. Nothing is asked before [`crate::session::Command::Connect`].
    pub fn restore(start: Start, seed: u64, snapshot: &str) -> Option<Self> {
        Self::of_snapshot(start, seed, &serde_json::from_str(snapshot).ok()?)
    }

    pub(crate) fn of_snapshot(start: Start, seed: u64, value: &Value) -> Option<Self> {
        if value["version"].as_i64() != Some(VERSION)
            || value["owner"].as_str() != Some(&owner(&start))
        {
            return None;
        }
        let mut out = Self::new(start, seed ^ value["rng"].as_i64()?.cast_unsigned());
        out.kept = Kept::read(&value["kept"]);
        // The last poll of the page before may be on its way still.
        out.line.stray = true;
        out.model.me_uri = owned(&value["me"][0]).unwrap_or_default();
        out.model.me_name = owned(&value["me"][1]).unwrap_or_default();
        out.read_list(&value["shown"], false);
        out.inbox = Inbox::read(&value["inbox"]);
        out.finished = value["finished"].as_bool().unwrap_or_default();
        if AGENT {
            out.read_list(&value["hidden"], true);
            out.read_invitations(value);
        }
        Some(out)
    }

    fn read_list(&mut self, value: &Value, hidden: bool) {
        for value in list(value) {
            let id = self.last_thread + 1;
            let Some((shown, thread)) = conversation::read(value, id, hidden) else { continue };
            let shown_list = if hidden { &mut self.hidden } else { &mut self.model.conversations };
            shown_list.push(shown);
            self.threads.push(thread);
            self.last_thread = id;
        }
    }

    fn read_invitations(&mut self, value: &Value) {
        let invitations = list(&value["invitations"]).iter().filter_map(|it| {
            Some(Invitation {
                key: owned(&it[0])?,
                from: owned(&it[1])?,
                at_ms: it[2].as_i64()?,
                subject: owned(&it[3]),
                online_meeting_uri: owned(&it[4]),
                answering: false,
            })
        });
        self.model.invitations = invitations.collect();
        self.offers = list(&value["offers"]).iter().map(Offer::read).collect();
        self.wanted_meetings = list(&value["meetings"]).iter().filter_map(owned).collect();
    }
}
