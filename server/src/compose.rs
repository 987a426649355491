//! The one place that knows every part: puts them together, starts them, stops them in order.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::{Router, middleware};
use client::native::ReqwestTransport;
use desk::{AccountRefusal, Accounts, Desk, RemotePlatform, Secret};
use platform::{AccountError, Endpoint, Platform};
use shared::{Dialect, Origin, SipUri};
use store::{BoxFuture, SqliteStore};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::Service as _;
use tower_http::catch_panic::CatchPanicLayer;

use crate::assets::Assets;
use crate::data_dir::DataDir;
use crate::env::{SystemClock, SystemEntropy};
use crate::identity::Identity;
use crate::in_process::InProcess;
use crate::limits::{STOP_CONNECTIONS_MS_MAX, STOP_TASKS_MS_MAX};
use crate::pages::{self, Pages};
use crate::settings::{Application, Settings, default_site, own_origins};
use crate::{accept, demo, door};

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
    /// The helpdesk's address.
    pub endpoint: SipUri,
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
}

impl Background {
    fn over(store: Arc<SqliteStore>) -> Self {
        Self {
            stop: CancellationToken::new(),
            connections: TaskTracker::new(),
            tasks: TaskTracker::new(),
            store,
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
    let assets = Assets::load(settings.assets.as_deref()).map_err(why)?;
    let data = DataDir::open(&settings.data).map_err(why)?;
    let listener = listen(settings.listen).await?;
    let addr = listener.local_addr().map_err(why)?;
    let public_url = settings.public_url.clone().unwrap_or_else(|| own_url(addr));
    let file = data.store_file();
    let store = tokio::task::spawn_blocking(move || SqliteStore::open(&file)).await;
    let parts = Background::over(store.map_err(why)?.map_err(why)?);
    match open(&settings, &parts, &public_url).await {
        Ok(product) => {
            let service = accept::Service {
                app: app(&product, assets, public_url.clone(), settings.demo),
                connections_max: settings.limits.connections_max,
                trusted_proxies: settings.trusted_proxies.as_slice().into(),
                stop: parts.stop.clone(),
                connections: parts.connections.clone(),
            };
            parts.connections.spawn(accept::run(listener, service));
            Ok(Running {
                addr,
                endpoint: product.identity.endpoint,
                setup_link: product
                    .setup_code
                    .map(|code| format!("{public_url}/console/#setup={code}")),
                public_url,
                parts,
                _data: data,
            })
        }
        Err(error) => {
            parts.stop().await;
            Err(error)
        }
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

/// Platform and desk, open and introduced to each other.
struct Product {
    platform: Platform,
    desk: Desk,
    identity: Identity,
    setup_code: Option<String>,
}

async fn open(
    settings: &Settings,
    parts: &Background,
    public_url: &Origin,
) -> Result<Product, StartError> {
    let identity = Identity::load(&*parts.store, &SystemEntropy, settings, public_url).await;
    let identity = identity.map_err(why)?;
    let sockets = ReqwestTransport::new().map_err(why)?;
    let to_platform = InProcess::new(public_url.clone(), sockets.clone());
    let to_desk = InProcess::new(public_url.clone(), sockets);
    let callback_url = format!("{public_url}/desk/webhook");

    let platform = Platform::open(
        platform::Settings {
            public_url: public_url.to_string(),
            limits: settings.limits.platform.clone(),
            allow_http_origins: settings.sites.iter().any(|it| it.origins.iter().any(is_plain)),
            ucwa_origins: [own_origins(public_url), settings.ucwa_origins.clone()].concat(),
            relay_origins: settings.ucwa_origins.clone(),
        },
        platform::Parts {
            log: parts.store.log("platform"),
            documents: Arc::clone(&parts.store) as _,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            callbacks: Arc::new(to_desk.clone()),
            tasks: parts.tasks.clone(),
            stop: parts.stop.clone(),
        },
    );
    let platform = platform.await.map_err(why)?;
    to_platform.connect(platform.router());
    let own = own_endpoint(&identity, public_url, &callback_url);
    for endpoint in [own].into_iter().chain(settings.applications.iter().map(others)) {
        platform.register_endpoint(endpoint).await.map_err(why)?;
    }

    let desk = Desk::open(
        desk::Settings {
            platform: embedded(public_url, &identity),
            endpoint: identity.endpoint.clone(),
            callback_url,
            audience: public_url.to_string(),
            public_origin: public_url.clone(),
            limits: settings.limits.desk.clone(),
        },
        desk::Parts {
            log: parts.store.log("desk"),
            documents: Arc::clone(&parts.store) as _,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            transport: Arc::new(to_platform),
            accounts: Arc::new(PlatformAccounts(platform.clone())),
            tasks: parts.tasks.clone(),
            stop: parts.stop.clone(),
        },
    );
    let desk = desk.await.map_err(why)?;
    to_desk.connect(desk.router());
    if settings.demo {
        demo::seed(&platform, &desk, public_url).await.map_err(why)?;
    } else if settings.sites.is_empty() {
        desk.put_site(default_site(public_url)).await.map_err(why)?;
    }
    for site in &settings.sites {
        desk.put_site(site.clone()).await.map_err(why)?;
    }
    let setup_code = desk.setup_code().await.map_err(why)?;
    Ok(Product { platform, desk, identity, setup_code })
}

/// The desk in this process, as the platform knows it.
fn own_endpoint(identity: &Identity, public_url: &Origin, callback_url: &str) -> Endpoint {
    Endpoint {
        uri: identity.endpoint.clone(),
        client_id: identity.client_id.clone(),
        client_secret: identity.client_secret.clone(),
        callback_url: callback_url.to_owned(),
        audience: public_url.to_string(),
        display_name: "Helpdesk".into(),
        dialect: Dialect::Service,
    }
}

/// A service application of somebody else, as the platform knows it.
fn others(it: &Application) -> Endpoint {
    Endpoint {
        uri: it.endpoint.clone(),
        client_id: it.client_id.clone(),
        client_secret: it.client_secret.clone(),
        callback_url: it.callback_url.clone(),
        audience: it.audience.clone(),
        display_name: it.display_name.clone(),
        dialect: Dialect::Service,
    }
}

/// The operator listed an origin without TLS that is not this machine, so it is meant.
fn is_plain(origin: &Origin) -> bool {
    !origin.is_secure()
}

/// The embedded platform, as the desk would see somebody else's.
fn embedded(public_url: &Origin, identity: &Identity) -> RemotePlatform {
    RemotePlatform {
        discover_url: format!("{public_url}/platformservice/discover"),
        token_url: Some(format!("{public_url}/WebTicket/oauthtoken")),
        keys_url: format!("{public_url}/platformservice/keys"),
        root_url: format!("{public_url}/autodiscover/autodiscoverservice.svc/root"),
        client_id: identity.client_id.clone(),
        client_secret: Secret::new(identity.client_secret.clone()),
        resource: None,
    }
}

/// First path segments that are the platform's, in any case.
const PLATFORM_PATHS: [&str; 4] = ["platformservice", "ucwa", "webticket", "autodiscover"];

fn app(product: &Product, assets: Assets, public_url: Origin, is_demo: bool) -> Router {
    let secure = public_url.as_str().starts_with("https://");
    let pages = Pages { assets: Arc::new(assets), desk: product.desk.clone(), public_url };
    let mut app = Router::new().merge(product.desk.router()).merge(pages::router(pages));
    if is_demo {
        app = app.merge(demo::router());
    }
    let platform: Router = product.platform.router();
    app.fallback(move |request: Request| {
        let mut platform = platform.clone();
        async move {
            let first = request.uri().path().split('/').nth(1).unwrap_or_default();
            let is_platform = PLATFORM_PATHS.iter().any(|it| it.eq_ignore_ascii_case(first));
            if !is_platform {
                return pages::not_found();
            }
            platform.call(request).await.unwrap_or_else(|it| match it {})
        }
    })
    .layer(middleware::from_fn(door::limit))
    .layer(CatchPanicLayer::custom(door::panicked))
    .layer(middleware::from_fn(move |request, next| door::harden(secure, request, next)))
    // Does the work of the first request of each connection once.
    .with_state(())
}

/// Accounts of the embedded platform.
struct PlatformAccounts(Platform);

impl Accounts for PlatformAccounts {
    fn create(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> BoxFuture<'_, Result<(), AccountRefusal>> {
        let (uri, name) = (uri.clone(), display_name.to_owned());
        let password = password.to_owned();
        Box::pin(async move {
            let made = self.0.create_user(&uri, &name, &password).await;
            made.map_err(|error| match error {
                AccountError::Taken(_) => AccountRefusal::Exists,
                AccountError::Unfit(text) => AccountRefusal::NotAcceptable(text),
                AccountError::Store(error) => AccountRefusal::Unavailable(error.to_string()),
            })
        })
    }
}
