//! Whole-product tests: real processes over real sockets, and browser journeys under browser/.
//!
//! [`Product`] is the demonstration on a free port; [`raw`] walks the protocol by hand, so that a
//! test can do at each step what no client does. [`person::Person`] is somebody at a screen.
//! [`halves::Halves`] is platform and desk as two processes. [`fire`] is all of it, harmed by a
//! [`proxy`] and by sudden deaths.

pub mod dice;
pub mod fire;
pub mod halves;
pub mod person;
pub mod process;
pub mod proxy;
pub mod raw;
pub mod smtp;

use std::path::{Path, PathBuf};

use client::http::{HttpRequest, HttpResponse};
use client::native::{ReqwestTransport, Transport as _};
use server::{Limits, Role, Running, Settings};
use tempfile::TempDir;

/// How long any single answer may take here.
const ANSWER_MS_MAX: u64 = 40_000;

/// The demonstration, running, with a data folder of its own.
pub struct Product {
    /// What serves.
    pub running: Running,
    /// Where it is reached, such as `http://127.0.0.1:41234`.
    pub url: String,
    /// The way to it, which outlives it.
    pub http: Http,
    data: TempDir,
}

/// Sends requests to a product.
#[derive(Clone)]
pub struct Http {
    url: String,
    transport: ReqwestTransport,
}

impl Product {
    /// Starts it.
    pub async fn start() -> Self {
        Self::start_with(Limits::default()).await
    }

    /// Starts it with other bounds.
    pub async fn start_with(limits: Limits) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder can be made");
        let settings = Settings { limits, ..settings(data.path(), 0) };
        let running = server::start(settings).await.expect("it starts");
        let url = running.public_url.to_string();
        let transport = ReqwestTransport::new().expect("TLS can be set up");
        let http = Http { url: url.clone(), transport };
        Self { running, url, http, data }
    }

    /// The file that holds everything kept.
    pub fn data_file(&self) -> PathBuf {
        self.data.path().join("frontdesk.sqlite3")
    }

    /// Stops it and starts it again on the same data and port.
    pub async fn restart(self) -> Self {
        let port = self.running.addr.port();
        self.running.stop().await;
        let running = server::start(settings(self.data.path(), port)).await.expect("it starts");
        Self { running, ..self }
    }

    /// Sends a request to an address, or to a path of the product.
    pub async fn send(
        &self,
        method: &'static str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> HttpResponse {
        self.http.send(method, address, headers, body).await
    }
}

impl Http {
    /// A way to whatever serves at an address.
    pub fn to(url: &str) -> Self {
        let transport = ReqwestTransport::new().expect("TLS can be set up");
        Self { url: url.to_owned(), transport }
    }

    /// Sends a request to an address, or to a path of the product.
    pub async fn send(
        &self,
        method: &'static str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> HttpResponse {
        let url = if address.starts_with('/') {
            format!("{}{address}", self.url)
        } else {
            address.to_owned()
        };
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let body = body.map(str::to_owned);
        let request = HttpRequest { method, url, headers: headers.collect(), body };
        self.transport.send(request, ANSWER_MS_MAX).await.expect("the server answers")
    }
}

/// The demonstration's settings; its browser files are as small as can be.
fn settings(data: &Path, port: u16) -> Settings {
    let web = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/tests/fixtures/web");
    Settings {
        listen: ([127, 0, 0, 1], port).into(),
        data: data.to_owned(),
        demo: true,
        assets: Some(web),
        public_url: None,
        endpoint: None,
        sites: Vec::new(),
        role: Role::Everything,
        applications: Vec::new(),
        agents: Vec::new(),
        mail: None,
        trusted_proxies: Vec::new(),
        ucwa_origins: Vec::new(),
        limits: Limits::default(),
    }
}
