//! The widget's words.

/// What the widget says.
#[derive(Debug)]
pub struct WidgetTexts {
    /// The language's tag, for `lang` and `Intl`.
    pub tag: &'static str,
    /// What the whole document is called, for assistive technology and the tab.
    pub title: &'static str,
    /// Under the title before an agent has spoken.
    pub replies_soon: &'static str,
    /// The large greeting above an empty conversation.
    pub hello: &'static str,
    /// What stands under the greeting.
    pub hello_more: &'static str,
    /// Name of the list of messages.
    pub messages: &'static str,
    /// Who wrote an own message, for screen readers.
    pub you: &'static str,
    /// The day is today.
    pub today: &'static str,
    /// The day was yesterday.
    pub yesterday: &'static str,
    /// An own message is on its way.
    pub sending: &'static str,
    /// An own message was kept by the server.
    pub sent: &'static str,
    /// An own message did not arrive.
    pub failed: &'static str,
    /// Sends a failed message again.
    pub retry: &'static str,
    /// Copies a text.
    pub copy: &'static str,
    /// A text was copied.
    pub copied: &'static str,
    /// Name of the field to write in.
    pub message_label: &'static str,
    /// Stands in the empty field.
    pub placeholder: &'static str,
    /// Name of the button that sends.
    pub send: &'static str,
    /// How the keys work, for screen readers.
    pub send_hint: &'static str,
    /// Goes to the newest message.
    pub to_end: &'static str,
    /// Why nothing can be written now.
    pub cannot_send: &'static str,
    /// Being set up.
    pub connecting: &'static str,
    /// The network is gone.
    pub offline: &'static str,
    /// The server cannot be reached.
    pub reconnecting: &'static str,
    /// Tries at once.
    pub try_now: &'static str,
    /// Somebody has to let the visitor into the meeting.
    pub lobby: &'static str,
    /// Joins a meeting again.
    pub join_again: &'static str,
    /// The visitor has written, nobody has answered yet.
    pub waiting: &'static str,
    /// Another tab took over.
    pub elsewhere: &'static str,
    /// Takes over again.
    pub use_here: &'static str,
    /// The chat stopped and gives no reason of its own.
    pub stopped: &'static str,
    /// Starts again after a stop.
    pub restart: &'static str,
    /// The conversation is over.
    pub ended: &'static str,
    /// What one can do then.
    pub ended_more: &'static str,
    /// Starts a new conversation.
    pub start_new: &'static str,
    /// Closes the panel.
    pub close: &'static str,
    /// Opens the menu.
    pub menu: &'static str,
    /// Ends the conversation.
    pub end: &'static str,
    /// Copies the conversation.
    pub copy_all: &'static str,
    /// Title of the question before ending.
    pub end_question: &'static str,
    /// What ending means.
    pub end_more: &'static str,
    /// Yes, end it.
    pub end_confirm: &'static str,
    /// No, go on.
    pub end_cancel: &'static str,
    /// Under the title once an agent has spoken.
    pub with_agent: fn(name: &str) -> String,
    /// Somebody is typing; an empty name means one does not know who.
    pub typing: fn(name: &str) -> String,
    /// Messages below the part one reads.
    pub new_messages: fn(count: u32) -> String,
    /// Room in the field; below zero it is too long.
    pub characters_left: fn(left: i32) -> String,
    /// A message as a screen reader announces it.
    pub said: fn(name: &str, text: &str) -> String,
}

