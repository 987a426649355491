//! What platforms of others do: certificates, other hosts, hiccups, pauses, the other dialect.

use std::sync::Arc;

use client::http::HttpResponse;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use shared::bootstrap::GetAnonTokenInput;
use store::env::{SeededEntropy, TestClock};

use super::script::{Script, answer, header};
use super::{DISCOVER, NOW_MS, Rig, TOKENS, settings};
use crate::flow::Request;
use crate::ta::{TaClient, TaError};
use crate::{Certificate, Credential, CredentialError, RemotePlatform};

fn client_of(rig: &Rig, change: impl FnOnce(&mut RemotePlatform)) -> TaClient {
    let mut settings = settings();
    change(&mut settings.platform);
    let entropy = Arc::new(SeededEntropy::new(1));
    let (script, clock) = (rig.script.clone(), rig.clock.clone());
    TaClient::new(settings.platform, settings.endpoint, script, clock, entropy)
}

fn input() -> GetAnonTokenInput {
    GetAnonTokenInput {
        application_session_id: "s-1".to_owned(),
        allowed_origins: "https://shop.example".to_owned(),
        ..GetAnonTokenInput::default()
    }
}

fn pair() -> (String, String) {
    let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
    let params = CertificateParams::new(vec!["desk.example".to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

fn with_header(mut answer: HttpResponse, name: &str, value: &str) -> HttpResponse {
    answer.headers.push((name.to_owned(), value.to_owned()));
    answer
}

#[tokio::test]
async fn sac_01_a_certificate_proves_the_desk_by_an_assertion_for_the_token_address_only() {
    let (pem, key) = pair();
    let rig = Rig::new().await;
    let credential = Credential::Certificate(Certificate::read(&pem, &key).unwrap());
    assert!(!format!("{credential:?}").contains("PRIVATE"));
    let ta = client_of(&rig, |it| it.oauth.credential = credential);
    ta.check().await.unwrap();
    let form = rig.script.until("POST /token").await.body.unwrap();
    let field = |name: &str| {
        let mut pairs = form.split('&').filter_map(|it| it.split_once('='));
        pairs.find(|(it, _)| *it == name).map(|(_, value)| value.to_owned())
    };
    assert_eq!(field("client_secret"), None);
    assert_eq!(
        field("client_assertion_type").unwrap(),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let assertion = field("client_assertion").unwrap();
    let mut rules = Validation::new(Algorithm::RS256);
    rules.set_audience(&["https://p.example/token"]);
    rules.validate_exp = false;
    let public = DecodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
    let told = jsonwebtoken::decode::<Value>(&assertion, &public, &rules).unwrap();
    let (claims, now_s) = (told.claims, NOW_MS / 1_000);
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!("desk"), &json!("desk")));
    assert_eq!((&claims["nbf"], &claims["exp"]), (&json!(now_s), &json!(now_s + 300)));
    assert_eq!(claims["jti"].as_str().map(str::len), Some(16));
    assert_eq!(told.header.x5t.map(|it| it.len()), Some(27), "SHA-1 in base64url");
}

#[test]
fn a_certificate_and_a_key_that_are_not_of_each_other_are_refused() {
    let ((pem, key), (_, other)) = (pair(), pair());
    let read = |pem: &str, key: &str| Certificate::read(pem, key).map(|_| ());
    assert_eq!(read(&pem, &key), Ok(()));
    assert_eq!(read(&pem, &other), Err(CredentialError::Mismatch));
    assert_eq!(read(&pem, "x"), Err(CredentialError::NoKey));
    assert_eq!(read(&key, &key), Err(CredentialError::NoCertificate));
}

#[tokio::test]
async fn sac_10_tokens_and_secrets_go_to_the_platforms_hosts_only() {
    let rig = Rig::new().await;
    let ta = client_of(&rig, |_| {});
    ta.check().await.unwrap();
    let moved = with_header(answer(307, &Value::Null), "location", "https://evil.example/x");
    rig.script.on("POST", "https://p.example/here", moved);
    let refused = ta.call(&Request::post("https://p.example/here", json!({}))).await.unwrap_err();
    assert_eq!(refused, TaError::ForeignHost("https://evil.example".to_owned()));
    assert!(refused.to_string().contains("platform.origins"), "{refused}");
    let refused = ta.call(&Request::get("https://evil.example/link")).await.unwrap_err();
    assert_eq!(refused, TaError::ForeignHost("https://evil.example".to_owned()));

    let again = with_header(answer(307, &Value::Null), "location", "https://a.pool.example/2");
    rig.script.on("GET", "https://p.example/1", again.clone());
    rig.script.on("GET", "https://a.pool.example/2", again);
    let refused = ta.call(&Request::get("https://p.example/1")).await.unwrap_err();
    assert!(matches!(refused, TaError::Refused { status: 307, .. }), "one redirect, not a round");
    assert_eq!(rig.script.count("GET https://a.pool.example/2"), 1);

    let login = r#"Bearer authorization_uri="https://login.example/t/oauth2/authorize""#;
    let elsewhere = with_header(answer(401, &Value::Null), "www-authenticate", login);
    let rig = Rig::over(Script::new(), super::MemoryStore::new()).await;
    rig.script.on("GET", DISCOVER, elsewhere);
    let refused = client_of(&rig, |_| {}).check().await.unwrap_err().to_string();
    assert!(
        refused.contains("https://login.example") && refused.contains("token_url"),
        "{refused}"
    );
    let asked = rig.script.requests();
    assert!(asked.iter().all(|it| it.url.starts_with("https://p.example")), "{asked:?}");
}

#[tokio::test]
async fn a_platform_that_asks_for_a_pause_gets_it() {
    let rig = Rig::new().await;
    let ta = client_of(&rig, |_| {});
    ta.check().await.unwrap();
    let busy = with_header(answer(429, &Value::Null), "retry-after", "7");
    rig.script.on("GET", "https://p.example/x", busy);
    rig.script.on("GET", "https://p.example/x", answer(200, &json!({})));
    let get = Request::get("https://p.example/x");
    assert!(matches!(ta.call(&get).await, Err(TaError::Refused { status: 429, .. })));
    rig.clock.advance_ms(6_999);
    let refused = ta.call(&get).await.unwrap_err();
    assert_eq!(refused, TaError::Resting(1));
    assert!(refused.is_passing() && rig.script.count("GET /x") == 1);
    rig.clock.advance_ms(1);
    ta.call(&get).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn discovery_that_fails_now_and_then_is_asked_again() {
    let (script, clock) = (Script::new(), Arc::new(TestClock::at(NOW_MS)));
    let settings = settings();
    script.on("GET", DISCOVER, answer(500, &Value::Null));
    let entropy = Arc::new(SeededEntropy::new(1));
    let ta = TaClient::new(settings.platform, settings.endpoint, script.clone(), clock, entropy);
    assert!(matches!(ta.check().await, Err(TaError::Refused { status: 500, .. })));
    assert_eq!(script.count("GET /platformservice/discover"), 3, "and not for ever");
}

#[tokio::test]
async fn what_a_proxy_says_is_gone_may_come_back_and_what_the_platform_says_may_not() {
    let rig = Rig::new().await;
    let ta = client_of(&rig, |_| {});
    let page = |headers: Vec<(String, String)>, body: &str| HttpResponse {
        status: 404,
        headers,
        body: body.to_owned(),
    };
    let correlated = vec![("x-ms-correlation-id".to_owned(), "c".to_owned())];
    rig.script.on("GET", "https://p.example/proxy", page(Vec::new(), "<h1>Not here</h1>"));
    rig.script.on("GET", "https://p.example/marked", page(correlated, ""));
    rig.script.on("GET", "https://p.example/plain", page(Vec::new(), r#"{"code":"NotFound"}"#));
    for (path, is_passing) in [("proxy", true), ("marked", false), ("plain", false)] {
        let url = format!("https://p.example/{path}");
        let error = ta.call(&Request::get(&url)).await.unwrap_err();
        assert_eq!(error.is_passing(), is_passing, "{path}: {error}");
    }
}

#[tokio::test]
async fn sac_07_both_dialects_and_both_forms_of_a_date_reach_the_widget_as_they_are() {
    for (prefix, expiry) in [
        ("service:", "2030-01-01T00:00:00.000Z"),
        ("ms:rtc:saas:", "/Date(1893456000000)/"),
        ("ms:rtc:saas:", "\\/Date(1893456000000)\\/"),
        ("", "2030-01-01T00:00:00.0000000Z"),
    ] {
        let rig = Rig::new().await;
        let href = "https://q.example/d?anonymousContext=psat%253dj.w.t";
        let discover = format!("{prefix}discover");
        let body = json!({ "token": "psat=j.w.t", "expiryTime": expiry,
            "_links": { discover: [{ "href": href }] } });
        rig.script.on("POST", TOKENS, answer(201, &body));
        let token = client_of(&rig, |_| {}).anon_token(&input()).await.unwrap();
        assert_eq!((token.discover_uri.as_str(), token.expire_time.as_str()), (href, expiry));
        assert_eq!(shared::date::parse(&token.expire_time), Some(1_893_456_000_000), "{expiry}");
    }
}

#[tokio::test]
async fn each_request_has_an_id_of_its_own_and_a_token_request_too() {
    let rig = Rig::new().await;
    client_of(&rig, |_| {}).check().await.unwrap();
    let asked = rig.script.requests();
    let ids: Vec<_> = asked.iter().filter_map(|it| header(it, "client-request-id")).collect();
    assert_eq!(ids.len(), asked.len());
    assert_eq!(ids[0], ids[2], "the same request, with a token now");
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), asked.len() - 1);
}
