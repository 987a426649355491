//! The entry to the platform's links, and requests by them.

use std::sync::Arc;
use std::time::Duration;

use client::http::{HttpRequest, HttpResponse};
use client::native::Transport;
use serde_json::json;
use shared::bootstrap::{AnonToken, GetAnonTokenInput};
use shared::rel::{AnonApplicationTokens, Application, Applications, Discover, Rel};
use shared::{Resource, SipUri};
use store::env::{Clock, Entropy};

use super::error::TaError;
use super::href::{resolve, with_query};
use super::sender::Sender;
use crate::RemotePlatform;
use crate::flow::{Body, Request};
use crate::limits::{ENTRY_RETRY_MS, ENTRY_TRIES_MAX};

/// The desk's client of the Trusted Application API.
pub(crate) struct TaClient {
    discover_url: String,
    endpoint: SipUri,
    sender: Sender,
    /// The application's own document, with the address it was read at.
    application: tokio::sync::Mutex<Option<Arc<(String, Resource)>>>,
}

impl TaClient {
    /// A client that has not asked for anything yet.
    pub(crate) fn new(
        platform: RemotePlatform,
        endpoint: SipUri,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            discover_url: platform.discover_url.clone(),
            endpoint,
            sender: Sender::new(platform, transport, clock, entropy),
            application: tokio::sync::Mutex::new(None),
        }
    }

    /// Whether the platform knows the desk's endpoint and offers what a desk cannot do without.
    ///
    /// # Errors
    /// What is missing, as any [`TaError`].
    pub(crate) async fn check(&self) -> Result<(), TaError> {
        let application = self.application().await?;
        if application.1.get::<AnonApplicationTokens>().is_none() {
            *self.application.lock().await = None;
            return Err(TaError::CapabilityUnavailable(AnonApplicationTokens::NAME));
        }
        Ok(())
    }

    /// A token for a visitor (§1.4); 200 and 201 are both fine (row A09).
    ///
    /// # Errors
    /// [`TaError::CapabilityUnavailable`] when the platform offers no such tokens, or any other.
    pub(crate) async fn anon_token(&self, input: &GetAnonTokenInput) -> Result<AnonToken, TaError> {
        let answer = match self.post_anon_token(input).await {
            // The platform may have moved the application: start from discovery once more.
            Err(error) if error.is_gone() && !error.is_no_destination() => {
                self.forget_application().await;
                self.post_anon_token(input).await?
            }
            other => other?,
        };
        let body = Resource::parse(&answer.body).map_err(TaError::Malformed)?;
        let part = |it: Option<&str>, name: &str| {
            it.map(str::to_owned).ok_or_else(|| TaError::Malformed(format!("there is no {name}")))
        };
        Ok(AnonToken {
            discover_uri: part(body.href(Discover::NAME), "discover link")?,
            expire_time: part(body.text("expiryTime"), "expiryTime")?,
            token: part(body.text("token"), "token")?,
            tenant_endpoint_id: self.endpoint.as_str().to_owned(),
        })
    }

    async fn post_anon_token(&self, input: &GetAnonTokenInput) -> Result<HttpResponse, TaError> {
        let application = self.application().await?;
        let (base, document) = application.as_ref();
        let Some(link) = document.get::<AnonApplicationTokens>() else {
            // A capability may have been granted since the document was read.
            self.forget_application().await;
            return Err(TaError::CapabilityUnavailable(AnonApplicationTokens::NAME));
        };
        let mut body = json!({
            "applicationSessionId": input.application_session_id,
            "allowedOrigins": input.allowed_origins,
        });
        if let Some(meeting) = input.meeting_url.as_deref().filter(|it| !it.is_empty()) {
            body["meetingUrl"] = json!(meeting);
        }
        let url = absolute(base, &link.href)?;
        self.call(&Request::post(&url, body)).await
    }

    /// Discover → applications → application, once. Discovery is known to fail now and then (§1.3).
    pub(super) async fn application(&self) -> Result<Arc<(String, Resource)>, TaError> {
        let mut known = self.application.lock().await;
        if let Some(application) = known.as_ref() {
            return Ok(application.clone());
        }
        let mut pause = Duration::from_millis(ENTRY_RETRY_MS);
        let mut found = self.enter().await;
        for _ in 1..ENTRY_TRIES_MAX {
            if !found.as_ref().is_err_and(is_hiccup) {
                break;
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
            found = self.enter().await;
        }
        let found = Arc::new(found?);
        *known = Some(found.clone());
        Ok(found)
    }

    async fn enter(&self) -> Result<(String, Resource), TaError> {
        let (base, discover) = self.read(&self.discover_url).await?;
        let link = discover.get::<Applications>();
        let link = link.ok_or(TaError::CapabilityUnavailable(Applications::NAME))?;
        let url = absolute(&base, &link.href)?;
        let url = with_query(&url, "endpointId", self.endpoint.as_str());
        let (base, applications) = self.read(&url).await?;
        let link = applications.get::<Application>().ok_or(TaError::NotProvisioned)?;
        self.read(&absolute(&base, &link.href)?).await
    }

    /// Starts from discovery next time: what the application offers may have changed.
    pub(super) async fn forget_application(&self) {
        *self.application.lock().await = None;
    }

    /// Reads a document, and says where it was read.
    ///
    /// # Errors
    /// Any [`TaError`].
    pub(crate) async fn read(&self, url: &str) -> Result<(String, Resource), TaError> {
        let answer = self.call(&Request::get(url)).await?;
        let document = Resource::parse(&answer.body).map_err(TaError::Malformed)?;
        Ok((url.to_owned(), document))
    }

    /// Sends a request; an answer that is not 2xx is an error.
    ///
    /// # Errors
    /// Any [`TaError`].
    pub(crate) async fn call(&self, request: &Request) -> Result<HttpResponse, TaError> {
        let (answer, id) = self.sender.send(http(request)).await?;
        if answer.is_success() { Ok(answer) } else { Err(TaError::refused(&id, &answer)) }
    }
}

fn http(request: &Request) -> HttpRequest {
    let (kind, body) = match &request.body {
        Body::Empty => (None, None),
        Body::Json(value) => (Some("application/json"), Some(value.to_string())),
        Body::Text(text) => (Some("text/plain; charset=utf-8"), Some(text.clone())),
    };
    let mut headers = vec![("Accept".to_owned(), "application/json; charset=utf-8".to_owned())];
    headers.extend(kind.map(|it| ("Content-Type".to_owned(), it.to_owned())));
    HttpRequest { method: request.method.as_str(), url: request.url.clone(), headers, body }
}

/// Whether the very next try may succeed.
fn is_hiccup(error: &TaError) -> bool {
    matches!(error, TaError::Refused { status: 500..=599, .. })
}

pub(super) fn absolute(base: &str, href: &str) -> Result<String, TaError> {
    resolve(base, href).ok_or_else(|| TaError::Malformed("a link is not a web address".to_owned()))
}