/// English.
pub static EN: WidgetTexts = WidgetTexts {
    tag: "en",
    title: "Chat",
    replies_soon: "We reply as soon as we can",
    hello: "Talk to us",
    hello_more: "Ask your question here. A person reads it and answers.",
    messages: "Messages",
    you: "You",
    today: "Today",
    yesterday: "Yesterday",
    sending: "Sending…",
    sent: "Sent",
    failed: "Not sent",
    retry: "Try again",
    copy: "Copy",
    copied: "Copied",
    message_label: "Message",
    placeholder: "Write a message…",
    send: "Send message",
    send_hint: "Enter sends, Shift and Enter starts a new line.",
    to_end: "Go to the newest message",
    cannot_send: "You cannot write in this conversation right now.",
    connecting: "Connecting…",
    offline: "You are offline. Messages will be sent when you are back.",
    reconnecting: "Connection lost. Trying again…",
    try_now: "Try now",
    lobby: "Waiting to be let in",
    join_again: "Join again",
    waiting: "We have your message and will answer soon.",
    elsewhere: "This chat is open in another tab.",
    use_here: "Use it here",
    stopped: "The chat has stopped.",
    restart: "Start again",
    ended: "This conversation has ended.",
    ended_more: "You can still read it here, or start a new one.",
    start_new: "Start a new conversation",
    close: "Close chat",
    menu: "More options",
    end: "End conversation",
    copy_all: "Copy conversation",
    end_question: "End this conversation?",
    end_more: "The agent will no longer see what you write here.",
    end_confirm: "End conversation",
    end_cancel: "Keep chatting",
    with_agent: |name| format!("You are talking to {name}"),
    typing: |name| {
        if name.is_empty() {
            "Someone is typing…".to_owned()
        } else {
            format!("{name} is typing…")
        }
    },
    new_messages: |count| {
        if count == 1 { "1 new message".to_owned() } else { format!("{count} new messages") }
    },
    characters_left: |left| match left {
        i32::MIN..=-2 => format!("{} characters too many", -left),
        -1 => "1 character too many".to_owned(),
        1 => "1 character left".to_owned(),
        _ => format!("{left} characters left"),
    },
    said: |name, text| format!("{name}: {text}"),
};

/// German.
pub static DE: WidgetTexts = WidgetTexts {
    tag: "de",
    title: "Chat",
    replies_soon: "Wir antworten, so schnell es geht",
    hello: "Schreiben Sie uns",
    hello_more: "Stellen Sie hier Ihre Frage. Ein Mensch liest sie und antwortet.",
    messages: "Nachrichten",
    you: "Sie",
    today: "Heute",
    yesterday: "Gestern",
    sending: "Wird gesendet …",
    sent: "Gesendet",
    failed: "Nicht gesendet",
    retry: "Erneut senden",
    copy: "Kopieren",
    copied: "Kopiert",
    message_label: "Nachricht",
    placeholder: "Nachricht schreiben …",
    send: "Nachricht senden",
    send_hint: "Eingabe sendet, Umschalt und Eingabe beginnt eine neue Zeile.",
    to_end: "Zur neuesten Nachricht",
    cannot_send: "In diesem Gespräch können Sie gerade nicht schreiben.",
    connecting: "Verbindung wird aufgebaut …",
    offline: "Sie sind offline. Nachrichten werden gesendet, sobald Sie wieder verbunden sind.",
    reconnecting: "Verbindung unterbrochen. Neuer Versuch …",
    try_now: "Jetzt versuchen",
    lobby: "Warten auf Einlass",
    join_again: "Erneut teilnehmen",
    waiting: "Ihre Nachricht ist da. Wir antworten gleich.",
    elsewhere: "Dieser Chat ist in einem anderen Tab geöffnet.",
    use_here: "Hier fortsetzen",
    stopped: "Der Chat wurde angehalten.",
    restart: "Neu starten",
    ended: "Dieses Gespräch ist beendet.",
    ended_more: "Sie können es hier noch lesen oder ein neues beginnen.",
    start_new: "Neues Gespräch beginnen",
    close: "Chat schließen",
    menu: "Weitere Optionen",
    end: "Gespräch beenden",
    copy_all: "Gespräch kopieren",
    end_question: "Dieses Gespräch beenden?",
    end_more: "Danach erreicht Ihre Nachricht hier niemanden mehr.",
    end_confirm: "Gespräch beenden",
    end_cancel: "Weiter chatten",
    with_agent: |name| format!("Sie sprechen mit {name}"),
    typing: |name| {
        if name.is_empty() {
            "Jemand schreibt …".to_owned()
        } else {
            format!("{name} schreibt …")
        }
    },
    new_messages: |count| {
        if count == 1 { "1 neue Nachricht".to_owned() } else { format!("{count} neue Nachrichten") }
    },
    characters_left: |left| match left {
        i32::MIN..=-1 => format!("{} Zeichen zu viel", -left),
        _ => format!("noch {left} Zeichen"),
    },
    said: |name, text| format!("{name}: {text}"),
};

/// The language for a reader who wants these tags, best first.
pub fn pick(wanted: &[String]) -> &'static WidgetTexts {
    super::pick(&[("en", &EN), ("de", &DE)], &EN, wanted)
}
