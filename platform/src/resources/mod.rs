//! The resources: one file each, with its routes, bodies, handlers and refusals.

mod adhoc_meetings;
mod anon_application_tokens;
mod applications;
mod autodiscover;
mod batch;
mod bridge;
mod communication;
mod conversation;
mod discover;
mod events;
mod leaders;
mod location;
mod make_me_available;
mod marks;
mod me;
mod messages;
mod messaging;
mod messaging_invitations;
mod note;
mod online_meeting;
mod online_meeting_invitations;
mod participant_invitations;
mod participants;
mod people;
mod policies;
mod presence;
mod trusted_applications;
mod web_ticket;
mod xframe;

use axum::Router;
use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::response::{IntoResponse as _, Response};
use tower_http::catch_panic::CatchPanicLayer;

use crate::Platform;
use crate::core::Reply;
use crate::refusal::Refusal;
use crate::web::{Answer, created, edge, no_content};

/// What a path may name. Which of them a route has, the route says.
#[derive(Debug, Default)]
struct Ids {
    conversation: String,
    invitation: String,
    participant: String,
    number: String,
    meeting: String,
}

impl FromRequestParts<Platform> for Ids {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Platform) -> Result<Self, Refusal> {
        // What is no text names nothing.
        let params = RawPathParams::from_request_parts(parts, &());
        let params = params.await.map_err(|_| Refusal::NotFound)?;
        let mut ids = Self::default();
        for (name, value) in &params {
            let place = match name {
                "conversation" => &mut ids.conversation,
                "invitation" => &mut ids.invitation,
                "participant" => &mut ids.participant,
                "number" => &mut ids.number,
                "meeting" => &mut ids.meeting,
                _ => continue,
            };
            value.clone_into(place);
        }
        Ok(ids)
    }
}

/// All resources behind the edge.
pub(crate) fn router(platform: &Platform) -> Router {
    let ucwa = applications::routes()
        .merge(batch::routes())
        .merge(policies::routes())
        .merge(me::routes())
        .merge(make_me_available::routes())
        .merge(presence::routes())
        .merge(note::routes())
        .merge(location::routes())
        .merge(people::routes())
        .merge(events::routes());
    let member = communication::routes()
        .merge(messaging_invitations::routes())
        .merge(online_meeting_invitations::routes())
        .merge(participant_invitations::routes())
        .merge(conversation::routes())
        .merge(participants::routes())
        .merge(leaders::routes())
        .merge(messaging::routes())
        .merge(messages::routes())
        .merge(marks::routes())
        .merge(bridge::routes())
        .merge(online_meeting::routes());
    let application = "/v1/applications/{app}";
    let inner = discover::routes()
        .merge(trusted_applications::routes())
        .merge(anon_application_tokens::routes())
        .merge(adhoc_meetings::routes())
        .merge(web_ticket::routes())
        .merge(autodiscover::routes())
        .merge(xframe::routes())
        .merge(applications::doors())
        .nest(&format!("/ucwa/psanon{application}"), ucwa.clone().merge(member.clone()))
        .nest(&format!("/ucwa/oauth{application}"), ucwa.merge(member.clone()))
        .nest(&format!("/platformservice{application}"), member)
        .fallback(|| async { Refusal::NotFound })
        .method_not_allowed_fallback(|| async { Refusal::WrongVerb })
        .layer(CatchPanicLayer::custom(panicked))
        .with_state(platform.clone());
    // Case does not count in addresses (§2A), so the edge sees every one before it is routed.
    Router::new().fallback(edge).with_state((platform.clone(), inner))
}

/// A bug of ours: the one who asked is told so, and the connection goes on.
fn panicked(_: Box<dyn std::any::Any + Send>) -> Response {
    Refusal::Internal("a handler panicked; what it was doing is above".to_owned()).into_response()
}

/// The usual answer to an operation: 201 with a `Location`, or 204.
fn answer(reply: &Reply) -> Answer {
    match reply {
        Reply::Created(location) => created(location),
        Reply::Done => Ok(no_content()),
        Reply::Application { .. } | Reply::Meeting(_) => {
            Err(Refusal::Internal("an operation had an unexpected reply".to_owned()))
        }
    }
}
