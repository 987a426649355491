//! Who is signed in here: one session for all tabs of an agent, and the doors that lead to it.
//!
//! A password is always proved by the tab it was typed in, at a door of its own; what was proved is then
//! handed to the session, which may run in another tab. The session is kept in the `sessionStorage` of the
//! tab that runs it and told to the others by name of the agent and the platform: no token outlives the
//! last tab or lies on the disk for whoever opens the browser next. A tab that comes asks those that live.

use client::model::{Connection, Model};
use client::session::{Command, Session, Start};
use client::web::{Page, SharedDriver, WebDriver, random_seed};
use leptos::prelude::*;

use super::{App, Stage, key};
use crate::browser;
use crate::model::{
    Console, Drafts, Effect, FormError, Link, Marks, PollInput, Uploads, setup_code,
};
use crate::view::form_error;

impl App {
    /// Goes on where a reload broke off or where another tab is, or shows the door.
    pub(super) fn resume(self) {
        if let Some(code) = setup_code(&browser::fragment()) {
            self.stage.set(Stage::SetUp(code));
            return;
        }
        let name = browser::kept(key::NAME).or_else(|| browser::chosen(key::NAME));
        let Some(name) = name else { return };
        let start = start(name.clone(), String::new());
        let session = browser::kept(key::SESSION)
            .and_then(|it| Session::restore(start.clone(), random_seed(), &it));
        self.belong_to(&name);
        self.select_by_address();
        let Some(session) = session else {
            let driver = SharedDriver::listen(&lock_of(&start), start, self.page());
            self.driver.set_value(Some(driver));
            return;
        };
        let is_signed_in = session.bearer().is_some();
        let driver = SharedDriver::start(&lock_of(&start), start, session, self.page());
        self.driver.set_value(Some(driver));
        self.command(Command::Connect);
        if is_signed_in {
            self.enter();
        }
    }

    /// A password is proved here, whatever other tabs are.
    pub(super) fn sign_in(self, name: String, password: String) {
        self.is_busy().set(true);
        let session = Session::door(start(name.clone(), password), random_seed());
        let news = move |model: &Model| self.door_news(&name, model);
        let door = WebDriver::start(session, news, |_| {}, |_| {});
        self.door.set_value(Some(door.clone()));
        door.command(Command::Connect);
    }

    /// Whoever is signed in here gives the password again; everything stays on screen.
    pub(super) fn sign_in_again(self, password: String) {
        if password.is_empty() {
            let missing = form_error(self.state.texts, &FormError::PasswordMissing);
            self.error().set(missing);
        } else if !self.is_busy().get_untracked() {
            self.error().set(String::new());
            self.sign_in(self.name.get_value(), password);
        }
    }

    fn door_news(self, name: &str, model: &Model) {
        let Some(door) = self.door.try_with_value(Clone::clone).flatten() else { return };
        let refused = match &model.connection {
            Connection::Idle => match door.proof() {
                Some(proof) => {
                    self.door.set_value(None);
                    return self.admit(name, proof);
                }
                None => FormError::Refused,
            },
            Connection::SignedOut { reason } | Connection::Stopped { reason } => {
                FormError::Sentence(reason.clone())
            }
            Connection::Reconnecting { .. } => FormError::Unreachable,
            Connection::Connecting | Connection::Online | Connection::OpenedElsewhere => return,
        };
        self.door.set_value(None);
        self.is_busy().set(false);
        self.error().set(form_error(self.state.texts, &refused));
    }

    /// Hands what was proved to the session, wherever it runs.
    fn admit(self, name: &str, proof: String) {
        if self.stage.get_untracked() != Stage::Inside {
            browser::keep(key::NAME, name);
            browser::choose(key::NAME, Some(name));
            self.belong_to(name);
            let start = start(name.to_owned(), String::new());
            let session = Session::new(start.clone(), random_seed());
            let driver = SharedDriver::start(&lock_of(&start), start, session, self.page());
            self.driver.set_value(Some(driver));
        }
        self.command(Command::Adopt { proof });
    }

    /// What this tab makes of the session.
    fn page(self) -> Page {
        Page {
            on_change: Box::new(move |model| self.ucwa_news(model)),
            on_notice: Box::new(move |notice, _| {
                let effects = self.update(|it| it.notice(&notice));
                self.run(effects);
            }),
            on_save: Box::new(|snapshot| browser::keep(key::SESSION, &snapshot)),
            on_seen: Box::new(|| {}),
        }
    }

    fn ucwa_news(self, model: &Model) {
        let is_inside = self.stage.get_untracked() == Stage::Inside;
        let is_busy = self.is_busy().get_untracked();
        match &model.connection {
            Connection::SignedOut { reason } if reason.is_empty() => {
                return self.leave(String::new());
            }
            Connection::Online if !is_inside => self.enter(),
            Connection::Online if is_busy => self.is_busy().set(false),
            // Another tab is at its door, or takes what was proved here in a moment.
            Connection::SignedOut { .. } if !is_inside && !self.leads() => return,
            Connection::SignedOut { reason } | Connection::Stopped { reason }
                if !is_inside && is_busy =>
            {
                let refused = FormError::Sentence(reason.clone());
                return self.leave(form_error(self.state.texts, &refused));
            }
            Connection::Reconnecting { .. } if !is_inside && is_busy => {
                return self.leave(form_error(self.state.texts, &FormError::Unreachable));
            }
            _ => {}
        }
        if !self.leads() {
            // What this tab kept when it led is older than what the leader keeps.
            browser::forget(key::SESSION);
        }
        self.pace();
        let effects = self.update(|it| it.ucwa_came(model.clone()));
        self.run(effects);
        self.ask_desk_again();
    }

