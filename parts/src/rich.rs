//! A message with markup, a file or answers to choose from, in the place of its plain text. The widget's
//! program shows the text; the document asks for this where there is more in it (`widget/loader/parts.js`).

use leptos::prelude::*;
use ui::file_link::FileLink;
use ui::markup::blocks;
use ui::message_text::message_text;
use ui::rich::{Manner, rich};
use wasm_bindgen::JsCast as _;
use web_sys::HtmlElement;

use crate::stage::Stage;

/// What was said in one message; `choose` where its answers may be chosen still. Visitors write as people do:
/// in what they wrote (`is_own`), a file is the only thing that is more than text.
pub fn message(
    stage: &Stage,
    text: &str,
    is_own: bool,
    choose: Option<UnsyncCallback<String>>,
) -> AnyView {
    let origin = stage.origin();
    if is_own && FileLink::read(text, &origin).is_none() {
        return message_text(text).into_any();
    }
    let texts = stage.texts;
    let manner = Manner { file: texts.word("file"), replies: texts.word("replies"), choose };
    rich(blocks(text, &origin), &manner)
}

/// [`message`] for the conversation that goes on: a chosen answer is sent, and the focus goes from it, which is
/// gone then, to the messages.
pub fn bubble(stage: &Stage, text: &str) -> AnyView {
    let frame = stage.frame.clone();
    let choose = UnsyncCallback::new(move |answer: String| {
        let log = document().query_selector("[role=log]").ok().flatten();
        if let Some(it) = log.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            // It fails only for what cannot have the focus, and this can.
            let _ = it.focus();
        }
        frame.tell("send", Some(&answer));
    });
    message(stage, text, false, Some(choose))
}
