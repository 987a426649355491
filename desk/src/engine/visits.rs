//! Which conversations a visitor had: one short scope of the log for each visitor, written together with
//! the beginning of a conversation. It is never open, so that no start reads it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use shared::desk::Rating;
use shared::visitor_desk::PastConversation;
use store::{NewRecord, StoreError};

use super::Engine;
use crate::flow::{Change, Context, Flow, Input, Refusal};
use crate::limits::PAST_LEN_MAX;

/// What the scope of a visitor begins with.
const VISITOR_SCOPE: &str = "visitor/";

/// A record of a visitor's scope.
#[derive(Serialize, Deserialize)]
struct Visit {
    /// The desk's id of the conversation.
    conversation: String,
}

/// The record, and beside the one that begins a visitor's conversation also the one that finds it again.
pub(super) fn with_visit(record: NewRecord, flow: &Flow, changes: &[Change]) -> Vec<NewRecord> {
    let begins = changes.iter().any(|it| matches!(it, Change::Opened(_)));
    let visit = flow.visitor().filter(|_| begins).map(|visitor| {
        let visit = Visit { conversation: flow.id().to_owned() };
        NewRecord {
            scope: format!("{VISITOR_SCOPE}{visitor}"),
            // One text; it always has a JSON form.
            body: serde_json::to_string(&visit).unwrap_or_default(),
            closes: true,
        }
    });
    [record].into_iter().chain(visit).collect()
}

impl Engine {
    /// The newest conversations of a visitor, newest first. Those that were erased are not there.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn visits(
        &self,
        site: &str,
        visitor_id: &str,
    ) -> Result<Vec<PastConversation>, StoreError> {
        let scope = format!("{VISITOR_SCOPE}{visitor_id}");
        let mut found = Vec::new();
        for record in self.log.history(&scope).await?.iter().rev().take(PAST_LEN_MAX) {
            let visit: Visit = serde_json::from_str(&record.body)
                .map_err(|it| StoreError::Unreadable(format!("{scope}: {it}")))?;
            found.extend(
                self.visit(site, visitor_id, &visit.conversation).await?.map(|it| it.past()),
            );
        }
        Ok(found)
    }

    /// A conversation, if it is this visitor's (invariant 6).
    ///
    /// # Errors
    /// When the log cannot be read.
    pub(crate) async fn visit(
        &self,
        site: &str,
        visitor_id: &str,
        id: &str,
    ) -> Result<Option<Flow>, StoreError> {
        Ok(self.flow(id).await?.filter(|it| it.is_of(site, visitor_id)))
    }

    /// A visitor rates one of its conversations, over or not. `None` when it has none of this id.
    ///
    /// # Errors
    /// When it cannot be kept; nothing has changed then.
    pub(crate) async fn rate(
        self: &Arc<Self>,
        site: &str,
        visitor_id: &str,
        id: &str,
        rating: Rating,
    ) -> Result<Option<Option<Refusal>>, StoreError> {
        let Some(mut past) = self.visit(site, visitor_id, id).await? else { return Ok(None) };
        let input = Input::Rated(rating);
        if let Some(live) = self.book.get(id) {
            return self.feed(&live, vec![input]).await.map(Some);
        }
        let now_ms = self.clock.now_ms();
        let outcome = past.handle(Context { now_ms, agents: &[] }, [input]);
        self.keep(&past, &outcome.changes).await?;
        if self.book.publish(&past, now_ms) {
            self.tell_consoles();
        }
        Ok(Some(outcome.refusal))
    }
}
