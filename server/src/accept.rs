//! Takes connections and serves HTTP/1.1 on them: a cap on their number, a time limit on request
//! heads (slow and idle clients), small read buffers (a parked poll holds one for minutes), and an
//! orderly end.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{HeaderMap, HeaderName, Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;

use crate::limits::{ACCEPT_PAUSE_MS, HEAD_BYTES_MAX, HEAD_MS_MAX};

/// What is served, and until when.
#[derive(Clone)]
pub(crate) struct Service {
    /// Must hold no state that is still to be given: `Router::with_state` costs per connection.
    pub(crate) app: Router,
    pub(crate) connections_max: usize,
    /// Peers whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Arc<[IpAddr]>,
    pub(crate) stop: CancellationToken,
    /// Connections are tracked here, so that a stop waits for them.
    pub(crate) connections: TaskTracker,
}

/// A refusal without a byte of the request read.
const FULL: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\
    Content-Type: application/json\r\nContent-Length: 86\r\n\r\n\
    {\"code\":\"ServiceUnavailable\",\"message\":\"too many connections; try again in 5 seconds\"}";

/// Accepts until told to stop.
pub(crate) async fn run(listener: TcpListener, service: Service) {
    let permits = Arc::new(Semaphore::new(service.connections_max));
    loop {
        let accepted = tokio::select! {
            () = service.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // A client that went away again, or no file handle left: neither ends the server.
                tracing::warn!(%error, "a connection could not be accepted: {error}");
                tokio::time::sleep(Duration::from_millis(ACCEPT_PAUSE_MS)).await;
                continue;
            }
        };
        match Arc::clone(&permits).try_acquire_owned() {
            Ok(permit) => {
                service.connections.spawn(serve(stream, peer, service.clone(), permit));
            }
            Err(_) => refuse(&stream),
        }
    }
}

fn refuse(stream: &TcpStream) {
    // It fits into the buffer of a fresh connection; a client that is gone needs no answer.
    let _ = stream.try_write(FULL);
    tracing::warn!("a connection was refused: limits.connections_max are open");
}

async fn serve(
    stream: TcpStream,
    peer: SocketAddr,
    service: Service,
    permit: OwnedSemaphorePermit,
) {
    // Without it small answers wait for the client's acknowledgement; failing costs latency only.
    let _ = stream.set_nodelay(true);
    let app = service.app;
    let trusted_proxies = service.trusted_proxies;
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        let client = client(peer, request.headers(), &trusted_proxies);
        request.extensions_mut().insert(ConnectInfo(client));
        let response = app.clone().call(request);
        async move { Ok::<Response<Body>, Infallible>(response.await.unwrap_or_else(|it| match it {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(HEAD_MS_MAX))
        .max_buf_size(HEAD_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), answer);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = service.stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection broke: {error}");
    }
    drop(permit);
}

/// Who asks: the peer, or whom a trusted proxy names. A proxy appends, so the last name is its own
/// word; those before it are the client's and prove nothing.
fn client(peer: SocketAddr, headers: &HeaderMap, trusted_proxies: &[IpAddr]) -> SocketAddr {
    if !trusted_proxies.contains(&peer.ip().to_canonical()) {
        return peer;
    }
    let last = headers.get_all(FORWARDED_FOR).iter().next_back();
    let named = last.and_then(|it| it.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    named.map_or(peer, |ip: IpAddr| SocketAddr::new(ip, peer.port()))
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_trusted_proxy_names_the_client_and_nobody_else_does() {
        let proxy: IpAddr = "127.0.0.1".parse().unwrap();
        let asks = |peer: &str, named: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(FORWARDED_FOR, HeaderValue::from_static(named));
            client(peer.parse().unwrap(), &headers, &[proxy]).ip().to_string()
        };
        assert_eq!(asks("127.0.0.1:5", "192.0.2.7"), "192.0.2.7");
        assert_eq!(asks("127.0.0.1:5", "198.51.100.1, 2001:db8::1"), "2001:db8::1");
        assert_eq!(asks("[::ffff:127.0.0.1]:5", "192.0.2.7"), "192.0.2.7");
        assert_eq!(asks("127.0.0.1:5", "nonsense"), "127.0.0.1");
        assert_eq!(asks("203.0.113.9:5", "192.0.2.7"), "203.0.113.9", "it may say what it likes");
        let peer = "127.0.0.1:5".parse().unwrap();
        assert_eq!(client(peer, &HeaderMap::new(), &[proxy]), peer);
    }

    #[test]
    fn the_refusal_says_its_own_length() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{}", body.len());
        assert_eq!(shared::ErrorBody::parse(body).unwrap().code, "ServiceUnavailable");
    }
}
