//! Tokens for anonymous visitors: the documents that carry them, and their claims.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use shared::claims::{Claims, PSAT_PREFIX};
use shared::{Dialect, Origin, Resource, date, rel};

use crate::seeds;

fn read(text: &str) -> Resource {
    Resource::parse(text).expect("a document of the seeds")
}

fn expiry_ms(document: &Resource) -> i64 {
    date::parse(document.text("expiryTime").expect("expiryTime")).expect("a date")
}

fn discover(document: &Resource) -> String {
    document.get::<rel::Discover>().expect("a discover link").href
}

#[test]
fn dto_01_the_token_document_of_s0_is_read() {
    let document = read(seeds::S0_TOKEN);
    assert_eq!(document.rel, "anonApplicationToken");
    assert!(document.text("token").expect("token").starts_with(PSAT_PREFIX));
    assert!(discover(&document).contains("?anonymousContext=psat%253deyJ"));
    assert_eq!(date::iso(expiry_ms(&document)), "2016-05-14T08:16:57.292Z");
}

#[test]
fn dto_02_the_token_document_of_s2_is_the_same_type() {
    let (s0, s2) = (read(seeds::S0_TOKEN), read(seeds::S2_TOKEN));
    assert_eq!(s2.rel, s0.rel);
    assert_eq!(
        s2.links.keys().collect::<Vec<_>>(),
        s0.links.keys().collect::<Vec<_>>(),
        "the dialect makes no difference"
    );
    assert!(s2.text("token").expect("token").starts_with(PSAT_PREFIX));
    assert_eq!(date::iso(expiry_ms(&s2)), "2016-06-27T01:42:13.094Z");
}

#[test]
fn dto_03_the_discover_address_of_s1_is_kept_byte_for_byte() {
    let document = read(seeds::S1_TOKEN);
    let expected = "https://noammeetings.resources.lync.com/platformService/discover\
                    ?anonymousMeetingJoinContext=psat%253deyJ0...";
    assert_eq!(discover(&document), expected);
    assert_eq!(date::iso(expiry_ms(&document)), "2017-02-16T09:51:51.391Z");
    let again = document.write(Dialect::Saas);
    assert_eq!(again["_links"]["ms:rtc:saas:discover"]["href"], expected);
}

#[test]
fn dto_04_the_capabilities_of_s2_are_found() {
    let application = read(seeds::S2_APPLICATION);
    assert_eq!(application.rel, "application");
    let tokens = application.get::<rel::AnonApplicationTokens>().expect("may make tokens");
    assert_eq!(
        tokens.href,
        "/platformservice/v1/applications/1627259584/anonApplicationTokens\
         ?endpointId=sip:helpdesk@contoso.com"
    );
    let communication = application.embedded("communication").expect("communication");
    for (rel, place) in [
        ("startMessaging", "messagingInvitations"),
        ("joinOnlineMeeting", "onlineMeetingInvitations"),
        ("inviteUserToMeeting", "userMeetingInvitations"),
    ] {
        let href = communication.href(rel).unwrap_or_else(|| panic!("{rel}"));
        assert!(href.contains(&format!("/communication/{place}?endpointId=")), "{href}");
    }
    assert_eq!(communication.text("etag"), Some("4294967295"));
    let meetings = application.embedded("adhocMeetings").expect("adhocMeetings");
    assert!(meetings.href("self").expect("self").contains("/adhocMeetings?"));
}

#[test]
fn dto_05_the_other_dialect_reads_as_the_equal_document() {
    let other = seeds::S2_APPLICATION.replace("\"service:", "\"ms:rtc:saas:");
    assert_ne!(other, seeds::S2_APPLICATION);
    assert_eq!(read(&other), read(seeds::S2_APPLICATION));
    let bare = seeds::S2_APPLICATION.replace("\"service:", "\"");
    assert_eq!(read(&bare), read(seeds::S2_APPLICATION));
}

#[test]
fn the_tokens_of_the_seeds_carry_the_claims_of_the_protocol() {
    let s0 = Claims::peek(read(seeds::S0_TOKEN).text("token").expect("token")).expect("claims");
    assert_eq!(
        s0,
        Claims {
            nbf: 1_463_185_017,
            exp: 1_463_213_817,
            ruu: "sip:UcapUser19@ucaptenant.com".into(),
            asi: "kkkk".into(),
            aeu: "sip:helpdesk@ucaptenant.com".into(),
            ao: "https://contoso.com;https://litware.com;http://www.microsoftstore.com".into(),
            confid: None,
            ucwaext: None,
        }
    );
    let document = read(seeds::S2_TOKEN);
    let s2 = Claims::peek(document.text("token").expect("token")).expect("claims");
    assert_eq!(
        (s2.asi.as_str(), s2.aeu.as_str()),
        ("kkkk", "sip:helpdesk@ucaptenantthirdparty.com")
    );
    for (claims, document) in [(s0, read(seeds::S0_TOKEN)), (s2, document)] {
        assert_eq!(claims.exp - claims.nbf, 28_800);
        assert_eq!(claims.exp, expiry_ms(&document).div_euclid(1_000), "floor of expiryTime");
    }
}

#[test]
fn the_origins_of_the_claims_are_those_asked_for_without_their_paths() {
    for (request, token) in
        [(seeds::S0_REQUEST, seeds::S0_TOKEN), (seeds::S2_REQUEST, seeds::S2_TOKEN)]
    {
        let asked = read(request);
        let asked = asked.text("allowedOrigins").expect("allowedOrigins").split(';');
        let origins: Vec<String> =
            asked.map(|it| Origin::parse(it).expect("an origin").to_string()).collect();
        let claims = Claims::peek(read(token).text("token").expect("token")).expect("claims");
        let claimed: Vec<&str> = claims.origins().collect();
        assert_eq!(claimed[..origins.len()], origins);
    }
}

#[test]
fn claims_are_written_in_the_order_of_the_samples() {
    let claims = Claims::peek(read(seeds::S0_TOKEN).text("token").expect("token")).expect("claims");
    let written = serde_json::to_string(&claims).expect("JSON");
    let places: Vec<_> = ["nbf", "exp", "ruu", "asi", "aeu", "ao"]
        .map(|name| written.find(&format!("\"{name}\"")).expect(name))
        .into();
    assert!(places.is_sorted(), "{written}");
    assert!(!written.contains("confid"), "only in the meeting variant");
}

#[test]
fn dates_of_claims_may_be_strings() {
    let payload =
        r#"{"nbf":"1463184711","exp":"1463271411","ruu":"a","asi":"b","aeu":"c","ao":""}"#;
    let token = format!("eyJ9.{}.sig", URL_SAFE_NO_PAD.encode(payload));
    let claims = Claims::peek(&token).expect("claims");
    assert_eq!((claims.nbf, claims.exp), (1_463_184_711, 1_463_271_411));
    assert_eq!(claims.origins().count(), 0);
}

#[test]
fn what_is_no_token_has_no_claims() {
    for text in ["", "psat=", "psat=a.b.c", "a.eyJ9.c", "psat=eyJ...", "psat=.."] {
        assert_eq!(Claims::peek(text), None, "{text}");
    }
}
