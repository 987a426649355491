//! Users and endpoints, as documents; passwords and secrets as argon2 hashes only.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use serde::{Deserialize, Serialize};
use shared::{Dialect, SipUri};
use store::env::Entropy;
use store::{Documents, StoreError};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::task::JoinError;

use crate::assertion::{Certificate, Wanted};
use crate::core::EndpointInfo;
use crate::limits::{Limits, NAME_CHARS_MAX, SIGN_IN_NAMES_MAX};
use crate::renewals::digest_of;
use crate::{Endpoint, Proof};

const USERS: &str = "users";
const ENDPOINTS: &str = "endpoints";

/// Why an account could not be made or looked up.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// There is one already.
    #[error("there is already a user {0}: choose another address")]
    Taken(SipUri),
    /// It cannot be like this; the text says what to change.
    #[error("{0}")]
    Unfit(String),
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A user, as kept.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) display_name: String,
    password: String,
}

impl User {
    /// Another one after each change of the password, and after nothing else.
    pub(crate) fn password_digest(&self) -> String {
        digest_of(&self.password)
    }
}

/// An endpoint, as kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct EndpointAccount {
    pub(crate) uri: SipUri,
    pub(crate) client_id: String,
    /// The hash of the secret; empty where a certificate proves the client.
    secret: String,
    /// The certificate in PEM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    certificate: Option<String>,
    pub(crate) callback_url: String,
    pub(crate) audience: String,
    display_name: String,
    /// `service` or `saas`.
    dialect: String,
}

impl EndpointAccount {
    pub(crate) fn info(&self) -> EndpointInfo {
        EndpointInfo {
            uri: self.uri.clone(),
            display_name: self.display_name.clone(),
            callback_url: self.callback_url.clone(),
            dialect: if self.dialect == "saas" { Dialect::Saas } else { Dialect::Service },
        }
    }
}

/// Failed sign-ins of one name.
#[derive(Clone, Copy, Debug)]
struct Failures {
    since_ms: i64,
    count: u32,
}

/// All accounts. Endpoints are held in memory too: every webhook needs one.
pub(crate) struct Accounts {
    documents: Arc<dyn Documents>,
    entropy: Arc<dyn Entropy>,
    endpoints: Mutex<BTreeMap<SipUri, EndpointAccount>>,
    failures: Mutex<BTreeMap<String, Failures>>,
}

