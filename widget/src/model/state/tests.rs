//! The panel's behaviour, input by input.

use client::model::{Author, Connection, Conversation, Delivery, Item, Model, Notice, Phase};
use client::session::Command;

use super::{Effect, Input, State};
use crate::model::bridge::ToPage;

fn item(key: &str, author: Author) -> Item {
    Item {
        key: key.to_owned(),
        author,
        text: "hello".to_owned(),
        at_ms: 0,
        delivery: Delivery::Sent,
        operation_id: None,
        reach: client::model::Standing::Sent,
    }
}

fn chat(phase: Phase, can_send: bool) -> Model {
    Model {
        connection: Connection::Online,
        conversations: vec![Conversation {
            key: "/c/1".to_owned(),
            phase,
            can_send,
            lacks_send: !can_send,
            items: vec![item("m1", Author::Other("Alice".to_owned()))],
            ..Conversation::default()
        }],
        ..Model::default()
    }
}

fn talking() -> State {
    State::new(chat(Phase::Connected, true), String::new())
}

fn commands(effects: Vec<Effect>) -> Vec<Command> {
    effects
        .into_iter()
        .filter_map(|it| match it {
            Effect::Command(command) => Some(command),
            _ => None,
        })
        .collect()
}

/// What is to be done besides telling the page of events, which have a test of their own.
fn done(effects: Vec<Effect>) -> Vec<Effect> {
    let is_event = |it: &Effect| matches!(it, Effect::Tell(ToPage::Event(..)));
    effects.into_iter().filter(|it| !is_event(it)).collect()
}

fn arrived(key: &str) -> Input {
    Input::Notice(Notice::MessageArrived { conversation: "/c/1".to_owned(), item: key.to_owned() })
}

fn page(is_network_up: bool, is_visible: bool) -> Input {
    Input::Page { is_network_up, is_visible }
}

const TOLD: Command = Command::Describe { about: String::new() };
const NEW: Command = Command::StartConversation { subject: None };

#[test]
fn invariant_10_nothing_is_asked_for_before_the_panel_is_opened() {
    let mut state = State::new(Model::default(), String::new());
    assert_eq!(state.handle(page(true, true)), []);
    assert_eq!(state.handle(Input::Chat(Model::default())), []);
    assert_eq!(commands(state.handle(Input::Opened)), [Command::Connect, TOLD, NEW]);
    state.handle(Input::Closed);
    assert_eq!(commands(state.handle(Input::Opened)), [], "once is enough");
}

#[test]
fn a_reload_goes_on_with_the_conversation_it_finds() {
    assert_eq!(commands(talking().handle(Input::Opened)), [Command::Connect]);
}

#[test]
fn wid_17_an_ended_conversation_is_shown_and_only_the_visitor_starts_another() {
    let mut state = State::new(chat(Phase::Ended, false), "a thought".to_owned());
    assert_eq!(commands(state.handle(Input::Opened)), []);
    assert_eq!(state.handle(Input::Send), [], "nothing can be sent into what is over");
    assert_eq!(commands(state.handle(Input::StartNew)), [Command::Connect, TOLD, NEW]);
    assert_eq!(state.draft, "a thought");
}

#[test]
fn wid_11_a_restart_after_the_end_starts_no_conversation_by_itself() {
    let mut state = State::new(chat(Phase::Ended, false), String::new());
    assert_eq!(commands(state.handle(Input::Restart)), [Command::Connect]);
}

#[test]
fn a_restart_after_a_refused_start_starts_again() {
    let mut state = State::new(Model::default(), String::new());
    assert_eq!(commands(state.handle(Input::Restart)), [Command::Connect, TOLD, NEW]);
}

#[test]
fn invariant_11_a_sent_draft_becomes_a_message_and_nothing_else_clears_it() {
    let mut state = talking();
    state.handle(Input::Draft(" Where is it?\n".to_owned()));
    for input in
        [Input::Closed, Input::Opened, Input::AskEnd, Input::KeepChatting, page(false, true)]
    {
        state.handle(input);
        assert_eq!(state.draft, " Where is it?\n");
    }
    let sent = state.handle(Input::Send);
    assert!(sent.contains(&Effect::KeepDraft), "the cleared draft is kept too");
    let text = "Where is it?".to_owned();
    assert_eq!(commands(sent), [Command::Send { conversation: "/c/1".to_owned(), text }]);
    assert_eq!(state.draft, "");
    assert_eq!(state.handle(Input::Send), [], "an empty draft is not sent");
}

