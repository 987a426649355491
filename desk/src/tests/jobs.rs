//! Meetings and the bridge, from outside: `POST /GetAdhocMeetingJob`, `POST /StartIMBridge`,
//! `POST /desk/api/meetings` (`protocol.md` §1.5).

use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

use super::console::{sign_in, state};
use super::script::{answer, created};
use super::{Rig, TOKENS, json_of};

const MEETINGS: &str = "https://p.example/platformservice/v1/applications/7/adhocMeetings";
const JOIN_URL: &str = "https://d.example/meet/t.example/help/1";

fn scripted_meeting(rig: &Rig) {
    let body = json!({
        "joinUrl": JOIN_URL,
        "onlineMeetingUri": "sip:help@t.example;gruu;opaque=app:conf:focus:id:1",
        "onlineMeetingId": "1",
        "organizerUri": "sip:help@t.example",
        "expirationTime": "2030-01-01T08:00:00.000Z",
        "_links": {
            "self": { "href": "/platformservice/v1/applications/7/adhocMeetings/1" },
            "service:joinAdhocMeeting": { "href": "/p/onlineMeetingInvitations?confUrl=1" },
        },
    });
    rig.script.on("POST", MEETINGS, answer(201, &body));
    rig.script.on(
        "POST",
        "https://p.example/p/onlineMeetingInvitations",
        created("/p/onlineMeetingInvitations/9"),
    );
}

fn agents(rig: &Rig) {
    sign_in(rig, "sip:ann@t.example");
}

async fn job(rig: &Rig, path: &str, body: &Value) -> (StatusCode, Value) {
    rig.console("cwt=ann", "POST", path, Some(body.clone())).await
}

#[tokio::test]
async fn an_agents_page_gets_an_adhoc_meeting() {
    let rig = Rig::new().await;
    agents(&rig);
    scripted_meeting(&rig);
    let wish = json!({ "Subject": "Talk", "Description": "More", "AccessLevel": "invited" });
    let (status, made) = job(&rig, "/GetAdhocMeetingJob", &wish).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(
        made,
        json!({
            "JoinUrl": JOIN_URL,
            "OnlineMeetingUri": "sip:help@t.example;gruu;opaque=app:conf:focus:id:1",
            "OnlineMeetingId": "1",
            "OrganizerUri": "sip:help@t.example",
            "ExpirationTime": "2030-01-01T08:00:00.000Z",
        })
    );
    let asked = rig.script.until("POST /platformservice/v1/applications/7/adhocMeetings").await;
    let asked: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
    let passed_on = json!({ "subject": "Talk", "description": "More", "accessLevel": "Invited",
        "automaticLeaderAssignment": "SameEnterprise" });
    assert_eq!(asked, passed_on);
}

