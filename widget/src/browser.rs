//! The browser's services, as plain calls: storage, languages, the clipboard, and the document's own
//! script. Nothing here decides anything.

use js_sys::{Object, Reflect};
use leptos::prelude::{document, window};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Storage};

use crate::model::bridge::{FromPage, ToPage};
use crate::model::site::Site;
use crate::texts::{self, WidgetTexts};

/// What the server wrote into a `<meta>` of the document.
fn meta(name: &str) -> Option<String> {
    let selector = ["meta[name=", name, "]"].concat();
    document().query_selector(&selector).ok().flatten()?.get_attribute("content")
}

/// The words of the reader's language.
pub fn texts() -> WidgetTexts {
    WidgetTexts::parse(&meta(texts::META).unwrap_or_else(|| without_server().1))
}

/// The site of this document.
pub fn site() -> Site {
    Site::new(&meta("frontdesk-site").unwrap_or_else(|| without_server().0))
}

/// Whether this is the document that `trunk serve` shows, which has no script that says who opens it.
pub fn is_without_server() -> bool {
    meta("frontdesk-site").is_none()
}

/// Site and words of the document that `trunk serve` shows, which no server has written into.
#[cfg(debug_assertions)]
fn without_server() -> (String, String) {
    (r#"{"id":"demo"}"#.to_owned(), include_str!("../texts/en.json").to_owned())
}

/// A server always has.
#[cfg(not(debug_assertions))]
const fn without_server() -> (String, String) {
    (String::new(), String::new())
}

/// The origin of this document, such as `https://chat.example`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// `None` where the visitor does not allow storage: the chat works, and does not survive a reload.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// What was kept under a name.
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok().flatten()
}

/// Keeps a text; an empty one is forgotten. A full or forbidden storage costs the survival of a
/// reload only, so it is no error here.
pub fn keep(name: &str, text: &str) {
    let Some(storage) = storage() else { return };
    let _ = if text.is_empty() { storage.remove_item(name) } else { storage.set_item(name, text) };
}

/// Puts a text into the clipboard. The browser asks the visitor where it must.
pub fn copy(text: &str) {
    // The promise is the browser's business: a refusal shows there.
    let _ = window().navigator().clipboard().write_text(text);
}

/// Tells the page something, by way of the document's script (`widget/loader/visitor.js`), which knows
/// who embeds it.
pub fn tell_page(what: &ToPage) {
    let message = Object::new();
    for (name, value) in [
        ("frontdesk", JsValue::from(1)),
        ("tell", what.kind().into()),
        ("detail", what.detail().into()),
    ] {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&message, &name.into(), &value);
    }
    // It fails only for an address that is no origin, and this is the document's own.
    let _ = window().post_message(&message, &origin());
}

/// Hands in what the document's script passes on: only this window is heard.
pub fn listen_to_page(on: impl Fn(FromPage) + 'static) {
    let this = window();
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        if !event.source().is_some_and(|it| Object::is(&it, &this)) {
            return;
        }
        let part = |name: &str| Reflect::get(&event.data(), &name.into()).unwrap_or_default();
        if part("frontdesk").as_f64() == Some(1.0)
            && let Some(kind) = part("type").as_string()
            && let Some(what) = FromPage::parse(&kind, part("value").as_string())
        {
            on(what);
        }
    });
    // A listener for a known event can always be added.
    let _ = window().add_event_listener_with_callback("message", heard.as_ref().unchecked_ref());
    heard.forget();
}
