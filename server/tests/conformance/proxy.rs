//! Stands between a client and the platform and edits what passes, as one fault at a time says.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// What passes: a request and, after it was asked, its answer.
pub(crate) struct Passing {
    pub(crate) method: String,
    /// Path and query, in lower case.
    pub(crate) target: String,
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    /// The answer's body, if it is JSON.
    pub(crate) json: Value,
}

/// What is made wrong.
#[derive(Clone, Copy, Default)]
pub(crate) struct Edits {
    /// Edits a request's body, if it is JSON.
    pub(crate) request: Option<fn(&mut Value)>,
    /// Edits an answer.
    pub(crate) answer: Option<fn(&mut Passing, &mut Memory)>,
}

/// What a fault remembers from one answer to the next.
#[derive(Default)]
pub(crate) struct Memory {
    /// Requests for events that were answered with some.
    pub(crate) told: BTreeSet<String>,
}

/// The proxy, serving until dropped.
pub(crate) struct Proxy {
    /// Where it listens.
    pub(crate) port: u16,
    shared: Arc<Between>,
    _server: JoinSet<()>,
}

struct Between {
    platform_port: u16,
    http: reqwest::Client,
    fault: Mutex<(Edits, Memory)>,
}

impl Proxy {
    /// Begins to listen for a platform at this port.
    pub(crate) async fn listen(platform_port: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it listens").port();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        let http = http.build().expect("TLS can be set up");
        let fault = Mutex::default();
        let shared = Arc::new(Between { platform_port, http, fault });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&shared));
        let mut server = JoinSet::new();
        server.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self { port, shared, _server: server }
    }

    /// From now on this is wrong, and nothing else.
    pub(crate) fn set(&self, edits: Edits) {
        *self.shared.fault.lock().expect("no edit panics") = (edits, Memory::default());
    }
}

async fn pass(State(between): State<Arc<Between>>, request: Request<Body>) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("the client sends all of it");
    let target = parts.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
    let edits = between.fault.lock().expect("no edit panics").0;
    let mut json: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let body = match edits.request {
        Some(edit) if !json.is_null() => {
            edit(&mut json);
            json.to_string().into_bytes()
        }
        _ => body.to_vec(),
    };
    let url = format!("http://127.0.0.1:{}{target}", between.platform_port);
    let mut headers = parts.headers;
    headers.remove(header::CONTENT_LENGTH);
    headers.remove(header::HOST);
    let asked = between.http.request(parts.method.clone(), url).headers(headers).body(body);
    let Ok(answer) = asked.send().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
    let Ok(text) = answer.text().await else { return StatusCode::BAD_GATEWAY.into_response() };
    let json = serde_json::from_str(&text).unwrap_or(Value::Null);
    let is_json = !json.is_null();
    let (method, target) = (parts.method.to_string(), target.to_lowercase());
    let mut passing = Passing { method, target, status, headers, json };
    if let (Edits { answer: Some(edit), .. }, memory) =
        &mut *between.fault.lock().expect("no edit panics")
    {
        edit(&mut passing, memory);
    }
    let text = if is_json { passing.json.to_string() } else { text };
    passing.headers.remove(header::CONTENT_LENGTH);
    passing.headers.remove(header::TRANSFER_ENCODING);
    let status = StatusCode::from_u16(passing.status).expect("edits give real ones");
    (status, passing.headers, text).into_response()
}
