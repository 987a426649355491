//! Which conversation stands where.

use client::model::{Author, Conversation, Delivery, Model, Phase};
use shared::desk::{Availability, Place};

use super::super::desk_poll::Health;
use super::super::{Console, Link, Lists, Marks, Problem, Stand, Wish};
use super::{
    ALICE, BOB, console, invitation, item, live, model, other, owned, state, view, waiting,
};

fn ids(rows: &[super::super::Row]) -> Vec<&str> {
    rows.iter().map(|it| it.id.as_str()).collect()
}

fn check(lists: &Lists, queue: &[&str], mine: &[&str], others: &[&str], ended: &[&str]) {
    assert_eq!(ids(&lists.queue), queue, "queue");
    assert_eq!(ids(&lists.mine), mine, "mine");
    assert_eq!(ids(&lists.others), others, "others");
    assert_eq!(ids(&lists.ended), ended, "ended");
}

#[test]
fn invariant_9_every_conversation_stands_where_the_server_has_it() {
    let views = vec![
        view("late", waiting(2)),
        view("next", waiting(1)),
        view("own", owned("SIP:Alice@demo.example")),
        view("bobs", owned(BOB)),
        view("over", Place::Ended),
    ];
    let console = console(views);
    check(&console.lists(), &["next", "late"], &["own"], &["bobs"], &["over"]);
}

#[test]
fn invariant_9_the_list_follows_the_server_whatever_the_ucwa_machine_has() {
    // What the machine may have after a disconnect, a reload or an offer withdrawn elsewhere.
    let models: Vec<Model> = vec![
        Model::default(),
        model(Vec::new(), Vec::new()),
        model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()),
        model(vec![live("a", Phase::Ended, Vec::new())], vec![invitation("b")]),
        model(
            vec![Conversation::default(), live("zz", Phase::Connected, Vec::new())],
            vec![invitation("a")],
        ),
    ];
    for (at, ucwa) in models.into_iter().enumerate() {
        let mut console = Console::new(Marks::default());
        console.ucwa_came(ucwa);
        console.desk_came(0, state(1, vec![view("a", owned(ALICE)), view("b", waiting(1))]));
        check(&console.lists(), &["b"], &["a"], &[], &[]);
        console.desk_came(0, state(2, vec![view("a", owned(BOB)), view("b", owned(ALICE))]));
        check(&console.lists(), &[], &["b"], &["a"], &[]);
        console.desk_came(0, state(3, vec![view("a", Place::Ended)]));
        check(&console.lists(), &[], &[], &[], &["a"]);
        assert_eq!(console.lists().rows().count(), 1, "model {at}");
    }
}

#[test]
fn invariant_9_an_own_conversation_that_is_not_open_here_says_so_and_can_be_joined() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.wish(0, Wish::Select(Some("a".to_owned())));
    let pane = console.pane().unwrap();
    assert_eq!((pane.stand, pane.can_send, pane.can_end), (Stand::NotHere, false, true));
    console.ucwa_came(model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()));
    let pane = console.pane().unwrap();
    assert_eq!((pane.stand, pane.can_send), (Stand::Mine, true));
    console.ucwa_came(model(vec![live("a", Phase::Ended, Vec::new())], Vec::new()));
    assert_eq!(console.pane().unwrap().stand, Stand::NotHere, "the desk says it is still ours");
    console.desk_came(0, state(2, vec![view("a", Place::Ended)]));
    assert_eq!(console.pane().unwrap().stand, Stand::Ended);
}

#[test]
fn wid_19_until_messaging_was_added_one_is_joining_and_cannot_write() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    console.wish(0, Wish::Select(Some("a".to_owned())));
    console.ucwa_came(model(vec![live("a", Phase::Connecting, Vec::new())], Vec::new()));
    let pane = console.pane().unwrap();
    assert_eq!((pane.stand, pane.can_send), (Stand::Joining, false));
    console.ucwa_came(model(vec![live("a", Phase::Connected, Vec::new())], Vec::new()));
    let pane = console.pane().unwrap();
    assert_eq!((pane.stand, pane.can_send), (Stand::Mine, true));
}

#[test]
fn wid_14_without_a_send_link_nothing_can_be_sent() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    let mut conversation = live("a", Phase::Connected, Vec::new());
    (conversation.can_send, conversation.lacks_send) = (false, true);
    console.ucwa_came(model(vec![conversation], Vec::new()));
    console.wish(0, Wish::Select(Some("a".to_owned())));
    assert!(!console.pane().unwrap().can_send);
    assert!(!console.can_send("a"));
}

#[test]
fn invariant_11_one_writes_on_while_links_are_read_again() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    let mut conversation = live("a", Phase::Connected, Vec::new());
    conversation.can_send = false;
    console.ucwa_came(model(vec![conversation], Vec::new()));
    console.wish(0, Wish::Select(Some("a".to_owned())));
    assert!(console.pane().unwrap().can_send);
}

#[test]
fn a_row_shows_the_newest_text_who_types_and_where_the_visitor_was() {
    let mut view = view("a", owned(ALICE));
    view.last_text = Some("old".to_owned());
    let mut console = console(vec![view]);
    let mut conversation =
        live("a", Phase::Connected, vec![item("m1", other("Visitor a"), "new\nline", 5_000)]);
    conversation.typing = vec!["Visitor a".to_owned()];
    console.ucwa_came(model(vec![conversation], Vec::new()));
    let lists = console.lists();
    let row = lists.row("a").unwrap();
    assert_eq!((row.last_text.as_str(), row.last_ms, row.is_typing), ("new line", 5_000, true));
    assert_eq!(row.page.as_deref(), Some("/cart"));
}

