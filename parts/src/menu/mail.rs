//! Where to send a conversation, asked in the dialog.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use shared::form::{ANSWER_CHARS_MAX, is_email};

use super::dialog::{Past, close, focus_title};
use crate::stage::Refusal;

/// How far a letter got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    Asking,
    /// What was written is no address.
    NoEmail,
    Sending,
    /// It was not taken; what the desk says to that.
    Refused(Refusal),
    /// There is nothing to send.
    NoPast,
    /// The desk sends it, to this address.
    Sent(String),
}

/// Asks for the address and hands the letter in: of a conversation by its id, or of the newest.
pub(super) fn letter(past: Past, id: Option<String>) -> impl IntoView {
    let texts = past.texts;
    let (address, phase) = (RwSignal::new(String::new()), past.letter);
    let is_sent = move || matches!(phase.get(), Phase::Sent(_));
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        let to = address.get_untracked().trim().to_owned();
        if phase.get_untracked() == Phase::Sending {
            return;
        }
        if !is_email(&to) {
            phase.set(Phase::NoEmail);
            return;
        }
        phase.set(Phase::Sending);
        let id = id.clone();
        spawn_local(async move {
            let is_taken = hand_in(past, id, &to).await;
            phase.try_set(is_taken.map_or_else(Phase::Refused, |it| {
                if it { Phase::Sent(to) } else { Phase::NoPast }
            }));
            if phase.try_with_untracked(|it| matches!(it, Phase::Sent(_))) == Some(true) {
                focus_title();
            }
        });
    };
    let trouble = move || match phase.get() {
        Phase::NoEmail => texts.word("no_email").to_owned(),
        Phase::NoPast => texts.word("no_past").to_owned(),
        Phase::Refused(why) if why.is_empty() => texts.word("not_taken").to_owned(),
        Phase::Refused(why) => why,
        Phase::Asking | Phase::Sending | Phase::Sent(_) => String::new(),
    };
    view! {
        <form class="part" novalidate=true data-testid="letter" hidden=is_sent on:submit=send>
            <div class="field">
                <label for="past-email">{texts.word("your_email")}</label>
                <input id="past-email" type="email" autocomplete="email" dir="ltr" maxlength=ANSWER_CHARS_MAX
                    aria-required="true" aria-describedby="past-email-error"
                    aria-invalid=move || if phase.get() == Phase::NoEmail { "true" } else { "false" }
                    prop:value=move || address.get()
                    on:input=move |event| address.set(event_target_value(&event))/>
                <p class="field-error" id="past-email-error" role="alert">{trouble}</p>
            </div>
            <button type="submit" class="button is-primary"
                aria-disabled=move || if phase.get() == Phase::Sending { "true" } else { "false" }>
                {texts.word("send_email")}
            </button>
        </form>
        <div class="part" hidden=move || !is_sent()>
            <p role="status">
                {move || match phase.get() {
                    Phase::Sent(to) => texts.filled("email_sent", "email", &to),
                    _ => String::new(),
                }}
            </p>
            <button type="button" class="button" on:click=move |_| close()>{texts.word("close")}</button>
        </div>
    }
}

/// Whether there was something to send.
async fn hand_in(past: Past, id: Option<String>, to: &str) -> Result<bool, Refusal> {
    let id = match id {
        Some(id) => id,
        None => match past.stage.get_value().newest().await? {
            Some(id) => id,
            None => return Ok(false),
        },
    };
    let body = json!({ "conversation": id, "email": to, "language": past.texts.tag() });
    let stage = past.stage.get_value();
    stage.ask("POST", "/transcript", Some(&body)).await.map(|_| true)
}
