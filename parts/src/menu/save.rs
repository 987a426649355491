//! A conversation as a file of the visitor's.

use std::time::Duration;

use js_sys::{Array, Date, Object, Reflect};
use leptos::prelude::*;
use shared::date::UnixMs;
use shared::visitor_desk::VisitorTranscript;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

use super::dialog::Past;
use super::text_file;
use crate::limits::DOWNLOAD_MS;

/// Date with year and time of day, in the reader's form.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of any date are far below 2^53")]
pub(super) fn when(at_ms: UnixMs, language: &str) -> String {
    let options = Object::new();
    for (name, value) in [("dateStyle", "medium"), ("timeStyle", "short")] {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    Date::new(&JsValue::from_f64(at_ms as f64)).to_locale_string(language, &options).into()
}

/// Hands the browser a text file of the conversation.
///
/// # Errors
/// What the browser says that does not make files.
pub(super) fn save(past: Past, said: &VisitorTranscript) -> Result<(), JsValue> {
    let texts = past.texts;
    let file = text_file(said, texts.word("you"), &past.title(), |it| when(it, texts.tag()));
    let kind = BlobPropertyBag::new();
    kind.set_type("text/plain;charset=utf-8");
    let blob = Blob::new_with_str_sequence_and_options(&Array::of1(&file.into()), &kind)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let day = ui::time::datetime_attribute(said.conversation.started_ms);
    let link = document().create_element("a")?.unchecked_into::<HtmlAnchorElement>();
    link.set_href(&url);
    link.set_download(&["conversation-", day.get(..10).unwrap_or_default(), ".txt"].concat());
    link.click();
    // The browser reads it after this; then its memory is given back, and a failure to do so costs only that.
    set_timeout(move || drop(Url::revoke_object_url(&url)), Duration::from_millis(DOWNLOAD_MS));
    Ok(())
}
