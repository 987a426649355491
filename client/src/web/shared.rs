//! One session for all tabs: who holds a lock of the browser's runs it, the others listen and hand over what their
//! person wants. Where a browser has no such lock each tab runs its own.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue, wasm_bindgen};
use web_sys::{BroadcastChannel, MessageEvent};

use super::{WebDriver, fetch_and_forget, random_seed};
use crate::limits::WISHES_MAX;
use crate::machine::AGENT;
use crate::model::{Connection, Model, Notice};
use crate::session::{Command, Session, Start};
use crate::tabs::Word;

#[wasm_bindgen]
extern "C" {
    /// What the browser says of a lock, some time.
    type Granting;

    #[wasm_bindgen(catch, js_namespace = ["navigator", "locks"], js_name = request)]
    fn request_lock(name: &str, granted: &JsValue) -> Result<Granting, JsValue>;

    #[wasm_bindgen(method, js_name = catch)]
    fn or_else(this: &Granting, denied: &JsValue);
}

/// What a page makes of a session, whoever runs it.
pub struct Page {
    /// Gets the model after everything that may have changed it.
    pub on_change: Box<dyn Fn(&Model)>,
    /// Gets what a person is to be told once, and whether this tab leads: one tab makes the sound.
    pub on_notice: Box<dyn Fn(Notice, bool)>,
    /// Gets a snapshot to keep for a reload.
    pub on_save: Box<dyn Fn(String)>,
    /// A person has seen what came, in another tab.
    pub on_seen: Box<dyn Fn()>,
}

/// Runs a [`Session`] together with the other tabs. A clone is the same driver.
#[derive(Clone)]
pub struct SharedDriver(Rc<Inner>);

/// Listens to the other tabs.
type Hear = Closure<dyn FnMut(MessageEvent)>;

struct Inner {
    name: String,
    page: Page,
    start: Start,
    channel: Option<BroadcastChannel>,
    hear: RefCell<Option<Hear>>,
    /// Runs the session while this tab leads.
    driver: RefCell<Option<WebDriver>>,
    /// What the leader showed last, or what was kept: to go on with when the lead is here.
    session: RefCell<Option<Session>>,
    /// What the leader has not taken yet.
    wishes: RefCell<Vec<(String, Command)>>,
    /// What this tab took as the leader: a wish may be told twice.
    taken: RefCell<Vec<String>>,
    /// Whether this tab waits for the lead, or has it.
    has_joined: Cell<bool>,
    /// Whether other tabs listen.
    has_others: Cell<bool>,
    /// What was shown to the others last.
    shown: RefCell<String>,
    /// Gives the lock back.
    release: RefCell<Option<Function>>,
}

impl SharedDriver {
    /// Takes a session over, as the tabs of this name share it. Nothing is asked before
    /// [`Command::Connect`].
    pub fn start(name: &str, start: Start, session: Session, page: Page) -> Self {
        let driver = Self::new(name, start, session, page);
        if !driver.join() {
            driver.lead();
        }
        driver
    }

    /// Asks the tabs of this name what they show, and joins them if one of them is signed in. Where none
    /// is, or the browser cannot share, nothing happens. For agents.
    pub fn listen(name: &str, start: Start, page: Page) -> Self {
        let session = Session::new(start.clone(), random_seed());
        let driver = Self::new(name, start, session, page);
        driver.hear_others();
        driver
    }

    fn new(name: &str, start: Start, session: Session, page: Page) -> Self {
        let channel = BroadcastChannel::new(name).ok();
        Self(Rc::new(Inner {
            name: name.to_owned(),
            page,
            start,
            channel,
            hear: RefCell::default(),
            driver: RefCell::default(),
            session: RefCell::new(Some(session)),
            wishes: RefCell::default(),
            taken: RefCell::default(),
            has_joined: Cell::default(),
            has_others: Cell::default(),
            shown: RefCell::default(),
            release: RefCell::default(),
        }))
    }

    /// Whether this tab runs the session.
    pub fn leads(&self) -> bool {
        self.0.session.borrow().is_none()
    }

