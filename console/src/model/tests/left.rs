//! Messages that visitors left.

use shared::desk::{DeskState, MessageLeft};

use super::super::{Console, DeskCall, Effect, Problem, Refusal, Wish, mailto};
use super::{console, state};

fn desk(ids: &[&str]) -> DeskState {
    let left = |id: &&str| MessageLeft { id: (*id).to_owned(), ..MessageLeft::default() };
    DeskState { messages_left: ids.iter().map(left).collect(), ..state(2, Vec::new()) }
}

fn shown(console: &Console) -> Vec<String> {
    console.messages_left().into_iter().map(|it| it.id).collect()
}

#[test]
fn a_message_that_is_done_is_gone_at_once_and_comes_back_if_the_desk_did_not_hear_it() {
    let mut console = console(Vec::new());
    console.desk_came(0, desk(&["a", "b"]));
    let call = DeskCall::LeftDone("a".to_owned());
    let done = || Wish::LeftDone("a".to_owned());
    assert_eq!(console.wish(0, done()), [Effect::Desk(call.clone())]);
    assert_eq!(console.wish(0, done()), [], "a second click does nothing more");
    console.desk_came(0, desk(&["a", "b"]));
    assert_eq!(shown(&console), ["b"], "the desk has not heard of it yet");
    console.desk_answered(&call, Err(Refusal::Unreachable));
    assert_eq!(shown(&console), ["a", "b"]);
    assert_eq!(console.problem(), Some(&Problem::LeftDone(None)));
    console.wish(0, done());
    console.desk_came(0, desk(&["b"]));
    assert_eq!(shown(&console), ["b"]);
    let path = call.request("https://d.example").url;
    assert_eq!(path, "https://d.example/desk/api/messages-left/a/done");
}

#[test]
fn an_address_adds_nothing_to_the_letter_it_begins() {
    assert_eq!(mailto("a?bcc=x@y@shop.example"), "mailto:a%3fbcc%3dx%40y@shop.example");
}
