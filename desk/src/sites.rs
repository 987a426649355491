//! The sites whose visitors the desk serves.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use shared::Origin;
use store::{Documents, StoreError};

use crate::Site;

const COLLECTION: &str = "desk.sites";

/// All sites, by id.
pub(crate) struct Sites {
    documents: Arc<dyn Documents>,
    known: RwLock<BTreeMap<String, Site>>,
}

impl Sites {
    /// Reads what is kept.
    ///
    /// # Errors
    /// When the documents cannot be read, or one of them is not a site.
    pub(crate) async fn open(documents: Arc<dyn Documents>) -> Result<Self, StoreError> {
        let mut known = BTreeMap::new();
        for (key, body) in documents.list(COLLECTION).await? {
            let site = serde_json::from_str(&body)
                .map_err(|it| StoreError::Unreadable(format!("site {key}: {it}")))?;
            known.insert(key, site);
        }
        Ok(Self { documents, known: RwLock::new(known) })
    }

    /// Adds a site or replaces the one of its id.
    ///
    /// # Errors
    /// When it cannot be kept; nothing changes then.
    pub(crate) async fn put(&self, site: Site) -> Result<(), StoreError> {
        // A site is strings and lists of strings; it always has a JSON form.
        let body = serde_json::to_string(&site).unwrap_or_default();
        self.documents.put(COLLECTION, &site.id, &body).await?;
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.insert(site.id.clone(), site);
        Ok(())
    }

    /// Removes a site; what is not there stays away.
    ///
    /// # Errors
    /// When that cannot be kept; nothing changes then.
    pub(crate) async fn remove(&self, id: &str) -> Result<(), StoreError> {
        self.documents.delete(COLLECTION, id).await?;
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(id);
        Ok(())
    }

    /// The ids of all sites.
    pub(crate) fn ids(&self) -> Vec<String> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect()
    }

    /// The site of an id.
    pub(crate) fn get(&self, id: &str) -> Option<Site> {
        self.known.read().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// The site of an id, or the first one where none is named.
    pub(crate) fn get_or_first(&self, id: Option<&str>) -> Option<Site> {
        if let Some(id) = id.filter(|it| !it.is_empty()) {
            return self.get(id);
        }
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().next().cloned()
    }

    /// Whether any site lists this origin.
    pub(crate) fn any_lists(&self, origin: &Origin) -> bool {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.values().any(|it| it.origins.contains(origin))
    }
}
