//! The signing keys in use: one signs; its successor is shown before it signs, so that those who keep
//! a copy of the list know it in time; its predecessors judge as long as their tokens live.

use std::sync::{Arc, PoisonError, RwLock};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::env::Clock;
use store::{Documents, StoreError};

use crate::keys::{self, Key};
use crate::limits::{KEY_LEAD_MS, Limits};
use crate::shell::OpenError;

const COLLECTION: &str = "keys";
const RING: &str = "ring";
/// Where the only key was before keys were changed.
const FIRST: &str = "signing";

/// All keys, and when the next is due.
pub(crate) struct Keys {
    documents: Arc<dyn Documents>,
    clock: Arc<dyn Clock>,
    /// How long one key signs.
    turn_ms: i64,
    /// How long the longest token lives.
    token_ms: i64,
    ring: RwLock<Vec<Entry>>,
    /// Held while a key is made.
    rotating: tokio::sync::Mutex<()>,
}

/// A key and from when on it signs.
#[derive(Clone)]
struct Entry {
    key: Arc<Key>,
    kept: Kept,
}

/// The same, as kept; oldest first, never empty.
#[derive(Clone, Serialize, Deserialize)]
struct Kept {
    pem: String,
    from_ms: i64,
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeysError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("{0}")]
    Unusable(String),
}

impl From<KeysError> for OpenError {
    fn from(error: KeysError) -> Self {
        match error {
            KeysError::Store(error) => Self::Store(error),
            KeysError::Unusable(text) => Self::Unreadable(text),
        }
    }
}

impl Entry {
    fn read(kept: Kept) -> Result<Self, KeysError> {
        let key = Key::from_pem(&kept.pem).map_err(KeysError::Unusable)?;
        Ok(Self { key: Arc::new(key), kept })
    }
}

impl Keys {
    /// Reads the keys that are kept, or makes the first.
    pub(crate) async fn open(
        documents: Arc<dyn Documents>,
        clock: Arc<dyn Clock>,
        limits: &Limits,
    ) -> Result<Self, KeysError> {
        let kept: Vec<Kept> = match documents.get(COLLECTION, RING).await? {
            Some(body) => serde_json::from_str(&body)
                .map_err(|it| StoreError::Unreadable(format!("the signing keys: {it}")))?,
            None => vec![first(&*documents, clock.now_ms()).await?],
        };
        let longest = [limits.visitor_token_s, limits.agent_token_s, limits.service_token_s];
        let longest = longest.into_iter().fold(limits.webhook_token_s, i64::max);
        let ring = kept.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
        if ring.is_empty() {
            return Err(KeysError::Unusable("the list of signing keys is empty".to_owned()));
        }
        Ok(Self {
            documents,
            clock,
            turn_ms: limits.signing_key_ms,
            token_ms: longest.saturating_mul(1_000),
            ring: RwLock::new(ring),
            rotating: tokio::sync::Mutex::default(),
        })
    }

    fn ring(&self) -> Vec<Entry> {
        self.ring.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Those whose tokens may still be good, and the one that signs next; oldest first.
    fn in_use(&self) -> Vec<Entry> {
        let (ring, now_ms) = (self.ring(), self.clock.now_ms());
        // A key's last token was signed just before its successor began.
        let ends_ms = ring.iter().skip(1).map(|next| next.kept.from_ms + self.token_ms);
        let ends_ms: Vec<i64> = ends_ms.chain([i64::MAX]).collect();
        ring.into_iter().zip(ends_ms).filter(|(_, end)| now_ms < *end).map(|(it, _)| it).collect()
    }

    /// Signs claims with the key whose turn it is. `typ` tells the kinds of tokens apart, so that none
    /// passes for another.
    pub(crate) fn sign<T: Serialize>(
        &self,
        typ: &str,
        has_kid: bool,
        claims: &T,
    ) -> Result<String, String> {
        let (ring, now_ms) = (self.ring(), self.clock.now_ms());
        let its_turn = ring.iter().rfind(|it| it.kept.from_ms <= now_ms).or(ring.first());
        its_turn.ok_or("there is no signing key")?.key.sign(typ, has_kid, claims)
    }

    /// The claims of a token of this kind, if one of the keys in use signed it. Times are for the
    /// caller to judge.
    pub(crate) fn judge<T: DeserializeOwned>(&self, typ: &str, jwt: &str) -> Option<T> {
        self.in_use().iter().rev().find_map(|it| it.key.judge(typ, jwt))
    }

    /// The public halves, for service applications that check webhooks.
    pub(crate) fn jwks(&self) -> Value {
        let keys: Vec<Value> = self.in_use().iter().map(|it| it.key.jwk()).collect();
        json!({ "keys": keys })
    }

    /// [`Self::rotate_when_due`], tried again by the timer when it fails; the present key goes on.
    pub(crate) async fn rotate(&self) {
        if let Err(error) = self.rotate_when_due().await {
            tracing::error!(%error, "the next signing key cannot be made");
        }
    }

    /// Makes the next key when the present one's turn nears its end, and forgets those whose tokens
    /// are over. Nothing changes when it cannot be kept.
    async fn rotate_when_due(&self) -> Result<(), KeysError> {
        if !self.is_due() {
            return Ok(());
        }
        let _one = self.rotating.lock().await;
        if !self.is_due() {
            return Ok(());
        }
        let from_ms = self.clock.now_ms() + KEY_LEAD_MS;
        let next = Entry::read(Kept { pem: generate().await?, from_ms })?;
        let mut ring = self.in_use();
        ring.push(next);
        let kept: Vec<&Kept> = ring.iter().map(|it| &it.kept).collect();
        let body = serde_json::to_string(&kept)
            .map_err(|error| StoreError::Unwritable(error.to_string()))?;
        self.documents.put(COLLECTION, RING, &body).await?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        // A key that is out of use must not lie around.
        self.documents.delete(COLLECTION, FIRST).await?;
        tracing::info!("a new signing key was made; it signs in {} minutes", KEY_LEAD_MS / 60_000);
        Ok(())
    }

    fn is_due(&self) -> bool {
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let newest_ms = ring.last().map_or(i64::MIN, |it| it.kept.from_ms);
        self.clock.now_ms() >= newest_ms.saturating_add(self.turn_ms - KEY_LEAD_MS)
    }
}

async fn first(documents: &dyn Documents, now_ms: i64) -> Result<Kept, KeysError> {
    if documents.get(COLLECTION, FIRST).await?.is_none() {
        documents.put_new(COLLECTION, FIRST, &generate().await?).await?;
    }
    // Whoever was first decided which it is.
    let pem = documents.get(COLLECTION, FIRST).await?.unwrap_or_default();
    let first = Kept { pem, from_ms: now_ms };
    let body = serde_json::to_string(&[&first])
        .map_err(|error| StoreError::Unwritable(error.to_string()))?;
    documents.put(COLLECTION, RING, &body).await?;
    Ok(first)
}

async fn generate() -> Result<String, KeysError> {
    let making = tokio::task::spawn_blocking(keys::generate).await;
    making.map_err(|error| KeysError::Unusable(error.to_string()))?.map_err(KeysError::Unusable)
}
