//! Discovery and tokens: TAP-01 to TAP-09, UCW-01 to UCW-06, invariant 7.

use serde_json::json;
use shared::claims::Claims;
use shared::date;

use crate::common::{HELPDESK, PAGE, START_MS, URL, World, application_path, token_href};

const TWO_ORIGINS: &str = "https://a.example/x;http://localhost:8080/y";

fn token_body(origins: &str) -> String {
    json!({"applicationSessionId": "s-1", "allowedOrigins": origins}).to_string()
}

#[tokio::test]
async fn tap_01_discovery_leads_to_applications() {
    let world = World::new().await;
    for path in ["/platformservice/discover", "/PlatformService/Discover"] {
        let reply = world.anybody().get(path).await;
        assert_eq!(reply.status, 200);
        let applications = reply.json()["_links"]["service:applications"]["href"].clone();
        assert_eq!(applications, format!("{URL}/platformservice/v1/applications"));
    }
}

#[tokio::test]
async fn tap_02_without_a_token_there_is_a_challenge() {
    let world = World::new().await;
    let href = format!("/platformservice/v1/applications?endpointId={HELPDESK}");
    let reply = world.anybody().with("client-request-id", "job-7").get(&href).await;
    assert_eq!(reply.status, 401);
    assert_eq!(reply.header("client-request-id"), "job-7");
    let challenges: Vec<_> = reply.headers.get_all("www-authenticate").iter().collect();
    assert!(challenges[0].to_str().unwrap().starts_with("Bearer "));
    assert!(challenges[1].to_str().unwrap().starts_with("MsRtcOAuth href="));
    assert_ne!(reply.header("x-ms-correlation-id"), "");
    assert_eq!(reply.header("x-ms-server-fqdn"), "127.0.0.1");
}

#[tokio::test]
async fn tap_03_a_token_of_another_application_is_refused() {
    let world = World::new().await;
    let other = platform::Endpoint {
        uri: shared::SipUri::parse("sip:sales@t.example").unwrap(),
        client_id: "sales".into(),
        proof: platform::Proof::Secret("other".into()),
        callback_url: "https://sales.example/hook".into(),
        audience: "https://sales.example".into(),
        display_name: "Sales".into(),
        dialect: shared::Dialect::Service,
    };
    world.platform.register_endpoint(other).await.unwrap();
    let desk = world.desk().await;
    for endpoint in ["sip:sales@t.example", "sip:nobody@t.example", "nonsense"] {
        let href = format!("{}?endpointId={endpoint}", application_path());
        desk.get(&href).await.refused(403, "ApplicationNotFound");
    }
    // The endpoint is one's own, the application in the path is not.
    let href = format!("/platformservice/v1/applications/1?endpointId={HELPDESK}");
    desk.get(&href).await.refused(403, "ApplicationNotFound");
}

#[tokio::test]
async fn tap_04_the_application_says_what_can_be_done_in_either_dialect() {
    let world = World::new().await;
    let desk = world.desk().await;
    let list = format!("/platformservice/v1/applications?endpointId={HELPDESK}");
    let href = desk.get(&list).await.resource().href("application").unwrap().to_owned();
    assert_eq!(href, format!("{URL}{}?endpointId={HELPDESK}", application_path()));
    let public = desk.get(&href).await.json();
    let internal = desk.clone().with("X-Ms-Namespace", "internal").get(&href).await.json();
    let embedded = public["_embedded"]["service:communication"].clone();
    let here = embedded["_links"]["self"]["href"].as_str().unwrap();
    assert_eq!(desk.get(here).await.json()["etag"], embedded["etag"]);
    for (prefix, body) in [("service", &public), ("ms:rtc:saas", &internal)] {
        assert_eq!(body["rel"], format!("{prefix}:application"));
        let tokens = &body["_links"][format!("{prefix}:anonApplicationTokens")]["href"];
        assert_eq!(
            tokens,
            &format!("{}?endpointId={HELPDESK}", {
                format!("{}/anonApplicationTokens", application_path())
            })
        );
        let communication = &body["_embedded"][format!("{prefix}:communication")];
        assert_eq!(communication["etag"], "4294967295");
        for rel in ["joinOnlineMeeting", "inviteUserToMeeting", "startMessaging"] {
            let link = &communication["_links"][format!("{prefix}:{rel}")]["href"];
            assert!(link.is_string(), "{prefix}:{rel} in {communication}");
        }
        let meetings = &body["_embedded"][format!("{prefix}:adhocMeetings")];
        assert!(meetings["_links"]["self"]["href"].is_string());
    }
}

