//! `presence` of `me`: whether one is there (`protocol.md` §2B.3, §2B.4).
//!
//! GET answers `{"availability":"Online","_links":{"self":{"href":"…/me/presence"}},
//! "rel":"presence"}`; POST `{"availability":"Busy"}` is answered 204. Who reports no activity counts
//! as `IdleOnline` or `IdleBusy` until the next report.

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::{Dialect, Resource};

use crate::Platform;
use crate::auth::Caller;
use crate::core::Command;
use crate::limits::NAME_CHARS_MAX;
use crate::refusal::Refusal;
use crate::web::{self, Answer, Input, no_content};

/// What one may say of oneself (§2B.4).
const PREFERRED: [&str; 6] = ["Online", "Busy", "DoNotDisturb", "BeRightBack", "Away", "Offwork"];

pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/me/presence", get(one).post(set))
}

/// An availability somebody prefers, in any case.
pub(super) fn preferred(
    input: &Input,
    name: &'static str,
) -> Result<Option<&'static str>, Refusal> {
    let Some(said) = input.text(name, NAME_CHARS_MAX)? else { return Ok(None) };
    let known = PREFERRED.into_iter().find(|it| it.eq_ignore_ascii_case(said.trim()));
    let reason = format!("one of {} was expected", PREFERRED.join(", "));
    known.map(Some).ok_or(Refusal::Parameter { name, reason })
}

/// The availability others see.
async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    let availability = platform
        .shell
        .read(|core| Ok(core.available(app)?.availability().unwrap_or("Offline").to_owned()));
    let out = Resource::new("presence")
        .prop("availability", availability.await?)
        .link("self", caller.face().under("me/presence"));
    Ok(web::document(&out, Dialect::Ucwa))
}

/// Says how available one is, 204.
async fn set(State(platform): State<Platform>, caller: Caller, input: Input) -> Answer {
    let (app, name) = (caller.app()?.to_owned(), "availability");
    let reason = "is required".to_owned();
    let availability = preferred(&input, name)?.ok_or(Refusal::Parameter { name, reason })?;
    platform.shell.decide(Command::SetPresence { app, availability }).await?;
    Ok(no_content())
}
