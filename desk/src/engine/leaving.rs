//! Keeps the messages that visitors leave, and that they are done.

use shared::SipUri;
use shared::desk::MessageLeft;
use store::StoreError;

use super::Engine;
use crate::left::{self, Change};

impl Engine {
    /// Keeps a message; says no when too many are not done yet.
    ///
    /// # Errors
    /// When it cannot be kept; nobody will read it then.
    pub(crate) async fn leave(
        &self,
        visitor_id: String,
        message: MessageLeft,
    ) -> Result<bool, StoreError> {
        if !self.left.has_room() {
            return Ok(false);
        }
        let id = message.id.clone();
        self.keep_left(&id, Change::Left(visitor_id, message)).await?;
        tracing::info!(message.id = id, "a visitor left message {id}");
        Ok(true)
    }

    /// An agent has seen to a message; says no when there is none of this id.
    ///
    /// # Errors
    /// When it cannot be kept; it stays as it is then.
    pub(crate) async fn left_done(&self, id: &str, agent: SipUri) -> Result<bool, StoreError> {
        if !self.left.is_open(id) {
            return Ok(false);
        }
        self.keep_left(id, Change::Done(agent, self.clock.now_ms())).await?;
        Ok(true)
    }

    async fn keep_left(&self, id: &str, change: Change) -> Result<(), StoreError> {
        self.submit(vec![left::record(id, &change)]).await?;
        self.left.apply(id, change);
        self.tell_consoles();
        Ok(())
    }
}
