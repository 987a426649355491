//! Every single value of the protocol, read from any text: dates, data URIs, tokens, identifiers.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::claims::Claims;
use shared::{OperationId, Origin, SipUri, data_uri, date};

fuzz_target!(|text: &str| {
    if let Some(ms) = date::parse(text) {
        assert_eq!(date::parse(&date::ajax(ms)), Some(ms));
        if (-62_135_596_800_000..253_402_300_800_000).contains(&ms) {
            assert_eq!(date::parse(&date::iso(ms)), Some(ms));
        }
    }
    if let Some(decoded) = data_uri::decode(text) {
        // A code of three characters becomes one byte, and a byte that is no UTF-8 becomes three.
        assert!(decoded.text.len() <= text.len() * 3);
    }
    let encoded = data_uri::encode("text/plain", text);
    assert_eq!(data_uri::decode(&encoded).map(|it| it.text).as_deref(), Some(text));
    if let Some(claims) = Claims::peek(text) {
        assert!(claims.origins().all(|it| !it.is_empty()));
    }
    if let Ok(origin) = Origin::parse(text) {
        assert_eq!(Origin::parse(origin.as_str()), Ok(origin.clone()));
        let _ = origin.is_secure();
    }
    if let Ok(uri) = SipUri::parse(text) {
        assert_eq!(SipUri::parse(uri.as_str()), Ok(uri.clone()));
    }
    if let Ok(operation) = OperationId::parse(text) {
        assert_eq!(operation.as_str(), text);
    }
});
