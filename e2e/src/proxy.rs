//! A proxy that harms what goes through it: what stands between clients and a server in the world,
//! on a bad day, drawn from a seed.
//!
//! HTTP/1.1 carries one request at a time on a connection, so that what is done to a connection is
//! drawn for each request. What has no answer ends with its connection, as in the world.

mod forward;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use self::forward::{Asked, Forward, Gone};
use crate::dice::Dice;

/// What may happen to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It, or its answer, is on the way for a while.
    Delay,
    /// The connection breaks before it reaches the server.
    Drop,
    /// The server did it and answered; the connection breaks before the answer arrives.
    LoseAnswer,
    /// What the client sends vanishes for a while; then the connection breaks.
    CutToServer,
    /// What the server sends vanishes for a while; then the connection breaks.
    CutToClient,
    /// The server gets it twice, one after the other or both at once.
    Duplicate,
}

impl Fault {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Delay,
        Self::Drop,
        Self::LoseAnswer,
        Self::CutToServer,
        Self::CutToClient,
        Self::Duplicate,
    ];

    /// What a report calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delay => "delayed",
            Self::Drop => "connection_dropped",
            Self::LoseAnswer => "cut_after_answer",
            Self::CutToServer => "cut_to_server",
            Self::CutToClient => "cut_to_client",
            Self::Duplicate => "duplicated",
        }
    }

    /// Of ten thousand requests, how many it happens to.
    fn in_ten_thousand(self) -> u64 {
        match self {
            Self::Delay => 1_000,
            Self::Drop | Self::LoseAnswer => 200,
            Self::CutToServer | Self::CutToClient => 50,
            Self::Duplicate => 300,
        }
    }

    fn place(self) -> usize {
        Self::ALL.iter().position(|it| *it == self).expect("all are in the list")
    }
}

/// How long something is on the way more than usual.
const DELAY_MS: std::ops::Range<u64> = 20..800;
/// How long a connection is cut in one direction.
const CUT_MS: std::ops::Range<u64> = 200..4_000;
/// One cut of so many lasts until the client gives up.
const CUTS_PER_LONG_ONE: u64 = 20;
/// A client that does not give up is told so after this.
const LONG_CUT_MS: u64 = 60_000;

/// The running proxy. It harms nothing before [`Proxy::rage`].
pub struct Proxy {
    /// Where clients find it, such as `http://127.0.0.1:41234`.
    pub url: String,
    harm: Arc<Harm>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

/// What all connections share.
struct Harm {
    forward: Forward,
    dice: Dice,
    only: Option<Fault>,
    rages: AtomicBool,
    requests: AtomicU64,
    faults: [AtomicU64; Fault::ALL.len()],
    tasks: TaskTracker,
}

impl Proxy {
    /// Starts it before the server at this port of this machine, which need not run.
    pub async fn before(server_port: u16, seed: u64) -> Self {
        Self::with(server_port, seed, None).await
    }

    /// The same that does one thing to every request, where one is given.
    async fn with(server_port: u16, seed: u64, only: Option<Fault>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("there is a free port");
        let addr = listener.local_addr().expect("it is bound");
        let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
        let harm = Arc::new(Harm {
            forward: Forward::to(server_port),
            dice: Dice::new(seed),
            only,
            rages: AtomicBool::new(false),
            requests: AtomicU64::new(0),
            faults: std::array::from_fn(|_| AtomicU64::new(0)),
            tasks: tasks.clone(),
        });
        tasks.spawn(accept(listener, Arc::clone(&harm), stop.clone()));
        Self { url: format!("http://{addr}"), harm, stop, tasks }
    }

    /// From now on, or from now on no more, it does harm.
    pub fn rage(&self, rages: bool) {
        self.harm.rages.store(rages, Ordering::Relaxed);
    }

    /// Requests that came while it raged.
    pub fn requests(&self) -> u64 {
        self.harm.requests.load(Ordering::Relaxed)
    }

    /// How often it did this.
    pub fn count(&self, fault: Fault) -> u64 {
        self.harm.faults[fault.place()].load(Ordering::Relaxed)
    }

    /// Ends it and every connection.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

async fn accept(listener: TcpListener, harm: Arc<Harm>, stop: CancellationToken) {
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => return,
            it = listener.accept() => it,
        };
        let Ok((stream, _)) = accepted else { continue };
        // Small answers must not wait for each other.
        let _ = stream.set_nodelay(true);
        let (shared, stop) = (Arc::clone(&harm), stop.clone());
        harm.tasks.spawn(async move {
            let service = service_fn(|request| Arc::clone(&shared).pass(request));
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::select! {
                () = stop.cancelled() => {}
                // A broken connection is what it is for.
                _ = connection => {}
            }
        });
    }
}

impl Harm {
    /// Passes a request on, or does what was drawn; an error breaks the client's connection.
    async fn pass(self: Arc<Self>, request: Request<Incoming>) -> Result<Answer, Gone> {
        let asked = Asked::read(request).await?;
        if !self.rages.load(Ordering::Relaxed) {
            return self.forward.send(&asked).await;
        }
        self.requests.fetch_add(1, Ordering::Relaxed);
        let Some(fault) = self.draw() else { return self.forward.send(&asked).await };
        self.faults[fault.place()].fetch_add(1, Ordering::Relaxed);
        match fault {
            Fault::Delay => {
                let (before, ms) = (self.dice.below(2) == 0, self.dice.of(DELAY_MS));
                if before {
                    pause(ms).await;
                    return self.forward.send(&asked).await;
                }
                let answer = self.forward.send(&asked).await;
                pause(ms).await;
                answer
            }
            Fault::Drop => Err(Gone),
            Fault::LoseAnswer => {
                self.forward.send(&asked).await?;
                Err(Gone)
            }
            Fault::CutToServer => {
                pause(self.cut_ms()).await;
                Err(Gone)
            }
            Fault::CutToClient => {
                let ms = self.cut_ms();
                self.forward.send(&asked).await?;
                pause(ms).await;
                Err(Gone)
            }
            Fault::Duplicate => self.twice(asked).await,
        }
    }

    /// To the client, the two are one: where one of them lost to its twin (of two polls the server
    /// keeps one), the other's answer is the answer.
    async fn twice(&self, asked: Asked) -> Result<Answer, Gone> {
        let (forward, first) = (self.forward.clone(), asked.clone());
        let mut first = self.tasks.spawn(async move { forward.send(&first).await });
        // A poll is answered when something happens: the second must not wait for that.
        let at_once = asked.is_get() || self.dice.below(2) == 0;
        if !at_once {
            // Whatever came of it: it was sent.
            let _ = (&mut first).await;
            return self.forward.send(&asked).await;
        }
        let second = self.forward.send(&asked).await?;
        if second.status() == StatusCode::CONFLICT {
            return first.await.unwrap_or(Err(Gone));
        }
        Ok(second)
    }

    fn draw(&self) -> Option<Fault> {
        let mut thrown = self.dice.below(10_000);
        self.only.or_else(|| {
            Fault::ALL.into_iter().find(|it| {
                let is_it = thrown < it.in_ten_thousand();
                thrown = thrown.saturating_sub(it.in_ten_thousand());
                is_it
            })
        })
    }

    fn cut_ms(&self) -> u64 {
        if self.dice.below(CUTS_PER_LONG_ONE) == 0 { LONG_CUT_MS } else { self.dice.of(CUT_MS) }
    }
}

/// What the client gets.
type Answer = Response<Full<Bytes>>;

/// Waiting is what a slow network does.
async fn pause(ms: u64) {
    tokio::time::sleep(Duration::from_millis(ms)).await;
}
