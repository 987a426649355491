//! `location` of `me`: where one says one is (`protocol.md` §2B.5, §3.6).
//!
//! GET answers `{"location":"At home","_links":{"self":{"href":"…/me/location"}},
//! "rel":"location"}`; POST `{"location":"…"}` is answered 204, an empty text takes it back.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::{Dialect, Resource};

use crate::Platform;
use crate::auth::Caller;
use crate::core::{Command, Saying};
use crate::limits::NAME_CHARS_MAX;
use crate::web::{self, Answer, Input, no_content};

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/me/location", get(one).post(set))
}

/// Where one said one is.
async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    let text = platform.shell.read(|core| Ok(core.available(app)?.manner.location.clone())).await?;
    let out = Resource::new("location")
        .prop("location", text)
        .link("self", caller.face().under("me/location"));
    Ok(web::document(&out, Dialect::Ucwa))
}

/// Says where one is, 204.
async fn set(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let app = caller.app()?.to_owned();
    let text = input.text("location", NAME_CHARS_MAX)?.unwrap_or_default().trim().to_owned();
    let command = Command::Say { app, what: Saying::Location, text };
    platform.shell.decide(command).await?;
    Ok(no_content())
}
