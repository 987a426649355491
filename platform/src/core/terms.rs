//! What a meeting is made with, and what follows from it: who comes in at once, who leads
//! (`protocol.md` §2A.2).

use serde::{Deserialize, Serialize};
use shared::SipUri;
use shared::states::{AccessLevel, AutomaticLeaderAssignment, EntryExitAnnouncement, Switch};

/// The terms of a meeting.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Terms {
    pub(crate) subject: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) access_level: AccessLevel,
    pub(crate) leaders: Vec<SipUri>,
    pub(crate) attendees: Vec<SipUri>,
    pub(crate) automatic_leaders: AutomaticLeaderAssignment,
    pub(crate) announcement: EntryExitAnnouncement,
    pub(crate) phone_users: Switch,
    pub(crate) lobby_bypass_for_phone_users: Switch,
}

impl Default for Terms {
    fn default() -> Self {
        Self {
            subject: None,
            description: None,
            access_level: AccessLevel::Everyone,
            leaders: Vec::new(),
            attendees: Vec::new(),
            automatic_leaders: AutomaticLeaderAssignment::Disabled,
            announcement: EntryExitAnnouncement::Disabled,
            phone_users: Switch::Disabled,
            lobby_bypass_for_phone_users: Switch::Disabled,
        }
    }
}

/// Somebody who wants to join, as far as the terms tell people apart.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Guest<'a> {
    /// Whose meeting it is.
    Organizer,
    /// A user of the organizer's tenant; others do not get as far as here.
    User(&'a SipUri),
    /// A visitor.
    Visitor,
}

impl Terms {
    /// Whether somebody lets others in and puts them out.
    pub(crate) fn is_led_by(&self, guest: Guest<'_>) -> bool {
        match guest {
            Guest::Organizer => true,
            Guest::User(user) => {
                self.automatic_leaders != AutomaticLeaderAssignment::Disabled
                    || self.leaders.contains(user)
            }
            Guest::Visitor => self.automatic_leaders == AutomaticLeaderAssignment::Everyone,
        }
    }

    /// Whether somebody comes in without waiting in the lobby.
    pub(crate) fn lets_in(&self, guest: Guest<'_>) -> bool {
        self.is_led_by(guest)
            || match (self.access_level, guest) {
                (AccessLevel::Everyone, _) | (AccessLevel::SameEnterprise, Guest::User(_)) => true,
                (AccessLevel::Invited, Guest::User(user)) => self.attendees.contains(user),
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_in_at_once_follows_from_the_access_level() {
        let (named, leader, other) =
            ["sip:named@t.example", "sip:leader@t.example", "sip:other@t.example"]
                .map(|it| SipUri::parse(it).unwrap())
                .into();
        let guests = [
            Guest::Organizer,
            Guest::User(&leader),
            Guest::User(&named),
            Guest::User(&other),
            Guest::Visitor,
        ];
        for (access_level, wanted) in [
            (AccessLevel::Everyone, [true, true, true, true, true]),
            (AccessLevel::SameEnterprise, [true, true, true, true, false]),
            (AccessLevel::Invited, [true, true, true, false, false]),
            (AccessLevel::Locked, [true, true, false, false, false]),
            (AccessLevel::None, [true, true, false, false, false]),
        ] {
            let leaders = vec![leader.clone()];
            let attendees = vec![named.clone()];
            let terms = Terms { access_level, leaders, attendees, ..Terms::default() };
            assert_eq!(guests.map(|it| terms.lets_in(it)), wanted, "{access_level:?}");
        }
    }

    #[test]
    fn who_leads_follows_from_the_names_and_the_automatic_assignment() {
        let user = SipUri::parse("sip:other@t.example").unwrap();
        let guests = [Guest::Organizer, Guest::User(&user), Guest::Visitor];
        for (automatic_leaders, wanted) in [
            (AutomaticLeaderAssignment::Disabled, [true, false, false]),
            (AutomaticLeaderAssignment::SameEnterprise, [true, true, false]),
            (AutomaticLeaderAssignment::Everyone, [true, true, true]),
        ] {
            let terms = Terms { automatic_leaders, ..Terms::default() };
            assert_eq!(guests.map(|it| terms.is_led_by(it)), wanted, "{automatic_leaders:?}");
        }
    }
}