fn lock<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Each change under these locks is one call; a panic elsewhere left nothing half-made.
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Accounts {
    pub(crate) async fn open(
        documents: Arc<dyn Documents>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, StoreError> {
        let mut endpoints = BTreeMap::new();
        for (key, body) in documents.list(ENDPOINTS).await? {
            let account: EndpointAccount = read(&key, &body)?;
            endpoints.insert(account.uri.clone(), account);
        }
        let failures = Mutex::default();
        Ok(Self { documents, entropy, endpoints: Mutex::new(endpoints), failures })
    }

    pub(crate) fn endpoints(&self) -> Vec<EndpointAccount> {
        lock(&self.endpoints).values().cloned().collect()
    }

    pub(crate) fn endpoint(&self, uri: &SipUri) -> Option<EndpointAccount> {
        lock(&self.endpoints).get(uri).cloned()
    }

    pub(crate) async fn user(&self, uri: &SipUri) -> Result<Option<User>, StoreError> {
        let found = self.documents.get(USERS, uri.as_str()).await?;
        found.map(|body| read(uri.as_str(), &body)).transpose()
    }

    /// Makes a user, or changes the name and the password of one.
    pub(crate) async fn put_user(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        let known = self.user(uri).await?;
        let known = match known {
            Some(it) if self.verify(password, &it.password).await => Some(it),
            _ => None,
        };
        let user = match known {
            Some(it) if it.display_name == display_name.trim() => return Ok(()),
            // The same hash: who is signed in by this password stays so.
            Some(it) => User { display_name: name_of(display_name)?, ..it },
            None => self.user_of(display_name, password).await?,
        };
        Ok(self.documents.put(USERS, uri.as_str(), &write(&user)).await?)
    }

    pub(crate) async fn create_user(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> Result<(), AccountError> {
        let user = self.user_of(display_name, password).await?;
        if self.documents.put_new(USERS, uri.as_str(), &write(&user)).await? {
            Ok(())
        } else {
            Err(AccountError::Taken(uri.clone()))
        }
    }

    async fn user_of(&self, display_name: &str, password: &str) -> Result<User, AccountError> {
        let display_name = name_of(display_name)?;
        if password.is_empty() || password.len() > NAME_CHARS_MAX {
            let text = format!("a password has 1 to {NAME_CHARS_MAX} bytes");
            return Err(AccountError::Unfit(text));
        }
        let password = self.hash(password).await?;
        Ok(User { display_name, password })
    }

    /// Keeps an endpoint; the same one again writes nothing.
    pub(crate) async fn register(&self, it: Endpoint) -> Result<EndpointInfo, AccountError> {
        if it.client_id.is_empty() {
            return Err(AccountError::Unfit("an endpoint needs a client id".to_owned()));
        }
        let known = self.endpoint(&it.uri);
        let (secret, certificate) = match it.proof {
            Proof::Secret(secret) if secret.is_empty() => {
                return Err(AccountError::Unfit("a client secret cannot be empty".to_owned()));
            }
            Proof::Secret(secret) => {
                let hash = match known.as_ref().map(|known| known.secret.clone()) {
                    Some(hash) if self.verify(&secret, &hash).await => hash,
                    _ => self.hash(&secret).await?,
                };
                (hash, None)
            }
            Proof::Certificate(pem) => {
                Certificate::read(&pem).map_err(AccountError::Unfit)?;
                (String::new(), Some(pem))
            }
        };
        let dialect = if it.dialect == Dialect::Saas { "saas" } else { "service" };
        let account = EndpointAccount {
            uri: it.uri,
            client_id: it.client_id,
            secret,
            certificate,
            callback_url: it.callback_url,
            audience: it.audience,
            display_name: it.display_name,
            dialect: dialect.to_owned(),
        };
        if known.as_ref() != Some(&account) {
            self.documents.put(ENDPOINTS, account.uri.as_str(), &write(&account)).await?;
            lock(&self.endpoints).insert(account.uri.clone(), account.clone());
        }
        Ok(account.info())
    }

    /// The user behind a name and a password, and the password's digest. Takes as long for unknown names
    /// as for known ones.
    pub(crate) async fn sign_in(
        &self,
        name: &str,
        password: &str,
    ) -> Result<Option<(SipUri, String)>, StoreError> {
        let uri = SipUri::parse(name).ok();
        let user = match &uri {
            Some(uri) => self.user(uri).await?,
            None => None,
        };
        let hash = user.as_ref().map_or("", |it| it.password.as_str());
        let is_right = self.verify(password, hash).await;
        let digest = user.as_ref().map(User::password_digest);
        Ok(uri.zip(digest).filter(|_| is_right))
    }

    /// Whether this is the secret of that service application.
    pub(crate) async fn is_client(&self, client_id: &str, secret: &str) -> bool {
        let of_client = self.endpoints().into_iter().find(|it| it.client_id == client_id);
        let hash = of_client.map_or_else(String::new, |it| it.secret);
        self.verify(secret, &hash).await
    }

    /// Whether an assertion was signed with a certificate of that service application.
    pub(crate) fn is_asserted(&self, client_id: &str, wanted: &Wanted<'_>, jwt: &str) -> bool {
        let of_client = self.endpoints().into_iter().filter(|it| it.client_id == client_id);
        let certificates = of_client.filter_map(|it| Certificate::read(&it.certificate?).ok());
        certificates.into_iter().any(|it| it.vouches(jwt, wanted))
    }

    async fn hash(&self, secret: &str) -> Result<String, AccountError> {
        let mut salt = [0_u8; 16];
        self.entropy.fill(&mut salt);
        let secret = secret.to_owned();
        let hashing = aside(move || {
            let hash = Argon2::default().hash_password_with_salt(secret.as_bytes(), &salt);
            hash.map(|hash| hash.to_string()).map_err(|error| error.to_string())
        });
        let hash = hashing.await.map_err(|error| AccountError::Unfit(error.to_string()))?;
        hash.map_err(AccountError::Unfit)
    }

    /// Whether a secret has this hash; works as long when there is none to compare with.
    async fn verify(&self, secret: &str, hash: &str) -> bool {
        let (secret, hash) = (secret.to_owned(), hash.to_owned());
        let verifying = aside(move || {
            if let Ok(hash) = PasswordHash::new(&hash) {
                return Argon2::default().verify_password(secret.as_bytes(), &hash).is_ok();
            }
            // The answer is no; the work hides that the name is unknown.
            let _ = Argon2::default().hash_password_with_salt(secret.as_bytes(), &[0; 16]);
            false
        });
        verifying.await.unwrap_or(false)
    }

    /// Whether a name may try again to sign in.
    pub(crate) fn may_try(&self, name: &str, now_ms: i64, limits: &Limits) -> bool {
        let failures = lock(&self.failures);
        failures.get(&name.to_lowercase()).is_none_or(|it| {
            it.count < limits.sign_in_failures_max
                || now_ms - it.since_ms >= limits.sign_in_window_ms
        })
    }

    /// Counts a sign-in that failed.
    pub(crate) fn note_failure(&self, name: &str, now_ms: i64, limits: &Limits) {
        let mut failures = lock(&self.failures);
        if failures.len() >= SIGN_IN_NAMES_MAX {
            failures.retain(|_, it| now_ms - it.since_ms < limits.sign_in_window_ms);
        }
        if failures.len() >= SIGN_IN_NAMES_MAX {
            failures.pop_first();
        }
        let it =
            failures.entry(name.to_lowercase()).or_insert(Failures { since_ms: now_ms, count: 0 });
        if now_ms - it.since_ms >= limits.sign_in_window_ms {
            *it = Failures { since_ms: now_ms, count: 0 };
        }
        it.count += 1;
    }
}

/// A display name as it is kept.
fn name_of(text: &str) -> Result<String, AccountError> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > NAME_CHARS_MAX {
        let text = format!("a display name has 1 to {NAME_CHARS_MAX} characters");
        return Err(AccountError::Unfit(text));
    }
    Ok(name.to_owned())
}

/// Does slow work where it keeps nobody waiting. A runtime of one thread, as the simulator's, does it in
/// place: there a second thread would make the order of things a matter of luck.
async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, JoinError> {
    if Handle::current().runtime_flavor() == RuntimeFlavor::CurrentThread {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await
}

fn write<T: Serialize>(it: &T) -> String {
    serde_json::to_string(it).expect("our own types have string keys only, so they serialise")
}

fn read<T: for<'a> Deserialize<'a>>(key: &str, body: &str) -> Result<T, StoreError> {
    let unreadable = |error| StoreError::Unreadable(format!("the account {key}: {error}"));
    serde_json::from_str(body).map_err(unreadable)
}