    /// Signs out for good, in all tabs: requests that outlive the page go out, and the others are told.
    pub fn bye(&self) {
        let leader = self.0.driver.borrow().clone();
        let farewell = match leader {
            Some(leader) => leader.farewell(),
            None => self.0.session.borrow().as_ref().map(Session::farewell).unwrap_or_default(),
        };
        for request in &farewell {
            // Who cannot be told finds out: the renewal is over when nobody uses it.
            let _ = fetch_and_forget(request);
        }
        self.tell(&Word::plain("bye", ""));
    }

    /// Hands in what a person wants.
    pub fn command(&self, command: Command) {
        let leader = self.0.driver.borrow().clone();
        if let Some(leader) = leader {
            leader.command(command);
        } else {
            let id = format!("{:x}", random_seed());
            self.tell(&Word::wish(&id, &command));
            let mut wishes = self.0.wishes.borrow_mut();
            if wishes.len() < WISHES_MAX {
                wishes.push((id, command));
            }
        }
    }

    /// Tries at once what waits for its next try.
    pub fn wake(&self) {
        if let Some(leader) = &*self.0.driver.borrow() {
            leader.wake();
        }
    }

    /// A person has seen what came: the other tabs need not point to it.
    pub fn seen(&self) {
        self.tell(&Word::plain("seen", ""));
    }

    /// The token, for the desk's API.
    pub fn bearer(&self) -> Option<String> {
        match &*self.0.driver.borrow() {
            Some(leader) => leader.bearer(),
            None => self.0.session.borrow().as_ref()?.bearer().map(str::to_owned),
        }
    }

    /// Best effort as the page goes away (WID-18): requests that outlive it. Another tab goes on without.
    pub fn leave(&self) {
        if let Some(leader) = &*self.0.driver.borrow() {
            leader.leave();
        }
    }

    /// Listens to the other tabs and asks for the lead. `false` where the browser cannot do it.
    fn join(&self) -> bool {
        let is_shared = self.0.channel.is_some() && self.ask_for_lead();
        if is_shared {
            self.hear_others();
        }
        is_shared
    }

    /// Stands in line for the lead. `false` where the browser knows no such line.
    fn ask_for_lead(&self) -> bool {
        let weak = Rc::downgrade(&self.0);
        let granted = Closure::once_into_js(move |_: JsValue| {
            Promise::new(&mut |release, _| {
                if let Some(inner) = weak.upgrade() {
                    *inner.release.borrow_mut() = Some(release);
                    Self(inner).lead();
                } else if AGENT {
                    // Signed out meanwhile: the next in line leads.
                    let _ = release.call0(&JsValue::UNDEFINED);
                }
            })
        });
        let asked = request_lock(&self.0.name, &granted);
        if let Ok(asked) = &asked {
            // Where the browser keeps nothing for a frame of another site it denies the lock as well,
            // and there are no other tabs to share with.
            asked.or_else(&granted);
        }
        self.0.has_joined.set(asked.is_ok());
        asked.is_ok()
    }

    /// Listens, and asks for what there is to show.
    fn hear_others(&self) {
        let Some(channel) = &self.0.channel else { return };
        let weak: Weak<Inner> = Rc::downgrade(&self.0);
        let hear = Hear::new(move |event: MessageEvent| {
            if let (Some(inner), Some(text)) = (weak.upgrade(), event.data().as_string())
                && let Some(word) = Word::read(&text)
            {
                Self(inner).hear(word);
            }
        });
        channel.set_onmessage(Some(hear.as_ref().unchecked_ref()));
        *self.0.hear.borrow_mut() = Some(hear);
        self.tell(&Word::plain("hello", ""));
    }

