//! TAP-20, UCW-23, UCW-24 and UCW-27: verbs, preconditions, what visitors may not, batches
//! (`protocol.md` §3.6, §3.7, §3.9, §4.2).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::desk::Desk;
use crate::http::{Caller, Reply, link};
use crate::member::Member;
use crate::outcome::{Outcome, SetUp as _, expect, expect_eq, failed};
use crate::scope::Scope;

/// TAP-20.
pub(super) async fn refuses_wrong_verbs(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    scope.step("methods that resources do not have");
    let discover = &scope.settings().discover_url;
    let nobody = Caller::new(&scope, discover)?;
    let refused = |reply: Reply| reply.refused(405, "MethodNotAllowed", "");
    refused(nobody.delete(discover).await?)?;
    refused(desk.caller.delete(&desk.href).await?)?;
    refused(desk.caller.get(&link(&desk.application, "anonApplicationTokens")?).await?)?;
    refused(visitor.caller.put(&link(&visitor.application, "self")?, &json!({})).await?)?;
    refused(visitor.caller.delete(&visitor.events).await?)?;
    let start = link(visitor.part("communication")?, "startMessaging")?;
    refused(visitor.caller.delete(&start).await?)
}

/// UCW-23.
pub(super) async fn wants_preconditions(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    let here = link(visitor.part("communication")?, "self")?;
    let whole: Value = visitor.caller.get(&here).await?.json();
    scope.step("PUT communication without If-Match, then with a stale one");
    visitor.caller.put(&here, &whole).await?.has_status(&[428])?;
    let stale = visitor.caller.clone().with("if-match", "\"stale-0\"");
    stale.put(&here, &whole).await?.has_status(&[412])
}

/// UCW-24.
pub(super) async fn refuses_visitors_presence(scope: Arc<Scope>) -> Outcome {
    let agent = Member::lurker(&scope, 0, "a").await?;
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    // A visitor has no such link; it is asked where an agent's is, below the visitor's own `me`.
    let agents = link(agent.part("me")?, "makeMeAvailable")?;
    let agents_me = link(agent.part("me")?, "self")?;
    let Some(tail) = agents.strip_prefix(agents_me.as_str()) else {
        return failed("makeMeAvailable below `me`", format!("{agents} and {agents_me}"));
    };
    let href = format!("{}{tail}", link(visitor.part("me")?, "self")?);
    scope.step("POST makeMeAvailable as a visitor");
    let reply = visitor.caller.post(&href, &json!({})).await?;
    reply.refused(403, "Forbidden", "AnonymousNotAllowed")
}

/// UCW-27.
pub(super) async fn answers_batches(scope: Arc<Scope>) -> Outcome {
    let desk = Desk::open(&scope).await?;
    let visitor = Member::quiet_visitor(&scope, &desk, "s").await?;
    let batch = link(&visitor.application, "batch")?;
    let me = link(visitor.part("me")?, "self")?;
    let communication = link(visitor.part("communication")?, "self")?;
    scope.step("POST batch: GET me, GET communication, GET events");
    let host = visitor.caller.resolve(&batch)?.authority().to_owned();
    let parts = [me, communication, visitor.events.clone()].map(|href| {
        format!(
            "--part\r\nContent-Type: application/http; msgtype=request\r\n\r\n\
             GET {href} HTTP/1.1\r\nHost: {host}\r\nAccept: application/json\r\n\r\n\r\n"
        )
    });
    let body = format!("{}--part--\r\n", parts.concat());
    let caller = visitor.caller.clone().with("accept", "multipart/batching");
    let content_type = "multipart/batching;boundary=part";
    let reply = caller.send("POST", &batch, Some((content_type, body))).await?;
    reply.has_status(&[200])?;
    let parts = split(&reply).set_up("the answer is read")?;
    let statuses: Vec<u16> = parts.iter().map(|(status, _)| *status).collect();
    expect_eq("parts of the answer", &parts.len(), &3)?;
    let order: Vec<String> = parts.iter().take(2).map(|(_, rel)| rel.clone()).collect();
    let expected = ["me", "communication"].map(str::to_owned).to_vec();
    expect_eq("what the first two parts are", &order, &expected)?;
    let is_right = matches!(statuses[..], [200, 200, refused] if refused >= 400);
    expect(is_right, "200, 200, and a refusal of events", format!("{statuses:?}"))
}

/// Status and relation of each part of a batch's answer.
fn split(reply: &Reply) -> Outcome<Vec<(u16, String)>> {
    let content_type = reply.header("content-type");
    let boundary = content_type.split("boundary=").nth(1).map(|it| it.trim_matches('"'));
    let Some(boundary) = boundary.filter(|it| !it.is_empty()) else {
        return failed("multipart/batching with a boundary", content_type.to_owned());
    };
    let boundary = boundary.split([';', '"']).next().unwrap_or_default();
    let mut parts = Vec::new();
    for part in reply.text.split(&format!("--{boundary}")).skip(1) {
        let Some(at) = part.find("HTTP/1.") else { continue };
        let status = part[at..].split_whitespace().nth(1).and_then(|it| it.parse().ok());
        let Some(status) = status else {
            return failed("a status line in each part", part.to_owned());
        };
        let json = part[at..].split_once("\r\n\r\n").map_or("", |(_, body)| body).trim();
        let json = json.trim_start_matches(['?', '\u{feff}']);
        let rel = serde_json::from_str::<Value>(json).ok();
        let rel = rel.and_then(|it| it["rel"].as_str().map(str::to_owned));
        parts.push((status, rel.unwrap_or_default()));
    }
    Ok(parts)
}
