//! Autodiscover: where a signed-in client starts (`protocol.md` §3.8.1, U/RootURL).

use axum::Router;
use axum::extract::State;
use axum::routing::get;
use shared::{Dialect, Resource};

use super::xframe;
use crate::Platform;
use crate::auth::Agent;
use crate::web::{Answer, document};

const ROOT: &str = "/autodiscover/autodiscoverservice.svc/root";

pub(super) fn routes() -> Router<Platform> {
    Router::new().route(ROOT, get(root)).route(&format!("{ROOT}/oauth/user"), get(user))
}

/// ```json
/// {"_links":{"self":{"href":"https://p.example/autodiscover/autodiscoverservice.svc/root"},
///   "user":{"href":"https://p.example/autodiscover/autodiscoverservice.svc/root/oauth/user"},
///   "xframe":{"href":"https://p.example/autodiscover/xframe/xframe.html"}},"rel":"root"}
/// ```
async fn root(State(platform): State<Platform>) -> Answer {
    let here = format!("{}{ROOT}", platform.shell.settings.public_url);
    let out = Resource::new("root")
        .link("self", here.as_str())
        .link("user", format!("{here}/oauth/user"));
    Ok(document(&with_relay(out, &platform), Dialect::Ucwa))
}

/// Without a token 401 and where to get one; with one, where applications are made.
async fn user(State(platform): State<Platform>, _: Agent) -> Answer {
    let url = &platform.shell.settings.public_url;
    let out = Resource::new("user")
        .link("self", format!("{url}{ROOT}/oauth/user"))
        .link("applications", format!("{url}/ucwa/oauth/v1/applications"));
    Ok(document(&with_relay(out, &platform), Dialect::Ucwa))
}

/// With the relay, where there is one.
fn with_relay(out: Resource, platform: &Platform) -> Resource {
    match xframe::href(platform) {
        Some(href) => out.link("xframe", href),
        None => out,
    }
}
