//! Every word of the console, per language. A language that lacks a word does not compile; plurals are
//! plain functions.

mod de;
mod en;

pub use de::DE;
pub use en::EN;

/// What the console says.
#[derive(Debug)]
pub struct Texts {
    /// The language's tag, for `lang` and `Intl`.
    pub tag: &'static str,
    /// Name of the product, in the window's title.
    pub product: &'static str,
    /// Name of the console.
    pub console: &'static str,
    /// Heading and button of the sign-in.
    pub sign_in: &'static str,
    /// Under the heading of the sign-in.
    pub sign_in_more: &'static str,
    /// Label of the name.
    pub name_label: &'static str,
    /// What a name looks like.
    pub name_hint: &'static str,
    /// Label of the password.
    pub password: &'static str,
    /// While signing in.
    pub signing_in: &'static str,
    /// Signs out.
    pub sign_out: &'static str,
    /// The token is not good any more.
    pub signed_out: &'static str,
    /// Heading of the page that makes the first agent.
    pub setup_title: &'static str,
    /// Under that heading.
    pub setup_more: &'static str,
    /// Label of the name visitors see.
    pub display_name: &'static str,
    /// What a password must be like.
    pub password_hint: &'static str,
    /// Makes the agent.
    pub create: &'static str,
    /// While the agent is made.
    pub creating: &'static str,
    /// No name was given.
    pub name_missing: &'static str,
    /// No display name was given.
    pub display_name_missing: &'static str,
    /// No password was given.
    pub password_missing: &'static str,
    /// The password is too short.
    pub password_short: &'static str,
    /// The one-time link is not good.
    pub link_used: &'static str,
    /// There was no answer.
    pub unreachable: &'static str,
    /// It was refused without a reason.
    pub refused: &'static str,
    /// Availability.
    pub available: &'static str,
    /// Availability.
    pub away: &'static str,
    /// Availability.
    pub offline: &'static str,
    /// Name of one's own availability's switch.
    pub availability_label: &'static str,
    /// Name of the list.
    pub conversations: &'static str,
    /// Name of the pane of the shown conversation.
    pub conversation: &'static str,
    /// Heading of the waiting conversations.
    pub queue: &'static str,
    /// Nobody waits.
    pub queue_empty: &'static str,
    /// Heading of the messages that visitors left while nobody was there.
    pub left: &'static str,
    /// Marks one as seen to.
    pub left_done: &'static str,
    /// The same with whose it is, for screen readers.
    pub left_done_long: fn(name: &str) -> String,
    /// That did not work.
    pub left_failed: &'static str,
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
    /// Over the button that takes the shown conversation.
    pub take_waiting: &'static str,
    /// A colleague was faster; who is not known.
    pub taken_by_other: &'static str,
    /// Taking did not work.
    pub take_failed: &'static str,
    /// The conversation is over.
    pub over: &'static str,
    /// Makes a meeting.
    pub meeting_new: &'static str,
    /// What such a meeting is.
    pub meeting_more: &'static str,
    /// Its subject.
    pub meeting_subject: &'static str,
    /// Whether visitors wait.
    pub meeting_lobby: &'static str,
    /// Does not make it.
    pub meeting_cancel: &'static str,
    /// Makes it.
    pub meeting_create: &'static str,
    /// Copies its link.
    pub meeting_copy: &'static str,
    /// Its link was copied.
    pub meeting_copied: &'static str,
    /// It was not made.
    pub meeting_failed: &'static str,
    /// Name of the list of those who wait.
    pub lobby: &'static str,
    /// Lets somebody in.
    pub admit: &'static str,
    /// Sends somebody away.
    pub reject: &'static str,
    /// Somebody waits to be let in.
    pub waits_outside: fn(name: &str) -> String,
    /// Ending did not work.
    pub end_failed: &'static str,
    /// The availability was not changed.
    pub availability_failed: &'static str,
    /// Closes a notice.
    pub dismiss: &'static str,
    /// Ends a conversation.
    pub end: &'static str,
    /// Ends a conversation, in full.
    pub end_long: &'static str,
    /// Title of the question before ending.
    pub end_question: &'static str,
    /// What ending means.
    pub end_more: &'static str,
    /// Does not end it.
    pub keep_talking: &'static str,
    /// Nothing is chosen.
    pub choose: &'static str,
    /// Under it.
    pub choose_more: &'static str,
    /// Name of the list of messages.
    pub messages: &'static str,
    /// Nothing was said yet.
    pub no_messages: &'static str,
    /// What was said is on its way.
    pub loading: &'static str,
    /// What was said could not be had.
    pub load_failed: &'static str,
    /// Leads to new messages below.
    pub new_below: &'static str,
    /// Name of the field to write in.
    pub reply: &'static str,
    /// Stands in the empty field.
    pub placeholder: &'static str,
    /// Sends.
    pub send: &'static str,
    /// How the keys work.
    pub send_hint: &'static str,
    /// One is on the way into a conversation.
    pub joining: &'static str,
    /// One's own conversation is not open here.
    pub not_here: &'static str,
    /// Opens it here.
    pub rejoin: &'static str,
    /// A conversation is over.
    pub ended: &'static str,
    /// A draft that was left when a conversation ended.
    pub unsent: &'static str,
    /// An own message is on its way.
    pub sending: &'static str,
    /// An own message was kept.
    pub sent: &'static str,
    /// The visitor's client has an own message.
    pub delivered: &'static str,
    /// The visitor has read an own message.
    pub read: &'static str,
    /// An own message did not arrive.
    pub failed: &'static str,
    /// Tries again.
    pub retry: &'static str,
    /// Copies a text.
    pub copy: &'static str,
    /// Oneself.
    pub you: &'static str,
    /// A visitor without a name.
    pub visitor: &'static str,
    /// The desk itself as an author.
    pub desk: &'static str,
    /// The day is today.
    pub today: &'static str,
    /// The day was yesterday.
    pub yesterday: &'static str,
    /// On the way.
    pub connecting: &'static str,
    /// All is current.
    pub online: &'static str,
    /// Something may be missing.
    pub reconnecting: &'static str,
    /// The same, in a word.
    pub reconnecting_short: &'static str,
    /// Tries at once.
    pub try_now: &'static str,
    /// Another window has taken over.
    pub elsewhere: &'static str,
    /// Takes over again.
    pub use_here: &'static str,
    /// Stopped, without a reason.
    pub stopped: &'static str,
    /// Starts again after a stop.
    pub restart: &'static str,
    /// The sound is on; silences it.
    pub sound_on: &'static str,
    /// The sound is off; switches it on.
    pub sound_off: &'static str,
    /// Opens the help.
    pub help: &'static str,
    /// Closes a dialog.
    pub close: &'static str,
    /// Back to the list, on a small screen.
    pub back: &'static str,
    /// Name of the pane of details.
    pub details: &'static str,
    /// The site a visitor came from.
    pub site: &'static str,
    /// The page the visitor was on.
    pub page: &'static str,
    /// That page's title.
    pub page_title: &'static str,
    /// Before the pages the visitor was on before.
    pub pages_before: &'static str,
    /// Before what the visitor did on the website.
    pub visitor_events: &'static str,
    /// Where the visitor came to that page from.
    pub referrer: &'static str,
    /// The language the visitor reads.
    pub language: &'static str,
    /// Where to write to the visitor.
    pub email: &'static str,
    /// The website's own id of the visitor.
    pub visitor_id: &'static str,
    /// The website has signed who the visitor is.
    pub verified: &'static str,
    /// What the visitor thinks of the conversation.
    pub rating: &'static str,
    /// That, of five.
    pub score: fn(score: u8) -> String,
    /// Words the website gave the conversation.
    pub tags: &'static str,
    /// When it began.
    pub started: &'static str,
    /// Who has it.
    pub owner: &'static str,
    /// Where it stands.
    pub status: &'static str,
    /// The agents.
    pub team: &'static str,
    /// It is one's own.
    pub with_you: &'static str,
    /// It is over.
    pub status_ended: &'static str,
    /// Help: the arrows.
    pub key_arrows: &'static str,
    /// Help: Enter in the list.
    pub key_enter: &'static str,
    /// Help: next and previous from anywhere.
    pub key_next: &'static str,
    /// Help: take.
    pub key_take: &'static str,
    /// Help: reply.
    pub key_reply: &'static str,
    /// Help: send.
    pub key_send: &'static str,
    /// Help: new line.
    pub key_line: &'static str,
    /// Help: back.
    pub key_escape: &'static str,
    /// Help: this help.
    pub key_help: &'static str,
    /// Somebody is typing.
    pub typing: fn(name: &str) -> String,
    /// How long somebody has waited, in whole seconds.
    pub waits: fn(seconds: i64) -> String,
    /// How long ago something was, in whole minutes, very short.
    pub ago: fn(minutes: i64) -> String,
    /// The waiting time, for a screen reader.
    pub waiting_for: fn(time: &str) -> String,
    /// Chooses files to send.
    pub attach: &'static str,
    /// Name of the list of files on their way.
    pub files: &'static str,
    /// The word for a file, before its name.
    pub file: &'static str,
    /// What a screen reader calls the answers that a visitor can choose from.
    pub replies: &'static str,
    /// While files are dragged over the window.
    pub drop_files: &'static str,
    /// A file was not answered.
    pub file_unreachable: &'static str,
    /// So many files are on their way.
    pub file_too_many: &'static str,
    /// A file is at the desk, and the conversation cannot be written in.
    pub file_not_open: &'static str,
    /// A file was refused without a reason.
    pub file_refused: &'static str,
    /// Name of the bar that tells how far a file is.
    pub sending_file: fn(name: &str) -> String,
    /// Name of the button that gives a file up.
    pub cancel_file: fn(name: &str) -> String,
    /// A message that is a file, in a line.
    pub file_named: fn(name: &str) -> String,
    /// How many messages are unread.
    pub unread: fn(count: u32) -> String,
    /// Name of the button that takes a visitor's conversation.
    pub take_name: fn(name: &str) -> String,
    /// A colleague was faster.
    pub taken_by: fn(name: &str) -> String,
    /// Who has it.
    pub with_agent: fn(name: &str) -> String,
    /// Why one cannot write in a colleague's conversation.
    pub read_only: fn(name: &str) -> String,
    /// Its place in the queue; 1 is next.
    pub position: fn(position: u32) -> String,
    /// Room in the field; below zero it is too long.
    pub characters_left: fn(left: i64) -> String,
    /// Who one is.
    pub signed_in_as: fn(name: &str) -> String,
    /// For a screen reader: somebody waits.
    pub said_waiting: fn(name: &str) -> String,
    /// For a screen reader: a message.
    pub said_message: fn(name: &str, text: &str) -> String,
    /// For a screen reader: it is over.
    pub said_ended: fn(name: &str) -> String,
}