#[test]
fn wid_14_without_a_send_link_nothing_can_be_sent() {
    let mut state = State::new(chat(Phase::Connected, false), String::new());
    assert_eq!(commands(state.handle(Input::Draft("hello".to_owned()))), [], "no typing either");
    assert_eq!(state.handle(Input::Send), []);
    assert_eq!(state.draft, "hello");
}

#[test]
fn wid_14_what_was_sent_without_a_link_goes_when_the_link_comes() {
    let text = "hello".to_owned();
    let mut state = State::new(chat(Phase::Connected, false), text.clone());
    state.handle(Input::Send);
    let linked = chat(Phase::Connected, true);
    let conversation = linked.conversations[0].key.clone();
    let sent = commands(state.handle(Input::Chat(linked.clone())));
    assert_eq!(sent, [Command::Send { conversation, text: text.clone() }]);
    assert_eq!(state.draft, "");

    let mut state = State::new(chat(Phase::Connected, false), text);
    state.handle(Input::Send);
    state.handle(Input::Draft("hello, I".to_owned()));
    assert_eq!(commands(state.handle(Input::Chat(linked))), [], "who writes on has not sent");
}

#[test]
fn what_is_written_while_connecting_waits_in_the_outbox() {
    let mut state = State::new(Model::default(), "quick".to_owned());
    let text = "quick".to_owned();
    let conversation = String::new();
    assert_eq!(commands(state.handle(Input::Send)), [Command::Send { conversation, text }]);
}

#[test]
fn wid_21_an_emptied_draft_is_not_typing() {
    let mut state = talking();
    let typing = Command::Typing { conversation: "/c/1".to_owned() };
    assert_eq!(commands(state.handle(Input::Draft("a".to_owned()))), [], "not yet");
    assert_eq!(commands(state.handle(Input::Draft("ab".to_owned()))), [typing]);
    assert_eq!(commands(state.handle(Input::Draft(" ".to_owned()))), []);
}

#[test]
fn messages_that_come_while_closed_are_counted_until_it_opens() {
    let mut state = talking();
    assert_eq!(done(state.handle(arrived("m1"))), [Effect::Tell(ToPage::Unread(1))]);
    assert_eq!(done(state.handle(arrived("m2"))), [Effect::Tell(ToPage::Unread(2))]);
    state.handle(Input::Opened);
    assert_eq!(state.unread, 0);
    state.handle(Input::Closed);
    assert_eq!(done(state.handle(arrived("m3"))), [Effect::Tell(ToPage::Unread(1))]);
}

#[test]
fn a_message_that_comes_while_open_is_read_out_and_counted_below() {
    let mut state = talking();
    state.handle(Input::Opened);
    let announced = Effect::Announce {
        key: "m1".to_owned(),
        name: "Alice".to_owned(),
        text: "hello".to_owned(),
    };
    assert_eq!(done(state.handle(arrived("m1"))), [announced]);
    assert_eq!(state.below, 0, "the end is in view");
    state.handle(Input::AtEnd(false));
    state.handle(arrived("m1"));
    assert_eq!((state.below, state.unread), (1, 0));
    state.handle(Input::AtEnd(true));
    assert_eq!(state.below, 0);
}

#[test]
fn ending_asks_first() {
    let mut state = talking();
    assert_eq!(state.handle(Input::End), [], "nobody was asked");
    assert_eq!(state.handle(Input::AskEnd), [Effect::AskEnd(true)]);
    let end = Command::End { conversation: "/c/1".to_owned() };
    assert_eq!(commands(state.handle(Input::End)), [end]);
    assert!(!state.asks_end);
}

#[test]
fn the_question_goes_when_the_other_side_ends_first() {
    let mut state = talking();
    state.handle(Input::AskEnd);
    let effects = state.handle(Input::Chat(chat(Phase::Ended, false)));
    assert!(effects.contains(&Effect::AskEnd(false)));
    assert!(!state.asks_end);
}

#[test]
fn a_failed_message_is_sent_again_in_its_own_conversation() {
    let mut state = talking();
    let retry = Command::Retry { conversation: "/c/1".to_owned(), item: "m1".to_owned() };
    assert_eq!(commands(state.handle(Input::Retry("m1".to_owned()))), [retry]);
    assert_eq!(state.handle(Input::Retry("unknown".to_owned())), []);
}

#[test]
fn escape_and_the_close_button_ask_the_page() {
    assert_eq!(talking().handle(Input::Close), [Effect::Tell(ToPage::Close)]);
}

