//! Platform and desk as the server composes them, over the simulated disk; a process that can die.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use desk::{
    AccountRefusal, Accounts, Credential, Desk, OAuth, PLATFORM_APP_ID, RemotePlatform, Secret,
    Site,
};
use platform::{Endpoint, Platform, Proof};
use shared::{Dialect, Origin, SipUri};
use store::BoxFuture;
use store::env::SeededEntropy;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use crate::bugs::{Bug, Seams};
use crate::clock::SimClock;
use crate::dice::Dice;
use crate::disk::Disk;
use crate::image::SECRET;
use crate::leg::{Leg, Legs};

/// Where the product is reached.
pub const PUBLIC_URL: &str = "https://sim.example";
/// The same, as a `Host` header.
pub const HOST_NAME: &str = "sim.example";
/// The site that visitors are on.
pub const SITE: &str = "shop";
/// First path segments that are the platform's.
const PLATFORM_PATHS: [&str; 5] =
    ["platformservice", "ucwa", "webticket", "autodiscover", ".well-known"];

/// What a process is started with.
pub struct Boot {
    /// The run.
    pub seed: u64,
    /// Counts starts.
    pub process: u64,
    /// The disk.
    pub disk: Disk,
    /// The server's wall clock.
    pub clock: Arc<SimClock>,
    /// The ways between desk and platform.
    pub legs: Arc<Legs>,
    /// A bug that is planted.
    pub bug: Option<Bug>,
}

/// A process that serves until it dies.
pub struct Server {
    platform: Platform,
    desk: Desk,
    router: Router,
    dead: CancellationToken,
    stop: CancellationToken,
    legs: [Leg; 2],
}

impl Drop for Server {
    fn drop(&mut self) {
        for leg in &self.legs {
            leg.disconnect();
        }
    }
}

impl Server {
    /// The platform.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// What answers requests from outside.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Cancelled when it dies.
    pub fn dead(&self) -> &CancellationToken {
        &self.dead
    }

    /// Dies without a word. What it still wants to do reaches nobody: its disk is silent, its ways are
    /// cut, and then it is told to stop, so that nothing of it goes on for ever.
    pub fn kill(&self, disk: &Disk) {
        disk.crash();
        self.dead.cancel();
        self.stop.cancel();
    }
}

/// The site that visitors are on.
pub fn site() -> Site {
    Site {
        id: SITE.to_owned(),
        title: "Shop".to_owned(),
        origins: vec![origin()],
        greeting: Some("Welcome.".to_owned()),
        greetings: BTreeMap::new(),
        color: None,
        contact_url: None,
        identity: None,
        hours: None,
        forms: desk::Forms::default(),
        is_silent: false,
    }
}

fn origin() -> Origin {
    Origin::parse(PUBLIC_URL).expect("it is an origin")
}

fn endpoint() -> SipUri {
    SipUri::parse("sip:helpdesk@sim.example").expect("it is well formed")
}

/// Starts a process on the disk.
///
/// # Errors
/// A sentence, when the disk refuses what a start must write.
pub async fn boot(boot: &Boot) -> Result<Server, String> {
    let mounted = boot.disk.mount();
    let (dead, stop, tasks) =
        (CancellationToken::new(), CancellationToken::new(), TaskTracker::new());
    let chance = Dice::of(boot.seed, "entropy", &[boot.process]).number();
    let entropy = Arc::new(SeededEntropy::new(chance));
    let seams = Seams { bug: boot.bug, disk: boot.disk.clone(), tasks: tasks.clone() };
    let leg = || Leg::new(boot.seed, Arc::clone(&boot.legs), dead.clone());
    let (to_platform, to_desk) = (leg(), leg());
    let callback_url = format!("{PUBLIC_URL}/desk/webhook");
    let platform = Platform::open(
        platform::Settings {
            public_url: PUBLIC_URL.to_owned(),
            limits: platform::Limits::default(),
            allow_http_origins: false,
            ucwa_origins: vec![origin()],
            relay_origins: Vec::new(),
        },
        platform::Parts {
            log: seams.log(mounted.log("platform")),
            documents: Arc::new(mounted.clone()),
            clock: boot.clock.clone(),
            entropy: entropy.clone(),
            callbacks: Arc::new(to_desk.clone()),
            tasks: tasks.clone(),
            stop: stop.clone(),
        },
    );
    let platform = platform.await.map_err(|it| it.to_string())?;
    let platform_router = seams.platform(platform.router());
    to_platform.connect(platform_router.clone());
    let known = Endpoint {
        uri: endpoint(),
        client_id: "desk".to_owned(),
        proof: Proof::Secret(SECRET.to_owned()),
        callback_url: callback_url.clone(),
        audience: PUBLIC_URL.to_owned(),
        display_name: "Helpdesk".to_owned(),
        dialect: Dialect::Service,
    };
    platform.register_endpoint(known).await.map_err(|it| it.to_string())?;
    let desk = Desk::open(
        desk::Settings {
            platform: embedded(),
            endpoint: endpoint(),
            callback_url,
            audience: PUBLIC_URL.to_owned(),
            public_origin: origin(),
            limits: desk::Limits { bootstraps_per_minute: 6_000, ..desk::Limits::default() },
        },
        desk::Parts {
            log: mounted.log("desk"),
            documents: Arc::new(mounted),
            blobs: Arc::new(store::MemoryBlobs::default()),
            clock: boot.clock.clone(),
            entropy,
            transport: Arc::new(to_platform.clone()),
            accounts: Arc::new(NoAccounts),
            post: None,
            tasks,
            stop: stop.clone(),
        },
    );
    let desk = desk.await.map_err(|it| it.to_string())?;
    to_desk.connect(seams.desk(desk.router()));
    let router = app(&desk, platform_router);
    Ok(Server { platform, desk, router, dead, stop, legs: [to_platform, to_desk] })
}

fn embedded() -> RemotePlatform {
    RemotePlatform {
        discover_url: format!("{PUBLIC_URL}/platformservice/discover"),
        root_url: format!("{PUBLIC_URL}/autodiscover/autodiscoverservice.svc/root"),
        openid_url: format!("{PUBLIC_URL}/.well-known/openid-configuration"),
        issuer: None,
        app_id: PLATFORM_APP_ID.to_owned(),
        origins: Vec::new(),
        oauth: OAuth {
            token_url: Some(format!("{PUBLIC_URL}/WebTicket/oauthtoken")),
            client_id: "desk".to_owned(),
            credential: Credential::Secret(Secret::new(SECRET.to_owned())),
            resource: None,
        },
    }
}

fn app(desk: &Desk, platform: Router) -> Router {
    desk.router().fallback(move |request: Request| {
        let platform = platform.clone();
        async move {
            let first = request.uri().path().split('/').nth(1).unwrap_or_default();
            if PLATFORM_PATHS.iter().any(|it| it.eq_ignore_ascii_case(first)) {
                return platform.oneshot(request).await.unwrap_or_else(|it| match it {});
            }
            axum::response::IntoResponse::into_response(http::StatusCode::NOT_FOUND)
        }
    })
}

/// All agents are there already.
struct NoAccounts;

impl Accounts for NoAccounts {
    fn create(
        &self,
        _uri: &SipUri,
        _display_name: &str,
        _password: &str,
    ) -> BoxFuture<'_, Result<(), AccountRefusal>> {
        let refusal = AccountRefusal::Unavailable("the simulation has all its agents".to_owned());
        Box::pin(std::future::ready(Err(refusal)))
    }
}
