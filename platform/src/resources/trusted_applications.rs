//! `service:applications` and `service:application`: what a service application may do
//! (`protocol.md` §2A.1).

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::Resource;

use crate::Platform;
use crate::auth::TrustedApp;
use crate::web::{Answer, document};
use crate::wire::Face;

/// The tag of a resource that does not change, as every sample has it.
pub(super) const CONSTANT_ETAG: &str = "4294967295";

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/platformservice/v1/applications", get(list))
        .route("/platformservice/v1/applications/{app}", get(one))
}

/// The way to the application of the endpoint in the query.
async fn list(State(platform): State<Platform>, trusted: TrustedApp) -> Answer {
    let url = &platform.shell.settings.public_url;
    let face = Face::entry(trusted.endpoint(), trusted.dialect());
    let out = Resource::new("applications")
        .link("self", format!("{url}/platformservice/v1/applications"))
        .link("application", format!("{url}{}", face.application()));
    Ok(document(&out, trusted.dialect()))
}

/// What a service application may start.
pub(super) fn communication(face: &Face) -> Resource {
    Resource::new("communication")
        .prop("etag", CONSTANT_ETAG)
        .link("self", face.communication())
        .link("startMessaging", face.start_messaging())
        .link("joinOnlineMeeting", face.join_meeting())
        .link("inviteUserToMeeting", face.invite_user_to_meeting())
}

/// What the service application may do: a link that is absent is a capability it has not.
async fn one(trusted: TrustedApp) -> Answer {
    let face = Face::entry(trusted.endpoint(), trusted.dialect());
    let meetings = Resource::new("adhocMeetings").link("self", face.under("adhocMeetings"));
    let out = Resource::new("application")
        .link("self", face.application())
        .link("anonApplicationTokens", face.under("anonApplicationTokens"))
        .embed("communication", communication(&face))
        .embed("adhocMeetings", meetings);
    Ok(document(&out, trusted.dialect()))
}
