//! The desk's poll: what is asked, when, and what a person is told.

use client::http::{HttpResponse, NoAnswer};

use super::super::desk_poll::{DeskPoll, Health, PollInput, PollOutput};
use super::{state, view, waiting};
use crate::limits;

fn drain(poll: &mut DeskPoll) -> Vec<PollOutput> {
    std::iter::from_fn(|| poll.poll()).collect()
}

/// Requests as `id path`, the rest by name.
fn shown(poll: &mut DeskPoll) -> Vec<String> {
    let name = |it: PollOutput| match it {
        PollOutput::Request { id, request, .. } => {
            format!("{id} {}", request.url.trim_start_matches("https://d.example"))
        }
        PollOutput::Abort { id } => format!("abort {id}"),
        PollOutput::State(state) => format!("state {}", state.revision),
        PollOutput::Health(Health::Fresh) => "fresh".to_owned(),
        PollOutput::Health(Health::Stale { .. }) => "stale".to_owned(),
        PollOutput::Health(Health::SignedOut) => "signed out".to_owned(),
        PollOutput::Health(Health::Unknown) => "unknown".to_owned(),
    };
    drain(poll).into_iter().map(name).collect()
}

fn answer(status: u16, body: &str) -> HttpResponse {
    HttpResponse { status, headers: Vec::new(), body: body.to_owned() }
}

fn state_answer(revision: u64) -> HttpResponse {
    let state = state(revision, vec![view("a", waiting(1))]);
    answer(200, &serde_json::to_string(&state).unwrap())
}

fn lost() -> NoAnswer {
    NoAnswer("gone".to_owned())
}

fn started() -> DeskPoll {
    let mut poll = DeskPoll::new("https://d.example", 7);
    poll.handle(0, PollInput::Start);
    assert_eq!(shown(&mut poll), ["1 /desk/api/state"]);
    poll.handle(0, PollInput::Answer { id: 1, result: Ok(state_answer(4)) });
    assert_eq!(shown(&mut poll), ["fresh", "state 4"]);
    poll
}

#[test]
fn the_next_poll_hands_the_revision_back() {
    let mut poll = started();
    assert_eq!(poll.deadline_ms(), Some(limits::POLL_GAP_MS_MIN));
    poll.handle(100, PollInput::Tick);
    assert_eq!(shown(&mut poll), ["2 /desk/api/state?after=4"]);
    poll.handle(200, PollInput::Answer { id: 2, result: Ok(state_answer(4)) });
    assert_eq!(shown(&mut poll), Vec::<String>::new(), "the same state is no news");
    poll.handle(300, PollInput::Tick);
    assert_eq!(shown(&mut poll), ["3 /desk/api/state?after=4"]);
}

#[test]
fn a_refused_token_signs_out_and_asks_no_more() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    poll.handle(200, PollInput::Answer { id: 2, result: Ok(answer(401, "")) });
    assert_eq!(shown(&mut poll), ["2 /desk/api/state?after=4", "signed out"]);
    assert_eq!(poll.deadline_ms(), None);
    poll.handle(90_000, PollInput::Tick);
    poll.handle(90_000, PollInput::Wake);
    assert_eq!(shown(&mut poll), Vec::<String>::new());
}

#[test]
fn failures_are_retried_later_and_later_with_chance_and_the_whole_state_is_read_again() {
    let mut poll = started();
    let (mut now, mut waits) = (100, Vec::new());
    for failure in 0..8 {
        poll.handle(now, PollInput::Tick);
        let id = 2 + failure;
        let path = if failure == 0 { "state?after=4" } else { "state" };
        assert_eq!(shown(&mut poll).first().cloned(), Some(format!("{id} /desk/api/{path}")));
        let result = if failure % 2 == 0 { Err(lost()) } else { Ok(answer(503, "")) };
        poll.handle(now, PollInput::Answer { id, result });
        let until = poll.deadline_ms().unwrap();
        assert!(
            drain(&mut poll).contains(&PollOutput::Health(Health::Stale { retry_at_ms: until }))
        );
        waits.push(until - now);
        now = until;
    }
    assert!(waits[0] >= limits::RETRY_MS_MIN / 2 && waits[0] <= limits::RETRY_MS_MIN);
    assert!(waits.iter().all(|it| *it <= limits::RETRY_MS_MAX), "{waits:?}");
    assert!(waits[6] > waits[0] * 4, "{waits:?}");
    let mut twin = DeskPoll::new("https://d.example", 8);
    twin.handle(0, PollInput::Start);
    twin.handle(0, PollInput::Answer { id: 1, result: Err(lost()) });
    assert_ne!(twin.deadline_ms(), Some(waits[0]), "another seed, another pause");
}

