//! The platform, asked anything by anybody: no panic, no answer without a status that fits, none of 500.
//!
//! The input is a script of requests, one a line: `WHO METHOD ADDRESS [TYPE BODY]`. WHO is `d` for the service
//! application, `v` for a visitor, `a` for an agent, anything else for nobody. An ADDRESS `@N` is the Nth link that an
//! answer of this script has named, so that a script gets as far as a client does.
#![no_main]

use std::sync::{Arc, LazyLock};
use std::task::Poll;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use libfuzzer_sys::fuzz_target;
use platform::{Callback, CallbackAnswer, Callbacks, Endpoint, Limits, Parts, Platform, Settings};
use serde_json::Value;
use shared::{Dialect, SipUri};
use store::MemoryStore;
use store::env::{SeededEntropy, TestClock};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

const START_MS: i64 = 1_704_067_200_500;
const HELPDESK: &str = "sip:help@t.example";
const AGENT: &str = "sip:alice@t.example";

/// A service application that takes everything.
struct Deaf;

impl Callbacks for Deaf {
    fn post(&self, _: Callback) -> store::BoxFuture<'static, Result<CallbackAnswer, String>> {
        Box::pin(async { Ok(CallbackAnswer { status: 200, body: String::new() }) })
    }
}

/// Keys, endpoint and account: made once, because hashing and key generation are slow on purpose.
struct Prepared {
    documents: Arc<MemoryStore>,
    desk: String,
    agent: String,
}

static PREPARED: LazyLock<Prepared> = LazyLock::new(|| {
    runtime().block_on(async {
        let documents = MemoryStore::new();
        let platform = open(&documents).await;
        let endpoint = Endpoint {
            uri: SipUri::parse(HELPDESK).expect("a SIP URI"),
            client_id: "desk".into(),
            client_secret: "secret".into(),
            callback_url: "https://desk.example/hook".into(),
            audience: "https://desk.example".into(),
            display_name: "Helpdesk".into(),
            dialect: Dialect::Service,
        };
        platform.register_endpoint(endpoint).await.expect("an endpoint");
        let agent = SipUri::parse(AGENT).expect("a SIP URI");
        platform.create_user(&agent, "Alice", "secret").await.expect("an account");
        let token = async |form: &str| {
            let sent = ("application/x-www-form-urlencoded", form);
            let (_, _, body) = ask((&platform, u32::MAX), "POST", "/WebTicket/oauthtoken", None, Some(sent))
                .await
                .expect("a token");
            body["access_token"].as_str().expect("a token").to_owned()
        };
        let desk = token("grant_type=client_credentials&client_id=desk&client_secret=secret&resource=x").await;
        let agent = token("grant_type=password&username=alice%40t.example&password=secret").await;
        Prepared { documents, desk, agent }
    })
});

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn open(documents: &Arc<MemoryStore>) -> Platform {
    let settings = Settings {
        public_url: "http://127.0.0.1:8080".to_owned(),
        limits: Limits::default(),
        allow_http_origins: false,
        ucwa_origins: vec![],
        relay_origins: vec![],
    };
    let parts = Parts {
        log: MemoryStore::new().log("platform"),
        documents: Arc::clone(documents) as Arc<dyn store::Documents>,
        clock: Arc::new(TestClock::at(START_MS)),
        entropy: Arc::new(SeededEntropy::new(7)),
        callbacks: Arc::new(Deaf),
        tasks: TaskTracker::new(),
        stop: CancellationToken::new(),
    };
    Platform::open(settings, parts).await.expect("a platform")
}

/// Status, `Location` and body; `None` where no request can be made of it, or where the answer does not come after so
/// many turns: a poll is held back, a password is hashed.
async fn ask(
    (platform, patience): (&Platform, u32),
    method: &str,
    address: &str,
    token: Option<&str>,
    body: Option<(&str, &str)>,
) -> Option<(u16, Option<String>, Value)> {
    let mut request = Request::builder().method(method).uri(address);
    if let Some(token) = token {
        request = request.header("authorization", format!("Bearer {token}"));
    }
    if let Some((kind, _)) = body {
        request = request.header("content-type", kind);
    }
    let request = request.body(body.map_or_else(Body::empty, |(_, it)| Body::from(it.to_owned()))).ok()?;
    let mut answer = Box::pin(platform.router().oneshot(request));
    for _ in 0..patience {
        let polled = std::future::poll_fn(|cx| Poll::Ready(answer.as_mut().poll(cx))).await;
        if let Poll::Ready(response) = polled {
            let response = response.unwrap_or_else(|never| match never {});
            let status = response.status().as_u16();
            let location = response.headers().get("location").and_then(|it| it.to_str().ok()).map(str::to_owned);
            let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
            return Some((status, location, serde_json::from_slice(&bytes).unwrap_or_default()));
        }
        tokio::task::yield_now().await;
    }
    None
}

fn hrefs(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                match value {
                    Value::String(href) if name == "href" => into.push(href.clone()),
                    value => hrefs(value, into),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|it| hrefs(it, into)),
        _ => {}
    }
}

async fn play(script: &str) {
    let platform = open(&PREPARED.documents).await;
    let mut visitor = None;
    let mut known: Vec<String> = Vec::new();
    for line in script.lines().take(60) {
        let mut words = line.splitn(5, ' ');
        let (Some(who), Some(method), Some(address)) = (words.next(), words.next(), words.next()) else { continue };
        let body = words.next().map(|kind| (kind, words.next().unwrap_or_default()));
        let token = match who {
            "d" => Some(PREPARED.desk.as_str()),
            "a" => Some(PREPARED.agent.as_str()),
            "v" => visitor.as_deref(),
            _ => None,
        };
        let number = address.strip_prefix('@').and_then(|it| it.parse::<usize>().ok());
        let address = match number {
            Some(number) if !known.is_empty() => known[number % known.len()].clone(),
            _ => address.to_owned(),
        };
        let address = address.strip_prefix("http://127.0.0.1:8080").unwrap_or(&address);
        let Some((status, location, value)) = ask((&platform, 200), method, address, token, body).await else { continue };
        assert!(status != 500, "500 for {line}: {value}");
        known.extend(location);
        if known.len() < 500 {
            hrefs(&value, &mut known);
        }
        if let Some(token) = value["token"].as_str() {
            visitor = Some(token.to_owned());
        }
    }
    platform.tick().await;
}

fuzz_target!(|script: &str| {
    // Made before there is a runtime: it needs one of its own.
    LazyLock::force(&PREPARED);
    // Whoever spawned a task loses it with the runtime.
    runtime().block_on(play(script));
});
