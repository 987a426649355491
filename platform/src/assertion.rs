//! Signed assertions by which a service application proves itself (`private_key_jwt`, RFC 7523):
//! RS256, named by `x5t` or `x5t#S256`, good for one client, at one address, for a short time.

use aws_lc_rs::digest;
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;

use crate::limits::{ASSERTION_S_MAX, CLOCK_SKEW_S_MAX};

/// The `client_assertion_type` of such an assertion.
pub(crate) const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The public half of what signs assertions.
pub(crate) struct Certificate {
    key: DecodingKey,
    x5t: String,
    x5t_s256: String,
}

/// What an assertion must say.
pub(crate) struct Wanted<'a> {
    /// Who it speaks for.
    pub(crate) client_id: &'a str,
    /// Where it is good: the token address, or the platform's own.
    pub(crate) audiences: [&'a str; 2],
    /// The time.
    pub(crate) now_ms: i64,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Value,
    exp: i64,
    #[serde(default)]
    nbf: i64,
}

impl Certificate {
    /// Reads a certificate in PEM; the error says what to do.
    pub(crate) fn read(pem: &str) -> Result<Self, String> {
        let wrong = || "this is no RSA certificate in PEM (-----BEGIN CERTIFICATE-----)".to_owned();
        let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----").ok_or_else(wrong)?;
        let (body, _) = rest.split_once("-----END CERTIFICATE-----").ok_or_else(wrong)?;
        let body: String = body.split_whitespace().collect();
        let der = BASE64_STANDARD.decode(body).map_err(|_| wrong())?;
        let key = DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| wrong())?;
        let name = |algorithm: &'static digest::Algorithm| {
            BASE64_URL_SAFE_NO_PAD.encode(digest::digest(algorithm, &der).as_ref())
        };
        let x5t = name(&digest::SHA1_FOR_LEGACY_USE_ONLY);
        Ok(Self { key, x5t, x5t_s256: name(&digest::SHA256) })
    }

    /// Whether this certificate's key signed the assertion, and it says what it must.
    pub(crate) fn vouches(&self, jwt: &str, wanted: &Wanted<'_>) -> bool {
        let Ok(head) = jsonwebtoken::decode_header(jwt) else { return false };
        let is_named =
            head.x5t.as_ref() == Some(&self.x5t) || head.x5t_s256.as_ref() == Some(&self.x5t_s256);
        let mut rules = Validation::new(Algorithm::RS256);
        // Times and audiences are judged below, by the clock that was given.
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let token = jsonwebtoken::decode::<Claims>(jwt, &self.key, &rules);
        is_named && token.is_ok_and(|it| it.claims.say(wanted))
    }
}

impl Claims {
    fn say(&self, wanted: &Wanted<'_>) -> bool {
        let now_s = wanted.now_ms.div_euclid(1_000);
        let is_here = |it: &Value| it.as_str().is_some_and(|it| wanted.audiences.contains(&it));
        let is_for_here = match &self.aud {
            Value::Array(list) => list.iter().any(is_here),
            one => is_here(one),
        };
        // One that is good for ever would be a secret that travels.
        let is_in_time = self.nbf <= now_s + CLOCK_SKEW_S_MAX
            && now_s < self.exp.saturating_add(CLOCK_SKEW_S_MAX)
            && self.exp <= now_s + ASSERTION_S_MAX + CLOCK_SKEW_S_MAX;
        self.iss == wanted.client_id && self.sub == wanted.client_id && is_for_here && is_in_time
    }
}
