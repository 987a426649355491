//! Meetings made beforehand, joined by visitors and users (`protocol.md` §2A.2, §2B.3), and the
//! invariants 2, 3 and 6 in them.

use serde_json::json;
use shared::Resource;

use crate::common::{HELPDESK, Member, URL, World, application_path, kind_of, text_of};

/// The names under which a reader saw others speak, with what they said.
async fn heard(member: &mut Member, last: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    loop {
        let message = member.channel.until("message", "completed").await;
        let resource = message.resource.as_ref().unwrap();
        if resource.text("direction") == Some("Incoming") {
            let title = resource.link_of("participant").unwrap().title.clone().unwrap();
            out.push((title, text_of(&message)));
        }
        if text_of(&message) == last {
            return out;
        }
    }
}

async fn say(member: &Member, messaging: &Resource, operation: &str, text: &str) {
    let href = format!("{}?operationId={operation}", messaging.href("sendMessage").unwrap());
    member.client.say(&href, text).await.location();
}

#[tokio::test]
async fn tap_08_a_visitor_with_a_meetings_token_joins_it_and_starts_nothing_else() {
    let world = World::new().await;
    let meeting = world.meeting(&json!({ "subject": "Talk" })).await;
    let mut vera = world.guest("Vera", &meeting).await;
    let communication = vera.communication();
    assert_eq!(communication.href("startMessaging"), None);
    assert!(communication.href("joinOnlineMeeting").is_some());
    // Neither by an address that somebody made up.
    let made_up = communication.href("self").unwrap().to_owned() + "/messagingInvitations";
    let body = format!(r#"{{"operationId":"o","to":"{HELPDESK}"}}"#);
    vera.client.post(&made_up, &body).await.refused(403, "NotAllowed");

    let location = vera.ask_to_join(&meeting, "join-1").await.location();
    // The same operation again is the same invitation; another one is refused (invariant 2).
    assert_eq!(vera.ask_to_join(&meeting, "join-1").await.location(), location);
    vera.ask_to_join(&meeting, "join-2").await.refused(409, "AlreadyExists");
    let package = vera.channel.take().await;
    let events: Vec<_> = package.senders.into_iter().flat_map(|it| it.events).collect();
    let kinds: Vec<String> = events.iter().map(kind_of).collect();
    assert_eq!(
        kinds,
        [
            "onlineMeetingInvitation started",
            "conversation added",
            "conversation updated",
            "onlineMeeting added in conversation",
            "localParticipant added",
            "messaging updated",
            "onlineMeetingInvitation completed",
        ]
    );
    let state = |at: usize| events[at].resource.as_ref().unwrap().text("state").unwrap();
    assert_eq!((state(1), state(2)), ("Conferencing", "Conferenced"));
    let invitation = events[0].resource.as_ref().unwrap();
    assert_eq!(invitation.text("operationId"), Some("join-1"));
    assert_eq!(invitation.text("onlineMeetingUri"), meeting.text("onlineMeetingUri"));
    let here = events[3].resource.as_ref().unwrap();
    assert_eq!(here.text("subject"), Some("Talk"));
    assert_eq!(here.href("terminateOnlineMeeting"), None, "a visitor does not end it for all");
    assert!(events[5].resource.as_ref().unwrap().href("addMessaging").is_some());
}

#[tokio::test]
async fn invariant_3_visitors_and_agents_in_one_room_read_one_order_with_names() {
    let world = World::new().await;
    let meeting = world.meeting(&json!({ "subject": "Talk" })).await;
    let mut vera = world.guest("Vera", &meeting).await;
    let mut tom = world.guest("Tom", &meeting).await;
    let mut ann = world.agent("ann").await;
    let to_vera = vera.join(&meeting).await;
    let to_tom = tom.join(&meeting).await;
    let to_ann = ann.join(&meeting).await;
    say(&vera, &to_vera, "v1", "hello").await;
    say(&ann, &to_ann, "a1", "welcome").await;
    say(&tom, &to_tom, "t1", "hi both").await;
    say(&vera, &to_vera, "v1", "hello").await;
    say(&vera, &to_vera, "v2", "last").await;
    let named = |list: &[(&str, &str)]| -> Vec<(String, String)> {
        list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
    };
    let all = [("Vera", "hello"), ("Ann", "welcome"), ("Tom", "hi both"), ("Vera", "last")];
    let without =
        |name: &str| named(&all).into_iter().filter(|it| it.0 != name).collect::<Vec<_>>();
    assert_eq!(heard(&mut vera, "last").await, without("Vera"));
    assert_eq!(heard(&mut tom, "last").await, without("Tom"));
    assert_eq!(heard(&mut ann, "last").await, without("Ann"));

    // Typing reaches everybody else; leaving is seen by those who stay.
    assert_eq!(tom.client.post(to_tom.href("setIsTyping").unwrap(), "").await.status, 204);
    for other in [&mut vera, &mut ann] {
        let typing = other.channel.until("participant", "added").await;
        let is_typing = |it: &shared::Event| {
            it.within.as_ref().is_some_and(|it| it.rel == "typingParticipants")
        };
        let mut event = typing;
        while !is_typing(&event) {
            event = other.channel.until("participant", "added").await;
        }
        assert_eq!(event.link.title.as_deref(), Some("Tom"));
    }
    let conversation = to_tom.href("conversation").unwrap();
    assert_eq!(tom.client.delete(conversation).await.status, 204);
    for other in [&mut vera, &mut ann] {
        let mut left = other.channel.until("participant", "deleted").await;
        while left.within.is_some() {
            left = other.channel.until("participant", "deleted").await;
        }
        assert_eq!(left.link.title.as_deref(), Some("Tom"));
    }
    tom.client.get(conversation).await.refused(404, "ConversationNotFound");
}

#[tokio::test]
async fn invariant_6_a_meetings_token_opens_that_meeting_and_nothing_else() {
    let world = World::new().await;
    let mine = world.meeting(&json!({ "subject": "Mine" })).await;
    let other = world.meeting(&json!({ "subject": "Other" })).await;
    let mut vera = world.guest("Vera", &mine).await;
    let to_vera = vera.join(&mine).await;
    let tom = world.guest("Tom", &other).await;
    tom.ask_to_join(&mine, "join").await.refused(403, "None");
    for href in [to_vera.href("self"), to_vera.href("conversation"), vera.application.href("self")]
    {
        tom.client.get(href.unwrap()).await.refused(404, "ApplicationNotFound");
    }
    // The same session of the website, for another meeting, is another application.
    let twin = world.guest("Vera", &other).await;
    assert_ne!(twin.application.href("self"), vera.application.href("self"));
    twin.client
        .get(vera.application.href("self").unwrap())
        .await
        .refused(404, "ApplicationNotFound");
    let nowhere = Resource::new("m").prop("onlineMeetingUri", "sip:help@t.example;gruu;opaque=x");
    vera.ask_to_join(&nowhere, "nowhere").await.refused(404, "DestinationNotFound");
    // A service application finds and ends its own meetings only.
    let made_up = format!("{}/adhocMeetings/nothing?endpointId={HELPDESK}", application_path());
    let desk = world.desk().await;
    desk.get(&made_up).await.refused(404, "None");
    desk.delete(&made_up).await.refused(404, "None");
}

#[tokio::test]
async fn a_meeting_says_what_it_was_made_with_and_refuses_what_it_does_not_know() {
    let world = World::new().await;
    let terms = json!({
        "subject": "Talk", "description": "About it", "accessLevel": "invited",
        "leaders": ["sip:Ann@t.example"], "attendees": ["sip:bob@t.example"],
        "automaticLeaderAssignment": "SameEnterprise", "entryExitAnnouncement": "Enabled",
        "phoneUserAdmission": "Enabled", "lobbyBypassForPhoneUsers": "Disabled",
    });
    let made = world.meeting(&terms).await;
    for (name, value) in [
        ("subject", "Talk"),
        ("description", "About it"),
        ("accessLevel", "Invited"),
        ("automaticLeaderAssignment", "SameEnterprise"),
        ("entryExitAnnouncement", "Enabled"),
        ("phoneUserAdmission", "Enabled"),
        ("lobbyBypassForPhoneUsers", "Disabled"),
        ("organizerUri", HELPDESK),
    ] {
        assert_eq!(made.text(name), Some(value), "{name}");
    }
    assert_eq!(made.properties["leaders"], json!(["sip:ann@t.example"]));
    assert_eq!(made.properties["attendees"], json!(["sip:bob@t.example"]));
    let id = made.text("onlineMeetingId").unwrap();
    let uri = format!("{HELPDESK};gruu;opaque=app:conf:focus:id:{id}");
    assert_eq!(made.text("onlineMeetingUri"), Some(uri.as_str()));
    let url = format!("{URL}/meet/t.example/help/{id}");
    assert_eq!(made.text("joinUrl"), Some(url.as_str()));
    assert!(made.text("expirationTime").is_some() && made.text("etag").is_some());
    for rel in ["self", "discover", "joinAdhocMeeting", "applications"] {
        assert!(made.href(rel).is_some(), "{rel}");
    }
    let desk = world.desk().await;
    let again = desk.get(made.href("self").unwrap()).await;
    assert_eq!(again.resource(), made);
    assert_eq!(desk.get(made.href("discover").unwrap()).await.status, 200);

    let all = format!("{}/adhocMeetings?endpointId={HELPDESK}", application_path());
    for (wrong, body) in [
        ("accessLevel", json!({ "accessLevel": "Nobody" })),
        ("automaticLeaderAssignment", json!({ "automaticLeaderAssignment": "Some" })),
        ("leaders", json!({ "leaders": 7 })),
        ("attendees", json!({ "attendees": ["nonsense"] })),
        ("attendees", json!({ "attendees": vec!["sip:a@t.example"; 101] })),
        ("subject", json!({ "subject": "x".repeat(251) })),
    ] {
        let reply = desk.post(&all, &body.to_string()).await;
        reply.refused(400, "ParameterValidationFailure");
        assert_eq!(reply.json()["parameters"][0]["name"], wrong);
    }
}

#[tokio::test]
async fn an_organizer_ends_a_meeting_for_all_and_its_link_is_dead() {
    let world = World::with(|it| it.limits.meetings_per_endpoint_max = 1).await;
    let desk = world.desk().await;
    let meeting = world.meeting(&json!({})).await;
    let all = format!("{}/adhocMeetings?endpointId={HELPDESK}", application_path());
    desk.post(&all, "{}").await.refused(409, "LimitExceeded");
    let mut vera = world.guest("Vera", &meeting).await;
    vera.join(&meeting).await;
    let this = meeting.href("self").unwrap();
    assert_eq!(desk.delete(this).await.status, 204);
    let over = vera.channel.until("conversation", "deleted").await;
    assert!(over.reason.unwrap().is("Ended"));
    desk.get(this).await.refused(404, "None");
    vera.ask_to_join(&meeting, "again").await.refused(404, "DestinationNotFound");
    let body = json!({
        "applicationSessionId": "late", "allowedOrigins": crate::common::PAGE,
        "meetingUrl": meeting.text("joinUrl").unwrap(),
    });
    let reply = desk.post(&crate::common::token_href(), &body.to_string()).await;
    reply.refused(404, "DestinationNotFound");
    // There is room for the next one.
    world.meeting(&json!({})).await;
}

#[tokio::test]
async fn a_user_who_invites_oneself_to_another_device_goes_on_there() {
    let world = World::new().await;
    let meeting = world.meeting(&json!({})).await;
    let mut phone = world.agent("ann").await;
    let to_phone = phone.join(&meeting).await;
    let mut laptop = Member::agent(world.sign_in("ann").await, "laptop").await;
    let room = phone.read(to_phone.href("conversation").unwrap()).await;
    let body = r#"{"operationId":"me","to":"sip:ann@t.example"}"#;
    phone.client.post(room.href("addParticipant").unwrap(), body).await.location();
    let invited = laptop.channel.until("onlineMeetingInvitation", "started").await;
    let accept = invited.resource.unwrap().href("accept").unwrap().to_owned();
    assert_eq!(laptop.client.post(&accept, "").await.status, 204);
    // The first device rang too; then the side it had in the meeting was replaced.
    for why in ["ConnectedElsewhere", "Replaced"] {
        let over = phone.channel.until("conversation", "deleted").await;
        assert!(over.reason.unwrap().is(why), "{why}");
    }
    laptop.add_messaging().await;
}

#[tokio::test]
async fn who_goes_on_with_another_application_never_left_for_the_others() {
    let world = World::new().await;
    let meeting = world.meeting(&json!({})).await;
    let mut vera = world.guest("Vera", &meeting).await;
    let mut phone = world.agent("ann").await;
    vera.join(&meeting).await;
    let to_phone = phone.join(&meeting).await;
    say(&phone, &to_phone, "one", "from the phone").await;
    vera.channel.until_text("from the phone").await;
    vera.channel.seen.clear();

    let mut laptop = Member::agent(world.sign_in("ann").await, "laptop").await;
    let to_laptop = laptop.join(&meeting).await;
    say(&laptop, &to_laptop, "two", "from the laptop").await;
    vera.channel.until_text("from the laptop").await;
    let seen: Vec<String> = vera.channel.seen.iter().map(kind_of).collect();
    assert_eq!(
        seen,
        [
            "participantMessaging deleted in participant",
            "participantMessaging added in participant"
        ],
    );
    // And when she leaves, she is gone.
    let room = laptop.read(to_laptop.href("conversation").unwrap()).await;
    assert_eq!(laptop.client.delete(room.href("self").unwrap()).await.status, 204);
    vera.channel.until("participant", "deleted").await;
}
