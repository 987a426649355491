//! What goes into the state, and what comes out.

use client::model::{Model, Notice};
use client::session::Command;

use crate::model::bridge::ToPage;

/// What happens to the widget.
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// The panel is shown.
    Opened,
    /// The panel is hidden.
    Closed,
    /// The visitor wants it closed.
    Close,
    /// The draft changed.
    Draft(String),
    /// The visitor sends the draft.
    Send,
    /// The visitor sends this, which is not the draft.
    SendText(String),
    /// The visitor sends a failed message again.
    Retry(String),
    /// The visitor wants to end: ask first.
    AskEnd,
    /// The visitor goes on.
    KeepChatting,
    /// The visitor ends.
    End,
    /// The visitor starts a new conversation after the last one ended, or has answered what comes before
    /// the first.
    StartNew,
    /// The visitor goes on after a stop, or here instead of in another tab.
    Restart,
    /// The reader came to the end of the messages, or left it.
    AtEnd(bool),
    /// The reader wants to see the end.
    ToEnd,
    /// The visitor does not want to wait for the next attempt.
    TryNow,
    /// Copy the text of this item.
    Copy(String),
    /// Copy all that was said.
    CopyAll,
    /// The browser's network came or went, or the page was shown or hidden.
    Page {
        /// Whether there is a network.
        is_network_up: bool,
        /// Whether the page can be seen.
        is_visible: bool,
    },
    /// The client's model changed.
    Chat(Model),
    /// The client has something to tell once.
    Notice(Notice),
    /// The visitor saw what came, in another tab.
    Seen,
    /// The page has a text for the visitor to send.
    Offer(String),
    /// What the helpdesk is to know of the visitor, as [`Command::Describe`] has it.
    Describe(String),
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Hand this to the client.
    Command(Command),
    /// Try to reach the server now.
    Wake,
    /// Tell the other tabs that the visitor saw what came.
    Seen,
    /// Keep the draft.
    KeepDraft,
    /// Tell the loader.
    Tell(ToPage),
    /// Read this message out, once for each key.
    Announce {
        /// The item's key.
        key: String,
        /// By whom.
        name: String,
        /// What.
        text: String,
    },
    /// Show the end of the messages.
    ScrollToEnd,
    /// Put the cursor into the field.
    FocusComposer,
    /// The field is gone; put the focus where it says so.
    FocusEnded,
    /// Show the question before ending, or take it away.
    AskEnd(bool),
    /// Put this into the clipboard.
    Copy(String),
    /// Put all that was said into the clipboard.
    CopyAll,
}
