//! Meetings that an agent makes and others join.

use client::model::{Participant, Phase};
use client::session::Command;
use shared::desk::{ConversationView, CreateMeeting, MeetingLink, Place};

use super::super::{Answered, Console, DeskCall, Effect, Problem, Refusal, Stand, Wish};
use super::{ALICE, BOB, console, item, live, model, other, owned, state, view};

/// A meeting of this agent's.
fn meeting(id: &str, place: Place) -> ConversationView {
    let link = MeetingLink { join_url: format!("https://d.example/meet/{id}"), lobby: true };
    ConversationView { meeting: Some(link), ..view(id, place) }
}

fn person(name: &str) -> Participant {
    Participant { href: format!("/participants/{name}"), uri: None, name: name.to_owned() }
}

fn joins(effects: &[Effect]) -> Vec<&str> {
    effects
        .iter()
        .filter_map(|it| match it {
            Effect::Ucwa(Command::Join { online_meeting_uri }) => Some(online_meeting_uri.as_str()),
            _ => None,
        })
        .collect()
}

fn wish() -> CreateMeeting {
    CreateMeeting { subject: "Plans".to_owned(), lobby: true }
}

/// Alice in her meeting `a`, with these people there and outside.
fn inside(people: &[&str], outside: &[&str]) -> Console {
    let mut console = console(vec![meeting("a", owned(ALICE))]);
    let mut room = live("a", Phase::Connected, vec![item("m1", other("Vera"), "hello", 2_000)]);
    room.participants = people.iter().map(|it| person(it)).collect();
    room.lobby = outside.iter().map(|it| person(it)).collect();
    console.ucwa_came(model(vec![room], Vec::new()));
    console.wish(0, Wish::Select(Some("a".to_owned())));
    console
}

#[test]
fn what_was_made_is_shown_and_joined_as_soon_as_its_address_is_known() {
    let mut console = console(Vec::new());
    let effects = console.wish(0, Wish::CreateMeeting { subject: "Plans".into(), lobby: true });
    assert_eq!(effects, [Effect::Desk(DeskCall::CreateMeeting(wish()))]);
    let new = ConversationView { online_meeting_uri: None, ..meeting("a", owned(ALICE)) };
    let made = Answered::Made(Box::new(new.clone()));
    let effects = console.desk_answered(&DeskCall::CreateMeeting(wish()), Ok(made));
    assert_eq!((console.selected(), joins(&effects)), (Some("a"), vec![]));
    let effects = console.desk_came(0, state(2, vec![new]));
    assert_eq!(joins(&effects), Vec::<&str>::new(), "nobody knows where it is yet");
    let effects = console.desk_came(0, state(3, vec![meeting("a", owned(ALICE))]));
    assert_eq!(joins(&effects), ["sip:meet-a"]);
    let effects = console.desk_came(0, state(4, vec![meeting("a", owned(ALICE))]));
    assert_eq!(joins(&effects), Vec::<&str>::new(), "once");
}

#[test]
fn a_meeting_that_was_not_made_says_why() {
    let mut console = console(Vec::new());
    let refusal = Refusal::Other(Some("Too many.".to_owned()));
    console.desk_answered(&DeskCall::CreateMeeting(wish()), Err(refusal));
    assert_eq!(console.problem(), Some(&Problem::Meeting(Some("Too many.".to_owned()))));
}

#[test]
fn a_colleagues_meeting_may_be_joined_and_written_in_but_not_ended() {
    let mut console = console(vec![meeting("a", owned(BOB))]);
    console.wish(0, Wish::Select(Some("a".to_owned())));
    assert_eq!(console.pane().unwrap().stand, Stand::NotHere);
    assert_eq!(joins(&console.wish(0, Wish::Rejoin("a".to_owned()))), ["sip:meet-a"]);
    console.ucwa_came(model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()));
    let pane = console.pane().unwrap();
    assert_eq!((pane.stand, pane.can_send, pane.can_end), (Stand::Mine, true, false));
    let said = console.wish(0, Wish::Send { id: "a".to_owned(), text: "hi".to_owned() });
    assert!(matches!(said[0], Effect::Ucwa(Command::Send { .. })), "{said:?}");
}

#[test]
fn each_visitor_has_a_name_and_who_waits_outside_is_answered() {
    let mut console = inside(&["Acme", "Vera"], &["Tom"]);
    let pane = console.pane().unwrap();
    assert_eq!(pane.people, ["Acme", "Vera"]);
    assert_eq!(pane.lobby, [("/participants/Tom".to_owned(), "Tom".to_owned())]);
    assert_eq!(pane.meeting.unwrap().join_url, "https://d.example/meet/a");
    assert_eq!(console.lines("a")[0].name, "Vera");
    let answer = Wish::AnswerLobby {
        id: "a".to_owned(),
        participant: "/participants/Tom".to_owned(),
        admit: true,
    };
    let asked = Command::AnswerLobby {
        conversation: "/conversations/a".to_owned(),
        participant: "/participants/Tom".to_owned(),
        admit: true,
    };
    assert_eq!(console.wish(0, answer), [Effect::Ucwa(asked)]);
}

#[test]
fn a_meeting_that_is_over_hands_no_link_on() {
    let mut console = console(vec![meeting("a", Place::Ended)]);
    console.wish(0, Wish::Select(Some("a".to_owned())));
    let pane = console.pane().unwrap();
    assert_eq!((pane.stand, pane.meeting), (Stand::Ended, None));
}
