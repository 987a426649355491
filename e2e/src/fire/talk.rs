//! A visitor and an agent in a conversation, who both write as fast as they are understood.

use std::sync::Arc;
use std::time::Duration;

use client::model::{Author, Connection, Conversation, Delivery, Model};
use client::session::Command;
use tokio::task::JoinSet;

use super::browser::BrowserVisitor;
use super::ledger::{self, Ledger, Side};
use crate::person::Person;

/// Texts that a person has under way before writing the next.
pub(super) const UNDER_WAY_MAX: usize = 3;
/// Longer than any run.
const FOREVER: Duration = Duration::from_hours(24);

/// Where a visitor sits.
#[derive(Clone)]
pub(super) enum Seat {
    Native(Arc<Person>),
    Browser(Arc<BrowserVisitor>),
}

/// Somebody at a native screen, and the conversation that is meant.
#[derive(Clone)]
pub(super) struct Desk {
    pub(super) person: Arc<Person>,
    pub(super) key: String,
}

/// A conversation.
pub(super) struct Talk {
    pub(super) number: usize,
    pub(super) visitor: Seat,
    pub(super) agent: Desk,
    /// The visitor's key of it; none in the browser.
    pub(super) visitor_key: Option<String>,
}

impl Talk {
    /// A visitor asks, an agent takes it.
    pub(super) async fn begin(number: usize, visitor: Person, agent: Arc<Person>) -> Self {
        visitor.connect().await;
        let before = keys(&agent);
        visitor.writes("", "Hello?");
        let key = taken(&agent, &before).await;
        let open = |it: &Model| it.conversations.iter().any(|it| it.can_send);
        let model = visitor.sees("a conversation", open).await;
        let visitor_key = Some(model.conversations[0].key.clone());
        let agent = Desk { person: agent, key };
        Self { number, visitor: Seat::Native(Arc::new(visitor)), agent, visitor_key }
    }

    /// The same with a visitor in a browser, who has said hello already.
    pub(super) async fn begin_in_browser(
        number: usize,
        visitor: BrowserVisitor,
        agent: Arc<Person>,
    ) -> Self {
        let before = keys(&agent);
        visitor.write("Hello?").await;
        let key = taken(&agent, &before).await;
        let agent = Desk { person: agent, key };
        Self { number, visitor: Seat::Browser(Arc::new(visitor)), agent, visitor_key: None }
    }

    /// The native screens on it.
    pub(super) fn desks(&self) -> Vec<Desk> {
        let mut desks = vec![self.agent.clone()];
        if let (Seat::Native(person), Some(key)) = (&self.visitor, &self.visitor_key) {
            desks.push(Desk { person: Arc::clone(person), key: key.clone() });
        }
        desks
    }

    /// How many texts stood twice on a screen that only its own program can watch.
    pub(super) async fn doubled(&self) -> usize {
        match &self.visitor {
            Seat::Browser(it) => it.doubled().await,
            Seat::Native(_) => 0,
        }
    }

    /// How its native screens stand, for whoever waited too long.
    pub(super) fn stands(&self) -> String {
        let lines = self.desks().into_iter().map(|desk| {
            let model = desk.person.model();
            let last = model.conversation(&desk.key).and_then(|it| it.items.last());
            format!("conversation {}: {:?}, last {last:?}", self.number, model.connection)
        });
        lines.collect::<Vec<_>>().join("\n")
    }

    pub(super) async fn leave(self) {
        if let Seat::Browser(it) = self.visitor {
            it.close().await;
        }
    }
}

fn keys(agent: &Person) -> Vec<String> {
    agent.model().conversations.into_iter().map(|it| it.key).collect()
}

/// Takes what is offered; answers the new conversation's key.
async fn taken(agent: &Person, before: &[String]) -> String {
    let model = agent.sees("an invitation", |it| !it.invitations.is_empty()).await;
    agent.does(Command::Accept { invitation: model.invitations[0].key.clone() });
    let is_new = |it: &Conversation| it.can_send && !before.contains(&it.key);
    let model = agent.sees("a conversation", |it| it.conversations.iter().any(is_new)).await;
    let taken = model.conversations.into_iter().find(is_new);
    taken.expect("it was just seen").key
}

