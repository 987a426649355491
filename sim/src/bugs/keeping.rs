//! Bugs of keeping: a log that answers too early, loses, forgets.

use std::sync::Arc;

use serde_json::Value;
use store::{BoxFuture, Log, NewRecord, Record, StoreError};
use tokio_util::task::TaskTracker;

use super::Bug;

/// Whether a bug is one of keeping.
pub(super) const fn concerns(bug: Bug) -> bool {
    matches!(
        bug,
        Bug::AckBeforeDurable
            | Bug::TellBeforeKeep
            | Bug::LosesTail
            | Bug::ForgetsPackages
            | Bug::ForgetsOperations
    )
}

/// A log with a bug.
pub(super) struct BuggedLog {
    pub(super) bug: Bug,
    pub(super) log: Arc<dyn Log>,
    pub(super) tasks: TaskTracker,
}

impl Log for BuggedLog {
    fn submit(&self, mut records: Vec<NewRecord>) -> BoxFuture<'static, Result<(), StoreError>> {
        match self.bug {
            Bug::AckBeforeDurable | Bug::TellBeforeKeep => {
                let kept = self.log.submit(records);
                self.tasks.spawn(async move {
                    // Nobody hears of it: that is the bug.
                    let _ = kept.await;
                });
                Box::pin(std::future::ready(Ok(())))
            }
            Bug::LosesTail if records.len() > 1 => {
                records.pop();
                self.log.submit(records)
            }
            _ => self.log.submit(records),
        }
    }

    fn replay(&self) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        Box::pin(async {
            let mut records = self.log.replay().await?;
            match self.bug {
                Bug::ForgetsPackages => {
                    records.retain(|it| !it.body.starts_with("{\"Event\""));
                }
                Bug::ForgetsOperations => records.iter_mut().for_each(forget_operation),
                _ => {}
            }
            Ok(records)
        })
    }

    fn history(&self, scope: &str) -> BoxFuture<'_, Result<Vec<Record>, StoreError>> {
        self.log.history(scope)
    }
}

/// Takes the operation out of a message's record.
fn forget_operation(record: &mut Record) {
    let Ok(mut value) = serde_json::from_str::<Value>(&record.body) else { return };
    if let Some(message) = value.get_mut("Message") {
        message["operation"] = Value::Null;
        record.body = value.to_string();
    }
}
