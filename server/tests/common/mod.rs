//! Starts the whole product for a test, on a free port with a data folder of its own.
#![allow(dead_code, reason = "each test file is a program of its own and uses a part of this")]
#![allow(clippy::allow_attributes, reason = "an expectation would fail where all of it is used")]

pub(crate) mod files;
pub(crate) mod people;
pub(crate) mod process;

use std::path::{Path, PathBuf};

use client::http::{HttpRequest, HttpResponse};
use client::native::{ReqwestTransport, Transport as _};
use server::{Limits, Role, Running, Settings};
use tempfile::TempDir;

/// Browser files as small as can be.
pub(crate) fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/web")
}

/// What the demonstration is started with.
pub(crate) fn demo(data: &Path) -> Settings {
    Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        data: data.to_owned(),
        demo: true,
        assets: Some(web()),
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

/// A running product and its data folder.
pub(crate) struct Product {
    pub(crate) running: Running,
    pub(crate) data: TempDir,
    transport: ReqwestTransport,
}

impl Product {
    /// Starts the demonstration, changed.
    pub(crate) async fn start(change: impl FnOnce(&mut Settings)) -> Self {
        let data = tempfile::tempdir().expect("a temporary folder can be made");
        let mut settings = demo(data.path());
        change(&mut settings);
        let running = server::start(settings).await.expect("it starts");
        Self { running, data, transport: ReqwestTransport::new().expect("TLS is there") }
    }

    /// Asks for a path of it.
    pub(crate) async fn get(&self, path: &str) -> HttpResponse {
        self.get_with(path, &[]).await
    }

    /// Asks with headers.
    pub(crate) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> HttpResponse {
        self.send("GET", path, headers, None).await
    }

    /// Sends anything.
    pub(crate) async fn send(
        &self,
        method: &'static str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<String>,
    ) -> HttpResponse {
        let headers = headers.iter().map(|(name, value)| ((*name).into(), (*value).into()));
        let request = HttpRequest {
            method,
            url: format!("http://{}{path}", self.running.addr),
            headers: headers.collect(),
            body,
        };
        self.transport.send(request, 10_000).await.expect("the server answers")
    }
}
