//! `people` and `contact`: names and presence of other users of the tenant (`protocol.md` §2B.1, §2B.4).
//!
//! A `contact` is reached by the link of that name on a `participant`:
//!
//! ```json
//! {"uri":"sip:bob@t.example","name":"Bob","type":"User","sourceNetwork":"SameEnterprise",
//!  "_links":{"self":{"href":"…/people/bob@t.example"},
//!   "contactPresence":{"href":"…/people/bob@t.example/presence"},
//!   "contactNote":{"href":"…/people/bob@t.example/note"}},"rel":"contact"}
//! ```
//!
//! Presence is read, not subscribed to; the document of the protocol describes no subscription.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::{Dialect, Resource, SipUri};

use super::Ids;
use crate::Platform;
use crate::auth::Caller;
use crate::refusal::Refusal;
use crate::web::{self, Answer};
use crate::wire::Face;

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/people", get(people))
        .route("/people/{participant}", get(contact))
        .route("/people/{participant}/presence", get(presence))
        .route("/people/{participant}/note", get(note))
}

/// The document embedded in a user's application.
pub(super) fn document(face: &Face) -> Resource {
    Resource::new("people").link("self", face.under("people"))
}

/// Somebody of the caller's tenant, by address; the rest of the world is as unknown as nobody.
async fn find(
    platform: &Platform,
    caller: &Caller,
    ids: &Ids,
) -> Result<(SipUri, String), Refusal> {
    let app = caller.app()?;
    let uri = SipUri::parse(&ids.participant).map_err(|_| Refusal::NotFound)?;
    let endpoint = platform.shell.read(|core| {
        let user = core.user_of(app)?;
        if user.domain() != uri.domain() {
            return Err(Refusal::NotFound);
        }
        Ok(core.endpoint_name(&uri))
    });
    if let Some(name) = endpoint.await? {
        return Ok((uri, name));
    }
    let user = platform.shell.accounts.user(&uri).await;
    let user = user.map_err(|error| Refusal::Internal(error.to_string()))?;
    let name = user.ok_or(Refusal::NotFound)?.display_name;
    Ok((uri, name))
}

/// Where other users are found.
async fn people(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    platform.shell.read(|core| core.user_of(app).map(|_| ())).await?;
    Ok(web::document(&document(caller.face()), Dialect::Ucwa))
}

/// Another user of the tenant, by address.
async fn contact(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let (uri, name) = find(&platform, &caller, &ids).await?;
    let face = caller.face();
    let here = face.contact(uri.without_scheme());
    let out = Resource::new("contact")
        .prop("uri", uri.as_str())
        .prop("name", name)
        .prop("type", "User")
        .prop("sourceNetwork", "SameEnterprise")
        .link("contactPresence", format!("{here}/presence"))
        .link("contactNote", format!("{here}/note"))
        .link("self", here);
    Ok(web::document(&out, Dialect::Ucwa))
}

/// `{"availability":"Busy","_links":{"self":…},"rel":"contactPresence"}`; `Offline` where nothing
/// of the user is signed in and available.
async fn presence(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let (uri, _) = find(&platform, &caller, &ids).await?;
    let availability = platform.shell.read(|core| {
        let is_endpoint = core.endpoint_name(&uri).is_some();
        let of_user = core.shown(&uri).and_then(|it| it.availability());
        Ok(of_user.unwrap_or(if is_endpoint { "Online" } else { "Offline" }).to_owned())
    });
    let here = format!("{}/presence", caller.face().contact(uri.without_scheme()));
    let out = Resource::new("contactPresence")
        .prop("availability", availability.await?)
        .link("self", here);
    Ok(web::document(&out, Dialect::Ucwa))
}

/// `{"message":"Back at noon","type":"Personal","_links":{"self":…},"rel":"contactNote"}`.
async fn note(State(platform): State<Platform>, caller: Caller, ids: Ids) -> Answer {
    let (uri, _) = find(&platform, &caller, &ids).await?;
    let text = platform
        .shell
        .read(|core| Ok(core.shown(&uri).map(|it| it.manner.note.clone()).unwrap_or_default()));
    let here = format!("{}/note", caller.face().contact(uri.without_scheme()));
    let out = Resource::new("contactNote")
        .prop("message", text.await?)
        .prop("type", "Personal")
        .link("self", here);
    Ok(web::document(&out, Dialect::Ucwa))
}
