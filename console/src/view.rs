//! What is on screen: one component a file. A component shows the model and hands wishes up; it
//! fetches nothing, starts no timer and decides nothing.

#![expect(
    unreachable_pub,
    reason = "the component macro writes `pub` for the properties of a component of any visibility"
)]

mod again;
mod availability;
mod avatar;
mod banner;
mod composer;
mod conversation;
mod details;
mod dialog;
mod empty;
mod field;
mod file;
mod frame;
mod head;
mod help;
mod icon;
mod left;
mod meeting;
mod message;
mod row;
mod section;
mod set_up;
mod side;
mod sign_in;
mod timeline;
mod uploads;
mod words;

use leptos::prelude::*;
use ui::file_link::FileLink;
use ui::live::Announcer;
use ui::time::local_day;

use crate::model::{Console, Drafts, Lists, Pane, Pressed, Shown, Uploads, Wish};
use crate::texts::Texts;

pub use frame::Frame;
pub use set_up::SetUp;
pub use sign_in::SignIn;
pub use words::{form_error, problem, said};

/// What a person wants of the application rather than of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// Try again at once.
    TryNow,
    /// Take over from another window, or start again after a stop.
    Connect,
    /// Sign out.
    SignOut,
    /// Sound on or off.
    ToggleSound,
    /// Send files.
    Attach {
        /// The conversation.
        conversation: String,
        /// The files, as the browser has them.
        files: Vec<web_sys::File>,
    },
    /// Try again to send the file of this key.
    SendAgain(u64),
    /// Do not send the file of this key.
    DoNotSend(u64),
}

/// What is shown, before anything is derived from it.
#[derive(Clone, Copy)]
pub struct State {
    /// The words.
    pub texts: &'static Texts,
    /// The reader's form of dates and times, such as `en-GB`.
    pub locale: StoredValue<String>,
    /// The model.
    pub console: RwSignal<Console>,
    /// What is typed and not sent.
    pub drafts: RwSignal<Drafts>,
    /// Files on their way.
    pub uploads: RwSignal<Uploads>,
    /// The driver's clock, moved on once a second, in Unix milliseconds.
    pub clock_ms: RwSignal<i64>,
    /// Whether there is no sound.
    pub is_muted: RwSignal<bool>,
    /// Speaks to screen readers.
    pub announcer: Announcer,
    /// How signing in goes.
    pub again: Again,
}

/// How signing in goes, at the door or again where one is.
#[derive(Clone, Copy)]
pub struct Again {
    /// Whether an answer is awaited.
    pub is_busy: RwSignal<bool>,
    /// What went wrong, as a sentence; empty for nothing.
    pub error: RwSignal<String>,
}

/// What every component gets: signals to read, callbacks to call.
#[derive(Clone, Copy)]
pub struct Ui {
    /// The words.
    pub texts: &'static Texts,
    /// The reader's form of dates and times, such as `en-GB`.
    pub locale: StoredValue<String>,
    /// The model.
    pub console: RwSignal<Console>,
    /// What is typed and not sent.
    pub drafts: RwSignal<Drafts>,
    /// Files on their way.
    pub uploads: RwSignal<Uploads>,
    /// The driver's clock, moved on once a second, in Unix milliseconds.
    pub clock_ms: RwSignal<i64>,
    /// Whether there is no sound.
    pub is_muted: RwSignal<bool>,
    /// Speaks to screen readers.
    pub announcer: Announcer,
    /// How signing in goes.
    pub again: Again,
    /// The password, given again.
    pub sign_in: Callback<String>,
    /// A person's wish.
    pub wish: Callback<Wish>,
    /// A person's wish of the application.
    pub act: Callback<Act>,
    /// The list.
    pub lists: Memo<Lists>,
    /// The selected conversation.
    pub pane: Memo<Option<Pane>>,
    /// What was said in it.
    pub timeline: Memo<Vec<Shown>>,
}

impl Ui {
    /// Puts everything together; what is derived from the model is derived here, once.
    pub fn new(
        state: State,
        wish: Callback<Wish>,
        act: Callback<Act>,
        sign_in: Callback<String>,
    ) -> Self {
        let State { texts, locale, console, drafts, uploads, clock_ms, is_muted, announcer, again } =
            state;
        let timeline = move || {
            console
                .with(|it| it.selected().map(|id| it.timeline(id, local_day)).unwrap_or_default())
        };
        Self {
            texts,
            locale,
            console,
            drafts,
            uploads,
            clock_ms,
            is_muted,
            announcer,
            again,
            sign_in,
            wish,
            act,
            lists: Memo::new(move |_| console.with(Console::lists)),
            pane: Memo::new(move |_| console.with(Console::pane)),
            timeline: Memo::new(move |_| timeline()),
        }
    }

    /// Hands up a wish.
    pub fn wants(&self, wish: Wish) {
        self.wish.run(wish);
    }

    /// The desk's time, moved on once a second, in Unix milliseconds.
    pub fn desk_now_ms(&self) -> i64 {
        self.clock_ms.get() + self.console.with(Console::clock_offset_ms)
    }

    /// What a message reads as in a line: the name of the file where it is one.
    pub fn in_a_line(&self, text: &str) -> String {
        let file = FileLink::read(text, &crate::browser::origin());
        file.map_or_else(|| text.to_owned(), |it| (self.texts.file_named)(&it.name))
    }

    /// A visitor's name, or the word for one without.
    pub fn visitor(&self, name: &str) -> String {
        if name.trim().is_empty() { self.texts.visitor.to_owned() } else { name.to_owned() }
    }

    /// The day of an instant: today, yesterday or its date.
    pub fn day(&self, at_ms: i64) -> String {
        let today = local_day(self.clock_ms.get_untracked());
        match today - local_day(at_ms) {
            0 => self.texts.today.to_owned(),
            1 => self.texts.yesterday.to_owned(),
            _ => self.locale.with_value(|it| ui::time::date(at_ms, it)),
        }
    }

    /// The time of day of an instant.
    pub fn clock(&self, at_ms: i64) -> String {
        self.locale.with_value(|it| ui::time::clock(at_ms, it))
    }
}

/// Hands a key event to the model, which knows no browser.
pub(crate) fn pressed<T>(
    event: &web_sys::KeyboardEvent,
    use_it: impl FnOnce(Pressed<'_>) -> T,
) -> T {
    let (key, code) = (event.key(), event.code());
    // Some browsers report the last key of a composition with 229 and no flag.
    let is_composing = event.is_composing() || event.key_code() == 229;
    use_it(Pressed {
        key: &key,
        code: &code,
        alt: event.alt_key(),
        ctrl: event.ctrl_key(),
        meta: event.meta_key(),
        shift: event.shift_key(),
        is_composing,
    })
}