#[tokio::test]
async fn a_job_that_is_not_understood_is_refused_with_an_error_and_without_a_request() {
    let rig = Rig::new().await;
    agents(&rig);
    let long = "x".repeat(251);
    for (path, body) in [
        ("/GetAdhocMeetingJob", json!({ "AccessLevel": "Nobody" })),
        ("/GetAdhocMeetingJob", json!({ "Subject": long })),
        ("/StartIMBridge", json!({ "IsStart": true })),
        ("/StartIMBridge", json!({ "IsStart": true, "InviteTargetUri": "nonsense" })),
        ("/StartIMBridge", json!({ "IsStart": "yes" })),
    ] {
        rig.clock.advance_ms(60_000);
        let (status, refused) = job(&rig, path, &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{path} {body}");
        assert!(refused["Error"].as_str().is_some_and(|it| !it.is_empty()), "{refused}");
    }
    assert_eq!(rig.script.count("POST /platformservice/v1/applications/7/adhocMeetings"), 0);
}

#[tokio::test]
async fn invariant_6_jobs_that_make_rooms_or_move_visitors_want_an_agent() {
    let rig = Rig::new().await;
    agents(&rig);
    scripted_meeting(&rig);
    for path in ["/GetAdhocMeetingJob", "/StartIMBridge"] {
        let request = Request::builder().method("POST").uri(path);
        let request = request.header("Content-Type", "application/json");
        let (status, refused) =
            json_of(rig.send(request.body(Body::from("{}")).unwrap()).await).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(refused["Error"].is_string());
    }
    assert_eq!(rig.script.count("POST /platformservice/v1/applications/7/adhocMeetings"), 0);
}

#[tokio::test]
async fn sac_03_without_the_capability_no_meeting_is_made() {
    let rig = Rig::new().await;
    agents(&rig);
    // The application of a platform that offers tokens only.
    let bare = json!({ "_links": {} });
    let script = &rig.script;
    script.on("GET", super::APPLICATION, answer(200, &bare));
    scripted_meeting(&rig);
    // The first answer of the script has the capability; a second reading has not.
    let (status, _) = job(&rig, "/GetAdhocMeetingJob", &json!({})).await;
    assert_eq!(status, StatusCode::OK);
    let rig = rig.restarted().await;
    let (status, refused) = job(&rig, "/GetAdhocMeetingJob", &json!({})).await;
    assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(refused["Error"].is_string(), "{refused}");
}

#[tokio::test]
async fn the_bridge_stays_on_over_a_restart_until_it_is_ended() {
    let rig = Rig::new().await;
    agents(&rig);
    let wish = json!({ "IsStart": true, "Subject": "Experts", "WelcomeMessage": "One moment",
        "InviteTargetUri": "sip:Zoe@t.example", "InvitedTargetDisplayName": "Zoe from sales",
        "EnableMessageFilter": true });
    let (status, set) = job(&rig, "/StartIMBridge", &wish).await;
    assert_eq!((status, set), (StatusCode::OK, json!({ "IsStart": true })));
    let rig = rig.restarted().await;
    let kept = rig.desk.inner.engine.bridge.get().unwrap();
    assert_eq!((kept.subject.as_str(), kept.welcome.as_str()), ("Experts", "One moment"));
    assert_eq!(kept.target.agent.as_str(), "sip:zoe@t.example");
    assert_eq!(kept.target.filter, shared::states::FilterState::Enabled);
    let (_, set) = job(&rig, "/StartIMBridge", &json!({ "IsStart": false })).await;
    assert_eq!(set, json!({ "IsStart": false }));
    assert_eq!(rig.restarted().await.desk.inner.engine.bridge.get(), None);
}

#[tokio::test]
async fn an_agents_meeting_stands_in_the_list_with_its_link_and_the_desk_joins_it() {
    let rig = Rig::new().await;
    agents(&rig);
    scripted_meeting(&rig);
    let wish = json!({ "subject": " Plans ", "lobby": true });
    let (status, made) = job(&rig, "/desk/api/meetings", &wish).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let joined = rig.script.until("POST /p/onlineMeetingInvitations?confUrl=1").await;
    let body: Value = serde_json::from_str(&joined.body.unwrap()).unwrap();
    let callback = body["callbackUrl"].as_str().unwrap();
    assert!(callback.starts_with("https://d.example/desk/webhook?conversation="), "{callback}");
    let asked = rig.script.until("POST /platformservice/v1/applications/7/adhocMeetings").await;
    let asked: Value = serde_json::from_str(&asked.body.unwrap()).unwrap();
    assert_eq!(
        (&asked["accessLevel"], &asked["subject"]),
        (&json!("SameEnterprise"), &json!("Plans"))
    );
    let shown = state(&rig, "cwt=ann").await["conversations"][0].clone();
    assert_eq!(shown, made);
    let id = shown["id"].as_str().unwrap();
    let link = format!("https://d.example/meet/{id}");
    assert_eq!(shown["meeting"], json!({ "join_url": link, "lobby": true }));
    assert_eq!((&shown["place"], &shown["agent"]), (&json!("Owned"), &json!("sip:ann@t.example")));
    let face = rig.desk.meeting(id);
    assert_eq!((face.subject.as_deref(), face.join_url.as_str()), (Some("Plans"), JOIN_URL));
    assert!(!face.is_over && rig.desk.meeting("nothing").is_over);
    let (status, refused) = job(&rig, "/desk/api/meetings", &json!({ "subject": " " })).await;
    assert_eq!((status, &refused["code"]), (StatusCode::BAD_REQUEST, &json!("BadRequest")));
}

#[tokio::test]
async fn sac_04_a_link_to_a_meeting_that_is_over_says_so() {
    let rig = Rig::new().await;
    let gone = json!({ "code": "NotFound", "subcode": "DestinationNotFound" });
    rig.script.on("POST", TOKENS, answer(404, &gone));
    let body = json!({ "ApplicationSessionId": "s", "AllowedOrigins": "https://d.example",
        "MeetingUrl": JOIN_URL });
    let request = Request::builder().method("POST").uri("/GetAnonTokenJob");
    let request = request.header("Content-Type", "application/json");
    let sent = rig.send(request.body(Body::from(body.to_string())).unwrap()).await;
    let (status, refused) = json_of(sent).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(refused["Error"].as_str().unwrap().contains("over"), "{refused}");
    let line = "POST /platformservice/v1/applications/7/anonApplicationTokens";
    assert_eq!(rig.script.count(line), 1, "not asked twice");
    let face = rig.desk.meeting_at(JOIN_URL, None).await;
    assert_eq!((face.subject, face.is_over), (None, true));
}
