//! Carries requests to the platform: who asks, where tokens may go, when the platform wants a pause.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use client::http::{HttpRequest, HttpResponse};
use client::native::Transport;
use store::env::{Clock, Entropy};

use super::error::{TaError, Trace};
use super::href::resolve;
use super::origins::Hosts;
use super::token::{self, Token};
use crate::RemotePlatform;
use crate::limits::{REQUEST_MS_MAX, REST_MS_MAX};

/// The way to one platform, as one service application.
pub(super) struct Sender {
    platform: RemotePlatform,
    hosts: Hosts,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    token: Mutex<Option<Token>>,
    /// Held while a token is asked for, so that many requests ask for one together.
    renewing: tokio::sync::Mutex<()>,
    /// Until when the platform asked to be left alone.
    rest_until_ms: AtomicI64,
}

impl Sender {
    /// A way that was not gone yet.
    pub(super) fn new(
        platform: RemotePlatform,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self {
            hosts: platform.hosts(),
            platform,
            transport,
            clock,
            entropy,
            token: Mutex::new(None),
            renewing: tokio::sync::Mutex::new(()),
            rest_until_ms: AtomicI64::new(i64::MIN),
        }
    }

    /// Sends with the token at hand; on 401 gets a new one and sends once more (SAC-01, SAC-09).
    /// Answers what came, whatever its status, with the id that the request had.
    ///
    /// # Errors
    /// Any [`TaError`] but a refusal.
    pub(super) async fn send(
        &self,
        mut request: HttpRequest,
    ) -> Result<(HttpResponse, String), TaError> {
        let id = self.entropy.id();
        request.headers.push(("client-request-id".to_owned(), id.clone()));
        let used = self.token_at_hand();
        let mut answer = self.follow(&request, used.as_deref()).await?;
        if answer.status == 401 {
            let bearer = self.renew(used.as_deref(), &answer).await?;
            answer = self.follow(&request, Some(&bearer)).await?;
        }
        let trace = Trace::of(&id, &answer);
        tracing::debug!(
            http.status = answer.status,
            client.request.id = trace.request,
            correlation.id = trace.correlation,
            server.address = trace.server,
            "platform asked"
        );
        Ok((answer, id))
    }

    /// Sends; one 307 is followed with method, body and token, to a host of the platform (SAC-10).
    async fn follow(
        &self,
        request: &HttpRequest,
        bearer: Option<&str>,
    ) -> Result<HttpResponse, TaError> {
        let mut request = request.clone();
        request
            .headers
            .extend(bearer.map(|it| ("Authorization".to_owned(), format!("Bearer {it}"))));
        let answer = self.transmit_to_platform(request.clone()).await?;
        let Some(location) = answer.header("location").filter(|_| answer.status == 307) else {
            return Ok(answer);
        };
        request.url = resolve(&request.url, location)
            .ok_or_else(|| TaError::Malformed("a redirect leads to no web address".to_owned()))?;
        self.transmit_to_platform(request).await
    }

    async fn transmit_to_platform(&self, request: HttpRequest) -> Result<HttpResponse, TaError> {
        if let Some(host) = self.hosts.foreign(&request.url) {
            return Err(TaError::ForeignHost(host));
        }
        self.transmit(request).await
    }

    /// Sends, unless the platform wants a pause; heeds it when it asks for one (429, 503).
    async fn transmit(&self, request: HttpRequest) -> Result<HttpResponse, TaError> {
        let left_ms = self.rest_until_ms.load(Ordering::SeqCst).saturating_sub(self.clock.now_ms());
        if left_ms > 0 {
            return Err(TaError::Resting(left_ms));
        }
        let answer = self.transport.send(request, REQUEST_MS_MAX).await;
        let answer = answer.map_err(TaError::NoAnswer)?;
        let asked = answer.header("retry-after").filter(|_| matches!(answer.status, 429 | 503));
        if let Some(seconds) = asked.and_then(|it| it.trim().parse::<i64>().ok()) {
            let rest_ms = seconds.saturating_mul(1_000).clamp(0, REST_MS_MAX);
            self.rest_until_ms.fetch_max(self.clock.now_ms() + rest_ms, Ordering::SeqCst);
        }
        Ok(answer)
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
        let url = self.token_url(refusal)?;
        let (now_ms, id) = (self.clock.now_ms(), self.entropy.id());
        let mut request = token::request(&self.platform, url, now_ms, &id)?;
        request.headers.push(("client-request-id".to_owned(), id.clone()));
        let answer = self.transmit(request).await?;
        let token = token::read(&answer, now_ms, &id)?;
        let bearer = token.bearer.clone();
        *self.token.lock().unwrap_or_else(PoisonError::into_inner) = Some(token);
        Ok(bearer)
    }

    /// The configured address, or the one that the 401 names: then it must be the platform's own,
    /// because a secret goes there.
    fn token_url(&self, refusal: &HttpResponse) -> Result<String, TaError> {
        if let Some(url) = &self.platform.oauth.token_url {
            return Ok(url.clone());
        }
        let url = token::challenged_url(refusal).ok_or_else(|| {
            TaError::NoToken("the 401 names no token address; set platform.oauth.token_url".into())
        })?;
        match self.hosts.foreign(&url) {
            None => Ok(url),
            Some(host) => Err(TaError::NoToken(format!(
                "the 401 names {host} for tokens; if that is right, set platform.oauth.token_url"
            ))),
        }
    }
}
