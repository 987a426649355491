//! Who a visitor is, by the website's word: bounded, and signed where it counts.

use jsonwebtoken::errors::ErrorKind;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;
use shared::{VisitorAbout, VisitorContext, VisitorEvent};

use crate::Secret;
use crate::limits::{
    ABOUT_TEXT_CHARS_MAX, ATTRIBUTES_LEN_MAX, CLOCK_SKEW_MS_MAX, EVENTS_LEN_MAX,
    IDENTITY_BYTES_MAX, TAGS_LEN_MAX,
};

/// The fewest bytes of a secret that HS256 may be used with (RFC 7518, 3.2).
pub(crate) const IDENTITY_SECRET_BYTES_MIN: usize = 32;

/// What a site signs its visitors' identity with. A token says who by `sub`, until when by `exp`, and
/// may say `name` and `email`; with `nbf` also from when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdentityKey {
    /// HS256 by a secret that the site's server shares.
    Shared(Secret<String>),
    /// ES256 by the site's own key; this is the public half, as PEM.
    Public(String),
}

/// Why a key cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadIdentityKey {
    /// HS256 wants as many bytes as its hash has.
    #[error(
        "a secret has at least {IDENTITY_SECRET_BYTES_MIN} bytes; make one by `openssl rand -base64 32`"
    )]
    Short,
    /// ES256 wants a public key on the curve P-256.
    #[error("this PEM is no public key on the curve P-256; write it by `openssl ec -pubout`")]
    NotEcPublic,
}

impl IdentityKey {
    /// From a file's text: a public key as PEM, or else a secret.
    ///
    /// # Errors
    /// When the secret is too short, or the PEM is not a public key on the curve P-256.
    pub fn read(text: &str) -> Result<Self, BadIdentityKey> {
        if text.contains("-----BEGIN") {
            let is_key = text.contains("-----BEGIN PUBLIC KEY-----")
                && DecodingKey::from_ec_pem(text.as_bytes()).is_ok();
            return is_key
                .then(|| Self::Public(text.to_owned()))
                .ok_or(BadIdentityKey::NotEcPublic);
        }
        if text.len() < IDENTITY_SECRET_BYTES_MIN {
            return Err(BadIdentityKey::Short);
        }
        Ok(Self::Shared(Secret::new(text.to_owned())))
    }

    /// Who the token says the visitor is, at this time (Unix milliseconds).
    fn check(&self, token: &str, now_ms: i64) -> Result<Identity, &'static str> {
        if token.len() > IDENTITY_BYTES_MAX {
            return Err("it is too long");
        }
        let (algorithm, key) = match self {
            Self::Shared(secret) => {
                (Algorithm::HS256, DecodingKey::from_secret(secret.expose().as_bytes()))
            }
            Self::Public(pem) => {
                let key = DecodingKey::from_ec_pem(pem.as_bytes());
                (Algorithm::ES256, key.map_err(|_| "the site's key cannot be used")?)
            }
        };
        // The signature here, by the one algorithm of the site; times below, by the clock given.
        let mut rules = Validation::new(algorithm);
        rules.validate_exp = false;
        rules.validate_aud = false;
        rules.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Identity>(token, &key, &rules)
            .map_err(|it| match it.kind() {
                ErrorKind::InvalidSignature => "its signature is not the site's",
                ErrorKind::InvalidAlgorithm => "it is signed by another algorithm than the site's",
                _ => "it is no JWT with `sub` and `exp`",
            })?
            .claims;
        let ms = |seconds: i64| seconds.saturating_mul(1_000);
        if ms(claims.exp).saturating_add(CLOCK_SKEW_MS_MAX) <= now_ms {
            return Err("its time is over");
        }
        if claims.nbf.is_some_and(|it| ms(it).saturating_sub(CLOCK_SKEW_MS_MAX) > now_ms) {
            return Err("its time has not come");
        }
        if claims.sub.trim().is_empty() {
            return Err("its `sub` is empty");
        }
        Ok(claims)
    }
}

/// The claims that count.
#[derive(Deserialize)]
struct Identity {
    sub: String,
    exp: i64,
    nbf: Option<i64>,
    name: Option<String>,
    email: Option<String>,
}

/// What agents see of what a website told, and what to call the visitor. Where the website's word is
/// signed, id, name and e-mail address are those of the signature and no others.
pub(crate) fn about(
    told: VisitorContext,
    key: Option<&IdentityKey>,
    now_ms: i64,
) -> (VisitorAbout, Option<String>) {
    let signed = told.token.as_deref().and_then(|token| {
        let Some(key) = key else {
            tracing::warn!(
                "a site signs its visitors' identity, but has no identity_key_file here"
            );
            return None;
        };
        key.check(token, now_ms)
            .inspect_err(|why| tracing::warn!("a visitor's identity is not believed: {why}"))
            .ok()
    });
    let is_verified = signed.is_some();
    let (id, name, email) = match signed {
        Some(it) => (Some(it.sub), it.name, it.email),
        None => (told.id, told.name, told.email),
    };
    let attributes = told
        .attributes
        .into_iter()
        .filter_map(|(name, value)| Some((short(&name)?, short(&plain(&value)?)?)));
    // The newest count.
    let old = told.events.len().saturating_sub(EVENTS_LEN_MAX);
    let events = told.events.into_iter().skip(old).filter_map(|it| {
        Some(VisitorEvent { name: short(&it.name)?, detail: text(it.detail), ..it })
    });
    let about = VisitorAbout {
        page: text(told.page),
        page_title: text(told.title),
        referrer: text(told.referrer),
        language: text(told.language),
        visitor_email: text(email),
        visitor_id: text(id),
        is_verified,
        attributes: attributes.take(ATTRIBUTES_LEN_MAX).collect(),
        tags: told.tags.iter().filter_map(|it| short(it)).take(TAGS_LEN_MAX).collect(),
        events: events.collect(),
        // Which pages there were the desk itself sees.
        pages: Vec::new(),
    };
    (about, text(name))
}

/// What can be shown in a line; lists and objects cannot.
fn plain(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn text(it: Option<String>) -> Option<String> {
    short(&it?)
}

/// Without control characters, and no longer than a line needs.
fn short(text: &str) -> Option<String> {
    let kept: String =
        text.trim().chars().filter(|it| !it.is_control()).take(ABOUT_TEXT_CHARS_MAX).collect();
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests;
