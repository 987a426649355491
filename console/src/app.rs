//! Ties model, drivers and views together: the one place where something is asked, kept or timed.

mod effects;
mod files;
mod page;
mod session;

use client::session::Command;
use client::web::{SharedDriver, WebDriver, now_ms, random_seed};
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::live::Announcer;
use web_sys::AbortController;

use crate::desk_driver::{DeskDriver, fetch};
use crate::model::{
    Console, DeskPoll, Drafts, Health, Marks, PollInput, PollOutput, SetupForm, Uploads,
};
use crate::view::{Act, Again, Frame, SetUp, SignIn, State, Ui, form_error};
use crate::{browser, limits, texts};

/// Names under which things are kept: for the tab, or for all tabs.
mod key {
    /// The session, for the tab that runs it.
    pub(super) const SESSION: &str = "frontdesk.console.session";
    /// Who is signed in: in this tab, and who was last in any.
    pub(super) const NAME: &str = "frontdesk.console.name";
    /// For all tabs, with the agent's name: how far was read.
    pub(super) const MARKS: &str = "frontdesk.console.marks";
    /// For all tabs, with the agent's name and a conversation's id: what is typed in it.
    pub(super) const DRAFT: &str = "frontdesk.console.draft";
    /// For all tabs: that there shall be no sound.
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
    /// Who signed in; what is kept is kept for that agent.
    name: StoredValue<String>,
    /// What is kept of the drafts, by this tab and others.
    drafts_kept: StoredValue<Drafts>,
    /// Runs the session, or follows the tab that does.
    driver: StoredValue<Option<SharedDriver>, LocalStorage>,
    /// Proves a password.
    door: StoredValue<Option<WebDriver>, LocalStorage>,
    /// The files on their way.
    held: StoredValue<Vec<files::Held>, LocalStorage>,
    /// Whether the desk is not asked for now.
    rests: StoredValue<bool>,
    /// The token that the desk refused last.
    refused: StoredValue<Option<String>>,
    desk: StoredValue<Option<DeskDriver>, LocalStorage>,
}

/// The whole application: what `main` mounts.
#[component]
pub fn Root() -> impl IntoView {
    let app = App::new();
    let wish = Callback::new(move |wish| app.wish(wish));
    let again = Callback::new(move |password| app.sign_in_again(password));
    let act = Callback::new(move |act| app.act(act));
    let ui = Ui::new(app.state, wish, act, again);
    app.listen();
    app.reflect(ui);
    app.resume();
    let texts = app.state.texts;
    let Again { is_busy, error } = app.state.again;
    let on_sign_in = Callback::new(move |(name, password)| app.sign_in(name, password));
    let on_set_up = Callback::new(move |form| app.set_up(form));
    // A page that stays keeps what was entered.
    let stage = Memo::new(move |_| app.stage.get());
    move || match stage.get() {
        Stage::Inside => view! { <Frame ui /> }.into_any(),
        Stage::Door => view! {
            <SignIn texts is_busy error on_submit=on_sign_in />
        }
        .into_any(),
        Stage::SetUp(code) => view! {
            <SetUp texts code is_busy error on_submit=on_set_up />
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
                uploads: RwSignal::new(Uploads::default()),
                clock_ms: RwSignal::new(now_ms()),
                is_muted: RwSignal::new(browser::chosen(key::MUTED).is_some()),
                announcer: Announcer::new(),
                again: Again { is_busy: RwSignal::new(false), error: RwSignal::new(String::new()) },
            },
            stage: RwSignal::new(Stage::Door),
            name: StoredValue::new(String::new()),
            drafts_kept: StoredValue::new(Drafts::default()),
            driver: StoredValue::new_local(None),
            door: StoredValue::new_local(None),
            held: StoredValue::new_local(Vec::new()),
            rests: StoredValue::new(false),
            refused: StoredValue::new(None),
            desk: StoredValue::new_local(None),
        };
        let poll = DeskPoll::new(browser::origin(), random_seed());
        let desk = DeskDriver::new(poll, move || app.bearer(), move |news| app.desk_news(news));
        app.desk.set_value(Some(desk));
        app
    }

    fn enter(self) {
        self.state.again.is_busy.set(false);
        self.state.again.error.set(String::new());
        self.stage.set(Stage::Inside);
        self.poll(PollInput::Start);
        self.pace();
    }

    fn desk_news(self, news: PollOutput) {
        match news {
            PollOutput::State(state) => {
                let effects = self.update(|it| it.desk_came(now_ms(), *state));
                self.run(effects);
            }
            PollOutput::Health(Health::SignedOut) => self.desk_refused(),
            PollOutput::Health(health) => self.state.console.update(|it| it.health_came(health)),
            // The driver keeps these to itself.
            PollOutput::Request { .. } | PollOutput::Abort { .. } => {}
        }
    }

    fn set_up(self, form: SetupForm) {
        let request = match form.request(&browser::origin()) {
            Ok(request) => request,
            Err(wrong) => {
                self.state.again.error.set(form_error(self.state.texts, &wrong));
                return;
            }
        };
        self.state.again.is_busy.set(true);
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
                    self.state.again.is_busy.set(false);
                    self.state.again.error.set(form_error(self.state.texts, &wrong));
                }
            }
        });
    }

    fn act(self, act: Act) {
        match act {
            Act::TryNow => {
                // The tab that leads is told by the wish to connect, the others by nothing else.
                self.command(Command::Connect);
                self.driver.with_value(|it| it.iter().for_each(SharedDriver::wake));
                self.poll(PollInput::Wake);
            }
            Act::Connect => {
                self.command(Command::Connect);
                self.poll(PollInput::Start);
            }
            Act::SignOut => self.sign_out(),
            Act::Attach { conversation, files } => {
                for file in files {
                    self.attach(&conversation, file);
                }
            }
            Act::SendAgain(key) => self.send_again(key),
            Act::DoNotSend(key) => self.forget_file(key),
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
