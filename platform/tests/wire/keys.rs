//! Signing keys change while the platform serves, and nobody notices.

use serde_json::Value;

use crate::common::{PAGE, World};

const HOUR_MS: i64 = 3_600_000;

/// The names of the keys that are shown, oldest first.
async fn shown(world: &World) -> Vec<String> {
    let about = world.anybody().get("/.well-known/openid-configuration").await.json();
    assert_eq!(about["issuer"], "http://127.0.0.1:8080/");
    let keys = about["jwks_uri"].as_str().unwrap().strip_prefix("http://127.0.0.1:8080").unwrap();
    let keys = world.anybody().get(keys).await.json();
    let names = keys["keys"].as_array().unwrap().iter().map(|it| it["kid"].as_str().unwrap());
    names.map(str::to_owned).collect()
}

/// The name of the key that signed a token.
fn signer(token: &str) -> String {
    let jwt = token.split_once('=').map_or(token, |(_, jwt)| jwt);
    let head = jsonwebtoken::decode_header(jwt).unwrap();
    head.x5t.unwrap()
}

#[tokio::test]
async fn sac_12_a_new_key_is_shown_before_it_signs_and_the_old_one_judges_while_its_tokens_live() {
    let mut world = World::with(|it| it.limits.signing_key_ms = 24 * HOUR_MS).await;
    let first = shown(&world).await;
    assert_eq!(first.len(), 1);
    world.pass_ms(22 * HOUR_MS).await;
    let both = shown(&world).await;
    assert_eq!((both.len(), &both[0]), (2, &first[0]), "the next one can be fetched in time");
    let (token, discover) = world.visitor_token("s-1").await;
    assert_eq!(signer(&token), both[0], "its turn has not come");

    world.pass_ms(2 * HOUR_MS).await;
    world.restart().await;
    assert_eq!(shown(&world).await, both, "a restart knows both");
    let (newer, _) = world.visitor_token("s-2").await;
    assert_eq!(signer(&newer), both[1]);
    let reply = world.anybody().from(PAGE).get(&discover).await;
    assert_eq!(reply.status, 200, "a token of the old key is good as long as it lives");
    world.visitor("s-3").await.start_messaging("op").await;
    let (_, hook) = world.hooks.until("messagingInvitation", "started").await;
    let bearer = hook.header("Authorization").strip_prefix("Bearer ").unwrap();
    assert_eq!(jsonwebtoken::decode_header(bearer).unwrap().kid.as_ref(), Some(&both[1]));

    world.pass_ms(8 * HOUR_MS).await;
    assert_eq!(shown(&world).await, both[1..], "no token of the old key is left");
    world.pass_ms(14 * HOUR_MS).await;
    let third = shown(&world).await;
    assert_eq!((third.len(), &third[0]), (2, &both[1]), "and so on");
}

#[tokio::test]
async fn what_is_shown_of_a_key_is_its_public_half() {
    let world = World::new().await;
    let keys = world.anybody().get("/platformservice/keys").await.json();
    let key = keys["keys"][0].as_object().unwrap();
    let mut names: Vec<&str> = key.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["alg", "e", "kid", "kty", "n", "use", "x5t"]);
    assert_eq!(key["kty"], Value::from("RSA"));
}