#[tokio::test]
async fn tap_05_allowed_origins_become_the_claim_ao() {
    let world = World::new().await;
    let desk = world.desk().await;
    let reply = desk.post(&token_href(), &token_body(TWO_ORIGINS)).await;
    let claims = Claims::peek(reply.resource().text("token").unwrap()).unwrap();
    assert_eq!(claims.ao, "https://a.example;http://localhost:8080");
    for (origins, why) in [
        ("shop.example", "no scheme"),
        ("https://", "no host"),
        ("http://shop.example", "http elsewhere than on this machine"),
        (";", "nothing"),
    ] {
        let reply = desk.post(&token_href(), &token_body(origins)).await;
        reply.refused(400, "ParameterValidationFailure");
        assert_eq!(reply.json()["parameters"][0]["name"], "allowedOrigins", "{why}");
    }
}

#[tokio::test]
async fn tap_05_where_http_is_allowed_the_origin_of_the_seed_becomes_its_claim() {
    let world = World::with(|settings| settings.allow_http_origins = true).await;
    let body = token_body("http://www.microsoftstore.com/store/msusa/en_US/home");
    let reply = world.desk().await.post(&token_href(), &body).await;
    let claims = Claims::peek(reply.resource().text("token").unwrap()).unwrap();
    assert_eq!(claims.ao, "http://www.microsoftstore.com");
}

