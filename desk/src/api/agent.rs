//! Who asks: the bearer is shown to the platform, by its public API, and must be a known agent's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use client::http::{HttpRequest, HttpResponse};
use client::native::Transport;
use serde_json::json;
use shared::rel::{Applications, Me, Rel, This, User};
use shared::{Resource, SipUri};
use store::env::{Clock, Entropy};
use tokio::sync::Semaphore;

use crate::bearer;
use crate::limits::{
    AGENT_CHECKS_IN_FLIGHT_MAX, AGENT_TOKEN_MS_MAX, AGENT_TOKENS_LEN_MAX, REQUEST_MS_MAX,
};
use crate::refusal::ApiError;
use crate::ta::{Hosts, TaError, resolve};
use crate::{Desk, RemotePlatform};

/// An agent of this desk, proved by a token of the platform. Holding one is the proof: there is no
/// other way to get it.
pub(crate) struct Agent {
    /// Who.
    pub(super) uri: SipUri,
    /// The name visitors see.
    pub(super) name: String,
}

impl Agent {
    /// Who.
    pub(crate) const fn uri(&self) -> &SipUri {
        &self.uri
    }
}

impl FromRequestParts<Desk> for Agent {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, desk: &Desk) -> Result<Self, ApiError> {
        let token = bearer::token(&parts.headers).ok_or(ApiError::NotSignedIn)?;
        let uri = desk.inner.agent_check.whose(token).await?;
        let name = desk.inner.engine.agents.name_of(&uri).ok_or(ApiError::NotAnAgent)?;
        Ok(Self { uri, name })
    }
}

/// Asks the platform whose a token is, and remembers the answer for a while.
pub(crate) struct AgentCheck {
    root_url: String,
    hosts: Hosts,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    /// By SHA-256, so that tokens are not kept: whose it is, and until when that is believed.
    known: Mutex<HashMap<Vec<u8>, (SipUri, i64)>>,
    in_flight: Semaphore,
}

impl AgentCheck {
    /// Asks at this platform.
    pub(crate) fn new(
        platform: &RemotePlatform,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        let in_flight = Semaphore::new(AGENT_CHECKS_IN_FLIGHT_MAX);
        Self {
            root_url: platform.root_url.clone(),
            hosts: platform.hosts(),
            transport,
            clock,
            entropy,
            known: Mutex::new(HashMap::new()),
            in_flight,
        }
    }

    async fn whose(&self, token: &str) -> Result<SipUri, ApiError> {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, token.as_bytes());
        let key = digest.as_ref().to_vec();
        if let Some(uri) = self.recall(&key) {
            return Ok(uri);
        }
        let _permit = self.in_flight.acquire().await;
        // Many requests of one console come at once; the first one's answer is good for all.
        if let Some(uri) = self.recall(&key) {
            return Ok(uri);
        }
        let uri = self.ask(token).await?;
        let now_ms = self.clock.now_ms();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, (_, until_ms)| *until_ms > now_ms);
        if known.len() >= AGENT_TOKENS_LEN_MAX
            && let Some(oldest) =
                known.iter().min_by_key(|(_, it)| it.1).map(|(key, _)| key.clone())
        {
            known.remove(&oldest);
        }
        known.insert(key, (uri.clone(), now_ms + AGENT_TOKEN_MS_MAX));
        Ok(uri)
    }

    fn recall(&self, key: &[u8]) -> Option<SipUri> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        known.get(key).filter(|(_, until_ms)| *until_ms > now_ms).map(|(uri, _)| uri.clone())
    }

    /// Root → user → applications: makes an application of its own name, looks whose it is, and
    /// deletes it. The console's own application has another name and is left alone (§3.5).
    async fn ask(&self, token: &str) -> Result<SipUri, ApiError> {
        let root = self.read("GET", &self.root_url, None, None).await?;
        let user_url = link(&self.root_url, &root, User::NAME)?;
        let user = self.read("GET", &user_url, Some(token), None).await?;
        let applications = link(&user_url, &user, Applications::NAME)?;
        let body = json!({
            "culture": "en-US",
            "endpointId": "desk-check",
            "type": "Browser",
            "userAgent": "frontdesk-desk",
            "instanceId": self.entropy.id(),
        });
        let application =
            self.read("POST", &applications, Some(token), Some(body.to_string())).await?;
        if let Ok(this) = link(&applications, &application, This::NAME) {
            let deleted = self.send("DELETE", &this, Some(token), None).await;
            let status = deleted.map_or(0, |it| it.status);
            if !matches!(status, 200..=299 | 404) {
                tracing::warn!(
                    http.status = status,
                    "an application for checking an agent was left behind"
                );
            }
        }
        let uri = application.embedded(Me::NAME).and_then(|it| it.text("uri"));
        let uri = uri.and_then(|it| SipUri::parse(it).ok());
        uri.ok_or_else(|| {
            ApiError::Unavailable("the platform does not say whose a token is".to_owned())
        })
    }

    async fn read(
        &self,
        method: &'static str,
        url: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> Result<Resource, ApiError> {
        let answer = self.send(method, url, token, body).await?;
        match answer.status {
            200..=299 => Resource::parse(&answer.body)
                .map_err(|it| ApiError::Unavailable(format!("the platform's answer: {it}"))),
            401 if token.is_some() => Err(ApiError::NotSignedIn),
            403 if token.is_some() => Err(ApiError::NotAnAgent),
            status => {
                Err(ApiError::Unavailable(format!("checking an agent was answered {status}")))
            }
        }
    }

    async fn send(
        &self,
        method: &'static str,
        url: &str,
        token: Option<&str>,
        body: Option<String>,
    ) -> Result<HttpResponse, ApiError> {
        if let Some(host) = self.hosts.foreign(url) {
            return Err(ApiError::Unavailable(TaError::ForeignHost(host).to_string()));
        }
        let mut headers = vec![
            ("Accept".to_owned(), "application/json".to_owned()),
            ("client-request-id".to_owned(), self.entropy.id()),
        ];
        headers.extend(token.map(|it| ("Authorization".to_owned(), format!("Bearer {it}"))));
        if body.is_some() {
            headers.push(("Content-Type".to_owned(), "application/json".to_owned()));
        }
        let request = HttpRequest { method, url: url.to_owned(), headers, body };
        let answer = self.transport.send(request, REQUEST_MS_MAX).await;
        answer.map_err(|it| ApiError::Unavailable(format!("checking an agent: {it}")))
    }
}

fn link(base: &str, document: &Resource, rel: &str) -> Result<String, ApiError> {
    let href = document.href(rel).and_then(|it| resolve(base, it));
    href.ok_or_else(|| ApiError::Unavailable(format!("the platform offers no {rel} link")))
}
