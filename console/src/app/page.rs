//! The page around the application: its clock, title, address, visibility and storage.

use std::time::Duration;

use client::web::{SharedDriver, now_ms};
use leptos::prelude::*;

use super::{App, Stage};
use crate::browser;
use crate::model::{Console, Lists, PollInput, Wish, setup_code};
use crate::view::Ui;

/// What the address's fragment begins with when a conversation is shown.
const SHOWN: &str = "#c=";

impl App {
    /// What the browser tells.
    pub(super) fn listen(self) {
        set_interval(move || self.second(), Duration::from_secs(1));
        for event in ["visibilitychange", "pageshow", "online"] {
            window_event_listener_untyped(event, move |_| self.looked_at());
        }
        for event in ["pointerdown", "keydown"] {
            window_event_listener_untyped(event, |_| browser::sound::unlock());
        }
        window_event_listener_untyped("storage", move |_| self.reread());
        window_event_listener_untyped("popstate", move |_| self.select_by_address());
        window_event_listener_untyped("hashchange", move |_| {
            if let Some(code) = setup_code(&browser::fragment()) {
                self.stage.set(Stage::SetUp(code));
            }
        });
        window_event_listener_untyped("pagehide", move |_| {
            self.driver.with_value(|it| it.iter().for_each(SharedDriver::leave));
        });
    }

    /// What the model shows outside its views: the title, the address, what is kept.
    pub(super) fn reflect(self, ui: Ui) {
        let attention = Memo::new(move |_| {
            let is_inside = self.stage.with(|it| *it == Stage::Inside);
            if is_inside { ui.lists.with(Lists::attention) } else { 0 }
        });
        Effect::new(move |_| {
            let product = ui.texts.product;
            match attention.get() {
                0 => browser::set_title(product),
                count => browser::set_title(&format!("({count}) {product}")),
            }
        });
        Effect::new(move |_| self.keep_drafts());
        let selected = Memo::new(move |_| ui.console.with(|it| it.selected().map(str::to_owned)));
        Effect::new(move |_| match selected.get() {
            Some(id) => {
                let wanted = format!("{SHOWN}{id}");
                let now = browser::fragment();
                if now != wanted {
                    // From the list an entry is added, so that Back leads to the list.
                    browser::set_fragment(&wanted, !now.starts_with(SHOWN));
                }
            }
            None if browser::fragment().starts_with(SHOWN) => browser::set_fragment("", false),
            None => {}
        });
    }

    /// Shows the conversation that the address names; none when it names none.
    pub(super) fn select_by_address(self) {
        let id = browser::fragment().strip_prefix(SHOWN).map(str::to_owned);
        if self.state.console.with_untracked(|it| it.selected() != id.as_deref()) {
            self.wish(Wish::Select(id.filter(|it| !it.is_empty())));
        }
    }

    fn second(self) {
        self.state.clock_ms.set(now_ms());
        if self.state.console.with_untracked(Console::wants_tick) {
            self.state.console.update(|it| it.tick(now_ms()));
        }
    }

    /// The page was shown or hidden, or the network is back. The UCWA driver listens for itself.
    fn looked_at(self) {
        let is_visible = browser::is_visible();
        let effects = self.update(|it| it.visible(is_visible));
        self.run(effects);
        self.pace();
        if is_visible {
            // While hidden a tab may have been told nothing.
            self.reread();
            self.poll(PollInput::Wake);
        }
    }
}
