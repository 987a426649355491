//! The question on screen: five answers, a few words, thanks.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::json;
use web_sys::HtmlElement;

use super::SCORES;
use crate::limits::COMMENT_CHARS_MAX;
use crate::stage::{Refusal, Stage, focus_soon};

/// What became of the answer: nothing yet, on its way, taken, or refused with what to tell.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Asking,
    Sending,
    Taken,
    Refused(String),
}

const FACES: [&str; 5] = ["😞", "😕", "😐", "😊", "😀"];
const NAMES: [&str; 5] = ["score_1", "score_2", "score_3", "score_4", "score_5"];

/// Asks how it was.
pub fn rating(stage: &Stage, slot: &HtmlElement) -> impl IntoView + use<> {
    let texts = stage.texts;
    let score = RwSignal::new(0_u8);
    let comment = RwSignal::new(String::new());
    let phase = RwSignal::new(Phase::Asking);
    let (stage, slot) = (stage.clone(), slot.clone());
    let send = move |event: SubmitEvent| {
        event.prevent_default();
        if phase.get_untracked() == Phase::Sending || score.get_untracked() == 0 {
            return;
        }
        phase.set(Phase::Sending);
        let (stage, slot) = (stage.clone(), slot.clone());
        spawn_local(async move {
            match submit(&stage, score.get_untracked(), &comment.get_untracked()).await {
                Ok(()) => {
                    stage.frame.emit("rating:submitted", &score.get_untracked().to_string());
                    phase.set(Phase::Taken);
                    focus_soon(&slot, "[role=status]");
                }
                Err(why) => phase.set(Phase::Refused(why)),
            }
        });
    };
    let choice = move |(at, number): (usize, u8)| {
        view! {
            <label class="score">
                <input type="radio" name="score" class="visually-hidden"
                    prop:checked=move || score.get() == number
                    on:change=move |_| score.set(number)/>
                <span class="face" aria-hidden="true">{FACES[at]}</span>
                <span class="visually-hidden">{texts.word(NAMES[at])}</span>
            </label>
        }
    };
    let choices: Vec<_> = SCORES.into_iter().enumerate().map(choice).collect();
    view! {
        <form class="part rating" data-testid="rating" hidden=move || phase.get() == Phase::Taken on:submit=send>
            <fieldset>
                <legend>{texts.word("how_was_it")}</legend>
                <div class="scores">{choices}</div>
            </fieldset>
            <div class="field" hidden=move || score.get() == 0>
                <label for="rating-comment">{texts.word("comment")} " " <span class="optional">{texts.word("optional")}</span></label>
                <textarea id="rating-comment" rows="2" dir="auto" maxlength=COMMENT_CHARS_MAX
                    prop:value=move || comment.get()
                    on:input=move |event| comment.set(event_target_value(&event))></textarea>
                <p class="form-error" role="alert">
                    {move || match phase.get() {
                        Phase::Refused(why) if why.is_empty() => texts.word("not_taken").to_owned(),
                        Phase::Refused(why) => why,
                        _ => String::new(),
                    }}
                </p>
                <button type="submit" class="button">{texts.word("send_rating")}</button>
            </div>
        </form>
        <p class="rating-thanks" role="status" tabindex="-1">
            {move || (phase.get() == Phase::Taken).then(|| texts.word("thanks"))}
        </p>
    }
}

/// Hands in what the visitor thinks of the newest conversation, the one that ended above.
async fn submit(stage: &Stage, score: u8, comment: &str) -> Result<(), Refusal> {
    let newest = stage.newest().await?.unwrap_or_default();
    let body = json!({ "conversation": newest, "score": score, "comment": comment.trim() });
    stage.ask("POST", "/rating", Some(&body)).await.map(drop)
}
