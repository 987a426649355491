//! The native transport over real sockets, and the driver over a platform of a few lines.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::model::{Connection, Delivery, Notice, Phase};
use client::native::{Answer, NativeDriver, ReqwestTransport, Transport};
use client::session::{Command, Session, Start};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::Notify;

const PATIENCE: Duration = Duration::from_secs(20);

/// Answers the first connection with this text, byte for byte, and says what was asked.
async fn one_answer(answer: &'static str) -> (String, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    #[expect(clippy::disallowed_methods, reason = "a test's server; the test waits for it")]
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.expect("a connection");
        let mut asked = vec![];
        while !asked.ends_with(b"\r\n\r\nbody") && !asked.ends_with(b"\r\n\r\n") {
            let mut chunk = [0; 1024];
            let count = stream.read(&mut chunk).await.expect("a request");
            asked.extend_from_slice(&chunk[..count]);
        }
        if answer.is_empty() {
            // Until the other side gives up.
            let _ = stream.read(&mut [0; 1]).await;
        } else {
            stream.write_all(answer.as_bytes()).await.expect("an answer");
        }
        String::from_utf8_lossy(&asked).into_owned()
    });
    (url, task)
}

fn get(url: String) -> HttpRequest {
    let headers = vec![("X-Ms-Namespace".to_owned(), "internal".to_owned())];
    HttpRequest { method: "GET", url, headers, body: None }
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let answer = "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere?x=%253d\r\nContent-Length: 3\r\n\r\nn\u{f6}";
    let (url, task) = one_answer(answer).await;
    let transport = ReqwestTransport::new().expect("TLS");
    let response = transport.send(get(url + "/a%253db"), 5_000).await.expect("an answer");
    assert_eq!(response.status, 307);
    assert_eq!(response.header("location"), Some("/elsewhere?x=%253d"));
    assert_eq!(response.body, "n\u{f6}");
    let asked = task.await.expect("the server");
    assert!(asked.starts_with("GET /a%253db HTTP/1.1\r\n"), "byte for byte: {asked}");
    assert!(asked.to_ascii_lowercase().contains("x-ms-namespace: internal"), "{asked}");
}

#[tokio::test]
async fn no_answer_in_time_is_no_answer() {
    let (url, task) = one_answer("").await;
    let transport = ReqwestTransport::new().expect("TLS");
    let error = transport.send(get(url), 50).await.expect_err("nothing came");
    assert_eq!(error, NoAnswer("no answer in time".into()));
    task.await.expect("the server");
}

#[tokio::test]
async fn nobody_there_is_no_answer_and_names_no_address() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/token?psat=secret", listener.local_addr().expect("an address"));
    drop(listener);
    let transport = ReqwestTransport::new().expect("TLS");
    let error = transport.send(get(url), 5_000).await.expect_err("nobody is there");
    assert!(!error.0.contains("secret"), "{error}");
}

/// A platform of a few lines: one visitor, one conversation; it echoes what is said.
#[derive(Default)]
struct Echo {
    packages: Mutex<Vec<Value>>,
    more: Notify,
    sent: Mutex<Vec<String>>,
    failing: AtomicI64,
}

impl Echo {
    fn tell(&self, rel: &str, href: &str, event: &Value) {
        let sender = json!([{ "rel": rel, "href": href, "events": [event] }]);
        self.packages.lock().expect("unpoisoned").push(sender);
        self.more.notify_waiters();
        self.more.notify_one();
    }

