//! Who the visitor is and who else is there; on wide screens only.

use leptos::prelude::*;
use shared::desk::AgentView;
use ui::message_text::message_text;
use ui::time;

use super::Ui;
use super::availability::words;
use super::avatar::Avatar;
use super::head::stand_words;
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
            <dl class="facts">
                <Fact name=texts.status>{stand}</Fact>
                <Fact name=texts.site>{pane.site}</Fact>
                {pane.page.map(|page| view! {
                    <Fact name=texts.page>
                        {message_text(&page)}
                    </Fact>
                })}
                <Fact name=texts.started>
                    <time datetime=time::datetime_attribute(pane.started_ms)>{started}</time>
                </Fact>
            </dl>
        </section>
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
