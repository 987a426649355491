//! The lobby of a meeting: who waits, who lets in (`protocol.md` §2A.2, §2B.4, §2B.6, §2B.7).

use serde_json::{Value, json};
use shared::{Event, Resource};

use crate::common::{Member, World};

fn locked() -> Value {
    json!({ "subject": "Talk", "accessLevel": "SameEnterprise",
        "automaticLeaderAssignment": "SameEnterprise" })
}

/// The next event of somebody in the lobby.
async fn in_lobby(leader: &mut Member, kind: &str) -> Event {
    loop {
        let event = leader.channel.until("participant", kind).await;
        if event.within.as_ref().is_some_and(|it| it.rel == "lobby") {
            return event;
        }
    }
}

/// Asks to join and is not let in yet; answers the conversation.
async fn wait(guest: &mut Member, meeting: &Resource) -> Resource {
    guest.ask_to_join(meeting, "join").await.location();
    let conversation = guest.channel.until("conversation", "updated").await.resource.unwrap();
    assert_eq!(conversation.text("state"), Some("InLobby"));
    conversation
}

#[tokio::test]
async fn a_visitor_in_the_lobby_sees_nothing_until_a_leader_lets_them_in() {
    let world = World::new().await;
    let meeting = world.meeting(&locked()).await;
    let mut ann = world.agent("ann").await;
    ann.join(&meeting).await;
    let mut vera = world.guest("Vera", &meeting).await;
    let conversation = wait(&mut vera, &meeting).await;

    // The invitation stays open, nobody is to be seen, nothing can be said.
    let invitation = vera.channel.until("onlineMeetingInvitation", "started").await;
    let invitation = vera.read(&invitation.link.href).await;
    assert_eq!(invitation.text("state"), Some("Connecting"));
    let participants = vera.read(conversation.href("participants").unwrap()).await;
    assert!(participants.embedded("participant").is_none());
    let messaging = vera.read(conversation.href("messaging").unwrap()).await;
    assert_eq!(messaging.href("addMessaging"), None);
    assert_eq!(conversation.href("lobby"), None);
    let lobby = format!("{}/lobby", conversation.href("self").unwrap());
    vera.client.get(&lobby).await.refused(403, "NotAllowed");

    let event = in_lobby(&mut ann, "added").await;
    let waiting = event.resource.unwrap();
    assert_eq!(waiting.text("name"), Some("Vera"));
    assert_eq!(waiting.properties["inLobby"], true);
    let room = ann.read(waiting.href("conversation").unwrap()).await;
    let lobby = ann.read(room.href("lobby").unwrap()).await;
    assert_eq!(lobby.embedded("participant"), Some(&waiting));
    assert_eq!(ann.read(waiting.href("self").unwrap()).await, waiting);
    // Nobody admits oneself by an address made up from another one's.
    let own = format!("{}/participants/x/admit", conversation.href("self").unwrap());
    vera.client.post(&own, "").await.refused(403, "NotAllowed");

    let admit = waiting.href("admit").unwrap();
    assert_eq!(ann.client.post(admit, "").await.status, 204);
    assert_eq!(ann.client.post(admit, "").await.status, 204, "again is no harm");
    in_lobby(&mut ann, "deleted").await;
    let entered = ann.channel.until("participant", "added").await;
    assert!(entered.within.is_none() && entered.link.title.as_deref() == Some("Vera"));
    let conversation = vera.channel.until("conversation", "updated").await.resource.unwrap();
    assert_eq!(conversation.text("state"), Some("Conferenced"));
    let completed = vera.channel.until("onlineMeetingInvitation", "completed").await;
    assert_eq!(completed.status, Some(shared::Status::Success));
    let others: Vec<_> =
        vera.channel.seen.iter().filter(|it| it.link.rel == "participant").collect();
    assert!(others.iter().any(|it| it.link.title.as_deref() == Some("Ann")), "{others:?}");
    vera.add_messaging().await;
}

