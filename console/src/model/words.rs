//! What goes into the console's model and what comes out of it.

use client::session::Command;
use shared::desk::Availability;

use super::desk_call::DeskCall;

/// What a person wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Show a conversation; `None` goes back to the list.
    Select(Option<String>),
    /// Show the one that stands this many rows below the shown one.
    Move(isize),
    /// Take a conversation from the queue.
    Take(String),
    /// Take the one that waits longest.
    TakeNext,
    /// Join one's own conversation that is not open here.
    Rejoin(String),
    /// Make a meeting that visitors join by a link.
    CreateMeeting {
        /// What it is about.
        subject: String,
        /// Whether visitors wait until an agent lets them in.
        lobby: bool,
    },
    /// Let somebody in from a meeting's lobby, or send them away.
    AnswerLobby {
        /// The conversation.
        id: String,
        /// The address of who waits.
        participant: String,
        /// In, or away.
        admit: bool,
    },
    /// Send a text.
    Send {
        /// The conversation.
        id: String,
        /// The text.
        text: String,
    },
    /// Send a failed message again.
    Retry {
        /// The conversation.
        id: String,
        /// The line's key.
        line: String,
    },
    /// The reader came to the end of the messages, or left it.
    AtEnd(bool),
    /// The person is typing.
    Typing(String),
    /// End a conversation.
    End(String),
    /// Be offered conversations, or not.
    SetAvailability(Availability),
    /// Ask again for what was said.
    Reload(String),
    /// A message that a visitor left is seen to.
    LeftDone(String),
    /// The problem was read.
    DismissProblem,
}

/// What must be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Hand a command to the UCWA machine.
    Ucwa(Command),
    /// Make a request to the desk and hand in its answer.
    Desk(DeskCall),
    /// Say something to a screen reader, once for each id.
    Say(String, Said),
    /// Sound: somebody waits.
    Chime,
    /// The marks changed: keep them.
    KeepMarks,
}

/// What is said to a screen reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Said {
    /// A conversation waits.
    Waiting {
        /// The visitor; empty when unnamed.
        visitor: String,
    },
    /// A message came.
    Message {
        /// Who; empty for an unnamed visitor.
        name: String,
        /// What.
        text: String,
    },
    /// One's own conversation is over.
    Ended {
        /// The visitor; empty when unnamed.
        visitor: String,
    },
}

/// Something that did not work, to be read by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A colleague was faster; the name where it is known.
    Taken(Option<String>),
    /// The conversation is over.
    Over,
    /// Taking did not work; the server's sentence where there is one.
    Take(Option<String>),
    /// No meeting was made.
    Meeting(Option<String>),
    /// Ending did not work.
    End(Option<String>),
    /// The availability was not changed.
    Availability(Option<String>),
    /// A message that was left is not marked as done.
    LeftDone(Option<String>),
}
