//! Renewals: a user's token is renewed without the password, by a refresh token of OAuth 2.0 (RFC 6749 §6).
//!
//! All renewals that began with one password are one *sign-in*. Each use gives the next one and ends the
//! one before; who comes with an older one has a copy of it, and ends the sign-in for everybody (RFC 9700
//! §4.14). An answer may get lost on its way, so for a short while the one before is answered with the very
//! same next one. Kept are digests: what lies in the data file renews nothing.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_lc_rs::{constant_time, digest, hmac};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::{Deserialize, Serialize};
use shared::SipUri;
use store::env::Entropy;
use store::{Documents, StoreError};
use tokio::sync::Mutex;

use crate::limits::{Limits, RENEWAL_REPEAT_MS_MAX};

const COLLECTION: &str = "renewals";

/// One sign-in, as kept under its id. A renewal is `id.secret`.
#[derive(Clone, Serialize, Deserialize)]
struct SignIn {
    user: SipUri,
    /// Digest of the password it began with: another password ends it.
    password: String,
    /// Digest of the secret that is good.
    secret: String,
    /// Of the one before.
    before: Option<Before>,
    began_ms: i64,
    /// When a secret was used last.
    used_ms: i64,
}

#[derive(Clone, Serialize, Deserialize)]
struct Before {
    /// Digest of the secret.
    secret: String,
    /// What made the next secret of it. Worth nothing without the secret.
    salt: String,
}

impl SignIn {
    fn is_alive(&self, now_ms: i64, limits: &Limits) -> bool {
        now_ms - self.began_ms < limits.renewal_s.saturating_mul(1_000)
            && now_ms - self.used_ms < limits.renewal_idle_s.saturating_mul(1_000)
    }
}

/// All sign-ins that can be renewed; in memory as in the documents.
pub(crate) struct Renewals {
    documents: Arc<dyn Documents>,
    entropy: Arc<dyn Entropy>,
    /// Held while one changes, so that each renewal is used once.
    sign_ins: Mutex<BTreeMap<String, SignIn>>,
}

impl Renewals {
    pub(crate) async fn open(
        documents: Arc<dyn Documents>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let mut sign_ins = BTreeMap::new();
        for (id, body) in documents.list(COLLECTION).await? {
            let unreadable = |error| StoreError::Unreadable(format!("the sign-in {id}: {error}"));
            let sign_in: SignIn = serde_json::from_str(&body).map_err(unreadable)?;
            sign_ins.insert(id, sign_in);
        }
        Ok(Self { documents, entropy, sign_ins: Mutex::new(sign_ins) })
    }

    /// The first renewal of a sign-in with this password (its digest); none where the administrator
    /// wants none. One sign-in too many ends the one that was left longest (invariant 8).
    pub(crate) async fn begin(
        &self,
        user: &SipUri,
        password: String,
        now_ms: i64,
        limits: &Limits,
    ) -> Result<Option<String>, StoreError> {
        if !limits.renews() {
            return Ok(None);
        }
        let mut sign_ins = self.sign_ins.lock().await;
        self.make_room(&mut sign_ins, user, now_ms, limits).await?;
        let (id, secret) = (self.entropy.id(), self.random());
        let sign_in = SignIn {
            user: user.clone(),
            password,
            secret: digest_of(&secret),
            before: None,
            began_ms: now_ms,
            used_ms: now_ms,
        };
        self.keep(&id, &sign_in).await?;
        sign_ins.insert(id.clone(), sign_in);
        Ok(Some(format!("{id}.{secret}")))
    }

    /// Forgets what is over, and of this user's as much as is too much.
    async fn make_room(
        &self,
        sign_ins: &mut BTreeMap<String, SignIn>,
        user: &SipUri,
        now_ms: i64,
        limits: &Limits,
    ) -> Result<(), StoreError> {
        let mut over: Vec<String> = sign_ins
            .iter()
            .filter(|(_, it)| !it.is_alive(now_ms, limits))
            .map(|(id, _)| id.clone())
            .collect();
        let mut own: Vec<(i64, &String)> = sign_ins
            .iter()
            .filter(|(_, it)| it.user == *user && it.is_alive(now_ms, limits))
            .map(|(id, it)| (it.used_ms, id))
            .collect();
        own.sort();
        let surplus = (own.len() + 1).saturating_sub(limits.sign_ins_per_person_max);
        over.extend(own.into_iter().take(surplus).map(|(_, id)| id.clone()));
        for id in over {
            self.documents.delete(COLLECTION, &id).await?;
            sign_ins.remove(&id);
        }
        Ok(())
    }

