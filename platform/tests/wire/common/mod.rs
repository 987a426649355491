//! A platform in memory with a clock that stands still, and those who talk to it.

mod http;
mod people;
mod recorder;
mod tripwire;

use std::sync::{Arc, OnceLock};

use platform::{Endpoint, Limits, Parts, Platform, Proof, Settings};
use shared::{Dialect, Origin, SipUri};
use store::env::TestClock;
use store::{Documents as _, MemoryStore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub(crate) use http::{Client, Parked, Reply};
pub(crate) use people::{Chat, Member, kind_of, text_of};
pub(crate) use recorder::{Hook, Recorder};
use tripwire::Tripwire;

/// Where the platform says it is.
pub(crate) const URL: &str = "http://127.0.0.1:8080";
/// The endpoint of every test.
pub(crate) const HELPDESK: &str = "sip:help@t.example";
/// The page visitors come from.
pub(crate) const PAGE: &str = "https://shop.example";
/// 2024-01-01T00:00:00.500Z
pub(crate) const START_MS: i64 = 1_704_067_200_500;

/// A platform and everything around it.
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) router: axum::Router,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) hooks: Arc<Recorder>,
    pub(crate) stop: CancellationToken,
    pub(crate) entropy: Arc<Tripwire>,
    settings: Settings,
}

/// Making a key takes longer than all else; one is enough for all tests.
static KEY: OnceLock<String> = OnceLock::new();

