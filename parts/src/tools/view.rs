//! The popover with files and emoji, and above the field the files that are on their way.

use leptos::ev::{Event, KeyboardEvent};
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, HtmlInputElement, HtmlTextAreaElement};

use super::emoji::{EMOJI, step};
use super::queue::Stand;
use super::uploads::{self, uploads};
use crate::stage::{Stage, focus_soon};

const CLIP: &str = "M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.5 1.5 0 0 1-2.2-2.2l7.3-7.3";
const CAMERA: &str =
    "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5";
const CROSS: &str = "M6 6l12 12M18 6L6 18";

/// What is beside the field.
pub fn tools(stage: &Stage, place: &HtmlElement) -> impl IntoView + use<> {
    let rows = rows(stage, place);
    let texts = stage.texts;
    view! {
        {rows}
        <p class="visually-hidden" role="status">{move || uploads().said.get()}</p>
        <div class="tools-popover" popover="auto" role="dialog" aria-label=texts.word("emoji_and_files")
            data-testid="tools">
            {chooser(stage, place, false)}
            {chooser(stage, place, true)}
            {grid(stage, place)}
        </div>
    }
}

fn sign(path: &'static str) -> impl IntoView {
    view! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d=path></path></svg> }
}

/// Files from the device, or one that its camera takes.
fn chooser(stage: &Stage, place: &HtmlElement, is_photo: bool) -> impl IntoView + use<> {
    let (word, path, class) = if is_photo {
        ("take_photo", CAMERA, "menu-item tools-choice is-photo")
    } else {
        ("attach", CLIP, "menu-item tools-choice")
    };
    let name = stage.texts.word(word);
    let (stage, place) = (stage.clone(), place.clone());
    let chosen = move |event: Event| {
        let input: HtmlInputElement = event_target(&event);
        let Some(list) = input.files() else { return };
        let files = (0..list.length()).filter_map(|it| list.get(it)).collect();
        // The same file may be chosen again.
        input.set_value("");
        hide(&place);
        uploads::add(&stage, files);
        focus_field();
    };
    let testid = if is_photo { "take-photo" } else { "attach" };
    view! {
        <label class=class>
            {sign(path)} <span>{name}</span>
            <input type="file" class="visually-hidden" data-testid=testid multiple=!is_photo
                accept=is_photo.then_some("image/*") capture=is_photo.then_some("environment")
                on:change=chosen/>
        </label>
    }
}

/// One of them is in the order of the tabulator, and arrows lead to the others.
fn grid(stage: &Stage, place: &HtmlElement) -> impl IntoView + use<> {
    let at = RwSignal::new(0_usize);
    let buttons: Vec<_> = EMOJI
        .into_iter()
        .enumerate()
        .map(|(number, emoji)| {
            let place = place.clone();
            view! {
                <button type="button" class="emoji"
                    tabindex=move || if at.get() == number { "0" } else { "-1" }
                    on:click=move |_| {
                        at.set(number);
                        hide(&place);
                        insert(emoji);
                    }>
                    {emoji}
                </button>
            }
        })
        .collect();
    let here = place.clone();
    let pressed = move |event: KeyboardEvent| {
        let is_rtl = document().dir() == "rtl";
        let Some(to) = step(at.get_untracked(), &event.key(), is_rtl) else { return };
        event.prevent_default();
        at.set(to);
        focus_soon(&here, ".emoji[tabindex='0']");
    };
    view! {
        <div class="emojis" role="group" aria-label=stage.texts.word("emoji") on:keydown=pressed>{buttons}</div>
    }
}

fn hide(place: &HtmlElement) {
    let found = place.query_selector(":popover-open").ok().flatten();
    if let Some(it) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // It fails only for one that is not open.
        let _ = it.hide_popover();
    }
}

fn field() -> Option<HtmlTextAreaElement> {
    let found = document().query_selector(".composer textarea").ok().flatten()?;
    found.dyn_into().ok()
}

fn focus_field() {
    if let Some(field) = field() {
        // It fails only for what cannot have the focus.
        let _ = field.focus();
    }
}

/// Writes where the visitor was writing; the program hears of it as of what is typed.
fn insert(text: &str) {
    let Some(field) = field().filter(|it| !it.read_only()) else { return };
    let at = field.selection_start().ok().flatten().unwrap_or_default();
    let end = at + u32::try_from(text.encode_utf16().count()).unwrap_or_default();
    focus_field();
    // None of these fails for a text field in the document.
    let _ = field.set_range_text(text);
    let _ = field.set_selection_range(end, end);
    if let Ok(input) = document().create_event("Event") {
        input.init_event_with_bubbles("input", true);
        let _ = field.dispatch_event(&input);
    }
}

/// The files that are on their way, or did not arrive.
fn rows(stage: &Stage, place: &HtmlElement) -> impl IntoView + use<> {
    let (stage, place) =
        (StoredValue::new_local(stage.clone()), StoredValue::new_local(place.clone()));
    let keys = move || uploads().queue.with(super::queue::Queue::keys);
    let row = move |key: u32| place.with_value(|place| stage.with_value(|it| row(it, place, key)));
    view! {
        <ul class="uploads"><For each=keys key=|it| *it children=row/></ul>
    }
}

fn row(stage: &Stage, place: &HtmlElement, key: u32) -> impl IntoView + use<> {
    let texts = stage.texts;
    let name = uploads().queue.with_untracked(|it| it.get(key).map(|it| it.name.clone()));
    let name = name.unwrap_or_default();
    let stand = move || uploads().queue.with(|it| it.get(key).map(|it| it.stand.clone()));
    let note = move || match stand() {
        Some(Stand::Failed(why) | Stand::Refused(why)) => why,
        Some(Stand::Held) => texts.word("file_waits").to_owned(),
        _ => String::new(),
    };
    let percent = move || match stand() {
        Some(Stand::Sending(percent)) => percent.to_string(),
        _ => "0".to_owned(),
    };
    let may_go = move || matches!(stand(), Some(Stand::Failed(_)));
    let has_failed = move || may_go() || matches!(stand(), Some(Stand::Refused(_)));
    let is_still = move || has_failed() || stand() == Some(Stand::Held);
    let (again, up, place) = (stage.clone(), stage.clone(), place.clone());
    view! {
        <li class="upload" class:has-failed=has_failed data-testid="upload">
            <span class="upload-name" dir="auto">{name.clone()}</span>
            <progress max="100" prop:value=percent hidden=is_still
                aria-label=texts.filled("sending_file", "name", &name)></progress>
            <p class="upload-note" hidden=move || !is_still()>{note}</p>
            <button type="button" class="text-button" data-testid="upload-again"
                hidden=move || !may_go()
                on:click=move |_| {
                    uploads::again(&again, key);
                    // The button goes away.
                    focus_soon(&place, ".upload-cancel");
                }>
                {texts.word("try_again")}
            </button>
            <button type="button" class="icon-button upload-cancel" data-testid="upload-cancel"
                aria-label=texts.filled("give_up_file", "name", &name)
                on:click=move |_| {
                    uploads::give_up(&up, key);
                    focus_field();
                }>
                {sign(CROSS)}
            </button>
        </li>
    }
}
