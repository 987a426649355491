//! The form on screen. Nothing that was written is lost: answers are kept until they are taken.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::form::{ANSWER_CHARS_MAX, Answers, Field, FieldKind, Form, LONG_CHARS_MAX, Problem};
use ui::time;
use web_sys::HtmlElement;

use super::{context, message};
use crate::stage::{Stage, focus_soon};
use crate::texts::Texts;

/// What the form is doing.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Asking,
    Sending,
    /// It was not taken; what to tell.
    Refused(String),
    /// The message was kept.
    Left,
}

/// What the view changes.
#[derive(Clone)]
struct Paper {
    stage: Stage,
    slot: HtmlElement,
    form: StoredValue<Form>,
    answers: RwSignal<Answers>,
    /// Problems are shown once the visitor wanted to go on.
    is_judged: RwSignal<bool>,
    phase: RwSignal<Phase>,
}

/// Asks what the site wants to know.
pub fn form(stage: &Stage, slot: &HtmlElement) -> impl IntoView + use<> {
    let form: Form = stage
        .site
        .get("form")
        .and_then(|it| serde_json::from_value(it.clone()).ok())
        .unwrap_or_default();
    let is_closed = form.closed;
    let texts = stage.texts;
    let intro = intro(texts, &form);
    let kept = stage.frame.kept().and_then(|it| serde_json::from_str(&it).ok()).unwrap_or_default();
    let paper = Paper {
        stage: stage.clone(),
        slot: slot.clone(),
        form: StoredValue::new(form.clone()),
        answers: RwSignal::new(kept),
        is_judged: RwSignal::new(false),
        phase: RwSignal::new(Phase::Asking),
    };
    focus_soon(slot, "input, select, textarea");
    let fields: Vec<_> = form.fields.iter().map(|it| field(&paper, it).into_any()).collect();
    let phase = paper.phase;
    let sender = paper.clone();
    let send = if is_closed { "leave_message" } else { "start_chat" };
    view! {
        <form
            class="part form"
            novalidate=true
            data-testid="form"
            hidden=move || phase.get() == Phase::Left
            on:submit=move |event| submitted(&sender, &event)
        >
            <p class="form-intro">{intro}</p>
            {fields}
            <p class="form-error" role="alert">{move || refusal(texts, &phase.get())}</p>
            <button
                type="submit"
                class="button is-primary"
                aria-disabled=move || if phase.get() == Phase::Sending { "true" } else { "false" }
            >
                {texts.word(send)}
            </button>
        </form>
        <div class="part form-left" role="status" tabindex="-1" data-testid="message-left">
            {move || (phase.get() == Phase::Left).then(|| texts.word("message_left"))}
        </div>
    }
}

fn intro(texts: Texts, form: &Form) -> String {
    let said = form.intro.clone();
    let opens = form.opens_ms.filter(|_| form.closed).map(|at_ms| {
        let day = time::date(at_ms, texts.tag());
        let at = [&day, ", ", &time::clock(at_ms, texts.tag())].concat();
        texts.filled("opens_at", "time", &at)
    });
    let own = if form.closed { "closed_intro" } else { "form_intro" };
    let said = said.unwrap_or_else(|| texts.word(own).to_owned());
    [said, opens.unwrap_or_default()].join(" ").trim_end().to_owned()
}

fn label(texts: Texts, field: &Field) -> String {
    field.label.clone().unwrap_or_else(|| match field.name.as_str() {
        "name" => texts.word("your_name").to_owned(),
        "email" => texts.word("your_email").to_owned(),
        "message" => texts.word("your_message").to_owned(),
        other => other.to_owned(),
    })
}

fn complaint(texts: Texts, problem: Problem) -> &'static str {
    match problem {
        Problem::Missing => texts.word("missing"),
        Problem::NoEmail => texts.word("no_email"),
        Problem::NoPhone => texts.word("no_phone"),
        Problem::NoOption => texts.word("no_option"),
        Problem::TooLong => texts.word("too_long"),
    }
}

/// One question with its answer and, under it, what is wrong.
fn field(paper: &Paper, field: &Field) -> impl IntoView + use<> {
    let texts = paper.stage.texts;
    let (answers, is_judged) = (paper.answers, paper.is_judged);
    let (it, asked) = (field.clone(), field.clone());
    let id = ["form-", &field.name].concat();
    let error_id = [&id, "-error"].concat();
    let problem = move || {
        let judged = is_judged.get();
        answers.with(|all| it.problem(it.answer(all))).filter(|_| judged)
    };
    let mark = if field.required { "" } else { texts.word("optional") };
    let is_consent = field.kind == FieldKind::Consent;
    view! {
        <div
            class=if is_consent { "field is-consent" } else { "field" }
            hidden=move || !answers.with(|all| asked.is_asked(all))
        >
            <label for=id.clone()>{label(texts, field)} " " <span class="optional">{mark}</span></label>
            {control(paper, field, &id, &error_id, problem.clone())}
            <p class="field-error" id=error_id>
                {move || problem().map(|it| complaint(texts, it))}
            </p>
        </div>
    }
}

