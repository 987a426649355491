//! Identifiers: checked at the door, the same for the same thing.

use shared::{OperationId, Origin, SipUri};

#[test]
fn a_sip_uri_is_the_same_in_every_spelling() {
    let canonical = "sip:helpdesk@contoso.com";
    for text in [
        canonical,
        "SIP:HelpDesk@Contoso.COM",
        "helpdesk@contoso.com",
        " sip:helpdesk@contoso.com ",
    ] {
        assert_eq!(SipUri::parse(text).expect(text).as_str(), canonical);
    }
    let uri = SipUri::parse("sip:UcapUser19@ucaptenant.com").expect("of S0");
    assert_eq!((uri.name(), uri.domain()), ("ucapuser19", "ucaptenant.com"));
    assert_eq!(uri.without_scheme(), "ucapuser19@ucaptenant.com");
    for text in
        ["", "sip:", "sip:@", "sip:a@", "sip:@b", "tel:+15551234", "a b@c", "a@b@c", "a@b/c"]
    {
        let error = SipUri::parse(text).expect_err(text).to_string();
        assert!(error.contains("sip:name@domain"), "{error}");
    }
}

#[test]
fn an_origin_keeps_scheme_host_and_port_only() {
    for (text, origin) in [
        ("http://www.microsoftstore.com/store/msusa/en_US/home", "http://www.microsoftstore.com"),
        ("http://localhost/udpate/", "http://localhost"),
        ("https://contoso.com", "https://contoso.com"),
        ("https://a.example/x", "https://a.example"),
        ("http://localhost:8080/y", "http://localhost:8080"),
        ("HTTPS://A.Example:443/?q#f", "https://a.example"),
        ("http://a.example:80", "http://a.example"),
        ("https://a.example:80", "https://a.example:80"),
        ("https://[::1]:8443/x", "https://[::1]:8443"),
        ("https://user:word@a.example", "https://a.example"),
        ("https://a.example?x", "https://a.example"),
    ] {
        assert_eq!(Origin::parse(text).expect(text).as_str(), origin);
    }
    for text in [
        "",
        "a.example",
        "https://",
        "ftp://a.example",
        "https:///x",
        "https://a.example:x",
        "https://a.example:99999",
        "null",
        "https://a b",
        "javascript://x",
    ] {
        assert!(Origin::parse(text).is_err(), "{text}");
    }
}

#[test]
fn http_is_secure_on_this_very_machine_only() {
    let is_secure = |text: &str| Origin::parse(text).expect(text).is_secure();
    for text in [
        "https://a.example",
        "http://localhost:3000",
        "http://127.0.0.1:8080",
        "http://[::1]:80",
        "http://chat.localhost",
    ] {
        assert!(is_secure(text), "{text}");
    }
    for text in [
        "http://a.example",
        "http://localhost.evil.example",
        "http://10.0.0.1",
        "http://127.evil.example",
        "http://127.0.0.1.evil.example",
    ] {
        assert!(!is_secure(text), "{text}");
    }
}

#[test]
fn an_operation_id_has_1_to_50_characters() {
    assert_eq!(OperationId::parse("welcomeop").expect("of the guide").as_str(), "welcomeop");
    assert!(OperationId::parse(&"é".repeat(50)).is_ok());
    for text in [String::new(), "x".repeat(51), "a\nb".into()] {
        let error = OperationId::parse(&text).expect_err("too long or odd").to_string();
        assert!(error.contains("1 to 50"), "{error}");
    }
}

#[test]
fn identifiers_are_checked_when_they_are_read_from_json() {
    let uri: SipUri = serde_json::from_str("\"SIP:A@B\"").expect("a SIP URI");
    assert_eq!(serde_json::to_string(&uri).expect("JSON"), "\"sip:a@b\"");
    assert!(serde_json::from_str::<SipUri>("\"nobody\"").is_err());
    assert!(serde_json::from_str::<Origin>("\"nowhere\"").is_err());
    assert!(serde_json::from_str::<OperationId>("\"\"").is_err());
    assert!(serde_json::from_str::<OperationId>("7").is_err());
}
