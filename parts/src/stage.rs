//! What every part is given: the words, the site, and the document around it.

use gloo_net::http::{Request, RequestBuilder};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::Value;
use shared::visitor_desk::PastConversation;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

use crate::limits::ANSWER_WITHIN_MS;
use crate::texts::Texts;

#[wasm_bindgen]
extern "C" {
    /// What `widget/loader/parts.js` hands in.
    #[derive(Clone)]
    pub type Frame;

    /// Tells the widget's program something, as the page does.
    #[wasm_bindgen(method)]
    pub fn tell(this: &Frame, kind: &str, value: Option<&str>);

    /// The document's origin.
    #[wasm_bindgen(method, getter)]
    fn origin(this: &Frame) -> String;

    /// Tells the helpdesk of the visitor: the JSON of a part of a `shared::VisitorContext`.
    #[wasm_bindgen(method)]
    pub fn describe(this: &Frame, about: &str);

    /// Tells the page of an event, by its name.
    #[wasm_bindgen(method)]
    pub fn emit(this: &Frame, name: &str, detail: &str);

    /// The answers that were kept of a form; forgotten with the visitor.
    #[wasm_bindgen(method)]
    pub fn kept(this: &Frame) -> Option<String>;

    /// Keeps the answers of a form, where the visitor allows it; an empty text is none.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Frame, answers: &str);

    /// Whether the visitor wants to hear when a message comes.
    #[wasm_bindgen(method, js_name = wantsSound)]
    pub fn wants_sound(this: &Frame) -> bool;

    /// Keeps whether the visitor wants that; forgotten with the visitor.
    #[wasm_bindgen(method, js_name = keepSound)]
    pub fn keep_sound(this: &Frame, wants: bool);

    /// The visitor's ticket for the desk; empty where there is none. `anew` when the desk refuses the
    /// last one.
    #[wasm_bindgen(method, catch)]
    async fn ticket(this: &Frame, anew: bool) -> Result<JsValue, JsValue>;
}

/// The words, the site, the document.
#[derive(Clone)]
pub struct Stage {
    /// The words.
    pub texts: Texts,
    /// What the server wrote of the site.
    pub site: Value,
    /// The document.
    pub frame: Frame,
}

/// Why the desk did not do something: what to tell the visitor, empty for a failure without words.
pub type Refusal = String;

impl Stage {
    /// The visitor's ticket for the desk; `anew` where the desk refuses the one there is.
    ///
    /// # Errors
    /// Without words, where the desk gives none.
    pub async fn ticket(&self, anew: bool) -> Result<String, Refusal> {
        let ticket = self.frame.ticket(anew).await.map_err(|_| Refusal::new())?;
        ticket.as_string().ok_or_else(Refusal::new)
    }

    /// Where the document is of, such as `https://chat.example`: the desk's files are there.
    pub fn origin(&self) -> String {
        self.frame.origin()
    }

    /// Asks the desk's API for visitors. Answers with the body, `null` for none.
    ///
    /// # Errors
    /// What the desk says, or nothing where it did not answer.
    pub async fn ask(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, Refusal> {
        let mut answer = self.ask_once(method, path, body, false).await?;
        if answer.status() == 401 {
            answer = self.ask_once(method, path, body, true).await?;
        }
        let is_ok = answer.ok();
        let text = answer.text().await.map_err(|_| Refusal::new())?;
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        if is_ok {
            return Ok(body);
        }
        Err(body.get("message").and_then(Value::as_str).unwrap_or_default().to_owned())
    }

    async fn ask_once(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
        anew: bool,
    ) -> Result<gloo_net::http::Response, Refusal> {
        let ticket = self.frame.ticket(anew).await.ok().and_then(|it| it.as_string());
        let desk = self.site.get("desk").and_then(Value::as_str).unwrap_or_default();
        let url = [desk, path].concat();
        let request = match method {
            "POST" => Request::post(&url),
            _ => Request::get(&url),
        };
        let bearer = ["Bearer ", &ticket.unwrap_or_default()].concat();
        send(request.header("Authorization", &bearer).abort_signal(Some(&timeout())), body).await
    }

    /// The visitor's conversations, newest first.
    ///
    /// # Errors
    /// As [`Stage::ask`].
    pub async fn conversations(&self) -> Result<Vec<PastConversation>, Refusal> {
        read(self.ask("GET", "/conversations", None).await?)
    }

    /// The id of the newest of them, where there is any.
    ///
    /// # Errors
    /// As [`Stage::ask`].
    pub async fn newest(&self) -> Result<Option<String>, Refusal> {
        Ok(self.conversations().await?.into_iter().next().map(|it| it.id))
    }
}

/// What the desk answered, as what was asked for.
///
/// # Errors
/// A refusal without words, where it is something else.
pub fn read<T: DeserializeOwned>(it: Value) -> Result<T, Refusal> {
    serde_json::from_value(it).map_err(|_| Refusal::new())
}

async fn send(
    request: RequestBuilder,
    body: Option<&Value>,
) -> Result<gloo_net::http::Response, Refusal> {
    let request = match body {
        Some(body) => request.header("Content-Type", "application/json").body(body.to_string()),
        None => request.build(),
    };
    request.map_err(|_| Refusal::new())?.send().await.map_err(|_| Refusal::new())
}

fn timeout() -> web_sys::AbortSignal {
    web_sys::AbortSignal::timeout_with_u32(ANSWER_WITHIN_MS)
}

/// Puts the focus on an element of the slot once what is changing now is on screen.
pub fn focus_soon(slot: &HtmlElement, selector: &'static str) {
    let slot = slot.clone();
    request_animation_frame(move || {
        let found = slot.query_selector(selector).ok().flatten();
        if let Some(it) = found.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
            // It fails only for what cannot have the focus, and these can.
            let _ = it.focus();
        }
    });
}
