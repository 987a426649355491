//! What follows from a wish, from the desk and from the machine.

use client::model::{Notice, Phase};
use client::session::Command;
use shared::desk::{Author, Availability, Place};

use super::super::{DeskCall, Effect, Load, Problem, Refusal, Said, Stand, Wish};
use super::{ALICE, BOB, console, entry, invitation, item, live, model, other, owned, said, state};
use super::{transcript, view, waiting};

fn id(it: &str) -> String {
    it.to_owned()
}

#[test]
fn taking_with_an_offer_at_hand_accepts_it() {
    let mut console = console(vec![view("a", waiting(1))]);
    console.ucwa_came(model(Vec::new(), vec![invitation("a")]));
    let effects = console.wish(0, Wish::Take(id("a")));
    assert_eq!(
        effects,
        [
            Effect::Ucwa(Command::Accept { invitation: id("/invitations/a") }),
            Effect::Desk(DeskCall::Transcript(id("a"))),
        ]
    );
    assert_eq!(console.selected(), Some("a"), "one click leads into the conversation");
    assert_eq!(console.wish(0, Wish::Take(id("a"))), [], "a second click does nothing more");
}

#[test]
fn taking_without_an_offer_asks_the_desk_and_accepts_what_comes() {
    let mut console = console(vec![view("a", waiting(1)), view("b", waiting(2))]);
    let effects = console.wish(0, Wish::TakeNext);
    assert_eq!(
        effects[..2],
        [
            Effect::Ucwa(Command::AcceptMeeting { online_meeting_uri: id("sip:meet-a") }),
            Effect::Desk(DeskCall::Take(id("a"))),
        ]
    );
    console.desk_came(0, state(2, vec![view("a", owned(ALICE)), view("b", waiting(1))]));
    assert_eq!(console.pane().unwrap().stand, Stand::Joining);
    console.ucwa_came(model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()));
    assert_eq!(console.pane().unwrap().stand, Stand::Mine);
    assert!(!console.wants_tick(), "the taking is over");
}

#[test]
fn an_invitation_to_ones_own_conversation_is_accepted_once_by_itself() {
    let mut console = console(vec![view("a", owned(ALICE)), view("b", owned(BOB))]);
    let offers = model(Vec::new(), vec![invitation("a"), invitation("b")]);
    let accepted = |effects: &[Effect]| {
        effects.iter().filter(|it| matches!(it, Effect::Ucwa(Command::Accept { .. }))).count()
    };
    assert_eq!(accepted(&console.ucwa_came(offers.clone())), 1, "not the colleague's");
    assert_eq!(accepted(&console.ucwa_came(offers)), 0);
}

#[test]
fn invariant_8_who_is_in_a_conversation_does_not_accept_another_invitation_to_it() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    let here = |phase| model(vec![live("a", phase, Vec::new())], vec![invitation("a")]);
    assert_eq!(console.ucwa_came(here(Phase::Connected)), []);
    let accept = Effect::Ucwa(Command::Accept { invitation: id("/invitations/a") });
    assert!(console.ucwa_came(here(Phase::Ended)).contains(&accept), "but who is out of it does");
}

#[test]
fn a_faster_colleague_is_named() {
    let mut console = console(vec![view("a", waiting(1))]);
    console.wish(0, Wish::Take(id("a")));
    console.desk_came(0, state(2, vec![view("a", owned(BOB))]));
    assert_eq!(console.problem(), Some(&Problem::Taken(Some(id("Bob")))));
    assert!(!console.is_taking("a"));
    console.wish(0, Wish::DismissProblem);
    assert_eq!(console.problem(), None);
}

#[test]
fn every_way_of_not_getting_it_is_told() {
    for (refusal, problem) in [
        (Refusal::Conflict, Problem::Taken(None)),
        (Refusal::Gone, Problem::Over),
        (Refusal::Unreachable, Problem::Take(None)),
        (Refusal::Other(Some(id("No."))), Problem::Take(Some(id("No.")))),
    ] {
        let mut console = console(vec![view("a", waiting(1))]);
        console.wish(0, Wish::Take(id("a")));
        console.desk_answered(&DeskCall::Take(id("a")), Err(refusal));
        assert_eq!(console.problem(), Some(&problem));
        assert!(!console.is_taking("a"), "it can be tried again");
    }
    let mut console = console(vec![view("a", waiting(1))]);
    console.wish(0, Wish::Take(id("a")));
    console.tick(20_000);
    assert_eq!(console.problem(), None);
    console.tick(20_001);
    assert_eq!(console.problem(), Some(&Problem::Take(None)), "no answer at all");
}

