//! The one place that knows every part: puts them together, starts them, stops them in order.

mod accounts;
mod open;
mod routes;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use shared::{Origin, SipUri};
use store::{FolderBlobs, SqliteStore};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::accept;
use crate::assets::Assets;
use crate::data_dir::DataDir;
use crate::limits::{STOP_CONNECTIONS_MS_MAX, STOP_TASKS_MS_MAX};
use crate::loader::Loaders;
use crate::settings::{Role, Settings};
use crate::upkeep::{self, Hatch};

/// Why the server did not start; the sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct StartError(Box<dyn std::error::Error + Send + Sync>);

fn why(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StartError {
    StartError(error.into())
}

/// A server that serves until it is stopped.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where browsers reach it.
    pub public_url: Origin,
    /// The helpdesk's address; `None` where only the platform is served.
    pub endpoint: Option<SipUri>,
    /// Where desks elsewhere start; `None` unless only the platform is served.
    pub discover_url: Option<String>,
    /// The one-time link that makes the first agent; `None` once there is one.
    pub setup_link: Option<String>,
    parts: Background,
    _data: DataDir,
}

impl Running {
    /// Stops accepting, answers parked polls, finishes what is under way, closes the store. Within
    /// 5 seconds.
    pub async fn stop(self) {
        self.parts.stop().await;
    }
}

/// What runs besides requests.
#[derive(Clone)]
struct Background {
    stop: CancellationToken,
    connections: TaskTracker,
    tasks: TaskTracker,
    store: Arc<SqliteStore>,
    blobs: Arc<FolderBlobs>,
}

impl Background {
    fn over(store: Arc<SqliteStore>, blobs: FolderBlobs) -> Self {
        Self {
            stop: CancellationToken::new(),
            connections: TaskTracker::new(),
            tasks: TaskTracker::new(),
            store,
            blobs: Arc::new(blobs),
        }
    }

    async fn stop(&self) {
        self.stop.cancel();
        self.connections.close();
        self.tasks.close();
        let connections = Duration::from_millis(STOP_CONNECTIONS_MS_MAX);
        if tokio::time::timeout(connections, self.connections.wait()).await.is_err() {
            tracing::warn!("{} connections were cut: they did not end", self.connections.len());
        }
        let tasks = Duration::from_millis(STOP_TASKS_MS_MAX);
        if tokio::time::timeout(tasks, self.tasks.wait()).await.is_err() {
            tracing::warn!("{} tasks were cut; they go on at the next start", self.tasks.len());
        }
        self.store.close().await;
    }
}

/// Starts everything and answers once it serves.
///
/// # Errors
/// The first thing that does not fit, with what to do; nothing is left running.
pub async fn start(settings: Settings) -> Result<Running, StartError> {
    settings.check().map_err(why)?;
    let assets = match &settings.role {
        Role::PlatformOnly => None,
        Role::Everything | Role::DeskOnly(_) => {
            Some(Assets::load(settings.assets.as_deref()).map_err(why)?)
        }
    };
    let data = DataDir::open(&settings.data).map_err(why)?;
    let listener = listen(settings.listen).await?;
    let addr = listener.local_addr().map_err(why)?;
    let public_url = settings.public_url.clone().unwrap_or_else(|| own_url(addr));
    let loaders = assets.as_ref().map(|it| Loaders::open(it, &settings.data));
    let file = data.store_file();
    let store = tokio::task::spawn_blocking(move || upkeep::open_store(&file)).await;
    let blobs = data.blobs().map_err(why)?;
    let parts = Background::over(store.map_err(why)?.map_err(why)?, blobs);
    parts.store.limit_commits(settings.limits.writes_per_commit_max);
    match open::product(&settings, &parts, &public_url).await {
        Ok(product) => {
            let service = accept::Service {
                app: routes::app(&product, assets.zip(loaders), &public_url, settings.demo),
                connections_max: settings.limits.connections_max,
                trusted_proxies: settings.trusted_proxies.as_slice().into(),
                stop: parts.stop.clone(),
                connections: parts.connections.clone(),
            };
            parts.connections.spawn(accept::run(listener, service));
            open_hatch(&settings.data, &product, &parts);
            let setup_code = product.desk.as_ref().and_then(|it| it.setup_code.clone());
            let setup_link = setup_code.map(|code| format!("{public_url}/console/#setup={code}"));
            let is_platform_only = product.desk.is_none();
            let discover_url = is_platform_only.then(|| open::discover_url(&public_url));
            let endpoint = product.desk.map(|it| it.endpoint);
            Ok(Running { addr, public_url, endpoint, discover_url, setup_link, parts, _data: data })
        }
        Err(error) => {
            parts.stop().await;
            Err(error)
        }
    }
}

/// Lets the operator's commands in. A server without it serves all the same.
fn open_hatch(folder: &Path, product: &open::Product, parts: &Background) {
    let hatch = Hatch {
        store: Arc::clone(&parts.store),
        platform: product.platform.clone(),
        desk: product.desk.as_ref().map(|it| it.desk.clone()),
        stop: parts.stop.clone(),
    };
    match Hatch::listen(folder) {
        Ok(listener) => drop(parts.tasks.spawn(hatch.serve(listener))),
        Err(error) => tracing::warn!(
            "no socket in {}: {error}; `frontdesk erase` works while the server is stopped only",
            folder.display()
        ),
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|error| {
        let remedy = match error.kind() {
            std::io::ErrorKind::AddrInUse => "another program listens there; give another --listen",
            std::io::ErrorKind::PermissionDenied => {
                "ports below 1024 need a right this account has not; give another --listen"
            }
            _ => "give --listen an address of this machine",
        };
        why(format!("cannot listen on {address}: {remedy} ({error})"))
    })
}

fn own_url(addr: SocketAddr) -> Origin {
    Origin::parse(&format!("http://{addr}")).expect("a socket's address is an origin's")
}
