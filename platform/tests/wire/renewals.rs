//! A signed-in user's token is renewed without the password: once for each renewal, as long as the
//! sign-in lasts.

use serde_json::{Value, json};
use shared::SipUri;
use store::{Documents as _, StoreError};

use crate::common::{Client, Member, World};

const TOKENS: &str = "/WebTicket/oauthtoken";
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

fn alice() -> SipUri {
    SipUri::parse("sip:alice@t.example").unwrap()
}

/// A platform with alice.
async fn world() -> World {
    let world = World::new().await;
    world.platform.create_user(&alice(), "Alice", "secret").await.unwrap();
    world
}

fn text(body: &Value, name: &str) -> String {
    body[name].as_str().unwrap_or_default().to_owned()
}

/// How users sign in, as an agent's entry says it.
async fn challenge(world: &World) -> String {
    let root = world.anybody().get("/autodiscover/autodiscoverservice.svc/root").await;
    let reply = world.anybody().get(root.resource().href("user").unwrap()).await;
    assert_eq!(reply.status, 401);
    let challenges = reply.headers.get_all("www-authenticate").iter();
    let ticket = challenges.map(|it| it.to_str().unwrap()).find(|it| it.starts_with("MsRtcOAuth"));
    ticket.unwrap().to_owned()
}

/// Signs alice in and asks for a renewal.
async fn sign_in(world: &World) -> Value {
    let form = "grant_type=password&username=alice@t.example&password=secret&scope=offline_access";
    let reply = world.anybody().form(TOKENS, form).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
    reply.json()
}

async fn renew(world: &World, renewal: &str) -> (u16, Value) {
    let form = format!("grant_type=refresh_token&refresh_token={renewal}");
    let reply = world.anybody().form(TOKENS, &form).await;
    (reply.status, reply.json())
}

/// Renews, and answers the next renewal.
async fn renewed(world: &World, renewal: &str) -> String {
    let (status, body) = renew(world, renewal).await;
    assert_eq!(status, 200, "{body}");
    assert!(text(&body, "access_token").starts_with("cwt="), "{body}");
    text(&body, "refresh_token")
}

async fn refused(world: &World, renewal: &str) {
    let (status, body) = renew(world, renewal).await;
    assert_eq!((status, text(&body, "error")), (400, "invalid_grant".into()), "{body}");
}

fn with_token(world: &World, body: &Value) -> Client {
    Client::new(world.router.clone(), Some(text(body, "access_token")))
}

#[tokio::test]
async fn a_renewal_is_given_to_who_asks_for_it_and_the_challenge_says_that_it_can_be_had() {
    let world = world().await;
    assert!(challenge(&world).await.contains("refresh_token"));
    let given = sign_in(&world).await;
    assert_ne!(text(&given, "refresh_token"), "");
    assert!(text(&given, "revocation_endpoint").ends_with("/WebTicket/revoke"));
    // Who does not ask is answered as the documents have it (§2B.1).
    let form = "grant_type=password&username=alice@t.example&password=secret";
    let plain = world.anybody().form(TOKENS, form).await.json();
    let names: Vec<_> = plain.as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["access_token", "expires_in", "ms_rtc_identityscope", "token_type"]);
}

#[tokio::test]
async fn an_application_made_under_the_old_token_goes_on_with_the_new_one() {
    let world = world().await;
    let given = sign_in(&world).await;
    let alice = Member::agent(with_token(&world, &given), "alice").await;
    world.pass_ms(8 * HOUR_MS).await;
    assert_eq!(
        alice.client.get(alice.application.href("self").unwrap()).await.status,
        401,
        "the token is over"
    );
    let (status, next) = renew(&world, &text(&given, "refresh_token")).await;
    assert_eq!(status, 200, "{next}");
    assert_eq!(next["expires_in"], 28_800);
    // The application would be over by itself after so long without a poll; here it is 410, not 401.
    let reply = with_token(&world, &next).get(alice.application.href("self").unwrap()).await;
    assert_eq!(reply.status, 410, "{}", reply.text);
    let young = Member::agent(with_token(&world, &next), "alice").await;
    let (_, third) = renew(&world, &text(&next, "refresh_token")).await;
    let reply = with_token(&world, &third).get(young.application.href("self").unwrap()).await;
    assert_eq!(reply.status, 200, "{}", reply.text);
}

#[tokio::test]
async fn a_renewal_is_used_once_and_a_lost_answer_is_given_again() {
    let world = world().await;
    let first = text(&sign_in(&world).await, "refresh_token");
    let second = renewed(&world, &first).await;
    assert_ne!(first, second);
    world.pass_ms(MINUTE_MS).await;
    assert_eq!(renewed(&world, &first).await, second, "the answer was lost: the same one again");
    let third = renewed(&world, &second).await;
    assert_ne!(second, third);
    renewed(&world, &third).await;
}

#[tokio::test]
async fn an_old_renewal_used_again_ends_the_sign_in_for_everybody() {
    let world = world().await;
    let first = text(&sign_in(&world).await, "refresh_token");
    let other = text(&sign_in(&world).await, "refresh_token");
    let second = renewed(&world, &first).await;
    let third = renewed(&world, &second).await;
    refused(&world, &first).await;
    refused(&world, &third).await;
    // Late, the one before the last is just as old.
    let next = renewed(&world, &other).await;
    world.pass_ms(3 * MINUTE_MS).await;
    refused(&world, &other).await;
    refused(&world, &next).await;
}

