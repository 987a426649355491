//! The desk as the composition root sees it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use shared::SipUri;
use shared::bootstrap::GetAnonTokenInput;
use store::env::Entropy;
use store::{Documents, StoreError};

use crate::agents::Agents;
use crate::api::{self, AgentCheck};
use crate::bootstrap::{self, Rate, asker};
use crate::bridge::Bridge;
use crate::engine::{Engine, Needs};
use crate::files::{self, Files, FilesNeeds};
use crate::letters::Letters;
use crate::limits::{
    FILES_DAY_MS, HOUR_MS, LEFT_PER_HOUR, LETTERS_PER_HOUR, PROBE_MS_MAX, PROBE_MS_MIN,
    VISITOR_REQUESTS_PER_MINUTE,
};
use crate::sites::Sites;
use crate::ta::TaClient;
use crate::tickets::Tickets;
use crate::visitor_api;
use crate::webhook::{self, Bearers, IssuerKeys, Seen};
use crate::{Accounts, Parts, Settings, Site};

const SETUP: &str = "desk.setup";
const CODE: &str = "code";

/// Why the desk cannot open: what was kept cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the desk cannot open: {0}")]
pub struct OpenError(#[from] StoreError);

/// A meeting, as whoever opens its link may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MeetingFace {
    /// Whose look the page has; `None` while no site is set up.
    pub site: Option<Site>,
    /// What it is about, where the desk knows.
    pub subject: Option<String>,
    /// The platform's link, for the bootstrap; empty where it is over.
    pub join_url: String,
    /// Whether it is over, or never was.
    pub is_over: bool,
}

/// The service application. Cheap to clone: all clones are the same desk.
#[derive(Clone)]
pub struct Desk {
    pub(crate) inner: Arc<Inner>,
}

