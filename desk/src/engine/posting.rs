//! Sends the letters that wait, one after the other.

use std::sync::Arc;
use std::time::Duration;

use store::StoreError;

use super::Engine;
use crate::letters::{self, About, Next, Waiting};
use crate::limits::STORE_RETRY_MS;
use crate::{Letter, Post};

impl Engine {
    /// Sends what is due until the desk stops. What is on its way then is sent again at the next start.
    pub(super) async fn post_until_stopped(self: &Arc<Self>, post: &Arc<dyn Post>) {
        loop {
            let first = self.letters.first();
            let wait_ms = first.as_ref().map(|it| (it.2 - self.clock.now_ms()).max(0));
            let pause = wait_ms.map(|it| Duration::from_millis(it.unsigned_abs()));
            tokio::select! {
                biased;
                () = self.stop.cancelled() => return,
                () = self.letters.came.notified() => continue,
                () = tokio::time::sleep(pause.unwrap_or(Duration::MAX)) => {}
            }
            let Some((id, letter, due_ms)) = first else { continue };
            if due_ms > self.clock.now_ms() {
                continue;
            }
            if let Err(error) = self.post(post, &id, letter).await {
                tracing::error!(letter.id = id, "letter {id} waits: {error}");
                tokio::select! {
                    () = self.stop.cancelled() => return,
                    () = tokio::time::sleep(Duration::from_millis(STORE_RETRY_MS.unsigned_abs())) => {}
                }
            }
        }
    }

    async fn post(
        &self,
        post: &Arc<dyn Post>,
        id: &str,
        waiting: Waiting,
    ) -> Result<(), StoreError> {
        let Some(letter) = self.letter(id, &waiting.about).await? else {
            tracing::info!(letter.id = id, "letter {id} is not sent: what it was about is gone");
            return self.letters.done(id).await;
        };
        let sent = tokio::select! {
            biased;
            // Nobody knows how far it came; the next start sends it.
            () = self.stop.cancelled() => return Ok(()),
            sent = post.send(letter) => sent,
        };
        let Err(why) = sent else {
            tracing::info!(letter.id = id, "letter {id} was sent");
            return self.letters.done(id).await;
        };
        match self.letters.failed(id, waiting, &why, self.clock.now_ms()).await? {
            Next::At(_) => tracing::warn!(letter.id = id, "letter {id} is tried again: {why}"),
            Next::Never => tracing::error!(letter.id = id, "letter {id} is given up: {why}"),
        }
        Ok(())
    }

    /// The letter as it is sent; `None` when there is nothing to write about any more.
    async fn letter(&self, id: &str, about: &About) -> Result<Option<Letter>, StoreError> {
        let About::Transcript { conversation, to, language } = about;
        let Some(flow) = self.flow(conversation).await? else { return Ok(None) };
        let said = flow.visitor_transcript();
        let site = self.sites.get(&flow.view().site);
        Ok(site.map(|it| letters::transcript((id, to), &it, &said, language.as_deref())))
    }
}
