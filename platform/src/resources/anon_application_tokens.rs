//! `service:anonApplicationTokens`: a token for one visitor (`protocol.md` §1.4).

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use shared::claims::PSAT_PREFIX;
use shared::{Origin, Resource};

use crate::Platform;
use crate::auth::TrustedApp;
use crate::limits::{ALLOWED_ORIGINS_CHARS_MAX, SESSION_ID_CHARS_MAX, URL_CHARS_MAX};
use crate::refusal::Refusal;
use crate::tokens::{Life, VisitorGrant};
use crate::web::{Answer, Input, document};
use crate::wire::Face;

pub(super) fn routes() -> Router<Platform> {
    let path = "/platformservice/v1/applications/{app}/anonapplicationtokens";
    Router::new().route(path, post(create))
}

/// The origins of `allowedOrigins`, normalised (row A08).
fn origins(platform: &Platform, text: &str) -> Result<Vec<Origin>, Refusal> {
    let name = "allowedOrigins";
    let mut out: Vec<Origin> = Vec::new();
    for item in text.split(';').map(str::trim).filter(|it| !it.is_empty()) {
        let origin =
            Origin::parse(item).map_err(|error| Refusal::Parameter { name, reason: error.0 })?;
        if !origin.is_secure() && !platform.shell.settings.allow_http_origins {
            let reason = format!("{origin} has to be https, or allowed by the administrator");
            return Err(Refusal::Parameter { name, reason });
        }
        if !out.contains(&origin) {
            out.push(origin);
        }
    }
    if out.is_empty() {
        return Err(Refusal::Parameter { name, reason: "is required".to_owned() });
    }
    Ok(out)
}

/// `{"applicationSessionId":"s-1","allowedOrigins":"https://shop.example"}` is answered 200 with the
/// token, its end and where discovery starts; with a `meetingUrl` the token is for that meeting.
async fn create(State(platform): State<Platform>, trusted: TrustedApp, input: Input) -> Answer {
    let session = input.required("applicationSessionId", SESSION_ID_CHARS_MAX)?;
    let allowed = input.required("allowedOrigins", ALLOWED_ORIGINS_CHARS_MAX)?;
    let origins = origins(&platform, &allowed)?;
    let meeting_url = input.text("meetingUrl", URL_CHARS_MAX)?.filter(|it| !it.is_empty());
    let shell = &platform.shell;
    let meeting = match meeting_url {
        None => None,
        Some(url) => {
            let endpoint = trusted.endpoint().clone();
            let found = shell.read(|core| {
                let meeting = core.find_meeting(&url).filter(|it| it.endpoint == endpoint);
                meeting.map(|it| it.uri.clone()).ok_or(Refusal::DestinationNotFound)
            });
            Some(found.await?)
        }
    };
    let now_ms = shell.now_ms();
    let life = Life::from(now_ms, shell.settings.limits.visitor_token_s);
    let url = &shell.settings.public_url;
    let applications = format!("{url}/ucwa/psanon/v1/applications");
    let grant = VisitorGrant {
        session: &session,
        endpoint: trusted.endpoint(),
        origins: &origins,
        meeting: meeting.as_deref().map(|uri| (uri, applications.as_str())),
    };
    let token = shell.keys.visitor_token(life, &grant)?;
    let context =
        if meeting.is_some() { "anonymousMeetingJoinContext" } else { "anonymousContext" };
    // Row A06: the `=` after `psat`, and only that, is percent-encoded twice.
    let encoded = token.replacen(PSAT_PREFIX, "psat%253d", 1);
    let face = Face::entry(trusted.endpoint(), trusted.dialect());
    let out = Resource::new("anonApplicationToken")
        .prop("token", token.as_str())
        .prop("expiryTime", life.expiry(now_ms))
        .link("self", format!("{url}{}", face.under("anonApplicationTokens")))
        .link("discover", format!("{url}/platformService/discover?{context}={encoded}"));
    Ok(document(&out, trusted.dialect()))
}
