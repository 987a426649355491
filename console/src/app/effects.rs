//! What a person wants, and what the model wants done.

use client::web::now_ms;
use leptos::prelude::*;
use leptos::task::spawn_local;
use ui::file_link::FileLink;
use web_sys::AbortController;

use super::App;
use crate::desk_driver::fetch;
use crate::model::{Console, DeskCall, Effect, Said, Wish};
use crate::view::said;
use crate::{browser, limits};

impl App {
    /// Changes the model and answers with what is to be done.
    pub(super) fn update(self, change: impl FnOnce(&mut Console) -> Vec<Effect>) -> Vec<Effect> {
        self.state.console.try_update(change).unwrap_or_default()
    }

    /// A person wants something.
    pub(super) fn wish(self, wish: Wish) {
        // These change nothing on screen by themselves: the machine's model does.
        let is_quiet = matches!(
            wish,
            Wish::Typing(_) | Wish::AtEnd(_) | Wish::Send { .. } | Wish::Retry { .. }
        );
        let change = |it: &mut Console| it.wish(now_ms(), wish);
        let effects = if is_quiet {
            self.state.console.try_update_untracked(change).unwrap_or_default()
        } else {
            self.update(change)
        };
        self.run(effects);
    }

    /// Does what is to be done.
    pub(super) fn run(self, effects: Vec<Effect>) {
        for effect in effects.into_iter().filter(|it| self.is_heard(it)) {
            match effect {
                Effect::Ucwa(command) => self.command(command),
                Effect::Desk(call) => self.ask(call),
                Effect::Say(id, what) => {
                    self.state.announcer.say(&id, &said(self.state.texts, &self.read_out(what)));
                }
                Effect::Chime => {
                    if !self.state.is_muted.get_untracked() {
                        browser::sound::chime();
                    }
                }
                Effect::KeepMarks => self.keep_marks(),
            }
        }
    }

    /// What is read out of a file is its name, not its address.
    fn read_out(self, what: Said) -> Said {
        let Said::Message { name, text } = what else { return what };
        let file = FileLink::read(&text, &browser::origin());
        let text = file.map_or(text, |it| (self.state.texts.file_named)(&it.name));
        Said::Message { name, text }
    }

    fn ask(self, call: DeskCall) {
        let request = call.request(&browser::origin());
        let bearer = self.bearer();
        spawn_local(async move {
            let controller = AbortController::new().ok();
            let result = fetch(request, bearer, controller, limits::DESK_CALL_MS_MAX).await;
            let answered = call.read(result);
            let effects = self.update(|it| it.desk_answered(&call, answered));
            self.run(effects);
        });
    }
}