#[test]
fn wid_17_when_the_conversation_ends_the_focus_stays_in_the_panel() {
    let mut state = talking();
    state.handle(Input::Opened);
    let ended = Input::Chat(chat(Phase::Ended, false));
    assert_eq!(done(state.handle(ended.clone())), [Effect::FocusEnded]);
    assert_eq!(state.handle(ended), [], "once");
}

#[test]
fn invariant_2_a_message_is_read_out_once_whichever_comes_first() {
    let mut state = State::new(Model::default(), String::new());
    state.handle(Input::Opened);
    assert_eq!(done(state.handle(arrived("m1"))), [], "it is not on screen yet");
    let shown = Input::Chat(chat(Phase::Connected, true));
    assert!(
        matches!(&done(state.handle(shown.clone()))[..], [Effect::Announce { key, .. }] if key == "m1")
    );
    assert_eq!(state.handle(shown), [], "once");
}

#[test]
fn the_page_is_told_that_messages_go_and_come_but_not_what_they_say() {
    let mut state = talking();
    state.handle(Input::Draft("a secret".to_owned()));
    let event = |name| Effect::Tell(ToPage::Event(name, String::new()));
    assert!(state.handle(Input::Send).contains(&event("message:sent")));
    assert!(state.handle(arrived("m1")).contains(&event("message:received")));
}

#[test]
fn invariant_11_a_text_the_page_offers_does_not_replace_what_was_typed() {
    let mut state = talking();
    state.handle(Input::Offer("About my order".to_owned()));
    assert_eq!(state.draft, "About my order");
    state.handle(Input::Offer("Something else".to_owned()));
    assert_eq!(state.draft, "About my order");
}

#[test]
fn the_helpdesk_is_told_of_the_visitor_with_each_conversation_that_starts_and_of_what_changes() {
    let mut state = State::new(Model::default(), String::new());
    let describe = |about: &str| Command::Describe { about: about.to_owned() };
    assert!(commands(state.handle(Input::Describe("1".to_owned()))).is_empty());
    let begins = commands(state.handle(Input::Opened));
    assert_eq!(begins, [Command::Connect, describe("1"), NEW]);
    assert_eq!(commands(state.handle(Input::Describe("2".to_owned()))), [describe("2")]);
    state.handle(Input::Chat(chat(Phase::Ended, false)));
    let begins = commands(state.handle(Input::StartNew));
    assert_eq!(begins, [Command::Connect, describe("2"), NEW]);
}

#[test]
fn copying_takes_the_text_and_says_so() {
    let mut state = talking();
    let copied = state.handle(Input::Copy("m1".to_owned()));
    assert_eq!(copied, [Effect::Copy("hello".to_owned())]);
    assert!(state.copied.is_item("m1") && !state.copied.is_all());
    assert_eq!(state.handle(Input::CopyAll), [Effect::CopyAll]);
    assert!(state.copied.is_all());
}

/// Up to which times the visitor is said to have read.
fn read(effects: Vec<Effect>) -> Vec<i64> {
    let times = commands(effects).into_iter().map(|it| match it {
        Command::MarkRead { conversation, up_to_ms } if conversation == "/c/1" => Some(up_to_ms),
        _ => None,
    });
    times.flatten().collect()
}

/// A conversation in which Alice spoke at this time, and the visitor after her.
fn spoken(at_ms: i64) -> Model {
    let mut it = chat(Phase::Connected, true);
    it.conversations[0].items[0].at_ms = at_ms;
    it.conversations[0].items.push(item("m2", Author::Me));
    it
}

#[test]
fn what_came_is_read_when_its_end_is_on_screen_and_not_before() {
    const NONE: [i64; 0] = [];
    let mut state = State::new(spoken(5), String::new());
    assert_eq!(read(state.handle(Input::Chat(spoken(6)))), NONE, "the panel is closed");
    assert_eq!(read(state.handle(Input::Opened)), [6]);
    assert_eq!(read(state.handle(Input::Chat(spoken(6)))), NONE, "it is said once");
    for (away, back) in [
        (page(true, false), page(true, true)),
        (Input::AtEnd(false), Input::AtEnd(true)),
        (Input::Closed, Input::Opened),
    ] {
        state.handle(away.clone());
        let next_ms = state.read_ms + 1;
        assert_eq!(read(state.handle(Input::Chat(spoken(next_ms)))), NONE, "{away:?}");
        assert_eq!(read(state.handle(back)), [next_ms], "{away:?}");
    }
    assert_eq!(read(state.handle(Input::Chat(spoken(1)))), NONE, "it never goes back");
    let mut over = spoken(99);
    over.conversations[0].phase = Phase::Ended;
    assert_eq!(read(state.handle(Input::Chat(over))), NONE, "nobody is there to be told");
}
