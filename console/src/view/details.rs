//! Who the visitor is and who else is there; on wide screens only.

use leptos::prelude::*;
use shared::desk::{AgentView, Rating};
use shared::{VisitedPage, VisitorAbout, VisitorEvent};
use ui::message_text::message_text;
use ui::time;

use super::Ui;
use super::availability::words;
use super::avatar::Avatar;
use super::head::stand_words;
use super::icon::{Icon, Sign};
use crate::model::Pane;

/// The selected conversation's particulars, and the team.
#[component]
pub(super) fn Details(
    /// Signals and callbacks.
    ui: Ui,
) -> impl IntoView {
    view! {
        <section class="details" aria-label=ui.texts.details>
            {move || ui.pane.get().map(|pane| view! { <About ui pane /> })}
            <Team ui />
        </section>
    }
}

/// The visitor.
#[component]
fn About(ui: Ui, pane: Pane) -> impl IntoView {
    let texts = ui.texts;
    let started = format!("{}, {}", ui.day(pane.started_ms), ui.clock(pane.started_ms));
    let (stand, _) = stand_words(texts, &pane.stand);
    let name = ui.visitor(&pane.visitor);
    view! {
        <section class="about" aria-labelledby="about-title">
            <Avatar name=name.clone() seed=pane.id.clone() />
            <h2 id="about-title">{name}</h2>
            {pane.about.is_verified.then(|| view! {
                <p class="verified" data-testid="verified">
                    <Icon sign=Sign::Verified />
                    {texts.verified}
                </p>
            })}
            <dl class="facts">
                <Fact name=texts.status>{stand}</Fact>
                <Fact name=texts.site>{pane.site}</Fact>
                {pane.rating.map(|it| view! { <Rated ui rating=it /> })}
                <Told ui about=pane.about />
                <Fact name=texts.started>
                    <time datetime=time::datetime_attribute(pane.started_ms)>{started}</time>
                </Fact>
            </dl>
        </section>
    }
}

/// What the visitor thinks of the conversation.
#[component]
fn Rated(ui: Ui, rating: Rating) -> impl IntoView {
    let score = (ui.texts.score)(rating.score);
    view! {
        <Fact name=ui.texts.rating>
            <span data-testid="rating">{score}</span>
            {rating.comment.map(|it| view! { <p class="comment" dir="auto">{message_text(&it)}</p> })}
        </Fact>
    }
}

/// What the website told of the visitor: addresses as links, the rest as text.
#[component]
fn Told(ui: Ui, about: VisitorAbout) -> impl IntoView {
    let texts = ui.texts;
    let facts = [
        (texts.email, about.visitor_email),
        (texts.visitor_id, about.visitor_id),
        (texts.page, about.page),
        (texts.page_title, about.page_title),
        (texts.referrer, about.referrer),
        (texts.language, about.language),
    ];
    let fact = |name: &'static str, value: String| {
        view! { <Fact name>{message_text(&value)}</Fact> }
    };
    let tags = (!about.tags.is_empty()).then(|| {
        let tag = |it: String| view! { <li class="tag" dir="auto">{it}</li> };
        let tags = about.tags.into_iter().map(tag).collect_view();
        view! { <Fact name=texts.tags><ul class="tags">{tags}</ul></Fact> }
    });
    // Newest first: what one looks for is what happened last.
    let page = |it: VisitedPage| trail(ui, it.left_ms, &it.page, it.title);
    let pages = (!about.pages.is_empty()).then(|| {
        let pages = about.pages.into_iter().rev().map(page).collect_view();
        view! { <Fact name=texts.pages_before><ol class="trail">{pages}</ol></Fact> }
    });
    let event = |it: VisitorEvent| trail(ui, it.at_ms, &it.name, it.detail);
    let events = (!about.events.is_empty()).then(|| {
        let events = about.events.into_iter().rev().map(event).collect_view();
        view! { <Fact name=texts.visitor_events><ol class="trail">{events}</ol></Fact> }
    });
    let attribute = |(name, value): (String, String)| {
        view! {
            <div class="fact" data-testid="attribute">
                <dt dir="auto">{name}</dt>
                <dd dir="auto">{message_text(&value)}</dd>
            </div>
        }
    };
    view! {
        {facts.into_iter().filter_map(|(name, value)| Some(fact(name, value?))).collect_view()}
        {tags}
        {about.attributes.into_iter().map(attribute).collect_view()}
        {events}
        {pages}
    }
}

/// Something the visitor did, and when.
fn trail(ui: Ui, at_ms: i64, what: &str, more: Option<String>) -> impl IntoView + use<> {
    view! {
        <li>
            <time datetime=time::datetime_attribute(at_ms)>{ui.clock(at_ms)}</time>
            " "
            <bdi>{message_text(what)}</bdi>
            {more.map(|it| view! { <bdi class="trail-more">{it}</bdi> })}
        </li>
    }
}

/// One particular.
#[component]
fn Fact(name: &'static str, children: Children) -> impl IntoView {
    view! {
        <div class="fact">
            <dt>{name}</dt>
            <dd>{children()}</dd>
        </div>
    }
}

/// Everybody, and whether they are there.
#[component]
fn Team(ui: Ui) -> impl IntoView {
    let agents = Memo::new(move |_| {
        ui.console.with(|it| it.desk().map(|it| it.agents.clone()).unwrap_or_default())
    });
    let agent = move |it: AgentView| {
        let (word, class) = words(ui.texts, it.availability);
        view! {
            <li class="mate">
                <span class=class aria-hidden="true"></span>
                <span class="mate-name">{it.display_name}</span>
                <span class="mate-word">{word}</span>
            </li>
        }
    };
    view! {
        <section class="team" aria-labelledby="team-title">
            <h2 id="team-title">{ui.texts.team}</h2>
            <ul>{move || agents.get().into_iter().map(agent).collect_view()}</ul>
        </section>
    }
}
