//! Extractors as proof: who asks was checked, or there is no value of these types (invariants 6, 7).

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use shared::claims::Claims;
use shared::{Dialect, Origin, SipUri};

use crate::Platform;
use crate::core::{Core, Owner, Who};
use crate::refusal::Refusal;
use crate::web::{Door, Query, is_own};
use crate::wire::{Face, application_id};

/// A visitor whose token is genuine, good now, and allows the origin it came from.
pub(crate) struct Visitor {
    claims: Claims,
    endpoint: SipUri,
}

/// A signed-in user whose token is genuine and good now.
pub(crate) struct Agent {
    user: SipUri,
}

/// A service application that acts for an endpoint of its own.
pub(crate) struct TrustedApp {
    endpoint: SipUri,
    dialect: Dialect,
}

/// Whoever owns the application in the path: a visitor, an agent or a service application.
pub(crate) struct Caller {
    owner: Owner,
    face: Face,
}

fn bearer(parts: &Parts) -> Option<&str> {
    let value = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Whether a request asks for the internal dialect (row A03).
pub(crate) fn asks_internal(headers: &HeaderMap) -> bool {
    let namespace = headers.get("x-ms-namespace").and_then(|it| it.to_str().ok());
    namespace.is_some_and(|it| it.eq_ignore_ascii_case("internal"))
}

/// The origin of the page a request comes from, as it was said. The relay of [`crate::resources`]
/// asks from the platform's own origin and names the page it asks for (§3.8.1).
fn page<'a>(platform: &Platform, headers: &'a HeaderMap) -> Option<&'a str> {
    let text = |name: &str| headers.get(name).map(|it| it.to_str().unwrap_or_default());
    let (origin, relayed) = (text("origin"), text("x-ms-origin"));
    let is_relays = origin
        .is_none_or(|it| Origin::parse(it).is_ok_and(|origin| is_own(platform, headers, &origin)));
    relayed.filter(|_| is_relays).or(origin)
}

impl Visitor {
    /// Judges a token and the origin it is used from.
    pub(crate) fn check(platform: &Platform, parts: &Parts, token: &str) -> Result<Self, Refusal> {
        let refused = Refusal::SignIn("get one from the website's helpdesk");
        let claims = platform.shell.keys.visitor(token, platform.shell.now_ms()).ok_or(refused)?;
        if let Some(said) = page(platform, &parts.headers) {
            let origin = Origin::parse(said).ok();
            let is_allowed =
                |origin: &Origin| claims.origins().any(|allowed| allowed == origin.as_str());
            if !origin.as_ref().is_some_and(is_allowed) {
                return Err(Refusal::OriginNotAllowed(said.to_owned()));
            }
        }
        let endpoint = SipUri::parse(&claims.aeu)
            .map_err(|error| Refusal::Internal(format!("a token of ours names {error}")))?;
        Ok(Self { claims, endpoint })
    }

    /// Who that is, as the machine knows visitors.
    pub(crate) fn who(&self) -> Who {
        Who::Visitor {
            endpoint: self.endpoint.clone(),
            session: self.claims.asi.clone(),
            meeting: self.claims.confid.clone(),
        }
    }

    /// The meeting the token is for.
    pub(crate) fn meeting(&self) -> Option<&str> {
        self.claims.confid.as_deref()
    }

    fn owns(&self, core: &Core, app: &str) -> Result<(), Refusal> {
        let is_mine = match &core.app(app)?.who {
            Who::Visitor { endpoint, session, meeting } => {
                *endpoint == self.endpoint
                    && *session == self.claims.asi
                    && *meeting == self.claims.confid
            }
            Who::Agent { .. } => false,
        };
        if is_mine { Ok(()) } else { Err(Refusal::ApplicationNotFound) }
    }
}

impl Agent {
    pub(crate) fn user(&self) -> &SipUri {
        &self.user
    }

