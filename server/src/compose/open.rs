//! Opens what is wanted: platform and desk introduced to each other in one process, or one of them.

use std::sync::Arc;

use client::native::{ReqwestTransport, Transport};
use desk::{
    Accounts, Credential, Desk, OAuth, PLATFORM_APP_ID, Post, RemotePlatform, Secret, ServiceOrigin,
};
use platform::{Callbacks, Endpoint, Platform, Proof};
use shared::{Dialect, Origin, SipUri};

use super::accounts::{AccountsElsewhere, PlatformAccounts};
use super::{Background, StartError, why};
use crate::demo;
use crate::env::{SystemClock, SystemEntropy};
use crate::identity::Identity;
use crate::in_process::{InProcess, OverSockets};
use crate::mail::SmtpPost;
use crate::settings::{Mail, RemoteDesk, Role, Settings, default_site, own_origins};

/// What is served, open.
pub(super) struct Product {
    pub(super) platform: Option<Platform>,
    pub(super) desk: Option<OpenDesk>,
}

/// A desk, and what its pages have to know.
pub(super) struct OpenDesk {
    pub(super) desk: Desk,
    pub(super) endpoint: SipUri,
    /// Makes the first agent; `None` where that is not done in the console, or is done.
    pub(super) setup_code: Option<String>,
    /// Where signed-in clients start; `None` where that is our own platform.
    pub(super) root_url: Option<String>,
    /// Origins of the platform, as a content security policy writes them.
    pub(super) platform_origins: Vec<String>,
}

/// How platform and desk reach each other.
struct Ways {
    callbacks: Arc<dyn Callbacks>,
    transport: Arc<dyn Transport>,
}

/// Opens what the settings want.
///
/// # Errors
/// The first thing that does not fit.
pub(super) async fn product(
    settings: &Settings,
    parts: &Background,
    public_url: &Origin,
) -> Result<Product, StartError> {
    let sockets = ReqwestTransport::new().map_err(why)?;
    match &settings.role {
        Role::Everything => both(settings, parts, public_url, sockets).await,
        Role::PlatformOnly => {
            Identity::check_kept(&*parts.store, settings).await.map_err(why)?;
            let callbacks = Arc::new(OverSockets(sockets));
            let platform = open_platform(settings, parts, public_url, callbacks).await?;
            Ok(Product { platform: Some(platform), desk: None })
        }
        Role::DeskOnly(remote) => {
            let desk = desk_over(remote, settings, parts, public_url, Arc::new(sockets)).await?;
            Ok(Product { platform: None, desk: Some(desk) })
        }
    }
}

async fn both(
    settings: &Settings,
    parts: &Background,
    public_url: &Origin,
    sockets: ReqwestTransport,
) -> Result<Product, StartError> {
    let identity = Identity::load(&*parts.store, &SystemEntropy, settings, public_url).await;
    let identity = identity.map_err(why)?;
    let to_platform = InProcess::new(public_url.clone(), sockets.clone());
    let to_desk = InProcess::new(public_url.clone(), sockets);
    let ways =
        Ways { callbacks: Arc::new(to_desk.clone()), transport: Arc::new(to_platform.clone()) };

    let platform = open_platform(settings, parts, public_url, ways.callbacks).await?;
    to_platform.connect(platform.router());
    let endpoint = Endpoint {
        uri: identity.endpoint.clone(),
        client_id: identity.client_id.clone(),
        proof: Proof::Secret(identity.client_secret.clone()),
        callback_url: callback_url(public_url),
        audience: public_url.to_string(),
        display_name: "Helpdesk".into(),
        dialect: Dialect::Service,
    };
    platform.register_endpoint(endpoint).await.map_err(why)?;

    let desk_settings = desk::Settings {
        platform: embedded(public_url, &identity),
        endpoint: identity.endpoint.clone(),
        callback_url: callback_url(public_url),
        audience: public_url.to_string(),
        public_origin: public_url.clone(),
        limits: settings.limits.desk.clone(),
    };
    let accounts = Arc::new(PlatformAccounts(platform.clone()));
    let desk =
        open_desk(desk_settings, parts, ways.transport, accounts, settings.mail.as_ref()).await?;
    to_desk.connect(desk.router());
    if settings.demo {
        demo::seed(&platform, &desk, public_url).await.map_err(why)?;
    } else {
        seed(&desk, settings, public_url, &identity.endpoint).await?;
    }
    let desk = OpenDesk {
        setup_code: desk.setup_code().await.map_err(why)?,
        desk,
        endpoint: identity.endpoint,
        root_url: None,
        platform_origins: Vec::new(),
    };
    Ok(Product { platform: Some(platform), desk: Some(desk) })
}

