//! Visitors' tickets: the desk's own word on which visitor a browser is. Nothing is kept of them but
//! the key that signs them.

use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use shared::visitor_desk::Ticket;
use store::env::Entropy;
use store::{Documents, StoreError};

use crate::limits::{TICKET_BYTES_MAX, TICKET_MS};

const COLLECTION: &str = "desk.tickets";
const KEY: &str = "key";
/// As many as SHA-256 has (RFC 2104, 3).
const KEY_BYTES: usize = 32;

/// Makes tickets and reads them.
pub(crate) struct Tickets {
    key: hmac::Key,
}

/// What a ticket says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Bearer {
    /// Whose visitor.
    pub(crate) site: String,
    /// Which.
    #[serde(rename = "visitor")]
    pub(crate) visitor_id: String,
    /// Until when, in Unix milliseconds.
    expires_ms: i64,
}

/// Why a ticket is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadTicket {
    /// Nothing was handed in.
    #[error("This needs a visitor's ticket")]
    Absent,
    /// The signature is not this desk's, or there is none.
    #[error("This ticket is not one of this desk")]
    Forged,
    /// It was good until some time ago.
    #[error("This ticket's time is over")]
    Expired,
    /// It is good elsewhere.
    #[error("This ticket is for another site")]
    OtherSite,
}

impl Tickets {
    /// Reads the key, or makes it where there is none yet.
    ///
    /// # Errors
    /// When the key cannot be kept or cannot be read.
    pub(crate) async fn open(
        documents: &dyn Documents,
        entropy: &dyn Entropy,
    ) -> Result<Self, StoreError> {
        let mut bytes = [0_u8; KEY_BYTES];
        entropy.fill(&mut bytes);
        let fresh = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        // Whoever was first decided what the key is.
        documents.put_new(COLLECTION, KEY, &fresh).await?;
        let kept = documents.get(COLLECTION, KEY).await?;
        let kept = kept.and_then(|it| BASE64_URL_SAFE_NO_PAD.decode(it).ok());
        let kept = kept.filter(|it| it.len() == KEY_BYTES);
        let kept = kept.ok_or_else(|| {
            StoreError::Unreadable(format!("{COLLECTION}/{KEY} is not {KEY_BYTES} bytes"))
        })?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &kept) })
    }

    /// A ticket for a visitor of a site, good from now on.
    pub(crate) fn make(&self, site: &str, visitor_id: &str, now_ms: i64) -> Ticket {
        let expires_ms = now_ms.saturating_add(TICKET_MS);
        let bearer =
            Bearer { site: site.to_owned(), visitor_id: visitor_id.to_owned(), expires_ms };
        // Two texts and a number; it always has a JSON form.
        let json = serde_json::to_string(&bearer).unwrap_or_default();
        let body = BASE64_URL_SAFE_NO_PAD.encode(json);
        let tag = hmac::sign(&self.key, body.as_bytes());
        let ticket = format!("{body}.{}", BASE64_URL_SAFE_NO_PAD.encode(tag));
        Ticket { ticket, expires_ms }
    }

    /// Whose a ticket is.
    ///
    /// # Errors
    /// [`BadTicket`]; nothing it says is to be believed then.
    pub(crate) fn read(&self, ticket: &str, now_ms: i64) -> Result<Bearer, BadTicket> {
        if ticket.len() > TICKET_BYTES_MAX {
            return Err(BadTicket::Forged);
        }
        let signed = || {
            let (body, tag) = ticket.split_once('.')?;
            let tag = BASE64_URL_SAFE_NO_PAD.decode(tag).ok()?;
            hmac::verify(&self.key, body.as_bytes(), &tag).ok()?;
            let json = BASE64_URL_SAFE_NO_PAD.decode(body).ok()?;
            serde_json::from_slice::<Bearer>(&json).ok()
        };
        let bearer = signed().ok_or(BadTicket::Forged)?;
        if bearer.expires_ms <= now_ms { Err(BadTicket::Expired) } else { Ok(bearer) }
    }

    /// The visitor of this site that a ticket names.
    ///
    /// # Errors
    /// [`BadTicket`], also where the ticket is good for another site.
    pub(crate) fn of_site(
        &self,
        ticket: &str,
        site: &str,
        now_ms: i64,
    ) -> Result<String, BadTicket> {
        let bearer = self.read(ticket, now_ms)?;
        if bearer.site == site { Ok(bearer.visitor_id) } else { Err(BadTicket::OtherSite) }
    }

    /// Whose a conversation is: nobody's without a good ticket of its site, and it goes on all the same.
    pub(crate) fn bearer(&self, ticket: Option<&str>, site: &str, now_ms: i64) -> Option<String> {
        let found = self.of_site(ticket?, site, now_ms);
        found.inspect_err(|why| tracing::warn!("a conversation is bound to no visitor: {why}")).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use store::MemoryStore;
    use store::env::SeededEntropy;

    use super::*;

    const NOW_MS: i64 = 1_900_000_000_000;

    async fn tickets(store: &Arc<MemoryStore>, seed: u64) -> Tickets {
        Tickets::open(&**store, &SeededEntropy::new(seed)).await.unwrap()
    }

    #[tokio::test]
    async fn a_ticket_names_its_visitor_over_a_restart_until_its_time_is_over() {
        let store = MemoryStore::new();
        let made = tickets(&store, 1).await.make("shop", "vera", NOW_MS);
        let later = tickets(&store, 2).await;
        assert_eq!(made.expires_ms, NOW_MS + TICKET_MS);
        let found = later.of_site(&made.ticket, "shop", made.expires_ms - 1);
        assert_eq!(found, Ok("vera".to_owned()));
        let over = later.read(&made.ticket, made.expires_ms);
        assert_eq!(over, Err(BadTicket::Expired));
        assert_eq!(later.of_site(&made.ticket, "blog", NOW_MS), Err(BadTicket::OtherSite));
    }

    #[tokio::test]
    async fn a_ticket_that_the_desk_did_not_sign_is_forged() {
        let desk = tickets(&MemoryStore::new(), 1).await;
        let of_others = tickets(&MemoryStore::new(), 2).await.make("shop", "vera", NOW_MS).ticket;
        let ours = desk.make("shop", "vera", NOW_MS).ticket;
        let (body, tag) = ours.split_once('.').unwrap();
        let other_body = BASE64_URL_SAFE_NO_PAD
            .encode(r#"{"site":"shop","visitor":"walt","expires_ms":9000000000000}"#);
        let long = format!("{body}.{tag}{}", "A".repeat(TICKET_BYTES_MAX));
        for forged in [
            of_others,
            format!("{other_body}.{tag}"),
            format!("{body}."),
            body.to_owned(),
            format!("{body}.{}", &tag[..tag.len() - 2]),
            String::new(),
            ".".to_owned(),
            long,
        ] {
            assert_eq!(desk.read(&forged, NOW_MS), Err(BadTicket::Forged), "{forged}");
        }
    }
}
