//! Hypermedia documents: tolerant to read, exact to write.

use serde_json::json;
use shared::{Dialect, ErrorBody, LinkValue, Resource};

#[test]
fn dto_06_a_link_or_document_as_object_or_as_array_of_one_is_the_same() {
    let one = json!({
        "_links": { "messaging": { "href": "/m" } },
        "_embedded": { "senderParticipant": { "name": "Alice" } },
    });
    let many = json!({
        "_links": { "messaging": [{ "href": "/m" }] },
        "_embedded": { "senderParticipant": [{ "name": "Alice" }] },
    });
    let (one, many) = (Resource::read(&one), Resource::read(&many));
    assert_eq!(one, many);
    let one = one.expect("a document");
    assert_eq!(one.href("messaging"), Some("/m"));
    assert_eq!(one.embedded("senderParticipant").and_then(|it| it.text("name")), Some("Alice"));
}

#[test]
fn dto_07_what_is_unknown_is_no_error_and_is_kept() {
    let value = json!({
        "rel": "service:somethingNew",
        "aNumber": 7,
        "00000000-0000-0000-0000-000000000000": "please pass this in a PUT request",
        "_links": {
            "ms:rtc:saas:brandNew": { "href": "/new", "colour": "red" },
            "broken": 7, "empty": [], "noHref": {},
        },
        "_embedded": { "service:odd": [7, { "rel": "x" }], "none": null },
    });
    let document = Resource::read(&value).expect("a document");
    assert_eq!(document.rel, "somethingNew");
    assert_eq!(document.href("brandNew"), Some("/new"));
    assert_eq!((document.href("broken"), document.href("noHref")), (None, None));
    assert_eq!(document.embedded["odd"].len(), 1);
    let written = document.write(Dialect::Service);
    assert_eq!(written["aNumber"], 7);
    let guid = "00000000-0000-0000-0000-000000000000";
    assert_eq!(written[guid], value[guid], "a PUT hands back what it does not know");
}

#[test]
fn dto_08_a_byte_order_mark_is_passed_over() {
    let document = Resource::parse("\u{feff}{\"state\":\"Connected\"}").expect("a document");
    assert_eq!(document.text("state"), Some("Connected"));
    assert!(ErrorBody::parse("\u{feff}{\"code\":\"Gone\"}").is_some());
}

#[test]
fn dto_10_a_malformed_document_is_an_error_and_no_panic() {
    for text in ["", "{", "[]", "7", "null", "\"x\"", "{\"_links\":", "<html>"] {
        let error = Resource::parse(text).expect_err(text);
        assert!(error.contains("JSON"), "{error}");
    }
    let odd = json!({ "rel": 7, "_links": [1], "_embedded": "x", "state": { "a": 1 } });
    let odd = Resource::read(&odd).expect("an object");
    assert!(odd.links.is_empty() && odd.embedded.is_empty() && odd.rel.is_empty());
    assert_eq!(odd.text("state"), None);
}

#[test]
fn dto_12_a_literal_escape_in_an_address_becomes_an_ampersand() {
    let text =
        r#"{"_links":{"next":{"href":"/e?ack=2\\u0026key=a"},"self":{"href":"/e?a\u0026b"}}}"#;
    let document = Resource::parse(text).expect("a document");
    assert_eq!(document.href("next"), Some("/e?ack=2&key=a"));
    assert_eq!(document.href("self"), Some("/e?a&b"));
}

#[test]
fn dto_15_an_error_with_only_a_code_is_read_and_an_unknown_subcode_is_kept() {
    let least = ErrorBody::parse(r#"{"code":"Conflict"}"#).expect("an error");
    assert_eq!(least, ErrorBody { code: "Conflict".into(), ..ErrorBody::default() });
    assert!(!least.is("PGetReplaced"));
    let odd = ErrorBody::parse(r#"{"code":"Conflict","subcode":"BrandNew"}"#).expect("an error");
    assert_eq!(odd.subcode.as_deref(), Some("BrandNew"));
    assert!(odd.is("brandnew"), "case makes no difference");
    for text in ["", "{}", "{\"code\":7}", "<html>502</html>"] {
        assert_eq!(ErrorBody::parse(text), None, "{text}");
    }
}

#[test]
fn an_error_body_is_written_as_it_is_read() {
    let error = ErrorBody {
        parameters: vec![("to".into(), "is missing".into())],
        error_report_id: Some("ab12".into()),
        ..ErrorBody::new("BadRequest", "ParameterValidationFailure", "Say whom to call.")
    };
    assert_eq!(
        error.write(),
        json!({
            "code": "BadRequest", "subcode": "ParameterValidationFailure",
            "message": "Say whom to call.",
            "parameters": [{ "name": "to", "reason": "is missing" }],
            "debugInfo": { "errorReportId": "ab12" },
        })
    );
    assert_eq!(ErrorBody::read(&error.write()), Some(error));
}

#[test]
fn each_dialect_writes_its_prefixes_and_reads_back_as_the_same() {
    let document = Resource::new("application")
        .prop("id", "7")
        .link("self", "/a/7")
        .bare_link("anonApplications", "/anon")
        .link_value(
            "startMessaging",
            LinkValue { revision: Some("2".into()), ..LinkValue::to("/start") },
        )
        .embed("communication", Resource::new("communication").link("conversations", "/c"))
        .embed("senderParticipant", Resource::new("participant").prop("name", "Alice"));
    for (dialect, prefix) in
        [(Dialect::Ucwa, ""), (Dialect::Service, "service:"), (Dialect::Saas, "ms:rtc:saas:")]
    {
        let written = document.write(dialect);
        assert_eq!(written["rel"], format!("{prefix}application"));
        assert_eq!(written["_links"]["self"]["href"], "/a/7");
        assert_eq!(written["_links"]["anonApplications"]["href"], "/anon");
        assert_eq!(written["_links"][format!("{prefix}startMessaging")]["revision"], "2");
        let sender = &written["_embedded"][format!("{prefix}senderParticipant")];
        assert!(sender.is_array(), "several are possible, so it is always an array");
        let read = Resource::read(&written).expect("a document");
        assert_eq!(read.write(Dialect::Ucwa), document.write(Dialect::Ucwa));
    }
}
