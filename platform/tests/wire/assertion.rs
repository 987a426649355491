//! Service applications that prove themselves by a certificate (`protocol.md` §1.3).

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use platform::{Endpoint, Proof};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use serde_json::{Value, json};
use shared::{Dialect, SipUri};

use crate::common::{START_MS, World};

/// A certificate with its key.
struct Pair {
    pem: String,
    key: EncodingKey,
    x5t: String,
}

impl Pair {
    fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let params = CertificateParams::new(vec!["desk.example".to_owned()]).unwrap();
        let certificate = params.self_signed(&key).unwrap();
        let digest = aws_lc_rs::digest::digest(
            &aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY,
            certificate.der(),
        );
        let x5t = base64::Engine::encode(&base64::prelude::BASE64_URL_SAFE_NO_PAD, digest);
        let key = EncodingKey::from_rsa_pem(key.serialize_pem().as_bytes()).unwrap();
        Self { pem: certificate.pem(), key, x5t }
    }

    fn sign(&self, claims: &Value) -> String {
        let head = Header { x5t: Some(self.x5t.clone()), ..Header::new(Algorithm::RS256) };
        jsonwebtoken::encode(&head, claims, &self.key).unwrap()
    }
}

/// Good claims, but for these.
fn claims(other: &Value) -> Value {
    let now_s = START_MS / 1_000;
    let mut claims = json!({
        "aud": "http://127.0.0.1:8080/WebTicket/oauthtoken", "iss": "sales", "sub": "sales",
        "jti": "1", "nbf": now_s, "exp": now_s + 300,
    });
    for (name, value) in other.as_object().unwrap() {
        claims[name] = value.clone();
    }
    claims
}

async fn ask(world: &World, assertion: &str) -> (u16, Value) {
    let form = format!(
        "grant_type=client_credentials&client_id=sales&client_assertion={assertion}\
         &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
    );
    let reply = world.anybody().form("/WebTicket/oauthtoken", &form).await;
    (reply.status, reply.json())
}

async fn register(world: &World, proof: Proof) -> Result<(), platform::AccountError> {
    let endpoint = Endpoint {
        uri: SipUri::parse("sip:sales@t.example").unwrap(),
        client_id: "sales".into(),
        proof,
        callback_url: "https://sales.example/hook".into(),
        audience: "https://sales.example".into(),
        display_name: "Sales".into(),
        dialect: Dialect::Service,
    };
    world.platform.register_endpoint(endpoint).await
}

#[tokio::test]
async fn sac_01_an_assertion_signed_with_the_registered_certificate_is_a_token() {
    let world = World::with(|it| it.limits.sign_in_failures_max = 100).await;
    let pair = Pair::new();
    register(&world, Proof::Certificate(pair.pem.clone())).await.unwrap();
    let (status, body) = ask(&world, &pair.sign(&claims(&json!({})))).await;
    assert_eq!(status, 200, "{body}");
    let token = body["access_token"].as_str().unwrap().to_owned();
    let sales = world.anybody().with("Authorization", &format!("Bearer {token}"));
    let href = "/platformservice/v1/applications?endpointId=sip:sales@t.example";
    assert_eq!(sales.get(href).await.status, 200);
    let (status, _) =
        ask(&world, &pair.sign(&claims(&json!({ "aud": ["x", "http://127.0.0.1:8080"] })))).await;
    assert_eq!(status, 200, "the platform itself is an audience too");

    let now_s = START_MS / 1_000;
    let other = Pair::new();
    let posing = Pair { x5t: pair.x5t.clone(), ..other };
    let bad = [
        ("another key", posing.sign(&claims(&json!({})))),
        ("another address", pair.sign(&claims(&json!({ "aud": "https://q.example" })))),
        ("another client", pair.sign(&claims(&json!({ "sub": "desk" })))),
        ("another issuer", pair.sign(&claims(&json!({ "iss": "desk" })))),
        ("over", pair.sign(&claims(&json!({ "exp": now_s - 61 })))),
        ("not yet", pair.sign(&claims(&json!({ "nbf": now_s + 61 })))),
        ("good too long", pair.sign(&claims(&json!({ "exp": now_s + 3_600 })))),
        ("endless", pair.sign(&claims(&json!({ "exp": null })))),
        ("no JWT", "x".to_owned()),
    ];
    for (what, assertion) in bad {
        let (status, body) = ask(&world, &assertion).await;
        assert_eq!((status, &body["error"]), (400, &json!("invalid_client")), "{what}");
    }
}

#[tokio::test]
async fn a_client_with_a_certificate_has_no_secret_to_guess() {
    let world = World::new().await;
    register(&world, Proof::Certificate(Pair::new().pem)).await.unwrap();
    for secret in ["", "x"] {
        let form = format!("grant_type=client_credentials&client_id=sales&client_secret={secret}");
        let reply = world.anybody().form("/WebTicket/oauthtoken", &form).await;
        assert_eq!(reply.status, 400, "{secret:?}");
    }
    let refused = register(&world, Proof::Certificate("no certificate".into())).await;
    assert!(refused.unwrap_err().to_string().contains("PEM"));
}
