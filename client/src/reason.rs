//! Why something did not go, where the client says so by itself. A platform's own sentence is passed on as it came.

/// A reason of the client's own. In a model it stands as its [`Reason::sentence`], among the sentences of platforms; who
/// speaks another language finds it there by [`Reason::of`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The conversation was over before a message was sent.
    Ended,
    /// The line was down for so long that the platform has forgotten the conversation.
    Lost,
    /// Nobody takes the conversation.
    Nobody,
    /// The answers of the platform make no sense.
    Nonsense,
    /// The platform said no, and nothing more.
    Refused,
    /// A text has more bytes than the platform takes (row A49).
    TooLong,
    /// The platform did not answer.
    Unreached,
}

impl Reason {
    /// All there are.
    pub const ALL: [Self; 7] = [
        Self::Ended,
        Self::Lost,
        Self::Nobody,
        Self::Nonsense,
        Self::Refused,
        Self::TooLong,
        Self::Unreached,
    ];

    /// What it says, in English.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Ended => "The conversation ended before this was sent.",
            Self::Lost => "The connection was lost for too long, and the conversation is over.",
            Self::Nobody => "Nobody can be reached now. Try again later.",
            Self::Nonsense => "The helpdesk gave an answer that makes no sense. Try again.",
            Self::Refused => "The server refused this.",
            Self::TooLong => "This is too long for one message. Send it in parts.",
            Self::Unreached => "The server could not be reached.",
        }
    }

    /// The reason behind a sentence; `None` when it is a platform's.
    pub fn of(sentence: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.sentence() == sentence)
    }
}

#[cfg(test)]
mod tests {
    use super::Reason;

    #[test]
    fn a_reason_is_found_by_its_sentence_and_a_platforms_sentence_is_none() {
        for reason in Reason::ALL {
            assert_eq!(Reason::of(reason.sentence()), Some(reason));
        }
        assert_eq!(Reason::of("Too many chats."), None);
        assert_eq!(Reason::of(""), None);
    }
}