    async fn events(&self, ack: usize) -> HttpResponse {
        loop {
            let found = self.packages.lock().expect("unpoisoned").get(ack - 1).cloned();
            if let Some(sender) = found {
                let next = format!("/e?ack={}", ack + 1);
                let links = json!({ "next": { "href": next } });
                return respond(200, &json!({ "_links": links, "sender": sender }));
            }
            self.more.notified().await;
        }
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, NoAnswer> {
        let (_, path) = request.url.split_once("http://echo").expect("the host");
        if let Some(ack) = path.strip_prefix("/e?ack=") {
            return Ok(self.events(ack.parse().expect("a number")).await);
        }
        if path.starts_with("/send") && self.failing.fetch_sub(1, Ordering::SeqCst) > 0 {
            return Err(NoAnswer("the line is dead".into()));
        }
        Ok(match (request.method, path.split('?').next().unwrap_or_default()) {
            ("POST", "/GetAnonTokenJob") => respond(
                200,
                &json!({
                    "DiscoverUri": "http://echo/discover", "ExpireTime": "", "Token": "psat=x",
                    "TenantEndpointId": "sip:h@echo",
                }),
            ),
            ("GET", "/discover") => {
                respond(200, &json!({ "_links": { "anonApplications": { "href": "/a" } } }))
            }
            ("POST", "/a") | ("GET", "/a/1") => respond(
                201,
                &json!({
                    "_links": { "self": { "href": "/a/1" }, "events": { "href": "/e?ack=1" } },
                    "_embedded": { "communication": {
                        "_links": { "startMessaging": { "href": "/start" } },
                    } },
                }),
            ),
            ("POST", "/start") => {
                let conversation = json!({ "link": { "rel": "conversation", "href": "/c" },
                    "type": "added", "_embedded": { "conversation": { "state": "Connecting" } } });
                self.tell("communication", "/x", &conversation);
                let links = json!({ "sendMessage": { "href": "/send" } });
                let messaging = json!({ "state": "Connected", "_links": links });
                let event = json!({ "link": { "rel": "messaging", "href": "/m" },
                    "type": "updated", "_embedded": { "messaging": messaging } });
                self.tell("conversation", "/c", &event);
                respond(201, &Value::Null)
            }
            ("POST", "/send") => {
                let text = request.body.unwrap_or_default();
                let href = shared::data_uri::encode("text/plain", &format!("echo {text}"));
                let message = json!({ "direction": "Incoming",
                    "_links": { "plainMessage": { "href": href } } });
                let number = {
                    let mut sent = self.sent.lock().expect("unpoisoned");
                    sent.push(text);
                    sent.len()
                };
                let event = json!({ "link": { "rel": "message", "href": format!("/in/{number}") },
                    "type": "completed", "_embedded": { "message": message } });
                self.tell("conversation", "/c", &event);
                respond(201, &Value::Null)
            }
            _ => respond(204, &Value::Null),
        })
    }
}

fn respond(status: u16, body: &Value) -> HttpResponse {
    HttpResponse { status, headers: vec![], body: body.to_string() }
}

struct InProcess(Arc<Echo>);

impl Transport for InProcess {
    fn send(&self, request: HttpRequest, _timeout_ms: u64) -> Answer {
        let echo = self.0.clone();
        Box::pin(async move { echo.answer(request).await })
    }
}

#[tokio::test]
async fn the_driver_runs_a_whole_conversation() {
    let echo = Arc::new(Echo::default());
    echo.failing.store(1, Ordering::SeqCst);
    let start = Start::Visitor {
        bootstrap_url: "http://echo/GetAnonTokenJob".into(),
        origin: "http://echo".into(),
        site: "demo".into(),
        display_name: String::new(),
        meeting_url: String::new(),
    };
    let begin = tokio::time::Instant::now();
    let clock = Arc::new(move || i64::try_from(begin.elapsed().as_millis()).unwrap_or(i64::MAX));
    let transport = Arc::new(InProcess(echo.clone()));
    let driver = NativeDriver::start(Session::new(start, 3), transport, clock);
    assert_eq!(driver.model().connection, Connection::Idle);
    driver.command(Command::Send { conversation: String::new(), text: "one".into() });
    driver.command(Command::Send { conversation: String::new(), text: "two".into() });
    let is_answered = |model: &client::model::Model| {
        model.conversations.first().is_some_and(|it| it.items.len() == 4)
    };
    let model = driver.wait_until(is_answered, PATIENCE).await.expect("two answers");
    let chat = &model.conversations[0];
    assert_eq!(chat.phase, Phase::Connected);
    assert!(chat.items.iter().all(|it| it.delivery == Delivery::Sent), "the timer retried");
    assert_eq!(*echo.sent.lock().expect("unpoisoned"), ["one", "two"]);
    assert_eq!(driver.bearer().as_deref(), Some("psat=x"));
    assert!(driver.snapshot().contains("echo two"));
    let arrived = driver.take_notices();
    let arrived = arrived.iter().filter(|it| matches!(it, Notice::MessageArrived { .. }));
    assert_eq!(arrived.count(), 2);
    assert!(driver.take_notices().is_empty());
    let never = driver.wait_until(|_| false, Duration::from_millis(10)).await;
    assert_eq!(never.expect_err("never").0.conversations[0].items.len(), 4);
    driver.stop().await;
    driver.command(Command::Send { conversation: String::new(), text: "late".into() });
    assert_eq!(driver.model().conversations[0].items.len(), 4, "a stopped driver does nothing");
}