#[test]
fn joining_again_asks_for_a_new_invitation() {
    let mut console = console(vec![view("a", owned(ALICE)), view("b", owned(BOB))]);
    console.wish(0, Wish::Select(Some(id("a"))));
    let effects = console.wish(0, Wish::Rejoin(id("a")));
    assert_eq!(
        effects,
        [
            Effect::Ucwa(Command::AcceptMeeting { online_meeting_uri: id("sip:meet-a") }),
            Effect::Desk(DeskCall::Take(id("a"))),
        ]
    );
    assert_eq!(console.pane().unwrap().stand, Stand::Joining);
    assert_eq!(console.wish(0, Wish::Rejoin(id("b"))), [], "a colleague's is not ours to join");
}

#[test]
fn writing_goes_to_the_live_conversation_of_ones_own_only() {
    let mut console = console(vec![view("a", owned(ALICE)), view("b", owned(BOB))]);
    let both =
        vec![live("a", Phase::Connected, Vec::new()), live("b", Phase::Connected, Vec::new())];
    console.ucwa_came(model(both, Vec::new()));
    let send = |it: &str| Wish::Send { id: id(it), text: id("hi") };
    let command = Command::Send { conversation: id("/conversations/a"), text: id("hi") };
    assert_eq!(console.wish(0, send("a")), [Effect::Ucwa(command)]);
    assert_eq!(console.wish(0, send("b")), []);
    assert!(!console.can_send("b"));
    let typing = Command::Typing { conversation: id("/conversations/a") };
    assert_eq!(console.wish(0, Wish::Typing(id("a"))), [Effect::Ucwa(typing)]);
    let item = id("op-1");
    let retry = Command::Retry { conversation: id("/conversations/a"), item };
    let wish = Wish::Retry { id: id("a"), line: id("op-1") };
    assert_eq!(console.wish(0, wish), [Effect::Ucwa(retry)]);
}

#[test]
fn ending_asks_the_desk_once_and_can_be_tried_again() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.wish(0, Wish::Select(Some(id("a"))));
    assert_eq!(console.wish(0, Wish::End(id("a"))), [Effect::Desk(DeskCall::End(id("a")))]);
    assert!(!console.pane().unwrap().can_end);
    assert_eq!(console.wish(0, Wish::End(id("a"))), []);
    console.desk_answered(&DeskCall::End(id("a")), Err(Refusal::Unreachable));
    assert!(console.pane().unwrap().can_end);
    assert_eq!(console.problem(), Some(&Problem::End(None)));
}

#[test]
fn a_new_conversation_in_the_queue_sounds_and_is_said_once() {
    let mut console = console(vec![view("old", waiting(1))]);
    let effects =
        console.desk_came(0, state(2, vec![view("old", waiting(1)), view("a", waiting(2))]));
    assert_eq!(
        effects,
        [Effect::Say(id("waiting a 2"), Said::Waiting { visitor: id("Visitor a") }), Effect::Chime,]
    );
    let again = state(3, vec![view("a", waiting(1)), view("old", waiting(2))]);
    assert_eq!(console.desk_came(0, again), []);
    let mut away = state(4, vec![view("a", waiting(1)), view("b", waiting(2))]);
    away.me.availability = Availability::Away;
    let effects = console.desk_came(0, away);
    assert!(!effects.contains(&Effect::Chime), "who is away is not disturbed");
    assert_eq!(effects.len(), 1);
}

#[test]
fn what_waits_when_the_console_opens_makes_no_sound() {
    let mut console = super::Console::new(super::Marks::default());
    assert_eq!(console.desk_came(0, state(1, vec![view("a", waiting(1))])), []);
}

#[test]
fn a_message_is_said_with_the_visitors_name() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    let items = vec![item("m1", other("guest-1"), "hello", 5_000)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    let notice = Notice::MessageArrived { conversation: id("/conversations/a"), item: id("m1") };
    let message = Said::Message { name: id("Visitor a"), text: id("hello") };
    assert_eq!(console.notice(&notice), [Effect::Say(id("m1"), message)]);
}

#[test]
fn a_message_that_is_told_of_before_it_is_shown_is_said_once_when_it_is() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.ucwa_came(model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()));
    let notice = Notice::MessageArrived { conversation: id("/conversations/a"), item: id("m1") };
    assert_eq!(console.notice(&notice), []);
    let shown = || {
        let items = vec![item("m1", other("guest-1"), "hello", 5_000)];
        model(vec![live("a", Phase::Connected, items)], Vec::new())
    };
    let message = Said::Message { name: id("Visitor a"), text: id("hello") };
    let said = Effect::Say(id("m1"), message);
    assert_eq!(console.ucwa_came(shown()).iter().filter(|it| **it == said).count(), 1);
    assert!(!console.ucwa_came(shown()).contains(&said));
}

