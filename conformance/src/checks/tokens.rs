//! TAP-05 to TAP-09: visitors' tokens (`protocol.md` §1.4).

use std::sync::Arc;

use serde_json::{Value, json};
use shared::claims::Claims;
use shared::{Resource, date};

use crate::desk::Desk;
use crate::http::{Caller, link};
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq, failed};
use crate::scope::Scope;

/// The given of TAP-05 and the checks after it.
const TWO_ORIGINS: &str = "https://a.example/x;http://localhost:8080/y";

fn claims(document: &Resource) -> Outcome<Claims> {
    match document.text("token").and_then(Claims::peek) {
        Some(claims) => Ok(claims),
        None => failed("a JWT with the claims nbf, exp, ruu, asi, aeu, ao", "it cannot be read"),
    }
}

/// TAP-05.
pub(super) async fn claims_origins(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    scope.step("POST anonApplicationTokens with two origins that have paths");
    let token = desk.visitor_token(&scope.name("s"), TWO_ORIGINS).await?;
    let claims = claims(&token.document)?;
    expect_eq("the claim ao", &claims.ao.as_str(), &"https://a.example;http://localhost:8080")
}

/// TAP-06.
pub(super) async fn claims_life(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    scope.step("POST anonApplicationTokens, read claims and expiryTime");
    let session = scope.name("s");
    let token = desk.visitor_token(&session, TWO_ORIGINS).await?;
    let claims = claims(&token.document)?;
    expect_eq("exp - nbf", &(claims.exp - claims.nbf), &28_800)?;
    let said = token.document.text("expiryTime").unwrap_or_default();
    let Some(expiry_ms) = date::parse(said) else {
        return failed("expiryTime as a date", format!("{said:?}"));
    };
    let apart_ms = (expiry_ms - claims.exp * 1_000).abs();
    let expected = "expiryTime and the claim exp within a second of each other";
    expect(apart_ms <= 1_000, expected, format!("{said} and {}: {apart_ms} ms", claims.exp))?;
    expect_eq("the claim asi", &claims.asi.as_str(), &session.as_str())?;
    let endpoint = &scope.settings().endpoint;
    expect(
        claims.aeu.eq_ignore_ascii_case(endpoint),
        format!("the claim aeu is {endpoint}"),
        claims.aeu,
    )?;
    expect(claims.ruu.starts_with("sip:"), "the claim ruu is a SIP URI", claims.ruu)
}

/// TAP-07.
pub(super) async fn encodes_twice(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    scope.step("POST anonApplicationTokens, look at the discover link");
    let token = desk.visitor_token(&scope.name("s"), TWO_ORIGINS).await?;
    let discover = link(&token.document, "discover")?;
    let jwt = token.document.text("token").unwrap_or_default();
    expect(jwt.starts_with("psat="), "a token that begins with psat=", token.reply.seen())?;
    let holds = discover.to_ascii_lowercase().contains("anonymouscontext=psat%253d");
    expect(holds, "anonymousContext=psat%253d in the discover link", token.reply.seen())
}

/// TAP-08.
pub(super) async fn for_a_meeting(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    scope.step("POST adhocMeetings");
    let href = desk.offers("adhocMeetings", "self")?;
    let body = json!({ "subject": scope.name("m"), "accessLevel": "Everyone" });
    let reply = desk.caller.post(&href, &body).await?;
    let meeting = reply.resource().set_up("an ad hoc meeting is made")?;
    if let Some(here) = meeting.href("self") {
        desk.caller.leaves(here);
    }
    let Some(url) = meeting.text("joinUrl") else {
        return failed("a joinUrl in the ad hoc meeting", reply.seen());
    };
    scope.step("POST anonApplicationTokens with its joinUrl");
    let origin = &scope.settings().origin;
    let body = json!({ "applicationSessionId": scope.name("s"), "allowedOrigins": origin,
        "meetingUrl": url });
    let reply = desk.ask_token(&body).await?;
    let document = reply.resource()?;
    let discover = link(&document, "discover")?;
    let holds = discover.to_ascii_lowercase().contains("anonymousmeetingjoincontext=");
    expect(holds, "anonymousMeetingJoinContext= in the discover link", reply.seen())?;
    let claims = claims(&document)?;
    let is_set = claims.confid.as_deref().is_some_and(|it| !it.is_empty());
    expect(is_set, "the claim confid", format!("{:?}", claims.confid))?;
    scope.step("GET the discover link as a visitor");
    let nobody = Caller::new(&scope, &discover)?.with("origin", origin);
    link(&nobody.get(&discover).await?.resource()?, "anonApplications").map(drop)
}

/// TAP-09.
pub(super) async fn refuses_long_sessions(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    scope.step("POST anonApplicationTokens with a session id of 101 characters");
    let origin = &scope.settings().origin;
    let body = json!({ "applicationSessionId": "x".repeat(101), "allowedOrigins": origin });
    let reply = desk.ask_token(&body).await?;
    reply.refused(400, "BadRequest", "ParameterValidationFailure")?;
    let named = |it: &Value| {
        it["name"].as_str().is_some_and(|it| it.eq_ignore_ascii_case("applicationSessionId"))
    };
    let parameters = reply.json()["parameters"].as_array().cloned().unwrap_or_default();
    expect(parameters.iter().any(named), "parameters that name applicationSessionId", reply.seen())
}
