//! The whole desk over a scripted platform: every request it makes is recorded, every answer is data.

mod bootstrap;
mod console;
mod files;
mod jobs;
mod left;
mod letters;
mod path;
mod remote;
mod rotation;
mod script;
mod ta;
mod visitors;
mod webhook;

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use shared::{Origin, SipUri};
use store::BoxFuture;
use store::env::{SeededEntropy, TestClock};
use store::{MemoryBlobs, MemoryStore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::{
    AccountRefusal, Accounts, Credential, Desk, Limits, OAuth, PLATFORM_APP_ID, Parts,
    RemotePlatform, Secret, ServiceOrigin, Settings, Site,
};
use letters::PostBox;
use script::{Script, Signer, answer};

const NOW_MS: i64 = 1_900_000_000_000;
const ENDPOINT: &str = "sip:help@t.example";
const DISCOVER: &str = "https://p.example/platformservice/discover";
const OPENID: &str = "https://p.example/.well-known/openid-configuration";
const APPLICATIONS: &str =
    "https://p.example/platformservice/v1/applications?endpointId=sip:help@t.example";
const APPLICATION: &str = "https://p.example/platformservice/v1/applications/7";
const TOKENS: &str = "https://p.example/platformservice/v1/applications/7/anonApplicationTokens";

/// A desk, its clock, its platform's script and its store.
struct Rig {
    desk: Desk,
    script: Arc<Script>,
    store: Arc<MemoryStore>,
    blobs: MemoryBlobs,
    /// Absent where no mail is set up.
    post: Option<Arc<PostBox>>,
    clock: Arc<TestClock>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// Accounts that are made by noting them down; the name `taken` is.
#[derive(Default)]
struct Notebook(std::sync::Mutex<Vec<String>>);

impl Accounts for Notebook {
    fn create(
        &self,
        uri: &SipUri,
        name: &str,
        _: &str,
    ) -> BoxFuture<'_, Result<(), AccountRefusal>> {
        let line = format!("{uri} {name}");
        Box::pin(async move {
            if line.starts_with("sip:taken@") {
                return Err(AccountRefusal::Exists);
            }
            self.0.lock().unwrap().push(line);
            Ok(())
        })
    }
}

fn uri(text: &str) -> SipUri {
    SipUri::parse(text).unwrap()
}

fn settings() -> Settings {
    Settings {
        platform: RemotePlatform {
            discover_url: DISCOVER.to_owned(),
            root_url: "https://p.example/root".to_owned(),
            openid_url: OPENID.to_owned(),
            issuer: None,
            app_id: PLATFORM_APP_ID.to_owned(),
            origins: vec![ServiceOrigin::parse("https://*.pool.example").unwrap()],
            oauth: OAuth {
                token_url: None,
                client_id: "desk".to_owned(),
                credential: Credential::Secret(Secret::new("a secret&more".to_owned())),
                resource: None,
            },
        },
        endpoint: uri(ENDPOINT),
        callback_url: "https://d.example/desk/webhook".to_owned(),
        audience: "https://d.example/app".to_owned(),
        public_origin: Origin::parse("https://d.example").unwrap(),
        limits: Limits {
            bootstraps_per_minute: 5,
            visitor_files_bytes_per_day: 4 << 10,
            ..Limits::default()
        },
    }
}

impl Rig {
    /// A desk with one site and two agents, over a platform that answers discovery.
    async fn new() -> Self {
        let rig = Self::over(Script::new(), MemoryStore::new()).await;
        let site = Site {
            id: "demo".to_owned(),
            title: "Help".to_owned(),
            origins: vec![Origin::parse("https://shop.example").unwrap()],
            greeting: Some("Welcome".to_owned()),
            greetings: std::collections::BTreeMap::new(),
            color: None,
            contact_url: None,
            identity: None,
            hours: None,
            forms: crate::Forms::default(),
            is_silent: false,
        };
        rig.desk.put_site(site).await.unwrap();
        rig.desk.add_agent(&uri("sip:ann@t.example"), "Ann").await.unwrap();
        rig.desk.add_agent(&uri("sip:bob@t.example"), "Bob").await.unwrap();
        rig.provision();
        rig
    }

    /// A desk over this script and what this store holds.
    async fn over(script: Arc<Script>, store: Arc<MemoryStore>) -> Self {
        let post = Some(Arc::new(PostBox::default()));
        Self::with(script, store, MemoryBlobs::default(), post).await
    }

    async fn with(
        script: Arc<Script>,
        store: Arc<MemoryStore>,
        blobs: MemoryBlobs,
        post: Option<Arc<PostBox>>,
    ) -> Self {
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let clock = Arc::new(TestClock::at(NOW_MS));
        let parts = Parts {
            log: store.log("desk"),
            documents: store.clone(),
            blobs: Arc::new(blobs.clone()),
            clock: clock.clone(),
            entropy: Arc::new(SeededEntropy::new(7)),
            transport: script.clone(),
            accounts: Arc::new(Notebook::default()),
            post: post.clone().map(|it| it as Arc<dyn crate::Post>),
            tasks: tasks.clone(),
            stop: stop.clone(),
        };
        let desk = Desk::open(settings(), parts).await.unwrap();
        Self { desk, script, store, blobs, post, clock, stop, tasks }
    }

    /// Stops the desk as a crash would leave it, and opens another over the same store and script.
    async fn restarted(self) -> Self {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        Self::with(self.script, self.store, self.blobs, self.post).await
    }

    /// Discovery as §2A.1 has it, behind a token.
    fn provision(&self) {
        let discover = json!({ "_links": { "service:applications": { "href": "/platformservice/v1/applications" } } });
        let applications =
            json!({ "_links": { "service:application": { "href": "applications/7" } } });
        let meetings = json!({ "_links": { "self": { "href": "/platformservice/v1/applications/7/adhocMeetings" } } });
        let tokens = json!({
            "_links": { "service:anonApplicationTokens": { "href": "/platformservice/v1/applications/7/anonApplicationTokens" } },
            "_embedded": { "service:adhocMeetings": meetings },
        });
        self.script.on("GET", DISCOVER, challenge());
        self.script.on("GET", DISCOVER, answer(200, &discover));
        self.script.on("GET", APPLICATIONS, answer(200, &applications));
        self.script.on("GET", APPLICATION, answer(200, &tokens));
        let token = json!({ "access_token": "desk-token", "expires_in": 3600 });
        self.script.on("POST", "https://p.example/token", answer(200, &token));
        let about = json!({ "issuer": "https://p.example/", "jwks_uri": "/platformservice/keys" });
        self.script.on("GET", OPENID, answer(200, &about));
        self.script.on(
            "GET",
            "https://p.example/platformservice/keys",
            answer(200, &Signer::keys()),
        );
    }

    async fn send(&self, request: Request<Body>) -> Response {
        self.desk.router().oneshot(request).await.unwrap()
    }

    /// Asks as an agent's console does.
    async fn console(
        &self,
        token: &str,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> (StatusCode, Value) {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("Authorization", format!("Bearer {token}"))
            .header("Content-Type", "application/json");
        let body = body.map_or_else(Body::empty, |it| Body::from(it.to_string()));
        json_of(self.send(request.body(body).unwrap()).await).await
    }
}

/// A 401 as the platform says it (§1.3).
fn challenge() -> client::http::HttpResponse {
    let mut refusal = answer(401, &json!(null));
    let value =
        r#"Bearer trusted_issuers="x",client_id="y",authorization_uri="https://p.example/token""#;
    refusal.headers.push(("www-authenticate".to_owned(), value.to_owned()));
    refusal
}

async fn json_of(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let bytes = response.into_body().collect().await.unwrap().to_bytes();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}
