//! Visitors and agents: the client machine that widget and console run, over real sockets.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client::model::{Connection, Delivery, Item, Model};
use client::native::{NativeDriver, ReqwestTransport};
use client::session::{Command, Session, Start};

/// How long anything may take on a busy machine.
pub(crate) const WAIT: Duration = Duration::from_mins(1);

/// A visitor of the site `demo`.
pub(crate) fn visitor(url: &str, name: &str, seed: u64) -> NativeDriver {
    guest(url, "", name, seed)
}

/// A visitor of the meeting that has this link.
pub(crate) fn guest(url: &str, link: &str, name: &str, seed: u64) -> NativeDriver {
    let start = Start::Visitor {
        bootstrap_url: format!("{url}/GetAnonTokenJob"),
        origin: url.to_owned(),
        site: "demo".to_owned(),
        display_name: name.to_owned(),
        meeting_url: link.to_owned(),
    };
    drive(start, seed)
}

/// The demonstration's agent.
pub(crate) fn alice(url: &str, seed: u64) -> NativeDriver {
    let start = Start::Agent {
        root_url: format!("{url}/autodiscover/autodiscoverservice.svc/root"),
        username: "alice@demo.example".to_owned(),
        password: "demo".to_owned(),
    };
    drive(start, seed)
}

fn drive(start: Start, seed: u64) -> NativeDriver {
    let transport = Arc::new(ReqwestTransport::new().expect("TLS can be set up"));
    NativeDriver::start(Session::new(start, seed), transport, Arc::new(now_ms))
}

#[expect(clippy::disallowed_methods, reason = "a real process is on the other side: real time")]
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Connects and waits until what is shown is current.
pub(crate) async fn connect(driver: &NativeDriver) {
    driver.command(Command::Connect);
    sees(driver, "being online", |it| it.connection == Connection::Online).await;
}

/// Waits until the model is as wanted.
pub(crate) async fn sees(
    driver: &NativeDriver,
    what: &str,
    wanted: impl Fn(&Model) -> bool,
) -> Model {
    let found = driver.wait_until(wanted, WAIT).await;
    found.unwrap_or_else(|it| panic!("never saw {what}: {it}: {:#?}", it.0))
}

/// Writes as the visitor and waits until the server has kept it.
pub(crate) async fn writes(driver: &NativeDriver, text: &str) {
    driver.command(Command::Send { conversation: String::new(), text: text.to_owned() });
    let is_sent = |it: &&Item| it.text == text && it.delivery == Delivery::Sent;
    sees(driver, text, |it| items(it).any(|it| is_sent(&it))).await;
}

/// Everything that is shown.
pub(crate) fn items(model: &Model) -> impl Iterator<Item = &Item> {
    model.conversations.iter().flat_map(|it| &it.items)
}

/// As an agent: takes the next offer and answers; the conversation's key.
pub(crate) async fn takes_and_answers(agent: &NativeDriver, text: &str) -> String {
    let model = sees(agent, "an invitation", |it| !it.invitations.is_empty()).await;
    let known: Vec<_> = model.conversations.iter().map(|it| it.key.clone()).collect();
    agent.command(Command::Accept { invitation: model.invitations[0].key.clone() });
    let is_new = |it: &&client::model::Conversation| it.can_send && !known.contains(&it.key);
    let taken = |it: &Model| it.conversations.iter().find(is_new).map(|it| it.key.clone());
    let model = sees(agent, "a conversation", |it| taken(it).is_some()).await;
    let key = taken(&model).expect("it was just seen");
    agent.command(Command::Send { conversation: key.clone(), text: text.to_owned() });
    key
}
