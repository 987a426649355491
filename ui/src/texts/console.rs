//! The console's words.

/// What the console says.
#[derive(Debug)]
pub struct ConsoleTexts {
    /// The language's tag, for `lang` and `Intl`.
    pub tag: &'static str,
    /// Name of the console.
    pub title: &'static str,
    /// Button and heading of the sign-in.
    pub sign_in: &'static str,
    /// Under the heading of the sign-in.
    pub sign_in_more: &'static str,
    /// Label of the user name.
    pub user_name: &'static str,
    /// Label of the password.
    pub password: &'static str,
    /// While signing in.
    pub signing_in: &'static str,
    /// User name or password was refused.
    pub sign_in_failed: &'static str,
    /// Signs out.
    pub sign_out: &'static str,
    /// The token was refused while at work.
    pub signed_out: &'static str,
    /// Heading of the page that makes the first agent.
    pub setup_title: &'static str,
    /// Under that heading.
    pub setup_more: &'static str,
    /// Label of the name visitors see.
    pub display_name: &'static str,
    /// Creates the agent.
    pub create: &'static str,
    /// Availability.
    pub available: &'static str,
    /// Availability.
    pub away: &'static str,
    /// Availability.
    pub offline: &'static str,
    /// Label of one's own availability.
    pub your_status: &'static str,
    /// Heading of the waiting conversations.
    pub queue: &'static str,
    /// Nobody waits.
    pub queue_empty: &'static str,
    /// Heading of one's own conversations.
    pub mine: &'static str,
    /// No conversation of one's own.
    pub mine_empty: &'static str,
    /// Heading of the colleagues' conversations.
    pub others: &'static str,
    /// Heading of those that ended lately.
    pub ended_list: &'static str,
    /// Takes a conversation.
    pub take: &'static str,
    /// While taking.
    pub taking: &'static str,
    /// Somebody else was faster.
    pub taken: &'static str,
    /// Declines an offer.
    pub decline: &'static str,
    /// An offer stands.
    pub offer: &'static str,
    /// Ends a conversation.
    pub end: &'static str,
    /// Title of the question before ending.
    pub end_question: &'static str,
    /// What ending means.
    pub end_more: &'static str,
    /// Goes back.
    pub cancel: &'static str,
    /// Nothing is chosen.
    pub choose: &'static str,
    /// Under it.
    pub choose_more: &'static str,
    /// Name of the list of messages.
    pub messages: &'static str,
    /// Name of the field to write in.
    pub message_label: &'static str,
    /// Stands in the empty field.
    pub placeholder: &'static str,
    /// Name of the button that sends.
    pub send: &'static str,
    /// How the keys work.
    pub send_hint: &'static str,
    /// Why nothing can be written.
    pub cannot_send: &'static str,
    /// An own message is on its way.
    pub sending: &'static str,
    /// An own message was kept.
    pub sent: &'static str,
    /// An own message did not arrive.
    pub failed: &'static str,
    /// Sends it again.
    pub retry: &'static str,
    /// Oneself.
    pub you: &'static str,
    /// The visitor, when unnamed.
    pub visitor: &'static str,
    /// The desk itself as an author.
    pub desk: &'static str,
    /// The day is today.
    pub today: &'static str,
    /// The day was yesterday.
    pub yesterday: &'static str,
    /// Being set up.
    pub connecting: &'static str,
    /// Current.
    pub online: &'static str,
    /// The server cannot be reached.
    pub reconnecting: &'static str,
    /// Another window took over.
    pub elsewhere: &'static str,
    /// Takes over again.
    pub use_here: &'static str,
    /// Starts again after a stop.
    pub restart: &'static str,
    /// A conversation is over.
    pub ended: &'static str,
    /// The owner is oneself.
    pub with_you: &'static str,
    /// The sound is on.
    pub sound_on: &'static str,
    /// The sound is off.
    pub sound_off: &'static str,
    /// Back to the list, on a small screen.
    pub back: &'static str,
    /// The page the visitor was on.
    pub page: &'static str,
    /// In the window's title when a conversation waits.
    pub new_conversation_title: &'static str,
    /// Somebody is typing; an empty name means the visitor.
    pub typing: fn(name: &str) -> String,
    /// How many wait.
    pub waiting_count: fn(count: u32) -> String,
    /// How many are unread in a conversation.
    pub unread: fn(count: u32) -> String,
    /// How long somebody has waited, in whole minutes.
    pub waiting_for: fn(minutes: u32) -> String,
    /// Who owns a conversation.
    pub with_agent: fn(name: &str) -> String,
    /// A message as a screen reader announces it.
    pub said: fn(name: &str, text: &str) -> String,
}

