//! What its visitor may see of a conversation.

use shared::desk::{Author, TranscriptEntry};
use shared::states::FilterState;
use shared::visitor_desk::Speaker;

use super::stage::{invitation, opening, uri};
use crate::flow::change::{Change, EndedBy, Opening, Target};
use crate::flow::{Flow, Invited};

fn said(at_ms: i64, author: Author, text: &str) -> Change {
    let entry = TranscriptEntry {
        seq: 0,
        at_ms,
        author,
        text: text.to_owned(),
        operation_id: Some("op".to_owned()),
    };
    Change::Said(Box::new(entry), String::new())
}

fn agent(name: &str) -> Author {
    Author::Agent { uri: uri(name).as_str().to_owned(), name: name.to_uppercase() }
}

/// Vera's conversation, in which these were said.
fn talk(target: Option<Target>, said: Vec<Change>) -> Flow {
    let visitor = Some("vera".to_owned());
    let opening = Opening { visitor, target, ..opening(Invited::read(&invitation()).unwrap()) };
    let opened = Change::Opened(Box::new(opening));
    Flow::fold("conv", [vec![opened], said].concat()).unwrap()
}

#[test]
fn a_visitor_sees_names_and_no_addresses() {
    let changes = vec![
        said(1, Author::Desk, "Welcome"),
        said(2, Author::Visitor, "Where is it?"),
        said(3, agent("ann"), "On its way."),
        said(4, Author::Visitor, "Thank you"),
        Change::Ended(EndedBy::Visitor, 5),
    ];
    let shown = talk(None, changes).visitor_transcript();
    let it = &shown.conversation;
    assert_eq!((it.started_ms, it.ended_ms), (0, Some(5)));
    assert_eq!((it.last_text.as_deref(), it.agent.as_deref()), (Some("Thank you"), Some("ANN")));
    let speakers: Vec<Speaker> = shown.entries.iter().map(|it| it.by.clone()).collect();
    let ann = Speaker::Agent { name: "ANN".to_owned() };
    assert_eq!(speakers, [Speaker::Desk, Speaker::Visitor, ann, Speaker::Visitor]);
    let written = serde_json::to_string(&shown).unwrap();
    assert!(!written.contains("sip:") && !written.contains("\"op\""), "{written}");
}

#[test]
fn what_was_kept_from_the_visitor_stays_so() {
    let target = |filter| Target { agent: uri("boss"), name: "BOSS".to_owned(), filter };
    let changes = vec![said(1, Author::Visitor, "Hello"), said(2, agent("boss"), "Who is that?")];
    let filtered = talk(Some(target(FilterState::Enabled)), changes.clone()).visitor_transcript();
    assert_eq!(filtered.entries.len(), 1);
    assert_eq!(filtered.conversation.last_text.as_deref(), Some("Hello"));
    assert_eq!(filtered.conversation.agent, None);
    let open = talk(Some(target(FilterState::Disabled)), changes).visitor_transcript();
    assert_eq!(open.entries.len(), 2);
}