/// Lets everybody write all of it. Answers how often a person had to press "try again".
pub(super) async fn write_all(ledger: &Arc<Ledger>, talks: &[Talk]) -> usize {
    let mut writers = JoinSet::new();
    for talk in talks {
        let (shared, desk, number) = (Arc::clone(ledger), talk.agent.clone(), talk.number);
        writers.spawn(async move { write(&shared, &desk, number, Side::Agent).await });
        let (shared, visitor) = (Arc::clone(ledger), talk.visitor.clone());
        let key = talk.visitor_key.clone().unwrap_or_default();
        writers.spawn(async move {
            match visitor {
                Seat::Native(person) => {
                    write(&shared, &Desk { person, key }, number, Side::Visitor).await
                }
                Seat::Browser(it) => {
                    let again = it.write_all(&shared, number).await;
                    // Nobody else looks at this screen.
                    it.until_shown(&shared, 2 * shared.each).await;
                    again
                }
            }
        });
    }
    let mut again = 0;
    while let Some(done) = writers.join_next().await {
        again += done.expect("nobody gives up");
    }
    again
}

/// One person's half. A text that failed is sent again, as a person would.
async fn write(ledger: &Ledger, desk: &Desk, talk: usize, side: Side) -> usize {
    let mut again = 0;
    for n in 0..ledger.each {
        let text = ledger::text(talk, side, n);
        again += room(desk, UNDER_WAY_MAX).await;
        ledger.writes(&text);
        desk.person.writes(&desk.key, &text);
    }
    again + room(desk, 1).await
}

/// Waits until less than so many own texts are under way.
async fn room(desk: &Desk, end: usize) -> usize {
    let mut again = 0;
    loop {
        let ready = |it: &Model| {
            it.conversation(&desk.key)
                .is_some_and(|it| failed(it).next().is_some() || under_way(it) < end)
        };
        let model = desk.person.waits(ready, FOREVER).await;
        let Some(conversation) = model.as_ref().and_then(|it| it.conversation(&desk.key)) else {
            continue;
        };
        let failed: Vec<String> = failed(conversation).map(str::to_owned).collect();
        if failed.is_empty() {
            return again;
        }
        for item in failed {
            again += 1;
            let conversation = desk.key.clone();
            desk.person.does(Command::Retry { conversation, item });
        }
    }
}

fn under_way(conversation: &Conversation) -> usize {
    let is_own = |it: &&client::model::Item| it.author == Author::Me;
    let own = conversation.items.iter().rev().take(50).filter(is_own);
    own.filter(|it| it.delivery == Delivery::Sending).count()
}

fn failed(conversation: &Conversation) -> impl Iterator<Item = &str> {
    let items = conversation.items.iter().rev().take(50);
    items.filter(|it| matches!(it.delivery, Delivery::Failed { .. })).map(|it| it.key.as_str())
}

/// Waits until every screen says that it is current and shows all; `false` when one does not in time.
pub(super) async fn settle(ledger: &Ledger, talks: &[Talk], within: Duration) -> bool {
    let all = async {
        for talk in talks {
            for desk in talk.desks() {
                let settled = |it: &Model| {
                    let shown = it.conversation(&desk.key).map_or(0, |it| ours(it, talk.number));
                    it.connection == Connection::Online && shown >= 2 * ledger.each
                };
                desk.person.waits(settled, FOREVER).await;
            }
            if let Seat::Browser(it) = &talk.visitor {
                it.until_shown(ledger, 2 * ledger.each).await;
            }
        }
    };
    tokio::time::timeout(within, all).await.is_ok()
}

fn ours(conversation: &Conversation, talk: usize) -> usize {
    let of_talk = |text: &str| ledger::parse(text).is_some_and(|(it, ..)| it == talk);
    conversation.items.iter().filter(|it| of_talk(&it.text)).count()
}