async fn desk_over(
    remote: &RemoteDesk,
    settings: &Settings,
    parts: &Background,
    public_url: &Origin,
    transport: Arc<dyn Transport>,
) -> Result<OpenDesk, StartError> {
    // Conversations and agents that are kept belong to one endpoint.
    let identity = Identity::load(&*parts.store, &SystemEntropy, settings, public_url).await;
    let endpoint = identity.map_err(why)?.endpoint;
    let desk_settings = desk::Settings {
        platform: remote.platform.clone(),
        endpoint: endpoint.clone(),
        callback_url: callback_url(public_url),
        audience: remote.audience.clone().unwrap_or_else(|| public_url.to_string()),
        public_origin: public_url.clone(),
        limits: settings.limits.desk.clone(),
    };
    let accounts = Arc::new(AccountsElsewhere);
    let desk = open_desk(desk_settings, parts, transport, accounts, settings.mail.as_ref()).await?;
    seed(&desk, settings, public_url, &endpoint).await?;
    desk.look_for_platform();
    let platform = &remote.platform;
    let own = [&platform.discover_url, &platform.root_url];
    let own = own.into_iter().filter_map(|it| Origin::parse(it).ok()).map(|it| it.to_string());
    let more = platform.origins.iter().map(ServiceOrigin::as_str).map(str::to_owned);
    Ok(OpenDesk {
        desk,
        endpoint,
        setup_code: None,
        root_url: Some(platform.root_url.clone()),
        platform_origins: own.chain(more).collect(),
    })
}

/// Where service applications start at our own platform.
pub(super) fn discover_url(public_url: &Origin) -> String {
    format!("{public_url}/platformservice/discover")
}

fn callback_url(public_url: &Origin) -> String {
    format!("{public_url}/desk/webhook")
}

/// The operator listed an origin without TLS that is not this machine, so it is meant.
fn is_plain(origin: &Origin) -> bool {
    !origin.is_secure()
}

async fn open_platform(
    settings: &Settings,
    parts: &Background,
    public_url: &Origin,
    callbacks: Arc<dyn Callbacks>,
) -> Result<Platform, StartError> {
    let pages = settings.sites.iter().flat_map(|it| &it.origins);
    let platform = Platform::open(
        platform::Settings {
            public_url: public_url.to_string(),
            limits: settings.limits.platform.clone(),
            allow_http_origins: pages.chain(&settings.ucwa_origins).any(is_plain),
            ucwa_origins: [own_origins(public_url), settings.ucwa_origins.clone()].concat(),
            relay_origins: settings.ucwa_origins.clone(),
        },
        platform::Parts {
            log: parts.store.log("platform"),
            documents: Arc::clone(&parts.store) as _,
            clock: Arc::new(SystemClock),
            entropy: Arc::new(SystemEntropy),
            callbacks,
            tasks: parts.tasks.clone(),
            stop: parts.stop.clone(),
        },
    );
    let platform = platform.await.map_err(why)?;
    for endpoint in &settings.applications {
        platform
            .register_endpoint(endpoint.clone())
            .await
            .map_err(|error| why(format!("application with endpoint {}: {error}", endpoint.uri)))?;
    }
    for agent in &settings.agents {
        let Some(password) = &agent.password else { continue };
        let put = platform.put_user(&agent.uri, &agent.display_name, password.expose()).await;
        put.map_err(|error| why(format!("agent {}: {error}", agent.uri)))?;
    }
    Ok(platform)
}

async fn open_desk(
    settings: desk::Settings,
    parts: &Background,
    transport: Arc<dyn Transport>,
    accounts: Arc<dyn Accounts>,
    mail: Option<&Mail>,
) -> Result<Desk, StartError> {
    let post = mail.map(SmtpPost::new).transpose().map_err(why)?;
    let blobs = Arc::clone(&parts.blobs) as _;
    let parts = desk::Parts {
        log: parts.store.log("desk"),
        documents: Arc::clone(&parts.store) as _,
        blobs,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
        transport,
        accounts,
        post: post.map(|it| Arc::new(it) as Arc<dyn Post>),
        tasks: parts.tasks.clone(),
        stop: parts.stop.clone(),
    };
    let desk = Desk::open(settings, parts).await.map_err(why)?;
    desk.look_after_files();
    Ok(desk)
}

/// Sites and agents as the file has them.
async fn seed(
    desk: &Desk,
    settings: &Settings,
    public_url: &Origin,
    endpoint: &SipUri,
) -> Result<(), StartError> {
    let sites = if settings.sites.is_empty() {
        vec![default_site(public_url)]
    } else {
        settings.sites.clone()
    };
    desk.set_sites(sites).await.map_err(why)?;
    for agent in &settings.agents {
        if agent.uri.domain() != endpoint.domain() {
            return Err(why(format!(
                "agent {}: agents of {endpoint} are in the domain {}; correct one of the two",
                agent.uri,
                endpoint.domain()
            )));
        }
        desk.add_agent(&agent.uri, &agent.display_name).await.map_err(why)?;
    }
    Ok(())
}

/// The embedded platform, as the desk would see somebody else's.
fn embedded(public_url: &Origin, identity: &Identity) -> RemotePlatform {
    RemotePlatform {
        discover_url: discover_url(public_url),
        root_url: format!("{public_url}/autodiscover/autodiscoverservice.svc/root"),
        openid_url: format!("{public_url}/.well-known/openid-configuration"),
        issuer: None,
        app_id: PLATFORM_APP_ID.to_owned(),
        origins: Vec::new(),
        oauth: OAuth {
            token_url: Some(format!("{public_url}/WebTicket/oauthtoken")),
            client_id: identity.client_id.clone(),
            credential: Credential::Secret(Secret::new(identity.client_secret.clone())),
            resource: None,
        },
    }
}