#[test]
fn a_transcript_is_read_again_only_for_what_is_not_known_yet() {
    let mut console = console(vec![view("a", owned(BOB))]);
    let ask = Effect::Desk(DeskCall::Transcript(id("a")));
    assert_eq!(console.wish(0, Wish::Select(Some(id("a")))), std::slice::from_ref(&ask));
    let newer = |revision, last_ms, text: &str| {
        let mut view = view("a", owned(BOB));
        view.last_ms = last_ms;
        view.last_text = Some(id(text));
        view.texts = last_ms.unsigned_abs() / 1_000;
        state(revision, vec![view])
    };
    assert_eq!(console.desk_came(0, newer(2, 2_000, "x")), [], "an answer is under way");
    transcript(&mut console, view("a", owned(BOB)), vec![entry(1, Author::Visitor, "hi", 1_000)]);
    assert_eq!(console.load("a"), Load::Asked, "it was older than the state");
    let mut current = view("a", owned(BOB));
    current.last_ms = 2_000;
    let entries =
        vec![entry(1, Author::Visitor, "hi", 1_000), entry(2, Author::Visitor, "x", 2_000)];
    transcript(&mut console, current, entries);
    assert_eq!(said(&console, "a"), ["visitor: hi", "visitor: x"]);
    assert_eq!(console.desk_came(0, newer(3, 2_000, "x")), [], "nothing new was said");
    assert_eq!(console.desk_came(0, newer(4, 3_000, "y")), [ask]);
}

#[test]
fn live_messages_need_no_transcript() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.wish(0, Wish::Select(Some(id("a"))));
    transcript(&mut console, view("a", owned(ALICE)), Vec::new());
    let items = vec![item("m1", other("Visitor a"), "a long text that goes on", 5_100)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    let mut view = view("a", owned(ALICE));
    (view.last_ms, view.last_text, view.texts) = (5_000, Some(id("a long text…")), 1);
    assert_eq!(console.desk_came(0, state(2, vec![view])), []);
}

#[test]
fn invariant_3_what_the_desk_learns_late_leaves_no_gap_before_the_live_messages() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.wish(0, Wish::Select(Some(id("a"))));
    transcript(&mut console, view("a", owned(ALICE)), Vec::new());
    let items = vec![item("m3", other("Visitor a"), "three", 5_000)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    let mut late = view("a", owned(ALICE));
    (late.last_ms, late.last_text, late.texts) = (5_000, Some(id("three")), 3);
    let ask = Effect::Desk(DeskCall::Transcript(id("a")));
    assert_eq!(console.desk_came(0, state(2, vec![late.clone()])), [ask]);
    let said_so = |seq, text: &str| entry(seq, Author::Visitor, text, 4_000 + seq.cast_signed());
    transcript(&mut console, late, vec![said_so(1, "one"), said_so(2, "two"), said_so(3, "three")]);
    assert_eq!(said(&console, "a"), ["visitor: one", "visitor: two", "visitor: three"]);
}

#[test]
fn a_transcript_that_could_not_be_had_is_asked_for_again() {
    let mut console = console(vec![view("a", Place::Ended)]);
    console.wish(0, Wish::Select(Some(id("a"))));
    console.desk_answered(&DeskCall::Transcript(id("a")), Err(Refusal::Unreachable));
    assert_eq!(console.pane().unwrap().load, Load::Failed);
    let ask = [Effect::Desk(DeskCall::Transcript(id("a")))];
    assert_eq!(console.wish(0, Wish::Reload(id("a"))), ask);
    console.desk_answered(&DeskCall::Transcript(id("a")), Err(Refusal::Unreachable));
    console.wish(0, Wish::Select(None));
    assert_eq!(console.wish(0, Wish::Select(Some(id("a")))), ask, "who looks again wants it again");
    console.desk_answered(&DeskCall::Transcript(id("a")), Err(Refusal::Unreachable));
    assert_eq!(console.desk_came(0, state(2, vec![view("a", Place::Ended)])), ask);
}

#[test]
fn a_conversation_that_left_the_desks_list_can_still_be_read() {
    let mut console = console(vec![view("a", Place::Ended)]);
    console.wish(0, Wish::Select(Some(id("a"))));
    transcript(&mut console, view("a", Place::Ended), vec![entry(1, Author::Visitor, "hi", 1)]);
    console.desk_came(0, state(2, Vec::new()));
    assert_eq!(console.pane().unwrap().stand, Stand::Ended);
    assert_eq!(said(&console, "a"), ["visitor: hi"]);
}
