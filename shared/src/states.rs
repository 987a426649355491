//! The states that resources go through (`protocol.md` §2B.4, §2B.6), and other closed word lists.

/// Declares an enum of wire words with `as_str` and `read`.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident),* $(,)? })*) => {
        $($(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* $variant),* }
        impl $name {
            /// The word as the wire writes it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => stringify!($variant)),* }
            }
            /// The state of this name, without regard to case.
            pub fn read(text: &str) -> Option<Self> {
                [$(Self::$variant),*].into_iter().find(|it| it.as_str().eq_ignore_ascii_case(text))
            }
        })*
    };
}

words! {
    /// `conversation.state`.
    ConversationState {
        /// In a meeting.
        Conferenced,
        /// Joining a meeting.
        Conferencing,
        /// Talking one to one.
        Connected,
        /// Being set up.
        Connecting,
        /// Over.
        Disconnected,
        /// Ending.
        Disconnecting,
        /// Somebody invites.
        Incoming,
        /// Waiting to be let in.
        InLobby,
    }
    /// `state` of an invitation.
    InvitationState {
        /// The other side rings.
        Alerting,
        /// Withdrawn by its sender.
        Cancelled,
        /// Accepted.
        Connected,
        /// On its way.
        Connecting,
        /// Refused.
        Declined,
        /// Not delivered or not answered.
        Failed,
    }
    /// `messaging.state`.
    CallState {
        /// Messages can be sent.
        Connected,
        /// Being set up.
        Connecting,
        /// No messages can be sent.
        Disconnected,
        /// Ending.
        Disconnecting,
    }
    /// Which way an invitation or a message goes, as its reader sees it.
    Direction {
        /// To the reader.
        Incoming,
        /// From the reader.
        Outgoing,
    }
    /// Whether a bridged participant's messages are kept from the visitor (§1.8).
    FilterState {
        /// They reach the visitor.
        Disabled,
        /// They do not.
        Enabled,
    }
    /// Who comes into a meeting without waiting in its lobby (§2A.2).
    AccessLevel {
        /// Everybody who has its address.
        Everyone,
        /// Who is named as leader or attendee.
        Invited,
        /// Leaders only.
        Locked,
        /// Nobody is named: leaders only.
        None,
        /// Users of the organizer's tenant.
        SameEnterprise,
    }
    /// Who leads a meeting besides those who are named (§2A.2).
    AutomaticLeaderAssignment {
        /// Nobody.
        Disabled,
        /// Everybody in it.
        Everyone,
        /// Users of the organizer's tenant.
        SameEnterprise,
    }
    /// Whether coming and going is announced by voice (§2A.2); nothing is heard in a chat.
    EntryExitAnnouncement {
        /// It is not.
        Disabled,
        /// It is.
        Enabled,
        /// It cannot be.
        Unsupported,
    }
    /// `phoneUserAdmission` and `lobbyBypassForPhoneUsers` of a meeting (§2A.2).
    Switch {
        /// On.
        Enabled,
        /// Off.
        Disabled,
    }
    /// What a member of a meeting may do (§2B.4).
    Role {
        /// Talks.
        Attendee,
        /// Also lets others in.
        Leader,
        /// Nobody said.
        Unknown,
    }
    /// `importance` of a conversation.
    Importance {
        /// The default.
        Normal,
        /// More than normal.
        Urgent,
        /// More than urgent.
        Emergency,
    }
}
