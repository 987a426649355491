//! The call of a website to the service application.

use serde_json::json;
use shared::{AnonToken, BootstrapError, GetAnonTokenInput, Resource};

use crate::seeds;

#[test]
fn the_request_of_s1_is_read() {
    let input: GetAnonTokenInput = serde_json::from_str(seeds::S1_JOB).expect("the job of S1");
    assert_eq!(input.application_session_id, "6f2c23cb-2966-e6e9-cd4e-12dd88e6e1e5");
    assert_eq!(input.allowed_origins, "http://localhost/udpate/");
    let meeting = input.meeting_url.expect("MeetingUrl");
    assert!(meeting.starts_with("https://meet.resources.lync.com/"));
    assert_eq!(input.site, None);
    let onward = Resource::parse(seeds::S1_REQUEST).expect("a document");
    assert_eq!(onward.text("allowedOrigins"), Some("http://localhost/udpate/"));
}

#[test]
fn lower_camel_names_and_missing_ones_are_read() {
    let text = r#"{"applicationSessionId":"s","allowedOrigins":"https://a.example","site":"demo"}"#;
    let input: GetAnonTokenInput = serde_json::from_str(text).expect("lower camel");
    assert_eq!(input.application_session_id, "s");
    assert_eq!(input.site.as_deref(), Some("demo"));
    let empty: GetAnonTokenInput = serde_json::from_str("{}").expect("nothing");
    assert_eq!(empty, GetAnonTokenInput::default());
}

#[test]
fn the_answer_has_the_names_of_s1() {
    let token = AnonToken {
        discover_uri: "https://p.example/discover?anonymousContext=psat%253dx".into(),
        expire_time: "2017-02-16T09:51:51.391Z".into(),
        token: "psat=x".into(),
        tenant_endpoint_id: "sip:helpdesk@demo.example".into(),
    };
    assert_eq!(
        serde_json::to_value(&token).expect("JSON"),
        json!({
            "DiscoverUri": "https://p.example/discover?anonymousContext=psat%253dx",
            "ExpireTime": "2017-02-16T09:51:51.391Z",
            "Token": "psat=x",
            "TenantEndpointId": "sip:helpdesk@demo.example",
        })
    );
    let error = BootstrapError { error: "Say your site.".into() };
    assert_eq!(serde_json::to_value(&error).expect("JSON"), json!({ "Error": "Say your site." }));
}
