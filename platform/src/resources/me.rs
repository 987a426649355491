//! `me`: who one is, and the ways to be reached (`protocol.md` §2B.1, §3.6).
//!
//! A visitor's has a self link only (§1.6). A user's offers `makeMeAvailable` first, and what comes
//! with being reachable after that:
//!
//! ```json
//! {"uri":"sip:alice@t.example","name":"Alice","_links":{"self":{"href":"…/me"},
//!   "presence":{"href":"…/me/presence"},"note":{"href":"…/me/note"},
//!   "location":{"href":"…/me/location"},"phones":{"href":"…/me/phones"},
//!   "reportMyActivity":{"href":"…/me/reportMyActivity"}},"rel":"me"}
//! ```

use axum::Router;
use axum::extract::State;
use axum::routing::{get, post};
use shared::{Dialect, LinkValue, Resource};

use crate::Platform;
use crate::auth::Caller;
use crate::core::{App, Command};
use crate::web::{self, Answer, no_content};
use crate::wire::Face;

pub(super) fn routes() -> Router<Platform> {
    Router::new()
        .route("/me", get(one))
        .route("/me/reportmyactivity", post(report_my_activity))
        .route("/me/phones", get(phones))
}

/// The document.
pub(super) fn document(face: &Face, app: &App) -> Resource {
    let out = Resource::new("me")
        .prop("uri", app.me.uri.as_str())
        .prop("name", app.me.name.as_str())
        .link("self", face.under("me"));
    if app.is_visitor() {
        return out;
    }
    let out = out.link("phones", face.under("me/phones"));
    if app.presence.is_none() {
        let revision = Some("2".to_owned());
        let link = LinkValue { revision, ..LinkValue::to(face.under("me/makeMeAvailable")) };
        return out.link_value("makeMeAvailable", link);
    }
    out.link("reportMyActivity", face.under("me/reportMyActivity"))
        .link("presence", face.under("me/presence"))
        .link("note", face.under("me/note"))
        .link("location", face.under("me/location"))
}

/// Who one is, with the links of what may be done now.
async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    let out = platform.shell.read(|core| Ok(document(caller.face(), core.app(app)?))).await?;
    Ok(web::document(&out, Dialect::Ucwa))
}

/// POST without a body, 204: keeps one from counting as idle (§3.4).
async fn report_my_activity(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?.to_owned();
    platform.shell.decide(Command::ReportActivity { app }).await?;
    Ok(no_content())
}

/// Nobody has a telephone here; clients ask all the same.
async fn phones(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?;
    platform.shell.read(|core| core.user_of(app).map(|_| ())).await?;
    let out = Resource::new("phones").link("self", caller.face().under("me/phones"));
    Ok(web::document(&out, Dialect::Ucwa))
}
