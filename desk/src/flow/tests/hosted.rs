//! Meetings of agents: visitors come in by a link, nobody is bridged, nobody is queued.

use shared::desk::{Author, MeetingLink, Place};
use shared::states::FilterState;

use super::stage::{Stage, json_of, uri};
use super::{OPEN, check};
use crate::flow::change::Target;
use crate::flow::turn::Refusal;

const JOINED: &str = "
    0 opened
      > meet-0 POST /adhocMeetings/1/join
    1 ok meet-0
    2 meeting
    3 addable
      > chat-0 POST /conference/addMessaging
    4 ok chat-0
    5 conference
    6 talking
";

#[test]
fn invariant_9_a_meeting_is_its_makers_from_the_start_and_stays_so() {
    let mut stage = Stage::hosted();
    let owned = || Place::Owned { agent: uri("ann").to_string() };
    assert_eq!(stage.flow.view().place, owned());
    stage.play(JOINED);
    // Its agent comes and goes; nobody else is offered it, now or later.
    stage.play(
        "7 joined ann
         8 left ann
         9 available bob
         60000 tick",
    );
    let view = stage.flow.view();
    assert_eq!((view.place, view.visitor_name.as_str()), (owned(), "Plans"));
    let link = MeetingLink { join_url: "https://d/meet/conv".to_owned(), lobby: true };
    assert_eq!(view.meeting, Some(link));
    assert_eq!(view.online_meeting_uri.as_deref(), Some("sip:meeting;gruu"));
    stage.play("60001 take bob");
    assert_eq!(stage.refusal, Some(Refusal::OwnedByAnother));
}

#[test]
fn everybodys_words_are_in_the_transcript_under_their_names_once() {
    let mut stage = Stage::hosted();
    stage.play(JOINED);
    stage.play(
        "7 guest-says Vera 2 v-1 hello
         8 joined ann
         9 says ann 3 a-1 welcome
         10 guest-says Vera 2 v-1 hello
         11 guest-says Tom 4 t-1 hi",
    );
    let said: Vec<(Author, String)> =
        stage.flow.transcript().entries.into_iter().map(|it| (it.author, it.text)).collect();
    let visitor = |name: &str| Author::NamedVisitor { name: name.to_owned() };
    let ann = Author::Agent { uri: uri("ann").to_string(), name: "ann".to_owned() };
    assert_eq!(
        said,
        [
            (visitor("Vera"), "hello".to_owned()),
            (ann, "welcome".to_owned()),
            (visitor("Tom"), "hi".to_owned()),
        ]
    );
}

#[test]
fn its_agent_ends_it_for_all() {
    let mut stage = Stage::hosted();
    stage.play(JOINED);
    stage.play("7 end bob");
    assert_eq!(stage.refusal, Some(Refusal::OwnedByAnother));
    stage.play(
        "8 end ann
           > endm-0 DELETE /conference
         9 ok endm-0",
    );
    assert!(stage.flow.is_closed());
}

#[test]
fn sac_20_a_meeting_that_cannot_be_joined_is_deleted() {
    let mut stage = Stage::hosted();
    stage.play(
        "0 opened
           > meet-0 POST /adhocMeetings/1/join
         1 refused meet-0 404
           > endm-0 DELETE /adhocMeetings/1
         2 ok endm-0
         30001 tick",
    );
    assert!(stage.flow.is_closed());
}

#[test]
fn a_bridged_conversation_is_offered_to_the_named_person_with_the_filter() {
    let mut stage = Stage::new();
    let (agent, name) = (uri("zoe"), "Your expert".to_owned());
    stage.flow.opening.target = Some(Target { agent, name, filter: FilterState::Enabled });
    // As in `OPEN`, but who is asked in is not whoever is free.
    let (before, _) = OPEN.split_once("9 bridge-up").unwrap();
    stage.play(before);
    stage.play(
        "9 bridge-up
           > say-1 POST /visitor/messages?operationId=conv-say-1
           > admit-2 POST /bridge/bridgedParticipants
         10 ok admit-2 /bridged/zoe
           > invite-2 POST /conference/addParticipant
         11 available bob",
    );
    let admitted = json_of(stage.body("admit-2"));
    assert_eq!(admitted["participantUri"], uri("zoe").as_str());
    assert_eq!(admitted["displayName"], "Your expert");
    assert_eq!(admitted["messageFilterState"], "Enabled");
    assert_eq!(json_of(stage.body("invite-2"))["to"], uri("zoe").as_str());
    // Without it everybody who is free is asked, and nothing is kept from the visitor.
    let stage = check(OPEN);
    assert_eq!(json_of(stage.body("admit-2"))["messageFilterState"], "Disabled");
}
