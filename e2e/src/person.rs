//! A visitor or an agent: the same client machine that widget and console run, over real sockets.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client::model::{Author, Connection, Conversation, Delivery, Item, Model, Standing};
use client::native::{NativeDriver, ReqwestTransport};
use client::session::{Command, Session, Start};

/// How long anything that a person waits for may take here, on a busy machine.
const WAIT: Duration = Duration::from_secs(40);

/// Somebody at a screen.
pub struct Person {
    driver: NativeDriver,
    start: Start,
    seed: u64,
}

impl Person {
    /// A visitor of the site `demo`.
    pub fn visitor(url: &str, seed: u64) -> Self {
        Self::visitor_of(url, "demo", seed)
    }

    /// A visitor of a site.
    pub fn visitor_of(url: &str, site: &str, seed: u64) -> Self {
        Self::new(
            Start::Visitor {
                bootstrap_url: format!("{url}/GetAnonTokenJob"),
                origin: url.to_owned(),
                site: site.to_owned(),
                display_name: "Vera".to_owned(),
                meeting_url: String::new(),
            },
            seed,
        )
    }

    /// An agent of the demonstration, such as `alice`.
    pub fn agent(url: &str, name: &str, seed: u64) -> Self {
        Self::agent_as(url, (&format!("{name}@demo.example"), "demo"), seed)
    }

    /// An agent who signs in with a name and a password, starting at this address.
    pub fn agent_as(url: &str, (username, password): (&str, &str), seed: u64) -> Self {
        Self::new(
            Start::Agent {
                root_url: format!("{url}/autodiscover/autodiscoverservice.svc/root"),
                username: username.to_owned(),
                password: password.to_owned(),
            },
            seed,
        )
    }

    fn new(start: Start, seed: u64) -> Self {
        let driver = drive(Session::new(start.clone(), seed));
        Self { driver, start, seed }
    }

    /// Connects and waits until what is shown is current.
    pub async fn connect(&self) {
        self.does(Command::Connect);
        self.sees("being online", |it| it.connection == Connection::Online).await;
    }

    /// Does something.
    pub fn does(&self, command: Command) {
        self.driver.command(command);
    }

    /// Writes into a conversation; an empty key means the visitor's own.
    pub fn writes(&self, conversation: &str, text: &str) {
        self.does(Command::Send { conversation: conversation.to_owned(), text: text.to_owned() });
    }

    /// Waits until the model is as wanted, and answers it.
    pub async fn sees(&self, what: &str, wanted: impl Fn(&Model) -> bool) -> Model {
        let found = self.driver.wait_until(wanted, WAIT).await;
        found.unwrap_or_else(|it| panic!("never saw {what}: {it}: {:#?}", it.0))
    }

    /// Waits until the model is as wanted; `None` when it is not in time.
    pub async fn waits(&self, wanted: impl Fn(&Model) -> bool, within: Duration) -> Option<Model> {
        self.driver.wait_until(wanted, within).await.ok()
    }

    /// As an agent: waits for an offer, takes it, and answers with the conversation's key once
    /// something can be written.
    pub async fn takes_the_next(&self) -> String {
        let model = self.sees("an invitation", |it| !it.invitations.is_empty()).await;
        self.does(Command::Accept { invitation: model.invitations[0].key.clone() });
        let open = |it: &Conversation| it.can_send;
        let model = self.sees("a conversation", |it| it.conversations.iter().any(open)).await;
        let taken = model.conversations.into_iter().find(open);
        taken.expect("it was just seen").key
    }

    /// Waits for a message of this text, however often it is shown.
    pub async fn reads(&self, text: &str) -> Item {
        let model = self.sees(text, |it| item(it, text).is_some()).await;
        item(&model, text).cloned().expect("it was just seen")
    }

    /// Waits until an own message of this text is kept by the server.
    pub async fn delivered(&self, text: &str) {
        let sent = |it: &Model| item(it, text).is_some_and(|it| it.delivery == Delivery::Sent);
        self.sees(&format!("{text:?} as sent"), sent).await;
    }

    /// Waits until an own message of this text got exactly so far.
    pub async fn stands(&self, text: &str, wanted: Standing) {
        let what = format!("{text:?} as {}", wanted.name());
        let stands = |it: &Model| item(it, text).is_some_and(|it| it.standing() == wanted);
        self.sees(&what, stands).await;
    }

    /// Has had everything up to a message before the eyes.
    pub fn has_read(&self, conversation: &str, newest: &Item) {
        let (conversation, up_to_ms) = (conversation.to_owned(), newest.at_ms);
        self.does(Command::MarkRead { conversation, up_to_ms });
    }

    /// What is shown now.
    pub fn model(&self) -> Model {
        self.driver.model()
    }

    /// The token, for the desk's API.
    pub fn bearer(&self) -> String {
        format!("Bearer {}", self.driver.bearer().expect("one is signed in"))
    }

    /// Closes the page and opens it again, with what the page kept.
    pub async fn reload(self) -> Self {
        let kept = self.driver.snapshot();
        self.driver.stop().await;
        let session = Session::restore(self.start.clone(), self.seed + 1, &kept);
        let driver = drive(session.expect("what was kept is understood"));
        Self { driver, start: self.start.clone(), seed: self.seed + 1 }
    }

    /// Closes the page.
    pub async fn leave(self) {
        self.driver.stop().await;
    }
}

fn drive(session: Session) -> NativeDriver {
    let transport = ReqwestTransport::new().expect("TLS can be set up");
    NativeDriver::start(session, Arc::new(transport), Arc::new(now_ms))
}

#[expect(clippy::disallowed_methods, reason = "real processes are on the other side: real time")]
fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The first message of this text in any conversation.
pub fn item<'a>(model: &'a Model, text: &str) -> Option<&'a Item> {
    model.conversations.iter().flat_map(|it| &it.items).find(|it| it.text == text)
}

/// The texts of a conversation, each with its author's name; own ones with `me`.
pub fn texts(conversation: &Conversation) -> Vec<String> {
    let line = |it: &Item| match &it.author {
        Author::Me => format!("me: {}", it.text),
        Author::Other(name) => format!("{name}: {}", it.text),
    };
    conversation.items.iter().map(line).collect()
}