    /// The desk refused the token. Once the session has another one it is asked again; a token refused
    /// twice is not good, whatever the platform says.
    pub(super) fn desk_refused(self) {
        let bearer = self.bearer();
        let is_same = self.refused.with_value(|it| *it == bearer);
        self.refused.set_value(bearer);
        if is_same {
            self.state.console.update(|it| it.health_came(crate::model::Health::SignedOut));
            return;
        }
        // The session finds out by itself, and sooner when it is woken.
        self.driver.with_value(|it| it.iter().for_each(SharedDriver::wake));
        set_timeout(move || self.poll(PollInput::Start), crate::limits::DESK_REFUSED_PAUSE);
    }

    fn ask_desk_again(self) {
        let is_over = self.state.console.with_untracked(|it| it.link() == Link::SignedOut);
        let bearer = self.bearer();
        if is_over && bearer.is_some() && self.refused.with_value(|it| *it != bearer) {
            self.poll(PollInput::Start);
        }
    }

    /// Back to the door, with a sentence. Drafts and marks stay for when the same agent returns.
    fn leave(self, sentence: String) {
        self.poll(PollInput::Stop);
        self.driver.set_value(None);
        self.door.set_value(None);
        browser::forget(key::SESSION);
        browser::forget(key::NAME);
        self.is_busy().set(false);
        self.error().set(sentence);
        self.stage.set(Stage::Door);
        self.state.console.update(|it| *it = Console::new(it.marks().clone()));
        self.held.set_value(Vec::new());
        self.state.uploads.set(Uploads::default());
        browser::set_fragment("", false);
    }

    /// Signs out, in all tabs.
    pub(super) fn sign_out(self) {
        self.driver.with_value(|it| it.iter().for_each(SharedDriver::bye));
        browser::choose(key::NAME, None);
        self.leave(String::new());
        self.belong_to("");
    }

    /// Shows what this agent typed and read; another agent's stays apart.
    fn belong_to(self, name: &str) {
        self.name.set_value(name.to_lowercase());
        let drafts = self.stored_drafts();
        self.drafts_kept.set_value(drafts.clone());
        self.state.drafts.set(drafts);
        self.state.console.set(Console::new(self.stored_marks()));
    }

    fn stored_drafts(self) -> Drafts {
        browser::chosen_below(&self.own(key::DRAFT)).into_iter().collect()
    }

    fn stored_marks(self) -> Marks {
        Marks::read(&browser::chosen(&self.own(key::MARKS)).unwrap_or_default())
    }

    /// Takes over what other tabs typed and read; what was typed here and is not kept yet stays.
    pub(super) fn reread(self) {
        let stored = self.stored_drafts();
        let changes = self.drafts_kept.with_value(|it| stored.changes_since(it));
        if !changes.is_empty() {
            // Known as kept before it is shown: what comes from there is not written there again.
            self.drafts_kept.set_value(stored);
            self.state.drafts.update(|it| {
                for (id, text) in changes {
                    it.set(&id, text);
                }
            });
        }
        let marks = self.stored_marks();
        if self.state.console.with_untracked(|it| it.marks().lacks(&marks)) {
            self.state.console.update(|it| it.marks_came(marks));
        }
    }

    /// Keeps what was typed here: only the conversations it was typed in, so that no tab writes over what
    /// another one has.
    pub(super) fn keep_drafts(self) {
        let mut drafts = self.state.drafts.get();
        self.state.console.with_untracked(|it| {
            if it.desk().is_some() {
                drafts.prune(|id| it.is_known(id));
            }
        });
        for (id, text) in self.drafts_kept.with_value(|it| drafts.changes_since(it)) {
            let name = format!("{}{id}", self.own(key::DRAFT));
            browser::choose(&name, Some(text.as_str()).filter(|it| !it.is_empty()));
        }
        self.drafts_kept.set_value(drafts);
    }

    /// Keeps how far was read, here or in another tab.
    pub(super) fn keep_marks(self) {
        let mut marks = self.state.console.with_untracked(|it| it.marks().clone());
        marks.merge(self.stored_marks());
        browser::choose(&self.own(key::MARKS), Some(&marks.write()));
    }

    /// A name of storage that is this agent's own.
    fn own(self, key: &str) -> String {
        self.name.with_value(|it| format!("{key} {it} "))
    }

    /// Asks the desk as long as anybody looks, or this tab speaks for the others.
    pub(super) fn pace(self) {
        let rests = !browser::is_visible() && !self.leads();
        if self.rests.get_value() != rests {
            self.rests.set_value(rests);
            self.poll(if rests { PollInput::Rest } else { PollInput::Wake });
        }
    }

    /// Whether this tab speaks for all.
    pub(super) fn leads(self) -> bool {
        self.driver.try_with_value(|it| it.as_ref().is_some_and(SharedDriver::leads)) == Some(true)
    }

    pub(super) fn bearer(self) -> Option<String> {
        self.driver.try_with_value(|it| it.as_ref()?.bearer()).flatten()
    }

    /// Sounds come from one tab.
    pub(super) fn is_heard(self, effect: &Effect) -> bool {
        *effect != Effect::Chime || self.leads()
    }

    fn is_busy(self) -> RwSignal<bool> {
        self.state.again.is_busy
    }

    fn error(self) -> RwSignal<String> {
        self.state.again.error
    }
}

/// An agent who signs in here.
fn start(username: String, password: String) -> Start {
    let root_url = format!("{}/autodiscover/autodiscoverservice.svc/root", browser::origin());
    Start::Agent { root_url, username, password }
}

/// The tabs of one agent at one platform are one; others share nothing with them.
fn lock_of(start: &Start) -> String {
    format!("frontdesk.console {}", start.owner())
}
