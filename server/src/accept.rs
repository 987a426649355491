//! Takes connections and serves HTTP/1.1 on them: a cap on their number, a time limit on request
//! heads (slow and idle clients), small read buffers (a parked poll holds one for minutes), and an
//! orderly end.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use http::{Request, Response};
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
    let answer = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
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

#[cfg(test)]
mod tests {
    use super::FULL;

    #[test]
    fn the_refusal_says_its_own_length() {
        let text = std::str::from_utf8(FULL).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.ends_with(&format!("Content-Length: {}", body.len())), "{}", body.len());
        assert_eq!(shared::ErrorBody::parse(body).unwrap().code, "ServiceUnavailable");
    }
}