#[test]
fn unread_counts_the_others_messages_since_one_looked() {
    let mut console = console(vec![view("a", owned(ALICE)), view("b", owned(ALICE))]);
    let mut items = vec![item("m1", other("Visitor a"), "one", 5_000)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items.clone())], Vec::new()));
    assert_eq!(console.lists().row("a").unwrap().unread, 1);
    assert_eq!(console.lists().attention(), 1);
    console.wish(0, Wish::Select(Some("a".to_owned())));
    assert_eq!(console.lists().attention(), 0, "what is on screen is read");
    console.wish(0, Wish::Select(Some("b".to_owned())));
    items.push(item("m2", Author::Me, "mine", 6_000));
    items.push(item("m3", other("Visitor a"), "two", 7_000));
    items.push(item("m4", other("Visitor a"), "three", 8_000));
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(console.lists().attention(), 2, "one's own answer is not unread");
}

#[test]
fn what_was_answered_is_read_even_where_no_mark_was_kept() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    let items = vec![
        item("m1", other("Visitor a"), "one", 5_000),
        item("m2", Author::Me, "answer", 6_000),
        item("m3", other("Visitor a"), "two", 7_000),
    ];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(console.unread("a"), 1);
}

#[test]
fn nothing_is_read_while_the_page_is_hidden_and_marks_survive_a_reload() {
    let views = || vec![view("a", owned(ALICE))];
    let items = || vec![item("m1", other("Visitor a"), "one", 5_000)];
    let mut console = console(views());
    console.wish(0, Wish::Select(Some("a".to_owned())));
    console.visible(false);
    console.ucwa_came(model(vec![live("a", Phase::Connected, items())], Vec::new()));
    assert_eq!(console.lists().attention(), 1);
    console.visible(true);
    assert_eq!(console.lists().attention(), 0);

    let mut again = Console::new(Marks::read(&console.marks().write()));
    again.desk_came(0, state(1, views()));
    again.ucwa_came(model(vec![live("a", Phase::Connected, items())], Vec::new()));
    assert_eq!(again.lists().attention(), 0);
}

#[test]
fn the_title_counts_who_waits_and_what_is_unread() {
    let mut console = console(vec![view("q", waiting(1)), view("a", owned(ALICE))]);
    let items = vec![item("m1", other("Visitor a"), "one", 5_000)];
    console.ucwa_came(model(vec![live("a", Phase::Connected, items)], Vec::new()));
    assert_eq!(console.lists().attention(), 2);
}

#[test]
fn arrows_walk_the_list_and_stop_at_its_ends() {
    let lists =
        console(vec![view("q", waiting(1)), view("a", owned(ALICE)), view("b", owned(BOB))])
            .lists();
    for (from, step, to) in [
        (None, 1, "q"),
        (None, -1, "b"),
        (Some("q"), 1, "a"),
        (Some("a"), 1, "b"),
        (Some("b"), 1, "b"),
        (Some("q"), -1, "q"),
        (Some("gone"), 1, "q"),
    ] {
        assert_eq!(lists.neighbour(from, step), Some(to), "{from:?} {step}");
    }
    assert_eq!(Lists::default().neighbour(None, 1), None);
    assert_eq!(lists.tab_stop(Some("a")), Some("a"));
    assert_eq!(lists.tab_stop(Some("gone")), Some("q"));
}

#[test]
fn invariant_12_the_worse_of_both_connections_is_shown() {
    use client::model::Connection as C;
    let stale = Health::Stale { retry_at_ms: 9 };
    let online = Link::Online;
    let again = |retry_at_ms| Link::Reconnecting { retry_at_ms };
    for (connection, health, link) in [
        (C::Online, Health::Fresh, online),
        (C::Online, Health::Unknown, Link::Connecting),
        (C::Connecting, Health::Fresh, Link::Connecting),
        (C::Online, stale, again(9)),
        (C::Connecting, stale, again(9)),
        (C::Reconnecting { retry_at_ms: 5 }, Health::Fresh, again(5)),
        (C::Reconnecting { retry_at_ms: 5 }, stale, again(5)),
        (C::Online, Health::SignedOut, Link::SignedOut),
        (C::SignedOut { reason: String::new() }, stale, Link::SignedOut),
        (C::OpenedElsewhere, Health::Fresh, Link::Elsewhere),
    ] {
        assert_eq!(Link::of(&connection, health), link, "{connection:?} {health:?}");
    }
}

#[test]
fn the_availability_shows_the_wish_until_the_desk_agrees_or_refuses() {
    use super::super::{DeskCall, Refusal};
    let mut console = console(Vec::new());
    assert_eq!(console.availability(), Availability::Available);
    console.wish(0, Wish::SetAvailability(Availability::Away));
    assert_eq!(console.availability(), Availability::Away);
    console.desk_came(0, state(2, Vec::new()));
    assert_eq!(console.availability(), Availability::Away, "that state was on its way before");
    let call = DeskCall::SetAvailability(Availability::Away);
    console.desk_answered(&call, Err(Refusal::Unreachable));
    assert_eq!(console.availability(), Availability::Available);
    assert_eq!(console.problem(), Some(&Problem::Availability(None)));
}

#[test]
fn a_failed_message_stays_and_says_so() {
    let mut console = console(vec![view("a", owned(ALICE))]);
    let mut failed = item("op-1", Author::Me, "typed with care", 5_000);
    failed.delivery = Delivery::Failed { reason: "too long".to_owned() };
    console.ucwa_came(model(vec![live("a", Phase::Connected, vec![failed])], Vec::new()));
    let lines = console.lines("a");
    assert_eq!(lines[0].text, "typed with care");
    assert!(matches!(&lines[0].delivery, Delivery::Failed { reason } if reason == "too long"));
}
