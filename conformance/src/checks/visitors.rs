//! UCW-01 to UCW-06 and UCW-17: how visitors come in (`protocol.md` §1.6, §2B.1, §3.8).

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::http::{Caller, link};
use crate::member::{Door, Member, visitor_door};
use crate::outcome::{Outcome, SetUp as _, Stop, expect, expect_eq};
use crate::scope::Scope;

/// An origin that no token here allows.
const FOREIGN: &str = "https://elsewhere.example";

fn body() -> Value {
    json!({ "culture": "en-us", "userAgent": "conformance/1" })
}

async fn door(scope: &Arc<Scope>, what: &str) -> Outcome<Door> {
    let desk = Desk::open(scope).await?;
    visitor_door(scope, &desk, what).await.set_up("a visitor gets a token")
}

/// The same place with another token, or without one.
fn with_token(scope: &Arc<Scope>, door: &Door, token: &str, origin: &str) -> Outcome<Caller> {
    Ok(Caller::new(scope, &door.applications)?.with("origin", origin).bearing(token))
}

/// UCW-01.
pub(super) async fn discovers_however_decoded(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let origin = scope.settings().origin.clone();
    let token = desk.visitor_token(&scope.name("s"), &origin).await.set_up("a token is made")?;
    let given = link(&token.document, "discover")?;
    let once = given.replace("%253d", "%3d").replace("%253D", "%3D");
    let twice = once.replace("%3d", "=").replace("%3D", "=");
    for (times, href) in [(0, &given), (1, &once), (2, &twice)] {
        scope.step(&format!("GET the discover link, decoded {times} times"));
        let reply = Caller::new(&scope, href)?.with("origin", &origin).get(href).await?;
        reply.has_status(&[200])?;
        let found = reply.json()["_links"]["anonApplications"]["href"].is_string();
        expect(found, "a link anonApplications without a prefix", reply.seen())?;
    }
    Ok(())
}

/// UCW-02.
pub(super) async fn refuses_bad_tokens(scope: Arc<Scope>) -> Outcome {
    let door = door(&scope, "s").await?;
    let origin = scope.settings().origin.clone();
    for (what, token) in forgeries(door.caller.token()) {
        scope.step(&format!("POST anonApplications with {what}"));
        let reply =
            with_token(&scope, &door, &token, &origin)?.post(&door.applications, &body()).await?;
        expect(reply.status == 401, format!("401 for {what}"), reply.seen())?;
    }
    let Some(expired) = &scope.settings().expired_token else {
        let why = "forged tokens were refused; an expired one is needed too: give --expired-token";
        return Err(Stop::NotRun(why.to_owned()));
    };
    scope.step("POST anonApplications with an expired token");
    let reply =
        with_token(&scope, &door, expired, &origin)?.post(&door.applications, &body()).await?;
    reply.has_status(&[401])?;
    let challenge = reply.headers_of("www-authenticate");
    expect(!challenge.is_empty(), "a header WWW-Authenticate", reply.seen())?;
    scope.step("POST anonApplications with the genuine token");
    let reply = door.caller.post(&door.applications, &body()).await?;
    Member::made(&door.caller, &reply).map(drop)
}

/// Tokens made of a genuine one that nobody signed.
fn forgeries(token: &str) -> Vec<(&'static str, String)> {
    let jwt = token.strip_prefix("psat=").unwrap_or(token);
    let mut parts = jwt.splitn(3, '.');
    let mut part = || parts.next().unwrap_or_default();
    let (head, payload, signature) = (part(), part(), part());
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(payload).unwrap_or_default();
    let mut claims: Value = serde_json::from_slice(&bytes).unwrap_or_default();
    claims["asi"] = json!("somebody-else");
    let changed = BASE64_URL_SAFE_NO_PAD.encode(claims.to_string());
    let unsigned = BASE64_URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"none"}"#);
    let other = "A".repeat(signature.len());
    vec![
        ("a token with changed claims", format!("psat={head}.{changed}.{signature}")),
        ("a token with another signature", format!("psat={head}.{payload}.{other}")),
        ("a token without a signature", format!("psat={unsigned}.{payload}.")),
        ("something that is no token", "psat=nonsense".to_owned()),
    ]
}