    fn owns(&self, core: &Core, app: &str) -> Result<(), Refusal> {
        let is_mine = match &core.app(app)?.who {
            Who::Agent { user } => *user == self.user,
            Who::Visitor { .. } => false,
        };
        if is_mine { Ok(()) } else { Err(Refusal::ApplicationNotFound) }
    }
}

impl TrustedApp {
    pub(crate) fn endpoint(&self) -> &SipUri {
        &self.endpoint
    }

    pub(crate) const fn dialect(&self) -> Dialect {
        self.dialect
    }

    pub(crate) fn face(&self) -> Face {
        Face::trusted(&self.endpoint, self.dialect)
    }
}

impl Caller {
    pub(crate) fn owner(&self) -> Owner {
        self.owner.clone()
    }

    pub(crate) const fn face(&self) -> &Face {
        &self.face
    }

    /// The UCWA application that asks; service applications have none.
    pub(crate) fn app(&self) -> Result<&str, Refusal> {
        match &self.owner {
            Owner::App(id) => Ok(id),
            Owner::Endpoint(_) => Err(Refusal::NotFound),
        }
    }
}

impl FromRequestParts<Platform> for Visitor {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Refusal> {
        let token = bearer(parts).ok_or(Refusal::SignIn("send the website's token"))?;
        Self::check(platform, parts, token)
    }
}

impl FromRequestParts<Platform> for Agent {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Refusal> {
        let shell = &platform.shell;
        let user = bearer(parts).and_then(|token| shell.keys.agent(token, shell.now_ms()));
        Ok(Self { user: user.ok_or(Refusal::SignIn("sign in"))? })
    }
}

impl FromRequestParts<Platform> for TrustedApp {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Refusal> {
        let shell = &platform.shell;
        let client = bearer(parts).and_then(|token| shell.keys.service(token, shell.now_ms()));
        let client = client.ok_or(Refusal::SignIn("use client credentials"))?;
        let query = Query::of(parts);
        let named = query.get("endpointid").ok_or_else(|| {
            let reason = "is required in the query".to_owned();
            Refusal::Parameter { name: "endpointId", reason }
        })?;
        let endpoint = SipUri::parse(named).map_err(|_| Refusal::NotYourEndpoint)?;
        let account = shell.accounts.endpoint(&endpoint).filter(|it| it.client_id == client);
        let account = account.ok_or(Refusal::NotYourEndpoint)?;
        let is_internal = asks_internal(&parts.headers);
        let dialect = if is_internal { Dialect::Saas } else { account.info().dialect };
        if let Some(id) = path_param(parts, "app").await
            && id != application_id(&endpoint)
        {
            return Err(Refusal::NotYourEndpoint);
        }
        Ok(Self { endpoint, dialect })
    }
}

impl FromRequestParts<Platform> for Caller {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, platform: &Platform) -> Result<Self, Refusal> {
        let door = parts.extensions.get::<Door>().copied();
        if door == Some(Door::Services) {
            let app = TrustedApp::from_request_parts(parts, platform).await?;
            return Ok(Self { face: app.face(), owner: Owner::Endpoint(app.endpoint) });
        }
        let is_visitor = door == Some(Door::Visitors);
        let id = path_param(parts, "app").await.ok_or(Refusal::ApplicationNotFound)?;
        if is_visitor {
            let visitor = Visitor::from_request_parts(parts, platform).await?;
            platform.shell.read(|core| visitor.owns(core, &id)).await?;
        } else {
            let agent = Agent::from_request_parts(parts, platform).await?;
            platform.shell.read(|core| agent.owns(core, &id)).await?;
        }
        Ok(Self { face: Face::ucwa(!is_visitor, &id), owner: Owner::App(id) })
    }
}

async fn path_param(parts: &mut Parts, name: &str) -> Option<String> {
    let params = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    params.iter().find(|(it, _)| *it == name).map(|(_, value)| value.to_owned())
}