/// The language for a reader who wants these tags, best first.
#[cfg(feature = "view")]
pub fn pick(wanted: &[String]) -> &'static Texts {
    ui::texts::pick(&[("en", &EN), ("de", &DE)], &EN, wanted)
}

/// The reader's own form of dates and times in the language of the texts: the first wanted tag of that
/// language, such as `en-GB`.
pub fn locale(texts: &Texts, wanted: &[String]) -> String {
    let is_same =
        |tag: &&String| tag.split('-').next().is_some_and(|it| it.eq_ignore_ascii_case(texts.tag));
    wanted.iter().find(is_same).map_or_else(|| texts.tag.to_owned(), Clone::clone)
}

#[cfg(test)]
mod tests {
    use super::{DE, EN, locale, pick};

    #[test]
    fn dates_take_the_readers_own_form_of_the_language() {
        let wanted = ["fr-CA", "en-GB", "en"].map(str::to_owned);
        assert_eq!(locale(&EN, &wanted), "en-GB");
        assert_eq!(locale(&DE, &wanted), "de");
    }

    #[test]
    fn the_readers_order_decides_the_language() {
        let tag = |wanted: &[&str]| {
            pick(&wanted.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()).tag
        };
        assert_eq!(tag(&["de-AT", "en"]), "de");
        assert_eq!(tag(&["fr"]), "en");
    }

    #[test]
    fn waiting_times_read_well_at_every_size() {
        for (seconds, en, de) in [
            (-3, "0 s", "0 s"),
            (59, "59 s", "59 s"),
            (61, "1 min 01 s", "1 Min. 01 s"),
            (3_725, "1 h 02 min", "1 Std. 02 Min."),
        ] {
            assert_eq!(((EN.waits)(seconds), (DE.waits)(seconds)), (en.to_owned(), de.to_owned()));
        }
    }

    #[test]
    fn plurals_are_right() {
        assert_eq!((EN.characters_left)(1), "1 character left");
        assert_eq!((EN.characters_left)(-1), "1 character too many");
        assert_eq!((EN.characters_left)(-2), "2 characters too many");
        assert_eq!((DE.characters_left)(-2), "2 Zeichen zu viel");
        assert_eq!((EN.position)(1), "Next in the queue");
    }
}
