//! The browser's services, as plain calls: storage, languages, the clipboard, and the page that
//! embeds this document. Nothing here decides anything.

use std::cell::{Cell, RefCell};

use js_sys::{Object, Reflect};
use leptos::prelude::{document, window, window_event_listener_untyped};
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
    let Some(storage) = storage().filter(|_| !IS_GONE.get()) else { return };
    let _ = if text.is_empty() { storage.remove_item(name) } else { storage.set_item(name, text) };
}

/// Forgets what was kept under these names, tells the page, and starts the document anew: nothing of
/// the visitor is left in its memory either.
pub fn forget(names: [&str; 2]) {
    for name in names {
        keep(name, "");
    }
    IS_GONE.set(true);
    tell_page(&ToPage::Gone);
    // A document can always be loaded again.
    let _ = window().location().reload();
}

/// Puts a text into the clipboard. The browser asks the visitor where it must.
pub fn copy(text: &str) {
    // The promise is the browser's business: a refusal shows there.
    let _ = window().navigator().clipboard().write_text(text);
}

/// Calls when another tab changed what is kept under a name.
pub fn on_changed_elsewhere(name: String, act: impl Fn() + 'static) {
    window_event_listener_untyped("storage", move |event| {
        let changed = Reflect::get(&event, &"key".into()).unwrap_or_default();
        if changed.as_string().as_deref() == Some(&name) {
            act();
        }
    });
}

/// Whether a page embeds this document.
pub fn is_embedded() -> bool {
    parent().is_some()
}

fn parent() -> Option<web_sys::Window> {
    let this = window();
    this.parent().ok().flatten().filter(|it| !Object::is(it, &this))
}

thread_local! {
    /// The visitor is forgotten, and nothing is kept until the document is gone.
    static IS_GONE: Cell<bool> = const { Cell::new(false) };
    /// The embedding page's origin, known from its first message. The server's `frame-ancestors` has
    /// decided before that it may embed this document.
    static PAGE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// Tells the page something. Before the page has spoken its origin is not known; what is told then
/// says nothing about the visitor.
pub fn tell_page(what: &ToPage) {
    let Some(parent) = parent() else { return };
    let message = Object::new();
    for (name, value) in [
        ("frontdesk", JsValue::from(1)),
        ("type", what.kind().into()),
        ("detail", what.detail().into()),
    ] {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&message, &name.into(), &value);
    }
    let to = PAGE.with_borrow(Clone::clone).unwrap_or_else(|| "*".to_owned());
    // It fails only for an address that is no origin, and these come from the browser.
    let _ = parent.post_message(&message, &to);
}

/// Hands in what the page says: only the window that embeds this document is heard, and only from
/// the origin it first spoke from.
pub fn listen_to_page(on: impl Fn(FromPage) + 'static) {
    let Some(parent) = parent() else { return };
    let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let is_parent = event.source().is_some_and(|it| Object::is(&it, &parent));
        if !is_parent || !is_known(&event.origin()) {
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

fn is_known(origin: &str) -> bool {
    PAGE.with_borrow_mut(|it| it.get_or_insert_with(|| origin.to_owned()) == origin)
}