/// The helpdesk's endpoint, told in the given dialect.
pub(crate) fn helpdesk(dialect: Dialect) -> Endpoint {
    Endpoint {
        uri: SipUri::parse(HELPDESK).unwrap(),
        client_id: "desk".into(),
        proof: Proof::Secret("desk-secret".into()),
        callback_url: "https://desk.example/hook".into(),
        audience: "https://desk.example".into(),
        display_name: "Helpdesk".into(),
        dialect,
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A platform with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Self {
        let mut limits = Limits { webhook_retry_ms_min: 1, ..Limits::default() };
        limits.webhook_retry_ms_max = 2;
        let mut settings = Settings {
            public_url: URL.to_owned(),
            limits,
            allow_http_origins: false,
            ucwa_origins: vec![Origin::parse("https://console.example").unwrap()],
            relay_origins: vec![Origin::parse("https://console.example").unwrap()],
        };
        change(&mut settings);
        let store = MemoryStore::new();
        if let Some(key) = KEY.get() {
            store.put("keys", "signing", key).await.unwrap();
        }
        let clock = Arc::new(TestClock::at(START_MS));
        let hooks = Recorder::new();
        let world = Self::open(settings, store, clock, hooks, 7).await;
        if let Some(key) = world.store.get("keys", "signing").await.unwrap() {
            KEY.get_or_init(|| key);
        }
        let endpoint = helpdesk(Dialect::Service);
        world.platform.register_endpoint(endpoint).await.unwrap();
        world
    }

    async fn open(
        settings: Settings,
        store: Arc<MemoryStore>,
        clock: Arc<TestClock>,
        hooks: Arc<Recorder>,
        seed: u64,
    ) -> Self {
        let stop = CancellationToken::new();
        let entropy = Tripwire::new(seed);
        let parts = Parts {
            log: store.log("platform"),
            documents: Arc::clone(&store) as Arc<dyn store::Documents>,
            clock: Arc::clone(&clock) as Arc<dyn store::env::Clock>,
            entropy: Arc::clone(&entropy) as Arc<dyn store::env::Entropy>,
            callbacks: Arc::clone(&hooks) as Arc<dyn platform::Callbacks>,
            tasks: TaskTracker::new(),
            stop: stop.clone(),
        };
        let platform = Platform::open(settings.clone(), parts).await.unwrap();
        let router = platform.router();
        Self { platform, router, clock, store, hooks, stop, entropy, settings }
    }

    /// The same data file, opened by another process: nothing is left but what was kept.
    pub(crate) async fn restart(&mut self) {
        self.stop.cancel();
        let (settings, store) = (self.settings.clone(), Arc::clone(&self.store));
        let (clock, hooks) = (Arc::clone(&self.clock), Arc::clone(&self.hooks));
        // Another process draws other ids.
        *self = Self::open(settings, store, clock, hooks, 8).await;
    }

    /// Lets time pass and what is due happen.
    pub(crate) async fn pass_ms(&self, by_ms: i64) {
        self.clock.advance_ms(by_ms);
        self.platform.tick().await;
    }

    /// Somebody without a token.
    pub(crate) fn anybody(&self) -> Client {
        Client::new(self.router.clone(), None)
    }

    /// The service application, with its bearer.
    pub(crate) async fn desk(&self) -> Client {
        let form = "grant_type=client_credentials&client_id=desk&client_secret=desk-secret\
                    &resource=https%3A%2F%2Fp.example";
        let reply = self.anybody().form("/WebTicket/oauthtoken", form).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        Client::new(self.router.clone(), Some(token))
    }

    /// A user with an application.
    pub(crate) async fn agent(&self, name: &str) -> Member {
        let uri = SipUri::parse(&format!("sip:{name}@t.example")).unwrap();
        if !self.platform.has_user(&uri).await.unwrap() {
            self.platform.create_user(&uri, &capital(name), "secret").await.unwrap();
        }
        let client = self.sign_in(name).await;
        Member::agent(client, name).await
    }

    /// The token of a user that exists.
    pub(crate) async fn sign_in(&self, name: &str) -> Client {
        let form = format!("grant_type=password&username=sip%3A{name}%40t.example&password=secret");
        let reply = self.anybody().form("/WebTicket/oauthtoken", &form).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let token = reply.json()["access_token"].as_str().unwrap().to_owned();
        Client::new(self.router.clone(), Some(token))
    }

    /// A token for a visitor of [`PAGE`], and where its discovery starts.
    pub(crate) async fn visitor_token(&self, session: &str) -> (String, String) {
        let body = serde_json::json!({"applicationSessionId": session, "allowedOrigins": PAGE});
        let href = token_href();
        let reply = self.desk().await.post(&href, &body.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let document = reply.resource();
        (document.text("token").unwrap().to_owned(), document.href("discover").unwrap().to_owned())
    }

    /// A meeting that the desk made from these terms.
    pub(crate) async fn meeting(&self, terms: &serde_json::Value) -> shared::Resource {
        let href = format!("{}/adhocMeetings?endpointId={HELPDESK}", application_path());
        let reply = self.desk().await.post(&href, &terms.to_string()).await;
        assert_eq!(reply.status, 201, "{}", reply.text);
        reply.resource()
    }

    /// A visitor with a token for this meeting, by whom it is not joined yet.
    pub(crate) async fn guest(&self, name: &str, meeting: &shared::Resource) -> Member {
        let body = serde_json::json!({
            "applicationSessionId": format!("guest-{name}"),
            "allowedOrigins": PAGE,
            "meetingUrl": meeting.text("joinUrl").unwrap(),
        });
        let reply = self.desk().await.post(&token_href(), &body.to_string()).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let document = reply.resource();
        let found = self.anybody().from(PAGE).get(document.href("discover").unwrap()).await;
        let applications = found.resource().href("anonApplications").unwrap().to_owned();
        let token = document.text("token").map(str::to_owned);
        let client = Client::new(self.router.clone(), token).from(PAGE);
        let body = serde_json::json!({ "anonymousDisplayName": name }).to_string();
        Member::create(client, &applications, &body).await
    }

    /// A visitor with an application, as the widget makes one.
    pub(crate) async fn visitor(&self, session: &str) -> Member {
        let (token, discover) = self.visitor_token(session).await;
        let reply = self.anybody().from(PAGE).get(&discover).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
        let applications = reply.resource().href("anonApplications").unwrap().to_owned();
        let client = Client::new(self.router.clone(), Some(token)).from(PAGE);
        Member::create(client, &applications, r#"{"anonymousDisplayName":"Vera"}"#).await
    }
}

/// Where visitors' tokens are made; found as a service application finds it.
pub(crate) fn token_href() -> String {
    let id = application_path();
    format!("{id}/anonApplicationTokens?endpointId={HELPDESK}")
}

/// The application of [`HELPDESK`]; tests of discovery show that it is what discovery says.
pub(crate) fn application_path() -> String {
    static ID: OnceLock<String> = OnceLock::new();
    ID.get_or_init(|| {
        let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        let hash = HELPDESK.bytes().fold(0xcbf2_9ce4_8422_2325, step);
        format!("/platformservice/v1/applications/{}", hash & 0x7fff_ffff)
    })
    .clone()
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|it| it.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
