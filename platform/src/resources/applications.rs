//! `anonApplications`, `applications` and `application` of UCWA (`protocol.md` §2B.1, §3.5).

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use shared::{Dialect, Resource, date};

use super::{communication, me, people};
use crate::Platform;
use crate::auth::{Agent, Caller, Visitor};
use crate::core::{App, Command, Core, Profile, Reply, Who};
use crate::limits::{NAME_CHARS_MAX, PROFILE_CHARS_MAX};
use crate::refusal::Refusal;
use crate::web::{Answer, Input, document, no_content};

/// What a visitor is called who gave no name.
const VISITOR_NAME: &str = "Visitor";

/// Where applications are made.
pub(super) fn doors() -> Router<Platform> {
    Router::new()
        .route("/ucwa/psanon/v1/applications", post(create_for_visitor))
        .route("/ucwa/oauth/v1/applications", post(create_for_agent))
}

/// What is under an application.
pub(super) fn routes() -> Router<Platform> {
    Router::new().route("/", get(one).delete(delete))
}

/// The document of an application.
pub(super) fn application(core: &Core, app: &App) -> Resource {
    let face = core.face(&app.owner());
    let out = Resource::new("application")
        .prop("id", app.id.as_str())
        .prop("culture", app.culture.as_str())
        .prop("userAgent", app.user_agent.as_str())
        .prop("type", app.kind.as_str())
        .prop("endpointId", app.endpoint_id.as_str())
        .prop_opt("instanceId", app.instance_id.clone())
        .prop("etag", app.communication_etag.to_string())
        .link("self", face.application())
        .link("policies", face.under("policies"))
        .link("batch", face.under("batch"))
        .link("events", core.events_link(app))
        .embed("me", me::document(&face, app))
        .embed("communication", communication::document(&face, app));
    if app.is_visitor() { out } else { out.embed("people", people::document(&face)) }
}

fn profile(input: &Input, endpoint_id: Option<String>) -> Result<Profile, Refusal> {
    let text = |name, default: &str| {
        let found = input.text(name, PROFILE_CHARS_MAX)?;
        Ok::<_, Refusal>(found.filter(|it| !it.is_empty()).unwrap_or_else(|| default.to_owned()))
    };
    Ok(Profile {
        culture: text("culture", "en-US")?,
        user_agent: text("userAgent", "unknown")?,
        kind: text("type", "Browser")?,
        endpoint_id: match endpoint_id {
            Some(id) => id,
            None => input.required("endpointId", PROFILE_CHARS_MAX)?,
        },
        instance_id: input.text("instanceId", PROFILE_CHARS_MAX)?.filter(|it| !it.is_empty()),
    })
}

/// A visitor's application: `{"anonymousDisplayName":"Vera","instanceId":"tab-1"}` is answered 201,
/// or 200 where the same session and instance have one.
async fn create_for_visitor(
    State(platform): State<Platform>,
    visitor: Visitor,
    input: Input,
) -> Answer {
    let who = visitor.who();
    // Row A13: the website's session is what identifies a visitor.
    let session = match &who {
        Who::Visitor { session, .. } => session.clone(),
        Who::Agent { .. } => String::new(),
    };
    let name = input.text("anonymousDisplayName", NAME_CHARS_MAX)?.unwrap_or_default();
    let name = if name.trim().is_empty() { VISITOR_NAME } else { name.trim() };
    let profile = profile(&input, Some(session))?;
    create(&platform, Command::CreateApplication { who, name: name.to_owned(), profile }).await
}

/// A user's application: `{"culture":"en-US","userAgent":"w/1","endpointId":"e1","instanceId":"i1"}` is
/// answered 201, or 200 where there is one of the same profile and instance (§3.5).
async fn create_for_agent(State(platform): State<Platform>, agent: Agent, input: Input) -> Answer {
    let user = agent.user().clone();
    let account = platform.shell.accounts.user(&user).await;
    let account = account.map_err(|error| Refusal::Internal(error.to_string()))?;
    let name = account.ok_or(Refusal::SignIn("sign in"))?.display_name;
    let profile = profile(&input, None)?;
    let who = Who::Agent { user };
    create(&platform, Command::CreateApplication { who, name, profile }).await
}

async fn create(platform: &Platform, command: Command) -> Answer {
    let Reply::Application { id, created } = platform.shell.decide(command).await? else {
        return Err(Refusal::Internal("an application was not made".to_owned()));
    };
    let body = read(platform, &id).await?;
    if !created {
        return Ok(body);
    }
    let location = platform.shell.read(|core| Ok(core.face(&core.app(&id)?.owner()).application()));
    Ok((StatusCode::CREATED, [("location", location.await?)], body).into_response())
}

async fn read(platform: &Platform, id: &str) -> Result<Response, Refusal> {
    let expires_ms = platform.shell.now_ms() + platform.shell.settings.limits.inactivity_ms;
    let out = platform.shell.read(|core| Ok(application(core, core.app(id)?)));
    let out = out.await?.prop("expires", date::ajax(expires_ms));
    Ok(document(&out, Dialect::Ucwa))
}

/// The application with what is embedded, and the newest link of its event channel.
async fn one(State(platform): State<Platform>, caller: Caller) -> Answer {
    read(&platform, caller.app()?).await
}

/// Ends the application and what it takes part in, 204.
async fn delete(State(platform): State<Platform>, caller: Caller) -> Answer {
    let app = caller.app()?.to_owned();
    platform.shell.decide(Command::DeleteApplication { app }).await?;
    Ok(no_content())
}
