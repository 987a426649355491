//! Dates in both forms, texts as data URIs.

use shared::{Resource, data_uri, date};

#[test]
fn dto_09_all_forms_of_a_date_are_equal_instants() {
    assert_eq!(date::parse("/Date(0)/"), Some(0));
    let literal = r"\/Date(1463213817292)\/";
    let escaped = Resource::parse(r#"{"at":"\/Date(1463213817292)\/"}"#).expect("a document");
    for text in [
        literal,
        escaped.text("at").expect("at"),
        "/Date(1463213817292+0200)/",
        "/Date(1463213817292-0730)/",
        "2016-05-14T08:16:57.292Z",
        "2016-05-14T08:16:57.2920000Z",
        "2016-05-14T08:16:57.292",
        "2016-05-14T10:16:57.292+02:00",
        "2016-05-14T00:46:57.292-0730",
    ] {
        assert_eq!(date::parse(text), Some(1_463_213_817_292), "{text}");
    }
    assert_eq!(date::parse("/Date(-1)/"), Some(-1));
    assert_eq!(date::parse("2016-05-14T08:16:57Z"), Some(1_463_213_817_000));
    assert_eq!(date::parse("2016-05-14T08:16Z"), Some(1_463_213_760_000));
}

#[test]
fn what_is_no_date_is_none() {
    for text in [
        "",
        "/Date()/",
        "/Date(x)/",
        "/Date(1",
        "2016-13-01T00:00:00Z",
        "2016-02-30T00:00:00Z",
        "2016-01-01",
        "2016-01-01T24:00:00Z",
        "2016-01-01T00:00:00.12345678901Z",
        "tomorrow",
        "2016-01-01T00:00:00+1",
        "2016-01-01T00:00:00.é",
        "/Date(99999999999999999999)/",
    ] {
        assert_eq!(date::parse(text), None, "{text}");
    }
    assert_eq!(date::parse("2000-02-29T00:00:00Z"), Some(951_782_400_000));
    assert_eq!(date::parse("1900-02-29T00:00:00Z"), None);
}

#[test]
fn dates_are_written_as_each_api_serves_them() {
    assert_eq!(date::iso(1_463_213_817_292), "2016-05-14T08:16:57.292Z");
    assert_eq!(date::iso(0), "1970-01-01T00:00:00.000Z");
    assert_eq!(date::iso(-1), "1969-12-31T23:59:59.999Z");
    assert_eq!(date::ajax(1_463_213_817_292), "/Date(1463213817292)/");
}

#[test]
fn dto_13_a_text_in_a_data_uri_is_decoded() {
    let text = |uri: &str| data_uri::decode(uri).map(|it| it.text);
    let uri = "data:text/plain;charset=utf-8,Message+1%2b%c3%a9";
    assert_eq!(text(uri).as_deref(), Some("Message 1+é"));
    assert_eq!(text("data:text/plain,Hello%20World").as_deref(), Some("Hello World"));
    assert_eq!(text("data:text/plain;base64,SGVsbG8=").as_deref(), Some("Hello"));
    assert_eq!(text("data:,x").as_deref(), Some("x"));
    assert_eq!(text("data:application/json,a+b").as_deref(), Some("a+b"), "+ is itself there");
    assert_eq!(text("data:text/plain,100%").as_deref(), Some("100%"));
    for uri in ["", "data:", "data:text/plain", "text/plain,x", "data:x;base64,#", "dataé,"] {
        assert_eq!(text(uri), None, "{uri}");
    }
}

#[test]
fn a_text_is_encoded_as_the_vectors_do() {
    let uri = data_uri::encode("text/plain", "Message 1+é");
    assert_eq!(uri, "data:text/plain;charset=utf-8,Message+1%2b%c3%a9");
}
