//! The transcript: everything once, by the right author.

use shared::desk::Author;

use super::{OPEN, check};

fn transcript(stage: &super::Stage) -> Vec<(String, String)> {
    let entries = stage.flow.transcript().entries;
    let seqs: Vec<u64> = entries.iter().map(|it| it.seq).collect();
    assert_eq!(seqs, (1..=entries.len() as u64).collect::<Vec<_>>(), "counts without a gap");
    let author = |it: &Author| match it {
        Author::Visitor => "visitor".to_owned(),
        Author::NamedVisitor { name } => format!("visitor {name}"),
        Author::Agent { uri, name } => format!("{name} {uri}"),
        Author::Desk => "desk".to_owned(),
    };
    entries.iter().map(|it| (author(&it.author), it.text.clone())).collect()
}

#[test]
fn everything_said_is_recorded_once_by_its_author() {
    let mut stage = check(OPEN);
    stage.play(
        "11 ok admit-2 /bridged/ann
           > invite-2 POST /conference/addParticipant
         12 visitor-says 2 op-1 hello
         13 visitor-says 3 op-2 help!
         14 visitor-says 3 op-2 help!
         15 says vera 4 op-2 help!
         16 says ann 5 op-3 hi
         17 visitor-says 6 op-3 hi
         18 says ann 5 op-3 hi",
    );
    let said = |who: &str, text: &str| (who.to_owned(), text.to_owned());
    assert_eq!(
        transcript(&stage),
        [
            said("visitor", "hello"),
            said("desk", "Welcome"),
            said("visitor", "help!"),
            said("ANN sip:ann@t.example", "hi"),
        ],
        "the invitation's text, its copy, repeats and bridged copies are one each",
    );
    let entries = stage.flow.transcript().entries;
    assert_eq!(entries[0].operation_id.as_deref(), Some("op-1"), "learnt from the copy");
    assert_eq!(entries[1].operation_id.as_deref(), Some("conv-say-1"));
    assert_eq!(stage.flow.view().last_text.as_deref(), Some("hi"));
}

#[test]
fn the_same_words_said_twice_are_two_entries() {
    let mut stage = check(OPEN);
    stage.play(
        "12 visitor-says 2 op-1 hello
         13 visitor-says 3 op-2 hello",
    );
    assert_eq!(transcript(&stage).len(), 3);
}

#[test]
fn invariant_3_what_was_heard_late_stands_where_it_was_said() {
    let mut stage = check(OPEN);
    stage.play(
        "11 ok admit-2 /bridged/ann
           > invite-2 POST /conference/addParticipant
         12 visitor-says 2 op-1 hello
         30 visitor-says 3 op-2 @20:one
         31 visitor-says 4 op-3 @24:three",
    );
    let before = stage.flow.view().last_ms;
    stage.play("40 says ann 5 op-4 @22:two");
    let view = stage.flow.view();
    assert!(view.last_ms > before, "consoles are told that there is something new");
    assert_eq!(view.last_text.as_deref(), Some("three"));
    let texts: Vec<String> = transcript(&stage).into_iter().map(|it| it.1).collect();
    assert_eq!(texts, ["hello", "Welcome", "one", "two", "three"]);
    let stamps: Vec<i64> = stage.flow.transcript().entries[2..].iter().map(|it| it.at_ms).collect();
    assert_eq!(stamps, [20, 22, 24], "the platform's time, not the time of hearing");
}

#[test]
fn invariant_3_what_one_leg_tells_keeps_its_order_whatever_its_stamps() {
    let mut stage = check(OPEN);
    stage.play(
        "11 ok admit-2 /bridged/ann
           > invite-2 POST /conference/addParticipant
         12 visitor-says 2 op-1 hello
         30 visitor-says 3 op-2 @30:one
         31 visitor-says 4 op-3 @24:two",
    );
    let texts: Vec<String> = transcript(&stage).into_iter().map(|it| it.1).collect();
    assert_eq!(texts, ["hello", "Welcome", "one", "two"], "a clock was set back");
}

#[test]
fn invariant_3_stamps_are_compared_though_the_desks_own_clock_is_behind() {
    let mut stage = check(OPEN);
    stage.play(
        "11 ok admit-2 /bridged/ann
           > invite-2 POST /conference/addParticipant
         12 visitor-says 2 op-1 hello
         20 visitor-says 3 op-2 @50:two
         21 says ann 5 op-4 @45:one",
    );
    let texts: Vec<String> = transcript(&stage).into_iter().map(|it| it.1).collect();
    assert_eq!(texts, ["hello", "Welcome", "one", "two"]);
}