    /// This tab runs the session from now on.
    fn lead(&self) {
        let Some(session) = self.0.session.borrow_mut().take() else { return };
        let was_online = session.model().connection != Connection::Idle;
        let weak = [(); 3].map(|()| Rc::downgrade(&self.0));
        let [changed, told, saved] = weak.map(|weak| move || weak.upgrade().map(Self));
        let driver = WebDriver::start(
            session,
            move |model| {
                if let Some(it) = changed() {
                    (it.0.page.on_change)(model);
                    it.show();
                }
            },
            move |notice| {
                if let Some(it) = told() {
                    it.tell(&Word::told(&notice));
                    (it.0.page.on_notice)(notice, true);
                }
            },
            move |snapshot| {
                if let Some(it) = saved() {
                    (it.0.page.on_save)(snapshot);
                }
            },
        );
        *self.0.driver.borrow_mut() = Some(driver.clone());
        if was_online {
            driver.command(Command::Connect);
        }
        let wishes = std::mem::take(&mut *self.0.wishes.borrow_mut());
        for (_, wish) in wishes {
            driver.command(wish);
        }
        // Who waits for a leader that is gone learns that there is another.
        self.0.has_others.set(true);
        self.show();
        if AGENT {
            // And hands over what the one before did not take any more.
            self.tell(&Word::plain("hello", ""));
        }
    }

    fn hear(&self, word: Word) {
        let page = &self.0.page;
        let leader = self.0.driver.borrow().clone();
        match (word, leader) {
            (Word::Seen, _) => (page.on_seen)(),
            (Word::Bye, _) if AGENT => {
                let gone = Connection::SignedOut { reason: String::new() };
                (page.on_change)(&Model { connection: gone, ..Model::default() });
            }
            (Word::Hello, Some(_)) => {
                self.0.has_others.set(true);
                self.0.shown.borrow_mut().clear();
                self.show();
            }
            (Word::Hello, None) if AGENT => {
                for (id, command) in &*self.0.wishes.borrow() {
                    self.tell(&Word::wish(id, command));
                }
            }
            (Word::Wish { id, command }, Some(leader)) => {
                if self.is_new(&id) {
                    leader.command(command);
                }
                self.tell(&Word::plain("took", &id));
            }
            (Word::Took(id), None) => {
                self.0.wishes.borrow_mut().retain(|it| it.0 != id);
                // Whoever leads next must not take it again.
                self.is_new(&id);
            }
            (Word::Shown(shown), None) => {
                let session = Session::of_mirror(self.0.start.clone(), random_seed(), &shown);
                if session.is_some() {
                    *self.0.session.borrow_mut() = session;
                    self.follow();
                }
            }
            (Word::Told(notice), None) => (page.on_notice)(notice, false),
            _ => {}
        }
    }

    /// Shows what the leader shows.
    fn follow(&self) {
        let session = self.0.session.borrow();
        let Some(session) = &*session else { return };
        if AGENT && !self.0.has_joined.get() {
            // Who only listened has found a tab that is signed in, and is the next in line.
            if session.bearer().is_none() || !self.ask_for_lead() {
                return;
            }
        }
        (self.0.page.on_change)(session.model());
    }

    /// Whether this tab did not take that wish before.
    fn is_new(&self, id: &str) -> bool {
        if !AGENT {
            // A visitor's wishes are told once: the widget has no room for more.
            return true;
        }
        let mut taken = self.0.taken.borrow_mut();
        let is_new = !taken.iter().any(|it| it == id);
        if is_new {
            taken.push(id.to_owned());
            if taken.len() > WISHES_MAX {
                taken.remove(0);
            }
        }
        is_new
    }

    /// Shows the others what there is, if anybody listens and it is not what they saw last.
    fn show(&self) {
        if !self.0.has_others.get() {
            return;
        }
        let Some(mirror) = self.0.driver.borrow().as_ref().and_then(WebDriver::mirror) else {
            return;
        };
        if *self.0.shown.borrow() != mirror {
            self.tell(&mirror);
            *self.0.shown.borrow_mut() = mirror;
        }
    }

    fn tell(&self, text: &str) {
        if let Some(channel) = &self.0.channel {
            // A text can always be sent.
            let _ = channel.post_message(&text.into());
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if let Some(channel) = &self.channel {
            channel.close();
        }
        if let Some(release) = self.release.get_mut() {
            let _ = release.call0(&JsValue::UNDEFINED);
        }
    }
}
