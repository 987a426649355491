//! Forms, drafts and requests.

use client::http::{HttpResponse, NoAnswer};
use shared::desk::Availability;

use super::super::{
    Answered, DeskCall, Drafts, FormError, Mark, Marks, Refusal, SetupForm, SignInForm, setup_code,
};

fn response(status: u16, body: &str) -> HttpResponse {
    HttpResponse { status, headers: Vec::new(), body: body.to_owned() }
}

#[test]
fn signing_in_wants_both_fields() {
    let form = |name: &str, password: &str| {
        SignInForm { name: name.to_owned(), password: password.to_owned() }.checked()
    };
    assert_eq!(form("  ", "x"), Err(FormError::NameMissing));
    assert_eq!(form("alice", ""), Err(FormError::PasswordMissing));
    assert_eq!(form(" alice ", " p "), Ok(("alice".to_owned(), " p ".to_owned())));
}

#[test]
fn setting_up_checks_first_and_then_sends_what_the_desk_wants() {
    let mut form = SetupForm { code: "abc".to_owned(), ..SetupForm::default() };
    assert_eq!(form.request("o"), Err(FormError::NameMissing));
    form.name = " alice ".to_owned();
    assert_eq!(form.request("o"), Err(FormError::DisplayNameMissing));
    form.display_name = "Alice".to_owned();
    form.password = "1234567".to_owned();
    assert_eq!(form.request("o"), Err(FormError::PasswordShort));
    form.password = "12345678".to_owned();
    let request = form.request("https://d.example").unwrap();
    assert_eq!(request.url, "https://d.example/desk/api/setup");
    assert_eq!(
        request.body.as_deref(),
        Some(r#"{"code":"abc","uri":"alice","display_name":"Alice","password":"12345678"}"#)
    );
}

#[test]
fn a_refused_set_up_says_why() {
    let said = r#"{"code":"Conflict","message":"That link was used."}"#;
    for (result, expected) in [
        (Ok(response(201, "")), Ok(())),
        (Ok(response(409, said)), Err(FormError::Sentence("That link was used.".to_owned()))),
        (Ok(response(403, "<html>")), Err(FormError::LinkUsed)),
        (Ok(response(500, "")), Err(FormError::Refused)),
        (Err(NoAnswer(String::new())), Err(FormError::Unreachable)),
    ] {
        assert_eq!(SetupForm::read(result), expected);
    }
}

#[test]
fn the_one_time_link_is_read_from_the_fragment() {
    assert_eq!(setup_code("#setup=a-1"), Some("a-1".to_owned()));
    for fragment in ["", "#", "#setup=", "#c=1", "#xsetup=1"] {
        assert_eq!(setup_code(fragment), None, "{fragment}");
    }
}

#[test]
fn invariant_11_drafts_stay_with_their_conversation_and_survive_a_reload() {
    let mut drafts = Drafts::default();
    drafts.set("a", "half a sent".to_owned());
    drafts.set("b", "  \n".to_owned());
    let mut drafts = Drafts::read(&drafts.write());
    assert_eq!((drafts.get("a"), drafts.get("b"), drafts.get("c")), ("half a sent", "  \n", ""));
    assert_eq!(drafts.take("b"), None, "there is nothing to send");
    assert_eq!(drafts.take("a"), Some("half a sent".to_owned()));
    assert_eq!(drafts.take("a"), None);
    assert_eq!(Drafts::read("not json"), Drafts::default());
}

#[test]
fn a_draft_differs_from_what_is_kept_by_its_conversation_only() {
    let pair = |id: &str, text: &str| (id.to_owned(), text.to_owned());
    let kept: Drafts =
        [pair("a", "one"), pair("b", "two"), pair("c", "three")].into_iter().collect();
    let mut drafts = kept.clone();
    assert_eq!(drafts.changes_since(&kept), []);
    drafts.set("b", "two and more".to_owned());
    drafts.set("d", "four".to_owned());
    assert_eq!(drafts.take("c").as_deref(), Some("three"));
    let changes = [pair("c", ""), pair("b", "two and more"), pair("d", "four")];
    assert_eq!(drafts.changes_since(&kept), changes);
}

#[test]
fn what_was_read_in_another_tab_is_read_here_and_never_less() {
    let mark = |at_ms| Mark { key: format!("m{at_ms}"), at_ms };
    let of = |list: &[(&str, i64)]| {
        let mut marks = Marks::default();
        for (id, at_ms) in list {
            marks.set(id, mark(*at_ms));
        }
        marks
    };
    let mut here = of(&[("a", 5), ("b", 1)]);
    let there = of(&[("a", 3), ("b", 4), ("c", 2)]);
    assert!(here.lacks(&there));
    assert!(here.merge(there.clone()));
    assert_eq!(here, of(&[("a", 5), ("b", 4), ("c", 2)]));
    assert!(!here.lacks(&there) && !here.merge(there));
}

#[test]
fn requests_to_the_desk_are_those_of_its_api() {
    let shown = |call: DeskCall| {
        let it = call.request("o");
        format!("{} {} {}", it.method, it.url, it.body.unwrap_or_default())
    };
    let away = DeskCall::SetAvailability(Availability::Away);
    assert_eq!(shown(away), r#"POST o/desk/api/me {"availability":"Away"}"#);
    assert_eq!(shown(DeskCall::Take("a".into())), "POST o/desk/api/conversations/a/take ");
    assert_eq!(shown(DeskCall::End("a/ä".into())), "POST o/desk/api/conversations/a%2f%c3%a4/end ");
    assert_eq!(shown(DeskCall::Transcript("a".into())), "GET o/desk/api/conversations/a ");
}

#[test]
fn answers_of_the_desk_are_read() {
    let call = DeskCall::Take("a".to_owned());
    for (result, expected) in [
        (Ok(response(204, "")), Ok(Answered::Done)),
        (Ok(response(401, "")), Err(Refusal::SignedOut)),
        (Ok(response(404, "")), Err(Refusal::Gone)),
        (Ok(response(409, "")), Err(Refusal::Conflict)),
        (
            Ok(response(400, r#"{"code":"BadRequest","message":"Say what."}"#)),
            Err(Refusal::Other(Some("Say what.".to_owned()))),
        ),
        (Ok(response(500, "<html>")), Err(Refusal::Other(None))),
        (Err(NoAnswer(String::new())), Err(Refusal::Unreachable)),
    ] {
        assert_eq!(call.read(result), expected);
    }
    let transcript = DeskCall::Transcript("a".to_owned());
    assert_eq!(transcript.read(Ok(response(200, "[]"))), Err(Refusal::Other(None)));
}
