//! What holds for any text and any document.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};
use shared::claims::Claims;
use shared::{Dialect, ErrorBody, Origin, Package, Resource, SipUri, data_uri, date};

/// Documents with the right words in any place.
fn any_json() -> impl Strategy<Value = Value> {
    let word = prop::sample::select(vec![
        "_links",
        "_embedded",
        "rel",
        "href",
        "link",
        "type",
        "in",
        "status",
        "reason",
        "sender",
        "events",
        "code",
        "next",
        "resync",
        "self",
        "service:message",
        "message",
        "title",
        "ms:rtc:saas:x",
        "baseuri",
        "added",
        "Success",
        "\\u0026",
    ]);
    let leaf = prop_oneof![
        word.clone().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        "\\PC{0,12}".prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(6, 60, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((word.clone(), inner), 0..6).prop_map(|pairs| {
                let pairs = pairs.into_iter().map(|(name, value)| (name.to_owned(), value));
                Value::Object(pairs.collect())
            }),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_goes_through_a_data_uri_unchanged(text in any::<String>()) {
        let uri = data_uri::encode("text/plain", &text);
        prop_assert!(uri.is_ascii());
        let decoded = data_uri::decode(&uri).expect("what was encoded");
        prop_assert_eq!(decoded.text, text);
        prop_assert_eq!(decoded.media_type, "text/plain");
    }

    #[test]
    fn any_json_goes_through_a_data_uri_unchanged(text in "[ +a-z]*|\\PC*") {
        let uri = data_uri::encode("application/json", &text);
        prop_assert_eq!(data_uri::decode(&uri).map(|it| it.text), Some(text));
    }

    #[test]
    fn any_text_goes_through_a_base64_data_uri_unchanged(text in any::<String>()) {
        let uri = format!("data:text/plain;base64,{}", STANDARD.encode(&text));
        prop_assert_eq!(data_uri::decode(&uri).map(|it| it.text), Some(text));
    }

    #[test]
    fn no_data_uri_is_worth_a_panic(head in "(data|DATA|dat\u{e9})?:?[a-z/;=,%+]{0,20}", tail in "\\PC{0,40}") {
        if let Some(decoded) = data_uri::decode(&format!("{head}{tail}")) {
            prop_assert!(!decoded.media_type.is_empty());
        }
    }

    #[test]
    fn any_instant_is_the_same_in_both_forms(ms in -62_135_596_800_000_i64..253_402_300_800_000) {
        prop_assert_eq!(date::parse(&date::iso(ms)), Some(ms));
        prop_assert_eq!(date::parse(&date::ajax(ms)), Some(ms));
    }

    #[test]
    fn no_date_is_worth_a_panic(text in "(\\\\?/Date\\()?[0-9+:.TZ-]{0,40}\\)?/?|\\PC{0,40}") {
        if let Some(ms) = date::parse(&text) {
            prop_assert_eq!(date::parse(&date::ajax(ms)), Some(ms));
        }
    }

    #[test]
    fn any_package_is_read_and_what_is_read_is_written_alike(value in any_json()) {
        for dialect in [Dialect::Ucwa, Dialect::Service, Dialect::Saas] {
            if let Some(package) = Package::read(&value) {
                let once = package.write(dialect);
                let again = Package::read(&once).expect("what was written").write(dialect);
                prop_assert_eq!(&again, &once);
            }
        }
        let _ = ErrorBody::read(&value);
    }

    #[test]
    fn any_document_is_read_and_what_is_read_is_written_alike(value in any_json()) {
        if let Some(document) = Resource::read(&value) {
            let once = document.write(Dialect::Ucwa);
            let again = Resource::read(&once).expect("what was written").write(Dialect::Ucwa);
            prop_assert_eq!(again, once);
        }
    }

    #[test]
    fn claims_are_read_as_they_were_written(
        nbf in 0_i64..4_000_000_000, asi in "\\PC{0,100}", ao in "\\PC{0,60}",
    ) {
        let claims = Claims {
            nbf, exp: nbf + 28_800, ruu: "sip:pool@a.example".into(), asi, aeu: "sip:h@a.example".into(),
            ao, confid: None, ucwaext: None,
        };
        let payload = serde_json::to_vec(&claims).expect("JSON");
        let token = format!("psat=eyJ9.{}.AAAA", URL_SAFE_NO_PAD.encode(payload));
        prop_assert_eq!(Claims::peek(&token), Some(claims));
    }

    #[test]
    fn no_token_is_worth_a_panic(text in "(psat=)?[A-Za-z0-9_.=-]{0,60}|\\PC{0,40}", value in any_json()) {
        let _ = Claims::peek(&text);
        let payload = URL_SAFE_NO_PAD.encode(json!({ "nbf": value, "exp": value }).to_string());
        prop_assert_eq!(Claims::peek(&format!("a.{payload}.b")), None);
    }

    #[test]
    fn a_checked_identifier_is_a_fixed_point(text in "\\PC{0,40}|(https?://)?[a-z.:@\\[\\]/-]{0,30}") {
        if let Ok(origin) = Origin::parse(&text) {
            prop_assert_eq!(Origin::parse(origin.as_str()), Ok(origin.clone()));
            let _ = origin.is_secure();
        }
        if let Ok(uri) = SipUri::parse(&text) {
            prop_assert_eq!(SipUri::parse(uri.as_str()), Ok(uri.clone()));
            prop_assert!(!uri.domain().is_empty() && !uri.name().is_empty());
        }
    }
}
