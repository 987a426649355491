//! Native programs: a transport over sockets and a driver on tokio.
//!
//! ```no_run
//! # async fn run(session: client::session::Session) -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use client::model::Connection;
//! use client::native::{NativeDriver, ReqwestTransport};
//! use client::session::Command;
//!
//! let clock = Arc::new(|| 0); // the program's own clock
//! let driver = NativeDriver::start(session, Arc::new(ReqwestTransport::new()?), clock);
//! driver.command(Command::Connect);
//! let is_online = |it: &client::model::Model| it.connection == Connection::Online;
//! driver.wait_until(is_online, Duration::from_secs(5)).await?;
//! driver.stop().await;
//! # Ok(())
//! # }
//! ```

mod driver;

pub use driver::{Clock, NativeDriver, NotInTime};

use std::error::Error as _;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use crate::http::{HttpRequest, HttpResponse, NoAnswer};

/// An answer on its way.
pub type Answer = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send>>;

/// Something that carries requests: sockets, or a router in the same process.
pub trait Transport: Send + Sync {
    /// Sends a request and answers what came back, whatever its status; redirects are not followed.
    /// Gives up after `timeout_ms` milliseconds without a whole answer.
    ///
    /// # Errors
    /// [`NoAnswer`] when nothing came: no connection, broken connection, time over.
    fn send(&self, request: HttpRequest, timeout_ms: u64) -> Answer;
}

/// Requests over sockets, HTTP/1.1 with TLS where the address says `https`.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
}

impl ReqwestTransport {
    /// A transport with its own connection pool; it follows no redirects.
    ///
    /// # Errors
    /// [`NoAnswer`] when the TLS library cannot be set up; nothing can be asked then.
    pub fn new() -> Result<Self, NoAnswer> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|error| no_answer(&error))?;
        Ok(Self { client })
    }
}

impl Transport for ReqwestTransport {
    fn send(&self, request: HttpRequest, timeout_ms: u64) -> Answer {
        let client = self.client.clone();
        Box::pin(async move {
            let method = reqwest::Method::from_bytes(request.method.as_bytes())
                .map_err(|_| NoAnswer(format!("{} is not a method", request.method)))?;
            let mut builder =
                client.request(method, request.url).timeout(Duration::from_millis(timeout_ms));
            for (name, value) in request.headers {
                builder = builder.header(name, value);
            }
            if let Some(body) = request.body {
                builder = builder.body(body);
            }
            let response = builder.send().await.map_err(|error| no_answer(&error))?;
            let status = response.status().as_u16();
            let headers = response.headers().iter().map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            });
            let headers = headers.collect();
            let body = response.text().await.map_err(|error| no_answer(&error))?;
            Ok(HttpResponse { status, headers, body })
        })
    }
}

/// The innermost cause says what happened; the outer ones repeat the address, which may hold a token.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        return NoAnswer("no answer in time".to_owned());
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    let inner_text = cause.to_string();
    NoAnswer(if error.source().is_some() { inner_text } else { "the request failed".to_owned() })
}
