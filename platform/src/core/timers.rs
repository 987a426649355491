//! What happens by itself: a line of times, checked when they come.
//!
//! A timer is only a reminder to look; whether something is due is decided by the state then. So
//! nothing has to be taken back when an invitation is answered or a poll arrives.

use shared::ErrorBody;
use shared::states::InvitationState;

use super::Core;

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Timer {
    /// An application nobody polls.
    Idle(String),
    /// An application whose user reports nothing.
    Activity(String),
    /// An invitation nobody answers.
    Invitation(String),
    /// A meeting that lasts too long.
    Meeting(String),
    /// Messages that were acknowledged since the last look.
    Arrivals,
    /// Somebody, by URI, who types in a conversation.
    Typing(String, String),
    /// An expired application to be forgotten.
    Tombstone(String),
}

impl Core {
    pub(super) fn run_timers(&mut self) {
        while self.timers.first().is_some_and(|(at_ms, _)| *at_ms <= self.now_ms) {
            let Some((_, timer)) = self.timers.pop_first() else { return };
            match timer {
                Timer::Idle(app) => self.check_idle(&app),
                Timer::Activity(app) => self.check_activity(&app),
                Timer::Invitation(id) => self.check_invitation(&id),
                Timer::Meeting(id) => {
                    let reason = ErrorBody::new("LocalFailure", "Expired", "The meeting is over.");
                    self.end_meeting(&id, Some(&reason));
                }
                Timer::Arrivals => self.tell_arrivals(),
                Timer::Typing(conversation, uri) => self.check_typing(&conversation, &uri),
                Timer::Tombstone(app) => {
                    self.expired.remove(&app);
                }
            }
        }
    }

    fn check_invitation(&mut self, id: &str) {
        let Some(invitation) = self.invitations.get(id) else { return };
        if invitation.is_open() && invitation.fails_at_ms.is_some_and(|at| at <= self.now_ms) {
            let reason = ErrorBody::new("LocalFailure", "Timeout", "Nobody answered.");
            self.fail_invitation(id, InvitationState::Failed, &reason);
        }
    }
}
