//! Ties model, drivers and views together: the one place where something is asked, kept or timed.

mod effects;
mod page;

use client::model::{Connection, Model};
use client::session::{Command, Session, Start};
use client::web::{WebDriver, now_ms, random_seed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::live::Announcer;
use web_sys::AbortController;

use crate::desk_driver::{DeskDriver, fetch};
use crate::model::{
    Console, DeskPoll, Drafts, FormError, Health, Marks, PollInput, PollOutput, SetupForm,
};
use crate::view::{Act, Frame, SetUp, SignIn, State, Ui, form_error};
use crate::{browser, limits, texts};

/// Names under which the tab keeps things.
mod key {
    pub(super) const SESSION: &str = "frontdesk.console.session";
    pub(super) const NAME: &str = "frontdesk.console.name";
    pub(super) const MARKS: &str = "frontdesk.console.marks";
    pub(super) const DRAFTS: &str = "frontdesk.console.drafts";
    /// That there shall be no sound; the browser keeps it beyond the tab.
    pub(super) const MUTED: &str = "frontdesk.console.muted";
}

/// Which page is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Stage {
    Door,
    SetUp(String),
    Inside,
}

/// Signals and drivers; a copy is the same application.
#[derive(Clone, Copy)]
struct App {
    state: State,
    stage: RwSignal<Stage>,
    is_busy: RwSignal<bool>,
    error: RwSignal<String>,
    /// Who signed in; what is kept for the tab is kept for that agent.
    name: StoredValue<String>,
    driver: StoredValue<Option<WebDriver>, LocalStorage>,
    desk: StoredValue<Option<DeskDriver>, LocalStorage>,
}

/// The whole application: what `main` mounts.
#[component]
pub fn Root() -> impl IntoView {
    let app = App::new();
    let wish = Callback::new(move |wish| app.wish(wish));
    let ui = Ui::new(app.state, wish, Callback::new(move |act| app.act(act)));
    app.listen();
    app.reflect(ui);
    app.resume();
    let texts = app.state.texts;
    let is_busy = Signal::from(app.is_busy);
    let on_sign_in = Callback::new(move |(name, password)| app.sign_in(name, password));
    let on_set_up = Callback::new(move |form| app.set_up(form));
    // A page that stays keeps what was entered.
    let stage = Memo::new(move |_| app.stage.get());
    move || match stage.get() {
        Stage::Inside => view! { <Frame ui /> }.into_any(),
        Stage::Door => view! {
            <SignIn texts is_busy error=app.error on_submit=on_sign_in />
        }
        .into_any(),
        Stage::SetUp(code) => view! {
            <SetUp texts code is_busy error=app.error on_submit=on_set_up />
        }
        .into_any(),
    }
}

impl App {
    fn new() -> Self {
        let languages = browser::languages();
        let texts = texts::pick(&languages);
        browser::set_language(texts.tag);
        let app = Self {
            state: State {
                texts,
                locale: StoredValue::new(texts::locale(texts, &languages)),
                console: RwSignal::new(Console::new(Marks::default())),
                drafts: RwSignal::new(Drafts::default()),
                clock_ms: RwSignal::new(now_ms()),
                is_muted: RwSignal::new(browser::chosen(key::MUTED).is_some()),
                announcer: Announcer::new(),
            },
            stage: RwSignal::new(Stage::Door),
            is_busy: RwSignal::new(false),
            error: RwSignal::new(String::new()),
            name: StoredValue::new(String::new()),
            driver: StoredValue::new_local(None),
            desk: StoredValue::new_local(None),
        };
        let poll = DeskPoll::new(browser::origin(), random_seed());
        let desk = DeskDriver::new(poll, move || app.bearer(), move |news| app.desk_news(news));
        app.desk.set_value(Some(desk));
        app
    }

    /// Goes on where a reload broke off, or shows the door.
    fn resume(self) {
        if let Some(code) = crate::model::setup_code(&browser::fragment()) {
            self.stage.set(Stage::SetUp(code));
            return;
        }
        let (name, snapshot) = (browser::kept(key::NAME), browser::kept(key::SESSION));
        let (Some(name), Some(snapshot)) = (name, snapshot) else { return };
        let Some(session) =
            Session::restore(start(name.clone(), String::new()), random_seed(), &snapshot)
        else {
            return;
        };
        self.belong_to(&name);
        self.select_by_address();
        self.drive(session);
        if self.bearer().is_some() {
            self.enter();
        }
    }

    fn sign_in(self, name: String, password: String) {
        browser::keep(key::NAME, &name);
        self.belong_to(&name);
        self.is_busy.set(true);
        self.drive(Session::new(start(name, password), random_seed()));
    }

    /// Shows what this agent typed and read in this tab; another agent's stays apart.
    fn belong_to(self, name: &str) {
        self.name.set_value(name.to_lowercase());
        let kept = |key: &str| browser::kept(&self.own(key)).unwrap_or_default();
        let (drafts, marks) = (Drafts::read(&kept(key::DRAFTS)), Marks::read(&kept(key::MARKS)));
        self.state.drafts.set(drafts);
        self.state.console.set(Console::new(marks));
    }

