//! `communication`: what one may start, and the conversations one has (`protocol.md` §2B.2).

use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use serde_json::json;
use shared::{Dialect, LinkValue, Resource};

use super::trusted_applications;
use crate::Platform;
use crate::auth::Caller;
use crate::core::{App, Command, Who};
use crate::web::{self, Answer, Input, no_content};
use crate::wire::Face;

/// The value of the property that has a GUID for a name (§3.7).
const PASS_ME: &str = "please pass this in a PUT request";

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/communication", get(one).put(put))
        .route("/communication/conversations", get(conversations))
}

/// The document of a UCWA application's communication.
pub(super) fn document(face: &Face, app: &App) -> Resource {
    let is_plain = app.is_visitor() || app.manner.is_plain_only;
    let formats = if is_plain { json!(["Plain"]) } else { json!(["Plain", "Html"]) };
    let mut out = Resource::new("communication");
    out.properties.clone_from(&app.communication);
    let out = out
        .prop("supportedMessageFormats", formats)
        .prop("supportedModalities", json!(["Messaging"]))
        .prop(&app.communication_guid, PASS_ME)
        .prop("etag", app.communication_etag.to_string())
        .link("self", face.communication())
        .link("conversations", face.active_conversations());
    match &app.who {
        Who::Visitor { meeting: Some(_), .. } | Who::Agent { .. } => {
            out.link("joinOnlineMeeting", face.join_meeting())
        }
        Who::Visitor { meeting: None, .. } => {
            let revision = Some("2".to_owned());
            let start = LinkValue { revision, ..LinkValue::to(face.start_messaging()) };
            out.link_value("startMessaging", start)
        }
    }
}

/// What may be started now, and the conversations; with an `ETag`.
async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    if caller.face().is_trusted() {
        let out = trusted_applications::communication(caller.face());
        return Ok(web::document(&out, caller.face().dialect));
    }
    let app = caller.app()?;
    let read = platform.shell.read(|core| {
        let app = core.app(app)?;
        Ok((document(caller.face(), app), format!("\"{}\"", app.communication_etag)))
    });
    let (out, etag) = read.await?;
    Ok(([(header::ETAG, etag)], web::document(&out, Dialect::Ucwa)).into_response())
}

/// The whole document again, with `If-Match`: 204; without it 428, with an old one 412.
async fn put(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let app = caller.app()?.to_owned();
    let if_match = input.headers.get(header::IF_MATCH).and_then(|it| it.to_str().ok());
    let if_match = if_match.map(str::to_owned);
    let command = Command::PutCommunication { app, if_match, properties: input.body };
    platform.shell.decide(command).await?;
    Ok(no_content())
}

/// Active ones only, whatever the filter says: those that are over are gone.
async fn conversations(State(platform): State<Platform>, caller: Caller) -> Answer {
    let face = caller.face();
    let read = platform.shell.read(|core| {
        let mut out = Resource::new("conversations").link("self", face.active_conversations());
        for it in core.conversations_of(&caller.owner()) {
            out = out
                .link("conversation", face.conversation(&it.id))
                .embed("conversation", core.conversation_document(it));
        }
        Ok(out)
    });
    Ok(web::document(&read.await?, face.dialect))
}
