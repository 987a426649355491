//! TAP-01 to TAP-04: discovery, challenge, capabilities (`protocol.md` §1.3, §2A.1).

use std::sync::Arc;

use serde_json::Value;

use crate::desk::{Desk, applications, fetch_token};
use crate::http::{Caller, link};
use crate::outcome::{Outcome, SetUp as _, Stop, expect, expect_eq};
use crate::scope::Scope;

/// TAP-01.
pub(super) async fn leads_to_applications(scope: Arc<Scope>) -> Outcome {
    scope.step("GET discover, without a token");
    let url = &scope.settings().discover_url;
    let reply = Caller::new(&scope, url)?.get(url).await?;
    reply.has_status(&[200])?;
    let links = &reply.json()["_links"];
    let found = ["service:applications", "ms:rtc:saas:applications"]
        .iter()
        .find_map(|rel| links[*rel]["href"].as_str());
    let is_absolute = found.is_some_and(|it| shared::Origin::parse(it).is_ok());
    expect(is_absolute, "an absolute link service:applications", reply.seen())
}

/// TAP-02.
pub(super) async fn challenges(scope: Arc<Scope>) -> Outcome {
    scope.step("GET applications, without a token");
    let href = applications(&scope).await.set_up("discovery")?;
    let id = scope.name("request");
    let reply = Caller::new(&scope, &href)?.with("client-request-id", &id).get(&href).await?;
    reply.has_status(&[401])?;
    let challenges = reply.headers_of("www-authenticate");
    let is_bearer = |it: &&str| it.to_ascii_lowercase().starts_with("bearer ");
    expect(
        challenges.iter().any(is_bearer),
        "a header WWW-Authenticate: Bearer …",
        format!("{challenges:?}"),
    )?;
    expect_eq("the echoed client-request-id", &reply.header("client-request-id"), &id.as_str())
}

/// TAP-03.
pub(super) async fn refuses_strangers(scope: Arc<Scope>) -> Outcome {
    let Some(stranger) = scope.settings().stranger.clone() else {
        let why = "needs a second service application: give --other-client-id and \
                   --other-client-secret";
        return Err(Stop::NotRun(why.to_owned()));
    };
    let desk = Desk::open(&scope).await?;
    scope.step("GET application with the token of another service application");
    let nobody = Caller::new(&scope, &desk.href)?;
    let challenge = nobody.get(&desk.href).await?;
    let token = fetch_token(&scope, &stranger, &challenge).await;
    let token = token.set_up("the other service application signs in")?;
    let reply = nobody.bearing(&token).get(&desk.href).await?;
    reply.refused(403, "Forbidden", "ApplicationNotFound")
}

/// TAP-04.
pub(super) async fn shows_capabilities(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    scope.step("GET application in the public dialect, then with X-Ms-Namespace: internal");
    let public = desk.caller.get(&desk.href).await?;
    let internal = desk.caller.clone().with("X-Ms-Namespace", "internal").get(&desk.href).await?;
    for (prefix, reply) in [("service", &public), ("ms:rtc:saas", &internal)] {
        reply.has_status(&[200])?;
        let body = reply.json();
        let has = |path: &[String]| {
            path.iter().fold(&body, |value: &Value, name| &value[name.as_str()]).is_string()
        };
        let of = |rel: &str| format!("{prefix}:{rel}");
        let words = |parts: &[&str]| parts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let mut wanted = vec![
            words(&["_links", "self", "href"]),
            words(&["_links", &of("anonApplicationTokens"), "href"]),
            words(&["_embedded", &of("adhocMeetings"), "_links", "self", "href"]),
        ];
        for rel in ["joinOnlineMeeting", "inviteUserToMeeting", "startMessaging"] {
            let communication = of("communication");
            wanted.push(words(&["_embedded", &communication, "_links", &of(rel), "href"]));
        }
        for path in wanted {
            expect(has(&path), format!("{} in the application", path.join(".")), reply.seen())?;
        }
    }
    link(&desk.application, "anonApplicationTokens").map(drop)
}
