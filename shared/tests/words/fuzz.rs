//! Everything that reads, fed with damaged documents of the seeds and of our own wire: no panic, ever, and what was
//! read is written alike. `PROPTEST_CASES` makes it search longer; `fuzz/` holds the same for libFuzzer.

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use serde_json::Value;
use shared::claims::Claims;
use shared::desk::{DeskState, SetupState, Transcript};
use shared::{
    AnonToken, BootstrapError, Dialect, ErrorBody, GetAnonTokenInput, OperationId, Origin, Package,
    Resource, SipUri, VisitorContext, data_uri, date,
};

use crate::mutate::{changed, changes};

/// Documents as they stand in the seeds and in the snapshots of our platform.
static DOCUMENTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/seeds/documents");
    let mut paths: Vec<_> = fs::read_dir(&folder)
        .expect("the seeds of the fuzzers")
        .map(|it| it.expect("a file").path())
        .collect();
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let text = fs::read_to_string(path).expect("a text");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    paths.iter().map(read).collect()
});

/// Text as it arrives when a line breaks off or a byte is lost: cut, and with a piece put in.
fn damaged(text: &str, cut: usize, at: usize, piece: &str) -> String {
    let mut out: String = text.chars().take(cut).collect();
    let at = out.char_indices().nth(at).map_or(out.len(), |(at, _)| at);
    out.insert_str(at, piece);
    out
}

/// At least so many cases, more if the environment asks for more.
fn cases() -> ProptestConfig {
    let given = ProptestConfig::default();
    ProptestConfig { cases: given.cases.max(2_000), ..given }
}

/// Reads a text in every way there is.
fn read_all(text: &str) -> Result<(), TestCaseError> {
    let _ = ErrorBody::parse(text);
    let _ = serde_json::from_str::<AnonToken>(text);
    let _ = serde_json::from_str::<GetAnonTokenInput>(text);
    let _ = serde_json::from_str::<VisitorContext>(text);
    let _ = serde_json::from_str::<BootstrapError>(text);
    let _ = serde_json::from_str::<DeskState>(text);
    let _ = serde_json::from_str::<Transcript>(text);
    let _ = serde_json::from_str::<SetupState>(text);
    let Ok(document) = Resource::parse(text) else { return Ok(()) };
    let once = document.write(Dialect::Ucwa);
    let again = Resource::read(&once).expect("what was written");
    prop_assert_eq!(again.write(Dialect::Ucwa), once);
    let value: Value = serde_json::from_str(shared::resource::without_bom(text)).expect("as above");
    for dialect in [Dialect::Ucwa, Dialect::Service, Dialect::Saas] {
        let package = Package::read(&value).expect("an object is a package");
        let once = package.write(dialect);
        let again = Package::read(&once).expect("what was written");
        prop_assert_eq!(again.write(dialect), once);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn no_changed_document_is_worth_a_panic(which in any::<prop::sample::Index>(), changes in changes()) {
        let document = which.get(DOCUMENTS.as_slice());
        read_all(&changed(document, &changes).to_string())?;
    }

    #[test]
    fn no_damaged_text_is_worth_a_panic(
        which in any::<prop::sample::Index>(), cut in 0_usize..3_000, at in 0_usize..3_000, piece in "[\\[\\]{}\",:\\\\0-9a-z\u{feff}\u{e9}]{0,4}",
    ) {
        let text = which.get(DOCUMENTS.as_slice()).to_string();
        read_all(&damaged(&text, cut, at, &piece))?;
    }

    #[test]
    fn no_damaged_word_is_worth_a_panic(
        which in prop::sample::select(vec![
            "data:text/plain;charset=utf-8,Message+1%2b%c3%a9",
            "data:text/html;base64,SGVsbG8gV29ybGQ=",
            "/Date(1463213817292+0200)/", "\\/Date(-1)\\/", "2016-06-27T01:42:13.0940000+02:00",
            "psat=eyJ0eXAiOiJKV1QifQ.eyJuYmYiOiIxIiwiZXhwIjoyfQ.AAAA",
            "https://user@shop.example:8443/x?y#z", "http://[::1]:80", "sip:help@t.example",
        ]),
        cut in 0_usize..60, at in 0_usize..60, piece in "[%+;,=.:/@\\[\\]()0-9a-zTZ\u{e9}\u{feff}-]{0,6}",
    ) {
        let text = damaged(which, cut, at, &piece);
        if let Some(ms) = date::parse(&text) {
            prop_assert_eq!(date::parse(&date::ajax(ms)), Some(ms));
        }
        if let Some(decoded) = data_uri::decode(&text) {
            prop_assert!(decoded.text.len() <= text.len() * 3);
        }
        let _ = Claims::peek(&text).map(|it| it.origins().count());
        if let Ok(origin) = Origin::parse(&text) {
            prop_assert_eq!(Origin::parse(origin.as_str()), Ok(origin.clone()));
        }
        if let Ok(uri) = SipUri::parse(&text) {
            prop_assert_eq!(SipUri::parse(uri.as_str()), Ok(uri.clone()));
        }
        let _ = OperationId::parse(&text);
    }
}