    /// Whose a renewal is, and the digest of the password it began with. It may be used up.
    pub(crate) async fn whose(&self, renewal: &str) -> Option<(SipUri, String)> {
        let (id, _) = renewal.split_once('.')?;
        let sign_ins = self.sign_ins.lock().await;
        sign_ins.get(id).map(|it| (it.user.clone(), it.password.clone()))
    }

    /// Uses a renewal: answers the next one. `None` ends the sign-in: its time is over, or this one was
    /// used before.
    pub(crate) async fn turn(
        &self,
        renewal: &str,
        now_ms: i64,
        limits: &Limits,
    ) -> Result<Option<String>, StoreError> {
        let Some((id, secret)) = renewal.split_once('.') else { return Ok(None) };
        let mut sign_ins = self.sign_ins.lock().await;
        let Some(sign_in) = sign_ins.get(id) else { return Ok(None) };
        let digest = digest_of(secret);
        if sign_in.is_alive(now_ms, limits) && limits.renews() {
            if is_same(&digest, &sign_in.secret) {
                let salt = self.random();
                let next = next_of(secret, &salt);
                let turned = SignIn {
                    secret: digest_of(&next),
                    before: Some(Before { secret: digest, salt }),
                    used_ms: now_ms,
                    ..sign_in.clone()
                };
                self.keep(id, &turned).await?;
                sign_ins.insert(id.to_owned(), turned);
                return Ok(Some(format!("{id}.{next}")));
            }
            let is_recent = now_ms - sign_in.used_ms < RENEWAL_REPEAT_MS_MAX;
            let before = sign_in.before.as_ref().filter(|it| is_same(&digest, &it.secret));
            if let Some(before) = before.filter(|_| is_recent) {
                return Ok(Some(format!("{id}.{}", next_of(secret, &before.salt))));
            }
            tracing::warn!("a renewal was used a second time; its sign-in was ended");
        }
        self.documents.delete(COLLECTION, id).await?;
        sign_ins.remove(id);
        Ok(None)
    }

    /// Ends the sign-in that a renewal is of. That there is none is no error (RFC 7009 §2.2).
    pub(crate) async fn end(&self, renewal: &str) -> Result<(), StoreError> {
        let Some((id, _)) = renewal.split_once('.') else { return Ok(()) };
        let mut sign_ins = self.sign_ins.lock().await;
        if sign_ins.contains_key(id) {
            self.documents.delete(COLLECTION, id).await?;
            sign_ins.remove(id);
        }
        Ok(())
    }

    async fn keep(&self, id: &str, sign_in: &SignIn) -> Result<(), StoreError> {
        let body = serde_json::to_string(sign_in)
            .map_err(|error| StoreError::Unwritable(error.to_string()))?;
        self.documents.put(COLLECTION, id, &body).await
    }

    fn random(&self) -> String {
        let mut bytes = [0_u8; 32];
        self.entropy.fill(&mut bytes);
        BASE64.encode(bytes)
    }
}

/// SHA-256, in base64url: good for secrets that nobody can guess, and for hashes of passwords.
pub(crate) fn digest_of(text: &str) -> String {
    BASE64.encode(digest::digest(&digest::SHA256, text.as_bytes()))
}

fn is_same(one: &str, other: &str) -> bool {
    constant_time::verify_slices_are_equal(one.as_bytes(), other.as_bytes()).is_ok()
}

/// The secret after this one: only who has both, secret and salt, can tell.
fn next_of(secret: &str, salt: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, salt.as_bytes());
    BASE64.encode(hmac::sign(&key, secret.as_bytes()))
}
