//! The keys that an issuer signs with: found by its description (OpenID Connect Discovery 1.0), kept
//! for a while, asked for anew when a token names one that is not known, because issuers change keys.

use std::sync::Arc;

use client::http::HttpRequest;
use client::native::Transport;
use jsonwebtoken::DecodingKey;
use serde::Deserialize;
use serde_json::Value;
use shared::resource::without_bom;
use store::env::Clock;

use crate::RemotePlatform;
use crate::limits::{
    KEYS_FAILED_RETRY_MS, KEYS_LEN_MAX, KEYS_MS_MAX, KEYS_RETRY_MS, KEYS_STALE_MS_MAX,
    REQUEST_MS_MAX,
};
use crate::ta::{is_absolute, resolve};

/// An issuer's keys.
pub(crate) struct IssuerKeys {
    openid_url: String,
    /// What the issuer must be called; `None` for whatever its description says.
    issuer: Option<String>,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    state: tokio::sync::Mutex<State>,
}

/// What is known, and when to ask again at the earliest.
#[derive(Default)]
struct State {
    known: Option<Known>,
    ask_at_ms: i64,
}

struct Known {
    issuer: String,
    /// Each with the names it has: `kid` and `x5t`.
    list: Vec<(Vec<String>, DecodingKey)>,
    since_ms: i64,
}

/// The part of an issuer's description that is needed.
#[derive(Deserialize)]
struct Description {
    issuer: String,
    jwks_uri: String,
}

/// One key of a JWKS; keys of other kinds are passed over.
#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    x5t: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl IssuerKeys {
    /// The keys of the platform's issuer; none is asked for yet.
    pub(crate) fn new(
        platform: &RemotePlatform,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (openid_url, issuer) = (platform.openid_url.clone(), platform.issuer.clone());
        Self { openid_url, issuer, transport, clock, state: tokio::sync::Mutex::default() }
    }

    /// The key of one of these names and the issuer's name; `None` when the issuer has no such key.
    ///
    /// # Errors
    /// When there are no keys to judge by at the moment; the sentence is for the log.
    pub(crate) async fn find(
        &self,
        names: &[String],
    ) -> Result<Option<(DecodingKey, String)>, String> {
        let mut state = self.state.lock().await;
        let now_ms = self.clock.now_ms();
        let age_ms = state.known.as_ref().map_or(i64::MAX, |it| now_ms - it.since_ms);
        let found = state.known.as_ref().and_then(|it| it.find(names));
        let is_fresh = found.is_some() && age_ms < KEYS_MS_MAX;
        if is_fresh || (now_ms < state.ask_at_ms && age_ms < KEYS_STALE_MS_MAX) {
            return Ok(found);
        }
        if now_ms < state.ask_at_ms {
            return Err("the issuer's keys could not be had a moment ago".to_owned());
        }
        match self.fetch(now_ms).await {
            Ok(fresh) => {
                state.ask_at_ms = now_ms + KEYS_RETRY_MS;
                let found = fresh.find(names);
                state.known = Some(fresh);
                Ok(found)
            }
            Err(why) => {
                state.ask_at_ms = now_ms + KEYS_FAILED_RETRY_MS;
                // A key that was good an hour ago is better than losing what visitors say.
                if found.is_some() && age_ms < KEYS_STALE_MS_MAX {
                    tracing::warn!("the issuer's keys are old and stay in use: {why}");
                    return Ok(found);
                }
                Err(why)
            }
        }
    }

    async fn fetch(&self, now_ms: i64) -> Result<Known, String> {
        let body = self.read(&self.openid_url, "description").await?;
        let about = Description::deserialize(&body).map_err(|_| {
            "the issuer's description names no issuer and jwks_uri; see platform.openid_url"
                .to_owned()
        })?;
        let url = resolve(&self.openid_url, &about.jwks_uri).unwrap_or_default();
        // Who can change the keys on their way can write webhooks.
        if !is_absolute(&url)
            || (self.openid_url.starts_with("https://") && !url.starts_with("https://"))
        {
            return Err("the issuer's description leads away from https".to_owned());
        }
        let body = self.read(&url, "keys").await?;
        let keys = body.get("keys").and_then(Value::as_array).into_iter().flatten();
        let keys = keys.take(KEYS_LEN_MAX).filter_map(|it| {
            let jwk = Jwk::deserialize(it).ok()?;
            let key = DecodingKey::from_rsa_components(&jwk.n?, &jwk.e?).ok()?;
            Some(([jwk.kid, jwk.x5t].into_iter().flatten().collect(), key))
        });
        let issuer = self.issuer.clone().unwrap_or(about.issuer);
        Ok(Known { issuer, list: keys.collect(), since_ms: now_ms })
    }

    async fn read(&self, url: &str, what: &str) -> Result<Value, String> {
        let headers = vec![("Accept".to_owned(), "application/json".to_owned())];
        let request = HttpRequest { method: "GET", url: url.to_owned(), headers, body: None };
        let answer = self.transport.send(request, REQUEST_MS_MAX).await;
        let answer = answer.map_err(|it| format!("the issuer's {what}: {it}"))?;
        if !answer.is_success() {
            return Err(format!("the issuer's {what} was answered {}", answer.status));
        }
        serde_json::from_str(without_bom(&answer.body))
            .map_err(|_| format!("the issuer's {what} is not JSON"))
    }
}

impl Known {
    fn find(&self, names: &[String]) -> Option<(DecodingKey, String)> {
        let is_meant = |it: &&(Vec<String>, DecodingKey)| it.0.iter().any(|id| names.contains(id));
        // A token that names no key can only mean the only one.
        let found = if let ([], [only]) = (names, self.list.as_slice()) {
            Some(&only.1)
        } else {
            self.list.iter().find(is_meant).map(|(_, key)| key)
        };
        found.map(|key| (key.clone(), self.issuer.clone()))
    }
}
