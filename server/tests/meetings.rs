//! `/meet/…`: the page before a meeting, the name, and the chat behind it.
#![expect(clippy::unwrap_used, reason = "a test's helpers fail the test")]

mod common;

use client::http::HttpResponse;
use client::model::Model;
use client::session::Command;
use common::Product;
use common::people::{alice, connect, guest, items, sees, writes};
use serde_json::{Value, json};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

/// A product with a meeting of Alice's: its conversation as the console sees it, and her bearer.
async fn with_meeting(lobby: bool) -> (Product, Value, String) {
    let product = Product::start(|_| {}).await;
    let form = "grant_type=password&username=alice%40demo.example&password=demo".to_owned();
    let token = product.send("POST", "/WebTicket/oauthtoken", &[FORM], Some(form)).await;
    let token: Value = serde_json::from_str(&token.body).unwrap();
    let bearer = format!("Bearer {}", token["access_token"].as_str().unwrap());
    let wish = json!({ "subject": "Fish & \"chips\"", "lobby": lobby }).to_string();
    let headers = [JSON, ("authorization", bearer.as_str())];
    let made = product.send("POST", "/desk/api/meetings", &headers, Some(wish)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    (product, serde_json::from_str(&made.body).unwrap(), bearer)
}

fn link_of(view: &Value) -> &str {
    view["meeting"]["join_url"].as_str().unwrap()
}

fn path_of(view: &Value) -> String {
    let link = link_of(view);
    link[link.find("/meet/").unwrap()..].to_owned()
}

async fn gives_name(product: &Product, path: &str, name: &str) -> HttpResponse {
    product.send("POST", path, &[FORM], Some(format!("name={name}"))).await
}

#[tokio::test]
async fn a_link_asks_for_a_name_and_is_the_chat_behind_it() {
    let (product, view, _) = with_meeting(false).await;
    let path = path_of(&view);
    let asks = product.get(&path).await;
    assert_eq!(asks.status, 200);
    assert!(asks.body.contains("<h1><bdi>Fish &amp; &quot;chips&quot;</bdi></h1>"), "{asks:?}");
    assert!(asks.body.contains("name=\"name\""));
    let policy = asks.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';"), "no script: {policy}");
    let german = product.get_with(&path, &[("accept-language", "de-CH,de")]).await;
    assert!(german.body.contains("<html lang=\"de\" dir=\"ltr\">"));
    let arabic = product.get_with(&path, &[("accept-language", "ar-EG")]).await;
    assert!(arabic.body.contains("<html lang=\"ar\" dir=\"rtl\">"));

    for name in ["", "+", &"x".repeat(61)] {
        let again = gives_name(&product, &path, name).await;
        assert_eq!((again.status, again.header("set-cookie")), (422, None), "{name}");
        assert!(again.body.contains("role=\"alert\""));
    }
    let entered = gives_name(&product, &path, "Vera+Wei%C3%9F").await;
    assert_eq!((entered.status, entered.header("location")), (303, Some(path.as_str())));
    let cookie = entered.header("set-cookie").unwrap();
    assert!(cookie.contains(&format!("; Path={path};")), "of this link alone: {cookie}");
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");

    let kept = cookie.split(';').next().unwrap();
    let chat = product.get_with(&path, &[("cookie", kept)]).await;
    assert_eq!((chat.status, chat.header("cache-control")), (200, Some("no-store")));
    for said in ["&quot;visitor&quot;:&quot;Vera Weiß&quot;", "&quot;meeting&quot;:&quot;http"] {
        assert!(chat.body.contains(said), "{said}: {}", chat.body);
    }
}

#[tokio::test]
async fn invariant_7_a_meetings_pages_are_framed_by_nobody() {
    let (product, view, _) = with_meeting(false).await;
    let path = path_of(&view);
    let asks = product.get(&path).await;
    let chat = product.get_with(&path, &[("cookie", "frontdesk-name=Vera")]).await;
    for page in [asks, chat] {
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"), "the link is a secret");
    }
}

#[tokio::test]
async fn a_link_that_is_over_or_never_was_says_so_and_nothing_else() {
    let (product, view, bearer) = with_meeting(false).await;
    let path = path_of(&view);
    let end = format!("/desk/api/conversations/{}/end", view["id"].as_str().unwrap());
    let ended = product.send("POST", &end, &[("authorization", &bearer)], None).await;
    assert_eq!(ended.status, 204, "{}", ended.body);
    let over = product.get_with(&path, &[("cookie", "frontdesk-name=Vera")]).await;
    let unknown = product.get("/meet/2222222222222222").await;
    assert_eq!((over.status, unknown.status), (410, 410));
    assert_eq!(over.body, unknown.body, "links cannot be guessed");
    assert!(over.body.contains("data-testid=\"over\"") && !over.body.contains("Fish"));
    assert_eq!(product.get("/meet/a%22b").await.status, 404);
}

#[tokio::test]
async fn invariant_3_everybody_in_a_meeting_reads_the_same_in_one_order() {
    let (product, view, _) = with_meeting(false).await;
    let url = format!("http://{}", product.running.addr);
    let agent = alice(&url, 1);
    connect(&agent).await;
    let guests = [guest(&url, link_of(&view), "Vera", 2), guest(&url, link_of(&view), "Omar", 3)];
    let joined = |it: &Model| it.conversations.iter().find(|it| it.can_send).cloned();
    for it in &guests {
        connect(it).await;
        it.command(Command::StartConversation { subject: None });
        let model = sees(it, "being in", |it| joined(it).is_some()).await;
        let online_meeting_uri = joined(&model).unwrap().online_meeting_uri.unwrap();
        // Twice the same: once is enough.
        agent.command(Command::Join { online_meeting_uri });
    }
    let model = sees(&agent, "being in", |it| joined(it).is_some()).await;
    writes(&guests[0], "one").await;
    writes(&guests[1], "two").await;
    agent
        .command(Command::Send { conversation: joined(&model).unwrap().key, text: "three".into() });
    let texts = |it: &Model| items(it).map(|it| it.text.clone()).collect::<Vec<_>>();
    for person in [&agent, &guests[0], &guests[1]] {
        let all = ["one", "two", "three"];
        sees(person, "all three in order", |it| texts(it) == all).await;
    }
}
