//! That each harm is what it says, seen from both ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;

use super::forward::Gone;
use super::{Answer, Fault, Proxy};

/// A server that counts; answers its port and the count.
async fn server() -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let (port, count) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU64::new(0)));
    let shared = Arc::clone(&count);
    TaskTracker::new().spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let count = Arc::clone(&shared);
            let service = service_fn(move |request: Request<Incoming>| {
                let n = count.fetch_add(1, Ordering::SeqCst) + 1;
                let body = format!("{} {} {n}", request.method(), request.uri());
                std::future::ready(Ok::<Answer, Gone>(Response::new(body.into())))
            });
            TaskTracker::new()
                .spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    (port, count)
}

/// What the client gets of one request, and how often the server got it.
async fn harmed(fault: Fault) -> (Option<String>, u64) {
    let (port, count) = server().await;
    let proxy = Proxy::with(port, 7, Some(fault)).await;
    proxy.rage(true);
    let client = reqwest::Client::new();
    let answer = client.post(format!("{}/a?b=c", proxy.url)).body("text").send().await;
    let text = match answer {
        Ok(it) => it.text().await.ok(),
        Err(_) => None,
    };
    assert_eq!((proxy.requests(), proxy.count(fault)), (1, 1));
    proxy.stop().await;
    (text, count.load(Ordering::SeqCst))
}

#[tokio::test]
async fn each_harm_is_what_it_says_at_both_ends() {
    assert_eq!(harmed(Fault::Delay).await, (Some("POST /a?b=c 1".into()), 1));
    assert_eq!(harmed(Fault::Drop).await, (None, 0));
    assert_eq!(harmed(Fault::LoseAnswer).await, (None, 1));
    assert_eq!(harmed(Fault::CutToServer).await, (None, 0));
    assert_eq!(harmed(Fault::CutToClient).await, (None, 1));
    let (answer, count) = harmed(Fault::Duplicate).await;
    assert_eq!((answer.is_some(), count), (true, 2));
}

#[tokio::test]
async fn before_it_rages_it_harms_nothing() {
    let (port, _) = server().await;
    let proxy = Proxy::with(port, 7, Some(Fault::Drop)).await;
    let answer = reqwest::get(format!("{}/x", proxy.url)).await.unwrap().text().await;
    assert_eq!(answer.unwrap(), "GET /x 1");
    assert_eq!((proxy.requests(), proxy.count(Fault::Drop)), (0, 0));
    proxy.stop().await;
}
