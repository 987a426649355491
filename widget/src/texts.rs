//! The widget's words, in the reader's language.
//!
//! A language is a file, `widget/texts/<tag>.json`. The server writes the one the reader wants into
//! the document, so that nobody downloads another's; the program holds names only. A file that lacks
//! a word, or a form of it, fails a test.

use client::model::Standing;
use client::reason::Reason;
use serde_json::Value;

/// Where the server puts the words: `<meta name="frontdesk-texts" content="{…}">`.
pub const META: &str = "frontdesk-texts";

/// What the widget says, in one language.
#[derive(Clone, Copy, Debug)]
pub struct WidgetTexts(&'static Value);

macro_rules! words {
    ($($(#[doc = $doc:literal])+ $name:ident,)+) => {
        /// Plain words, by name.
        impl WidgetTexts {
            $(
                $(#[doc = $doc])+
                #[must_use]
                pub fn $name(self) -> &'static str {
                    self.word(stringify!($name))
                }
            )+
        }

        /// The names of all plain words.
        #[cfg(test)]
        const PLAIN: &[&str] = &[$(stringify!($name)),+];
    };
}

words! {
    /// The language's tag, for `lang` and `Intl`.
    tag,
    /// The writing direction, for `dir`: `ltr` or `rtl`.
    dir,
    /// What the whole document is called, for assistive technology and the tab.
    title,
    /// Under the title before an agent has spoken.
    replies_soon,
    /// The large greeting above an empty conversation.
    hello,
    /// What stands under the greeting.
    hello_more,
    /// Name of the list of messages.
    messages,
    /// Who wrote an own message, for screen readers.
    you,
    /// The day is today.
    today,
    /// The day was yesterday.
    yesterday,
    /// An own message is on its way.
    sending,
    /// An own message was kept by the server.
    sent,
    /// An own message reached the other side.
    delivered,
    /// An own message was seen by the other side.
    read,
    /// An own message did not arrive.
    failed,
    /// Why: its conversation was over before.
    why_ended,
    /// Why: the line was down for too long.
    why_lost,
    /// Why: nobody takes the conversation.
    why_nobody,
    /// Why: the platform said no, and nothing more.
    why_refused,
    /// Why: it is too long for one message.
    why_too_long,
    /// Why: the platform did not answer.
    why_unreached,
    /// Sends a failed message again.
    retry,
    /// Copies a text.
    copy,
    /// A text was copied.
    copied,
    /// Name of the field to write in.
    message_label,
    /// Stands in the empty field.
    placeholder,
    /// Name of the button that sends.
    send,
    /// How the keys work, for screen readers.
    send_hint,
    /// Goes to the newest message.
    to_end,
    /// Why nothing can be written now.
    cannot_send,
    /// Being set up.
    connecting,
    /// The network is gone.
    offline,
    /// The server cannot be reached.
    reconnecting,
    /// Tries at once.
    try_now,
    /// Somebody has to let the visitor into the meeting.
    lobby,
    /// Joins a meeting again.
    join_again,
    /// The visitor has written, nobody has answered yet.
    waiting,
    /// Another tab took over.
    elsewhere,
    /// Takes over again.
    use_here,
    /// The chat stopped and gives no reason of its own.
    stopped,
    /// Starts again after a stop.
    restart,
    /// The conversation is over.
    ended,
    /// What one can do then.
    ended_more,
    /// Starts a new conversation.
    start_new,
    /// Closes the panel.
    close,
    /// Opens the menu.
    menu,
    /// Ends the conversation.
    end,
    /// Copies the conversation.
    copy_all,
    /// Title of the question before ending.
    end_question,
    /// What ending means.
    end_more,
    /// Yes, end it.
    end_confirm,
    /// No, go on.
    end_cancel,
}

/// Words with something in them.
impl WidgetTexts {
    /// The words of a language's file. They stay for the life of the document. What cannot be read
    /// has no words: the controls are there all the same, and named by the tests that guard the files.
    #[must_use]
    pub fn parse(json: &str) -> Self {
        Self(Box::leak(Box::new(serde_json::from_str(json).unwrap_or_default())))
    }

    /// How far an own message got: `sending`, `sent`, `delivered`, `read`, `failed`.
    #[must_use]
    pub fn how_far(self, standing: Standing) -> &'static str {
        self.word(standing.name())
    }

    /// Why something did not go: the client's own reason in this language, a platform's sentence as it came.
    #[must_use]
    pub fn why(self, reason: &str) -> String {
        match Reason::of(reason) {
            Some(Reason::Ended) => self.why_ended(),
            Some(Reason::Lost) => self.why_lost(),
            Some(Reason::Nobody) => self.why_nobody(),
            Some(Reason::Nonsense) => self.stopped(),
            Some(Reason::Refused) => self.why_refused(),
            Some(Reason::TooLong) => self.why_too_long(),
            Some(Reason::Unreached) => self.why_unreached(),
            None => reason,
        }
        .to_owned()
    }

    /// Under the title once an agent has spoken.
    #[must_use]
    pub fn with_agent(self, name: &str) -> String {
        self.about("with_agent", name)
    }

    /// Somebody is typing; an empty name means one does not know who.
    #[must_use]
    pub fn typing(self, name: &str) -> String {
        self.about(if name.is_empty() { "typing_somebody" } else { "typing" }, name)
    }

    /// Messages below the part one reads.
    #[must_use]
    pub fn new_messages(self, count: u32) -> String {
        self.counted("new_messages", count)
    }

    /// Room in the field; below zero it is too long.
    #[must_use]
    pub fn characters_left(self, left: i32) -> String {
        let word = if left < 0 { "characters_over" } else { "characters_left" };
        self.counted(word, left.unsigned_abs())
    }

    /// A message as a screen reader announces it.
    #[must_use]
    pub fn said(self, name: &str, text: &str) -> String {
        // The text last: what stands in it is nobody's placeholder.
        self.word("said").replace("{name}", name).replace("{text}", text)
    }

    /// A sentence about somebody. The name may run the other way than the sentence: it is isolated.
    fn about(self, word: &str, name: &str) -> String {
        self.word(word).replace("{name}", &["\u{2068}", name, "\u{2069}"].concat())
    }

    fn word(self, name: &str) -> &'static str {
        self.0.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// The form that the language has for this count.
    fn counted(self, name: &str, count: u32) -> String {
        let forms = self.0.get(name);
        let form = forms.and_then(|it| it.get(plural::category(self.tag(), count)));
        form.and_then(Value::as_str).unwrap_or_default().replace("{count}", &count.to_string())
    }
}

#[cfg(target_arch = "wasm32")]
mod plural {
    use js_sys::{Array, Intl::PluralRules, Object};

    /// The plural category of a count, by the browser: `zero`, `one`, `two`, `few`, `many`, `other`.
    pub(super) fn category(tag: &str, count: u32) -> String {
        let rules = PluralRules::new(&Array::of1(&tag.into()), &Object::new());
        rules.select(f64::from(count)).into()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod plural {
    /// English outside a browser (tests).
    pub(super) const fn category(_tag: &str, count: u32) -> &'static str {
        if count == 1 { "one" } else { "other" }
    }
}

#[cfg(test)]
mod tests;