#[tokio::test]
async fn a_visitor_who_is_rejected_is_told_so() {
    let world = World::new().await;
    let meeting = world.meeting(&locked()).await;
    let mut vera = world.guest("Vera", &meeting).await;
    let conversation = wait(&mut vera, &meeting).await;
    // A leader who comes later sees who waits.
    let mut ann = world.agent("ann").await;
    ann.join(&meeting).await;
    let waiting = in_lobby(&mut ann, "added").await.resource.unwrap();
    assert_eq!(ann.client.post(waiting.href("reject").unwrap(), "").await.status, 204);
    let completed = vera.channel.until("onlineMeetingInvitation", "completed").await;
    assert_eq!(completed.status, Some(shared::Status::Failure));
    assert_eq!(completed.resource.unwrap().text("state"), Some("Declined"));
    let over = vera.channel.until("conversation", "deleted").await;
    assert!(over.reason.unwrap().is("Denied"));
    in_lobby(&mut ann, "deleted").await;
    let this = conversation.href("self").unwrap();
    vera.client.get(this).await.refused(404, "ConversationNotFound");
    ann.client.post(waiting.href("admit").unwrap(), "").await.refused(404, "None");
    // Asking again is allowed: it was a no to this knock.
    vera.ask_to_join(&meeting, "again").await.location();
    in_lobby(&mut ann, "added").await;
}

#[tokio::test]
async fn who_gives_up_waiting_leaves_the_lobby() {
    let world = World::new().await;
    let meeting = world.meeting(&locked()).await;
    let mut ann = world.agent("ann").await;
    ann.join(&meeting).await;
    for way in ["cancel", "leave", "quit"] {
        let mut vera = world.guest(way, &meeting).await;
        let conversation = wait(&mut vera, &meeting).await;
        in_lobby(&mut ann, "added").await;
        let started = vera.channel.until("onlineMeetingInvitation", "started").await;
        let cancel = started.resource.unwrap().href("cancel").unwrap().to_owned();
        let status = match way {
            "cancel" => vera.client.post(&cancel, "").await.status,
            "leave" => vera.client.delete(conversation.href("self").unwrap()).await.status,
            _ => vera.client.delete(vera.application.href("self").unwrap()).await.status,
        };
        assert_eq!(status, 204, "{way}");
        assert_eq!(in_lobby(&mut ann, "deleted").await.link.title.as_deref(), Some(way));
    }
}

#[tokio::test]
async fn invariant_4_the_lobby_survives_a_restart() {
    let mut world = World::new().await;
    let meeting = world.meeting(&locked()).await;
    let mut ann = world.agent("ann").await;
    ann.join(&meeting).await;
    let mut vera = world.guest("Vera", &meeting).await;
    wait(&mut vera, &meeting).await;
    world.restart().await;
    ann.move_to(&world);
    vera.move_to(&world);
    let waiting = in_lobby(&mut ann, "added").await.resource.unwrap();
    assert_eq!(ann.client.post(waiting.href("admit").unwrap(), "").await.status, 204);
    vera.add_messaging().await;
}

#[tokio::test]
async fn an_attendee_who_is_no_leader_neither_sees_the_lobby_nor_puts_anybody_out() {
    let world = World::new().await;
    let terms = json!({ "accessLevel": "Invited", "attendees": ["sip:bob@t.example"],
        "leaders": ["sip:ann@t.example"] });
    let meeting = world.meeting(&terms).await;
    let (mut ann, mut bob, mut eve) =
        (world.agent("ann").await, world.agent("bob").await, world.agent("eve").await);
    ann.join(&meeting).await;
    let to_bob = bob.join(&meeting).await;
    wait(&mut eve, &meeting).await;
    let waiting = in_lobby(&mut ann, "added").await.resource.unwrap();
    assert_eq!(waiting.text("uri"), Some("sip:eve@t.example"));
    let room = bob.read(to_bob.href("conversation").unwrap()).await;
    assert_eq!(room.href("lobby"), None);
    let participants = bob.read(room.href("participants").unwrap()).await;
    let other = participants.embedded("participant").unwrap();
    assert_eq!((other.text("name"), other.href("eject")), (Some("Ann"), None));
    let eject = format!("{}/eject", other.href("self").unwrap());
    bob.client.post(&eject, "").await.refused(403, "NotAllowed");

    // A leader does put others out, who are told why.
    let room = ann.read(waiting.href("conversation").unwrap()).await;
    let participants = ann.read(room.href("participants").unwrap()).await;
    let bobs = participants.embedded("participant").unwrap();
    assert_eq!(ann.client.post(bobs.href("eject").unwrap(), "").await.status, 204);
    let over = bob.channel.until("conversation", "deleted").await;
    assert!(over.reason.unwrap().is("Ejected"));
}
