//! Whether a webhook comes from the platform: its bearer is judged by the platform's own keys (§1.7).

use std::sync::Arc;

use client::http::HttpRequest;
use client::native::Transport;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use store::env::Clock;

use crate::limits::{CLOCK_SKEW_MS_MAX, KEYS_MS_MAX, KEYS_RETRY_MS, REQUEST_MS_MAX};

/// Why a bearer is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotTrusted {
    /// It is not good; the word says why, for the log.
    Refused(&'static str),
    /// The keys to judge it by cannot be had now.
    Unknown(String),
}

/// Judges bearers; keeps the platform's keys.
pub(crate) struct Bearers {
    keys_url: String,
    audience: String,
    transport: Arc<dyn Transport>,
    clock: Arc<dyn Clock>,
    keys: tokio::sync::Mutex<Option<Keys>>,
}

struct Keys {
    list: Vec<(Vec<String>, DecodingKey)>,
    asked_ms: i64,
}

/// One key of a JWKS; keys of other kinds are passed over.
#[derive(Deserialize)]
struct Jwk {
    kid: Option<String>,
    x5t: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

#[derive(Deserialize)]
struct Claims {
    aud: Value,
    exp: Value,
    #[serde(default)]
    nbf: Value,
}

impl Bearers {
    /// Judges by the keys at `keys_url`, for tokens made out to `audience`.
    pub(crate) fn new(
        keys_url: String,
        audience: String,
        transport: Arc<dyn Transport>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { keys_url, audience, transport, clock, keys: tokio::sync::Mutex::new(None) }
    }

    /// Judges the value of an `Authorization` header.
    ///
    /// # Errors
    /// [`NotTrusted`] for everything but a token of the platform, for this desk, of this time.
    pub(crate) async fn check(&self, authorization: Option<&str>) -> Result<(), NotTrusted> {
        let header = authorization.ok_or(NotTrusted::Refused("it has no bearer"))?;
        let token = header
            .split_once(' ')
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("Bearer"))
            .map(|(_, token)| token.trim())
            .ok_or(NotTrusted::Refused("its authorization is not a bearer"))?;
        let head = jsonwebtoken::decode_header(token)
            .map_err(|_| NotTrusted::Refused("its bearer is not a JWT"))?;
        if head.alg != Algorithm::RS256 {
            return Err(NotTrusted::Refused("its bearer is not signed with RS256"));
        }
        let names: Vec<String> = [head.kid, head.x5t].into_iter().flatten().collect();
        let key = self.key(&names).await?.ok_or(NotTrusted::Refused("its key is unknown"))?;
        // Signature here; audience and times below, by the clock that was given.
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)
            .map_err(|_| NotTrusted::Refused("its signature or claims are not good"))?
            .claims;
        self.judge(&claims)
    }

    fn judge(&self, claims: &Claims) -> Result<(), NotTrusted> {
        let is_for_us = |it: &Value| it.as_str() == Some(self.audience.as_str());
        let audience_is_right = match &claims.aud {
            Value::Array(list) => list.iter().any(is_for_us),
            one => is_for_us(one),
        };
        if !audience_is_right {
            return Err(NotTrusted::Refused("its audience is somebody else"));
        }
        // Seconds as a number or, as some issuers have them, a string.
        let ms = |it: &Value| {
            it.as_i64().or_else(|| it.as_str()?.parse().ok()).map(|it| it.saturating_mul(1_000))
        };
        let now_ms = self.clock.now_ms();
        let until_ms = ms(&claims.exp).ok_or(NotTrusted::Refused("it never ends"))?;
        if until_ms.saturating_add(CLOCK_SKEW_MS_MAX) <= now_ms {
            return Err(NotTrusted::Refused("its time is over"));
        }
        if ms(&claims.nbf).is_some_and(|from| from - CLOCK_SKEW_MS_MAX > now_ms) {
            return Err(NotTrusted::Refused("its time has not come"));
        }
        Ok(())
    }

    /// The key of one of these names; unknown names make the desk ask for the keys anew.
    async fn key(&self, names: &[String]) -> Result<Option<DecodingKey>, NotTrusted> {
        let mut keys = self.keys.lock().await;
        let now_ms = self.clock.now_ms();
        if let Some(known) = keys.as_ref() {
            let age_ms = now_ms - known.asked_ms;
            let found = known.find(names);
            if (found.is_some() && age_ms < KEYS_MS_MAX) || age_ms < KEYS_RETRY_MS {
                return Ok(found);
            }
        }
        let list = self.fetch().await.map_err(NotTrusted::Unknown)?;
        let fresh = Keys { list, asked_ms: now_ms };
        let found = fresh.find(names);
        *keys = Some(fresh);
        Ok(found)
    }

    async fn fetch(&self) -> Result<Vec<(Vec<String>, DecodingKey)>, String> {
        let request = HttpRequest {
            method: "GET",
            url: self.keys_url.clone(),
            headers: vec![("Accept".to_owned(), "application/json".to_owned())],
            body: None,
        };
        let answer = self.transport.send(request, REQUEST_MS_MAX).await;
        let answer = answer.map_err(|it| format!("the platform's keys: {it}"))?;
        if !answer.is_success() {
            return Err(format!("the platform's keys were answered {}", answer.status));
        }
        let body: Value = serde_json::from_str(&answer.body)
            .map_err(|_| "the platform's keys are not JSON".to_owned())?;
        let keys = body.get("keys").and_then(Value::as_array).into_iter().flatten();
        let keys = keys.filter_map(|it| {
            let jwk = Jwk::deserialize(it).ok()?;
            let key = DecodingKey::from_rsa_components(&jwk.n?, &jwk.e?).ok()?;
            Some(([jwk.kid, jwk.x5t].into_iter().flatten().collect(), key))
        });
        Ok(keys.collect())
    }
}

impl Keys {
    fn find(&self, names: &[String]) -> Option<DecodingKey> {
        // A token that names no key can only mean the only one.
        if let ([], [(_, only)]) = (names, self.list.as_slice()) {
            return Some(only.clone());
        }
        let is_meant = |it: &&(Vec<String>, DecodingKey)| it.0.iter().any(|id| names.contains(id));
        self.list.iter().find(is_meant).map(|(_, key)| key.clone())
    }
}
