//! Ending what goes on of a visitor, so that it can be erased. What there is of one is found by
//! [`crate::Trace`].

use store::StoreError;

use crate::Platform;
use crate::core::{Command, Footprint};
use crate::refusal::Refusal;

impl Platform {
    /// Ends what still goes on of a footprint, and tells all who take part, as if the visitor had
    /// left. Afterwards nothing of it is in the machine, so that it can be erased from the log.
    ///
    /// # Errors
    /// When it could not be kept.
    pub async fn end(&self, footprint: &Footprint) -> Result<(), StoreError> {
        let apps = footprint.applications.iter().cloned();
        let mut commands: Vec<Command> =
            apps.map(|app| Command::DeleteApplication { app }).collect();
        let owner = |id: &String| {
            let state = self.shell.lock();
            state.core.owner_of(id).map(|owner| (owner, id.clone()))
        };
        let open = footprint.conversations.iter().filter_map(owner);
        commands.extend(
            open.map(|(owner, conversation)| Command::DeleteConversation { owner, conversation }),
        );
        for command in commands {
            // What is refused otherwise was over: the command before it ended it.
            if let Err(Refusal::Unavailable) = self.shell.decide(command).await {
                return Err(StoreError::Unwritable(
                    "the platform keeps nothing at the moment; see the server's log".to_owned(),
                ));
            }
        }
        Ok(())
    }
}