/// English.
pub static EN: ConsoleTexts = ConsoleTexts {
    tag: "en",
    title: "Frontdesk console",
    sign_in: "Sign in",
    sign_in_more: "Answer your visitors.",
    user_name: "User name",
    password: "Password",
    signing_in: "Signing in…",
    sign_in_failed: "The user name or password is not right.",
    sign_out: "Sign out",
    signed_out: "You have been signed out. Sign in again to go on.",
    setup_title: "Create the first agent",
    setup_more: "This link works once. The agent you create here can sign in at once.",
    display_name: "Name that visitors see",
    create: "Create agent",
    available: "Available",
    away: "Away",
    offline: "Offline",
    your_status: "Your status",
    queue: "Waiting",
    queue_empty: "Nobody is waiting.",
    mine: "Your conversations",
    mine_empty: "No conversations yet. Take one from the queue.",
    others: "With colleagues",
    ended_list: "Ended",
    take: "Take",
    taking: "Taking…",
    taken: "A colleague has taken this conversation.",
    decline: "Not now",
    offer: "New conversation",
    end: "End conversation",
    end_question: "End this conversation?",
    end_more: "The visitor is told that the conversation is over.",
    cancel: "Cancel",
    choose: "Choose a conversation",
    choose_more: "Your conversations and the queue are on the left.",
    messages: "Messages",
    message_label: "Reply",
    placeholder: "Write a reply…",
    send: "Send",
    send_hint: "Enter sends, Shift and Enter starts a new line.",
    cannot_send: "You can write once you have joined.",
    sending: "Sending…",
    sent: "Sent",
    failed: "Not sent",
    retry: "Try again",
    you: "You",
    visitor: "Visitor",
    desk: "Frontdesk",
    today: "Today",
    yesterday: "Yesterday",
    connecting: "Connecting…",
    online: "Connected",
    reconnecting: "Connection lost. Trying again…",
    elsewhere: "The console is open in another window.",
    use_here: "Use it here",
    restart: "Start again",
    ended: "This conversation has ended.",
    with_you: "With you",
    sound_on: "Sound on",
    sound_off: "Sound off",
    back: "Back to the list",
    page: "Page",
    new_conversation_title: "New conversation",
    typing: |name| {
        if name.is_empty() {
            "Visitor is typing…".to_owned()
        } else {
            format!("{name} is typing…")
        }
    },
    waiting_count: |count| format!("{count} waiting"),
    unread: |count| format!("{count} unread"),
    waiting_for: |minutes| match minutes {
        0 => "Just now".to_owned(),
        60.. => format!("{} h {} min", minutes / 60, minutes % 60),
        _ => format!("{minutes} min"),
    },
    with_agent: |name| format!("With {name}"),
    said: |name, text| format!("{name}: {text}"),
};

/// German.
pub static DE: ConsoleTexts = ConsoleTexts {
    tag: "de",
    title: "Frontdesk-Konsole",
    sign_in: "Anmelden",
    sign_in_more: "Antworten Sie Ihren Besuchern.",
    user_name: "Benutzername",
    password: "Passwort",
    signing_in: "Anmeldung läuft …",
    sign_in_failed: "Benutzername oder Passwort stimmt nicht.",
    sign_out: "Abmelden",
    signed_out: "Sie wurden abgemeldet. Melden Sie sich wieder an.",
    setup_title: "Ersten Agenten anlegen",
    setup_more: "Dieser Link gilt einmal. Der Agent kann sich danach sofort anmelden.",
    display_name: "Name, den Besucher sehen",
    create: "Agent anlegen",
    available: "Verfügbar",
    away: "Abwesend",
    offline: "Offline",
    your_status: "Ihr Status",
    queue: "Wartend",
    queue_empty: "Niemand wartet.",
    mine: "Ihre Gespräche",
    mine_empty: "Noch keine Gespräche. Übernehmen Sie eines aus der Warteschlange.",
    others: "Bei Kollegen",
    ended_list: "Beendet",
    take: "Übernehmen",
    taking: "Wird übernommen …",
    taken: "Ein Kollege hat dieses Gespräch übernommen.",
    decline: "Jetzt nicht",
    offer: "Neues Gespräch",
    end: "Gespräch beenden",
    end_question: "Dieses Gespräch beenden?",
    end_more: "Dem Besucher wird gesagt, dass das Gespräch beendet ist.",
    cancel: "Abbrechen",
    choose: "Wählen Sie ein Gespräch",
    choose_more: "Ihre Gespräche und die Warteschlange stehen links.",
    messages: "Nachrichten",
    message_label: "Antwort",
    placeholder: "Antwort schreiben …",
    send: "Senden",
    send_hint: "Eingabe sendet, Umschalt und Eingabe beginnt eine neue Zeile.",
    cannot_send: "Sie können schreiben, sobald Sie beigetreten sind.",
    sending: "Wird gesendet …",
    sent: "Gesendet",
    failed: "Nicht gesendet",
    retry: "Erneut senden",
    you: "Sie",
    visitor: "Besucher",
    desk: "Frontdesk",
    today: "Heute",
    yesterday: "Gestern",
    connecting: "Verbindung wird aufgebaut …",
    online: "Verbunden",
    reconnecting: "Verbindung unterbrochen. Neuer Versuch …",
    elsewhere: "Die Konsole ist in einem anderen Fenster geöffnet.",
    use_here: "Hier fortsetzen",
    restart: "Neu starten",
    ended: "Dieses Gespräch ist beendet.",
    with_you: "Bei Ihnen",
    sound_on: "Ton an",
    sound_off: "Ton aus",
    back: "Zurück zur Liste",
    page: "Seite",
    new_conversation_title: "Neues Gespräch",
    typing: |name| {
        if name.is_empty() {
            "Besucher schreibt …".to_owned()
        } else {
            format!("{name} schreibt …")
        }
    },
    waiting_count: |count| {
        if count == 1 { "1 wartet".to_owned() } else { format!("{count} warten") }
    },
    unread: |count| format!("{count} ungelesen"),
    waiting_for: |minutes| match minutes {
        0 => "Gerade eben".to_owned(),
        60.. => format!("{} Std. {} Min.", minutes / 60, minutes % 60),
        _ => format!("{minutes} Min."),
    },
    with_agent: |name| format!("Bei {name}"),
    said: |name, text| format!("{name}: {text}"),
};

/// The language for a reader who wants these tags, best first.
pub fn pick(wanted: &[String]) -> &'static ConsoleTexts {
    super::pick(&[("en", &EN), ("de", &DE)], &EN, wanted)
}
