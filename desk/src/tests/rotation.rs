//! The issuer's keys: kept, asked for anew, changed, away.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::script::{Signer, answer};
use super::webhook::post;
use super::{OPENID, Rig};

const KEYS: &str = "https://p.example/platformservice/keys";
const ASKED: &str = "GET /platformservice/keys";

/// A keep-alive, whose only effect is that its bearer is judged.
async fn judged(rig: &Rig, bearer: &str) -> StatusCode {
    let body = json!({ "_links": {}, "sender": [], "baseuri": "https://p.example/" });
    rig.send(post(Some(bearer), "/desk/webhook", &body)).await.status()
}

#[tokio::test]
async fn sac_12_a_key_that_is_not_known_makes_the_desk_ask_once_and_the_old_one_stays_good() {
    let rig = Rig::new().await;
    rig.script.on("GET", KEYS, answer(200, &Signer::next_keys()));
    assert_eq!(judged(&rig, &Signer::bearer()).await, StatusCode::OK);
    assert_eq!(judged(&rig, &Signer::next_bearer()).await, StatusCode::UNAUTHORIZED);
    assert_eq!(
        rig.script.count(ASKED),
        1,
        "it asked a moment ago: nobody can make it ask for ever"
    );
    rig.clock.advance_ms(10_000);
    assert_eq!(judged(&rig, &Signer::next_bearer()).await, StatusCode::OK);
    assert_eq!(judged(&rig, &Signer::bearer()).await, StatusCode::OK);
    assert_eq!(rig.script.count(ASKED), 2);
}

#[tokio::test]
async fn sac_12_known_keys_are_used_on_while_the_issuer_is_away_but_not_for_ever() {
    let rig = Rig::new().await;
    let endless = Signer::with(&json!({ "exp": 4_000_000_000_i64 }));
    rig.script.on("GET", KEYS, answer(503, &Value::Null));
    assert_eq!(judged(&rig, &endless).await, StatusCode::OK);
    rig.clock.advance_ms(2 * 3_600_000);
    assert_eq!(judged(&rig, &endless).await, StatusCode::OK, "old keys beat lost messages");
    assert_eq!(rig.script.count(ASKED), 2);
    assert_eq!(judged(&rig, &endless).await, StatusCode::OK);
    assert_eq!(rig.script.count(ASKED), 2, "and it is not asked at every webhook");
    rig.clock.advance_ms(24 * 3_600_000);
    let status = judged(&rig, &endless).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "it shall come again");
}

#[tokio::test]
async fn sac_12_a_description_that_is_none_or_leads_to_plain_http_gives_no_keys() {
    for body in [
        json!({ "issuer": "https://p.example/" }),
        json!({ "issuer": "https://p.example/", "jwks_uri": "http://p.example/platformservice/keys" }),
        json!({ "issuer": "https://p.example/", "jwks_uri": "//q.example/keys" }),
    ] {
        let rig = Rig::over(super::Script::new(), super::MemoryStore::new()).await;
        rig.script.on("GET", OPENID, answer(200, &body));
        rig.script.on("GET", KEYS, answer(200, &Signer::keys()));
        let status = judged(&rig, &Signer::bearer()).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{body}");
        assert_eq!(rig.script.count(ASKED), 0, "{body}");
    }
}
