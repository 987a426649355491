//! Requests to the platform: token, redirect, entry.

use std::sync::{Arc, Mutex, PoisonError};

use client::http::{HttpRequest, HttpResponse};
use client::native::Transport;
use serde_json::json;
use shared::bootstrap::{AnonToken, GetAnonTokenInput};
use shared::rel::{AnonApplicationTokens, Application, Applications, Discover, Rel};
use shared::{Resource, SipUri};
use store::env::{Clock, Entropy};

use super::error::TaError;
use super::href::{resolve, with_query};
use super::token::{self, Token};
use crate::RemotePlatform;
use crate::flow::{Body, Request};
use crate::limits::REQUEST_MS_MAX;

/// The desk's client of the Trusted Application API.
pub(crate) struct TaClient {
    platform: RemotePlatform,
    endpoint: SipUri,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    token: Mutex<Option<Token>>,
    /// Held while a token is asked for, so that many requests ask for one together.
    renewing: tokio::sync::Mutex<()>,
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
            platform,
            endpoint,
            transport,
            clock,
            entropy,
            token: Mutex::new(None),
            renewing: tokio::sync::Mutex::new(()),
            application: tokio::sync::Mutex::new(None),
        }
    }

    /// A token for a visitor (§1.4); 200 and 201 are both fine (row A09).
    ///
    /// # Errors
    /// [`TaError::CapabilityUnavailable`] when the platform offers no such tokens, or any other.
    pub(crate) async fn anon_token(&self, input: &GetAnonTokenInput) -> Result<AnonToken, TaError> {
        let answer = match self.post_anon_token(input).await {
            // The platform may have moved the application: start from discovery once more.
            Err(TaError::Refused { status: 404 | 410, .. }) => {
                *self.application.lock().await = None;
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
            *self.application.lock().await = None;
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

    /// Discover → applications → application, once.
    async fn application(&self) -> Result<Arc<(String, Resource)>, TaError> {
        let mut known = self.application.lock().await;
        if let Some(application) = known.as_ref() {
            return Ok(application.clone());
        }
        let (base, discover) = self.read(&self.platform.discover_url).await?;
        let link = discover.get::<Applications>();
        let link = link.ok_or(TaError::CapabilityUnavailable(Applications::NAME))?;
        let url = absolute(&base, &link.href)?;
        let url = with_query(&url, "endpointId", self.endpoint.as_str());
        let (base, applications) = self.read(&url).await?;
        let link = applications.get::<Application>().ok_or(TaError::NotProvisioned)?;
        let found = Arc::new(self.read(&absolute(&base, &link.href)?).await?);
        *known = Some(found.clone());
        Ok(found)
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
        let answer = self.send(self.http(request)).await?;
        let correlation = answer.header("x-ms-correlation-id").unwrap_or("-");
        tracing::debug!(
            http.status = answer.status,
            correlation.id = correlation,
            "platform asked"
        );
        if answer.is_success() { Ok(answer) } else { Err(TaError::refused(&answer)) }
    }

    fn http(&self, request: &Request) -> HttpRequest {
        let (kind, body) = match &request.body {
            Body::Empty => (None, None),
            Body::Json(value) => (Some("application/json"), Some(value.to_string())),
            Body::Text(text) => (Some("text/plain; charset=utf-8"), Some(text.clone())),
        };
        let mut headers = vec![
            ("Accept".to_owned(), "application/json; charset=utf-8".to_owned()),
            ("client-request-id".to_owned(), self.entropy.id()),
        ];
        headers.extend(kind.map(|it| ("Content-Type".to_owned(), it.to_owned())));
        HttpRequest { method: request.method.as_str(), url: request.url.clone(), headers, body }
    }

    /// Sends with the token at hand; on 401 gets a new one and sends once more (SAC-01, SAC-09).
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TaError> {
        let used = self.token_at_hand();
        let answer = self.follow(&request, used.as_deref()).await?;
        if answer.status != 401 {
            return Ok(answer);
        }
        let bearer = self.renew(used.as_deref(), &answer).await?;
        self.follow(&request, Some(&bearer)).await
    }

    /// Sends; one 307 is followed with method, body and token (SAC-10), never from `https` to `http`.
    async fn follow(
        &self,
        request: &HttpRequest,
        bearer: Option<&str>,
    ) -> Result<HttpResponse, TaError> {
        let mut request = request.clone();
        request
            .headers
            .extend(bearer.map(|it| ("Authorization".to_owned(), format!("Bearer {it}"))));
        let answer = self.transmit(request.clone()).await?;
        let Some(location) = answer.header("location").filter(|_| answer.status == 307) else {
            return Ok(answer);
        };
        let to = absolute(&request.url, location)?;
        if request.url.starts_with("https://") && !to.starts_with("https://") {
            return Err(TaError::Malformed(
                "a redirect away from https is not followed".to_owned(),
            ));
        }
        request.url = to;
        self.transmit(request).await
    }

    async fn transmit(&self, request: HttpRequest) -> Result<HttpResponse, TaError> {
        self.transport.send(request, REQUEST_MS_MAX).await.map_err(TaError::NoAnswer)
    }

    fn token_at_hand(&self) -> Option<String> {
        let token = self.token.lock().unwrap_or_else(PoisonError::into_inner);
        let now_ms = self.clock.now_ms();
        token.as_ref().filter(|it| it.until_ms > now_ms).map(|it| it.bearer.clone())
    }

    async fn renew(&self, used: Option<&str>, refusal: &HttpResponse) -> Result<String, TaError> {
        let _one = self.renewing.lock().await;
        // Somebody else may have got one while this request waited.
        if let Some(newer) = self.token_at_hand().filter(|it| Some(it.as_str()) != used) {
            return Ok(newer);
        }
        let url = self.platform.token_url.clone().or_else(|| token::challenged_url(refusal));
        let url = url.ok_or_else(|| {
            TaError::NoToken("the platform names no token address; configure one".to_owned())
        })?;
        let answer = self.transmit(token::request(&self.platform, url)).await?;
        let token = token::read(&answer, self.clock.now_ms())?;
        let bearer = token.bearer.clone();
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
        Ok(bearer)
    }
}

fn absolute(base: &str, href: &str) -> Result<String, TaError> {
    resolve(base, href).ok_or_else(|| TaError::Malformed("a link is not a web address".to_owned()))
}
