//! More choices in the widget's menu, in its own look.

use std::time::Duration;

use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;

use super::dialog::{Past, Shown, Wanted, dialog};
use super::save::save;
use crate::limits::NOTE_MS;
use crate::stage::Stage;

const DOWNLOAD: &str = "M12 4v11M7 10.5l5 5 5-5M4.5 20h15";
const HISTORY: &str = "M4 5v4h4M4.6 9a8 8 0 1 1-.6 4M12 8v4.5l3 2";
const LETTER: &str = "M3.5 6h17v12.5h-17zM4 6.5l8 6.5 8-6.5";

const BELL: &str = "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4";

/// Sound, download, e-mail, earlier conversations; what they open is a dialog beside the widget's own.
pub fn menu(stage: &Stage) -> impl IntoView + use<> {
    let past = Past::new(stage);
    let texts = past.texts;
    if let Some(body) = document().body() {
        // It goes away with this part.
        let _ = StoredValue::new_local(mount_to(body, move || dialog(past)));
    }
    let note = RwSignal::new("");
    ask_for_mail(past);
    view! {
        {sound(past)}
        <button type="button" class="menu-item" data-testid="download" on:click=move |_| download(past, note)>
            {icon(DOWNLOAD)}
            <span>{texts.word("download")}</span>
        </button>
        <button type="button" class="menu-item" data-testid="email-it"
            hidden=move || !past.may_mail.get()
            popovertarget="menu" popovertargetaction="hide"
            on:click=move |_| past.ask_address(None)>
            {icon(LETTER)}
            <span>{texts.word("email_it")}</span>
        </button>
        <button type="button" class="menu-item" data-testid="earlier"
            popovertarget="menu" popovertargetaction="hide"
            on:click=move |_| {
                past.open(Shown::Nothing);
                past.want(Wanted::List);
            }>
            {icon(HISTORY)}
            <span>{texts.word("past")}</span>
        </button>
        <p class="menu-note" role="status">{move || note.get()}</p>
    }
}

/// One sign, as those of the widget.
pub(super) fn icon(path: &'static str) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=path></path></svg> }
}

/// Whether a message sounds; a choice where the site has sounds.
fn sound(past: Past) -> impl IntoView {
    let stage = past.stage.get_value();
    let has_sound = stage.site.get("sound").and_then(Value::as_bool).unwrap_or_default();
    let wants = RwSignal::new(stage.frame.wants_sound());
    let turn = move |_| {
        wants.update(|it| *it = !*it);
        past.stage.with_value(|it| it.frame.keep_sound(wants.get_untracked()));
    };
    view! {
        <button type="button" class="menu-item" data-testid="sound" hidden=!has_sound
            aria-pressed=move || if wants.get() { "true" } else { "false" }
            on:click=turn>
            {icon(BELL)}
            <span>{past.texts.word("sound")}</span>
        </button>
    }
}

/// E-mail is offered where the desk sends any; what is not known is not offered.
fn ask_for_mail(past: Past) {
    let stage = past.stage.get_value();
    spawn_local(async move {
        let answer = stage.ask("GET", "/state", None).await.unwrap_or_default();
        let may_mail = answer.get("may_mail").and_then(Value::as_bool).unwrap_or_default();
        past.may_mail.try_set(may_mail);
    });
}

/// Saves the newest conversation.
fn download(past: Past, note: RwSignal<&'static str>) {
    let texts = past.texts;
    note.set(texts.word("loading"));
    spawn_local(async move {
        let word = match past.stage.get_value().newest().await {
            Ok(None) => texts.word("no_past"),
            Ok(Some(id)) => match past.transcript(&id).await {
                Ok(said) if save(past, &said).is_ok() => texts.word("downloaded"),
                _ => texts.word("not_loaded"),
            },
            Err(_) => texts.word("not_loaded"),
        };
        note.try_set(word);
        let clear = move || {
            note.try_set("");
        };
        set_timeout(clear, Duration::from_millis(NOTE_MS));
    });
}