fn control(
    paper: &Paper,
    field: &Field,
    id: &str,
    error_id: &str,
    problem: impl Fn() -> Option<Problem> + Clone + Send + Sync + 'static,
) -> AnyView {
    let invalid = move || if problem().is_some() { "true" } else { "false" };
    let answers = paper.answers;
    let (name, own) = (field.name.clone(), field.name.clone());
    let own_paper = paper.clone();
    let put = move |text: String| put(&own_paper, &name, text);
    let value = move || answers.with(|it| it.get(&own).cloned().unwrap_or_default());
    let (id, error_id, required) = (id.to_owned(), error_id.to_owned(), field.required.to_string());
    let (kind, autocomplete) = match (field.kind, field.name.as_str()) {
        (FieldKind::Email, _) => ("email", "email"),
        (FieldKind::Phone, _) => ("tel", "tel"),
        (_, "name") => ("text", "name"),
        _ => ("text", "on"),
    };
    match field.kind {
        FieldKind::Long => view! {
            <textarea id=id rows="4" dir="auto" maxlength=LONG_CHARS_MAX aria-required=required
                aria-describedby=error_id aria-invalid=invalid prop:value=value
                on:input=move |event| put(event_target_value(&event))></textarea>
        }
        .into_any(),
        FieldKind::Choice => {
            let option = |it: &String| view! { <option value=it.clone()>{it.clone()}</option> };
            let options: Vec<_> = field.options.iter().map(option).collect();
            view! {
                <select id=id aria-required=required aria-describedby=error_id aria-invalid=invalid
                    prop:value=value on:change=move |event| put(event_target_value(&event))>
                    <option value="">{paper.stage.texts.word("choose")}</option>
                    {options}
                </select>
            }
            .into_any()
        }
        FieldKind::Consent => view! {
            <input id=id type="checkbox" aria-required=required aria-describedby=error_id
                aria-invalid=invalid prop:checked=move || value() == "yes"
                on:change=move |event| {
                    put(if event_target_checked(&event) { "yes".to_owned() } else { String::new() });
                }/>
        }
        .into_any(),
        FieldKind::Text | FieldKind::Email | FieldKind::Phone => view! {
            <input id=id type=kind autocomplete=autocomplete dir="auto" maxlength=ANSWER_CHARS_MAX
                aria-required=required aria-describedby=error_id aria-invalid=invalid prop:value=value
                on:input=move |event| put(event_target_value(&event))/>
        }
        .into_any(),
    }
}

fn refusal(texts: Texts, phase: &Phase) -> String {
    match phase {
        Phase::Refused(why) if why.is_empty() => texts.word("not_taken").to_owned(),
        Phase::Refused(why) => why.clone(),
        _ => String::new(),
    }
}

fn put(paper: &Paper, name: &str, text: String) {
    paper.answers.update(|it| {
        it.insert(name.to_owned(), text);
    });
    let json = paper.answers.with_untracked(serde_json::to_string);
    // Texts by texts; they always have a JSON form.
    paper.stage.frame.keep(&json.unwrap_or_default());
}

fn submitted(paper: &Paper, event: &SubmitEvent) {
    event.prevent_default();
    if paper.phase.get_untracked() == Phase::Sending {
        return;
    }
    paper.is_judged.set(true);
    let form = paper.form.get_value();
    let answers = paper.answers.get_untracked();
    if !form.problems(&answers).is_empty() {
        focus_soon(&paper.slot, "[aria-invalid=true]");
        return;
    }
    let now = js_sys::Date::new_0().to_iso_string().as_string().unwrap_or_default();
    let frame = &paper.stage.frame;
    if !form.closed {
        frame.describe(&context(&form, &answers, &now).to_string());
        taken(&paper.stage);
        frame.tell("start", None);
        return;
    }
    let body = message(&form, &answers, &now);
    let (stage, phase, slot) = (paper.stage.clone(), paper.phase, paper.slot.clone());
    phase.set(Phase::Sending);
    spawn_local(async move {
        match stage.ask("POST", "/messages", Some(&body)).await {
            Ok(_) => {
                taken(&stage);
                phase.set(Phase::Left);
                focus_soon(&slot, "[role=status]");
            }
            Err(why) => phase.set(Phase::Refused(why)),
        }
    });
}

/// The answers are where they belong, and wait no more.
fn taken(stage: &Stage) {
    stage.frame.keep("");
    stage.frame.emit("form:submitted", "");
}
