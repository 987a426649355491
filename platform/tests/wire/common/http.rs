//! Requests to the router, without a socket.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request};
use serde_json::Value;
use shared::{ErrorBody, Resource};
use std::pin::Pin;
use std::task::Poll;
use tower::ServiceExt as _;

use super::URL;

/// Somebody who makes requests.
#[derive(Clone)]
pub(crate) struct Client {
    router: axum::Router,
    pub(crate) token: Option<String>,
    headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Client {
    pub(crate) fn new(router: axum::Router, token: Option<String>) -> Self {
        Self { router, token, headers: Vec::new() }
    }

    /// With a header on every request.
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// From a page of this origin.
    pub(crate) fn from(self, origin: &str) -> Self {
        self.with("origin", origin)
    }

    /// With another router: the same person after a restart.
    pub(crate) fn on(&self, router: axum::Router) -> Self {
        Self { router, ..self.clone() }
    }

    pub(crate) async fn get(&self, href: &str) -> Reply {
        self.send("GET", href, None).await
    }

    pub(crate) async fn delete(&self, href: &str) -> Reply {
        self.send("DELETE", href, None).await
    }

    pub(crate) async fn post(&self, href: &str, json: &str) -> Reply {
        self.send("POST", href, Some(("application/json", json))).await
    }

    pub(crate) async fn put(&self, href: &str, json: &str) -> Reply {
        self.send("PUT", href, Some(("application/json", json))).await
    }

    pub(crate) async fn say(&self, href: &str, text: &str) -> Reply {
        self.send("POST", href, Some(("text/plain; charset=utf-8", text))).await
    }

    pub(crate) async fn form(&self, href: &str, form: &str) -> Reply {
        self.send("POST", href, Some(("application/x-www-form-urlencoded", form))).await
    }

    /// Any request; absolute addresses of the platform are made relative.
    pub(crate) async fn send(&self, method: &str, href: &str, body: Option<(&str, &str)>) -> Reply {
        let path = href.strip_prefix(URL).unwrap_or(href);
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some((content_type, _)) = body.filter(|(_, text)| !text.is_empty()) {
            request = request.header("content-type", content_type);
        }
        let body = body.map_or_else(Body::empty, |(_, text)| Body::from(text.to_owned()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Reply { status, headers, text: String::from_utf8(bytes.to_vec()).unwrap() }
    }
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    pub(crate) fn resource(&self) -> Resource {
        Resource::parse(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|it| it.to_str().ok()).unwrap_or("")
    }

    /// Where something was made; asserts that it was.
    #[track_caller]
    pub(crate) fn location(&self) -> String {
        assert_eq!(self.status, 201, "{}", self.text);
        self.header("location").to_owned()
    }

    /// Asserts status and subcode of a refusal.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, subcode: &str) {
        let body = ErrorBody::parse(&self.text);
        let body = body.unwrap_or_else(|| panic!("no error body: {} {}", self.status, self.text));
        assert_eq!((self.status, body.subcode.as_deref()), (status, Some(subcode)), "{body:?}");
    }
}

/// A request that has no answer yet.
pub(crate) struct Parked(Pin<Box<dyn Future<Output = Reply>>>);

impl Parked {
    /// Makes a GET and asserts that it waits.
    pub(crate) async fn get(client: &Client, href: &str) -> Self {
        let (client, href) = (client.clone(), href.to_owned());
        let mut it = Self(Box::pin(async move { client.get(&href).await }));
        it.still_waits().await;
        it
    }

    /// Makes a POST and asserts that it waits.
    pub(crate) async fn say(client: &Client, href: &str, text: &str) -> Self {
        let (client, href, text) = (client.clone(), href.to_owned(), text.to_owned());
        let mut it = Self(Box::pin(async move { client.say(&href, &text).await }));
        it.still_waits().await;
        it
    }

    /// Asserts that there is no answer, after everything else had its turn.
    pub(crate) async fn still_waits(&mut self) {
        for _ in 0..20 {
            let polled = std::future::poll_fn(|cx| Poll::Ready(self.0.as_mut().poll(cx))).await;
            if let Poll::Ready(reply) = polled {
                panic!("answered already: {} {}", reply.status, reply.text);
            }
            tokio::task::yield_now().await;
        }
    }

    pub(crate) async fn answer(self) -> Reply {
        self.0.await
    }
}