#[tokio::test]
async fn a_sign_in_ends_when_it_was_left_and_after_thirty_days_at_the_latest() {
    let world = world().await;
    let left = text(&sign_in(&world).await, "refresh_token");
    world.pass_ms(12 * HOUR_MS).await;
    refused(&world, &left).await;
    let mut renewal = text(&sign_in(&world).await, "refresh_token");
    for _ in 0..(30 * 24 / 8 - 1) {
        world.pass_ms(8 * HOUR_MS).await;
        renewal = renewed(&world, &renewal).await;
    }
    world.pass_ms(8 * HOUR_MS).await;
    refused(&world, &renewal).await;
}

#[tokio::test]
async fn signing_out_ends_the_sign_in_and_says_nothing_of_others() {
    let world = world().await;
    let renewal = text(&sign_in(&world).await, "refresh_token");
    let other = text(&sign_in(&world).await, "refresh_token");
    for _ in 0..2 {
        let reply = world.anybody().form("/WebTicket/revoke", &format!("token={renewal}")).await;
        assert_eq!(reply.status, 200, "{}", reply.text);
    }
    refused(&world, &renewal).await;
    for nonsense in ["", "x", "x.y", "%00"] {
        let form = format!("token={nonsense}");
        assert_eq!(world.anybody().form("/WebTicket/revoke", &form).await.status, 200);
        let (status, body) = renew(&world, nonsense).await;
        assert_eq!(status, 400, "{body}");
    }
    assert_eq!(world.anybody().form("/WebTicket/revoke", "").await.status, 400);
    renewed(&world, &other).await;
}

#[tokio::test]
async fn another_password_ends_all_sign_ins_and_another_name_none() {
    let world = world().await;
    let renewal = text(&sign_in(&world).await, "refresh_token");
    world.platform.put_user(&alice(), "Alice B.", "secret").await.unwrap();
    let renewal = renewed(&world, &renewal).await;
    world.platform.put_user(&alice(), "Alice B.", "another secret").await.unwrap();
    refused(&world, &renewal).await;
    // Nor does the old password's return bring it back.
    world.platform.put_user(&alice(), "Alice B.", "secret").await.unwrap();
    refused(&world, &renewal).await;
}

#[tokio::test]
async fn who_is_no_user_any_more_renews_nothing() {
    let world = world().await;
    let renewal = text(&sign_in(&world).await, "refresh_token");
    assert!(world.store.delete("users", alice().as_str()).await.unwrap());
    refused(&world, &renewal).await;
}

#[tokio::test]
async fn invariant_8_sign_ins_of_one_person_are_bounded_and_the_one_left_longest_ends() {
    let world = World::with(|it| it.limits.sign_ins_per_person_max = 2).await;
    world.platform.create_user(&alice(), "Alice", "secret").await.unwrap();
    let mut renewals = Vec::new();
    for _ in 0..3 {
        renewals.push(text(&sign_in(&world).await, "refresh_token"));
        world.pass_ms(1_000).await;
    }
    assert_eq!(world.store.list("renewals").await.unwrap().len(), 2);
    refused(&world, &renewals[0]).await;
    renewed(&world, &renewals[1]).await;
    renewed(&world, &renewals[2]).await;
}

#[tokio::test]
async fn a_restart_keeps_sign_ins_and_the_data_file_holds_no_renewal() {
    let mut world = world().await;
    let first = text(&sign_in(&world).await, "refresh_token");
    let second = renewed(&world, &first).await;
    for (id, body) in world.store.list("renewals").await.unwrap() {
        for renewal in [&first, &second] {
            let secret = renewal.split_once('.').unwrap().1;
            assert!(!body.contains(secret) && !id.contains(secret), "a secret is kept");
        }
    }
    world.restart().await;
    assert_eq!(renewed(&world, &first).await, second, "also the answer that was lost");
    let third = renewed(&world, &second).await;
    world.restart().await;
    refused(&world, &first).await;
    refused(&world, &third).await;
}

#[tokio::test]
async fn invariant_1_a_renewal_that_could_not_be_kept_is_not_given_out() {
    let world = world().await;
    let first = text(&sign_in(&world).await, "refresh_token");
    world.store.refuse(Some(StoreError::Unwritable("the disk is full".into())));
    let (status, _) = renew(&world, &first).await;
    assert!(status >= 500, "{status}");
    world.store.refuse(None);
    renewed(&world, &first).await;
}

#[tokio::test]
async fn where_the_administrator_wants_none_there_are_no_renewals() {
    let world = World::with(|it| it.limits.renewal_s = 0).await;
    world.platform.create_user(&alice(), "Alice", "secret").await.unwrap();
    let given = sign_in(&world).await;
    assert_eq!(given["refresh_token"], Value::Null);
    assert!(!challenge(&world).await.contains("refresh_token"));
    assert_eq!(
        renew(&world, "a.b").await.1,
        json!({
            "error": "invalid_grant",
            "error_description": "this sign-in is over: sign in with the password",
        })
    );
}
