//! What tabs of one browser say to each other.

use client::model::{Connection, Notice};
use client::session::{Command, Session};
use client::tabs::Word;

use crate::talk::{self, C1, Talk, incoming, tells_c1};

fn shown(talk: &Talk) -> Session {
    let Some(Word::Shown(shown)) = Word::read(&talk.session.mirror()) else {
        panic!("what the leader shows is a word")
    };
    Session::of_mirror(talk::visitor(), 7, &shown).expect("readable")
}

#[test]
fn invariant_3_a_tab_that_listens_shows_what_the_one_that_leads_shows() {
    let mut talk = Talk::visitor_chatting();
    talk.tells(2, &[tells_c1(&[incoming(2, "Desk", "\"welcome\"\n")])]);
    talk.says("hello");
    assert_eq!(talk.model().connection, Connection::Online);
    assert!(talk.chat().can_send);
    assert_eq!(shown(&talk).model(), talk.model());
}

#[test]
fn invariant_4_a_tab_goes_on_with_the_same_operation_id_when_the_leader_is_gone() {
    let mut before = Talk::visitor_chatting();
    before.says("hello");
    let first = before.asked("POST /app/1/conversations/c1/messaging/sendMessage").url.clone();
    let mut talk = Talk::with(shown(&before));
    talk.now = before.now + 1_000;
    talk.does(Command::Connect);
    talk.gets("GET /app/1", 200, &talk::application());
    crate::restore::reread(&mut talk);
    let again = talk.asked("POST /app/1/conversations/c1/messaging/sendMessage").url.clone();
    assert_eq!(again, first);
}

#[test]
fn every_wish_and_every_notice_reaches_the_other_tab_as_it_was() {
    let (one, two) = (|| C1.to_owned(), || "\\ \"two\" \u{1F600}\n".to_owned());
    for wish in [
        Command::Connect,
        Command::StartConversation { subject: None },
        Command::StartConversation { subject: Some(two()) },
        Command::Send { conversation: one(), text: two() },
        Command::Retry { conversation: one(), item: two() },
        Command::Typing { conversation: one() },
        Command::MarkRead { conversation: one(), up_to_ms: 1_700_000_000_123 },
        Command::Accept { invitation: one() },
        Command::AcceptMeeting { online_meeting_uri: one() },
        Command::Join { online_meeting_uri: one() },
        Command::AnswerLobby { conversation: one(), participant: two(), admit: true },
        Command::AnswerLobby { conversation: one(), participant: two(), admit: false },
        Command::Decline { invitation: one() },
        Command::End { conversation: one() },
        Command::Adopt { proof: one() },
        Command::Close,
    ] {
        let Some(Word::Wish { id, command }) = Word::read(&Word::wish("1f", &wish)) else {
            panic!("{wish:?} is a word")
        };
        assert_eq!((id.as_str(), command), ("1f", wish));
    }
    for notice in [
        Notice::MessageArrived { conversation: one(), item: two() },
        Notice::InvitationArrived { invitation: one() },
        Notice::InvitationGone { invitation: one() },
        Notice::ConversationEnded { conversation: one() },
    ] {
        let Some(Word::Told(told)) = Word::read(&Word::told(&notice)) else {
            panic!("{notice:?} is a word")
        };
        assert_eq!(told, notice);
    }
}

#[test]
fn what_is_no_word_is_not_heard() {
    for text in ["", "null", "[]", "[\"wish\",\"1\",\"fly\"]", "[\"told\",\"me\"]", "{\"a\":1}"] {
        assert!(Word::read(text).is_none(), "{text}");
    }
    let other = Word::read("[\"shown\",{\"version\":2,\"owner\":\"somebody else\"},[2,0,\"\"],[]]");
    let Some(Word::Shown(value)) = other else { panic!("a word") };
    assert!(Session::of_mirror(talk::visitor(), 7, &value).is_none(), "another site's");
}