    /// A name of storage that is this agent's own.
    fn own(self, key: &str) -> String {
        self.name.with_value(|it| format!("{key} {it}"))
    }

    /// Runs a session in the place of the one before.
    fn drive(self, session: Session) {
        let driver = WebDriver::start(
            session,
            move |model| self.ucwa_news(model),
            move |notice| {
                let effects = self.update(|it| it.notice(&notice));
                self.run(effects);
            },
            |snapshot| browser::keep(key::SESSION, &snapshot),
        );
        self.driver.set_value(Some(driver.clone()));
        driver.command(Command::Connect);
    }

    fn enter(self) {
        self.is_busy.set(false);
        self.error.set(String::new());
        self.stage.set(Stage::Inside);
        self.poll(PollInput::Start);
    }

    /// Back to the door, with a sentence. Drafts and marks stay for when the same agent returns.
    fn leave(self, sentence: String) {
        self.poll(PollInput::Stop);
        self.driver.set_value(None);
        browser::forget(key::SESSION);
        self.is_busy.set(false);
        self.error.set(sentence);
        self.stage.set(Stage::Door);
        self.state.console.update(|it| *it = Console::new(it.marks().clone()));
    }

    fn ucwa_news(self, model: &Model) {
        match &model.connection {
            Connection::Online if self.stage.get_untracked() != Stage::Inside => self.enter(),
            Connection::SignedOut { .. } if self.stage.get_untracked() == Stage::Inside => {
                self.leave(self.state.texts.signed_out.to_owned());
                return;
            }
            Connection::SignedOut { reason } | Connection::Stopped { reason }
                if self.is_busy.get_untracked() =>
            {
                let refused = FormError::Sentence(reason.clone());
                self.leave(form_error(self.state.texts, &refused));
                return;
            }
            Connection::Reconnecting { .. } if self.is_busy.get_untracked() => {
                self.leave(form_error(self.state.texts, &FormError::Unreachable));
                return;
            }
            _ => {}
        }
        let effects = self.update(|it| it.ucwa_came(model.clone()));
        self.run(effects);
    }

    fn desk_news(self, news: PollOutput) {
        match news {
            PollOutput::State(state) => {
                let effects = self.update(|it| it.desk_came(now_ms(), *state));
                self.run(effects);
            }
            PollOutput::Health(Health::SignedOut) => {
                self.leave(self.state.texts.signed_out.to_owned());
            }
            PollOutput::Health(health) => self.state.console.update(|it| it.health_came(health)),
            // The driver keeps these to itself.
            PollOutput::Request { .. } | PollOutput::Abort { .. } => {}
        }
    }

    fn set_up(self, form: SetupForm) {
        let request = match form.request(&browser::origin()) {
            Ok(request) => request,
            Err(wrong) => {
                self.error.set(form_error(self.state.texts, &wrong));
                return;
            }
        };
        self.is_busy.set(true);
        spawn_local(async move {
            let controller = AbortController::new().ok();
            let result = fetch(request, None, controller, limits::DESK_CALL_MS_MAX).await;
            match SetupForm::read(result) {
                Ok(()) => {
                    browser::set_fragment("", false);
                    self.stage.set(Stage::Door);
                    self.sign_in(form.name.trim().to_owned(), form.password);
                }
                Err(wrong) => {
                    self.is_busy.set(false);
                    self.error.set(form_error(self.state.texts, &wrong));
                }
            }
        });
    }

    fn act(self, act: Act) {
        match act {
            Act::TryNow => {
                self.driver.with_value(|it| it.iter().for_each(WebDriver::wake));
                self.poll(PollInput::Wake);
            }
            Act::Connect => {
                self.command(Command::Connect);
                self.poll(PollInput::Start);
            }
            Act::SignOut => {
                self.command(Command::Close);
                // The driver goes at once, with what it asks: the farewell must outlive it.
                self.driver.with_value(|it| it.iter().for_each(WebDriver::leave));
                self.leave(String::new());
                browser::forget(key::NAME);
                self.belong_to("");
                browser::set_fragment("", false);
            }
            Act::ToggleSound => {
                self.state.is_muted.update(|it| *it = !*it);
                let is_muted = self.state.is_muted.get_untracked();
                browser::choose(key::MUTED, is_muted.then_some("yes"));
                if !is_muted {
                    browser::sound::chime();
                }
            }
        }
    }

    fn bearer(self) -> Option<String> {
        self.driver.try_with_value(|it| it.as_ref()?.bearer()).flatten()
    }

    fn command(self, command: Command) {
        // Cloned, because what follows may put another driver in its place.
        if let Some(driver) = self.driver.try_with_value(Clone::clone).flatten() {
            driver.command(command);
        }
    }

    fn poll(self, input: PollInput) {
        if let Some(desk) = self.desk.try_with_value(Clone::clone).flatten() {
            desk.input(input);
        }
    }
}

/// An agent who signs in here.
fn start(username: String, password: String) -> Start {
    let root_url = format!("{}/autodiscover/autodiscoverservice.svc/root", browser::origin());
    Start::Agent { root_url, username, password }
}
