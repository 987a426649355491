//! `note` of `me`: what one says of oneself (`protocol.md` §2B.5, §3.6).
//!
//! GET answers `{"message":"Back at noon","type":"Personal","_links":{"self":{"href":"…/me/note"}},
//! "rel":"note"}`; POST `{"message":"…"}` is answered 204, an empty text takes it back.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::{Dialect, Resource};

use crate::Platform;
use crate::auth::Caller;
use crate::core::{Command, Saying};
use crate::limits::NOTE_CHARS_MAX;
use crate::web::{self, Answer, Input, no_content};

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/me/note", get(one).post(set))
}

/// What one said of oneself.
async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    let text = platform.shell.read(|core| Ok(core.available(app)?.manner.note.clone())).await?;
    let out = Resource::new("note")
        .prop("message", text)
        .prop("type", "Personal")
        .link("self", caller.face().under("me/note"));
    Ok(web::document(&out, Dialect::Ucwa))
}

/// Says something of oneself, 204.
async fn set(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let app = caller.app()?.to_owned();
    let text = input.text("message", NOTE_CHARS_MAX)?.unwrap_or_default().trim().to_owned();
    let command = Command::Say { app, what: Saying::Note, text };
    platform.shell.decide(command).await?;
    Ok(no_content())
}
