//! `leaders` and `attendees`: the participants of a meeting by their role (`protocol.md` §2A.4, §2B.4).
//!
//! ```json
//! {"_links":{"self":{"href":"…/conversations/c1/leaders"},
//!   "participant":{"href":"…/conversations/c1/participants/help@t.example","title":"Helpdesk"}},
//!  "rel":"leaders"}
//! ```
//!
//! `participant` is an array when there are several. Oneself is among them, unlike in `participants`.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::{LinkValue, Resource};

use super::Ids;
use crate::Platform;
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::web::{Answer, document};

pub(super) fn routes() -> Router<Platform> {
    let conversation = "/communication/conversations/{conversation}";
    Router::new()
        .route(&format!("{conversation}/leaders"), get(leaders))
        .route(&format!("{conversation}/attendees"), get(attendees))
}

/// Who may let others in and put them out.
async fn leaders(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    list(&platform, &caller, &ids, ("leaders", "Leader")).await
}

/// All other members.
async fn attendees(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    list(&platform, &caller, &ids, ("attendees", "Attendee")).await
}

async fn list(
    platform: &Platform,
    caller: &Caller,
    ids: &Ids,
    (rel, role): (&str, &str),
) -> Answer {
    let face = caller.face();
    let found = platform.shell.read(|core| {
        let it = core.conversation_of(&caller.owner(), &ids.conversation)?;
        it.meeting().ok_or(Refusal::NotFound)?;
        let here = if rel == "leaders" { face.leaders(&it.id) } else { face.attendees(&it.id) };
        let mut out = Resource::new(rel).link("self", here);
        let everybody = [it.me.clone()].into_iter().chain(core.others(it));
        for person in everybody.filter(|person| core.role(it, person) == Some(role)) {
            let href = face.participant(&it.id, person.key());
            let link = LinkValue { title: Some(person.name.clone()), ..LinkValue::to(href) };
            out = out.link_value("participant", link);
        }
        Ok(out)
    });
    Ok(document(&found.await?, face.dialect))
}