/// UCW-03.
pub(super) async fn refuses_other_origins(scope: Arc<Scope>) -> Outcome {
    let door = door(&scope, "s").await?;
    scope.step("POST anonApplications from a page that the token does not allow");
    let stranger = with_token(&scope, &door, door.caller.token(), FOREIGN)?;
    let reply = stranger.post(&door.applications, &body()).await?;
    reply.has_status(&[403])?;
    let shared = reply.header("access-control-allow-origin");
    expect_eq("Access-Control-Allow-Origin", &shared, &"")
}

/// UCW-04.
pub(super) async fn shares_with_its_origin(scope: Arc<Scope>) -> Outcome {
    let door = door(&scope, "s").await?;
    scope.step("POST anonApplications from the allowed page");
    let reply = door.caller.post(&door.applications, &body()).await?;
    reply.has_status(&[201])?;
    Member::made(&door.caller, &reply)?;
    let shared = reply.header("access-control-allow-origin");
    expect_eq("Access-Control-Allow-Origin", &shared, &scope.settings().origin.as_str())?;
    let exposed = reply.headers_of("access-control-expose-headers").join(",");
    let names_location = exposed.split(',').any(|it| it.trim().eq_ignore_ascii_case("location"));
    expect(names_location, "Access-Control-Expose-Headers with Location", exposed)
}

/// UCW-05.
pub(super) async fn answers_preflights(scope: Arc<Scope>) -> Outcome {
    let door = door(&scope, "s").await?;
    scope.step("OPTIONS anonApplications as a browser asks before a POST");
    let browser = Caller::new(&scope, &door.applications)?
        .with("origin", &scope.settings().origin)
        .with("access-control-request-method", "POST")
        .with("access-control-request-headers", "authorization,content-type");
    let reply = browser.send("OPTIONS", &door.applications, None).await?;
    reply.is_success()?;
    let methods = reply.headers_of("access-control-allow-methods").join(",");
    let has_post = methods.to_ascii_uppercase().contains("POST") || methods.trim() == "*";
    expect(has_post, "Access-Control-Allow-Methods with POST", methods)?;
    let headers = reply.headers_of("access-control-allow-headers").join(",");
    // A `*` does not cover Authorization.
    let names_it = headers.to_ascii_lowercase().contains("authorization");
    expect(names_it, "Access-Control-Allow-Headers with Authorization", headers)
}

/// UCW-06.
pub(super) async fn reads_names_in_any_case(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let mut names = Vec::new();
    for (what, key) in [("a", "AnonymousDisplayName"), ("b", "anonymousDisplayName")] {
        scope.step(&format!("POST anonApplications with {key}"));
        let door = visitor_door(&scope, &desk, what).await.set_up("a visitor gets a token")?;
        let body = json!({ "culture": "en-us", "userAgent": "conformance/1", key: "Vera" });
        let reply = door.caller.post(&door.applications, &body).await?;
        let member = Member::made(&door.caller, &reply)?;
        names.push(member.part("me")?.text("name").unwrap_or_default().to_owned());
    }
    expect_eq("me.name for both spellings", &names, &vec!["Vera".to_owned(), "Vera".to_owned()])
}

/// UCW-17.
pub(super) async fn refuses_other_targets(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    scope.step("POST startMessaging to somebody else than the token's endpoint");
    let href = link(visitor.part("communication")?, "startMessaging")?;
    let body = json!({ "operationId": scope.name("op"), "to": "sip:somebody@elsewhere.example" });
    visitor.caller.post(&href, &body).await?.refused(403, "Forbidden", "")
}
