//! One list of what was said, from two sources.

use client::model::{Author, Delivery, Item, Phase, Standing};
use client::session::Command;
use shared::desk;

use super::super::{Console, Effect, Wish};
use super::{ALICE, BOB, console, entry, item, live, model, other, owned, said, transcript, view};

fn by_alice() -> desk::Author {
    desk::Author::Agent { uri: ALICE.to_owned(), name: "Alice".to_owned() }
}

/// A console whose conversation `a` is Alice's, selected.
fn opened() -> Console {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.wish(0, Wish::Select(Some("a".to_owned())));
    console
}

#[test]
fn what_was_said_before_stands_before_what_is_live() {
    let mut console = opened();
    let early = vec![
        entry(1, desk::Author::Visitor, "hello?", 1_000),
        entry(2, desk::Author::Desk, "welcome", 1_100),
        entry(3, desk::Author::Agent { uri: BOB.to_owned(), name: "Bob".to_owned() }, "bye", 1_200),
    ];
    transcript(&mut console, view("a", owned(ALICE)), early);
    let items = vec![item("m1", other("Visitor a"), "still here", 9_000)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(
        said(&console, "a"),
        ["visitor: hello?", "desk: welcome", "agent: bye", "visitor: still here"]
    );
    assert_eq!(console.lines("a")[2].name, "Bob");
}

#[test]
fn invariant_2_a_message_that_both_sources_have_is_one_line_by_its_operation_id() {
    let mut console = opened();
    let mut kept = entry(1, by_alice(), "on my way", 1_000);
    kept.operation_id = Some("op-1".to_owned());
    transcript(&mut console, view("a", owned(ALICE)), vec![kept]);
    // Far apart, as when the sender's clock is wrong: the operation id is what counts.
    let mut own = item("op-1", Author::Me, "on my way", 900_000);
    own.operation_id = Some("op-1".to_owned());
    console.ucwa_came(model(vec![live("a", Phase::Connected, vec![own])], Vec::new()));
    assert_eq!(said(&console, "a"), ["me: on my way"]);
    assert_eq!(console.lines("a")[0].key, "op-1", "the live key stays, so that Retry finds it");
}

#[test]
fn wid_20_the_invitations_first_text_repeated_as_a_message_is_one_bubble() {
    let mut console = opened();
    let first = entry(1, desk::Author::Visitor, "where is my order?", 5_000);
    transcript(&mut console, view("a", owned(ALICE)), vec![first]);
    let items = vec![item("/messages/2", other("Visitor a"), "where is my order?", 8_000)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(said(&console, "a"), ["visitor: where is my order?"]);
}

#[test]
fn the_same_words_said_twice_are_two_lines() {
    let mut console = opened();
    let entries = vec![
        entry(1, desk::Author::Visitor, "yes", 1_000),
        entry(2, desk::Author::Visitor, "yes", 2_000),
        entry(3, by_alice(), "yes", 2_500),
    ];
    transcript(&mut console, view("a", owned(ALICE)), entries);
    let items = vec![
        item("m1", other("Visitor a"), "yes", 1_010),
        item("m2", other("Visitor a"), "yes", 2_010),
        item("m3", other("Visitor a"), "yes", 60_000),
    ];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(said(&console, "a"), ["visitor: yes", "visitor: yes", "me: yes", "visitor: yes"]);
}

#[test]
fn invariant_3_the_live_order_is_kept_whatever_the_clocks_say() {
    let mut console = opened();
    let entries = vec![
        entry(1, desk::Author::Visitor, "a", 1_000),
        entry(2, desk::Author::Desk, "note", 1_500),
        entry(3, by_alice(), "b", 2_000),
        entry(4, desk::Author::Visitor, "c", 3_000),
    ];
    transcript(&mut console, view("a", owned(ALICE)), entries);
    let items = vec![
        item("1", other("Visitor a"), "a", 900),
        item("2", Author::Me, "b", 4_000),
        item("3", other("Visitor a"), "c", 3_900),
        item("4", other("Visitor a"), "d", 3_950),
    ];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(
        said(&console, "a"),
        ["visitor: a", "desk: note", "me: b", "visitor: c", "visitor: d"]
    );
}

#[test]
fn sources_that_disagree_about_the_order_still_show_each_message_once() {
    let mut console = opened();
    let entries = vec![
        entry(1, desk::Author::Visitor, "a", 1_000),
        entry(2, desk::Author::Visitor, "b", 1_000),
        entry(3, desk::Author::Visitor, "c", 1_001),
    ];
    transcript(&mut console, view("a", owned(ALICE)), entries);
    let items =
        vec![item("1", other("Visitor a"), "b", 1_000), item("2", other("Visitor a"), "a", 1_001)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    let mut lines = said(&console, "a");
    lines.sort();
    assert_eq!(lines, ["visitor: a", "visitor: b", "visitor: c"]);
}

#[test]
fn invariant_11_what_is_on_its_way_stands_last() {
    let mut console = opened();
    transcript(
        &mut console,
        view("a", owned(ALICE)),
        vec![entry(1, desk::Author::Visitor, "later by the desk's clock", 70_000)],
    );
    let mut own = item("op-1", Author::Me, "sending", 60_000);
    own.delivery = Delivery::Sending;
    console.ucwa_came(model(vec![live("a", Phase::Connected, vec![own])], Vec::new()));
    assert_eq!(said(&console, "a"), ["visitor: later by the desk's clock", "me: sending"]);
}

#[test]
fn lines_of_one_author_stand_together_within_a_day_and_a_pause() {
    let mut console = opened();
    let items = vec![
        item("1", other("Visitor a"), "one", 0),
        item("2", other("Visitor a"), "two", 60_000),
        item("3", Author::Me, "three", 61_000),
        item("4", Author::Me, "four", 61_000 + 6 * 60_000),
        item("5", Author::Me, "five", 86_400_000),
    ];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    let shown = console.timeline("a", |at_ms| at_ms / 86_400_000);
    let flags: Vec<_> = shown.iter().map(|it| (it.is_new_day, it.is_head, it.is_tail)).collect();
    assert_eq!(
        flags,
        [
            (true, true, false),
            (false, false, true),
            (false, true, true),
            (false, true, true),
            (true, true, true),
        ]
    );
}

#[test]
fn a_colleague_in_the_conversation_is_not_the_visitor() {
    let mut console = opened();
    let items = vec![item("1", other("Bob"), "let me help", 0), item("2", other("?"), "hi", 1)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(said(&console, "a"), ["agent: let me help", "visitor: hi"]);
}

#[test]
fn how_far_own_messages_got_is_said_once_for_each_distance() {
    let mut console = opened();
    let said_by = |key: &str, author| item(key, author, key, 2_000);
    let mine = |key: &str, reach| Item { reach, ..said_by(key, Author::Me) };
    let items = vec![
        mine("a", Standing::Read),
        mine("b", Standing::Read),
        said_by("v", other("Visitor a")),
        mine("c", Standing::Delivered),
        mine("d", Standing::Sent),
    ];
    let talk = live("a", Phase::Connected, items);
    console.ucwa_came(model(vec![talk], Vec::new()));
    let shown = console.timeline("a", |_| 0);
    let told: Vec<_> = shown.iter().map(|it| (it.line.standing.name(), it.has_receipt)).collect();
    assert_eq!(
        told,
        [("read", false), ("read", true), ("sent", false), ("delivered", true), ("sent", true)]
    );
}

#[test]
fn what_the_others_said_is_read_once_all_of_it_is_before_ones_eyes() {
    const NONE: [i64; 0] = [];
    let read = |effects: Vec<Effect>| -> Vec<i64> {
        let times = effects.into_iter().map(|it| match it {
            Effect::Ucwa(Command::MarkRead { up_to_ms, .. }) => Some(up_to_ms),
            _ => None,
        });
        times.flatten().collect()
    };
    let model_at = |at_ms| {
        let items =
            vec![item("m1", other("Visitor a"), "hm", at_ms), item("m2", Author::Me, "", 9)];
        model(vec![live("a", Phase::Connected, items)], Vec::new())
    };
    let mut console = opened();
    assert_eq!(read(console.ucwa_came(model_at(2_000))), NONE, "what came before is not there yet");
    let early = vec![entry(1, desk::Author::Visitor, "hello?", 1_000)];
    assert_eq!(read(transcript(&mut console, view("a", owned(ALICE)), early)), [2_000]);
    assert_eq!(read(console.ucwa_came(model_at(2_000))), NONE, "it is said once");
    assert_eq!(read(console.visible(false)), NONE);
    assert_eq!(read(console.ucwa_came(model_at(3_000))), NONE, "the page is hidden");
    assert_eq!(read(console.visible(true)), [3_000]);
    assert_eq!(read(console.wish(0, Wish::AtEnd(false))), NONE);
    assert_eq!(read(console.ucwa_came(model_at(4_000))), NONE, "it is below what is read");
    assert_eq!(read(console.wish(0, Wish::AtEnd(true))), [4_000]);
    console.wish(0, Wish::Select(None));
    assert_eq!(read(console.ucwa_came(model_at(5_000))), NONE, "another one is shown");
}

#[test]
fn what_was_said_before_one_came_is_read_with_the_transcript() {
    let mut console = opened();
    console.ucwa_came(model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()));
    let early = vec![entry(1, desk::Author::Visitor, "hello?", 1_000)];
    let effects = transcript(&mut console, view("a", owned(ALICE)), early);
    let conversation = "/conversations/a".to_owned();
    let told = Effect::Ucwa(Command::MarkRead { conversation, up_to_ms: 1_000 });
    assert!(effects.contains(&told), "{effects:?}");
}