#[tokio::test]
async fn tap_06_the_token_has_the_claims_and_the_life_of_the_samples() {
    let world = World::new().await;
    let reply = world.desk().await.post(&token_href(), &token_body(PAGE)).await;
    assert_eq!(reply.status, 200);
    let document = reply.resource();
    let token = document.text("token").unwrap();
    let claims = Claims::peek(token).unwrap();
    assert_eq!(claims.exp - claims.nbf, 28_800);
    assert_eq!(claims.nbf, START_MS / 1_000);
    assert_eq!((claims.asi.as_str(), claims.aeu.as_str()), ("s-1", HELPDESK));
    assert!(claims.ruu.starts_with("sip:"), "{}", claims.ruu);
    let expiry = document.text("expiryTime").unwrap();
    assert_eq!(date::parse(expiry).unwrap().div_euclid(1_000), claims.exp);
    assert_eq!(expiry, "2024-01-01T08:00:00.500Z");
    // The order of the claims and of the header, as in every sample.
    let part = |number: usize| {
        let jwt = token.strip_prefix("psat=").unwrap();
        let uri = format!("data:text/plain;base64,{}", jwt.split('.').nth(number).unwrap());
        shared::data_uri::decode(&uri).unwrap().text
    };
    assert!(part(0).starts_with(r#"{"typ":"JWT","alg":"RS256","x5t":""#), "{}", part(0));
    let names = ["nbf", "exp", "ruu", "asi", "aeu", "ao"];
    let places: Vec<_> = names.iter().map(|it| part(1).find(&format!("\"{it}\":"))).collect();
    assert!(places.is_sorted() && places[0] == Some(1), "{}", part(1));
}

#[tokio::test]
async fn tap_07_the_token_is_encoded_twice_in_the_discover_link() {
    let world = World::new().await;
    let reply = world.desk().await.post(&token_href(), &token_body(TWO_ORIGINS)).await;
    let document = reply.resource();
    let href = document.href("discover").unwrap();
    let jwt = document.text("token").unwrap().strip_prefix("psat=").unwrap();
    assert!(href.ends_with(&format!("/discover?anonymousContext=psat%253d{jwt}")), "{href}");
    assert!(href.starts_with(URL), "{href}");
    assert!(reply.text.contains("service:discover"));
}

#[tokio::test]
async fn tap_08_a_token_for_a_meeting_names_the_meeting() {
    let world = World::new().await;
    let desk = world.desk().await;
    let meetings = format!("{}/adhocMeetings?endpointId={HELPDESK}", application_path());
    let reply = desk.post(&meetings, r#"{"subject":"Talk"}"#).await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    let meeting = reply.resource();
    let url = meeting.text("joinUrl").unwrap();
    let body = json!({
        "applicationSessionId": "s-9", "allowedOrigins": PAGE, "meetingUrl": url,
    });
    let token = desk.post(&token_href(), &body.to_string()).await.resource();
    let claims = Claims::peek(token.text("token").unwrap()).unwrap();
    assert_eq!(claims.confid.as_deref(), meeting.text("onlineMeetingUri"));
    assert_eq!(claims.ucwaext, Some(format!("{URL}/ucwa/psanon/v1/applications")));
    let discover = token.href("discover").unwrap();
    assert!(discover.contains("anonymousMeetingJoinContext=psat%253d"), "{discover}");
    let found = world.anybody().from(PAGE).get(discover).await.resource();
    assert_eq!(found.text("conferenceId"), meeting.text("onlineMeetingUri"));
    let body = json!({
        "applicationSessionId": "s-9", "allowedOrigins": PAGE, "meetingUrl": "https://m.example/x",
    });
    desk.post(&token_href(), &body.to_string()).await.refused(404, "DestinationNotFound");
}

#[tokio::test]
async fn tap_09_what_is_missing_or_too_long_is_named() {
    let world = World::new().await;
    let desk = world.desk().await;
    let long = "x".repeat(101);
    let far = format!("https://{}.example", "x".repeat(600));
    for (session, origins, wrong) in [
        (long.as_str(), PAGE, "applicationSessionId"),
        ("", PAGE, "applicationSessionId"),
        ("s", far.as_str(), "allowedOrigins"),
        ("s", "", "allowedOrigins"),
    ] {
        let body = json!({"applicationSessionId": session, "allowedOrigins": origins});
        let reply = desk.post(&token_href(), &body.to_string()).await;
        reply.refused(400, "ParameterValidationFailure");
        assert_eq!(reply.json()["parameters"][0]["name"], wrong);
    }
}

#[tokio::test]
async fn ucw_01_the_discover_link_works_however_often_it_was_decoded() {
    let world = World::new().await;
    let (_, discover) = world.visitor_token("s-1").await;
    for href in [
        discover.clone(),
        discover.replace("%253d", "%3d"),
        discover.replace("%253d", "="),
        discover.replace("anonymousContext", "anonymousMeetingJoinContext"),
    ] {
        let reply = world.anybody().from(PAGE).get(&href).await;
        assert_eq!(reply.status, 200, "{href}: {}", reply.text);
        let link = reply.json()["_links"]["anonApplications"]["href"].clone();
        assert_eq!(link, format!("{URL}/ucwa/psanon/v1/applications"));
        assert_eq!(reply.header("access-control-allow-origin"), PAGE);
    }
    let reply = world.anybody().from("https://evil.example").get(&discover).await;
    reply.refused(403, "None");
}

#[tokio::test]
async fn ucw_02_an_expired_or_forged_token_opens_nothing() {
    let world = World::new().await;
    let (token, _) = world.visitor_token("s-1").await;
    let agent_token = world.agent("alice").await.client.token.unwrap();
    let desk_token = world.desk().await.token.unwrap();
    let at = token.rfind('.').unwrap();
    let signature_of_another = format!("{}{}", &token[..=at], "A".repeat(342));
    let (head, rest) = token.split_once('.').unwrap();
    let (payload, signature) = rest.split_once('.').unwrap();
    let changed = format!("{head}.{}A.{signature}", &payload[..payload.len() - 1]);
    let unsigned = format!("psat=eyJ0eXAiOiJKV1QiLCJhbGciOiJub25lIn0.{payload}.");
    let create = async |token: &str| {
        let mut client = world.anybody().from(PAGE);
        client.token = Some(token.to_owned());
        client.post("/ucwa/psanon/v1/applications", "{}").await
    };
    for forged in [
        signature_of_another.as_str(),
        &changed,
        &unsigned,
        token.strip_prefix("psat=").unwrap(),
        &agent_token,
        &agent_token.replace("cwt=", "psat="),
        &desk_token,
        &format!("psat={desk_token}"),
        "psat=",
        "nonsense",
    ] {
        let reply = create(forged).await;
        assert_eq!(reply.status, 401, "{forged}");
        assert!(reply.headers.contains_key("www-authenticate"));
    }
    assert_eq!(create(&token).await.status, 201);
    world.pass_ms(28_800_000).await;
    assert_eq!(create(&token).await.status, 401, "expired to the second");
}

#[tokio::test]
async fn ucw_03_invariant_7_a_token_does_not_work_from_another_origin() {
    let world = World::new().await;
    let (token, _) = world.visitor_token("s-1").await;
    for origin in
        ["https://evil.example", "http://shop.example", "https://shop.example:444", "null"]
    {
        let mut client = world.anybody().from(origin);
        client.token = Some(token.clone());
        let reply = client.post("/ucwa/psanon/v1/applications", "{}").await;
        reply.refused(403, "None");
        assert!(!reply.headers.contains_key("access-control-allow-origin"), "{origin}");
        assert_ne!(reply.header("x-ms-diagnostics"), "");
    }
}

#[tokio::test]
async fn ucw_04_an_allowed_origin_may_read_the_answer() {
    let world = World::new().await;
    let (token, _) = world.visitor_token("s-1").await;
    let mut client = world.anybody().from(PAGE);
    client.token = Some(token);
    let reply = client.post("/ucwa/psanon/v1/applications", "{}").await;
    assert_eq!(reply.status, 201, "{}", reply.text);
    assert_eq!(reply.header("access-control-allow-origin"), PAGE);
    assert_eq!(reply.header("vary"), "Origin");
    assert!(reply.header("access-control-expose-headers").contains("Location"));
    assert!(reply.header("location").starts_with("/ucwa/psanon/v1/applications/"));
    let application = reply.resource();
    assert_eq!(application.text("endpointId"), Some("s-1"));
    let me = application.embedded("me").unwrap();
    assert!(me.text("uri").unwrap().ends_with("@anonymous.invalid"));
    assert_eq!(me.links.len(), 1, "a visitor's `me` has a self link only");
}

#[tokio::test]
async fn ucw_05_a_preflight_needs_no_token() {
    let world = World::new().await;
    let ask =
        |origin: &str| world.anybody().from(origin).with("access-control-request-method", "POST");
    let path = "/ucwa/psanon/v1/applications";
    let reply = ask("https://any.example").send("OPTIONS", path, None).await;
    assert_eq!(reply.status, 204);
    assert!(reply.header("access-control-allow-headers").contains("Authorization"));
    assert!(reply.header("access-control-allow-methods").contains("DELETE"));
    assert_eq!(reply.header("access-control-allow-origin"), "https://any.example");
    let path = "/ucwa/oauth/v1/applications";
    let reply = ask("https://console.example").send("OPTIONS", path, None).await;
    assert_eq!(reply.status, 204);
    let reply = ask("https://evil.example").send("OPTIONS", path, None).await;
    assert_eq!(reply.status, 403);
    assert!(!reply.headers.contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn ucw_06_the_name_of_a_visitor_is_read_in_any_case() {
    let world = World::new().await;
    for (session, name) in [("s-1", "AnonymousDisplayName"), ("s-2", "anonymousDisplayName")] {
        let (token, _) = world.visitor_token(session).await;
        let mut client = world.anybody().from(PAGE);
        client.token = Some(token);
        let body = json!({ name: "Vera" }).to_string();
        let reply = client.post("/ucwa/psanon/v1/applications", &body).await;
        let me = reply.resource().embedded("me").unwrap().clone();
        assert_eq!(me.text("name"), Some("Vera"));
    }
}
