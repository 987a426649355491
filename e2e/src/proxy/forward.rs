//! The harmless half of the proxy: a request goes to the server as it came, the answer back as it came.

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use hyper::{Method, Request};

use super::Answer;

/// There is no answer; the client's connection breaks.
#[derive(Debug, thiserror::Error)]
#[error("there is no answer")]
pub(super) struct Gone;

/// A request that was read whole.
#[derive(Clone)]
pub(super) struct Asked {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Asked {
    pub(super) async fn read(request: Request<Incoming>) -> Result<Self, Gone> {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_| Gone)?.to_bytes();
        let path = head.uri.path_and_query().map_or("/", |it| it.as_str()).to_owned();
        Ok(Self { method: head.method, path, headers: onward(head.headers), body })
    }

    pub(super) fn is_get(&self) -> bool {
        self.method == Method::GET
    }
}

/// The way to the server.
#[derive(Clone)]
pub(super) struct Forward {
    server: String,
    client: reqwest::Client,
}

impl Forward {
    pub(super) fn to(port: u16) -> Self {
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
        // A kept connection to a server that was killed would be an error of ours, not of the server.
        let client = client.pool_max_idle_per_host(0).no_proxy().build();
        let client = client.expect("nothing of it can be wrong");
        Self { server: format!("http://127.0.0.1:{port}"), client }
    }

    /// Asks the server.
    pub(super) async fn send(&self, asked: &Asked) -> Result<Answer, Gone> {
        let address = format!("{}{}", self.server, asked.path);
        let request = self.client.request(asked.method.clone(), address);
        let request = request.headers(asked.headers.clone()).body(asked.body.clone());
        let response = request.send().await.map_err(|_| Gone)?;
        let (status, headers) = (response.status(), onward(response.headers().clone()));
        let mut answer = Answer::new(Full::new(response.bytes().await.map_err(|_| Gone)?));
        *answer.status_mut() = status;
        *answer.headers_mut() = headers;
        Ok(answer)
    }
}

/// Without what is said of one connection only.
fn onward(mut headers: HeaderMap) -> HeaderMap {
    for name in [CONNECTION, TRANSFER_ENCODING, CONTENT_LENGTH] {
        headers.remove(name);
    }
    headers
}
