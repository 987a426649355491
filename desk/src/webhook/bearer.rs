//! Whether a webhook comes from the platform: its bearer is judged by the issuer's own keys (§1.7).

use std::sync::Arc;

use jsonwebtoken::{Algorithm, Validation};
use serde::Deserialize;
use serde_json::Value;
use store::env::Clock;

use super::keys::IssuerKeys;
use crate::limits::CLOCK_SKEW_MS_MAX;

/// The application id that the platform has wherever it is not set otherwise (§1.7).
pub const PLATFORM_APP_ID: &str = "00000004-0000-0ff1-ce00-000000000000";

/// Why a bearer is not believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NotTrusted {
    /// It is not good; the word says why, for the log.
    Refused(&'static str),
    /// The keys to judge it by cannot be had now.
    Unknown(String),
}

/// Judges bearers by the issuer's keys.
pub(crate) struct Bearers {
    keys: IssuerKeys,
    /// The desk's App ID URI.
    audience: String,
    /// The platform's application id.
    app_id: String,
    clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct Claims {
    aud: Value,
    iss: Option<String>,
    appid: Option<String>,
    exp: Value,
    #[serde(default)]
    nbf: Value,
}

impl Bearers {
    /// Judges by these keys, for tokens of the application `app_id` made out to `audience`.
    pub(crate) fn new(
        keys: IssuerKeys,
        audience: String,
        app_id: String,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { keys, audience, app_id, clock }
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
        let found = self.keys.find(&names).await.map_err(NotTrusted::Unknown)?;
        let (key, issuer) = found.ok_or(NotTrusted::Refused("its key is unknown"))?;
        // Signature here; audience and times below, by the clock that was given.
        let mut rules = Validation::new(Algorithm::RS256);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules)
            .map_err(|_| NotTrusted::Refused("its signature or claims are not good"))?
            .claims;
        self.judge(&claims, &issuer)
    }

    fn judge(&self, claims: &Claims, issuer: &str) -> Result<(), NotTrusted> {
        if claims.iss.as_deref() != Some(issuer) {
            return Err(NotTrusted::Refused("its issuer is another one"));
        }
        // One issuer serves many applications; any of them could ask for a token for this desk.
        if claims.appid.as_deref() != Some(self.app_id.as_str()) {
            return Err(NotTrusted::Refused("it was made out to another application"));
        }
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
}
