//! The way between desk and platform inside one process: the same requests, without sockets; and the
//! way of webhooks where the desk is elsewhere.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use client::http::{HttpRequest, HttpResponse, NoAnswer};
use client::native::{Answer, ReqwestTransport, Transport};
use http::header::HOST;
use http_body_util::{BodyExt as _, Limited};
use platform::{Callback, CallbackAnswer, Callbacks};
use shared::Origin;
use store::BoxFuture;
use tower::ServiceExt as _;

use crate::limits::{CHANGE_MS_MAX, IN_PROCESS_BODY_BYTES_MAX};

/// Carries requests for our own address to a router, all others over sockets.
#[derive(Clone)]
pub(crate) struct InProcess {
    own: Origin,
    /// Set once the router's part is open; what comes earlier gets no answer and is tried again.
    router: Arc<OnceLock<Router>>,
    elsewhere: ReqwestTransport,
}

impl InProcess {
    /// A way to a part that is still to be opened.
    pub(crate) fn new(own: Origin, elsewhere: ReqwestTransport) -> Self {
        Self { own, router: Arc::default(), elsewhere }
    }

    /// The part is open.
    pub(crate) fn connect(&self, router: Router) {
        // Called once, by the composition root; a second call would change nothing.
        let _ = self.router.set(router);
    }
}

impl Transport for InProcess {
    fn send(&self, request: HttpRequest, timeout_ms: u64) -> Answer {
        if !Origin::parse(&request.url).is_ok_and(|it| it == self.own) {
            return self.elsewhere.send(request, timeout_ms);
        }
        let router = self.router.get().cloned();
        let host = self.own.as_str().split_once("://").map_or("", |(_, it)| it).to_owned();
        Box::pin(async move {
            let router = router.ok_or_else(|| NoAnswer("it is still starting".into()))?;
            let answer = call(router, request, &host);
            let answer = tokio::time::timeout(Duration::from_millis(timeout_ms), answer).await;
            answer.unwrap_or_else(|_| Err(NoAnswer("no answer in time".into())))
        })
    }
}

async fn call(router: Router, request: HttpRequest, host: &str) -> Result<HttpResponse, NoAnswer> {
    let bad = |what: &str| NoAnswer(format!("the request cannot be sent: {what}"));
    let rest = request.url.split_once("://").map_or("", |(_, it)| it);
    // Over sockets only path and query are sent; a fragment never.
    let path = rest.find('/').map_or("/", |at| &rest[at..]);
    let path = path.split('#').next().unwrap_or_default();
    let mut builder = http::Request::builder().method(request.method).uri(path).header(HOST, host);
    for (name, value) in request.headers {
        builder = builder.header(name, value);
    }
    let body = request.body.map_or_else(Body::empty, Body::from);
    let request = builder.body(body).map_err(|it| bad(&it.to_string()))?;
    let response = router.oneshot(request).await.unwrap_or_else(|it| match it {});
    let (parts, body) = response.into_parts();
    let bytes = Limited::new(body, IN_PROCESS_BODY_BYTES_MAX).collect().await;
    let bytes = bytes.map_err(|it| NoAnswer(format!("the answer broke off: {it}")))?.to_bytes();
    let headers = parts.headers.iter().map(|(name, value)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    });
    Ok(HttpResponse {
        status: parts.status.as_u16(),
        headers: headers.collect(),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// Webhooks go the same way, from platform to desk.
impl Callbacks for InProcess {
    fn post(&self, callback: Callback) -> BoxFuture<'static, Result<CallbackAnswer, String>> {
        post_over(self, callback)
    }
}

/// Webhooks to desks elsewhere.
pub(crate) struct OverSockets(pub(crate) ReqwestTransport);

impl Callbacks for OverSockets {
    fn post(&self, callback: Callback) -> BoxFuture<'static, Result<CallbackAnswer, String>> {
        post_over(&self.0, callback)
    }
}

fn post_over(
    way: &impl Transport,
    callback: Callback,
) -> BoxFuture<'static, Result<CallbackAnswer, String>> {
    let request = HttpRequest {
        method: "POST",
        url: callback.url,
        headers: callback.headers,
        body: Some(callback.body),
    };
    // The platform has its own, shorter patience; this bounds a try whatever happens to it.
    let answer = way.send(request, CHANGE_MS_MAX);
    Box::pin(async move {
        let answer = answer.await.map_err(|it| it.to_string())?;
        Ok(CallbackAnswer { status: answer.status, body: answer.body })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::routing::post;

    fn own() -> Origin {
        Origin::parse("http://frontdesk.example:81").unwrap()
    }

    fn request(url: &str) -> HttpRequest {
        HttpRequest {
            method: "POST",
            url: url.into(),
            headers: vec![("x-name".into(), "a".into())],
            body: Some("hello".into()),
        }
    }

    #[tokio::test]
    async fn our_own_address_is_answered_by_the_router() {
        let way = InProcess::new(own(), ReqwestTransport::new().unwrap());
        let early = way.send(request("http://frontdesk.example:81/x"), 1_000).await;
        assert_eq!(early, Err(NoAnswer("it is still starting".into())));
        way.connect(Router::new().route(
            "/x",
            post(|request: axum::extract::Request| async move {
                let (parts, body) = request.into_parts();
                let body = body.collect().await.unwrap().to_bytes();
                let text = [
                    parts.uri.to_string(),
                    parts.headers["host"].to_str().unwrap().into(),
                    parts.headers["x-name"].to_str().unwrap().into(),
                    String::from_utf8_lossy(&body).into_owned(),
                ];
                (http::StatusCode::CREATED, [("location", "/y")], text.join(" "))
            }),
        ));
        let url = "http://Frontdesk.example:81/x?a=%253d#part";
        let answer = way.send(request(url), 1_000).await.unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(answer.header("location"), Some("/y"));
        assert_eq!(answer.body, "/x?a=%253d frontdesk.example:81 a hello");
        let callback = Callback {
            url: url.into(),
            headers: vec![("x-name".into(), "b".into())],
            body: "hook".into(),
        };
        let answer = way.post(callback).await.unwrap();
        assert_eq!(answer.status, 201);
        assert!(answer.body.ends_with("b hook"));
    }

    #[tokio::test]
    async fn an_answer_that_takes_too_long_is_given_up() {
        let way = InProcess::new(own(), ReqwestTransport::new().unwrap());
        way.connect(Router::new().route("/x", post(std::future::pending::<()>)));
        let answer = way.send(request("http://frontdesk.example:81/x"), 10).await;
        assert_eq!(answer, Err(NoAnswer("no answer in time".into())));
    }

    #[tokio::test]
    async fn any_other_address_goes_over_sockets() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/x", listener.local_addr().unwrap());
        let app = Router::new().route("/x", post(|body: String| async move { body }));
        let server = tokio_util::task::TaskTracker::new();
        let task = server.spawn(async move { axum::serve(listener, app).await });
        let way = InProcess::new(own(), ReqwestTransport::new().unwrap());
        assert_eq!(way.send(request(&url), 5_000).await.unwrap().body, "hello");
        task.abort();
    }
}