/// What the handlers use.
pub(crate) struct Inner {
    pub(crate) settings: Settings,
    pub(crate) engine: Arc<Engine>,
    pub(crate) bearers: Bearers,
    pub(crate) seen: Seen,
    pub(crate) rate: Rate<Option<IpAddr>>,
    /// The same for visitors' tickets: a visit asks for one of each.
    pub(crate) ticket_rate: Rate<Option<IpAddr>>,
    /// What one visitor asks with a ticket.
    pub(crate) visitor_rate: Rate<String>,
    /// Letters that one visitor has sent.
    pub(crate) letter_rate: Rate<String>,
    /// Messages that one visitor has left.
    pub(crate) left_rate: Rate<String>,
    /// Kilobytes of files that visitors of one address have sent.
    pub(crate) file_rate: Rate<Option<IpAddr>>,
    pub(crate) agent_check: AgentCheck,
    pub(crate) files: Files,
    pub(crate) accounts: Arc<dyn Accounts>,
    /// Held while the first agent is being made.
    pub(crate) setting_up: tokio::sync::Mutex<()>,
    documents: Arc<dyn Documents>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl Desk {
    /// Opens the desk: reads what was kept and goes on with it in the background. The platform need
    /// not answer yet; until it does, steps are tried again and bootstraps are answered 503.
    ///
    /// # Errors
    /// [`OpenError`] when what was kept cannot be read.
    pub async fn open(settings: Settings, parts: Parts) -> Result<Self, OpenError> {
        let Parts { log, documents, blobs, clock, entropy, transport, accounts, post, tasks, stop } =
            parts;
        let platform = &settings.platform;
        let ta = TaClient::new(
            platform.clone(),
            settings.endpoint.clone(),
            transport.clone(),
            clock.clone(),
            entropy.clone(),
        );
        let bearers = Bearers::new(
            IssuerKeys::new(platform, transport.clone(), clock.clone()),
            settings.audience.clone(),
            platform.app_id.clone(),
            clock.clone(),
        );
        let agent_check = AgentCheck::new(platform, transport, clock.clone(), entropy.clone());
        let files = Files::open(FilesNeeds {
            documents: documents.clone(),
            blobs,
            clock: clock.clone(),
            entropy: entropy.clone(),
            origin: settings.public_origin.clone(),
            limits: settings.limits.clone(),
        })
        .await?;
        let engine = Engine::open(Needs {
            ta,
            agents: Agents::open(documents.clone()).await?,
            sites: Sites::open(documents.clone()).await?,
            bridge: Bridge::open(documents.clone()).await?,
            letters: Letters::open(documents.clone(), post).await?,
            tickets: Tickets::open(&*documents, &*entropy).await?,
            clock,
            log,
            stop,
            tasks,
            callback_url: settings.callback_url.clone(),
            open_max: settings.limits.open_conversations,
        })
        .await?;
        let inner = Inner {
            rate: Rate::new(settings.limits.bootstraps_per_minute),
            ticket_rate: Rate::new(settings.limits.bootstraps_per_minute),
            visitor_rate: Rate::new(VISITOR_REQUESTS_PER_MINUTE),
            letter_rate: Rate::within(LETTERS_PER_HOUR, HOUR_MS),
            left_rate: Rate::within(LEFT_PER_HOUR, HOUR_MS),
            file_rate: Rate::within(settings.limits.address_files_kb_per_day(), FILES_DAY_MS),
            settings,
            engine,
            bearers,
            seen: Seen::default(),
            agent_check,
            files,
            accounts,
            setting_up: tokio::sync::Mutex::new(()),
            documents,
            entropy,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// `/GetAnonTokenJob`, `/GetAdhocMeetingJob`, `/StartIMBridge`, `/desk/webhook`, `/desk/api/…`,
    /// `/desk/visitor/…` and `/desk/files/…`. Serve it with
    /// `into_make_service_with_connect_info::<SocketAddr>()`, so that bootstraps are counted by address.
    pub fn router(&self) -> Router {
        let routes = bootstrap::router().merge(webhook::router()).merge(api::router());
        let routes = routes.merge(visitor_api::router()).merge(files::router());
        routes.with_state(self.clone())
    }

    /// The bytes that one file may have.
    pub fn file_bytes_max(&self) -> u64 {
        self.inner.settings.limits.file_bytes_max
    }

    /// The time by the desk's clock, in Unix milliseconds.
    pub fn now_ms(&self) -> i64 {
        self.inner.engine.clock.now_ms()
    }

    /// Adds a site, or replaces the one of the same id.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn put_site(&self, site: Site) -> Result<(), StoreError> {
        self.inner.engine.sites.put(site).await
    }

    /// Makes these the sites there are: adds and replaces them, and removes all others. What is open
    /// with visitors of a removed site goes on to its end.
    ///
    /// # Errors
    /// When it cannot be kept; some of it may have changed then.
    pub async fn set_sites(&self, sites: Vec<Site>) -> Result<(), StoreError> {
        let known = &self.inner.engine.sites;
        let gone = known.ids().into_iter().filter(|id| sites.iter().all(|it| it.id != *id));
        for id in gone {
            known.remove(&id).await?;
        }
        for site in sites {
            known.put(site).await?;
        }
        Ok(())
    }

    /// Looks in the background whether the platform can be used, and logs what is missing until it
    /// can: an operator should not learn it from visitors.
    pub fn look_for_platform(&self) {
        let engine = self.inner.engine.clone();
        let tasks = engine.tasks.clone();
        tasks.spawn(async move {
            let mut pause = Duration::from_millis(PROBE_MS_MIN);
            while let Err(error) = engine.ta.check().await {
                tracing::error!("the desk cannot work over this platform yet: {error}");
                tokio::select! {
                    biased;
                    () = engine.stop.cancelled() => return,
                    () = tokio::time::sleep(pause) => {}
                }
                pause = (pause * 2).min(Duration::from_millis(PROBE_MS_MAX));
            }
            tracing::info!("the platform knows the desk's endpoint and offers what it needs");
        });
    }

    /// The site of an id.
    #[expect(clippy::unused_async, reason = "sites may come from elsewhere than memory one day")]
    pub async fn site(&self, id: &str) -> Option<Site> {
        self.inner.engine.sites.get(id)
    }

    /// What to show to whoever opens the link of an agent's meeting, before they join. Of what is over
    /// or never was nothing is known but that.
    pub fn meeting(&self, id: &str) -> MeetingFace {
        let engine = &self.inner.engine;
        let Some(hosted) = engine.book.hosted(id) else {
            let site = engine.sites.get_or_first(None);
            return MeetingFace { site, subject: None, join_url: String::new(), is_over: true };
        };
        let (view, join_url) = hosted;
        let site = engine.sites.get(&view.site);
        MeetingFace { site, subject: Some(view.visitor_name), join_url, is_over: false }
    }

    /// The same for any meeting of the platform, by the platform's own link. It is asked, for one
    /// address not more often than bootstraps.
    pub async fn meeting_at(&self, join_url: &str, client: Option<IpAddr>) -> MeetingFace {
        let engine = &self.inner.engine;
        let now_ms = engine.clock.now_ms();
        let site = engine.sites.get_or_first(None);
        let mut is_over = false;
        if self.inner.rate.allows(client.map(asker), now_ms) {
            // A token that nobody gets: only a meeting that goes on gives one (§1.4).
            let input = GetAnonTokenInput {
                application_session_id: self.inner.entropy.id(),
                allowed_origins: self.inner.settings.public_origin.to_string(),
                meeting_url: Some(join_url.to_owned()),
                site: None,
            };
            let asked = engine.ta.anon_token(&input).await;
            is_over = asked.is_err_and(|error| error.is_no_destination());
        }
        MeetingFace { site, subject: None, join_url: join_url.to_owned(), is_over }
    }

    /// Makes somebody an agent of this desk, or changes the name visitors see. The account at the
    /// platform is another matter.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn add_agent(&self, uri: &SipUri, display_name: &str) -> Result<(), StoreError> {
        let engine = &self.inner.engine;
        engine.agents.add(uri, display_name).await?;
        self.inner.documents.delete(SETUP, CODE).await?;
        engine.available(uri);
        engine.tell_consoles();
        Ok(())
    }

    /// The one-time code for creating the first agent; `None` once there is an agent.
    ///
    /// # Errors
    /// When it cannot be kept.
    pub async fn setup_code(&self) -> Result<Option<String>, StoreError> {
        if !self.inner.engine.agents.is_empty() {
            return Ok(None);
        }
        let code = self.inner.entropy.id();
        self.inner.documents.put_new(SETUP, CODE, &code).await?;
        // Whoever was first decided what the code is.
        self.inner.documents.get(SETUP, CODE).await
    }
}