#[test]
fn retry_after_is_honoured() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    let headers = vec![("retry-after".to_owned(), "20".to_owned())];
    let response = HttpResponse { status: 503, headers, body: String::new() };
    poll.handle(100, PollInput::Answer { id: 2, result: Ok(response) });
    assert_eq!(poll.deadline_ms(), Some(20_100));
}

#[test]
fn invariant_12_a_dead_connection_is_noticed_within_ten_seconds() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    drain(&mut poll);
    // Nothing moves any more: neither the held poll nor anything else is answered.
    let asked_at = poll.deadline_ms().unwrap();
    poll.handle(asked_at, PollInput::Tick);
    let pulse = drain(&mut poll);
    let [PollOutput::Request { id, request, timeout_ms }] = pulse.as_slice() else {
        panic!("the pulse was expected: {pulse:?}");
    };
    assert_eq!(request.url, "https://d.example/desk/api/setup");
    let given_up_at = asked_at + i64::try_from(*timeout_ms).unwrap();
    poll.handle(given_up_at, PollInput::Answer { id: *id, result: Err(lost()) });
    assert_eq!(shown(&mut poll), ["abort 2", "stale"]);
    assert!(given_up_at - 100 <= limits::STALE_MS_MAX);
    // And it heals by itself.
    poll.handle(poll.deadline_ms().unwrap(), PollInput::Tick);
    assert_eq!(shown(&mut poll), ["4 /desk/api/state"]);
    poll.handle(20_000, PollInput::Answer { id: 4, result: Ok(state_answer(9)) });
    assert_eq!(shown(&mut poll), ["fresh", "state 9"]);
}

#[test]
fn while_the_pulse_is_answered_a_held_poll_is_left_alone() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    drain(&mut poll);
    for round in 0..4 {
        let at = poll.deadline_ms().unwrap();
        poll.handle(at, PollInput::Tick);
        assert_eq!(shown(&mut poll), [format!("{} /desk/api/setup", 3 + round)]);
        poll.handle(at + 10, PollInput::Answer { id: 3 + round, result: Ok(answer(404, "")) });
        assert_eq!(shown(&mut poll), Vec::<String>::new(), "any answer shows that it is there");
    }
}

#[test]
fn waking_asks_at_once() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    drain(&mut poll);
    poll.handle(150, PollInput::Wake);
    assert_eq!(shown(&mut poll), ["3 /desk/api/setup"], "beside a held poll: is the server there?");
    poll.handle(160, PollInput::Answer { id: 3, result: Err(lost()) });
    drain(&mut poll);
    poll.handle(170, PollInput::Wake);
    assert_eq!(shown(&mut poll), ["4 /desk/api/state"], "in a pause: the state");
}

#[test]
fn a_tab_that_nobody_looks_at_rests_and_catches_up_at_once() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    drain(&mut poll);
    poll.handle(150, PollInput::Rest);
    assert_eq!(shown(&mut poll), ["abort 2"]);
    assert_eq!(poll.deadline_ms(), None, "nothing is asked, however long");
    poll.handle(900_000, PollInput::Tick);
    assert_eq!(shown(&mut poll), Vec::<String>::new());
    poll.handle(900_100, PollInput::Wake);
    assert_eq!(shown(&mut poll), ["3 /desk/api/state"], "without a revision: answered at once");
}

#[test]
fn what_is_not_a_state_counts_as_a_failure() {
    let mut poll = DeskPoll::new("https://d.example", 7);
    poll.handle(0, PollInput::Start);
    poll.handle(0, PollInput::Answer { id: 1, result: Ok(answer(200, "<html>")) });
    assert_eq!(shown(&mut poll), ["1 /desk/api/state", "stale"]);
}

#[test]
fn stopping_lets_go_of_what_is_under_way() {
    let mut poll = started();
    poll.handle(100, PollInput::Tick);
    drain(&mut poll);
    poll.handle(200, PollInput::Stop);
    assert_eq!(shown(&mut poll), ["abort 2", "unknown"]);
    poll.handle(300, PollInput::Answer { id: 2, result: Ok(state_answer(5)) });
    assert_eq!(shown(&mut poll), Vec::<String>::new(), "a late answer changes nothing");
}
