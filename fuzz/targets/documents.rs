//! Every document of the protocol, read from any text: no panic, and what is read is written alike.
#![no_main]

use libfuzzer_sys::fuzz_target;
use shared::{Dialect, ErrorBody, GetAnonTokenInput, Package, Resource, VisitorContext};

fuzz_target!(|text: &str| {
    let _ = ErrorBody::parse(text);
    let _ = serde_json::from_str::<GetAnonTokenInput>(text);
    let _ = serde_json::from_str::<VisitorContext>(text);
    let _ = serde_json::from_str::<shared::AnonToken>(text);
    let _ = serde_json::from_str::<shared::desk::DeskState>(text);
    let _ = serde_json::from_str::<shared::desk::Transcript>(text);
    let Ok(document) = Resource::parse(text) else { return };
    let once = document.write(Dialect::Ucwa);
    let again = Resource::read(&once).expect("what was written is a document");
    assert_eq!(again.write(Dialect::Ucwa), once);
    let value = serde_json::from_str(shared::resource::without_bom(text)).expect("it was read before");
    for dialect in [Dialect::Ucwa, Dialect::Service, Dialect::Saas] {
        let package = Package::read(&value).expect("an object is a package");
        let once = package.write(dialect);
        let again = Package::read(&once).expect("what was written is a package");
        assert_eq!(again.write(dialect), once);
    }
});
