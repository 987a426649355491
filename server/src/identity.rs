//! Who this installation is: made at the first start, kept with the data.

use serde::{Deserialize, Serialize};
use shared::{Origin, SipUri};
use store::env::Entropy;
use store::{Documents, StoreError};

use crate::settings::Settings;

const COLLECTION: &str = "server";
const KEY: &str = "identity";

/// The desk's endpoint and how it proves itself to the platform.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// The helpdesk's address; its domain is the tenant.
    pub(crate) endpoint: SipUri,
    /// The desk's id at the platform.
    pub(crate) client_id: String,
    /// The desk's secret at the platform.
    pub(crate) client_secret: String,
    /// Whether the data are the demonstration's.
    pub(crate) demo: bool,
}

/// Why the data do not fit what is wanted of them.
#[derive(Debug, thiserror::Error)]
pub(crate) enum IdentityError {
    /// The store refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The sentence says what does not fit and what to do.
    #[error("{0}")]
    Mismatch(String),
}

impl Identity {
    /// What was kept, or a new one that is kept now.
    pub(crate) async fn load(
        documents: &dyn Documents,
        entropy: &dyn Entropy,
        settings: &Settings,
        public_url: &Origin,
    ) -> Result<Self, IdentityError> {
        let kept = documents.get(COLLECTION, KEY).await?;
        let Some(text) = kept else {
            let made = Self {
                endpoint: wanted_endpoint(settings, public_url),
                client_id: entropy.id(),
                client_secret: format!("{}{}", entropy.id(), entropy.id()),
                demo: settings.demo,
            };
            let text = serde_json::to_string(&made).expect("plain strings can be written");
            documents.put(COLLECTION, KEY, &text).await?;
            return Ok(made);
        };
        let kept = Self::read(&text)?;
        kept.fits(settings)?;
        Ok(kept)
    }

    /// Refuses the demonstration's data where no desk is served, whose identity would be checked.
    pub(crate) async fn check_kept(
        documents: &dyn Documents,
        settings: &Settings,
    ) -> Result<(), IdentityError> {
        match documents.get(COLLECTION, KEY).await? {
            Some(text) => Self::read(&text)?.fits(settings),
            None => Ok(()),
        }
    }

    fn read(text: &str) -> Result<Self, IdentityError> {
        let unreadable = |it| {
            StoreError::Unreadable(format!(
                "the server's identity: {it}; restore the newest backup"
            ))
        };
        Ok(serde_json::from_str(text).map_err(unreadable)?)
    }

    fn fits(&self, settings: &Settings) -> Result<(), IdentityError> {
        let data = settings.data.display();
        let mismatch = |text| Err(IdentityError::Mismatch(text));
        if self.demo && !settings.demo {
            return mismatch(format!(
                "{data} holds the demonstration, whose passwords are known to everybody: give \
                 another --data, or start with --demo"
            ));
        }
        if !self.demo && settings.demo {
            return mismatch(format!(
                "{data} holds real conversations, and --demo would add agents with a known \
                 password: give another --data, or leave --demo out"
            ));
        }
        match settings.own_endpoint() {
            Some(wanted) if *wanted != self.endpoint => mismatch(format!(
                "{data} belongs to endpoint {}, not {wanted}: its agents and tokens are of that \
                 address; set `endpoint` back, or give another --data",
                self.endpoint
            )),
            _ => Ok(()),
        }
    }
}

fn wanted_endpoint(settings: &Settings, public_url: &Origin) -> SipUri {
    if settings.demo {
        return crate::demo::endpoint();
    }
    let authority = public_url.as_str().split_once("://").map_or("", |(_, it)| it);
    let host = authority.split(':').next().unwrap_or_default();
    let made = settings
        .own_endpoint()
        .cloned()
        .or_else(|| SipUri::parse(&format!("helpdesk@{host}")).ok());
    // An IPv6 address is no SIP domain.
    made.unwrap_or_else(|| SipUri::parse("helpdesk@localhost").expect("it is well formed"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::MemoryStore;
    use store::env::SeededEntropy;

    async fn load(
        store: &MemoryStore,
        change: impl FnOnce(&mut Settings),
    ) -> Result<Identity, String> {
        let mut settings = Settings::load(crate::ServeFlags::default()).unwrap();
        change(&mut settings);
        let origin = Origin::parse("https://chat.example:444").unwrap();
        let loaded = Identity::load(store, &SeededEntropy::new(1), &settings, &origin).await;
        loaded.map_err(|it| it.to_string())
    }

    #[tokio::test]
    async fn it_is_made_once_and_kept() {
        let store = MemoryStore::new();
        let first = load(&store, |_| {}).await.unwrap();
        assert_eq!(first.endpoint.as_str(), "sip:helpdesk@chat.example");
        assert_eq!(first.client_secret.len(), 32);
        let second = load(&store, |_| {}).await.unwrap();
        assert_eq!(second.client_secret, first.client_secret);
        let endpoint = SipUri::parse("help@other.example").unwrap();
        let text = load(&store, |it| it.endpoint = Some(endpoint)).await.err().unwrap();
        assert!(text.contains("belongs to endpoint sip:helpdesk@chat.example"), "{text}");
    }

    #[tokio::test]
    async fn demonstration_and_real_data_are_never_mixed() {
        let real = MemoryStore::new();
        load(&real, |_| {}).await.unwrap();
        let text = load(&real, |it| it.demo = true).await.err().unwrap();
        assert!(text.contains("leave --demo out"), "{text}");
        let demo = MemoryStore::new();
        let made = load(&demo, |it| it.demo = true).await.unwrap();
        assert_eq!(made.endpoint.as_str(), "sip:helpdesk@demo.example");
        let text = load(&demo, |_| {}).await.err().unwrap();
        assert!(text.contains("start with --demo"), "{text}");
    }
}
