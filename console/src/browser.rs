//! The browser's services, as plain calls: languages, storage, title, address, focus. Nothing here
//! decides anything.

pub mod resize;
pub mod sound;

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{HtmlElement, Storage};

/// Below this width one pane is shown at a time; the style sheets have the same number.
const NARROW: &str = "(max-width: 47.49rem)";

/// Where a reload finds what was on screen. It ends with the tab.
fn session() -> Option<Storage> {
    window().session_storage().ok().flatten()
}

/// Where what an agent chose for good is kept.
fn local() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

/// The reader's languages, best first.
pub fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|it| it.as_string()).collect()
}

/// The origin of the page, such as `https://chat.example`.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// The fragment of the address, with `#`.
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// What was kept for this tab.
pub fn kept(name: &str) -> Option<String> {
    session()?.get_item(name).ok().flatten()
}

/// Keeps something for this tab. A full or forbidden storage costs the survival of a reload only, so
/// it is no error here.
pub fn keep(name: &str, value: &str) {
    if let Some(it) = session() {
        let _ = it.set_item(name, value);
    }
}

/// Forgets what was kept for this tab.
pub fn forget(name: &str) {
    if let Some(it) = session() {
        let _ = it.remove_item(name);
    }
}

/// What was chosen for good.
pub fn chosen(name: &str) -> Option<String> {
    local()?.get_item(name).ok().flatten()
}

/// Keeps a choice for good, as far as the browser allows it; `None` takes it back.
pub fn choose(name: &str, value: Option<&str>) {
    if let Some(it) = local() {
        let _ = match value {
            Some(value) => it.set_item(name, value),
            None => it.remove_item(name),
        };
    }
}

/// What was chosen or kept for good under names that begin so, by the rest of the name.
pub fn chosen_below(prefix: &str) -> Vec<(String, String)> {
    let Some(it) = local() else { return Vec::new() };
    let names = (0..it.length().unwrap_or_default()).filter_map(|at| it.key(at).ok().flatten());
    let below = names.filter_map(|name| {
        let text = it.get_item(&name).ok().flatten()?;
        Some((name.strip_prefix(prefix)?.to_owned(), text))
    });
    below.collect()
}

/// Names the window.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Language of the document, for hyphens, quotes and screen readers.
pub fn set_language(tag: &str) {
    if let Some(root) = document().document_element() {
        // An attribute of this name can always be set.
        let _ = root.set_attribute("lang", tag);
    }
}

/// Whether the page can be seen.
pub fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// Whether one pane is shown at a time.
pub fn is_narrow() -> bool {
    window().match_media(NARROW).ok().flatten().is_some_and(|it| it.matches())
}

/// Puts a fragment into the address. `adds` makes an entry that the browser's Back undoes.
pub fn set_fragment(fragment: &str, adds: bool) {
    let Ok(history) = window().history() else { return };
    let location = window().location();
    let path = location.pathname().unwrap_or_default() + &location.search().unwrap_or_default();
    let url = format!("{path}{fragment}");
    // The same document's address is always allowed.
    let _ = if adds {
        history.push_state_with_url(&JsValue::NULL, "", Some(&url))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&url))
    };
}

/// Puts a text into the clipboard. The browser asks the person where it must, and says so itself
/// where it refuses.
pub fn copy(text: &str) {
    let _ = window().navigator().clipboard().write_text(text);
}

/// Moves the focus to the first element that a selector finds. Answers whether there is one.
pub fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    let Some(element) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return false;
    };
    element.focus().is_ok()
}

/// Whether nothing in particular, or something that this selector finds, has the focus.
pub fn focus_is_free_or_in(selector: &str) -> bool {
    match document().active_element() {
        None => true,
        Some(it) => it.tag_name() == "BODY" || it.closest(selector).ok().flatten().is_some(),
    }
}

/// Whether a modal dialog is open.
pub fn has_dialog() -> bool {
    document().query_selector("dialog[open]").ok().flatten().is_some()
}
