//! The pages people have open: the models of widget and console with the client machine, driven as their
//! drivers in a browser do. What a browser would do is answered as a list of [`Do`].

mod agent;
mod visitor;

use std::collections::BTreeMap;

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::model::{Author, Conversation, Delivery, Notice, Standing};
use client::session::{Input, Output, Session};

use crate::disk::TEXT_MARK;

pub use agent::AgentPage;
pub use visitor::VisitorPage;

/// What the browser keeps over a reload, by name.
pub type Storage = BTreeMap<&'static str, String>;

/// Whose request it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tag {
    /// The client machine's.
    Ucwa(u64),
    /// The desk poll's.
    Desk(u64),
    /// A call of the desk's API.
    Call(u64),
}

/// What a browser must do.
#[derive(Debug)]
pub enum Do {
    /// Make a request and hand in its answer.
    Send {
        /// Hand it back with the answer.
        tag: Tag,
        /// The request.
        request: HttpRequest,
        /// Give up after this long.
        timeout_ms: u64,
    },
    /// Stop waiting for a request.
    Abort(Tag),
    /// Keep a text over a reload; an empty one is forgotten.
    Keep(&'static str, String),
}

/// What a person does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Looks at the page for the first time, or signs in.
    Open,
    /// Types into the field of a conversation; visitors have one field only.
    Type(String, String),
    /// Sends what is in the field.
    Send(String),
    /// Sends a failed text again.
    Retry {
        /// The conversation.
        conversation: String,
        /// The item.
        key: String,
    },
    /// Looks at a conversation.
    Select(String),
    /// Takes the conversation that waits longest.
    TakeNext,
    /// Wants what could not be had of a conversation once more.
    Reload(String),
    /// Joins an own conversation that is not open here.
    Rejoin(String),
    /// Ends a conversation.
    End(String),
    /// Does not want to wait for the next attempt.
    TryNow,
    /// Goes on after a stop, or begins anew after an end.
    GoOn,
}

/// How far a text on a screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// On its way.
    Sending,
    /// Kept by the server.
    Sent,
    /// Failed; may be tried again.
    Failed,
}

/// A text on a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its id; empty for what the desk itself said.
    pub id: String,
    /// The conversation, by the page's own name of it.
    pub conversation: String,
    /// The item's key, for trying again.
    pub key: String,
    /// Whether one wrote it oneself.
    pub is_own: bool,
    /// How far it got.
    pub far: Far,
    /// Whether the page says that somebody on the other side has it.
    pub is_told_delivered: bool,
}

/// Whether a page says that what it shows is current.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// It says so, or nothing needs to be current.
    Current,
    /// It says that it may be stale, or that it connects.
    Doubtful,
    /// It waits for a person.
    Stopped,
}

/// A page.
pub trait Page {
    /// A person does something.
    fn act(&mut self, now_ms: i64, act: Act, out: &mut Vec<Do>);
    /// An answer came, or none.
    fn answer(
        &mut self,
        now_ms: i64,
        tag: Tag,
        result: Result<HttpResponse, NoAnswer>,
        out: &mut Vec<Do>,
    );
    /// When each timer of the page is due, on the page's wall clock.
    fn deadlines(&self) -> [Option<i64>; TIMERS];
    /// A timer fired.
    fn tick(&mut self, now_ms: i64, timer: usize, out: &mut Vec<Do>);
    /// Every text that the page holds, conversation by conversation.
    fn texts(&self) -> Vec<Seen>;
    /// Every text on the screen, conversation by conversation, in order.
    fn lines(&self) -> Vec<Seen>;
    /// What is typed and not sent, by conversation.
    fn drafts(&self) -> BTreeMap<String, String>;
    /// Conversations that one can type into now.
    fn writable(&self) -> Vec<String>;
    /// Conversations that go on.
    fn open(&self) -> Vec<String>;
    /// The conversation one looks at, where there are several.
    fn selected(&self) -> Option<String>;
    /// The conversation one looks at, when the page says that it could not get all of it.
    fn incomplete(&self) -> Option<String>;
    /// Whether it says that it is current.
    fn line(&self) -> Line;
    /// Whether somebody waits to be taken, and is not being taken.
    fn has_waiting(&self) -> bool;
    /// Conversations that can be joined again.
    fn joinable(&self) -> Vec<String>;
    /// Whether something is still under way that a person waits for.
    fn is_busy(&self) -> bool;
    /// Whether the server is still to be told of an end.
    fn is_leaving(&self) -> bool;
    /// The bearer of the desk's API.
    fn bearer(&self) -> Option<String>;
}

/// Timers of a page: the client's, the desk poll's, the second's.
pub const TIMERS: usize = 3;

/// The name under which the client machine's snapshot is kept.
pub const SESSION: &str = "session";

/// Hands an input to the client machine and does what follows; answers what a person is to be told.
fn drive(session: &mut Session, now_ms: i64, input: Input, out: &mut Vec<Do>) -> Vec<Notice> {
    let mut notices = Vec::new();
    session.handle(now_ms, input);
    while let Some(output) = session.poll() {
        match output {
            Output::Request { id, request, timeout_ms } => {
                out.push(Do::Send { tag: Tag::Ucwa(id), request, timeout_ms });
            }
            Output::Abort { id } => out.push(Do::Abort(Tag::Ucwa(id))),
            Output::Save => out.push(Do::Keep(SESSION, session.snapshot())),
            Output::Notice(notice) => notices.push(notice),
        }
    }
    notices
}

/// The id in a text; empty where it has none.
pub fn id_of(text: &str) -> &str {
    text.split(TEXT_MARK).nth(1).unwrap_or_default()
}

/// A text of this id.
pub fn text_of(id: &str) -> String {
    format!("{TEXT_MARK}{id}{TEXT_MARK} and some words")
}

/// Whether somebody on the other side has it, by the page's word.
fn is_told_delivered(standing: Standing) -> bool {
    matches!(standing, Standing::Delivered | Standing::Read)
}

/// Every text that the client machine holds.
fn held<'a>(conversations: impl IntoIterator<Item = &'a Conversation>) -> Vec<Seen> {
    let items =
        conversations.into_iter().flat_map(|it| it.items.iter().map(move |item| (it, item)));
    items
        .map(|(it, item)| Seen {
            id: id_of(&item.text).to_owned(),
            conversation: it.key.clone(),
            key: item.key.clone(),
            is_own: item.author == Author::Me,
            far: far(&item.delivery),
            is_told_delivered: is_told_delivered(item.standing()),
        })
        .collect()
}

fn far(delivery: &Delivery) -> Far {
    match delivery {
        Delivery::Sending => Far::Sending,
        Delivery::Sent => Far::Sent,
        Delivery::Failed { .. } => Far::Failed,
    }
}
